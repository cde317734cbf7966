//! Task: one unit of work done elsewhere.

use std::sync::Arc;

use crate::{
    Effect, JournalEvent, MachineKind, ScheduleTask, ScopeId, TaskId, TimerSet, Value,
    catalog::{self, Integration, Pattern, ResourceKind},
    event::TaskScheduled,
    interpreter::{DATA_LIMIT, Extras, Run, Trouble},
    model::{Setting, State},
    query::Template,
    validate::{Fields, Reader},
};

/// The longest TimeoutSeconds and HeartbeatSeconds.
const MAX_SECONDS: i64 = 99_999_999;

#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) resource: Arc<str>,
    pub(crate) integration: Integration,
    pub(crate) timeout: Option<Setting>,
    pub(crate) heartbeat: Option<Setting>,
    pub(crate) credentials: Option<Template>,
}

impl Task {
    pub(crate) fn read(reader: &mut Reader, fields: &Fields<'_>) -> Option<Self> {
        let complete = reader.required(fields, &["Resource"]);
        let timeout = seconds(reader, fields, "TimeoutSeconds", "TimeoutSecondsPath");
        let heartbeat = seconds(reader, fields, "HeartbeatSeconds", "HeartbeatSecondsPath");
        if let (Some(Setting::Literal(timeout)), Some(Setting::Literal(heartbeat))) =
            (&timeout, &heartbeat)
            && heartbeat.as_i64() >= timeout.as_i64()
        {
            reader.wrong(
                "HeartbeatSeconds must be smaller than TimeoutSeconds",
                fields.here(),
            );
        }
        let credentials = credentials(reader, fields);
        if !complete {
            return None;
        }
        let resource = reader.string(fields, "Resource")?;
        let integration = resolve(reader, fields, resource)?;
        catalog::check_arguments(reader, fields, &integration);
        Some(Self {
            resource: Arc::clone(resource),
            integration,
            timeout,
            heartbeat,
            credentials,
        })
    }
}

fn seconds(
    reader: &mut Reader,
    fields: &Fields<'_>,
    name: &'static str,
    path: &'static str,
) -> Option<Setting> {
    reader.setting(fields, name, path, |reader, fields| {
        if reader
            .integer(fields, name, 1)
            .is_some_and(|n| n > MAX_SECONDS)
        {
            reader.wrong(
                format!("Maximum value is {MAX_SECONDS}"),
                fields.place(name),
            );
        }
    })
}

fn credentials(reader: &mut Reader, fields: &Fields<'_>) -> Option<Template> {
    let value = fields.get("Credentials")?;
    if let Value::Object(object) = value {
        let role = if fields.is_jsonata() {
            object.contains_key("RoleArn")
        } else {
            object.contains_key("RoleArn") || object.contains_key("RoleArn.$")
        };
        if !role {
            reader.wrong(
                "The field 'RoleArn' is required but was missing",
                fields.place("Credentials"),
            );
        }
    }
    reader.template(fields, "Credentials")
}

fn resolve(reader: &mut Reader, fields: &Fields<'_>, resource: &Arc<str>) -> Option<Integration> {
    let place = fields.place("Resource");
    if !resource.starts_with("arn:") {
        reader.wrong("Value is not a valid resource ARN", place);
        return None;
    }
    let Some(integration) = catalog::resolve(resource) else {
        reader.wrong(
            format!("The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."),
            place,
        );
        return None;
    };
    if reader.kind == MachineKind::Express {
        let unsupported = match (integration.pattern, integration.kind) {
            (Pattern::WaitForTaskToken, _) => Some("'.waitForTaskToken' service integration "),
            (Pattern::Sync | Pattern::Sync2, _) => Some("'.sync' service integration "),
            (_, ResourceKind::Activity) => Some("activities "),
            _ => None,
        };
        if let Some(what) = unsupported {
            reader.wrong(
                format!("Express state machine does not support {what}"),
                place,
            );
        }
    }
    Some(integration)
}

pub(crate) fn enter(
    run: &mut Run<'_>,
    scope: ScopeId,
    state: &State,
    task: &Task,
) -> Result<(), Trouble> {
    let input = run.filtered_input(scope, state)?;
    let limit = |setting: &Option<Setting>| match setting {
        None => Ok(None),
        Some(setting) => limit_of(run, scope, state, &input, setting).map(Some),
    };
    let timeout_s = limit(&task.timeout)?;
    let heartbeat_s = limit(&task.heartbeat)?;
    let is_activity = task.integration.kind == ResourceKind::Activity;
    let token = (is_activity || task.integration.pattern == Pattern::WaitForTaskToken)
        .then(|| token(run, scope));
    let extras = Extras {
        token: token.as_deref(),
        ..Extras::default()
    };
    let arguments = run.effective_input(scope, state, extras)?;
    if arguments.is_longer_than(DATA_LIMIT) {
        return Err(Trouble::data_limit(&state.name));
    }
    let credentials = match &task.credentials {
        None => None,
        Some(template) => {
            Some(run.evaluate(template, scope, state, &input, extras, "Credentials")?)
        }
    };
    let id = TaskId(run.state.counters.task);
    let timer = timeout_s.map(|s| run.timer_at(run.env.now_ms.saturating_add(s * 1000)));
    // An activity's heartbeats count from when a worker takes it.
    let heartbeat = heartbeat_s.filter(|_| !is_activity).map(|s| TimerSet {
        timer: crate::TimerId(run.state.counters.timer + u64::from(timer.is_some())),
        due_ms: run.env.now_ms.saturating_add(s * 1000),
    });
    let effect = ScheduleTask {
        task: id,
        state: Arc::clone(&state.name),
        integration: task.integration.clone(),
        resource: Arc::clone(&task.resource),
        arguments: arguments.clone(),
        timeout_ms: timeout_s.map(|s| s * 1000),
        heartbeat_ms: heartbeat_s.map(|s| s * 1000),
        task_token: token.clone(),
        credentials: credentials.clone(),
    };
    run.emit(JournalEvent::TaskScheduled(Box::new(TaskScheduled {
        scope,
        task: id,
        arguments,
        timeout_s,
        heartbeat_s,
        timer,
        heartbeat,
        credentials,
        token,
    })));
    for timer in timer.into_iter().chain(heartbeat) {
        run.set_timer(timer);
    }
    run.effect(Effect::ScheduleTask(effect));
    Ok(())
}

/// Returns a token that cannot be guessed: Base64 of chance.
fn token(run: &Run<'_>, scope: ScopeId) -> Arc<str> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut bytes = vec![0x00, 0x20, 0xbc, 0x1a];
    bytes.extend(scope.0.to_be_bytes());
    for _ in 0..12 {
        bytes.extend(run.random.next().to_be_bytes());
    }
    STANDARD.encode(bytes).into()
}

fn limit_of(
    run: &Run<'_>,
    scope: ScopeId,
    state: &State,
    input: &Value,
    setting: &Setting,
) -> Result<i64, Trouble> {
    let value = run.setting(setting, scope, state, input)?;
    if let Some(seconds) = value.as_i64().filter(|s| (1..=MAX_SECONDS).contains(s)) {
        return Ok(seconds);
    }
    Err(match setting {
        Setting::Expression(Template::Jsonata(expression), field) if value.as_i64().is_some() => {
            Trouble::from(expression.out_of_range(field, &value))
        }
        Setting::Expression(Template::Jsonata(expression), field) => {
            Trouble::from(expression.wrong_type(field, "integer", &value))
        }
        Setting::Path(path, field) => Trouble::runtime(format!(
            "The {field} field refers to value \"{}\" which is not a valid integer: {}",
            value
                .as_str()
                .map_or_else(|| value.to_text(), str::to_owned),
            path.text
        )),
        _ => Trouble::runtime(format!(
            "The value {value} is not a valid number of seconds"
        )),
    })
}

/// The service was called, or a worker took the activity task.
pub(crate) fn started(run: &mut Run<'_>, task: TaskId, worker_name: Option<Arc<str>>) {
    let Some(found) = run.state.tasks.get(&task) else {
        return;
    };
    let scope = found.scope;
    let wants_heartbeat = found.heartbeat_ms.filter(|_| found.heartbeat.is_none());
    let heartbeat = wants_heartbeat.map(|ms| run.timer_at(run.env.now_ms.saturating_add(ms)));
    run.emit(JournalEvent::TaskStarted {
        scope,
        task,
        worker_name,
        heartbeat,
    });
    if let Some(timer) = heartbeat {
        run.set_timer(timer);
    }
}

pub(crate) fn heartbeat(run: &mut Run<'_>, task: TaskId) {
    let Some(found) = run.state.tasks.get(&task) else {
        return;
    };
    let (scope, Some(ms)) = (found.scope, found.heartbeat_ms) else {
        return;
    };
    let old = found.heartbeat;
    let heartbeat = run.timer_at(run.env.now_ms.saturating_add(ms));
    if let Some(timer) = old {
        run.effect(Effect::ClearTimer { timer });
    }
    run.emit(JournalEvent::HeartbeatReceived {
        scope,
        task,
        heartbeat,
    });
    run.set_timer(heartbeat);
}

pub(crate) fn succeeded(run: &mut Run<'_>, task: TaskId, output: Value) {
    let Some(scope) = run.state.tasks.get(&task).map(|t| t.scope) else {
        return;
    };
    run.release_task(task);
    if output.is_longer_than(DATA_LIMIT) {
        let trouble = Trouble::data_limit(&resource_type(run, scope));
        run.emit(JournalEvent::TaskFailed {
            scope,
            task,
            failure: trouble.failure(),
        });
        return run.fail(scope, trouble);
    }
    run.emit(JournalEvent::TaskSucceeded {
        scope,
        task,
        output: output.clone(),
    });
    let done = run.complete(scope, output);
    run.settle(scope, done);
}

fn resource_type(run: &Run<'_>, scope: ScopeId) -> String {
    let state = run
        .position(scope)
        .and_then(|p| run.definition.machine.state(p.state));
    match state.map(|s| &s.kind) {
        Some(crate::model::StateKind::Task(task)) => task.integration.resource_type.to_string(),
        _ => String::new(),
    }
}
