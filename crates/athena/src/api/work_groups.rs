//! Work groups and engine versions.

use std::sync::Arc;

use aws::{ApiError, Context, Operations};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Batch, Expect, Scan, StoreError};

use super::tags::{self, Tag};
use crate::{
    catalog::Scope,
    execution::ORDER,
    paging::page,
    service::{Athena, invalid_input},
    workgroup::{
        Configuration, ENGINE_VERSION, EngineVersion, PRIMARY, ResultConfiguration, WORK_GROUPS,
        WorkGroup, key,
    },
};

pub(crate) fn operations(athena: &Arc<Athena>, operations: Operations) -> Operations {
    operations
        .on(athena, "CreateWorkGroup", create)
        .on(athena, "GetWorkGroup", get)
        .on(athena, "ListWorkGroups", list)
        .on(athena, "UpdateWorkGroup", update)
        .on(athena, "DeleteWorkGroup", delete)
        .on(athena, "ListEngineVersions", engine_versions)
}

fn check_location(configuration: &ResultConfiguration) -> Result<(), ApiError> {
    match configuration.output_location.as_deref() {
        Some(url) if !url.starts_with("s3://") || url.len() < 6 => {
            Err(invalid_input("outputLocation is not a valid S3 path."))
        }
        _ => Ok(()),
    }
}

fn check_engine(version: Option<&EngineVersion>) -> Result<(), ApiError> {
    match version.and_then(|v| v.selected_engine_version.as_deref()) {
        None | Some("AUTO" | ENGINE_VERSION) => Ok(()),
        Some(other) => Err(invalid_input(format!(
            "Engine version {other} is not supported."
        ))),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    name: String,
    configuration: Option<Configuration>,
    description: Option<String>,
    tags: Option<Vec<Tag>>,
}

async fn create(athena: Arc<Athena>, context: Context, input: Create) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    let configuration = input.configuration.unwrap_or_default();
    check_location(&configuration.result_configuration)?;
    check_engine(configuration.engine_version.as_ref())?;
    if input.name == PRIMARY {
        return Err(invalid_input(format!(
            "WorkGroup {PRIMARY} is already created"
        )));
    }
    let group = WorkGroup {
        name: input.name.clone(),
        state: "ENABLED".into(),
        description: input.description,
        creation_time: crate::execution::seconds(athena.clock.now_ms()),
        configuration: configuration.completed(),
    };
    let mut batch = Batch::new();
    batch
        .put_json(
            WORK_GROUPS,
            key(&scope, &input.name),
            &group,
            Expect::Absent,
        )
        .map_err(ApiError::internal)?;
    match athena.store.commit(batch).await {
        Ok(()) => {}
        Err(StoreError::Conflict { .. }) => {
            return Err(invalid_input(format!(
                "WorkGroup {} is already created",
                input.name
            )));
        }
        Err(error) => return Err(ApiError::internal(error)),
    }
    if let Some(given) = input.tags.filter(|t| !t.is_empty()) {
        let arn = format!(
            "arn:aws:athena:{}:{}:workgroup/{}",
            scope.region, scope.account, input.name
        );
        tags::put(&athena, &scope, &arn, given).await?;
    }
    Ok(json!({}))
}

async fn find(athena: &Athena, scope: &Scope, name: &str) -> Result<WorkGroup, ApiError> {
    let found = athena
        .work_group(scope, name)
        .await
        .map_err(ApiError::internal)?;
    found.ok_or_else(|| invalid_input(format!("WorkGroup {name} is not found.")))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    work_group: String,
}

async fn get(athena: Arc<Athena>, context: Context, input: Named) -> Result<Value, ApiError> {
    let group = find(&athena, &Athena::scope(&context), &input.work_group).await?;
    Ok(json!({"WorkGroup": group}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    next_token: Option<String>,
    max_results: Option<usize>,
}

async fn list(athena: Arc<Athena>, context: Context, input: List) -> Result<Value, ApiError> {
    let groups = athena
        .work_groups(&Athena::scope(&context))
        .await
        .map_err(ApiError::internal)?;
    let (groups, next) = page(
        groups,
        |g| g.name.clone(),
        input.next_token.as_deref(),
        input.max_results.unwrap_or(50),
    )
    .map_err(invalid_input)?;
    let groups: Vec<Value> = groups
        .into_iter()
        .map(|g| {
            json!({
                "Name": g.name,
                "State": g.state,
                "Description": g.description.unwrap_or_default(),
                "CreationTime": g.creation_time,
                "EngineVersion": g.configuration.engine_version,
            })
        })
        .collect();
    let mut output = json!({"WorkGroups": groups});
    if let Some(next) = next {
        output["NextToken"] = next.into();
    }
    Ok(output)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResultUpdates {
    output_location: Option<String>,
    remove_output_location: Option<bool>,
    encryption_configuration: Option<Value>,
    remove_encryption_configuration: Option<bool>,
    expected_bucket_owner: Option<String>,
    remove_expected_bucket_owner: Option<bool>,
    acl_configuration: Option<Value>,
    remove_acl_configuration: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Updates {
    enforce_work_group_configuration: Option<bool>,
    result_configuration_updates: Option<ResultUpdates>,
    publish_cloud_watch_metrics_enabled: Option<bool>,
    bytes_scanned_cutoff_per_query: Option<u64>,
    remove_bytes_scanned_cutoff_per_query: Option<bool>,
    requester_pays_enabled: Option<bool>,
    engine_version: Option<EngineVersion>,
    #[serde(flatten)]
    others: IndexMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Update {
    work_group: String,
    description: Option<String>,
    configuration_updates: Option<Updates>,
    state: Option<String>,
}

fn change<T>(value: &mut Option<T>, given: Option<T>, remove: Option<bool>) {
    if remove == Some(true) {
        *value = None;
    } else if given.is_some() {
        *value = given;
    }
}

async fn update(athena: Arc<Athena>, context: Context, input: Update) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    let mut group = find(&athena, &scope, &input.work_group).await?;
    change(&mut group.description, input.description, None);
    if let Some(state) = input.state {
        group.state = state;
    }
    let updates = input.configuration_updates.unwrap_or_default();
    check_engine(updates.engine_version.as_ref())?;
    let configuration = &mut group.configuration;
    change(
        &mut configuration.enforce_work_group_configuration,
        updates.enforce_work_group_configuration,
        None,
    );
    change(
        &mut configuration.publish_cloud_watch_metrics_enabled,
        updates.publish_cloud_watch_metrics_enabled,
        None,
    );
    change(
        &mut configuration.requester_pays_enabled,
        updates.requester_pays_enabled,
        None,
    );
    change(
        &mut configuration.bytes_scanned_cutoff_per_query,
        updates.bytes_scanned_cutoff_per_query,
        updates.remove_bytes_scanned_cutoff_per_query,
    );
    change(
        &mut configuration.engine_version,
        updates.engine_version,
        None,
    );
    for (name, value) in updates.others {
        match name.as_str() {
            "ManagedQueryResultsConfigurationUpdates" => {
                return Err(invalid_input("Managed query results are not supported."));
            }
            "RemoveCustomerContentEncryptionConfiguration" if value == Value::Bool(true) => {
                configuration
                    .others
                    .shift_remove("CustomerContentEncryptionConfiguration");
            }
            "RemoveCustomerContentEncryptionConfiguration" => {}
            _ => {
                configuration.others.insert(name, value);
            }
        }
    }
    if let Some(r) = updates.result_configuration_updates {
        let result = &mut configuration.result_configuration;
        change(
            &mut result.output_location,
            r.output_location,
            r.remove_output_location,
        );
        change(
            &mut result.encryption_configuration,
            r.encryption_configuration,
            r.remove_encryption_configuration,
        );
        change(
            &mut result.expected_bucket_owner,
            r.expected_bucket_owner,
            r.remove_expected_bucket_owner,
        );
        change(
            &mut result.acl_configuration,
            r.acl_configuration,
            r.remove_acl_configuration,
        );
        check_location(result)?;
    }
    group.configuration = std::mem::take(&mut group.configuration).completed();
    let mut batch = Batch::new();
    batch
        .put_json(WORK_GROUPS, key(&scope, &group.name), &group, Expect::Any)
        .map_err(ApiError::internal)?;
    athena
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    work_group: String,
    recursive_delete_option: Option<bool>,
}

async fn delete(athena: Arc<Athena>, context: Context, input: Delete) -> Result<Value, ApiError> {
    let scope = Athena::scope(&context);
    if input.work_group == PRIMARY {
        return Err(invalid_input("Cannot delete the primary WorkGroup"));
    }
    let group = find(&athena, &scope, &input.work_group).await?;
    let parts = [&*scope.account, &*scope.region, group.name.as_str()];
    let mut batch = Batch::new();
    let mut used = false;
    for table in [
        ORDER,
        super::named_queries::BY_GROUP,
        crate::execution::PREPARED,
    ] {
        for (at, _) in athena
            .store
            .scan(table, &Scan::prefix(&parts))
            .await
            .map_err(ApiError::internal)?
        {
            used = true;
            if table == super::named_queries::BY_GROUP
                && let Some(id) = at.parts().get(3)
            {
                batch.delete(
                    super::named_queries::NAMED,
                    store::Key::of(&[parts[0], parts[1], id]),
                );
            }
            batch.delete(table, at);
        }
    }
    if used && input.recursive_delete_option != Some(true) {
        return Err(invalid_input(format!(
            "WorkGroup {} is not empty",
            group.name
        )));
    }
    batch.delete(WORK_GROUPS, key(&scope, &group.name));
    athena
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({}))
}

async fn engine_versions(_: Arc<Athena>, _: Context, input: List) -> Result<Value, ApiError> {
    let names = vec!["AUTO".to_owned(), ENGINE_VERSION.to_owned()];
    let (names, next) = page(
        names,
        Clone::clone,
        input.next_token.as_deref(),
        input.max_results.unwrap_or(10),
    )
    .map_err(invalid_input)?;
    let versions: Vec<Value> = names
        .iter()
        .map(|n| json!({"SelectedEngineVersion": n, "EffectiveEngineVersion": ENGINE_VERSION}))
        .collect();
    let mut output = json!({"EngineVersions": versions});
    if let Some(next) = next {
        output["NextToken"] = next.into();
    }
    Ok(output)
}
