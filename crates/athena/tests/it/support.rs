//! The services over a temporary folder, called as the door calls them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use athena::{Athena, Glue};
use aws::{ApiError, Context, Operations, Principal, Service};
use objects::{Objects, Owner, PutRequest};
use serde_json::{Value, json};
use store::{Store, SystemClock};

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) objects: Arc<Objects>,
    pub(crate) athena: Arc<Athena>,
    operations: HashMap<&'static str, Operations>,
    _folder: tempfile::TempDir,
}

impl House {
    /// Opens everything, with the buckets `data` and `results`.
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::in_memory().unwrap();
        let clock = Arc::new(SystemClock);
        let objects = Objects::open(Store::in_memory().unwrap(), folder.path(), clock.clone())
            .await
            .unwrap();
        for bucket in ["data", "results"] {
            objects
                .create_bucket(bucket, &Owner::new("000000000000", "us-east-1"))
                .await
                .unwrap();
        }
        let athena = Athena::new(store.clone(), clock.clone(), Arc::clone(&objects));
        let glue = Glue::new(store.clone(), clock);
        let operations = HashMap::from([
            ("athena", Arc::clone(&athena).operations()),
            ("glue", glue.operations()),
        ]);
        Self {
            store,
            objects,
            athena,
            operations,
            _folder: folder,
        }
    }

    pub(crate) fn operations(&self, service: &str) -> &Operations {
        &self.operations[service]
    }

    pub(crate) async fn call(
        &self,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, ApiError> {
        let context = Context {
            principal: Principal::root("000000000000", "us-east-1"),
            request_id: "test".into(),
        };
        let handler = self.operations[service].get(operation).unwrap();
        (handler.run)(context, input).await
    }

    pub(crate) async fn glue(&self, operation: &str, input: Value) -> Value {
        self.call("glue", operation, input).await.unwrap()
    }

    pub(crate) async fn put(&self, key: &str, body: impl Into<Vec<u8>>) {
        let body: Vec<u8> = body.into();
        self.objects
            .put_bytes("data", key, PutRequest::default(), body)
            .await
            .unwrap();
    }

    pub(crate) async fn start(&self, sql: &str) -> Result<String, ApiError> {
        let input = json!({
            "QueryString": sql,
            "ResultConfiguration": {"OutputLocation": "s3://results/out/"},
        });
        let started = self.call("athena", "StartQueryExecution", input).await?;
        Ok(started["QueryExecutionId"].as_str().unwrap().to_owned())
    }

    /// Waits until a query has ended, and returns it.
    pub(crate) async fn ended(&self, id: &str) -> Value {
        loop {
            let got = self
                .call(
                    "athena",
                    "GetQueryExecution",
                    json!({"QueryExecutionId": id}),
                )
                .await
                .unwrap();
            let execution = got["QueryExecution"].clone();
            if !matches!(
                execution["Status"]["State"].as_str(),
                Some("QUEUED" | "RUNNING")
            ) {
                return execution;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Runs a statement that must succeed.
    pub(crate) async fn run(&self, sql: &str) -> Value {
        let id = self
            .start(sql)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        let execution = self.ended(&id).await;
        assert_eq!(
            execution["Status"]["State"], "SUCCEEDED",
            "{sql}: {execution:#}"
        );
        execution
    }

    /// Runs a statement that must fail, and returns the reason.
    pub(crate) async fn fails(&self, sql: &str) -> String {
        let id = self
            .start(sql)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        let execution = self.ended(&id).await;
        assert_eq!(
            execution["Status"]["State"], "FAILED",
            "{sql}: {execution:#}"
        );
        assert_eq!(
            execution["Status"]["StateChangeReason"],
            execution["Status"]["AthenaError"]["ErrorMessage"]
        );
        execution["Status"]["StateChangeReason"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn results(&self, id: &str) -> Value {
        self.call("athena", "GetQueryResults", json!({"QueryExecutionId": id}))
            .await
            .unwrap()
    }

    /// Runs a query and returns its rows, the header left out; `∅` for NULL.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let execution = self.run(sql).await;
        let results = self
            .results(execution["QueryExecutionId"].as_str().unwrap())
            .await;
        let rows = results["ResultSet"]["Rows"].as_array().unwrap().clone();
        let header = usize::from(execution["SubstatementType"] == "SELECT");
        rows[header..]
            .iter()
            .map(|row| {
                let cells = row["Data"].as_array().unwrap().iter();
                cells
                    .map(|c| c["VarCharValue"].as_str().unwrap_or("∅").to_owned())
                    .collect()
            })
            .collect()
    }

    pub(crate) async fn text(&self, bucket: &str, key: &str) -> String {
        String::from_utf8(self.objects.get_bytes(bucket, key).await.unwrap().to_vec()).unwrap()
    }
}
