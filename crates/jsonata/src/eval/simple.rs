//! The short way for what most expressions are made of: literals, variables, and paths of names through objects.
//! The long way gives the same; it is taken for everything else.

use super::{Frame, Value, member};
use crate::ast::{Kind, Node};

/// Returns the node's value, or `None` where the long way is needed.
pub(super) fn value(node: &Node, input: &Value, frame: &Frame) -> Option<Value> {
    if !node.predicates.is_empty() {
        return None;
    }
    let value = match &node.kind {
        _ if node.group.is_some() => return None,
        Kind::Number(n) => return Some(Value::Number(*n)),
        Kind::String(text) => return Some(Value::String(text.clone())),
        Kind::Bool(b) => return Some(Value::Bool(*b)),
        Kind::Variable(name) if !name.is_empty() => frame.lookup(name),
        Kind::Path {
            steps,
            keep_singleton: false,
        } if !node.tuple => walk(steps, input, frame)?,
        _ => return None,
    };
    // a sequence may have to collapse
    (!matches!(&value, Value::Array(array) if array.sequence || node.keep_array)).then_some(value)
}

/// Returns what a path of names leads to through objects, where that is the node's value as it stands.
pub(super) fn member_of<'a>(node: &Node, input: &'a Value) -> Option<&'a Value> {
    let Kind::Path {
        steps,
        keep_singleton: false,
    } = &node.kind
    else {
        return None;
    };
    if steps.is_empty()
        || node.tuple
        || node.keep_array
        || !node.predicates.is_empty()
        || node.group.is_some()
    {
        return None;
    }
    let found = names(steps, input)?;
    (!matches!(found, Value::Array(array) if array.sequence)).then_some(found)
}

fn walk(steps: &[Node], input: &Value, frame: &Frame) -> Option<Value> {
    let (first, rest) = steps.split_first()?;
    let start;
    let (at, rest) = match &first.kind {
        Kind::Variable(name) if !name.is_empty() && plain(first) => {
            start = frame.lookup(name);
            (&start, rest)
        }
        Kind::Variable(_) if plain(first) => (input, rest),
        Kind::Name(_) => (input, steps),
        _ => return None,
    };
    let found = names(rest, at)?;
    // an array that a variable holds is a path's only result or its items
    let whole = rest.is_empty() && matches!(found, Value::Array(_) | Value::Tuples(_));
    (!whole).then(|| found.clone())
}

/// Follows steps that are plain names, through objects alone.
fn names<'a>(steps: &[Node], mut at: &'a Value) -> Option<&'a Value> {
    for step in steps {
        let Kind::Name(name) = &step.kind else {
            return None;
        };
        if !plain(step) {
            return None;
        }
        at = match at {
            Value::Object(members) => member(members, name).unwrap_or(&Value::Undefined),
            // its items, or the wrapper of the input
            Value::Array(_) | Value::Tuples(_) => return None,
            _ => &Value::Undefined,
        };
    }
    Some(at)
}

/// A step that binds nothing and that nothing hangs on.
fn plain(step: &Node) -> bool {
    !(step.tuple || step.keep_array || step.cons_array)
        && step.stages.is_empty()
        && step.predicates.is_empty()
        && step.group.is_none()
        && step.focus.is_none()
        && step.index.is_none()
        && step.ancestor.is_none()
        && step.ancestor_label.is_none()
}
