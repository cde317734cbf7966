//! Distributed Map: a manager for each Map run starts its child executions and waits for them.
//!
//! The open row says that there is one to be managed. After a restart the manager begins again: children have
//! names that depend on the Map run and their number alone, so those that exist are found and waited for.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use asl::{
    Definition, Env, Failure, MachineKind, MapItem, MapRunId, MapRunSpec, Trigger, Value, map_run,
};
use store::{Batch, Expect, StoreError};
use tokio::sync::{Notify, watch};

use super::{
    Driver,
    carry::Caller,
    cells::Slot,
    map_buckets::{Format, Pending},
    map_children::{Family, child_name, machine_of},
    map_going::Going,
};
use crate::{
    execution::{Home, Record},
    ids,
    map_run::{Counts, MapRun, MapStatus, OpenMapRun},
    tables,
};

/// The Map runs that are managed in this process, by their ARN: what stops them or changes them.
#[derive(Default)]
pub(super) struct Managed(Mutex<HashMap<Arc<str>, Arc<Live>>>);

/// A Map run under way.
pub(super) struct Live {
    pub cancelled: watch::Sender<bool>,
    /// Wakes its manager: what it goes by is another now.
    pub changed: Notify,
    pub run: Mutex<MapRun>,
}

impl Live {
    pub(super) fn run<R>(&self, use_it: impl FnOnce(&mut MapRun) -> R) -> R {
        use_it(&mut self.run.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Managed {
    fn get(&self, arn: &str) -> Option<Arc<Live>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(arn)
            .cloned()
    }

    fn put(&self, arn: Arc<str>, live: Arc<Live>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(arn, live);
    }

    fn remove(&self, arn: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(arn);
    }
}

impl Driver {
    /// Makes the rows of a Map run; it starts when they are committed. Returns its ARN.
    pub(super) fn open_map_run(
        &self,
        slot: &Slot,
        map_run: MapRunId,
        spec: MapRunSpec,
        batch: &mut Batch,
    ) -> Result<(Arc<str>, Arc<OpenMapRun>), StoreError> {
        let home = &slot.record.home;
        let caller = Caller::of(slot);
        let id = ids::derived(&[&caller.execution_arn, &map_run.to_string(), "run"]);
        let label = spec
            .label
            .clone()
            .unwrap_or_else(|| ids::derived(&[&caller.machine_arn, &spec.state]).into());
        let machine: Arc<str> = format!("{}/{label}", home.machine_name()).into();
        let run_arn: Arc<str> = format!(
            "arn:aws:states:{}:{}:mapRun:{machine}:{id}",
            home.region, home.account
        )
        .into();
        let run = MapRun {
            v: 1,
            arn: Arc::clone(&run_arn),
            machine,
            id: id.into(),
            account: Arc::clone(&home.account),
            region: Arc::clone(&home.region),
            execution_arn: Arc::clone(&caller.execution_arn),
            status: MapStatus::Running,
            start_ms: self.clock.now_ms(),
            stop_ms: None,
            max_concurrency: spec.max_concurrency,
            tolerated_failure_percentage: spec.tolerated_failure_percentage.unwrap_or(0.0),
            tolerated_failure_count: spec.tolerated_failure_count.unwrap_or(0),
            items: Counts::default(),
            executions: Counts::default(),
            redrive_count: 0,
            redrive_ms: None,
        };
        let stream = slot.record.stream;
        let open = OpenMapRun {
            v: 1,
            stream,
            number: map_run.0,
            home: home.clone(),
            caller,
            spec,
            cancelled: false,
            redriven_ms: None,
        };
        if slot.fleeting.is_none() {
            batch.put_json(tables::MAP_RUNS, run.key(), &run, Expect::Any)?;
            batch.put(tables::MAP_RUNS_OF, map_run_of_key(home, &run), Vec::new());
            batch.put_json(tables::MAP_RUNS_OPEN, run.key(), &open, Expect::Any)?;
        }
        self.manage_from_now(run);
        Ok((run_arn, Arc::new(open)))
    }

    /// Makes a Map run one of those that can be stopped and changed.
    pub(super) fn manage_from_now(&self, run: MapRun) {
        let (cancelled, _) = watch::channel(false);
        let run_arn = Arc::clone(&run.arn);
        let live = Live {
            cancelled,
            changed: Notify::new(),
            run: Mutex::new(run),
        };
        self.managed.put(run_arn, Arc::new(live));
    }

    /// Tells whether a Map run of an execution is under way here.
    pub(super) fn manages_any_of(&self, execution_arn: &str) -> bool {
        let managed = self
            .managed
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        managed
            .values()
            .any(|live| live.run(|r| *r.execution_arn == *execution_arn))
    }

    /// Manages a Map run in the background.
    pub(super) fn spawn_map_run(&self, run_arn: Arc<str>, open: Arc<OpenMapRun>) {
        let Some(this) = self.this() else { return };
        tokio::spawn(async move {
            let earlier = open.redriven_ms.is_some();
            this.manage(run_arn, open, earlier).await;
        });
    }

    /// Takes up the Map runs of an earlier life.
    pub(super) async fn resume_map_run(self: Arc<Self>, open: OpenMapRun, run: MapRun) {
        let (cancelled, _) = watch::channel(open.cancelled);
        let run_arn = Arc::clone(&run.arn);
        self.managed.put(
            Arc::clone(&run_arn),
            Arc::new(Live {
                cancelled,
                changed: Notify::new(),
                run: Mutex::new(run),
            }),
        );
        self.manage(run_arn, Arc::new(open), true).await;
    }

    /// Stops a Map run: its children are stopped, nobody waits for it.
    pub(super) fn cancel_map_run(
        &self,
        stream: i64,
        map_run: MapRunId,
        execution_arn: &str,
        batch: Option<&mut Batch>,
    ) {
        let found = {
            let managed = self
                .managed
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let id = ids::derived(&[execution_arn, &map_run.to_string(), "run"]);
            managed
                .values()
                .find(|live| live.run(|r| *r.id == *id))
                .cloned()
        };
        let Some(live) = found else { return };
        match batch {
            // Committed with the decision, so that a restart stops it too.
            Some(batch) => {
                let key = live.run(|r| r.key());
                batch.put(tables::MAP_RUNS_CANCELLED, key, Vec::new());
            }
            None => {
                tracing::debug!(stream, "a Map run is stopped");
                live.cancelled.send_replace(true);
            }
        }
    }

    /// Changes how a Map run under way goes on.
    pub(crate) async fn update_map_run(&self, run: &MapRun) -> Result<(), StoreError> {
        let mut run = run.clone();
        if let Some(live) = self.managed.get(&run.arn) {
            live.run(|is| {
                is.max_concurrency = run.max_concurrency;
                is.tolerated_failure_count = run.tolerated_failure_count;
                is.tolerated_failure_percentage = run.tolerated_failure_percentage;
                run = is.clone();
            });
            live.changed.notify_one();
        }
        let mut batch = Batch::new();
        batch.put_json(tables::MAP_RUNS, run.key(), &run, Expect::Any)?;
        self.store.commit(batch).await
    }

    /// Returns a Map run as it stands in this moment, when it is under way here.
    pub(crate) fn live_map_run(&self, run_arn: &str) -> Option<MapRun> {
        self.managed
            .get(run_arn)
            .map(|live| live.run(|r| r.clone()))
    }

    /// `earlier`: there may be children that an earlier life, or an earlier drive, started.
    async fn manage(self: Arc<Self>, run_arn: Arc<str>, open: Arc<OpenMapRun>, earlier: bool) {
        let Some(live) = self.managed.get(&run_arn) else {
            return;
        };
        let map_run = MapRunId(open.number);
        let mut children = Vec::new();
        let outcome = self
            .run_children(&run_arn, &open, &live, earlier, &mut children)
            .await;
        let status = match &outcome {
            Ok(_) => MapStatus::Succeeded,
            Err(_) if *live.cancelled.borrow() => MapStatus::Aborted,
            Err(_) => MapStatus::Failed,
        };
        let trigger = match outcome {
            Ok(output) => Trigger::MapRunSucceeded { map_run, output },
            Err(failure) => Trigger::MapRunFailed {
                map_run,
                error: failure.error.unwrap_or_else(|| "States.Runtime".into()),
                cause: failure.cause,
            },
        };
        let now_ms = self.clock.now_ms();
        let run = live.run(|run| {
            run.status = status;
            run.stop_ms = Some(now_ms);
            run.clone()
        });
        // Kept first: as soon as it is told that it failed, it may be redriven.
        if let Err(error) = self.end_map_run(&run, &open, &children).await {
            tracing::warn!(%error, "a Map run that ended cannot be redriven");
        }
        // Told before its row goes: a crash between tells it again, which comes too late and changes nothing.
        self.deliver_surely(open.stream, trigger, None).await;
        if let Err(error) = self.close_map_run(&run, open.stream).await {
            tracing::warn!(%error, "a Map run that ended is looked at again at the next start");
        }
        self.managed.remove(&run_arn);
    }

    /// Keeps what a redrive needs of a Map run that ended without success.
    async fn end_map_run(
        &self,
        run: &MapRun,
        open: &OpenMapRun,
        children: &[Option<Record>],
    ) -> Result<(), StoreError> {
        if open.stream < 0 {
            return Ok(());
        }
        let express = open.spec.child_kind == MachineKind::Express;
        if run.status == MapStatus::Succeeded {
            if express && open.redriven_ms.is_some() {
                self.drop_results(run).await?;
            }
            return Ok(());
        }
        if express {
            self.keep_results(run, children).await?;
        }
        let mut batch = Batch::new();
        batch.put_json(tables::MAP_RUNS_ENDED, run.key(), open, Expect::Any)?;
        self.store.commit(batch).await
    }

    async fn close_map_run(&self, run: &MapRun, stream: i64) -> Result<(), StoreError> {
        if stream < 0 {
            return Ok(());
        }
        let mut batch = Batch::new();
        batch.put_json(tables::MAP_RUNS, run.key(), run, Expect::Any)?;
        batch.delete(tables::MAP_RUNS_OPEN, run.key());
        batch.delete(tables::MAP_RUNS_CANCELLED, run.key());
        self.store.commit(batch).await
    }

    /// Runs all children; returns the Map state's result. `children` gets what each came to.
    async fn run_children(
        &self,
        run_arn: &Arc<str>,
        open: &OpenMapRun,
        live: &Live,
        earlier: bool,
        children: &mut Vec<Option<Record>>,
    ) -> Result<Value, Failure> {
        let stored = |error: StoreError| failure("States.Runtime", error.to_string());
        let loaded = self
            .machines
            .of_execution(&open.home)
            .await
            .map_err(stored)?;
        let spec = &open.spec;
        let items = self.items(&open.home, &spec.items).await?;
        let inputs = inputs(
            &loaded.definition,
            spec,
            &items,
            run_arn,
            live.run(|r| r.start_ms),
        )?;
        let definition = loaded
            .definition
            .item_processor(&spec.state)
            .ok_or_else(|| {
                failure(
                    "States.Runtime",
                    format!("There is no Map state '{}'.", spec.state),
                )
            })?;
        let total_items: u64 = inputs.iter().map(|(_, items)| *items).sum();
        live.run(|run| {
            run.items = Counts {
                pending: total_items,
                total: total_items,
                ..Counts::default()
            };
            let children = inputs.len() as u64;
            run.executions = Counts {
                pending: children,
                total: children,
                ..Counts::default()
            };
        });
        let family = Family {
            run_arn,
            live,
            open,
            definition,
        };
        let gone = Going::new(self, &family, &inputs, earlier, children)
            .run()
            .await;
        let ended: Vec<Record> = children.iter().flatten().cloned().collect();
        let writer = spec.writer.as_ref().filter(|w| w.resource.is_some());
        let Some(writer) = writer else {
            return gone.map(|()| result(spec, &ended));
        };
        let all = inputs.into_iter().enumerate().zip(&*children);
        let pending: Vec<Pending> = all
            .filter(|(_, child)| child.is_none())
            .map(|((number, (input, _)), _)| Pending {
                name: child_name(run_arn, number),
                machine: machine_of(run_arn),
                input,
            })
            .collect();
        // Those of a Map run that failed are written too: they say what is still to be done.
        let written = self
            .write_results(run_arn, &open.home, writer, &ended, &pending)
            .await;
        match gone {
            Err(failure) => {
                if let Err(lost) = written {
                    tracing::warn!(?lost, %run_arn, "the results of a Map run that failed are not written");
                }
                Err(failure)
            }
            Ok(()) => written,
        }
    }
}

pub(super) fn failure(error: &str, cause: String) -> Failure {
    Failure {
        error: Some(error.into()),
        cause: Some(cause.into()),
    }
}

/// Returns the key under which a Map run is found by its execution; the oldest comes first.
fn map_run_of_key(home: &Home, run: &MapRun) -> store::Key {
    let time = tables::ordered(u64::try_from(run.start_ms).unwrap_or(0));
    tables::key(&[
        &home.account,
        &home.region,
        &home.machine,
        &home.name,
        &time,
        &run.machine,
        &run.id,
    ])
}

/// Returns the inputs of the children, and how many items each has. The same whenever it is asked.
fn inputs(
    definition: &Definition,
    spec: &MapRunSpec,
    items: &[MapItem],
    run_arn: &str,
    start_ms: i64,
) -> Result<Vec<(Value, u64)>, Failure> {
    let seed = run_arn
        .bytes()
        .fold(17_u64, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
    let env = Env {
        now_ms: start_ms,
        seed,
    };
    let selected: Result<Vec<Value>, Failure> = items
        .iter()
        .map(|item| map_run::item_input(definition, spec, item, &env))
        .collect();
    let inputs = map_run::child_inputs(spec, selected?)?;
    let size = |input: &Value| match &spec.batcher {
        None => 1,
        Some(_) => input
            .get("Items")
            .and_then(Value::as_array)
            .map_or(1, |i| i.len() as u64),
    };
    Ok(inputs
        .into_iter()
        .map(|input| (input.clone(), size(&input)))
        .collect())
}

/// Returns the outputs of the children that succeeded, in order; `FLATTEN` takes lists apart, `NONE` describes the
/// children.
fn result(spec: &MapRunSpec, children: &[Record]) -> Value {
    let config = spec.writer.as_ref().and_then(|w| w.config.as_ref());
    let transformation = config.and_then(|c| c.get("Transformation")?.as_str());
    if transformation == Some("NONE") {
        let all: Vec<&Record> = children.iter().collect();
        return Value::array(Format::of(config).results(&all).iter().map(Value::from));
    }
    let flatten = transformation == Some("FLATTEN");
    let mut all = Vec::with_capacity(children.len());
    for output in children.iter().filter_map(|c| c.output.as_ref()) {
        match Value::parse(output) {
            Ok(Value::Array(items)) if flatten => all.extend(items.iter().cloned()),
            Ok(value) => all.push(value),
            Err(_) => all.push(Value::from(&**output)),
        }
    }
    Value::array(all)
}
