//! CreateJobTemplate, DescribeJobTemplate, ListJobTemplates, DeleteJobTemplate.

use std::{collections::BTreeMap, sync::Arc};

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect, Key, StoreError};

use super::{internal, invalid, not_found, page, seconds, tokens::Request};
use crate::{ids, service::Emr, tables::TEMPLATES, template::JobTemplate};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateInput {
    name: String,
    client_token: Option<String>,
    job_template_data: Value,
    tags: Option<BTreeMap<String, String>>,
    kms_key_arn: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateOutput {
    id: String,
    name: String,
    arn: String,
    created_at: f64,
}

impl From<JobTemplate> for CreateOutput {
    fn from(template: JobTemplate) -> Self {
        Self {
            arn: template.arn(),
            created_at: seconds(template.created_ms),
            id: template.id,
            name: template.name,
        }
    }
}

pub(crate) async fn create(
    emr: Arc<Emr>,
    context: Context,
    input: CreateInput,
) -> Result<CreateOutput, ApiError> {
    let fingerprint = json!([
        input.name,
        input.job_template_data,
        input.tags,
        input.kms_key_arn
    ]);
    let token = input.client_token.unwrap_or_else(ids::event);
    let request = Request::new(&context, "template", &token, &fingerprint);
    if let Some(made) = request.earlier(&emr.store).await? {
        let id = made.first().map_or("", String::as_str);
        return Ok(emr.template(&context, id).await?.into());
    }
    let now_ms = emr.now_ms();
    let template = JobTemplate {
        v: 1,
        account: context.account().to_owned(),
        region: context.region().to_owned(),
        id: ids::template(now_ms),
        name: input.name,
        created_ms: now_ms,
        created_by: context.principal.arn.to_string(),
        data: input.job_template_data,
        tags: input.tags.unwrap_or_default(),
        kms_key_arn: input.kms_key_arn,
    };
    let mut batch = Batch::new();
    batch
        .put_json(TEMPLATES, template.key(), &template, Expect::Absent)
        .map_err(internal)?;
    request.keep(&mut batch, &[&template.id])?;
    match emr.store.commit(batch).await {
        Ok(()) => Ok(template.into()),
        Err(e @ StoreError::Conflict { .. }) => match request.earlier(&emr.store).await? {
            Some(made) => {
                let id = made.first().map_or("", String::as_str);
                Ok(emr.template(&context, id).await?.into())
            }
            None => Err(internal(e)),
        },
        Err(e) => Err(internal(e)),
    }
}

#[derive(Deserialize)]
pub(crate) struct IdInput {
    id: String,
}

/// A job template as the API shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    id: String,
    name: String,
    arn: String,
    created_at: f64,
    created_by: String,
    tags: BTreeMap<String, String>,
    job_template_data: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_arn: Option<String>,
}

impl From<JobTemplate> for Described {
    fn from(template: JobTemplate) -> Self {
        Self {
            arn: template.arn(),
            created_at: seconds(template.created_ms),
            id: template.id,
            name: template.name,
            created_by: template.created_by,
            tags: template.tags,
            job_template_data: template.data,
            kms_key_arn: template.kms_key_arn,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeOutput {
    job_template: Described,
}

pub(crate) async fn describe(
    emr: Arc<Emr>,
    context: Context,
    input: IdInput,
) -> Result<DescribeOutput, ApiError> {
    let template = emr.template(&context, &input.id).await?;
    Ok(DescribeOutput {
        job_template: template.into(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    created_after: Option<f64>,
    created_before: Option<f64>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListOutput {
    templates: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(crate) async fn list(
    emr: Arc<Emr>,
    context: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    let page = page::Page {
        size: input.max_results,
        token: input.next_token.as_deref(),
    };
    let prefix = [context.account(), context.region()];
    let created = page::Created {
        after: input.created_after,
        before: input.created_before,
    };
    let keep = |t: &JobTemplate| created.has(t.created_ms);
    let (templates, next_token) = page::of(&emr.store, TEMPLATES, &prefix, page, keep).await?;
    Ok(ListOutput {
        templates: templates.into_iter().map(Described::from).collect(),
        next_token,
    })
}

#[derive(Serialize)]
pub(crate) struct DeleteOutput {
    id: String,
}

pub(crate) async fn delete(
    emr: Arc<Emr>,
    context: Context,
    input: IdInput,
) -> Result<DeleteOutput, ApiError> {
    let template = emr.template(&context, &input.id).await;
    let template = template.map_err(|e| match e.status {
        400 => invalid(e.message),
        _ => e,
    })?;
    let mut batch = Batch::new();
    batch.delete(TEMPLATES, template.key());
    emr.store.commit(batch).await.map_err(internal)?;
    Ok(DeleteOutput { id: input.id })
}

impl Emr {
    pub(crate) async fn template(
        &self,
        context: &Context,
        id: &str,
    ) -> Result<JobTemplate, ApiError> {
        let key = Key::of(&[context.account(), context.region(), id]);
        let found = self
            .store
            .get_json(TEMPLATES, &key)
            .await
            .map_err(internal)?;
        found.ok_or_else(|| not_found(format!("Job template {id} doesn't exist.")))
    }
}
