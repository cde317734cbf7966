//! What must hold of the disk after every life, and of each execution in the end.

use std::collections::{BTreeMap, HashMap};

use asl::{Definition, JournalEvent, MachineKind, ScopeId, Value as Data, history};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{
    Scan, Store,
    simulated::{Disk, Faults},
};

use crate::{
    clock::Virtual,
    life,
    outside::Outside,
    plan::{Machine, Plan},
    reference::{Happening, Model},
    runs::told,
    seed::{self, Tally},
};

/// A row of a journal, as the service writes it after the byte of its format.
#[derive(Deserialize)]
struct Row {
    at_ms: i64,
    events: Vec<JournalEvent>,
}

fn quiet(disk: &Disk) -> Store {
    disk.store(Faults::none(0)).0
}

/// The invariants hold of every execution on the disk.
pub(crate) async fn invariants(disk: &Disk) -> Result<(), String> {
    let survey = workflow::invariants::survey(&quiet(disk))
        .await
        .map_err(|e| e.to_string())?;
    match survey.broken.first() {
        None => Ok(()),
        Some(broken) => Err(broken.to_string()),
    }
}

/// Every acknowledged start is there and has ended, as it must, once; every task was handed out once.
pub(crate) async fn outcomes(
    disk: &Disk,
    plan: &Plan,
    outside: &Outside,
    now_ms: i64,
    tally: &mut Tally,
) -> Result<(), String> {
    let store = quiet(disk);
    if let Some((token, times)) = outside
        .know(|k| k.handed_out.clone())
        .iter()
        .find(|(_, times)| **times > 1)
    {
        return Err(format!("the task of {token} was handed out {times} times"));
    }
    let expected_kinds = match &plan.machines[0] {
        Machine::Written(_) => Some(std::thread::scope(|s| {
            s.spawn(|| seed::undisturbed(plan)).join().unwrap()
        })),
        Machine::Random(_) => None,
    };
    let clock = Arc::new(Virtual::at(now_ms));
    let (api, ..) = life::open(store.clone(), clock, outside, false).await;
    let mut jobs = 0;
    for number in 0..plan.executions.len() {
        let arn = life::arn(plan, number);
        let told = api
            .describe(&arn)
            .await
            .map_err(|e| format!("an acknowledged start is not there: {arn}: {e}"))?;
        let of = |what: String| format!("{arn}: {what}");
        if told["status"] == "RUNNING" {
            return Err(of("it runs on".into()));
        }
        *tally
            .executions
            .entry(told["status"].as_str().unwrap().to_owned())
            .or_default() += 1;
        let events = api.history(&arn).await.map_err(|e| e.to_string())?;
        tally.events += events.len() as u64;
        let redriven = outside.know(|k| k.redrives_asked.contains(&number));
        announced(&store, &arn, redriven).await.map_err(of)?;
        match &expected_kinds {
            Some(expected) => {
                let kinds = sorted(&events);
                if kinds != *expected {
                    return Err(of(format!("it came to {kinds:?}, not {expected:?}")));
                }
                jobs += kinds.iter().filter(|k| *k == "TaskSubmitted").count();
            }
            None if redriven => {}
            None => {
                let machine = life::definition(&plan.machines[plan.executions[number].machine]);
                let input = &plan.executions[number].input;
                same_as_reference(&store, &arn, &machine, input, &told, &events)
                    .await
                    .map_err(of)?;
                tally.compared += 1;
            }
        }
    }
    let ran = outside.others.jobs().len();
    if expected_kinds.is_some() && ran != jobs {
        return Err(format!("{ran} jobs ran for {jobs} tasks"));
    }
    Ok(())
}

/// Each change of status is on the bus once.
async fn announced(store: &Store, arn: &str, redriven: bool) -> Result<(), String> {
    let mut by_status: BTreeMap<String, u32> = BTreeMap::new();
    for (_, event) in store
        .bus_after(0, usize::MAX)
        .await
        .map_err(|e| e.to_string())?
    {
        if event.source == "aws.states" && event.resources.first().is_some_and(|r| r == arn) {
            let detail: Value = serde_json::from_str(&event.detail).unwrap();
            *by_status
                .entry(detail["status"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
    }
    let running = by_status.remove("RUNNING").unwrap_or_default();
    let ended: u32 = by_status.values().sum();
    if running == 0 || running != ended || (running > 1 && !redriven) {
        return Err(format!("{running} starts and {by_status:?} on the bus"));
    }
    Ok(())
}

fn sorted(events: &[Value]) -> Vec<String> {
    let mut kinds: Vec<String> = events
        .iter()
        .map(|e| e["type"].as_str().unwrap().to_owned())
        .collect();
    kinds.sort();
    kinds
}

/// Returns the sorted types of an execution's events.
pub(crate) async fn kinds(disk: &Disk, outside: &Outside, arn: &str, now_ms: i64) -> Vec<String> {
    let (api, ..) = life::open(quiet(disk), Arc::new(Virtual::at(now_ms)), outside, false).await;
    sorted(&api.history(arn).await.unwrap())
}

async fn same_as_reference(
    store: &Store,
    arn: &str,
    machine: &Value,
    input: &Value,
    described: &Value,
    events: &[Value],
) -> Result<(), String> {
    let journal = journal(store, arn).await?;
    let mut model = Model::start(machine, input, journal.first().map_or(0, |r| r.at_ms));
    for (at_ms, happening) in happenings(&journal) {
        model.happen(at_ms, happening);
    }
    let definition = Definition::parse(&machine.to_string(), MachineKind::Standard).unwrap();
    let projected = history::project(
        &definition,
        journal
            .iter()
            .flat_map(|r| r.events.iter().map(|e| (r.at_ms, e))),
    );
    if projected.len() != events.len() {
        return Err(format!(
            "{} events by the journal, {} by the API",
            projected.len(),
            events.len()
        ));
    }
    for (at, (is, should)) in projected.iter().map(told).zip(&model.history).enumerate() {
        if is != *should {
            return Err(format!(
                "event {} is {is:?}, not {should:?}, of {machine} with {input}",
                at + 1
            ));
        }
    }
    if projected.len() != model.history.len() || described["status"] != model.status {
        return Err(format!(
            "{} and {} events, not {} and {}, of {machine} with {input}",
            described["status"],
            projected.len(),
            model.status,
            model.history.len()
        ));
    }
    Ok(())
}

async fn journal(store: &Store, arn: &str) -> Result<Vec<Row>, String> {
    let parts: Vec<&str> = arn.split(':').collect();
    let mut scan = Scan::prefix(&[parts[4], parts[3], parts[6]]);
    scan.limit = usize::MAX;
    let records = store
        .scan_json::<Value>("workflow/executions", &scan)
        .await
        .map_err(|e| e.to_string())?;
    let record = records
        .into_iter()
        .map(|(_, r)| r)
        .find(|r| r["home"]["name"] == parts[7])
        .unwrap();
    let rows = store
        .read(record["stream"].as_i64().unwrap(), 0)
        .await
        .map_err(|e| e.to_string())?;
    Ok(rows.iter().map(|row| read(&row.row)).collect())
}

/// Reads a row as the disk has it: plain (1), or packed (2) since it is long.
fn read(row: &[u8]) -> Row {
    let unpacked = (row[0] == 2).then(|| {
        let size = u32::from_le_bytes(row[1..5].try_into().unwrap());
        zstd::bulk::decompress(&row[5..], size as usize).unwrap()
    });
    postcard::from_bytes(&unpacked.as_deref().unwrap_or(row)[1..]).unwrap()
}

/// Returns what happened to an execution, by what it wrote down.
fn happenings(journal: &[Row]) -> Vec<(i64, Happening)> {
    let mut found = Vec::new();
    let mut deadline = 0;
    let mut waits: HashMap<ScopeId, u64> = HashMap::new();
    let mut limits: HashMap<u64, u64> = HashMap::new();
    let json = |value: &Data| value.to_json();
    let text = |t: &Option<Arc<str>>| t.as_deref().map_or(Value::Null, |t| json!(t));
    for (at_ms, event) in journal
        .iter()
        .flat_map(|r| r.events.iter().map(|e| (r.at_ms, e)))
    {
        let happening = match event {
            JournalEvent::ExecutionStarted {
                timeout: Some(timer),
                ..
            } => {
                deadline = timer.timer.0;
                None
            }
            JournalEvent::WaitStarted { scope, timer }
            | JournalEvent::RetryScheduled { scope, timer, .. } => {
                waits.insert(*scope, timer.timer.0);
                None
            }
            JournalEvent::TaskScheduled(task) => {
                limits.extend(task.timer.map(|t| (task.task.0, t.timer.0)));
                None
            }
            JournalEvent::StateExited { scope, .. } | JournalEvent::RetryStarted { scope } => {
                waits.remove(scope).map(Happening::TimeIsUp)
            }
            JournalEvent::StateAborted { scope } => {
                waits.remove(scope);
                None
            }
            JournalEvent::TaskStarted { task, .. } => Some(Happening::TaskStarted(task.0)),
            JournalEvent::TaskSucceeded { task, output, .. } => {
                Some(Happening::TaskSucceeded(task.0, json(output)))
            }
            JournalEvent::TaskFailed { task, failure, .. } => Some(Happening::TaskFailed(
                task.0,
                text(&failure.error),
                text(&failure.cause),
            )),
            JournalEvent::TaskTimedOut { task, .. } => {
                limits.get(&task.0).copied().map(Happening::TimeIsUp)
            }
            JournalEvent::ExecutionTimedOut { .. } => Some(Happening::TimeIsUp(deadline)),
            JournalEvent::ExecutionAborted { .. } => Some(Happening::Stopped),
            _ => None,
        };
        found.extend(happening.map(|h| (at_ms, h)));
    }
    found
}
