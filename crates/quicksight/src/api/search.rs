//! Lists, and searches by name and by who may see.

use std::sync::Arc;

use aws::{ApiError, Operations};
use serde_json::Value;

use super::{
    analyses, dashboards, data_sets, data_sources, folders,
    list::Page,
    request::{Handlers, Request},
};
use crate::{
    QuickSight,
    asset::{ANALYSIS, Asset, DASHBOARD, DATA_SET, DATA_SOURCE, FOLDER, Kind, Permission},
    error::invalid,
};

/// Kind, operation, the answer's list, and how one is shown in it.
type Search = (
    &'static Kind,
    &'static str,
    &'static str,
    fn(&Asset) -> Value,
);

/// A list is a search without filters.
const OPERATIONS: [Search; 10] = [
    (
        &DATA_SOURCE,
        "ListDataSources",
        "DataSources",
        data_sources::shown,
    ),
    (
        &DATA_SOURCE,
        "SearchDataSources",
        "DataSourceSummaries",
        data_sources::summary,
    ),
    (
        &DATA_SET,
        "ListDataSets",
        "DataSetSummaries",
        data_sets::summary,
    ),
    (
        &DATA_SET,
        "SearchDataSets",
        "DataSetSummaries",
        data_sets::summary,
    ),
    (
        &ANALYSIS,
        "ListAnalyses",
        "AnalysisSummaryList",
        analyses::summary,
    ),
    (
        &ANALYSIS,
        "SearchAnalyses",
        "AnalysisSummaryList",
        analyses::summary,
    ),
    (
        &DASHBOARD,
        "ListDashboards",
        "DashboardSummaryList",
        dashboards::summary,
    ),
    (
        &DASHBOARD,
        "SearchDashboards",
        "DashboardSummaryList",
        dashboards::summary,
    ),
    (&FOLDER, "ListFolders", "FolderSummaryList", folders::shown),
    (
        &FOLDER,
        "SearchFolders",
        "FolderSummaryList",
        folders::shown,
    ),
];

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    OPERATIONS.iter().fold(operations, |operations, search| {
        operations.ask(service, search.1, move |s, r| run(s, search, r))
    })
}

async fn run(
    service: Arc<QuickSight>,
    &(kind, operation, list, show): &'static Search,
    request: Request,
) -> Result<Value, ApiError> {
    let filters = request.input.get("Filters").and_then(Value::as_array);
    let filters: Vec<Filter> = filters
        .into_iter()
        .flatten()
        .map(Filter::read)
        .collect::<Result<_, _>>()?;
    let mut found = Asset::all(&service.store, kind, &request.scope).await?;
    // What can still be restored is listed, but not found.
    let (searches, now_ms) = (operation.starts_with("Search"), service.clock.now_ms());
    found.retain(|asset| {
        let until = asset.deleted_until_ms;
        until.is_none_or(|until| !searches && until > now_ms)
            && filters.iter().all(|filter| filter.takes(asset))
    });
    Ok(Page::of(&request)?.answer(list, found, |a| a.id.clone(), show))
}

/// One condition.
enum Filter {
    Name {
        like: bool,
        value: String,
    },
    Parent(String),
    /// Who may see; who may change; who alone may change.
    Viewer(String),
    Owner(String),
    SoleOwner(String),
}

impl Filter {
    fn read(value: &Value) -> Result<Self, ApiError> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or("");
        let (name, wanted) = (text("Name"), text("Value").to_owned());
        let like = text("Operator") == "StringLike";
        Ok(match name {
            "PARENT_FOLDER_ARN" => Self::Parent(wanted),
            "QUICKSIGHT_USER" => Self::Viewer(wanted),
            _ if name.ends_with("_NAME") => Self::Name {
                like,
                value: wanted,
            },
            _ if name.ends_with("SOLE_OWNER") => Self::SoleOwner(wanted),
            _ if name.ends_with("VIEWER_OR_OWNER") => Self::Viewer(wanted),
            _ if name.ends_with("OWNER") => Self::Owner(wanted),
            _ => return Err(invalid(format!("Unknown filter name {name}"))),
        })
    }

    fn takes(&self, asset: &Asset) -> bool {
        match self {
            // Names have no case in a search, and a pattern's stars stand for anything.
            Self::Name { like: true, value } => {
                let name = asset.name.to_lowercase();
                value
                    .to_lowercase()
                    .split('*')
                    .filter(|part| !part.is_empty())
                    .all(|part| name.contains(part))
            }
            Self::Name { like: false, value } => asset.name.eq_ignore_ascii_case(value),
            Self::Parent(arn) => {
                asset.body.get("ParentFolderArn").and_then(Value::as_str) == Some(arn.as_str())
            }
            Self::Viewer(who) => asset.permissions.iter().any(|p| p.principal == *who),
            Self::Owner(who) => owners(asset).any(|p| p.principal == *who),
            Self::SoleOwner(who) => {
                let mut all = owners(asset);
                all.next().is_some_and(|p| p.principal == *who) && all.next().is_none()
            }
        }
    }
}

/// Owners may delete.
fn owners(asset: &Asset) -> impl Iterator<Item = &Permission> {
    asset
        .permissions
        .iter()
        .filter(|p| p.actions.iter().any(|a| a.starts_with("quicksight:Delete")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::asset::Scope;

    fn asset(name: &str, permissions: &[(&str, &str)]) -> Asset {
        let scope = Scope {
            account: "000000000000".into(),
            region: "us-east-1".into(),
        };
        let mut asset = Asset::new(&DASHBOARD, &scope, "d", name, 0);
        asset.permissions = permissions
            .iter()
            .map(|(who, action)| Permission {
                principal: (*who).to_owned(),
                actions: vec![(*action).to_owned()],
            })
            .collect();
        asset
    }

    fn takes(name: &str, operator: &str, value: &str, asset: &Asset) -> bool {
        let filter = json!({"Name": name, "Operator": operator, "Value": value});
        Filter::read(&filter).unwrap().takes(asset)
    }

    #[test]
    fn by_name_and_by_who() {
        let one = asset(
            "Taxi Trips",
            &[
                ("u", "quicksight:DeleteDashboard"),
                ("v", "quicksight:QueryDashboard"),
            ],
        );
        assert!(takes("DASHBOARD_NAME", "StringLike", "taxi", &one));
        assert!(!takes("DASHBOARD_NAME", "StringEquals", "taxi", &one));
        assert!(takes("DASHBOARD_NAME", "StringEquals", "taxi trips", &one));
        assert!(takes(
            "QUICKSIGHT_VIEWER_OR_OWNER",
            "StringEquals",
            "v",
            &one
        ));
        assert!(!takes("QUICKSIGHT_OWNER", "StringEquals", "v", &one));
        assert!(takes(
            "DIRECT_QUICKSIGHT_SOLE_OWNER",
            "StringEquals",
            "u",
            &one
        ));
        assert!(Filter::read(&json!({"Name": "X"})).is_err());
    }
}
