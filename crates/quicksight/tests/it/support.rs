//! A house with all that reports need.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use aws::{ApiError, Call, Door, DoorHandle, Invoke, Operations, Principal, Service, ids};
use objects::{Objects, Owner, PutRequest};
use quicksight::QuickSight;
use serde_json::{Value, json};
use store::{Clock, Store, SystemClock};

pub(crate) const ACCOUNT: &str = "000000000000";

/// The machine's clock, put forward by a test.
#[derive(Debug, Default)]
pub(crate) struct Ahead(AtomicI64);

impl Ahead {
    pub(crate) fn put_forward(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for Ahead {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms() + self.0.load(Ordering::SeqCst)
    }
}

pub(crate) struct House {
    pub(crate) clock: Arc<Ahead>,
    pub(crate) objects: Arc<Objects>,
    pub(crate) service: Arc<QuickSight>,
    pub(crate) store: Store,
    snapshots: Arc<Objects>,
    door: Door,
    _folders: (tempfile::TempDir, tempfile::TempDir),
}

/// Connects the services, all behind one door.
async fn life<I: Invoke + 'static>(
    clock: Arc<Ahead>,
    store: &Store,
    objects: &Arc<Objects>,
    snapshots: &Arc<Objects>,
    through: impl FnOnce(DoorHandle) -> Arc<I>,
) -> (Arc<QuickSight>, Door) {
    let handle = DoorHandle::new();
    let athena = athena::Athena::new(store.clone(), clock.clone(), Arc::clone(objects));
    let glue = athena::Glue::new(store.clone(), clock.clone());
    let service = QuickSight::open(
        store.clone(),
        clock.clone(),
        Arc::clone(objects),
        Arc::clone(snapshots),
        through(handle.clone()),
        query::Settings::default(),
    )
    .await
    .unwrap();
    let door = Door::builder()
        .raw("s3", s3::S3::new(Arc::clone(objects), clock))
        .service(athena)
        .service(glue)
        .service(service.clone())
        .build();
    handle.bind(Arc::new(door.clone()));
    (service, door)
}

impl House {
    /// Opens everything, with the bucket `data`.
    pub(crate) async fn open() -> Self {
        let folders = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = Store::in_memory().unwrap();
        let open = |folder: std::path::PathBuf| async move {
            let store = Store::in_memory().unwrap();
            Objects::open(store, &folder, Arc::new(SystemClock))
                .await
                .unwrap()
        };
        let objects = open(folders.0.path().to_owned()).await;
        let snapshots = open(folders.1.path().to_owned()).await;
        objects
            .create_bucket("data", &Owner::new(ACCOUNT, "us-east-1"))
            .await
            .unwrap();
        let clock = Arc::new(Ahead::default());
        let (service, door) =
            life(Arc::clone(&clock), &store, &objects, &snapshots, Arc::new).await;
        Self {
            clock,
            objects,
            service,
            store,
            snapshots,
            door,
            _folders: folders,
        }
    }

    /// Begins another life of the services on what there is; `through` is put before the door that they call. The
    /// former life is forgotten, not ended.
    pub(crate) async fn restart<I: Invoke + 'static>(
        &mut self,
        through: impl FnOnce(DoorHandle) -> Arc<I>,
    ) {
        let (service, door) = life(
            Arc::clone(&self.clock),
            &self.store,
            &self.objects,
            &self.snapshots,
            through,
        )
        .await;
        (self.service, self.door) = (service, door);
    }

    pub(crate) fn operations(&self) -> Operations {
        Arc::clone(&self.service).operations()
    }

    /// Calls QuickSight; the account is added.
    pub(crate) async fn call(&self, operation: &str, mut input: Value) -> Result<Value, ApiError> {
        if !operation.ends_with("Resource") || operation == "ListFoldersForResource" {
            input["AwsAccountId"] = ACCOUNT.into();
        }
        self.of("quicksight", operation, input).await
    }

    pub(crate) async fn ok(&self, operation: &str, input: Value) -> Value {
        match self.call(operation, input).await {
            Ok(output) => output,
            Err(error) => panic!("{operation}: {error} {:?}", error.source),
        }
    }

    /// Returns the code and message of a refusal.
    pub(crate) async fn refused(&self, operation: &str, input: Value) -> (String, String) {
        let error = self.call(operation, input).await.unwrap_err();
        (error.code, error.message)
    }

    pub(crate) async fn of(
        &self,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, ApiError> {
        let root = Principal::root(ACCOUNT, "us-east-1");
        self.of_as(root, service, operation, input).await
    }

    pub(crate) async fn of_as(
        &self,
        principal: Principal,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, ApiError> {
        let call = Call {
            service: service.into(),
            operation: operation.into(),
            input,
            principal,
            request_id: ids::request_id(),
        };
        self.door.call(call).await
    }

    pub(crate) async fn put(&self, key: &str, body: &str) {
        let body = body.as_bytes().to_vec();
        let put = self
            .objects
            .put_bytes("data", key, PutRequest::default(), body);
        put.await.unwrap();
    }

    /// Runs a statement by Athena to its end, and returns the rows of its answer without the header.
    pub(crate) async fn athena(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let started = self
            .of("athena", "StartQueryExecution", json!({
                "QueryString": sql, "ResultConfiguration": {"OutputLocation": "s3://data/results/"},
            }))
            .await
            .unwrap();
        loop {
            let got = self
                .of("athena", "GetQueryExecution", started.clone())
                .await
                .unwrap();
            let status = &got["QueryExecution"]["Status"];
            match status["State"].as_str().unwrap() {
                "SUCCEEDED" => break,
                "FAILED" => panic!("{sql}: {status}"),
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
        let results = self.of("athena", "GetQueryResults", started).await.unwrap();
        let rows = results["ResultSet"]["Rows"].as_array().unwrap();
        rows.iter()
            .skip(1)
            .map(|row| {
                let cells = row["Data"].as_array().unwrap().iter();
                cells
                    .map(|c| c["VarCharValue"].as_str().map(str::to_owned))
                    .collect()
            })
            .collect()
    }

    /// Makes the table `trips` of CSV, and the source `athena`.
    pub(crate) async fn trips(&self, csv: &str) {
        self.put("trips/a.csv", csv).await;
        self.athena(
            "CREATE EXTERNAL TABLE IF NOT EXISTS trips (kind string, at timestamp, distance double, riders bigint) \
             ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://data/trips/'",
        )
        .await;
        if self
            .call("DescribeDataSource", json!({"DataSourceId": "athena"}))
            .await
            .is_err()
        {
            self.ok(
                "CreateDataSource",
                json!({
                    "DataSourceId": "athena", "Name": "Athena", "Type": "ATHENA",
                    "DataSourceParameters": {"AthenaParameters": {"WorkGroup": "primary"}},
                }),
            )
            .await;
        }
    }

    pub(crate) fn arn(&self, resource: &str) -> String {
        format!("arn:aws:quicksight:us-east-1:{ACCOUNT}:{resource}")
    }

    /// Returns the trips' physical table.
    pub(crate) fn trips_table(&self) -> Value {
        json!({"t": {"RelationalTable": {
            "DataSourceArn": self.arn("datasource/athena"), "Schema": "default", "Name": "trips",
            "InputColumns": [
                {"Name": "kind", "Type": "STRING"}, {"Name": "at", "Type": "DATETIME"},
                {"Name": "distance", "Type": "DECIMAL"}, {"Name": "riders", "Type": "INTEGER"}]}}})
    }

    /// Waits until an ingestion has ended, and returns it.
    pub(crate) async fn ingested(&self, data_set: &str, id: &str) -> Value {
        for _ in 0..2000 {
            let got = self
                .ok(
                    "DescribeIngestion",
                    json!({"DataSetId": data_set, "IngestionId": id}),
                )
                .await;
            let ingestion = got["Ingestion"].clone();
            if ["COMPLETED", "FAILED", "CANCELLED"]
                .contains(&ingestion["IngestionStatus"].as_str().unwrap())
            {
                return ingestion;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("ingestion {id} of {data_set} does not end");
    }

    /// Creates a data set and waits for its first ingestion, where it has one.
    pub(crate) async fn data_set(&self, mut input: Value) -> Value {
        if input.get("Name").is_none() {
            input["Name"] = input["DataSetId"].clone();
        }
        let id = input["DataSetId"].as_str().unwrap().to_owned();
        let made = self.ok("CreateDataSet", input).await;
        match made["IngestionId"].as_str() {
            Some(ingestion) => self.ingested(&id, ingestion).await,
            None => made,
        }
    }

    /// Takes a snapshot of a visual as CSV, and returns it.
    pub(crate) async fn csv(
        &self,
        dashboard: &str,
        visual: &str,
        tags: Value,
    ) -> Result<String, String> {
        let id = ids::base36(8);
        self.ok("StartDashboardSnapshotJob", json!({
            "DashboardId": dashboard, "SnapshotJobId": id,
            "UserConfiguration": {"AnonymousUsers": [tags]},
            "SnapshotConfiguration": {
                "FileGroups": [{"Files": [{"FormatType": "CSV", "SheetSelections": [
                    {"SheetId": "s1", "SelectionScope": "SELECTED_VISUALS", "VisualIds": [visual]}]}]}],
                "DestinationConfiguration": {"S3Destinations": [{"BucketConfiguration": {
                    "BucketName": "data", "BucketPrefix": "snapshots", "BucketRegion": "us-east-1"}}]},
            },
        }))
        .await;
        let job = json!({"DashboardId": dashboard, "SnapshotJobId": id});
        for _ in 0..2000 {
            let got = self.ok("DescribeDashboardSnapshotJob", job.clone()).await;
            if ["COMPLETED", "FAILED"].contains(&got["JobStatus"].as_str().unwrap()) {
                let result = self.ok("DescribeDashboardSnapshotJobResult", job).await;
                if let Some(error) = result["ErrorInfo"]["ErrorMessage"].as_str() {
                    return Err(error.to_owned());
                }
                let uri = result.pointer("/Result/AnonymousUsers/0/FileGroups/0/S3Results/0/S3Uri");
                let key = uri
                    .unwrap()
                    .as_str()
                    .unwrap()
                    .strip_prefix("s3://data/")
                    .unwrap()
                    .to_owned();
                let body = self.objects.get_bytes("data", &key).await.unwrap();
                return Ok(String::from_utf8(body.to_vec()).unwrap());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the job does not end");
    }
}
