//! Executions: states, events, idempotency, lists, stopping, restarting, work groups.

use serde_json::{Value, json};

use crate::support::House;

async fn states(house: &House, id: &str) -> Vec<(String, String)> {
    let events = house.store.bus_after(0, 1000).await.unwrap();
    events
        .into_iter()
        .map(|(_, event)| {
            assert_eq!(
                (event.source.as_str(), event.detail_type.as_str()),
                ("aws.athena", "Athena Query State Change")
            );
            serde_json::from_str::<Value>(&event.detail).unwrap()
        })
        .filter(|detail| detail["queryExecutionId"] == id)
        .map(|d| {
            (
                d["currentState"].as_str().unwrap().to_owned(),
                d["sequenceNumber"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_an_event() {
    let house = House::open().await;
    let execution = house.run("SELECT 1").await;
    let id = execution["QueryExecutionId"].as_str().unwrap();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        states(&house, id).await,
        [
            pair("QUEUED", "1"),
            pair("RUNNING", "2"),
            pair("SUCCEEDED", "3")
        ]
    );
    let failed = house.start("SELECT * FROM nowhere").await.unwrap();
    house.ended(&failed).await;
    assert_eq!(states(&house, &failed).await.last().unwrap().0, "FAILED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_starts_once() {
    let house = House::open().await;
    let input = |sql: &str| {
        json!({
            "QueryString": sql,
            "ClientRequestToken": "0123456789012345678901234567890123456789",
            "ResultConfiguration": {"OutputLocation": "s3://results/"},
        })
    };
    let first = house
        .call("athena", "StartQueryExecution", input("SELECT 1"))
        .await
        .unwrap();
    let second = house
        .call("athena", "StartQueryExecution", input("SELECT 1"))
        .await
        .unwrap();
    assert_eq!(first, second);
    let other = house
        .call("athena", "StartQueryExecution", input("SELECT 2"))
        .await
        .unwrap_err();
    assert_eq!(other.message, "Idempotent parameters do not match");
}

#[tokio::test(flavor = "multi_thread")]
async fn results_come_in_pages_and_lists_newest_first() {
    let house = House::open().await;
    let execution = house
        .run("SELECT x, CAST(x AS varchar) AS s FROM UNNEST(sequence(1, 2500)) AS t (x) ORDER BY x")
        .await;
    let id = execution["QueryExecutionId"].as_str().unwrap();
    let (mut seen, mut token, mut pages) = (Vec::new(), None::<String>, 0);
    loop {
        let mut input = json!({"QueryExecutionId": id, "MaxResults": 1000});
        if let Some(token) = &token {
            input["NextToken"] = token.as_str().into();
        }
        let page = house
            .call("athena", "GetQueryResults", input)
            .await
            .unwrap();
        for row in page["ResultSet"]["Rows"].as_array().unwrap() {
            seen.push(row["Data"][0]["VarCharValue"].as_str().unwrap().to_owned());
        }
        pages += 1;
        token = page["NextToken"].as_str().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(
        (pages, seen.len(), seen[0].as_str(), seen[2500].as_str()),
        (3, 2501, "x", "2500")
    );
    let later = house.run("SELECT 2").await;
    let list = house
        .call("athena", "ListQueryExecutions", json!({"MaxResults": 1}))
        .await
        .unwrap();
    assert_eq!(
        list["QueryExecutionIds"],
        json!([later["QueryExecutionId"]])
    );
    let next = json!({"MaxResults": 1, "NextToken": list["NextToken"]});
    let list = house
        .call("athena", "ListQueryExecutions", next)
        .await
        .unwrap();
    assert_eq!(list["QueryExecutionIds"], json!([id]));
    let batch = json!({"QueryExecutionIds": [id, "00000000-0000-0000-0000-000000000000"]});
    let batch = house
        .call("athena", "BatchGetQueryExecution", batch)
        .await
        .unwrap();
    assert_eq!(batch["QueryExecutions"].as_array().unwrap().len(), 1);
    assert_eq!(
        batch["UnprocessedQueryExecutionIds"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_stopped_and_stays_cancelled() {
    let house = House::open().await;
    let id = house
        .start("SELECT count(*) FROM UNNEST(sequence(1, 3000000)) a (x) CROSS JOIN UNNEST(sequence(1, 3000000)) b (y)")
        .await
        .unwrap();
    house
        .call(
            "athena",
            "StopQueryExecution",
            json!({"QueryExecutionId": id}),
        )
        .await
        .unwrap();
    let execution = house.ended(&id).await;
    assert_eq!(execution["Status"]["State"], "CANCELLED");
    let refused = house
        .call("athena", "GetQueryResults", json!({"QueryExecutionId": id}))
        .await
        .unwrap_err();
    assert!(refused.message.contains("Final query state: CANCELLED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_refused_in_athenas_words() {
    let house = House::open().await;
    let start = |input: Value| house.call("athena", "StartQueryExecution", input);
    let none = start(json!({"QueryString": "SELECT 1"})).await.unwrap_err();
    assert!(
        none.message.starts_with("No output location provided."),
        "{}",
        none.message
    );
    let place = |url: &str| json!({"QueryString": "SELECT 1", "ResultConfiguration": {"OutputLocation": url}});
    let no_s3 = start(place("/tmp/x")).await.unwrap_err();
    assert_eq!(no_s3.message, "outputLocation is not a valid S3 path.");
    let no_bucket = start(place("s3://nosuchbucket/x/")).await.unwrap_err();
    assert_eq!(
        no_bucket.message,
        "Unable to verify/create output bucket nosuchbucket"
    );
    let mut input = place("s3://results/");
    input["WorkGroup"] = "nosuch".into();
    assert_eq!(
        start(input).await.unwrap_err().message,
        "WorkGroup nosuch is not found."
    );
    let unknown = house
        .call(
            "athena",
            "GetQueryExecution",
            json!({"QueryExecutionId": "x"}),
        )
        .await
        .unwrap_err();
    assert_eq!(
        (unknown.code.as_str(), unknown.message.as_str()),
        ("InvalidRequestException", "QueryExecution x was not found")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_group_enforces_its_place() {
    let house = House::open().await;
    let create = json!({
        "Name": "team",
        "Configuration": {"ResultConfiguration": {"OutputLocation": "s3://results/team/"}},
        "Tags": [{"Key": "k", "Value": "v"}],
    });
    house
        .call("athena", "CreateWorkGroup", create.clone())
        .await
        .unwrap();
    assert!(
        house
            .call("athena", "CreateWorkGroup", create)
            .await
            .unwrap_err()
            .message
            .contains("already created")
    );
    let input = json!({
        "QueryString": "SELECT 1", "WorkGroup": "team", "ResultConfiguration": {"OutputLocation": "s3://data/mine/"},
    });
    let started = house
        .call("athena", "StartQueryExecution", input)
        .await
        .unwrap();
    let execution = house
        .ended(started["QueryExecutionId"].as_str().unwrap())
        .await;
    let output = execution["ResultConfiguration"]["OutputLocation"]
        .as_str()
        .unwrap();
    assert!(output.starts_with("s3://results/team/"), "{output}");
    let refused = house
        .call("athena", "DeleteWorkGroup", json!({"WorkGroup": "team"}))
        .await
        .unwrap_err();
    assert_eq!(refused.message, "WorkGroup team is not empty");
    let off = json!({"WorkGroup": "team", "State": "DISABLED"});
    house.call("athena", "UpdateWorkGroup", off).await.unwrap();
    let input = json!({"QueryString": "SELECT 1", "WorkGroup": "team"});
    let refused = house
        .call("athena", "StartQueryExecution", input)
        .await
        .unwrap_err();
    assert_eq!(refused.message, "WorkGroup team is disabled.");
    let arn = "arn:aws:athena:us-east-1:000000000000:workgroup/team";
    let tags = house
        .call("athena", "ListTagsForResource", json!({"ResourceARN": arn}))
        .await
        .unwrap();
    assert_eq!(tags["Tags"], json!([{"Key": "k", "Value": "v"}]));
    let all = json!({"WorkGroup": "team", "RecursiveDeleteOption": true});
    house.call("athena", "DeleteWorkGroup", all).await.unwrap();
    let groups = house
        .call("athena", "ListWorkGroups", json!({}))
        .await
        .unwrap();
    assert_eq!(groups["WorkGroups"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_had_not_ended_is_taken_up_after_a_restart() {
    let house = House::open().await;
    let select = house.run("SELECT 42").await;
    let insert = house.run("CREATE TABLE made AS SELECT 1 AS a").await;
    // As a crash would have left them: running, their results perhaps half there.
    for execution in [&select, &insert] {
        let key = store::Key::of(&[
            "000000000000",
            "us-east-1",
            execution["QueryExecutionId"].as_str().unwrap(),
        ]);
        let record = house
            .store
            .get("athena/executions", &key)
            .await
            .unwrap()
            .unwrap();
        let mut value: Value = record.json().unwrap();
        value["state"] = "RUNNING".into();
        let mut batch = store::Batch::new();
        batch
            .put_json("athena/executions", key.clone(), &value, store::Expect::Any)
            .unwrap();
        batch.put("athena/pending", key, "1");
        house.store.commit(batch).await.unwrap();
    }
    house.athena.start();
    let again = house
        .ended(select["QueryExecutionId"].as_str().unwrap())
        .await;
    assert_eq!(again["Status"]["State"], "SUCCEEDED");
    let failed = house
        .ended(insert["QueryExecutionId"].as_str().unwrap())
        .await;
    assert_eq!(failed["Status"]["State"], "FAILED");
    assert!(
        failed["Status"]["StateChangeReason"]
            .as_str()
            .unwrap()
            .contains("stopped while this query wrote")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn named_and_prepared_queries() {
    let house = House::open().await;
    let made = json!({"Name": "n", "Database": "default", "QueryString": "SELECT 1"});
    let made = house
        .call("athena", "CreateNamedQuery", made)
        .await
        .unwrap();
    let got = house
        .call("athena", "GetNamedQuery", made.clone())
        .await
        .unwrap();
    assert_eq!(got["NamedQuery"]["WorkGroup"], "primary");
    let list = house
        .call("athena", "ListNamedQueries", json!({}))
        .await
        .unwrap();
    assert_eq!(list["NamedQueryIds"], json!([made["NamedQueryId"]]));
    house
        .call("athena", "DeleteNamedQuery", made)
        .await
        .unwrap();
    house.run("PREPARE p FROM SELECT ? + 1, 'it?'").await;
    assert_eq!(
        house.rows("EXECUTE p USING 41").await.last().unwrap(),
        &["42", "it?"]
    );
    let input = json!({
        "QueryString": "SELECT ? AS a, ? AS b",
        "ExecutionParameters": ["1", "'x'"],
        "ResultConfiguration": {"OutputLocation": "s3://results/"},
    });
    let started = house
        .call("athena", "StartQueryExecution", input)
        .await
        .unwrap();
    let execution = house
        .ended(started["QueryExecutionId"].as_str().unwrap())
        .await;
    assert_eq!(execution["Status"]["State"], "SUCCEEDED", "{execution:#}");
    let refused = json!({"StatementName": "q", "WorkGroup": "primary"});
    let refused = house
        .call("athena", "GetPreparedStatement", refused)
        .await
        .unwrap_err();
    assert_eq!(refused.code, "ResourceNotFoundException");
}
