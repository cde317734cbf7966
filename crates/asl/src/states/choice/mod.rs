//! Choice: the first rule that holds leads on.

mod compare;
mod condition;

pub(crate) use compare::Operand;
pub(crate) use condition::Condition;

use std::sync::Arc;

use crate::{
    ScopeId, StateId, Value,
    interpreter::{Extras, Run, Trouble},
    model::{PathField, QueryLanguage, State},
    query::Template,
    validate::{Fields, Reader, Targets},
};

#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) rules: Vec<Rule>,
    pub(crate) default: Option<StateId>,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) condition: Condition,
    pub(crate) next: StateId,
    pub(crate) assign: Option<Template>,
    pub(crate) output: Option<Template>,
}

impl Choice {
    pub(crate) fn read(
        reader: &mut Reader,
        fields: &Fields<'_>,
        targets: &Targets,
    ) -> Option<Self> {
        if !reader.required(fields, &["Choices"]) {
            return None;
        }
        let choices = reader.array(fields, "Choices")?;
        if choices.is_empty() {
            reader.wrong("Value cannot be empty", fields.place("Choices"));
        }
        let mut rules = Vec::new();
        for (i, rule) in choices.iter().enumerate() {
            let at = format!("{}[{i}]", fields.place("Choices"));
            match rule.as_object() {
                Some(object) => rules.extend(Rule::read(
                    reader,
                    &Fields::new(object, at, fields.language),
                    targets,
                )),
                None => reader.wrong("Expected value of type Object", at),
            }
        }
        let default = if fields.has("Default") {
            reader.target(fields, "Default", targets)
        } else {
            None
        };
        Some(Self { rules, default })
    }
}

impl Rule {
    fn read(reader: &mut Reader, fields: &Fields<'_>, targets: &Targets) -> Option<Self> {
        let complete = reader.required(fields, &["Next"]);
        let condition = Condition::read_rule(reader, fields);
        let assign = reader.assign(fields);
        let output = if fields.is_jsonata() {
            reader.template(fields, "Output")
        } else {
            None
        };
        let next = if complete {
            reader.target(fields, "Next", targets)
        } else {
            None
        };
        Some(Self {
            condition: condition?,
            next: next?,
            assign,
            output,
        })
    }
}

pub(crate) fn enter(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    choice: &Choice,
) -> Result<(), Trouble> {
    let input = run.filtered_input(scope, state)?;
    for (i, rule) in choice.rules.iter().enumerate() {
        if rule.condition.holds(run, scope, state, &input, i)? {
            let prefix = format!("Choices[{i}]/");
            let exit = Exit {
                prefix,
                assign: rule.assign.as_ref(),
                output: rule.output.as_ref(),
                next: rule.next,
            };
            return leave(run, scope, state, &input, &exit);
        }
    }
    let Some(next) = choice.default else {
        return Err(Trouble::named(
            "States.NoChoiceMatched",
            "Failed to transition out of the state. The state does not point to a next state.",
        ));
    };
    let exit = Exit {
        prefix: String::new(),
        assign: state.assign.as_ref(),
        output: state.output.as_ref(),
        next,
    };
    leave(run, scope, state, &input, &exit)
}

struct Exit<'a> {
    /// Goes before the field's name in locations.
    prefix: String,
    assign: Option<&'a Template>,
    output: Option<&'a Template>,
    next: StateId,
}

fn leave(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    input: &Value,
    exit: &Exit<'_>,
) -> Result<(), Trouble> {
    let raw = run.raw_input(scope);
    let extras = Extras::default();
    let field = |name: &str| format!("{}{name}", exit.prefix);
    let assigned: Vec<(Arc<str>, Value)> =
        run.assignments(exit.assign, scope, state, input, extras, &field("Assign"))?;
    let output = match (state.language, exit.output, &state.io.output_path) {
        (QueryLanguage::Jsonata, Some(template), _) => {
            run.evaluate(template, scope, state, input, extras, &field("Output"))?
        }
        (QueryLanguage::Jsonata, None, _) | (_, _, PathField::Whole) => input.clone(),
        (_, _, PathField::Nothing) => Value::empty_object(),
        (_, _, PathField::Path(path)) => run
            .within(scope, state, input, extras, |around| path.read(around))
            .map_err(|miss| Trouble::runtime(format!("Invalid path '{}' : {miss}", path.text)))?,
    };
    run.exit(scope, state, &raw, output, assigned, Some(exit.next))
}
