use asl::{Effect, Status, Trigger};

use crate::case::InterpreterCase;

const LAMBDA: &str = r#""Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"}"#;

/// A machine of one Task state with further fields; a catcher may lead to the Pass state `C`.
fn one_task(more: &str) -> String {
    let caught = if more.contains("\"C\"") {
        r#","C":{"Type":"Pass","End":true}"#
    } else {
        ""
    };
    format!(
        r#"{{"StartAt":"T","States":{{"T":{{"Type":"Task",{LAMBDA}{more},"End":true}}{caught}}}}}"#
    )
}

#[test]
fn a_task_is_scheduled_started_and_succeeds() {
    let mut case = InterpreterCase::new(&one_task(
        r#","ResultSelector":{"got.$":"$.Payload"},"ResultPath":"$.r""#,
    ))
    .input(r#"{"a":1}"#);
    assert_eq!(
        case.tasks[0].arguments.to_text(),
        r#"{"FunctionName":"f","Payload":{"a":1}}"#
    );
    case.start_task();
    case.succeed(r#"{"Payload":[1.50]}"#);
    assert_eq!(case.output(), r#"{"a":1,"r":{"got":[1.50]}}"#);
    assert_eq!(
        case.history(),
        [
            "1<0 ExecutionStarted",
            "2<0 TaskStateEntered",
            "3<2 TaskScheduled",
            "4<3 TaskStarted",
            "5<4 TaskSucceeded",
            "6<5 TaskStateExited",
            "7<6 ExecutionSucceeded"
        ]
    );
    case.assert_over();
}

#[test]
fn retries_back_off_and_then_the_catcher_takes_over() {
    let retry = r#","Retry":[{"ErrorEquals":["E"],"IntervalSeconds":2,"BackoffRate":3,"MaxAttempts":3,"MaxDelaySeconds":10}],
        "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"C"}]"#;
    let mut case = InterpreterCase::new(&one_task(retry)).input(r#"{"a":1}"#);
    for expected in [2_000, 6_000, 10_000] {
        case.start_task();
        case.fail("E", "why");
        assert_eq!(case.wait(), expected);
    }
    case.fail("E", "why");
    assert_eq!(case.status(), Status::Succeeded);
    assert_eq!(case.output(), r#"{"a":1,"e":{"Error":"E","Cause":"why"}}"#);
    assert_eq!(case.tasks.len(), 4);
    case.assert_over();
}

#[test]
fn retriers_count_for_themselves() {
    let retry = r#","Retry":[{"ErrorEquals":["A"],"MaxAttempts":1},{"ErrorEquals":["States.ALL"],"MaxAttempts":1}]"#;
    let mut case = InterpreterCase::new(&one_task(retry)).input("{}");
    for error in ["A", "B"] {
        case.fail(error, "");
        case.wait();
    }
    case.fail("B", "last");
    assert_eq!(
        (case.status(), case.error(), case.cause()),
        (Status::Failed, "B", "last")
    );
    case.assert_over();
}

#[test]
fn jitter_waits_no_longer_than_the_delay() {
    let retry = r#","Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":100,"JitterStrategy":"FULL"}]"#;
    let mut case = InterpreterCase::new(&one_task(retry)).input("{}");
    case.fail("A", "");
    assert!((0..=100_000).contains(&case.wait()));
}

#[test]
fn a_task_times_out() {
    let mut case = InterpreterCase::new(&one_task(r#","TimeoutSeconds":5"#)).input("{}");
    case.start_task();
    assert_eq!(case.wait(), 5_000);
    assert_eq!(
        (case.status(), case.error()),
        (Status::Failed, "States.Timeout")
    );
    assert!(case.history().contains(&"5<4 TaskTimedOut".to_owned()));
    assert!(
        case.effects
            .iter()
            .any(|e| matches!(e, Effect::CancelTask { .. }))
    );
    case.assert_over();
}

#[test]
fn heartbeats_hold_off_the_timeout() {
    let task = r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"},"HeartbeatSeconds":10,"End":true}}}"#;
    let mut case = InterpreterCase::new(task).input("{}");
    let token = case.tasks[0].task_token.clone().unwrap();
    assert_eq!(
        case.tasks[0].arguments.get("MessageBody").unwrap().as_str(),
        Some(&*token)
    );
    case.start_task();
    let task = case.task();
    case.event(Trigger::TaskSubmitted {
        task,
        output: asl::Value::empty_object(),
    });
    case.event(Trigger::Heartbeat { task });
    assert_eq!(case.timers.len(), 1);
    assert_eq!(case.wait(), 10_000);
    assert_eq!(
        (case.status(), case.error()),
        (Status::Failed, "States.HeartbeatTimeout")
    );
    case.assert_over();
}

#[test]
fn an_activity_has_its_own_events_and_its_heartbeats_begin_with_the_worker() {
    let task = r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:000000000000:activity:a",
        "HeartbeatSeconds":10,"End":true}}}"#;
    let mut case = InterpreterCase::new(task).input("[1, 2]");
    assert!(case.timers.is_empty());
    let task = case.task();
    case.event(Trigger::TaskStarted {
        task,
        worker_name: Some("w".into()),
    });
    assert_eq!(case.timers.len(), 1);
    case.succeed("3");
    assert_eq!(
        case.history()[2..5],
        [
            "3<2 ActivityScheduled".to_owned(),
            "4<3 ActivityStarted".to_owned(),
            "5<4 ActivitySucceeded".to_owned()
        ]
    );
    case.assert_over();
}

#[test]
fn late_outcomes_change_nothing() {
    let mut case = InterpreterCase::new(&one_task("")).input("{}");
    case.succeed("1");
    let before = case.state().clone();
    case.fail("E", "too late");
    assert_eq!(*case.state(), before);
}

#[test]
fn a_result_may_not_be_larger_than_the_limit() {
    let mut case = InterpreterCase::new(&one_task("")).input("{}");
    case.start_task();
    case.succeed(&format!("\"{}\"", "x".repeat(262_144)));
    assert_eq!(case.error(), "States.DataLimitExceeded");
    assert_eq!(
        case.cause(),
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit."
    );
    case.assert_over();
}

#[test]
fn timeouts_by_path_fail_before_the_task_is_scheduled() {
    let mut case = InterpreterCase::new(&one_task(r#","TimeoutSecondsPath":"$.no""#)).input("{}");
    assert_eq!(case.error(), "States.Runtime");
    assert_eq!(case.history().len(), 3);
    assert!(case.tasks.is_empty());
    case.event(Trigger::Redrive);
    assert_eq!(case.status(), Status::Failed);
}

#[test]
fn a_stopped_execution_aborts_what_runs() {
    let mut case = InterpreterCase::new(&one_task(r#","TimeoutSeconds":5"#)).input("{}");
    case.event(Trigger::Stop {
        error: Some("E".into()),
        cause: None,
    });
    assert_eq!(case.status(), Status::Aborted);
    assert_eq!(case.history()[3..], ["4<0 ExecutionAborted".to_owned()]);
    case.assert_over();
}

#[test]
fn a_redriven_execution_tries_its_last_state_again() {
    let mut case = InterpreterCase::new(&one_task("")).input("{}");
    case.fail("E", "");
    assert_eq!(case.status(), Status::Failed);
    case.event(Trigger::Redrive);
    assert_eq!(case.status(), Status::Running);
    case.succeed("1");
    assert_eq!(
        (case.status(), case.output().as_str()),
        (Status::Succeeded, "1")
    );
    assert_eq!(case.state().context().unwrap().redrive_count, 1);
}

#[test]
fn a_failed_jsonata_argument_is_caught() {
    let task = r#"{"QueryLanguage":"JSONata","StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
        "Arguments":{"FunctionName":"{% $states.input.no %}"},"Catch":[{"ErrorEquals":["States.QueryEvaluationError"],
        "Output":"{% $states.errorOutput.Error %}","Assign":{"x":"{% 1 + 1 %}"},"Next":"C"}],"End":true},
        "C":{"Type":"Pass","Output":"{% [$states.input, $x] %}","End":true}}}"#;
    let case = InterpreterCase::new(task).input("{}");
    assert_eq!(case.output(), r#"["States.QueryEvaluationError",2]"#);
    assert!(case.history().contains(&"3<0 EvaluationFailed".to_owned()));
    case.assert_over();
}
