use proptest::prelude::*;
use serde_json::{Value, json};

use super::{check, style};
use crate::{ApiError, table::table};

fn checked(service: &str, operation: &str, mut input: Value) -> Result<Value, ApiError> {
    let table = table(service).unwrap();
    let shape = table.operation(operation).unwrap().input.unwrap();
    check(table, shape, &mut input, &style(service)).map(|()| input)
}

fn refused(service: &str, operation: &str, input: Value) -> (String, String) {
    let error = checked(service, operation, input).unwrap_err();
    (error.code, error.message)
}

#[test]
fn a_missing_member_is_named_as_in_java() {
    assert_eq!(
        refused("states", "StartExecution", json!({"name": "n", "stateMachineArn": null})),
        (
            "ValidationException".into(),
            "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member \
             must not be null"
                .into()
        )
    );
    assert_eq!(
        refused("glue", "CreateDatabase", json!({"DatabaseInput": {}})).1,
        "1 validation error detected: Value null at 'databaseInput.name' failed to satisfy constraint: Member must \
         not be null"
    );
}

#[test]
fn several_violations_come_together_the_last_member_first() {
    let (_, message) = refused("events", "PutRule", json!({"Name": "a b", "State": "ON"}));
    assert_eq!(
        message,
        "2 validation errors detected: Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum \
         value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]; Value 'a b' at 'name' failed \
         to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"
    );
    let (_, message) = refused("states", "CreateActivity", json!({"name": ""}));
    assert_eq!(
        message,
        "1 validation error detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater \
         than or equal to 1"
    );
}

#[test]
fn sensitive_values_are_not_repeated_and_length_counts_characters() {
    let at_limit = "é".repeat(262_144);
    assert!(
        checked(
            "states",
            "StartExecution",
            json!({"stateMachineArn": "a", "input": at_limit})
        )
        .is_ok()
    );
    let (_, message) = refused(
        "states",
        "StartExecution",
        json!({"stateMachineArn": "a", "input": "x".repeat(262_145)}),
    );
    assert_eq!(
        message,
        "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than \
         or equal to 262144"
    );
    // Fewer bytes than the maximum, fewer characters than the minimum.
    assert!(
        checked(
            "sts",
            "GetAccessKeyInfo",
            json!({"AccessKeyId": "éééééééé"})
        )
        .is_err()
    );
}

#[test]
fn elements_of_lists_and_maps_are_named_as_aws_names_them() {
    let (_, message) = refused(
        "states",
        "UntagResource",
        json!({"resourceArn": "a", "tagKeys": ["", "b"]}),
    );
    assert_eq!(
        message,
        "1 validation error detected: Value '[, b]' at 'tagKeys' failed to satisfy constraint: Member must satisfy \
         constraint: [Member must have length less than or equal to 128, Member must have length greater than or \
         equal to 1, Member must not be null]"
    );
    let (_, message) = refused(
        "events",
        "PutTargets",
        json!({"Rule": "r", "Targets": [{"Id": "1"}]}),
    );
    assert_eq!(
        message,
        "1 validation error detected: Value null at 'targets.1.member.arn' failed to satisfy constraint: Member must \
         not be null"
    );
    let (code, message) = refused(
        "logs",
        "CreateLogGroup",
        json!({"logGroupName": "g", "tags": {"": "v"}}),
    );
    assert_eq!(code, "InvalidParameterException");
    assert!(
        message
            .contains("Value '{=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy"),
        "{message}"
    );
}

#[test]
fn athena_has_its_own_envelope() {
    let error = checked(
        "athena",
        "ListWorkGroups",
        json!({"MaxResults": 99_999_999_999_i64}),
    )
    .unwrap_err();
    assert_eq!(
        error.message,
        "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must have value less \
         than or equal to 50"
    );
    assert_eq!(error.code, "InvalidRequestException");
    assert_eq!(error.fields["AthenaErrorCode"], "INVALID_INPUT");
}

#[test]
fn wrong_types_come_before_constraints() {
    let cases = [
        (
            "ListWorkGroups",
            json!({"MaxResults": "1", "NextToken": ""}),
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            "ListWorkGroups",
            json!({"MaxResults": true}),
            "TRUE_VALUE can not be converted to an Integer",
        ),
        (
            "ListWorkGroups",
            json!({"MaxResults": [1]}),
            "Start of list found where not expected",
        ),
        (
            "ListWorkGroups",
            json!({"MaxResults": {}}),
            "Start of structure or map found where not expected.",
        ),
        ("ListWorkGroups", json!({"MaxResults": 1.5}), ""),
        (
            "ListWorkGroups",
            json!([]),
            "Start of list found where not expected",
        ),
        ("ListWorkGroups", json!("x"), "Expected null"),
        (
            "StartQueryExecution",
            json!({"ExecutionParameters": [1]}),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "StartQueryExecution",
            json!({"ExecutionParameters": "x"}),
            "Expected list or null",
        ),
        (
            "StartQueryExecution",
            json!({"ResultConfiguration": "x"}),
            "Expected null",
        ),
    ];
    for (operation, input, message) in cases {
        let refusal = refused("athena", operation, input.clone());
        assert_eq!(
            refusal,
            ("SerializationException".into(), message.into()),
            "{operation} {input}"
        );
    }
}

#[test]
fn what_a_handler_sees_is_in_one_form() {
    let input = json!({"virtualClusterId": "abc", "createdAfter": "2023-11-14T22:13:20Z", "maxResults": 5.0, "nextToken": null});
    let seen = checked("emr-containers", "ListJobRuns", input).unwrap();
    assert_eq!(
        seen,
        json!({"virtualClusterId": "abc", "createdAfter": 1_700_000_000.0, "maxResults": 5})
    );
}

#[test]
fn blobs_are_base64() {
    let input = |value: &str| {
        let decimal = json!({"MinimumValue": {"UnscaledValue": value, "Scale": 1}, "NumberOfNulls": 0, "NumberOfDistinctValues": 0});
        json!({"DatabaseName": "d", "TableName": "t", "ColumnStatisticsList": [{
            "ColumnName": "c", "ColumnType": "decimal", "AnalyzedTime": 0,
            "StatisticsData": {"Type": "DECIMAL", "DecimalColumnStatisticsData": decimal}}]})
    };
    assert!(checked("glue", "UpdateColumnStatisticsForTable", input("AQI=")).is_ok());
    let refusal = refused(
        "glue",
        "UpdateColumnStatisticsForTable",
        input("not Base64!"),
    );
    assert_eq!(refusal, ("SerializationException".into(), String::new()));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let names = prop_oneof![
            "[a-zA-Z]{1,9}",
            prop::sample::select(vec![
                "TableInput",
                "StorageDescriptor",
                "Columns",
                "jobDriver",
                "Entries",
                "tags",
                "Name"
            ])
            .prop_map(str::to_owned),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names, inner), 0..6)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_input_makes_it_panic(input in any_json()) {
        for (service, operation) in [
            ("glue", "CreateTable"), ("emr-containers", "StartJobRun"), ("events", "PutEvents"), ("states", "TagResource"),
        ] {
            if let Err(error) = checked(service, operation, input.clone()) {
                prop_assert!(error.code == "ValidationException" || error.code == "SerializationException", "{}", error);
            }
        }
    }
}
