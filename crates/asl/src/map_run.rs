//! A distributed Map as the driver sees it: what to read, how to batch, how much failure to bear.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{MachineKind, Value};

/// Everything a Map run needs, evaluated when the state was entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapRunSpec {
    /// The Map state's name; [`crate::Definition::item_processor`] gives the children's definition.
    pub state: Arc<str>,
    /// `Label`, for the Map run's ARN.
    pub label: Option<Arc<str>>,
    pub items: ItemSource,
    /// 0: as many as the service allows (10,000).
    pub max_concurrency: u64,
    pub tolerated_failure_count: Option<u64>,
    /// 0 to 100.
    pub tolerated_failure_percentage: Option<f64>,
    /// `ExecutionType` of the children.
    pub child_kind: MachineKind,
    pub batcher: Option<Batcher>,
    pub writer: Option<ResultWriter>,
    /// What ItemSelector and ItemBatcher are evaluated against; opaque to the driver.
    pub selection: Selection,
}

/// Where a Map run's items come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ItemSource {
    /// An array, or an object whose members are the items.
    Given(Value),
    /// ItemReader: the driver reads and parses, the rows are the items.
    Reader {
        /// For example `arn:aws:states:::s3:getObject`.
        resource: Arc<str>,
        /// The effective Parameters or Arguments (`Bucket`, `Key`, `Prefix`).
        arguments: Value,
        /// The effective ReaderConfig (`InputType`, `CSVHeaderLocation`, `CSVHeaders`, `MaxItems`, …).
        config: Value,
    },
}

/// `ItemBatcher`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batcher {
    pub max_items: Option<u64>,
    pub max_bytes: Option<u64>,
    pub batch_input: Option<Value>,
}

/// `ResultWriter`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultWriter {
    pub resource: Option<Arc<str>>,
    pub arguments: Option<Value>,
    /// The effective WriterConfig (`OutputType`, `Transformation`).
    pub config: Option<Value>,
}

/// The surroundings that an ItemSelector is evaluated in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    pub input: Value,
    pub context: Value,
    pub variables: Vec<(Arc<str>, Value)>,
}
