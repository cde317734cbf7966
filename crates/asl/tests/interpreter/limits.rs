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
    assert!((24_990..=25_000).contains(&case.state().history_length()));
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
