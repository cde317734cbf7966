//! An event flattened to what patterns ask for: paths and the scalars there.

use std::collections::HashMap;

use serde_json::Value;

/// A scalar of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a str),
}

/// A scalar and the array elements that it lies in: pairs of array number and index, outermost first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fact<'a> {
    pub(super) value: Scalar<'a>,
    pub(super) elements: Vec<(u32, u32)>,
}

/// The scalars of an event by dotted path, as `detail.object.key`. Arrays do not show in paths.
#[derive(Debug, Default)]
pub struct Facts<'a> {
    by_path: HashMap<String, Vec<Fact<'a>>>,
    arrays: u32,
}

impl<'a> Facts<'a> {
    /// Flattens an event.
    pub fn of(event: &'a Value) -> Self {
        let mut facts = Self::default();
        facts.add(&mut String::new(), event, &mut Vec::new());
        facts
    }

    pub(super) fn at(&self, path: &str) -> &[Fact<'a>] {
        self.by_path.get(path).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, path: &mut String, value: &'a Value, elements: &mut Vec<(u32, u32)>) {
        let scalar = match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let length = path.len();
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(name);
                    self.add(path, member, elements);
                    path.truncate(length);
                }
                return;
            }
            Value::Array(items) => {
                let array = self.arrays;
                self.arrays += 1;
                for (index, item) in (0u32..).zip(items) {
                    elements.push((array, index));
                    self.add(path, item, elements);
                    elements.pop();
                }
                return;
            }
            Value::Null => Scalar::Null,
            Value::Bool(b) => Scalar::Bool(*b),
            Value::Number(n) => Scalar::Number(n.as_f64().unwrap_or(f64::NAN)),
            Value::String(s) => Scalar::Text(s),
        };
        let fact = Fact {
            value: scalar,
            elements: elements.clone(),
        };
        self.by_path.entry(path.clone()).or_default().push(fact);
    }
}
