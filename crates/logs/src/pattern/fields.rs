//! Patterns on fields between spaces: `[ip, user, ..., status = 4*, bytes > 1000]`.

use super::{
    PatternError,
    condition::{Condition, Expression, Seen},
    parse::Reader,
};

#[derive(Debug)]
enum Field {
    One(Expression<()>),
    /// `...`: any number of fields.
    More,
}

#[derive(Debug)]
pub(super) struct Fields(Vec<Field>);

pub(super) fn parse(text: &str) -> Result<Fields, PatternError> {
    let mut reader = Reader::new(text);
    reader.need("[")?;
    let mut fields = Vec::new();
    loop {
        let field = match reader.take("...") {
            true => Field::More,
            false => Field::One(Expression::parse(&mut reader, &name, "(),]&|")?),
        };
        fields.push(field);
        if !reader.take(",") {
            break;
        }
    }
    reader.need("]")?;
    reader.skip_space();
    if reader.peek().is_some() {
        return Err(reader.error("expected the end"));
    }
    if fields
        .iter()
        .filter(|field| matches!(field, Field::More))
        .count()
        > 1
    {
        return Err(reader.error("'...' may stand once"));
    }
    Ok(Fields(fields))
}

/// Reads a field's name, which says nothing by itself: a condition means the field that it stands in.
fn name(reader: &mut Reader<'_>) -> Result<(), PatternError> {
    reader.skip_space();
    let name = reader.take_while(|c| c.is_alphanumeric() || "_-.".contains(c));
    if name.is_empty() {
        Err(reader.error("expected a field's name"))
    } else {
        Ok(())
    }
}

impl Fields {
    pub(super) fn match_line(&self, line: &str) -> bool {
        let found = split(line);
        let more = self.0.iter().position(|field| matches!(field, Field::More));
        let (head, tail) = match more {
            Some(at) => (&self.0[..at], &self.0[at + 1..]),
            None => (&self.0[..], &self.0[..0]),
        };
        let named = head.len() + tail.len();
        if found.len() < named || (more.is_none() && found.len() > named) {
            return false;
        }
        let last = &found[found.len() - tail.len()..];
        head.iter()
            .zip(&found)
            .chain(tail.iter().zip(last))
            .all(|(field, text)| holds(field, text))
    }
}

fn holds(field: &Field, text: &str) -> bool {
    let Field::One(expression) = field else {
        return true;
    };
    let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
    expression.holds(&|(), condition| match (condition, number) {
        // A field that reads as a number compares as one.
        (Condition::Is(..), Some(number)) => {
            condition.holds(&Seen::Number(number, text.to_owned()))
        }
        _ => condition.holds(&Seen::Text(text)),
    })
}

/// Splits a line at white space; what stands in quotation marks or square brackets is one field.
fn split(line: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '"' => Some('"'),
            '[' => Some(']'),
            _ => None,
        };
        let enclosed = close.and_then(|close| rest[1..].split_once(close));
        let (field, after) = match enclosed {
            Some((field, after)) => (field, after),
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        fields.push(field);
        rest = after.trim_start();
    }
    fields
}
