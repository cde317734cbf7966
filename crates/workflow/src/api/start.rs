//! StartExecution and StartSyncExecution.

use std::sync::Arc;

use asl::{Status, Value};
use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::StoreError;

use super::{resolve::Qualifier, seconds::Seconds};
use crate::{
    StepFunctions, arn,
    driver::Begin,
    execution::{Home, Record},
    ids,
    machine::{Kind, Machine, MachineStatus},
    names, refusal, tables,
};

/// The longest input, in bytes of UTF-8.
const MAX_INPUT_BYTES: usize = 262_144;
/// What Express bills by: begun tenths of a second.
const BILLED_STEP_MS: i64 = 100;
/// What a small Express execution is billed for.
const BILLED_MEMORY_MB: i64 = 64;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartInput {
    state_machine_arn: String,
    name: Option<String>,
    input: Option<Arc<str>>,
    trace_header: Option<Arc<str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartOutput {
    execution_arn: String,
    start_date: Seconds,
}

pub(crate) async fn start(
    service: Arc<StepFunctions>,
    _: Context,
    input: StartInput,
) -> Result<StartOutput, ApiError> {
    let (machine, begin) = prepare(
        &service,
        input.state_machine_arn,
        input.name,
        input.input,
        input.trace_header,
    )
    .await?;
    if machine.kind == Kind::Express {
        let arn = express_arn(&begin.home);
        let (driver, of) = (Arc::clone(&service.driver), arn.clone());
        let begun = aws::whole(async move { driver.start_express_surely(of.into(), begin).await });
        let begun = begun.await.map_err(refusal::store)?;
        return Ok(StartOutput {
            execution_arn: arn,
            start_date: Seconds(begun.start_ms),
        });
    }
    let (home, text) = (begin.home.clone(), Arc::clone(&begin.input));
    let driver = Arc::clone(&service.driver);
    match aws::whole(async move { driver.start(begin).await }).await {
        Ok(begun) => Ok(StartOutput {
            execution_arn: home.arn(),
            start_date: Seconds(begun.start_ms),
        }),
        Err(StoreError::Conflict { table, .. }) if table == tables::EXECUTIONS => {
            started_before(&service, &home, &text).await
        }
        Err(error) => Err(refusal::store(error)),
    }
}

/// Answers for a name that is taken: as before when an execution with the same input still runs.
async fn started_before(
    service: &StepFunctions,
    home: &Home,
    text: &str,
) -> Result<StartOutput, ApiError> {
    let arn = home.arn();
    let found = service
        .store
        .get_json::<Record>(tables::EXECUTIONS, &home.key())
        .await
        .map_err(refusal::store)?;
    match found {
        Some(is) if is.status == Status::Running && &*is.input == text => Ok(StartOutput {
            execution_arn: arn,
            start_date: Seconds(is.start_ms),
        }),
        _ => Err(refusal::execution_exists(&arn)),
    }
}

async fn prepare(
    service: &StepFunctions,
    machine_arn: String,
    name: Option<String>,
    input: Option<Arc<str>>,
    trace_header: Option<Arc<str>>,
) -> Result<(Arc<Machine>, Begin), ApiError> {
    if let Some(name) = &name {
        names::check(name)?;
    }
    let (machine, qualifier) = service.qualified(&machine_arn).await?;
    if machine.status == MachineStatus::Deleting {
        return Err(refusal::machine_deleting(&machine_arn));
    }
    let input = input.unwrap_or_else(|| "{}".into());
    check_input(&input)?;
    let (version, alias) = match qualifier {
        Qualifier::None => (None, None),
        Qualifier::Version(version) => (Some(version), None),
        Qualifier::Alias(alias) => {
            let draw = u32::try_from(ids::seed() % 100).unwrap_or(0);
            let number = alias
                .route(draw)
                .ok_or_else(|| ApiError::internal("an alias leads nowhere"))?;
            let version = service
                .machines
                .version(&machine, number)
                .await
                .map_err(refusal::store)?;
            let version = version.ok_or_else(|| refusal::machine_does_not_exist(&machine_arn))?;
            (Some(version), Some(alias.name))
        }
    };
    let revision = version.as_ref().map_or(machine.revision, |v| v.revision);
    let loaded = service
        .machines
        .revision(&machine, revision)
        .await
        .map_err(refusal::store)?;
    let home = Home {
        account: machine.account.as_str().into(),
        region: machine.region.as_str().into(),
        machine: machine.name.as_str().into(),
        machine_id: machine.id.as_str().into(),
        name: name.map_or_else(|| aws::ids::uuid().into(), Into::into),
        revision,
        version: version.map(|v| v.number),
        alias: alias.map(Into::into),
        map: None,
    };
    let begin = Begin {
        home,
        definition: loaded.definition.clone(),
        role_arn: loaded.revision.role_arn.as_str().into(),
        input,
        // "If both sources are provided, Step Functions will use the header value."
        trace_header: aws::trace::current().or(trace_header),
        logging: loaded.revision.logging.clone(),
    };
    Ok((machine, begin))
}

/// Refuses an input that is no JSON, in the words of the parser that AWS uses.
fn check_input(input: &str) -> Result<(), ApiError> {
    if input.trim().is_empty() {
        return Err(refusal::invalid_input("Invalid execution input."));
    }
    if input.len() > MAX_INPUT_BYTES {
        let why = format!("The input is longer than the maximum of {MAX_INPUT_BYTES} bytes.");
        return Err(refusal::invalid_input(why));
    }
    Value::parse(input)
        .map(|_| ())
        .map_err(refusal::invalid_input)
}

fn express_arn(home: &Home) -> String {
    arn::express(
        &home.region,
        &home.account,
        &home.machine,
        &home.name,
        &aws::ids::uuid(),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncInput {
    state_machine_arn: String,
    name: Option<String>,
    input: Option<Arc<str>>,
    trace_header: Option<Arc<str>>,
    included_data: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncOutput {
    execution_arn: String,
    state_machine_arn: String,
    name: Arc<str>,
    start_date: Seconds,
    stop_date: Seconds,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Arc<str>>,
    input_details: Included,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Arc<str>>,
    output_details: Included,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_header: Option<Arc<str>>,
    billing_details: Billing,
}

/// Whether data is in the answer.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Included {
    pub included: bool,
}

#[derive(Serialize)]
struct Billing {
    #[serde(rename = "billedMemoryUsedInMB")]
    memory_mb: i64,
    #[serde(rename = "billedDurationInMilliseconds")]
    duration_ms: i64,
}

pub(crate) async fn start_sync(
    service: Arc<StepFunctions>,
    _: Context,
    input: SyncInput,
) -> Result<SyncOutput, ApiError> {
    let (machine, begin) = prepare(
        &service,
        input.state_machine_arn,
        input.name,
        input.input,
        input.trace_header,
    )
    .await?;
    if machine.kind != Kind::Express {
        return Err(refusal::type_not_supported());
    }
    let arn = express_arn(&begin.home);
    let (driver, of) = (Arc::clone(&service.driver), arn.clone());
    let started = aws::whole(async move { driver.start_express(of.into(), begin).await });
    let (_, ended) = started.await.map_err(refusal::store)?;
    let record = ended
        .await
        .map_err(|_| ApiError::internal("an Express execution ended without a word"))?;
    let stop_ms = record.stop_ms.unwrap_or(record.start_ms);
    let included = input.included_data.as_deref() != Some("METADATA_ONLY");
    let ran_ms = (stop_ms - record.start_ms).max(1);
    Ok(SyncOutput {
        execution_arn: arn,
        state_machine_arn: record.home.machine_arn(),
        name: Arc::clone(&record.home.name),
        start_date: Seconds(record.start_ms),
        stop_date: Seconds(stop_ms),
        status: record.status.as_str(),
        error: record.error,
        cause: record.cause,
        input: included.then_some(record.input),
        input_details: Included { included },
        output: record.output.filter(|_| included),
        output_details: Included { included },
        trace_header: record.trace_header,
        billing_details: Billing {
            memory_mb: BILLED_MEMORY_MB,
            duration_ms: (ran_ms + BILLED_STEP_MS - 1) / BILLED_STEP_MS * BILLED_STEP_MS,
        },
    })
}
