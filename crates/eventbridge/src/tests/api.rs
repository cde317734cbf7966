use aws::Service;
use serde_json::{Value, json};

use super::harness::*;

#[tokio::test]
async fn every_member_of_every_input_is_read_accepted_or_refused() {
    let operations = House::new().await.service.clone().operations();
    let wrong = aws::coverage::check_declared("events", &operations);
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn a_rule_is_put_described_listed_and_deleted() {
    let house = House::new().await;
    let put = house
        .ok(
            "PutRule",
            json!({"Name": "b", "ScheduleExpression": "cron(0 0 1 * ? *)", "State": "ENABLED"}),
        )
        .await;
    assert_eq!(
        put,
        json!({"RuleArn": "arn:aws:events:us-east-1:000000000000:rule/b"})
    );
    assert_eq!(
        house.ok("DescribeRule", json!({"Name": "b"})).await,
        json!({"Name": "b", "Arn": "arn:aws:events:us-east-1:000000000000:rule/b", "State": "ENABLED",
            "ScheduleExpression": "cron(0 0 1 * ? *)", "EventBusName": "default", "CreatedBy": ACCOUNT})
    );
    house
        .ok(
            "PutRule",
            json!({"Name": "a", "EventPattern": "{\"source\":[\"x\"]}", "State": "DISABLED"}),
        )
        .await;
    let listed = house.ok("ListRules", json!({"Limit": 1})).await;
    assert_eq!(
        (
            &listed["Rules"][0]["Name"],
            listed["Rules"].as_array().unwrap().len()
        ),
        (&json!("a"), 1)
    );
    let rest = house
        .ok("ListRules", json!({"NextToken": listed["NextToken"]}))
        .await;
    assert_eq!(
        (&rest["Rules"][0]["Name"], rest.get("NextToken")),
        (&json!("b"), None)
    );
    assert_eq!(
        house.ok("ListRules", json!({"NamePrefix": "c"})).await,
        json!({"Rules": []})
    );
    let house = house.restart().await;
    assert_eq!(
        house.ok("DescribeRule", json!({"Name": "a"})).await["State"],
        "DISABLED"
    );
    house.ok("DeleteRule", json!({"Name": "a"})).await;
    house.ok("DeleteRule", json!({"Name": "a"})).await;
    assert_eq!(
        house.refused("DescribeRule", json!({"Name": "a"})).await,
        "ResourceNotFoundException: Rule a does not exist on EventBus default."
    );
}

#[tokio::test]
async fn what_is_wrong_is_refused_in_awss_words() {
    let house = House::new().await;
    house.ok("CreateEventBus", json!({"Name": "orders"})).await;
    house
        .rule("full", json!({"EventPattern": "{\"a\":[1]}"}), json!({}))
        .await;
    let target = |more: Value| {
        let mut target = json!({"Id": "1", "Arn": MACHINE, "RoleArn": ROLE});
        for (name, value) in more.as_object().unwrap() {
            target[name] = value.clone();
        }
        json!({"Rule": "full", "Targets": [target]})
    };
    let six: Vec<Value> = (0..6)
        .map(|n| json!({"Id": n.to_string(), "Arn": MACHINE, "RoleArn": ROLE}))
        .collect();
    let schedule_invalid = "ValidationException: Parameter ScheduleExpression is not valid.";
    for (operation, input, expected) in [
        (
            "PutRule",
            json!({"Name": "x", "ScheduleExpression": "cron(0 0 1 * * *)"}),
            schedule_invalid,
        ),
        (
            "PutRule",
            json!({"Name": "x", "ScheduleExpression": "rate(1 minutes)"}),
            schedule_invalid,
        ),
        (
            "PutRule",
            json!({"Name": "x", "ScheduleExpression": "at(2027-01-01T00:00:00)"}),
            schedule_invalid,
        ),
        (
            "PutRule",
            json!({"Name": "x", "EventPattern": "{\"a\":1}"}),
            "InvalidEventPatternException: Event pattern is not valid. Reason: \"a\" must be an object or an array",
        ),
        (
            "PutRule",
            json!({"Name": "x"}),
            "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.",
        ),
        (
            "PutRule",
            json!({"Name": "x", "EventBusName": "orders", "ScheduleExpression": "rate(1 minute)"}),
            "ValidationException: ScheduleExpression is supported only on the default event bus.",
        ),
        (
            "PutRule",
            json!({"Name": "x", "EventBusName": "nope", "EventPattern": "{\"a\":[1]}"}),
            "ResourceNotFoundException: Event bus nope does not exist.",
        ),
        (
            "PutRule",
            json!({"Name": "x", "RoleArn": "me", "EventPattern": "{\"a\":[1]}"}),
            "ValidationException: Parameter me is not valid. Reason: Provided Arn is not in correct format.",
        ),
        (
            "DeleteRule",
            json!({"Name": "full"}),
            "ValidationException: Rule can't be deleted since it has targets.",
        ),
        (
            "EnableRule",
            json!({"Name": "x"}),
            "ResourceNotFoundException: Rule x does not exist on EventBus default.",
        ),
        (
            "RemoveTargets",
            json!({"Rule": "x", "Ids": ["1"]}),
            "ResourceNotFoundException: Rule x does not exist on EventBus default.",
        ),
        (
            "PutTargets",
            json!({"Rule": "full", "Targets": six}),
            "LimitExceededException: The requested resource exceeds the maximum number allowed.",
        ),
        (
            "PutTargets",
            target(json!({"Arn": "queue"})),
            "ValidationException: Parameter queue is not valid. Reason: Provided Arn is not in correct format.",
        ),
        (
            "PutTargets",
            target(json!({"Input": "1", "InputPath": "$.x"})),
            "ValidationException: Only one of Input, InputPath, or InputTransformer must be provided for target 1.",
        ),
        (
            "PutTargets",
            target(json!({"InputTransformer": {"InputTemplate": "<nope>"}})),
            "ValidationException: InputTemplate for target 1 contains invalid placeholder nope.",
        ),
        (
            "PutTargets",
            target(json!({"RoleArn": null})),
            "ValidationException: RoleArn is required for target arn:aws:states:us-east-1:000000000000:stateMachine:m.",
        ),
        (
            "PutTargets",
            target(json!({"Arn": "arn:aws:events:us-east-1:000000000000:event-bus/default"})),
            "ValidationException: Event bus default cannot be the target of its own rule full.",
        ),
        (
            "CreateEventBus",
            json!({"Name": "orders"}),
            "ResourceAlreadyExistsException: Event bus orders already exists.",
        ),
        (
            "DeleteEventBus",
            json!({"Name": "default"}),
            "ValidationException: Cannot delete event bus default.",
        ),
        (
            "DescribeEventBus",
            json!({"Name": "nope"}),
            "ResourceNotFoundException: Event bus nope does not exist.",
        ),
        (
            "RemovePermission",
            json!({"StatementId": "s"}),
            "ResourceNotFoundException: EventBus does not have a policy.",
        ),
        (
            "TestEventPattern",
            json!({"EventPattern": "[]", "Event": "{}"}),
            "InvalidEventPatternException: Event pattern is not valid. Reason: Filter is not an object",
        ),
        (
            "PutEvents",
            json!({"Entries": [{"Source": "a", "DetailType": "t", "Detail": " ".repeat(262_144)}]}),
            "ValidationException: Total size of the entries in the request is over the limit.",
        ),
    ] {
        assert_eq!(
            house.refused(operation, input.clone()).await,
            expected,
            "{operation} {input}"
        );
    }
    let broken = house
        .refused("PutTargets", target(json!({"Input": "{broken"})))
        .await;
    assert!(
        broken.starts_with("ValidationException: JSON syntax error in input for target 1 :"),
        "{broken}"
    );
    assert_eq!(
        house.ok("ListTargetsByRule", json!({"Rule": "full"})).await["Targets"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn targets_are_added_replaced_listed_and_removed() {
    let house = House::new().await;
    house
        .rule(
            "r",
            json!({"EventPattern": "{\"a\":[1]}"}),
            json!({"Input": "1"}),
        )
        .await;
    let queue = "arn:aws:sqs:us-east-1:000000000000:q";
    let put = house
        .ok(
            "PutTargets",
            json!({"Rule": "r", "Targets": [
        {"Id": "1", "Arn": MACHINE, "RoleArn": ROLE, "Input": "2"},
        {"Id": "2", "Arn": queue},
        {"Id": "3", "Arn": "arn:aws:logs:us-east-1:000000000000:log-group:g"}]}),
        )
        .await;
    assert_eq!(
        (
            &put["FailedEntryCount"],
            &put["FailedEntries"][0]["TargetId"]
        ),
        (&json!(1), &json!("2"))
    );
    assert!(
        put["FailedEntries"][0]["ErrorMessage"]
            .as_str()
            .unwrap()
            .contains("sqs"),
        "{put}"
    );
    // Changing the rule keeps its targets.
    house
        .ok(
            "PutRule",
            json!({"Name": "r", "EventPattern": "{\"a\":[2]}"}),
        )
        .await;
    let listed = house.ok("ListTargetsByRule", json!({"Rule": "r"})).await;
    assert_eq!(
        listed["Targets"],
        json!([{"Id": "1", "Arn": MACHINE, "RoleArn": ROLE, "Input": "2"},
            {"Id": "3", "Arn": "arn:aws:logs:us-east-1:000000000000:log-group:g"}])
    );
    let by_target = house
        .ok("ListRuleNamesByTarget", json!({"TargetArn": MACHINE}))
        .await;
    assert_eq!(by_target, json!({"RuleNames": ["r"]}));
    let removed = house
        .ok("RemoveTargets", json!({"Rule": "r", "Ids": ["1", "9"]}))
        .await;
    assert_eq!(removed, json!({"FailedEntryCount": 0, "FailedEntries": []}));
    assert_eq!(
        house
            .ok("ListRuleNamesByTarget", json!({"TargetArn": MACHINE}))
            .await["RuleNames"],
        json!([])
    );
}

#[tokio::test]
async fn entries_of_put_events_are_answered_one_by_one() {
    let house = House::new().await;
    let good = json!({"Source": "a", "DetailType": "t", "Detail": "{}"});
    let without = |name: &str| {
        let mut entry = good.clone();
        entry.as_object_mut().unwrap().remove(name);
        entry
    };
    let with = |name: &str, value: &str| {
        let mut entry = good.clone();
        entry[name] = value.into();
        entry
    };
    let put = house.ok("PutEvents", json!({"Entries": [good, without("Source"), without("DetailType"),
        without("Detail"), with("Detail", "[]"), with("Detail", "\"{}\""), with("Source", "aws.s3")]})).await;
    assert_eq!(put["FailedEntryCount"], 6);
    let entries = put["Entries"].as_array().unwrap();
    assert_eq!(entries[0]["EventId"].as_str().unwrap().len(), 36);
    let codes: Vec<_> = entries[1..]
        .iter()
        .map(|entry| entry["ErrorCode"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "InvalidArgument",
            "InvalidArgument",
            "InvalidArgument",
            "MalformedDetail",
            "MalformedDetail",
            "NotAuthorizedForSourceException"
        ]
    );
    assert_eq!(
        entries[1]["ErrorMessage"],
        "Parameter Source is not valid. Reason: Source is a required argument."
    );
}

#[tokio::test]
async fn buses_policies_and_tags() {
    let house = House::new().await;
    let created = house
        .ok(
            "CreateEventBus",
            json!({"Name": "orders", "Description": "d",
        "Tags": [{"Key": "a", "Value": "1"}]}),
        )
        .await;
    let arn = "arn:aws:events:us-east-1:000000000000:event-bus/orders";
    assert_eq!(created, json!({"EventBusArn": arn, "Description": "d"}));
    let names = |listed: &Value| -> Vec<String> {
        listed["EventBuses"]
            .as_array()
            .unwrap()
            .iter()
            .map(|b| b["Name"].as_str().unwrap().into())
            .collect()
    };
    assert_eq!(
        names(&house.ok("ListEventBuses", json!({})).await),
        ["default", "orders"]
    );
    house
        .ok(
            "PutPermission",
            json!({"EventBusName": "orders", "Action": "events:PutEvents",
        "Principal": "123456789012", "StatementId": "s"}),
        )
        .await;
    let shown = house
        .ok("DescribeEventBus", json!({"Name": "orders"}))
        .await;
    let policy: Value = serde_json::from_str(shown["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(
        policy["Statement"],
        json!([{"Sid": "s", "Effect": "Allow", "Action": "events:PutEvents",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Resource": arn}])
    );
    assert_eq!(
        house
            .refused(
                "RemovePermission",
                json!({"EventBusName": "orders", "StatementId": "t"})
            )
            .await,
        "ResourceNotFoundException: Statement with the provided id does not exist."
    );
    house
        .ok(
            "RemovePermission",
            json!({"EventBusName": "orders", "StatementId": "s"}),
        )
        .await;
    assert_eq!(
        house
            .ok("DescribeEventBus", json!({"Name": arn}))
            .await
            .get("Policy"),
        None
    );
    house
        .ok(
            "UpdateEventBus",
            json!({"Name": "orders", "Description": "e"}),
        )
        .await;
    house
        .ok(
            "TagResource",
            json!({"ResourceARN": arn, "Tags": [{"Key": "b", "Value": "2"}]}),
        )
        .await;
    house
        .ok(
            "UntagResource",
            json!({"ResourceARN": arn, "TagKeys": ["a"]}),
        )
        .await;
    let tags = house
        .ok("ListTagsForResource", json!({"ResourceARN": arn}))
        .await;
    assert_eq!(tags, json!({"Tags": [{"Key": "b", "Value": "2"}]}));
    house
        .ok(
            "PutRule",
            json!({"Name": "r", "EventBusName": "orders", "EventPattern": "{\"a\":[1]}",
        "Tags": [{"Key": "x", "Value": "y"}]}),
        )
        .await;
    let rule = "arn:aws:events:us-east-1:000000000000:rule/orders/r";
    assert_eq!(
        house
            .ok("ListTagsForResource", json!({"ResourceARN": rule}))
            .await["Tags"][0]["Key"],
        "x"
    );
    assert_eq!(
        house
            .refused("DeleteEventBus", json!({"Name": "orders"}))
            .await,
        "ValidationException: Event bus can't be deleted since it has rules."
    );
    house
        .ok("DeleteRule", json!({"Name": "r", "EventBusName": "orders"}))
        .await;
    house.ok("DeleteEventBus", json!({"Name": "orders"})).await;
    assert_eq!(
        names(&house.ok("ListEventBuses", json!({})).await),
        ["default"]
    );
}

#[tokio::test]
async fn a_pattern_is_tested_against_an_event() {
    let house = House::new().await;
    let event = json!({"id": "1", "account": ACCOUNT, "source": "a", "time": "2026-11-23T00:00:00Z",
        "region": REGION, "resources": [], "detail-type": "t", "detail": {"n": 3}});
    let test = async |pattern: Value, event: &Value| {
        house
            .call(
                "TestEventPattern",
                json!({"EventPattern": pattern.to_string(), "Event": event.to_string()}),
            )
            .await
    };
    let n = |low: i32| json!({"detail": {"n": [{"numeric": [">", low]}]}});
    assert_eq!(test(n(2), &event).await.unwrap(), json!({"Result": true}));
    assert_eq!(test(n(3), &event).await.unwrap(), json!({"Result": false}));
    assert!(
        test(n(3), &json!({"id": "1"}))
            .await
            .unwrap_err()
            .message
            .contains("is a required field")
    );
}
