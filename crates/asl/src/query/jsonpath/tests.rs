use super::{JsonPath, Miss, ReferencePath};
use crate::Value;

const STORE: &str = r#"{"store":{"book":[{"c":"a","p":8.95,"t":"A"},{"c":"b","p":12.99,"t":"B"},
 {"c":"b","p":8,"t":"C","i":"0-5"}],"bike":{"p":19}},"n":null,"o":{"a":1,"b":2},"l":[1,2,3,4]}"#;

fn read(path: &str) -> Result<String, Miss> {
    JsonPath::parse(path)
        .unwrap()
        .read_in(&Value::parse(STORE).unwrap())
        .map(|v| v.to_text())
}

#[test]
fn paths_give_what_jayway_gives() {
    for (path, found) in [
        ("$.o", r#"{"a":1,"b":2}"#),
        ("$['o']['a']", "1"),
        ("$.l[-1]", "4"),
        ("$.l[1:3]", "[2,3]"),
        ("$.l[-2:]", "[3,4]"),
        ("$.l[0,2]", "[1,3]"),
        ("$.o['a','b']", r#"[{"a":1,"b":2}]"#),
        ("$.store.book[*].t", r#"["A","B","C"]"#),
        ("$..t", r#"["A","B","C"]"#),
        ("$.store..p", "[8.95,12.99,8,19]"),
        ("$.store.book[?(@.p < 10)].t", r#"["A","C"]"#),
        ("$.store.book[?(@.i)].t", r#"["C"]"#),
        ("$.store.book[?(@.c == 'b' && @.p > 10)].t", r#"["B"]"#),
        ("$.store.book[?(@.t in ['A','C'])].p", "[8.95,8]"),
        ("$.store.book[?(@.t =~ /[ab]/i)].t", r#"["A","B"]"#),
        ("$.store.book[?(!(@.c == 'b'))].t", r#"["A"]"#),
        ("$.l.length()", "4"),
        ("$.l.max()", "4.0"),
        ("$.store.book[*].no", "[]"),
        ("$.n", "null"),
    ] {
        assert_eq!(read(path).as_deref(), Ok(found), "{path}");
    }
}

#[test]
fn misses_are_told_in_jayways_words() {
    for (path, why) in [
        ("$.no", "No results for path: $['no']"),
        ("$.no.a", "Missing property in path $['no']"),
        ("$.o.no.a", "Missing property in path $['o']['no']"),
        ("$.l[10]", "No results for path: $['l'][10]"),
        ("$.n[0]", "The path $['n'] is null"),
    ] {
        assert_eq!(read(path), Err(Miss::NotFound(why.to_owned())), "{path}");
    }
}

#[test]
fn what_is_no_path_is_refused() {
    for text in [
        "",
        "a",
        "$.",
        "$[",
        "$.a[",
        "$.a['b]",
        "$.a.foo()",
        "$.a[?(@.b ==)]",
        "$ .a",
    ] {
        assert!(JsonPath::parse(text).is_err(), "{text}");
    }
}

#[test]
fn results_are_placed_where_the_reference_path_points() {
    let onto = Value::parse(r#"{"a":{"b":1},"l":[1,2]}"#).unwrap();
    let placed = |path: &str| {
        ReferencePath::parse(path)
            .unwrap()
            .place(&onto, Value::from(9))
            .map(|v| v.to_text())
    };
    assert_eq!(
        placed("$.a.c.d").unwrap(),
        r#"{"a":{"b":1,"c":{"d":9}},"l":[1,2]}"#
    );
    assert_eq!(placed("$.l[1]").unwrap(), r#"{"a":{"b":1},"l":[1,9]}"#);
    assert!(placed("$.a.b.c").is_err());
}
