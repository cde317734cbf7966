//! Job runs: what was asked for, and how far it has come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A job run's state.
///
/// PENDING → SUBMITTED → RUNNING → COMPLETED or FAILED; any of the first three → CANCEL_PENDING →
/// CANCELLED, or COMPLETED or FAILED when the job was faster. A retry goes from RUNNING back to PENDING.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum JobState {
    Pending,
    Submitted,
    Running,
    Completed,
    Failed,
    CancelPending,
    Cancelled,
}

impl JobState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Submitted => "SUBMITTED",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::CancelPending => "CANCEL_PENDING",
            Self::Cancelled => "CANCELLED",
        }
    }

    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    pub(crate) fn is_cancellable(self) -> bool {
        matches!(self, Self::Pending | Self::Submitted | Self::Running)
    }
}

/// Whose fault a failure is, in AWS's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum FailureReason {
    InternalError,
    UserError,
}

/// What to run, as the API has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobDriver {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spark_submit_job_driver: Option<SparkSubmitJobDriver>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spark_sql_job_driver: Option<SparkSqlJobDriver>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SparkSubmitJobDriver {
    pub entry_point: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point_arguments: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spark_submit_parameters: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SparkSqlJobDriver {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spark_sql_parameters: Option<String>,
}

impl JobDriver {
    pub fn entry_point(&self) -> Option<&str> {
        match (&self.spark_submit_job_driver, &self.spark_sql_job_driver) {
            (Some(submit), _) => Some(&submit.entry_point),
            (None, Some(sql)) => sql.entry_point.as_deref(),
            (None, None) => None,
        }
    }

    /// Returns spark-submit's options.
    pub fn parameters(&self) -> Option<&str> {
        match (&self.spark_submit_job_driver, &self.spark_sql_job_driver) {
            (Some(submit), _) => submit.spark_submit_parameters.as_deref(),
            (None, Some(sql)) => sql.spark_sql_parameters.as_deref(),
            (None, None) => None,
        }
    }
}

/// One classification with its properties.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    pub classification: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub configurations: Vec<Configuration>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConfigurationOverrides {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) application_configuration: Option<Vec<Configuration>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) monitoring_configuration: Option<MonitoringConfiguration>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MonitoringConfiguration {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) managed_logs: Option<serde_json::Value>,
    #[serde(
        default,
        rename = "persistentAppUI",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) persistent_app_ui: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cloud_watch_monitoring_configuration: Option<CloudWatchMonitoring>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) s3_monitoring_configuration: Option<S3Monitoring>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) container_log_rotation_configuration: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CloudWatchMonitoring {
    pub(crate) log_group_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) log_stream_name_prefix: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct S3Monitoring {
    pub(crate) log_uri: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RetryPolicy {
    pub(crate) max_attempts: i64,
}

/// A job run as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobRun {
    #[serde(default = "one")]
    pub(crate) v: u32,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) id: String,
    pub(crate) virtual_cluster_id: String,
    #[serde(default)]
    pub(crate) name: Option<String>,
    pub(crate) state: JobState,
    pub(crate) client_token: String,
    pub(crate) execution_role_arn: String,
    pub(crate) release_label: String,
    pub(crate) job_driver: JobDriver,
    #[serde(default)]
    pub(crate) configuration_overrides: Option<ConfigurationOverrides>,
    pub(crate) created_ms: i64,
    pub(crate) created_by: String,
    #[serde(default)]
    pub(crate) finished_ms: Option<i64>,
    #[serde(default)]
    pub(crate) state_details: Option<String>,
    #[serde(default)]
    pub(crate) failure_reason: Option<FailureReason>,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) retry_policy_configuration: Option<RetryPolicy>,
    /// From 1; a failed attempt is followed by the next while the retry policy allows it.
    pub(crate) attempt: i64,
}

fn one() -> u32 {
    1
}

impl JobRun {
    pub(crate) fn arn(&self) -> String {
        let (region, account) = (&self.region, &self.account);
        let (cluster, id) = (&self.virtual_cluster_id, &self.id);
        format!("arn:aws:emr-containers:{region}:{account}:/virtualclusters/{cluster}/jobruns/{id}")
    }

    pub(crate) fn monitoring(&self) -> Option<&MonitoringConfiguration> {
        self.configuration_overrides
            .as_ref()?
            .monitoring_configuration
            .as_ref()
    }

    pub(crate) fn configurations(&self) -> Vec<Configuration> {
        let overrides = self.configuration_overrides.as_ref();
        overrides
            .and_then(|o| o.application_configuration.clone())
            .unwrap_or_default()
    }

    pub(crate) fn may_retry(&self) -> bool {
        self.retry_policy_configuration
            .is_some_and(|r| self.attempt < r.max_attempts)
    }
}
