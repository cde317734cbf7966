//! The child executions of a Map run: started or found, waited for, stopped.

use std::{sync::Arc, time::Duration};

use asl::{Definition, MachineKind, Trigger, Value};
use store::StoreError;
use tokio::sync::oneshot;

use super::{Begin, Driver, map_runs::Live};
use crate::{
    arn,
    execution::{Home, MapHome, Record},
    ids,
    map_run::OpenMapRun,
    tables,
};

/// What a child came to.
pub(super) struct Outcome {
    pub number: usize,
    pub items: u64,
    pub record: Record,
}

/// How long to wait before a child is started again that the store did not take. A full disk lifts by itself.
const RETRY_AFTER: Duration = Duration::from_secs(1);

impl Driver {
    /// Starts one child, or finds it, and waits for its end; again and again until the store takes it.
    ///
    /// **Errors**: what is stored of it cannot be read.
    pub(super) async fn child(
        &self,
        live: &Live,
        open: &OpenMapRun,
        definition: Definition,
        number: usize,
        input: Value,
        items: u64,
    ) -> Result<Outcome, StoreError> {
        let input: Arc<str> = input.to_text().into();
        loop {
            let (definition, input) = (definition.clone(), Arc::clone(&input));
            match self
                .child_once(live, open, definition, number, input, items)
                .await
            {
                Ok(record) => {
                    return Ok(Outcome {
                        number,
                        items,
                        record,
                    });
                }
                Err(error @ StoreError::Corrupt { .. }) => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, run_arn = %live.run(|r| Arc::clone(&r.arn)), number, "a child could not be started; it is tried again");
                    tokio::time::sleep(RETRY_AFTER).await;
                }
            }
        }
    }

    async fn child_once(
        &self,
        live: &Live,
        open: &OpenMapRun,
        definition: Definition,
        number: usize,
        input: Arc<str>,
        items: u64,
    ) -> Result<Record, StoreError> {
        let run_arn = &live.run(|r| Arc::clone(&r.arn));
        let map = MapHome {
            arn: Arc::clone(run_arn),
            state: Arc::clone(&open.spec.state),
            items,
        };
        let machine = machine_of(run_arn);
        let home = Home {
            machine: machine.clone(),
            name: child_name(run_arn, number),
            map: Some(map),
            version: None,
            alias: None,
            ..open.home.clone()
        };
        let begin = Begin {
            definition,
            role_arn: Arc::clone(&open.caller.role_arn),
            input,
            trace_header: None,
            logging: crate::machine::Logging::default(),
            home: home.clone(),
        };
        if open.spec.child_kind == MachineKind::Express {
            let run = live.run(|r| r.clone());
            if let Some(record) = self.kept_result(open, &run, number).await? {
                return Ok(record);
            }
            let own = ids::derived(&[run_arn, &number.to_string(), "express"]);
            let arn = arn::express(&home.region, &home.account, &machine, &home.name, &own);
            let (_, ended) = self.start_express(arn.into(), begin).await?;
            ended.await.map_err(|_| StoreError::Failed {
                what: "a child execution ended without a word".into(),
            })
        } else {
            let record = self.standard_child(home, begin).await?;
            self.redriven_child(open, record).await
        }
    }

    async fn standard_child(&self, home: Home, begin: Begin) -> Result<Record, StoreError> {
        if let Some(found) = self.child_there(&home).await? {
            return Ok(found);
        }
        let stream = self.store.new_stream().await?;
        let ended = self.wait_for(stream);
        match self.start_on(stream, begin).await {
            Ok(_) => ended.await.map_err(|_| lost()),
            Err(StoreError::Conflict { .. }) => {
                self.awaited.lock().remove(&stream);
                self.child_there(&home).await?.ok_or_else(lost)
            }
            Err(error) => Err(error),
        }
    }

    /// Waits for the end of a child that an earlier life started; none: there is no such child.
    async fn child_there(&self, home: &Home) -> Result<Option<Record>, StoreError> {
        let key = home.key();
        let Some(is) = self
            .store
            .get_json::<Record>(tables::EXECUTIONS, &key)
            .await?
        else {
            return Ok(None);
        };
        let ended = self.wait_for(is.stream);
        // It may have ended before anybody listened.
        match self
            .store
            .get_json::<Record>(tables::EXECUTIONS, &key)
            .await?
        {
            Some(is) if is.stop_ms.is_some() => {
                self.awaited.lock().remove(&is.stream);
                Ok(Some(is))
            }
            _ => ended.await.map(Some).map_err(|_| lost()),
        }
    }

    /// Returns what tells when the execution on a stream ends.
    pub(super) fn wait_for(&self, stream: i64) -> oneshot::Receiver<Record> {
        let (sender, receiver) = oneshot::channel();
        self.awaited.lock().insert(stream, sender);
        receiver
    }

    /// Tells whoever waits for an execution that it has ended.
    pub(super) fn tell_awaiting(&self, record: &Record) {
        if let Some(waiting) = self.awaited.lock().remove(&record.stream) {
            // Nobody waits any more when the Map run was given up.
            let _ = waiting.send(record.clone());
        }
    }

    /// Stops in the background the children that run.
    pub(super) fn stop_children(&self, run_arn: &Arc<str>, open: &OpenMapRun, except: usize) {
        let Some(this) = self.this() else { return };
        let (account, region) = (
            Arc::clone(&open.home.account),
            Arc::clone(&open.home.region),
        );
        let (machine, except) = (machine_of(run_arn), child_name(run_arn, except));
        let run_arn = Arc::clone(run_arn);
        tokio::spawn(async move {
            let scan = store::Scan::prefix(&[&account, &region, &machine]);
            let children = match this
                .store
                .scan_json::<Record>(tables::EXECUTIONS, &scan)
                .await
            {
                Ok(children) => children,
                Err(error) => {
                    return tracing::warn!(%error, "the children of a Map run could not be stopped");
                }
            };
            for (_, child) in children {
                let ours = child.home.map.as_ref().is_some_and(|m| m.arn == run_arn);
                if ours && child.stop_ms.is_none() && child.home.name != except {
                    this.deliver_surely(
                        child.stream,
                        Trigger::Stop {
                            error: None,
                            cause: None,
                        },
                        None,
                    )
                    .await;
                }
            }
        });
    }
}

fn lost() -> StoreError {
    StoreError::Failed {
        what: "a child execution was let go".into(),
    }
}

/// Returns `MACHINE/LABEL` of a Map run's ARN.
pub(super) fn machine_of(run_arn: &str) -> Arc<str> {
    run_arn.split(':').nth(6).unwrap_or_default().into()
}

pub(super) fn child_name(run_arn: &str, number: usize) -> Arc<str> {
    ids::derived(&[run_arn, &number.to_string()]).into()
}
