//! The items of a Map.

use super::Map;
use crate::{
    ScopeId, Value,
    interpreter::{Run, Trouble},
    model::{QueryLanguage, Setting, State},
    query::Template,
};

/// Returns the items: an array, or for a distributed Map also an object.
pub(super) fn items(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    map: &Map,
    input: &Value,
) -> Result<Value, Trouble> {
    let found = match &map.items {
        None => input.clone(),
        Some(setting) => run.setting(setting, scope, state, input)?,
    };
    match &found {
        Value::Array(_) => Ok(found),
        Value::Object(_) if map.child_kind.is_some() => Ok(found),
        _ => Err(not_items(state, map, &found)),
    }
}

fn not_items(state: &State, map: &Map, found: &Value) -> Trouble {
    match &map.items {
        Some(Setting::Expression(Template::Jsonata(expression), field)) => {
            Trouble::from(expression.wrong_type(field, "array", found))
        }
        _ if state.language == QueryLanguage::Jsonata => Trouble {
            // No field is at fault.
            location: Some(String::new()),
            ..Trouble::named(
                "States.QueryEvaluationError",
                format!(
                    "Map state input must be an array but was: {}",
                    crate::query::jsonata::type_name(found)
                ),
            )
        },
        Some(Setting::Path(path, _)) => Trouble::runtime(format!(
            "Reference path \"{}\" must point to array.",
            path.text
        )),
        _ => Trouble::runtime("Reference path \"$\" must point to array."),
    }
}
