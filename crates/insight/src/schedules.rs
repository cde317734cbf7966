//! `/_taxiway/next-runs` and `/_taxiway/firings`: when a schedule is due, what came of it, and why not.

use aws::{ApiError, Body};
use http::Response;
use serde_json::{Value, json};

use crate::{
    Insight, Scheduled, time,
    web::{self, Ask},
};

const RUNS: u64 = 10;
const MOST_RUNS: u64 = 100;
const FIRINGS: u64 = 50;
/// As many as are kept of a rule or schedule: the last fifty, and the last thousand that were backfilled.
const MOST_FIRINGS: u64 = 1_050;

/// Answers `GET /_taxiway/next-runs?expression=…&timezone=…&count=…`.
pub(crate) fn next_runs(insight: &Insight, ask: &Ask) -> Result<Response<Body>, ApiError> {
    let expression = ask.needed("expression")?;
    let zone = ask.given("timezone").unwrap_or("UTC");
    let count = usize::try_from(ask.number("count", RUNS, MOST_RUNS)?).unwrap_or_default();
    let now_ms = insight.clock.now_ms();
    let runs = insight
        .services
        .next_runs(expression, zone, now_ms, count)?;
    let times: Vec<String> = runs.into_iter().map(time::text).collect();
    web::json(&json!({"times": times}))
}

/// Answers `GET /_taxiway/firings?rule=…&bus=…&limit=…`, or `?schedule=…&group=…&limit=…`.
pub(crate) async fn firings(insight: &Insight, ask: &Ask) -> Result<Response<Body>, ApiError> {
    let limit = usize::try_from(ask.number("limit", FIRINGS, MOST_FIRINGS)?).unwrap_or_default();
    let context = ask.context.clone();
    let services = &insight.services;
    let mut firings: Vec<Value> = match named(insight, ask, |name| ask.given(name)).await? {
        Scheduled::Rule { bus, name } => services.rule_firings(context, &bus, &name).await?,
        Scheduled::Schedule { group, name } => {
            services.schedule_firings(context, &group, &name).await?
        }
    };
    firings.truncate(limit);
    web::json(&json!({"firings": firings}))
}

/// Returns the rule or schedule that a request names, having asked whether it is there in the caller's name.
pub(crate) async fn named<'a>(
    insight: &Insight,
    ask: &Ask,
    given: impl Fn(&'static str) -> Option<&'a str>,
) -> Result<Scheduled, ApiError> {
    let of = match (given("rule"), given("schedule")) {
        (Some(rule), None) => Scheduled::Rule {
            bus: given("bus").unwrap_or("default").to_owned(),
            name: rule.to_owned(),
        },
        (None, Some(name)) => Scheduled::Schedule {
            group: given("group").unwrap_or("default").to_owned(),
            name: name.to_owned(),
        },
        _ => {
            let message = "Name either a rule or a schedule.";
            return Err(ApiError::new("InvalidParameter", message));
        }
    };
    let (service, operation, input) = match &of {
        Scheduled::Rule { bus, name } => (
            "events",
            "DescribeRule",
            json!({"Name": name, "EventBusName": bus}),
        ),
        Scheduled::Schedule { group, name } => (
            "scheduler",
            "GetSchedule",
            json!({"Name": name, "GroupName": group}),
        ),
    };
    ask.call(&*insight.door, service, operation, input).await?;
    Ok(of)
}
