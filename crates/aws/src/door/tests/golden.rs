//! Requests as boto3 sends them: what the handler sees is what was asked.

use std::sync::Arc;

use serde_json::Value;

use super::{
    super::Door,
    support::{Fake, ask, caught},
};
use crate::sigv4::{Credential, Credentials, Signatures};

fn cases() -> Vec<Value> {
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../../testdata/golden_requests.json")).unwrap();
    assert!(cases.len() > 15);
    cases
}

struct Anything;

impl Credentials for Anything {
    fn find(&self, access_key: &str) -> Option<Credential> {
        (access_key == "123456789012").then(|| Credential {
            secret: "anything".into(),
            session_token: None,
            account: "123456789012".into(),
            arn: "arn:aws:iam::123456789012:user/u".into(),
        })
    }
}

/// Paths with slashes in a label, query strings with lists, forms: all signed by boto3.
#[tokio::test]
async fn boto3s_signatures_hold_and_no_others() {
    for case in cases() {
        let text = |name: &str| -> &'static str { case[name].as_str().unwrap().to_owned().leak() };
        let (service, operation) = (text("service"), text("operation"));
        let date = case["request"]["headers"]["X-Amz-Date"].as_str().unwrap();
        let at = chrono::NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ")
            .unwrap()
            .and_utc()
            .timestamp_millis();
        let fake = Fake::new(service, &[operation], Ok(Value::Null));
        let door = |now: i64| {
            Door::builder()
                .service(fake.clone())
                .credentials(Arc::new(Anything), Signatures::Checked)
                .now(move || now)
                .build()
        };
        let answer = ask(&door(at), caught(&case["request"])).await;
        assert!(
            answer.status < 300,
            "{service} {operation}: {}",
            answer.text
        );
        let late = ask(&door(at + 16 * 60 * 1000), caught(&case["request"])).await;
        assert_eq!(late.status, 403, "{service} {operation}: {}", late.text);
        let mut changed = caught(&case["request"]);
        *changed.body_mut() = " {}".into();
        let changed = ask(&door(at), changed).await;
        let refused = changed.status == 403
            && changed
                .text
                .contains("signature we calculated does not match");
        // A form without its body names no operation.
        assert!(
            refused || changed.text.contains("MissingAction"),
            "{service} {operation}: {}",
            changed.text
        );
        assert_eq!(fake.seen.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn handlers_see_what_boto3_was_asked() {
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../../testdata/golden_requests.json")).unwrap();
    assert!(cases.len() > 15);
    for case in cases {
        let text = |name: &str| -> &'static str { case[name].as_str().unwrap().to_owned().leak() };
        let (service, operation) = (text("service"), text("operation"));
        let fake = Fake::new(service, &[operation], Ok(Value::Null));
        let door = Door::builder().service(fake.clone()).build();
        let answer = ask(&door, caught(&case["request"])).await;
        assert!(
            answer.status < 300,
            "{service} {operation}: {} {}",
            answer.status,
            answer.text
        );
        let seen = fake.seen.lock().unwrap();
        let (name, context, input) = seen
            .first()
            .unwrap_or_else(|| panic!("{service} {operation} was not called"));
        assert_eq!(
            (name.as_str(), input),
            (operation, &case["input"]),
            "{service}"
        );
        assert_eq!(
            (context.account(), context.region()),
            ("123456789012", "eu-west-1"),
            "{service}"
        );
        assert_eq!(&*context.principal.arn, "arn:aws:iam::123456789012:root");
    }
}
