//! Pass: shapes data.

use crate::{
    ScopeId, Value,
    interpreter::{Extras, Run, Trouble},
    model::{QueryLanguage, State},
    validate::Fields,
};

#[derive(Debug)]
pub(crate) struct Pass {
    pub(crate) result: Option<Value>,
}

impl Pass {
    pub(crate) fn read(fields: &Fields<'_>) -> Option<Self> {
        Some(Self {
            result: fields.get("Result").cloned(),
        })
    }
}

pub(crate) fn enter(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    pass: &Pass,
) -> Result<(), Trouble> {
    if state.language == QueryLanguage::Jsonata {
        let otherwise = pass.result.clone().unwrap_or_else(|| run.raw_input(scope));
        return run.leave_jsonata(scope, state, None, otherwise);
    }
    if pass.result.is_none() && state.io.is_plain() && state.assign.is_none() && run.bench.is_none()
    {
        run.exit_untouched(scope, state.next);
        return Ok(());
    }
    let input = run.effective_input(scope, state, Extras::default())?;
    let result = pass.result.clone().unwrap_or(input);
    run.leave_jsonpath(scope, state, &result)
}
