//! Prepared statements: PREPARE, EXECUTE, DEALLOCATE.

use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key};

use super::{
    model::{Execution, Failure},
    start::substitute,
};
use crate::{
    ddl::{self, Statement},
    service::Athena,
};

pub(crate) const PREPARED: &str = "athena/prepared";

/// A prepared statement as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PreparedStatement {
    pub(crate) statement_name: String,
    pub(crate) query_statement: String,
    pub(crate) work_group_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Epoch seconds.
    pub(crate) last_modified_time: f64,
}

pub(crate) fn prepared_key(scope: &crate::catalog::Scope, work_group: &str, name: &str) -> Key {
    Key::of(&[
        &scope.account,
        &scope.region,
        work_group,
        &name.to_lowercase(),
    ])
}

pub(super) async fn prepare(
    athena: &Athena,
    execution: &Execution,
    name: &str,
    query: &str,
) -> Result<(), Failure> {
    let statement = PreparedStatement {
        statement_name: name.to_owned(),
        query_statement: query.to_owned(),
        work_group_name: execution.work_group.clone(),
        description: None,
        last_modified_time: super::model::seconds(athena.clock.now_ms()),
    };
    let mut batch = Batch::new();
    let key = prepared_key(&execution.scope(), &execution.work_group, name);
    batch
        .put_json(PREPARED, key, &statement, Expect::Any)
        .map_err(Failure::internal)?;
    athena.store.commit(batch).await.map_err(Failure::internal)
}

pub(super) async fn deallocate(
    athena: &Athena,
    execution: &Execution,
    name: &str,
) -> Result<(), Failure> {
    let mut batch = Batch::new();
    batch.delete(
        PREPARED,
        prepared_key(&execution.scope(), &execution.work_group, name),
    );
    athena.store.commit(batch).await.map_err(Failure::internal)
}

/// Returns the statement that `EXECUTE` means.
pub(super) async fn prepared(
    athena: &Athena,
    execution: &Execution,
    name: &str,
    values: &[String],
) -> Result<Statement, Failure> {
    let key = prepared_key(&execution.scope(), &execution.work_group, name);
    let found: Option<PreparedStatement> = athena
        .store
        .get_json(PREPARED, &key)
        .await
        .map_err(Failure::internal)?;
    let Some(found) = found else {
        return Err(Failure::users(
            1003,
            format!("NOT_FOUND: Prepared statement not found: {name}"),
        ));
    };
    let text = substitute(&found.query_statement, values)
        .map_err(|e| Failure::users(1003, format!("INVALID_PARAMETER_USAGE: line 1:1: {e}")))?;
    ddl::parse(&text).map_err(|e| Failure::users(1003, format!("SYNTAX_ERROR: {e}")))
}
