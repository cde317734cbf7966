//! `/_taxiway/home`: what runs now, what failed, what is due next.

use aws::{ApiError, Body};
use http::Response;
use serde_json::{Value, json};

use crate::{
    Insight,
    inventory::{RULES, SCHEDULES},
    links,
    runs::Run,
    time,
    web::{self, Ask},
};

const MOST: usize = 50;
/// Failures are shown for so long.
const LATELY_MS: i64 = 7 * 24 * 3_600_000;

/// Answers `GET /_taxiway/home`.
pub(crate) async fn answer(insight: &Insight, ask: &Ask) -> Result<Response<Body>, ApiError> {
    let principal = &ask.context.principal;
    let at = (&*principal.account, &*principal.region);
    let now_ms = insight.clock.now_ms();
    let runs = insight.runs().await;
    let running = runs.open(at, MOST).await;
    let failed = runs.failed(at, MOST).await;
    let lately = |run: &&Run| run.stop_ms.is_some_and(|stop| stop >= now_ms - LATELY_MS);
    let failed = failed.map_err(ApiError::internal)?;
    let failed: Vec<Value> = failed.iter().filter(lately).map(shown).collect();
    let running = running.map_err(ApiError::internal)?;
    let running: Vec<Value> = running.iter().map(shown).collect();
    let due = due(insight, ask, now_ms).await;
    web::json(&json!({"running": running, "failed": failed, "due": due}))
}

fn shown(run: &Run) -> Value {
    let parent = run.parent.rsplit(':').next().unwrap_or_default();
    json!({
        "kind": run.kind, "id": run.id, "title": run.title, "subtitle": parent, "parent": run.parent, "arn": run.arn,
        "time": time::text(run.stop_ms.unwrap_or(run.start_ms)),
        "status": run.status, "start": time::text(run.start_ms), "stop": run.stop_ms.map(time::text),
        "href": run.href(),
    })
}

async fn due(insight: &Insight, ask: &Ask, now_ms: i64) -> Vec<Value> {
    let door = &*insight.door;
    let rules = insight.inventory.list(door, ask, now_ms, &RULES).await;
    let schedules = insight.inventory.list(door, ask, now_ms, &SCHEDULES).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut due: Vec<(i64, Value)> = Vec::new();
    for rule in rules
        .iter()
        .filter(|rule| rule["ScheduleExpression"].is_string())
    {
        let (bus, name) = (text(&rule["EventBusName"]), text(&rule["Name"]));
        let next = insight.services.rule_upcoming(&ask.context, &bus, &name, 1);
        let shown = |at| {
            json!({
                "kind": "rule", "title": name, "subtitle": rule["ScheduleExpression"], "arn": rule["Arn"], "expression": rule["ScheduleExpression"],
                "time": time::text(at), "href": links::rule(&bus, &name),
            })
        };
        due.extend(next.into_iter().map(|at| (at, shown(at))));
    }
    for schedule in schedules.iter() {
        let (group, name) = (text(&schedule["GroupName"]), text(&schedule["Name"]));
        let asked = insight
            .services
            .schedule_upcoming(ask.context.clone(), &group, &name, 1);
        for at in asked.await.unwrap_or_default() {
            let shown = json!({
                "kind": "schedule", "title": name, "subtitle": group, "arn": schedule["Arn"],
                "time": time::text(at), "href": links::schedule(&group, &name),
            });
            due.push((at, shown));
        }
    }
    due.sort_by_key(|(at, _)| *at);
    due.truncate(MOST);
    due.into_iter().map(|(_, shown)| shown).collect()
}

#[cfg(test)]
mod tests;
