//! `/_taxiway/preview`: a first look at an object: CSV, JSON and Parquet as rows, text as text.

mod json;
mod table;

use std::io::Read;

use aws::{ApiError, Body};
use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::read::MultiGzDecoder;
use http::Response;
use serde::Serialize;
use serde_json::json;

use crate::{
    Insight,
    delimited::Cells,
    web::{self, Ask},
};

/// How much of an object is looked at; Parquet is read where its footer says.
const HEAD_BYTES: usize = 256 * 1024;
/// How much of it, unpacked.
const UNPACKED_BYTES: u64 = 1 << 20;
const ROWS: u64 = 100;
const MOST_ROWS: u64 = 1_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

/// What the console shows.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Preview {
    pub(crate) format: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Cells>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// There is more in the object than is shown.
    pub(crate) truncated: bool,
}

/// Answers `GET /_taxiway/preview?bucket=…&key=…&limit=…`.
pub(crate) async fn answer(insight: &Insight, ask: &Ask) -> Result<Response<Body>, ApiError> {
    let (bucket, key) = (ask.needed("bucket")?, ask.needed("key")?);
    let limit = usize::try_from(ask.number("limit", ROWS, MOST_ROWS)?).unwrap_or_default();
    let input =
        json!({"Bucket": bucket, "Key": key, "Range": format!("bytes=0-{}", HEAD_BYTES - 1)});
    let got = ask.call(&*insight.door, "s3", "GetObject", input).await;
    let (head, size) = match got {
        Ok(object) => {
            let body = object["Body"].as_str().unwrap_or_default();
            let head = BASE64_STANDARD.decode(body).map_err(ApiError::internal)?;
            let range = object["ContentRange"].as_str().unwrap_or_default();
            let size = range.rsplit('/').next().and_then(|size| size.parse().ok());
            let size = size.unwrap_or(head.len());
            (head, size)
        }
        // There is no range in an empty object.
        Err(error) if error.code == "InvalidRange" => (Vec::new(), 0),
        Err(error) => return Err(error),
    };
    if head.starts_with(b"PAR1") {
        return web::json(&parquet(insight, bucket, key, limit).await?);
    }
    let whole = head.len() >= size;
    let (head, whole) = if head.starts_with(&[0x1f, 0x8b]) {
        unpacked(&head, whole)
    } else {
        (head, whole)
    };
    web::json(&look(key, &head, whole, limit))
}

async fn parquet(
    insight: &Insight,
    bucket: &str,
    key: &str,
    limit: usize,
) -> Result<Preview, ApiError> {
    let asked = insight.services.first_rows(bucket, key, limit + 1);
    let (columns, mut rows) = asked.await?;
    let truncated = rows.len() > limit;
    rows.truncate(limit);
    let columns = columns
        .into_iter()
        .map(|(name, kind)| Column { name, kind });
    Ok(Preview {
        format: "parquet",
        columns: columns.collect(),
        rows,
        text: None,
        truncated,
    })
}

/// Unpacks what there is of a gzipped object, and says whether that is all.
fn unpacked(head: &[u8], whole: bool) -> (Vec<u8>, bool) {
    let mut text = Vec::new();
    let read = MultiGzDecoder::new(head)
        .take(UNPACKED_BYTES)
        .read_to_end(&mut text);
    // What was unpacked before the end of what there is stays.
    let whole = whole && read.is_ok() && (text.len() as u64) < UNPACKED_BYTES;
    (text, whole)
}

/// Shows the beginning of an object.
fn look(key: &str, head: &[u8], whole: bool, limit: usize) -> Preview {
    let Some(text) = text_of(head, whole) else {
        return Preview {
            format: "binary",
            truncated: !whole,
            ..Preview::default()
        };
    };
    let name = key.rsplit('/').next().unwrap_or_default().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let rows = match ending {
        "csv" | "tsv" | "psv" => table::look(text, ending, whole, limit),
        "json" | "jsonl" | "ndjson" | "geojson" => json::look(text, whole, limit),
        _ if text.trim_start().starts_with(['{', '[']) => json::look(text, whole, limit),
        _ => None,
    };
    rows.unwrap_or_else(|| Preview {
        format: if ending == "json" { "json" } else { "text" },
        text: Some(text.to_owned()),
        truncated: !whole,
        ..Preview::default()
    })
}

/// Returns the text, without a character that is cut off at its end; nothing where it is no text.
fn text_of(head: &[u8], whole: bool) -> Option<&str> {
    if head.contains(&0) {
        return None;
    }
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && !whole => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    Some(text.strip_prefix('\u{feff}').unwrap_or(text))
}

#[cfg(test)]
mod tests;
