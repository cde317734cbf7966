//! Payload templates: JSON in which some values are expressions.

use std::sync::Arc;

use super::{
    Surroundings,
    intrinsic::{self, Call},
    java, jsonata,
    jsonpath::JsonPath,
};
use crate::{Object, Value};

/// Goes on with a new piece of stack where little is left: templates nest as deep as JSON may.
fn deep<R>(work: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, work)
}

/// A compiled template. What holds no expression is one literal, and evaluating it copies a pointer.
#[derive(Clone, Debug)]
pub(crate) enum Template {
    Literal(Value),
    Path(JsonPath),
    Intrinsic(Box<Call>),
    Jsonata(Box<jsonata::Expression>),
    /// Members as they stand, then those whose names ended in `.$`, in the order AWS gives them.
    Object(Vec<(Arc<str>, Template)>, Vec<(Arc<str>, Template)>),
    Array(Vec<Template>),
}

/// Why a template could not be evaluated.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Misread {
    /// A JSONPath found nothing. `field`: the member's name as the definition has it.
    Path {
        path: Arc<str>,
        field: String,
        input: String,
    },
    Intrinsic {
        call: Arc<str>,
        why: String,
    },
    Jsonata {
        expression: Arc<str>,
        location: String,
        why: jsonata::Failure,
    },
}

impl Misread {
    /// Returns the message without the state's prefix.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Path { path, field, input } => format!(
                "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
            ),
            Self::Intrinsic { call, why } => {
                format!("The function '{call}' had the following error: {why}")
            }
            Self::Jsonata {
                expression,
                location,
                why,
            } => {
                format!(
                    "The JSONata expression '{expression}' specified for the field '{location}' {why}"
                )
            }
        }
    }
}

/// A member that is no expression: its field name and the pointer to the object that holds it.
pub(crate) struct BadField {
    pub(crate) field: String,
    pub(crate) at: String,
}

/// Compiles a template of the JSONPath language. **Errors**: all members `name.$` that are no expressions.
pub(crate) fn compile_jsonpath(value: &Value, at: &str, bad: &mut Vec<BadField>) -> Template {
    deep(|| compile_jsonpath_value(value, at, bad))
}

fn compile_jsonpath_value(value: &Value, at: &str, bad: &mut Vec<BadField>) -> Template {
    match value {
        Value::Object(members) => object(members, at, bad),
        Value::Array(items) => {
            let items: Vec<_> = items
                .iter()
                .enumerate()
                .map(|(i, v)| compile_jsonpath(v, &format!("{at}[{i}]"), bad))
                .collect();
            if items.iter().all(|t| matches!(t, Template::Literal(_))) {
                return Template::Literal(value.clone());
            }
            Template::Array(items)
        }
        other => Template::Literal(other.clone()),
    }
}

fn object(members: &Object, at: &str, bad: &mut Vec<BadField>) -> Template {
    let (mut plain, mut dynamic) = (Vec::new(), Vec::new());
    for (name, value) in members {
        match name.strip_suffix(".$") {
            None => plain.push((
                Arc::clone(name),
                compile_jsonpath(value, &format!("{at}/{name}"), bad),
            )),
            Some(short) => match value.as_str().and_then(expression) {
                Some(template) => dynamic.push((Arc::from(short), template)),
                None => bad.push(BadField {
                    field: name.to_string(),
                    at: at.to_owned(),
                }),
            },
        }
    }
    if dynamic.is_empty() && plain.iter().all(|(_, t)| matches!(t, Template::Literal(_))) {
        return Template::Literal(Value::Object(Arc::new(members.clone())));
    }
    Template::Object(plain, java_order(dynamic))
}

/// Compiles a path or an intrinsic function call.
pub(crate) fn expression(text: &str) -> Option<Template> {
    if text.starts_with('$') {
        return JsonPath::parse(text).ok().map(Template::Path);
    }
    intrinsic::parse(text)
        .ok()
        .map(|call| Template::Intrinsic(Box::new(call)))
}

/// Compiles a template of the JSONata language. **Errors**: location and reason of each expression that does
/// not parse.
pub(crate) fn compile_jsonata(
    value: &Value,
    location: &str,
    bad: &mut Vec<(String, String)>,
) -> Template {
    deep(|| compile_jsonata_value(value, location, bad))
}

fn compile_jsonata_value(
    value: &Value,
    location: &str,
    bad: &mut Vec<(String, String)>,
) -> Template {
    match value {
        Value::String(text) => match jsonata::inside(text) {
            None => Template::Literal(value.clone()),
            Some(code) => match jsonata::Expression::parse(code) {
                Ok(expression) => Template::Jsonata(Box::new(expression)),
                Err(why) => {
                    bad.push((location.to_owned(), why));
                    Template::Literal(value.clone())
                }
            },
        },
        Value::Array(items) => {
            let items: Vec<_> = items
                .iter()
                .enumerate()
                .map(|(i, v)| compile_jsonata(v, &format!("{location}[{i}]"), bad))
                .collect();
            if items.iter().all(|t| matches!(t, Template::Literal(_))) {
                return Template::Literal(value.clone());
            }
            Template::Array(items)
        }
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|(k, v)| {
                    (
                        Arc::clone(k),
                        compile_jsonata(v, &format!("{location}/{k}"), bad),
                    )
                })
                .collect();
            if members
                .iter()
                .all(|(_, t)| matches!(t, Template::Literal(_)))
            {
                return Template::Literal(value.clone());
            }
            Template::Object(members, Vec::new())
        }
        other => Template::Literal(other.clone()),
    }
}

impl Template {
    /// Evaluates the template. `location`: the field it stands in (`Output`), for messages.
    pub(crate) fn evaluate(
        &self,
        around: &Surroundings<'_>,
        location: &str,
    ) -> Result<Value, Misread> {
        match self {
            Self::Array(_) | Self::Object(..) => deep(|| self.nested(around, location)),
            other => other.nested(around, location),
        }
    }

    fn nested(&self, around: &Surroundings<'_>, location: &str) -> Result<Value, Misread> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Path(path) => path
                .read(around)
                .map_err(|_| missing(path, location, around)),
            Self::Intrinsic(call) => call.evaluate(around),
            Self::Jsonata(expression) => expression.value(around, location),
            Self::Array(items) => {
                let items: Result<Vec<_>, _> = items
                    .iter()
                    .enumerate()
                    .map(|(i, t)| t.evaluate(around, &format!("{location}[{i}]")))
                    .collect();
                Ok(Value::Array(Arc::new(items?)))
            }
            Self::Object(plain, dynamic) => {
                let mut members = Object::with_capacity(plain.len() + dynamic.len());
                for (name, template) in plain {
                    let value = match template {
                        Self::Literal(value) => value.clone(),
                        other => other.evaluate(around, &format!("{location}/{name}"))?,
                    };
                    members.insert(Arc::clone(name), value);
                }
                for (name, template) in dynamic {
                    members.insert(
                        Arc::clone(name),
                        template.evaluate(around, &format!("{name}.$"))?,
                    );
                }
                Ok(Value::Object(Arc::new(members)))
            }
        }
    }

    /// Calls `visit` with each path and JSONata expression inside.
    pub(crate) fn visit(&self, visit: &mut impl FnMut(&Template)) {
        visit(self);
        match self {
            Self::Array(items) => items.iter().for_each(|t| t.visit(visit)),
            Self::Object(plain, dynamic) => plain
                .iter()
                .chain(dynamic)
                .for_each(|(_, t)| t.visit(visit)),
            _ => {}
        }
    }
}

pub(crate) fn missing(path: &JsonPath, field: &str, around: &Surroundings<'_>) -> Misread {
    let input = match path.root {
        super::jsonpath::Root::Context => around.context().to_text(),
        _ => around.input.to_text(),
    };
    Misread::Path {
        path: Arc::clone(&path.text),
        field: field.to_owned(),
        input,
    }
}

/// Orders members as a Java `HashMap` of their names iterates: AWS resolves `name.$` members through one.
fn java_order<T>(members: Vec<(Arc<str>, T)>) -> Vec<(Arc<str>, T)> {
    let mut members = members;
    let capacity = java::capacity(members.len());
    members.sort_by_key(|(name, _)| java::bucket(name, capacity));
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dynamic_members_come_last_in_the_order_of_a_java_map() {
        let template = Value::parse(
            r#"{"simpleArray.$":"$","partitionedArray.$":"$","containsElement.$":"$","z":1,"numberRange.$":"$","thirdElement.$":"$"}"#,
        )
        .unwrap();
        let Template::Object(plain, dynamic) = compile_jsonpath(&template, "", &mut vec![]) else {
            panic!()
        };
        assert_eq!(plain.len(), 1);
        let names: Vec<_> = dynamic.iter().map(|(n, _)| &**n).collect();
        assert_eq!(
            names[names.len() - 3..],
            ["partitionedArray", "containsElement", "numberRange"]
        );
    }

    #[test]
    fn a_template_without_expressions_is_one_literal() {
        let value = Value::parse(r#"{"a":[1,{"b":"$.c"}]}"#).unwrap();
        assert!(matches!(
            compile_jsonpath(&value, "", &mut vec![]),
            Template::Literal(_)
        ));
    }
}
