//! State machines.

use std::sync::Arc;

use asl::Definition;
use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect};

use super::{Empty, seconds::Seconds, versions};
use crate::{
    StepFunctions,
    machine::{
        Encryption, Kind, LogLevel, Logging, Machine, MachineStatus, Revision, Tag, Tracing,
        Version,
    },
    names, refusal, tables,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateInput {
    name: String,
    definition: Arc<str>,
    role_arn: String,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    logging_configuration: Option<Logging>,
    tags: Option<Vec<Tag>>,
    tracing_configuration: Option<Tracing>,
    publish: Option<bool>,
    version_description: Option<String>,
    encryption_configuration: Option<Encryption>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateOutput {
    state_machine_arn: String,
    creation_date: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_machine_version_arn: Option<String>,
}

pub(crate) async fn create(
    service: Arc<StepFunctions>,
    context: Context,
    input: CreateInput,
) -> Result<CreateOutput, ApiError> {
    names::check(&input.name)?;
    names::check_role(&input.role_arn)?;
    let publish = input.publish.unwrap_or(false);
    check_description(publish, input.version_description.as_deref())?;
    let logging = input.logging_configuration.unwrap_or_default();
    check_logging(&logging)?;
    check_encryption(input.encryption_configuration.as_ref())?;
    let kind = input.kind.unwrap_or(Kind::Standard);
    Definition::parse(&input.definition, kind.into()).map_err(|found| invalid(&found))?;
    let now_ms = service.clock.now_ms();
    let revision = Revision {
        v: 1,
        ordinal: 0,
        id: None,
        definition: input.definition,
        role_arn: input.role_arn,
        logging,
        tracing: input.tracing_configuration.unwrap_or_default(),
        encryption: input.encryption_configuration,
        updated_ms: now_ms,
    };
    let _guard = service.changing(&input.name).await;
    let found = service
        .machines
        .find(context.account(), context.region(), &input.name)
        .await;
    if let Some(machine) = found.map_err(refusal::store)? {
        let wanted = Wanted {
            kind,
            revision: &revision,
            publish,
            description: input.version_description.as_deref(),
        };
        return created_before(&service, &machine, wanted).await;
    }
    let machine = Machine {
        v: 1,
        account: context.account().into(),
        region: context.region().into(),
        name: input.name,
        id: aws::ids::base36(12),
        kind,
        status: MachineStatus::Active,
        created_ms: now_ms,
        revision: 0,
        next_version: if publish { 2 } else { 1 },
        tags: super::tags::merged(Vec::new(), input.tags.unwrap_or_default())?,
    };
    let mut batch = Batch::new();
    let put = |batch: &mut Batch| {
        batch.put_json(tables::MACHINES, machine.key(), &machine, Expect::Absent)?;
        batch.put_json(
            tables::REVISIONS,
            machine.revision_key(0),
            &revision,
            Expect::Any,
        )?;
        if publish {
            let description = input.version_description.clone();
            let version = Version {
                v: 1,
                number: 1,
                revision: 0,
                description,
                created_ms: now_ms,
            };
            batch.put_json(
                tables::VERSIONS,
                machine.version_key(1),
                &version,
                Expect::Any,
            )?;
        }
        Ok(())
    };
    put(&mut batch).map_err(refusal::store)?;
    service.store.commit(batch).await.map_err(refusal::store)?;
    Ok(CreateOutput {
        state_machine_arn: machine.arn(),
        creation_date: Seconds(now_ms),
        state_machine_version_arn: publish.then(|| machine.qualified(1)),
    })
}

struct Wanted<'a> {
    kind: Kind,
    revision: &'a Revision,
    publish: bool,
    description: Option<&'a str>,
}

/// Answers for a name that is taken: as before when the same was asked for, otherwise with a refusal. Role and
/// tags do not count.
async fn created_before(
    service: &StepFunctions,
    machine: &Machine,
    wanted: Wanted<'_>,
) -> Result<CreateOutput, ApiError> {
    let arn = machine.arn();
    if machine.status == MachineStatus::Deleting {
        return Err(refusal::machine_deleting(&arn));
    }
    let loaded = service
        .machines
        .revision(machine, machine.revision)
        .await
        .map_err(refusal::store)?;
    let (is, want) = (&loaded.revision, wanted.revision);
    let same = machine.kind == wanted.kind
        && is.definition == want.definition
        && is.logging == want.logging
        && is.tracing == want.tracing
        && is.encryption == want.encryption;
    let version = match wanted.publish && same {
        false => None,
        true => versions::latest(service, machine).await?.filter(|v| {
            v.revision == machine.revision && v.description.as_deref() == wanted.description
        }),
    };
    if !same || (wanted.publish && version.is_none()) {
        return Err(refusal::machine_exists(&arn));
    }
    Ok(CreateOutput {
        state_machine_arn: arn,
        creation_date: Seconds(machine.created_ms),
        state_machine_version_arn: version.map(|v| machine.qualified(v.number)),
    })
}

fn check_description(publish: bool, description: Option<&str>) -> Result<(), ApiError> {
    if !publish && description.is_some_and(|d| !d.is_empty()) {
        return Err(refusal::validation(
            "Version description can only be set when publish is true",
        ));
    }
    Ok(())
}

fn check_logging(logging: &Logging) -> Result<(), ApiError> {
    let refused = |why: &str| {
        Err(ApiError::new(
            "InvalidLoggingConfiguration",
            format!("Invalid Logging Configuration: {why}"),
        ))
    };
    let destinations = logging.destinations.as_deref().unwrap_or_default();
    if destinations.len() > 1 || (logging.level != LogLevel::Off && destinations.is_empty()) {
        return refused("Must specify exactly one Log Destination.");
    }
    for destination in destinations {
        let arn = destination
            .cloud_watch_logs_log_group
            .as_ref()
            .and_then(|g| g.log_group_arn.as_deref());
        let parts: Vec<&str> = arn.unwrap_or_default().split(':').collect();
        if !matches!(parts.as_slice(), ["arn", _, "logs", _, _, "log-group", name, "*"] if !name.is_empty())
        {
            return refused("Log Destination must be the ARN of a log group and end with ':*'.");
        }
    }
    Ok(())
}

pub(super) fn check_encryption(encryption: Option<&Encryption>) -> Result<(), ApiError> {
    let refused = |why: &str| {
        Err(ApiError::new(
            "InvalidEncryptionConfiguration",
            format!("Invalid Encryption Configuration: {why}"),
        ))
    };
    match encryption {
        Some(e) if e.kind == "CUSTOMER_MANAGED_KMS_KEY" && e.kms_key_id.is_none() => {
            refused("kmsKeyId is required for CUSTOMER_MANAGED_KMS_KEY.")
        }
        Some(e) if e.kind == "AWS_OWNED_KEY" && e.kms_key_id.is_some() => {
            refused("kmsKeyId must not be given for AWS_OWNED_KEY.")
        }
        _ => Ok(()),
    }
}

pub(super) fn invalid(found: &[asl::Diagnostic]) -> ApiError {
    ApiError::new("InvalidDefinition", asl::invalid_definition(found))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateInput {
    state_machine_arn: String,
    definition: Option<Arc<str>>,
    role_arn: Option<String>,
    logging_configuration: Option<Logging>,
    tracing_configuration: Option<Tracing>,
    publish: Option<bool>,
    version_description: Option<String>,
    encryption_configuration: Option<Encryption>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateOutput {
    update_date: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_machine_version_arn: Option<String>,
}

pub(crate) async fn update(
    service: Arc<StepFunctions>,
    _: Context,
    input: UpdateInput,
) -> Result<UpdateOutput, ApiError> {
    let arn = refusal::machine_arn(&input.state_machine_arn)?;
    let _guard = service.changing(name_of(&arn)).await;
    let machine = service.active(&input.state_machine_arn).await?;
    let nothing = input.definition.is_none()
        && input.role_arn.is_none()
        && input.logging_configuration.is_none()
        && input.tracing_configuration.is_none()
        && input.encryption_configuration.is_none();
    let publish = input.publish.unwrap_or(false);
    if nothing {
        return Err(ApiError::new(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration, \
             or the TracingConfiguration must be specified",
        ));
    }
    check_description(publish, input.version_description.as_deref())?;
    if let Some(definition) = &input.definition {
        Definition::parse(definition, machine.kind.into()).map_err(|found| invalid(&found))?;
    }
    if let Some(role) = &input.role_arn {
        names::check_role(role)?;
    }
    if let Some(logging) = &input.logging_configuration {
        check_logging(logging)?;
    }
    check_encryption(input.encryption_configuration.as_ref())?;
    let now_ms = service.clock.now_ms();
    let loaded = service
        .machines
        .revision(&machine, machine.revision)
        .await
        .map_err(refusal::store)?;
    let is = &loaded.revision;
    let next = Revision {
        v: 1,
        ordinal: machine.revision + 1,
        id: Some(aws::ids::uuid()),
        definition: input
            .definition
            .unwrap_or_else(|| Arc::clone(&is.definition)),
        role_arn: input.role_arn.unwrap_or_else(|| is.role_arn.clone()),
        logging: input
            .logging_configuration
            .unwrap_or_else(|| is.logging.clone()),
        tracing: input.tracing_configuration.unwrap_or(is.tracing),
        encryption: input
            .encryption_configuration
            .or_else(|| is.encryption.clone()),
        updated_ms: now_ms,
    };
    let changed = next.definition != is.definition
        || next.role_arn != is.role_arn
        || next.logging != is.logging
        || next.tracing != is.tracing
        || next.encryption != is.encryption;
    let mut machine = Machine::clone(&machine);
    let mut batch = Batch::new();
    let mut revision_id = is.id.clone();
    if changed {
        machine.revision = next.ordinal;
        revision_id.clone_from(&next.id);
        batch
            .put_json(
                tables::REVISIONS,
                machine.revision_key(next.ordinal),
                &next,
                Expect::Any,
            )
            .map_err(refusal::store)?;
    }
    let version = match publish {
        true => Some(
            versions::publish_into(
                &service,
                &mut machine,
                input.version_description,
                &mut batch,
            )
            .await?,
        ),
        false => None,
    };
    if !batch.ops.is_empty() {
        commit(&service, &machine, batch).await?;
    }
    Ok(UpdateOutput {
        update_date: Seconds(now_ms),
        revision_id,
        state_machine_version_arn: version.map(|v| machine.qualified(v.number)),
    })
}

/// Commits a batch together with the machine as it is now.
pub(super) async fn commit(
    service: &StepFunctions,
    machine: &Machine,
    mut batch: Batch,
) -> Result<(), ApiError> {
    batch
        .put_json(tables::MACHINES, machine.key(), machine, Expect::Present)
        .map_err(refusal::store)?;
    let outcome = service.store.commit(batch).await;
    service.machines.forget(machine);
    outcome.map_err(refusal::store)
}

pub(super) fn name_of(arn: &crate::arn::StatesArn) -> &str {
    match &arn.resource {
        crate::arn::Resource::Machine { name, .. } | crate::arn::Resource::Activity { name } => {
            name
        }
        _ => "",
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteInput {
    state_machine_arn: String,
}

/// Deletes a machine; executions in flight go on, and the machine is shown as DELETING until the last one ends.
pub(crate) async fn delete(
    service: Arc<StepFunctions>,
    _: Context,
    input: DeleteInput,
) -> Result<Empty, ApiError> {
    let arn = refusal::machine_arn(&input.state_machine_arn)?;
    let crate::arn::Resource::Machine {
        name,
        qualifier: None,
        label: None,
    } = &arn.resource
    else {
        return Err(refusal::labelled());
    };
    let _guard = service.changing(name).await;
    let found = service
        .machines
        .find(&arn.account, &arn.region, name)
        .await
        .map_err(refusal::store)?;
    let Some(machine) = found else {
        return Ok(Empty {});
    };
    if machine.status == MachineStatus::Active {
        let mut machine = Machine::clone(&machine);
        machine.status = MachineStatus::Deleting;
        commit(&service, &machine, Batch::new()).await?;
    }
    service
        .machines
        .drop_unless_open(&machine)
        .await
        .map_err(refusal::store)?;
    Ok(Empty {})
}
