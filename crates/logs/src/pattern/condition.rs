//! Conditions on a value, and how they combine; shared by the JSON and the field patterns.

use regex::Regex;

use super::{PatternError, parse::Reader, text::Glob};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// What stands to the right of a comparison.
#[derive(Debug)]
pub(super) enum Operand {
    /// A number also counts as the text that it was written as.
    Number(f64, String),
    Text(Glob),
    Regex(Regex),
}

#[derive(Debug)]
pub(super) enum Condition {
    /// No more is asked than that the value is there.
    There,
    NotThere,
    Null,
    Bool(bool),
    Is(Compare, Operand),
}

/// A value as conditions see it.
pub(super) enum Seen<'a> {
    Null,
    Bool(bool),
    Number(f64, String),
    Text(&'a str),
    /// An object or an array.
    Other,
}

impl Condition {
    /// Returns whether a value that is there meets the condition.
    pub(super) fn holds(&self, value: &Seen<'_>) -> bool {
        match self {
            Self::There => true,
            Self::NotThere => false,
            Self::Null => matches!(value, Seen::Null),
            Self::Bool(wanted) => matches!(value, Seen::Bool(found) if found == wanted),
            Self::Is(Compare::NotEqual, operand) => !operand.equals(value),
            Self::Is(Compare::Equal, operand) => operand.equals(value),
            Self::Is(compare, Operand::Number(wanted, _)) => {
                let found = match value {
                    Seen::Number(found, _) => Some(*found),
                    // Fields of a line are text; a JSON string is no number.
                    _ => None,
                };
                found.is_some_and(|found| match compare {
                    Compare::Less => found < *wanted,
                    Compare::AtMost => found <= *wanted,
                    Compare::Greater => found > *wanted,
                    _ => found >= *wanted,
                })
            }
            Self::Is(..) => false,
        }
    }
}

impl Operand {
    fn equals(&self, value: &Seen<'_>) -> bool {
        match (self, value) {
            (Self::Number(wanted, _), Seen::Number(found, _)) => wanted == found,
            (Self::Number(_, wanted), Seen::Text(found)) => wanted == found,
            (Self::Text(glob), Seen::Text(found)) => glob.matches(found),
            (Self::Text(glob), Seen::Number(_, found)) => glob.matches(found),
            (Self::Text(glob), Seen::Bool(found)) => {
                glob.matches(if *found { "true" } else { "false" })
            }
            (Self::Regex(regex), Seen::Text(found)) => regex.is_match(found),
            (Self::Regex(regex), Seen::Number(_, found)) => regex.is_match(found),
            _ => false,
        }
    }
}

/// Conditions on what `S` selects, combined by `&&` and `||`.
#[derive(Debug)]
pub(super) enum Expression<S> {
    Test(S, Condition),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl<S> Expression<S> {
    pub(super) fn holds(&self, test: &impl Fn(&S, &Condition) -> bool) -> bool {
        match self {
            Self::Test(selector, condition) => test(selector, condition),
            Self::All(parts) => parts.iter().all(|part| part.holds(test)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(test)),
        }
    }

    /// Shows every selector.
    pub(super) fn each<'a>(&'a self, show: &mut impl FnMut(&'a S)) {
        match self {
            Self::Test(selector, _) => show(selector),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each(show)),
        }
    }

    /// Reads an expression; `&&` binds closer than `||`. `ends` are the characters that end a value without quotes.
    pub(super) fn parse(
        reader: &mut Reader<'_>,
        selector: &impl Fn(&mut Reader<'_>) -> Result<S, PatternError>,
        ends: &str,
    ) -> Result<Self, PatternError> {
        let mut any = vec![Self::parse_all(reader, selector, ends)?];
        while reader.take("||") {
            any.push(Self::parse_all(reader, selector, ends)?);
        }
        Ok(if any.len() == 1 {
            any.remove(0)
        } else {
            Self::Any(any)
        })
    }

    fn parse_all(
        reader: &mut Reader<'_>,
        selector: &impl Fn(&mut Reader<'_>) -> Result<S, PatternError>,
        ends: &str,
    ) -> Result<Self, PatternError> {
        let mut all = Vec::new();
        loop {
            if reader.take("(") {
                all.push(Self::parse(reader, selector, ends)?);
                reader.need(")")?;
            } else {
                all.push(Self::Test(selector(reader)?, condition(reader, ends)?));
            }
            if !reader.take("&&") {
                break;
            }
        }
        Ok(if all.len() == 1 {
            all.remove(0)
        } else {
            Self::All(all)
        })
    }
}

fn condition(reader: &mut Reader<'_>, ends: &str) -> Result<Condition, PatternError> {
    if reader.take_word("IS") {
        let known = [
            ("NULL", Condition::Null),
            ("TRUE", Condition::Bool(true)),
            ("FALSE", Condition::Bool(false)),
        ];
        let found = known.into_iter().find(|(word, _)| reader.take_word(word));
        return found
            .map(|(_, condition)| condition)
            .ok_or_else(|| reader.error("expected NULL, TRUE or FALSE"));
    }
    if reader.take_word("NOT") {
        let exists = reader.take_word("EXISTS");
        return if exists {
            Ok(Condition::NotThere)
        } else {
            Err(reader.error("expected EXISTS"))
        };
    }
    let compares = [
        ("!=", Compare::NotEqual),
        ("<=", Compare::AtMost),
        (">=", Compare::AtLeast),
        ("=", Compare::Equal),
        ("<", Compare::Less),
        (">", Compare::Greater),
    ];
    let Some((_, compare)) = compares.into_iter().find(|(sign, _)| reader.take(sign)) else {
        return Ok(Condition::There);
    };
    let operand = operand(reader, ends)?;
    if !matches!(compare, Compare::Equal | Compare::NotEqual)
        && !matches!(operand, Operand::Number(..))
    {
        return Err(reader.error("expected a number"));
    }
    Ok(Condition::Is(compare, operand))
}

fn operand(reader: &mut Reader<'_>, ends: &str) -> Result<Operand, PatternError> {
    reader.skip_space();
    match reader.peek() {
        Some('"') => {
            reader.next();
            Ok(Operand::Text(Glob::new(&reader.quoted('"')?)))
        }
        Some('%') => {
            reader.next();
            Ok(Operand::Regex(reader.regex()?))
        }
        _ => {
            let word = reader.take_while(|c| !c.is_whitespace() && !ends.contains(c));
            match word.parse::<f64>() {
                _ if word.is_empty() => Err(reader.error("expected a value")),
                Ok(number) if number.is_finite() => Ok(Operand::Number(number, word.to_owned())),
                _ => Ok(Operand::Text(Glob::new(word))),
            }
        }
    }
}
