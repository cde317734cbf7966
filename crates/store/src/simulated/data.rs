//! What a simulated disk holds.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::{Batch, BusEvent, Expect, Key, Op, Record, Scan, StoreError, StreamRow, Timer};

#[derive(Default)]
pub(super) struct Data {
    records: BTreeMap<&'static str, BTreeMap<Bytes, Record>>,
    streams: BTreeMap<i64, Vec<Bytes>>,
    timers: BTreeMap<&'static str, BTreeMap<Bytes, (i64, Bytes)>>,
    pub(super) bus: Vec<BusEvent>,
    pub(super) next_stream: i64,
}

/// How a change is taken back.
enum Undo {
    Record(&'static str, Bytes, Option<Record>),
    Stream(i64, Option<Vec<Bytes>>),
    Shorten(i64),
    Timer(&'static str, Bytes, Option<(i64, Bytes)>),
    Publish,
}

impl Data {
    /// Applies a batch whole, or nothing of it.
    pub(super) fn apply(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let mut done = Vec::new();
        for op in &batch.ops {
            match self.change(op) {
                Ok(undo) => done.extend(undo),
                Err(refusal) => {
                    done.into_iter().rev().for_each(|undo| self.undo(undo));
                    return Err(refusal);
                }
            }
        }
        Ok(())
    }

    fn change(&mut self, op: &Op) -> Result<Option<Undo>, StoreError> {
        Ok(Some(match op {
            Op::Put {
                table,
                key,
                value,
                expect,
            } => {
                let rows = self.records.entry(table).or_default();
                let before = rows.get(&key.0).cloned();
                demand(before.as_ref(), *expect, table, key)?;
                let version = before.as_ref().map_or(0, |r| r.version) + 1;
                let value = value.clone();
                rows.insert(key.0.clone(), Record { value, version });
                Undo::Record(table, key.0.clone(), before)
            }
            Op::Delete { table, key, expect } => {
                let rows = self.records.entry(table).or_default();
                demand(rows.get(&key.0), *expect, table, key)?;
                let before = rows.remove(&key.0);
                Undo::Record(table, key.0.clone(), before)
            }
            Op::Append { stream, seq, row } => {
                let rows = self.streams.entry(*stream).or_default();
                if rows.len() as u64 != *seq {
                    return Err(conflict("stream", format!("{stream} row {seq}")));
                }
                rows.push(row.clone());
                Undo::Shorten(*stream)
            }
            // How rows lie is not told from outside.
            Op::Seal { .. } => return Ok(None),
            Op::Drop { stream } => Undo::Stream(*stream, self.streams.remove(stream)),
            Op::SetTimer {
                queue,
                key,
                due_ms,
                payload,
            } => {
                let timers = self.timers.entry(queue).or_default();
                let before = timers.insert(key.0.clone(), (*due_ms, payload.clone()));
                Undo::Timer(queue, key.0.clone(), before)
            }
            Op::ClearTimer { queue, key } => {
                let before = self.timers.entry(queue).or_default().remove(&key.0);
                Undo::Timer(queue, key.0.clone(), before)
            }
            Op::Publish(event) => {
                self.bus.push(event.clone());
                Undo::Publish
            }
        }))
    }

    fn undo(&mut self, undo: Undo) {
        match undo {
            Undo::Record(table, key, before) => {
                put_back(self.records.entry(table).or_default(), key, before);
            }
            Undo::Timer(queue, key, before) => {
                put_back(self.timers.entry(queue).or_default(), key, before);
            }
            Undo::Stream(stream, before) => put_back(&mut self.streams, stream, before),
            Undo::Shorten(stream) => {
                self.streams.entry(stream).or_default().pop();
            }
            Undo::Publish => {
                self.bus.pop();
            }
        }
    }

    pub(super) fn get(&self, table: &str, key: &Key) -> Option<Record> {
        self.records.get(table)?.get(&key.0).cloned()
    }

    pub(super) fn scan(&self, table: &str, scan: &Scan) -> Vec<(Key, Record)> {
        let Some(rows) = self.records.get(table) else {
            return Vec::new();
        };
        let within = rows
            .range(scan.prefix.0.clone()..)
            .take_while(|(key, _)| key.starts_with(&scan.prefix.0));
        let beyond = |key: &Bytes| match &scan.after {
            None => true,
            Some(after) if scan.reverse => key < &after.0,
            Some(after) => key > &after.0,
        };
        let mut found: Vec<_> = within
            .filter(|(key, _)| beyond(key))
            .map(|(key, record)| (Key(key.clone()), record.clone()))
            .collect();
        if scan.reverse {
            found.reverse();
        }
        found.truncate(scan.limit);
        found
    }

    pub(super) fn read(&self, stream: i64, from: u64) -> Vec<StreamRow> {
        let rows = self.streams.get(&stream).map_or(&[][..], Vec::as_slice);
        (0..)
            .zip(rows)
            .filter(|(seq, _)| *seq >= from)
            .map(|(seq, row)| StreamRow {
                seq,
                row: row.clone(),
            })
            .collect()
    }

    pub(super) fn timers(&self, queue: &str, until_ms: i64, limit: usize) -> Vec<Timer> {
        let mut found: Vec<Timer> = self
            .timers
            .get(queue)
            .into_iter()
            .flatten()
            .filter(|(_, (due_ms, _))| *due_ms <= until_ms)
            .map(|(key, (due_ms, payload))| Timer {
                key: Key(key.clone()),
                due_ms: *due_ms,
                payload: payload.clone(),
            })
            .collect();
        found.sort_by(|a, b| (a.due_ms, &a.key).cmp(&(b.due_ms, &b.key)));
        found.truncate(limit);
        found
    }
}

fn put_back<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, before: Option<V>) {
    match before {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    };
}

fn demand(
    found: Option<&Record>,
    expect: Expect,
    table: &str,
    key: &Key,
) -> Result<(), StoreError> {
    let met = match expect {
        Expect::Any => true,
        Expect::Absent => found.is_none(),
        Expect::Present => found.is_some(),
        Expect::Version(version) => found.is_some_and(|r| r.version == version),
    };
    if met {
        Ok(())
    } else {
        Err(conflict(table, key.parts().join("/")))
    }
}

fn conflict(table: &str, key: String) -> StoreError {
    StoreError::Conflict {
        table: table.to_owned(),
        key,
    }
}
