//! Where the driver's output of a job run is, for those who read along.

use std::path::PathBuf;

use aws::{ApiError, Context};

use crate::{monitor::Output, s3_uri::S3Uri, service::Emr};

/// Where one of the driver's two outputs is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverLog {
    /// The file that grows while the attempt runs; it need not be there yet.
    pub file: PathBuf,
    /// From 1. A retry has files of its own.
    pub attempt: i64,
    /// The job run's state, as the API has it.
    pub state: &'static str,
    /// The job run is over: the output does not grow any more.
    pub ended: bool,
    /// Bucket and key of what was delivered to S3, gzipped, where the job run asked for it.
    pub delivered: Option<(String, String)>,
}

impl Emr {
    /// Finds an output (`stdout` or `stderr`) of a job run's driver in its latest attempt.
    ///
    /// **Errors**: as DescribeJobRun has them; `ValidationException` for another output.
    pub async fn driver_log(
        &self,
        context: &Context,
        virtual_cluster: &str,
        id: &str,
        output: &str,
    ) -> Result<DriverLog, ApiError> {
        let output = Output::BOTH.into_iter().find(|o| o.name() == output);
        let output = output.ok_or_else(|| {
            ApiError::new(
                "ValidationException",
                "The driver's outputs are stdout and stderr.",
            )
        })?;
        let job = self.job(context, virtual_cluster, id).await?;
        let folder = self.folder(&job);
        let s3 = job
            .monitoring()
            .and_then(|m| m.s3_monitoring_configuration.as_ref())
            .and_then(|s3| S3Uri::parse(&s3.log_uri));
        Ok(DriverLog {
            file: match output {
                Output::Stdout => folder.stdout(),
                Output::Stderr => folder.stderr(),
            },
            attempt: job.attempt,
            state: job.state.as_str(),
            ended: job.state.is_final(),
            delivered: s3.map(|to| {
                let key = to.below(&crate::monitor::delivered_as(&job, output));
                (to.bucket, key)
            }),
        })
    }
}
