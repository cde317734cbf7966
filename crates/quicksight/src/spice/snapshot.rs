//! A data set's rows as they were when last ingested.

use aws::ApiError;
use query::{Field, Format, Location, Part, Relation, Table};
use serde::{Deserialize, Serialize};

use super::BUCKET;
use crate::{
    QuickSight,
    asset::Scope,
    dataset::{Column, ColumnType},
};

/// The current snapshots, by data set.
pub(super) const SNAPSHOTS: &str = "quicksight/snapshots";

/// One snapshot: Parquet files under a prefix of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) v: u32,
    pub(crate) ingestion: String,
    pub(crate) prefix: String,
    /// The prefix of the one before, which queries may still read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) former: Option<String>,
    pub(crate) taken_ms: i64,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// Names and types as the API has them.
    pub(crate) columns: Vec<(String, String)>,
}

impl Snapshot {
    /// Returns its columns.
    pub(crate) fn columns(&self) -> Vec<Column> {
        self.columns
            .iter()
            .map(|(name, kind)| Column::new(name.clone(), ColumnType::parse(kind)))
            .collect()
    }

    /// Returns its files as a relation.
    pub(crate) fn relation(&self) -> Relation {
        Relation::Snapshot(self.table())
    }

    /// Returns its files as a table.
    pub(super) fn table(&self) -> Table {
        Table {
            columns: fields(&self.columns()),
            partition_columns: Vec::new(),
            format: Format::Parquet,
            parts: vec![Part {
                location: location(&self.prefix),
                values: Vec::new(),
            }],
        }
    }
}

/// Returns where the files under a prefix are.
pub(super) fn location(prefix: &str) -> Location {
    Location {
        bucket: BUCKET.into(),
        prefix: prefix.to_owned(),
    }
}

/// Returns columns as a snapshot's files have them.
pub(super) fn fields(columns: &[Column]) -> Vec<Field> {
    columns
        .iter()
        .map(|c| Field::new(c.name.to_lowercase(), c.kind.stored()))
        .collect()
}

/// Returns a data set's current snapshot; nothing before its first ingestion has ended well.
pub(crate) async fn snapshot(
    service: &QuickSight,
    scope: &Scope,
    data_set: &str,
) -> Result<Option<Snapshot>, ApiError> {
    let found = service
        .store
        .get_json(SNAPSHOTS, &scope.key(&[data_set]))
        .await;
    found.map_err(ApiError::internal)
}
