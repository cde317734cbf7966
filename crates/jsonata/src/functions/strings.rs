//! Text.

use super::{argument, number};
use crate::{Error, Value, eval::Evaluator, json};

type Outcome = Result<Value, Error>;

/// Returns a value as `$string` does.
///
/// **Errors**: `D3001` for a number that JSON has not, `D1001` for one inside.
pub(crate) fn text_of(value: &Value, pretty: bool) -> Result<String, Error> {
    Ok(match value {
        Value::String(text) => text.to_string(),
        Value::Function(_) => String::new(),
        Value::Number(n) if !n.is_finite() => return Err(Error::new("D3001").value(value)),
        Value::Array(array) if array.outer_wrapper => {
            return text_of(argument(&array.items, 0), pretty);
        }
        other => json::print(other, pretty.then_some(2))?,
    })
}

pub(super) fn string(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    match argument(arguments, 0) {
        Value::Undefined => Ok(Value::Undefined),
        value => {
            text_of(value, matches!(argument(arguments, 1), Value::Bool(true))).map(Value::string)
        }
    }
}

fn with_text(arguments: &[Value], make: impl FnOnce(&str) -> Value) -> Outcome {
    Ok(argument(arguments, 0)
        .as_str()
        .map_or(Value::Undefined, make))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "JavaScript's slice"
)]
pub(super) fn substring(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let (start, length) = (number(arguments, 1).unwrap_or(0.0), number(arguments, 2));
    with_text(arguments, |text| {
        let characters: Vec<char> = text.chars().collect();
        let count = characters.len() as f64;
        let start = if count + start < 0.0 { 0.0 } else { start };
        let end = match length {
            Some(length) if length <= 0.0 => return Value::string(""),
            Some(length) if start >= 0.0 => start + length,
            Some(length) => count + start + length,
            None => count,
        };
        let bound = |at: f64| {
            let at = at.trunc();
            (if at < 0.0 {
                (count + at).max(0.0)
            } else {
                at.min(count)
            }) as usize
        };
        let (from, to) = (bound(start), bound(end));
        Value::string(
            characters
                .get(from..to.max(from))
                .unwrap_or_default()
                .iter()
                .collect::<String>(),
        )
    })
}

pub(super) fn substring_before(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let mark = argument(arguments, 1).as_str().unwrap_or_default();
    with_text(arguments, |text| {
        Value::string(text.find(mark).map_or(text, |at| &text[..at]))
    })
}

pub(super) fn substring_after(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let mark = argument(arguments, 1).as_str().unwrap_or_default();
    with_text(arguments, |text| {
        Value::string(text.find(mark).map_or(text, |at| &text[at + mark.len()..]))
    })
}

pub(super) fn lowercase(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    with_text(arguments, |text| Value::string(text.to_lowercase()))
}

pub(super) fn uppercase(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    with_text(arguments, |text| Value::string(text.to_uppercase()))
}

#[expect(clippy::cast_precision_loss, reason = "a length")]
pub(super) fn length(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    with_text(arguments, |text| Value::Number(text.chars().count() as f64))
}

pub(super) fn trim(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    with_text(arguments, |text| {
        let words = text
            .split([' ', '\t', '\n', '\r'])
            .filter(|word| !word.is_empty());
        Value::string(words.collect::<Vec<_>>().join(" "))
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a width"
)]
pub(super) fn pad(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let width = number(arguments, 1).unwrap_or(0.0);
    let with = argument(arguments, 2)
        .as_str()
        .filter(|c| !c.is_empty())
        .unwrap_or(" ");
    let most = argument(arguments, 0)
        .as_str()
        .map(|_| width.abs() as usize);
    evaluator.charge(most.unwrap_or_default().saturating_mul(with.len()))?;
    with_text(arguments, |text| {
        let missing = (width.abs() as usize).saturating_sub(text.chars().count());
        let padding: String = with.chars().cycle().take(missing).collect();
        Value::string(if width > 0.0 {
            format!("{text}{padding}")
        } else {
            format!("{padding}{text}")
        })
    })
}

pub(super) fn join(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Value::Array(array) = argument(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    let parts: Vec<&str> = array.items.iter().filter_map(Value::as_str).collect();
    let between = argument(arguments, 1).as_str().unwrap_or_default();
    let bytes: usize = parts.iter().map(|part| part.len() + between.len()).sum();
    evaluator.charge(bytes)?;
    Ok(Value::string(parts.join(between)))
}
