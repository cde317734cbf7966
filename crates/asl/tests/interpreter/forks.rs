use asl::{Effect, Status, Trigger};

use crate::case::InterpreterCase;

const TASK: &str = r#""Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"}"#;

fn parallel(more: &str) -> String {
    format!(
        r#"{{"StartAt":"P","States":{{"P":{{"Type":"Parallel","Branches":[
        {{"StartAt":"A","States":{{"A":{{{TASK},"End":true}}}}}},
        {{"StartAt":"W","States":{{"W":{{"Type":"Wait","Seconds":60,"End":true}}}}}}]{more},"End":true}}}}}}"#
    )
}

#[test]
fn a_parallel_state_joins_its_branches_in_their_order() {
    let mut case = InterpreterCase::new(&parallel("")).input(r#"{"in":1}"#);
    assert_eq!(case.wait(), 60_000);
    case.succeed("7");
    assert_eq!(case.output(), r#"[7,{"in":1}]"#);
    assert_eq!(
        case.history(),
        [
            "1<0 ExecutionStarted",
            "2<0 ParallelStateEntered",
            "3<2 ParallelStateStarted",
            "4<3 TaskStateEntered",
            "5<4 TaskScheduled",
            "6<3 WaitStateEntered",
            "7<6 WaitStateExited",
            "8<5 TaskSucceeded",
            "9<8 TaskStateExited",
            "10<9 ParallelStateSucceeded",
            "11<9 ParallelStateExited",
            "12<11 ExecutionSucceeded"
        ]
    );
    case.assert_over();
}

#[test]
fn a_failing_branch_ends_the_others() {
    let mut case = InterpreterCase::new(&parallel("")).input("{}");
    case.fail("E", "why");
    assert_eq!(
        (case.status(), case.error(), case.cause()),
        (Status::Failed, "E", "why")
    );
    assert_eq!(
        case.history()[6..],
        [
            "7<5 TaskFailed".to_owned(),
            "8<6 WaitStateAborted".to_owned(),
            "9<7 ParallelStateFailed".to_owned(),
            "10<9 ExecutionFailed".to_owned()
        ]
    );
    case.assert_over();
}

#[test]
fn a_parallel_state_is_tried_again_whole() {
    let retry = r#","Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}]"#;
    let mut case = InterpreterCase::new(&parallel(retry)).input("{}");
    case.fail("E", "");
    case.wait();
    assert_eq!(case.tasks.len(), 2);
    case.succeed("1");
    case.wait();
    assert_eq!(case.output(), "[1,{}]");
    assert_eq!(
        case.history()
            .iter()
            .filter(|e| e.ends_with("ParallelStateStarted"))
            .count(),
        2
    );
    case.assert_over();
}

#[test]
fn a_map_runs_no_more_iterations_at_once_than_it_may() {
    let map = format!(
        r#"{{"StartAt":"M","States":{{"M":{{"Type":"Map","MaxConcurrency":2,"ItemSelector":{{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value"}},
        "ItemProcessor":{{"StartAt":"T","States":{{"T":{{{TASK},"ResultPath":"$.r","End":true}}}}}},"End":true}}}}}}"#
    );
    let mut case = InterpreterCase::new(&map).input(r#"["a","b","c"]"#);
    assert_eq!(case.tasks.len(), 2);
    let second = case.tasks[1].task;
    case.event(Trigger::TaskSucceeded {
        task: second,
        output: 2.into(),
    });
    assert_eq!(case.tasks.len(), 3);
    case.succeed("3");
    let first = case.tasks[0].task;
    case.event(Trigger::TaskSucceeded {
        task: first,
        output: 1.into(),
    });
    assert_eq!(
        case.output(),
        r#"[{"v":"a","i":0,"r":1},{"v":"b","i":1,"r":2},{"v":"c","i":2,"r":3}]"#
    );
    case.assert_over();
}

#[test]
fn variables_reach_in_and_not_out() {
    let machine = r#"{"StartAt":"A","States":{
        "A":{"Type":"Pass","Assign":{"x":1},"Next":"P"},
        "P":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{
            "B":{"Type":"Pass","Parameters":{"outer.$":"$x"},"Assign":{"inner":2},"Next":"C"},
            "C":{"Type":"Pass","Parameters":{"sum.$":"States.MathAdd($x, $inner)"},"End":true}}}],"Next":"D"},
        "D":{"Type":"Pass","Parameters":{"gone.$":"$inner"},"End":true}}}"#;
    let case = InterpreterCase::new(machine).input("{}");
    assert_eq!(case.error(), "States.Runtime");
    assert!(
        case.history()
            .iter()
            .any(|e| e.ends_with("ParallelStateExited"))
    );
}

#[test]
fn nested_forks_fail_up_to_the_one_that_catches() {
    let machine = r#"{"StartAt":"M","States":{"M":{"Type":"Map","Catch":[{"ErrorEquals":["E"],"Next":"C"}],
        "ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
            {"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"deep"}}},
            {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5,"End":true}}}],"End":true}}},"End":true},
        "C":{"Type":"Pass","End":true}}}"#;
    let case = InterpreterCase::new(machine).input("[1,2]");
    assert_eq!(case.output(), r#"{"Error":"E","Cause":"deep"}"#);
    case.assert_over();
}

#[test]
fn a_saved_execution_goes_on_where_it_was() {
    let mut case = InterpreterCase::new(&parallel("")).input("{}");
    let saved = serde_json::to_string(case.state()).unwrap();
    let restored: asl::Execution = serde_json::from_str(&saved).unwrap();
    assert_eq!(restored, *case.state());
    case.wait();
    case.succeed("1");
    assert_eq!(case.status(), Status::Succeeded);
}

/// The names of the tasks' states, in the order in which they were scheduled.
fn scheduled(case: &InterpreterCase) -> Vec<&str> {
    case.tasks.iter().map(|t| &*t.state).collect()
}

#[test]
fn a_redrive_carries_on_the_branches_that_did_not_succeed() {
    let third = format!(
        r#"{{"StartAt":"B","States":{{"B":{{{TASK},"Next":"C"}},"C":{{{TASK},"End":true}}}}}}]"#
    );
    let definition = parallel("").replace("}}}]", &format!("}}}}}},{third}"));
    let mut case = InterpreterCase::new(&definition).input(r#"{"in":1}"#);
    assert_eq!(scheduled(&case), ["A", "B"]);
    // B succeeds and C fails; A has its result by then, W waits on.
    let (a, b) = (case.tasks[0].task, case.tasks[1].task);
    let done = |task, output: &str| Trigger::TaskSucceeded {
        task,
        output: asl::Value::parse(output).unwrap(),
    };
    case.event(done(a, "1"));
    case.event(done(b, "2"));
    case.fail("E", "");
    assert_eq!(case.status(), Status::Failed);
    let before = case.history().len();
    case.event(Trigger::Redrive);
    assert_eq!(
        scheduled(&case),
        ["A", "B", "C", "C"],
        "A and B are not done again"
    );
    case.succeed("3");
    case.wait();
    assert_eq!(case.output(), r#"[1,{"in":1},3]"#);
    let kinds: Vec<String> = case.history()[before..]
        .iter()
        .map(|e| e.split(' ').next_back().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        kinds,
        [
            "ExecutionRedriven",
            "TaskScheduled",
            "TaskSucceeded",
            "TaskStateExited",
            "WaitStateExited",
            "ParallelStateSucceeded",
            "ParallelStateExited",
            "ExecutionSucceeded"
        ]
    );
}

fn map(inner: &str, more: &str) -> String {
    format!(
        r#"{{"StartAt":"M","States":{{"M":{{"Type":"Map","MaxConcurrency":2,{more}"ItemProcessor":{inner},"End":true}}}}}}"#
    )
}

#[test]
fn a_redrive_carries_on_the_iterations_that_did_not_succeed_and_begins_the_rest() {
    let inner = format!(r#"{{"StartAt":"A","States":{{"A":{{{TASK},"End":true}}}}}}"#);
    let mut case = InterpreterCase::new(&map(&inner, "")).input("[1,2,3,4]");
    let first = case.tasks[0].task;
    case.event(Trigger::TaskSucceeded {
        task: first,
        output: asl::Value::parse("10").unwrap(),
    });
    assert_eq!(case.tasks.len(), 3, "two at once: items 2 and 3 run");
    case.fail("E", "");
    assert_eq!(case.status(), Status::Failed);
    case.event(Trigger::Redrive);
    assert_eq!(case.tasks.len(), 5, "items 2 and 3 again");
    for (at, output) in [(3, "20"), (4, "30"), (5, "40")] {
        let task = case.tasks[at].task;
        case.event(Trigger::TaskSucceeded {
            task,
            output: asl::Value::parse(output).unwrap(),
        });
    }
    assert_eq!(case.output(), "[10,20,30,40]");
    assert_eq!(case.tasks.len(), 6);
}

#[test]
fn a_redrive_goes_into_forks_within_forks_and_stopped_executions_too() {
    let inner = r#"{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
        {"StartAt":"X","States":{"X":{"Type":"Pass","Result":1,"End":true}}},
        {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5,"End":true}}}],"End":true}}}"#;
    let mut case = InterpreterCase::new(&map(inner, "")).input("[1,2,3]");
    case.event(Trigger::Stop {
        error: None,
        cause: None,
    });
    assert_eq!(case.status(), Status::Aborted);
    case.timers.clear();
    case.event(Trigger::Redrive);
    while !case.timers.is_empty() {
        case.wait();
    }
    assert_eq!(case.output(), "[[1,1],[1,2],[1,3]]");
    let entered = case.history();
    let of = |kind: &str| entered.iter().filter(|e| e.ends_with(kind)).count();
    assert_eq!((of("PassStateEntered"), of("WaitStateEntered")), (3, 3));
}

#[test]
fn a_fork_whose_data_were_too_large_is_done_over() {
    let mut case = InterpreterCase::new(&parallel("")).input("{}");
    let a = case.tasks[0].task;
    case.fail("States.DataLimitExceeded", "");
    assert_eq!(case.status(), Status::Failed);
    case.event(Trigger::Redrive);
    assert_eq!(scheduled(&case), ["A", "A"]);
    assert_ne!(case.task(), a);
    let again = case.history();
    let started = again.iter().filter(|e| e.ends_with("ParallelStateStarted"));
    assert_eq!(started.count(), 2);
}

#[test]
fn a_failed_map_run_is_redriven_and_one_of_bad_data_is_made_anew() {
    let inner = r#"{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;
    for (error, goes_on) in [
        ("States.ExceedToleratedFailureThreshold", true),
        ("States.Runtime", false),
    ] {
        let mut case = InterpreterCase::new(&map(inner, "")).input("[1]");
        let map_run = asl::MapRunId(0);
        case.event(Trigger::MapRunStarted {
            map_run,
            arn: "arn:run".into(),
        });
        case.event(Trigger::MapRunFailed {
            map_run,
            error: error.into(),
            cause: None,
        });
        assert_eq!(case.status(), Status::Failed);
        case.event(Trigger::Redrive);
        let redriven = case
            .effects
            .iter()
            .any(|e| matches!(e, Effect::RedriveMapRun { .. }));
        assert_eq!(redriven, goes_on, "{error}");
        if !goes_on {
            let started = case
                .effects
                .iter()
                .filter(|e| matches!(e, Effect::StartMapRun { .. }));
            assert_eq!(started.count(), 2);
            continue;
        }
        case.event(Trigger::MapRunRedriven {
            map_run,
            arn: "arn:run".into(),
            redrive_count: 1,
        });
        case.event(Trigger::MapRunSucceeded {
            map_run,
            output: asl::Value::parse("[1]").unwrap(),
        });
        assert_eq!(case.output(), "[1]");
        assert!(case.history().iter().any(|e| e.ends_with("MapRunRedriven")));
    }
}
