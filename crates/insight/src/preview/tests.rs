use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::Write;

use super::look;
use crate::testing::{House, value};

fn shown(key: &str, text: &str, whole: bool, limit: usize) -> Value {
    serde_json::to_value(look(key, text.as_bytes(), whole, limit)).unwrap()
}

#[test]
fn csv_with_a_header() {
    let text = "id,fare,paid,day,at,name\n1,2.5,true,2024-01-02,2024-01-02 03:04:05,\"a,b\"\n2,,false,2024-01-03,2024-01-02T03:04:06Z,\"\"\n";
    let got = shown("a/trips.csv", text, true, 10);
    let kinds: Vec<&str> = got["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "bigint",
            "double",
            "boolean",
            "date",
            "timestamp",
            "varchar"
        ]
    );
    assert_eq!(got["columns"][5]["name"], "name");
    assert_eq!(got["rows"][0][5], "a,b");
    assert_eq!(
        (&got["rows"][1][1], &got["rows"][1][5]),
        (&Value::Null, &json!(""))
    );
    assert_eq!(
        (&got["format"], &got["truncated"]),
        (&json!("csv"), &json!(false))
    );
}

#[test]
fn csv_without_one_and_cut_off() {
    let got = shown("x.csv", "1;2\n3;4\n5;", false, 10);
    assert_eq!(
        got["columns"][0],
        json!({"name": "_col0", "type": "bigint"})
    );
    assert_eq!(
        got["rows"],
        json!([["1", "2"], ["3", "4"]]),
        "the last line is not whole"
    );
    assert_eq!(got["truncated"], true);
    let got = shown("x.csv", "a,b\n1,2\n3,4\n", true, 1);
    assert_eq!(
        (&got["rows"], &got["truncated"]),
        (&json!([["1", "2"]]), &json!(true))
    );
    assert_eq!(
        shown("x.tsv", "a b\tc\n1\t2", true, 9)["rows"],
        json!([["1", "2"]])
    );
}

#[test]
fn json_as_rows() {
    let lines = "{\"a\": 1, \"b\": {\"c\": [1]}}\n{\"b\": null, \"d\": \"x\"}\n{\"cut";
    let got = shown("x.jsonl", lines, false, 10);
    assert_eq!(
        got["rows"],
        json!([["1", "{\"c\":[1]}", null], [null, null, "x"]])
    );
    let kinds: Vec<&Value> = got["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["type"])
        .collect();
    assert_eq!(kinds, ["bigint", "row", "varchar"]);
    let array = "[ {\"a\": 1},\n {\"a\": 2} ]\n";
    assert_eq!(
        shown("x.json", array, true, 10)["rows"],
        json!([["1"], ["2"]])
    );
    assert_eq!(shown("x.json", array, true, 1)["truncated"], true);
}

#[test]
fn what_is_no_table_is_text_or_binary() {
    let document = "{\n  \"a\": 1\n}\n";
    let got = shown("x.json", document, true, 10);
    assert_eq!(
        (&got["format"], &got["text"]),
        (&json!("json"), &json!(document))
    );
    assert_eq!(shown("run.py", "print(1)\n", true, 10)["format"], "text");
    assert_eq!(shown("broken.json", "{oops", true, 10)["text"], "{oops");
    assert_eq!(shown("empty.csv", "", true, 10)["format"], "text");
    let binary = look("x.csv", b"a\0b", true, 10);
    assert_eq!((binary.format, binary.text), ("binary", None));
    let cut = look("x.txt", &"aé".as_bytes()[..2], false, 10);
    assert_eq!(cut.text.as_deref(), Some("a"));
}

#[tokio::test]
async fn an_object_is_asked_for_by_its_head_alone() {
    let house = House::new();
    house.door.on("s3", "GetObject", |call| {
        assert_eq!(call.input["Range"], "bytes=0-262143");
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(b"n,m\n1,2\n").unwrap();
        let body: Vec<u8> = match call.input["Key"].as_str().unwrap() {
            "x.csv.gz" => packed.finish().unwrap(),
            "x.bin" => b"PAR1 and on".to_vec(),
            _ => return Err(aws::ApiError::new("NoSuchKey", "no").with_status(404)),
        };
        let range = format!("bytes 0-{}/{}", body.len() - 1, body.len());
        Ok(json!({"Body": BASE64_STANDARD.encode(&body), "ContentRange": range}))
    });
    let got = value(house.get("/_taxiway/preview?bucket=b&key=x.csv.gz").await).await;
    assert_eq!(
        (&got["rows"], &got["truncated"]),
        (&json!([["1", "2"]]), &json!(false))
    );
    let got = value(
        house
            .get("/_taxiway/preview?bucket=b&key=x.bin&limit=1")
            .await,
    )
    .await;
    assert_eq!(got["format"], "parquet");
    assert_eq!(
        (&got["rows"], &got["truncated"]),
        (&json!([["1"]]), &json!(true))
    );
    assert_eq!(
        house
            .get("/_taxiway/preview?bucket=b&key=none")
            .await
            .status(),
        404
    );
}
