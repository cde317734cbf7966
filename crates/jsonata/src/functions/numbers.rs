//! Numbers.

use super::{argument, number};
use crate::{Error, Value, eval::Evaluator, json, number as javascript};

type Outcome = Result<Value, Error>;

fn all(arguments: &[Value]) -> Option<Vec<f64>> {
    let Value::Array(array) = argument(arguments, 0) else {
        return None;
    };
    let number = |item: &Value| match item {
        Value::Number(n) => Some(*n),
        _ => None,
    };
    Some(array.items.iter().filter_map(number).collect())
}

fn over(arguments: &[Value], of_none: Value, fold: impl FnOnce(&[f64]) -> f64) -> Outcome {
    Ok(match all(arguments) {
        None => Value::Undefined,
        Some(numbers) if numbers.is_empty() => of_none,
        Some(numbers) => Value::Number(fold(&numbers)),
    })
}

pub(super) fn sum(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    over(arguments, Value::Number(0.0), |numbers| {
        numbers.iter().sum()
    })
}

pub(super) fn max(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    over(arguments, Value::Undefined, |numbers| {
        numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    })
}

pub(super) fn min(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    over(arguments, Value::Undefined, |numbers| {
        numbers.iter().copied().fold(f64::INFINITY, f64::min)
    })
}

#[expect(clippy::cast_precision_loss, reason = "a count")]
pub(super) fn average(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    over(arguments, Value::Undefined, |numbers| {
        numbers.iter().sum::<f64>() / numbers.len() as f64
    })
}

fn of_one(arguments: &[Value], f: impl FnOnce(f64) -> f64) -> Outcome {
    Ok(number(arguments, 0).map_or(Value::Undefined, |n| Value::Number(f(n))))
}

pub(super) fn floor(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    of_one(arguments, f64::floor)
}

pub(super) fn ceil(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    of_one(arguments, f64::ceil)
}

pub(super) fn abs(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    of_one(arguments, f64::abs)
}

#[expect(clippy::cast_possible_truncation, reason = "a precision")]
pub(super) fn round(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    of_one(arguments, |n| {
        javascript::round(n, number(arguments, 1).unwrap_or(0.0) as i32)
    })
}

pub(super) fn sqrt(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    if number(arguments, 0).is_some_and(|n| n < 0.0) {
        return Err(Error::new("D3060")
            .value(argument(arguments, 0))
            .field("index", "1"));
    }
    of_one(arguments, f64::sqrt)
}

pub(super) fn power(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let (Some(base), exponent) = (
        number(arguments, 0),
        number(arguments, 1).unwrap_or(f64::NAN),
    ) else {
        return Ok(Value::Undefined);
    };
    let result = base.powf(exponent);
    if result.is_finite() {
        return Ok(Value::Number(result));
    }
    let error = Error::new("D3061")
        .value(argument(arguments, 0))
        .field("index", "1");
    Err(error.field("exp", json::print_lossy(argument(arguments, 1))))
}

pub(super) fn random(evaluator: &Evaluator, _: &[Value], _: &Value) -> Outcome {
    Ok(Value::Number(evaluator.random()))
}

pub(super) fn number_of(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let value = argument(arguments, 0);
    let parsed = match value {
        Value::Undefined | Value::Number(_) => return Ok(value.clone()),
        Value::Bool(b) => Some(f64::from(u8::from(*b))),
        Value::String(text) => decimal(text).or_else(|| radix(text)),
        _ => None,
    };
    parsed
        .map(Value::Number)
        .ok_or_else(|| Error::new("D3030").value(value).field("index", "1"))
}

/// Parses what JSON would take, leading zeros too.
fn decimal(text: &str) -> Option<f64> {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned
        .split_once(['e', 'E'])
        .map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa
        .split_once('.')
        .map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let exponent = exponent.map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
    let good = digits(whole) && fraction.is_none_or(digits) && exponent.is_none_or(digits);
    text.parse::<f64>().ok().filter(|n| good && n.is_finite())
}

#[expect(clippy::cast_precision_loss, reason = "as JavaScript does")]
fn radix(text: &str) -> Option<f64> {
    let (base, digits) = match text.get(..2)? {
        "0x" | "0X" => (16, &text[2..]),
        "0o" | "0O" => (8, &text[2..]),
        "0b" | "0B" => (2, &text[2..]),
        _ => return None,
    };
    u128::from_str_radix(digits, base).ok().map(|n| n as f64)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, and the radix is checked"
)]
pub(super) fn format_base(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Some(value) = number(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    let base = number(arguments, 1).map_or(10.0, |n| javascript::round(n, 0));
    if !(2.0..=36.0).contains(&base) {
        return Err(Error::new("D3100").value(&Value::Number(base)));
    }
    let value = javascript::round(value, 0);
    let (base, mut rest) = (base as u32, value.abs() as u128);
    let mut digits = Vec::new();
    loop {
        digits.extend(char::from_digit((rest % u128::from(base)) as u32, base));
        rest /= u128::from(base);
        if rest == 0 {
            break;
        }
    }
    if value < 0.0 {
        digits.push('-');
    }
    Ok(Value::string(digits.into_iter().rev().collect::<String>()))
}
