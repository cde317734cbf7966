use std::sync::Arc;

use aws::{ApiError, Service, testing::TestDoor};
use serde_json::{Value, json};
use store::{Clock, Store, testing::SimClock};

use super::{
    ScheduleRef, Scheduler,
    goal::Goal,
    invoke::Invocation,
    schedule::{Group, Schedule, Target},
    timing::Timing,
};
use crate::{
    firing::{Firing, Outcome},
    schedule::Expression,
    tests::{
        formats::is_read,
        harness::{ACCOUNT, Door, MACHINE, REGION, ROLE, Script, unavailable},
    },
};

const MINUTE: i64 = 60_000;

fn timing(expression: &str, zone: &str) -> Timing {
    Timing {
        expression: Expression::parse(expression).unwrap(),
        zone: zone.parse().unwrap(),
        anchor_ms: ms("2026-01-01T00:00:00Z"),
        start_ms: None,
        end_ms: None,
    }
}

fn ms(text: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(text)
        .unwrap()
        .timestamp_millis()
}

fn following(timing: &Timing, after: &str, count: usize) -> Vec<String> {
    let mut t = ms(after);
    let mut found = Vec::new();
    while found.len() < count
        && let Some(next) = timing.next_after(t)
    {
        found.push(crate::event::time(next));
        t = next;
    }
    found
}

#[test]
fn a_cron_keeps_local_time_over_changes_of_the_clock() {
    let nine = timing("cron(0 9 * * ? *)", "America/New_York");
    assert_eq!(
        following(&nine, "2026-03-07T00:00:00Z", 3),
        [
            "2026-03-07T14:00:00Z",
            "2026-03-08T13:00:00Z",
            "2026-03-09T13:00:00Z"
        ]
    );
    // 02:30 does not exist on the 8th of March and comes twice on the 1st of November (at 01:30).
    let gap = timing("cron(30 2 * * ? *)", "America/New_York");
    assert_eq!(
        following(&gap, "2026-03-07T00:00:00Z", 2),
        ["2026-03-07T07:30:00Z", "2026-03-09T06:30:00Z"]
    );
    let twice = timing("cron(30 1 * * ? *)", "America/New_York");
    assert_eq!(
        following(&twice, "2026-10-31T12:00:00Z", 2),
        ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]
    );
    // Asked in the second pass, the answer still lies ahead.
    assert_eq!(
        following(&twice, "2026-11-01T06:10:00Z", 1),
        ["2026-11-02T06:30:00Z"]
    );
}

#[test]
fn bounds_anchors_and_single_times() {
    let rate = Timing {
        start_ms: Some(ms("2026-01-01T00:10:00Z")),
        end_ms: Some(ms("2026-01-01T00:20:00Z")),
        anchor_ms: ms("2026-01-01T00:10:00Z"),
        ..timing("rate(5 minutes)", "UTC")
    };
    assert_eq!(
        following(&rate, "2026-01-01T00:00:00Z", 9),
        [
            "2026-01-01T00:10:00Z",
            "2026-01-01T00:15:00Z",
            "2026-01-01T00:20:00Z"
        ]
    );
    let cron = Timing {
        start_ms: Some(ms("2026-01-03T12:00:00Z")),
        ..timing("cron(0 12 * * ? *)", "UTC")
    };
    assert_eq!(
        following(&cron, "2026-01-01T00:00:00Z", 1),
        ["2026-01-03T12:00:00Z"]
    );
    let once = timing("at(2026-07-01T12:00:00)", "Europe/Berlin");
    assert_eq!(
        following(&once, "2026-01-01T00:00:00Z", 5),
        ["2026-07-01T10:00:00Z"]
    );
}

#[test]
fn goals_are_told_from_targets() {
    let goal = |arn: &str| {
        let target = json!({"Arn": arn, "RoleArn": ROLE});
        Goal::of(&serde_json::from_value::<Target>(target).unwrap())
    };
    assert_eq!(goal(MACHINE), Ok(Goal::StartExecution));
    assert_eq!(
        goal("arn:aws:scheduler:::aws-sdk:sfn:startExecution"),
        Ok(Goal::Operation {
            service: "states",
            operation: "StartExecution".into()
        })
    );
    for bad in [
        "queue",
        "arn:aws:sqs:us-east-1:000000000000:q",
        "arn:aws:scheduler:::aws-sdk:sfn:describeExecution",
        "arn:aws:scheduler:::aws-sdk:sfn:noSuchThing",
        "arn:aws:scheduler:::aws-sdk:nosuchservice:go",
        "arn:aws:events:us-east-1:000000000000:event-bus/default",
    ] {
        assert!(goal(bad).is_err(), "{bad}");
    }
}

struct House {
    clock: SimClock,
    door: Arc<Door>,
    store: Store,
    service: Arc<Scheduler>,
}

impl House {
    fn new() -> Self {
        let (clock, door) = (
            SimClock::at(ms("2026-11-23T23:45:30Z")),
            Arc::new(Door::new()),
        );
        let store = Store::in_memory().unwrap();
        let service = Scheduler::new(store.clone(), Arc::new(clock.clone()), door.clone());
        Self {
            clock,
            door,
            store,
            service,
        }
    }

    fn restart(&mut self) {
        self.service = Scheduler::new(
            self.store.clone(),
            Arc::new(self.clock.clone()),
            self.door.clone(),
        );
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ApiError> {
        TestDoor::new(self.service.clone())
            .call("scheduler", operation, input)
            .await
    }

    async fn ok(&self, operation: &str, input: Value) -> Value {
        let answer = self.call(operation, input.clone()).await;
        answer.unwrap_or_else(|error| panic!("{operation} {input}: {error}"))
    }

    async fn create(&self, name: &str, expression: &str, more: Value) -> Value {
        self.ok("CreateSchedule", schedule(name, expression, more))
            .await
    }

    async fn settle(&self) {
        self.service.fire_due().await.unwrap();
        self.service.invoke_due().await.unwrap();
    }

    async fn firings(&self, name: &str) -> Vec<Firing> {
        self.service.firings(&at(name)).await.unwrap()
    }
}

fn at(name: &str) -> ScheduleRef {
    ScheduleRef {
        account: ACCOUNT.into(),
        region: REGION.into(),
        group: "default".into(),
        name: name.into(),
    }
}

fn schedule(name: &str, expression: &str, more: Value) -> Value {
    let mut input = json!({"Name": name, "ScheduleExpression": expression, "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": MACHINE, "RoleArn": ROLE, "Input": "{\"at\": \"<aws.scheduler.scheduled-time>\"}"}});
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    input
}

#[tokio::test]
async fn every_member_of_every_input_is_read_accepted_or_refused() {
    let operations = House::new().service.clone().operations();
    assert_eq!(operations.names().count(), 12);
    let wrong = aws::coverage::check_declared("scheduler", &operations);
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn a_schedule_is_made_shown_changed_listed_and_deleted() {
    let house = House::new();
    let made = house
        .create("nightly", "cron(0 3 * * ? *)", json!({"Description": "d"}))
        .await;
    let arn = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/nightly";
    assert_eq!(made, json!({"ScheduleArn": arn}));
    let now = 1_795_477_530.0;
    assert_eq!(
        house.ok("GetSchedule", json!({"Name": "nightly"})).await,
        json!({"Arn": arn, "Name": "nightly", "GroupName": "default", "ScheduleExpression": "cron(0 3 * * ? *)",
            "ScheduleExpressionTimezone": "UTC", "Description": "d", "State": "ENABLED",
            "Target": {"Arn": MACHINE, "RoleArn": ROLE, "Input": "{\"at\": \"<aws.scheduler.scheduled-time>\"}",
                "RetryPolicy": {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86_400}},
            "FlexibleTimeWindow": {"Mode": "OFF"}, "ActionAfterCompletion": "NONE",
            "CreationDate": now, "LastModificationDate": now})
    );
    house.clock.advance(MINUTE);
    let changed = schedule("nightly", "rate(1 hour)", json!({"State": "DISABLED"}));
    house.ok("UpdateSchedule", changed).await;
    let shown = house.ok("GetSchedule", json!({"Name": "nightly"})).await;
    assert_eq!(
        (
            &shown["State"],
            &shown["CreationDate"],
            shown.get("Description")
        ),
        (&json!("DISABLED"), &json!(now), None)
    );
    house
        .ok(
            "CreateScheduleGroup",
            json!({"Name": "other", "Tags": [{"Key": "a", "Value": "b"}]}),
        )
        .await;
    house
        .create("hourly", "rate(1 hour)", json!({"GroupName": "other"}))
        .await;
    let names = |listed: &Value| -> Vec<String> {
        listed["Schedules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["Name"].as_str().unwrap().into())
            .collect()
    };
    let first = house.ok("ListSchedules", json!({"MaxResults": 1})).await;
    assert_eq!(names(&first), ["nightly"]);
    let rest = house
        .ok("ListSchedules", json!({"NextToken": first["NextToken"]}))
        .await;
    assert_eq!(
        (names(&rest), rest.get("NextToken")),
        (vec!["hourly".to_owned()], None)
    );
    assert_eq!(
        names(
            &house
                .ok("ListSchedules", json!({"GroupName": "other"}))
                .await
        ),
        ["hourly"]
    );
    assert_eq!(
        names(
            &house
                .ok("ListSchedules", json!({"State": "DISABLED"}))
                .await
        ),
        ["nightly"]
    );
    house
        .ok("DeleteScheduleGroup", json!({"Name": "other"}))
        .await;
    house.ok("DeleteSchedule", json!({"Name": "nightly"})).await;
    assert_eq!(
        names(&house.ok("ListSchedules", json!({})).await),
        Vec::<String>::new()
    );
    assert_eq!(house.service.fire_due().await.unwrap(), None);
}

#[tokio::test]
async fn groups_and_their_tags() {
    let house = House::new();
    let arn = house
        .ok(
            "CreateScheduleGroup",
            json!({"Name": "g", "ClientToken": "t"}),
        )
        .await["ScheduleGroupArn"]
        .clone();
    assert_eq!(
        arn,
        "arn:aws:scheduler:us-east-1:000000000000:schedule-group/g"
    );
    house
        .ok(
            "CreateScheduleGroup",
            json!({"Name": "g", "ClientToken": "t"}),
        )
        .await;
    house.ok("TagResource", json!({"ResourceArn": arn, "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]})).await;
    house
        .ok(
            "UntagResource",
            json!({"ResourceArn": arn, "TagKeys": ["a"]}),
        )
        .await;
    let tags = house
        .ok("ListTagsForResource", json!({"ResourceArn": arn}))
        .await;
    assert_eq!(tags, json!({"Tags": [{"Key": "b", "Value": "2"}]}));
    let listed = house.ok("ListScheduleGroups", json!({})).await;
    assert_eq!(
        (
            &listed["ScheduleGroups"][0]["Name"],
            &listed["ScheduleGroups"][1]["Name"]
        ),
        (&json!("default"), &json!("g"))
    );
    assert_eq!(
        house.ok("GetScheduleGroup", json!({"Name": "g"})).await["State"],
        "ACTIVE"
    );
}

#[tokio::test]
async fn what_is_wrong_is_refused() {
    let house = House::new();
    house
        .create("there", "rate(1 hour)", json!({"ClientToken": "t"}))
        .await;
    house
        .create("there", "rate(1 hour)", json!({"ClientToken": "t"}))
        .await;
    let flexible = json!({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}});
    let queue = json!({"Target": {"Arn": "arn:aws:sqs:us-east-1:000000000000:q", "RoleArn": ROLE}});
    for (operation, input, code, words) in [
        (
            "CreateSchedule",
            schedule("there", "rate(1 hour)", json!({})),
            "ConflictException",
            "Schedule there already exists.",
        ),
        (
            "CreateSchedule",
            schedule("x", "cron(0 1 * * * *)", json!({})),
            "ValidationException",
            "Invalid Schedule Expression cron(0 1 * * * *).",
        ),
        (
            "CreateSchedule",
            schedule(
                "x",
                "rate(1 hour)",
                json!({"ScheduleExpressionTimezone": "Mars/Base"}),
            ),
            "ValidationException",
            "Timezone Mars/Base",
        ),
        (
            "CreateSchedule",
            schedule("x", "rate(1 hour)", flexible),
            "ValidationException",
            "MaximumWindowInMinutes",
        ),
        (
            "CreateSchedule",
            schedule("x", "rate(1 hour)", json!({"GroupName": "nope"})),
            "ResourceNotFoundException",
            "Schedule group nope does not exist.",
        ),
        (
            "CreateSchedule",
            schedule("x", "rate(1 hour)", json!({"StartDate": 1_700_000_000})),
            "ValidationException",
            "earlier than 5 minutes ago",
        ),
        (
            "CreateSchedule",
            schedule("x", "rate(1 hour)", queue),
            "ValidationException",
            "sqs",
        ),
        (
            "GetSchedule",
            json!({"Name": "x"}),
            "ResourceNotFoundException",
            "Schedule x does not exist.",
        ),
        (
            "DeleteSchedule",
            json!({"Name": "x"}),
            "ResourceNotFoundException",
            "Schedule x does not exist.",
        ),
        (
            "UpdateSchedule",
            schedule("x", "rate(1 hour)", json!({})),
            "ResourceNotFoundException",
            "Schedule x does not exist.",
        ),
        (
            "DeleteScheduleGroup",
            json!({"Name": "default"}),
            "ValidationException",
            "default",
        ),
        (
            "GetScheduleGroup",
            json!({"Name": "x"}),
            "ResourceNotFoundException",
            "Schedule group x does not exist.",
        ),
        (
            "CreateScheduleGroup",
            json!({"Name": "default"}),
            "ConflictException",
            "Schedule group default already exists.",
        ),
    ] {
        let error = house.call(operation, input.clone()).await.unwrap_err();
        assert_eq!(error.code, code, "{operation} {input}: {error}");
        assert!(
            error.message.contains(words),
            "{operation} {input}: {error}"
        );
    }
}

#[tokio::test]
async fn a_rate_begins_at_once_and_fires_once_a_period_over_restarts() {
    let mut house = House::new();
    house.create("tick", "rate(5 minutes)", json!({})).await;
    for _ in 0..3 {
        house.service.fire_due().await.unwrap();
        house.restart();
        house.settle().await;
        house.restart();
        house.settle().await;
        house.clock.advance(5 * MINUTE);
    }
    let times = ["45:30", "50:30", "55:30"].map(|t| format!("{{\"at\": \"2026-11-23T23:{t}Z\"}}"));
    assert_eq!(house.door.inputs(), times);
    // Down for longer than the grace: skipped, and the next one comes in its time.
    house.clock.advance(12 * MINUTE);
    house.restart();
    house.settle().await;
    assert_eq!(house.door.inputs().len(), 3);
    let skipped = house.firings("tick").await.remove(0);
    assert!(
        matches!(skipped.outcome, Outcome::Skipped { .. }),
        "{skipped:?}"
    );
    house.clock.advance(3 * MINUTE);
    house.settle().await;
    assert!(
        house
            .door
            .inputs()
            .contains(&"{\"at\": \"2026-11-24T00:15:30Z\"}".to_owned())
    );
}

#[tokio::test]
async fn an_update_that_leaves_the_timing_alone_fires_nothing() {
    let house = House::new();
    house.create("tick", "rate(5 minutes)", json!({})).await;
    house.settle().await;
    house.clock.advance(MINUTE);
    house
        .ok(
            "UpdateSchedule",
            schedule("tick", "rate(5 minutes)", json!({"Description": "d"})),
        )
        .await;
    house.settle().await;
    assert_eq!(house.door.inputs().len(), 1);
    house
        .ok(
            "UpdateSchedule",
            schedule("tick", "rate(7 minutes)", json!({})),
        )
        .await;
    house.settle().await;
    assert_eq!(house.door.inputs().len(), 2);
}

#[tokio::test]
async fn a_single_time_fires_late_rather_than_never_and_its_schedule_goes() {
    let mut house = House::new();
    let more =
        json!({"ActionAfterCompletion": "DELETE", "ScheduleExpressionTimezone": "Europe/Berlin"});
    house.create("once", "at(2026-11-24T01:00:00)", more).await;
    let upcoming = house.service.upcoming(&at("once"), 3).await.unwrap();
    assert_eq!(upcoming, [ms("2026-11-24T00:00:00Z")]);
    house.settle().await;
    assert!(house.door.inputs().is_empty());
    house.clock.set(ms("2026-11-24T02:00:00Z"));
    house.restart();
    house.settle().await;
    assert_eq!(house.door.inputs(), ["{\"at\": \"2026-11-24T00:00:00Z\"}"]);
    let gone = house
        .call("GetSchedule", json!({"Name": "once"}))
        .await
        .unwrap_err();
    assert_eq!(gone.code, "ResourceNotFoundException");
}

#[tokio::test]
async fn an_occurrence_keeps_its_place_in_a_flexible_window() {
    let mut house = House::new();
    let window = json!({"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30}});
    house.create("loose", "cron(0 0 * * ? *)", window).await;
    let due = house.service.fire_due().await.unwrap().unwrap();
    let midnight = ms("2026-11-24T00:00:00Z");
    assert!((midnight..midnight + 30 * MINUTE).contains(&due));
    house.restart();
    assert_eq!(house.service.fire_due().await.unwrap(), Some(due));
    house.clock.set(due);
    house.settle().await;
    assert_eq!(house.door.inputs(), ["{\"at\": \"2026-11-24T00:00:00Z\"}"]);
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_and_a_no_is_final() {
    let house = House::new();
    house.door.script.lock().push_back(Script::LoseAnswer);
    house.create("tick", "rate(1 day)", json!({})).await;
    house.settle().await;
    let next = house.service.invoke_due().await.unwrap().unwrap();
    house.clock.set(next);
    house.settle().await;
    assert_eq!(
        (house.door.inputs().len(), house.door.calls.lock().len()),
        (1, 2)
    );
    assert!(matches!(
        house.firings("tick").await[0].outcome,
        Outcome::Delivered { attempts: 2, .. }
    ));
    let gone = ApiError::new("StateMachineDoesNotExist", "no");
    house
        .door
        .script
        .lock()
        .extend([Script::Fail(unavailable()), Script::Fail(gone)]);
    house.clock.advance(24 * 60 * MINUTE);
    house.settle().await;
    house.clock.advance(2_000);
    house.settle().await;
    let failed = house.firings("tick").await.remove(0).outcome;
    assert_eq!(
        failed,
        Outcome::Failed {
            attempts: 2,
            error: "StateMachineDoesNotExist: no".into()
        }
    );
}

#[tokio::test]
async fn a_universal_target_is_called_with_the_apis_own_names() {
    let house = House::new();
    let target = json!({"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:emrcontainers:startJobRun", "RoleArn": ROLE,
        "Input": json!({"VirtualClusterId": "v", "Name": "<aws.scheduler.attempt-number>",
            "JobDriver": {"SparkSubmitJobDriver": {"EntryPoint": "s3://b/x.py", "EntryPointArguments": ["A"]}},
            "Tags": {"Key": "V"}}).to_string()}});
    house.create("job", "rate(1 day)", target).await;
    house.settle().await;
    let call = house.door.calls.lock()[0].clone();
    assert_eq!(
        (&*call.service, &*call.operation),
        ("emr-containers", "StartJobRun")
    );
    assert_eq!(
        call.input,
        json!({"virtualClusterId": "v", "name": "1", "tags": {"Key": "V"},
            "jobDriver": {"sparkSubmitJobDriver": {"entryPoint": "s3://b/x.py", "entryPointArguments": ["A"]}}})
    );
}

#[tokio::test]
async fn without_an_input_the_target_gets_the_schedulers_event() {
    let house = House::new();
    house
        .create(
            "bare",
            "rate(1 day)",
            json!({"Target": {"Arn": MACHINE, "RoleArn": ROLE}}),
        )
        .await;
    house.settle().await;
    let event: Value = serde_json::from_str(&house.door.inputs()[0]).unwrap();
    assert_eq!(event["source"], "aws.scheduler");
    assert_eq!(event["time"], crate::event::time(house.clock.now_ms()));
}

#[tokio::test]
async fn in_the_background_a_schedule_starts_executions() {
    let house = House::new();
    house.service.start();
    let mut started = house.door.started.subscribe();
    house.create("tick", "rate(1 minute)", json!({})).await;
    started.wait_for(|count| *count == 1).await.unwrap();
    house.clock.advance(MINUTE);
    started.wait_for(|count| *count == 2).await.unwrap();
}

#[test]
fn what_the_first_version_stored_is_read() {
    is_read::<Schedule>(include_str!("../../testdata/schedule/v1.json"));
    is_read::<Group>(include_str!("../../testdata/group/v1.json"));
    is_read::<Invocation>(include_str!("../../testdata/invocation/v1.json"));
}

#[tokio::test]
async fn past_occurrences_are_run_with_their_own_times() {
    let mut house = House::new();
    house
        .create(
            "nightly",
            "cron(0 3 * * ? *)",
            json!({"ScheduleExpressionTimezone": "Europe/Berlin", "State": "DISABLED"}),
        )
        .await;
    let at = at("nightly");
    let due = house
        .service
        .due_within(&at, ms("2026-10-24T00:00:00Z"), ms("2026-10-27T00:00:00Z"));
    // Clocks are put back on the 25th.
    let times = ["24T01:00", "25T02:00", "26T02:00"].map(|t| ms(&format!("2026-10-{t}:00Z")));
    assert_eq!(due.await.unwrap().times_ms, times);
    let begun = house.service.backfill(&at, &times, None).await.unwrap();
    assert_eq!(begun.queued, 3);

    house.restart();
    house.settle().await;
    assert!(house.door.inputs().is_empty(), "a queue of their own");
    house.door.script.lock().push_back(Script::LoseAnswer);
    let next = house.service.invoke_backfilled().await.unwrap().unwrap();
    house.clock.set(next);
    assert_eq!(house.service.invoke_backfilled().await.unwrap(), None);
    let ran = ["24T01", "25T02", "26T02"];
    let ran = ran.map(|t| format!("{{\"at\": \"2026-10-{t}:00:00Z\"}}"));
    assert_eq!(
        house.door.inputs(),
        ran,
        "each once, whatever answer was lost"
    );
    let firings = house.firings("nightly").await;
    assert_eq!(firings.len(), 3);
    for firing in firings {
        assert_eq!(firing.backfill.as_ref(), Some(&begun.id));
        assert!(matches!(firing.outcome, Outcome::Delivered { .. }));
    }

    house
        .service
        .backfill(&at, &times[..1], None)
        .await
        .unwrap();
    house.service.invoke_backfilled().await.unwrap();
    assert_eq!(
        house.door.inputs().len(),
        4,
        "another backfill is another execution"
    );
    house.ok("DeleteSchedule", json!({"Name": "nightly"})).await;
    assert_eq!(house.firings("nightly").await, []);
}

#[tokio::test]
async fn the_same_backfill_of_a_schedule_again_under_its_token_runs_nothing_twice() {
    let mut house = House::new();
    house.create("hourly", "rate(1 hour)", json!({})).await;
    let (of, made) = (at("hourly"), ms("2026-11-23T23:45:30Z"));
    let times = [made - 60 * MINUTE, made];
    let begun = house.service.backfill(&of, &times, Some("t"));
    let begun = begun.await.unwrap();
    house.restart();
    let again = house.service.backfill(&of, &times, Some("t"));
    assert_eq!(again.await.unwrap(), begun);
    let other = house.service.backfill(&of, &times[..1], Some("t"));
    assert_eq!(other.await.unwrap_err().code, "ConflictException");
    house.service.invoke_backfilled().await.unwrap();
    assert_eq!(house.door.inputs().len(), 2, "each once");
    // Gone since: the answer to what was asked then is the same.
    house.ok("DeleteSchedule", json!({"Name": "hourly"})).await;
    let again = house.service.backfill(&of, &times, Some("t"));
    assert_eq!(again.await.unwrap(), begun);
}

#[tokio::test]
async fn a_backfill_keeps_within_start_and_end_and_before_now() {
    let house = House::new();
    let bounds = json!({"StartDate": ms("2026-11-30T00:00:00Z") / 1_000, "EndDate": ms("2026-12-31T00:00:00Z") / 1_000});
    house.create("later", "rate(6 hours)", bounds).await;
    house.create("ever", "rate(6 hours)", json!({})).await;
    house
        .create("once", "at(2026-11-24T01:00:00)", json!({}))
        .await;
    let due = async |name: &str| {
        let (at, from) = (at(name), ms("2026-11-23T12:00:00Z"));
        let due = house.service.due_within(&at, from, i64::MAX).await;
        due.unwrap().times_ms
    };
    assert!(due("later").await.is_empty());
    assert!(due("once").await.is_empty());
    let made = ms("2026-11-23T23:45:30Z");
    assert_eq!(due("ever").await, [made - 360 * MINUTE, made]);
    house.clock.set(ms("2026-11-30T07:00:00Z"));
    let started = ms("2026-11-30T00:00:00Z");
    assert_eq!(due("later").await, [started, started + 360 * MINUTE]);
    assert_eq!(due("once").await, [ms("2026-11-24T01:00:00Z")]);
    let refused = house
        .service
        .backfill(&at("later"), &[started - 360 * MINUTE], None)
        .await;
    assert_eq!(
        refused.unwrap_err().message,
        "It was not due at 2026-11-29T18:00:00Z."
    );
    let none = house.service.backfill(&at("none"), &[started], None).await;
    assert_eq!(none.unwrap_err().code, "ResourceNotFoundException");
}
