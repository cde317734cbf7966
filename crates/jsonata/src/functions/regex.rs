//! Matching: regular expressions, and functions that behave as one.
//!
//! Positions that expressions see count UTF-16 units, as JavaScript's do; inside, they are bytes.

use std::{rc::Rc, sync::Arc};

use super::{argument, number};
use crate::{
    Error, Object, Value,
    eval::{Evaluator, function},
    value::Callable,
};

type Outcome = Result<Value, Error>;

/// One match, positions in bytes.
struct Match {
    start: usize,
    end: usize,
    text: String,
    groups: Vec<Option<String>>,
    /// As an expression sees it.
    value: Value,
}

/// What a pattern finds, one match after another.
struct Matches<'a> {
    evaluator: &'a Evaluator,
    text: &'a Arc<str>,
    next: Option<Value>,
}

impl Matches<'_> {
    fn advance(&mut self, first: bool) -> Result<Option<Match>, Error> {
        let Some(matcher) = self.next.take() else {
            return Ok(None);
        };
        let arguments = if first {
            vec![Value::String(Arc::clone(self.text))]
        } else {
            Vec::new()
        };
        let found = self
            .evaluator
            .apply(&matcher, arguments, &Value::Undefined)?;
        let members = match &found {
            Value::Undefined => return Ok(None),
            Value::Object(members) => members,
            _ => return Err(Error::new("T1010")),
        };
        let position = |name: &str| match members.get(name) {
            Some(Value::Number(n)) => Some(*n),
            _ => None,
        };
        let groups = match members.get("groups") {
            Some(Value::Array(groups)) => Some(groups),
            _ => None,
        };
        let next = members
            .get("next")
            .filter(|next| next.is_function())
            .cloned();
        if position("start").is_none()
            && position("end").is_none()
            && groups.is_none()
            && next.is_none()
        {
            return Err(Error::new("T1010"));
        }
        self.next = next;
        let text = members
            .get("match")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let groups = groups.map(|g| {
            g.items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect()
        });
        Ok(Some(Match {
            start: to_bytes(self.text, position("start").unwrap_or_default()),
            end: to_bytes(self.text, position("end").unwrap_or_default()),
            text,
            groups: groups.unwrap_or_default(),
            value: found,
        }))
    }
}

/// Finds matches until there are no more or `limit` of them; as the reference implementation, looks for one
/// more than it needs.
fn find_all(
    evaluator: &Evaluator,
    text: &Arc<str>,
    matcher: &Value,
    limit: Option<f64>,
) -> Result<Vec<Match>, Error> {
    let mut matches = Matches {
        evaluator,
        text,
        next: Some(matcher.clone()),
    };
    let mut found = Vec::new();
    let mut current = matches.advance(true)?;
    #[expect(clippy::cast_precision_loss, reason = "a count")]
    while let Some(one) = current {
        if limit.is_some_and(|limit| found.len() as f64 >= limit) {
            break;
        }
        found.push(one);
        current = matches.advance(false)?;
    }
    Ok(found)
}

/// Calls a regular expression on a text, as `/…/("text")` does.
pub(crate) fn first_match(
    regex: &Arc<regress::Regex>,
    source: &Arc<str>,
    arguments: &[Value],
) -> Value {
    let Value::String(text) = argument(arguments, 0) else {
        return Value::Undefined;
    };
    let from = number(arguments, 1).map_or(0, |n| to_bytes(text, n));
    exec(regex, source, text, from).map_or(Value::Undefined, |(value, _)| value)
}

/// Calls the `next` of a match.
///
/// **Errors**: `D1004` when the expression matches the empty text.
pub(crate) fn next_match(
    regex: &Arc<regress::Regex>,
    source: &Arc<str>,
    text: &Arc<str>,
    from: usize,
) -> Outcome {
    if from >= text.len() {
        return Ok(Value::Undefined);
    }
    match exec(regex, source, text, from) {
        Some((_, true)) => Err(Error::new("D1004").value(&Value::String(Arc::clone(source)))),
        Some((value, false)) => Ok(value),
        None => Ok(Value::Undefined),
    }
}

/// Returns the match from a position on, and whether it is empty.
fn exec(
    regex: &Arc<regress::Regex>,
    source: &Arc<str>,
    text: &Arc<str>,
    from: usize,
) -> Option<(Value, bool)> {
    let found = regex.find_from(text, from).next()?;
    let range = found.range();
    let group = |range: Option<std::ops::Range<usize>>| {
        range.map_or(Value::Undefined, |r| Value::string(&text[r]))
    };
    let groups = found.groups().skip(1).map(group).collect();
    let next = Callable::NextMatch {
        regex: Arc::clone(regex),
        source: Arc::clone(source),
        text: Arc::clone(text),
        from: range.end,
    };
    let members: Object = [
        ("match", Value::string(&text[range.clone()])),
        ("start", Value::Number(to_units(text, range.start))),
        ("end", Value::Number(to_units(text, range.end))),
        ("groups", Value::array(groups)),
        ("next", function(next)),
    ]
    .into_iter()
    .map(|(key, value)| (Arc::from(key), value))
    .collect();
    Some((Value::object(members), range.is_empty()))
}

#[expect(clippy::cast_precision_loss, reason = "a length")]
fn to_units(text: &str, bytes: usize) -> f64 {
    if text.is_ascii() {
        bytes as f64
    } else {
        text[..bytes].encode_utf16().count() as f64
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position, clamped"
)]
fn to_bytes(text: &str, units: f64) -> usize {
    let units = units.max(0.0) as usize;
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += c.len_utf16();
    }
    text.len()
}

/// Refuses a negative limit.
fn limit(arguments: &[Value], index: usize, code: &'static str) -> Result<Option<f64>, Error> {
    let limit = number(arguments, index);
    if limit.is_some_and(|n| n < 0.0) {
        return Err(Error::new(code)
            .value(argument(arguments, index))
            .field("index", (index + 1).to_string()));
    }
    Ok(limit)
}

pub(super) fn contains(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Value::String(text) = argument(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    match argument(arguments, 1) {
        Value::String(token) => Ok(Value::Bool(text.contains(&**token))),
        matcher => {
            let mut matches = Matches {
                evaluator,
                text,
                next: Some(matcher.clone()),
            };
            matches
                .advance(true)
                .map(|found| Value::Bool(found.is_some()))
        }
    }
}

pub(super) fn match_all(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Value::String(text) = argument(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    let limit = limit(arguments, 2, "D3040")?;
    if limit == Some(0.0) {
        return Ok(Value::sequence(Vec::new()));
    }
    let found = find_all(evaluator, text, argument(arguments, 1), limit)?;
    let shown = |one: Match| {
        let groups = one
            .groups
            .into_iter()
            .map(|g| g.map_or(Value::Undefined, Value::string))
            .collect();
        let index = Value::Number(to_units(text, one.start));
        let members = [
            ("match", Value::string(one.text)),
            ("index", index),
            ("groups", Value::array(groups)),
        ];
        Value::object(
            members
                .into_iter()
                .map(|(key, value)| (Arc::from(key), value))
                .collect(),
        )
    };
    Ok(Value::sequence(found.into_iter().map(shown).collect()))
}

pub(super) fn split(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Value::String(text) = argument(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    let limit = limit(arguments, 2, "D3020")?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count"
    )]
    let most = limit.map_or(usize::MAX, |n| n as usize);
    if limit == Some(0.0) {
        return Ok(Value::array(Vec::new()));
    }
    let parts: Vec<Value> = match argument(arguments, 1) {
        Value::String(separator) if separator.is_empty() => text
            .chars()
            .take(most)
            .map(|c| Value::string(c.to_string()))
            .collect(),
        Value::String(separator) => text
            .split(&**separator)
            .take(most)
            .map(Value::string)
            .collect(),
        matcher => {
            let (mut parts, mut start) = (Vec::new(), 0);
            for one in find_all(evaluator, text, matcher, limit)? {
                parts.push(Value::string(
                    text.get(start..one.start).unwrap_or_default(),
                ));
                start = one.end;
            }
            if parts.len() < most {
                parts.push(Value::string(text.get(start..).unwrap_or_default()));
            }
            parts
        }
    };
    Ok(Value::array(parts))
}

pub(super) fn replace(evaluator: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Value::String(text) = argument(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    let (pattern, replacement) = (argument(arguments, 1), argument(arguments, 2));
    if matches!(pattern, Value::String(p) if p.is_empty()) {
        return Err(Error::new("D3010").value(pattern).field("index", "2"));
    }
    let limit = limit(arguments, 3, "D3011")?;
    if limit == Some(0.0) {
        return Ok(Value::String(Arc::clone(text)));
    }
    if let Value::String(pattern) = pattern {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count"
        )]
        let most = limit.map_or(usize::MAX, |n| n as usize);
        let with = text_of_replacement(replacement)?;
        return Ok(Value::string(text.replacen(&**pattern, &with, most)));
    }
    let (mut out, mut position) = (String::new(), 0);
    for one in find_all(evaluator, text, pattern, limit)? {
        out.push_str(text.get(position..one.start).unwrap_or_default());
        position = one.start + one.text.len();
        match replacement {
            Value::String(template) => substitute(template, &one, &mut out),
            replacer => match evaluator.apply(replacer, vec![one.value], &Value::Undefined)? {
                Value::String(with) => out.push_str(&with),
                other => return Err(Error::new("D3012").value(&other)),
            },
        }
    }
    out.push_str(text.get(position..).unwrap_or_default());
    Ok(Value::string(out))
}

fn text_of_replacement(replacement: &Value) -> Result<Rc<str>, Error> {
    replacement
        .as_str()
        .map(Rc::from)
        .ok_or_else(|| Error::new("D3012").value(replacement))
}

/// Writes a replacement: `$0` is the match, `$1`… its groups, `$$` a dollar.
fn substitute(template: &str, one: &Match, out: &mut String) {
    let most_digits = one.groups.len().max(1).ilog10() as usize + 1;
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('0') {
            out.push_str(&one.text);
            rest = after;
        } else {
            let digits = rest
                .bytes()
                .take(most_digits)
                .take_while(u8::is_ascii_digit)
                .count();
            let mut group = rest[..digits].parse::<usize>().ok();
            if digits > 1 && group.is_some_and(|g| g > one.groups.len()) {
                group = rest[..digits - 1].parse().ok();
            }
            match group {
                Some(group) => {
                    if let Some(Some(text)) = group.checked_sub(1).and_then(|i| one.groups.get(i)) {
                        out.push_str(text);
                    }
                    rest = &rest[group.to_string().len()..];
                }
                None => out.push('$'),
            }
        }
    }
    out.push_str(rest);
}
