//! `/_taxiway/results/{id}`: a query's rows from its result file, from any row on, quickly.
//!
//! The first request reads the file once and notes where every thousandth row begins; later ones read from there.

use std::{collections::VecDeque, sync::Arc};

use aws::{ApiError, Body, uri};
use futures::StreamExt;
use http::{Request, Response, header::RANGE};
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Insight,
    delimited::{Cells, Counter, Reader},
    preview::Column,
    web::{self, Ask},
};

const ROWS: u64 = 10_000;
const MOST_ROWS: u64 = 100_000;
/// Rows between two places that are noted.
const STEP: u64 = 1_000;
/// Results whose places are kept.
const KEPT: usize = 64;

/// Where the rows of a result are.
#[derive(Debug, Default)]
struct Places {
    /// Where row 0, 1,000, 2,000, … begins; the header is none.
    starts: Vec<u64>,
    total: u64,
}

/// The places of results that were looked at lately. A result file never changes.
#[derive(Default)]
pub(crate) struct Results {
    kept: Mutex<VecDeque<(String, Arc<Places>)>>,
}

impl Results {
    fn get(&self, location: &str) -> Option<Arc<Places>> {
        let kept = self.kept.lock();
        let found = kept.iter().find(|(name, _)| name == location);
        found.map(|(_, places)| Arc::clone(places))
    }

    fn keep(&self, location: &str, places: &Arc<Places>) {
        let mut kept = self.kept.lock();
        kept.push_back((location.to_owned(), Arc::clone(places)));
        if kept.len() > KEPT {
            kept.pop_front();
        }
    }
}

#[derive(Serialize)]
struct Answer {
    columns: Vec<Column>,
    rows: Vec<Cells>,
    from: u64,
    total: u64,
}

/// Answers `GET /_taxiway/results/{queryExecutionId}?from=…&count=…`.
pub(crate) async fn answer(
    insight: &Insight,
    ask: &Ask,
    id: &str,
) -> Result<Response<Body>, ApiError> {
    let from = ask.number("from", 0, u64::MAX / 2)?;
    let count = ask.number("count", ROWS, MOST_ROWS)?;
    let door = &*insight.door;
    // The first page tells the columns, and refuses what has not succeeded in Athena's own words.
    let input = json!({"QueryExecutionId": id, "MaxResults": 1});
    let head = ask.call(door, "athena", "GetQueryResults", input).await?;
    let columns = columns(&head);
    if columns.is_empty() {
        let (rows, total) = (Vec::new(), 0);
        return web::json(&Answer {
            columns,
            rows,
            from,
            total,
        });
    }
    let input = json!({"QueryExecutionId": id});
    let execution = ask.call(door, "athena", "GetQueryExecution", input).await?;
    let location = &execution["QueryExecution"]["ResultConfiguration"]["OutputLocation"];
    let location = location.as_str().unwrap_or_default();
    let csv = location.ends_with(".csv");
    let places = match insight.results.get(location) {
        Some(places) => places,
        None => {
            let places = Arc::new(measure(insight, ask, location, csv).await?);
            insight.results.keep(location, &places);
            places
        }
    };
    let rows = read(insight, ask, location, csv, &places, (from, count)).await?;
    web::json(&Answer {
        columns,
        rows,
        from,
        total: places.total,
    })
}

fn columns(head: &Value) -> Vec<Column> {
    let columns = head["ResultSet"]["ResultSetMetadata"]["ColumnInfo"].as_array();
    let text = |column: &Value, name: &str| column[name].as_str().unwrap_or_default().to_owned();
    let columns = columns.into_iter().flatten().map(|column| Column {
        name: text(column, "Name"),
        kind: text(column, "Type"),
    });
    columns.collect()
}

/// Opens a result file from a byte on.
async fn open(insight: &Insight, ask: &Ask, location: &str, from: u64) -> Result<Body, ApiError> {
    let path = location.strip_prefix("s3://").unwrap_or_default();
    let path: Vec<String> = path.split('/').map(uri::encode).collect();
    let request = Request::get(format!("/{}", path.join("/")))
        .header(RANGE, format!("bytes={from}-"))
        .body(Body::empty())
        .map_err(ApiError::internal)?;
    let asked = insight.door.forward("s3", request, ask.context.clone());
    let response = asked.await?;
    if response.status().is_success() {
        return Ok(response.into_body());
    }
    // No byte there: an empty file.
    if response.status().as_u16() == 416 {
        return Ok(Body::empty());
    }
    let message = format!("Could not find results at {location}");
    Err(ApiError::new("InvalidRequestException", message))
}

async fn measure(
    insight: &Insight,
    ask: &Ask,
    location: &str,
    csv: bool,
) -> Result<Places, ApiError> {
    let mut body = open(insight, ask, location, 0).await?.into_stream();
    let mut counter = Counter::new(csv);
    let header = u64::from(csv);
    let mut starts = if csv { vec![] } else { vec![0] };
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(ApiError::internal)?;
        counter.take(&piece, |rows, at| {
            if rows >= header && (rows - header) % STEP == 0 {
                starts.push(at);
            }
        });
    }
    Ok(Places {
        starts,
        total: counter.total().saturating_sub(header),
    })
}

async fn read(
    insight: &Insight,
    ask: &Ask,
    location: &str,
    csv: bool,
    places: &Places,
    (from, count): (u64, u64),
) -> Result<Vec<Cells>, ApiError> {
    let wanted = places.total.saturating_sub(from).min(count);
    let start = usize::try_from(from / STEP).ok();
    let start = start.and_then(|at| places.starts.get(at)).copied();
    let (Some(start), true) = (start, wanted > 0) else {
        return Ok(Vec::new());
    };
    let mut body = open(insight, ask, location, start).await?.into_stream();
    let mut reader = Reader::new(csv.then_some(b','));
    let mut skip = usize::try_from(from % STEP).unwrap_or_default();
    let wanted = usize::try_from(wanted).unwrap_or_default();
    let mut rows = Vec::with_capacity(wanted);
    while rows.len() < wanted
        && let Some(piece) = body.next().await
    {
        let piece = piece.map_err(ApiError::internal)?;
        let (more, _) = reader.take(&piece, skip + wanted - rows.len());
        let skipped = skip.min(more.len());
        skip -= skipped;
        rows.extend(more.into_iter().skip(skipped));
    }
    if rows.len() < wanted {
        rows.extend(reader.finish());
    }
    Ok(rows)
}

#[cfg(test)]
mod tests;
