//! Distributed Map: child executions, their counts, what is tolerated, how they are stopped.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]

mod harness;

use harness::{House, Shelf, text};
use serde_json::{Value, json};

fn map(processor: Value, more: Value) -> Value {
    let mut map = json!({"Type": "Map", "Label": "Lab", "ItemProcessor": processor, "End": true});
    map.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!({"StartAt": "M", "States": {"M": map}})
}

fn processor(kind: &str, states: Value) -> Value {
    json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind}, "StartAt": "S", "States": states})
}

fn echo() -> Value {
    json!({"S": {"Type": "Pass", "End": true}})
}

async fn map_run(house: &House, execution: &str) -> Value {
    let listed = house
        .ok("ListMapRuns", json!({"executionArn": execution}))
        .await;
    assert_eq!(listed["mapRuns"].as_array().unwrap().len(), 1, "{listed}");
    house
        .ok(
            "DescribeMapRun",
            json!({"mapRunArn": listed["mapRuns"][0]["mapRunArn"]}),
        )
        .await
}

#[tokio::test]
async fn each_item_is_a_child_execution_of_its_own() {
    for kind in ["STANDARD", "EXPRESS"] {
        let house = House::new().await;
        let machine = house
            .machine("m", &map(processor(kind, echo()), json!({})))
            .await;
        let execution = house
            .start(&machine, &json!([1, "two", {"three": 3}]))
            .await;
        let done = house.ended(&execution).await;
        assert_eq!(
            (text(&done, "status"), text(&done, "output")),
            ("SUCCEEDED".into(), r#"[1,"two",{"three":3}]"#.into())
        );
        let run = map_run(&house, &execution).await;
        assert!(
            text(&run, "mapRunArn")
                .starts_with("arn:aws:states:us-east-1:000000000000:mapRun:m/Lab:")
        );
        house
            .until("the Map run is closed", async || {
                map_run(&house, &execution).await["status"] == "SUCCEEDED"
            })
            .await;
        let run = map_run(&house, &execution).await;
        assert_eq!(
            (
                &run["itemCounts"]["succeeded"],
                &run["executionCounts"]["total"]
            ),
            (&json!(3), &json!(3))
        );
        let children = house
            .ok("ListExecutions", json!({"mapRunArn": run["mapRunArn"]}))
            .await;
        let children = children["executions"].as_array().unwrap().clone();
        assert_eq!(children.len(), if kind == "STANDARD" { 3 } else { 0 });
        for child in &children {
            assert_eq!(
                (&child["mapRunArn"], &child["itemCount"]),
                (&run["mapRunArn"], &json!(1))
            );
            let described = house.describe(&text(child, "executionArn")).await;
            assert_eq!(described["mapRunArn"], run["mapRunArn"]);
        }
        let of_parent = house
            .ok("ListExecutions", json!({"stateMachineArn": machine}))
            .await;
        assert_eq!(of_parent["executions"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn items_come_in_batches() {
    let house = House::new().await;
    let more = json!({"ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"b": true}}});
    let machine = house
        .machine("m", &map(processor("STANDARD", echo()), more))
        .await;
    let execution = house.start(&machine, &json!([1, 2, 3])).await;
    let output: Value =
        serde_json::from_str(&text(&house.ended(&execution).await, "output")).unwrap();
    assert_eq!(
        output,
        json!([{"BatchInput": {"b": true}, "Items": [1, 2]}, {"BatchInput": {"b": true}, "Items": [3]}])
    );
}

#[tokio::test]
async fn what_is_tolerated_is_counted_in_items() {
    let states = json!({"S": {"Type": "Choice", "Default": "P", "Choices": [{"Variable": "$", "NumericLessThan": 2, "Next": "F"}]},
        "F": {"Type": "Fail", "Error": "E"}, "P": {"Type": "Pass", "End": true}});
    for (tolerated, status) in [(1, "FAILED"), (2, "SUCCEEDED")] {
        let house = House::new().await;
        let definition = map(
            processor("STANDARD", states.clone()),
            json!({"ToleratedFailureCount": tolerated, "MaxConcurrency": 1}),
        );
        let machine = house.machine("m", &definition).await;
        let execution = house.start(&machine, &json!([0, 1, 2, 3])).await;
        let done = house.ended(&execution).await;
        assert_eq!(done["status"], status);
        if status == "FAILED" {
            assert_eq!(
                text(&done, "error"),
                "States.ExceedToleratedFailureThreshold"
            );
            assert_eq!(
                text(&done, "cause"),
                "The specified tolerated failure threshold was exceeded"
            );
        } else {
            assert_eq!(text(&done, "output"), "[2,3]");
        }
        house
            .until("the Map run is closed", async || {
                map_run(&house, &execution).await["status"] == status
            })
            .await;
        assert_eq!(map_run(&house, &execution).await["itemCounts"]["failed"], 2);
    }
}

#[tokio::test]
async fn stopping_the_execution_stops_its_children() {
    let house = House::new().await;
    let states = json!({"S": {"Type": "Wait", "Seconds": 100_000, "End": true}});
    let machine = house
        .machine(
            "m",
            &map(processor("STANDARD", states), json!({"MaxConcurrency": 2})),
        )
        .await;
    let execution = house.start(&machine, &json!([1, 2, 3])).await;
    house
        .until("two children run", async || {
            map_run(&house, &execution).await["executionCounts"]["running"] == 2
        })
        .await;
    let run = text(&map_run(&house, &execution).await, "mapRunArn");
    house
        .ok(
            "UpdateMapRun",
            json!({"mapRunArn": run, "toleratedFailureCount": 7}),
        )
        .await;
    assert_eq!(
        map_run(&house, &execution).await["toleratedFailureCount"],
        7
    );
    house
        .ok("StopExecution", json!({"executionArn": execution}))
        .await;
    house
        .until("the Map run is closed", async || {
            map_run(&house, &execution).await["status"] == "ABORTED"
        })
        .await;
    let children = house
        .ok(
            "ListExecutions",
            json!({"mapRunArn": run, "statusFilter": "ABORTED"}),
        )
        .await;
    assert_eq!(children["executions"].as_array().unwrap().len(), 2);
    let refused = house
        .refused(
            "UpdateMapRun",
            json!({"mapRunArn": run, "maxConcurrency": 1}),
        )
        .await;
    assert_eq!(refused.0, "ValidationException");
    let both = json!({"mapRunArn": run, "stateMachineArn": machine});
    let refused = house.refused("ListExecutions", both).await;
    assert_eq!(refused.0, "ValidationException");
    let missing = json!({"mapRunArn": format!("{run}0")});
    let refused = house.refused("ListExecutions", missing).await;
    assert_eq!(refused.0, "ResourceNotFound");
}

#[tokio::test]
async fn items_are_read_from_buckets_and_results_written_into_them() {
    let house = House::new().await;
    let shelf = Shelf::new();
    house.service.use_buckets(shelf.clone());
    shelf.keep("b", "in/rows.csv", "id,name\n1,x\n2,y\n3,z\n");
    let reader = json!({"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "in/rows.csv"},
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "MaxItems": 2}});
    let writer = json!({"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "out"}});
    let more = json!({"ItemReader": reader.clone(), "ResultWriter": writer});
    let machine = house
        .machine("m", &map(processor("STANDARD", echo()), more))
        .await;
    let execution = house.start(&machine, &json!({})).await;
    let output: Value =
        serde_json::from_str(&text(&house.ended(&execution).await, "output")).unwrap();
    let details = &output["ResultWriterDetails"];
    let manifest: Value =
        serde_json::from_str(&shelf.text("b", details["Key"].as_str().unwrap())).unwrap();
    assert_eq!(
        (&manifest["MapRunArn"], &manifest["ResultFiles"]["FAILED"]),
        (&output["MapRunArn"], &json!([]))
    );
    let file = manifest["ResultFiles"]["SUCCEEDED"][0]["Key"]
        .as_str()
        .unwrap();
    let results: Value = serde_json::from_str(&shelf.text("b", file)).unwrap();
    let outputs: Vec<&str> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["Output"].as_str().unwrap())
        .collect();
    assert_eq!(
        outputs,
        [r#"{"id":"1","name":"x"}"#, r#"{"id":"2","name":"y"}"#]
    );

    let list = json!({"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b", "Prefix": "in/"}}});
    let machine = house
        .machine("l", &map(processor("EXPRESS", echo()), list))
        .await;
    let execution = house.start(&machine, &json!({})).await;
    let output: Value =
        serde_json::from_str(&text(&house.ended(&execution).await, "output")).unwrap();
    assert_eq!(
        (&output[0]["Key"], &output[0]["Size"]),
        (&json!("in/rows.csv"), &json!(20))
    );

    let mut missing = reader;
    missing["Parameters"]["Key"] = "none".into();
    let machine = house
        .machine(
            "n",
            &map(
                processor("STANDARD", echo()),
                json!({"ItemReader": missing}),
            ),
        )
        .await;
    let execution = house.start(&machine, &json!({})).await;
    let done = house.ended(&execution).await;
    assert_eq!(
        (text(&done, "error"), text(&done, "cause")),
        (
            "States.ItemReaderFailed".into(),
            "The specified key does not exist.".into()
        )
    );
}

/// A Map whose children send a message each, one after the other.
fn sending(kind: &str) -> Value {
    let send = json!({"S": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
        "Parameters": {"QueueUrl": "q", "MessageBody.$": "$"}, "ResultSelector": {"id.$": "$.MessageId"}}});
    map(processor(kind, send), json!({"MaxConcurrency": 1}))
}

#[tokio::test]
async fn a_redrive_runs_the_children_that_did_not_succeed_and_no_others() {
    for kind in ["STANDARD", "EXPRESS"] {
        let house = House::new().await;
        let sent = |id: &str| Ok(json!({"MessageId": id, "MD5OfMessageBody": "d"}));
        let refused = aws::ApiError::new("QueueDoesNotExist", "no");
        house.others.prepare("SendMessage", sent("first"));
        house.others.prepare("SendMessage", Err(refused));
        let machine = house.machine("m", &sending(kind)).await;
        let execution = house.start(&machine, &json!(["a", "b", "c"])).await;
        let failed = house.ended(&execution).await;
        assert_eq!(
            failed["error"], "States.ExceedToleratedFailureThreshold",
            "{failed}"
        );
        house.others.prepare("SendMessage", sent("second"));
        house.others.prepare("SendMessage", sent("third"));
        house
            .ok("RedriveExecution", json!({"executionArn": execution}))
            .await;
        let done = house.ended(&execution).await;
        assert_eq!(
            text(&done, "output"),
            r#"[{"id":"first"},{"id":"second"},{"id":"third"}]"#,
            "{kind}"
        );
        let bodies: Vec<String> = house
            .others
            .inputs("SendMessage")
            .iter()
            .map(|i| text(i, "MessageBody"))
            .collect();
        assert_eq!(bodies, ["a", "b", "b", "c"], "{kind}");
        let types = house.event_types(&execution).await;
        let redriven = types.iter().position(|t| t == "ExecutionRedriven").unwrap();
        assert_eq!(types[redriven + 1], "MapRunRedriven");
        assert!(types[redriven..].contains(&"MapRunSucceeded".to_owned()));
        house
            .until("the Map run is closed", async || {
                map_run(&house, &execution).await["status"] == "SUCCEEDED"
            })
            .await;
        let run = map_run(&house, &execution).await;
        assert_eq!(
            (&run["redriveCount"], &run["executionCounts"]["succeeded"]),
            (&json!(1), &json!(3))
        );
        if kind == "STANDARD" {
            let children = house
                .ok(
                    "ListExecutions",
                    json!({"mapRunArn": run["mapRunArn"], "redriveFilter": "REDRIVEN"}),
                )
                .await;
            assert_eq!(children["executions"].as_array().unwrap().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_stopped_map_run_goes_on_after_a_redrive() {
    let house = House::new().await;
    let wait = json!({"S": {"Type": "Wait", "Seconds": 5, "End": true}});
    let machine = house
        .machine("m", &map(processor("STANDARD", wait), json!({})))
        .await;
    let execution = house.start(&machine, &json!([1, 2])).await;
    house
        .until("children run", async || {
            map_run(&house, &execution).await["executionCounts"]["running"] == 2
        })
        .await;
    house
        .ok("StopExecution", json!({"executionArn": execution}))
        .await;
    house
        .ok("RedriveExecution", json!({"executionArn": execution}))
        .await;
    let done = house.ended(&execution).await;
    assert_eq!(text(&done, "output"), "[1,2]", "{done}");
}

/// Reads items with a configuration and returns what the Map gives: the items.
async fn items(house: &House, name: &str, reader: Value) -> Value {
    let definition = map(processor("EXPRESS", echo()), json!({"ItemReader": reader}));
    let machine = house.machine(name, &definition).await;
    let execution = house.start(&machine, &json!({})).await;
    let done = house.ended(&execution).await;
    match done["output"].as_str() {
        Some(output) => serde_json::from_str(output).unwrap(),
        None => json!([done["error"], done["cause"]]),
    }
}

#[tokio::test]
async fn items_come_from_parquet_manifests_versions_and_whole_prefixes() {
    use std::io::Write;

    let house = House::new().await;
    let shelf = Shelf::new();
    house.service.use_buckets(shelf.clone());
    let reader = |key: &str, config: Value| {
        json!({"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
            "Parameters": {"Bucket": "b", "Key": key}})
    };
    shelf.keep("b", "in/1", "{\"n\":1}\n{\"n\":2}\n");
    shelf.keep("b", "in/2", "{\"n\":3}\n");
    let parquet = reader("in/1", json!({"InputType": "PARQUET"}));
    assert_eq!(
        items(&house, "parquet", parquet).await,
        json!([{"n": 1}, {"n": 2}])
    );
    let one = reader("in/1", json!({"InputType": "PARQUET", "MaxItems": 1}));
    assert_eq!(items(&house, "one", one).await, json!([{"n": 1}]));

    shelf.keep("b", "manifest.csv", "s3://b/in/1\ns3://b/in/2\n");
    for kind in ["JSONL", "PARQUET"] {
        let athena = reader(
            "manifest.csv",
            json!({"ManifestType": "ATHENA_DATA", "InputType": kind}),
        );
        let found = items(&house, &format!("athena-{kind}"), athena).await;
        assert_eq!(found, json!([{"n": 1}, {"n": 2}, {"n": 3}]));
    }

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed
        .write_all(b"\"src\",\"k%201\"\n\"src\",\"k2\"\n")
        .unwrap();
    shelf.keep_bytes("b", "inv/1.csv.gz", &packed.finish().unwrap());
    let manifest = json!({"destinationBucket": "arn:aws:s3:::b", "fileFormat": "CSV", "fileSchema": "Bucket, Key",
        "files": [{"key": "inv/1.csv.gz"}]});
    shelf.keep("b", "inv/manifest.json", &manifest.to_string());
    let inventory = reader("inv/manifest.json", json!({"InputType": "MANIFEST"}));
    assert_eq!(
        items(&house, "inventory", inventory).await,
        json!([{"Bucket": "src", "Key": "k 1"}, {"Bucket": "src", "Key": "k2"}])
    );

    shelf.keep("b", "in/1@v1", "[7]");
    let mut version = reader("in/1", json!({"InputType": "JSON"}));
    version["Parameters"]["VersionId"] = "v1".into();
    assert_eq!(items(&house, "version", version).await, json!([7]));

    let flat = json!({"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b", "Prefix": "in/"},
        "ReaderConfig": {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN", "MaxItems": 2}});
    assert_eq!(
        items(&house, "flat", flat).await,
        json!([{"n": 1}, {"n": 2}])
    );
    let bad = reader("in/1", json!({"InputType": "MANIFEST"}));
    assert_eq!(
        items(&house, "bad", bad).await[0],
        "States.ItemReaderFailed"
    );
}

#[tokio::test]
async fn results_are_written_as_the_writer_says_and_of_a_failed_run_too() {
    let house = House::new().await;
    let shelf = Shelf::new();
    house.service.use_buckets(shelf.clone());
    let writer = |config: Value| {
        json!({"Resource": "arn:aws:states:::s3:putObject", "WriterConfig": config,
            "Parameters": {"Bucket": "b", "Prefix": "out"}})
    };
    let manifest = |key: &str| -> Value { serde_json::from_str(&shelf.text("b", key)).unwrap() };
    let file = |manifest: &Value, kind: &str| {
        let key = manifest["ResultFiles"][kind][0]["Key"]
            .as_str()
            .unwrap()
            .to_owned();
        let body = shelf.text("b", &key);
        (key, body)
    };
    for (config, extension, body) in [
        (json!({"Transformation": "COMPACT"}), ".json", "[[1],2]"),
        (
            json!({"Transformation": "FLATTEN", "OutputType": "JSONL"}),
            ".jsonl",
            "1\n2\n",
        ),
    ] {
        let more = json!({"ResultWriter": writer(config)});
        let name = format!("m{}", extension.len());
        let machine = house
            .machine(&name, &map(processor("EXPRESS", echo()), more))
            .await;
        let execution = house.start(&machine, &json!([[1], 2])).await;
        let output = text(&house.ended(&execution).await, "output");
        let output: Value = serde_json::from_str(&output).unwrap();
        let key = output["ResultWriterDetails"]["Key"].as_str().unwrap();
        let (key, written) = file(&manifest(key), "SUCCEEDED");
        assert!(key.ends_with(extension), "{key}");
        assert_eq!(written, body);
    }

    let sent = json!({"MessageId": "m", "MD5OfMessageBody": "d"});
    house.others.prepare("SendMessage", Ok(sent));
    house.others.prepare(
        "SendMessage",
        Err(aws::ApiError::new("QueueDoesNotExist", "no")),
    );
    let mut definition = sending("STANDARD");
    definition["States"]["M"]["ResultWriter"] = writer(json!({"Transformation": "COMPACT"}));
    let machine = house.machine("failing", &definition).await;
    let execution = house.start(&machine, &json!(["a", "b", "c"])).await;
    let failed = house.ended(&execution).await;
    assert_eq!(failed["error"], "States.ExceedToleratedFailureThreshold");
    let run = map_run(&house, &execution).await;
    let id = text(&run, "mapRunArn")
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    let manifest = manifest(&format!("out/{id}/manifest.json"));
    assert_eq!(file(&manifest, "SUCCEEDED").1, r#"[{"id":"m"}]"#);
    let read = |kind: &str| -> Value { serde_json::from_str(&file(&manifest, kind).1).unwrap() };
    assert_eq!(read("FAILED")[0]["Error"], "SQS.QueueDoesNotExistException");
    assert_eq!(
        (&read("PENDING")[0]["Input"], &read("PENDING")[0]["Status"]),
        (&json!("\"c\""), &json!("PENDING"))
    );
}
