//! Every execution in the store, looked at once.

use std::collections::{BTreeMap, HashMap, HashSet};

use store::{Key, Scan, Store, StoreError};

use super::{Broken, Facts, check, execution::Rows};
use crate::{
    driver::row::{JournalRow, Parked, Phase, TaskRow, TokenRow, decode},
    execution::{Record, Summary},
    machines::Machines,
    tables,
};

/// How many executions are read at once.
const PAGE: usize = 200;

/// What a survey found.
#[derive(Debug, Default)]
pub struct Survey {
    pub executions: u64,
    pub open: u64,
    pub broken: Vec<Broken>,
}

/// What is read beforehand, by stream.
struct Around {
    machines: Machines,
    timers: HashMap<i64, BTreeMap<u64, i64>>,
    tokens: HashMap<i64, BTreeMap<u64, (i64, u64)>>,
    tasks: HashMap<i64, Vec<TaskRow>>,
    open: HashSet<i64>,
    parked: HashSet<i64>,
    seen: HashSet<i64>,
}

/// Looks at every execution in a store in which nothing changes meanwhile.
///
/// Keeps the timers, tasks and tokens of all open executions in memory, and one page of executions at a time.
pub async fn survey(store: &Store) -> Result<Survey, StoreError> {
    let mut around = Around::read(store).await?;
    let mut found = Survey::default();
    let mut scan = Scan::prefix(&[]);
    scan.limit = PAGE;
    loop {
        let page = store.scan_json::<Record>(tables::EXECUTIONS, &scan).await?;
        let Some((last, _)) = page.last() else { break };
        scan.after = Some(last.clone());
        for (_, record) in &page {
            found.executions += 1;
            found.open += u64::from(record.stop_ms.is_none());
            found.broken.extend(one(store, &mut around, record).await?);
        }
    }
    found.broken.extend(around.orphans());
    Ok(found)
}

async fn one(
    store: &Store,
    around: &mut Around,
    record: &Record,
) -> Result<Vec<Broken>, StoreError> {
    let stream = record.stream;
    around.seen.insert(stream);
    let journal: Vec<(u64, JournalRow)> = store
        .read(stream, 0)
        .await?
        .iter()
        .map(|row| Ok((row.seq, decode(&row.row)?)))
        .collect::<Result<_, StoreError>>()?;
    let key = tables::key(&[&tables::stream(stream)]);
    let parked: Option<Parked> = match store.get(tables::PARKED, &key).await? {
        Some(row) => Some(decode(&row.value)?),
        None => None,
    };
    let summary: Option<Summary> = store
        .get_json(tables::LISTED, &record.home.listed_key(record.start_ms))
        .await?;
    let open = store
        .get(tables::OPEN, &record.home.open_key(stream))
        .await?
        .is_some();
    let loaded = around.machines.of_execution(&record.home).await?;
    let definition = match &record.home.map {
        Some(map) => loaded.definition.item_processor(&map.state),
        None => Some(loaded.definition.clone()),
    };
    let (no_timers, no_tokens) = (BTreeMap::new(), BTreeMap::new());
    Ok(check(&Facts {
        record,
        journal: &journal,
        tasks: around.tasks.get(&stream).map_or(&[][..], Vec::as_slice),
        rows: Some(Rows {
            parked: parked.is_some(),
            snapshot: parked.as_ref().and_then(|p| p.snapshot.as_ref()),
            open,
            summary: summary.as_ref(),
            timers: around.timers.get(&stream).unwrap_or(&no_timers),
            tokens: around.tokens.get(&stream).unwrap_or(&no_tokens),
        }),
        definition: definition.as_ref(),
    }))
}

impl Around {
    async fn read(store: &Store) -> Result<Self, StoreError> {
        let mut around = Self {
            machines: Machines::new(store.clone()),
            timers: HashMap::new(),
            tokens: HashMap::new(),
            tasks: HashMap::new(),
            open: HashSet::new(),
            parked: HashSet::new(),
            seen: HashSet::new(),
        };
        let all = Scan::prefix(&[]);
        for timer in store.timers(tables::TIMERS, i64::MAX, usize::MAX).await? {
            let (stream, id) = stream_and_number(&timer.key);
            around
                .timers
                .entry(stream)
                .or_default()
                .insert(id, timer.due_ms);
        }
        for (key, row) in store.scan_json::<TaskRow>(tables::TASKS, &all).await? {
            let (stream, _) = stream_and_number(&key);
            around.tasks.entry(stream).or_default().push(row);
        }
        for (_, row) in store.scan_json::<TokenRow>(tables::TOKENS, &all).await? {
            let of = around.tokens.entry(row.stream).or_default();
            of.insert(row.task, (row.stream, row.task));
        }
        for (key, _) in store.scan(tables::OPEN, &all).await? {
            let stream = key.parts().pop().and_then(|p| tables::stream_of(&p));
            around.open.insert(stream.unwrap_or_default());
        }
        for (key, _) in store.scan(tables::PARKED, &all).await? {
            around.parked.insert(stream_and_number(&key).0);
        }
        Ok(around)
    }

    /// Rows whose execution is not there.
    fn orphans(&self) -> Vec<Broken> {
        let given_up = |rows: &[TaskRow]| {
            let given_up =
                |row: &TaskRow| matches!(row.phase, Phase::Unwanted | Phase::Cancel { .. });
            rows.iter().all(given_up)
        };
        let lost = |stream: &&i64| !self.seen.contains(stream);
        let tell = |what: &str, stream: &i64| Broken {
            invariant: "INV-10",
            of: format!("stream {stream:x}"),
            what: format!("{what} without an execution"),
        };
        let timers = self.timers.keys().filter(lost).map(|s| tell("a timer", s));
        let tasks = self
            .tasks
            .iter()
            .filter(|(s, rows)| lost(s) && !given_up(rows));
        let open = self
            .open
            .iter()
            .filter(lost)
            .map(|s| tell("an open row", s));
        let parked = self
            .parked
            .iter()
            .filter(lost)
            .map(|s| tell("a parked row", s));
        timers
            .chain(tasks.map(|(s, _)| tell("a task", s)))
            .chain(open)
            .chain(parked)
            .collect()
    }
}

/// Reads a key of stream and number; a key that is none gives a stream that no execution has.
fn stream_and_number(key: &Key) -> (i64, u64) {
    let parts = key.parts();
    let stream = parts.first().and_then(|p| tables::stream_of(p));
    let number = parts.get(1).and_then(|p| u64::from_str_radix(p, 16).ok());
    (stream.unwrap_or(-1), number.unwrap_or_default())
}
