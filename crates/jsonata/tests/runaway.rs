//! Expressions that nest, loop or grow without end come back with an error; none takes the process down.

use jsonata::{Environment, Expression, Limits, Value};

fn code(text: &str) -> Option<&'static str> {
    let environment = Environment {
        limits: Limits {
            depth: 1_000,
            steps: 1_000_000,
        },
        ..Environment::default()
    };
    Expression::parse(text)
        .and_then(|parsed| parsed.evaluate(&Value::Null, &environment))
        .err()
        .map(|error| error.code)
}

#[test]
fn what_grows_or_loops_without_end_is_stopped() {
    for text in [
        "($f := function($n) { $f($n + 1) }; $f(0))",
        "($f := function($n) { 1 + $f($n + 1) }; $f(0))",
        r#"$reduce([1..60], function($p, $c) { $p & $p }, "aaaaaaaaaaaaaaaa")"#,
        "$reduce([1..60], function($p, $c) { [$p, $p] }, [1, 2, 3, 4])",
        "$reduce([1..60], function($p, $c) { $append($p, $p) }, [1, 2, 3, 4])",
        r#"$reduce([1..60], function($p, $c) { $join([$p, $p], "-") }, "aaaaaaaaaaaaaaaa")"#,
        r#"$pad("x", 1e18)"#,
        r#"$pad("x", -1e300, "ab")"#,
        r#"$formatInteger(1e308, "I")"#,
    ] {
        assert_eq!(code(text), Some("U1001"), "{text}");
    }
    assert_eq!(code(r#"$fromMillis(1e300, "[Y]")"#), Some("D3137"));
    assert_eq!(
        code(r#"$fromMillis(0, "[Y]", "+9223372036854775807")"#),
        None
    );
}

#[test]
fn calls_by_way_of_functions_do_not_exhaust_the_stack() {
    for body in [
        "$map([1, 2], function($x) { 1 + $f($x) })",
        "$sort([1, 2], function($l, $r) { 1 + $f($l) > 0 })",
        "$reduce([1, 2], function($p, $c) { 1 + $f($c) })",
        r#"$replace("ab", /a/, function($m) { "x" & $f(1) })"#,
        "[1, 2][$f($) = 1]",
        "{\"a\": [1, -$f(1)]}.a",
        "1 ~> $f ~> $string",
        "[3, 1]^(<$f($))",
        "{\"a\": 1} ~> |$|{\"b\": 1 + $f(1)}|",
        "[1]@$v.([2]#$i.(1 + $f($v)))",
    ] {
        let text = format!("($f := function($n) {{ {body} }}; $f(0))");
        let thread = std::thread::Builder::new().stack_size(1024 * 1024);
        let code = thread.spawn(move || {
            let environment = Environment {
                limits: Limits {
                    depth: 20_000,
                    steps: 1_000_000,
                },
                ..Environment::default()
            };
            let parsed = Expression::parse(&text);
            let result = parsed.and_then(|parsed| parsed.evaluate(&Value::Null, &environment));
            result.err().map(|error| error.code)
        });
        let code = code.unwrap().join().unwrap();
        assert!(code.is_some(), "{body}");
    }
}

#[test]
fn what_nests_without_end_is_refused() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{\"a\":", "}"),
        ("-", ""),
        ("$not(", ")"),
        ("a[", "]"),
        ("a.(", ")"),
        ("a ? ", " : 1"),
        ("function($x){", "}"),
        ("1 + ", ""),
        ("a.", ""),
        ("a ~> ", ""),
        ("$x := ", ""),
        ("a^(", ")"),
        ("a{b:", "}"),
        ("|a|", ",b|"),
    ] {
        for depth in [10, 400, 20_000] {
            let text = format!("{}a{}", open.repeat(depth), close.repeat(depth));
            let refused = Expression::parse(&text).is_err();
            assert!(refused || depth < 20_000, "{open} {depth} times");
            let _ = code(&text);
        }
    }
}

#[test]
fn random_texts_do_no_harm() {
    const PIECES: [&str; 40] = [
        "a",
        "b",
        "$",
        "$$",
        "$x",
        ".",
        "..",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ":",
        ":=",
        "?",
        ",",
        ";",
        "+",
        "-",
        "*",
        "**",
        "/",
        "%",
        "&",
        "=",
        "<",
        "^",
        "@$v",
        "#$i",
        "~>",
        "|",
        "\"s\"",
        "1e308",
        "0.5",
        "function($x)",
        "$map",
        "$sum",
        " and ",
        " in ",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut roll = |sides: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % sides
    };
    let mut valid = 0;
    for _ in 0..50_000 {
        let text: String = (0..1 + roll(9))
            .filter_map(|_| PIECES.get(roll(40) as usize).copied())
            .collect();
        valid += u32::from(Expression::parse(&text).is_ok());
        let _ = code(&text);
    }
    assert!(
        valid > 1_000,
        "too few of the texts are expressions: {valid}"
    );
}
