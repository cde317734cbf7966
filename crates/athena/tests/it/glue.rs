//! Glue's lists: pages of them, and what failed of a batch.

use serde_json::{Value, json};

use crate::support::House;

async fn tables(house: &House) {
    for (database, name, owner) in [
        ("one", "b", "x"),
        ("one", "a", "y"),
        ("two", "d", "x"),
        ("two", "c", "x"),
    ] {
        let made = json!({"DatabaseInput": {"Name": database}});
        let _ = house.call("glue", "CreateDatabase", made).await;
        let table = json!({"DatabaseName": database, "TableInput": {"Name": name, "Owner": owner}});
        house.glue("CreateTable", table).await;
    }
}

/// Follows a list to its end, and returns the names on each page.
async fn pages(house: &House, operation: &str, list: &str, mut input: Value) -> Vec<String> {
    let mut pages = Vec::new();
    loop {
        let page = house.glue(operation, input.clone()).await;
        let items = page[list].as_array().unwrap().iter();
        let names: Vec<&str> = items.map(|i| i["Name"].as_str().unwrap()).collect();
        pages.push(names.join(" "));
        match page["NextToken"].as_str() {
            Some(token) => input["NextToken"] = token.into(),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn pages_join_to_the_whole_in_whatever_order() {
    let house = House::open().await;
    tables(&house).await;
    let databases = json!({"MaxResults": 1, "AttributesToGet": ["NAME"]});
    let databases = pages(&house, "GetDatabases", "DatabaseList", databases).await;
    assert_eq!(databases, ["default", "one", "two"]);
    let of_two = json!({"DatabaseName": "two", "MaxResults": 1});
    assert_eq!(
        pages(&house, "GetTables", "TableList", of_two).await,
        ["c", "d"]
    );
    let search = |direction: &str| {
        json!({"MaxResults": 2, "SortCriteria": [{"FieldName": "Name", "Sort": direction}],
               "Filters": [{"Key": "Owner", "Value": "x"}]})
    };
    let up = pages(&house, "SearchTables", "TableList", search("ASC")).await;
    assert_eq!(up, ["b c", "d"]);
    let down = pages(&house, "SearchTables", "TableList", search("DESC")).await;
    assert_eq!(down, ["d c", "b"]);
    let foreign = json!({"DatabaseName": "one", "NextToken": "no token"});
    let refused = house.call("glue", "GetTables", foreign).await.unwrap_err();
    assert_eq!(refused.code, "InvalidInputException");
    assert_eq!(refused.message, "Invalid NextToken: no token");
}

#[tokio::test]
async fn a_batch_says_what_failed_of_it() {
    let house = House::open().await;
    tables(&house).await;
    let input = json!({"DatabaseName": "one", "TablesToDelete": ["a", "z"]});
    let answer = house.glue("BatchDeleteTable", input).await;
    let failed = json!([{
        "TableName": "z",
        "ErrorDetail": {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Table z not found."},
    }]);
    assert_eq!(answer["Errors"], failed);
    let input = json!({"DatabaseName": "one", "TablesToDelete": ["b"]});
    assert_eq!(house.glue("BatchDeleteTable", input).await, json!({}));
}
