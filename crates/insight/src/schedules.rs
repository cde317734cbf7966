//! `/_taxiway/next-runs` and `/_taxiway/firings`: when a schedule is due, what came of it, and why not.

use aws::{ApiError, Body};
use http::Response;
use serde_json::{Value, json};

use crate::{
    Insight, time,
    web::{self, Ask},
};

const RUNS: u64 = 10;
const MOST_RUNS: u64 = 100;
/// As many as are kept of a rule or schedule.
const FIRINGS: u64 = 50;

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
    let limit = usize::try_from(ask.number("limit", FIRINGS, FIRINGS)?).unwrap_or_default();
    let context = ask.context.clone();
    let mut firings: Vec<Value> = match (ask.given("rule"), ask.given("schedule")) {
        (Some(rule), None) => {
            let bus = ask.given("bus").unwrap_or("default");
            let input = json!({"Name": rule, "EventBusName": bus});
            ask.call(&*insight.door, "events", "DescribeRule", input)
                .await?;
            insight.services.rule_firings(context, bus, rule).await?
        }
        (None, Some(name)) => {
            let group = ask.given("group").unwrap_or("default");
            let input = json!({"Name": name, "GroupName": group});
            ask.call(&*insight.door, "scheduler", "GetSchedule", input)
                .await?;
            let asked = insight.services.schedule_firings(context, group, name);
            asked.await?
        }
        _ => {
            let message = "Name either a rule or a schedule.";
            return Err(ApiError::new("InvalidParameter", message));
        }
    };
    firings.truncate(limit);
    web::json(&json!({"firings": firings}))
}
