//! URLs of embedded dashboards.

use std::sync::Arc;

use aws::{ApiError, Arn, Operations, ids};
use serde_json::{Value, json};

use super::request::{Handlers, Request};
use crate::{
    QuickSight,
    asset::{Asset, DASHBOARD},
    error::{invalid, missing},
    pages::{Embedded, embedded_url},
    principal::{USERS, check_namespace},
};

/// How long a session lasts, unless said otherwise.
const LIFETIME_MIN: u64 = 600;

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "GenerateEmbedUrlForAnonymousUser", anonymous)
        .ask(service, "GenerateEmbedUrlForRegisteredUser", registered)
        .ask(service, "GetDashboardEmbedUrl", dashboard)
}

fn expires(service: &QuickSight, request: &Request) -> i64 {
    let minutes = request
        .number("SessionLifetimeInMinutes")
        .unwrap_or(LIFETIME_MIN);
    let ms = i64::try_from(minutes.saturating_mul(60_000)).unwrap_or(i64::MAX);
    service.clock.now_ms().saturating_add(ms)
}

/// What is embedded: a dashboard, or one visual of it.
fn experience(request: &Request) -> Result<(String, Option<String>), ApiError> {
    let what = request.input.get("ExperienceConfiguration");
    let text = |pointer: &str| {
        what.and_then(|w| w.pointer(pointer))
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    if let Some(id) = text("/Dashboard/InitialDashboardId") {
        return Ok((id, None));
    }
    let visual = "/DashboardVisual/InitialDashboardVisualId";
    match (
        text(&format!("{visual}/DashboardId")),
        text(&format!("{visual}/VisualId")),
    ) {
        (Some(id), Some(visual)) => Ok((id, Some(visual))),
        _ => Err(invalid(
            "Only dashboards and their visuals can be embedded here",
        )),
    }
}

async fn anonymous(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let scope = &request.scope;
    check_namespace(&service, scope, request.text("Namespace")).await?;
    let (id, visual) = experience(&request)?;
    let arns = request
        .input
        .get("AuthorizedResourceArns")
        .and_then(Value::as_array);
    let mut dashboards = Vec::new();
    for arn in arns.into_iter().flatten().filter_map(Value::as_str) {
        let parsed: Arn = arn
            .parse()
            .map_err(|_| invalid(format!("Invalid ARN: {arn}")))?;
        // A visual's ARN goes on after the dashboard's id.
        let name = parsed.name_of("quicksight", "dashboard").unwrap_or("");
        let name = name.split('/').next().unwrap_or(name).to_owned();
        Asset::get(&service.store, &DASHBOARD, scope, &name).await?;
        dashboards.push(name);
    }
    if !dashboards.contains(&id) {
        return Err(invalid(format!(
            "Dashboard {id} is not among the AuthorizedResourceArns"
        )));
    }
    let tags = request.input.get("SessionTags").and_then(Value::as_array);
    let text = |tag: &Value, name: &str| tag[name].as_str().unwrap_or("").to_owned();
    let tags = tags
        .into_iter()
        .flatten()
        .map(|t| (text(t, "Key"), text(t, "Value")));
    let embedded = Embedded {
        account: scope.account.clone(),
        region: scope.region.clone(),
        dashboards,
        visual,
        user: None,
        tags: tags.collect(),
        expires_ms: expires(&service, &request),
    };
    let url = embedded_url(&service, &id, &embedded.token(&service).await?);
    let who = scope.arn(format!("user/anonymous/{}", ids::uuid()));
    Ok(json!({"EmbedUrl": url, "AnonymousUserArn": who}))
}

/// **Errors**: `ResourceNotFoundException` for a user that is not registered.
async fn check_user(service: &QuickSight, request: &Request, arn: &str) -> Result<(), ApiError> {
    let gone = || missing(Some("USER"), format!("User {arn} is not found"));
    let parsed: Arn = arn.parse().map_err(|_| gone())?;
    let name = parsed.name_of("quicksight", "user").ok_or_else(gone)?;
    let (namespace, name) = name.split_once('/').ok_or_else(gone)?;
    let there = service
        .store
        .get(USERS, &request.scope.key(&[namespace, name]))
        .await;
    there
        .map_err(ApiError::internal)?
        .map(|_| ())
        .ok_or_else(gone)
}

async fn registered(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (id, visual) = experience(&request)?;
    let user = request.text("UserArn").to_owned();
    let url = of_user(&service, &request, id, visual, user).await?;
    Ok(json!({"EmbedUrl": url}))
}

async fn dashboard(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let id = request.text("DashboardId").to_owned();
    let user = request.text("UserArn").to_owned();
    if user.is_empty() {
        return Err(invalid(
            "UserArn is needed: use GenerateEmbedUrlForAnonymousUser for visitors without a name",
        ));
    }
    let url = of_user(&service, &request, id, None, user).await?;
    Ok(json!({"EmbedUrl": url}))
}

async fn of_user(
    service: &QuickSight,
    request: &Request,
    id: String,
    visual: Option<String>,
    user: String,
) -> Result<String, ApiError> {
    check_user(service, request, &user).await?;
    Asset::get(&service.store, &DASHBOARD, &request.scope, &id).await?;
    let embedded = Embedded {
        account: request.scope.account.clone(),
        region: request.scope.region.clone(),
        dashboards: vec![id.clone()],
        visual,
        user: Some(user),
        tags: Vec::new(),
        expires_ms: expires(service, request),
    };
    Ok(embedded_url(service, &id, &embedded.token(service).await?))
}
