//! JSONPath as Step Functions evaluates it: Jayway's dialect, with `$$` and `$variable` as further roots.

mod eval;
mod filter;
mod parse;
mod reference;
#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

pub(crate) use reference::ReferencePath;

use super::Surroundings;
use crate::Value;
use filter::Filter;

/// What a path begins at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Root {
    /// `$`
    Input,
    /// `$$`
    Context,
    /// `$name`
    Variable(Arc<str>),
}

/// A compiled path.
#[derive(Clone, Debug)]
pub(crate) struct JsonPath {
    pub(crate) text: Arc<str>,
    pub(crate) root: Root,
    tokens: Vec<Token>,
}

#[derive(Clone, Debug)]
enum Token {
    Property(Arc<str>),
    /// `['a','b']`
    Properties(Vec<Arc<str>>),
    Index(i64),
    /// `[0,2]`
    Indices(Vec<i64>),
    Slice(Option<i64>, Option<i64>),
    Wildcard,
    /// `..`
    Scan,
    Filter(Box<Filter>),
    Function(Function, Vec<Argument>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Min,
    Max,
    Avg,
    Stddev,
    Sum,
    Length,
    Concat,
    Keys,
    First,
    Last,
    Index,
}

#[derive(Clone, Debug)]
enum Argument {
    Literal(Value),
    Path(JsonPath),
}

/// Why a path gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Miss {
    /// `No results for path: …`, `Missing property in path …` and the like, in Jayway's words.
    NotFound(String),
    /// The variable was never assigned.
    NoVariable(Arc<str>),
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(why) => f.write_str(why),
            Self::NoVariable(name) => write!(f, "No results for path: ${name}"),
        }
    }
}

impl JsonPath {
    /// Compiles a path. **Errors**: why it is no path.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        parse::parse(text)
    }

    /// Tells whether the path can only ever point at one place.
    pub(crate) fn is_definite(&self) -> bool {
        definite(&self.tokens)
    }

    /// Tells whether the path is `$` alone.
    pub(crate) fn is_root_input(&self) -> bool {
        self.root == Root::Input && self.tokens.is_empty()
    }

    /// Returns what the path points at: the value itself when it is definite, else the array of all it finds.
    pub(crate) fn read(&self, around: &Surroundings<'_>) -> Result<Value, Miss> {
        match &self.root {
            Root::Input => self.read_in(around.input),
            Root::Context => self.read_in(around.context()),
            Root::Variable(name) => match around.variable(name) {
                Some(value) => self.read_in(&value),
                None => Err(Miss::NoVariable(Arc::clone(name))),
            },
        }
    }

    /// Reads below a root that is given.
    pub(crate) fn read_in(&self, root: &Value) -> Result<Value, Miss> {
        eval::read(self, root)
    }

    /// Returns the path in brackets, from `$`, as messages show it: `$['a'][0]`.
    pub(crate) fn canonical(&self) -> String {
        format!(
            "${}",
            self.tokens
                .iter()
                .map(ToString::to_string)
                .collect::<String>()
        )
    }
}

fn definite(tokens: &[Token]) -> bool {
    tokens.iter().all(|t| {
        !matches!(
            t,
            Token::Wildcard
                | Token::Scan
                | Token::Slice(..)
                | Token::Filter(_)
                | Token::Indices(_)
                | Token::Properties(_)
        )
    }) || matches!(tokens.last(), Some(Token::Function(..)))
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property(name) => write!(f, "['{name}']"),
            Self::Properties(names) => {
                write!(
                    f,
                    "[{}]",
                    names
                        .iter()
                        .map(|n| format!("'{n}'"))
                        .collect::<Vec<_>>()
                        .join(",")
                )
            }
            Self::Index(i) => write!(f, "[{i}]"),
            Self::Indices(all) => {
                write!(
                    f,
                    "[{}]",
                    all.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
                )
            }
            Self::Slice(from, to) => {
                let text = |n: &Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
                write!(f, "[{}:{}]", text(from), text(to))
            }
            Self::Wildcard => f.write_str("[*]"),
            Self::Scan => f.write_str(".."),
            Self::Filter(_) => f.write_str("[?]"),
            Self::Function(function, _) => write!(f, ".{}()", function.name()),
        }
    }
}

impl Function {
    const ALL: [(&'static str, Self); 11] = [
        ("min", Self::Min),
        ("max", Self::Max),
        ("avg", Self::Avg),
        ("stddev", Self::Stddev),
        ("sum", Self::Sum),
        ("length", Self::Length),
        ("concat", Self::Concat),
        ("keys", Self::Keys),
        ("first", Self::First),
        ("last", Self::Last),
        ("index", Self::Index),
    ];

    fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, f)| *f)
    }

    fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, f)| *f == self)
            .map_or("", |(n, _)| n)
    }
}
