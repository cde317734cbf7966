use asl::{MachineKind, Status};

use crate::case::InterpreterCase;

const LOOP: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Choice","Choices":[
    {"Variable":"$","IsPresent":true,"Next":"A"}],"Default":"C"},"C":{"Type":"Succeed"}}}"#;

#[test]
fn a_loop_ends_at_the_limit_of_history_events() {
    let case = InterpreterCase::new(LOOP).input("{}");
    assert_eq!(case.status(), Status::Failed);
    assert_eq!(
        case.cause(),
        "The execution reached the maximum number of history events (25000)."
    );
    assert_eq!(case.error(), "States.Runtime");
    assert_eq!(
        case.history()[24_998..],
        ["24999<24998 PassStateExited", "25000<24999 ExecutionFailed"]
    );
    case.assert_over();
}

#[test]
fn a_machine_times_out() {
    let machine = r#"{"TimeoutSeconds":5,"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}"#;
    let mut case = InterpreterCase::new(machine).input("{}");
    assert_eq!(case.wait(), 5_000);
    assert_eq!(case.status(), Status::TimedOut);
    case.assert_over();
}

#[test]
fn express_ends_after_five_minutes() {
    let machine = r#"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}"#;
    let mut case = InterpreterCase::of_kind(machine, MachineKind::Express).input("{}");
    assert_eq!(case.wait(), 300_000);
    assert_eq!(case.status(), Status::TimedOut);
}

#[test]
fn input_passes_through_as_it_was_sent() {
    let machine =
        r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"S"},"S":{"Type":"Succeed"}}}"#;
    let case = InterpreterCase::new(machine).input("{ \"a\" : 1.0 }");
    assert_eq!(case.output(), "{ \"a\" : 1.0 }");
}

#[test]
fn data_that_nests_without_end_is_stopped() {
    for field in [
        r#""Parameters":{"x.$":"$"}"#,
        r#""Assign":{"v":{"y.$":"$v"}}"#,
    ] {
        let machine = format!(
            r#"{{"StartAt":"I","States":{{
                "I":{{"Type":"Pass","Assign":{{"v":1}},"Next":"A"}},
                "A":{{"Type":"Pass",{field},"Next":"B"}},
                "B":{{"Type":"Choice","Choices":[{{"Variable":"$","IsPresent":true,"Next":"A"}}],"Default":"C"}},
                "C":{{"Type":"Succeed"}}}}}}"#
        );
        let case = InterpreterCase::new(&machine).input("{}");
        assert_eq!(case.error(), "States.DataLimitExceeded", "{field}");
    }
}

#[test]
fn a_runaway_expression_ends() {
    let machine = |expression: &str| {
        format!(
            r#"{{"QueryLanguage":"JSONata","StartAt":"A","States":{{"A":{{"Type":"Pass","Output":"{{% {expression} %}}","End":true}}}}}}"#
        )
    };
    let sum = |terms: usize| machine(&vec!["1"; terms].join("+"));
    assert_eq!(InterpreterCase::new(&sum(90)).input("{}").output(), "90");
    for runaway in [
        sum(200),
        machine("($f := function($x) { $f($x + 1) }; $f(1))"),
    ] {
        let case = InterpreterCase::new(&runaway).input("{}");
        assert_eq!(case.error(), "States.QueryEvaluationError");
    }
}

#[test]
fn deep_templates_are_evaluated() {
    let depth = 450;
    let template = format!(
        "{}{{\"x.$\":\"$\"}}{}",
        "{\"a\":[".repeat(depth),
        "]}".repeat(depth)
    );
    let machine = format!(
        r#"{{"StartAt":"A","States":{{"A":{{"Type":"Pass","Parameters":{template},"End":true}}}}}}"#
    );
    let case = InterpreterCase::new(&machine).input("1");
    assert_eq!(case.status(), Status::Succeeded);
    assert!(case.output().contains(r#"{"x":1}"#));
}
