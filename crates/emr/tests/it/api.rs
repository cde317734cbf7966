//! The operations' own rules: conflicts, idempotency, listings, tags, templates, EKS.
use std::{collections::BTreeSet, sync::Arc};

use crate::support::{ACCOUNT, House, REGION, Server, cluster, job};
use aws::{Context, Principal, Service};
use emr::Eks;
use serde_json::{Value, json};

async fn server() -> (House, Server) {
    let house = House::new().await;
    let server = house.server(2);
    (house, server)
}

async fn refused(server: &Server, operation: &str, input: Value) -> (String, String) {
    let error = server.call(operation, input).await.unwrap_err();
    (error.code, error.message)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_holds_one_virtual_cluster_until_it_is_terminated() {
    let (_house, server) = server().await;
    let first = server.cluster("a").await;
    let taken = "A virtual cluster already exists in the given namespace";
    let (code, message) = refused(&server, "CreateVirtualCluster", cluster("a")).await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("ValidationException", taken)
    );
    server.cluster("b").await;
    server
        .call("DeleteVirtualCluster", json!({"id": first}))
        .await
        .unwrap();
    let mut state = Value::Null;
    while state != "TERMINATED" {
        let described = server
            .call("DescribeVirtualCluster", json!({"id": first}))
            .await
            .unwrap();
        state = described["virtualCluster"]["state"].clone();
        assert_ne!(state, "RUNNING");
        tokio::task::yield_now().await;
    }
    // Whoever repeats a deletion whose answer was lost does not fail.
    server
        .call("DeleteVirtualCluster", json!({"id": first}))
        .await
        .unwrap();
    server.cluster("a").await;
    let (code, message) = refused(&server, "StartJobRun", job(&first, "true")).await;
    assert_eq!(code, "ValidationException");
    assert!(message.contains("TERMINATED"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_token_makes_once() {
    let (_house, server) = server().await;
    let mut input = cluster("a");
    input["clientToken"] = "t".into();
    let made = server
        .call("CreateVirtualCluster", input.clone())
        .await
        .unwrap();
    assert_eq!(
        server
            .call("CreateVirtualCluster", input.clone())
            .await
            .unwrap(),
        made
    );
    input["name"] = "other".into();
    assert_eq!(
        refused(&server, "CreateVirtualCluster", input).await.0,
        "ValidationException"
    );
    let mut start = job(made["id"].as_str().unwrap(), "true");
    start["clientToken"] = "t".into();
    let (one, two) = tokio::join!(
        server.call("StartJobRun", start.clone()),
        server.call("StartJobRun", start.clone())
    );
    assert_eq!(one.unwrap(), two.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_with_a_job_that_has_not_ended_stays() {
    let (_house, server) = server().await;
    let cluster = server.cluster("a").await;
    let id = server.job(&cluster, "true").await;
    let (code, message) = refused(&server, "DeleteVirtualCluster", json!({"id": cluster})).await;
    assert!(
        code == "ValidationException" && message.contains(&id),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_by_name() {
    let (_house, server) = server().await;
    let cluster = server.cluster("a").await;
    let gone = |what: &str| {
        (
            "ResourceNotFoundException".to_owned(),
            format!("{what} doesn't exist."),
        )
    };
    let got = refused(&server, "DescribeVirtualCluster", json!({"id": "x"})).await;
    assert_eq!(got, gone("Virtual cluster x"));
    let got = refused(&server, "StartJobRun", job("x", "true")).await;
    assert_eq!(got, gone("Virtual cluster x"));
    let got = refused(
        &server,
        "DescribeJobRun",
        json!({"id": "y", "virtualClusterId": cluster}),
    )
    .await;
    assert_eq!(got, gone("Job run y"));
    let mut input = job(&cluster, "true");
    input["releaseLabel"] = "emr-nonsense".into();
    assert_eq!(
        refused(&server, "StartJobRun", input).await,
        gone("Release emr-nonsense")
    );
    let mut input = job(&cluster, "true");
    input["jobDriver"] = json!({});
    assert_eq!(
        refused(&server, "StartJobRun", input).await.0,
        "ValidationException"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn listings_come_in_pages_newest_first_each_once() {
    let (_house, server) = server().await;
    let cluster = server.cluster("a").await;
    let mut made = Vec::new();
    for i in 0..7 {
        let mut input = job(&cluster, "true");
        input["name"] = format!("job-{}", i % 2).into();
        made.push(server.start(input).await);
    }
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let mut input = json!({"virtualClusterId": cluster, "maxResults": 3});
        if token != Value::Null {
            input["nextToken"] = token;
        }
        let page = server.call("ListJobRuns", input).await.unwrap();
        let jobs = page["jobRuns"].as_array().unwrap();
        assert!(jobs.len() <= 3);
        seen.extend(jobs.iter().map(|j| j["id"].as_str().unwrap().to_owned()));
        token = page["nextToken"].clone();
        if token == Value::Null {
            break;
        }
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(BTreeSet::from_iter(seen), BTreeSet::from_iter(made));
    let count = async |filter: Value| {
        let mut input = filter;
        input["virtualClusterId"] = cluster.clone().into();
        let listed = server.call("ListJobRuns", input).await.unwrap();
        listed["jobRuns"].as_array().unwrap().len()
    };
    assert_eq!(count(json!({"name": "job-0"})).await, 4);
    assert_eq!(count(json!({"states": ["PENDING"]})).await, 7);
    assert_eq!(count(json!({"states": ["COMPLETED", "FAILED"]})).await, 0);
    assert_eq!(count(json!({"createdAfter": 4_000_000_000.0})).await, 0);
    assert_eq!(count(json!({"createdBefore": 4_000_000_000.0})).await, 7);
    let listed = server
        .call("ListVirtualClusters", json!({"states": ["RUNNING"]}))
        .await
        .unwrap();
    assert_eq!(listed["virtualClusters"].as_array().unwrap().len(), 1);
    let bad = json!({"virtualClusterId": cluster, "nextToken": "%"});
    assert_eq!(
        refused(&server, "ListJobRuns", bad).await.0,
        "ValidationException"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_added_and_removed_by_arn() {
    let (_house, server) = server().await;
    let made = server
        .call("CreateVirtualCluster", cluster("a"))
        .await
        .unwrap();
    let cluster = made["id"].as_str().unwrap();
    let started = server
        .call("StartJobRun", job(cluster, "true"))
        .await
        .unwrap();
    for resource in [&made, &started] {
        let arn = &resource["arn"];
        let add = json!({"resourceArn": arn, "tags": {"a": "1", "b": "2"}});
        server.call("TagResource", add).await.unwrap();
        let remove = json!({"resourceArn": arn, "tagKeys": ["a"]});
        server.call("UntagResource", remove).await.unwrap();
        let listed = server
            .call("ListTagsForResource", json!({"resourceArn": arn}))
            .await
            .unwrap();
        assert_eq!(listed, json!({"tags": {"b": "2"}}));
    }
    let described = server
        .call("DescribeVirtualCluster", json!({"id": cluster}))
        .await
        .unwrap();
    assert_eq!(described["virtualCluster"]["tags"], json!({"b": "2"}));
    let no = json!({"resourceArn": "arn:aws:emr-containers:us-east-1:000000000000:/virtualclusters/none"});
    assert_eq!(
        refused(&server, "ListTagsForResource", no).await.0,
        "ResourceNotFoundException"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_starts_job_runs() {
    let (_house, server) = server().await;
    server.emr.start();
    let cluster = server.cluster("a").await;
    let template = json!({"name": "t", "jobTemplateData": {
        "executionRoleArn": "arn:aws:iam::000000000000:role/job",
        "releaseLabel": "emr-6.2.0-latest",
        "jobDriver": {"sparkSubmitJobDriver": {"entryPoint": "s3://bucket/${script}", "sparkSubmitParameters": "true"}},
        "parameterConfiguration": {"script": {"type": "STRING"}},
    }});
    let made = server
        .call("CreateJobTemplate", template.clone())
        .await
        .unwrap();
    let id = &made["id"];
    let back = server
        .call("DescribeJobTemplate", json!({"id": id}))
        .await
        .unwrap();
    assert_eq!(
        back["jobTemplate"]["jobTemplateData"],
        template["jobTemplateData"]
    );
    let mut start = json!({"virtualClusterId": cluster, "jobTemplateId": id});
    assert_eq!(
        refused(&server, "StartJobRun", start.clone()).await.0,
        "ValidationException"
    );
    start["jobTemplateParameters"] = json!({"script": "job.py"});
    let job = server.start(start).await;
    server.until_state(&cluster, &job, "COMPLETED").await;
    server
        .call("DeleteJobTemplate", json!({"id": id}))
        .await
        .unwrap();
    let listed = server.call("ListJobTemplates", json!({})).await.unwrap();
    assert_eq!(listed, json!({"templates": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn eks_knows_the_clusters_in_use() {
    let (_house, server) = server().await;
    server.cluster("a").await;
    let eks = Eks::new(Arc::clone(&server.emr)).operations();
    let call = async |operation: &str, input: Value| {
        let principal = Principal::root(ACCOUNT, REGION);
        let context = Context {
            principal,
            request_id: "test".into(),
        };
        (eks.get(operation).unwrap().run)(context, input).await
    };
    assert_eq!(
        call("ListClusters", json!({})).await.unwrap(),
        json!({"clusters": ["eks"]})
    );
    let described = call("DescribeCluster", json!({"name": "eks"}))
        .await
        .unwrap();
    assert_eq!(described["cluster"]["status"], "ACTIVE");
    let error = call("DescribeCluster", json!({"name": "no"}))
        .await
        .unwrap_err();
    assert_eq!(
        (error.status, error.message.as_str()),
        (404, "No cluster found for name: no.")
    );
}
