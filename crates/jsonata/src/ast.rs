//! The tree that an expression is parsed into, ready to be evaluated.

use std::sync::Arc;

use crate::signature::Signature;

/// One expression, and what hangs on it.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) position: usize,
    /// `[]` follows: a sequence of one stays an array.
    pub(crate) keep_array: bool,
    /// Predicates on an expression that is no step of a path.
    pub(crate) predicates: Vec<Node>,
    /// Predicates and index bindings on a step.
    pub(crate) stages: Vec<Stage>,
    pub(crate) group: Option<Box<Group>>,
    /// Its results carry bindings.
    pub(crate) tuple: bool,
    /// `@$name`
    pub(crate) focus: Option<Arc<str>>,
    /// `#$name`
    pub(crate) index: Option<Arc<str>>,
    /// The slot of a `%` further on that means this step's input.
    pub(crate) ancestor: Option<usize>,
    pub(crate) ancestor_label: Option<Arc<str>>,
    /// An array constructor that starts or ends a path.
    pub(crate) cons_array: bool,
    /// Slots of `%` inside whose step has not been found yet.
    pub(crate) seeking_parent: Vec<usize>,
}

#[derive(Debug)]
pub(crate) enum Stage {
    Filter(Node),
    Index(Arc<str>),
}

#[derive(Debug)]
pub(crate) struct Group {
    pub pairs: Vec<(Node, Node)>,
    pub position: usize,
}

#[derive(Debug)]
pub(crate) struct SortTerm {
    pub descending: bool,
    pub expression: Node,
}

/// `| pattern | update, delete |`
#[derive(Debug)]
pub(crate) struct Transform {
    pub(crate) pattern: Node,
    pub(crate) update: Node,
    pub(crate) delete: Option<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Concat,
    And,
    Or,
    In,
    Range,
}

#[derive(Debug, Default)]
pub(crate) enum Kind {
    #[default]
    Nothing,
    Path {
        steps: Vec<Node>,
        keep_singleton: bool,
    },
    Name(Arc<str>),
    Variable(Arc<str>),
    String(Arc<str>),
    Number(f64),
    Bool(bool),
    Null,
    Wildcard,
    Descendant,
    Parent {
        slot: usize,
        label: Arc<str>,
    },
    Regex(Arc<regress::Regex>, Arc<str>),
    Binary(Operator, Box<Node>, Box<Node>),
    Negate(Box<Node>),
    Array(Vec<Node>),
    Object(Vec<(Node, Node)>),
    Block(Vec<Node>),
    Bind(Arc<str>, Box<Node>),
    Condition(Box<Node>, Box<Node>, Option<Box<Node>>),
    Sort(Vec<SortTerm>),
    Call {
        procedure: Box<Node>,
        arguments: Vec<Node>,
    },
    /// A call with holes: a partial application.
    Partial {
        procedure: Box<Node>,
        arguments: Vec<Option<Node>>,
    },
    Lambda {
        parameters: Arc<[Arc<str>]>,
        signature: Option<Arc<Signature>>,
        body: Arc<Node>,
    },
    /// A call in tail position: evaluated by the caller's loop, so that it does not nest.
    Thunk(Arc<Node>),
    Apply(Box<Node>, Box<Node>),
    Transform(Arc<Transform>),
}

impl Kind {
    /// Returns the name that the reference implementation gives the kind in its errors.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "(end)",
            Self::Path { .. } => "path",
            Self::Name(_) => "name",
            Self::Variable(_) => "variable",
            Self::String(_) => "string",
            Self::Number(_) => "number",
            Self::Bool(_) | Self::Null => "value",
            Self::Wildcard => "wildcard",
            Self::Descendant => "descendant",
            Self::Parent { .. } => "parent",
            Self::Regex(..) => "regex",
            Self::Binary(..) => "binary",
            Self::Negate(_) | Self::Array(_) | Self::Object(_) => "unary",
            Self::Block(_) => "block",
            Self::Bind(..) => "bind",
            Self::Condition(..) => "condition",
            Self::Sort(_) => "sort",
            Self::Call { .. } => "function",
            Self::Partial { .. } => "partial",
            Self::Lambda { .. } | Self::Thunk(_) => "lambda",
            Self::Apply(..) => "apply",
            Self::Transform(_) => "transform",
        }
    }
}
