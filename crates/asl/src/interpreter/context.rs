//! The context object `$$`, `$states.context`.

use std::sync::Arc;

use super::{Extras, Run};
use crate::{
    Execution, Object, ScopeId, Value, execution::Place, model::State, model::StateKind, time,
};

/// Returns the context object as a state sees it.
pub(crate) fn object(
    execution: &Execution,
    scope: ScopeId,
    state: &State,
    extras: &Extras<'_>,
) -> Value {
    let mut members = Object::new();
    members.insert("Execution".into(), about_execution(execution));
    if let Some(context) = &execution.context {
        let machine = [
            ("Id", Value::String(Arc::clone(&context.machine_arn))),
            ("Name", Value::String(Arc::clone(&context.machine_name))),
        ];
        members.insert("StateMachine".into(), Value::object(machine));
    }
    members.insert("State".into(), about_state(execution, scope, state));
    if let Some(item) = extras.item.or_else(|| item_around(execution, scope)) {
        let mut about = Object::new();
        about.insert("Index".into(), Value::from(i64::from(item.index)));
        if let Some(key) = &item.key {
            about.insert("Key".into(), Value::String(Arc::clone(key)));
        }
        about.insert("Value".into(), item.value.clone());
        members.insert(
            "Map".into(),
            Value::object([("Item", Value::Object(Arc::new(about)))]),
        );
    }
    if let Some(token) = extras.token {
        members.insert(
            "Task".into(),
            Value::object([("Token", Value::from(token))]),
        );
    }
    Value::Object(Arc::new(members))
}

fn about_execution(execution: &Execution) -> Value {
    let Some(context) = &execution.context else {
        return Value::empty_object();
    };
    Value::object([
        ("Id", Value::String(Arc::clone(&context.execution_arn))),
        ("Input", execution.input.clone()),
        ("StartTime", Value::String(Arc::clone(&context.start_time))),
        ("Name", Value::String(Arc::clone(&context.execution_name))),
        ("RoleArn", Value::String(Arc::clone(&context.role_arn))),
        (
            "RedriveCount",
            Value::from(i64::from(context.redrive_count)),
        ),
    ])
}

fn about_state(execution: &Execution, scope: ScopeId, state: &State) -> Value {
    let Some(Place::In(position)) = execution.scopes.get(&scope).map(|s| &s.place) else {
        return Value::object([("Name", Value::String(Arc::clone(&state.name)))]);
    };
    let mut members = vec![
        ("Name", Value::String(Arc::clone(&state.name))),
        ("EnteredTime", Value::from(time::iso(position.entered_ms))),
    ];
    if matches!(
        state.kind,
        StateKind::Task(_) | StateKind::Map(_) | StateKind::Parallel(_)
    ) {
        members.push(("RetryCount", Value::from(i64::from(position.retry_count()))));
    }
    Value::object(members)
}

/// Returns the item of the innermost iteration around a scope.
fn item_around(execution: &Execution, scope: ScopeId) -> Option<&crate::MapItem> {
    let mut at = Some(scope);
    while let Some(scope) = at.and_then(|id| execution.scopes.get(&id)) {
        if let Some(item) = &scope.item {
            return Some(item);
        }
        at = scope.parent;
    }
    None
}

/// Returns the context object that a Map run's ItemSelector sees, without the item.
pub(crate) fn selection_context(run: &Run<'_>, scope: ScopeId, state: &State) -> Value {
    object(run.state, scope, state, &Extras::default())
}
