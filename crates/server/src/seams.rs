//! What services hand to the console's routes, which know none of them.

use std::sync::Arc;

use aws::{ApiError, Context, door::Door};
use eventbridge::{
    EventBridge, Scheduler,
    firing::Firing,
    rules::{BusRef, RuleRef},
    scheduler::{ScheduleRef, next_runs},
};
use futures::{FutureExt, future::BoxFuture};
use insight::{
    DriverLog, Due, Events, Followed, History, Integration, LogTail, Looked, Rows, Scheduled,
    TailFrom,
};
use remote::Endpoint;
use serde_json::Value;
use workflow::{Following, StepFunctions};

/// Returns the service actions that Task states can call: those that there are handlers for, and those of services that
/// answer elsewhere.
pub(crate) fn integrations(door: &Door, elsewhere: &[Endpoint]) -> Vec<Integration> {
    let offered = workflow::offered(&|service, operation| {
        door.serves(service, operation) || elsewhere.iter().any(|e| e.service == service)
    });
    let shown = offered.into_iter().map(|offered| Integration {
        service: offered.service,
        action: offered.action,
        patterns: offered.patterns,
        call: offered.call,
    });
    shown.collect()
}

/// The services as the console's routes see them.
pub(crate) struct Services {
    pub(crate) workflow: Arc<StepFunctions>,
    pub(crate) emr: Arc<emr::Emr>,
    pub(crate) eventbridge: Arc<EventBridge>,
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) logs: Arc<logs::Logs>,
    pub(crate) engine: Arc<query::Engine>,
}

struct FollowedExecution(Following);

impl History for FollowedExecution {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Events>, ApiError>> {
        self.0.next().boxed()
    }

    fn status(&self) -> &'static str {
        self.0.status()
    }
}

struct FollowedLog(logs::Tail);

impl LogTail for FollowedLog {
    fn look(&mut self) -> BoxFuture<'_, Result<Looked, ApiError>> {
        async {
            let looked = self.0.look().await?;
            Ok(Looked {
                events: looked.events,
                cursor: looked.cursor,
            })
        }
        .boxed()
    }
}

fn rule_ref(context: &Context, bus: &str, rule: &str) -> RuleRef {
    RuleRef {
        bus: BusRef::read(bus, context.account(), context.region()),
        name: rule.to_owned(),
    }
}

fn schedule_ref(context: &Context, group: &str, name: &str) -> ScheduleRef {
    ScheduleRef {
        account: context.account().to_owned(),
        region: context.region().to_owned(),
        group: group.to_owned(),
        name: name.to_owned(),
    }
}

fn shown(firings: &[Firing]) -> Result<Vec<Value>, ApiError> {
    let shown = firings.iter().map(|firing| {
        let mut shown = serde_json::to_value(firing)?;
        if let Some(members) = shown.as_object_mut() {
            members.remove("v");
        }
        Ok::<_, serde_json::Error>(shown)
    });
    shown.collect::<Result<_, _>>().map_err(ApiError::internal)
}

impl insight::Services for Services {
    fn follow(
        &self,
        execution_arn: &str,
        after: u64,
    ) -> BoxFuture<'static, Result<Box<dyn History>, ApiError>> {
        let (workflow, arn) = (Arc::clone(&self.workflow), execution_arn.to_owned());
        async move {
            let following = workflow.follow(&arn, after).await?;
            Ok(Box::new(FollowedExecution(following)) as Box<dyn History>)
        }
        .boxed()
    }

    fn tail(
        &self,
        context: Context,
        of: Followed,
        from: TailFrom,
    ) -> BoxFuture<'static, Result<Box<dyn LogTail>, ApiError>> {
        let logs = Arc::clone(&self.logs);
        let from = match from {
            TailFrom::Since(ms) => logs::TailFrom::Since(ms),
            TailFrom::Newest(count) => logs::TailFrom::Newest(count),
            TailFrom::Cursor(cursor) => logs::TailFrom::Cursor(cursor),
        };
        async move {
            let (group, stream) = (&of.group, of.stream.as_deref());
            let tail = logs.tail(context, group, stream, &of.pattern, from);
            Ok(Box::new(FollowedLog(tail.await?)) as Box<dyn LogTail>)
        }
        .boxed()
    }

    fn driver_log(
        &self,
        context: Context,
        virtual_cluster: &str,
        id: &str,
        output: &str,
    ) -> BoxFuture<'static, Result<DriverLog, ApiError>> {
        let emr = Arc::clone(&self.emr);
        let [cluster, id, output] = [virtual_cluster, id, output].map(str::to_owned);
        async move {
            let log = emr.driver_log(&context, &cluster, &id, &output).await?;
            Ok(DriverLog {
                file: log.file,
                attempt: log.attempt,
                state: log.state.to_owned(),
                ended: log.ended,
                delivered: log.delivered,
            })
        }
        .boxed()
    }

    fn next_runs(
        &self,
        expression: &str,
        zone: &str,
        from_ms: i64,
        count: usize,
    ) -> Result<Vec<i64>, ApiError> {
        next_runs(expression, zone, from_ms, count)
    }

    fn rule_firings(
        &self,
        context: Context,
        bus: &str,
        rule: &str,
    ) -> BoxFuture<'static, Result<Vec<Value>, ApiError>> {
        let (eventbridge, at) = (Arc::clone(&self.eventbridge), rule_ref(&context, bus, rule));
        async move {
            let firings = eventbridge.firings(&at).await;
            shown(&firings.map_err(ApiError::internal)?)
        }
        .boxed()
    }

    fn schedule_firings(
        &self,
        context: Context,
        group: &str,
        name: &str,
    ) -> BoxFuture<'static, Result<Vec<Value>, ApiError>> {
        let (scheduler, at) = (
            Arc::clone(&self.scheduler),
            schedule_ref(&context, group, name),
        );
        async move {
            let firings = scheduler.firings(&at).await;
            shown(&firings.map_err(ApiError::internal)?)
        }
        .boxed()
    }

    fn rule_upcoming(&self, context: &Context, bus: &str, rule: &str, count: usize) -> Vec<i64> {
        self.eventbridge
            .upcoming(&rule_ref(context, bus, rule), count)
    }

    fn schedule_upcoming(
        &self,
        context: Context,
        group: &str,
        name: &str,
        count: usize,
    ) -> BoxFuture<'static, Result<Vec<i64>, ApiError>> {
        let (scheduler, at) = (
            Arc::clone(&self.scheduler),
            schedule_ref(&context, group, name),
        );
        async move {
            let upcoming = scheduler.upcoming(&at, count).await;
            upcoming.map_err(ApiError::internal)
        }
        .boxed()
    }

    fn due_within(
        &self,
        context: Context,
        of: Scheduled,
        from_ms: i64,
        to_ms: i64,
    ) -> BoxFuture<'static, Result<Due, ApiError>> {
        let (eventbridge, scheduler) = (Arc::clone(&self.eventbridge), Arc::clone(&self.scheduler));
        async move {
            let due = match of {
                Scheduled::Rule { bus, name } => {
                    eventbridge.due_within(&rule_ref(&context, &bus, &name), from_ms, to_ms)?
                }
                Scheduled::Schedule { group, name } => {
                    let at = schedule_ref(&context, &group, &name);
                    scheduler.due_within(&at, from_ms, to_ms).await?
                }
            };
            Ok(Due {
                times_ms: due.times_ms,
                truncated: due.truncated,
            })
        }
        .boxed()
    }

    fn backfill(
        &self,
        context: Context,
        of: Scheduled,
        times_ms: Vec<i64>,
        token: Option<String>,
    ) -> BoxFuture<'static, Result<(String, usize), ApiError>> {
        let (eventbridge, scheduler) = (Arc::clone(&self.eventbridge), Arc::clone(&self.scheduler));
        async move {
            let begun = match of {
                Scheduled::Rule { bus, name } => {
                    let at = rule_ref(&context, &bus, &name);
                    eventbridge
                        .backfill(&at, &times_ms, token.as_deref())
                        .await?
                }
                Scheduled::Schedule { group, name } => {
                    let at = schedule_ref(&context, &group, &name);
                    scheduler.backfill(&at, &times_ms, token.as_deref()).await?
                }
            };
            Ok((begun.id, begun.queued))
        }
        .boxed()
    }

    fn spark_ui(
        &self,
        context: Context,
        virtual_cluster: &str,
        id: &str,
    ) -> BoxFuture<'static, Result<String, ApiError>> {
        let emr = Arc::clone(&self.emr);
        let [cluster, id] = [virtual_cluster, id].map(str::to_owned);
        async move { emr.spark_ui(&context, &cluster, &id).await }.boxed()
    }

    fn first_rows(
        &self,
        bucket: &str,
        key: &str,
        limit: usize,
    ) -> BoxFuture<'static, Result<Rows, ApiError>> {
        let engine = Arc::clone(&self.engine);
        let [bucket, key] = [bucket, key].map(str::to_owned);
        async move {
            let unreadable = |error: query::QueryError| {
                let message = format!("The file cannot be read: {error}");
                ApiError::new("UnreadableFile", message)
            };
            let first = engine.first_rows(&bucket, &key, limit).await;
            let mut first = first.map_err(unreadable)?;
            let columns = first.columns().iter();
            let columns = columns
                .map(|c| (c.name.clone(), c.full_type.clone()))
                .collect();
            let mut rows = Vec::new();
            while let Some(more) = first.next().await.map_err(unreadable)? {
                rows.extend(more);
            }
            Ok((columns, rows))
        }
        .boxed()
    }
}
