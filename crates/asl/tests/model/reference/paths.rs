//! Paths, templates and rules, each looked up anew.

use serde_json::{Map, Value, json};

use super::{Trouble, named, runtime};

pub(super) fn list<'d>(state: &'d Value, name: &str) -> &'d [Value] {
    state
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Tells whether a retrier or a catcher speaks of an error.
pub(super) fn speaks_of(rule: &Value, error: &str) -> bool {
    let terminal = matches!(error, "States.Runtime" | "States.DataLimitExceeded");
    let names = rule["ErrorEquals"].as_array().unwrap();
    names.iter().any(|name| match name.as_str().unwrap() {
        "States.ALL" => !terminal,
        "States.TaskFailed" => !terminal && error != "States.Timeout",
        name => name == error,
    })
}

/// Follows `$.a.b`.
pub(super) fn find(data: &Value, path: &Value) -> Option<Value> {
    let mut at = data;
    for step in path.as_str().unwrap().split('.').skip(1) {
        at = at.as_object()?.get(step)?;
    }
    Some(at.clone())
}

/// Applies an InputPath or OutputPath.
pub(super) fn filtered(path: Option<&Value>, data: &Value) -> Result<Value, Trouble> {
    match path {
        None => Ok(data.clone()),
        Some(Value::Null) => Ok(json!({})),
        Some(path) => find(data, path).ok_or_else(runtime),
    }
}

/// Fills a template: members `name.$` are paths.
pub(super) fn filled(
    template: &Value,
    input: &Value,
    item: Option<&Value>,
) -> Result<Value, Trouble> {
    match template {
        Value::Object(members) => {
            let mut made = Map::new();
            for (name, value) in members {
                match name.strip_suffix(".$") {
                    None => made.insert(name.clone(), filled(value, input, item)?),
                    Some(name) => {
                        let path = value.as_str().unwrap();
                        let found = match path.strip_prefix("$$.Map.Item.") {
                            Some(member) => item.and_then(|i| i.get(member)).cloned(),
                            None => find(input, value),
                        };
                        made.insert(name.to_owned(), found.ok_or_else(runtime)?)
                    }
                };
            }
            Ok(Value::Object(made))
        }
        Value::Array(items) => items.iter().map(|i| filled(i, input, item)).collect(),
        other => Ok(other.clone()),
    }
}

/// Applies a ResultPath.
pub(super) fn combined(path: Option<&Value>, raw: &Value, result: Value) -> Result<Value, Trouble> {
    match path {
        None => Ok(result),
        Some(Value::Null) => Ok(raw.clone()),
        Some(path) => {
            let mut onto = raw.clone();
            let name = path.as_str().unwrap().strip_prefix("$.").unwrap();
            let members = onto
                .as_object_mut()
                .ok_or_else(|| named("States.ResultPathMatchFailure"))?;
            members.insert(name.to_owned(), result);
            Ok(onto)
        }
    }
}

pub(super) fn holds(rule: &Value, input: &Value) -> Result<bool, Trouble> {
    if let Some(all) = rule.get("And") {
        for one in all.as_array().unwrap() {
            if !holds(one, input)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if let Some(any) = rule.get("Or") {
        for one in any.as_array().unwrap() {
            if holds(one, input)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(inner) = rule.get("Not") {
        return Ok(!holds(inner, input)?);
    }
    let found = find(input, &rule["Variable"]);
    if let Some(wanted) = rule.get("IsPresent") {
        return Ok(json!(found.is_some()) == *wanted);
    }
    let found = found.ok_or_else(runtime)?;
    Ok(
        match (rule.get("NumericGreaterThan"), rule.get("StringEquals")) {
            (Some(limit), _) => found.as_i64().is_some_and(|n| n > limit.as_i64().unwrap()),
            (_, Some(text)) => found == *text,
            _ => panic!("no such test: {rule}"),
        },
    )
}

/// Returns a value with its members in the order of their names, which is left open.
pub(crate) fn in_order(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(in_order).collect(),
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            Value::Object(
                sorted
                    .into_iter()
                    .map(|(k, v)| (k.clone(), in_order(v)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}
