use std::fmt::Write;

use aws::{ApiError, Body};
use http::Response;
use serde_json::{Value, json};

use crate::testing::{House, value};

/// A house with one result file.
fn house(file: String) -> House {
    let house = House::new();
    house.door.on("athena", "GetQueryResults", |call| {
        if call.input["QueryExecutionId"] != "q" {
            return Err(ApiError::new(
                "InvalidRequestException",
                "QueryExecution none was not found",
            ));
        }
        let columns = json!([{"Name": "n", "Type": "integer"}, {"Name": "t", "Type": "varchar"}]);
        Ok(json!({"ResultSet": {"ResultSetMetadata": {"ColumnInfo": columns}}}))
    });
    house.door.on("athena", "GetQueryExecution", |_| {
        let location = json!({"OutputLocation": "s3://b/results/q.csv"});
        Ok(json!({"QueryExecution": {"ResultConfiguration": location}}))
    });
    *house.door.s3.lock() = Some(Box::new(move |request, _| {
        assert_eq!(request.uri(), "/b/results/q.csv");
        let range = request.headers()["range"].to_str().unwrap();
        let from: usize = range["bytes=".len()..range.len() - 1].parse().unwrap();
        if from >= file.len() {
            return Response::builder().status(416).body(Body::empty()).unwrap();
        }
        // In pieces, as S3 streams.
        let pieces: Vec<_> = file.as_bytes()[from..]
            .chunks(4_099)
            .map(|piece| Ok::<_, std::io::Error>(bytes::Bytes::copy_from_slice(piece)))
            .collect();
        Response::new(Body::stream(futures::stream::iter(pieces)))
    }));
    house
}

fn rows(count: u64) -> String {
    (0..count).fold("\"n\",\"t\"\n".to_owned(), |mut file, n| {
        let text = if n % 3 == 0 { "" } else { "\"x\n\"\"y\"" };
        writeln!(file, "\"{n}\",{text}").unwrap();
        file
    })
}

async fn get(house: &House, from: u64, count: u64) -> Value {
    value(
        house
            .get(&format!("/_taxiway/results/q?from={from}&count={count}"))
            .await,
    )
    .await
}

#[tokio::test]
async fn rows_from_anywhere() {
    let house = house(rows(3_500));
    for (from, count, first, len) in [
        (0, 2, Some("0"), 2),
        (999, 3, Some("999"), 3),
        (1_000, 1, Some("1000"), 1),
        (2_345, 10, Some("2345"), 10),
        (3_499, 10, Some("3499"), 1),
        (3_500, 10, None, 0),
        (9_999_999, 10, None, 0),
        (0, 100_000, Some("0"), 3_500),
    ] {
        let got = get(&house, from, count).await;
        let rows = got["rows"].as_array().unwrap();
        assert_eq!((rows.len(), &got["total"]), (len, &json!(3_500)), "{from}");
        assert_eq!(
            rows.first().map(|r| r[0].as_str().unwrap()),
            first,
            "{from}"
        );
    }
    let got = get(&house, 1, 3).await;
    assert_eq!(
        got["rows"],
        json!([["1", "x\n\"y"], ["2", "x\n\"y"], ["3", null]])
    );
    assert_eq!(
        got["columns"],
        json!([{"name": "n", "type": "integer"}, {"name": "t", "type": "varchar"}])
    );
}

#[tokio::test]
async fn a_result_without_rows_and_a_query_without_a_result() {
    let empty = house(rows(0));
    let got = get(&empty, 0, 10).await;
    assert_eq!((&got["rows"], &got["total"]), (&json!([]), &json!(0)));
    assert_eq!(empty.get("/_taxiway/results/none").await.status(), 400);
}
