//! Queries by Athena, as anyone makes them: by Calls.

use std::time::Duration;

use aws::{ApiError, Call, Principal, ids};
use query::Location;
use serde_json::{Value, json};

use super::{SourceError, sql_kind};
use crate::QuickSight;

/// The first look at a query comes this soon, and each next one twice as late.
const LOOK_MS: u64 = 4;
/// No look comes later than this after another.
const LOOK_MAX_MS: u64 = 250;
/// Rows of one page of results: Athena's most.
const PAGE: usize = 1000;

/// One work group of an account.
pub(crate) struct Athena<'a> {
    service: &'a QuickSight,
    principal: Principal,
    work_group: String,
}

/// A query's answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// Names and Trino's types.
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) rows: Vec<Vec<Option<String>>>,
}

/// Where an answer was put as Parquet.
pub(crate) struct Staged {
    pub(crate) location: Location,
}

impl<'a> Athena<'a> {
    pub(crate) fn new(service: &'a QuickSight, principal: Principal, work_group: String) -> Self {
        Self {
            service,
            principal,
            work_group,
        }
    }

    async fn call(&self, service: &str, operation: &str, input: Value) -> Result<Value, ApiError> {
        let call = Call {
            service: service.into(),
            operation: operation.into(),
            input,
            principal: self.principal.clone(),
            request_id: ids::request_id(),
        };
        self.service.invoke.call(call).await
    }

    /// Returns the folder for results: the work group's, else the account's default bucket, which is made when
    /// it is not there, as QuickSight does.
    async fn output(&self) -> Result<(Location, bool), SourceError> {
        let group = self
            .call(
                "athena",
                "GetWorkGroup",
                json!({"WorkGroup": self.work_group}),
            )
            .await
            .map_err(refused)?;
        let own = group
            .pointer("/WorkGroup/Configuration/ResultConfiguration/OutputLocation")
            .and_then(Value::as_str)
            .and_then(Location::parse);
        if let Some(location) = own {
            return Ok((location.folder(), true));
        }
        let (region, account) = (&self.principal.region, &self.principal.account);
        let bucket = format!("aws-athena-query-results-{region}-{account}");
        let there = self.service.objects.head_bucket(&bucket).await;
        if matches!(there, Err(objects::Error::NoSuchBucket { .. })) {
            let mut input = json!({"Bucket": bucket});
            if **region != *"us-east-1" {
                input["CreateBucketConfiguration"] = json!({"LocationConstraint": region});
            }
            match self.call("s3", "CreateBucket", input).await {
                Err(error) if error.code != "BucketAlreadyOwnedByYou" => {
                    return Err(refused(error));
                }
                _ => {}
            }
        }
        Ok((
            Location {
                bucket,
                prefix: String::new(),
            },
            false,
        ))
    }

    /// Runs a query to its end, and returns its execution.
    async fn run(&self, sql: &str, output: &(Location, bool)) -> Result<Value, SourceError> {
        let mut input = json!({"QueryString": sql, "WorkGroup": self.work_group});
        if !output.1 {
            input["ResultConfiguration"] = json!({"OutputLocation": output.0.url()});
        }
        let started = self
            .call("athena", "StartQueryExecution", input)
            .await
            .map_err(refused)?;
        let id = started["QueryExecutionId"].clone();
        let mut guard = StopOnDrop {
            service: self.service,
            principal: self.principal.clone(),
            id: Some(id.clone()),
        };
        let mut wait = LOOK_MS;
        loop {
            let found = self
                .call(
                    "athena",
                    "GetQueryExecution",
                    json!({"QueryExecutionId": id}),
                )
                .await
                .map_err(refused)?;
            let execution = &found["QueryExecution"];
            if matches!(
                execution["Status"]["State"].as_str(),
                Some("SUCCEEDED" | "FAILED" | "CANCELLED")
            ) {
                guard.id = None;
            }
            match execution["Status"]["State"].as_str() {
                Some("SUCCEEDED") => return Ok(execution.clone()),
                Some("FAILED" | "CANCELLED") => {
                    let reason = execution["Status"]["StateChangeReason"].as_str();
                    let reason = reason.unwrap_or("The query was cancelled");
                    return Err(SourceError::new(sql_kind(reason), reason));
                }
                _ => tokio::time::sleep(Duration::from_millis(wait)).await,
            }
            wait = (wait * 2).min(LOOK_MAX_MS);
        }
    }

    /// Returns at most `limit` rows of an answer.
    pub(crate) async fn rows(&self, sql: &str, limit: usize) -> Result<Answer, SourceError> {
        let output = self.output().await?;
        let execution = self.run(sql, &output).await?;
        let mut answer = Answer::default();
        let mut token: Option<Value> = None;
        loop {
            let mut input =
                json!({"QueryExecutionId": execution["QueryExecutionId"], "MaxResults": PAGE});
            if let Some(token) = &token {
                input["NextToken"] = token.clone();
            }
            let page = self
                .call("athena", "GetQueryResults", input)
                .await
                .map_err(refused)?;
            let infos = page.pointer("/ResultSet/ResultSetMetadata/ColumnInfo");
            if answer.columns.is_empty() {
                answer.columns = list(infos)
                    .map(|c| (text(&c["Name"]), text(&c["Type"])))
                    .collect();
            }
            // The first row of the first page is the header.
            let skip = usize::from(token.is_none());
            let rows = list(page.pointer("/ResultSet/Rows")).skip(skip);
            answer.rows.extend(rows.map(|row| {
                list(row.get("Data"))
                    .map(|cell| cell["VarCharValue"].as_str().map(str::to_owned))
                    .collect()
            }));
            if answer.rows.len() >= limit {
                answer.rows.truncate(limit);
                return Ok(answer);
            }
            match page.get("NextToken") {
                Some(next) if !next.is_null() => token = Some(next.clone()),
                _ => return Ok(answer),
            }
        }
    }

    /// Puts an answer into a new folder as Parquet.
    pub(crate) async fn stage(&self, sql: &str) -> Result<Staged, SourceError> {
        let output = self.output().await?;
        let location = Location {
            bucket: output.0.bucket.clone(),
            prefix: format!("{}quicksight/{}/", output.0.prefix, ids::uuid()),
        };
        let sql = format!(
            "UNLOAD ({sql}) TO '{}' WITH (format = 'PARQUET', compression = 'SNAPPY')",
            location.url().replace('\'', "''")
        );
        let staged = Staged { location };
        match self.run(&sql, &output).await {
            Ok(_) => Ok(staged),
            Err(error) => {
                staged.clear(self.service).await;
                Err(error)
            }
        }
    }
}

impl Staged {
    /// Deletes what was put there.
    pub(crate) async fn clear(&self, service: &QuickSight) {
        let mut request = objects::ListRequest::prefix(self.location.prefix.clone());
        loop {
            let page = match service.objects.list(&self.location.bucket, &request).await {
                Ok(page) => page,
                Err(error) => {
                    tracing::warn!(%error, "staged rows could not be listed");
                    return;
                }
            };
            for object in &page.objects {
                let gone = service
                    .objects
                    .delete(&self.location.bucket, &object.key)
                    .await;
                if let Err(error) = gone {
                    tracing::warn!(%error, "staged rows could not be deleted");
                }
            }
            match page.next {
                Some(next) => request.start_after = Some(next),
                None => return,
            }
        }
    }
}

/// Stops a query whose caller went away.
struct StopOnDrop<'a> {
    service: &'a QuickSight,
    principal: Principal,
    /// Absent once it has ended.
    id: Option<Value>,
}

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        let Some(id) = self.id.take() else { return };
        let call = Call {
            service: "athena".into(),
            operation: "StopQueryExecution".into(),
            input: json!({"QueryExecutionId": id}),
            principal: self.principal.clone(),
            request_id: ids::request_id(),
        };
        let stop = self.service.invoke.call(call);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(stop);
        }
    }
}

fn refused(error: ApiError) -> SourceError {
    if error.status >= 500 {
        return SourceError::internal(format!("{error} {:?}", error.source));
    }
    let kind = match error.code.as_str() {
        "AccessDeniedException" => "PERMISSION_DENIED",
        _ if error.message.contains("WorkGroup") => "INVALID_DATA_SOURCE_CONFIG",
        _ => "SQL_EXCEPTION",
    };
    SourceError::new(kind, error.message)
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("").to_owned()
}
