//! State machines, versions, aliases and tags, as the API answers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by them")]

mod harness;

use harness::{House, ROLE, text};
use serde_json::{Value, json};

fn pass(comment: &str) -> Value {
    json!({"Comment": comment, "StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"a": 1}, "End": true}}})
}

#[tokio::test]
async fn the_same_machine_twice_is_one_and_another_one_is_refused() {
    let house = House::new().await;
    let input = json!({"name": "m", "definition": pass("x").to_string(), "roleArn": ROLE});
    let first = house.ok("CreateStateMachine", input.clone()).await;
    assert_eq!(
        text(&first, "stateMachineArn"),
        "arn:aws:states:us-east-1:000000000000:stateMachine:m"
    );
    house.clock.advance(5000);
    let mut again = input.clone();
    again["roleArn"] = "arn:aws:iam::000000000000:role/other".into();
    assert_eq!(house.ok("CreateStateMachine", again).await, first);
    let mut other = input.clone();
    other["definition"] = format!(" {}", pass("x")).into();
    let expected = (
        "StateMachineAlreadyExists".to_owned(),
        "State Machine Already Exists: 'arn:aws:states:us-east-1:000000000000:stateMachine:m'"
            .to_owned(),
    );
    assert_eq!(house.refused("CreateStateMachine", other).await, expected);
    let described = house
        .ok(
            "DescribeStateMachine",
            json!({"stateMachineArn": first["stateMachineArn"]}),
        )
        .await;
    assert_eq!(described["roleArn"], ROLE);
    assert_eq!(
        described["loggingConfiguration"],
        json!({"level": "OFF", "includeExecutionData": false})
    );
    assert_eq!(described["tracingConfiguration"], json!({"enabled": false}));
    assert!(described.get("revisionId").is_none());
}

#[tokio::test]
async fn what_cannot_be_a_machine_is_refused_in_the_words_of_aws() {
    let house = House::new().await;
    let good = json!({"name": "m", "definition": pass("x").to_string(), "roleArn": ROLE});
    let with = |member: &str, value: Value| {
        let mut input = good.clone();
        input[member] = value;
        input
    };
    let refused = house
        .refused(
            "CreateStateMachine",
            with("definition", r#"{"StartAt": "A"}"#.into()),
        )
        .await;
    assert_eq!(refused.0, "InvalidDefinition");
    assert_eq!(
        refused.1,
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'"
    );
    let refused = house
        .refused("CreateStateMachine", with("name", "a b".into()))
        .await;
    assert_eq!(
        refused,
        ("InvalidName".into(), "Invalid Name: 'a b'".into())
    );
    let refused = house
        .refused("CreateStateMachine", with("roleArn", "me".into()))
        .await;
    assert_eq!(
        refused,
        ("InvalidArn".into(), "Invalid Role Arn: 'me'".into())
    );
    let refused = house
        .refused(
            "CreateStateMachine",
            with("loggingConfiguration", json!({"level": "ALL"})),
        )
        .await;
    let expected = "Invalid Logging Configuration: Must specify exactly one Log Destination.";
    assert_eq!(
        refused,
        ("InvalidLoggingConfiguration".into(), expected.into())
    );
    let refused = house
        .refused("CreateStateMachine", with("versionDescription", "d".into()))
        .await;
    assert_eq!(
        refused.1,
        "Version description can only be set when publish is true"
    );
    assert_eq!(
        house.ok("ListStateMachines", json!({})).await["stateMachines"],
        json!([])
    );
    for operation in ["DescribeStateMachine", "StartExecution"] {
        let arn = "arn:aws:states:us-east-1:000000000000:stateMachine:none";
        let refused = house
            .refused(operation, json!({"stateMachineArn": arn}))
            .await;
        assert_eq!(
            refused,
            (
                "StateMachineDoesNotExist".into(),
                format!("State Machine Does Not Exist: '{arn}'")
            )
        );
        let refused = house
            .refused(operation, json!({"stateMachineArn": "x"}))
            .await;
        assert_eq!(
            refused,
            (
                "InvalidArn".into(),
                "Invalid Arn: 'Invalid ARN prefix: x'".into()
            )
        );
    }
}

#[tokio::test]
async fn an_update_makes_a_revision_and_executions_run_what_was_there_when_they_began() {
    let house = House::new().await;
    let arn = house.machine("m", &pass("one")).await;
    let before = house.start(&arn, &json!({})).await;
    let refused = house
        .refused("UpdateStateMachine", json!({"stateMachineArn": arn}))
        .await;
    assert_eq!(refused.0, "MissingRequiredParameter");
    let update =
        json!({"stateMachineArn": arn, "definition": pass("two").to_string(), "publish": true});
    let updated = house.ok("UpdateStateMachine", update.clone()).await;
    assert_eq!(text(&updated, "stateMachineVersionArn"), format!("{arn}:1"));
    let same = house.ok("UpdateStateMachine", update).await;
    assert_eq!(
        (&same["revisionId"], &same["stateMachineVersionArn"]),
        (&updated["revisionId"], &updated["stateMachineVersionArn"])
    );
    let described = house
        .ok("DescribeStateMachine", json!({"stateMachineArn": arn}))
        .await;
    assert_eq!(described["revisionId"], updated["revisionId"]);
    let of_execution = house
        .ok(
            "DescribeStateMachineForExecution",
            json!({"executionArn": before}),
        )
        .await;
    assert!(text(&of_execution, "definition").contains("one"));
    assert!(of_execution.get("revisionId").is_none());
}

#[tokio::test]
async fn versions_and_aliases() {
    let house = House::new().await;
    let input = json!({"name": "m", "definition": pass("1").to_string(), "roleArn": ROLE, "publish": true,
        "versionDescription": "first"});
    let arn = text(
        &house.ok("CreateStateMachine", input).await,
        "stateMachineArn",
    );
    house
        .ok(
            "UpdateStateMachine",
            json!({"stateMachineArn": arn, "definition": pass("2").to_string()}),
        )
        .await;
    let wrong = json!({"stateMachineArn": arn, "revisionId": "nope"});
    assert_eq!(
        house.refused("PublishStateMachineVersion", wrong).await.0,
        "ConflictException"
    );
    let second = house
        .ok(
            "PublishStateMachineVersion",
            json!({"stateMachineArn": arn}),
        )
        .await;
    assert_eq!(text(&second, "stateMachineVersionArn"), format!("{arn}:2"));
    assert_eq!(
        house
            .ok(
                "PublishStateMachineVersion",
                json!({"stateMachineArn": arn})
            )
            .await,
        second
    );
    let listed = house
        .ok(
            "ListStateMachineVersions",
            json!({"stateMachineArn": arn, "maxResults": 1}),
        )
        .await;
    assert_eq!(
        listed["stateMachineVersions"][0]["stateMachineVersionArn"],
        format!("{arn}:2")
    );
    let rest = json!({"stateMachineArn": arn, "nextToken": listed["nextToken"]});
    let rest = house.ok("ListStateMachineVersions", rest).await;
    assert_eq!(
        rest["stateMachineVersions"][0]["stateMachineVersionArn"],
        format!("{arn}:1")
    );
    assert!(rest.get("nextToken").is_none());
    let first = house
        .ok(
            "DescribeStateMachine",
            json!({"stateMachineArn": format!("{arn}:1")}),
        )
        .await;
    assert_eq!(
        (text(&first, "description"), text(&first, "stateMachineArn")),
        ("first".into(), format!("{arn}:1"))
    );

    let route = |version: &str, weight: i64| json!({"stateMachineVersionArn": format!("{arn}{version}"), "weight": weight});
    let alias = |routes: Value| json!({"name": "prod", "routingConfiguration": routes});
    let refused = house
        .refused("CreateStateMachineAlias", alias(json!([route("", 100)])))
        .await;
    let expected =
        format!("Routing configuration must contain state machine version ARNs. Received: [{arn}]");
    assert_eq!(refused, ("ValidationException".into(), expected));
    let refused = house
        .refused(
            "CreateStateMachineAlias",
            alias(json!([route(":1", 60), route(":2", 30)])),
        )
        .await;
    assert_eq!(
        refused.1,
        "Sum of routing configuration weights must equal 100. Received: [60, 30]"
    );
    let refused = house
        .refused(
            "CreateStateMachineAlias",
            alias(json!([route(":1", 60), route(":1", 40)])),
        )
        .await;
    assert!(
        refused
            .1
            .starts_with("Routing configuration must contain distinct"),
        "{refused:?}"
    );
    let both = json!([route(":1", 60), route(":2", 40)]);
    let created = house
        .ok("CreateStateMachineAlias", alias(both.clone()))
        .await;
    assert_eq!(
        house
            .ok("CreateStateMachineAlias", alias(both.clone()))
            .await,
        created
    );
    let prod = text(&created, "stateMachineAliasArn");
    assert_eq!(
        house
            .refused("CreateStateMachineAlias", alias(json!([route(":1", 100)])))
            .await
            .0,
        "ConflictException"
    );
    let described = house
        .ok(
            "DescribeStateMachineAlias",
            json!({"stateMachineAliasArn": prod}),
        )
        .await;
    assert_eq!(described["routingConfiguration"], both);

    let execution = house.start(&prod, &json!({})).await;
    let ran = house.describe(&execution).await;
    assert_eq!(ran["stateMachineAliasArn"], prod.as_str());
    assert!(text(&ran, "stateMachineVersionArn").starts_with(&format!("{arn}:")));
    let started = &house.history(&execution).await[0]["executionStartedEventDetails"];
    assert_eq!(started["stateMachineAliasArn"], prod.as_str());
    let by_alias = house
        .ok("ListExecutions", json!({"stateMachineArn": prod}))
        .await;
    assert_eq!(by_alias["executions"].as_array().unwrap().len(), 1);

    let in_use = house
        .refused(
            "DeleteStateMachineVersion",
            json!({"stateMachineVersionArn": format!("{arn}:1")}),
        )
        .await;
    assert!(in_use.1.ends_with("[prod]"), "{in_use:?}");
    house
        .ok(
            "UpdateStateMachineAlias",
            json!({"stateMachineAliasArn": prod, "routingConfiguration": [route(":2", 100)]}),
        )
        .await;
    house
        .ok(
            "DeleteStateMachineVersion",
            json!({"stateMachineVersionArn": format!("{arn}:1")}),
        )
        .await;
    house
        .ok(
            "DeleteStateMachineAlias",
            json!({"stateMachineAliasArn": prod}),
        )
        .await;
    let gone = house
        .refused(
            "DescribeStateMachineAlias",
            json!({"stateMachineAliasArn": prod}),
        )
        .await;
    assert_eq!(gone.0, "ResourceNotFound");
    let listed = house
        .ok("ListStateMachineAliases", json!({"stateMachineArn": arn}))
        .await;
    assert_eq!(listed["stateMachineAliases"], json!([]));
}

async fn with_version(house: &House, definition: &Value) -> String {
    let input = json!({"name": "m", "definition": definition.to_string(), "roleArn": ROLE, "publish": true});
    text(
        &house.ok("CreateStateMachine", input).await,
        "stateMachineArn",
    )
}

/// An alias of a machine's first version.
fn alias(name: &str, machine: &str) -> Value {
    let route = json!({"stateMachineVersionArn": format!("{machine}:1"), "weight": 100});
    json!({"name": name, "routingConfiguration": [route]})
}

#[tokio::test]
async fn the_newest_alias_is_listed_first_page_by_page() {
    let house = House::new().await;
    let machine = with_version(&house, &pass("1")).await;
    for name in ["b", "c", "a"] {
        house.clock.advance(1000);
        house
            .ok("CreateStateMachineAlias", alias(name, &machine))
            .await;
    }
    let mut input = json!({"stateMachineArn": machine, "maxResults": 1});
    let mut listed = Vec::new();
    loop {
        let page = house.ok("ListStateMachineAliases", input.clone()).await;
        let [only] = page["stateMachineAliases"].as_array().unwrap().as_slice() else {
            panic!("not one alias: {page}");
        };
        listed.push(text(only, "stateMachineAliasArn"));
        // A page goes on where the last one ended, even when that alias is gone.
        let gone = json!({"stateMachineAliasArn": listed.last()});
        house.ok("DeleteStateMachineAlias", gone).await;
        match page.get("nextToken") {
            Some(token) => input["nextToken"] = token.clone(),
            None => break,
        }
    }
    let expected = ["a", "c", "b"].map(|name| format!("{machine}:{name}"));
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn the_aliases_of_a_machine_that_is_being_deleted_are_neither_changed_nor_listed() {
    let house = House::new().await;
    let wait =
        json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}});
    let machine = with_version(&house, &wait).await;
    house
        .ok("CreateStateMachineAlias", alias("prod", &machine))
        .await;
    house.start(&machine, &json!({})).await;
    house
        .ok("DeleteStateMachine", json!({"stateMachineArn": machine}))
        .await;
    let prod = format!("{machine}:prod");
    for (operation, input) in [
        (
            "UpdateStateMachineAlias",
            json!({"stateMachineAliasArn": prod, "description": "d"}),
        ),
        (
            "ListStateMachineAliases",
            json!({"stateMachineArn": machine}),
        ),
    ] {
        let refused = house.refused(operation, input).await;
        assert_eq!(refused.0, "StateMachineDeleting", "{operation}");
    }
}

#[tokio::test]
async fn a_machine_has_at_most_100_aliases() {
    let house = House::new().await;
    let machine = with_version(&house, &pass("1")).await;
    let create = "CreateStateMachineAlias";
    for number in 0..100 {
        house
            .ok(create, alias(&format!("a{number}"), &machine))
            .await;
    }
    let refused = house
        .call(create, alias("more", &machine))
        .await
        .unwrap_err();
    assert_eq!(
        (&*refused.code, refused.status),
        ("ServiceQuotaExceededException", 402)
    );
    house.ok(create, alias("a0", &machine)).await;
    let prod = json!({"stateMachineAliasArn": format!("{machine}:a7")});
    house.ok("DeleteStateMachineAlias", prod).await;
    house.ok(create, alias("more", &machine)).await;
}

#[tokio::test]
async fn a_machine_has_at_most_1000_versions() {
    let house = House::new().await;
    let machine = with_version(&house, &pass("1")).await;
    let update = |n: u32, publish: bool| json!({"stateMachineArn": machine, "definition": pass(&n.to_string()).to_string(), "publish": publish});
    for number in 2..=1000 {
        house.ok("UpdateStateMachine", update(number, true)).await;
    }
    let over = house
        .refused("UpdateStateMachine", update(1001, true))
        .await;
    assert_eq!(over.0, "ServiceQuotaExceededException");
    let publish = json!({"stateMachineArn": machine});
    // What was refused has changed nothing: the latest version is still the machine's.
    let published = house
        .ok("PublishStateMachineVersion", publish.clone())
        .await;
    assert_eq!(
        published["stateMachineVersionArn"],
        format!("{machine}:1000")
    );
    house.ok("UpdateStateMachine", update(1001, false)).await;
    let over = house
        .refused("PublishStateMachineVersion", publish.clone())
        .await;
    assert_eq!(over.0, "ServiceQuotaExceededException");
    let first = json!({"stateMachineVersionArn": format!("{machine}:1")});
    house.ok("DeleteStateMachineVersion", first).await;
    let published = house.ok("PublishStateMachineVersion", publish).await;
    assert_eq!(
        published["stateMachineVersionArn"],
        format!("{machine}:1001")
    );
}

#[tokio::test]
async fn tags_are_added_replaced_and_removed() {
    let house = House::new().await;
    let arn = house.machine("m", &pass("x")).await;
    let tag = |key: &str, value: &str| json!({"key": key, "value": value});
    house
        .ok(
            "TagResource",
            json!({"resourceArn": arn, "tags": [tag("a", "1"), tag("b", "2")]}),
        )
        .await;
    house
        .ok(
            "TagResource",
            json!({"resourceArn": arn, "tags": [tag("a", "3")]}),
        )
        .await;
    house
        .ok(
            "UntagResource",
            json!({"resourceArn": arn, "tagKeys": ["b", "c"]}),
        )
        .await;
    let listed = house
        .ok("ListTagsForResource", json!({"resourceArn": arn}))
        .await;
    assert_eq!(listed["tags"], json!([tag("a", "3")]));
    let many: Vec<Value> = (0..50).map(|i| tag(&format!("k{i}"), "")).collect();
    assert_eq!(
        house
            .refused("TagResource", json!({"resourceArn": arn, "tags": many}))
            .await
            .0,
        "TooManyTags"
    );
    let none = "arn:aws:states:us-east-1:000000000000:activity:none";
    assert_eq!(
        house
            .refused("ListTagsForResource", json!({"resourceArn": none}))
            .await
            .0,
        "ResourceNotFound"
    );
}

#[tokio::test]
async fn a_deleted_machine_stays_until_its_executions_have_ended() {
    let house = House::new().await;
    let wait =
        json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}});
    let arn = house.machine("m", &wait).await;
    let execution = house.start(&arn, &json!({})).await;
    for part in ["/Label", ":1"] {
        let refused = house
            .refused(
                "DeleteStateMachine",
                json!({"stateMachineArn": format!("{arn}{part}")}),
            )
            .await;
        assert_eq!(refused.0, "ValidationException");
    }
    assert_eq!(
        house
            .ok("DescribeStateMachine", json!({"stateMachineArn": arn}))
            .await["status"],
        "ACTIVE"
    );
    house
        .ok("DeleteStateMachine", json!({"stateMachineArn": arn}))
        .await;
    assert_eq!(
        house
            .ok("DescribeStateMachine", json!({"stateMachineArn": arn}))
            .await["status"],
        "DELETING"
    );
    assert_eq!(
        house
            .refused("StartExecution", json!({"stateMachineArn": arn}))
            .await
            .0,
        "StateMachineDeleting"
    );
    assert_eq!(house.ended(&execution).await["status"], "SUCCEEDED");
    house
        .until("the machine goes", async || {
            house
                .call("DescribeStateMachine", json!({"stateMachineArn": arn}))
                .await
                .is_err()
        })
        .await;
    assert_eq!(house.describe(&execution).await["status"], "SUCCEEDED");
    house
        .ok("DeleteStateMachine", json!({"stateMachineArn": arn}))
        .await;
    house.machine("m", &pass("again")).await;
    let listed = house
        .ok("ListExecutions", json!({"stateMachineArn": arn}))
        .await;
    assert_eq!(listed["executions"], json!([]));
}

#[tokio::test]
async fn executions_of_a_deleted_machine_enter_no_further_state() {
    let house = House::new().await;
    let wait = |next: Value| {
        let mut states =
            json!({"W": {"Type": "Wait", "Seconds": 5}, "P": {"Type": "Pass", "End": true}});
        states["W"]
            .as_object_mut()
            .unwrap()
            .extend(next.as_object().unwrap().clone());
        json!({"StartAt": "W", "States": states})
    };
    let more = house.machine("more", &wait(json!({"Next": "P"}))).await;
    let last =
        json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "End": true}}});
    let last = house.machine("last", &last).await;
    let (first, second) = (
        house.start(&more, &json!({})).await,
        house.start(&last, &json!({})).await,
    );
    for machine in [more, last] {
        house
            .ok("DeleteStateMachine", json!({"stateMachineArn": machine}))
            .await;
    }
    let done = house.ended(&first).await;
    assert_eq!(done["status"], "ABORTED", "{done}");
    let types = house.event_types(&first).await;
    assert_eq!(types.last().map(String::as_str), Some("ExecutionAborted"));
    assert!(!types.contains(&"PassStateEntered".to_owned()), "{types:?}");
    let done = house.ended(&second).await;
    assert_eq!(
        done["status"], "SUCCEEDED",
        "its last state enters no other: {done}"
    );
}
