//! Executions: describe, list, stop, redrive.

use std::sync::Arc;

use asl::{Status, Trigger};
use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Key, Scan};

use super::{
    machines_read::Shown, map_runs, resolve::Qualifier, seconds::Seconds, start::Included,
};
use crate::{
    StepFunctions, arn,
    bus::{redrive_reason, redrive_status},
    driver::Extra,
    execution::Summary,
    machine::{Kind, Logging, Tracing},
    paging, refusal, tables,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeInput {
    execution_arn: String,
    included_data: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeOutput {
    execution_arn: String,
    state_machine_arn: String,
    name: Arc<str>,
    status: &'static str,
    start_date: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_date: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Arc<str>>,
    input_details: Included,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_details: Option<Included>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_header: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    map_run_arn: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_machine_version_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_machine_alias_arn: Option<String>,
    redrive_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    redrive_date: Option<Seconds>,
    redrive_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    redrive_status_reason: Option<String>,
}

pub(crate) async fn describe(
    service: Arc<StepFunctions>,
    _: Context,
    input: DescribeInput,
) -> Result<DescribeOutput, ApiError> {
    let record = service.record(&input.execution_arn).await?;
    let included = input.included_data.as_deref() != Some("METADATA_ONLY");
    let home = &record.home;
    Ok(DescribeOutput {
        state_machine_arn: home.machine_arn(),
        state_machine_version_arn: home.version_arn(),
        state_machine_alias_arn: home.alias_arn(),
        map_run_arn: home.map.as_ref().map(|m| Arc::clone(&m.arn)),
        name: Arc::clone(&home.name),
        status: record.status.as_str(),
        start_date: Seconds(record.start_ms),
        stop_date: record.stop_ms.map(Seconds),
        input: included.then_some(record.input),
        input_details: Included { included },
        output_details: record.output.as_ref().map(|_| Included { included }),
        output: record.output.filter(|_| included),
        trace_header: record.trace_header,
        error: record.error,
        cause: record.cause,
        redrive_count: record.redrive_count,
        redrive_date: record.redrive_ms.map(Seconds),
        redrive_status: redrive_status(record.status),
        redrive_status_reason: redrive_reason(record.status),
        execution_arn: input.execution_arn,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MachineOutput {
    state_machine_arn: String,
    name: String,
    definition: Arc<str>,
    role_arn: String,
    update_date: Seconds,
    logging_configuration: Logging,
    tracing_configuration: Tracing,
    #[serde(skip_serializing_if = "Option::is_none")]
    map_run_arn: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_configuration: Option<crate::machine::Encryption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variable_references: Option<serde_json::Value>,
}

pub(crate) async fn describe_machine(
    service: Arc<StepFunctions>,
    _: Context,
    input: DescribeInput,
) -> Result<MachineOutput, ApiError> {
    let record = service.record(&input.execution_arn).await?;
    let loaded = service
        .machines
        .of_execution(&record.home)
        .await
        .map_err(refusal::store)?;
    let shown = Shown::of(&loaded, input.included_data.as_deref());
    let revision = &loaded.revision;
    Ok(MachineOutput {
        state_machine_arn: record.home.machine_arn(),
        name: record.home.machine_name().to_owned(),
        definition: shown.definition,
        role_arn: revision.role_arn.clone(),
        update_date: Seconds(revision.updated_ms),
        logging_configuration: revision.logging.clone(),
        tracing_configuration: revision.tracing,
        label: record
            .home
            .machine
            .split_once('/')
            .map(|(_, label)| label.to_owned()),
        map_run_arn: record.home.map.map(|m| m.arn),
        revision_id: revision.id.clone(),
        encryption_configuration: shown.encryption,
        variable_references: shown.variables,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StopInput {
    execution_arn: String,
    error: Option<Arc<str>>,
    cause: Option<Arc<str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StopOutput {
    stop_date: Seconds,
}

/// Stops an execution. One that has ended stays as it is, and its own end is answered.
pub(crate) async fn stop(
    service: Arc<StepFunctions>,
    _: Context,
    input: StopInput,
) -> Result<StopOutput, ApiError> {
    let record = service.record(&input.execution_arn).await?;
    let now_ms = service.clock.now_ms();
    let trigger = Trigger::Stop {
        error: input.error,
        cause: input.cause,
    };
    let driver = Arc::clone(&service.driver);
    let stopped =
        aws::whole(async move { driver.deliver(record.stream, trigger, Extra::None).await });
    stopped.await.map_err(refusal::store)?;
    let record = service.record(&input.execution_arn).await?;
    Ok(StopOutput {
        stop_date: Seconds(record.stop_ms.unwrap_or(now_ms)),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RedriveInput {
    execution_arn: String,
    client_token: Option<Arc<str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RedriveOutput {
    redrive_date: Seconds,
}

pub(crate) async fn redrive(
    service: Arc<StepFunctions>,
    _: Context,
    input: RedriveInput,
) -> Result<RedriveOutput, ApiError> {
    let mut record = service.record(&input.execution_arn).await?;
    if let Some(at_ms) = record.redrive_ms
        && input.client_token.is_some()
        && record.redrive_token == input.client_token
    {
        return Ok(RedriveOutput {
            redrive_date: Seconds(at_ms),
        });
    }
    let refused = |why: String| ApiError::new("ExecutionNotRedrivable", why);
    if let Some(reason) = redrive_reason(record.status) {
        return Err(refused(reason));
    }
    let now_ms = service.clock.now_ms();
    if !record.is_redrivable(now_ms) {
        return Err(refused(
            "Execution exceeded the redrivable period of 14 days and cannot be redriven".into(),
        ));
    }
    record.redrive_token = input.client_token;
    let driver = Arc::clone(&service.driver);
    let redriven = aws::whole(async move { driver.redrive(record).await });
    match redriven.await.map_err(refusal::store)? {
        Some(at_ms) => Ok(RedriveOutput {
            redrive_date: Seconds(at_ms),
        }),
        None => Err(refused("Execution cannot be redriven".into())),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    state_machine_arn: Option<String>,
    status_filter: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
    map_run_arn: Option<String>,
    redrive_filter: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListOutput {
    executions: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    execution_arn: String,
    state_machine_arn: String,
    name: String,
    status: &'static str,
    start_date: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_date: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    map_run_arn: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_machine_version_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_machine_alias_arn: Option<String>,
    redrive_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    redrive_date: Option<Seconds>,
}

/// Which executions are listed.
struct Filter {
    status: Option<String>,
    redriven: Option<bool>,
    version: Option<u32>,
    alias: Option<String>,
    map_run: Option<String>,
}

impl Filter {
    fn passes(&self, is: &Summary) -> bool {
        self.status
            .as_deref()
            .is_none_or(|s| s == is.status.as_str())
            && self.redriven.is_none_or(|r| r == (is.redrive_count > 0))
            && (self.version.is_none() || self.version == is.version)
            && (self.alias.is_none() || self.alias.as_deref() == is.alias.as_deref())
            && self
                .map_run
                .as_deref()
                .is_none_or(|m| is.map.as_ref().is_some_and(|h| &*h.arn == m))
    }
}

/// Lists executions, the newest first.
pub(crate) async fn list(
    service: Arc<StepFunctions>,
    _: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    let mut filter = Filter {
        status: input.status_filter,
        redriven: input.redrive_filter.map(|f| f == "REDRIVEN"),
        version: None,
        alias: None,
        map_run: input.map_run_arn.clone(),
    };
    let (prefix, region, account, name) = match (&input.state_machine_arn, &input.map_run_arn) {
        (Some(_), Some(_)) => {
            return Err(refusal::validation(
                "Must provide either a StateMachine ARN or a MapRun ARN, not both",
            ));
        }
        (Some(text), None) => {
            let (machine, qualifier) = service.qualified(text).await?;
            if machine.kind == Kind::Express {
                return Err(refusal::type_not_supported());
            }
            match qualifier {
                Qualifier::None => {}
                Qualifier::Version(version) => filter.version = Some(version.number),
                Qualifier::Alias(alias) => filter.alias = Some(alias.name),
            }
            (
                machine.prefix(),
                machine.region.clone(),
                machine.account.clone(),
                machine.name.clone(),
            )
        }
        (None, Some(text)) => {
            let run = map_runs::find(&service, text).await?;
            (
                Key::prefix(&[&run.account, &run.region, &run.machine]),
                run.region.to_string(),
                run.account.to_string(),
                run.machine.to_string(),
            )
        }
        (None, None) => {
            return Err(refusal::validation(
                "Must provide a StateMachine ARN or MapRun ARN",
            ));
        }
    };
    let size = paging::size(input.max_results);
    let mut after = paging::after(input.next_token.as_deref(), &prefix)?;
    let mut found: Vec<(Key, Summary)> = Vec::new();
    while found.len() <= size {
        let scan = Scan {
            prefix: prefix.clone(),
            after: after.clone(),
            limit: size + 1,
            reverse: false,
        };
        let rows = service
            .store
            .scan_json::<Summary>(tables::LISTED, &scan)
            .await
            .map_err(refusal::store)?;
        let last = rows.len() <= size;
        after = rows.last().map(|(key, _)| key.clone());
        found.extend(
            rows.into_iter()
                .filter(|(_, summary)| filter.passes(summary)),
        );
        if last {
            break;
        }
    }
    let (page, next_token) = paging::cut(found, size);
    let executions = page.into_iter().filter_map(|(key, summary)| {
        let execution = key.parts().pop()?;
        Some(item(&region, &account, &name, execution, summary))
    });
    Ok(ListOutput {
        executions: executions.collect(),
        next_token,
    })
}

fn item(region: &str, account: &str, machine: &str, name: String, is: Summary) -> Item {
    let own = machine.split('/').next().unwrap_or(machine);
    let qualified = |q: &str| arn::qualified(region, account, own, q);
    Item {
        execution_arn: arn::execution(region, account, machine, &name),
        state_machine_arn: arn::machine(region, account, machine),
        name,
        status: Status::as_str(is.status),
        start_date: Seconds(is.start_ms),
        stop_date: is.stop_ms.map(Seconds),
        item_count: is.map.as_ref().map(|m| m.items),
        map_run_arn: is.map.map(|m| m.arn),
        state_machine_version_arn: is.version.map(|v| qualified(&v.to_string())),
        state_machine_alias_arn: is.alias.map(|a| qualified(&a)),
        redrive_count: is.redrive_count,
        redrive_date: is.redrive_ms.map(Seconds),
    }
}
