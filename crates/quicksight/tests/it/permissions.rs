//! What registered users may do.

use aws::Principal;
use serde_json::{Value, json};

use crate::{
    bundles::{definition, ended, furnished},
    embedded::redeemed,
    pages::ask_as,
    support::{ACCOUNT, House},
};

/// A session of the role `Desk`.
fn session(name: &str) -> Principal {
    Principal {
        arn: format!("arn:aws:sts::{ACCOUNT}:assumed-role/Desk/{name}").into(),
        ..Principal::root(ACCOUNT, "us-east-1")
    }
}

pub(crate) async fn register(house: &House, name: &str, role: &str) -> String {
    let made = house.ok("RegisterUser", json!({
        "IdentityType": "IAM", "IamArn": format!("arn:aws:iam::{ACCOUNT}:role/Desk"), "SessionName": name,
        "Email": "x@example.com", "UserRole": role, "Namespace": "default",
    }))
    .await;
    made["User"]["Arn"].as_str().unwrap().to_owned()
}

pub(crate) async fn call(
    house: &House,
    who: &str,
    operation: &str,
    mut input: Value,
) -> Result<Value, String> {
    if !operation.ends_with("Resource") {
        input["AwsAccountId"] = ACCOUNT.into();
    }
    let made = house
        .of_as(session(who), "quicksight", operation, input)
        .await;
    made.map_err(|error| format!("{}: {}", error.code, error.message))
}

pub(crate) async fn grant(house: &House, noun: &str, id: &str, who: &str, actions: &[&str]) {
    let actions: Vec<String> = actions.iter().map(|a| format!("quicksight:{a}")).collect();
    house.ok(&format!("Update{noun}Permissions"), json!({
        format!("{noun}Id"): id, "GrantPermissions": [{"Principal": who, "Actions": actions}],
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_allowed_by_its_asset_alone() {
    let house = furnished("DIRECT_QUERY").await;
    let ann = register(&house, "ann", "AUTHOR").await;
    let given = definition(&house.arn("dataset/trips"));
    let update = json!({"DashboardId": "d", "Name": "Ann's", "Definition": given});
    let all = [
        (
            "DescribeDashboard",
            json!({"DashboardId": "d"}),
            "dashboard/d",
        ),
        (
            "DescribeDataSource",
            json!({"DataSourceId": "athena"}),
            "datasource/athena",
        ),
        (
            "DescribeDataSet",
            json!({"DataSetId": "trips"}),
            "dataset/trips",
        ),
        ("DescribeAnalysis", json!({"AnalysisId": "a"}), "analysis/a"),
        (
            "DescribeFolder",
            json!({"FolderId": "reports"}),
            "folder/reports",
        ),
        ("DescribeTheme", json!({"ThemeId": "dark"}), "theme/dark"),
        (
            "DescribeDashboardPermissions",
            json!({"DashboardId": "d"}),
            "dashboard/d",
        ),
        (
            "DeleteDashboard",
            json!({"DashboardId": "d"}),
            "dashboard/d",
        ),
        (
            "DeleteDataSource",
            json!({"DataSourceId": "athena"}),
            "datasource/athena",
        ),
        (
            "CreateIngestion",
            json!({"DataSetId": "trips", "IngestionId": "i"}),
            "dataset/trips",
        ),
        ("UpdateDashboard", update.clone(), "dashboard/d"),
        (
            "UpdateDashboardPermissions",
            json!({"DashboardId": "d", "GrantPermissions": [{"Principal": ann, "Actions": ["quicksight:DeleteDashboard"]}]}),
            "dashboard/d",
        ),
        (
            "TagResource",
            json!({"ResourceArn": house.arn("dashboard/d"), "Tags": [{"Key": "a", "Value": "b"}]}),
            "dashboard/d",
        ),
    ];
    for (operation, input, resource) in &all {
        let refused = call(&house, "ann", operation, input.clone())
            .await
            .unwrap_err();
        let action = format!("quicksight:{operation}");
        let words = format!(
            "AccessDeniedException: User: arn:aws:sts::{ACCOUNT}:assumed-role/Desk/ann is not authorized to perform: {action} \
             on resource: {} because no resource-based policy allows the {action} action",
            house.arn(resource)
        );
        assert_eq!(refused, words);
    }
    // The account's own principal, a principal that is no user, and an administrator may do all.
    register(&house, "boss", "ADMIN").await;
    for who in ["boss", "nobody"] {
        call(
            &house,
            who,
            "DescribeDashboard",
            json!({"DashboardId": "d"}),
        )
        .await
        .unwrap();
        call(&house, who, "UpdateDashboard", update.clone())
            .await
            .unwrap();
    }
    house
        .ok("DescribeDashboard", json!({"DashboardId": "d"}))
        .await;
    // What is not there is still not there.
    let gone = call(
        &house,
        "ann",
        "DescribeDashboard",
        json!({"DashboardId": "gone"}),
    )
    .await
    .unwrap_err();
    assert!(gone.contains("ResourceNotFoundException"), "{gone}");

    grant(
        &house,
        "Dashboard",
        "d",
        &ann,
        &["DescribeDashboard", "QueryDashboard"],
    )
    .await;
    call(
        &house,
        "ann",
        "DescribeDashboard",
        json!({"DashboardId": "d"}),
    )
    .await
    .unwrap();
    call(
        &house,
        "ann",
        "DescribeDashboardDefinition",
        json!({"DashboardId": "d"}),
    )
    .await
    .unwrap();
    assert!(
        call(&house, "ann", "UpdateDashboard", update.clone())
            .await
            .is_err()
    );
    // Whoever changes what is drawn needs the data, too.
    grant(&house, "Dashboard", "d", &ann, &["UpdateDashboard"]).await;
    let refused = call(&house, "ann", "UpdateDashboard", update.clone())
        .await
        .unwrap_err();
    assert!(
        refused.contains("quicksight:PassDataSet on resource") && refused.contains("dataset/trips"),
        "{refused}"
    );
    grant(&house, "DataSet", "trips", &ann, &["PassDataSet"]).await;
    call(&house, "ann", "UpdateDashboard", update)
        .await
        .unwrap();

    // Who makes something owns it.
    let made = json!({"AnalysisId": "own", "Name": "Own", "Definition": given});
    call(&house, "ann", "CreateAnalysis", made).await.unwrap();
    call(
        &house,
        "ann",
        "DescribeAnalysis",
        json!({"AnalysisId": "own"}),
    )
    .await
    .unwrap();
    call(
        &house,
        "ann",
        "DeleteAnalysis",
        json!({"AnalysisId": "own"}),
    )
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_namespaces_and_folders_hand_permissions_on() {
    let house = furnished("DIRECT_QUERY").await;
    for name in ["ann", "bob", "cat"] {
        register(&house, name, "READER").await;
    }
    let see = |who: &'static str, operation: &'static str| {
        let house = &house;
        async move {
            call(house, who, operation, json!({"DashboardId": "d"}))
                .await
                .is_ok()
        }
    };
    let group = house
        .ok(
            "CreateGroup",
            json!({"GroupName": "fleet", "Namespace": "default"}),
        )
        .await["Group"]["Arn"]
        .clone();
    house
        .ok(
            "CreateGroupMembership",
            json!({"GroupName": "fleet", "Namespace": "default", "MemberName": "Desk/ann"}),
        )
        .await;
    grant(
        &house,
        "Dashboard",
        "d",
        group.as_str().unwrap(),
        &["DescribeDashboard"],
    )
    .await;
    assert!(see("ann", "DescribeDashboard").await && !see("bob", "DescribeDashboard").await);
    // Nobody joins a group by himself, or becomes an administrator.
    let join = json!({"GroupName": "fleet", "Namespace": "default", "MemberName": "Desk/bob"});
    assert!(
        call(&house, "bob", "CreateGroupMembership", join)
            .await
            .unwrap_err()
            .contains("AccessDenied")
    );

    // The viewers of a folder look at what is in it, its owners change it.
    let [bob, cat] = ["bob", "cat"].map(|name| house.arn(&format!("user/default/Desk/{name}")));
    house
        .ok("CreateFolder", json!({"FolderId": "top", "Name": "Top"}))
        .await;
    house.ok("CreateFolder", json!({"FolderId": "inner", "Name": "Inner", "ParentFolderArn": house.arn("folder/top")})).await;
    house
        .ok(
            "CreateFolderMembership",
            json!({"FolderId": "inner", "MemberType": "DASHBOARD", "MemberId": "d"}),
        )
        .await;
    grant(&house, "Folder", "top", &bob, &["DescribeFolder"]).await;
    assert!(see("bob", "DescribeDashboard").await && !see("bob", "DeleteDashboard").await);
    assert!(!see("bob", "DescribeDashboardPermissions").await);
    assert!(!see("cat", "DescribeDashboard").await);
    // One's own folder does not open the assets of others.
    call(
        &house,
        "cat",
        "CreateFolder",
        json!({"FolderId": "cats", "Name": "Cat's"}),
    )
    .await
    .unwrap();
    let take = json!({"FolderId": "cats", "MemberType": "DASHBOARD", "MemberId": "d"});
    assert!(
        call(&house, "cat", "CreateFolderMembership", take)
            .await
            .unwrap_err()
            .contains("dashboard/d")
    );
    // A link is for all of a namespace.
    house.ok("UpdateDashboardPermissions", json!({"DashboardId": "d", "GrantLinkPermissions": [
        {"Principal": house.arn("namespace/default"), "Actions": ["quicksight:DescribeDashboard", "quicksight:QueryDashboard"]}]})).await;
    assert!(see("cat", "DescribeDashboard").await);
    grant(&house, "Folder", "top", &cat, &["UpdateFolder"]).await;
    assert!(see("cat", "DeleteDashboard").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_bundles_ask_for_permissions_too() {
    let house = furnished("DIRECT_QUERY").await;
    let ann = register(&house, "ann", "AUTHOR").await;
    let given = definition(&house.arn("dataset/trips"));
    let page = |path: &'static str, question: Value| {
        let house = &house;
        async move { ask_as(house, session("ann"), "POST", path, &question, None).await }
    };
    let denied = (403, "AccessDeniedException".to_owned());
    for (path, question) in [
        ("visual", json!({"dashboardId": "d", "visualId": "kpi"})),
        ("export", json!({"dashboardId": "d", "format": "svg"})),
        ("visual", json!({"analysisId": "a", "visualId": "kpi"})),
        ("visual", json!({"definition": given, "visualId": "kpi"})),
        ("suggest", json!({"dataSetId": "trips"})),
    ] {
        assert_eq!(
            page(path, question.clone()).await.refused(),
            denied,
            "{path} {question}"
        );
    }
    grant(&house, "Dashboard", "d", &ann, &["QueryDashboard"]).await;
    let shown = page("visual", json!({"dashboardId": "d", "visualId": "kpi"}))
        .await
        .json();
    assert_eq!(shown["kind"], "kpi");
    let as_other = page(
        "visual",
        json!({"dashboardId": "d", "visualId": "kpi", "user": ann}),
    )
    .await;
    assert_eq!(
        as_other.refused(),
        denied,
        "only an administrator looks through the eyes of others"
    );

    // An embedded dashboard is for those who may see it.
    let bob = register(&house, "bob", "READER").await;
    for (user, status) in [(&ann, 200), (&bob, 403)] {
        let made = house.ok("GenerateEmbedUrlForRegisteredUser", json!({"UserArn": user, "ExperienceConfiguration": {"Dashboard": {"InitialDashboardId": "d"}}})).await;
        let session = redeemed(&house, &made).await;
        let nobody = Principal::root("999999999999", "us-west-2");
        let about = json!({"dashboardId": "d"});
        let shown = ask_as(
            &house,
            nobody,
            "POST",
            "embed/dashboard",
            &about,
            Some(&session),
        )
        .await;
        assert_eq!(shown.status, status, "{user}");
    }

    let export = |arn: String| json!({"AssetBundleExportJobId": "out", "ExportFormat": "QUICKSIGHT_JSON", "ResourceArns": [arn], "IncludeAllDependencies": true});
    call(
        &house,
        "ann",
        "StartAssetBundleExportJob",
        export(house.arn("dashboard/d")),
    )
    .await
    .unwrap();
    let job = ended(&house, "AssetBundleExportJob", "out").await;
    let kinds: Vec<&str> = job["Errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["Type"].as_str().unwrap())
        .collect();
    assert!(
        !kinds.is_empty() && kinds.iter().all(|k| *k == "AccessDeniedException"),
        "{job}"
    );
    // What another has exported is not for everybody.
    house
        .ok("StartAssetBundleExportJob", export(house.arn("theme/dark")))
        .await;
    ended(&house, "AssetBundleExportJob", "out").await;
    let refused = call(
        &house,
        "ann",
        "DescribeAssetBundleExportJob",
        json!({"AssetBundleExportJobId": "out"}),
    )
    .await
    .unwrap_err();
    assert!(refused.contains("AccessDeniedException"), "{refused}");
}
