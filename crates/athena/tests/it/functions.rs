//! Trino's functions, values as Trino gives them.

use crate::support::House;

#[tokio::test(flavor = "multi_thread")]
async fn values_are_trinos() {
    let house = House::open().await;
    let cases = [
        ("substr('abc', -2)", "bc"),
        ("substr('abcdef', 2, 3)", "bcd"),
        ("concat('a', NULL)", "∅"),
        ("concat('a', 'b', 'c')", "abc"),
        ("extract(dow FROM DATE '2024-03-10')", "7"),
        ("day_of_week(DATE '2024-03-11')", "1"),
        ("year(TIMESTAMP '2024-03-10 01:02:03')", "2024"),
        ("month(DATE '2024-03-10')", "3"),
        ("hour(TIMESTAMP '2024-03-10 01:02:03')", "1"),
        ("quarter(DATE '2024-05-10')", "2"),
        ("week(DATE '2024-01-01')", "1"),
        (
            "date_diff('day', DATE '2024-02-28', DATE '2024-03-01')",
            "2",
        ),
        (
            "date_diff('month', DATE '2024-01-31', DATE '2024-02-29')",
            "1",
        ),
        (
            "date_diff('year', DATE '2024-03-01', DATE '2021-03-02')",
            "-2",
        ),
        ("date_add('month', 1, DATE '2024-01-31')", "2024-02-29"),
        (
            "date_add('hour', -1, TIMESTAMP '2024-01-01 00:00:00')",
            "2023-12-31 23:00:00.000",
        ),
        (
            "date_parse('2024-03-09 14:05', '%Y-%m-%d %H:%i')",
            "2024-03-09 14:05:00.000",
        ),
        (
            "date_format(TIMESTAMP '2024-03-09 14:05:06', '%d %b %Y %h:%i %p')",
            "09 Mar 2024 02:05 PM",
        ),
        (
            "date_trunc('month', TIMESTAMP '2024-03-09 14:05:06')",
            "2024-03-01 00:00:00.000",
        ),
        (
            "from_iso8601_timestamp('2024-03-09T14:05:06Z')",
            "2024-03-09 14:05:06.000 UTC",
        ),
        ("from_iso8601_date('2024-03-09')", "2024-03-09"),
        ("from_unixtime(0)", "1970-01-01 00:00:00.000 UTC"),
        ("to_unixtime(TIMESTAMP '1970-01-01 00:01:00')", "60.0"),
        (
            "json_extract_scalar('{\"a\": {\"b\": [1, \"x\"]}}', '$.a.b[1]')",
            "x",
        ),
        (
            "json_extract('{\"a\": {\"b\": [1, \"x\"]}}', '$.a.b')",
            "[1,\"x\"]",
        ),
        ("json_array_length('[1, 2, 3]')", "3"),
        ("regexp_extract('abc123', '([a-z]+)(\\d+)', 2)", "123"),
        ("regexp_replace('a1b2', '\\d')", "ab"),
        ("regexp_replace('a1b2', '(\\d)', '<$1>')", "a<1>b<2>"),
        ("regexp_like('abc', 'b')", "true"),
        ("split('a,b,c', ',')", "[a, b, c]"),
        ("split('a,b,c', ',')[2]", "b"),
        ("split_part('a,b,c', ',', 3)", "c"),
        ("element_at(ARRAY[1, 2, 3], -1)", "3"),
        ("element_at(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), 'b')", "2"),
        ("element_at(MAP(ARRAY['a'], ARRAY[1]), 'z')", "∅"),
        ("cardinality(ARRAY[1, 2])", "2"),
        ("contains(ARRAY[1, 2], 2)", "true"),
        ("array_join(ARRAY['a', 'b'], '-')", "a-b"),
        ("sequence(1, 4)", "[1, 2, 3, 4]"),
        ("transform(ARRAY[1, 2], x -> x * 10)", "[10, 20]"),
        ("filter(ARRAY[1, 2, 3], x -> x > 1)", "[2, 3]"),
        ("slice(ARRAY[1, 2, 3, 4], 2, 2)", "[2, 3]"),
        ("bitwise_and(12, 10)", "8"),
        ("bitwise_xor(12, 10)", "6"),
        ("bitwise_not(0)", "-1"),
        ("try(CAST('x' AS integer))", "∅"),
        ("try(1 / 0)", "∅"),
        ("try(date_parse('2020-13-77', '%Y-%m-%d'))", "∅"),
        ("try_cast('12' AS integer)", "12"),
        ("typeof(CAST(1 AS bigint))", "bigint"),
        ("typeof('a')", "varchar"),
        ("typeof(ARRAY[1.5e0])", "array(double)"),
        ("if(1 > 2, 'a', 'b')", "b"),
        ("coalesce(NULL, 'x')", "x"),
        (
            "to_hex(md5(to_utf8('a')))",
            "0CC175B9C0F1B6A831C399E269772661",
        ),
        (
            "url_extract_host('https://example.com:8080/p?q=1')",
            "example.com",
        ),
        (
            "url_extract_parameter('https://example.com/p?q=a%20b', 'q')",
            "a b",
        ),
        ("round(2.567e0, 2)", "2.57"),
        ("strpos('hello', 'l')", "3"),
        ("length('héllo')", "5"),
        ("mod(7, 3)", "1"),
        ("7 / 2", "3"),
        ("1e0 / 3", "0.3333333333333333"),
        ("CAST('2024-03-09' AS date)", "2024-03-09"),
        ("DATE '2024-03-09' + INTERVAL '1' DAY", "2024-03-10"),
        ("upper(trim('  a '))", "A"),
        ("levenshtein_distance('kitten', 'sitting')", "3"),
        ("last_day_of_month(DATE '2024-02-01')", "2024-02-29"),
    ];
    let mut wrong = Vec::new();
    for (expression, want) in cases {
        let id = match house.start(&format!("SELECT {expression}")).await {
            Ok(id) => id,
            Err(error) => {
                wrong.push(format!("{expression}: {error}"));
                continue;
            }
        };
        let execution = house.ended(&id).await;
        if execution["Status"]["State"] != "SUCCEEDED" {
            wrong.push(format!(
                "{expression}: {}",
                execution["Status"]["StateChangeReason"]
            ));
            continue;
        }
        let got =
            house.results(&id).await["ResultSet"]["Rows"][1]["Data"][0]["VarCharValue"].clone();
        let got = got.as_str().unwrap_or("∅");
        if got != want {
            wrong.push(format!("{expression}: got {got}, want {want}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn aggregates_are_trinos() {
    let house = House::open().await;
    let from =
        "FROM (VALUES (1, 'a', 10.5e0), (2, 'b', 3.5e0), (3, 'a', 7e0)) AS t (id, kind, fare)";
    let cases = [
        ("max_by(id, fare)", "1"),
        ("min_by(kind, fare)", "b"),
        ("count_if(fare > 5)", "2"),
        ("map_agg(id, kind)", "{1=a, 2=b, 3=a}"),
        ("approx_distinct(kind)", "2"),
        ("approx_percentile(fare, 0.5)", "7.0"),
        ("arbitrary(1)", "1"),
        (
            "listagg(kind, ',') WITHIN GROUP (ORDER BY id DESC)",
            "a,b,a",
        ),
        ("array_agg(id ORDER BY id DESC)", "[3, 2, 1]"),
        ("bool_or(fare > 10)", "true"),
        ("avg(id)", "2.0"),
        ("sum(id) FILTER (WHERE kind = 'a')", "4"),
        ("stddev(id)", "1.0"),
    ];
    let mut wrong = Vec::new();
    for (expression, want) in cases {
        let id = match house.start(&format!("SELECT {expression} {from}")).await {
            Ok(id) => id,
            Err(error) => {
                wrong.push(format!("{expression}: {error}"));
                continue;
            }
        };
        let execution = house.ended(&id).await;
        let got = match execution["Status"]["State"].as_str() {
            Some("SUCCEEDED") => {
                let results = house.results(&id).await;
                results["ResultSet"]["Rows"][1]["Data"][0]["VarCharValue"]
                    .as_str()
                    .unwrap_or("∅")
                    .to_owned()
            }
            _ => execution["Status"]["StateChangeReason"].to_string(),
        };
        if got != want {
            wrong.push(format!("{expression}: got {got}, want {want}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_and_unnesting() {
    let house = House::open().await;
    let rows = house
        .rows("SELECT id, row_number() OVER (PARTITION BY kind ORDER BY id DESC) AS n FROM (VALUES (1, 'a'), (2, 'a')) AS t (id, kind) ORDER BY id")
        .await;
    assert_eq!(rows, [["1", "2"], ["2", "1"]]);
    let rows = house
        .rows("SELECT x FROM UNNEST(ARRAY[3, 4]) AS t (x) ORDER BY x")
        .await;
    assert_eq!(rows, [["3"], ["4"]]);
}
