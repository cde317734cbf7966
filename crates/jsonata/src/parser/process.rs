//! Makes paths, stages and groups out of operators, and finds tail calls.

use std::sync::Arc;

use super::{
    ancestry::Slots,
    raw::{Raw, RawKind},
};
use crate::{
    Error,
    ast::{Group, Kind, Node, Operator, SortTerm, Stage, Transform},
};

/// Turns the raw tree into the final one.
pub(super) fn finish(raw: Raw) -> Result<Node, Error> {
    let mut process = Process::default();
    let mut node = process.node(raw)?;
    if matches!(node.kind, Kind::Parent { .. }) || !node.seeking_parent.is_empty() {
        return Err(Error::at("S0217", node.position).token(node.kind.name()));
    }
    process.slots.label(&mut node);
    Ok(node)
}

#[derive(Default)]
struct Process {
    slots: Slots,
}

fn plain(kind: Kind, position: usize) -> Node {
    Node {
        kind,
        position,
        ..Node::default()
    }
}

fn path_of(node: Node) -> Node {
    let position = node.position;
    plain(
        Kind::Path {
            steps: vec![node],
            keep_singleton: false,
        },
        position,
    )
}

fn last_step(node: &mut Node) -> &mut Node {
    if matches!(&node.kind, Kind::Path { steps, .. } if !steps.is_empty()) {
        let Kind::Path { steps, .. } = &mut node.kind else {
            unreachable!("just matched")
        };
        let last = steps.len() - 1;
        return &mut steps[last];
    }
    node
}

impl Process {
    fn node(&mut self, raw: Raw) -> Result<Node, Error> {
        let keep_array = raw.keep_array;
        let mut node = self.kind(raw)?;
        if keep_array {
            node.keep_array = true;
        }
        Ok(node)
    }

    fn nodes(&mut self, raws: Vec<Raw>) -> Result<Vec<Node>, Error> {
        raws.into_iter().map(|raw| self.node(raw)).collect()
    }

    fn kind(&mut self, raw: Raw) -> Result<Node, Error> {
        let (position, token) = (raw.position, raw.token());
        let leaf = |kind| Ok(plain(kind, position));
        match raw.kind {
            RawKind::End => Err(Error::at("S0207", position).token(token)),
            RawKind::Hole => Err(Error::at("S0201", position).token(token)),
            RawKind::Name(name) => {
                let mut step = plain(Kind::Name(name.into()), position);
                step.keep_array = raw.keep_array;
                Ok(plain(
                    Kind::Path {
                        steps: vec![step],
                        keep_singleton: raw.keep_array,
                    },
                    position,
                ))
            }
            RawKind::Variable(name) => leaf(Kind::Variable(name.into())),
            RawKind::String(text) => leaf(Kind::String(text.into())),
            RawKind::Number(n) => leaf(Kind::Number(n)),
            RawKind::Bool(b) => leaf(Kind::Bool(b)),
            RawKind::Null => leaf(Kind::Null),
            RawKind::Regex(regex, source) => leaf(Kind::Regex(regex, source)),
            RawKind::Wildcard => leaf(Kind::Wildcard),
            RawKind::Descendant => leaf(Kind::Descendant),
            RawKind::Parent => {
                let slot = self.slots.add();
                leaf(Kind::Parent {
                    slot,
                    label: Arc::from(""),
                })
            }
            RawKind::Infix(op, left, right) => {
                let mut node = self.infix(op, *left, *right, position)?;
                if op == "@" && raw.keep_array {
                    last_step(&mut node).keep_array = true;
                }
                Ok(node)
            }
            RawKind::Negate(inner) => self.negate(*inner, position),
            RawKind::Array(items) => {
                let items = self.nodes(items)?;
                Ok(with_seeking(Kind::Array(items), position))
            }
            RawKind::Object(pairs) => {
                let pairs = self.pairs(pairs)?;
                Ok(with_seeking(Kind::Object(pairs), position))
            }
            RawKind::Group(left, pairs) => self.group(*left, pairs, position),
            RawKind::Sort(left, terms) => self.sort(*left, terms, position),
            RawKind::Block(expressions) => {
                let expressions = self.nodes(expressions)?;
                let cons = |n: &Node| {
                    n.cons_array
                        || matches!(&n.kind, Kind::Path { steps, .. } if steps.first().is_some_and(|s| s.cons_array))
                };
                let cons_array = expressions.iter().any(cons);
                Ok(Node {
                    cons_array,
                    ..with_seeking(Kind::Block(expressions), position)
                })
            }
            RawKind::Condition(condition, then, otherwise) => {
                let condition = Box::new(self.node(*condition)?);
                let then = Box::new(self.node(*then)?);
                let otherwise = otherwise
                    .map(|raw| self.node(*raw))
                    .transpose()?
                    .map(Box::new);
                Ok(with_seeking(
                    Kind::Condition(condition, then, otherwise),
                    position,
                ))
            }
            RawKind::Transform(pattern, update, delete) => {
                let (pattern, update) = (self.node(*pattern)?, self.node(*update)?);
                let delete = delete.map(|raw| self.node(*raw)).transpose()?;
                leaf(Kind::Transform(Arc::new(Transform {
                    pattern,
                    update,
                    delete,
                })))
            }
            RawKind::Call {
                procedure,
                arguments,
                partial,
            } => self.call(*procedure, arguments, partial, position),
            RawKind::Lambda {
                parameters,
                signature,
                body,
            } => {
                let parameters = parameters.into_iter().map(Arc::from).collect();
                let body = Arc::new(tail_calls(self.node(*body)?));
                leaf(Kind::Lambda {
                    parameters,
                    signature,
                    body,
                })
            }
        }
    }

    fn pairs(&mut self, pairs: Vec<(Raw, Raw)>) -> Result<Vec<(Node, Node)>, Error> {
        pairs
            .into_iter()
            .map(|(key, value)| Ok((self.node(key)?, self.node(value)?)))
            .collect()
    }

    fn negate(&mut self, inner: Raw, position: usize) -> Result<Node, Error> {
        let inner = self.node(inner)?;
        if let Kind::Number(n) = inner.kind {
            return Ok(Node {
                kind: Kind::Number(-n),
                ..inner
            });
        }
        Ok(with_seeking(Kind::Negate(Box::new(inner)), position))
    }

    fn call(
        &mut self,
        procedure: Raw,
        arguments: Vec<Raw>,
        partial: bool,
        position: usize,
    ) -> Result<Node, Error> {
        if partial {
            let hole_or = |raw: Raw, this: &mut Self| match raw.kind {
                RawKind::Hole => Ok(None),
                _ => this.node(raw).map(Some),
            };
            let arguments: Vec<_> = arguments
                .into_iter()
                .map(|raw| hole_or(raw, self))
                .collect::<Result<_, _>>()?;
            let procedure = Box::new(self.node(procedure)?);
            return Ok(with_seeking(
                Kind::Partial {
                    procedure,
                    arguments,
                },
                position,
            ));
        }
        let arguments = self.nodes(arguments)?;
        let mut seeking = Vec::new();
        for argument in &arguments {
            Slots::push(&mut seeking, argument);
        }
        let procedure = Box::new(self.node(procedure)?);
        Ok(Node {
            seeking_parent: seeking,
            ..plain(
                Kind::Call {
                    procedure,
                    arguments,
                },
                position,
            )
        })
    }

    fn infix(
        &mut self,
        op: &'static str,
        left: Raw,
        right: Raw,
        position: usize,
    ) -> Result<Node, Error> {
        match op {
            "." => self.path(left, right),
            "[" => self.predicate(left, right, position),
            "@" => self.focus(left, right, position),
            "#" => self.index(left, right),
            ":=" => {
                let RawKind::Variable(name) = left.kind else {
                    return Err(Error::at("S0212", position));
                };
                let value = Box::new(self.node(right)?);
                Ok(with_seeking(Kind::Bind(name.into(), value), position))
            }
            "~>" => {
                let (left, right) = (self.node(left)?, self.node(right)?);
                let keep_array = left.keep_array || right.keep_array;
                Ok(Node {
                    keep_array,
                    ..plain(Kind::Apply(Box::new(left), Box::new(right)), position)
                })
            }
            _ => {
                let operator =
                    operator(op).ok_or_else(|| Error::at("S0204", position).token(op))?;
                let (left, right) = (Box::new(self.node(left)?), Box::new(self.node(right)?));
                Ok(with_seeking(Kind::Binary(operator, left, right), position))
            }
        }
    }

    fn path(&mut self, left: Raw, right: Raw) -> Result<Node, Error> {
        let left = self.node(left)?;
        let mut path = if matches!(left.kind, Kind::Path { .. }) {
            left
        } else {
            let seeking = match left.kind {
                Kind::Parent { slot, .. } => vec![slot],
                _ => Vec::new(),
            };
            Node {
                seeking_parent: seeking,
                ..path_of(left)
            }
        };
        let mut rest = self.node(right)?;
        let Kind::Path {
            steps,
            keep_singleton,
        } = &mut path.kind
        else {
            return Ok(path);
        };
        match rest.kind {
            Kind::Path { steps: more, .. } => steps.extend(more),
            _ => {
                rest.stages.extend(
                    std::mem::take(&mut rest.predicates)
                        .into_iter()
                        .map(Stage::Filter),
                );
                steps.push(rest);
            }
        }
        for step in steps.iter_mut() {
            match &step.kind {
                Kind::Number(n) => {
                    return Err(Error::at("S0213", step.position)
                        .field("value", crate::number::to_text(*n)));
                }
                Kind::Bool(b) => {
                    return Err(Error::at("S0213", step.position).field("value", b.to_string()));
                }
                Kind::Null => return Err(Error::at("S0213", step.position).field("value", "null")),
                Kind::String(text) => step.kind = Kind::Name(Arc::clone(text)),
                _ => {}
            }
        }
        if steps.iter().any(|step| step.keep_array) {
            *keep_singleton = true;
        }
        let last = steps.len() - 1;
        for index in [0, last] {
            if matches!(steps[index].kind, Kind::Array(_)) {
                steps[index].cons_array = true;
            }
        }
        self.slots.resolve(&mut path)?;
        Ok(path)
    }

    fn predicate(&mut self, left: Raw, right: Raw, position: usize) -> Result<Node, Error> {
        let mut node = self.node(left)?;
        let in_path = matches!(node.kind, Kind::Path { .. });
        let step = last_step(&mut node);
        if step.group.is_some() {
            return Err(Error::at("S0209", position));
        }
        let predicate = self.node(right)?;
        if !predicate.seeking_parent.is_empty() {
            for slot in predicate.seeking_parent.clone() {
                if self.slots.0[slot].level == 1 {
                    self.slots.seek(step, slot)?;
                } else {
                    self.slots.0[slot].level -= 1;
                }
            }
            Slots::push(&mut step.seeking_parent, &predicate);
        }
        if in_path {
            step.stages.push(Stage::Filter(predicate));
        } else {
            step.predicates.push(predicate);
        }
        Ok(node)
    }

    fn group(&mut self, left: Raw, pairs: Vec<(Raw, Raw)>, position: usize) -> Result<Node, Error> {
        let mut node = self.node(left)?;
        if node.group.is_some() {
            return Err(Error::at("S0210", position));
        }
        let pairs = self.pairs(pairs)?;
        node.group = Some(Box::new(Group { pairs, position }));
        Ok(node)
    }

    fn sort(&mut self, left: Raw, terms: Vec<(bool, Raw)>, position: usize) -> Result<Node, Error> {
        let left = self.node(left)?;
        let mut path = if matches!(left.kind, Kind::Path { .. }) {
            left
        } else {
            path_of(left)
        };
        let mut seeking = Vec::new();
        let mut sorted = Vec::with_capacity(terms.len());
        for (descending, term) in terms {
            let expression = self.node(term)?;
            Slots::push(&mut seeking, &expression);
            sorted.push(SortTerm {
                descending,
                expression,
            });
        }
        let step = Node {
            seeking_parent: seeking,
            ..plain(Kind::Sort(sorted), position)
        };
        if let Kind::Path { steps, .. } = &mut path.kind {
            steps.push(step);
        }
        self.slots.resolve(&mut path)?;
        Ok(path)
    }

    fn focus(&mut self, left: Raw, right: Raw, position: usize) -> Result<Node, Error> {
        let RawKind::Variable(name) = right.kind else {
            return Err(Error::at("S0214", position));
        };
        let mut node = self.node(left)?;
        let step = last_step(&mut node);
        if !step.stages.is_empty() || !step.predicates.is_empty() {
            return Err(Error::at("S0215", position));
        }
        if matches!(step.kind, Kind::Sort(_)) {
            return Err(Error::at("S0216", position));
        }
        step.focus = Some(name.into());
        step.tuple = true;
        Ok(node)
    }

    fn index(&mut self, left: Raw, right: Raw) -> Result<Node, Error> {
        let RawKind::Variable(name) = right.kind else {
            return Err(Error::at("S0214", right.position));
        };
        let mut node = self.node(left)?;
        if !matches!(node.kind, Kind::Path { .. }) {
            node.stages.extend(
                std::mem::take(&mut node.predicates)
                    .into_iter()
                    .map(Stage::Filter),
            );
            node = path_of(node);
        }
        let step = last_step(&mut node);
        if step.stages.is_empty() {
            step.index = Some(name.into());
        } else {
            step.stages.push(Stage::Index(name.into()));
        }
        step.tuple = true;
        Ok(node)
    }
}

fn operator(op: &str) -> Option<Operator> {
    Some(match op {
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        "/" => Operator::Divide,
        "%" => Operator::Remainder,
        "=" => Operator::Equal,
        "!=" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "&" => Operator::Concat,
        "and" => Operator::And,
        "or" => Operator::Or,
        "in" => Operator::In,
        ".." => Operator::Range,
        _ => return None,
    })
}

/// Returns a node that seeks what its children still seek.
fn with_seeking(kind: Kind, position: usize) -> Node {
    let mut node = plain(kind, position);
    let mut seeking = Vec::new();
    children(&mut node, &mut |child| Slots::push(&mut seeking, child));
    node.seeking_parent = seeking;
    node
}

/// Calls `each` with every node directly below; bodies of lambdas are shared only after this pass.
pub(super) fn children(node: &mut Node, each: &mut impl FnMut(&mut Node)) {
    node.predicates.iter_mut().for_each(&mut *each);
    for stage in &mut node.stages {
        if let Stage::Filter(filter) = stage {
            each(filter);
        }
    }
    if let Some(group) = &mut node.group {
        group.pairs.iter_mut().for_each(|(key, value)| {
            each(key);
            each(value);
        });
    }
    match &mut node.kind {
        Kind::Path { steps: nodes, .. } | Kind::Array(nodes) | Kind::Block(nodes) => {
            nodes.iter_mut().for_each(each)
        }
        Kind::Binary(_, left, right) | Kind::Apply(left, right) => {
            each(left);
            each(right);
        }
        Kind::Negate(inner) | Kind::Bind(_, inner) => each(inner),
        Kind::Object(pairs) => pairs.iter_mut().for_each(|(key, value)| {
            each(key);
            each(value);
        }),
        Kind::Condition(condition, then, otherwise) => {
            each(condition);
            each(then);
            if let Some(otherwise) = otherwise {
                each(otherwise);
            }
        }
        Kind::Sort(terms) => terms.iter_mut().for_each(|term| each(&mut term.expression)),
        Kind::Call {
            procedure,
            arguments,
        } => {
            arguments.iter_mut().for_each(&mut *each);
            each(procedure);
        }
        Kind::Partial {
            procedure,
            arguments,
        } => {
            arguments.iter_mut().flatten().for_each(&mut *each);
            each(procedure);
        }
        Kind::Lambda { body, .. } | Kind::Thunk(body) => {
            if let Some(body) = Arc::get_mut(body) {
                each(body);
            }
        }
        Kind::Transform(transform) => {
            if let Some(transform) = Arc::get_mut(transform) {
                each(&mut transform.pattern);
                each(&mut transform.update);
                transform.delete.as_mut().into_iter().for_each(each);
            }
        }
        _ => {}
    }
}

/// Marks the calls in tail position of a lambda's body.
fn tail_calls(mut node: Node) -> Node {
    match node.kind {
        Kind::Call { .. } if node.predicates.is_empty() => {
            let position = node.position;
            plain(Kind::Thunk(Arc::new(node)), position)
        }
        Kind::Condition(condition, then, otherwise) => {
            let then = Box::new(tail_calls(*then));
            let otherwise = otherwise.map(|node| Box::new(tail_calls(*node)));
            node.kind = Kind::Condition(condition, then, otherwise);
            node
        }
        Kind::Block(mut expressions) => {
            if let Some(last) = expressions.pop() {
                expressions.push(tail_calls(last));
            }
            node.kind = Kind::Block(expressions);
            node
        }
        _ => node,
    }
}
