//! The comparison operators.

use std::cmp::Ordering;

use crate::{Value, query::jsonpath::JsonPath, time};

#[derive(Debug)]
pub(crate) enum Operand {
    Literal(Value),
    Path(JsonPath),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operator {
    Boolean,
    Numeric(Relation),
    String(Relation),
    Timestamp(Relation),
    StringMatches,
    IsNull,
    IsPresent,
    IsNumeric,
    IsString,
    IsBoolean,
    IsTimestamp,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Relation {
    Equals,
    LessThan,
    GreaterThan,
    LessThanEquals,
    GreaterThanEquals,
}

impl Operator {
    /// Returns the operator of this name, and whether its operand is a path.
    pub(crate) fn of(name: &str) -> Option<(Self, bool)> {
        let exact = match name {
            "StringMatches" => Some(Self::StringMatches),
            "IsNull" => Some(Self::IsNull),
            "IsPresent" => Some(Self::IsPresent),
            "IsNumeric" => Some(Self::IsNumeric),
            "IsString" => Some(Self::IsString),
            "IsBoolean" => Some(Self::IsBoolean),
            "IsTimestamp" => Some(Self::IsTimestamp),
            _ => None,
        };
        if let Some(operator) = exact {
            return Some((operator, false));
        }
        let (name, by_path) = name
            .strip_suffix("Path")
            .map_or((name, false), |n| (n, true));
        let operator = if name == "BooleanEquals" {
            Self::Boolean
        } else if let Some(relation) = name.strip_prefix("Numeric") {
            Self::Numeric(Relation::of(relation)?)
        } else if let Some(relation) = name.strip_prefix("String") {
            Self::String(Relation::of(relation)?)
        } else {
            Self::Timestamp(Relation::of(name.strip_prefix("Timestamp")?)?)
        };
        Some((operator, by_path))
    }

    /// Returns what is wrong with a literal operand.
    pub(crate) fn misfit(self, value: &Value) -> Option<&'static str> {
        match (self, value) {
            (Self::Timestamp(_), Value::String(text)) if time::parse(text).is_none() => {
                Some("String does not match RFC3339 timestamp")
            }
            (Self::Numeric(_), Value::Number(_))
            | (Self::String(_) | Self::StringMatches | Self::Timestamp(_), Value::String(_)) => {
                None
            }
            (Self::Numeric(_), _) => Some("Expected value of type Number"),
            (Self::String(_) | Self::StringMatches | Self::Timestamp(_), _) => {
                Some("Expected value of type String")
            }
            (_, Value::Bool(_)) => None,
            _ => Some("Expected value of type Boolean"),
        }
    }
}

impl Relation {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "Equals" => Self::Equals,
            "LessThan" => Self::LessThan,
            "GreaterThan" => Self::GreaterThan,
            "LessThanEquals" => Self::LessThanEquals,
            "GreaterThanEquals" => Self::GreaterThanEquals,
            _ => return None,
        })
    }

    fn holds(self, order: Option<Ordering>) -> bool {
        order.is_some_and(|order| match self {
            Self::Equals => order.is_eq(),
            Self::LessThan => order.is_lt(),
            Self::GreaterThan => order.is_gt(),
            Self::LessThanEquals => order.is_le(),
            Self::GreaterThanEquals => order.is_ge(),
        })
    }
}

/// Tells whether a value stands so to an operand. Values of another type never do.
pub(crate) fn satisfied(operator: Operator, value: &Value, operand: &Value) -> bool {
    let wanted = operand.as_bool().unwrap_or(false);
    match operator {
        Operator::Boolean => matches!((value, operand), (Value::Bool(a), Value::Bool(b)) if a == b),
        Operator::Numeric(relation) => match (value, operand) {
            (Value::Number(a), Value::Number(b)) => {
                relation.holds(match (a.as_i64(), b.as_i64()) {
                    (Some(a), Some(b)) => Some(a.cmp(&b)),
                    _ => a.as_f64().partial_cmp(&b.as_f64()),
                })
            }
            _ => false,
        },
        Operator::String(relation) => match (value, operand) {
            (Value::String(a), Value::String(b)) => {
                relation.holds(Some(a.encode_utf16().cmp(b.encode_utf16())))
            }
            _ => false,
        },
        Operator::Timestamp(relation) => {
            let at = |v: &Value| v.as_str().and_then(time::parse_exact);
            relation.holds(at(value).zip(at(operand)).map(|(a, b)| a.cmp(&b)))
        }
        Operator::StringMatches => match (value, operand) {
            (Value::String(text), Value::String(pattern)) => glob(text, pattern),
            _ => false,
        },
        Operator::IsNull => value.is_null() == wanted,
        Operator::IsPresent => wanted,
        Operator::IsNumeric => matches!(value, Value::Number(_)) == wanted,
        Operator::IsString => matches!(value, Value::String(_)) == wanted,
        Operator::IsBoolean => matches!(value, Value::Bool(_)) == wanted,
        Operator::IsTimestamp => value.as_str().is_some_and(|t| time::parse(t).is_some()) == wanted,
    }
}

/// `*` stands for any text; `\\*` and `\\\\` for themselves.
fn glob(text: &str, pattern: &str) -> bool {
    let mut parts: Vec<String> = vec![String::new()];
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => parts.push(String::new()),
            '\\' => {
                if let (Some(next), Some(part)) = (chars.next(), parts.last_mut()) {
                    part.push(next);
                }
            }
            c => {
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
        }
    }
    let Some((first, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    let Some((last, middle)) = rest.split_last() else {
        return text == first;
    };
    let Some(mut left) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    for part in middle {
        match left.find(part.as_str()) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn stars_stand_for_any_text() {
        for (text, pattern, fits) in [
            ("log-foo.txt", "log-*.txt", true),
            ("log-.txt", "log-*.txt", true),
            ("a*b", r"a\*b", true),
            ("axb", r"a\*b", false),
            ("abcabc", "*abc", true),
            ("ab", "a*b*b", false),
            ("", "", true),
            ("x", "", false),
        ] {
            assert_eq!(glob(text, pattern), fits, "{text} {pattern}");
        }
    }
}
