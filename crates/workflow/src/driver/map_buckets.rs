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
    /// **Shape**: `PREFIX/ID/manifest.json` and beside it `SUCCEEDED_0.json`, `FAILED_0.json`, each a list of the
    /// children's descriptions.
    pub(super) async fn write_results(
        &self,
        run_arn: &str,
        home: &Home,
        writer: &ResultWriter,
        children: &[Record],
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
        let mut files = Map::new();
        for (name, succeeded) in [("FAILED", false), ("PENDING", true), ("SUCCEEDED", true)] {
            let of_kind = children
                .iter()
                .filter(|c| (c.status == Status::Succeeded) == succeeded && name != "PENDING");
            let described: Vec<serde_json::Value> = of_kind.map(described).collect();
            let mut listed = Vec::new();
            if !described.is_empty() {
                let body = serde_json::Value::from(described).to_string();
                let key = format!("{folder}/{name}_0.json");
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
