//! A job run's output, delivered where its monitoring configuration says: CloudWatch Logs while it runs,
//! S3 when it has ended.

mod cloudwatch;
mod lines;
mod s3;

use crate::job::JobRun;

pub(crate) use cloudwatch::ship;
pub(crate) use s3::{deliver, files};

/// One of the driver's two outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Stdout,
    Stderr,
}

impl Output {
    pub(crate) const BOTH: [Self; 2] = [Self::Stdout, Self::Stderr];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

/// Returns where a job run's things are, below a prefix: EMR on EKS's layout.
fn home(job: &JobRun) -> String {
    format!("{}/jobs/{}", job.virtual_cluster_id, job.id)
}

/// Returns where a job run's event logs are, below a prefix.
pub(crate) fn event_logs_below(job: &JobRun) -> String {
    format!("{}/sparklogs/", home(job))
}

/// Returns where an output of the driver is: by Spark application and pod.
fn container(job: &JobRun, output: Output) -> String {
    let application = format!("spark-{}", job.id);
    let pod = match job.attempt {
        1 => format!("{application}-driver"),
        n => format!("{application}-driver-{n}"),
    };
    format!(
        "{}/containers/{application}/{pod}/{}",
        home(job),
        output.name()
    )
}

/// Returns what an output of the driver is called in S3, below the job run's `logUri`.
pub(crate) fn delivered_as(job: &JobRun, output: Output) -> String {
    format!("{}.gz", container(job, output))
}
