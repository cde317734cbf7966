//! The child executions of a Map run: started, or found where an earlier life started them.

use std::{sync::Arc, time::Duration};

use asl::{Definition, MachineKind, Value};
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

/// Where a child stands once it was started or looked for.
pub(super) enum Child {
    Ended(Box<Record>),
    /// Nothing of it is in memory for the Map run but who is told its end.
    Runs {
        stream: i64,
        ended: oneshot::Receiver<Record>,
    },
    Absent,
}

/// What the children of a Map run have in common.
pub(super) struct Family<'a> {
    pub run_arn: &'a Arc<str>,
    pub live: &'a Live,
    pub open: &'a OpenMapRun,
    pub definition: Definition,
}

/// How long to wait before a child is started again that the store did not take. A full disk lifts by itself.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(1);

impl Family<'_> {
    fn home(&self, number: usize, items: u64) -> Home {
        let map = MapHome {
            arn: Arc::clone(self.run_arn),
            state: Arc::clone(&self.open.spec.state),
            items,
        };
        Home {
            machine: machine_of(self.run_arn),
            name: child_name(self.run_arn, number),
            map: Some(map),
            version: None,
            alias: None,
            ..self.open.home.clone()
        }
    }

    fn is_express(&self) -> bool {
        self.open.spec.child_kind == MachineKind::Express
    }
}

impl Driver {
    /// Starts one child, or finds it; again and again until the store takes it.
    ///
    /// **Errors**: what is stored of it cannot be read.
    pub(super) async fn child(
        &self,
        family: &Family<'_>,
        number: usize,
        input: &Value,
        items: u64,
    ) -> Result<Child, StoreError> {
        let input: Arc<str> = input.to_text().into();
        loop {
            let input = Arc::clone(&input);
            match self.child_once(family, number, input, items).await {
                Err(error) if !matches!(error, StoreError::Corrupt { .. }) => {
                    tracing::warn!(%error, run_arn = %family.run_arn, number, "a child could not be started; it is tried again");
                    tokio::time::sleep(RETRY_AFTER).await;
                }
                other => return other,
            }
        }
    }

    async fn child_once(
        &self,
        family: &Family<'_>,
        number: usize,
        input: Arc<str>,
        items: u64,
    ) -> Result<Child, StoreError> {
        let (home, open) = (family.home(number, items), family.open);
        let begin = Begin {
            definition: family.definition.clone(),
            role_arn: Arc::clone(&open.caller.role_arn),
            input,
            trace_header: None,
            logging: crate::machine::Logging::default(),
            home: home.clone(),
        };
        if family.is_express() {
            let run = family.live.run(|r| r.clone());
            if let Some(record) = self.kept_result(open, &run, number).await? {
                return Ok(Child::Ended(Box::new(record)));
            }
            let own = ids::derived(&[family.run_arn, &number.to_string(), "express"]);
            let arn = arn::express(&home.region, &home.account, &home.machine, &home.name, &own);
            let (begun, ended) = self.start_express(arn.into(), begin).await?;
            let stream = begun.stream;
            return Ok(Child::Runs { stream, ended });
        }
        let found = match self.child_there(&home).await? {
            Child::Absent => self.new_child(&home, begin).await?,
            found => found,
        };
        match found {
            Child::Ended(record) => self.redriven_child(open, *record).await,
            runs => Ok(runs),
        }
    }

    async fn new_child(&self, home: &Home, begin: Begin) -> Result<Child, StoreError> {
        let stream = self.store.new_stream().await?;
        let ended = self.wait_for(stream);
        match self.start_on(stream, begin).await {
            Ok(_) => Ok(Child::Runs { stream, ended }),
            Err(error) => {
                self.awaited.lock().remove(&stream);
                match error {
                    StoreError::Conflict { .. } => self.child_there(home).await,
                    error => Err(error),
                }
            }
        }
    }

    /// Looks for a child of an earlier life that the Map run will not go on with.
    pub(super) async fn child_left(
        &self,
        family: &Family<'_>,
        number: usize,
        items: u64,
    ) -> Result<Child, StoreError> {
        if family.is_express() {
            return Ok(Child::Absent);
        }
        self.child_there(&family.home(number, items)).await
    }

    /// Finds a child that an earlier life started.
    async fn child_there(&self, home: &Home) -> Result<Child, StoreError> {
        let key = home.key();
        let read = async || {
            self.store
                .get_json::<Record>(tables::EXECUTIONS, &key)
                .await
        };
        let Some(is) = read().await? else {
            return Ok(Child::Absent);
        };
        if is.stop_ms.is_some() {
            return Ok(Child::Ended(Box::new(is)));
        }
        let (stream, ended) = (is.stream, self.wait_for(is.stream));
        // It may have ended before anybody listened.
        match read().await {
            Ok(Some(is)) if is.stop_ms.is_none() => Ok(Child::Runs { stream, ended }),
            other => {
                self.awaited.lock().remove(&stream);
                Ok(other?.map_or(Child::Absent, |is| Child::Ended(Box::new(is))))
            }
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
}

/// Returns `MACHINE/LABEL` of a Map run's ARN.
pub(super) fn machine_of(run_arn: &str) -> Arc<str> {
    run_arn.split(':').nth(6).unwrap_or_default().into()
}

pub(super) fn child_name(run_arn: &str, number: usize) -> Arc<str> {
    ids::derived(&[run_arn, &number.to_string()]).into()
}
