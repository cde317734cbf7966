//! One batch's changes, inside the writer's transaction.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::{
    meter::Meter,
    seal::{self, Sealer},
    sum::{Unsummed, sum},
};
use crate::{Batch, BusEvent, Expect, Key, Op, StoreError};

/// Bits of a row's id that hold its place in the stream; the upper ones hold the stream.
const SEQ_BITS: u32 = 32;

/// Open streams whose length is kept in memory; past this all are forgotten and looked up again.
const KNOWN_STREAMS: usize = 50_000;

/// Numbers that were given out and not written to, kept in memory; past this they are looked up as others are.
const FRESH_STREAMS: usize = 1 << 20;

/// Returns the ids that a stream's rows have from `from` on, first and last.
pub(super) fn row_ids(stream: i64, from: u64) -> (i64, i64) {
    let base = stream << SEQ_BITS;
    let last = base | i64::from(u32::MAX);
    (
        base.saturating_add(i64::try_from(from).unwrap_or(i64::MAX))
            .min(last),
        last,
    )
}

/// Returns the place in its stream of the row with this id.
pub(super) fn seq_of(id: i64) -> u64 {
    u64::from((id & i64::from(u32::MAX)) as u32)
}

/// Why a batch was not applied.
pub(super) enum Failure {
    /// This batch alone is refused.
    Refused(StoreError),
    /// The transaction is in doubt.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// What the writer knows without asking the file.
pub(super) struct Writing {
    /// Numbers of table and queue names.
    pub(super) spaces: HashMap<&'static str, i64>,
    /// How many rows streams have.
    lengths: HashMap<i64, u64>,
    /// Streams that were given out in this life and that nothing was written to.
    fresh: HashSet<i64>,
    /// The newest event's position.
    pub(super) bus: u64,
    sealer: Sealer,
    pub(super) meter: Meter,
    unsummed: Unsummed,
}

impl Writing {
    pub(super) fn new(bus: u64, unsummed: Unsummed, meter: Meter) -> Self {
        Self {
            spaces: HashMap::new(),
            lengths: HashMap::new(),
            fresh: HashSet::new(),
            bus,
            sealer: Sealer::new(),
            meter,
            unsummed,
        }
    }

    /// Notes that these streams are new.
    pub(super) fn given(&mut self, streams: std::ops::Range<i64>) {
        if self.fresh.len() > FRESH_STREAMS {
            self.fresh.clear();
        }
        self.fresh.extend(streams);
    }

    /// Forgets what a rolled back transaction may have taught.
    pub(super) fn forget(&mut self, bus: u64) {
        self.spaces.clear();
        self.lengths.clear();
        self.bus = bus;
    }

    /// Forgets what a batch that was rolled back alone may have taught.
    pub(super) fn forget_batch(&mut self, batch: &Batch, bus: u64) {
        for op in &batch.ops {
            if let Op::Append { stream, .. } | Op::Seal { stream } | Op::Drop { stream } = op {
                self.lengths.remove(stream);
            }
        }
        self.bus = bus;
    }

    /// Gives numbers to the batch's tables and queues that have none yet.
    pub(super) fn name_spaces(&mut self, file: &Connection, batch: &Batch) -> rusqlite::Result<()> {
        for op in &batch.ops {
            let name = match op {
                Op::Put { table, .. } | Op::Delete { table, .. } => table,
                Op::SetTimer { queue, .. } | Op::ClearTimer { queue, .. } => queue,
                _ => continue,
            };
            if !self.spaces.contains_key(name) {
                file.prepare_cached("INSERT INTO spaces (name) VALUES (?) ON CONFLICT DO NOTHING")?
                    .execute([name])?;
                let id = file
                    .prepare_cached("SELECT id FROM spaces WHERE name = ?")?
                    .query_row([name], |r| r.get(0))?;
                file.prepare_cached("UPDATE spaces SET sum = ? WHERE id = ?")?
                    .execute(params![sum(&[id], name.as_bytes(), b""), id])?;
                self.spaces.insert(name, id);
            }
        }
        Ok(())
    }

    /// Applies the batch; `name_spaces` came before.
    pub(super) fn apply(&mut self, file: &Connection, batch: &Batch) -> Result<(), Failure> {
        for op in &batch.ops {
            match op {
                Op::Put {
                    table,
                    key,
                    value,
                    expect,
                } => self.put(file, table, key, value, *expect)?,
                Op::Delete { table, key, expect } => self.delete(file, table, key, *expect)?,
                Op::Append { stream, seq, row } => self.append(file, *stream, *seq, row)?,
                Op::Seal { stream } => self.seal(file, *stream)?,
                Op::Drop { stream } => self.drop(file, *stream)?,
                Op::SetTimer {
                    queue,
                    key,
                    due_ms,
                    payload,
                } => {
                    let sql = "INSERT INTO timers (queue, key, due, payload, sum) VALUES (?, ?, ?, ?, ?)
                               ON CONFLICT DO UPDATE SET due = excluded.due, payload = excluded.payload, sum = excluded.sum";
                    let queue = self.space(queue);
                    let sum = sum(&[queue, *due_ms], &key.0, payload);
                    file.prepare_cached(sql)?.execute(params![
                        queue,
                        &key.0[..],
                        due_ms,
                        &payload[..],
                        sum
                    ])?;
                }
                Op::ClearTimer { queue, key } => {
                    let sql = "DELETE FROM timers WHERE queue = ? AND key = ?";
                    file.prepare_cached(sql)?
                        .execute(params![self.space(queue), &key.0[..]])?;
                }
                Op::Publish(event) => self.publish(file, event)?,
            }
        }
        Ok(())
    }

    fn space(&self, name: &str) -> i64 {
        self.spaces.get(name).copied().unwrap_or_default()
    }

    fn put(
        &self,
        file: &Connection,
        table: &str,
        key: &Key,
        value: &Bytes,
        expect: Expect,
    ) -> Result<(), Failure> {
        let (space, k, v) = (self.space(table), &key.0[..], &value[..]);
        let sum = sum(&[space], k, v);
        const UPDATE: &str = "UPDATE records SET value = ?3, version = version + 1, sum = ?4 WHERE space = ?1 AND key = ?2";
        let run = |mut statement: CachedStatement<'_>| statement.execute(params![space, k, v, sum]);
        let changed = match expect {
            Expect::Any => run(file.prepare_cached(
                "INSERT INTO records (space, key, version, value, sum) VALUES (?1, ?2, 1, ?3, ?4)
                 ON CONFLICT DO UPDATE SET value = excluded.value, version = version + 1, sum = excluded.sum",
            )?)?,
            Expect::Absent => run(file.prepare_cached(
                "INSERT INTO records (space, key, version, value, sum) VALUES (?1, ?2, 1, ?3, ?4) ON CONFLICT DO NOTHING",
            )?)?,
            Expect::Present => run(file.prepare_cached(UPDATE)?)?,
            Expect::Version(version) => file
                .prepare_cached(
                    "UPDATE records SET value = ?3, version = version + 1, sum = ?5
                     WHERE space = ?1 AND key = ?2 AND version = ?4",
                )?
                .execute(params![space, k, v, whole(version), sum])?,
        };
        demand(changed > 0, table, key)
    }

    fn delete(
        &self,
        file: &Connection,
        table: &str,
        key: &Key,
        expect: Expect,
    ) -> Result<(), Failure> {
        let (space, k) = (self.space(table), &key.0[..]);
        let met = match expect {
            Expect::Version(version) => {
                let sql = "DELETE FROM records WHERE space = ? AND key = ? AND version = ?";
                file.prepare_cached(sql)?
                    .execute(params![space, k, whole(version)])?
                    > 0
            }
            _ => {
                let sql = "DELETE FROM records WHERE space = ? AND key = ?";
                let changed = file.prepare_cached(sql)?.execute(params![space, k])?;
                match expect {
                    Expect::Absent => changed == 0,
                    Expect::Present => changed > 0,
                    _ => true,
                }
            }
        };
        demand(met, table, key)
    }

    fn append(
        &mut self,
        file: &Connection,
        stream: i64,
        seq: u64,
        row: &[u8],
    ) -> Result<(), Failure> {
        let length = if self.fresh.remove(&stream) {
            0
        } else {
            self.length(file, stream)?
        };
        if length != seq || seq > u64::from(u32::MAX) {
            return Err(conflict(
                "stream",
                format!("{stream} row {seq}, which has {length} rows"),
            ));
        }
        let sql = "INSERT INTO rows (id, row, sum) VALUES (?, ?, ?)";
        let id = row_ids(stream, seq).0;
        file.prepare_cached(sql)?
            .execute(params![id, row, sum(&[id], b"", row)])?;
        self.note_length(stream, seq + 1);
        Ok(())
    }

    /// Keeps a stream's length for its next row. Most streams get none soon, so all are forgotten now and then.
    fn note_length(&mut self, stream: i64, length: u64) {
        if self.lengths.len() >= KNOWN_STREAMS {
            self.lengths.clear();
        }
        self.lengths.insert(stream, length);
    }

    fn length(&mut self, file: &Connection, stream: i64) -> rusqlite::Result<u64> {
        if let Some(length) = self.lengths.get(&stream) {
            return Ok(*length);
        }
        let (first, last) = row_ids(stream, 0);
        let newest: Option<i64> = file
            .prepare_cached("SELECT max(id) FROM rows WHERE id BETWEEN ? AND ?")?
            .query_row([first, last], |r| r.get(0))?;
        let length = match newest {
            Some(id) => seq_of(id) + 1,
            None => file
                .prepare_cached("SELECT rows FROM sealed WHERE stream = ?")?
                .query_row([stream], |r| r.get::<_, i64>(0))
                .optional()?
                .map_or(0, i64::unsigned_abs),
        };
        self.note_length(stream, length);
        Ok(length)
    }

    fn seal(&mut self, file: &Connection, stream: i64) -> Result<(), Failure> {
        self.lengths.remove(&stream);
        self.fresh.remove(&stream);
        let (first, last) = row_ids(stream, 0);
        let sealed: Option<(Vec<u8>, i64, Option<i32>)> = file
            .prepare_cached("SELECT data, rows, sum FROM sealed WHERE stream = ?")?
            .query_row([stream], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
            .optional()?;
        let mut rows = match sealed {
            Some((data, rows, found)) => {
                let checked = self
                    .unsummed
                    .check(found, "sealed", &[stream, rows], b"", &data);
                checked.map_err(Failure::Refused)?;
                seal::open(&data).map_err(Failure::Refused)?
            }
            None => Vec::new(),
        };
        let mut statement = file
            .prepare_cached("SELECT row, id, sum FROM rows WHERE id BETWEEN ? AND ? ORDER BY id")?;
        let mut open = statement.query([first, last])?;
        let before = rows.len();
        while let Some(row) = open.next()? {
            let data = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            let checked = self
                .unsummed
                .check(row.get(2)?, "rows", &[row.get(1)?], b"", data);
            checked.map_err(Failure::Refused)?;
            rows.push(Bytes::copy_from_slice(data));
        }
        drop(open);
        if rows.len() == before {
            return Ok(());
        }
        let data = self.sealer.seal(rows.iter().map(|row| &row[..]));
        let sql = "INSERT INTO sealed (stream, rows, data, sum) VALUES (?, ?, ?, ?)
                   ON CONFLICT DO UPDATE SET rows = excluded.rows, data = excluded.data, sum = excluded.sum";
        let count = whole(rows.len() as u64);
        file.prepare_cached(sql)?.execute(params![
            stream,
            count,
            data,
            sum(&[stream, count], b"", &data)
        ])?;
        file.prepare_cached("DELETE FROM rows WHERE id BETWEEN ? AND ?")?
            .execute([first, last])?;
        Ok(())
    }

    fn drop(&mut self, file: &Connection, stream: i64) -> Result<(), Failure> {
        let (first, last) = row_ids(stream, 0);
        file.prepare_cached("DELETE FROM rows WHERE id BETWEEN ? AND ?")?
            .execute([first, last])?;
        file.prepare_cached("DELETE FROM sealed WHERE stream = ?")?
            .execute([stream])?;
        self.lengths.remove(&stream);
        Ok(())
    }

    fn publish(&mut self, file: &Connection, event: &BusEvent) -> Result<(), Failure> {
        let data = serde_json::to_vec(event).map_err(|e| {
            Failure::Refused(StoreError::Failed {
                what: format!("cannot write a bus event: {e}"),
            })
        })?;
        let sql = "INSERT INTO bus (position, time_ms, event, sum) VALUES (?, ?, ?, ?)";
        let position = whole(self.bus + 1);
        let sum = sum(&[position, event.time_ms], b"", &data);
        file.prepare_cached(sql)?
            .execute(params![position, event.time_ms, data, sum])?;
        self.bus += 1;
        Ok(())
    }
}

/// SQLite's integers are signed; none of ours comes near the edge.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn demand(met: bool, table: &str, key: &Key) -> Result<(), Failure> {
    if met {
        Ok(())
    } else {
        Err(conflict(table, key.parts().join("/")))
    }
}

fn conflict(table: &str, key: String) -> Failure {
    Failure::Refused(StoreError::Conflict {
        table: table.to_owned(),
        key,
    })
}
