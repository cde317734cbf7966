//! Ordering, as the reference implementation does: a merge sort that asks "must these two be swapped?".

use std::rc::Rc;

use super::{Evaluator, Frame};
use crate::{Error, Value, ast::SortTerm, json, value::Tuple};

impl Evaluator {
    pub(super) fn sort(
        &self,
        terms: &[SortTerm],
        position: usize,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        if let Value::Tuples(tuples) = input {
            let keyed = |tuple: &Tuple, term: &SortTerm| {
                self.evaluate(
                    &term.expression,
                    &tuple.context,
                    &Frame::of_tuple(frame, tuple),
                )
            };
            let sorted = merge_sort(tuples.to_vec(), &mut |a, b| {
                after(terms, position, |t| keyed(a, t), |t| keyed(b, t))
            })?;
            return Ok(Value::Tuples(Rc::new(sorted)));
        }
        let keyed = |item: &Value, term: &SortTerm| self.evaluate(&term.expression, item, frame);
        let items = input.items().to_vec();
        let sorted = merge_sort(items, &mut |a, b| {
            after(terms, position, |t| keyed(a, t), |t| keyed(b, t))
        })?;
        Ok(Value::sequence(sorted))
    }
}

/// Says whether the first comes after the second.
fn after(
    terms: &[SortTerm],
    position: usize,
    first: impl Fn(&SortTerm) -> Result<Value, Error>,
    second: impl Fn(&SortTerm) -> Result<Value, Error>,
) -> Result<bool, Error> {
    for term in terms {
        let (a, b) = (first(term)?, second(term)?);
        let ordering = match (&a, &b) {
            (Value::Undefined, Value::Undefined) => continue,
            (Value::Undefined, _) => return Ok(true),
            (_, Value::Undefined) => return Ok(false),
            (Value::Number(x), Value::Number(y)) => x.partial_cmp(y),
            (Value::String(x), Value::String(y)) => Some(x.encode_utf16().cmp(y.encode_utf16())),
            (Value::Number(_) | Value::String(_), Value::Number(_) | Value::String(_)) => {
                return Err(Error::at("T2007", position)
                    .value(&a)
                    .field("value2", json::print_lossy(&b)));
            }
            _ => {
                let culprit = if matches!(a, Value::Number(_) | Value::String(_)) {
                    &b
                } else {
                    &a
                };
                return Err(Error::at("T2008", position).value(culprit));
            }
        };
        match ordering {
            Some(std::cmp::Ordering::Equal) | None => {}
            Some(ordering) => return Ok(ordering.is_gt() != term.descending),
        }
    }
    Ok(false)
}

/// Sorts; `swap(a, b)` says whether `b` must come before `a`.
pub(crate) fn merge_sort<T: Clone>(
    items: Vec<T>,
    swap: &mut impl FnMut(&T, &T) -> Result<bool, Error>,
) -> Result<Vec<T>, Error> {
    if items.len() <= 1 {
        return Ok(items);
    }
    let mut left = items;
    let right = left.split_off(left.len() / 2);
    let (left, right) = (merge_sort(left, swap)?, merge_sort(right, swap)?);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(l), Some(r)) = (left.peek(), right.peek()) {
        let next = if swap(l, r)? {
            right.next()
        } else {
            left.next()
        };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
