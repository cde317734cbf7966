//! Asset bundle jobs.

use std::sync::Arc;

use aws::{ApiError, Operations};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{
    list::Page,
    request::{Answer, Handlers, Request, accepted, time},
};
use crate::{
    QuickSight,
    bundle::{self, Direction, Failure, Job},
    error::invalid,
    pages::Download,
    principal::Caller,
};

/// What an import's request may have beyond its description.
const SECRETS: &str = "Credentials";

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    use Direction::{Export, Import};
    operations
        .ask(service, "StartAssetBundleExportJob", start_export)
        .ask(service, "DescribeAssetBundleExportJob", |s, r| {
            describe(s, Export, r)
        })
        .ask(service, "ListAssetBundleExportJobs", |s, r| {
            list(s, Export, r)
        })
        .ask(service, "StartAssetBundleImportJob", start_import)
        .ask(service, "DescribeAssetBundleImportJob", |s, r| {
            describe(s, Import, r)
        })
        .ask(service, "ListAssetBundleImportJobs", |s, r| {
            list(s, Import, r)
        })
}

fn id_member(direction: Direction) -> String {
    format!("{}Id", direction.noun())
}

async fn start_export(service: Arc<QuickSight>, request: Request) -> Result<Answer, ApiError> {
    let arns = request.input.get("ResourceArns").and_then(Value::as_array);
    for arn in arns.into_iter().flatten().filter_map(Value::as_str) {
        bundle::of_arn(&request.scope, arn)?;
    }
    let overrides = request
        .input
        .contains_key("CloudFormationOverridePropertyConfiguration");
    if overrides && request.text("ExportFormat") != "CLOUDFORMATION_JSON" {
        return Err(invalid(
            "CloudFormationOverridePropertyConfiguration can only be given for CLOUDFORMATION_JSON",
        ));
    }
    start(&service, Direction::Export, request, None).await
}

async fn start_import(service: Arc<QuickSight>, mut request: Request) -> Result<Answer, ApiError> {
    let source = request
        .input
        .get_mut("AssetBundleImportSource")
        .and_then(Value::as_object_mut);
    let body = match source {
        Some(source) if source.contains_key("S3Uri") == source.contains_key("Body") => {
            return Err(invalid(
                "AssetBundleImportSource needs either Body or S3Uri",
            ));
        }
        Some(source) => source.shift_remove("Body"),
        None => None,
    };
    let body = match body {
        Some(Value::String(text)) => {
            let bytes = BASE64_STANDARD.decode(text);
            Some(bytes.map_err(|e| invalid(format!("Body is not Base64: {e}")))?)
        }
        _ => None,
    };
    let sources = request
        .input
        .get_mut("OverrideParameters")
        .and_then(|o| o.get_mut("DataSources"));
    let sources = sources.and_then(Value::as_array_mut);
    for entry in sources
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        // No kind of source that there is needs any; what is not used is not kept.
        entry.shift_remove(SECRETS);
    }
    start(&service, Direction::Import, request, body).await
}

async fn start(
    service: &Arc<QuickSight>,
    direction: Direction,
    mut request: Request,
    body: Option<Vec<u8>>,
) -> Result<Answer, ApiError> {
    let member = id_member(direction);
    let id = request.take_text(&member);
    let now_ms = service.clock.now_ms();
    let given = request.rest();
    let job = Job::new(direction, &id, given, &request.context.principal, now_ms);
    bundle::start(service, &request.scope, job, body).await?;
    let arn = direction.arn(&request.scope, &id);
    Ok(accepted(json!({"Arn": arn, member: id})))
}

async fn describe(
    service: Arc<QuickSight>,
    direction: Direction,
    request: Request,
) -> Result<Value, ApiError> {
    let (scope, now_ms) = (&request.scope, service.clock.now_ms());
    let id = request.text(&id_member(direction));
    let job = Job::get(&service.store, scope, direction, id, now_ms).await?;
    let caller = Caller::of(&service, scope, &request.context.principal).await?;
    if !caller.is_administrator() && job.by.0 != *request.context.principal.arn {
        let action = format!("quicksight:Describe{}", direction.noun());
        return Err(caller.refusal(&action, &direction.arn(scope, id)));
    }
    let mut members = Value::Object(job.given.clone());
    for (name, value) in summary(&job, direction.arn(scope, id))
        .as_object()
        .into_iter()
        .flatten()
    {
        members[name] = value.clone();
    }
    members["AwsAccountId"] = scope.account.clone().into();
    let url = Download::new(scope, &job, now_ms).url(&service).await?;
    match direction {
        Direction::Export if job.status == "SUCCESSFUL" => members["DownloadUrl"] = url.into(),
        Direction::Import if job.given["AssetBundleImportSource"] == json!({}) => {
            members["AssetBundleImportSource"] = json!({"Body": url});
        }
        _ => {}
    }
    let mut add = |name: &str, failures: &[Failure], with_type| {
        if !failures.is_empty() {
            members[name] = failures.iter().map(|f| f.shown(with_type)).collect();
        }
    };
    add("Errors", &job.errors, true);
    add("RollbackErrors", &job.rollback_errors, true);
    add("Warnings", &job.warnings, false);
    Ok(members)
}

fn summary(job: &Job, arn: String) -> Value {
    let mut members = json!({
        "Arn": arn, id_member(job.direction): job.id, "JobStatus": job.status,
        "CreatedTime": time(job.created_ms),
    });
    let shown: &[&str] = match job.direction {
        Direction::Export => &[
            "ExportFormat",
            "IncludeAllDependencies",
            "IncludePermissions",
            "IncludeTags",
        ],
        Direction::Import => &["FailureAction"],
    };
    for name in shown {
        if let Some(value) = job.given.get(*name) {
            members[name] = value.clone();
        }
    }
    members
}

async fn list(
    service: Arc<QuickSight>,
    direction: Direction,
    request: Request,
) -> Result<Value, ApiError> {
    let (scope, now_ms) = (&request.scope, service.clock.now_ms());
    let mut all = Job::listed(&service.store, scope, direction, now_ms).await?;
    // The newest first.
    let key = |job: &Job| format!("{:020}{}", i64::MAX - job.created_ms, job.id);
    all.sort_by_cached_key(key);
    let name = format!("{}SummaryList", direction.noun());
    let show = |job: &Job| summary(job, direction.arn(scope, &job.id));
    Ok(Page::of(&request)?.answer(&name, all, key, show))
}
