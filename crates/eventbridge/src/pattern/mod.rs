//! Event patterns: compiled once, matched against the flattened event. Pure.
//!
//! Semantics are those of EventBridge's published matcher (github.com/aws/event-ruler): the fields of an
//! event are paths to scalars, `$or` forks the pattern into branches, and fields that lie in one array must
//! be met by one of its elements. Two things are not held to AWS's: a pattern is never refused for its
//! wildcards' complexity, and messages carry no position inside the pattern's text.

mod branch;
mod compile;
mod error;
mod facts;
mod predicate;
#[cfg(test)]
mod tests;
mod wildcard;

pub use error::PatternError;
pub use facts::Facts;

use branch::Branch;

/// A pattern, ready to match.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    branches: Vec<Branch>,
}

impl Pattern {
    /// Compiles a pattern from its JSON text.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        compile::compile(text).map(|branches| Self { branches })
    }

    /// Tells whether an event, flattened, is one that this pattern wants.
    pub fn matches(&self, event: &Facts<'_>) -> bool {
        self.branches.iter().any(|branch| branch.matches(event))
    }
}
