//! Glue: job runs.

use serde_json::json;

use super::{
    Fault, Verdict,
    family::{Family, Sync, text},
};

pub(super) static FAMILY: Family = Family {
    name: "glue",
    service: "glue",
    errors: "Glue",
    general: None,
    title: "AWSGlue",
    syncs: &[Sync {
        action: "startJobRun",
        resource: |_, output| Some(format!("glue/{}", output.get("JobRunId")?.as_str()?)),
        describe: |arguments, output| {
            (
                "GetJobRun",
                json!({"JobName": text(arguments, "JobName"), "RunId": text(output, "JobRunId")}),
            )
        },
        judge: |answer, _| {
            let Some(run) = answer.get("JobRun") else {
                return Verdict::Running;
            };
            match text(run, "JobRunState") {
                "SUCCEEDED" => Verdict::Succeeded(run.clone()),
                "FAILED" | "STOPPED" | "TIMEOUT" | "ERROR" | "EXPIRED" => {
                    Verdict::Failed(Fault::of_resource(run))
                }
                _ => Verdict::Running,
            }
        },
        cancel: Some(|arguments, output| {
            let input = json!({"JobName": text(arguments, "JobName"), "JobRunIds": [text(output, "JobRunId")]});
            ("BatchStopJobRun", input)
        }),
    }],
};
