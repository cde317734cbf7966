use crate::{Definition, MachineKind, invalid_definition};

fn refusal(definition: &str) -> String {
    match Definition::parse(definition, MachineKind::Standard) {
        Ok(_) => String::new(),
        Err(found) => invalid_definition(&found),
    }
}

#[test]
fn definitions_are_refused_in_awss_words() {
    for (definition, message) in [
        (
            "{}",
            "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /",
        ),
        (
            r#"{"StartAt":"a","States":{"a":{"Type":"Pass","Next":"c"},"b":{"Type":"Pass","End":true}}}"#,
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: c at /States/a/Next, MISSING_TRANSITION_TARGET: State \"b\" is not reachable. at /States/b",
        ),
        (
            r#"{"StartAt":"a","States":{"a":{"Type":"Pass","Next":"b"},"b":{"Type":"Pass","Next":"a"}}}"#,
            "MISSING_END_STATE: Workflow has no terminal state",
        ),
        (
            r#"{"StartAt":"a","States":{"a":{"Type":"Pass","End":true,"TimeoutSeconds":1}}}"#,
            "SCHEMA_VALIDATION_FAILED: Field 'TimeoutSeconds' is not supported at /States/a",
        ),
        (
            r#"{"StartAt":"a","States":{"a":{"Type":"Pass","End":true,"Output":1}}}"#,
            "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/a",
        ),
        (
            r#"{"StartAt":"a","QueryLanguage":"JSONata","States":{"a":{"Type":"Pass","QueryLanguage":"JSONPath","End":true}}}"#,
            "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/a",
        ),
        (
            r#"{"StartAt":"a","States":{"a":{"Type":"Choice","Choices":[{"Variable":"$","StringMatches":"x"}],"Default":"b"},"b":{"Type":"Succeed"}}}"#,
            "SCHEMA_VALIDATION_FAILED: These fields are required: [Next] at /States/a/Choices[0]",
        ),
        (
            r#"{"StartAt":"a","States":{"a":{"Type":"Map","End":true,"MaxConcurrency":-1,"ItemProcessor":{"StartAt":"b","States":{"b":{"Type":"Pass","End":true}}}}}}"#,
            "SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/a/MaxConcurrency",
        ),
        (
            r#"{"StartAt":"a","States":{"a":{"Type":"Task","End":true,"Resource":"arn:aws:states:::emr-containers:createVirtualCluster.sync"}}}"#,
            "SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::emr-containers:createVirtualCluster.sync is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/a/Resource",
        ),
    ] {
        assert_eq!(
            refusal(definition),
            format!("Invalid State Machine Definition: '{message}'"),
            "{definition}"
        );
    }
}

#[test]
fn express_machines_refuse_to_wait_for_tokens() {
    let definition = r#"{"StartAt":"a","States":{"a":{"Type":"Task","End":true,"Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody":"b"}}}}"#;
    assert!(Definition::parse(definition, MachineKind::Standard).is_ok());
    let found = Definition::parse(definition, MachineKind::Express).unwrap_err();
    assert_eq!(
        found[0].sentence(),
        "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.waitForTaskToken' service integration  at /States/a/Resource"
    );
}
