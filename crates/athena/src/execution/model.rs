//! An execution as it is kept and shown.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Key;

use crate::{
    catalog::Scope,
    ddl::{Ddl, Statement},
    workgroup::ResultConfiguration,
};

pub(crate) const EXECUTIONS: &str = "athena/executions";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum State {
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

impl State {
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// Why a query failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// 1 ours, 2 the user's, 3 other.
    pub(crate) category: i64,
    /// Athena's number of the error.
    pub(crate) kind: i64,
    pub(crate) reason: String,
}

impl Failure {
    pub(crate) fn users(kind: i64, reason: impl Into<String>) -> Self {
        Self {
            category: 2,
            kind,
            reason: reason.into(),
        }
    }

    /// A DDL statement that cannot be carried out.
    pub(crate) fn ddl(reason: impl std::fmt::Display) -> Self {
        Self::users(
            1301,
            format!(
                "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. {reason}"
            ),
        )
    }

    /// A DDL statement that makes no sense against the catalog.
    pub(crate) fn semantic(reason: impl std::fmt::Display) -> Self {
        Self::users(1301, format!("FAILED: SemanticException {reason}"))
    }

    /// More was needed than queries may have: Athena's words, which callers look for, and what it was.
    fn exhausted(reason: &str) -> Self {
        Self {
            category: 1,
            kind: 0,
            reason: format!("Query exhausted resources at this scale factor. {reason}"),
        }
    }

    pub(crate) fn internal(reason: impl std::fmt::Display) -> Self {
        Self {
            category: 1,
            kind: 401,
            reason: format!("GENERIC_INTERNAL_ERROR: {reason}"),
        }
    }
}

/// Hive's and Trino's numbers as far as Athena lists them in its error catalog.
fn number(code: &str) -> i64 {
    match code {
        "DIVISION_BY_ZERO" => 1005,
        "TABLE_NOT_FOUND" | "COLUMN_NOT_FOUND" | "SCHEMA_NOT_FOUND" | "CATALOG_NOT_FOUND" => 1006,
        "HIVE_BAD_DATA" | "HIVE_CANNOT_OPEN_SPLIT" | "HIVE_CURSOR_ERROR" => 1100,
        "HIVE_FILESYSTEM_ERROR" => 1101,
        "NOT_SUPPORTED" => 1002,
        _ => 1003,
    }
}

impl From<query::QueryError> for Failure {
    fn from(error: query::QueryError) -> Self {
        let reason = error.to_string();
        if error.is_exhausted() {
            return Self::exhausted(&reason);
        }
        match &error {
            query::QueryError::Semantic { code, .. } | query::QueryError::Failed { code, .. } => {
                Self::users(number(code), reason)
            }
            query::QueryError::Syntax { .. } => {
                Self::users(1003, format!("SYNTAX_ERROR: {reason}"))
            }
            query::QueryError::Internal { .. } => Self {
                category: 1,
                kind: 401,
                reason,
            },
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Statistics {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) engine_execution_time_in_millis: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) data_scanned_in_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) data_manifest_location: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) total_execution_time_in_millis: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) query_queue_time_in_millis: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service_pre_processing_time_in_millis: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) query_planning_time_in_millis: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service_processing_time_in_millis: Option<i64>,
}

/// One query execution.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Execution {
    #[serde(default = "one")]
    pub(crate) v: u32,
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) query: String,
    pub(crate) statement_type: String,
    pub(crate) substatement_type: String,
    /// Where the result's file is, whole: `s3://bucket/prefix/ID.csv`.
    pub(crate) output: String,
    pub(crate) configuration: ResultConfiguration,
    pub(crate) database: Option<String>,
    pub(crate) catalog: Option<String>,
    pub(crate) work_group: String,
    pub(crate) parameters: Vec<String>,
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    /// Category, number, message.
    pub(crate) error: Option<(i64, i64, String)>,
    pub(crate) submitted_ms: i64,
    pub(crate) started_ms: Option<i64>,
    pub(crate) completed_ms: Option<i64>,
    pub(crate) statistics: Statistics,
    /// Rows that an INSERT or CTAS wrote.
    pub(crate) update_count: Option<u64>,
    pub(crate) output_rows: Option<u64>,
    /// Number of the last bus event.
    pub(crate) sequence: u32,
    /// A query that reads more bytes fails.
    pub(crate) cutoff_bytes: Option<u64>,
}

const fn one() -> u32 {
    1
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds stay below 2^53")]
pub(crate) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

impl Execution {
    pub(crate) fn scope(&self) -> Scope {
        Scope::new(&self.account, &self.region)
    }

    /// Returns the execution as GetQueryExecution shows it.
    pub(crate) fn shown(&self) -> Value {
        let mut status = serde_json::json!({
            "State": self.state,
            "SubmissionDateTime": seconds(self.submitted_ms),
        });
        if let Some(reason) = &self.reason {
            status["StateChangeReason"] = reason.as_str().into();
        }
        if let Some(ms) = self.completed_ms {
            status["CompletionDateTime"] = seconds(ms).into();
        }
        if let Some((category, kind, message)) = &self.error {
            status["AthenaError"] = serde_json::json!({
                "ErrorCategory": category, "ErrorType": kind, "Retryable": false, "ErrorMessage": message,
            });
        }
        let mut configuration = serde_json::to_value(&self.configuration).unwrap_or_default();
        configuration["OutputLocation"] = self.output.as_str().into();
        let mut context = serde_json::json!({});
        if let Some(database) = &self.database {
            context["Database"] = database.as_str().into();
        }
        if let Some(catalog) = &self.catalog {
            context["Catalog"] = catalog.as_str().into();
        }
        let mut shown = serde_json::json!({
            "QueryExecutionId": self.id,
            "Query": self.query,
            "StatementType": self.statement_type,
            "ResultConfiguration": configuration,
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": false}},
            "QueryExecutionContext": context,
            "Status": status,
            "Statistics": self.statistics,
            "WorkGroup": self.work_group,
            "EngineVersion": {
                "SelectedEngineVersion": "AUTO",
                "EffectiveEngineVersion": crate::workgroup::ENGINE_VERSION,
            },
            "SubstatementType": self.substatement_type,
        });
        shown["Statistics"]["ResultReuseInformation"] =
            serde_json::json!({"ReusedPreviousResult": false});
        if !self.parameters.is_empty() {
            shown["ExecutionParameters"] = self.parameters.clone().into();
        }
        shown
    }
}

pub(crate) fn execution_key(scope: &Scope, id: &str) -> Key {
    Key::of(&[&scope.account, &scope.region, id])
}

/// Returns a statement's type and kind as Athena names them, and the ending of its result's file.
pub(crate) fn kind(statement: &Statement) -> (&'static str, &'static str, &'static str) {
    match statement {
        Statement::Query(_) => ("DML", "SELECT", "csv"),
        Statement::Execute { .. } => ("DML", "EXECUTE", "csv"),
        Statement::Explain { analyze: true, .. } => ("UTILITY", "EXPLAIN_ANALYZE", "txt"),
        Statement::Explain { .. } => ("UTILITY", "EXPLAIN", "txt"),
        Statement::Insert(_) => ("DML", "INSERT", ""),
        Statement::Unload(_) => ("DML", "UNLOAD", ""),
        Statement::Ctas(_) => ("DDL", "CREATE_TABLE_AS_SELECT", ""),
        Statement::Prepare { .. } => ("DDL", "PREPARE", "txt"),
        Statement::Deallocate { .. } => ("DDL", "DEALLOCATE", "txt"),
        Statement::Unsupported { .. } => ("DML", "UNSUPPORTED", "txt"),
        Statement::Ddl(ddl) => {
            let (kind, name) = ddl_kind(ddl);
            (kind, name, "txt")
        }
    }
}

fn ddl_kind(ddl: &Ddl) -> (&'static str, &'static str) {
    match ddl {
        Ddl::CreateDatabase { .. } => ("DDL", "CREATE_DATABASE"),
        Ddl::DropDatabase { .. } => ("DDL", "DROP_DATABASE"),
        Ddl::SetDatabaseProperties { .. } => ("DDL", "ALTER_DATABASE"),
        Ddl::CreateTable(_) => ("DDL", "CREATE_TABLE"),
        Ddl::DropTable { .. } => ("DDL", "DROP_TABLE"),
        Ddl::CreateView { .. } => ("DDL", "CREATE_VIEW"),
        Ddl::DropView { .. } => ("DDL", "DROP_VIEW"),
        Ddl::Repair { .. } => ("DDL", "MSCK_REPAIR_TABLE"),
        Ddl::AddPartitions { .. } => ("DDL", "ALTER_TABLE_ADD_PARTITION"),
        Ddl::DropPartitions { .. } => ("DDL", "ALTER_TABLE_DROP_PARTITION"),
        Ddl::ShowDatabases { .. } => ("UTILITY", "SHOW_DATABASES"),
        Ddl::ShowTables { .. } => ("UTILITY", "SHOW_TABLES"),
        Ddl::ShowViews { .. } => ("UTILITY", "SHOW_VIEWS"),
        Ddl::ShowPartitions { .. } => ("UTILITY", "SHOW_PARTITIONS"),
        Ddl::ShowColumns { .. } => ("UTILITY", "SHOW_COLUMNS"),
        Ddl::ShowCreateTable { .. } => ("UTILITY", "SHOW_CREATE_TABLE"),
        Ddl::ShowCreateView { .. } => ("UTILITY", "SHOW_CREATE_VIEW"),
        Ddl::ShowTableProperties { .. } => ("UTILITY", "SHOW_TBLPROPERTIES"),
        Ddl::Describe { .. } => ("UTILITY", "DESCRIBE"),
        _ => ("DDL", "ALTER_TABLE"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn want_of_memory_is_told_in_athenas_words_and_is_not_the_users() {
        let error = query::QueryError::Failed {
            code: "EXCEEDED_LOCAL_MEMORY_LIMIT",
            message: "Query exceeded per-node memory limit [a join]".into(),
        };
        let failure = Failure::from(error);
        assert_eq!((failure.category, failure.kind), (1, 0));
        assert_eq!(
            failure.reason,
            "Query exhausted resources at this scale factor. EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node \
             memory limit [a join]"
        );
    }
}
