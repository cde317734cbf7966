//! Paths: step by step, with or without bindings.

use std::rc::Rc;

use super::{Evaluator, Frame};
use crate::{
    Error, Value,
    ast::{Kind, Node, Stage},
    value::{Array, Tuple},
};

impl Evaluator {
    pub(super) fn path(
        &self,
        node: &Node,
        steps: &[Node],
        keep_singleton: bool,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        let mut items = match (input, steps.first().map(|s| &s.kind)) {
            (Value::Array(_), Some(kind)) if !matches!(kind, Kind::Variable(_)) => input.clone(),
            _ => Value::sequence(vec![input.clone()]),
        };
        let (mut result, mut tuples, mut bound) = (Value::Undefined, None::<Vec<Tuple>>, false);
        for (index, step) in steps.iter().enumerate() {
            bound |= step.tuple;
            if index == 0 && step.cons_array {
                result = self.evaluate(step, &items, frame)?;
            } else if bound {
                tuples = Some(self.tuple_step(step, &items, tuples, frame)?);
            } else {
                result = self.step(step, &items, frame, index + 1 == steps.len())?;
            }
            if !bound && (result.is_undefined() || result.items().is_empty()) {
                break;
            }
            if step.focus.is_none() {
                items = result.clone();
            }
        }
        if bound {
            let tuples = tuples.unwrap_or_default();
            if let Some(group) = &node.group {
                return self.group(
                    &group.pairs,
                    group.position,
                    &Value::Tuples(Rc::new(tuples)),
                    frame,
                );
            }
            if node.tuple {
                return Ok(Value::Tuples(Rc::new(tuples)));
            }
            result = Value::sequence(tuples.into_iter().map(|tuple| tuple.context).collect());
        }
        if keep_singleton {
            result = match result {
                Value::Array(array) if array.cons && !array.sequence => {
                    let items = vec![Value::Array(array)];
                    Value::Array(Rc::new(Array {
                        items,
                        sequence: true,
                        keep_singleton: true,
                        ..Array::default()
                    }))
                }
                Value::Array(array) => Value::Array(Rc::new(Array {
                    keep_singleton: true,
                    ..(*array).clone()
                })),
                other => other,
            };
        }
        if let Some(group) = &node.group {
            return self.group(&group.pairs, group.position, &result, frame);
        }
        Ok(result)
    }

    fn step(&self, step: &Node, input: &Value, frame: &Frame, last: bool) -> Result<Value, Error> {
        if let Kind::Sort(terms) = &step.kind {
            let sorted = self.sort(terms, step.position, input, frame)?;
            return self.stages(&step.stages, sorted, frame);
        }
        let items = input.items();
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            let mut result = self.evaluate(step, item, frame)?;
            for stage in &step.stages {
                if let Stage::Filter(predicate) = stage {
                    result = self.filter(predicate, &result, frame)?;
                }
            }
            if !result.is_undefined() {
                results.push(result);
            }
        }
        if let (true, [Value::Array(array)]) = (last, results.as_slice())
            && !array.sequence
        {
            return Ok(results.swap_remove(0));
        }
        let mut flat = Vec::with_capacity(results.len());
        for result in results {
            match result {
                Value::Array(array) if !array.cons => match Rc::try_unwrap(array) {
                    Ok(array) => flat.extend(array.items),
                    Err(array) => flat.extend(array.items.iter().cloned()),
                },
                Value::Tuples(tuples) => {
                    flat.extend(tuples.iter().map(|tuple| tuple.context.clone()))
                }
                other => flat.push(other),
            }
        }
        Ok(Value::sequence(flat))
    }

    fn stages(&self, stages: &[Stage], input: Value, frame: &Frame) -> Result<Value, Error> {
        stages.iter().try_fold(input, |result, stage| match stage {
            Stage::Filter(predicate) => self.filter(predicate, &result, frame),
            Stage::Index(name) => Ok(match result {
                Value::Tuples(mut tuples) => {
                    #[expect(clippy::cast_precision_loss, reason = "an index")]
                    for (index, tuple) in Rc::make_mut(&mut tuples).iter_mut().enumerate() {
                        tuple.bind(name, Value::Number(index as f64));
                    }
                    Value::Tuples(tuples)
                }
                other => other,
            }),
        })
    }

    fn tuple_step(
        &self,
        step: &Node,
        input: &Value,
        tuples: Option<Vec<Tuple>>,
        frame: &Frame,
    ) -> Result<Vec<Tuple>, Error> {
        let results = if let Kind::Sort(terms) = &step.kind {
            match tuples {
                Some(tuples) => {
                    match self.sort(terms, step.position, &Value::Tuples(Rc::new(tuples)), frame)? {
                        Value::Tuples(sorted) => Rc::unwrap_or_clone(sorted),
                        _ => Vec::new(),
                    }
                }
                None => {
                    let sorted = self.sort(terms, step.position, input, frame)?;
                    let numbered = sorted.items().iter().enumerate().map(|(index, item)| {
                        let mut tuple = Tuple {
                            context: item.clone(),
                            bindings: Vec::new(),
                        };
                        if let Some(name) = &step.index {
                            tuple.bind(name, number(index));
                        }
                        tuple
                    });
                    numbered.collect()
                }
            }
        } else {
            let tuples = tuples.unwrap_or_else(|| {
                let items = input.items().iter();
                items
                    .map(|item| Tuple {
                        context: item.clone(),
                        bindings: Vec::new(),
                    })
                    .collect()
            });
            let mut results = Vec::with_capacity(tuples.len());
            for tuple in tuples {
                self.tuple_of(step, &tuple, frame, &mut results)?;
            }
            results
        };
        match self.stages(&step.stages, Value::Tuples(Rc::new(results)), frame)? {
            Value::Tuples(results) => Ok(Rc::unwrap_or_clone(results)),
            _ => Ok(Vec::new()),
        }
    }

    /// Evaluates a step for one tuple; each result is a tuple with what was bound so far and what this step
    /// binds.
    fn tuple_of(
        &self,
        step: &Node,
        tuple: &Tuple,
        frame: &Frame,
        results: &mut Vec<Tuple>,
    ) -> Result<(), Error> {
        let scope = Frame::of_tuple(frame, tuple);
        let value = self.evaluate(step, &tuple.context, &scope)?;
        if let Value::Tuples(inner) = &value {
            for found in inner.iter() {
                let mut next = tuple.clone();
                next.context = found.context.clone();
                for (name, value) in &found.bindings {
                    next.bind(name, value.clone());
                }
                results.push(next);
            }
            return Ok(());
        }
        for (index, found) in value.items().iter().enumerate() {
            let mut next = tuple.clone();
            match &step.focus {
                Some(name) => next.bind(name, found.clone()),
                None => next.context = found.clone(),
            }
            if let Some(name) = &step.index {
                next.bind(name, number(index));
            }
            if let Some(label) = &step.ancestor_label {
                next.bind(label, tuple.context.clone());
            }
            results.push(next);
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "an index")]
fn number(index: usize) -> Value {
    Value::Number(index as f64)
}
