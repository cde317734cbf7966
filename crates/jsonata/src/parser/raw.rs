//! The tree as operator precedence leaves it: paths are still operators.

use std::sync::Arc;

use crate::signature::Signature;

#[derive(Debug)]
pub(super) struct Raw {
    pub kind: RawKind,
    pub position: usize,
    pub keep_array: bool,
}

#[derive(Debug)]
pub(super) enum RawKind {
    End,
    Name(String),
    Variable(String),
    String(String),
    Number(f64),
    Bool(bool),
    Null,
    Regex(Arc<regress::Regex>, Arc<str>),
    /// The hole of a partial application.
    Hole,
    Wildcard,
    Descendant,
    Parent,
    Infix(&'static str, Box<Raw>, Box<Raw>),
    Negate(Box<Raw>),
    Array(Vec<Raw>),
    Object(Vec<(Raw, Raw)>),
    Group(Box<Raw>, Vec<(Raw, Raw)>),
    /// Terms with whether each descends.
    Sort(Box<Raw>, Vec<(bool, Raw)>),
    Block(Vec<Raw>),
    Condition(Box<Raw>, Box<Raw>, Option<Box<Raw>>),
    Transform(Box<Raw>, Box<Raw>, Option<Box<Raw>>),
    Call {
        procedure: Box<Raw>,
        arguments: Vec<Raw>,
        partial: bool,
    },
    Lambda {
        parameters: Vec<String>,
        signature: Option<Arc<Signature>>,
        body: Box<Raw>,
    },
}

impl Raw {
    /// Returns what errors call this node: its token.
    pub(super) fn token(&self) -> String {
        match &self.kind {
            RawKind::End => "(end)".into(),
            RawKind::Name(text) | RawKind::Variable(text) | RawKind::String(text) => text.clone(),
            RawKind::Number(n) => crate::number::to_text(*n),
            RawKind::Bool(b) => b.to_string(),
            RawKind::Null => "null".into(),
            RawKind::Regex(_, source) => source.to_string(),
            RawKind::Hole => "?".into(),
            RawKind::Wildcard => "*".into(),
            RawKind::Descendant => "**".into(),
            RawKind::Parent => "%".into(),
            RawKind::Infix(op, ..) => (*op).into(),
            RawKind::Negate(_) => "-".into(),
            RawKind::Array(_) => "[".into(),
            RawKind::Object(_) | RawKind::Group(..) => "{".into(),
            RawKind::Sort(..) => "^".into(),
            RawKind::Block(_) | RawKind::Call { .. } | RawKind::Lambda { .. } => "(".into(),
            RawKind::Condition(..) => "?".into(),
            RawKind::Transform(..) => "|".into(),
        }
    }
}
