//! `| pattern | update, delete |`: a copy with its matches changed.

use std::{collections::HashMap, rc::Rc, sync::Arc};

use super::{Evaluator, Frame};
use crate::{Error, Object, Value, ast::Transform};

/// Changed objects by the identity that they have in the copy.
type Changes = HashMap<*const Object, Rc<Object>>;

impl Evaluator {
    pub(super) fn transform(
        &self,
        transform: &Transform,
        object: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        if object.is_undefined() {
            return Ok(Value::Undefined);
        }
        let copy = deep_copy(object);
        let matches = self.evaluate(&transform.pattern, &copy, frame)?;
        let mut changes = Changes::new();
        for found in matches.items() {
            let current = resolve(found, &changes);
            let update = self.evaluate(&transform.update, &current, frame)?;
            let mut members = match &current {
                Value::Object(members) => (**members).clone(),
                _ => Object::new(),
            };
            match &update {
                Value::Undefined => {}
                Value::Object(update) => {
                    members.extend(update.iter().map(|(k, v)| (Arc::clone(k), v.clone())));
                }
                other => return Err(Error::at("T2011", transform.update.position).value(other)),
            }
            if let Some(delete) = &transform.delete {
                let names = self.evaluate(delete, &current, frame)?;
                for name in names.items() {
                    let Value::String(name) = name else {
                        return Err(Error::at("T2012", delete.position).value(&names));
                    };
                    members.shift_remove(name);
                }
            }
            if let Value::Object(original) = found {
                changes.insert(Rc::as_ptr(original), Rc::new(members));
            }
        }
        Ok(resolve(&copy, &changes))
    }
}

/// Copies, so that every object has an identity of its own.
fn deep_copy(value: &Value) -> Value {
    match value {
        Value::Array(array) => Value::array(array.items.iter().map(deep_copy).collect()),
        Value::Object(members) => Value::object(
            members
                .iter()
                .map(|(k, v)| (Arc::clone(k), deep_copy(v)))
                .collect(),
        ),
        Value::Function(_) => Value::string(""),
        other => other.clone(),
    }
}

/// Returns the value with changed objects in their places.
fn resolve(value: &Value, changes: &Changes) -> Value {
    if changes.is_empty() {
        return value.clone();
    }
    match value {
        Value::Array(array) => {
            let items = array
                .items
                .iter()
                .map(|item| resolve(item, changes))
                .collect();
            Value::Array(Rc::new(crate::Array {
                items,
                ..(**array).clone()
            }))
        }
        Value::Object(members) => {
            let members = changes.get(&Rc::as_ptr(members)).unwrap_or(members);
            Value::object(
                members
                    .iter()
                    .map(|(k, v)| (Arc::clone(k), resolve(v, changes)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}
