//! Every execution in the store, looked at once, a page at a time.

use std::{collections::BTreeMap, time::Duration};

use store::{Key, Scan, Store, StoreError};
use tokio::time::Instant;

use super::{Broken, Facts, check, execution::Rows, orphans};
use crate::{
    driver::row::{JournalRow, Parked, TaskRow, TokenRow, decode},
    execution::{Record, Summary},
    machines::Machines,
    tables,
};

/// How many executions, or rows, are looked at in one moment.
pub(super) const PAGE: usize = 64;
/// How many findings are kept; more are counted.
const ENOUGH: usize = 100;
/// The shortest rest between pages, where there is one.
const REST: Duration = Duration::from_millis(20);

/// What a survey found.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    pub executions: u64,
    pub open: u64,
    /// The first findings.
    pub broken: Vec<Broken>,
    /// How many findings there are in all.
    pub found: u64,
}

impl Survey {
    pub(super) fn tell(&mut self, broken: impl IntoIterator<Item = Broken>) {
        for broken in broken {
            self.found += 1;
            if self.broken.len() < ENOUGH {
                self.broken.push(broken);
            }
        }
    }
}

/// Where a survey finds its pages, and how much of the time it rests.
pub struct Moments<'a> {
    /// Returns the store as it is now; nothing changes in it while a page is looked at.
    pub now: &'a (dyn Fn() -> Result<Store, StoreError> + Send + Sync),
    /// After each page, for how many times as long as it took. 0: it does not rest.
    pub rests: u32,
}

impl Moments<'_> {
    /// Rests after a page that was begun at `since`.
    pub(super) async fn rest(&self, since: Instant) {
        if self.rests > 0 {
            tokio::time::sleep((since.elapsed() * self.rests).max(REST)).await;
        }
    }
}

/// Looks at every execution in a store in which nothing changes meanwhile.
pub async fn survey(store: &Store) -> Result<Survey, StoreError> {
    survey_at(&Moments {
        now: &|| Ok(store.clone()),
        rests: 0,
    })
    .await
}

/// Looks at every execution while others go on: each page as it is at one moment. What is there throughout is looked
/// at; what comes or goes meanwhile may be. Keeps one page in memory.
pub async fn survey_at(moments: &Moments<'_>) -> Result<Survey, StoreError> {
    let mut found = Survey::default();
    let mut scan = Scan::prefix(&[]);
    scan.limit = PAGE;
    loop {
        let (store, since) = ((moments.now)()?, Instant::now());
        let page = match store.scan_json::<Record>(tables::EXECUTIONS, &scan).await {
            Ok(page) => page,
            Err(error @ StoreError::Corrupt { .. }) => {
                // There is no going past it: what comes after is not known.
                found.tell([unreadable("the executions from here on", &error)]);
                break;
            }
            Err(error) => return Err(error),
        };
        let machines = Machines::new(store.clone());
        let Some((last, _)) = page.last() else { break };
        scan.after = Some(last.clone());
        for (_, record) in &page {
            found.executions += 1;
            found.open += u64::from(record.stop_ms.is_none());
            match one(&store, &machines, record).await {
                Ok(broken) => found.tell(broken),
                Err(error @ StoreError::Corrupt { .. }) => {
                    found.tell([unreadable(&record.home.arn(), &error)]);
                }
                Err(error) => return Err(error),
            }
            tokio::task::yield_now().await;
        }
        drop((store, machines));
        moments.rest(since).await;
    }
    orphans::look(moments, &mut found).await?;
    Ok(found)
}

pub(super) fn unreadable(of: &str, error: &StoreError) -> Broken {
    Broken {
        invariant: "INV-0",
        of: of.into(),
        what: error.to_string(),
    }
}

async fn one(
    store: &Store,
    machines: &Machines,
    record: &Record,
) -> Result<Vec<Broken>, StoreError> {
    let stream = record.stream;
    let journal: Vec<(u64, JournalRow)> = store
        .read(stream, 0)
        .await?
        .iter()
        .map(|row| Ok((row.seq, decode(&row.row)?)))
        .collect::<Result<_, StoreError>>()?;
    let parked = parked(store, stream).await?;
    let summary: Option<Summary> = store
        .get_json(tables::LISTED, &record.home.listed_key(record.start_ms))
        .await?;
    let open = store
        .get(tables::OPEN, &record.home.open_key(stream))
        .await?
        .is_some();
    let below = Key::prefix(&[&tables::stream(stream)]);
    let timers = store.timers_of(tables::TIMERS, &below).await?;
    let timers = timers
        .iter()
        .map(|timer| (stream_and_number(&timer.key).1, timer.due_ms))
        .collect();
    let scan = Scan {
        prefix: below,
        after: None,
        limit: usize::MAX,
        reverse: false,
    };
    let tasks = store.scan_json::<TaskRow>(tables::TASKS, &scan).await?;
    let tasks: Vec<TaskRow> = tasks.into_iter().map(|(_, row)| row).collect();
    let tokens = tokens(store, &tasks).await?;
    let loaded = machines.of_execution(&record.home).await?;
    let definition = match &record.home.map {
        Some(map) => loaded.definition.item_processor(&map.state),
        None => Some(loaded.definition.clone()),
    };
    Ok(check(&Facts {
        record,
        journal: &journal,
        tasks: &tasks,
        rows: Some(Rows {
            parked: parked.is_some(),
            snapshot: parked.as_ref().and_then(|p| p.snapshot.as_ref()),
            open,
            summary: summary.as_ref(),
            timers: &timers,
            tokens: &tokens,
        }),
        definition: definition.as_ref(),
    }))
}

pub(super) async fn parked(store: &Store, stream: i64) -> Result<Option<Parked>, StoreError> {
    let key = tables::key(&[&tables::stream(stream)]);
    match store.get(tables::PARKED, &key).await? {
        Some(row) => decode(&row.value).map(Some),
        None => Ok(None),
    }
}

/// Returns where the tokens of tasks lead, by task.
async fn tokens(store: &Store, tasks: &[TaskRow]) -> Result<BTreeMap<u64, (i64, u64)>, StoreError> {
    let mut tokens = BTreeMap::new();
    for task in tasks.iter().map(|row| &row.task) {
        let Some(token) = &task.task_token else {
            continue;
        };
        let row: Option<TokenRow> = store
            .get_json(tables::TOKENS, &tables::key(&[token]))
            .await?;
        if let Some(row) = row {
            tokens.insert(task.task.0, (row.stream, row.task));
        }
    }
    Ok(tokens)
}

/// Reads a key of stream and number; a key that is none gives a stream that no execution has.
pub(super) fn stream_and_number(key: &Key) -> (i64, u64) {
    let parts = key.parts();
    let stream = parts.first().and_then(|p| tables::stream_of(p));
    let number = parts.get(1).and_then(|p| u64::from_str_radix(p, 16).ok());
    (stream.unwrap_or(-1), number.unwrap_or_default())
}
