//! The conditions of a choice rule.

use super::compare::{Operand, Operator, satisfied};
use crate::{
    ScopeId, Value,
    interpreter::{Extras, Run, Trouble},
    model::State,
    query::{Template, jsonpath::JsonPath},
    validate::{Fields, Reader},
};

#[derive(Debug)]
pub(crate) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Test {
        variable: JsonPath,
        operator: Operator,
        operand: Operand,
    },
    /// `Condition` of JSONata: a boolean or an expression.
    Expression(Template),
}

/// Members of a rule that are no condition.
const BESIDES: [&str; 5] = ["Next", "Assign", "Output", "Comment", "Variable"];
const MAX_DEPTH: usize = 50;

impl Condition {
    /// Reads a whole rule's condition.
    pub(crate) fn read_rule(reader: &mut Reader, fields: &Fields<'_>) -> Option<Self> {
        if !fields.is_jsonata() {
            if fields.has("Condition") {
                reader.only_for(fields, &[], &["Condition"]);
                return None;
            }
            reader.only_for(fields, &[], &["Output"]);
            return Self::read(reader, fields, 0);
        }
        reader.known(
            fields,
            &["Condition", "Next", "Assign", "Output", "Comment"],
        );
        if !reader.required(fields, &["Condition"]) {
            return None;
        }
        match fields.get("Condition")? {
            Value::Bool(_) => {}
            Value::String(text) if crate::query::jsonata::inside(text).is_some() => {}
            _ => {
                reader.wrong(
                    "Expected value of type Boolean or JSONata expression",
                    fields.place("Condition"),
                );
                return None;
            }
        }
        reader.template(fields, "Condition").map(Self::Expression)
    }

    fn read(reader: &mut Reader, fields: &Fields<'_>, depth: usize) -> Option<Self> {
        if depth > MAX_DEPTH {
            reader.wrong("Conditions are nested too deeply", fields.here());
            return None;
        }
        let known = |n: &str| {
            BESIDES.contains(&n) || matches!(n, "And" | "Or" | "Not") || Operator::of(n).is_some()
        };
        for name in fields.object.keys().filter(|n| !known(n)) {
            reader.wrong(format!("Field '{name}' is not supported"), fields.here());
        }
        if fields.has("And") {
            return Self::all(reader, fields, "And", depth).map(Self::And);
        }
        if fields.has("Or") {
            return Self::all(reader, fields, "Or", depth).map(Self::Or);
        }
        if fields.has("Not") {
            let object = reader.object(fields, "Not")?;
            let inner = Fields::new(object, fields.place("Not"), fields.language);
            return Self::read(reader, &inner, depth + 1).map(|c| Self::Not(Box::new(c)));
        }
        Self::test(reader, fields)
    }

    fn all(
        reader: &mut Reader,
        fields: &Fields<'_>,
        name: &str,
        depth: usize,
    ) -> Option<Vec<Self>> {
        let items = reader.array(fields, name)?;
        if items.is_empty() {
            reader.wrong("Value cannot be empty", fields.place(name));
        }
        let mut all = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let at = format!("{}[{i}]", fields.place(name));
            match item.as_object() {
                Some(object) => {
                    all.push(Self::read(
                        reader,
                        &Fields::new(object, at, fields.language),
                        depth + 1,
                    )?);
                }
                None => reader.wrong("Expected value of type Object", at),
            }
        }
        Some(all)
    }

    fn test(reader: &mut Reader, fields: &Fields<'_>) -> Option<Self> {
        if !reader.required(fields, &["Variable"]) {
            return None;
        }
        let variable = reader.path(fields, "Variable")?;
        let found = fields
            .object
            .keys()
            .find_map(|name| Some((name, Operator::of(name)?)));
        let Some((name, (operator, by_path))) = found else {
            reader.wrong("A comparison operator is required", fields.here());
            return None;
        };
        let operand = if by_path {
            Operand::Path(reader.path(fields, name)?)
        } else {
            let value = fields.get(name)?;
            if let Some(expected) = operator.misfit(value) {
                reader.wrong(expected, fields.place(name));
                return None;
            }
            Operand::Literal(value.clone())
        };
        Some(Self::Test {
            variable,
            operator,
            operand,
        })
    }

    /// Tells whether the condition holds. `rule`: the rule's index, for messages.
    pub(crate) fn holds(
        &self,
        run: &Run<'_>,
        scope: ScopeId,
        state: &State,
        input: &Value,
        rule: usize,
    ) -> Result<bool, Trouble> {
        match self {
            Self::And(all) => {
                for condition in all {
                    if !condition.holds(run, scope, state, input, rule)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(any) => {
                for condition in any {
                    if condition.holds(run, scope, state, input, rule)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(inner) => Ok(!inner.holds(run, scope, state, input, rule)?),
            Self::Expression(template) => {
                let field = format!("Choices[{rule}]/Condition");
                match (
                    run.evaluate(template, scope, state, input, Extras::default(), &field)?,
                    template,
                ) {
                    (Value::Bool(holds), _) => Ok(holds),
                    (other, Template::Jsonata(expression)) => Err(Trouble::from(
                        expression.wrong_type(&field, "boolean", &other),
                    )),
                    _ => Ok(false),
                }
            }
            Self::Test {
                variable,
                operator,
                operand,
            } => tested(run, scope, state, input, variable, *operator, operand),
        }
    }
}

fn tested(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    input: &Value,
    variable: &JsonPath,
    operator: Operator,
    operand: &Operand,
) -> Result<bool, Trouble> {
    let read = |path: &JsonPath| {
        run.within(scope, state, input, Extras::default(), |around| {
            path.read(around)
        })
        .map_err(|_| {
            Trouble::runtime(format!(
                "Invalid path '{}': The choice state's condition path references an invalid value.",
                path.text
            ))
        })
    };
    if operator == Operator::IsPresent {
        let wanted = matches!(operand, Operand::Literal(Value::Bool(true)));
        let present =
            read(variable).is_ok_and(|v| variable.is_definite() || v.as_array() != Some(&[]));
        return Ok(present == wanted);
    }
    let value = read(variable)?;
    match operand {
        Operand::Literal(literal) => Ok(satisfied(operator, &value, literal)),
        Operand::Path(path) => Ok(satisfied(operator, &value, &read(path)?)),
    }
}
