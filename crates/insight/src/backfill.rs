//! `/_taxiway/due` and `/_taxiway/backfill`: when a schedule was due, and running it for those times.

use aws::{ApiError, Body};
use http::Response;
use serde::Deserialize;
use serde_json::json;

use crate::{
    Insight, schedules, time,
    web::{self, Ask},
};

/// A thousand times, and room.
const LIMIT_BYTES: usize = 256 << 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    rule: Option<String>,
    bus: Option<String>,
    schedule: Option<String>,
    group: Option<String>,
    times: Vec<String>,
    #[serde(rename = "clientToken")]
    client_token: Option<String>,
}

/// Answers `GET /_taxiway/due?rule=…&bus=…&from=…&to=…`, or `?schedule=…&group=…&from=…&to=…`.
pub(crate) async fn due(insight: &Insight, ask: &Ask) -> Result<Response<Body>, ApiError> {
    let (from_ms, to_ms) = (
        time::read(ask.needed("from")?)?,
        time::read(ask.needed("to")?)?,
    );
    if to_ms < from_ms {
        let message = "The parameter 'to' must not be before 'from'.";
        return Err(ApiError::new("InvalidParameter", message));
    }
    let of = schedules::named(insight, ask, |name| ask.given(name)).await?;
    let context = ask.context.clone();
    let found = insight.services.due_within(context, of, from_ms, to_ms);
    let found = found.await?;
    let times: Vec<String> = found.times_ms.into_iter().map(time::text).collect();
    web::json(&json!({"times": times, "truncated": found.truncated}))
}

/// Answers `POST /_taxiway/backfill`.
pub(crate) async fn run(insight: &Insight, mut ask: Ask) -> Result<Response<Body>, ApiError> {
    let body = std::mem::replace(&mut ask.body, Body::empty());
    let body = web::read_json(&ask.parts.headers, body, LIMIT_BYTES).await?;
    let wanted: Wanted = serde_json::from_value(body)
        .map_err(|error| ApiError::new("InvalidParameter", format!("{error}.")))?;
    let times = wanted.times.iter().map(|text| time::read(text));
    let times: Vec<i64> = times.collect::<Result<_, _>>()?;
    let of = schedules::named(insight, &ask, |name| {
        let given = match name {
            "rule" => &wanted.rule,
            "bus" => &wanted.bus,
            "schedule" => &wanted.schedule,
            _ => &wanted.group,
        };
        given.as_deref().filter(|text| !text.is_empty())
    })
    .await?;
    let context = ask.context.clone();
    let begun = insight
        .services
        .backfill(context, of, times, wanted.client_token);
    let (id, queued) = begun.await?;
    web::json(&json!({"backfill": id, "queued": queued}))
}

#[cfg(test)]
mod tests;
