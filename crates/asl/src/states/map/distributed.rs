//! A Map whose iterations are executions of their own: a Map run, which the driver carries out.

use super::{
    Map, Resource,
    items::items,
    limits::{limits, whole},
};
use crate::{
    Batcher, Effect, ItemSource, JournalEvent, MachineKind, MapRunId, MapRunSpec, ResultWriter,
    ScopeId, Selection, Value,
    interpreter::{Extras, Run, Trouble, selection_context},
    model::{Setting, State},
    query::Template,
};

pub(super) fn enter(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    map: &Map,
) -> Result<(), Trouble> {
    let input = super::input(run, scope, state)?;
    let items = match &map.reader {
        None => ItemSource::Given(items(run, scope, state, map, &input)?),
        Some(reader) => source(run, scope, state, reader, &input)?,
    };
    let length = match &items {
        ItemSource::Given(Value::Array(items)) => items.len(),
        ItemSource::Given(Value::Object(items)) => items.len(),
        _ => 0,
    } as u32;
    run.emit(JournalEvent::MapStarted {
        scope,
        length,
        items: None,
        input: input.clone(),
        max_concurrency: 0,
    });
    let limits = limits(run, scope, state, map, &input)?;
    let spec = MapRunSpec {
        state: std::sync::Arc::clone(&state.name),
        label: map.label.clone(),
        items,
        max_concurrency: limits.max_concurrency,
        tolerated_failure_count: limits.tolerated_count,
        tolerated_failure_percentage: limits.tolerated_percentage,
        child_kind: map.child_kind.unwrap_or(MachineKind::Standard),
        batcher: batcher(run, scope, state, map, &input)?,
        writer: writer(run, scope, state, map, &input)?,
        selection: Selection {
            context: selection_context(run, scope, state),
            variables: run.visible_variables(scope),
            input,
        },
    };
    let map_run = MapRunId(run.state.counters.map_run);
    run.emit(JournalEvent::MapRunRequested { scope, map_run });
    run.effect(Effect::StartMapRun {
        map_run,
        spec: Box::new(spec),
    });
    Ok(())
}

fn source(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    reader: &Resource,
    input: &Value,
) -> Result<ItemSource, Trouble> {
    let mut config = part(
        run,
        scope,
        state,
        reader.config.as_ref(),
        input,
        "ItemReader/ReaderConfig",
    )?
    .unwrap_or_else(Value::empty_object);
    if let (Some(setting @ Setting::Path(..)), Value::Object(members)) =
        (&reader.max_items, &mut config)
    {
        let most = whole(run, scope, state, input, setting, "MaxItems")?;
        let members = std::sync::Arc::make_mut(members);
        members.shift_remove("MaxItemsPath");
        members.insert(
            "MaxItems".into(),
            Value::from(i64::try_from(most).unwrap_or(i64::MAX)),
        );
    }
    Ok(ItemSource::Reader {
        resource: reader.resource.clone().unwrap_or_else(|| "".into()),
        arguments: part(
            run,
            scope,
            state,
            reader.arguments.as_ref(),
            input,
            "ItemReader/Arguments",
        )?
        .unwrap_or_else(Value::empty_object),
        config,
    })
}

fn part(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    template: Option<&Template>,
    input: &Value,
    field: &str,
) -> Result<Option<Value>, Trouble> {
    template
        .map(|t| run.evaluate(t, scope, state, input, Extras::default(), field))
        .transpose()
}

fn batcher(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    map: &Map,
    input: &Value,
) -> Result<Option<Batcher>, Trouble> {
    let Some(batcher) = &map.batcher else {
        return Ok(None);
    };
    let number = |setting: &Option<Setting>, name: &str| {
        setting
            .as_ref()
            .map(|s| whole(run, scope, state, input, s, name))
            .transpose()
    };
    Ok(Some(Batcher {
        max_items: number(&batcher.max_items, "MaxItemsPerBatch")?,
        max_bytes: number(&batcher.max_bytes, "MaxInputBytesPerBatch")?,
        batch_input: part(
            run,
            scope,
            state,
            batcher.input.as_ref(),
            input,
            "ItemBatcher/BatchInput",
        )?,
    }))
}

fn writer(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    map: &Map,
    input: &Value,
) -> Result<Option<ResultWriter>, Trouble> {
    let Some(writer) = &map.writer else {
        return Ok(None);
    };
    Ok(Some(ResultWriter {
        resource: writer.resource.clone(),
        arguments: part(
            run,
            scope,
            state,
            writer.arguments.as_ref(),
            input,
            "ResultWriter/Arguments",
        )?,
        config: part(
            run,
            scope,
            state,
            writer.config.as_ref(),
            input,
            "ResultWriter/WriterConfig",
        )?,
    }))
}
