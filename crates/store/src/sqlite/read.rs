//! Reads, on whichever connection is free.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Row, params, params_from_iter, types::Value,
};

use super::{
    apply::{row_ids, seq_of, whole},
    seal,
    sum::Unsummed,
};
use crate::{BusEvent, Key, Record, Scan, StoreError, StreamRow, Timer};

/// Connections kept open. Reads do not wait on anything, so more would only help with more cores.
const KEPT: usize = 8;

/// Where a read finds its connection.
enum Connections {
    /// Whichever is free.
    Pool {
        path: PathBuf,
        free: Mutex<Vec<Connection>>,
    },
    /// One with a read transaction open: all reads see the same moment.
    One(Mutex<Connection>),
}

/// Read-only connections and the numbers of tables' and queues' names.
pub(super) struct Readers {
    connections: Connections,
    spaces: RwLock<HashMap<&'static str, i64>>,
    unsummed: Unsummed,
}

impl Readers {
    pub(super) fn new(path: PathBuf, unsummed: Unsummed) -> Self {
        Self {
            connections: Connections::Pool {
                path,
                free: Mutex::new(Vec::new()),
            },
            spaces: RwLock::default(),
            unsummed,
        }
    }

    /// Returns what reads the file as it is now, whatever is written to it from here on.
    pub(super) fn at_once(file: Connection, unsummed: Unsummed) -> rusqlite::Result<Self> {
        // A transaction begins with its first read, not with BEGIN.
        file.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")?;
        Ok(Self {
            connections: Connections::One(Mutex::new(file)),
            spaces: RwLock::default(),
            unsummed,
        })
    }

    /// The same, from the pool's file.
    pub(super) fn moment(&self) -> Result<Self, StoreError> {
        match &self.connections {
            Connections::Pool { path, .. } => Ok(Self::at_once(connect(path)?, self.unsummed)?),
            Connections::One(_) => Err(StoreError::Failed {
                what: "a moment of a store has no moments".into(),
            }),
        }
    }

    /// Closes the connections that are free.
    pub(super) fn close(&self) {
        if let Connections::Pool { free, .. } = &self.connections {
            free.lock().clear();
        }
    }

    fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (path, pool) = match &self.connections {
            Connections::Pool { path, free } => (path, free),
            Connections::One(file) => return read(&file.lock()),
        };
        let free = pool.lock().pop();
        let file = match free {
            Some(file) => file,
            None => connect(path)?,
        };
        let answer = read(&file);
        let mut free = pool.lock();
        if free.len() < KEPT {
            free.push(file);
        }
        answer
    }

    /// Returns the number of a name, or nothing when nothing was ever written under it.
    fn space(&self, file: &Connection, name: &'static str) -> rusqlite::Result<Option<i64>> {
        if let Some(id) = self.spaces.read().get(name) {
            return Ok(Some(*id));
        }
        let id = file
            .prepare_cached("SELECT id FROM spaces WHERE name = ?")?
            .query_row([name], |r| r.get(0))
            .optional()?;
        if let Some(id) = id {
            self.spaces.write().insert(name, id);
        }
        Ok(id)
    }

    pub(super) fn get(&self, table: &'static str, key: &Key) -> Result<Option<Record>, StoreError> {
        self.with(|file| {
            let Some(space) = self.space(file, table)? else {
                return Ok(None);
            };
            let sql = "SELECT value, version, sum FROM records WHERE space = ? AND key = ?";
            let mut statement = file.prepare_cached(sql)?;
            let mut rows = statement.query(params![space, &key.0[..]])?;
            let Some(row) = rows.next()? else {
                return Ok(None);
            };
            let record = record(row, 0)?;
            self.unsummed
                .check(row.get(2)?, "records", &[space], &key.0, &record.value)?;
            Ok(Some(record))
        })
    }

    pub(super) fn scan(
        &self,
        table: &'static str,
        scan: &Scan,
    ) -> Result<Vec<(Key, Record)>, StoreError> {
        self.with(|file| {
            let Some(space) = self.space(file, table)? else {
                return Ok(Vec::new());
            };
            let (sql, values) = range(space, scan);
            let mut statement = file.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let (key, record) = (Key(bytes(row, 0)?), record(row, 1)?);
                self.unsummed
                    .check(row.get(3)?, "records", &[space], &key.0, &record.value)?;
                found.push((key, record));
            }
            Ok(found)
        })
    }

    pub(super) fn read(&self, stream: i64, from: u64) -> Result<Vec<StreamRow>, StoreError> {
        let (first, last) = row_ids(stream, from);
        // One statement sees one state of the file, whatever a seal does meanwhile.
        let sql = "SELECT -1, data, sum, rows FROM sealed WHERE stream = ?1 AND rows > ?2
                   UNION ALL SELECT id, row, sum, 0 FROM rows WHERE id BETWEEN ?3 AND ?4 ORDER BY 1";
        self.with(|file| {
            let mut statement = file.prepare_cached(sql)?;
            let mut found = statement.query([stream, whole(from), first, last])?;
            let mut rows = Vec::new();
            while let Some(row) = found.next()? {
                let (id, data): (i64, Bytes) = (row.get(0)?, bytes(row, 1)?);
                if id >= 0 {
                    self.unsummed
                        .check(row.get(2)?, "rows", &[id], b"", &data)?;
                    rows.push(StreamRow {
                        seq: seq_of(id),
                        row: data,
                    });
                    continue;
                }
                let numbers = [stream, row.get(3)?];
                self.unsummed
                    .check(row.get(2)?, "sealed", &numbers, b"", &data)?;
                let sealed = (0..)
                    .zip(seal::open(&data)?)
                    .map(|(seq, row)| StreamRow { seq, row });
                rows.extend(sealed.filter(|row| row.seq >= from));
            }
            Ok(rows)
        })
    }

    pub(super) fn timers(
        &self,
        queue: &'static str,
        after_ms: i64,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Timer>, StoreError> {
        self.with(|file| {
            let Some(queue) = self.space(file, queue)? else {
                return Ok(Vec::new());
            };
            // The lowest number of all is no timer's, so that nothing is left out.
            let sql =
                "SELECT key, due, payload, sum FROM timers WHERE queue = ? AND due > ? AND due <= ?
                       ORDER BY due, key LIMIT ?";
            let mut statement = file.prepare_cached(sql)?;
            let rows = statement.query([queue, after_ms, until_ms, whole(limit as u64)])?;
            self.timers_in(queue, rows)
        })
    }

    /// Returns the timers whose keys begin with the prefix, in the order of their keys.
    pub(super) fn timers_of(
        &self,
        queue: &'static str,
        prefix: &Key,
    ) -> Result<Vec<Timer>, StoreError> {
        self.with(|file| {
            let Some(queue) = self.space(file, queue)? else {
                return Ok(Vec::new());
            };
            let begins = "SELECT key, due, payload, sum FROM timers WHERE queue = ?1 AND key >= ?2";
            let (from, end) = (&prefix.0[..], after_prefix(&prefix.0));
            let sql = match end {
                Some(_) => format!("{begins} AND key < ?3 ORDER BY key"),
                None => format!("{begins} ORDER BY key"),
            };
            let mut statement = file.prepare_cached(&sql)?;
            let rows = match end {
                Some(end) => statement.query(params![queue, from, end])?,
                None => statement.query(params![queue, from])?,
            };
            self.timers_in(queue, rows)
        })
    }

    fn timers_in(
        &self,
        queue: i64,
        mut rows: rusqlite::Rows<'_>,
    ) -> Result<Vec<Timer>, StoreError> {
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let timer = Timer {
                key: Key(bytes(row, 0)?),
                due_ms: row.get(1)?,
                payload: bytes(row, 2)?,
            };
            self.unsummed.check(
                row.get(3)?,
                "timers",
                &[queue, timer.due_ms],
                &timer.key.0,
                &timer.payload,
            )?;
            found.push(timer);
        }
        Ok(found)
    }

    pub(super) fn bus_after(
        &self,
        cursor: u64,
        limit: usize,
    ) -> Result<Vec<(u64, BusEvent)>, StoreError> {
        self.with(|file| {
            let sql =
                "SELECT position, event, time_ms, sum FROM bus WHERE position > ? ORDER BY position LIMIT ?";
            let mut statement = file.prepare_cached(sql)?;
            let mut rows = statement.query([whole(cursor), whole(limit as u64)])?;
            let mut events = Vec::new();
            while let Some(row) = rows.next()? {
                let data = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
                let numbers = [row.get(0)?, row.get(2)?];
                self.unsummed
                    .check(row.get(3)?, "bus", &numbers, b"", data)?;
                let event = serde_json::from_slice(data)
                .map_err(|e| StoreError::Corrupt {
                    what: format!("a bus event: {e}"),
                })?;
                events.push((row.get::<_, i64>(0)?.unsigned_abs(), event));
            }
            Ok(events)
        })
    }
}

impl Readers {
    /// Runs `read` on a connection of its own, which is closed afterwards; in a moment on the moment's.
    pub(super) fn alone<T>(
        &self,
        read: impl FnOnce(&Connection, Unsummed) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.connections {
            Connections::Pool { path, .. } => read(&connect(path)?, self.unsummed),
            Connections::One(file) => read(&file.lock(), self.unsummed),
        }
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let file = Connection::open_with_flags(path, flags)?;
    file.busy_timeout(super::backend::BUSY)?;
    file.set_prepared_statement_cache_capacity(32);
    super::backend::keep_plans(&file)?;
    Ok(file)
}

/// Returns the statement of a scan and its values.
fn range(space: i64, scan: &Scan) -> (String, Vec<Value>) {
    let mut sql = String::from("SELECT key, value, version, sum FROM records WHERE space = ?");
    let mut values = vec![Value::Integer(space)];
    let mut bound = |condition: &str, key: &[u8]| {
        sql.push_str(condition);
        values.push(Value::Blob(key.to_vec()));
    };
    // The one bound of each side that is tighter, so that SQLite needs no choice.
    let (prefix, end) = (&scan.prefix.0[..], after_prefix(&scan.prefix.0));
    let after = scan.after.as_ref().map(|key| &key.0[..]);
    match after.filter(|_| !scan.reverse) {
        Some(after) if after >= prefix => bound(" AND key > ?", after),
        _ => bound(" AND key >= ?", prefix),
    }
    match (after.filter(|_| scan.reverse), &end) {
        (Some(before), Some(end)) if before >= &end[..] => bound(" AND key < ?", end),
        (Some(before), _) => bound(" AND key < ?", before),
        (None, Some(end)) => bound(" AND key < ?", end),
        (None, None) => {}
    }
    sql.push_str(if scan.reverse {
        " ORDER BY key DESC LIMIT ?"
    } else {
        " ORDER BY key LIMIT ?"
    });
    values.push(Value::Integer(whole(scan.limit as u64)));
    (sql, values)
}

/// Returns the first key after all that begin with the prefix, if there can be one.
fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != 0xff)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

fn record(row: &Row<'_>, at: usize) -> rusqlite::Result<Record> {
    Ok(Record {
        value: bytes(row, at)?,
        version: row.get::<_, i64>(at + 1)?.unsigned_abs(),
    })
}

fn bytes(row: &Row<'_>, at: usize) -> rusqlite::Result<Bytes> {
    Ok(Bytes::copy_from_slice(row.get_ref(at)?.as_blob()?))
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::{super::schema, *};
    use crate::sqlite::backend;

    #[test]
    fn a_statement_is_planned_once_whatever_limit_is_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.db");
        let mut writer = backend::connect(&path, false).unwrap();
        schema::prepare(&mut writer).unwrap();
        for file in [writer, connect(&path).unwrap()] {
            let (sql, _) = range(1, &Scan::prefix(&["a"]));
            let mut statement = file.prepare_cached(&sql).unwrap();
            for limit in [1, 5, 1000] {
                let values = params![1, b"a", b"b", limit];
                let mut rows = statement.query(values).unwrap();
                assert!(rows.next().unwrap().is_none());
            }
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        }
    }
}
