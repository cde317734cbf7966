//! The values of parameters for one question.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde_json::Value;

use crate::{
    definition::{Definition, ParameterType},
    expression, moment, sql,
};

/// A parameter with its values; none means that it is not set.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterValue {
    pub kind: ParameterType,
    pub multi: bool,
    pub values: Vec<Value>,
}

impl ParameterValue {
    /// Returns the values as SQL literals of the parameter's type.
    #[must_use]
    pub fn literals(&self) -> Vec<String> {
        self.values.iter().filter_map(|v| self.literal(v)).collect()
    }

    fn literal(&self, value: &Value) -> Option<String> {
        match self.kind {
            ParameterType::String => text_of(value).map(|t| sql::text(&t)),
            ParameterType::Integer | ParameterType::Decimal => number_of(value).map(sql::number),
            ParameterType::Datetime => moment::read(value).map(sql::timestamp),
        }
    }

    /// Returns the values as texts.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.values.iter().filter_map(text_of).collect()
    }

    /// Returns the first value as a number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.values.first().and_then(number_of)
    }

    /// Returns the first value as a moment.
    #[must_use]
    pub fn moment(&self) -> Option<NaiveDateTime> {
        self.values.first().and_then(moment::read)
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|n: &f64| n.is_finite())
}

/// All parameters of a definition, set or not.
pub type ParameterValues = BTreeMap<String, ParameterValue>;

/// Returns the parameters with what was given for them, else with their defaults.
///
/// `given` is the API's `Parameters` (`{"StringParameters": [{"Name", "Values"}], …}`) or a plain object from
/// name to value or values.
#[must_use]
pub fn parameter_values(
    definition: &Definition,
    given: &Value,
    now: NaiveDateTime,
) -> ParameterValues {
    let given = given_values(given);
    definition
        .parameters
        .iter()
        .map(|declared| {
            let rolling = || {
                let expression = declared.rolling.as_deref()?;
                let moment = expression::rolling(expression, definition.week_start, now)?;
                Some(vec![Value::from(
                    moment.format("%Y-%m-%d %H:%M:%S%.3f").to_string(),
                )])
            };
            let mut values = given
                .get(&declared.name)
                .cloned()
                .or_else(rolling)
                .unwrap_or_else(|| declared.defaults.clone());
            if !declared.multi {
                values.truncate(1);
            }
            let value = ParameterValue {
                kind: declared.kind,
                multi: declared.multi,
                values,
            };
            (declared.name.clone(), value)
        })
        .collect()
}

fn given_values(given: &Value) -> BTreeMap<String, Vec<Value>> {
    let mut found = BTreeMap::new();
    let Some(members) = given.as_object() else {
        return found;
    };
    let lists = [
        "StringParameters",
        "IntegerParameters",
        "DecimalParameters",
        "DateTimeParameters",
    ];
    for (name, value) in members {
        if lists.contains(&name.as_str()) {
            for parameter in value.as_array().into_iter().flatten() {
                let values = parameter.get("Values").and_then(Value::as_array);
                if let (Some(name), Some(values)) =
                    (parameter.get("Name").and_then(Value::as_str), values)
                {
                    found.insert(name.to_owned(), values.clone());
                }
            }
            continue;
        }
        let values = match value {
            Value::Array(values) => values.clone(),
            Value::Null => Vec::new(),
            one => vec![one.clone()],
        };
        found.insert(name.clone(), values);
    }
    found
}
