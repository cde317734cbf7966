//! Filter expressions: `[?(@.price < 10 && @.category == 'fiction')]`.

use std::cmp::Ordering;

use regex::Regex;

use super::{JsonPath, parse::Cursor};
use crate::Value;

#[derive(Clone, Debug)]
pub(super) enum Filter {
    Or(Vec<Filter>),
    And(Vec<Filter>),
    Not(Box<Filter>),
    Compare(Operand, Comparator, Operand),
    Matches(Operand, Regex),
    Exists(Operand),
}

#[derive(Clone, Debug)]
pub(super) enum Operand {
    Literal(Value),
    /// `@…`
    Item(JsonPath),
    /// `$…`
    Root(JsonPath),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Contains,
    Size,
    Empty,
    SubsetOf,
    AnyOf,
    NoneOf,
}

/// The longer spelling before the one it begins with.
const COMPARATORS: [(&str, Comparator); 16] = [
    ("===", Comparator::Equal),
    ("!==", Comparator::NotEqual),
    ("==", Comparator::Equal),
    ("!=", Comparator::NotEqual),
    ("<=", Comparator::LessOrEqual),
    (">=", Comparator::GreaterOrEqual),
    ("<", Comparator::Less),
    (">", Comparator::Greater),
    ("in ", Comparator::In),
    ("nin ", Comparator::NotIn),
    ("contains ", Comparator::Contains),
    ("size ", Comparator::Size),
    ("empty ", Comparator::Empty),
    ("subsetof ", Comparator::SubsetOf),
    ("anyof ", Comparator::AnyOf),
    ("noneof ", Comparator::NoneOf),
];

pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Filter, String> {
    cursor.depth += 1;
    if cursor.depth > 64 {
        return Err("filters are nested too deeply".to_owned());
    }
    let mut any = vec![all(cursor)?];
    while {
        cursor.space();
        cursor.eat("||")
    } {
        any.push(all(cursor)?);
    }
    cursor.depth -= 1;
    Ok(if any.len() == 1 {
        any.swap_remove(0)
    } else {
        Filter::Or(any)
    })
}

fn all(cursor: &mut Cursor<'_>) -> Result<Filter, String> {
    let mut all = vec![one(cursor)?];
    while {
        cursor.space();
        cursor.eat("&&")
    } {
        all.push(one(cursor)?);
    }
    Ok(if all.len() == 1 {
        all.swap_remove(0)
    } else {
        Filter::And(all)
    })
}

fn one(cursor: &mut Cursor<'_>) -> Result<Filter, String> {
    cursor.space();
    if cursor.eat("!") {
        cursor.depth += 1;
        if cursor.depth > 64 {
            return Err("filters are nested too deeply".to_owned());
        }
        let inner = one(cursor)?;
        cursor.depth -= 1;
        return Ok(Filter::Not(Box::new(inner)));
    }
    if cursor.eat("(") {
        let inner = parse(cursor)?;
        cursor.space();
        cursor.expect(")")?;
        return Ok(inner);
    }
    let left = operand(cursor)?;
    cursor.space();
    if cursor.eat("=~") {
        cursor.space();
        return Ok(Filter::Matches(left, pattern(cursor)?));
    }
    for (text, comparator) in COMPARATORS {
        if cursor.eat(text) {
            cursor.space();
            return Ok(Filter::Compare(left, comparator, operand(cursor)?));
        }
    }
    Ok(Filter::Exists(left))
}

fn operand(cursor: &mut Cursor<'_>) -> Result<Operand, String> {
    cursor.space();
    match cursor.peek() {
        Some('@') => Ok(Operand::Item(cursor.inner_path()?)),
        Some('$') => Ok(Operand::Root(cursor.inner_path()?)),
        _ => literal(cursor).map(Operand::Literal),
    }
}

fn literal(cursor: &mut Cursor<'_>) -> Result<Value, String> {
    cursor.space();
    match cursor.peek() {
        Some('\'' | '"') => cursor.quoted().map(Value::String),
        Some('[') => {
            cursor.at += 1;
            let mut items = Vec::new();
            loop {
                cursor.space();
                if cursor.eat("]") {
                    return Ok(Value::array(items));
                }
                if cursor.peek() == Some('[') {
                    return Err("arrays in arrays are not supported in filters".to_owned());
                }
                items.push(literal(cursor)?);
                cursor.space();
                cursor.eat(",");
            }
        }
        Some(c) if c.is_ascii_digit() || c == '-' => cursor.number(),
        _ => match cursor.take_while(char::is_alphanumeric) {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" => Ok(Value::Null),
            other => Err(format!(
                "unexpected '{other}' in a filter at index {}",
                cursor.at
            )),
        },
    }
}

fn pattern(cursor: &mut Cursor<'_>) -> Result<Regex, String> {
    cursor.expect("/")?;
    let from = cursor.at;
    let mut escaped = false;
    let body = cursor.text[from..].find(|c| {
        let end = c == '/' && !escaped;
        escaped = c == '\\' && !escaped;
        end
    });
    let length = body.ok_or("Pattern not closed")?;
    let source = &cursor.text[from..from + length];
    cursor.at = from + length + 1;
    let flags = cursor.take_while(|c| matches!(c, 'i' | 'm' | 's' | 'u' | 'x'));
    let flags = if flags.is_empty() {
        String::new()
    } else {
        format!("(?{flags})")
    };
    Regex::new(&format!("{flags}^(?:{source})$")).map_err(|e| e.to_string())
}

impl Operand {
    fn value(&self, item: &Value, root: &Value) -> Option<Value> {
        match self {
            Self::Literal(value) => Some(value.clone()),
            Self::Item(path) => path.read_in(item).ok(),
            Self::Root(path) => path.read_in(root).ok(),
        }
    }
}

impl Filter {
    pub(super) fn accepts(&self, item: &Value, root: &Value) -> bool {
        match self {
            Self::Or(any) => any.iter().any(|f| f.accepts(item, root)),
            Self::And(all) => all.iter().all(|f| f.accepts(item, root)),
            Self::Not(inner) => !inner.accepts(item, root),
            Self::Exists(operand) => match operand.value(item, root) {
                Some(Value::Array(found)) if !is_definite(operand) => !found.is_empty(),
                found => found.is_some(),
            },
            Self::Matches(operand, regex) => operand
                .value(item, root)
                .is_some_and(|v| v.as_str().is_some_and(|s| regex.is_match(s))),
            Self::Compare(left, comparator, right) => {
                match (left.value(item, root), right.value(item, root)) {
                    (Some(left), Some(right)) => compare(&left, *comparator, &right),
                    (left, right) => *comparator == Comparator::NotEqual && left != right,
                }
            }
        }
    }
}

fn is_definite(operand: &Operand) -> bool {
    match operand {
        Operand::Literal(_) => true,
        Operand::Item(path) | Operand::Root(path) => path.is_definite(),
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn compare(left: &Value, comparator: Comparator, right: &Value) -> bool {
    let items = |v: &Value| v.as_array().map(<[Value]>::to_vec).unwrap_or_default();
    match comparator {
        Comparator::Equal => left == right,
        Comparator::NotEqual => left != right,
        Comparator::Less => order(left, right) == Some(Ordering::Less),
        Comparator::LessOrEqual => order(left, right).is_some_and(Ordering::is_le),
        Comparator::Greater => order(left, right) == Some(Ordering::Greater),
        Comparator::GreaterOrEqual => order(left, right).is_some_and(Ordering::is_ge),
        Comparator::In => items(right).contains(left),
        Comparator::NotIn => !items(right).contains(left),
        Comparator::Contains => match (left, right) {
            (Value::String(a), Value::String(b)) => a.contains(&**b),
            _ => items(left).contains(right),
        },
        Comparator::Size => size(left) == right.as_i64(),
        Comparator::Empty => size(left).map(|n| n == 0) == right.as_bool(),
        Comparator::SubsetOf => items(left).iter().all(|v| items(right).contains(v)),
        Comparator::AnyOf => items(left).iter().any(|v| items(right).contains(v)),
        Comparator::NoneOf => !items(left).iter().any(|v| items(right).contains(v)),
    }
}

fn size(value: &Value) -> Option<i64> {
    match value {
        Value::String(s) => Some(s.chars().count() as i64),
        Value::Array(a) => Some(a.len() as i64),
        Value::Object(o) => Some(o.len() as i64),
        _ => None,
    }
}
