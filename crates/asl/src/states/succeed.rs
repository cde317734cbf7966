//! Succeed: ends its program.

use crate::{
    ScopeId,
    interpreter::{Run, Trouble},
    model::{QueryLanguage, State},
};

pub(crate) fn enter(run: &mut Run<'_>, scope: ScopeId, state: &State) -> Result<(), Trouble> {
    if state.language == QueryLanguage::Jsonata {
        let raw = run.raw_input(scope);
        return run.leave_jsonata(scope, state, None, raw);
    }
    let input = run.filtered_input(scope, state)?;
    run.leave_jsonpath(scope, state, &input)
}
