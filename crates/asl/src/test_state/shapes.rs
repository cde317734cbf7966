//! Mocked results against the API's shapes. The shapes come from outside.

use crate::Value;

/// `mock.fieldValidationMode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldValidationMode {
    #[default]
    Strict,
    /// Only the members that are there are checked.
    Present,
    None,
}

/// Where shapes are looked up by their id.
pub trait Shapes {
    fn shape(&self, id: &str) -> Option<Shape>;
}

/// A shape of an API model. Other shapes are named by their id.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Structure {
        members: Vec<ShapeMember>,
    },
    List {
        item: String,
    },
    Map {
        value: String,
    },
    /// Also timestamps and enums. Bounds are lengths in characters.
    Text {
        min: Option<u64>,
        max: Option<u64>,
    },
    /// Bounds are lengths.
    Blob {
        min: Option<u64>,
        max: Option<u64>,
    },
    Number {
        min: Option<f64>,
        max: Option<f64>,
    },
    Boolean,
    Any,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ShapeMember {
    /// As the API model has it; Step Functions writes it with a capital.
    pub name: String,
    pub shape: String,
    pub required: bool,
}

/// Nesting beyond which a result is not looked into.
const MAX_DEPTH: usize = 64;

/// Checks a mocked result against an output shape.
///
/// **Errors**: the message of the `ValidationException`.
pub fn check_result(
    result: &Value,
    output: &str,
    shapes: &dyn Shapes,
    mode: FieldValidationMode,
) -> Result<(), String> {
    if mode == FieldValidationMode::None {
        return Ok(());
    }
    let Some(shape) = shapes.shape(output) else {
        return Ok(());
    };
    check(result, &shape, "", shapes, mode, 0)
        .map_err(|why| format!("Mock result schema validation error: {why}"))
}

fn check(
    value: &Value,
    shape: &Shape,
    field: &str,
    shapes: &dyn Shapes,
    mode: FieldValidationMode,
    depth: usize,
) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    let inner = |value: &Value, id: &str, field: &str| match shapes.shape(id) {
        Some(shape) => check(value, &shape, field, shapes, mode, depth + 1),
        None => Ok(()),
    };
    let must = |what: &str| Err(format!("Field '{field}' must be {what}"));
    match shape {
        Shape::Any => Ok(()),
        Shape::Structure { members } => {
            let Some(object) = value.as_object() else {
                return must("an object");
            };
            for member in members {
                let name = capital(&member.name);
                match object.get(name.as_str()) {
                    Some(value) => inner(value, &member.shape, &name)?,
                    None if member.required && mode == FieldValidationMode::Strict => {
                        return Err(format!("Required field '{name}' is missing"));
                    }
                    None => {}
                }
            }
            Ok(())
        }
        Shape::List { item } => match value.as_array() {
            Some(items) => items.iter().try_for_each(|v| inner(v, item, field)),
            None => must("an array"),
        },
        Shape::Map { value: id } => match value.as_object() {
            Some(object) => object.values().try_for_each(|v| inner(v, id, field)),
            None => must("an object"),
        },
        Shape::Text { min, max } | Shape::Blob { min, max } => match value.as_str() {
            Some(text) => length(text.chars().count() as u64, *min, *max, field),
            None => must("a string"),
        },
        Shape::Number { min, max } => match value.as_f64() {
            Some(number) if min.is_some_and(|m| number < m) => {
                Err(format!("Field '{field}' is less than the minimum value"))
            }
            Some(number) if max.is_some_and(|m| number > m) => {
                Err(format!("Field '{field}' exceeds the maximum value"))
            }
            Some(_) => Ok(()),
            None => must("a number"),
        },
        Shape::Boolean if value.as_bool().is_none() => must("a boolean"),
        Shape::Boolean => Ok(()),
    }
}

fn length(length: u64, min: Option<u64>, max: Option<u64>, field: &str) -> Result<(), String> {
    if min.is_some_and(|m| length < m) {
        return Err(format!(
            "Field '{field}' is smaller than the minimum length"
        ));
    }
    if max.is_some_and(|m| length > m) {
        return Err(format!("Field '{field}' exceeds the maximum length"));
    }
    Ok(())
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars
        .next()
        .map(|c| c.to_ascii_uppercase().to_string() + chars.as_str())
        .unwrap_or_default()
}
