//! Arrays.

use std::rc::Rc;

use super::argument;
use crate::{Array, Error, Value, eval::Evaluator};

type Outcome = Result<Value, Error>;

#[expect(clippy::cast_precision_loss, reason = "a count")]
pub(super) fn count(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    Ok(Value::Number(argument(arguments, 0).items().len() as f64))
}

pub(super) fn append(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let count = |index| argument(arguments, index).items().len();
    evaluator.charge_items(count(0) + count(1))?;
    Ok(argument(arguments, 0)
        .clone()
        .append(argument(arguments, 1).clone()))
}

pub(super) fn reverse(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    Ok(match argument(arguments, 0) {
        Value::Array(array) if array.items.len() > 1 => {
            Value::array(array.items.iter().rev().cloned().collect())
        }
        other => other.clone(),
    })
}

pub(super) fn zip(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let items = |value: &Value| value.as_array().map_or(0, |array| array.items.len());
    let shortest = arguments.iter().map(items).min().unwrap_or(0);
    let row = |index| {
        Value::array(
            arguments
                .iter()
                .map(|array| argument(array.items(), index).clone())
                .collect(),
        )
    };
    Ok(Value::array((0..shortest).map(row).collect()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "an index below the length"
)]
pub(super) fn shuffle(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Value::Array(array) = argument(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    let mut items = array.items.clone();
    for last in (1..items.len()).rev() {
        items.swap(last, (evaluator.random() * (last + 1) as f64) as usize);
    }
    Ok(Value::array(items))
}

pub(super) fn distinct(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let value = argument(arguments, 0);
    let Value::Array(array) = value else {
        return Ok(value.clone());
    };
    if array.items.len() <= 1 {
        return Ok(value.clone());
    }
    let mut items: Vec<Value> = Vec::new();
    for item in &array.items {
        if !items.iter().any(|seen| item.deep_equals(seen)) {
            items.push(item.clone());
        }
    }
    Ok(Value::Array(Rc::new(Array {
        items,
        sequence: array.sequence,
        ..Array::default()
    })))
}
