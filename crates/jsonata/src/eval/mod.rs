//! Evaluation: the reference implementation's rules, kind by kind.

mod apply;
mod filter;
mod frame;
mod group;
mod operators;
mod path;
mod simple;
mod sort;
mod transform;

use std::{
    cell::Cell,
    rc::Rc,
    sync::{Arc, LazyLock},
};

pub(crate) use frame::Frame;
pub(crate) use sort::merge_sort;

use crate::{
    Environment, Error, Value,
    ast::{Kind, Node, Operator},
    expression::Limits,
    value::{Array, Callable, Function, Lambda, Object, Thunk},
};

/// The stack is checked at every fourth level of evaluation: this much must be left, else a piece is added.
const LEVELS_A_CHECK: usize = 4;
const RED_ZONE_BYTES: usize = 512 * 1024;
const STACK_PIECE_BYTES: usize = 2 * 1024 * 1024;

/// One evaluation under way.
pub(crate) struct Evaluator {
    limits: Limits,
    depth: Cell<usize>,
    steps: Cell<u64>,
    random: Cell<u64>,
    pub(crate) now_ms: i64,
}

/// Evaluates a parsed expression.
pub(crate) fn run(
    root: &Arc<Node>,
    input: &Value,
    environment: &Environment,
) -> Result<Value, Error> {
    let evaluator = Evaluator {
        limits: environment.limits,
        depth: Cell::new(0),
        steps: Cell::new(0),
        random: Cell::new(environment.seed ^ 0x9e37_79b9_7f4a_7c15),
        now_ms: environment.now_ms,
    };
    let frame = Frame::root();
    for (name, value) in &environment.bindings {
        frame.bind(name, value.clone());
    }
    static INPUT: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("$"));
    frame.bind(&INPUT, input.clone());
    let input = match input {
        Value::Array(array) if !array.sequence => Value::Array(Rc::new(Array {
            items: vec![input.clone()],
            sequence: true,
            outer_wrapper: true,
            ..Array::default()
        })),
        other => other.clone(),
    };
    evaluator.evaluate(root, &input, &frame)
}

impl Evaluator {
    /// Evaluates a node: its kind, then its predicates and group; then a sequence collapses.
    pub(crate) fn evaluate(
        &self,
        node: &Node,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        self.enter(node)?;
        if let Some(value) = simple::value(node, input, frame) {
            self.depth.set(self.depth.get() - 1);
            return Ok(value);
        }
        let run = || match &node.kind {
            // no sequence comes of it, and its frame is smaller
            Kind::Binary(operator, left, right)
                if *operator != Operator::Range
                    && node.predicates.is_empty()
                    && node.group.is_none() =>
            {
                self.binary(*operator, left, right, node.position, input, frame)
            }
            _ => self.node(node, input, frame),
        };
        let result = if self.depth.get() % LEVELS_A_CHECK == 1 {
            stacker::maybe_grow(RED_ZONE_BYTES, STACK_PIECE_BYTES, run)
        } else {
            run()
        };
        self.depth.set(self.depth.get() - 1);
        result
    }

    #[inline]
    fn enter(&self, node: &Node) -> Result<(), Error> {
        let (depth, steps) = (self.depth.get() + 1, self.steps.get() + 1);
        if depth > self.limits.depth || steps > self.limits.steps {
            return Err(Error::at("U1001", node.position));
        }
        self.depth.set(depth);
        self.steps.set(steps);
        Ok(())
    }

    fn node(&self, node: &Node, input: &Value, frame: &Frame) -> Result<Value, Error> {
        let mut result = self.kind(node, input, frame)?;
        for predicate in &node.predicates {
            result = self.filter(predicate, &result, frame)?;
        }
        if let (Some(group), false) = (&node.group, matches!(node.kind, Kind::Path { .. })) {
            result = self.group(&group.pairs, group.position, &result, frame)?;
        }
        Ok(collapse(result, node.keep_array))
    }

    fn kind(&self, node: &Node, input: &Value, frame: &Frame) -> Result<Value, Error> {
        match &node.kind {
            Kind::Nothing => Ok(Value::Undefined),
            Kind::Path {
                steps,
                keep_singleton,
            } => self.path(node, steps, *keep_singleton, input, frame),
            Kind::Name(name) => Ok(lookup(input, name)),
            Kind::Variable(name) if name.is_empty() => Ok(unwrapped(input)),
            Kind::Variable(name) => Ok(frame.lookup(name)),
            Kind::String(text) => Ok(Value::String(Arc::clone(text))),
            Kind::Number(n) => Ok(Value::Number(*n)),
            Kind::Bool(b) => Ok(Value::Bool(*b)),
            Kind::Null => Ok(Value::Null),
            Kind::Wildcard => Ok(wildcard(input)),
            Kind::Descendant => Ok(descendants(input)),
            Kind::Parent { label, .. } => Ok(frame.lookup(label)),
            Kind::Regex(regex, source) => Ok(function(Callable::Regex(
                Arc::clone(regex),
                Arc::clone(source),
            ))),
            Kind::Binary(operator, left, right) => {
                self.binary(*operator, left, right, node.position, input, frame)
            }
            Kind::Negate(inner) => self.negate(inner, node.position, input, frame),
            Kind::Array(items) => self.array(items, node.cons_array, input, frame),
            Kind::Object(pairs) => self.group(pairs, node.position, input, frame),
            Kind::Block(expressions) => {
                let frame = Frame::inside(frame);
                expressions
                    .iter()
                    .try_fold(Value::Undefined, |_, e| self.evaluate(e, input, &frame))
            }
            Kind::Bind(name, value) => {
                let value = self.evaluate(value, input, frame)?;
                frame.bind(name, value.clone());
                Ok(value)
            }
            Kind::Condition(condition, then, otherwise) => {
                if self.evaluate(condition, input, frame)?.is_true()? {
                    return self.evaluate(then, input, frame);
                }
                otherwise.as_ref().map_or(Ok(Value::Undefined), |node| {
                    self.evaluate(node, input, frame)
                })
            }
            Kind::Sort(_) => Ok(Value::Undefined),
            Kind::Call {
                procedure,
                arguments,
            } => self.call(procedure, arguments, node.position, None, input, frame),
            Kind::Partial {
                procedure,
                arguments,
            } => self.partial(procedure, arguments, node.position, input, frame),
            Kind::Lambda {
                parameters,
                signature,
                body,
            } => Ok(function(Callable::Lambda(Lambda {
                parameters: Arc::clone(parameters),
                signature: signature.clone(),
                body: Arc::clone(body),
                frame: frame.clone(),
                input: input.clone(),
            }))),
            Kind::Thunk(call) => Ok(function(Callable::Thunk(Thunk {
                call: Arc::clone(call),
                frame: frame.clone(),
                input: input.clone(),
            }))),
            Kind::Apply(left, right) => self.apply_to(left, right, node.position, input, frame),
            Kind::Transform(transform) => Ok(function(Callable::Transform {
                node: Arc::clone(transform),
                frame: frame.clone(),
            })),
        }
    }

    fn array(
        &self,
        items: &[Node],
        cons: bool,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            match self.evaluate(item, input, frame)? {
                Value::Undefined => {}
                // an array constructor inside stays an array; other arrays are poured in
                Value::Array(array) if !matches!(item.kind, Kind::Array(_)) => {
                    match Rc::try_unwrap(array) {
                        Ok(array) => all.extend(array.items),
                        Err(array) => all.extend(array.items.iter().cloned()),
                    }
                }
                value => all.push(value),
            }
        }
        self.charge_items(all.len())?;
        Ok(Value::Array(Rc::new(Array {
            items: all,
            cons,
            ..Array::default()
        })))
    }

    /// Counts what a value takes as steps, so that a result that doubles and doubles ends like any runaway
    /// expression: before the memory does.
    ///
    /// **Errors**: `U1001`.
    pub(crate) fn charge(&self, bytes: usize) -> Result<(), Error> {
        const BYTES_A_STEP: usize = 64;
        let steps = self
            .steps
            .get()
            .saturating_add((bytes / BYTES_A_STEP) as u64);
        self.steps.set(steps);
        if steps > self.limits.steps {
            return Err(Error::new("U1001"));
        }
        Ok(())
    }

    /// [`Evaluator::charge`] for that many items; a third of what they take, so that the longest range passes.
    pub(crate) fn charge_items(&self, count: usize) -> Result<(), Error> {
        self.charge(count.saturating_mul(size_of::<Value>() / 3))
    }

    /// Draws the next number in [0, 1).
    pub(crate) fn random(&self) -> f64 {
        // SplitMix64
        let state = self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.random.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let unit = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
        unit
    }
}

pub(crate) fn function(callable: Callable) -> Value {
    Value::Function(Rc::new(Function(callable)))
}

/// A sequence of none is nothing, one of one is its item, unless it is kept.
fn collapse(value: Value, keep_array: bool) -> Value {
    let Value::Array(array) = &value else {
        return value;
    };
    if !array.sequence {
        return value;
    }
    match array.items.as_slice() {
        [] => Value::Undefined,
        [one] if !(array.keep_singleton || keep_array) => one.clone(),
        _ if keep_array && !array.keep_singleton => Value::Array(Rc::new(Array {
            keep_singleton: true,
            ..(**array).clone()
        })),
        _ => value,
    }
}

/// Takes off the wrapper of an input that is an array.
fn unwrapped(input: &Value) -> Value {
    match input {
        Value::Array(array) if array.outer_wrapper => {
            array.items.first().cloned().unwrap_or_default()
        }
        other => other.clone(),
    }
}

/// Objects up to this size are searched from one end to the other: quicker than a hash.
const SMALL_OBJECT: usize = 8;

/// Returns a member of an object.
#[inline]
fn member<'a>(members: &'a Object, key: &str) -> Option<&'a Value> {
    if members.len() > SMALL_OBJECT {
        return members.get(key);
    }
    members
        .iter()
        .find_map(|(name, value)| (&**name == key).then_some(value))
}

/// Looks a member up in an object, or in every object of an array.
pub(crate) fn lookup(input: &Value, key: &str) -> Value {
    match input {
        Value::Object(members) => member(members, key).cloned().unwrap_or_default(),
        Value::Array(array) => {
            let mut found = Vec::new();
            for item in &array.items {
                match lookup(item, key) {
                    Value::Undefined => {}
                    Value::Array(inner) => found.extend(inner.items.iter().cloned()),
                    one => found.push(one),
                }
            }
            Value::sequence(found)
        }
        _ => Value::Undefined,
    }
}

fn wildcard(input: &Value) -> Value {
    let input = unwrapped(input);
    let mut found = Vec::new();
    let mut add = |value: &Value| match value {
        Value::Array(_) => flatten(value, &mut found),
        other => found.push(other.clone()),
    };
    match &input {
        Value::Object(members) => members.values().for_each(&mut add),
        Value::Array(array) => array.items.iter().for_each(&mut add),
        _ => {}
    }
    Value::sequence(found)
}

fn flatten(value: &Value, into: &mut Vec<Value>) {
    match value {
        Value::Array(array) => array.items.iter().for_each(|item| flatten(item, into)),
        other => into.push(other.clone()),
    }
}

fn descendants(input: &Value) -> Value {
    fn walk(value: &Value, found: &mut Vec<Value>) {
        match value {
            Value::Array(array) => array.items.iter().for_each(|item| walk(item, found)),
            Value::Object(members) => {
                found.push(value.clone());
                members.values().for_each(|member| walk(member, found));
            }
            other => found.push(other.clone()),
        }
    }
    let mut found = Vec::new();
    if !input.is_undefined() {
        walk(input, &mut found);
    }
    Value::sequence(found)
}
