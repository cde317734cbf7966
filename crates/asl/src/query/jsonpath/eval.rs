//! Reading a path.

use std::sync::Arc;

use super::{Argument, Function, JsonPath, Miss, Token, definite};
use crate::{Number, Value};

pub(super) fn read(path: &JsonPath, root: &Value) -> Result<Value, Miss> {
    let mut walk = Walk {
        root,
        found: Vec::new(),
        here: String::new(),
    };
    let definite = path.is_definite();
    if path.tokens.is_empty() {
        return Ok(root.clone());
    }
    if let Some((Token::Function(function, arguments), before)) = path.tokens.split_last() {
        return called(*function, arguments, before, root);
    }
    if let Some(value) = straight(&path.tokens, root) {
        return Ok(value.clone());
    }
    walk.tokens(&path.tokens, root, true)?;
    if !definite {
        return Ok(Value::Array(Arc::new(walk.found)));
    }
    walk.found
        .pop()
        .ok_or_else(|| Miss::NotFound(format!("No results for path: {}", path.canonical())))
}

/// Follows names and indices alone, which most paths are made of.
fn straight<'a>(tokens: &[Token], root: &'a Value) -> Option<&'a Value> {
    let mut at = root;
    for token in tokens {
        at = match token {
            Token::Property(name) => at.get(name)?,
            Token::Index(i) => item(at.as_array()?, *i)?,
            _ => return None,
        };
    }
    Some(at)
}

fn item(items: &[Value], index: i64) -> Option<&Value> {
    let index = if index < 0 {
        index + items.len() as i64
    } else {
        index
    };
    usize::try_from(index).ok().and_then(|i| items.get(i))
}

struct Walk<'a> {
    root: &'a Value,
    found: Vec<Value>,
    here: String,
}

impl Walk<'_> {
    /// `sure`: all tokens so far were definite, so that a miss is an error.
    fn tokens(&mut self, tokens: &[Token], at: &Value, sure: bool) -> Result<(), Miss> {
        let Some((token, rest)) = tokens.split_first() else {
            self.found.push(at.clone());
            return Ok(());
        };
        match token {
            Token::Property(name) => self.property(name, rest, at, sure),
            Token::Properties(names) => self.properties(names, rest, at, sure),
            Token::Index(i) => match self.array(token, at, sure)? {
                Some(items) => item(items, *i).map_or(Ok(()), |v| self.step(token, rest, v, sure)),
                None => Ok(()),
            },
            Token::Indices(all) => {
                let Some(items) = self.array(token, at, sure)? else {
                    return Ok(());
                };
                all.iter()
                    .filter_map(|i| item(items, *i))
                    .try_for_each(|v| self.step(token, rest, v, false))
            }
            Token::Slice(from, to) => {
                let Some(items) = self.array(token, at, sure)? else {
                    return Ok(());
                };
                slice(items, *from, *to)
                    .iter()
                    .try_for_each(|v| self.step(token, rest, v, false))
            }
            Token::Wildcard => children(at).try_for_each(|v| self.step(token, rest, v, false)),
            Token::Scan => self.scan(rest, at),
            Token::Filter(filter) => self.filtered(filter, token, rest, at, sure),
            Token::Function(function, arguments) => {
                let value = apply(*function, arguments, at, self.root)?;
                self.step(token, rest, &value, sure)
            }
        }
    }

    fn step(&mut self, token: &Token, rest: &[Token], at: &Value, sure: bool) -> Result<(), Miss> {
        let length = self.here.len();
        if sure {
            self.here.push_str(&token.to_string());
        }
        self.tokens(rest, at, sure)?;
        self.here.truncate(length);
        Ok(())
    }

    fn property(&mut self, name: &str, rest: &[Token], at: &Value, sure: bool) -> Result<(), Miss> {
        let Value::Object(members) = at else {
            return if sure {
                Err(not_an_object(name, &self.here, at))
            } else {
                Ok(())
            };
        };
        let token = Token::Property(name.into());
        match members.get(name) {
            Some(value) => self.step(&token, rest, value, sure),
            None if rest.is_empty() || !sure => Ok(()),
            None => Err(Miss::NotFound(format!(
                "Missing property in path ${}{token}",
                self.here
            ))),
        }
    }

    fn properties(
        &mut self,
        names: &[Arc<str>],
        rest: &[Token],
        at: &Value,
        sure: bool,
    ) -> Result<(), Miss> {
        let Value::Object(members) = at else {
            return if sure {
                Err(not_an_object(&names.join("','"), &self.here, at))
            } else {
                Ok(())
            };
        };
        if rest.is_empty() {
            let picked = names
                .iter()
                .filter_map(|n| Some((Arc::clone(n), members.get(n)?.clone())));
            self.found.push(Value::object(picked));
            return Ok(());
        }
        names
            .iter()
            .filter_map(|n| members.get(n))
            .try_for_each(|v| self.tokens(rest, v, false))
    }

    fn array<'v>(
        &self,
        token: &Token,
        at: &'v Value,
        sure: bool,
    ) -> Result<Option<&'v [Value]>, Miss> {
        match at {
            Value::Array(items) => Ok(Some(items)),
            _ if !sure => Ok(None),
            Value::Null => Err(Miss::NotFound(format!("The path ${} is null", self.here))),
            _ => Err(Miss::NotFound(format!(
                "Filter: {token} can only be applied to arrays. Current context is: {at}"
            ))),
        }
    }

    fn scan(&mut self, rest: &[Token], at: &Value) -> Result<(), Miss> {
        let fits = match rest.first() {
            Some(Token::Property(name)) => at.get(name).is_some(),
            Some(Token::Index(_) | Token::Indices(_) | Token::Slice(..) | Token::Filter(_)) => {
                at.as_array().is_some()
            }
            _ => true,
        };
        if fits {
            self.tokens(rest, at, false)?;
        }
        children(at).try_for_each(|child| self.scan(rest, child))
    }

    fn filtered(
        &mut self,
        filter: &super::Filter,
        token: &Token,
        rest: &[Token],
        at: &Value,
        sure: bool,
    ) -> Result<(), Miss> {
        match at {
            Value::Array(items) => {
                for item in items.iter().filter(|v| filter.accepts(v, self.root)) {
                    self.step(token, rest, item, false)?;
                }
                Ok(())
            }
            Value::Object(_) if filter.accepts(at, self.root) => self.step(token, rest, at, false),
            Value::Object(_) => Ok(()),
            _ if sure => Err(Miss::NotFound(format!(
                "Filter: {token} can not be applied to primitives. Current context is: {at}"
            ))),
            _ => Ok(()),
        }
    }
}

fn not_an_object(name: &str, here: &str, at: &Value) -> Miss {
    let class = match at {
        Value::Null => "null",
        Value::Bool(_) => "java.lang.Boolean",
        Value::Number(n) if n.as_i64().is_some_and(|i| i32::try_from(i).is_ok()) => {
            "java.lang.Integer"
        }
        Value::Number(n) if n.as_i64().is_some() => "java.lang.Long",
        Value::Number(_) => "java.lang.Double",
        Value::String(_) => "java.lang.String",
        Value::Array(_) => "net.minidev.json.JSONArray",
        Value::Object(_) => "java.util.LinkedHashMap",
    };
    Miss::NotFound(format!(
        "Expected to find an object with property ['{name}'] in path ${here} but found '{class}'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JsonSmartJsonProvider'."
    ))
}

fn children(at: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match at {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

fn slice(items: &[Value], from: Option<i64>, to: Option<i64>) -> &[Value] {
    let length = items.len() as i64;
    let bound = |n: i64| {
        if n < 0 {
            (n + length).max(0)
        } else {
            n.min(length)
        }
    };
    let (from, to) = (bound(from.unwrap_or(0)), bound(to.unwrap_or(length)));
    if from >= to {
        &[]
    } else {
        &items[from as usize..to as usize]
    }
}

/// A function at the end of a path works on all that the path before it finds.
fn called(
    function: Function,
    arguments: &[Argument],
    before: &[Token],
    root: &Value,
) -> Result<Value, Miss> {
    let mut walk = Walk {
        root,
        found: Vec::new(),
        here: String::new(),
    };
    walk.tokens(before, root, true)?;
    let subject = if definite(before) {
        walk.found.pop().ok_or_else(|| {
            let path: String = before.iter().map(ToString::to_string).collect();
            Miss::NotFound(format!("No results for path: ${path}"))
        })?
    } else {
        Value::Array(Arc::new(walk.found))
    };
    apply(function, arguments, &subject, root)
}

fn apply(
    function: Function,
    arguments: &[Argument],
    subject: &Value,
    root: &Value,
) -> Result<Value, Miss> {
    let mut given = Vec::new();
    for argument in arguments {
        match argument {
            Argument::Literal(value) => given.push(value.clone()),
            Argument::Path(path) => match read(path, root)? {
                Value::Array(items) => given.extend(items.iter().cloned()),
                other => given.push(other),
            },
        }
    }
    let items = subject.as_array().unwrap_or_default();
    match function {
        Function::Length => Ok(match subject {
            Value::Array(a) => Value::from(a.len() as i64),
            Value::Object(o) => Value::from(o.len() as i64),
            _ => Value::Null,
        }),
        Function::Keys => Ok(match subject {
            Value::Object(o) => Value::array(o.keys().map(|k| Value::String(Arc::clone(k)))),
            _ => Value::Null,
        }),
        Function::Concat => {
            let texts = items.iter().chain(&given).filter_map(Value::as_str);
            Ok(Value::from(texts.collect::<String>()))
        }
        Function::First => Ok(items.first().cloned().unwrap_or_default()),
        Function::Last => Ok(items.last().cloned().unwrap_or_default()),
        Function::Index => Ok(given
            .first()
            .and_then(Value::as_i64)
            .and_then(|i| item(items, i))
            .cloned()
            .unwrap_or_default()),
        _ => aggregate(
            function,
            items
                .iter()
                .chain(&given)
                .filter_map(Value::as_f64)
                .collect(),
        ),
    }
}

fn aggregate(function: Function, numbers: Vec<f64>) -> Result<Value, Miss> {
    if numbers.is_empty() {
        return Err(Miss::NotFound(
            "Aggregation function attempted to calculate value using empty array".to_owned(),
        ));
    }
    let count = numbers.len() as f64;
    let sum: f64 = numbers.iter().sum();
    let result = match function {
        Function::Min => numbers.iter().copied().fold(f64::MAX, f64::min),
        Function::Max => numbers.iter().copied().fold(f64::MIN, f64::max),
        Function::Avg => sum / count,
        Function::Stddev => {
            let squares: f64 = numbers.iter().map(|n| n * n).sum();
            (squares / count - sum * sum / count / count).sqrt()
        }
        _ => sum,
    };
    Ok(Value::Number(Number::from_f64(result)))
}
