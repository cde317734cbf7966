//! Concurrency and tolerated failures.

use super::Map;
use crate::{
    ScopeId, Value,
    interpreter::{Run, Trouble},
    model::{Setting, State},
    query::Template,
};

#[derive(Debug, Default)]
pub(crate) struct Limits {
    /// 0: no limit of its own.
    pub(crate) max_concurrency: u64,
    pub(crate) tolerated_count: Option<u64>,
    pub(crate) tolerated_percentage: Option<f64>,
}

pub(crate) fn limits(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    map: &Map,
    input: &Value,
) -> Result<Limits, Trouble> {
    let whole_number = |setting: &Option<Setting>, name: &str| match setting {
        None => Ok(None),
        Some(setting) => whole(run, scope, state, input, setting, name).map(Some),
    };
    Ok(Limits {
        max_concurrency: whole_number(&map.max_concurrency, "MaxConcurrency")?.unwrap_or_default(),
        tolerated_count: whole_number(&map.tolerated_count, "ToleratedFailureCount")?,
        tolerated_percentage: match &map.tolerated_percentage {
            None => None,
            Some(setting) => Some(percentage(run, scope, state, input, setting)?),
        },
    })
}

/// Returns a setting's number; text that is a whole number will do.
pub(crate) fn whole(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    input: &Value,
    setting: &Setting,
    name: &str,
) -> Result<u64, Trouble> {
    let value = run.setting(setting, scope, state, input)?;
    let number = match (&value, setting) {
        (Value::String(text), Setting::Path(..)) => text.parse::<i64>().ok(),
        (value, _) => value.as_i64(),
    };
    match number {
        Some(number) => u64::try_from(number)
            .map_err(|_| Trouble::runtime(format!("{name} cannot be negative."))),
        None => Err(unfit(setting, &value, "integer")),
    }
}

fn percentage(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    input: &Value,
    setting: &Setting,
) -> Result<f64, Trouble> {
    let value = run.setting(setting, scope, state, input)?;
    let number = match (&value, setting) {
        (Value::String(text), Setting::Path(..)) => text.parse::<f64>().ok(),
        (value, _) => value.as_f64(),
    };
    match number {
        Some(number) if (0.0..=100.0).contains(&number) => Ok(number),
        Some(_) => Err(Trouble::runtime(
            "ToleratedFailurePercentage must be between 0 and 100.",
        )),
        None => Err(unfit(setting, &value, "float")),
    }
}

fn unfit(setting: &Setting, value: &Value, expected: &'static str) -> Trouble {
    let shown = value
        .as_str()
        .map_or_else(|| value.to_text(), str::to_owned);
    match setting {
        Setting::Expression(Template::Jsonata(expression), field) => {
            let expected = if expected == "float" {
                "number"
            } else {
                expected
            };
            Trouble::from(expression.wrong_type(field, expected, value))
        }
        Setting::Path(path, field) => Trouble::runtime(format!(
            "The {field} field refers to value \"{shown}\" which is not a valid {expected}: {}",
            path.text
        )),
        _ => Trouble::runtime(format!("The value \"{shown}\" is not a valid {expected}")),
    }
}
