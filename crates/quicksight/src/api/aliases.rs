//! Aliases of templates and themes: names for versions.

use std::sync::Arc;

use aws::{ApiError, Operations};
use serde_json::{Value, json};
use store::{Batch, Expect, StoreError};

use super::{
    list::Page,
    request::{Handlers, Request},
};
use crate::{
    QuickSight,
    asset::{Asset, Kind, Scope, TEMPLATE, THEME, Version},
    error::{exists, missing},
    event,
};

const ALIASES: &str = "quicksight/aliases";

/// Kind, and what its five operations are called.
type Names = (&'static Kind, [&'static str; 5]);

const OPERATIONS: [Names; 2] = [
    (
        &TEMPLATE,
        [
            "CreateTemplateAlias",
            "UpdateTemplateAlias",
            "DescribeTemplateAlias",
            "DeleteTemplateAlias",
            "ListTemplateAliases",
        ],
    ),
    (
        &THEME,
        [
            "CreateThemeAlias",
            "UpdateThemeAlias",
            "DescribeThemeAlias",
            "DeleteThemeAlias",
            "ListThemeAliases",
        ],
    ),
];

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    OPERATIONS.iter().fold(
        operations,
        |operations, &(kind, [create, update, describe, delete, all])| {
            operations
                .ask(service, create, move |s, r| set(s, kind, r, true))
                .ask(service, update, move |s, r| set(s, kind, r, false))
                .ask(service, describe, move |s, r| self::describe(s, kind, r))
                .ask(service, delete, move |s, r| self::delete(s, kind, r))
                .ask(service, all, move |s, r| list(s, kind, r))
        },
    )
}

/// Returns the number of the version that an alias means.
///
/// **Errors**: `ResourceNotFoundException`.
pub(super) async fn target(
    service: &QuickSight,
    kind: &Kind,
    scope: &Scope,
    found: &Asset,
    name: &str,
) -> Result<u64, ApiError> {
    match name {
        "$LATEST" => Ok(found.version),
        "$PUBLISHED" => Ok(found.published),
        _ => {
            let at = scope.key(&[kind.arn, &found.id, name]);
            let number = service
                .store
                .get_json(ALIASES, &at)
                .await
                .map_err(ApiError::internal)?;
            number.ok_or_else(|| gone(kind, found, name))
        }
    }
}

fn gone(kind: &Kind, found: &Asset, name: &str) -> ApiError {
    missing(
        kind.resource_type,
        format!("{} {} has no alias {name}", kind.noun, found.id),
    )
}

/// Adds the deletion of all aliases of an asset to a batch.
pub(super) async fn forget(
    service: &QuickSight,
    batch: &mut Batch,
    kind: &Kind,
    scope: &Scope,
    id: &str,
) -> Result<(), ApiError> {
    let rows = service
        .store
        .scan(ALIASES, &scope.scan(&[kind.arn, id]))
        .await;
    for (key, _) in rows.map_err(ApiError::internal)? {
        batch.delete(ALIASES, key);
    }
    Ok(())
}

fn shown(kind: &Kind, found: &Asset, name: &str, number: u64) -> Value {
    json!({
        "AliasName": name, "Arn": format!("{}/alias/{name}", found.arn),
        format!("{}VersionNumber", kind.noun): number,
    })
}

async fn asset(service: &QuickSight, kind: &Kind, request: &Request) -> Result<Asset, ApiError> {
    let id = request.text(&format!("{}Id", kind.noun));
    Ok(Asset::get(&service.store, kind, &request.scope, id)
        .await?
        .0)
}

async fn set(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    request: Request,
    is_new: bool,
) -> Result<Value, ApiError> {
    let scope = &request.scope;
    let found = asset(&service, kind, &request).await?;
    let name = request.text("AliasName");
    let number = request
        .number(&format!("{}VersionNumber", kind.noun))
        .unwrap_or(0);
    Version::get(&service.store, kind, scope, &found, number).await?;
    let expect = if is_new {
        Expect::Absent
    } else {
        Expect::Present
    };
    let mut batch = Batch::new();
    let put = batch.put_json(
        ALIASES,
        scope.key(&[kind.arn, &found.id, name]),
        &number,
        expect,
    );
    put.map_err(ApiError::internal)?;
    if kind.noun == THEME.noun {
        let what = if is_new { "Created" } else { "Updated" };
        batch.publish(event::of_asset(
            scope,
            kind,
            &found,
            &format!("Alias {what}"),
            &json!({"aliasName": name, "versionNumber": number}),
            service.clock.now_ms(),
        ));
    }
    match service.store.commit(batch).await {
        Err(StoreError::Conflict { .. }) if is_new => {
            return Err(exists(
                kind.resource_type,
                format!("Alias {name} already exists"),
            ));
        }
        Err(StoreError::Conflict { .. }) => return Err(gone(kind, &found, name)),
        other => other.map_err(ApiError::internal)?,
    }
    let member = format!("{}Alias", kind.noun);
    Ok(json!({member: shown(kind, &found, name, number)}))
}

async fn describe(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    request: Request,
) -> Result<Value, ApiError> {
    let found = asset(&service, kind, &request).await?;
    let name = request.text("AliasName");
    let number = target(&service, kind, &request.scope, &found, name).await?;
    let member = format!("{}Alias", kind.noun);
    Ok(json!({member: shown(kind, &found, name, number)}))
}

async fn delete(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    request: Request,
) -> Result<Value, ApiError> {
    let found = asset(&service, kind, &request).await?;
    let name = request.text("AliasName");
    target(&service, kind, &request.scope, &found, name).await?;
    let mut batch = Batch::new();
    batch.delete(ALIASES, request.scope.key(&[kind.arn, &found.id, name]));
    service
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    let members = json!({
        format!("{}Id", kind.noun): found.id, "AliasName": name, "Arn": format!("{}/alias/{name}", found.arn),
    });
    Ok(members)
}

async fn list(
    service: Arc<QuickSight>,
    kind: &'static Kind,
    request: Request,
) -> Result<Value, ApiError> {
    let found = asset(&service, kind, &request).await?;
    let rows = service
        .store
        .scan_json::<u64>(ALIASES, &request.scope.scan(&[kind.arn, &found.id]))
        .await
        .map_err(ApiError::internal)?;
    let all: Vec<(String, u64)> = rows
        .into_iter()
        .filter_map(|(key, number)| Some((key.parts().pop()?, number)))
        .collect();
    let answer = Page::of(&request)?.answer(
        &format!("{}AliasList", kind.noun),
        all,
        |(name, _)| name.clone(),
        |(name, number)| shown(kind, &found, name, *number),
    );
    Ok(answer)
}
