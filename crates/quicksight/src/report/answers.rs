//! Answers that were computed from snapshots and still hold.

use std::sync::Arc;

use indexmap::IndexMap;
use parking_lot::Mutex;

use crate::asset::Scope;

type Rows = Arc<Vec<Vec<Option<String>>>>;

/// Cells kept, all answers together.
const CELLS_MAX: usize = 1_000_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    scope: Scope,
    data_set: String,
    /// Which snapshots the answer is from.
    edition: String,
    sql: String,
}

/// The least lately used are let go.
#[derive(Default)]
pub(crate) struct Answers(Mutex<Kept>);

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
    pub(super) fn get(
        &self,
        scope: &Scope,
        data_set: &str,
        edition: &str,
        sql: &str,
    ) -> Option<Rows> {
        let mut kept = self.0.lock();
        let question = question(scope, data_set, edition, sql);
        let at = kept.rows.get_index_of(&question)?;
        let last = kept.rows.len() - 1;
        kept.rows.move_index(at, last);
        kept.rows.get_index(last).map(|(_, rows)| Arc::clone(rows))
    }

    pub(super) fn put(&self, scope: &Scope, data_set: &str, edition: &str, sql: &str, rows: Rows) {
        let size = cells(&rows);
        if size > CELLS_MAX / 8 {
            return;
        }
        let mut kept = self.0.lock();
        let question = question(scope, data_set, edition, sql);
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
        let mut kept = self.0.lock();
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

fn question(scope: &Scope, data_set: &str, edition: &str, sql: &str) -> Question {
    Question {
        scope: scope.clone(),
        data_set: data_set.to_owned(),
        edition: edition.to_owned(),
        sql: sql.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_of_an_edition_and_the_oldest_go_first() {
        let scope = Scope {
            account: "a".into(),
            region: "r".into(),
        };
        let answers = Answers::default();
        let rows = |n: usize| Arc::new(vec![vec![None]; n]);
        answers.put(&scope, "d", "1", "q", rows(2));
        assert_eq!(answers.get(&scope, "d", "1", "q").unwrap().len(), 2);
        assert!(answers.get(&scope, "d", "2", "q").is_none());
        for i in 0..9 {
            answers.put(&scope, "e", "1", &i.to_string(), rows(CELLS_MAX / 8 - 2));
        }
        assert!(
            answers.get(&scope, "d", "1", "q").is_none(),
            "the oldest is gone"
        );
        assert!(answers.get(&scope, "e", "1", "8").is_some());
        answers.forget(&scope, "e");
        assert!(answers.get(&scope, "e", "1", "8").is_none());
        assert_eq!(answers.0.lock().cells, 0);
    }
}
