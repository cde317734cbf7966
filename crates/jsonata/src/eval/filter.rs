//! Predicates: by index, by indexes, or by truth.

use std::rc::Rc;

use super::{Evaluator, Frame};
use crate::{
    Error, Value,
    ast::{Kind, Node},
};

impl Evaluator {
    pub(super) fn filter(
        &self,
        predicate: &Node,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        if let Value::Tuples(tuples) = input {
            let length = tuples.len();
            let mut kept = Vec::new();
            for (index, tuple) in tuples.iter().enumerate() {
                let keep = match predicate.kind {
                    Kind::Number(n) => usize::from(points_at(n, length, index)),
                    _ => {
                        let scope = Frame::of_tuple(frame, tuple);
                        self.keeps(predicate, &tuple.context, &scope, length, index)?
                    }
                };
                kept.extend(std::iter::repeat_n(tuple.clone(), keep));
            }
            return Ok(Value::Tuples(Rc::new(kept)));
        }
        // nothing is one item too: a predicate on it is evaluated
        let nothing = [Value::Undefined];
        let items = if input.is_undefined() {
            &nothing[..]
        } else {
            input.items()
        };
        if let Kind::Number(n) = predicate.kind {
            let found = items
                .iter()
                .enumerate()
                .find(|(index, _)| points_at(n, items.len(), *index));
            return Ok(match found {
                Some((_, array @ Value::Array(_))) => array.clone(),
                Some((_, Value::Undefined)) | None => Value::sequence(Vec::new()),
                Some((_, item)) => Value::sequence(vec![item.clone()]),
            });
        }
        let mut kept = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let times = self.keeps(predicate, item, frame, items.len(), index)?;
            kept.extend(std::iter::repeat_n(item.clone(), times));
        }
        Ok(Value::sequence(kept))
    }

    /// Returns how often the item is kept: a list of indexes may name it more than once.
    fn keeps(
        &self,
        predicate: &Node,
        item: &Value,
        frame: &Frame,
        length: usize,
        index: usize,
    ) -> Result<usize, Error> {
        let answer = self.evaluate(predicate, item, frame)?;
        if let Some(n) = answer.numeric()? {
            return Ok(usize::from(points_at(n, length, index)));
        }
        if let Value::Array(array) = &answer {
            let numbers: Option<Vec<f64>> = array
                .items
                .iter()
                .map(Value::numeric)
                .collect::<Result<_, _>>()?;
            if let Some(numbers) = numbers {
                return Ok(numbers
                    .into_iter()
                    .filter(|n| points_at(*n, length, index))
                    .count());
            }
        }
        Ok(usize::from(answer.is_true()?))
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "indexes are small integers"
)]
fn points_at(n: f64, length: usize, index: usize) -> bool {
    let n = n.floor();
    let n = if n < 0.0 { length as f64 + n } else { n };
    n == index as f64
}
