//! A query that is planned.

use std::{fmt, sync::Arc};

use datafusion::{
    execution::SessionState,
    logical_expr::LogicalPlan,
    physical_plan::{ExecutionPlan, displayable, execute_stream},
};

use super::{ResultColumn, Rows, guard::guarded};
use crate::{QueryError, counting::Scanned, error::running};

/// A planned query.
pub struct Prepared {
    plan: LogicalPlan,
    state: SessionState,
    columns: Vec<ResultColumn>,
    scanned: Scanned,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl Prepared {
    pub(crate) fn new(
        plan: LogicalPlan,
        state: SessionState,
        columns: Vec<ResultColumn>,
        scanned: Scanned,
    ) -> Self {
        Self {
            plan,
            state,
            columns,
            scanned,
        }
    }

    pub fn columns(&self) -> &[ResultColumn] {
        &self.columns
    }

    /// Starts the query. Dropping the rows ends it.
    pub async fn run(self) -> Result<Rows, QueryError> {
        let stream = guarded(async {
            let physical = self.physical().await?;
            execute_stream(physical, self.state.task_ctx()).map_err(|e| running(&e))
        })
        .await?;
        Ok(Rows::new(stream, self.columns, self.scanned))
    }

    /// Returns the optimised plan as indented text, a line per operator.
    pub async fn explain(&self) -> Result<String, QueryError> {
        guarded(async {
            let physical = self.physical().await?;
            Ok(displayable(physical.as_ref()).indent(false).to_string())
        })
        .await
    }

    async fn physical(&self) -> Result<Arc<dyn ExecutionPlan>, QueryError> {
        let physical = self.state.create_physical_plan(&self.plan).await;
        physical.map_err(|e| running(&e))
    }
}
