//! StartJobRun, DescribeJobRun, ListJobRuns, CancelJobRun.

use std::{collections::BTreeMap, sync::Arc};

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect, Key, StoreError};

use super::{internal, invalid, not_found, page, seconds, tokens::Request};
use crate::{
    cluster::ClusterState,
    events, ids,
    job::{ConfigurationOverrides, FailureReason, JobDriver, JobRun, JobState, RetryPolicy},
    service::Emr,
    tables::{ACTIVE, JOBS, JobRef},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartInput {
    name: Option<String>,
    virtual_cluster_id: String,
    client_token: Option<String>,
    execution_role_arn: Option<String>,
    release_label: Option<String>,
    job_driver: Option<JobDriver>,
    configuration_overrides: Option<ConfigurationOverrides>,
    tags: Option<BTreeMap<String, String>>,
    job_template_id: Option<String>,
    job_template_parameters: Option<BTreeMap<String, String>>,
    retry_policy_configuration: Option<RetryPolicy>,
}

/// What of a job run a template can hold.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FromTemplate {
    execution_role_arn: Option<String>,
    release_label: Option<String>,
    job_driver: Option<JobDriver>,
    configuration_overrides: Option<ConfigurationOverrides>,
    job_tags: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartOutput {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    arn: String,
    virtual_cluster_id: String,
}

impl From<JobRun> for StartOutput {
    fn from(job: JobRun) -> Self {
        Self {
            arn: job.arn(),
            id: job.id,
            name: job.name,
            virtual_cluster_id: job.virtual_cluster_id,
        }
    }
}

pub(crate) async fn start(
    emr: Arc<Emr>,
    context: Context,
    input: StartInput,
) -> Result<StartOutput, ApiError> {
    let fingerprint = fingerprint(&input);
    let token = input.client_token.clone().unwrap_or_else(ids::event);
    let request = Request::new(&context, "job", &token, &fingerprint);
    if let Some(job) = emr.made_before(&context, &request).await? {
        return Ok(job.into());
    }
    let cluster = emr.cluster(&context, &input.virtual_cluster_id).await?;
    if cluster.state != ClusterState::Running {
        return Err(invalid(format!(
            "Virtual cluster {} is not in RUNNING state, it is {}",
            cluster.id,
            cluster.state.as_str()
        )));
    }
    let job = emr.new_job(&context, input, token).await?;
    let mut batch = Batch::new();
    let reference = job.reference();
    batch
        .put_json(JOBS, reference.key(), &job, Expect::Absent)
        .and_then(|b| b.put_json(ACTIVE, reference.active_key(), &reference, Expect::Absent))
        .map_err(internal)?;
    request.keep(&mut batch, &[&job.virtual_cluster_id, &job.id])?;
    batch.publish(events::job_run(&job, job.created_ms));
    match emr.store.commit(batch).await {
        Ok(()) => {
            emr.remember_asker(&job.id);
            emr.wake.notify_one();
            Ok(job.into())
        }
        // The same request came twice at once.
        Err(e @ StoreError::Conflict { .. }) => match emr.made_before(&context, &request).await? {
            Some(job) => Ok(job.into()),
            None => Err(internal(e)),
        },
        Err(e) => Err(internal(e)),
    }
}

fn fingerprint(input: &StartInput) -> Value {
    json!([
        input.name,
        input.virtual_cluster_id,
        input.execution_role_arn,
        input.release_label,
        input.job_driver,
        input.configuration_overrides,
        input.tags,
        input.job_template_id,
        input.job_template_parameters,
        input.retry_policy_configuration,
    ])
}

impl Emr {
    async fn made_before(
        &self,
        context: &Context,
        request: &Request,
    ) -> Result<Option<JobRun>, ApiError> {
        match request.earlier(&self.store).await?.as_deref() {
            Some([cluster, id]) => Ok(Some(self.job(context, cluster, id).await?)),
            _ => Ok(None),
        }
    }

    async fn new_job(
        &self,
        context: &Context,
        input: StartInput,
        client_token: String,
    ) -> Result<JobRun, ApiError> {
        let template = match &input.job_template_id {
            Some(id) => {
                let given = input.job_template_parameters.unwrap_or_default();
                let filled = self.template(context, id).await?.fill(&given);
                let filled = filled.map_err(|e| invalid(e.to_string()))?;
                serde_json::from_value(filled)
                    .map_err(|e| invalid(format!("The job template cannot be used: {e}")))?
            }
            None => FromTemplate::default(),
        };
        let needed = |name: &str| invalid(format!("{name} must be given when no job template is"));
        let execution_role_arn = input.execution_role_arn.or(template.execution_role_arn);
        let release_label = input.release_label.or(template.release_label);
        let job_driver = input.job_driver.or(template.job_driver);
        let mut tags = template.job_tags;
        tags.extend(input.tags.unwrap_or_default());
        let now_ms = self.now_ms();
        let job = JobRun {
            v: 1,
            account: context.account().to_owned(),
            region: context.region().to_owned(),
            id: ids::job(now_ms),
            virtual_cluster_id: input.virtual_cluster_id,
            name: input.name,
            state: JobState::Pending,
            client_token,
            execution_role_arn: execution_role_arn.ok_or_else(|| needed("executionRoleArn"))?,
            release_label: release_label.ok_or_else(|| needed("releaseLabel"))?,
            job_driver: job_driver.ok_or_else(|| needed("jobDriver"))?,
            configuration_overrides: input
                .configuration_overrides
                .or(template.configuration_overrides),
            created_ms: now_ms,
            created_by: context.principal.arn.to_string(),
            finished_ms: None,
            state_details: None,
            failure_reason: None,
            tags,
            retry_policy_configuration: input.retry_policy_configuration,
            attempt: 1,
        };
        check(&job)?;
        Ok(job)
    }

    pub(crate) async fn job(
        &self,
        context: &Context,
        cluster: &str,
        id: &str,
    ) -> Result<JobRun, ApiError> {
        let key = Key::of(&[context.account(), context.region(), cluster, id]);
        let found = self.store.get_json(JOBS, &key).await.map_err(internal)?;
        found.ok_or_else(|| not_found(format!("Job run {id} doesn't exist.")))
    }
}

/// Refuses what cannot run, before it is accepted.
fn check(job: &JobRun) -> Result<(), ApiError> {
    let driver = &job.job_driver;
    let entry = match (
        &driver.spark_submit_job_driver,
        &driver.spark_sql_job_driver,
    ) {
        (Some(submit), None) => submit.entry_point.as_str(),
        (None, Some(sql)) => sql
            .entry_point
            .as_deref()
            .ok_or_else(|| invalid("The entryPoint of a sparkSqlJobDriver must be given"))?,
        _ => {
            return Err(invalid(
                "Exactly one of sparkSubmitJobDriver and sparkSqlJobDriver must be given",
            ));
        }
    };
    if !["s3://", "s3a://", "local://"]
        .iter()
        .any(|s| entry.starts_with(s))
    {
        return Err(invalid(format!(
            "The entryPoint must be an s3:// or local:// path: {entry}"
        )));
    }
    if !is_release(&job.release_label) {
        return Err(not_found(format!(
            "Release {} doesn't exist.",
            job.release_label
        )));
    }
    if job
        .retry_policy_configuration
        .is_some_and(|r| r.max_attempts < 1)
    {
        return Err(invalid("maxAttempts must be at least 1"));
    }
    let s3 = job
        .monitoring()
        .and_then(|m| m.s3_monitoring_configuration.as_ref());
    match s3 {
        Some(s3) if !s3.log_uri.starts_with("s3://") => Err(invalid(format!(
            "The logUri must be an s3:// path: {}",
            s3.log_uri
        ))),
        _ => Ok(()),
    }
}

/// Tells whether a label has the form of EMR's releases: `emr-6.2.0-latest`, `emr-7.1.0-java17-20240516`, ….
fn is_release(label: &str) -> bool {
    let Some(rest) = label.strip_prefix("emr-") else {
        return false;
    };
    let (version, variant) = rest
        .split_once('-')
        .map_or((rest, None), |(v, r)| (v, Some(r)));
    let numbers: Vec<&str> = version.split('.').collect();
    let number = |n: &&str| !n.is_empty() && n.len() <= 2 && n.bytes().all(|b| b.is_ascii_digit());
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphanumeric());
    numbers.len() == 3
        && numbers.iter().all(number)
        && variant.is_some_and(|v| v.split('-').all(word))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeInput {
    id: String,
    virtual_cluster_id: String,
}

/// A job run as the API shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    virtual_cluster_id: String,
    arn: String,
    state: JobState,
    client_token: String,
    execution_role_arn: String,
    release_label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration_overrides: Option<ConfigurationOverrides>,
    job_driver: JobDriver,
    created_at: f64,
    created_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_details: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<FailureReason>,
    tags: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_policy_configuration: Option<RetryPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_policy_execution: Option<RetryExecution>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RetryExecution {
    current_attempt_count: i64,
}

impl From<JobRun> for Described {
    fn from(job: JobRun) -> Self {
        Self {
            arn: job.arn(),
            created_at: seconds(job.created_ms),
            finished_at: job.finished_ms.map(seconds),
            retry_policy_execution: job.retry_policy_configuration.map(|_| RetryExecution {
                current_attempt_count: job.attempt,
            }),
            id: job.id,
            name: job.name,
            virtual_cluster_id: job.virtual_cluster_id,
            state: job.state,
            client_token: job.client_token,
            execution_role_arn: job.execution_role_arn,
            release_label: job.release_label,
            configuration_overrides: job.configuration_overrides,
            job_driver: job.job_driver,
            created_by: job.created_by,
            state_details: job.state_details,
            failure_reason: job.failure_reason,
            tags: job.tags,
            retry_policy_configuration: job.retry_policy_configuration,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeOutput {
    job_run: Described,
}

pub(crate) async fn describe(
    emr: Arc<Emr>,
    context: Context,
    input: DescribeInput,
) -> Result<DescribeOutput, ApiError> {
    let job = emr
        .job(&context, &input.virtual_cluster_id, &input.id)
        .await?;
    Ok(DescribeOutput {
        job_run: job.into(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    virtual_cluster_id: String,
    created_before: Option<f64>,
    created_after: Option<f64>,
    name: Option<String>,
    states: Option<Vec<String>>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

impl ListInput {
    fn keeps(&self, job: &JobRun) -> bool {
        let created = page::Created {
            after: self.created_after,
            before: self.created_before,
        };
        created.has(job.created_ms)
            && self
                .name
                .as_ref()
                .is_none_or(|n| job.name.as_ref() == Some(n))
            && self
                .states
                .as_ref()
                .is_none_or(|s| s.is_empty() || s.iter().any(|s| s == job.state.as_str()))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListOutput {
    job_runs: Vec<Described>,
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
    let prefix = [
        context.account(),
        context.region(),
        &input.virtual_cluster_id,
    ];
    let keep = |j: &JobRun| input.keeps(j);
    let (jobs, next_token) = page::of(&emr.store, JOBS, &prefix, page, keep).await?;
    Ok(ListOutput {
        job_runs: jobs.into_iter().map(Described::from).collect(),
        next_token,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CancelOutput {
    id: String,
    virtual_cluster_id: String,
}

pub(crate) async fn cancel(
    emr: Arc<Emr>,
    context: Context,
    input: DescribeInput,
) -> Result<CancelOutput, ApiError> {
    let reference = JobRef {
        account: context.account().to_owned(),
        region: context.region().to_owned(),
        cluster: input.virtual_cluster_id,
        id: input.id,
    };
    let changed = emr
        .change_job(&reference, |job| {
            job.state.is_cancellable().then(|| {
                job.state = JobState::CancelPending;
            })
        })
        .await
        .map_err(internal)?;
    match changed {
        None => Err(invalid(format!("Job run {} doesn't exist.", reference.id))),
        Some((_, false)) => Err(invalid(format!(
            "Job run {} is not in a cancellable state",
            reference.id
        ))),
        Some((_, true)) => {
            emr.wake.notify_one();
            Ok(CancelOutput {
                id: reference.id,
                virtual_cluster_id: reference.cluster,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_release;

    #[test]
    fn releases_have_a_form() {
        for good in [
            "emr-6.2.0-latest",
            "emr-7.12.0-20240516",
            "emr-6.9.0-spark-rapids-latest",
        ] {
            assert!(is_release(good), "{good}");
        }
        for bad in [
            "emr-6.2-latest",
            "6.2.0-latest",
            "emr-6.2.0",
            "emr-6.2.0-",
            "emr-x.2.0-latest",
            "",
        ] {
            assert!(!is_release(bad), "{bad}");
        }
    }
}
