#![expect(dead_code, reason = "only their members' names matter")]

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{check_declared, check_members, unread};
use crate::{ApiError, Context, Door, Operations, Service, testing::TestDoor};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StartJobRun {
    virtual_cluster_id: String,
    client_token: String,
    name: Option<String>,
    release_label: Option<String>,
    job_driver: Option<JobDriver>,
    no_such_member: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JobDriver {
    spark_submit_job_driver: Option<Value>,
}

struct Emr {
    declared: bool,
}

impl Service for Emr {
    fn name(&self) -> &'static str {
        "emr-containers"
    }

    fn operations(self: Arc<Self>) -> Operations {
        async fn start(_: Arc<Emr>, _: Context, _: StartJobRun) -> Result<Value, ApiError> {
            Ok(json!({"id": "j"}))
        }
        async fn dance(_: Arc<Emr>, _: Context, _: Value) -> Result<Value, ApiError> {
            Ok(Value::Null)
        }
        let operations = Operations::new().on(&self, "StartJobRun", start);
        if self.declared {
            return operations
                .accept("*", &["tags"])
                .accept(
                    "StartJobRun",
                    &["executionRoleArn", "jobTemplateParameters"],
                )
                .refuse(
                    "StartJobRun",
                    &[
                        "jobTemplateId",
                        "configurationOverrides",
                        "retryPolicyConfiguration",
                    ],
                );
        }
        operations.on(&self, "Dance", dance)
    }
}

#[test]
fn what_is_dropped_is_reported() {
    let operations = Arc::new(Emr { declared: false }).operations();
    let accepted = [
        ("StartJobRun", "executionRoleArn"),
        ("StartJobRun", "tags"),
        ("StartJobRun", "name"),
    ];
    let refused = [
        ("StartJobRun", "configurationOverrides"),
        ("StartJobRun", "jobTemplateId"),
        ("StartJobRun", "gone"),
    ];
    assert_eq!(
        check_members("emr-containers", &operations, &accepted, &refused),
        [
            "emr-containers:Dance is not an operation of the API",
            "emr-containers:StartJobRun reads 'noSuchMember', which the API does not have",
            "emr-containers:StartJobRun: 'gone' is listed, but no handler's API has it",
            "emr-containers:StartJobRun: 'jobTemplateParameters' is neither read, nor accepted, nor refused",
            "emr-containers:StartJobRun: 'name' is listed as accepted, but the handler reads it",
            "emr-containers:StartJobRun: 'retryPolicyConfiguration' is neither read, nor accepted, nor refused",
        ]
    );
}

#[test]
fn deeper_members_too() {
    let operations = Arc::new(Emr { declared: true }).operations();
    assert_eq!(
        unread("emr-containers", &operations),
        [("StartJobRun", "jobDriver.sparkSqlJobDriver".to_owned())]
    );
    assert_eq!(
        check_declared("emr-containers", &operations),
        [
            "emr-containers:StartJobRun reads 'noSuchMember', which the API does not have",
            "emr-containers:StartJobRun: 'jobDriver.sparkSqlJobDriver' is neither read, nor accepted, nor refused",
        ]
    );
}

#[tokio::test]
async fn what_is_refused_is_refused_by_the_door() {
    let door = TestDoor::new(Arc::new(Emr { declared: true }));
    let input = json!({"virtualClusterId": "abc", "jobTemplateId": "t"});
    let refused = door
        .call("emr-containers", "StartJobRun", input)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.message.as_str()),
        (
            "ValidationException",
            "emr-containers:StartJobRun with 'jobTemplateId' is not implemented in Taxiway."
        )
    );
    let accepted = json!({"virtualClusterId": "abc", "tags": {"a": "b"}, "jobTemplateId": null});
    assert_eq!(
        door.call("emr-containers", "StartJobRun", accepted)
            .await
            .unwrap(),
        json!({"id": "j"})
    );
}

#[test]
fn the_page_names_what_is_there_and_what_is_not() {
    let page = Door::builder()
        .service(Arc::new(Emr { declared: true }))
        .build()
        .coverage();
    for text in [
        "| emr-containers | emr-containers | REST-JSON | 1 of 23 |",
        "| stepfunctions | states | AWS JSON 1.0 | 0 of 37 |",
        "| s3 | s3 | REST-XML | 0 of ",
        "**Implemented**: `StartJobRun`.",
        "`CancelJobRun`, `CreateJobTemplate`",
        "| StartJobRun | `tags`, `executionRoleArn`, `jobTemplateParameters` | `jobTemplateId`, `configurationOverrides`, \
         `retryPolicyConfiguration` | `jobDriver.sparkSqlJobDriver` |",
    ] {
        assert!(page.contains(text), "{text}\n{page}");
    }
}
