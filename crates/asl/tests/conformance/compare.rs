//! The comparison that the recordings' README describes: values with placeholders, histories as trees of causes.

use std::collections::{BTreeMap, HashMap, HashSet};

use regex::Regex;
use serde_json::{Map, Value};

/// Texts that stand for themselves on both sides.
const FIXED: [&str; 10] = [
    "<account>",
    "<region>",
    "<partition>",
    "<timestamp>",
    "<date>",
    "<role>",
    "<machine>",
    "<execution>",
    "<request_id>",
    "<extended_request_id>",
];

/// Brings an observed answer into the form of the recordings: texts of objects parsed, dates hidden.
pub fn normalise(node: &mut Value) {
    parse_texts(node);
    let date = Regex::new(r"[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-][01]\d:?(?:[0-5]\d)?)").unwrap();
    let text = node.to_string();
    *node = serde_json::from_str(&date.replace_all(&text, "<date>")).unwrap();
}

fn parse_texts(node: &mut Value) {
    match node {
        Value::Array(items) => items
            .iter_mut()
            .filter(|i| i.is_object())
            .for_each(parse_texts),
        Value::Object(members) => {
            for value in members.values_mut() {
                match value {
                    Value::String(text) if text.starts_with('{') => {
                        if let Ok(parsed) = serde_json::from_str(text) {
                            *value = parsed;
                        }
                    }
                    Value::Array(_) | Value::Object(_) => parse_texts(value),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// Equality in which a placeholder of the expected side stands for any text, the same one each time.
#[derive(Clone, Default)]
pub struct Match {
    bound: HashMap<String, String>,
}

impl Match {
    pub fn same(&mut self, want: &Value, got: &Value) -> bool {
        match (want, got) {
            (Value::String(want), _) if is_any(want) => {
                !matches!(got, Value::Null)
                    && got.as_str() != Some("")
                    && got.as_array().is_none_or(|a| !a.is_empty())
            }
            (Value::String(want), Value::Object(_)) => want.starts_with("<json-input:"),
            (Value::String(want), Value::String(got)) => self.text(want, got),
            (Value::String(want), Value::Array(_)) => {
                serde_json::from_str::<Value>(want).is_ok_and(|w| w == *got)
            }
            // Some recordings have every output parsed.
            (Value::Array(_) | Value::Number(_), Value::String(text)) => {
                serde_json::from_str::<Value>(text).is_ok_and(|got| self.same(want, &got))
            }
            (Value::Object(want), Value::Object(got)) => self.objects(want, got),
            (Value::Array(want), Value::Array(got)) => {
                want.len() == got.len() && want.iter().zip(got).all(|(w, g)| self.same(w, g))
            }
            _ => want == got,
        }
    }

    fn objects(&mut self, want: &Map<String, Value>, got: &Map<String, Value>) -> bool {
        want.len() == got.len()
            && want.iter().all(|(name, want)| {
                let Some(got) = got.get(name) else {
                    return false;
                };
                if matches!(name.as_str(), "events" | "history") && is_history(want) {
                    return self.events(want, got);
                }
                self.same(want, got)
            })
    }

    fn text(&mut self, want: &str, got: &str) -> bool {
        if want == got {
            return true;
        }
        let hole = Regex::new(r"<[A-Za-z][\w.-]*(?::[\w.-]+)?>").unwrap();
        let mut pattern = String::from("(?s)^");
        let (mut at, mut names, mut open) = (0, Vec::<String>::new(), false);
        for found in hole.find_iter(want) {
            pattern += &regex::escape(&want[at..found.start()]);
            at = found.end();
            let name = found.as_str();
            open |= !FIXED.contains(&name);
            if FIXED.contains(&name) {
                pattern += &regex::escape(name);
            } else if let Some(text) = self.bound.get(name) {
                pattern += &regex::escape(text);
            } else {
                names.push(name.to_owned());
                pattern += if name.starts_with("<uuid:") {
                    "([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}.*?)"
                } else if name.starts_with("<json-input:") {
                    r"(\{.*\})"
                } else if name.starts_with("<any:") {
                    "(.*?)"
                } else {
                    "(.+?)"
                };
            }
        }
        if !open {
            return false;
        }
        pattern += &regex::escape(&want[at..]);
        pattern += "$";
        let Some(found) = Regex::new(&pattern).unwrap().captures(got) else {
            return false;
        };
        for (i, name) in names.into_iter().enumerate() {
            if !name.starts_with("<any:") {
                self.bound.insert(name, found[i + 1].to_owned());
            }
        }
        true
    }

    fn events(&mut self, want: &Value, got: &Value) -> bool {
        let (Some(want), Some(got)) = (want.as_array(), got.as_array()) else {
            return false;
        };
        match (tree(want), tree(got)) {
            (Some(want), Some(got)) if self.bodies(want.len(), got.len()) => {
                self.forest(&want, &got)
            }
            _ => false,
        }
    }

    fn bodies(&self, want: usize, got: usize) -> bool {
        want == got
    }

    /// The same nodes under one parent, in any order.
    fn forest(&mut self, want: &[Node], got: &[Node]) -> bool {
        if want.len() != got.len() {
            return false;
        }
        let Some((first, rest)) = want.split_first() else {
            return true;
        };
        for (i, other) in got.iter().enumerate() {
            let before = self.clone();
            if self.same(&first.body, &other.body) && self.forest(&first.kids, &other.kids) {
                let mut left = got.to_vec();
                left.remove(i);
                if self.forest(rest, &left) {
                    return true;
                }
            }
            *self = before;
        }
        false
    }
}

fn is_any(text: &str) -> bool {
    text.starts_with("<any:") && text.ends_with('>') && text.matches('<').count() == 1
}

fn is_history(value: &Value) -> bool {
    value.as_array().is_some_and(|a| {
        a.first()
            .is_some_and(|e| e.get("previousEventId").is_some())
    })
}

#[derive(Clone)]
struct Node {
    body: Value,
    kids: Vec<Node>,
}

/// The event that each closing event hangs below.
fn opener(kind: &str) -> Option<&'static str> {
    match kind {
        "ParallelStateSucceeded" | "ParallelStateFailed" | "ParallelStateAborted" => {
            Some("ParallelStateStarted")
        }
        "MapStateSucceeded" | "MapStateFailed" | "MapStateAborted" => Some("MapStateStarted"),
        "MapRunSucceeded" | "MapRunFailed" => Some("MapRunStarted"),
        _ => None,
    }
}

const FINAL: [&str; 4] = [
    "ExecutionSucceeded",
    "ExecutionFailed",
    "ExecutionAborted",
    "ExecutionTimedOut",
];

/// Returns the roots of the tree of causes, or `None` where an event hangs nowhere.
fn tree(events: &[Value]) -> Option<Vec<Node>> {
    let id = |e: &Value| e["id"].as_i64();
    let by_id: HashMap<i64, &Value> = events.iter().filter_map(|e| Some((id(e)?, e))).collect();
    let mut kids: BTreeMap<i64, Vec<&Value>> = BTreeMap::new();
    for event in events {
        let kind = event["type"].as_str()?;
        let mut parent = event["previousEventId"].as_i64()?;
        if FINAL.contains(&kind) {
            parent = -1;
        } else if let Some(opener) = opener(kind) {
            parent = opened_by(&by_id, event, opener).unwrap_or(parent);
        }
        kids.entry(parent).or_default().push(event);
    }
    let mut seen = HashSet::new();
    let roots: Vec<&Value> = kids
        .get(&0)
        .into_iter()
        .chain(kids.get(&-1))
        .flatten()
        .copied()
        .collect();
    let grown: Option<Vec<_>> = roots
        .into_iter()
        .map(|e| grow(e, &kids, &mut seen))
        .collect();
    grown.filter(|_| seen.len() == events.len())
}

fn opened_by(by_id: &HashMap<i64, &Value>, event: &Value, opener_kind: &str) -> Option<i64> {
    let mut at = by_id.get(&event["previousEventId"].as_i64()?).copied();
    let mut depth = 0;
    for _ in 0..=by_id.len() {
        let event = at?;
        let kind = event["type"].as_str()?;
        if opener(kind) == Some(opener_kind) {
            depth += 1;
        } else if kind == opener_kind {
            if depth == 0 {
                return event["id"].as_i64();
            }
            depth -= 1;
        }
        at = by_id.get(&event["previousEventId"].as_i64()?).copied();
    }
    None
}

fn grow(event: &Value, kids: &BTreeMap<i64, Vec<&Value>>, seen: &mut HashSet<i64>) -> Option<Node> {
    let id = event["id"].as_i64()?;
    if !seen.insert(id) {
        return None;
    }
    let below: Option<Vec<_>> = kids
        .get(&id)
        .into_iter()
        .flatten()
        .filter(|k| k["id"] != event["id"])
        .map(|k| grow(k, kids, seen))
        .collect();
    let mut body = event.clone();
    let members = body.as_object_mut()?;
    members.remove("id");
    members.remove("previousEventId");
    Some(Node { body, kids: below? })
}

/// Returns the first few differences, for a person to read.
pub fn differences(want: &Value, got: &Value) -> Vec<String> {
    let mut found = Vec::new();
    differ("", want, got, &mut found);
    found.truncate(6);
    if found.is_empty() {
        found.push("the same values, but not caused by the same events".to_owned());
    }
    found
}

fn differ(path: &str, want: &Value, got: &Value, found: &mut Vec<String>) {
    if Match::default().same(want, got) {
        return;
    }
    match (want, got) {
        (Value::Object(w), Value::Object(g)) => {
            for name in w.keys().chain(g.keys().filter(|k| !w.contains_key(*k))) {
                match (w.get(name), g.get(name)) {
                    (Some(w), Some(g)) => differ(&format!("{path}.{name}"), w, g, found),
                    (Some(w), None) => found.push(format!("{path}.{name}: missing, expected {w}")),
                    (None, g) => found.push(format!(
                        "{path}.{name}: not expected, got {}",
                        g.unwrap_or(&Value::Null)
                    )),
                }
            }
        }
        (Value::Array(w), Value::Array(g)) => {
            if is_history(want) {
                let kinds = |a: &[Value]| {
                    a.iter()
                        .map(|e| {
                            format!(
                                "{}<{}:{}",
                                e["id"],
                                e["previousEventId"],
                                e["type"].as_str().unwrap_or_default()
                            )
                        })
                        .collect::<Vec<_>>()
                        .join(" ")
                };
                found.push(format!("{path}: want {}", kinds(w)));
                found.push(format!("{path}: got  {}", kinds(g)));
            } else if w.len() != g.len() {
                found.push(format!(
                    "{path}: expected {} items, got {}",
                    w.len(),
                    g.len()
                ));
            }
            for (i, (w, g)) in w.iter().zip(g).enumerate() {
                differ(&format!("{path}[{i}]"), w, g, found);
            }
        }
        _ => found.push(format!("{path}: expected {want}\n  {path}: got      {got}")),
    }
}
