//! Functions that take functions.

use std::{rc::Rc, sync::Arc};

use super::argument;
use crate::{
    Error, Object, Value,
    eval::{Evaluator, merge_sort},
    value::Function,
};

type Outcome = Result<Value, Error>;

/// A callback with as many of the offered arguments as it takes.
struct Callback<'a> {
    evaluator: &'a Evaluator,
    callee: &'a Value,
    arity: usize,
}

impl<'a> Callback<'a> {
    fn new(evaluator: &'a Evaluator, callee: &'a Value) -> Self {
        let arity = match callee {
            Value::Function(function) => Function::arity(function),
            _ => 0,
        };
        Self {
            evaluator,
            callee,
            arity,
        }
    }

    /// Calls it with the first argument, and the others if it takes them.
    fn call(&self, first: &Value, second: impl FnOnce() -> Value, third: &Value) -> Outcome {
        let mut arguments = vec![first.clone()];
        if self.arity >= 2 {
            arguments.push(second());
        }
        if self.arity >= 3 {
            arguments.push(third.clone());
        }
        self.evaluator
            .apply(self.callee, arguments, &Value::Undefined)
    }
}

#[expect(clippy::cast_precision_loss, reason = "an index")]
fn index(at: usize) -> Value {
    Value::Number(at as f64)
}

pub(super) fn map(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let list = argument(arguments, 0);
    if list.is_undefined() {
        return Ok(Value::Undefined);
    }
    let callback = Callback::new(evaluator, argument(arguments, 1));
    let mut results = Vec::new();
    for (at, item) in list.items().iter().enumerate() {
        let result = callback.call(item, || index(at), list)?;
        if !result.is_undefined() {
            results.push(result);
        }
    }
    Ok(Value::sequence(results))
}

pub(super) fn filter(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let list = argument(arguments, 0);
    if list.is_undefined() {
        return Ok(Value::Undefined);
    }
    let callback = Callback::new(evaluator, argument(arguments, 1));
    let mut kept = Vec::new();
    for (at, item) in list.items().iter().enumerate() {
        if callback.call(item, || index(at), list)?.is_true()? {
            kept.push(item.clone());
        }
    }
    Ok(Value::sequence(kept))
}

pub(super) fn single(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let list = argument(arguments, 0);
    if list.is_undefined() {
        return Ok(Value::Undefined);
    }
    let callback = Callback::new(evaluator, argument(arguments, 1));
    let mut found = None;
    for (at, item) in list.items().iter().enumerate() {
        let matches =
            !callback.callee.is_function() || callback.call(item, || index(at), list)?.is_true()?;
        if matches && found.replace(item.clone()).is_some() {
            return Err(Error::new("D3138").field("index", at.to_string()));
        }
    }
    found.ok_or_else(|| Error::new("D3139"))
}

pub(super) fn reduce(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let (list, callee) = (argument(arguments, 0), argument(arguments, 1));
    if list.is_undefined() {
        return Ok(Value::Undefined);
    }
    let arity = Callback::new(evaluator, callee).arity;
    if arity < 2 {
        return Err(Error::new("D3050").field("index", "1"));
    }
    let mut items = list.items().iter().enumerate();
    let mut result = argument(arguments, 2).clone();
    if result.is_undefined() {
        result = items
            .next()
            .map(|(_, first)| first.clone())
            .unwrap_or_default();
    }
    for (at, item) in items {
        let mut given = vec![result, item.clone()];
        if arity >= 3 {
            given.push(index(at));
        }
        if arity >= 4 {
            given.push(list.clone());
        }
        result = evaluator.apply(callee, given, &Value::Undefined)?;
    }
    Ok(result)
}

pub(super) fn sift(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let object = argument(arguments, 0);
    let Value::Object(members) = object else {
        return Ok(Value::Undefined);
    };
    let callback = Callback::new(evaluator, argument(arguments, 1));
    let mut kept = Object::new();
    for (key, value) in members.iter() {
        if callback
            .call(value, || Value::String(Arc::clone(key)), object)?
            .is_true()?
        {
            kept.insert(Arc::clone(key), value.clone());
        }
    }
    Ok(if kept.is_empty() {
        Value::Undefined
    } else {
        Value::object(kept)
    })
}

pub(super) fn each(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let object = argument(arguments, 0);
    let Value::Object(members) = object else {
        return Ok(Value::sequence(Vec::new()));
    };
    let callback = Callback::new(evaluator, argument(arguments, 1));
    let mut results = Vec::new();
    for (key, value) in members.iter() {
        let result = callback.call(value, || Value::String(Arc::clone(key)), object)?;
        if !result.is_undefined() {
            results.push(result);
        }
    }
    Ok(Value::sequence(results))
}

pub(super) fn sort(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let (list, comparator) = (argument(arguments, 0), argument(arguments, 1));
    let Value::Array(array) = list else {
        return Ok(Value::Undefined);
    };
    if array.items.len() <= 1 {
        return Ok(list.clone());
    }
    if comparator.is_function() {
        let sorted = merge_sort(array.items.clone(), &mut |a, b| {
            evaluator
                .apply(comparator, vec![a.clone(), b.clone()], &Value::Undefined)?
                .is_true()
        })?;
        return Ok(Value::array(sorted));
    }
    let numbers = array
        .items
        .iter()
        .all(|item| matches!(item, Value::Number(_)));
    let texts = array
        .items
        .iter()
        .all(|item| matches!(item, Value::String(_)));
    if !numbers && !texts {
        return Err(Error::new("D3070").field("index", "1"));
    }
    let sorted = merge_sort(array.items.clone(), &mut |a, b| {
        Ok(match (a, b) {
            (Value::Number(x), Value::Number(y)) => x > y,
            (Value::String(x), Value::String(y)) => x.encode_utf16().gt(y.encode_utf16()),
            _ => false,
        })
    })?;
    Ok(Value::Array(Rc::new(crate::Array {
        items: sorted,
        ..crate::Array::default()
    })))
}
