//! EMR on EKS: virtual clusters and job runs.

use serde_json::json;

use super::{
    Fault, Verdict,
    family::{Family, Sync, text},
};

pub(super) static FAMILY: Family = Family {
    name: "emr-containers",
    service: "emr-containers",
    errors: "EMRContainers",
    general: None,
    title: "AmazonEMRContainers",
    syncs: &[
        Sync {
            action: "startJobRun",
            resource: |_, output| Some(format!("emr-containers/{}", output.get("Id")?.as_str()?)),
            describe: |arguments, output| {
                let input = json!({"virtualClusterId": text(arguments, "VirtualClusterId"), "id": text(output, "Id")});
                ("DescribeJobRun", input)
            },
            judge: |answer, _| {
                // The job run, flat.
                let Some(job) = answer.get("JobRun") else {
                    return Verdict::Running;
                };
                match text(job, "State") {
                    "COMPLETED" => Verdict::Succeeded(job.clone()),
                    "FAILED" | "CANCELLED" => Verdict::Failed(Fault::of_resource(job)),
                    _ => Verdict::Running,
                }
            },
            cancel: Some(|arguments, output| {
                let input = json!({"virtualClusterId": text(arguments, "VirtualClusterId"), "id": text(output, "Id")});
                ("CancelJobRun", input)
            }),
        },
        Sync {
            action: "deleteVirtualCluster",
            resource: |_, output| Some(format!("emr-containers/{}", output.get("Id")?.as_str()?)),
            describe: |_, output| ("DescribeVirtualCluster", json!({"id": text(output, "Id")})),
            judge: |answer, _| {
                let Some(cluster) = answer.get("VirtualCluster") else {
                    return Verdict::Running;
                };
                match text(cluster, "State") {
                    "TERMINATED" => Verdict::Succeeded(cluster.clone()),
                    "ARRESTED" => Verdict::Failed(Fault::of_resource(cluster)),
                    _ => Verdict::Running,
                }
            },
            cancel: None,
        },
    ],
};
