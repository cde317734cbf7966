//! Times and integers as text, by XPath's pictures.

mod calendar;
mod format;
mod integer;
mod parse;
mod picture;
mod words;

use crate::{Error, Value, eval::Evaluator};

type Outcome = Result<Value, Error>;

fn text(arguments: &[Value], index: usize) -> Option<&str> {
    arguments.get(index).and_then(Value::as_str)
}

fn number(arguments: &[Value], index: usize) -> Option<f64> {
    match arguments.get(index) {
        Some(Value::Number(n)) => Some(*n),
        _ => None,
    }
}

pub(crate) fn format_integer(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let (Some(value), Some(picture)) = (number(arguments, 0), text(arguments, 1)) else {
        return Ok(Value::Undefined);
    };
    integer::Format::parse(picture)?
        .print(value.floor())
        .map(Value::string)
}

pub(crate) fn parse_integer(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let (Some(value), Some(picture)) = (text(arguments, 0), text(arguments, 1)) else {
        return Ok(Value::Undefined);
    };
    let format = integer::Format::parse(picture)?;
    Ok(format.read(value)?.map_or(Value::Undefined, Value::Number))
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds")]
pub(crate) fn from_millis(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Some(millis) = number(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    format::print(millis as i64, text(arguments, 1), text(arguments, 2)).map(Value::string)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds")]
pub(crate) fn to_millis(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Some(timestamp) = text(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    let millis = match text(arguments, 1) {
        Some(picture) => parse::by_picture(timestamp, picture, evaluator.now_ms)?,
        None => Some(parse::iso8601(timestamp)?),
    };
    Ok(millis.map_or(Value::Undefined, |ms| Value::Number(ms as f64)))
}

pub(crate) fn now(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    format::print(evaluator.now_ms, text(arguments, 0), text(arguments, 1)).map(Value::string)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds")]
pub(crate) fn millis(evaluator: &Evaluator, _: &[Value], _: &Value) -> Outcome {
    Ok(Value::Number(evaluator.now_ms as f64))
}
