use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn matches(pattern: Value, event: Value) -> bool {
    Pattern::parse(&pattern.to_string())
        .unwrap_or_else(|e| panic!("{pattern}: {e}"))
        .matches(&Facts::of(&event))
}

fn refused(pattern: Value) -> String {
    Pattern::parse(&pattern.to_string())
        .unwrap_err()
        .to_string()
}

#[test]
fn an_upload_is_found_by_bucket_and_prefix() {
    let pattern = json!({"source": ["aws.s3"], "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": ["taxi"]}, "object": {"key": [{"prefix": "nyc/input/"}]}}});
    let event = |key: &str| {
        json!({"source": "aws.s3", "detail-type": "Object Created",
            "detail": {"bucket": {"name": "taxi"}, "object": {"key": key, "size": 4}}})
    };
    assert!(matches(pattern.clone(), event("nyc/input/a.csv")));
    assert!(!matches(pattern, event("nyc/output/a.csv")));
}

#[test]
fn every_operator() {
    for (predicate, yes, no) in [
        (json!("a"), json!("a"), json!("A")),
        (json!(null), json!(null), json!("null")),
        (json!(true), json!(true), json!("true")),
        (json!(300), json!(3.0e2), json!("300")),
        (json!(""), json!(""), json!(null)),
        (json!({"prefix": "ab"}), json!("abc"), json!("bab")),
        (
            json!({"prefix": {"equals-ignore-case": "EU-"}}),
            json!("eu-west"),
            json!("us-"),
        ),
        (json!({"suffix": ".png"}), json!("a.png"), json!("png.a")),
        (
            json!({"suffix": {"equals-ignore-case": ".PNG"}}),
            json!("a.png"),
            json!("a.gif"),
        ),
        (
            json!({"equals-ignore-case": "Straße"}),
            json!("STRAßE"),
            json!("Strasse"),
        ),
        (json!({"wildcard": "a*c*e"}), json!("abcde"), json!("abcd")),
        (json!({"wildcard": "*b*"}), json!("b"), json!("a")),
        (json!({"wildcard": "a\\*b"}), json!("a*b"), json!("axb")),
        (json!({"wildcard": "ab*ba"}), json!("abba"), json!("aba")),
        (json!({"numeric": [">", 0, "<=", 5]}), json!(5), json!(0)),
        (json!({"numeric": [">=", 1.5]}), json!(1.5), json!(1.4)),
        (json!({"numeric": ["<", 10]}), json!(-1), json!(10)),
        (
            json!({"numeric": ["=", 3.018e2]}),
            json!(301.8),
            json!("301.8"),
        ),
        (
            json!({"cidr": "10.0.0.0/24"}),
            json!("10.0.0.255"),
            json!("10.0.1.0"),
        ),
        (json!({"cidr": "0.0.0.0/0"}), json!("9.9.9.9"), json!("::1")),
        (
            json!({"cidr": "2001:db8::/32"}),
            json!("2001:db8:1::1"),
            json!("2001:db9::1"),
        ),
        (json!({"anything-but": "a"}), json!(null), json!("a")),
        (json!({"anything-but": ["a", "b"]}), json!("c"), json!("b")),
        (json!({"anything-but": 1}), json!("1"), json!(1.0)),
        (json!({"anything-but": [1, 2]}), json!(3), json!(2)),
        (
            json!({"anything-but": {"prefix": "a"}}),
            json!(5),
            json!("ab"),
        ),
        (
            json!({"anything-but": {"prefix": ["a", "b"]}}),
            json!("c"),
            json!("bc"),
        ),
        (
            json!({"anything-but": {"suffix": "z"}}),
            json!("za"),
            json!("az"),
        ),
        (
            json!({"anything-but": {"equals-ignore-case": ["On"]}}),
            json!("off"),
            json!("ON"),
        ),
        (
            json!({"anything-but": {"wildcard": "a*"}}),
            json!("ba"),
            json!("ab"),
        ),
        (json!({"exists": true}), json!(null), json!([])),
    ] {
        let pattern = json!({"detail": {"x": [predicate]}});
        assert!(
            matches(pattern.clone(), json!({"detail": {"x": yes}})),
            "{pattern} {yes}"
        );
        assert!(
            !matches(pattern.clone(), json!({"detail": {"x": no}})),
            "{pattern} {no}"
        );
        assert!(
            !matches(pattern.clone(), json!({"detail": {"y": yes}})),
            "{pattern} on nothing"
        );
    }
}

#[test]
fn absence_is_met_by_nothing_there() {
    let absent = json!({"detail": {"a": {"b": [{"exists": false}]}}});
    assert!(matches(absent.clone(), json!({"detail": {}})));
    assert!(matches(absent.clone(), json!({"detail": {"a": 5}})));
    assert!(!matches(absent, json!({"detail": {"a": {"b": null}}})));
    let either = json!({"detail": {"a": [{"exists": false}, "x"]}});
    assert!(matches(either.clone(), json!({"detail": {"a": "x"}})));
    assert!(!matches(either, json!({"detail": {"a": "y"}})));
}

#[test]
fn arrays_are_met_by_any_element_and_one_element_meets_its_siblings() {
    assert!(matches(
        json!({"resources": ["b"]}),
        json!({"resources": ["a", "b"]})
    ));
    assert!(!matches(
        json!({"resources": ["c"]}),
        json!({"resources": ["a", "b"]})
    ));
    let pattern = json!({"detail": {"items": {"a": [1], "b": [2]}}});
    let event = |items: Value| json!({"detail": {"items": items}});
    assert!(matches(
        pattern.clone(),
        event(json!([{"a": 0, "b": 0}, {"a": 1, "b": 2}]))
    ));
    assert!(!matches(
        pattern,
        event(json!([{"a": 1, "b": 0}, {"a": 0, "b": 2}]))
    ));
}

#[test]
fn dots_join_names_on_both_sides() {
    assert!(matches(
        json!({"detail.state": ["on"]}),
        json!({"detail": {"state": "on"}})
    ));
    assert!(matches(
        json!({"detail": {"state": ["on"]}}),
        json!({"detail.state": "on"})
    ));
}

#[test]
fn or_forks_the_pattern() {
    let pattern = json!({"source": ["s"], "detail": {"$or": [
        {"count": [{"numeric": [">", 10]}]},
        {"kind": ["a"], "size": [1]},
    ]}});
    let event = |source: &str, detail: Value| json!({"source": source, "detail": detail});
    assert!(matches(pattern.clone(), event("s", json!({"count": 11}))));
    assert!(matches(
        pattern.clone(),
        event("s", json!({"kind": "a", "size": 1}))
    ));
    assert!(!matches(
        pattern.clone(),
        event("s", json!({"kind": "a", "count": 1}))
    ));
    assert!(!matches(pattern, event("t", json!({"count": 11}))));
}

#[test]
fn refusals_are_in_awss_words() {
    for (pattern, reason) in [
        (json!([]), "Filter is not an object"),
        (json!({}), "Empty objects are not allowed"),
        (json!({"int": 42}), "\"int\" must be an object or an array"),
        (json!({"resources": []}), "Empty arrays are not allowed"),
        (
            json!({"a": [[1]]}),
            "Match value must be String, number, true, false, or null",
        ),
        (json!({"a": [{}]}), "Match expression name not found"),
        (
            json!({"a": [{"EXISTS": true}]}),
            "Unrecognized match type EXISTS",
        ),
        (
            json!({"a": [{"prefix": "a", "suffix": "b"}]}),
            "Only one key allowed in match expression",
        ),
        (
            json!({"a": [{"prefix": 1}]}),
            "prefix match pattern must be a string",
        ),
        (
            json!({"a": [{"numeric": [">", 0, ">", 0]}]}),
            "Bad numeric range operator: >",
        ),
        (
            json!({"a": [{"numeric": [">", 0, "<"]}]}),
            "Value of < must be numeric",
        ),
        (
            json!({"a": [{"equals-ignore-case": ["x"]}]}),
            "equals-ignore-case match pattern must be a string",
        ),
        (
            json!({"a": [{"cidr": "10.0.0.0"}]}),
            "Malformed CIDR, one '/' required",
        ),
        (
            json!({"a": [{"wildcard": "a**b"}]}),
            "Consecutive wildcard characters at pos 2",
        ),
        (
            json!({"a": [{"anything-but": {"equals-ignore-case": 123}}]}),
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
        ),
        (
            json!({"a": [{"anything-but": {"prefix": ""}}]}),
            "Null prefix/suffix not allowed",
        ),
        (
            json!({"$or": [{"a": [1]}]}),
            "There must have at least 2 Objects in $or relationship.",
        ),
        (
            json!({"$or": [{"prefix": [1]}, {"b": [1]}]}),
            "prefix is Ruler reserved fieldName which cannot be used inside $or.",
        ),
    ] {
        assert_eq!(refused(pattern.clone()), reason, "{pattern}");
    }
    let broken = Pattern::parse("{\"a\": [1}").unwrap_err().to_string();
    assert!(broken.contains("line: 1, column: 9]"), "{broken}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        "[a-c$*\\\\/.0-9]{0,4}",
        Just("10.0.0.0/8".to_owned()),
        Just(">".to_owned()),
    ];
    let name = prop_oneof![
        Just("a"),
        Just("b"),
        Just("$or"),
        Just("prefix"),
        Just("suffix"),
        Just("numeric"),
        Just("cidr"),
        Just("anything-but"),
        Just("exists"),
        Just("wildcard"),
        Just("equals-ignore-case"),
        Just("a.b"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-3i64..3).prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..4).prop_map(|members| members
                .into_iter()
                .map(|(n, v)| (n.to_owned(), v))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn patterns_never_panic(pattern in any_json(), event in any_json()) {
        if let Ok(pattern) = Pattern::parse(&pattern.to_string()) {
            let _ = pattern.matches(&Facts::of(&event));
        }
    }

    /// A pattern made of an event's own scalars matches that event.
    #[test]
    fn an_event_meets_the_pattern_made_from_it(members in prop::collection::btree_map("[a-d]{1,3}", any::<Option<u32>>(), 1..6)) {
        let event = json!({"detail": members});
        let fields: serde_json::Map<String, Value> =
            members.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
        let same = matches(json!({"detail": fields.clone()}), event.clone());
        prop_assert!(same);
        let (name, value) = members.iter().next().unwrap();
        let mut other = fields;
        other.insert(name.clone(), json!([{"anything-but": [value.unwrap_or(0)]}]));
        prop_assert_eq!(matches(json!({"detail": other}), event), value.is_none());
    }

    #[test]
    fn text_that_is_no_json_is_refused(text in "[{}\\[\\]\",:a-z0-9 ]{0,30}") {
        let _ = Pattern::parse(&text);
    }
}
