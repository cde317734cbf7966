//! Objects: constructed, or grouped by key.

use std::{rc::Rc, sync::Arc};

use indexmap::IndexMap;

use super::{Evaluator, Frame};
use crate::{Error, Object, Value, ast::Node, value::Tuple};

enum Data {
    Plain(Value),
    Tuples(Vec<Tuple>),
}

impl Evaluator {
    pub(super) fn group(
        &self,
        pairs: &[(Node, Node)],
        position: usize,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        let mut groups: IndexMap<Arc<str>, (usize, Data)> = IndexMap::new();
        let mut add = |key: Value, pair: usize, item: Data| {
            let key = match key {
                Value::Undefined => return Ok(()),
                Value::String(key) => key,
                other => return Err(Error::at("T1003", position).value(&other)),
            };
            match groups.get_mut(&key) {
                None => drop(groups.insert(key, (pair, item))),
                Some((earlier, _)) if *earlier != pair => {
                    return Err(Error::at("D1009", position).value(&Value::String(key)));
                }
                Some((_, data)) => match (data, item) {
                    (Data::Plain(value), Data::Plain(item)) => {
                        *value = std::mem::take(value).append(item)
                    }
                    (Data::Tuples(tuples), Data::Tuples(more)) => tuples.extend(more),
                    _ => {}
                },
            }
            Ok(())
        };
        if let Value::Tuples(tuples) = input {
            for tuple in tuples.iter() {
                let scope = Frame::of_tuple(frame, tuple);
                for (index, (key, _)) in pairs.iter().enumerate() {
                    add(
                        self.evaluate(key, &tuple.context, &scope)?,
                        index,
                        Data::Tuples(vec![tuple.clone()]),
                    )?;
                }
            }
        } else {
            let nothing = [Value::Undefined];
            let items = if input.items().is_empty() {
                &nothing[..]
            } else {
                input.items()
            };
            for item in items {
                for (index, (key, _)) in pairs.iter().enumerate() {
                    add(
                        self.evaluate(key, item, frame)?,
                        index,
                        Data::Plain(item.clone()),
                    )?;
                }
            }
        }
        let mut members = Object::with_capacity(groups.len());
        for (key, (pair, data)) in groups {
            let value = match data {
                Data::Plain(context) => self.evaluate(&pairs[pair].1, &context, frame)?,
                Data::Tuples(tuples) => {
                    let reduced = reduce(tuples);
                    self.evaluate(
                        &pairs[pair].1,
                        &reduced.context,
                        &Frame::of_tuple(frame, &reduced),
                    )?
                }
            };
            if !value.is_undefined() {
                members.insert(key, value);
            }
        }
        Ok(Value::Object(Rc::new(members)))
    }
}

/// Makes one tuple of many: values of the same name are appended.
fn reduce(tuples: Vec<Tuple>) -> Tuple {
    let mut tuples = tuples.into_iter();
    let Some(mut first) = tuples.next() else {
        return Tuple {
            context: Value::Undefined,
            bindings: Vec::new(),
        };
    };
    for tuple in tuples {
        first.context = std::mem::take(&mut first.context).append(tuple.context);
        for (name, value) in tuple.bindings {
            match first.bindings.iter_mut().find(|(bound, _)| *bound == name) {
                Some((_, old)) => *old = std::mem::take(old).append(value),
                None => first.bindings.push((name, value)),
            }
        }
    }
    first
}
