//! Wait: for some seconds, or until a time.

use crate::{
    JournalEvent, ScopeId, Value,
    interpreter::{Extras, Run, Trouble},
    model::{QueryLanguage, State},
    query::{Template, jsonpath::JsonPath},
    time,
    validate::{Fields, Reader},
};

/// The longest wait.
const MAX_SECONDS: i64 = 99_999_999;

#[derive(Debug)]
pub(crate) enum Wait {
    Seconds(i64),
    SecondsPath(JsonPath),
    SecondsExpression(Template),
    /// Epoch milliseconds.
    Until(i64),
    TimestampPath(JsonPath),
    TimestampExpression(Template),
}

impl Wait {
    pub(crate) fn read(reader: &mut Reader, fields: &Fields<'_>) -> Option<Self> {
        const FORMS: [&str; 4] = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
        reader.one_of(fields, &FORMS);
        let Some(form) = FORMS.into_iter().find(|f| fields.has(f)) else {
            reader.wrong(
                format!(
                    "There should be one of the following fields: [{}]",
                    FORMS.join(", ")
                ),
                fields.here(),
            );
            return None;
        };
        match form {
            "Seconds" => seconds(reader, fields),
            "SecondsPath" => reader.path(fields, form).map(Self::SecondsPath),
            "TimestampPath" => reader.path(fields, form).map(Self::TimestampPath),
            _ => timestamp(reader, fields),
        }
    }
}

fn seconds(reader: &mut Reader, fields: &Fields<'_>) -> Option<Wait> {
    if fields.is_jsonata() && fields.get("Seconds").is_some_and(|v| v.as_str().is_some()) {
        return reader
            .template(fields, "Seconds")
            .map(Wait::SecondsExpression);
    }
    let seconds = reader.integer(fields, "Seconds", 0)?;
    if seconds > MAX_SECONDS {
        reader.wrong(
            format!("Maximum value is {MAX_SECONDS}"),
            fields.place("Seconds"),
        );
    }
    Some(Wait::Seconds(seconds))
}

fn timestamp(reader: &mut Reader, fields: &Fields<'_>) -> Option<Wait> {
    let text = reader.string(fields, "Timestamp")?;
    if fields.is_jsonata() && crate::query::jsonata::inside(text).is_some() {
        return reader
            .template(fields, "Timestamp")
            .map(Wait::TimestampExpression);
    }
    match time::parse(text) {
        Some(at) => Some(Wait::Until(at)),
        None => {
            reader.wrong(
                "String does not match RFC3339 timestamp",
                fields.place("Timestamp"),
            );
            None
        }
    }
}

pub(crate) fn enter(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    wait: &Wait,
) -> Result<(), Trouble> {
    let due_ms = due(run, scope, state, wait)?;
    if due_ms <= run.env.now_ms || run.bench.is_some() {
        return over(run, scope);
    }
    let timer = run.timer_at(due_ms);
    run.emit(JournalEvent::WaitStarted { scope, timer });
    run.set_timer(timer);
    Ok(())
}

fn due(run: &Run<'_>, scope: ScopeId, state: &State, wait: &Wait) -> Result<i64, Trouble> {
    let after = |seconds: i64| run.env.now_ms.saturating_add(seconds.saturating_mul(1000));
    let input = run.filtered_input(scope, state)?;
    let extras = Extras::default();
    match wait {
        Wait::Seconds(seconds) => Ok(after(*seconds)),
        Wait::Until(at) => Ok(*at),
        Wait::SecondsPath(path) => {
            let value = referenced(run, scope, state, &input, path, "SecondsPath")?;
            seconds_of(&value, path).map(after)
        }
        Wait::TimestampPath(path) => {
            let value = referenced(run, scope, state, &input, path, "TimestampPath")?;
            value.as_str().and_then(time::parse).ok_or_else(|| {
                Trouble::runtime(format!(
                    "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {} == {}",
                    path.text,
                    shown(&value)
                ))
            })
        }
        Wait::SecondsExpression(template) => {
            let value = run.evaluate(template, scope, state, &input, extras, "Seconds")?;
            let seconds = value.as_i64().or_else(|| {
                value
                    .as_f64()
                    .filter(|f| f.fract() == 0.0)
                    .map(|f| f as i64)
            });
            match seconds {
                Some(seconds) if (0..=MAX_SECONDS).contains(&seconds) => Ok(after(seconds)),
                Some(_) => Err(out_of_range(template, &value)),
                None => Err(wrong_type(template, "Seconds", "integer", &value)),
            }
        }
        Wait::TimestampExpression(template) => {
            let value = run.evaluate(template, scope, state, &input, extras, "Timestamp")?;
            let text = value
                .as_str()
                .ok_or_else(|| wrong_type(template, "Timestamp", "string", &value))?;
            time::parse(text).ok_or_else(|| match template {
                Template::Jsonata(expression) => Trouble::from(expression.thrown(
                    "Timestamp",
                    &format!("The value '{text}' does not match RFC3339 timestamp"),
                )),
                _ => Trouble::runtime(format!(
                    "The value '{text}' does not match RFC3339 timestamp"
                )),
            })
        }
    }
}

fn referenced(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    input: &Value,
    path: &JsonPath,
    field: &str,
) -> Result<Value, Trouble> {
    run.within(scope, state, input, Extras::default(), |around| {
        path.read(around)
    })
    .map_err(|_| {
        Trouble::runtime(format!(
            "The {field} parameter does not reference an input value: {}",
            path.text
        ))
    })
}

fn seconds_of(value: &Value, path: &JsonPath) -> Result<i64, Trouble> {
    let about = |what: &str| {
        Trouble::runtime(format!(
            "The SecondsPath parameter {what}: {} == {}",
            path.text,
            shown(value)
        ))
    };
    match value.as_i64() {
        None => Err(about("cannot be parsed as a long value")),
        Some(seconds) if seconds < 0 => Err(about("references a negative value")),
        Some(seconds) => Ok(seconds.min(MAX_SECONDS)),
    }
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_text(), str::to_owned)
}

fn wrong_type(
    template: &Template,
    field: &'static str,
    expected: &'static str,
    value: &Value,
) -> Trouble {
    match template {
        Template::Jsonata(expression) => {
            Trouble::from(expression.wrong_type(field, expected, value))
        }
        _ => Trouble::runtime(format!(
            "The field {field} expects '{expected}', but was: {value}"
        )),
    }
}

fn out_of_range(template: &Template, value: &Value) -> Trouble {
    match template {
        Template::Jsonata(expression) => Trouble::from(expression.out_of_range("Seconds", value)),
        _ => Trouble::runtime(format!("The field Seconds is out of range: {value}")),
    }
}

/// The wait is over.
pub(crate) fn over(run: &mut Run<'_>, scope: ScopeId) -> Result<(), Trouble> {
    let Some((definition, id)) = run.state_of(scope) else {
        return Ok(());
    };
    let Some(state) = definition.machine.state(id) else {
        return Ok(());
    };
    if state.language == QueryLanguage::Jsonata {
        let raw = run.raw_input(scope);
        return run.leave_jsonata(scope, state, None, raw);
    }
    let input = run.filtered_input(scope, state)?;
    run.leave_jsonpath(scope, state, &input)
}
