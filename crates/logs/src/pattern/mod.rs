//! The filter pattern language.
//!
//! **Source**: "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail" of the
//! CloudWatch Logs user guide.

mod condition;
mod fields;
mod json;
mod parse;
mod terms;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use condition::Expression;
use json::Path;

/// A pattern that log lines match or not.
#[derive(Debug)]
pub struct Pattern(Kind);

#[derive(Debug)]
enum Kind {
    /// The empty pattern.
    All,
    Terms(terms::Terms),
    Json(Expression<Path>),
    Fields(fields::Fields),
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid filter pattern at character {at}: {what}")]
pub struct PatternError {
    /// Counted from 0.
    pub at: usize,
    pub what: String,
}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let kind = match text.trim_start().chars().next() {
            None => Kind::All,
            Some('{') => Kind::Json(json::parse(text)?),
            Some('[') => Kind::Fields(fields::parse(text)?),
            Some(_) => Kind::Terms(terms::parse(text)?),
        };
        Ok(Self(kind))
    }

    /// Returns what the pattern's selectors (`$.a.b`) or fields (`$name`) are in a line.
    pub fn extract(&self, line: &str) -> BTreeMap<String, String> {
        match &self.0 {
            Kind::All | Kind::Terms(_) => BTreeMap::new(),
            Kind::Json(expression) => json::extract(expression, line),
            Kind::Fields(fields) => fields.extract(line),
        }
    }

    /// Returns whether a line matches.
    pub fn matches(&self, line: &str) -> bool {
        match &self.0 {
            Kind::All => true,
            Kind::Terms(terms) => terms.match_line(line),
            Kind::Json(expression) => json::match_line(expression, line),
            Kind::Fields(fields) => fields.match_line(line),
        }
    }
}
