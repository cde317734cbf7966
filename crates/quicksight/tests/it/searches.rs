//! Whom lists and searches answer with what.

use aws::Principal;
use serde_json::{Value, json};

use crate::{
    bundles::furnished,
    permissions::{call, grant, register},
    support::House,
};

async fn dashboards(house: &House, name: &str, value: &str) -> Vec<String> {
    let operator = if name.ends_with("_NAME") {
        "StringLike"
    } else {
        "StringEquals"
    };
    let filters = json!([{"Name": name, "Operator": operator, "Value": value}]);
    ids(&house
        .ok("SearchDashboards", json!({"Filters": filters}))
        .await)
}

fn ids(answer: &Value) -> Vec<String> {
    let all = answer["DashboardSummaryList"].as_array().unwrap();
    all.iter()
        .map(|d| d["DashboardId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_for_whom_its_filter_names() {
    let house = furnished("DIRECT_QUERY").await;
    for name in ["ann", "bob", "cat"] {
        register(&house, name, "READER").await;
    }
    let [ann, bob, cat] =
        ["ann", "bob", "cat"].map(|n| house.arn(&format!("user/default/Desk/{n}")));
    let in_fleet = json!({"GroupName": "fleet", "Namespace": "default"});
    let fleet = house.ok("CreateGroup", in_fleet.clone()).await["Group"]["Arn"].clone();
    let fleet = fleet.as_str().unwrap();
    let mut joins = in_fleet;
    joins["MemberName"] = "Desk/ann".into();
    house.ok("CreateGroupMembership", joins).await;

    assert!(dashboards(&house, "QUICKSIGHT_USER", &ann).await.is_empty());
    grant(
        &house,
        "Dashboard",
        "d",
        fleet,
        &["DescribeDashboard", "DeleteDashboard"],
    )
    .await;
    // By its group, which is none of its own permissions.
    for name in [
        "QUICKSIGHT_USER",
        "QUICKSIGHT_OWNER",
        "QUICKSIGHT_VIEWER_OR_OWNER",
    ] {
        assert_eq!(dashboards(&house, name, &ann).await, ["d"], "{name}");
        assert!(dashboards(&house, name, &bob).await.is_empty(), "{name}");
    }
    for name in [
        "DIRECT_QUICKSIGHT_OWNER",
        "DIRECT_QUICKSIGHT_VIEWER_OR_OWNER",
    ] {
        assert!(dashboards(&house, name, &ann).await.is_empty(), "{name}");
        assert_eq!(dashboards(&house, name, fleet).await, ["d"], "{name}");
    }
    assert_eq!(
        dashboards(&house, "DIRECT_QUICKSIGHT_SOLE_OWNER", fleet).await,
        ["d"]
    );
    grant(&house, "Dashboard", "d", &cat, &["DeleteDashboard"]).await;
    assert!(
        dashboards(&house, "DIRECT_QUICKSIGHT_SOLE_OWNER", fleet)
            .await
            .is_empty()
    );

    // By a folder: viewers see, owners own.
    grant(&house, "Folder", "reports", &bob, &["DescribeFolder"]).await;
    assert_eq!(
        dashboards(&house, "QUICKSIGHT_VIEWER_OR_OWNER", &bob).await,
        ["d"]
    );
    assert!(
        dashboards(&house, "QUICKSIGHT_OWNER", &bob)
            .await
            .is_empty()
    );
    assert!(
        dashboards(&house, "DIRECT_QUICKSIGHT_VIEWER_OR_OWNER", &bob)
            .await
            .is_empty()
    );
    grant(&house, "Folder", "reports", &bob, &["UpdateFolder"]).await;
    assert_eq!(dashboards(&house, "QUICKSIGHT_OWNER", &bob).await, ["d"]);
    assert!(
        dashboards(&house, "QUICKSIGHT_OWNER", &house.arn("user/default/gone"))
            .await
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_searches_answer_everybody_alike() {
    let house = furnished("DIRECT_QUERY").await;
    register(&house, "ann", "READER").await;
    let by_name =
        json!({"Filters": [{"Name": "DASHBOARD_NAME", "Operator": "StringLike", "Value": "rip"}]});
    for (operation, input) in [("ListDashboards", json!({})), ("SearchDashboards", by_name)] {
        let mine = call(&house, "ann", operation, input.clone()).await.unwrap();
        assert_eq!(ids(&mine), ["d"], "{operation}");
        assert_eq!(ids(&house.ok(operation, input).await), ["d"], "{operation}");
    }
    // Listed, but not to be looked at.
    let refused = call(
        &house,
        "ann",
        "DescribeDashboard",
        json!({"DashboardId": "d"}),
    )
    .await;
    assert!(refused.unwrap_err().contains("AccessDeniedException"));
    // Of another account there is nothing.
    let other = Principal::root("111111111111", "us-east-1");
    let input = json!({"AwsAccountId": "111111111111"});
    let theirs = house
        .of_as(other, "quicksight", "ListDashboards", input)
        .await
        .unwrap();
    assert!(ids(&theirs).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_are_one_and_whole() {
    let house = furnished("DIRECT_QUERY").await;
    assert_eq!(dashboards(&house, "DASHBOARD_NAME", "TRIP").await, ["d"]);
    assert!(
        dashboards(&house, "DASHBOARD_NAME", "Tr*s")
            .await
            .is_empty()
    );
    let refused = |filters: Value| {
        let house = &house;
        async move {
            house
                .refused("SearchDashboards", json!({"Filters": filters}))
                .await
        }
    };
    let like = json!({"Name": "QUICKSIGHT_USER", "Operator": "StringLike", "Value": "x"});
    let (code, message) = refused(json!([like])).await;
    assert_eq!(code, "InvalidParameterValueException");
    assert!(
        message.contains("StringLike") && message.contains("QUICKSIGHT_USER"),
        "{message}"
    );
    let nameless = json!({"Operator": "StringEquals", "Value": "x"});
    assert_eq!(
        refused(json!([nameless])).await.0,
        "InvalidParameterValueException"
    );
    let (code, message) = refused(json!([])).await;
    assert_eq!(code, "ValidationException", "{message}");
    assert_eq!(refused(json!([like, like])).await.0, "ValidationException");

    // Folders by where they are.
    house.ok("CreateFolder", json!({"FolderId": "inner", "Name": "Inner", "ParentFolderArn": house.arn("folder/reports")})).await;
    for (parent, want) in [
        ("", "reports"),
        (house.arn("folder/reports").as_str(), "inner"),
    ] {
        let filter =
            json!([{"Name": "PARENT_FOLDER_ARN", "Operator": "StringEquals", "Value": parent}]);
        let found = house.ok("SearchFolders", json!({"Filters": filter})).await;
        let found = found["FolderSummaryList"].as_array().unwrap();
        assert_eq!(
            (found.len(), &found[0]["FolderId"]),
            (1, &json!(want)),
            "{parent}"
        );
    }
}
