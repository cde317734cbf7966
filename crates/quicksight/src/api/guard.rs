//! Who may call what: permissions of assets, where a registered user asks.

use std::sync::Arc;

use aws::{ApiError, Arn, Context};
use serde_json::{Value, json};

use crate::{
    QuickSight,
    asset::{
        ANALYSIS, Asset, DASHBOARD, DATA_SET, DATA_SOURCE, FOLDER, KINDS, Kind, Scope, arns_in,
    },
    principal::Caller,
};

/// What a call does with an asset: its kind, its id, and the actions of which one must be allowed.
type Need = (&'static Kind, String, Vec<String>);

/// Lets a call pass that its caller may make.
///
/// **Errors**: `AccessDeniedException`. What is not there is left to the handler.
pub(super) async fn guard(
    service: Arc<QuickSight>,
    context: Context,
    operation: &'static str,
    mut input: Value,
) -> Result<Value, ApiError> {
    let scope = Scope::of(&context);
    let caller = Caller::of(&service, &scope, &context.principal).await?;
    let Caller::User { names, .. } = &caller else {
        return Ok(input);
    };
    if administers(operation) {
        return Err(caller.refusal(&format!("quicksight:{operation}"), "*"));
    }
    for (kind, id, actions) in needs(operation, &input) {
        if let Some(asset) = Asset::find(&service.store, kind, &scope, &id).await? {
            caller
                .check(&service, &scope, kind, &asset, &actions)
                .await?;
        }
    }
    if let (Some(kind), Some(user)) = (made(operation), names.first())
        && input.get("Permissions").is_none()
    {
        // Who makes an asset would else be the first who may not see it.
        input["Permissions"] = json!([{"Principal": user, "Actions": owners(kind)}]);
    }
    Ok(input)
}

/// Users, groups and namespaces are an administrator's.
fn administers(operation: &str) -> bool {
    let changes = ["Register", "Create", "Update", "Delete"];
    let whose = ["User", "Group", "Namespace"];
    changes.iter().any(|verb| {
        let noun = operation.strip_prefix(verb);
        noun.is_some_and(|noun| whose.iter().any(|w| noun.starts_with(w)))
    })
}

/// Returns the kind of asset that an operation makes.
fn made(operation: &str) -> Option<&'static Kind> {
    let noun = operation.strip_prefix("Create")?;
    KINDS.into_iter().find(|kind| kind.noun == noun)
}

fn needs(operation: &str, input: &Value) -> Vec<Need> {
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    let mut found: Vec<Need> = Vec::new();
    let making = made(operation);
    for kind in KINDS {
        let id = text(&format!("{}Id", kind.noun));
        if let Some(id) = id.filter(|_| making.is_none()) {
            found.push((kind, id.to_owned(), actions(operation, kind)));
        }
    }
    if let Some((kind, id)) = text("ResourceArn").and_then(of_arn) {
        found.push((kind, id, actions(operation, kind)));
    }
    // Who is in a folder sees what is put there.
    let member = KINDS
        .into_iter()
        .find(|k| Some(k.arn.to_uppercase().as_str()) == text("MemberType"));
    if let (Some(kind), Some(id)) = (member, text("MemberId")) {
        found.push((
            kind,
            id.to_owned(),
            vec![format!("quicksight:Update{}", kind.noun)],
        ));
    }
    for path in [
        "/ExperienceConfiguration/Dashboard/InitialDashboardId",
        "/ExperienceConfiguration/DashboardVisual/InitialDashboardVisualId/DashboardId",
    ] {
        if let Some(id) = input.pointer(path).and_then(Value::as_str) {
            found.push((&DASHBOARD, id.to_owned(), actions(operation, &DASHBOARD)));
        }
    }
    // What is made or changed stands on data that its maker may use.
    let of = operation
        .strip_prefix("Create")
        .or(operation.strip_prefix("Update"))
        .unwrap_or("");
    if KINDS.iter().any(|kind| kind.noun == of) {
        for (name, value) in input.as_object().into_iter().flatten() {
            if !["Permissions", "LinkEntities", "LinkSharingConfiguration"].contains(&name.as_str())
            {
                arns_in(value, &mut |arn| {
                    found.extend(of_arn(arn).and_then(|(kind, id)| used(kind, id)))
                });
            }
        }
    }
    found
}

/// Returns what is needed to use an asset in another.
fn used(kind: &'static Kind, id: String) -> Option<Need> {
    let action = match kind.noun {
        noun if [DATA_SET.noun, DATA_SOURCE.noun].contains(&noun) => format!("Pass{noun}"),
        noun if noun == ANALYSIS.noun => format!("Describe{noun}"),
        noun if noun == FOLDER.noun => "CreateFolderMembership".into(),
        _ => return None,
    };
    Some((kind, id, vec![format!("quicksight:{action}")]))
}

fn of_arn(arn: &str) -> Option<(&'static Kind, String)> {
    let arn: Arn = arn.parse().ok()?;
    let (name, id) = arn.kind_and_name();
    let kind = KINDS
        .into_iter()
        .find(|k| arn.service == "quicksight" && k.arn == name)?;
    Some((kind, id.split('/').next().unwrap_or(id).to_owned()))
}

/// Returns the actions of which one allows an operation: its own, and for one that permissions cannot name that of
/// looking at the asset, or of changing it.
fn actions(operation: &str, kind: &Kind) -> Vec<String> {
    let noun = kind.noun;
    let own = format!("quicksight:{operation}");
    let named = operation == format!("Delete{noun}") || operation.ends_with("Permissions");
    if named {
        return vec![own];
    }
    let looks = [
        "Describe",
        "List",
        "GetDashboardEmbedUrl",
        "GenerateEmbedUrlForRegisteredUser",
    ];
    let verb = match looks.iter().any(|l| operation.starts_with(l)) {
        true => "Describe",
        false => "Update",
    };
    vec![own, format!("quicksight:{verb}{noun}")]
}

/// Returns what an owner of an asset may do with it, as QuickSight's own console gives it.
fn owners(kind: &Kind) -> Vec<String> {
    let noun = kind.noun;
    let more: &[&str] = match noun {
        "DataSource" => &["PassDataSource"],
        "DataSet" => &[
            "PassDataSet",
            "DescribeIngestion",
            "ListIngestions",
            "CreateIngestion",
            "CancelIngestion",
        ],
        "Analysis" => &["RestoreAnalysis", "QueryAnalysis"],
        "Dashboard" => &[
            "ListDashboardVersions",
            "QueryDashboard",
            "UpdateDashboardPublishedVersion",
        ],
        "Folder" => &[
            "CreateFolder",
            "CreateFolderMembership",
            "DeleteFolderMembership",
        ],
        _ => &[],
    };
    ["Describe", "Update", "Delete"]
        .iter()
        .map(|verb| format!("quicksight:{verb}{noun}"))
        .chain(
            ["Describe", "Update"]
                .iter()
                .map(|verb| format!("quicksight:{verb}{noun}Permissions")),
        )
        .chain(more.iter().map(|action| format!("quicksight:{action}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(operation: &str, input: Value) -> Vec<String> {
        let needs = needs(operation, &input).into_iter();
        needs
            .map(|(kind, id, actions)| {
                format!(
                    "{}/{id} {}",
                    kind.arn,
                    actions.join("|").replace("quicksight:", "")
                )
            })
            .collect()
    }

    #[test]
    fn what_a_call_needs() {
        let arn = |resource: &str| format!("arn:aws:quicksight:us-east-1:000000000000:{resource}");
        assert_eq!(
            asked("DescribeDashboardDefinition", json!({"DashboardId": "d"})),
            ["dashboard/d DescribeDashboardDefinition|DescribeDashboard"]
        );
        assert_eq!(
            asked("DeleteDashboard", json!({"DashboardId": "d"})),
            ["dashboard/d DeleteDashboard"]
        );
        assert_eq!(
            asked("UpdateDashboardPermissions", json!({"DashboardId": "d"})),
            ["dashboard/d UpdateDashboardPermissions"]
        );
        assert_eq!(
            asked("StartDashboardSnapshotJob", json!({"DashboardId": "d"})),
            ["dashboard/d StartDashboardSnapshotJob|UpdateDashboard"]
        );
        assert_eq!(
            asked("CreateIngestion", json!({"DataSetId": "d"})),
            ["dataset/d CreateIngestion|UpdateDataSet"]
        );
        assert_eq!(
            asked("TagResource", json!({"ResourceArn": arn("folder/f")})),
            ["folder/f TagResource|UpdateFolder"]
        );
        assert_eq!(
            asked(
                "CreateFolderMembership",
                json!({"FolderId": "f", "MemberType": "DATASET", "MemberId": "d"})
            ),
            [
                "folder/f CreateFolderMembership|UpdateFolder",
                "dataset/d UpdateDataSet"
            ]
        );
        assert_eq!(
            asked(
                "CreateDashboard",
                json!({
                    "DashboardId": "new", "Permissions": [{"Principal": arn("dataset/x")}], "FolderArns": [arn("folder/f")],
                    "Definition": {"DataSetIdentifierDeclarations": [{"DataSetArn": arn("dataset/d")}]},
                })
            ),
            ["folder/f CreateFolderMembership", "dataset/d PassDataSet"]
        );
        assert_eq!(asked("ListDashboards", json!({})), [""; 0]);
        assert!(administers("RegisterUser") && administers("CreateGroupMembership"));
        assert!(!administers("DescribeUser") && !administers("UpdateDashboard"));
    }
}
