//! The JSONPath that rules know: `$`, dotted names, `[index]` and `[*]`.

use serde_json::Value;

/// A path that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid path {path:?}")]
pub struct PathError {
    path: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
    Every,
}

/// A path into an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPath {
    steps: Vec<Step>,
}

impl EventPath {
    /// Reads a path as `$.detail.items[0].name`.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let steps = path.strip_prefix('$').and_then(steps);
        let steps = steps.ok_or_else(|| PathError {
            path: path.to_owned(),
        })?;
        Ok(Self { steps })
    }

    /// Returns what stands there: a list when the path has a wildcard, nothing when there is nothing.
    pub fn find(&self, event: &Value) -> Option<Value> {
        let mut found = vec![event];
        for step in &self.steps {
            found = found
                .into_iter()
                .flat_map(|value| take(step, value))
                .collect();
        }
        if self.steps.contains(&Step::Every) {
            return Some(found.into_iter().cloned().collect());
        }
        found.first().copied().cloned()
    }
}

fn take<'a>(step: &Step, value: &'a Value) -> Vec<&'a Value> {
    match (step, value) {
        (Step::Name(name), Value::Object(members)) => members.get(name).into_iter().collect(),
        (Step::Index(index), Value::Array(items)) => items.get(*index).into_iter().collect(),
        (Step::Every, Value::Array(items)) => items.iter().collect(),
        (Step::Every, Value::Object(members)) => members.values().collect(),
        _ => Vec::new(),
    }
}

fn steps(mut rest: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(named) = rest.strip_prefix('.') {
            let end = named.find(['.', '[']).unwrap_or(named.len());
            let (name, after) = named.split_at(end);
            steps.push(match name {
                "" => return None,
                "*" => Step::Every,
                name => Step::Name(name.to_owned()),
            });
            rest = after;
        } else {
            let (inner, after) = rest.strip_prefix('[')?.split_once(']')?;
            let quoted = |quote: char| inner.strip_prefix(quote)?.strip_suffix(quote);
            steps.push(match quoted('\'').or_else(|| quoted('"')) {
                Some(name) => Step::Name(name.to_owned()),
                None if inner == "*" => Step::Every,
                None => Step::Index(inner.parse().ok()?),
            });
            rest = after;
        }
    }
    Some(steps)
}
