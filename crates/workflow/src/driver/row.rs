//! What the driver keeps of an execution besides its record: journal rows, the parked state, its tasks.

use std::{cell::RefCell, sync::Arc};

use asl::{Execution, JournalEvent, ScheduleTask, Value};
use serde::{Deserialize, Serialize};
use store::StoreError;
use zstd::bulk::Compressor;

use crate::execution::Home;

/// The first byte of every binary row. Fixtures of each version are kept in `testdata`.
const PLAIN: u8 = 1;
/// The rest is the plain row, length and then the bytes compressed with zstd.
const PACKED: u8 = 2;

/// Rows from this many bytes on are compressed.
const WORTH_PACKING: usize = 4096;
/// The fastest: journals shrink several times by it already.
const LEVEL: i32 = 1;
/// No row comes near; stops a damaged length from asking for all memory.
const LARGEST: usize = 1 << 30;

fn corrupt(what: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt {
        what: what.to_string(),
    }
}

/// Collects a row's bytes. Postcard's own collector takes them one by one, which shows in long journals.
struct Plain(Vec<u8>);

impl postcard::ser_flavors::Flavor for Plain {
    type Output = Vec<u8>;

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        match bytes {
            // Most numbers: a call that copies one byte costs more than the byte.
            [byte] => self.0.push(*byte),
            _ => self.0.extend_from_slice(bytes),
        }
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
}

/// Encodes a row: the format's number, then postcard, compressed where it is long.
pub(crate) fn encode<T: Serialize>(row: &T) -> Result<Vec<u8>, StoreError> {
    let plain = postcard::serialize_with_flavor(row, Plain(vec![PLAIN])).map_err(corrupt)?;
    if plain.len() < WORTH_PACKING {
        return Ok(plain);
    }
    let size = u32::try_from(plain.len()).map_err(corrupt)?;
    let packed = compress(&plain).map_err(corrupt)?;
    Ok([&[PACKED][..], &size.to_le_bytes(), &packed].concat())
}

thread_local! {
    /// A thread's work space for compression: half a megabyte, too much to be fetched for each row.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

fn compress(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| match kept {
        Some(compressor) => compressor.compress(plain),
        None => kept.insert(Compressor::new(LEVEL)?).compress(plain),
    })
}

/// Decodes a row of any format there ever was.
pub(crate) fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    match bytes.split_first() {
        Some((&PLAIN, rest)) => postcard::from_bytes(rest).map_err(corrupt),
        Some((&PACKED, rest)) => {
            let (size, packed) = rest
                .split_first_chunk()
                .ok_or_else(|| corrupt("a packed row tells no size"))?;
            let size = usize::try_from(u32::from_le_bytes(*size)).map_err(corrupt)?;
            let plain = zstd::bulk::decompress(packed, size.min(LARGEST)).map_err(corrupt)?;
            match plain.split_first() {
                Some((&PLAIN, rest)) => postcard::from_bytes(rest).map_err(corrupt),
                _ => Err(corrupt("a packed row holds no plain one")),
            }
        }
        Some((other, _)) => Err(corrupt(format!("row of the unknown format {other}"))),
        None => Err(corrupt("empty row")),
    }
}

/// What one commit appended to an execution's journal.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct JournalRow {
    /// When it was decided, epoch milliseconds.
    pub at_ms: i64,
    pub events: Vec<JournalEvent>,
}

/// An execution that waits, by its stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Parked {
    pub home: Home,
    /// The state up to (not including) the journal's row `upto`; none: replay from the start.
    pub snapshot: Option<Snapshot>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub upto: u64,
    pub state: Execution,
}

/// One attempt of a Task state that has not come to its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TaskRow {
    pub v: u32,
    pub caller: super::Caller,
    pub task: ScheduleTask,
    pub phase: Phase,
}

/// How far a task has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// The call is to be made; after a restart it is made again, with the same token.
    Call,
    /// `.sync`: waits for what the service runs. `output` is the answer to the request.
    Watch { output: Value },
    /// Waits for its token (or its activity's worker) to come back.
    Token,
    /// Given up while the call was being made: what the call starts is to be stopped.
    Unwanted,
    /// Given up: what the service runs is to be stopped.
    Cancel { output: Value },
}

/// Where an activity's task waits for a worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Offered {
    pub v: u32,
    pub stream: i64,
    pub task: u64,
    pub token: Arc<str>,
    pub input: Value,
}

/// Whose token this is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TokenRow {
    pub v: u32,
    pub stream: i64,
    pub task: u64,
}
