use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use store::{Batch, BusEvent};

use super::thing::Thing;
use crate::testing::{House, value};

const RUN: &str = "arn:aws:states:us-east-1:000000000000:execution:taxi:nightly-1";

/// The tutorial, as services would tell of it: a rule started an execution, whose job run's script writes what a table
/// shows, which a query reads and a data set feeds to a dashboard.
async fn house() -> House {
    let house = House::new();
    let on = |service, operation, answer: Value| {
        house
            .door
            .on(service, operation, move |_| Ok(answer.clone()))
    };
    on(
        "events",
        "ListRules",
        json!({"Rules": [{"Name": "nightly", "EventBusName": "default"}]}),
    );
    let event = json!({"detail": {"bucket": {"name": "raw"}, "object": {"key": "trips.csv"}}});
    on(
        "states",
        "DescribeExecution",
        json!({"status": "SUCCEEDED", "startDate": 1.0, "input": event.to_string()}),
    );
    let submitted = |resource: &str, kind: &str, output: Value| json!({"taskSubmittedEventDetails": {"resourceType": kind, "resource": resource, "output": output.to_string()}});
    on(
        "states",
        "GetExecutionHistory",
        json!({"events": [
            submitted("createVirtualCluster", "emr-containers", json!({"Id": "c"})),
            submitted("startJobRun.sync", "emr-containers", json!({"Id": "j", "VirtualClusterId": "c"})),
            submitted("startQueryExecution.sync", "athena", json!({"QueryExecutionId": "q"})),
        ]}),
    );
    let driver = json!({"sparkSubmitJobDriver": {"entryPoint": "s3://code/report.py", "entryPointArguments": ["60"]}});
    on(
        "emr-containers",
        "DescribeJobRun",
        json!({"jobRun": {"name": "report", "state": "COMPLETED", "createdAt": 2.0, "jobDriver": driver}}),
    );
    let script = BASE64_STANDARD.encode("out.write.parquet('s3://lake/report/')");
    on("s3", "GetObject", json!({"Body": script}));
    on("s3", "HeadObject", json!({"LastModified": 1.0}));
    on(
        "glue",
        "GetDatabases",
        json!({"DatabaseList": [{"Name": "nyc"}]}),
    );
    let table = |name: &str, at: &str| json!({"Name": name, "DatabaseName": "nyc", "StorageDescriptor": {"Location": at}});
    on(
        "glue",
        "GetTables",
        json!({"TableList": [table("report", "s3://lake/report"), table("other", "s3://lake/other")]}),
    );
    let query = json!({
        "QueryExecutionId": "q", "Query": "SELECT *\n FROM report", "QueryExecutionContext": {"Database": "nyc"},
        "Status": {"State": "SUCCEEDED", "SubmissionDateTime": 3.0},
        "ResultConfiguration": {"OutputLocation": "s3://results/q.csv"},
    });
    on(
        "athena",
        "ListQueryExecutions",
        json!({"QueryExecutionIds": ["q"]}),
    );
    on(
        "athena",
        "BatchGetQueryExecution",
        json!({"QueryExecutions": [query.clone()]}),
    );
    on(
        "athena",
        "GetQueryExecution",
        json!({"QueryExecution": query}),
    );
    on(
        "quicksight",
        "ListDataSets",
        json!({"DataSetSummaries": [{"DataSetId": "d"}]}),
    );
    let source = json!({"t": {"RelationalTable": {"Schema": "nyc", "Name": "report"}}});
    on(
        "quicksight",
        "DescribeDataSet",
        json!({"DataSet": {"DataSetId": "d", "PhysicalTableMap": source}}),
    );
    on(
        "quicksight",
        "ListDashboards",
        json!({"DashboardSummaryList": [{"DashboardId": "b"}]}),
    );
    let sets = json!(["arn:aws:quicksight:us-east-1:000000000000:dataset/d"]);
    on(
        "quicksight",
        "DescribeDashboard",
        json!({"Dashboard": {"DashboardId": "b", "Version": {"DataSetArns": sets}}}),
    );
    house
        .services
        .firings
        .lock()
        .push(json!({"outcome": {"result": RUN}}));
    told(&house).await;
    house
}

async fn told(house: &House) {
    let mut batch = Batch::new();
    for (source, detail_type, detail) in [
        (
            "aws.states",
            "Step Functions Execution Status Change",
            json!({"executionArn": RUN, "name": "nightly-1", "stateMachineArn": "arn:m", "status": "SUCCEEDED",
                "startDate": 1_000, "stopDate": 9_000}),
        ),
        (
            "aws.emr-containers",
            "EMR Job Run State Change",
            json!({"id": "j", "virtualClusterId": "c", "state": "COMPLETED"}),
        ),
    ] {
        batch.publish(BusEvent {
            id: "e".into(),
            time_ms: 2_000,
            account: "000000000000".into(),
            region: "us-east-1".into(),
            bus: "default".into(),
            source: source.into(),
            detail_type: detail_type.into(),
            resources: vec![],
            detail: detail.to_string(),
            internal: false,
        });
    }
    house.main.commit(batch).await.unwrap();
    house.insight.start();
}

async fn edges(house: &House, reference: &str) -> Vec<String> {
    let got = value(
        house
            .get(&format!("/_taxiway/lineage?ref={reference}"))
            .await,
    )
    .await;
    let short = |id: &Value| {
        let id = id.as_str().unwrap();
        Thing::parse(id).map_or_else(
            || id.to_owned(),
            |thing| format!("{}:{}", thing.kind(), thing.title()),
        )
    };
    let mut edges: Vec<String> = got["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            format!(
                "{} {} {}",
                short(&edge["from"]),
                edge["what"].as_str().unwrap(),
                short(&edge["to"])
            )
        })
        .collect();
    edges.sort();
    edges
}

#[tokio::test]
async fn from_the_table_to_both_ends() {
    let house = house().await;
    assert_eq!(
        edges(&house, "table:nyc.report").await,
        [
            "dataset:d feeds dashboard:b",
            "execution:nightly-1 starts job:j",
            "job:j writes or reads table:nyc.report",
            "object:code/report.py runs as job:j",
            "object:raw/trips.csv triggers execution:nightly-1",
            "query:q writes object:results/q.csv",
            "rule:nightly starts execution:nightly-1",
            "table:nyc.report feeds dataset:d",
            "table:nyc.report is read by query:q",
        ]
    );
}

#[tokio::test]
async fn from_the_ends_to_the_table() {
    let house = house().await;
    let back = edges(
        &house,
        "arn:aws:quicksight:us-east-1:000000000000:dashboard/b",
    )
    .await;
    assert!(
        back.contains(&"table:nyc.report feeds dataset:d".to_owned()),
        "{back:?}"
    );
    assert!(
        back.contains(&"rule:nightly starts execution:nightly-1".to_owned()),
        "{back:?}"
    );
    let forth = edges(&house, "arn:aws:events:us-east-1:000000000000:rule/nightly").await;
    assert!(
        forth.contains(&"execution:nightly-1 starts query:q".to_owned()),
        "{forth:?}"
    );
    assert!(
        forth.contains(&"dataset:d feeds dashboard:b".to_owned()),
        "{forth:?}"
    );
    let got = value(house.get(&format!("/_taxiway/lineage?ref={RUN}")).await).await;
    assert_eq!(
        edges(&house, "j").await,
        edges(&house, "job:c/j").await,
        "by its id alone"
    );
    assert_eq!(
        edges(&house, "dataset:d").await.len(),
        edges(&house, "dashboard:b").await.len()
    );
    assert_eq!(house.get("/_taxiway/lineage?ref=none").await.status(), 400);
    let node = &got["nodes"][0];
    assert_eq!(
        (&node["kind"], &node["status"]),
        (&json!("execution"), &json!("SUCCEEDED"))
    );
    assert_eq!(node["time"], "1970-01-01T00:00:01.000Z");
}

#[test]
fn references_are_read_as_written() {
    let principal = aws::Principal::root("000000000000", "us-east-1");
    for text in [
        "s3://b/a b/c",
        RUN,
        "arn:aws:events:us-east-1:000000000000:rule/nightly",
        "arn:aws:events:us-east-1:000000000000:rule/bus/nightly",
        "arn:aws:emr-containers:us-east-1:000000000000:/virtualclusters/c/jobruns/j",
        "query:q",
        "table:nyc.trips",
        "arn:aws:quicksight:us-east-1:000000000000:dataset/d",
        "arn:aws:quicksight:us-east-1:000000000000:dashboard/d",
        "arn:aws:quicksight:us-east-1:000000000000:analysis/d",
    ] {
        assert_eq!(Thing::parse(text).unwrap().id(&principal), text);
    }
    for text in [
        "",
        "s3://b",
        "table:nyc",
        "arn:aws:states:r:1:stateMachine:m",
        "nonsense",
        "query:",
    ] {
        assert_eq!(Thing::parse(text), None, "{text}");
    }
}

#[tokio::test]
async fn what_was_written_while_a_job_ran_is_its_work() {
    let house = house().await;
    let driver = json!({"sparkSubmitJobDriver": {"entryPoint": "s3://code/report.py"}});
    let run = json!({"jobRun": {"createdAt": 2.0, "finishedAt": 8.5, "jobDriver": driver}});
    house
        .door
        .on("emr-containers", "DescribeJobRun", move |_| Ok(run.clone()));
    for (at, role) in [
        (7.0, "writes"),
        (9.0, "writes"),
        (1.9, "writes or reads"),
        (60.0, "writes or reads"),
    ] {
        house.door.on("s3", "ListObjectsV2", move |call| {
            assert_eq!(call.input["Prefix"], "report");
            Ok(json!({"Contents": [
                {"Key": "report/a.parquet", "LastModified": at},
                {"Key": "reports-of-others/b", "LastModified": 5.0},
            ]}))
        });
        let found = edges(&house, "table:nyc.report").await;
        assert!(
            found.contains(&format!("job:j {role} table:nyc.report")),
            "{at}: {found:?}"
        );
    }
}

#[tokio::test]
async fn reports_in_the_making_are_reports_too_and_have_names() {
    let house = house().await;
    let sets = json!(["arn:aws:quicksight:us-east-1:000000000000:dataset/d"]);
    let on = |operation, answer: Value| {
        house
            .door
            .on("quicksight", operation, move |_| Ok(answer.clone()))
    };
    on(
        "ListAnalyses",
        json!({"AnalysisSummaryList": [{"AnalysisId": "a"}]}),
    );
    let analysis = |status: &str| json!({"Analysis": {"AnalysisId": "a", "Name": "Fares", "Status": status, "DataSetArns": sets}});
    on("DescribeAnalysis", analysis("DELETED"));
    let without = edges(&house, "dataset:d").await;
    assert!(
        without.iter().all(|edge| !edge.contains("analysis")),
        "{without:?}"
    );
    let house = self::house().await;
    let on = |operation, answer: Value| {
        house
            .door
            .on("quicksight", operation, move |_| Ok(answer.clone()))
    };
    on(
        "ListAnalyses",
        json!({"AnalysisSummaryList": [{"AnalysisId": "a"}]}),
    );
    on("DescribeAnalysis", analysis("CREATION_SUCCESSFUL"));
    let forth = edges(&house, "table:nyc.report").await;
    assert!(
        forth.contains(&"dataset:d feeds analysis:a".to_owned()),
        "{forth:?}"
    );
    let back = edges(&house, "analysis:a").await;
    assert!(
        back.contains(&"table:nyc.report feeds dataset:d".to_owned()),
        "{back:?}"
    );
    let got = value(house.get("/_taxiway/lineage?ref=analysis:a").await).await;
    let node = &got["nodes"][0];
    assert_eq!(
        (&node["title"], &node["href"]),
        (&json!("Fares"), &json!("/_console/reports/analyses/a"))
    );
}
