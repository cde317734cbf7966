use super::Pattern;

fn check(pattern: &str, yes: &[&str], no: &[&str]) {
    let parsed = Pattern::parse(pattern).unwrap();
    for line in yes {
        assert!(parsed.matches(line), "{pattern} should match {line}");
    }
    for line in no {
        assert!(!parsed.matches(line), "{pattern} should not match {line}");
    }
}

#[test]
fn terms() {
    check("", &["", "anything"], &[]);
    check("ERROR", &["[ERROR 400] BAD", "an ERROR"], &["an error", ""]);
    check(
        "ERROR 400",
        &["[ERROR 400] BAD"],
        &["[ERROR 401] BAD", "400"],
    );
    check(
        "\"INTERNAL SERVER ERROR\"",
        &["[ERROR 500] INTERNAL SERVER ERROR"],
        &["INTERNAL ERROR SERVER"],
    );
    check(
        "\"say \\\"hi\\\"\"",
        &["to say \"hi\" now"],
        &["to say hi now"],
    );
    check("?ERROR ?WARN", &["an ERROR", "a WARN"], &["an INFO"]);
    check("ERROR -400", &["[ERROR 401]"], &["[ERROR 400]", "401"]);
    check("-\"a b\"", &["b a"], &["xa by"]);
    check("%4\\d\\d%", &["[ERROR 404]"], &["[ERROR 40]"]);
    check(
        "?ERROR ?WARN REQUEST",
        &["an INFO about a REQUEST"],
        &["an ERROR"],
    );
}

#[test]
fn json() {
    let event = r#"{"type":"UpdateTrail","ip":"123.123.1.2","n":7,"f":1.5,"ok":true,"none":null,
        "list":["a","b"],"users":[{"id":1},{"id":2}],"a.b":{"c d":"x"},"zero":"0"}"#;
    let holds = [
        r#"{ $.type = "UpdateTrail" }"#,
        "{ $.type = Update* }",
        "{ $.type = %^Upd% }",
        "{$.ip=123.123.*}",
        r#"{ $.ip != "10.*" }"#,
        "{ $.n = 7 }",
        "{ $.n >= 7 && $.n < 8 }",
        "{ $.f > 1.25 }",
        "{ $.ok IS TRUE }",
        "{ $.none IS NULL }",
        "{ $.nothing NOT EXISTS }",
        "{ $.list[1] = b }",
        "{ $.list[*] = \"b\" }",
        "{ $.users[*].id = 2 }",
        "{ $['a.b']['c d'] = x }",
        "{ $.n = 1 || ($.n = 7 && $.ok is true) }",
        "{ ($.n = 1) || ($.type = *) }",
        "{ $.ok = true }",
    ];
    let fails = [
        r#"{ $.type = "Update" }"#,
        "{ $.n > 7 }",
        "{ $.zero < 5 }",
        "{ $.ok IS FALSE }",
        "{ $.nothing IS NULL }",
        "{ $.nothing != x }",
        "{ $.none NOT EXISTS }",
        "{ $.list = * }",
        "{ $.list[2] = * }",
        "{ $.n = 7 && $.n = 8 || $.ok IS FALSE }",
    ];
    for pattern in holds {
        check(
            pattern,
            &[event],
            &["not json", "[1]", "{}"].map(|s| {
                if pattern.contains("NOT") && s == "{}" {
                    ""
                } else {
                    s
                }
            }),
        );
    }
    for pattern in fails {
        check(pattern, &[], &[event]);
    }
}

#[test]
fn fields() {
    let line =
        r#"127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;
    let holds = [
        "[ip, server, user, time, request, status, bytes]",
        "[ip, server, user, time, request, status = 404, bytes > 1500]",
        "[ip, server, user, time, request = GET*, status = 4*, bytes]",
        r#"[..., request = "*html*", status, bytes]"#,
        "[ip = 127.0.0.1, ...]",
        "[ip, ..., bytes]",
        "[..., status = 400 || status = 404, bytes]",
        "[..., status != 200 && status < 500, bytes = %^15%]",
        "[..., time = \"10/Oct/2000*\", request, status, bytes]",
    ];
    for pattern in holds {
        check(pattern, &[line], &["", "one"]);
    }
    for pattern in [
        "[a, b]",
        "[..., status = 200, bytes]",
        "[..., bytes < 1000]",
        "[a,b,c,d,e,f,g,h]",
    ] {
        check(pattern, &[], &[line]);
    }
    check(
        "[w1 = ERROR, w2]",
        &["ERROR 7"],
        &["ERROR", "ERROR 7 8", "WARN 7"],
    );
}

#[test]
fn what_is_no_pattern() {
    let texts = [
        "\"open",
        "foo:bar",
        "-",
        "?",
        "{ }",
        "{ $.a = }",
        "{ $.a = 1",
        "{ $.a = 1 } x",
        "{ a = 1 }",
        "{ $.a IS 7 }",
        "{ $.a NOT }",
        "{ $. = 1 }",
        "{ $.a[ = 1 }",
        "{ $.a > x }",
        "{ ($.a = 1 }",
        "[",
        "[a",
        "[a] x",
        "[a,,b]",
        "[..., b, ...]",
        "%a(b)%",
        "%a",
        "%[%",
        "{ $.a = %(% }",
    ];
    for text in texts {
        assert!(Pattern::parse(text).is_err(), "{text}");
    }
    let error = Pattern::parse("{ $.a = 1 } x").unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid filter pattern at character 12: expected the end"
    );
}
