//! The columns that are in memory, and how many.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use indexmap::IndexMap;
use parking_lot::Mutex;

use super::column::Column;
use crate::Location;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub(super) snapshot: Location,
    pub(super) column: String,
}

/// Columns in memory, up to a number of bytes; the least lately used are let go.
pub(crate) struct Columns {
    kept: Mutex<Kept>,
    /// Of the snapshots that are being read.
    turns: Mutex<HashMap<Location, Weak<Turn>>>,
    bytes_max: usize,
}

type Turn = tokio::sync::Mutex<()>;

#[derive(Default)]
struct Kept {
    columns: IndexMap<Name, Arc<Column>>,
    bytes: usize,
}

impl Kept {
    fn drop_at(&mut self, index: usize) {
        if let Some((_, gone)) = self.columns.shift_remove_index(index) {
            self.bytes -= gone.bytes();
        }
    }
}

impl Columns {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            kept: Mutex::default(),
            turns: Mutex::default(),
            bytes_max,
        }
    }

    /// Tells whether so much can be kept without most of the rest being let go.
    pub(super) fn has_room_for(&self, bytes: usize) -> bool {
        bytes <= self.bytes_max / 2
    }

    /// Returns what is held while a snapshot is read: visuals of one report do not all read the same column.
    pub(super) fn turn(&self, snapshot: &Location) -> Arc<Turn> {
        let mut turns = self.turns.lock();
        if let Some(turn) = turns.get(snapshot).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Turn::default());
        turns.insert(snapshot.clone(), Arc::downgrade(&turn));
        turn
    }

    pub(super) fn get(&self, name: &Name) -> Option<Arc<Column>> {
        let mut kept = self.kept.lock();
        let at = kept.columns.get_index_of(name)?;
        let last = kept.columns.len() - 1;
        kept.columns.move_index(at, last);
        kept.columns.get(name).map(Arc::clone)
    }

    pub(super) fn put(&self, name: Name, column: &Arc<Column>) {
        if column.bytes() > self.bytes_max {
            return;
        }
        let mut kept = self.kept.lock();
        kept.bytes += column.bytes();
        if let Some(former) = kept.columns.insert(name, Arc::clone(column)) {
            kept.bytes -= former.bytes();
        }
        while kept.bytes > self.bytes_max {
            kept.drop_at(0);
        }
    }

    /// Lets go of the columns of the snapshots under a prefix. Queries that read them go on.
    pub(crate) fn forget(&self, under: &Location) {
        let mut kept = self.kept.lock();
        let mut at = 0;
        while let Some((name, _)) = kept.columns.get_index(at) {
            let of = &name.snapshot;
            if of.bucket == under.bucket && of.prefix.starts_with(&under.prefix) {
                kept.drop_at(at);
            } else {
                at += 1;
            }
        }
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.kept.lock().bytes
    }
}
