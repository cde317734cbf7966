use super::*;
use crate::{Context, Effect, Execution, Trigger, advance};

const ENV: Env = Env { now_ms: 0, seed: 1 };

fn requested(map: &str, input: &str) -> (Definition, MapRunSpec) {
    let text = format!(
        r#"{{"StartAt":"M","States":{{"M":{{"Type":"Map",{map},"ItemProcessor":{{"ProcessorConfig":{{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"}},
        "StartAt":"P","States":{{"P":{{"Type":"Pass","End":true}}}}}},"End":true}}}}}}"#
    );
    let definition = Definition::parse(&text, MachineKind::Standard).unwrap();
    let context = Context {
        execution_arn: "e".into(),
        execution_name: "e".into(),
        role_arn: "r".into(),
        start_time: "t".into(),
        redrive_count: 0,
        machine_arn: "m".into(),
        machine_name: "m".into(),
        region: "us-east-1".into(),
    };
    let trigger = Trigger::Start {
        context,
        input_text: input.into(),
    };
    let step = advance(&definition, &mut Execution::new(), trigger, &ENV);
    let spec = step.effects.into_iter().find_map(|e| match e {
        Effect::StartMapRun { spec, .. } => Some(*spec),
        _ => None,
    });
    (definition, spec.unwrap())
}

fn texts(values: &[Value]) -> Vec<String> {
    values.iter().map(Value::to_text).collect()
}

#[test]
fn a_reader_is_asked_for_with_its_effective_arguments() {
    let (definition, spec) = requested(
        r#""ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket.$":"$.b","Key":"k"},
           "ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW","MaxItemsPath":"$.n"}},
           "MaxConcurrency":7,"ToleratedFailurePercentage":12.5,"Label":"L""#,
        r#"{"b":"bucket","n":3}"#,
    );
    let ItemSource::Reader {
        resource,
        arguments,
        config,
    } = &spec.items
    else {
        panic!("no reader")
    };
    assert_eq!(&**resource, "arn:aws:states:::s3:getObject");
    assert_eq!(arguments.to_text(), r#"{"Key":"k","Bucket":"bucket"}"#);
    assert_eq!(config.get("MaxItems").and_then(Value::as_i64), Some(3));
    assert_eq!(
        (spec.max_concurrency, spec.tolerated_failure_percentage),
        (7, Some(12.5))
    );
    assert_eq!(spec.child_kind, MachineKind::Express);
    assert!(definition.item_processor("M").is_some());
}

#[test]
fn items_are_selected_and_batched() {
    let (definition, spec) = requested(
        r#""ItemSelector":{"v.$":"$$.Map.Item.Value","i.$":"$$.Map.Item.Index","in.$":"$[0]"},
           "ItemBatcher":{"MaxItemsPerBatch":2,"BatchInput":{"x":1}}"#,
        "[5,6,7]",
    );
    let ItemSource::Given(items) = &spec.items else {
        panic!("no items")
    };
    let items: Vec<_> = given_items(items)
        .iter()
        .map(|item| item_input(&definition, &spec, item, &ENV).unwrap())
        .collect();
    assert_eq!(items[1].to_text(), r#"{"in":5,"v":6,"i":1}"#);
    let batches = child_inputs(&spec, items).unwrap();
    assert_eq!(batches.len(), 2);
    assert_eq!(
        batches[1].to_text(),
        r#"{"BatchInput":{"x":1},"Items":[{"in":5,"v":7,"i":2}]}"#
    );
}

#[test]
fn batches_keep_within_their_bytes() {
    let (_, spec) = requested(r#""ItemBatcher":{"MaxInputBytesPerBatch":30}"#, "[1]");
    let items: Vec<_> = ["aaaa", "bbbb", "cccc", "dddd"]
        .into_iter()
        .map(Value::from)
        .collect();
    let batches = child_inputs(&spec, items).unwrap();
    assert_eq!(
        texts(&batches),
        [
            r#"{"Items":["aaaa","bbbb"]}"#,
            r#"{"Items":["cccc","dddd"]}"#
        ]
    );
    assert!(batches.iter().all(|b| b.to_text().len() <= 30));
    assert!(child_inputs(&spec, vec![Value::from("x".repeat(30))]).is_err());
}

#[test]
fn members_of_an_object_are_items() {
    let (definition, spec) = requested(r#""MaxConcurrency":1"#, r#"{"a":1,"b":2}"#);
    let ItemSource::Given(items) = &spec.items else {
        panic!("no items")
    };
    let inputs: Vec<_> = given_items(items)
        .iter()
        .map(|item| item_input(&definition, &spec, item, &ENV).unwrap())
        .collect();
    assert_eq!(
        texts(&inputs),
        [r#"{"Key":"a","Value":1}"#, r#"{"Key":"b","Value":2}"#]
    );
}

#[test]
fn failures_are_tolerated_up_to_the_threshold() {
    let (_, mut spec) = requested(r#""ToleratedFailureCount":1"#, "[1,2]");
    assert!(!is_exceeded(&spec, 1, 4));
    assert!(is_exceeded(&spec, 2, 4));
    spec.tolerated_failure_count = None;
    assert!(is_exceeded(&spec, 1, 4));
    spec.tolerated_failure_percentage = Some(50.0);
    assert!(!is_exceeded(&spec, 2, 4));
    assert!(is_exceeded(&spec, 3, 4));
}
