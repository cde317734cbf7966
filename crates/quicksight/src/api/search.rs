//! Lists, and searches by name and by who may see.
//!
//! What they answer does not depend on who asks: whether one may list or search is a matter of IAM's, and a search is for
//! the user that its filter names.

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
    asset::{ANALYSIS, Asset, DASHBOARD, DATA_SET, DATA_SOURCE, FOLDER, Kind, Scope},
    error::invalid,
    principal::{Reach, names_of_arn, owner_action},
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
    let mut filters = Vec::new();
    let given = request.input.get("Filters").and_then(Value::as_array);
    for filter in given.into_iter().flatten() {
        filters.push(Filter::read(&service, &request.scope, filter).await?);
    }
    // What can still be restored is listed, but not found.
    let (searches, now_ms) = (operation.starts_with("Search"), service.clock.now_ms());
    let mut found = Vec::new();
    for asset in Asset::all(&service.store, kind, &request.scope).await? {
        let until = asset.deleted_until_ms;
        let mut taken = until.is_none_or(|until| !searches && until > now_ms);
        for filter in &filters {
            taken = taken && filter.takes(&service, &request.scope, kind, &asset).await?;
        }
        if taken {
            found.push(asset);
        }
    }
    Ok(Page::of(&request)?.answer(list, found, |a| a.id.clone(), show))
}

/// One condition.
#[derive(Debug)]
enum Filter {
    Name {
        like: bool,
        value: String,
    },
    /// Directly in a folder; in none, so at the root.
    Parent(Option<String>),
    /// One of these is at least that; by the asset's own permissions alone, or through folders too.
    Who {
        names: Vec<String>,
        least: Reach,
        through_folders: bool,
    },
    SoleOwner(String),
}

impl Filter {
    /// **Errors**: `InvalidParameterValueException`.
    async fn read(service: &QuickSight, scope: &Scope, value: &Value) -> Result<Self, ApiError> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or("");
        let (name, wanted) = (text("Name"), text("Value").to_owned());
        let like = text("Operator") == "StringLike";
        if name.is_empty() {
            return Err(invalid("A filter needs a Name"));
        }
        if name.ends_with("_NAME") {
            return Ok(Self::Name {
                like,
                value: wanted,
            });
        }
        if like {
            return Err(invalid(format!(
                "The StringLike operator is not supported for the filter {name}"
            )));
        }
        if name == "PARENT_FOLDER_ARN" {
            return Ok(Self::Parent(Some(wanted).filter(|arn| !arn.is_empty())));
        }
        if name.ends_with("SOLE_OWNER") {
            return Ok(Self::SoleOwner(wanted));
        }
        let direct = name.starts_with("DIRECT_");
        let names = if direct {
            vec![wanted]
        } else {
            names_of_arn(service, scope, &wanted).await?
        };
        let least = match name.ends_with("_OWNER") && !name.ends_with("VIEWER_OR_OWNER") {
            true => Reach::Owner,
            false => Reach::Viewer,
        };
        Ok(Self::Who {
            names,
            least,
            through_folders: !direct,
        })
    }

    async fn takes(
        &self,
        service: &QuickSight,
        scope: &Scope,
        kind: &Kind,
        asset: &Asset,
    ) -> Result<bool, ApiError> {
        Ok(match self {
            // Names have no case in a search.
            Self::Name { like: true, value } => {
                asset.name.to_lowercase().contains(&value.to_lowercase())
            }
            Self::Name { like: false, value } => asset.name.eq_ignore_ascii_case(value),
            Self::Parent(arn) => {
                asset.body.get("ParentFolderArn").and_then(Value::as_str) == arn.as_deref()
            }
            Self::Who {
                names,
                least,
                through_folders,
            } => {
                let mut reach = Reach::direct(kind, asset, names);
                if *through_folders && reach < Some(*least) {
                    reach = Reach::through_folders(service, scope, kind, asset, names).await?;
                }
                reach >= Some(*least)
            }
            Self::SoleOwner(who) => {
                let owns = owner_action(kind);
                let all = asset.permissions.iter();
                let mut owners = all.filter(|p| p.actions.contains(&owns));
                owners.next().is_some_and(|p| p.principal == *who) && owners.next().is_none()
            }
        })
    }
}
