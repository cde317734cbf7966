//! What a Map run writes into buckets.

use std::sync::Arc;

use asl::{Failure, ResultWriter, Status, Value};
use bytes::Bytes;
use serde_json::{Map, json};

use super::{Driver, map_runs::failure};
use crate::{
    buckets::Buckets,
    execution::{Home, Record},
};

pub(super) fn member<'a>(arguments: &'a Value, name: &str) -> &'a str {
    arguments
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

impl Driver {
    pub(super) fn buckets(&self, error: &str) -> Result<&Arc<dyn Buckets>, Failure> {
        self.buckets
            .get()
            .ok_or_else(|| failure(error, "There are no buckets here.".to_owned()))
    }

    /// Writes the results of a Map run into a bucket; returns what the Map state's result is then.
    ///
    /// **Shape**: `PREFIX/ID/manifest.json` and beside it `SUCCEEDED_0.json`, `FAILED_0.json`, `PENDING_0.json`, each a
    /// list of the children's descriptions, or of the outputs of those that succeeded; with `.jsonl` one a line.
    pub(super) async fn write_results(
        &self,
        run_arn: &str,
        home: &Home,
        writer: &ResultWriter,
        children: &[Record],
        pending: &[Pending],
    ) -> Result<Value, Failure> {
        const FAILED: &str = "States.ResultWriterFailed";
        let buckets = self.buckets(FAILED)?;
        let arguments = writer.arguments.clone().unwrap_or_default();
        let bucket = member(&arguments, "Bucket");
        let prefix = member(&arguments, "Prefix").trim_end_matches('/');
        let id = run_arn.rsplit(':').next().unwrap_or_default();
        let folder = if prefix.is_empty() {
            id.to_owned()
        } else {
            format!("{prefix}/{id}")
        };
        let put = async |key: &str, body: String| {
            let put = buckets.put(&home.account, bucket, key, Bytes::from(body));
            put.await.map_err(|e| failure(FAILED, e.message))
        };
        let (succeeded, failed): (Vec<&Record>, Vec<&Record>) =
            children.iter().partition(|c| c.status == Status::Succeeded);
        let format = Format::of(writer.config.as_ref());
        let of_kinds = [
            ("FAILED", failed.into_iter().map(described).collect()),
            (
                "PENDING",
                pending.iter().map(|p| p.described(home)).collect(),
            ),
            ("SUCCEEDED", format.results(&succeeded)),
        ];
        let mut files = Map::new();
        for (name, rows) in of_kinds {
            let mut listed = Vec::new();
            if !rows.is_empty() {
                let (extension, body) = format.text(rows);
                let key = format!("{folder}/{name}_0.{extension}");
                listed.push(json!({"Key": key, "Size": body.len()}));
                put(&key, body).await?;
            }
            files.insert(name.to_owned(), listed.into());
        }
        let manifest =
            json!({"DestinationBucket": bucket, "MapRunArn": run_arn, "ResultFiles": files});
        let key = format!("{folder}/manifest.json");
        put(&key, manifest.to_string()).await?;
        Ok(Value::object([
            ("MapRunArn", Value::from(run_arn)),
            (
                "ResultWriterDetails",
                Value::object([("Bucket", Value::from(bucket)), ("Key", Value::from(key))]),
            ),
        ]))
    }
}

/// A child that a Map run never started: it ended before.
pub(super) struct Pending {
    pub name: Arc<str>,
    pub machine: Arc<str>,
    pub input: Value,
}

impl Pending {
    fn described(&self, home: &Home) -> serde_json::Value {
        let own = Home {
            machine: Arc::clone(&self.machine),
            name: Arc::clone(&self.name),
            ..home.clone()
        };
        json!({
            "ExecutionArn": own.arn(),
            "Input": self.input.to_text(),
            "InputDetails": {"Included": true},
            "Name": &*self.name,
            "StateMachineArn": own.machine_arn(),
            "Status": "PENDING",
        })
    }
}

/// How results are written: `WriterConfig`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    transformation: Transformation,
    /// A row a line, instead of one list.
    lines: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transformation {
    /// Descriptions of the children.
    None,
    /// Their outputs.
    Compact,
    /// Their outputs, lists taken apart.
    Flatten,
}

impl Format {
    pub(super) fn of(config: Option<&Value>) -> Self {
        let text = |name: &str| config.and_then(|c| c.get(name)?.as_str());
        Self {
            transformation: match text("Transformation") {
                Some("COMPACT") => Transformation::Compact,
                Some("FLATTEN") => Transformation::Flatten,
                _ => Transformation::None,
            },
            lines: text("OutputType") == Some("JSONL"),
        }
    }

    /// Returns the rows of children that succeeded, in order.
    pub(super) fn results(self, succeeded: &[&Record]) -> Vec<serde_json::Value> {
        if self.transformation == Transformation::None {
            return succeeded.iter().map(|child| described(child)).collect();
        }
        let mut rows = Vec::with_capacity(succeeded.len());
        for output in succeeded.iter().filter_map(|c| c.output.as_deref()) {
            match serde_json::from_str(output) {
                Ok(serde_json::Value::Array(items))
                    if self.transformation == Transformation::Flatten =>
                {
                    rows.extend(items);
                }
                Ok(value) => rows.push(value),
                Err(_) => rows.push(output.into()),
            }
        }
        rows
    }

    /// Returns a file's extension and text.
    fn text(self, rows: Vec<serde_json::Value>) -> (&'static str, String) {
        if !self.lines {
            return ("json", serde_json::Value::from(rows).to_string());
        }
        let lines = rows.iter().map(|row| format!("{row}\n"));
        ("jsonl", lines.collect())
    }
}

/// Returns a child as a result file tells of it.
fn described(child: &Record) -> serde_json::Value {
    let mut out = json!({
        "ExecutionArn": child.home.arn(),
        "Input": &*child.input,
        "InputDetails": {"Included": true},
        "Name": &*child.home.name,
        "StartDate": asl::time::iso(child.start_ms),
        "StateMachineArn": child.home.machine_arn(),
        "Status": child.status.as_str(),
    });
    if let Some(stop_ms) = child.stop_ms {
        out["StopDate"] = asl::time::iso(stop_ms).into();
    }
    let texts = [
        ("Output", &child.output),
        ("Error", &child.error),
        ("Cause", &child.cause),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            out[name] = (**text).into();
        }
    }
    if child.output.is_some() {
        out["OutputDetails"] = json!({"Included": true});
    }
    out
}
