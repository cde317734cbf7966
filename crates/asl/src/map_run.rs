//! A distributed Map as the driver sees it: what to read, how to batch, how much failure to bear.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Definition, Env, Failure, MachineKind, MapItem, Object, Value,
    interpreter::Trouble,
    model::{QueryLanguage, State, StateKind},
    query::{Random, Surroundings, Variables},
};

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

impl Variables for Selection {
    fn get(&self, name: &str) -> Option<Value> {
        self.variables
            .iter()
            .find(|(n, _)| &**n == name)
            .map(|(_, v)| v.clone())
    }

    fn all(&self) -> Vec<(Arc<str>, Value)> {
        self.variables.clone()
    }
}

/// Returns the items of a source that is given whole.
pub fn given_items(items: &Value) -> Vec<MapItem> {
    let item = |(index, key, value): (usize, Option<Arc<str>>, &Value)| MapItem {
        index: u32::try_from(index).unwrap_or(u32::MAX),
        value: value.clone(),
        key,
    };
    match items {
        Value::Array(all) => all
            .iter()
            .enumerate()
            .map(|(i, v)| item((i, None, v)))
            .collect(),
        Value::Object(all) => all
            .iter()
            .enumerate()
            .map(|(i, (k, v))| item((i, Some(Arc::clone(k)), v)))
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns what ItemSelector makes of an item: without a batcher, the child execution's input.
///
/// **Errors**: the Map run fails with it.
pub fn item_input(
    definition: &Definition,
    spec: &MapRunSpec,
    item: &MapItem,
    env: &Env,
) -> Result<Value, Failure> {
    let Some(state) = definition.machine.named(&spec.state) else {
        return Ok(bare(item));
    };
    let StateKind::Map(map) = &state.kind else {
        return Ok(bare(item));
    };
    let Some(template) = &map.selector else {
        return Ok(bare(item));
    };
    let random = Random::new(env.seed.wrapping_add(u64::from(item.index)));
    let context = || with_item(&spec.selection.context, item);
    let around = Surroundings::new(
        &spec.selection.input,
        &context,
        &spec.selection,
        &random,
        env.now_ms,
    );
    template
        .evaluate(&around, selector_name(state))
        .map_err(|misread| Trouble::from(misread).failure())
}

fn selector_name(state: &State) -> &'static str {
    if state.language == QueryLanguage::Jsonata {
        "ItemSelector"
    } else {
        "Parameters"
    }
}

/// A member of an object comes as key and value.
fn bare(item: &MapItem) -> Value {
    match &item.key {
        None => item.value.clone(),
        Some(key) => Value::object([
            ("Key", Value::String(Arc::clone(key))),
            ("Value", item.value.clone()),
        ]),
    }
}

fn with_item(context: &Value, item: &MapItem) -> Value {
    let mut members = context.as_object().cloned().unwrap_or_default();
    let mut about = vec![("Index", Value::from(i64::from(item.index)))];
    if let Some(key) = &item.key {
        about.push(("Key", Value::String(Arc::clone(key))));
    }
    about.push(("Value", item.value.clone()));
    members.insert(
        "Map".into(),
        Value::object([("Item", Value::object(about))]),
    );
    Value::Object(Arc::new(members))
}

/// Returns the inputs of the child executions: the items one by one, or in batches as `{"BatchInput", "Items"}`.
///
/// **Errors**: an item that alone is larger than `MaxInputBytesPerBatch`, or than a child's input may be.
pub fn child_inputs(spec: &MapRunSpec, items: Vec<Value>) -> Result<Vec<Value>, Failure> {
    const LIMIT: usize = crate::interpreter::DATA_LIMIT;
    let Some(batcher) = &spec.batcher else {
        return Ok(items);
    };
    let most_items = batcher
        .max_items
        .filter(|n| *n > 0)
        .map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
    let most_bytes = batcher
        .max_bytes
        .filter(|n| *n > 0)
        .map_or(LIMIT, |n| usize::try_from(n).unwrap_or(LIMIT).min(LIMIT));
    let frame = batch(batcher, Vec::new()).to_text().len();
    let (mut inputs, mut held, mut bytes) = (Vec::new(), Vec::new(), frame);
    for item in items {
        let size = item.to_text().len() + 1;
        if frame + size > most_bytes + 1 {
            return Err(too_large(most_bytes));
        }
        if !held.is_empty() && (held.len() >= most_items || bytes + size > most_bytes + 1) {
            inputs.push(batch(batcher, std::mem::take(&mut held)));
            bytes = frame;
        }
        bytes += size;
        held.push(item);
    }
    if !held.is_empty() {
        inputs.push(batch(batcher, held));
    }
    Ok(inputs)
}

fn batch(batcher: &Batcher, items: Vec<Value>) -> Value {
    let mut members = Object::new();
    if let Some(input) = &batcher.batch_input {
        members.insert("BatchInput".into(), input.clone());
    }
    members.insert("Items".into(), Value::array(items));
    Value::Object(Arc::new(members))
}

fn too_large(limit: usize) -> Failure {
    Failure {
        error: Some("States.ItemReaderFailed".into()),
        cause: Some(
            format!("An item is larger than the limit of {limit} bytes of a batch.").into(),
        ),
    }
}

/// Tells whether so many failed items are more than the Map run tolerates.
pub fn is_exceeded(spec: &MapRunSpec, failed: u64, total: u64) -> bool {
    if failed == 0 {
        return false;
    }
    let by_count = spec.tolerated_failure_count.map(|most| failed > most);
    let by_percentage = spec
        .tolerated_failure_percentage
        .map(|most| failed as f64 * 100.0 > most * total as f64);
    match (by_count, by_percentage) {
        (None, None) => true,
        (count, percentage) => count.unwrap_or(false) || percentage.unwrap_or(false),
    }
}

/// The failure of a Map run whose children failed more often than tolerated.
pub fn threshold_exceeded() -> Failure {
    Failure {
        error: Some("States.ExceedToleratedFailureThreshold".into()),
        cause: Some("The specified tolerated failure threshold was exceeded".into()),
    }
}

#[cfg(test)]
mod tests;
