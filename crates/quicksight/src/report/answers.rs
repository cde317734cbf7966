//! Answers that were computed from snapshots and still hold.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use indexmap::IndexMap;
use parking_lot::Mutex;

use crate::asset::Scope;

type Rows = Arc<Vec<Vec<Option<String>>>>;

/// Cells kept, all answers together.
const CELLS_MAX: usize = 1_000_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) scope: Scope,
    pub(super) data_set: String,
    /// Which snapshots the answer is from.
    pub(super) edition: String,
    /// Has the rules for whoever asks in it.
    pub(super) sql: String,
}

type Turn = tokio::sync::Mutex<()>;

/// The least lately used are let go.
#[derive(Default)]
pub(crate) struct Answers {
    kept: Mutex<Kept>,
    /// Of the questions that are being answered.
    turns: Mutex<HashMap<Question, Weak<Turn>>>,
}

#[derive(Default)]
struct Kept {
    rows: IndexMap<Question, Rows>,
    cells: usize,
}

fn cells(rows: &Rows) -> usize {
    // A row without cells, and an answer without rows, are kept too.
    1 + rows.len() * rows.first().map_or(1, |r| r.len().max(1))
}

impl Kept {
    fn drop_at(&mut self, index: usize) {
        if let Some((_, rows)) = self.rows.shift_remove_index(index) {
            self.cells -= cells(&rows);
        }
    }
}

impl Answers {
    /// Returns the answer that is kept, or else computes it; who asks the same meanwhile waits for it.
    pub(super) async fn get_or<E>(
        &self,
        question: Question,
        compute: impl Future<Output = Result<Vec<Vec<Option<String>>>, E>>,
    ) -> Result<Rows, E> {
        if let Some(rows) = self.get(&question) {
            return Ok(rows);
        }
        let turn = self.turn(&question);
        let _mine = turn.lock().await;
        if let Some(rows) = self.get(&question) {
            return Ok(rows);
        }
        let rows = Arc::new(compute.await?);
        self.put(question, Arc::clone(&rows));
        Ok(rows)
    }

    fn turn(&self, question: &Question) -> Arc<Turn> {
        let mut turns = self.turns.lock();
        if let Some(turn) = turns.get(question).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Turn::default());
        turns.insert(question.clone(), Arc::downgrade(&turn));
        turn
    }

    fn get(&self, question: &Question) -> Option<Rows> {
        let mut kept = self.kept.lock();
        let at = kept.rows.get_index_of(question)?;
        let last = kept.rows.len() - 1;
        kept.rows.move_index(at, last);
        kept.rows.get_index(last).map(|(_, rows)| Arc::clone(rows))
    }

    fn put(&self, question: Question, rows: Rows) {
        let size = cells(&rows);
        if size > CELLS_MAX / 8 {
            return;
        }
        let mut kept = self.kept.lock();
        if let Some(former) = kept.rows.insert(question, rows) {
            kept.cells -= cells(&former);
        }
        kept.cells += size;
        while kept.cells > CELLS_MAX {
            kept.drop_at(0);
        }
    }

    /// Lets go of a data set's answers.
    pub(crate) fn forget(&self, scope: &Scope, data_set: &str) {
        let mut kept = self.kept.lock();
        let mut at = 0;
        while let Some((question, _)) = kept.rows.get_index(at) {
            if question.scope == *scope && question.data_set == data_set {
                kept.drop_at(at);
            } else {
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn question(data_set: &str, edition: &str, sql: &str) -> Question {
        Question {
            scope: Scope {
                account: "a".into(),
                region: "r".into(),
            },
            data_set: data_set.into(),
            edition: edition.into(),
            sql: sql.into(),
        }
    }

    #[test]
    fn answers_are_of_an_edition_and_the_oldest_go_first() {
        let answers = Answers::default();
        let get = |d: &str, e: &str, q: &str| answers.get(&question(d, e, q));
        let rows = |n: usize| Arc::new(vec![vec![None]; n]);
        answers.put(question("d", "1", "q"), rows(2));
        assert_eq!(get("d", "1", "q").unwrap().len(), 2);
        assert!(get("d", "2", "q").is_none());
        for i in 0..9 {
            answers.put(question("e", "1", &i.to_string()), rows(CELLS_MAX / 8 - 2));
        }
        assert!(get("d", "1", "q").is_none(), "the oldest is gone");
        assert!(get("e", "1", "8").is_some());
        answers.forget(&question("e", "", "").scope, "e");
        assert!(get("e", "1", "8").is_none());
        assert_eq!(answers.kept.lock().cells, 0);
    }

    #[tokio::test]
    async fn what_is_asked_at_once_is_computed_once_and_a_failure_is_no_answer() {
        let answers = Answers::default();
        let computed = AtomicUsize::new(0);
        let failing = answers.get_or(question("d", "1", "q"), async { Err("no") });
        assert_eq!(failing.await, Err("no"));
        let ask = |edition: &'static str| {
            answers.get_or(question("d", edition, "q"), async {
                computed.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok::<_, ()>(vec![vec![Some(edition.to_owned())]])
            })
        };
        let (a, b, c) = tokio::join!(ask("1"), ask("1"), ask("2"));
        assert_eq!(a, b);
        assert_eq!(c.unwrap()[0][0].as_deref(), Some("2"));
        assert_eq!(computed.load(Ordering::SeqCst), 2);
        assert_eq!(ask("1").await, a);
        assert_eq!(computed.load(Ordering::SeqCst), 2);
    }
}
