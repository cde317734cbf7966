//! Binary operators and negation.

use std::borrow::Cow;

use super::{Evaluator, Frame, simple};
use crate::{
    Error, Value,
    ast::{Kind, Node, Operator},
    json,
};

/// The most items that `..` makes.
const RANGE_LIMIT: f64 = 1e7;

impl Operator {
    fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Concat => "&",
            Self::And => "and",
            Self::Or => "or",
            Self::In => "in",
            Self::Range => "..",
        }
    }
}

/// What an operator works on: not copied where it need not be.
enum Operand<'a> {
    Number(f64),
    Borrowed(&'a Value),
    Owned(Value),
}

impl Operand<'_> {
    #[inline]
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) | Self::Borrowed(Value::Number(n)) | Self::Owned(Value::Number(n)) => {
                Some(*n)
            }
            _ => None,
        }
    }

    fn value(&self) -> Cow<'_, Value> {
        match self {
            Self::Number(n) => Cow::Owned(Value::Number(*n)),
            Self::Borrowed(value) => Cow::Borrowed(value),
            Self::Owned(value) => Cow::Borrowed(value),
        }
    }
}

impl Evaluator {
    pub(super) fn binary(
        &self,
        operator: Operator,
        left: &Node,
        right: &Node,
        position: usize,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        let left = self.operand(left, input, frame)?;
        let named = |mut error: Error| {
            error.position = Some(position);
            error.token = Some(operator.symbol().into());
            error
        };
        if let Operator::And | Operator::Or = operator {
            let left = left.value().is_true().map_err(named)?;
            if left == (operator == Operator::Or) {
                return Ok(Value::Bool(left));
            }
            let right = self
                .evaluate(right, input, frame)
                .and_then(|value| value.is_true());
            return right.map(Value::Bool).map_err(named);
        }
        let right = self.operand(right, input, frame)?;
        if let (Some(l), Some(r)) = (left.number(), right.number())
            && let Some(result) = of_numbers(operator, l, r)
        {
            return Ok(result);
        }
        let result = combine(operator, &left.value(), &right.value()).map_err(named)?;
        match (operator, &result) {
            (Operator::Concat, Value::String(text)) => self.charge(text.len())?,
            (Operator::Range, Value::Array(array)) => self.charge(array.items.len())?,
            _ => {}
        }
        Ok(result)
    }

    #[inline]
    fn operand<'a>(
        &self,
        node: &Node,
        input: &'a Value,
        frame: &Frame,
    ) -> Result<Operand<'a>, Error> {
        if let Kind::Number(n) = node.kind
            && node.predicates.is_empty()
            && node.group.is_none()
        {
            return Ok(Operand::Number(n));
        }
        if let Some(found) = simple::member_of(node, input) {
            return Ok(Operand::Borrowed(found));
        }
        self.evaluate(node, input, frame).map(Operand::Owned)
    }

    pub(super) fn negate(
        &self,
        inner: &Node,
        position: usize,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        let value = self.evaluate(inner, input, frame)?;
        match value.numeric()? {
            Some(n) => Ok(Value::Number(-n)),
            None if value.is_undefined() => Ok(value),
            None => Err(Error::at("D1002", position).token("-").value(&value)),
        }
    }
}

/// The short way for two numbers that JSON has.
#[inline]
#[expect(clippy::float_cmp, reason = "JavaScript's equality")]
fn of_numbers(operator: Operator, l: f64, r: f64) -> Option<Value> {
    if !(l.is_finite() && r.is_finite()) {
        return None;
    }
    Some(match operator {
        Operator::Add => Value::Number(l + r),
        Operator::Subtract => Value::Number(l - r),
        Operator::Multiply => Value::Number(l * r),
        Operator::Divide => Value::Number(l / r),
        Operator::Remainder => Value::Number(remainder(l, r)),
        Operator::Equal => Value::Bool(l == r),
        Operator::NotEqual => Value::Bool(l != r),
        Operator::Less => Value::Bool(l < r),
        Operator::LessOrEqual => Value::Bool(l <= r),
        Operator::Greater => Value::Bool(l > r),
        Operator::GreaterOrEqual => Value::Bool(l >= r),
        _ => return None,
    })
}

/// `%`, without the slow division of floats where whole numbers do.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "whole numbers below 2^53"
)]
fn remainder(l: f64, r: f64) -> f64 {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = |n: f64| n.abs() < EXACT && n == n.trunc();
    // -4 % 2 is -0, which whole numbers do not have
    if l >= 0.0 && l.is_sign_positive() && r != 0.0 && whole(l) && whole(r) {
        (l as i64 % r as i64) as f64
    } else {
        l % r
    }
}

fn combine(operator: Operator, left: &Value, right: &Value) -> Result<Value, Error> {
    match operator {
        Operator::Add
        | Operator::Subtract
        | Operator::Multiply
        | Operator::Divide
        | Operator::Remainder => arithmetic(operator, left, right),
        Operator::Equal | Operator::NotEqual if left.is_undefined() || right.is_undefined() => {
            Ok(Value::Bool(false))
        }
        Operator::Equal => Ok(Value::Bool(left.deep_equals(right))),
        Operator::NotEqual => Ok(Value::Bool(!left.deep_equals(right))),
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            compare(operator, left, right)
        }
        Operator::Concat => {
            let length = |value: &Value| value.as_str().map_or(16, str::len);
            let mut text = String::with_capacity(length(left) + length(right));
            push_text(left, &mut text)?;
            push_text(right, &mut text)?;
            Ok(Value::string(text))
        }
        Operator::In => Ok(Value::Bool(includes(left, right))),
        Operator::Range => range(left, right),
        Operator::And | Operator::Or => Ok(Value::Undefined),
    }
}

fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Result<Value, Error> {
    let (l, r) = (left.numeric()?, right.numeric()?);
    if l.is_none() && !left.is_undefined() {
        return Err(Error::new("T2001").value(left));
    }
    if r.is_none() && !right.is_undefined() {
        return Err(Error::new("T2002").value(right));
    }
    let (Some(l), Some(r)) = (l, r) else {
        return Ok(Value::Undefined);
    };
    Ok(Value::Number(match operator {
        Operator::Add => l + r,
        Operator::Subtract => l - r,
        Operator::Multiply => l * r,
        Operator::Divide => l / r,
        _ => remainder(l, r),
    }))
}

fn compare(operator: Operator, left: &Value, right: &Value) -> Result<Value, Error> {
    let comparable = |value: &Value| {
        matches!(
            value,
            Value::Undefined | Value::Number(_) | Value::String(_)
        )
    };
    if !comparable(left) || !comparable(right) {
        let culprit = if matches!(left, Value::Number(_) | Value::String(_)) {
            right
        } else {
            left
        };
        return Err(Error::new("T2010").value(culprit));
    }
    let ordering = match (left, right) {
        (Value::Undefined, _) | (_, Value::Undefined) => return Ok(Value::Undefined),
        (Value::Number(l), Value::Number(r)) => l.partial_cmp(r),
        (Value::String(l), Value::String(r)) => Some(l.encode_utf16().cmp(r.encode_utf16())),
        _ => {
            return Err(Error::new("T2009")
                .value(left)
                .field("value2", json::print_lossy(right)));
        }
    };
    Ok(Value::Bool(ordering.is_some_and(|o| match operator {
        Operator::Less => o.is_lt(),
        Operator::LessOrEqual => o.is_le(),
        Operator::Greater => o.is_gt(),
        _ => o.is_ge(),
    })))
}

fn push_text(value: &Value, text: &mut String) -> Result<(), Error> {
    match value {
        Value::Undefined | Value::Function(_) => {}
        Value::String(s) => text.push_str(s),
        other => text.push_str(&crate::functions::text_of(other, false)?),
    }
    Ok(())
}

/// JavaScript's `===` over the items.
fn includes(left: &Value, right: &Value) -> bool {
    let same = |item: &Value| match (item, left) {
        (Value::Array(a), Value::Array(b)) => std::rc::Rc::ptr_eq(a, b),
        (Value::Object(a), Value::Object(b)) => std::rc::Rc::ptr_eq(a, b),
        _ => item.deep_equals(left),
    };
    !left.is_undefined() && right.items().iter().any(same)
}

fn range(left: &Value, right: &Value) -> Result<Value, Error> {
    let integer = |value: &Value, code| match value {
        Value::Undefined => Ok(None),
        Value::Number(n) if n.is_finite() && n.fract() == 0.0 => Ok(Some(*n)),
        other => Err(Error::new(code).value(other)),
    };
    let (from, to) = (integer(left, "T2003")?, integer(right, "T2004")?);
    let (Some(from), Some(to)) = (from, to) else {
        return Ok(Value::Undefined);
    };
    if from > to {
        return Ok(Value::Undefined);
    }
    let size = to - from + 1.0;
    if size > RANGE_LIMIT {
        return Err(Error::new("D2014").value(&Value::Number(size)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most ten million")]
    let (from, to) = (from as i64, to as i64);
    #[expect(clippy::cast_precision_loss, reason = "they were numbers before")]
    Ok(Value::sequence(
        (from..=to).map(|n| Value::Number(n as f64)).collect(),
    ))
}
