//! A state's data on its way in and out.

use std::{collections::BTreeMap, sync::Arc};

use super::{Run, Trouble, context};
use crate::{
    Execution, MapItem, ScopeId, Value,
    model::{PathField, QueryLanguage, ResultPath, Setting, State, StateKind},
    query::{Surroundings, Template, Variables, jsonpath::JsonPath, jsonpath::Miss},
};

/// The most bytes of UTF-8 that a state's data may have.
pub(crate) const DATA_LIMIT: usize = 262_144;

/// What the context object holds besides the usual.
#[derive(Clone, Copy, Default)]
pub(crate) struct Extras<'a> {
    pub(crate) token: Option<&'a str>,
    pub(crate) item: Option<&'a MapItem>,
    pub(crate) result: Option<&'a Value>,
    pub(crate) error_output: Option<&'a Value>,
}

/// The variables that a scope sees: its own before those around it.
pub(crate) struct InScope<'a> {
    pub(crate) execution: &'a Execution,
    pub(crate) scope: ScopeId,
}

impl Variables for InScope<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        let mut at = Some(self.scope);
        while let Some(scope) = at.and_then(|id| self.execution.scopes.get(&id)) {
            if let Some(value) = scope.variables.get(name) {
                return Some(value.clone());
            }
            at = scope.parent;
        }
        None
    }

    fn all(&self) -> Vec<(Arc<str>, Value)> {
        let mut found: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        let mut at = Some(self.scope);
        while let Some(scope) = at.and_then(|id| self.execution.scopes.get(&id)) {
            for (name, value) in &*scope.variables {
                found
                    .entry(Arc::clone(name))
                    .or_insert_with(|| value.clone());
            }
            at = scope.parent;
        }
        found.into_iter().collect()
    }
}

impl Run<'_> {
    /// Returns the variables that a scope sees.
    pub(crate) fn visible_variables(&self, scope: ScopeId) -> Vec<(Arc<str>, Value)> {
        InScope {
            execution: self.state,
            scope,
        }
        .all()
    }

    /// Calls `work` with what expressions of the scope's state are evaluated in.
    pub(crate) fn within<R>(
        &self,
        scope: ScopeId,
        state: &State,
        input: &Value,
        extras: Extras<'_>,
        work: impl FnOnce(&Surroundings<'_>) -> R,
    ) -> R {
        let variables = InScope {
            execution: self.state,
            scope,
        };
        let make_context = || match &self.bench {
            Some(bench) => bench.context_with(&extras),
            None => context::object(self.state, scope, state, &extras),
        };
        let mut around = Surroundings::new(
            input,
            &make_context,
            &variables,
            &self.random,
            self.env.now_ms,
        );
        around.result = extras.result;
        around.error_output = extras.error_output;
        work(&around)
    }

    /// Returns the input after InputPath.
    pub(crate) fn filtered_input(&self, scope: ScopeId, state: &State) -> Result<Value, Trouble> {
        let raw = self.raw_input(scope);
        let input = self.follow(&state.io.input_path, scope, state, &raw)?;
        if state.language == QueryLanguage::JsonPath
            && matches!(state.kind, StateKind::Task(_) | StateKind::Pass(_))
        {
            self.note("afterInputPath", &input);
        }
        Ok(input)
    }

    fn follow(
        &self,
        path: &PathField,
        scope: ScopeId,
        state: &State,
        root: &Value,
    ) -> Result<Value, Trouble> {
        match path {
            PathField::Whole => Ok(root.clone()),
            PathField::Nothing => Ok(Value::empty_object()),
            PathField::Path(path) => self
                .within(scope, state, root, Extras::default(), |around| {
                    path.read(around)
                })
                .map_err(|miss| invalid_path(path, &miss)),
        }
    }

    /// Returns the effective input: InputPath, then Parameters or Arguments.
    pub(crate) fn effective_input(
        &self,
        scope: ScopeId,
        state: &State,
        extras: Extras<'_>,
    ) -> Result<Value, Trouble> {
        let input = self.filtered_input(scope, state)?;
        let is_jsonata = state.language == QueryLanguage::Jsonata;
        let effective = match &state.io.parameters {
            None => input,
            Some(template) => {
                let field = if is_jsonata {
                    "Arguments"
                } else {
                    "Parameters"
                };
                self.evaluate(template, scope, state, &input, extras, field)?
            }
        };
        if matches!(state.kind, StateKind::Task(_) | StateKind::Pass(_)) {
            self.note(
                if is_jsonata {
                    "afterArguments"
                } else {
                    "afterParameters"
                },
                &effective,
            );
        }
        Ok(effective)
    }

    pub(crate) fn evaluate(
        &self,
        template: &Template,
        scope: ScopeId,
        state: &State,
        input: &Value,
        extras: Extras<'_>,
        field: &str,
    ) -> Result<Value, Trouble> {
        if let Template::Literal(value) = template {
            return Ok(value.clone());
        }
        Ok(self.within(scope, state, input, extras, |around| {
            template.evaluate(around, field)
        })?)
    }

    /// Shapes a Task's, Parallel's, Map's or Pass's result and leaves the state.
    pub(crate) fn complete(&mut self, scope: ScopeId, result: Value) -> Result<(), Trouble> {
        let definition = self.definition;
        let Some(state) = self
            .position(scope)
            .and_then(|p| definition.machine.state(p.state))
        else {
            return Ok(());
        };
        if state.language == QueryLanguage::Jsonata {
            return self.leave_jsonata(scope, state, Some(&result), result.clone());
        }
        if matches!(state.kind, StateKind::Task(_)) {
            self.note("result", &result);
        }
        let selected = match &state.io.result_selector {
            None => result,
            Some(template) => self.evaluate(
                template,
                scope,
                state,
                &result,
                Extras::default(),
                "ResultSelector",
            )?,
        };
        self.note("afterResultSelector", &selected);
        self.leave_jsonpath(scope, state, &selected)
    }

    /// ResultPath, OutputPath and Assign of the JSONPath language.
    pub(crate) fn leave_jsonpath(
        &mut self,
        scope: ScopeId,
        state: &State,
        result: &Value,
    ) -> Result<(), Trouble> {
        let raw = self.raw_input(scope);
        let combined = combine(&state.io.result_path, &raw, result)?;
        if !matches!(state.kind, StateKind::Wait(_) | StateKind::Succeed) {
            self.note("afterResultPath", &combined);
        }
        let output = self.follow(&state.io.output_path, scope, state, &combined)?;
        let assigned = self.assignments(
            state.assign.as_ref(),
            scope,
            state,
            result,
            Extras::default(),
            "Assign",
        )?;
        self.exit(scope, state, &raw, output, assigned, state.next)
    }

    /// Output and Assign of the JSONata language. `otherwise`: the output where there is no Output.
    pub(crate) fn leave_jsonata(
        &mut self,
        scope: ScopeId,
        state: &State,
        result: Option<&Value>,
        otherwise: Value,
    ) -> Result<(), Trouble> {
        let raw = self.raw_input(scope);
        let extras = Extras {
            result,
            ..Extras::default()
        };
        let assigned =
            self.assignments(state.assign.as_ref(), scope, state, &raw, extras, "Assign")?;
        let output = match &state.output {
            None => otherwise,
            Some(template) => self.evaluate(template, scope, state, &raw, extras, "Output")?,
        };
        self.exit(scope, state, &raw, output, assigned, state.next)
    }

    /// Evaluates `Assign`: names with their values, in the order of the names.
    pub(crate) fn assignments(
        &self,
        template: Option<&Template>,
        scope: ScopeId,
        state: &State,
        input: &Value,
        extras: Extras<'_>,
        field: &str,
    ) -> Result<Vec<(Arc<str>, Value)>, Trouble> {
        let Some(template) = template else {
            return Ok(Vec::new());
        };
        let values = self.evaluate(template, scope, state, input, extras, field)?;
        let mut assigned: Vec<_> = values
            .as_object()
            .into_iter()
            .flatten()
            .map(|(k, v)| (Arc::clone(k), v.clone()))
            .collect();
        if assigned
            .iter()
            .any(|(_, value)| value.is_longer_than(DATA_LIMIT))
        {
            return Err(Trouble::data_limit(&state.name));
        }
        assigned.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(assigned)
    }

    /// Returns the value of a setting.
    pub(crate) fn setting(
        &self,
        setting: &Setting,
        scope: ScopeId,
        state: &State,
        input: &Value,
    ) -> Result<Value, Trouble> {
        match setting {
            Setting::Literal(value) => Ok(value.clone()),
            Setting::Path(path, _) => self
                .within(scope, state, input, Extras::default(), |around| {
                    path.read(around)
                })
                .map_err(|miss| invalid_path(path, &miss)),
            Setting::Expression(template, field) => {
                self.evaluate(template, scope, state, input, Extras::default(), field)
            }
        }
    }
}

pub(crate) fn invalid_path(path: &JsonPath, miss: &Miss) -> Trouble {
    Trouble::runtime(format!("Invalid path '{}' : {miss}", path.text))
}

pub(crate) fn combine(path: &ResultPath, raw: &Value, result: &Value) -> Result<Value, Trouble> {
    match path {
        ResultPath::Replace => Ok(result.clone()),
        ResultPath::Discard => Ok(raw.clone()),
        ResultPath::At(path) => path
            .place(raw, result.clone())
            .map_err(|why| Trouble::named("States.ResultPathMatchFailure", why)),
    }
}
