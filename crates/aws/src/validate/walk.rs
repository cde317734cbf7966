//! The walk over an input along its shapes.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value};

use super::{Style, constraint, display::display};
use crate::{
    ApiError,
    table::{Kind, Reference, Shape, ShapeId, Structure, Table},
    time,
};

/// Holds an input against its shape; drops null members and turns timestamps given as text into numbers.
///
/// **Errors**: `SerializationException` for a wrong type, else the style's code with every constraint broken.
pub(crate) fn check(
    table: &Table,
    shape: ShapeId,
    input: &mut Value,
    style: &Style,
) -> Result<(), ApiError> {
    let mut walk = Walk {
        table,
        style,
        path: String::new(),
        violations: Vec::new(),
    };
    walk.value(shape, input)
        .map_err(|Unreadable(message)| ApiError::new("SerializationException", message))?;
    if walk.violations.is_empty() {
        Ok(())
    } else {
        Err(style.error(&walk.violations))
    }
}

/// Fills in the idempotency tokens that an SDK would have made, at the top of an input.
pub(crate) fn fill_tokens(table: &Table, shape: ShapeId, input: &mut Value) {
    if let (Some(structure), Value::Object(members)) = (table.structure(shape), input) {
        for member in structure.members.iter().filter(|m| m.idempotency_token) {
            if members.get(&*member.name).is_none_or(Value::is_null) {
                members.insert((*member.name).to_owned(), crate::ids::uuid().into());
            }
        }
    }
}

/// A value of a type that its shape cannot be read from; the text is AWS's, empty where AWS gives none.
struct Unreadable(String);

struct Walk<'a> {
    table: &'a Table,
    style: &'a Style,
    path: String,
    violations: Vec<String>,
}

impl<'a> Walk<'a> {
    fn value(&mut self, id: ShapeId, value: &mut Value) -> Result<(), Unreadable> {
        let shape = self.table.shape(id);
        match &shape.kind {
            Kind::Structure(structure) => match value {
                Value::Object(members) => self.structure(structure, members),
                Value::Array(_) => Err(unexpected_list()),
                _ => Err(Unreadable("Expected null".into())),
            },
            Kind::List { member, .. } => match value {
                Value::Array(_) => self.list(shape, member, value),
                Value::Object(_) => Err(unexpected_structure()),
                _ => Err(Unreadable("Expected list or null".into())),
            },
            Kind::Map {
                key, value: member, ..
            } => match value {
                Value::Object(_) => self.map(shape, key, member, value),
                Value::Array(_) => Err(unexpected_list()),
                _ => Err(Unreadable("Expected map or null".into())),
            },
            Kind::Document => Ok(()),
            _ => {
                scalar(shape, value)?;
                for text in constraint::broken(shape, value) {
                    self.violation(shape, value, &text);
                }
                Ok(())
            }
        }
    }

    /// Members are looked at from the last to the first: so AWS names what is wrong with several.
    fn structure(
        &mut self,
        structure: &'a Structure,
        members: &mut Map<String, Value>,
    ) -> Result<(), Unreadable> {
        if members.values().any(Value::is_null) {
            members.retain(|_, v| !v.is_null());
        }
        for member in structure.members.iter().rev() {
            match members.get_mut(&*member.name) {
                Some(value) => {
                    let parent = self.enter(&member.name);
                    self.value(member.reference.shape, value)?;
                    self.path.truncate(parent);
                }
                None if member.required => {
                    let parent = self.enter(&member.name);
                    self.violations.push(format!(
                        "Value null at '{}' failed to satisfy constraint: {}",
                        self.path,
                        constraint::NOT_NULL
                    ));
                    self.path.truncate(parent);
                }
                None => {}
            }
        }
        Ok(())
    }

    fn list(
        &mut self,
        shape: &Shape,
        member: &Reference,
        value: &mut Value,
    ) -> Result<(), Unreadable> {
        for text in constraint::broken(shape, value) {
            self.violation(shape, value, &text);
        }
        let element = self.table.shape(member.shape);
        let mut broken = false;
        if let Value::Array(items) = value {
            for (at, item) in items.iter_mut().enumerate() {
                if item.is_null() {
                    broken = true;
                } else if is_scalar(element) {
                    scalar(element, item)?;
                    broken |= !constraint::broken(element, item).is_empty();
                } else {
                    let parent = self.enter(&format!("{}.member", at + 1));
                    self.value(member.shape, item)?;
                    self.path.truncate(parent);
                }
            }
        }
        if broken {
            let text = format!(
                "Member must satisfy constraint: {}",
                constraint::all(element)
            );
            self.violation(element, value, &text);
        }
        Ok(())
    }

    fn map(
        &mut self,
        shape: &Shape,
        key: &Reference,
        member: &Reference,
        value: &mut Value,
    ) -> Result<(), Unreadable> {
        let (keys, values) = (self.table.shape(key.shape), self.table.shape(member.shape));
        let (mut broken_key, mut broken_value) = (false, false);
        if let Value::Object(entries) = value {
            entries.retain(|_, v| !v.is_null());
            for (name, item) in entries.iter_mut() {
                broken_key |= !constraint::broken(keys, &Value::String(name.clone())).is_empty();
                if is_scalar(values) {
                    scalar(values, item)?;
                    broken_value |= !constraint::broken(values, item).is_empty();
                } else {
                    let parent = self.enter(&format!("{name}.member"));
                    self.value(member.shape, item)?;
                    self.path.truncate(parent);
                }
            }
        }
        for text in constraint::broken(shape, value) {
            self.violation(shape, value, &text);
        }
        if broken_key {
            let text = format!(
                "Map keys must satisfy constraint: {}",
                constraint::all(keys)
            );
            self.violation(keys, value, &text);
        }
        if broken_value {
            let text = format!(
                "Map value must satisfy constraint: {}",
                constraint::all(values)
            );
            self.violation(values, value, &text);
        }
        Ok(())
    }

    /// Goes down to a member, named as in Java: its first letter in lower case. Returns the path's length before.
    fn enter(&mut self, name: &str) -> usize {
        let parent = self.path.len();
        if parent > 0 {
            self.path.push('.');
        }
        let mut chars = name.chars();
        self.path
            .extend(chars.next().map(|c| c.to_ascii_lowercase()));
        self.path.push_str(chars.as_str());
        parent
    }

    fn violation(&mut self, shape: &Shape, value: &Value, text: &str) {
        let at = &self.path;
        self.violations
            .push(if shape.sensitive || !self.style.values {
                format!("Value at '{at}' failed to satisfy constraint: {text}")
            } else {
                format!(
                    "Value '{}' at '{at}' failed to satisfy constraint: {text}",
                    display(value)
                )
            });
    }
}

fn is_scalar(shape: &Shape) -> bool {
    !matches!(
        shape.kind,
        Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. } | Kind::Document
    )
}

/// Brings a scalar to the form that Calls have, or refuses its type.
fn scalar(shape: &Shape, value: &mut Value) -> Result<(), Unreadable> {
    match (&shape.kind, &*value) {
        (Kind::String, Value::String(_)) | (Kind::Boolean, Value::Bool(_)) => Ok(()),
        (Kind::Float | Kind::Double | Kind::Timestamp, Value::Number(_)) => Ok(()),
        (Kind::Blob, Value::String(text)) => match BASE64_STANDARD.decode(text) {
            Ok(_) => Ok(()),
            Err(_) => Err(Unreadable(String::new())),
        },
        (Kind::Integer | Kind::Long, Value::Number(number)) => {
            // As Java narrows a number: what is too great becomes the greatest.
            let range = if matches!(shape.kind, Kind::Integer) {
                (i64::from(i32::MIN), i64::from(i32::MAX))
            } else {
                (i64::MIN, i64::MAX)
            };
            let whole = match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => whole,
                (None, Some(float)) if float.fract() == 0.0 => float as i64,
                _ => return Err(Unreadable(String::new())),
            };
            *value = whole.clamp(range.0, range.1).into();
            Ok(())
        }
        (Kind::Timestamp, Value::String(text)) => match time::parse(text) {
            Some(seconds) => {
                *value = seconds.into();
                Ok(())
            }
            None => Err(Unreadable(String::new())),
        },
        (_, Value::Array(_)) => Err(unexpected_list()),
        (_, Value::Object(_)) => Err(unexpected_structure()),
        (kind, given) => Err(Unreadable(format!(
            "{} can not be converted to {}",
            token(given),
            java(kind)
        ))),
    }
}

fn unexpected_list() -> Unreadable {
    Unreadable("Start of list found where not expected".into())
}

fn unexpected_structure() -> Unreadable {
    Unreadable("Start of structure or map found where not expected.".into())
}

fn token(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        _ => "STRING_VALUE",
    }
}

fn java(kind: &Kind) -> &'static str {
    match kind {
        Kind::Integer => "an Integer",
        Kind::Long => "a Long",
        Kind::Boolean => "a Boolean",
        Kind::Float => "a Float",
        Kind::Double => "a Double",
        Kind::Timestamp => "a Date",
        Kind::Blob => "a ByteBuffer",
        _ => "a String",
    }
}
