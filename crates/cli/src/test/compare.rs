//! What is different from what was expected, in words.

use serde_json::Value;

use super::cases::Expected;
use crate::run::play::Ended;

/// Returns what differs; none when all is as expected.
pub(crate) fn differences(expected: &Expected, ended: &Ended) -> Vec<String> {
    let mut found = Vec::new();
    if ended.status != expected.status {
        let why: Vec<_> = [&ended.error, &ended.cause]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let why = if why.is_empty() {
            String::new()
        } else {
            format!(" ({})", why.join(": "))
        };
        found.push(format!(
            "status: expected {}, was {}{why}",
            expected.status, ended.status
        ));
    }
    if let Some(output) = &expected.output {
        match ended.output.as_deref().map(serde_json::from_str::<Value>) {
            Some(Ok(was)) => compare("output", output, &was, &mut found),
            _ if ended.status == expected.status => found.push("output: there is none".to_owned()),
            _ => {}
        }
    }
    for (name, expected, was) in [
        ("error", &expected.error, &ended.error),
        ("cause", &expected.cause, &ended.cause),
    ] {
        if expected.is_some() && expected != was {
            found.push(format!(
                "{name}: expected {}, was {}",
                text(expected),
                text(was)
            ));
        }
    }
    found
}

fn text(text: &Option<String>) -> String {
    text.as_ref()
        .map_or_else(|| "none".to_owned(), |t| format!("{t:?}"))
}

fn compare(at: &str, expected: &Value, was: &Value, found: &mut Vec<String>) {
    match (expected, was) {
        (Value::Object(expected), Value::Object(was)) => {
            for (name, value) in expected {
                match was.get(name) {
                    Some(was) => compare(&format!("{at}.{name}"), value, was, found),
                    None => found.push(format!("{at}.{name}: expected {value}, is not there")),
                }
            }
            for (name, value) in was.iter().filter(|(n, _)| !expected.contains_key(*n)) {
                found.push(format!("{at}.{name}: not expected, was {value}"));
            }
        }
        (Value::Array(expected), Value::Array(was)) if expected.len() == was.len() => {
            for (n, (expected, was)) in expected.iter().zip(was).enumerate() {
                compare(&format!("{at}[{n}]"), expected, was, found);
            }
        }
        // 1 and 1.0 are one number
        (Value::Number(a), Value::Number(b)) if a == b || a.as_f64() == b.as_f64() => {}
        _ if expected == was => {}
        _ => found.push(format!("{at}: expected {expected}, was {was}")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::run::play::End;

    fn found(
        expected: Value,
        status: &str,
        output: Option<&str>,
        error: Option<&str>,
    ) -> Vec<String> {
        let ended = Ended {
            end: End::ByItself,
            status: status.into(),
            output: output.map(Into::into),
            error: error.map(Into::into),
            cause: None,
            took: Duration::ZERO,
        };
        differences(&serde_json::from_value(expected).unwrap(), &ended)
    }

    #[test]
    fn differences_are_told_by_their_place() {
        assert!(
            found(
                json!({"output": {"a": [1, "x"]}}),
                "SUCCEEDED",
                Some(r#"{"a":[1.0,"x"]}"#),
                None
            )
            .is_empty()
        );
        assert_eq!(
            found(
                json!({"output": {"a": [1, 2], "b": 1}}),
                "SUCCEEDED",
                Some(r#"{"a":[1,3],"c":0}"#),
                None
            ),
            [
                "output.a[1]: expected 2, was 3",
                "output.b: expected 1, is not there",
                "output.c: not expected, was 0"
            ]
        );
        assert_eq!(
            found(json!({}), "FAILED", None, Some("E")),
            ["status: expected SUCCEEDED, was FAILED (E)"]
        );
        assert_eq!(
            found(
                json!({"status": "FAILED", "error": "F"}),
                "FAILED",
                None,
                Some("E")
            ),
            ["error: expected \"F\", was \"E\""]
        );
    }
}
