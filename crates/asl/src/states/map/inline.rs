//! A Map whose iterations run within the execution.

use super::{Map, items::items, limits::limits};
use crate::{
    JournalEvent, MapItem, ScopeId, Value,
    execution::Phase,
    interpreter::{Extras, Run, Trouble},
    model::{QueryLanguage, State},
};

/// Iterations that an inline Map runs at once at most.
const CONCURRENCY: u32 = 40;

pub(super) fn enter(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    map: &Map,
) -> Result<(), Trouble> {
    let input = super::input(run, scope, state)?;
    let items = items(run, scope, state, map, &input)?;
    let limits = limits(run, scope, state, map, &input);
    let length = items.as_array().map_or(0, <[Value]>::len) as u32;
    let max_concurrency = limits
        .as_ref()
        .map_or(0, |l| u32::try_from(l.max_concurrency).unwrap_or(u32::MAX));
    run.emit(JournalEvent::MapStarted {
        scope,
        length,
        items: Some(items),
        input,
        max_concurrency,
    });
    limits?;
    more(run, scope, state, map)?;
    if length == 0 {
        run.join_all(scope)
    } else {
        Ok(())
    }
}

/// Begins as many iterations as may run.
pub(crate) fn more(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    map: &Map,
) -> Result<(), Trouble> {
    loop {
        let Some(Phase::Fork(fork)) = run.position(scope).map(|p| &p.phase) else {
            return Ok(());
        };
        let limit = if fork.max_concurrency == 0 {
            CONCURRENCY
        } else {
            fork.max_concurrency.min(CONCURRENCY)
        };
        let index = fork.started;
        let Some(value) = fork
            .items
            .as_ref()
            .and_then(Value::as_array)
            .and_then(|i| i.get(index as usize))
        else {
            return Ok(());
        };
        if fork.running.len() >= limit as usize {
            return Ok(());
        }
        let item = MapItem {
            index,
            value: value.clone(),
            key: None,
        };
        let map_input = fork.input.clone();
        let input = selected(run, scope, state, map, &map_input, &item)?;
        let child = ScopeId(run.state.counters.scope);
        run.emit(JournalEvent::IterationStarted {
            scope,
            child,
            start: map.start,
            input,
            item: Box::new(item),
        });
        run.ready.push_back(child);
    }
}

/// Returns an iteration's input: the item, or what ItemSelector makes of it.
fn selected(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    map: &Map,
    input: &Value,
    item: &MapItem,
) -> Result<Value, Trouble> {
    let Some(template) = &map.selector else {
        return Ok(item.value.clone());
    };
    let extras = Extras {
        item: Some(item),
        ..Extras::default()
    };
    let field = if state.language == QueryLanguage::Jsonata {
        "ItemSelector"
    } else {
        "Parameters"
    };
    run.evaluate(template, scope, state, input, extras, field)
}
