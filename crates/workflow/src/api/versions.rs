//! Versions of state machines.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Scan};

use super::{Empty, aliases, machines, resolve::Qualifier, seconds::Seconds};
use crate::{
    StepFunctions,
    arn::Resource,
    machine::{Machine, Version},
    paging::{self, Asked},
    refusal, tables,
};

/// How many versions a state machine may have: AWS's quota.
const MAX_VERSIONS: usize = 1000;

/// Returns the version with the highest number.
pub(super) async fn latest(
    service: &StepFunctions,
    machine: &Machine,
) -> Result<Option<Version>, ApiError> {
    let scan = Scan {
        prefix: machine.prefix(),
        after: None,
        limit: 1,
        reverse: true,
    };
    let found = service
        .store
        .scan_json::<Version>(tables::VERSIONS, &scan)
        .await
        .map_err(refusal::store)?;
    Ok(found.into_iter().next().map(|(_, version)| version))
}

async fn count(service: &StepFunctions, machine: &Machine) -> Result<usize, ApiError> {
    let scan = Scan {
        prefix: machine.prefix(),
        after: None,
        limit: usize::MAX,
        reverse: false,
    };
    let found = service
        .store
        .scan_json::<Version>(tables::VERSIONS, &scan)
        .await
        .map_err(refusal::store)?;
    Ok(found.len())
}

/// Publishes a machine's current revision: the latest version when it is of that revision, else a new one, whose
/// rows go into the batch. A machine that has all the versions it may have is refused another.
pub(super) async fn publish_into(
    service: &StepFunctions,
    machine: &mut Machine,
    description: Option<String>,
    batch: &mut Batch,
) -> Result<Version, ApiError> {
    if let Some(latest) = latest(service, machine)
        .await?
        .filter(|v| v.revision == machine.revision)
    {
        return Ok(latest);
    }
    let number = machine.next_version;
    // The versions need counting only once so many have ever been published.
    if usize::try_from(number).is_ok_and(|n| n > MAX_VERSIONS)
        && count(service, machine).await? >= MAX_VERSIONS
    {
        return Err(refusal::quota_exceeded(
            "versions",
            MAX_VERSIONS,
            &machine.arn(),
        ));
    }
    machine.next_version += 1;
    let created_ms = service.clock.now_ms();
    let version = Version {
        v: 1,
        number,
        revision: machine.revision,
        description,
        created_ms,
    };
    batch
        .put_json(
            tables::VERSIONS,
            machine.version_key(number),
            &version,
            Expect::Absent,
        )
        .map_err(refusal::store)?;
    Ok(version)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublishInput {
    state_machine_arn: String,
    revision_id: Option<String>,
    description: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublishOutput {
    creation_date: Seconds,
    state_machine_version_arn: String,
}

pub(crate) async fn publish(
    service: Arc<StepFunctions>,
    _: Context,
    input: PublishInput,
) -> Result<PublishOutput, ApiError> {
    let arn = refusal::machine_arn(&input.state_machine_arn)?;
    let _guard = service.changing(machines::name_of(&arn)).await;
    let machine = service.active(&input.state_machine_arn).await?;
    if let Some(wanted) = &input.revision_id {
        let loaded = service
            .machines
            .revision(&machine, machine.revision)
            .await
            .map_err(refusal::store)?;
        let current = loaded.revision.id.as_deref().unwrap_or("INITIAL");
        if wanted != current {
            return Err(refusal::conflict(format!(
                "Failed to publish the State Machine version for revision {wanted}. \
                 The current State Machine revision is {current}."
            )));
        }
    }
    let mut machine = Machine::clone(&machine);
    let mut batch = Batch::new();
    let version = publish_into(&service, &mut machine, input.description, &mut batch).await?;
    if !batch.ops.is_empty() {
        machines::commit(&service, &machine, batch).await?;
    }
    Ok(PublishOutput {
        creation_date: Seconds(version.created_ms),
        state_machine_version_arn: machine.qualified(version.number),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    state_machine_arn: String,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListOutput {
    state_machine_versions: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    state_machine_version_arn: String,
    creation_date: Seconds,
}

/// Lists the versions, the newest first.
pub(crate) async fn list(
    service: Arc<StepFunctions>,
    _: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    let machine = service.unqualified(&input.state_machine_arn).await?;
    let asked = Asked {
        max_results: input.max_results,
        token: input.next_token.as_deref(),
    };
    let (store, prefix) = (&service.store, machine.prefix());
    let page = paging::page::<Version>(store, tables::VERSIONS, prefix, &asked, true);
    let (page, next_token) = page.await?;
    let items = page.into_iter().map(|(_, v)| Item {
        state_machine_version_arn: machine.qualified(v.number),
        creation_date: Seconds(v.created_ms),
    });
    Ok(ListOutput {
        state_machine_versions: items.collect(),
        next_token,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteInput {
    state_machine_version_arn: String,
}

pub(crate) async fn delete(
    service: Arc<StepFunctions>,
    _: Context,
    input: DeleteInput,
) -> Result<Empty, ApiError> {
    let arn = refusal::machine_arn(&input.state_machine_version_arn)?;
    match &arn.resource {
        Resource::Machine {
            qualifier: Some(q), ..
        } if q.parse::<u32>().is_ok() => {}
        _ => {
            return Err(refusal::invalid_arn(
                "The ARN must be a state machine version's",
            ));
        }
    }
    let _guard = service.changing(machines::name_of(&arn)).await;
    let (machine, version) = match service.qualified(&input.state_machine_version_arn).await {
        Ok((machine, Qualifier::Version(version))) => (machine, version),
        Ok(_) => return Ok(Empty {}),
        Err(error) if error.code == "StateMachineDoesNotExist" => return Ok(Empty {}),
        Err(error) => return Err(error),
    };
    let referring: Vec<String> = aliases::aliases_of(&service, &machine)
        .await?
        .into_iter()
        .filter(|a| a.routes.iter().any(|r| r.version == version.number))
        .map(|a| a.name)
        .collect();
    if !referring.is_empty() {
        return Err(refusal::conflict(format!(
            "Version to be deleted must not be referenced by an alias. \
             Current list of aliases referencing this version: [{}]",
            referring.join(", ")
        )));
    }
    let mut batch = Batch::new();
    batch.delete(tables::VERSIONS, machine.version_key(version.number));
    service.store.commit(batch).await.map_err(refusal::store)?;
    Ok(Empty {})
}
