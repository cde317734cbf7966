//! Fail: ends the execution, or its branch, with an error.

use std::sync::Arc;

use crate::{
    ScopeId, Value,
    interpreter::{Extras, Run, Trouble},
    model::State,
    query::{Template, template_expression},
    validate::{Fields, Reader},
};

#[derive(Debug)]
pub(crate) struct Fail {
    pub(crate) error: Option<Text>,
    pub(crate) cause: Option<Text>,
}

/// A text with the name of the field it stands in.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) template: Template,
    pub(crate) field: &'static str,
}

impl Fail {
    pub(crate) fn read(reader: &mut Reader, fields: &Fields<'_>) -> Option<Self> {
        Some(Self {
            error: text(reader, fields, "Error", "ErrorPath"),
            cause: text(reader, fields, "Cause", "CausePath"),
        })
    }
}

fn text(
    reader: &mut Reader,
    fields: &Fields<'_>,
    name: &'static str,
    path: &'static str,
) -> Option<Text> {
    reader.one_of(fields, &[name, path]);
    if fields.has(name) {
        let value = reader.string(fields, name)?;
        if fields.is_jsonata() {
            return Some(Text {
                template: reader.template(fields, name)?,
                field: name,
            });
        }
        return Some(Text {
            template: Template::Literal(Value::String(Arc::clone(value))),
            field: name,
        });
    }
    let value = reader.string(fields, path)?;
    match template_expression(value) {
        Some(template) => Some(Text {
            template,
            field: path,
        }),
        None => {
            reader.wrong(
                format!("The value for the field '{path}' must be a valid JSONPath or a valid intrinsic function call"),
                fields.here(),
            );
            None
        }
    }
}

pub(crate) fn enter(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    fail: &Fail,
) -> Result<(), Trouble> {
    let input = run.raw_input(scope);
    let read = |text: &Option<Text>| -> Result<Option<Arc<str>>, Trouble> {
        let Some(text) = text else { return Ok(None) };
        match run.evaluate(
            &text.template,
            scope,
            state,
            &input,
            Extras::default(),
            text.field,
        )? {
            Value::String(text) => Ok(Some(text)),
            other => Err(not_a_string(text, &other)),
        }
    };
    let error = read(&fail.error)?;
    let cause = read(&fail.cause)?;
    Err(Trouble {
        error,
        cause: cause.map(|c| c.to_string()),
        location: None,
        prefixed: false,
        fatal: false,
    })
}

fn not_a_string(text: &Text, value: &Value) -> Trouble {
    if let Template::Jsonata(expression) = &text.template {
        return Trouble::from(expression.wrong_type(text.field, "string", value));
    }
    Trouble::runtime(format!(
        "The {} field refers to a value that is not a string: {value}",
        text.field
    ))
}
