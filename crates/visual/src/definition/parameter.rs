//! Parameters that a definition declares.

use serde_json::Value;

use super::{list, text, union};

/// What a parameter's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterType {
    String,
    Integer,
    Decimal,
    Datetime,
}

/// A declared parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterDeclaration {
    pub name: String,
    pub kind: ParameterType,
    pub multi: bool,
    /// The static default values.
    pub defaults: Vec<Value>,
    /// A default that moves with the day, as an expression.
    pub rolling: Option<String>,
}

impl ParameterDeclaration {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let (name, inner) = union(value)?;
        let kind = match name {
            "StringParameterDeclaration" => ParameterType::String,
            "IntegerParameterDeclaration" => ParameterType::Integer,
            "DecimalParameterDeclaration" => ParameterType::Decimal,
            "DateTimeParameterDeclaration" => ParameterType::Datetime,
            _ => return None,
        };
        let defaults = inner.get("DefaultValues");
        Some(Self {
            name: text(inner, "Name")?,
            kind,
            multi: inner.get("ParameterValueType").and_then(Value::as_str) == Some("MULTI_VALUED"),
            defaults: defaults
                .map(|d| list(d, "StaticValues").to_vec())
                .unwrap_or_default(),
            rolling: defaults
                .and_then(|d| d.pointer("/RollingDate/Expression"))
                .and_then(Value::as_str)
                .map(str::to_owned),
        })
    }
}
