//! The service: what it holds, and its handlers by operation.

use std::sync::{Arc, Weak};

use aws::{Invoke, Operations, Service};
use store::{Clock, Store, StoreError};
use tokio::sync::{Mutex, MutexGuard};

use crate::{
    Buckets, Connections, activities::Activities, api, driver::Driver, machines::Machines,
    surveys::Surveys,
};

/// Locks on changes of state machines; two names rarely share one.
const CHANGE_LOCKS: usize = 64;

/// AWS Step Functions.
pub struct StepFunctions {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) machines: Arc<Machines>,
    pub(crate) activities: Arc<Activities>,
    pub(crate) driver: Arc<Driver>,
    pub(crate) surveys: Surveys,
    changes: Vec<Mutex<()>>,
}

impl StepFunctions {
    /// Opens the service and reads what an earlier life left to do; [`start`](Self::start) does it.
    pub async fn open(
        store: Store,
        clock: Arc<dyn Clock>,
        door: Arc<dyn Invoke>,
    ) -> Result<Arc<Self>, StoreError> {
        let machines = Arc::new(Machines::new(store.clone()));
        let activities = Arc::new(Activities::new(store.clone()));
        let driver = Driver::new(
            store.clone(),
            Arc::clone(&clock),
            door,
            Arc::clone(&machines),
            Arc::clone(&activities),
        );
        driver.read_left().await?;
        let changes = (0..CHANGE_LOCKS).map(|_| Mutex::new(())).collect();
        Ok(Arc::new(Self {
            store,
            clock,
            machines,
            activities,
            driver,
            surveys: Surveys::default(),
            changes,
        }))
    }

    /// Begins the work in the background: timers, calls that an earlier life left, what `.sync` waits for.
    pub fn start(self: &Arc<Self>) {
        self.driver.run();
    }

    /// Sets the buckets that ItemReader and ResultWriter use. Before [`start`](Self::start); a second time does
    /// nothing.
    pub fn use_buckets(&self, buckets: Arc<dyn Buckets>) {
        // The first ones stay: Map runs may be reading from them.
        let _ = self.driver.buckets.set(buckets);
    }

    /// Sets what HTTP tasks send their requests through. Before [`start`](Self::start); a second time does nothing.
    pub fn use_connections(&self, connections: Arc<dyn Connections>) {
        let _ = self.driver.connections.set(connections);
    }

    /// Sets for how many days an execution is kept after its end; 90 unless told.
    pub fn keep_executions(&self, days: u32) {
        self.driver.keep(days);
    }

    /// Removes now the executions that ended longer ago than they are kept, and returns how many; this also happens
    /// every hour by itself.
    pub async fn sweep_executions(&self) -> Result<u64, StoreError> {
        self.driver.sweep().await
    }

    /// Returns how many [invariants](crate::invariants) did not hold of executions that were read into memory: 0, or
    /// something is wrong and told in the log.
    pub fn broken_invariants(&self) -> u64 {
        self.driver.broken_invariants()
    }

    /// Returns how many executions are in memory.
    pub fn executions_in_memory(&self) -> usize {
        self.driver.in_memory()
    }

    /// Returns a weak handle, for those who must not keep the service alive.
    pub fn downgrade(self: &Arc<Self>) -> Weak<Self> {
        Arc::downgrade(self)
    }

    /// Keeps two changes of one state machine or activity apart.
    pub(crate) async fn changing(&self, name: &str) -> MutexGuard<'_, ()> {
        let hash = name
            .bytes()
            .fold(5381_usize, |h, b| h.wrapping_mul(33) ^ usize::from(b));
        self.changes[hash % CHANGE_LOCKS].lock().await
    }
}

impl Service for StepFunctions {
    fn name(&self) -> &'static str {
        "states"
    }

    fn operations(self: Arc<Self>) -> Operations {
        Operations::new()
            .on(&self, "CreateStateMachine", api::machines::create)
            .on(&self, "DescribeStateMachine", api::machines_read::describe)
            .on(&self, "UpdateStateMachine", api::machines::update)
            .on(&self, "DeleteStateMachine", api::machines::delete)
            .on(&self, "ListStateMachines", api::machines_read::list)
            .on(
                &self,
                "ValidateStateMachineDefinition",
                api::validate::validate,
            )
            .on(&self, "PublishStateMachineVersion", api::versions::publish)
            .on(&self, "ListStateMachineVersions", api::versions::list)
            .on(&self, "DeleteStateMachineVersion", api::versions::delete)
            .on(&self, "CreateStateMachineAlias", api::aliases::create)
            .on(&self, "DescribeStateMachineAlias", api::aliases::describe)
            .on(&self, "UpdateStateMachineAlias", api::aliases::update)
            .on(&self, "DeleteStateMachineAlias", api::aliases::delete)
            .on(&self, "ListStateMachineAliases", api::aliases::list)
            .on(&self, "DescribeExecution", api::executions::describe)
            .on(&self, "ListExecutions", api::executions::list)
            .on(
                &self,
                "DescribeStateMachineForExecution",
                api::executions::describe_machine,
            )
            .on(&self, "GetExecutionHistory", api::history::get)
            .on(&self, "DescribeMapRun", api::map_runs::describe)
            .on(&self, "ListMapRuns", api::map_runs::list)
            .on(&self, "UpdateMapRun", api::map_runs::update)
            .on(&self, "CreateActivity", api::activities::create)
            .on(&self, "DescribeActivity", api::activities::describe)
            .on(&self, "DeleteActivity", api::activities::delete)
            .on(&self, "ListActivities", api::activities::list)
            .on(&self, "TagResource", api::tags::tag)
            .on(&self, "UntagResource", api::tags::untag)
            .on(&self, "ListTagsForResource", api::tags::list)
            .whole()
            // These tell of themselves what is done whole: who waits for a task or an answer may go.
            .on(&self, "StartExecution", api::start::start)
            .on(&self, "StartSyncExecution", api::start::start_sync)
            .on(&self, "StopExecution", api::executions::stop)
            .on(&self, "RedriveExecution", api::executions::redrive)
            .on(&self, "GetActivityTask", api::activities::get_task)
            .on(&self, "SendTaskSuccess", api::tasks::success)
            .on(&self, "SendTaskFailure", api::tasks::failure)
            .on(&self, "SendTaskHeartbeat", api::tasks::heartbeat)
            .on(&self, "TestState", api::test_state::test)
            // Kept and shown again; there is no X-Ray here, and no KMS.
            .accept(
                "*",
                &[
                    "tracingConfiguration",
                    "encryptionConfiguration",
                    "traceHeader",
                ],
            )
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aws::{DoorHandle, Service};
    use store::{Store, testing::SimClock};

    use super::StepFunctions;

    #[tokio::test]
    async fn every_member_of_every_input_is_accounted_for() {
        let (store, clock) = (Store::in_memory().unwrap(), Arc::new(SimClock::default()));
        let service = StepFunctions::open(store, clock, Arc::new(DoorHandle::new()))
            .await
            .unwrap();
        let operations = service.operations();
        assert_eq!(operations.names().count(), 37);
        let wrong = aws::coverage::check_declared("states", &operations);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
