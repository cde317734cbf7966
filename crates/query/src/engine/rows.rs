//! An answer as it comes.

use std::fmt;

use datafusion::{
    arrow::{array::RecordBatch, datatypes::SchemaRef},
    physical_plan::SendableRecordBatchStream,
};
use futures::StreamExt;

use super::{
    ResultColumn,
    guard::{guarded, guarded_now},
};
use crate::{QueryError, counting::Scanned, error::running, render};

/// A query's answer as it comes.
pub struct Rows {
    stream: SendableRecordBatchStream,
    pub(crate) schema: SchemaRef,
    columns: Vec<ResultColumn>,
    scanned: Scanned,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl Rows {
    pub(super) fn new(
        stream: SendableRecordBatchStream,
        columns: Vec<ResultColumn>,
        scanned: Scanned,
    ) -> Self {
        Self {
            schema: stream.schema(),
            stream,
            columns,
            scanned,
        }
    }

    pub fn columns(&self) -> &[ResultColumn] {
        &self.columns
    }

    /// Returns the next rows, each cell as text, absent for NULL; nothing at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Vec<Option<String>>>>, QueryError> {
        match self.next_batch().await? {
            Some(batch) => guarded_now(|| render::rows(&batch)).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) async fn next_batch(&mut self) -> Result<Option<RecordBatch>, QueryError> {
        guarded(async {
            let next = self.stream.next().await.transpose();
            next.map_err(|e| running(&e))
        })
        .await
    }

    /// Returns the counter of bytes read, which outlives the rows.
    pub fn scanned(&self) -> ScannedBytes {
        ScannedBytes(self.scanned.clone())
    }

    /// Returns the bytes read from objects so far.
    pub fn scanned_bytes(&self) -> u64 {
        self.scanned.bytes()
    }
}

/// How many bytes a query has read from objects.
#[derive(Clone, Debug)]
pub struct ScannedBytes(Scanned);

impl ScannedBytes {
    pub fn bytes(&self) -> u64 {
        self.0.bytes()
    }
}
