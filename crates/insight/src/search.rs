//! `/_taxiway/search`: things by name, over all services.

use aws::{ApiError, Body};
use http::Response;
use serde::Serialize;
use serde_json::Value;

use crate::{
    Insight,
    inventory::{
        BUCKETS, CLUSTERS, DASHBOARDS, DATA_SETS, DATABASES, LOG_GROUPS, MACHINES, RULES, SCHEDULES,
    },
    links,
    runs::Run,
    web::{self, Ask},
};

const MOST: u64 = 50;
/// Runs that are looked through.
const RUNS: usize = 2_000;

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Found {
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) arn: String,
    pub(crate) href: String,
}

/// Answers `GET /_taxiway/search?q=…&limit=…`.
pub(crate) async fn answer(insight: &Insight, ask: &Ask) -> Result<Response<Body>, ApiError> {
    let asked = ask.given("q").unwrap_or_default().to_lowercase();
    let words: Vec<&str> = asked.split_whitespace().collect();
    let limit = usize::try_from(ask.number("limit", MOST, MOST * 10)?).unwrap_or_default();
    if words.is_empty() {
        return web::json(&Vec::<Found>::new());
    }
    let mut found: Vec<(u8, Found)> = everything(insight, ask)
        .await?
        .into_iter()
        .filter_map(|found| Some((rank(&found, &words)?, found)))
        .collect();
    found.sort_by(|(a, x), (b, y)| a.cmp(b).then(x.title.len().cmp(&y.title.len())));
    found.truncate(limit);
    let found: Vec<Found> = found.into_iter().map(|(_, found)| found).collect();
    web::json(&found)
}

/// Returns how near a thing is to what is asked for, 0 the nearest; nothing where a word is missing in it.
fn rank(found: &Found, words: &[&str]) -> Option<u8> {
    let title = found.title.to_lowercase();
    let subtitle = found.subtitle.to_lowercase();
    let arn = found.arn.to_lowercase();
    let there = |word: &&str| {
        title.contains(*word)
            || subtitle.contains(*word)
            || arn.contains(*word)
            || found.kind.contains(*word)
    };
    if !words.iter().all(there) {
        return None;
    }
    let first = words.first().copied().unwrap_or_default();
    Some(match () {
        () if title == first => 0,
        () if title.starts_with(first) => 1,
        () if title.contains(first) => 2,
        () if subtitle.contains(first) => 3,
        () => 4,
    })
}

async fn everything(insight: &Insight, ask: &Ask) -> Result<Vec<Found>, ApiError> {
    let (door, now_ms) = (&*insight.door, insight.clock.now_ms());
    let inventory = &insight.inventory;
    let list = |listing| inventory.list(door, ask, now_ms, listing);
    let principal = &ask.context.principal;
    let (machines, clusters, rules, schedules, databases) = futures::join!(
        list(&MACHINES),
        list(&CLUSTERS),
        list(&RULES),
        list(&SCHEDULES),
        list(&DATABASES),
    );
    let (buckets, groups, dashboards, data_sets, tables, queries) = futures::join!(
        list(&BUCKETS),
        list(&LOG_GROUPS),
        list(&DASHBOARDS),
        list(&DATA_SETS),
        inventory.tables(door, ask, now_ms),
        inventory.queries(door, ask, now_ms),
    );
    let runs = insight
        .runs()
        .await
        .recent((&principal.account, &principal.region), RUNS)
        .await
        .map_err(ApiError::internal)?;
    let mut found = Vec::new();
    let mut add = |kind, title: &Value, subtitle: &Value, arn: &Value, href: String| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        found.push(Found {
            kind,
            title: text(title),
            subtitle: text(subtitle),
            arn: text(arn),
            href,
        });
    };
    for item in machines.iter() {
        let arn = &item["stateMachineArn"];
        add(
            "state machine",
            &item["name"],
            &item["type"],
            arn,
            links::machine(arn.as_str().unwrap_or_default()),
        );
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for item in clusters.iter() {
        add(
            "virtual cluster",
            &item["name"],
            &item["state"],
            &item["arn"],
            links::cluster(&text(&item["id"])),
        );
    }
    for item in rules.iter() {
        let href = links::rule(&text(&item["EventBusName"]), &text(&item["Name"]));
        let subtitle = if item["ScheduleExpression"].is_string() {
            &item["ScheduleExpression"]
        } else {
            &item["Description"]
        };
        add("rule", &item["Name"], subtitle, &item["Arn"], href);
    }
    for item in schedules.iter() {
        let href = links::schedule(&text(&item["GroupName"]), &text(&item["Name"]));
        add(
            "schedule",
            &item["Name"],
            &item["GroupName"],
            &item["Arn"],
            href,
        );
    }
    for item in databases.iter() {
        add(
            "database",
            &item["Name"],
            &item["Description"],
            &Value::Null,
            links::database(&text(&item["Name"])),
        );
    }
    for item in tables.iter() {
        let (database, name) = (text(&item["DatabaseName"]), text(&item["Name"]));
        let href = links::table(&database, &name);
        add(
            "table",
            &item["Name"],
            &item["DatabaseName"],
            &Value::Null,
            href,
        );
    }
    for item in buckets.iter() {
        let name = text(&item["Name"]);
        let arn = format!("arn:aws:s3:::{name}").into();
        add(
            "bucket",
            &item["Name"],
            &Value::Null,
            &arn,
            links::bucket(&name),
        );
    }
    for item in groups.iter() {
        let name = &item["logGroupName"];
        add(
            "log group",
            name,
            &Value::Null,
            &item["arn"],
            links::log_group(&text(name)),
        );
    }
    for item in dashboards.iter() {
        add(
            "dashboard",
            &item["Name"],
            &item["DashboardId"],
            &item["Arn"],
            links::dashboard(&text(&item["DashboardId"])),
        );
    }
    for item in data_sets.iter() {
        add(
            "data set",
            &item["Name"],
            &item["ImportMode"],
            &item["Arn"],
            links::data_set(&text(&item["DataSetId"])),
        );
    }
    for item in queries.iter() {
        let id = &item["QueryExecutionId"];
        let sql = text(&item["Query"]);
        let line: String = sql
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(160)
            .collect();
        add(
            "query",
            &line.into(),
            id,
            &Value::Null,
            links::query(&text(id)),
        );
    }
    // Queries are there by their text already.
    found.extend(runs.iter().filter(|run| run.kind != "query").map(of_run));
    Ok(found)
}

/// Returns a run as it is found.
fn of_run(run: &Run) -> Found {
    let parent = run.parent.rsplit(':').next().unwrap_or_default();
    Found {
        kind: if run.kind == "job" {
            "job run"
        } else {
            "execution"
        },
        title: run.title.clone(),
        subtitle: format!("{parent} · {}", run.status),
        arn: run.arn.clone(),
        href: run.href(),
    }
}

#[cfg(test)]
mod tests;
