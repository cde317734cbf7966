//! Requests as boto3 sends them: what the handler sees is what was asked.

use serde_json::Value;

use super::{
    super::Door,
    support::{Fake, ask, caught},
};

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
