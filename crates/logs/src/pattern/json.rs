//! Patterns on JSON: `{ $.level = "ERROR" && ($.took_ms > 100 || $.user.name NOT EXISTS) }`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    PatternError,
    condition::{Condition, Expression, Seen},
    parse::Reader,
};

#[derive(Debug)]
enum Step {
    Member(String),
    Index(usize),
    Each,
}

/// A selector such as `$.a.b[0]['c d']`.
#[derive(Debug)]
pub(super) struct Path {
    text: String,
    steps: Vec<Step>,
}

pub(super) fn parse(text: &str) -> Result<Expression<Path>, PatternError> {
    let mut reader = Reader::new(text);
    reader.need("{")?;
    let expression = Expression::parse(&mut reader, &path, "(){}&|")?;
    reader.need("}")?;
    reader.skip_space();
    match reader.peek() {
        None => Ok(expression),
        Some(_) => Err(reader.error("expected the end")),
    }
}

fn path(reader: &mut Reader<'_>) -> Result<Path, PatternError> {
    reader.skip_space();
    let start = reader.at();
    reader.need("$")?;
    let mut steps = Vec::new();
    loop {
        match reader.peek() {
            Some('.') => {
                reader.next();
                let name = reader.take_while(|c| c.is_alphanumeric() || "_-@:#/".contains(c));
                if name.is_empty() {
                    return Err(reader.error("expected a member's name"));
                }
                steps.push(Step::Member(name.to_owned()));
            }
            Some('[') => {
                reader.next();
                steps.push(bracketed(reader)?);
                reader.need("]")?;
            }
            _ => {
                let text = reader.since(start).to_owned();
                return Ok(Path { text, steps });
            }
        }
    }
}

fn bracketed(reader: &mut Reader<'_>) -> Result<Step, PatternError> {
    match reader.peek() {
        Some('*') => {
            reader.next();
            Ok(Step::Each)
        }
        Some(quote @ ('\'' | '"')) => {
            reader.next();
            Ok(Step::Member(reader.quoted(quote)?))
        }
        _ => {
            let digits = reader.take_while(|c| c.is_ascii_digit());
            digits
                .parse()
                .map(Step::Index)
                .map_err(|_| reader.error("expected an index, '*' or a name in quotes"))
        }
    }
}

/// Returns what the expression's selectors find first in a line that is a JSON object.
pub(super) fn extract(expression: &Expression<Path>, line: &str) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let Ok(line) = serde_json::from_str::<Value>(line) else {
        return values;
    };
    expression.each(&mut |path| {
        let mut found = Vec::new();
        select(&line, &path.steps, &mut found);
        if let Some(value) = found.first() {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            values.insert(path.text.clone(), text);
        }
    });
    values
}

/// Returns whether a line that is a JSON object meets the expression; other lines never do.
pub(super) fn match_line(expression: &Expression<Path>, line: &str) -> bool {
    if !line.trim_start().starts_with('{') {
        return false;
    }
    let Ok(line) = serde_json::from_str::<Value>(line) else {
        return false;
    };
    expression.holds(&|path, condition| {
        let mut found = Vec::new();
        select(&line, &path.steps, &mut found);
        match condition {
            Condition::NotThere => found.is_empty(),
            _ => found.into_iter().any(|value| condition.holds(&seen(value))),
        }
    })
}

fn select<'a>(value: &'a Value, steps: &[Step], found: &mut Vec<&'a Value>) {
    match steps.split_first() {
        None => found.push(value),
        Some((Step::Member(name), rest)) => value
            .get(name)
            .into_iter()
            .for_each(|v| select(v, rest, found)),
        Some((Step::Index(index), rest)) => value
            .get(index)
            .into_iter()
            .for_each(|v| select(v, rest, found)),
        Some((Step::Each, rest)) => {
            value
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|v| select(v, rest, found));
        }
    }
}

fn seen(value: &Value) -> Seen<'_> {
    match value {
        Value::Null => Seen::Null,
        Value::Bool(value) => Seen::Bool(*value),
        Value::Number(number) => {
            Seen::Number(number.as_f64().unwrap_or(f64::NAN), number.to_string())
        }
        Value::String(text) => Seen::Text(text),
        Value::Array(_) | Value::Object(_) => Seen::Other,
    }
}
