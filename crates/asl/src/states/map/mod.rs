//! Map: the same states for each item; inline, or distributed as a Map run.

mod distributed;
mod inline;
mod items;
mod limits;
mod read;

pub(crate) use inline::more;

use crate::{
    JournalEvent, MachineKind, Number, ScopeId, StateId, Value,
    interpreter::{Run, Trouble},
    model::{Setting, State},
    query::Template,
};

#[derive(Debug)]
pub(crate) struct Map {
    /// Where the item processor begins.
    pub(crate) start: StateId,
    /// The type of a distributed Map's children; absent for an inline Map.
    pub(crate) child_kind: Option<MachineKind>,
    /// `ItemsPath`, or `Items` of JSONata. Absent: the input.
    pub(crate) items: Option<Setting>,
    /// `ItemSelector`, or its older name `Parameters`.
    pub(crate) selector: Option<Template>,
    pub(crate) max_concurrency: Option<Setting>,
    pub(crate) tolerated_count: Option<Setting>,
    pub(crate) tolerated_percentage: Option<Setting>,
    pub(crate) label: Option<std::sync::Arc<str>>,
    pub(crate) reader: Option<Resource>,
    pub(crate) batcher: Option<Batcher>,
    pub(crate) writer: Option<Resource>,
}

/// `ItemReader` or `ResultWriter`.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) resource: Option<std::sync::Arc<str>>,
    pub(crate) arguments: Option<Template>,
    /// `ReaderConfig` or `WriterConfig`.
    pub(crate) config: Option<Template>,
    pub(crate) max_items: Option<Setting>,
}

#[derive(Debug)]
pub(crate) struct Batcher {
    pub(crate) max_items: Option<Setting>,
    pub(crate) max_bytes: Option<Setting>,
    pub(crate) input: Option<Template>,
}

pub(crate) fn enter(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    map: &Map,
) -> Result<(), Trouble> {
    if run.bench.is_some() {
        return under_test(run, scope, state, map);
    }
    if map.child_kind.is_some() {
        distributed::enter(run, scope, state, map)
    } else {
        inline::enter(run, scope, state, map)
    }
}

/// The effective input that an ItemSelector sees.
pub(crate) fn input(run: &Run<'_>, scope: ScopeId, state: &State) -> Result<Value, Trouble> {
    run.filtered_input(scope, state)
}

/// TestState: items and limits are evaluated, iterations are mocked.
fn under_test(run: &mut Run<'_>, scope: ScopeId, state: &State, map: &Map) -> Result<(), Trouble> {
    let input = input(run, scope, state)?;
    let mut length = 0;
    if map.reader.is_none() {
        let items = items::items(run, scope, state, map, &input)?;
        length = items.as_array().map_or(0, <[Value]>::len);
    }
    if let Some(bench) = &run.bench {
        bench.has_items(length as u64);
    }
    let limits = limits::limits(run, scope, state, map, &input)?;
    let number = |n: u64| Value::from(i64::try_from(n).unwrap_or(i64::MAX));
    run.note("maxConcurrency", &number(limits.max_concurrency));
    if let Some(count) = limits.tolerated_count {
        run.note("toleratedFailureCount", &number(count));
    }
    if let Some(percentage) = limits.tolerated_percentage {
        run.note(
            "toleratedFailurePercentage",
            &Value::Number(Number::from_f64(percentage)),
        );
    }
    run.emit(JournalEvent::MapStarted {
        scope,
        length: u32::try_from(length).unwrap_or(u32::MAX),
        items: None,
        input,
        max_concurrency: 0,
    });
    Ok(())
}
