use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{template::TemplateError, *};

fn event() -> Value {
    json!({
        "version": "0", "id": "7bf73129", "detail-type": "EC2 Instance State-change Notification",
        "source": "aws.ec2", "account": "123456789012", "time": "2015-11-11T21:29:54Z", "region": "us-east-1",
        "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
        "detail": {"instance-id": "i-0123", "state": "RUNNING", "tags": [{"k": "a"}, {"k": "b"}], "n": 5,
            "said": "a \"b\"\n", "path/x": true}
    })
}

fn fill(template: &str, paths: &[(&str, &str)]) -> String {
    let paths: BTreeMap<String, String> = paths
        .iter()
        .map(|(n, p)| ((*n).into(), (*p).into()))
        .collect();
    Template::parse(template, &paths).unwrap().fill(&Variables {
        event: &event(),
        rule_arn: "arn:aws:events:us-east-1:123456789012:rule/r",
        rule_name: "r",
        ingestion_time: "2015-11-11T21:29:55Z",
    })
}

#[test]
fn the_user_guides_templates() {
    let paths = [
        ("instance", "$.detail.instance-id"),
        ("state", "$.detail.state"),
    ];
    assert_eq!(
        fill("\"instance <instance> is in <state>\"", &paths),
        "\"instance i-0123 is in RUNNING\""
    );
    assert_eq!(
        fill(
            "{\"instance\": <instance>, \"s\": \"instance \\\"<instance>\\\" is in <state>\"}",
            &paths
        ),
        "{\"instance\": \"i-0123\", \"s\": \"instance \\\"i-0123\\\" is in RUNNING\"}"
    );
    assert_eq!(
        fill(
            "{\"instance\": \"<instance>\", \"state\": [9, <state>, true]}",
            &paths
        ),
        "{\"instance\": \"i-0123\", \"state\": [9, \"RUNNING\", true]}"
    );
}

#[test]
fn values_keep_their_kind_outside_quotes_and_become_text_inside() {
    let paths = [
        ("tags", "$.detail.tags"),
        ("keys", "$.detail.tags[*].k"),
        ("second", "$.detail.tags[1].k"),
        ("n", "$.detail.n"),
        ("said", "$.detail.said"),
        ("slash", "$.detail.path/x"),
        ("missing", "$.detail.nowhere"),
    ];
    assert_eq!(
        fill(
            "[<tags>,<keys>,<second>,<n>,<said>,<slash>,<missing>]",
            &paths
        ),
        r#"[[{"k":"a"},{"k":"b"}],["a","b"],"b",5,"a \"b\"\n",true,""]"#
    );
    assert_eq!(
        fill(
            r#""<tags> <keys> <second> <n> <said> <slash> <missing>.""#,
            &paths
        ),
        r#""[{k:a},{k:b}] [a,b] b 5 a \"b\"\n true .""#
    );
}

#[test]
fn predefined_variables() {
    assert_eq!(
        fill(
            "\"<aws.events.rule-name> <aws.events.rule-arn> <aws.events.event.ingestion-time>\"",
            &[]
        ),
        "\"r arn:aws:events:us-east-1:123456789012:rule/r 2015-11-11T21:29:55Z\""
    );
    let both = fill(
        "{\"e\": <aws.events.event>, \"j\": <aws.events.event.json>}",
        &[],
    );
    let both: Value = serde_json::from_str(&both).unwrap();
    assert_eq!(both["j"], event());
    assert_eq!(both["e"]["detailType"], event()["detail-type"]);
    assert_eq!(both["e"]["time"], "2015-11-11T21:29:55Z");
    assert_eq!(both["e"].get("detail"), None);
}

#[test]
fn bad_templates_are_refused() {
    let refused = |template: &str, name: &str, path: &str| {
        Template::parse(
            template,
            &BTreeMap::from([(name.to_owned(), path.to_owned())]),
        )
        .unwrap_err()
    };
    assert_eq!(
        refused("\"<b>\"", "a", "$.x"),
        TemplateError::Placeholder { name: "b".into() }
    );
    assert!(matches!(
        refused("1", "a", "x.y"),
        TemplateError::Path { .. }
    ));
    assert!(matches!(
        refused("1", "a", "$..y"),
        TemplateError::Path { .. }
    ));
    assert!(matches!(
        refused("1", "aws.x", "$.y"),
        TemplateError::Reserved { .. }
    ));
    // What is no placeholder stays.
    assert_eq!(
        fill("{\"a\": \"1 < 2 <> <a b>\"}", &[]),
        "{\"a\": \"1 < 2 <> <a b>\"}"
    );
}

proptest! {
    /// A variable outside quotation marks always gives valid JSON, whatever stands in the event.
    #[test]
    fn filled_json_is_json(text in ".{0,12}") {
        let template = Template::parse("{\"a\": <x>, \"b\": \"at <x>!\"}", &BTreeMap::from([("x".into(), "$.v".into())])).unwrap();
        let event = json!({"v": text.clone()});
        let filled = template.fill(&Variables { event: &event, rule_arn: "", rule_name: "", ingestion_time: "" });
        let filled: Value = serde_json::from_str(&filled).unwrap();
        prop_assert_eq!(filled["a"].as_str(), Some(text.as_str()));
        let expected = format!("at {text}!");
        prop_assert_eq!(filled["b"].as_str(), Some(expected.as_str()));
    }

    #[test]
    fn reading_never_panics(text in "[<>a-c\"$.\\[\\]*0-9\\\\{}é]{0,20}") {
        let _ = EventPath::parse(&text).map(|path| path.find(&json!({"a": [1]})));
        if let Ok(template) = Template::parse(&text, &BTreeMap::from([("a".into(), "$.a".into())])) {
            template.fill(&Variables { event: &json!({}), rule_arn: "", rule_name: "", ingestion_time: "" });
        }
    }
}
