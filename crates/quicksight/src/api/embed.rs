//! URLs of embedded dashboards: each is good for five minutes and for one session.

use std::sync::Arc;

use aws::{ApiError, Arn, Operations, ids};
use serde_json::{Value, json};

use super::request::{Handlers, Request};
use crate::{
    QuickSight,
    asset::{Asset, DASHBOARD},
    error::{invalid, missing},
    pages::{EmbedCode, Grant},
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

/// Domains at most, as AWS has it.
const DOMAINS_MAX: usize = 3;

/// Returns the URL of what a visitor may look at.
///
/// **Errors**: domains that are none.
async fn url(
    service: &QuickSight,
    request: &Request,
    dashboard: &str,
    grant: Grant,
) -> Result<String, ApiError> {
    let minutes = request.number("SessionLifetimeInMinutes");
    let minutes = minutes.unwrap_or(LIFETIME_MIN);
    let domains = domains(request)?;
    let code = EmbedCode::new(grant, minutes, domains, service.clock.now_ms());
    code.url(service, dashboard).await
}

/// Returns `AllowedDomains` as a policy's sources.
fn domains(request: &Request) -> Result<Vec<String>, ApiError> {
    let given = request
        .input
        .get("AllowedDomains")
        .and_then(Value::as_array);
    let given: Vec<&str> = given
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if given.len() > DOMAINS_MAX {
        let message = format!("AllowedDomains can name {DOMAINS_MAX} domains at most");
        return Err(invalid(message));
    }
    let source = |domain: &&str| {
        let message = format!(
            "{domain} is no allowed domain: give https://NAME or http://localhost, * for all subdomains"
        );
        domain_source(domain).ok_or_else(|| invalid(message))
    };
    given.iter().map(source).collect()
}

/// Returns a domain as a policy's source: nothing else may get into that.
fn domain_source(domain: &str) -> Option<String> {
    let domain = domain.strip_suffix('/').unwrap_or(domain);
    let (scheme, authority) = domain.split_once("://")?;
    let (name, port) = authority.split_once(':').unwrap_or((authority, "*"));
    let plain = name.strip_prefix("*.").unwrap_or(name);
    let is_name = !plain.is_empty()
        && plain
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-.".contains(c));
    let is_port = port == "*" || port.parse::<u16>().is_ok();
    let is_scheme = match scheme {
        "https" => true,
        "http" => ["localhost", "127.0.0.1"].contains(&name),
        _ => false,
    };
    (is_name && is_port && is_scheme).then(|| domain.to_owned())
}

/// What is embedded: a dashboard, or one visual of it, by its sheet's id and its own.
fn experience(request: &Request) -> Result<(String, Option<(String, String)>), ApiError> {
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
        text(&format!("{visual}/SheetId")),
        text(&format!("{visual}/VisualId")),
    ) {
        (Some(id), Some(sheet), Some(visual)) => Ok((id, Some((sheet, visual)))),
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
    let grant = Grant {
        account: scope.account.clone(),
        region: scope.region.clone(),
        dashboards,
        visual,
        user: None,
        tags: tags.collect(),
        undo_redo: true,
        reset: true,
    };
    let url = url(&service, &request, &id, grant).await?;
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
    visual: Option<(String, String)>,
    user: String,
) -> Result<String, ApiError> {
    check_user(service, request, &user).await?;
    Asset::get(&service.store, &DASHBOARD, &request.scope, &id).await?;
    let is_set = |name: &str| request.input.get(name) == Some(&Value::Bool(true));
    let grant = Grant {
        account: request.scope.account.clone(),
        region: request.scope.region.clone(),
        dashboards: vec![id.clone()],
        visual,
        user: Some(user),
        tags: Vec::new(),
        undo_redo: !is_set("UndoRedoDisabled"),
        reset: !is_set("ResetDisabled"),
    };
    url(service, request, &id, grant).await
}

#[cfg(test)]
mod tests {
    use super::domain_source;

    #[test]
    fn domains_are_sources_of_a_policy_and_nothing_more() {
        for domain in [
            "https://a.example",
            "https://*.a.example",
            "https://a.example:8443",
            "http://localhost:5173",
            "http://127.0.0.1:*",
            "http://localhost",
        ] {
            assert_eq!(domain_source(domain).as_deref(), Some(domain));
        }
        let slash = domain_source("https://a.example/");
        assert_eq!(slash.as_deref(), Some("https://a.example"));
        for domain in [
            "http://a.example",
            "a.example",
            "https://",
            "https://*",
            "https://*.",
            "https://a.example; script-src *",
            "https://a.example https://b.example",
            "https://a.example/path",
            "https://a.example:port",
            "https://a@b",
            "ftp://a.example",
            "*",
        ] {
            assert_eq!(domain_source(domain), None, "{domain}");
        }
    }
}
