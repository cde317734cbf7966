//! From a pattern's JSON text to branches of fields and predicates. The reasons are those of AWS's matcher.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::{
    PatternError,
    branch::Branch,
    predicate::{Predicate, TextTest},
    wildcard::Wildcard,
};

/// More branches than this come of nested `$or`s alone; AWS refuses beyond it too.
const MAX_BRANCHES: usize = 1_000;

/// Names that cannot be fields inside an `$or`: a pattern that has one there means an operator.
const RESERVED: &[&str] = &[
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "numeric",
    "cidr",
    "wildcard",
];

type Result<T> = std::result::Result<T, PatternError>;

fn refuse<T>(reason: impl Into<String>) -> Result<T> {
    Err(PatternError::because(reason))
}

pub(super) fn compile(text: &str) -> Result<Vec<Branch>> {
    let pattern: Value = serde_json::from_str(text).map_err(|error| syntax(text, &error))?;
    let Value::Object(members) = &pattern else {
        return refuse("Filter is not an object");
    };
    let mut branches = Vec::new();
    object(&mut branches, "", members, false)?;
    Ok(branches)
}

fn syntax(text: &str, error: &serde_json::Error) -> PatternError {
    let message = error.to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    PatternError::Json {
        message: message.to_owned(),
        source_text: text.to_owned(),
        line: error.line(),
        column: error.column(),
    }
}

fn object(
    branches: &mut Vec<Branch>,
    path: &str,
    members: &Map<String, Value>,
    in_or: bool,
) -> Result<()> {
    if members.is_empty() {
        return refuse("Empty objects are not allowed");
    }
    for (name, value) in members {
        if name == "$or" {
            or(branches, path, value)?;
            continue;
        }
        if in_or && RESERVED.contains(&name.as_str()) {
            return refuse(format!(
                "{name} is Ruler reserved fieldName which cannot be used inside $or."
            ));
        }
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        match value {
            Value::Object(members) => object(branches, &path, members, in_or)?,
            Value::Array(values) => {
                let predicates = values.iter().map(predicate).collect::<Result<Vec<_>>>()?;
                if predicates.is_empty() {
                    return refuse("Empty arrays are not allowed");
                }
                if branches.is_empty() {
                    branches.push(Branch::default());
                }
                for branch in branches.iter_mut() {
                    branch.put(&path, predicates.clone());
                }
            }
            _ => return refuse(format!("\"{name}\" must be an object or an array")),
        }
    }
    Ok(())
}

/// Forks every branch so far into one per alternative.
fn or(branches: &mut Vec<Branch>, path: &str, value: &Value) -> Result<()> {
    let Value::Array(alternatives) = value else {
        return refuse("It must be an Array followed with $or.");
    };
    let before = std::mem::take(branches);
    for alternative in alternatives {
        let Value::Object(members) = alternative else {
            return refuse("Only JSON object is allowed in array of $or relationship.");
        };
        let mut forked = before.clone();
        object(&mut forked, path, members, true)?;
        branches.extend(forked);
        if branches.len() > MAX_BRANCHES {
            return refuse("Rule is too complex - try using fewer $or combinations");
        }
    }
    if alternatives.len() < 2 {
        return refuse("There must have at least 2 Objects in $or relationship.");
    }
    Ok(())
}

fn predicate(value: &Value) -> Result<Predicate> {
    Ok(match value {
        Value::Null => Predicate::Null,
        Value::Bool(b) => Predicate::Bool(*b),
        Value::Number(n) => Predicate::Number(n.as_f64().unwrap_or(f64::NAN)),
        Value::String(s) => Predicate::Text(TextTest::Equal(s.clone())),
        Value::Object(members) => operator(members)?,
        Value::Array(_) => {
            return refuse("Match value must be String, number, true, false, or null");
        }
    })
}

fn single(members: &Map<String, Value>, missing: &str) -> Result<(String, Value)> {
    let mut members = members.iter();
    let Some((name, value)) = members.next() else {
        return refuse(missing);
    };
    if members.next().is_some() {
        return refuse("Only one key allowed in match expression");
    }
    Ok((name.clone(), value.clone()))
}

fn operator(members: &Map<String, Value>) -> Result<Predicate> {
    let (name, value) = single(members, "Match expression name not found")?;
    match (name.as_str(), &value) {
        ("numeric", value) => numeric(value),
        ("anything-but", value) => anything_but(value),
        ("exists", Value::Bool(true)) => Ok(Predicate::Present),
        ("exists", Value::Bool(false)) => Ok(Predicate::Absent),
        ("exists", _) => refuse("exists match pattern must be either true or false."),
        ("cidr", Value::String(text)) => cidr(text),
        ("cidr", _) => refuse("prefix match pattern must be a string"),
        ("exactly", Value::String(text)) => Ok(Predicate::Text(TextTest::Equal(text.clone()))),
        ("exactly", _) => refuse("exact match pattern must be a string"),
        ("prefix" | "suffix", Value::Object(inner)) => {
            ignoring_case(&name, inner).map(Predicate::Text)
        }
        ("prefix" | "suffix" | "equals-ignore-case" | "wildcard", Value::String(text)) => {
            text_test(&name, text).map(Predicate::Text)
        }
        ("prefix" | "suffix" | "equals-ignore-case" | "wildcard", _) => {
            refuse(format!("{name} match pattern must be a string"))
        }
        _ => refuse(format!("Unrecognized match type {name}")),
    }
}

fn text_test(operator: &str, text: &str) -> Result<TextTest> {
    Ok(match operator {
        "prefix" => TextTest::Prefix(text.to_owned()),
        "suffix" => TextTest::Suffix(text.to_owned()),
        "equals-ignore-case" => TextTest::EqualIgnoreCase(text.to_lowercase()),
        _ => TextTest::Wildcard(Wildcard::parse(text)?),
    })
}

/// `{"prefix": {"equals-ignore-case": …}}` and the same for suffix.
fn ignoring_case(operator: &str, inner: &Map<String, Value>) -> Result<TextTest> {
    let (name, value) = single(inner, "Match expression name not found")?;
    let ("equals-ignore-case", Value::String(text)) = (name.as_str(), &value) else {
        return refuse(format!("{operator} match pattern must be a string"));
    };
    Ok(match operator {
        "prefix" => TextTest::PrefixIgnoreCase(text.to_lowercase()),
        _ => TextTest::SuffixIgnoreCase(text.to_lowercase()),
    })
}

fn anything_but(value: &Value) -> Result<Predicate> {
    match value {
        Value::Object(inner) => {
            let (name, value) = single(inner, "Anything-But expression name not found")?;
            anything_but_operator(&name, &value)
        }
        Value::String(text) => Ok(Predicate::AnythingBut(vec![TextTest::Equal(text.clone())])),
        Value::Number(n) => Ok(Predicate::AnythingButNumbers(
            n.as_f64().into_iter().collect(),
        )),
        Value::Array(listed) => anything_but_list(listed),
        _ => refuse("Value of anything-but must be an array or single string/number value."),
    }
}

fn anything_but_list(listed: &[Value]) -> Result<Predicate> {
    let mut texts = Vec::new();
    let mut numbers = Vec::new();
    for value in listed {
        match value {
            Value::String(text) => texts.push(TextTest::Equal(text.clone())),
            Value::Number(n) => numbers.extend(n.as_f64()),
            _ => return refuse("Inside anything but list, start|null|boolean is not supported."),
        }
    }
    match (texts.is_empty(), numbers.is_empty()) {
        (false, true) => Ok(Predicate::AnythingBut(texts)),
        (true, false) => Ok(Predicate::AnythingButNumbers(numbers)),
        _ => refuse(
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ),
    }
}

fn anything_but_operator(name: &str, value: &Value) -> Result<Predicate> {
    if !matches!(
        name,
        "prefix" | "suffix" | "equals-ignore-case" | "wildcard"
    ) {
        return refuse(format!("Unsupported anything-but pattern: {name}"));
    }
    let not_text = if name == "equals-ignore-case" {
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
    } else if name == "wildcard" {
        "wildcard match pattern must be a string"
    } else {
        "prefix/suffix match pattern must be a string"
    };
    let listed = match value {
        Value::Array(listed) if !listed.is_empty() => listed.as_slice(),
        other => std::slice::from_ref(other),
    };
    let tests = listed.iter().map(|value| match value {
        Value::String(text) if text.is_empty() && matches!(name, "prefix" | "suffix") => {
            refuse("Null prefix/suffix not allowed")
        }
        Value::String(text) => text_test(name, text),
        _ => refuse(not_text),
    });
    tests
        .collect::<Result<Vec<_>>>()
        .map(Predicate::AnythingBut)
}

fn numeric(value: &Value) -> Result<Predicate> {
    let Value::Array(terms) = value else {
        return refuse("Value of numeric must be an array.");
    };
    let operator = match terms.first() {
        Some(Value::String(operator)) => operator.as_str(),
        other => {
            let found = other.map_or_else(|| "]".to_owned(), Value::to_string);
            return refuse(format!("Invalid member in numeric match: {found}"));
        }
    };
    if !matches!(operator, "=" | ">" | ">=" | "<" | "<=") {
        return refuse(format!("Unrecognized numeric range operator: {operator}"));
    }
    let Some(bound) = terms.get(1).and_then(Value::as_f64) else {
        let said = if operator == "=" { "equals" } else { operator };
        return refuse(format!("Value of {said} must be numeric"));
    };
    let rest = terms.get(2..).unwrap_or_default();
    let closed = operator.ends_with('=');
    match operator {
        ">" | ">=" => Ok(Predicate::Range {
            low: Some((bound, closed)),
            high: upper(bound, rest)?,
        }),
        _ if !rest.is_empty() => refuse("Too many elements in numeric expression"),
        "=" => Ok(Predicate::Number(bound)),
        _ => Ok(Predicate::Range {
            low: None,
            high: Some((bound, closed)),
        }),
    }
}

fn upper(bottom: f64, terms: &[Value]) -> Result<Option<(f64, bool)>> {
    let operator = match terms.first() {
        None => return Ok(None),
        Some(Value::String(operator)) => operator.as_str(),
        Some(other) => return refuse(format!("Bad value in numeric range: {other}")),
    };
    if !matches!(operator, "<" | "<=") {
        return refuse(format!("Bad numeric range operator: {operator}"));
    }
    let Some(top) = terms.get(1).and_then(Value::as_f64) else {
        return refuse(format!("Value of {operator} must be numeric"));
    };
    if terms.len() > 2 {
        return refuse("Too many terms in numeric range expression");
    }
    if bottom >= top {
        return refuse("Bottom must be less than top");
    }
    Ok(Some((top, operator == "<=")))
}

fn cidr(text: &str) -> Result<Predicate> {
    let mut parts = text.split('/');
    let (Some(address), Some(bits), None) = (parts.next(), parts.next(), parts.next()) else {
        return refuse("Malformed CIDR, one '/' required");
    };
    let Ok(bits) = bits.parse::<u8>() else {
        return refuse("Malformed CIDR, mask bits must be an integer");
    };
    let Ok(network) = address.parse::<IpAddr>() else {
        return refuse(format!("Nonstandard IP address: {address}"));
    };
    match network {
        IpAddr::V4(_) if bits > 32 => refuse("IPv4 mask bits must be < 33"),
        IpAddr::V6(_) if bits > 128 => refuse("IPv6 mask bits must be < 129"),
        _ => Ok(Predicate::Cidr { network, bits }),
    }
}
