//! Asset bundles.

use std::time::Duration;

use aws::Principal;
use serde_json::{Value, json};

use crate::{
    pages::ask_as,
    support::{ACCOUNT, House},
};

pub(crate) const TRIPS: &str =
    "green,2020-01-01 00:10:00,1.5,1\nyellow,2020-01-02 00:00:00,2.5,2\n";

pub(crate) fn definition(arn: &str) -> Value {
    let column = json!({"DataSetIdentifier": "trips", "ColumnName": "distance"});
    json!({
        "DataSetIdentifierDeclarations": [{"Identifier": "trips", "DataSetArn": arn}],
        "CalculatedFields": [{"DataSetIdentifier": "trips", "Name": "twice", "Expression": "{distance} * 2"}],
        "Sheets": [{"SheetId": "s1", "Name": "Trips", "Visuals": [{"KPIVisual": {
            "VisualId": "kpi", "Title": {"Visibility": "VISIBLE", "FormatText": {"PlainText": "Miles"}},
            "ChartConfiguration": {"FieldWells": {"Values": [{"NumericalMeasureField": {"FieldId": "n", "Column": column,
                "AggregationFunction": {"SimpleNumericalAggregation": "AVERAGE"}}}]}}}}]}],
    })
}

/// Makes the source `athena`, the data set `trips` on it, a theme, a folder, and an analysis and a dashboard in it.
pub(crate) async fn furnished(mode: &str) -> House {
    let house = House::open().await;
    house.trips(TRIPS).await;
    house
        .data_set(json!({
            "DataSetId": "trips", "ImportMode": mode, "PhysicalTableMap": house.trips_table(),
            "Tags": [{"Key": "team", "Value": "fleet"}],
        }))
        .await;
    house
        .ok(
            "CreateTheme",
            json!({
                "ThemeId": "dark", "Name": "Dark", "BaseThemeId": "MIDNIGHT",
                "Configuration": {"UIColorPalette": {"Accent": "#FF0000"}},
            }),
        )
        .await;
    house
        .ok(
            "CreateFolder",
            json!({"FolderId": "reports", "Name": "Reports"}),
        )
        .await;
    let definition = definition(&house.arn("dataset/trips"));
    let who = json!([{"Principal": house.arn("user/default/ann"), "Actions": ["quicksight:DescribeDashboard", "quicksight:QueryDashboard"]}]);
    house
        .ok(
            "CreateAnalysis",
            json!({"AnalysisId": "a", "Name": "Draft", "Definition": definition}),
        )
        .await;
    house.ok("CreateDashboard", json!({
        "DashboardId": "d", "Name": "Trips", "Definition": definition, "ThemeArn": house.arn("theme/dark"),
        "VersionDescription": "first", "FolderArns": [house.arn("folder/reports")], "Permissions": who,
        "DashboardPublishOptions": {"AdHocFilteringOption": {"AvailabilityStatus": "DISABLED"}},
        "Tags": [{"Key": "team", "Value": "fleet"}],
    }))
    .await;
    house
}

/// Waits until a job has ended, and returns it.
pub(crate) async fn ended(house: &House, noun: &str, id: &str) -> Value {
    for _ in 0..2000 {
        let got = house
            .ok(&format!("Describe{noun}"), json!({format!("{noun}Id"): id}))
            .await;
        let status = got["JobStatus"].as_str().unwrap();
        if ![
            "QUEUED_FOR_IMMEDIATE_EXECUTION",
            "IN_PROGRESS",
            "FAILED_ROLLBACK_IN_PROGRESS",
        ]
        .contains(&status)
        {
            return got;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{noun} {id} does not end");
}

/// Exports, and returns the job with the file.
pub(crate) async fn exported(house: &House, mut input: Value) -> (Value, Vec<u8>) {
    input["AssetBundleExportJobId"] = "out".into();
    let started = house.ok("StartAssetBundleExportJob", input).await;
    assert_eq!(started["Arn"], house.arn("asset-bundle-export-job/out"));
    let job = ended(house, "AssetBundleExportJob", "out").await;
    assert_eq!(job["JobStatus"], "SUCCESSFUL", "{job}");
    let file = fetched(house, job["DownloadUrl"].as_str().unwrap()).await;
    (job, file)
}

async fn fetched(house: &House, url: &str) -> Vec<u8> {
    let path = url.strip_prefix("/_taxiway/reports/").unwrap();
    // Whoever has the URL.
    let nobody = Principal::root("999999999999", "us-west-2");
    let answer = ask_as(house, nobody, "GET", path, &json!({}), None).await;
    assert_eq!(
        answer.status,
        200,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    answer.body
}

pub(crate) async fn imported(house: &House, id: &str, file: &[u8], mut more: Value) -> Value {
    use base64::{Engine, prelude::BASE64_STANDARD};
    more["AssetBundleImportJobId"] = id.into();
    more["AssetBundleImportSource"] = json!({"Body": BASE64_STANDARD.encode(file)});
    house.ok("StartAssetBundleImportJob", more).await;
    ended(house, "AssetBundleImportJob", id).await
}

fn whole(house: &House) -> Value {
    json!({
        "ResourceArns": [house.arn("dashboard/d"), house.arn("analysis/a"), house.arn("folder/reports")], "ExportFormat": "QUICKSIGHT_JSON",
        "IncludeAllDependencies": true, "IncludePermissions": true, "IncludeTags": true, "IncludeFolderMemberships": true,
    })
}

/// All that describes what was made, but for times.
pub(crate) async fn described(house: &House, prefix: &str) -> Value {
    let id = |id: &str| format!("{prefix}{id}");
    let mut all = Vec::new();
    for (operation, member, name) in [
        ("DescribeDataSource", "DataSourceId", "athena"),
        ("DescribeDataSet", "DataSetId", "trips"),
        ("DescribeTheme", "ThemeId", "dark"),
        ("DescribeFolder", "FolderId", "reports"),
        ("ListFolderMembers", "FolderId", "reports"),
        ("DescribeAnalysisDefinition", "AnalysisId", "a"),
        ("DescribeDashboard", "DashboardId", "d"),
        ("DescribeDashboardDefinition", "DashboardId", "d"),
        ("DescribeDashboardPermissions", "DashboardId", "d"),
    ] {
        let mut got = house.ok(operation, json!({member: id(name)})).await;
        got["RequestId"] = Value::Null;
        all.push(got);
    }
    for resource in ["dashboard/", "dataset/"] {
        let name = if resource == "dashboard/" {
            "d"
        } else {
            "trips"
        };
        let arn = house.arn(&format!("{resource}{}", id(name)));
        let mut got = house
            .of(
                "quicksight",
                "ListTagsForResource",
                json!({"ResourceArn": arn}),
            )
            .await
            .unwrap();
        got["RequestId"] = Value::Null;
        all.push(got);
    }
    let mut all = Value::Array(all);
    timeless(&mut all);
    all
}

fn timeless(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(timeless),
        Value::Object(members) => {
            members.retain(|name, _| !name.ends_with("Time") && name != "RequestId");
            members.values_mut().for_each(timeless);
        }
        _ => {}
    }
}

async fn clear(house: &House) {
    for (operation, input) in [
        ("DeleteDashboard", json!({"DashboardId": "d"})),
        (
            "DeleteAnalysis",
            json!({"AnalysisId": "a", "ForceDeleteWithoutRecovery": true}),
        ),
        ("DeleteTheme", json!({"ThemeId": "dark"})),
        ("DeleteFolder", json!({"FolderId": "reports"})),
        ("DeleteDataSet", json!({"DataSetId": "trips"})),
        ("DeleteDataSource", json!({"DataSourceId": "athena"})),
    ] {
        house.ok(operation, input).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_exported_comes_back_as_it_was() {
    let house = furnished("SPICE").await;
    house.ok("PutDataSetRefreshProperties", json!({"DataSetId": "trips", "DataSetRefreshProperties": {"RefreshConfiguration": {
        "IncrementalRefresh": {"LookbackWindow": {"ColumnName": "at", "Size": 1, "SizeUnit": "DAY"}}}}}))
        .await;
    let schedule = json!({"ScheduleId": "daily", "RefreshType": "INCREMENTAL_REFRESH", "ScheduleFrequency": {"Interval": "DAILY", "TimeOfTheDay": "03:00"}});
    house
        .ok(
            "CreateRefreshSchedule",
            json!({"DataSetId": "trips", "Schedule": schedule}),
        )
        .await;
    let schedules = house
        .ok("ListRefreshSchedules", json!({"DataSetId": "trips"}))
        .await["RefreshSchedules"]
        .clone();
    let before = described(&house, "").await;
    let (job, file) = exported(&house, whole(&house)).await;
    assert_eq!(job["IncludeAllDependencies"], true);
    assert_eq!(&file[..4], b"PK\x03\x04");
    assert!(
        job.get("Errors").is_none() && job.get("Warnings").is_none(),
        "{job}"
    );

    clear(&house).await;
    let job = imported(&house, "in", &file, json!({})).await;
    assert_eq!(job["JobStatus"], "SUCCESSFUL", "{job}");
    let ingestions = house
        .ok("ListIngestions", json!({"DataSetId": "trips"}))
        .await;
    house
        .ingested(
            "trips",
            ingestions["Ingestions"][0]["IngestionId"].as_str().unwrap(),
        )
        .await;
    assert_eq!(described(&house, "").await, before);
    let back = house
        .ok("ListRefreshSchedules", json!({"DataSetId": "trips"}))
        .await["RefreshSchedules"]
        .clone();
    assert_eq!(back, schedules);
    let properties = house
        .ok(
            "DescribeDataSetRefreshProperties",
            json!({"DataSetId": "trips"}),
        )
        .await;
    let size = properties.pointer(
        "/DataSetRefreshProperties/RefreshConfiguration/IncrementalRefresh/LookbackWindow/Size",
    );
    assert_eq!(size.unwrap(), 1);

    // The file that was handed in can be had again, and jobs are listed.
    let url = job["AssetBundleImportSource"]["Body"].as_str().unwrap();
    assert_eq!(fetched(&house, url).await, file);
    let listed = house.ok("ListAssetBundleImportJobs", json!({})).await;
    assert_eq!(
        listed["AssetBundleImportJobSummaryList"][0]["AssetBundleImportJobId"],
        "in"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_changes_what_is_there_and_its_request_overrides() {
    let house = furnished("DIRECT_QUERY").await;
    let (_, file) = exported(&house, whole(&house)).await;
    // What is there is changed: a new version is published, tags and permissions are added.
    let changed = definition(&house.arn("dataset/trips"));
    let mut other = changed.clone();
    other["Sheets"][0]["Name"] = "Other".into();
    house
        .ok(
            "UpdateDashboard",
            json!({"DashboardId": "d", "Name": "Changed", "Definition": other}),
        )
        .await;
    house
        .ok(
            "UpdateDashboardPublishedVersion",
            json!({"DashboardId": "d", "VersionNumber": 2}),
        )
        .await;
    let job = imported(&house, "again", &file, json!({
        "OverrideParameters": {"Dashboards": [{"DashboardId": "d", "Name": "Renamed"}]},
        "OverrideTags": {"Dashboards": [{"DashboardIds": ["*"], "Tags": [{"Key": "stage", "Value": "prod"}]}]},
    }))
    .await;
    assert_eq!(job["JobStatus"], "SUCCESSFUL", "{job}");
    let dashboard = house
        .ok("DescribeDashboard", json!({"DashboardId": "d"}))
        .await["Dashboard"]
        .clone();
    assert_eq!(
        (&dashboard["Name"], &dashboard["Version"]["VersionNumber"]),
        (&json!("Renamed"), &json!(3))
    );
    let shown = house
        .ok("DescribeDashboardDefinition", json!({"DashboardId": "d"}))
        .await;
    assert_eq!(shown["Definition"], changed);
    let tags = house
        .of(
            "quicksight",
            "ListTagsForResource",
            json!({"ResourceArn": house.arn("dashboard/d")}),
        )
        .await
        .unwrap();
    assert_eq!(
        tags["Tags"],
        json!([{"Key": "team", "Value": "fleet"}, {"Key": "stage", "Value": "prod"}])
    );

    // With a prefix all is made anew beside it.
    let job = imported(&house, "copy", &file, json!({
        "OverrideParameters": {
            "ResourceIdOverrideConfiguration": {"PrefixForAllResources": "copy-"},
            "DataSources": [{"DataSourceId": "athena", "Name": "Copied"}, {"DataSourceId": "nowhere", "Name": "x"}]},
        "OverridePermissions": {"Dashboards": [{"DashboardIds": ["d"], "Permissions": {"Principals": ["p"], "Actions": ["quicksight:DescribeDashboard"]}}]},
    }))
    .await;
    assert_eq!(job["JobStatus"], "SUCCESSFUL", "{job}");
    assert!(
        job["Warnings"][0]["Message"]
            .as_str()
            .unwrap()
            .contains("nowhere"),
        "{job}"
    );
    let source = house
        .ok("DescribeDataSource", json!({"DataSourceId": "copy-athena"}))
        .await;
    assert_eq!(source["DataSource"]["Name"], "Copied");
    let copy = house
        .ok(
            "DescribeDashboardDefinition",
            json!({"DashboardId": "copy-d"}),
        )
        .await;
    let arn = house.arn("dataset/copy-trips");
    assert_eq!(copy["Definition"], definition(&arn));
    assert_eq!(copy["ThemeArn"], house.arn("theme/copy-dark"));
    let who = house
        .ok(
            "DescribeDashboardPermissions",
            json!({"DashboardId": "copy-d"}),
        )
        .await;
    assert_eq!(
        who["Permissions"],
        json!([{"Principal": "p", "Actions": ["quicksight:DescribeDashboard"]}])
    );
    let members = house
        .ok("ListFolderMembers", json!({"FolderId": "copy-reports"}))
        .await;
    assert_eq!(members["FolderMemberList"][0]["MemberId"], "copy-d");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_import_goes_back_where_it_should() {
    let house = furnished("DIRECT_QUERY").await;
    let parts = ["theme/dark", "analysis/a", "dashboard/d"].map(|r| house.arn(r));
    let (_, file) = exported(
        &house,
        json!({"ResourceArns": parts, "ExportFormat": "QUICKSIGHT_JSON"}),
    )
    .await;
    house
        .ok("DeleteDashboard", json!({"DashboardId": "d"}))
        .await;
    house
        .ok("DeleteDataSet", json!({"DataSetId": "trips"}))
        .await;
    house.ok("UpdateTheme", json!({"ThemeId": "dark", "Name": "Newer", "BaseThemeId": "MIDNIGHT", "Configuration": {"UIColorPalette": {"Accent": "#00FF00"}}})).await;
    let before = house.ok("DescribeTheme", json!({"ThemeId": "dark"})).await["Theme"].clone();
    let analysis = house
        .ok("DescribeAnalysisDefinition", json!({"AnalysisId": "a"}))
        .await;

    let job = imported(&house, "back", &file, json!({"FailureAction": "ROLLBACK"})).await;
    assert_eq!(job["JobStatus"], "FAILED_ROLLBACK_COMPLETED", "{job}");
    assert_eq!(job["Errors"][0]["Arn"], house.arn("analysis/a"), "{job}");
    assert!(
        job["Errors"][0]["Message"]
            .as_str()
            .unwrap()
            .contains("dataset/trips"),
        "{job}"
    );
    assert_eq!(
        house.ok("DescribeTheme", json!({"ThemeId": "dark"})).await["Theme"],
        before
    );
    let versions = house
        .ok("ListThemeVersions", json!({"ThemeId": "dark"}))
        .await;
    assert_eq!(
        versions["ThemeVersionSummaryList"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        house
            .ok("DescribeAnalysisDefinition", json!({"AnalysisId": "a"}))
            .await["ResourceStatus"],
        analysis["ResourceStatus"]
    );
    assert_eq!(
        house
            .refused("DescribeDashboard", json!({"DashboardId": "d"}))
            .await
            .0,
        "ResourceNotFoundException"
    );

    let job = imported(
        &house,
        "stays",
        &file,
        json!({"FailureAction": "DO_NOTHING"}),
    )
    .await;
    assert_eq!(job["JobStatus"], "FAILED", "{job}");
    assert_eq!(
        job["Errors"].as_array().unwrap().len(),
        2,
        "the analysis and the dashboard: {job}"
    );
    let theme = house.ok("DescribeTheme", json!({"ThemeId": "dark"})).await["Theme"].clone();
    assert_eq!(
        (&theme["Name"], &theme["Version"]["VersionNumber"]),
        (&json!("Dark"), &json!(3))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_export_takes_along() {
    let house = furnished("DIRECT_QUERY").await;
    house.ok("CreateFolder", json!({"FolderId": "inner", "Name": "Inner", "ParentFolderArn": house.arn("folder/reports")})).await;
    house
        .ok(
            "CreateFolderMembership",
            json!({"FolderId": "inner", "MemberType": "DATASET", "MemberId": "trips"}),
        )
        .await;
    let template = |more: Value| {
        let house = &house;
        async move {
            let mut input = json!({"ResourceArns": [house.arn("folder/reports")], "ExportFormat": "CLOUDFORMATION_JSON"});
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            let (_, file) = exported(house, input).await;
            let made: Value = serde_json::from_slice(&file).unwrap();
            made["Resources"].clone()
        }
    };
    let names = |resources: &Value| {
        let mut names: Vec<String> = resources.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(names(&template(json!({})).await), "Folderreports");
    let one = template(json!({"IncludeFolderMembers": "ONE_LEVEL"})).await;
    assert_eq!(names(&one), "Dashboardd Folderreports");
    assert!(one["Dashboardd"]["Properties"].get("Permissions").is_none());
    let all = template(json!({"IncludeFolderMembers": "RECURSE", "IncludeAllDependencies": true, "IncludePermissions": true})).await;
    assert_eq!(
        names(&all),
        "Dashboardd DataSettrips DataSourceathena Folderinner Folderreports Themedark"
    );
    assert_eq!(
        all["Dashboardd"]["Properties"]["Permissions"][0]["Principal"],
        house.arn("user/default/ann")
    );
    assert_eq!(all["Folderinner"]["DependsOn"], json!(["Folderreports"]));

    // What has errors is exported with warnings, unless it is to be strict.
    house.ok("DeleteTheme", json!({"ThemeId": "dark"})).await;
    let mut broken = definition(&house.arn("dataset/trips"));
    broken["CalculatedFields"][0]["Expression"] = "{nothing}".into();
    broken["Sheets"][0]["Visuals"][0]["KPIVisual"]["ChartConfiguration"]["FieldWells"]["Values"]
        [0]["NumericalMeasureField"]["Column"]["ColumnName"] = "nothing".into();
    house.ok("CreateDashboard", json!({"DashboardId": "broken", "Name": "x", "Definition": broken, "ValidationStrategy": {"Mode": "LENIENT"}})).await;
    let mut input =
        json!({"ResourceArns": [house.arn("dashboard/broken")], "ExportFormat": "QUICKSIGHT_JSON"});
    let (job, _) = exported(&house, input.clone()).await;
    assert!(
        job["Warnings"][0]["Message"]
            .as_str()
            .unwrap()
            .contains("nothing"),
        "{job}"
    );
    input["ValidationStrategy"] = json!({"StrictModeForAllResources": true});
    input["AssetBundleExportJobId"] = "out".into();
    house.ok("StartAssetBundleExportJob", input).await;
    let job = ended(&house, "AssetBundleExportJob", "out").await;
    assert_eq!(
        (&job["JobStatus"], &job["Errors"][0]["Arn"]),
        (&json!("FAILED"), &json!(house.arn("dashboard/broken"))),
        "{job}"
    );
    assert!(job.get("DownloadUrl").is_none());

    // What is not there is named.
    house.ok("StartAssetBundleExportJob", json!({
        "AssetBundleExportJobId": "out", "ExportFormat": "QUICKSIGHT_JSON", "IncludeAllDependencies": true,
        "ResourceArns": [house.arn("dashboard/d"), house.arn("dashboard/gone")],
    }))
    .await;
    let job = ended(&house, "AssetBundleExportJob", "out").await;
    let mut gone: Vec<&str> = job["Errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["Arn"].as_str().unwrap())
        .collect();
    gone.sort_unstable();
    assert_eq!(gone, [house.arn("dashboard/gone"), house.arn("theme/dark")]);
    assert_eq!(job["Errors"][0]["Type"], "ResourceNotFoundException");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals() {
    let house = furnished("DIRECT_QUERY").await;
    let export = |arn: String| json!({"AssetBundleExportJobId": "x", "ExportFormat": "QUICKSIGHT_JSON", "ResourceArns": [arn]});
    for arn in [
        house.arn("template/t"),
        house.arn("user/default/ann"),
        house.arn("dashboard/d").replace(ACCOUNT, "111111111111"),
    ] {
        let (code, message) = house
            .refused("StartAssetBundleExportJob", export(arn.clone()))
            .await;
        assert!(
            code == "InvalidParameterValueException" && message.contains(&arn),
            "{message}"
        );
    }
    let mut both = export(house.arn("dashboard/d"));
    both["CloudFormationOverridePropertyConfiguration"] =
        json!({"ResourceIdOverrideConfiguration": {"PrefixForAllResources": true}});
    assert_eq!(
        house.refused("StartAssetBundleExportJob", both).await.0,
        "InvalidParameterValueException"
    );
    for noun in ["AssetBundleExportJob", "AssetBundleImportJob"] {
        let (code, _) = house
            .refused(
                &format!("Describe{noun}"),
                json!({format!("{noun}Id"): "nowhere"}),
            )
            .await;
        assert_eq!(code, "ResourceNotFoundException");
    }
    for source in [json!({}), json!({"Body": "", "S3Uri": "s3://data/x"})] {
        let (code, _) = house
            .refused(
                "StartAssetBundleImportJob",
                json!({"AssetBundleImportJobId": "i", "AssetBundleImportSource": source}),
            )
            .await;
        assert_eq!(code, "InvalidParameterValueException");
    }
    house.put("not-a-bundle", "text").await;
    for (uri, word) in [
        ("s3://data/nowhere", "nowhere"),
        ("s3://data/not-a-bundle", "not a zip archive"),
        ("https://example.com/x", "not the URI of an S3 object"),
    ] {
        house
            .ok(
                "StartAssetBundleImportJob",
                json!({"AssetBundleImportJobId": "i", "AssetBundleImportSource": {"S3Uri": uri}}),
            )
            .await;
        let job = ended(&house, "AssetBundleImportJob", "i").await;
        assert_eq!(job["JobStatus"], "FAILED");
        assert!(
            job["Errors"][0]["Message"].as_str().unwrap().contains(word),
            "{job}"
        );
        assert_eq!(job["AssetBundleImportSource"]["S3Uri"], uri);
    }
    // A URL is good for its file alone, and only as it was made.
    let (job, _) = exported(
        &house,
        json!({"ResourceArns": [house.arn("theme/dark")], "ExportFormat": "QUICKSIGHT_JSON"}),
    )
    .await;
    let url = job["DownloadUrl"].as_str().unwrap();
    let path = url.strip_prefix("/_taxiway/reports/").unwrap();
    for wrong in [
        path.replace("out.qs", "in.qs"),
        path.replace("code=e", "code=f"),
        "bundles/out.qs".to_owned(),
    ] {
        let root = Principal::root(ACCOUNT, "us-east-1");
        let answer = ask_as(&house, root, "GET", &wrong, &json!({}), None).await;
        assert_eq!(
            answer.refused(),
            (403, "AccessDeniedException".into()),
            "{wrong}"
        );
    }
}
