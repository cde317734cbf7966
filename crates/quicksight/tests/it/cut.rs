//! Imports that are cut off anywhere, as by a kill, and go on in the next life.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use aws::{ApiError, Call, DoorHandle, Invoke};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    bundles::{definition, ended, exported, furnished},
    support::House,
};

/// Lets some Calls to QuickSight through; the next one never returns, done or not.
struct Cut {
    door: DoorHandle,
    left: AtomicUsize,
    /// Whether the last one is done before it is lost.
    done: bool,
    hit: Arc<Notify>,
}

impl Invoke for Cut {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
        if &*call.service != "quicksight" {
            return self.door.call(call);
        }
        let left = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        if left.is_ok() {
            return self.door.call(call);
        }
        let (door, done, hit) = (self.door.clone(), self.done, Arc::clone(&self.hit));
        Box::pin(async move {
            if done {
                let _ = door.call(call).await;
            }
            hit.notify_one();
            futures::future::pending().await
        })
    }
}

/// Imports with a cut after so many Calls, and goes on; returns the job, and whether there was a cut at all.
async fn import(house: &mut House, input: Value, calls: usize, done: bool) -> (Value, bool) {
    let hit = Arc::new(Notify::new());
    let told = Arc::clone(&hit);
    house
        .restart(|door| {
            Arc::new(Cut {
                door,
                left: AtomicUsize::new(calls),
                done,
                hit,
            })
        })
        .await;
    house.ok("StartAssetBundleImportJob", input).await;
    let was_cut = tokio::select! {
        () = told.notified() => true,
        _ = ended(house, "AssetBundleImportJob", "in") => false,
    };
    house.restart(Arc::new).await;
    house.service.start();
    (ended(house, "AssetBundleImportJob", "in").await, was_cut)
}

async fn source(file: &[u8]) -> Value {
    use base64::{Engine, prelude::BASE64_STANDARD};
    json!({"Body": BASE64_STANDARD.encode(file)})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_after_a_cut_and_does_nothing_twice() {
    let mut house = furnished("DIRECT_QUERY").await;
    let parts = ["theme/dark", "folder/reports", "analysis/a", "dashboard/d"].map(|r| house.arn(r));
    let (_, file) = exported(&house, json!({"ResourceArns": parts, "ExportFormat": "QUICKSIGHT_JSON", "IncludeTags": true, "IncludeFolderMemberships": true})).await;
    let input = json!({"AssetBundleImportJobId": "in", "AssetBundleImportSource": source(&file).await,
        "OverrideParameters": {"Dashboards": [{"DashboardId": "d", "Name": "Imported"}]}});
    let mut version = 1;
    let mut cuts = 0;
    'all: for calls in 0.. {
        for done in [false, true] {
            let (job, was_cut) = import(&mut house, input.clone(), calls, done).await;
            assert_eq!(job["JobStatus"], "SUCCESSFUL", "{calls} {done}: {job}");
            version += 1;
            let dashboard = house
                .ok("DescribeDashboard", json!({"DashboardId": "d"}))
                .await["Dashboard"]
                .clone();
            assert_eq!(
                dashboard["Version"]["VersionNumber"], version,
                "{calls} {done}: one version more"
            );
            let theme =
                house.ok("DescribeTheme", json!({"ThemeId": "dark"})).await["Theme"].clone();
            assert_eq!(
                theme["Version"]["VersionNumber"], version,
                "{calls} {done}: one version more"
            );
            assert_eq!(dashboard["Name"], "Imported");
            if !was_cut {
                break 'all;
            }
            cuts += 1;
        }
    }
    // Folder, theme, analysis, dashboard, its tags, its folder, its publication.
    assert!(cuts >= 14, "{cuts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_goes_on_after_a_cut() {
    let mut house = furnished("DIRECT_QUERY").await;
    let parts = ["theme/dark", "analysis/a", "dashboard/d"].map(|r| house.arn(r));
    let (_, file) = exported(
        &house,
        json!({"ResourceArns": parts, "ExportFormat": "QUICKSIGHT_JSON"}),
    )
    .await;
    // Nothing can be drawn any more: the data set is gone. The theme is made, the analysis changed, before that is seen.
    house
        .ok("DeleteDashboard", json!({"DashboardId": "d"}))
        .await;
    house.ok("DeleteTheme", json!({"ThemeId": "dark"})).await;
    house.ok("UpdateAnalysis", json!({"AnalysisId": "a", "Name": "Kept", "Definition": definition(&house.arn("dataset/trips"))})).await;
    let input = json!({"AssetBundleImportJobId": "in", "AssetBundleImportSource": source(&file).await, "FailureAction": "ROLLBACK",
        "OverrideValidationStrategy": {"StrictModeForAllResources": true}});
    let sources = described_sources(&house).await;
    house
        .ok("DeleteDataSet", json!({"DataSetId": "trips"}))
        .await;
    let mut cuts = 0;
    'all: for calls in 0.. {
        for done in [false, true] {
            let (job, was_cut) = import(&mut house, input.clone(), calls, done).await;
            assert_eq!(
                job["JobStatus"], "FAILED_ROLLBACK_COMPLETED",
                "{calls} {done}: {job}"
            );
            for (operation, given) in [
                ("DescribeTheme", json!({"ThemeId": "dark"})),
                ("DescribeDashboard", json!({"DashboardId": "d"})),
            ] {
                assert_eq!(
                    house.refused(operation, given).await.0,
                    "ResourceNotFoundException",
                    "{calls} {done}"
                );
            }
            let analysis = house
                .ok("DescribeAnalysis", json!({"AnalysisId": "a"}))
                .await["Analysis"]
                .clone();
            assert_eq!(
                (&analysis["Name"], &analysis["Status"]),
                (&json!("Kept"), &json!("UPDATE_SUCCESSFUL")),
                "{calls} {done}"
            );
            assert_eq!(described_sources(&house).await, sources);
            if !was_cut {
                break 'all;
            }
            cuts += 1;
        }
    }
    assert!(cuts >= 4, "{cuts}");
}

async fn described_sources(house: &House) -> Value {
    house.ok("ListDataSources", json!({})).await["DataSources"].clone()
}
