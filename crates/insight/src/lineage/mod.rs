//! `/_taxiway/lineage`: where a thing came from and what came of it: object → rule → execution → job → table → query →
//! data set → dashboard.
//!
//! Nothing is kept for it: every step is asked for when somebody looks, from what services know already. From the thing
//! asked for, what is before it is followed backwards and what is after it forwards, never around a corner: a table that
//! a hundred queries read does not bring a hundred others.

mod facts;
mod near;
mod text;
mod thing;
mod walk;
mod writer;

use aws::{ApiError, Body};
use http::Response;

use crate::{
    Insight,
    web::{self, Ask},
};
use thing::Thing;
use walk::Walk;

/// Answers `GET /_taxiway/lineage?ref=…`.
pub(crate) async fn answer(insight: &Insight, ask: &Ask) -> Result<Response<Body>, ApiError> {
    let text = ask.needed("ref")?;
    let thing = match Thing::parse(text) {
        Some(thing) => Some(thing),
        None => by_id(insight, ask, text).await?,
    };
    let thing = thing.ok_or_else(|| {
        let message = "The ref must be s3://BUCKET/KEY, query:ID, table:DATABASE.NAME, job:CLUSTER/ID, dataset:ID, \
                       dashboard:ID, analysis:ID, the id of a job run or a query, or the ARN of an execution, a rule, a job run, a data \
                       set, a dashboard or an analysis.";
        ApiError::new("InvalidParameter", message)
    })?;
    web::json(&Walk::new(insight, ask).from(thing).await?)
}

/// Finds a job run or a query that ran lately by its id alone.
async fn by_id(insight: &Insight, ask: &Ask, id: &str) -> Result<Option<Thing>, ApiError> {
    let principal = &ask.context.principal;
    let at = (&*principal.account, &*principal.region);
    let found = async |kind| {
        let runs = insight.runs().await;
        runs.get(at, kind, id).await.map_err(ApiError::internal)
    };
    if let Some(run) = found("job").await? {
        let (cluster, id) = (run.parent, run.id);
        return Ok(Some(Thing::Job { cluster, id }));
    }
    let query = found("query").await?;
    Ok(query.map(|run| Thing::Query { id: run.id }))
}

#[cfg(test)]
mod tests;
