//! Asynchronous Express executions: a row says that one is to be run, until it has ended. A crash between runs
//! it again from its start: at least once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, StoreError};
use tokio::sync::oneshot;

use super::{Begin, Begun, Driver};
use crate::{
    execution::{Home, Record},
    tables,
};

/// An asynchronous Express execution that has not ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ExpressRow {
    pub v: u32,
    pub home: Home,
    pub arn: Arc<str>,
    pub role_arn: Arc<str>,
    pub input: Arc<str>,
    pub trace_header: Option<Arc<str>>,
}

impl Driver {
    /// Starts an Express execution that runs at least once, whatever happens to the server.
    pub(crate) async fn start_express_surely(
        &self,
        arn: Arc<str>,
        begin: Begin,
    ) -> Result<Begun, StoreError> {
        let row = ExpressRow {
            v: 1,
            home: begin.home.clone(),
            arn: Arc::clone(&arn),
            role_arn: Arc::clone(&begin.role_arn),
            input: Arc::clone(&begin.input),
            trace_header: begin.trace_header.clone(),
        };
        let key = tables::key(&[&arn]);
        let mut batch = Batch::new();
        batch.put_json(tables::EXPRESS, key.clone(), &row, Expect::Absent)?;
        self.store.commit(batch).await?;
        let (begun, ended) = self.start_express(arn, begin).await?;
        if let Some(this) = self.this() {
            tokio::spawn(async move { this.express_ended(key, ended).await });
        }
        Ok(begun)
    }

    /// Runs an Express execution of an earlier life from its start.
    pub(super) async fn run_express_again(self: Arc<Self>, row: ExpressRow) {
        let key = tables::key(&[&row.arn]);
        let begin = match self.machines.of_execution(&row.home).await {
            Ok(loaded) => Begin {
                home: row.home,
                definition: loaded.definition.clone(),
                logging: loaded.revision.logging.clone(),
                role_arn: row.role_arn,
                input: row.input,
                trace_header: row.trace_header,
            },
            Err(error) => {
                tracing::error!(%error, arn = %row.arn, "an Express execution cannot be run again");
                return;
            }
        };
        match self.start_express(row.arn, begin).await {
            Ok((_, ended)) => self.express_ended(key, ended).await,
            Err(error) => {
                tracing::error!(%error, "an Express execution could not be run again; the next start tries")
            }
        }
    }

    async fn express_ended(self: Arc<Self>, key: Key, ended: oneshot::Receiver<Record>) {
        if ended.await.is_err() {
            return;
        }
        let mut batch = Batch::new();
        batch.delete(tables::EXPRESS, key);
        if let Err(error) = self.store.commit(batch).await {
            tracing::warn!(%error, "an Express execution that ended runs again after the next start");
        }
    }
}
