//! Parallel: branches side by side.

use crate::{
    JournalEvent, ScopeId, StateId,
    interpreter::{Extras, Run, Trouble},
    model::State,
    validate::{Fields, Reader},
};

#[derive(Debug)]
pub(crate) struct Parallel {
    pub(crate) starts: Vec<StateId>,
}

impl Parallel {
    pub(crate) fn read(reader: &mut Reader, fields: &Fields<'_>) -> Option<Self> {
        if !reader.required(fields, &["Branches"]) {
            return None;
        }
        let branches = reader.array(fields, "Branches")?;
        if branches.is_empty() {
            reader.wrong("Value cannot be empty", fields.place("Branches"));
        }
        let mut starts = Vec::new();
        for (i, branch) in branches.iter().enumerate() {
            let at = format!("{}[{i}]", fields.place("Branches"));
            match branch.as_object() {
                Some(branch) => starts.extend(reader.nested(branch, &at, &[])),
                None => reader.wrong("Expected value of type Object", at),
            }
        }
        Some(Self { starts })
    }
}

pub(crate) fn enter(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    parallel: &Parallel,
) -> Result<(), Trouble> {
    let input = run.effective_input(scope, state, Extras::default())?;
    let first_child = ScopeId(run.state.counters.scope);
    let starts = parallel.starts.clone();
    run.emit(JournalEvent::ParallelStarted {
        scope,
        first_child,
        starts,
        input,
    });
    if run.bench.is_some() {
        return Ok(());
    }
    let count = parallel.starts.len() as u32;
    run.ready
        .extend((0..count).map(|i| ScopeId(first_child.0 + i)));
    Ok(())
}
