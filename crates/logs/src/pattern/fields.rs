//! Patterns on fields between spaces: `[ip, user, ..., status = 4*, bytes > 1000]`.

use std::collections::BTreeMap;

use super::{
    PatternError,
    condition::{Condition, Expression, Seen},
    parse::Reader,
};

#[derive(Debug)]
enum Field {
    One(Expression<String>),
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
fn name(reader: &mut Reader<'_>) -> Result<String, PatternError> {
    reader.skip_space();
    let name = reader.take_while(|c| c.is_alphanumeric() || "_-.".contains(c));
    if name.is_empty() {
        Err(reader.error("expected a field's name"))
    } else {
        Ok(name.to_owned())
    }
}

impl Fields {
    pub(super) fn match_line(&self, line: &str) -> bool {
        let found = split(line);
        let mut pairs = self.pair(&found).into_iter().flatten();
        self.fit(found.len()) && pairs.all(|(expression, text)| holds(expression, text))
    }

    /// Returns the fields of a line by their names in the pattern.
    pub(super) fn extract(&self, line: &str) -> BTreeMap<String, String> {
        let found = split(line);
        let mut values = BTreeMap::new();
        for (expression, text) in self.pair(&found).into_iter().flatten() {
            expression.each(&mut |name| drop(values.insert(format!("${name}"), text.to_owned())));
        }
        values
    }

    /// Returns where `...` stands, or the end.
    fn more(&self) -> usize {
        let more = self.0.iter().position(|field| matches!(field, Field::More));
        more.unwrap_or(self.0.len())
    }

    /// Returns whether a line of so many fields can match.
    fn fit(&self, count: usize) -> bool {
        match self.0.len() - self.more() {
            0 => count == self.0.len(),
            _ => count + 1 >= self.0.len(),
        }
    }

    /// Pairs the named fields with those of a line, from both ends towards `...`.
    fn pair<'a>(&'a self, found: &'a [&'a str]) -> [Vec<(&'a Expression<String>, &'a str)>; 2] {
        let (head, tail) = self.0.split_at(self.more());
        let pairs = |fields: &'a [Field], texts: &'a [&'a str]| {
            let named = fields.iter().filter_map(|field| match field {
                Field::One(expression) => Some(expression),
                Field::More => None,
            });
            named.zip(texts.iter().copied()).collect()
        };
        let last = found.len().saturating_sub(tail.len().saturating_sub(1));
        [pairs(head, found), pairs(tail, &found[last..])]
    }
}

fn holds(expression: &Expression<String>, text: &str) -> bool {
    let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
    expression.holds(&|_, condition| match (condition, number) {
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
