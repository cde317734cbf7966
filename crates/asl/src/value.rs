//! The JSON value of the States Language: ordered, cheap to clone, numbers keep their source text.

mod parse;
mod print;

use std::{fmt, sync::Arc};

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub use parse::ParseError;

/// Nesting beyond which a text is refused and a result too large, so that no data overflows the stack.
pub(crate) const MAX_DEPTH: usize = 1000;

/// The members of a JSON object in their order.
pub type Object = IndexMap<Arc<str>, Value>;

/// A JSON value. Cloning copies a pointer.
///
/// **Shape** under serde: a string that holds the compact JSON text, so that a number's text survives every
/// format.
#[derive(Clone, Debug, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    String(Arc<str>),
    Array(Arc<Vec<Value>>),
    Object(Arc<Object>),
}

/// A JSON number: a small whole one as itself, any other as its source text.
#[derive(Clone, Debug)]
pub enum Number {
    Int(i64),
    /// The text as it stood in the source.
    Text(Arc<str>),
}

impl Number {
    /// Returns the number as a double, as IEEE rounds it.
    pub fn as_f64(&self) -> f64 {
        match self {
            Self::Int(i) => *i as f64,
            Self::Text(t) => t.parse().unwrap_or(f64::NAN),
        }
    }

    /// Returns the number when it is whole, fits and is written without fraction or exponent.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(i) => Some(*i),
            Self::Text(t) => t.parse().ok(),
        }
    }

    /// Returns a number with the text that Java prints for this double (`1.0`, `0.1`, `1.0E10`).
    pub fn from_f64(value: f64) -> Self {
        Self::Text(print::java_double(value).into())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(i) => write!(f, "{i}"),
            Self::Text(t) => f.write_str(t),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Text(a), Self::Text(b)) if a == b => true,
            _ => self.as_f64() == other.as_f64(),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

impl Value {
    /// Parses JSON text. Repeated names: the last one counts.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parse::parse(text)
    }

    pub fn object(members: impl IntoIterator<Item = (impl Into<Arc<str>>, Value)>) -> Self {
        Self::Object(Arc::new(
            members.into_iter().map(|(k, v)| (k.into(), v)).collect(),
        ))
    }

    pub fn empty_object() -> Self {
        Self::Object(Arc::new(Object::new()))
    }

    pub fn array(items: impl IntoIterator<Item = Value>) -> Self {
        Self::Array(Arc::new(items.into_iter().collect()))
    }

    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// Returns a member of an object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }

    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(o) = self {
            Some(o)
        } else {
            None
        }
    }

    pub fn as_array(&self) -> Option<&[Value]> {
        if let Self::Array(a) = self {
            Some(a)
        } else {
            None
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(s) = self {
            Some(s)
        } else {
            None
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(b) = self {
            Some(*b)
        } else {
            None
        }
    }

    pub fn as_number(&self) -> Option<&Number> {
        if let Self::Number(n) = self {
            Some(n)
        } else {
            None
        }
    }

    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    pub fn as_f64(&self) -> Option<f64> {
        self.as_number().map(Number::as_f64)
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Tells whether both are the same allocation, without looking inside.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(a), Self::Array(b)) => Arc::ptr_eq(a, b),
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b),
            (Self::String(a), Self::String(b)) => Arc::ptr_eq(a, b),
            (Self::Null, Self::Null) => true,
            _ => false,
        }
    }

    /// Tells whether the compact text is longer than `limit` bytes, or nested deeper than a text may be. Reads
    /// no more than it must.
    pub fn is_longer_than(&self, limit: usize) -> bool {
        self.length_within(limit).is_none()
    }

    /// Returns the compact text's length; `None` where [`Value::is_longer_than`] says so.
    pub(crate) fn length_within(&self, limit: usize) -> Option<usize> {
        print::length_within(self, limit)
    }

    /// Returns the compact JSON text.
    pub fn to_text(&self) -> String {
        self.to_string()
    }

    /// Returns the value as `serde_json` has it, for the edges; numbers beyond 64 bits become doubles.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(b) => (*b).into(),
            Self::Number(Number::Int(i)) => (*i).into(),
            Self::Number(n) => {
                serde_json::from_str(&n.to_string()).unwrap_or(serde_json::Value::Null)
            }
            Self::String(s) => s.as_ref().into(),
            Self::Array(a) => a.iter().map(Self::to_json).collect(),
            Self::Object(o) => serde_json::Value::Object(
                o.iter()
                    .map(|(k, v)| (k.to_string(), v.to_json()))
                    .collect(),
            ),
        }
    }
}

impl From<&serde_json::Value> for Value {
    fn from(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(b) => Self::Bool(*b),
            serde_json::Value::Number(n) => Self::Number(match n.as_i64() {
                Some(i) => Number::Int(i),
                None => Number::Text(n.to_string().into()),
            }),
            serde_json::Value::String(s) => Self::String(s.as_str().into()),
            serde_json::Value::Array(a) => Self::array(a.iter().map(Self::from)),
            serde_json::Value::Object(o) => {
                Self::object(o.iter().map(|(k, v)| (k.as_str(), v.into())))
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Self {
        Self::String(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Number::Int(number))
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::compact(self, f)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
