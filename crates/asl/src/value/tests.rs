use super::*;

#[test]
fn text_survives_a_round_trip() {
    for text in [
        "{\"b\":1,\"a\":[1.50,-0,1e3,null,true,\"\\\"\\\\\\n\u{1f197}/\"]}",
        "[]",
        "{}",
        "123456789012345678901",
    ] {
        assert_eq!(Value::parse(text).unwrap().to_text(), text);
    }
}

#[test]
fn what_is_wrong_is_said_as_jackson_says_it() {
    let e = Value::parse("not json").unwrap_err();
    assert_eq!(
        e.message,
        "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
    );
    assert_eq!((e.line, e.column), (1, 4));
}

#[test]
fn depth_is_limited() {
    assert!(Value::parse(&"[".repeat(100_000)).is_err());
}

#[test]
fn doubles_print_as_java_prints_them() {
    for (value, text) in [
        (1.0, "1.0"),
        (0.1, "0.1"),
        (1e7, "1.0E7"),
        (1.5e-5, "1.5E-5"),
        (123.25, "123.25"),
    ] {
        assert_eq!(Number::from_f64(value).to_string(), text);
    }
}

#[test]
fn length_is_counted_in_bytes_of_the_text() {
    let value = Value::parse("{\"a\":\"é\"}").unwrap();
    assert!(!value.is_longer_than(10));
    assert!(value.is_longer_than(9));
}
