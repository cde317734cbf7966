use super::parse;
use crate::{
    Value,
    query::{Random, Surroundings, Variables},
};

struct None_;

impl Variables for None_ {
    fn get(&self, _: &str) -> Option<Value> {
        None
    }

    fn all(&self) -> Vec<(std::sync::Arc<str>, Value)> {
        Vec::new()
    }
}

fn call(text: &str, input: &str) -> Result<String, String> {
    let input = Value::parse(input).unwrap();
    let random = Random::new(1);
    let context = || Value::Null;
    let around = Surroundings::new(&input, &context, &None_, &random, 0);
    parse(text)?
        .evaluate(&around)
        .map(|v| v.to_text())
        .map_err(|e| e.message())
}

#[test]
fn functions_give_what_aws_gives() {
    for (text, result) in [
        (r"States.Format('It\'s {} \{\}', $.n)", r#""It's 5 {}""#),
        ("States.Format('{}', $.s)", r#""a,b,,c""#),
        ("States.StringToJson('{\"a\": [1]}')", r#"{"a":[1]}"#),
        (
            "States.JsonToString($)",
            r#""{\"n\":5,\"s\":\"a,b,,c\",\"l\":[1,2,2]}""#,
        ),
        ("States.Array(1, 'a', null, $.n)", r#"[1,"a",null,5]"#),
        ("States.ArrayPartition($.l, 2)", "[[1,2],[2]]"),
        ("States.ArrayContains($.l, 2)", "true"),
        ("States.ArrayRange(1, 9, 3)", "[1,4,7]"),
        ("States.ArrayGetItem($.l, 1)", "2"),
        ("States.ArrayUnique($.l)", "[1,2]"),
        ("States.Base64Decode(States.Base64Encode('hé'))", r#""hé""#),
        (
            "States.Hash('a', 'MD5')",
            r#""0cc175b9c0f1b6a831c399e269772661""#,
        ),
        ("States.MathAdd(1.5, 1.51)", "4"),
        ("States.MathAdd(-1.49, -1.5)", "-2"),
        ("States.StringSplit($.s, ',')", r#"["a","b","c"]"#),
        ("States.ArrayLength(States.StringSplit('1-2+3', '-+'))", "3"),
        ("States.ArrayLength($['l'])", "3"),
    ] {
        assert_eq!(
            call(text, r#"{"n":5,"s":"a,b,,c","l":[1,2,2]}"#).as_deref(),
            Ok(result),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_call_is_refused() {
    for text in [
        "",
        "States.Nope()",
        "States.UUID(1)",
        "States.Format('a",
        r#"States.StringToJson('{\"a\":1}')"#,
        "States.Format('a') b",
        "States.Array([1])",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}
