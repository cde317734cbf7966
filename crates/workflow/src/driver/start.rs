//! Starts executions.

use std::{collections::HashMap, sync::Arc};

use asl::{Context, Definition, Execution, Status, Trigger};
use store::StoreError;
use tokio::sync::oneshot;

use super::{
    Driver,
    cells::{Fleeting, Slot},
    logging::Tail,
    trigger::Extra,
};
use crate::{
    execution::{Home, Record},
    machine::Logging,
};

/// What an execution begins with.
pub(crate) struct Begin {
    pub home: Home,
    pub definition: Definition,
    pub role_arn: Arc<str>,
    /// JSON text, exactly as it was sent.
    pub input: Arc<str>,
    pub trace_header: Option<Arc<str>>,
    pub logging: Logging,
}

/// An execution that began, and perhaps ended at once.
#[derive(Debug)]
pub(crate) struct Begun {
    pub stream: i64,
    pub start_ms: i64,
}

impl Driver {
    /// Starts a Standard execution. Answers after its first commit.
    ///
    /// **Errors**: a conflict in [`crate::tables::EXECUTIONS`] when there is an execution of that name.
    pub(crate) async fn start(&self, begin: Begin) -> Result<Begun, StoreError> {
        let stream = self.store.new_stream().await?;
        self.start_on(stream, begin).await
    }

    /// The same, on a stream that was never used.
    pub(super) async fn start_on(&self, stream: i64, begin: Begin) -> Result<Begun, StoreError> {
        let arn: Arc<str> = begin.home.arn().into();
        self.begin(stream, arn, begin, None).await
    }

    /// Starts an Express execution, of which nothing is kept. The receiver gets its record when it ends.
    pub(crate) async fn start_express(
        &self,
        arn: Arc<str>,
        begin: Begin,
    ) -> Result<(Begun, oneshot::Receiver<Record>), StoreError> {
        let (sender, receiver) = oneshot::channel();
        let fleeting = Fleeting {
            journal: Vec::new(),
            waiter: Some(sender),
        };
        let begun = self
            .begin(self.next_fleeting(), arn, begin, Some(fleeting))
            .await?;
        Ok((begun, receiver))
    }

    async fn begin(
        &self,
        stream: i64,
        arn: Arc<str>,
        begin: Begin,
        fleeting: Option<Fleeting>,
    ) -> Result<Begun, StoreError> {
        let start_ms = self.clock.now_ms();
        let log = Tail::new(
            &begin.logging,
            &begin.home,
            Arc::clone(&arn),
            &begin.definition,
            start_ms,
        );
        let context = Context {
            execution_arn: arn,
            execution_name: Arc::clone(&begin.home.name),
            role_arn: begin.role_arn,
            start_time: asl::time::iso(start_ms).into(),
            redrive_count: 0,
            machine_arn: begin.home.machine_arn().into(),
            machine_name: begin.home.machine_name().into(),
            region: Arc::clone(&begin.home.region),
        };
        let record = Record {
            v: 1,
            home: begin.home,
            stream,
            status: Status::Running,
            start_ms,
            stop_ms: None,
            input: Arc::clone(&begin.input),
            output: None,
            error: None,
            cause: None,
            trace_header: begin.trace_header,
            redrive_count: 0,
            redrive_ms: None,
            redrive_token: None,
        };
        let mut slot = Box::new(Slot {
            record,
            definition: begin.definition,
            state: Execution::new(),
            rows: 0,
            unsaved: 0,
            continues: false,
            tasks: HashMap::new(),
            log,
            fleeting,
        });
        let durable = slot.fleeting.is_none();
        let mut guard = self.cells.lock(stream).await;
        let trigger = Trigger::Start {
            context,
            input_text: begin.input,
        };
        match self.process(&mut slot, trigger, Extra::None).await {
            Err(failed) => {
                self.cells.remove(stream);
                failed.result().map(|_| Begun { stream, start_ms })
            }
            Ok(_) if slot.record.stop_ms.is_some() => {
                self.cells.remove(stream);
                Ok(Begun { stream, start_ms })
            }
            Ok(_) => {
                *guard = Some(slot);
                drop(guard);
                if durable {
                    self.cells.park(stream);
                }
                Ok(Begun { stream, start_ms })
            }
        }
    }
}
