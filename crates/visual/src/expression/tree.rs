//! What an expression is made of.

/// When a calculation over rows happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    PreFilter,
    PreAgg,
    PostAggFilter,
}

/// A part of an expression, and the offset at which it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub at: usize,
    pub tree: Tree,
    /// How many levels lie below.
    pub(super) height: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Number(String),
    Text(String),
    Null,
    Field(String),
    Parameter(String),
    Negative(Box<Node>),
    Not(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    Call(String, Vec<Node>),
    /// `[a ASC, b DESC]`; whether an element is descending, where that is said.
    List(Vec<(Node, Option<bool>)>),
    Level(Level),
}

impl Node {
    pub(super) fn new(at: usize, tree: Tree) -> Self {
        let height = match &tree {
            Tree::Negative(inner) | Tree::Not(inner) => inner.height + 1,
            Tree::Binary(_, left, right) => left.height.max(right.height) + 1,
            Tree::Call(_, args) => args.iter().map(|a| a.height + 1).max().unwrap_or(0),
            Tree::List(items) => items.iter().map(|(i, _)| i.height + 1).max().unwrap_or(0),
            _ => 0,
        };
        Self { at, tree, height }
    }

    /// Visits the names of fields and parameters (`true`) that are used.
    pub fn names(&self, visit: &mut dyn FnMut(&str, bool)) {
        match &self.tree {
            Tree::Field(name) => visit(name, false),
            Tree::Parameter(name) => visit(name, true),
            Tree::Negative(inner) | Tree::Not(inner) => inner.names(visit),
            Tree::Binary(_, left, right) => {
                left.names(visit);
                right.names(visit);
            }
            Tree::Call(_, args) => args.iter().for_each(|a| a.names(visit)),
            Tree::List(items) => items.iter().for_each(|(i, _)| i.names(visit)),
            Tree::Number(_) | Tree::Text(_) | Tree::Null | Tree::Level(_) => {}
        }
    }
}
