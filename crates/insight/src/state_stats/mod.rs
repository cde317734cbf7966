//! `/_taxiway/state-stats`: what a machine's states came to in its last executions, how long they took, and what AWS would
//! charge for them.

mod express;
mod percentile;
mod price;
mod standard;
mod tally;

use aws::{ApiError, Body};
use http::Response;
use serde_json::{Value, json};

use self::tally::Tally;
use crate::{
    Insight, time,
    web::{self, Ask},
};

/// Executions that are looked at where nobody says how many, and at most.
const LAST: u64 = 50;
const MOST: u64 = 200;
/// History events that are read at most for one answer: a few seconds' worth.
const MOST_EVENTS: usize = 250_000;

/// What was found, as far as it was read.
struct Found {
    tally: Tally,
    /// There were further executions, or events, than are read at once.
    truncated: bool,
}

/// Answers `GET /_taxiway/state-stats?stateMachineArn=…&last=50`.
pub(crate) async fn answer(insight: &Insight, ask: &Ask) -> Result<Response<Body>, ApiError> {
    let arn = ask.needed("stateMachineArn")?;
    let last = ask.number("last", LAST, MOST)?.max(1) as usize;
    let input = json!({"stateMachineArn": arn});
    let machine = ask
        .call(&*insight.door, "states", "DescribeStateMachine", input)
        .await?;
    let express = machine["type"] == "EXPRESS";
    let found = if express {
        express::read(insight, ask, &machine, last).await?
    } else {
        standard::read(insight, ask, arn, last).await?
    };
    web::json(&shown(found, express))
}

fn shown(found: Found, express: bool) -> Value {
    let Found { tally, truncated } = found;
    let (requests, billed_ms) = (tally.executions, tally.billed_ms);
    let transitions = tally.transitions();
    let cost = if express {
        price::express(requests, billed_ms)
    } else {
        price::standard(transitions)
    };
    let period = tally.period;
    let states: Vec<Value> = tally.into_states().map(|state| {
        let transitions = state.transitions();
        json!({
            "name": state.name, "type": state.kind, "runs": state.runs, "failed": state.failed, "caught": state.caught,
            "canceled": state.canceled, "retries": state.retries,
            "p50": percentile::nearest_rank(&state.took_ms, 50), "p95": percentile::nearest_rank(&state.took_ms, 95),
            "longest": state.took_ms.last(),
            "transitions": (!express).then_some(transitions),
            "cost": (!express).then(|| price::standard(transitions)),
        })
    }).collect();
    let price = if express {
        json!({"perRequest": price::PER_REQUEST, "perGbSecond": price::PER_GB_SECOND, "memoryMb": price::CHUNK_MB})
    } else {
        json!({"perTransition": price::PER_TRANSITION})
    };
    json!({
        "type": if express { "EXPRESS" } else { "STANDARD" },
        "executions": requests, "truncated": truncated,
        "from": period.map(|(from, _)| time::text(from)), "to": period.map(|(_, to)| time::text(to)),
        "transitions": (!express).then_some(transitions), "billedMs": express.then_some(billed_ms),
        "cost": cost, "currency": "USD", "region": price::REGION, "price": price, "states": states,
    })
}

#[cfg(test)]
mod tests;
