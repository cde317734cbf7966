//! History events page by page: a page costs a page, wherever it lies.
//!
//! Whoever asks for one page asks for the next one soon. So the journal that was read stays for a while as it is
//! stored, which is much less than the events it tells of, with marks in it from which events can be told.

use std::{collections::VecDeque, sync::Arc};

use asl::{
    Definition,
    history::{HistoryEvent, Projector},
};
use parking_lot::Mutex;
use store::{StoreError, StreamRow};

use super::{
    Driver,
    row::{JournalRow, decode},
};
use crate::execution::Record;

/// How many histories that are being paged through are kept, and how large their journals are altogether.
const KEPT: usize = 4;
const KEPT_BYTES: usize = 32 << 20;
/// Events from one mark to the next.
const MARK_EVERY: usize = 500;

/// Which events to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The oldest first, after so many.
    After(usize),
    /// The newest first, of the first so many.
    Of(usize),
    /// The newest first, of all.
    OfAll,
}

/// Some events, and the part that comes next.
#[derive(Debug, PartialEq)]
pub(crate) struct Told {
    pub events: Vec<HistoryEvent>,
    pub next: Option<Part>,
}

/// The journals that are being read, the one that was used last at the end.
#[derive(Default)]
pub(super) struct Histories(Mutex<VecDeque<Journal>>);

impl Histories {
    fn take(&self, stream: i64) -> Option<Journal> {
        let mut kept = self.0.lock();
        let at = kept.iter().position(|journal| journal.stream == stream)?;
        kept.remove(at)
    }

    fn keep(&self, journal: Journal) {
        if journal.bytes > KEPT_BYTES {
            return;
        }
        let mut kept = self.0.lock();
        kept.retain(|other| other.stream != journal.stream);
        kept.push_back(journal);
        while kept.len() > KEPT || kept.iter().map(|j| j.bytes).sum::<usize>() > KEPT_BYTES {
            kept.pop_front();
        }
    }
}

/// An execution's journal as it is stored.
struct Journal {
    stream: i64,
    rows: Vec<StreamRow>,
    bytes: usize,
    /// The row that was told last: one turn may have made thousands of events.
    decoded: Option<(usize, Arc<JournalRow>)>,
    /// In order; the first stands at the beginning.
    marks: Vec<Mark>,
    /// How many journal's events were gone through, again and again: what reading has cost.
    #[cfg(test)]
    passed: usize,
}

/// A place between two of the journal's events.
#[derive(Clone)]
struct Mark {
    row: usize,
    /// How many events of the row come before it.
    at: usize,
    /// How many history events come before it.
    events: usize,
    projector: Projector,
}

impl Journal {
    fn new(stream: i64, definition: &Definition) -> Self {
        let beginning = Mark {
            row: 0,
            at: 0,
            events: 0,
            projector: Projector::new(definition),
        };
        Self {
            stream,
            rows: Vec::new(),
            bytes: 0,
            decoded: None,
            marks: vec![beginning],
            #[cfg(test)]
            passed: 0,
        }
    }

    fn extend(&mut self, rows: Vec<StreamRow>) {
        self.bytes += rows.iter().map(|row| row.row.len()).sum::<usize>();
        self.rows.extend(rows);
    }

    /// Returns a part of at most `size` events.
    fn part(&mut self, part: Part, size: usize) -> Result<Told, StoreError> {
        match part {
            Part::After(from) => {
                let upto = from.saturating_add(size);
                let (events, more) = self.between(from, upto)?;
                let next = more.then_some(Part::After(upto));
                Ok(Told { events, next })
            }
            Part::Of(upto) => {
                let from = upto.saturating_sub(size);
                let (mut events, _) = self.between(from, upto)?;
                events.reverse();
                let next = (from > 0).then_some(Part::Of(from));
                Ok(Told { events, next })
            }
            Part::OfAll => {
                let count = self.count()?;
                self.part(Part::Of(count), size)
            }
        }
    }

    fn count(&mut self) -> Result<usize, StoreError> {
        let mut count = 0;
        self.tell(usize::MAX, |at, _| {
            count = at + 1;
            true
        })?;
        Ok(count)
    }

    /// Returns the events from `from` to `upto`, and whether there are more.
    fn between(
        &mut self,
        from: usize,
        upto: usize,
    ) -> Result<(Vec<HistoryEvent>, bool), StoreError> {
        let (mut events, mut more) = (Vec::new(), false);
        self.tell(from, |at, event| {
            if at >= upto {
                more = true;
            } else if at >= from {
                events.push(event);
            }
            !more
        })?;
        Ok((events, more))
    }

    /// Tells events with their places, from the last mark at or before `from` on (that of the end for what lies beyond
    /// it), until `each` has enough; leaves marks on the way.
    fn tell(
        &mut self,
        from: usize,
        mut each: impl FnMut(usize, HistoryEvent) -> bool,
    ) -> Result<(), StoreError> {
        let Some(mut mark) = self.marks.iter().rfind(|mark| mark.events <= from).cloned() else {
            return Ok(());
        };
        while let Some(row) = self.row(mark.row)? {
            for event in row.events.iter().skip(mark.at) {
                #[cfg(test)]
                {
                    self.passed += 1;
                }
                mark.at += 1;
                let Some(event) = mark.projector.push(row.at_ms, event) else {
                    continue;
                };
                mark.events += 1;
                if !each(mark.events - 1, event) {
                    return Ok(());
                }
                let last = self.marks.last().map_or(0, |last| last.events);
                if mark.events >= last + MARK_EVERY {
                    self.marks.push(mark.clone());
                }
            }
            (mark.row, mark.at) = (mark.row + 1, 0);
        }
        Ok(())
    }

    /// Returns a row; none: there are no more.
    fn row(&mut self, number: usize) -> Result<Option<Arc<JournalRow>>, StoreError> {
        if let Some((_, row)) = self.decoded.as_ref().filter(|(n, _)| *n == number) {
            return Ok(Some(Arc::clone(row)));
        }
        let Some(stored) = self.rows.get(number) else {
            return Ok(None);
        };
        let row: Arc<JournalRow> = Arc::new(decode(&stored.row)?);
        self.decoded = Some((number, Arc::clone(&row)));
        Ok(Some(row))
    }
}

impl Driver {
    /// Returns at most `size` history events of an execution.
    pub(crate) async fn told(
        &self,
        record: &Record,
        part: Part,
        size: usize,
    ) -> Result<Told, StoreError> {
        let stream = record.stream;
        let mut journal = match self.histories.take(stream) {
            Some(journal) => journal,
            None => Journal::new(stream, &self.definition_of(&record.home).await?),
        };
        let from = journal.rows.last().map_or(0, |row| row.seq + 1);
        journal.extend(self.store.read(stream, from).await?);
        let told = journal.part(part, size)?;
        if told.next.is_some() {
            self.histories.keep(journal);
        }
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use asl::{Context, Env, Execution, JournalEvent, MachineKind, Trigger, history::project};

    use super::{super::row::encode, *};

    /// A journal of a Map of so many items, two states each.
    fn journal(items: usize) -> (Definition, Vec<JournalRow>) {
        let text = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
            "StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "Q"}, "Q": {"Type": "Pass", "End": true}}}}}}"#;
        let definition = Definition::parse(text, MachineKind::Standard).unwrap();
        let context = Context {
            execution_arn: "arn".into(),
            execution_name: "e".into(),
            role_arn: "role".into(),
            start_time: "2026-01-01T00:00:00Z".into(),
            redrive_count: 0,
            machine_arn: "arn".into(),
            machine_name: "m".into(),
            region: "us-east-1".into(),
        };
        let input: Vec<String> = (0..items).map(|n| n.to_string()).collect();
        let mut trigger = Trigger::Start {
            context,
            input_text: format!("[{}]", input.join(",")).into(),
        };
        let (mut state, mut rows) = (Execution::new(), Vec::new());
        while state.status().is_none_or(|s| s == asl::Status::Running) {
            let at_ms = i64::try_from(rows.len()).unwrap();
            let env = Env {
                now_ms: at_ms,
                seed: 1,
            };
            let events = asl::advance(&definition, &mut state, trigger, &env).events;
            for events in events.chunks(700) {
                let events = events.to_vec();
                rows.push(JournalRow { at_ms, events });
            }
            trigger = Trigger::Continue;
        }
        (definition, rows)
    }

    fn stored(rows: &[JournalRow]) -> Vec<StreamRow> {
        let row = |(seq, row)| StreamRow {
            seq,
            row: encode(row).unwrap().into(),
        };
        (0..).zip(rows).map(row).collect()
    }

    fn whole(definition: &Definition, rows: &[JournalRow]) -> Vec<HistoryEvent> {
        let events = rows.iter();
        let events = events.flat_map(|r| r.events.iter().map(|e: &JournalEvent| (r.at_ms, e)));
        project(definition, events)
    }

    fn paged(journal: &mut Journal, first: Part, size: usize) -> Vec<HistoryEvent> {
        let (mut events, mut part) = (Vec::new(), Some(first));
        while let Some(now) = part {
            let told = journal.part(now, size).unwrap();
            assert!(told.events.len() == size || told.next.is_none());
            events.extend(told.events);
            part = told.next;
        }
        events
    }

    #[test]
    fn pages_are_the_whole_in_either_order() {
        let (definition, rows) = journal(500);
        let all = whole(&definition, &rows);
        assert!(
            all.len() > 3_000 && rows.len() > 4,
            "{} {}",
            all.len(),
            rows.len()
        );
        let reversed: Vec<_> = all.iter().rev().cloned().collect();
        for size in [1, 7, 100, 499, 1_000, all.len(), all.len() + 1] {
            let mut journal = Journal::new(1, &definition);
            journal.extend(stored(&rows));
            assert_eq!(paged(&mut journal, Part::After(0), size), all, "{size}");
            assert_eq!(paged(&mut journal, Part::OfAll, size), reversed, "{size}");
            let beyond = journal.part(Part::After(all.len() + 3), size).unwrap();
            assert_eq!((beyond.events, beyond.next), (vec![], None));
        }
    }

    #[test]
    fn a_page_costs_a_page() {
        let (definition, rows) = journal(3_500);
        assert!(whole(&definition, &rows).len() > 20_000);
        for first in [Part::After(0), Part::OfAll] {
            let mut journal = Journal::new(1, &definition);
            journal.extend(stored(&rows));
            // The first page of the newest goes through the whole, once.
            let mut told = journal.part(first, 100).unwrap();
            while let Some(next) = told.next {
                journal.passed = 0;
                told = journal.part(next, 100).unwrap();
                let passed = journal.passed;
                assert!(passed <= 2 * (MARK_EVERY + 100), "{passed} for {next:?}");
            }
        }
    }

    #[test]
    fn a_history_that_grows_between_pages_goes_on() {
        let (definition, rows) = journal(500);
        let all = whole(&definition, &rows);
        let stored = stored(&rows);
        let half = stored.len() / 2;
        let known = whole(&definition, &rows[..half]);
        let mut journal = Journal::new(1, &definition);
        journal.extend(stored[..half].to_vec());
        let newest = journal.part(Part::OfAll, 10).unwrap();
        let oldest = journal.part(Part::After(0), known.len() - 5).unwrap();
        journal.extend(stored[half..].to_vec());
        let mut forwards = oldest.events;
        forwards.extend(paged(&mut journal, oldest.next.unwrap(), 64));
        assert_eq!(forwards, all);
        let mut backwards = newest.events;
        backwards.extend(paged(&mut journal, newest.next.unwrap(), 64));
        backwards.reverse();
        assert_eq!(backwards, known);
    }

    #[test]
    fn few_are_kept_and_not_too_much_of_them() {
        let (definition, _) = journal(1);
        let of = |stream, bytes| {
            let mut journal = Journal::new(stream, &definition);
            journal.bytes = bytes;
            journal
        };
        let histories = Histories::default();
        let kept = |histories: &Histories| {
            let kept = histories.0.lock();
            kept.iter().map(|j| j.stream).collect::<Vec<_>>()
        };
        for stream in 1..=5 {
            histories.keep(of(stream, 1));
        }
        histories.keep(of(3, 1));
        assert_eq!(kept(&histories), [2, 4, 5, 3]);
        histories.keep(of(6, KEPT_BYTES - 1));
        assert_eq!(kept(&histories), [3, 6]);
        histories.keep(of(7, KEPT_BYTES + 1));
        assert_eq!(kept(&histories), [3, 6]);
        assert!(histories.take(3).is_some() && histories.take(3).is_none());
    }
}
