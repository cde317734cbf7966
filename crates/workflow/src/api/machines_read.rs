//! State machines, described and listed.

use std::sync::Arc;

use asl::Definition;
use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Key;

use super::{resolve::Qualifier, seconds::Seconds};
use crate::{
    StepFunctions,
    machine::{Encryption, Kind, Logging, Machine, MachineStatus, Tracing},
    paging::{self, Asked},
    refusal, tables,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeInput {
    state_machine_arn: String,
    included_data: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeOutput {
    state_machine_arn: String,
    name: String,
    status: MachineStatus,
    definition: Arc<str>,
    role_arn: String,
    #[serde(rename = "type")]
    kind: Kind,
    creation_date: Seconds,
    logging_configuration: Logging,
    tracing_configuration: Tracing,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_configuration: Option<Encryption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variable_references: Option<Value>,
}

pub(crate) async fn describe(
    service: Arc<StepFunctions>,
    _: Context,
    input: DescribeInput,
) -> Result<DescribeOutput, ApiError> {
    let arn = &input.state_machine_arn;
    let (machine, qualifier) = service.qualified(arn).await?;
    let version = match qualifier {
        Qualifier::None => None,
        Qualifier::Version(version) => Some(version),
        Qualifier::Alias(_) => return Err(refusal::machine_does_not_exist(arn)),
    };
    let ordinal = version.as_ref().map_or(machine.revision, |v| v.revision);
    let loaded = service
        .machines
        .revision(&machine, ordinal)
        .await
        .map_err(refusal::store)?;
    let revision = &loaded.revision;
    let shown = Shown::of(&loaded, input.included_data.as_deref());
    Ok(DescribeOutput {
        state_machine_arn: version
            .as_ref()
            .map_or_else(|| machine.arn(), |v| machine.qualified(v.number)),
        name: machine.name.clone(),
        status: machine.status,
        definition: shown.definition,
        role_arn: revision.role_arn.clone(),
        kind: machine.kind,
        creation_date: Seconds(
            version
                .as_ref()
                .map_or(machine.created_ms, |v| v.created_ms),
        ),
        logging_configuration: revision.logging.clone(),
        tracing_configuration: revision.tracing,
        revision_id: revision.id.clone(),
        description: version.and_then(|v| v.description),
        encryption_configuration: shown.encryption,
        variable_references: shown.variables,
    })
}

/// What is shown of a definition.
pub(super) struct Shown {
    pub definition: Arc<str>,
    pub encryption: Option<Encryption>,
    pub variables: Option<Value>,
}

impl Shown {
    /// METADATA_ONLY: without the definition's content.
    pub(super) fn of(loaded: &crate::machines::Loaded, included: Option<&str>) -> Self {
        let revision = &loaded.revision;
        let hidden = included == Some("METADATA_ONLY");
        // The default encryption was recorded for definitions in JSONata alone.
        let jsonata = revision.definition.contains("\"JSONata\"");
        Self {
            definition: if hidden {
                "{}".into()
            } else {
                Arc::clone(&revision.definition)
            },
            encryption: revision
                .encryption
                .clone()
                .or_else(|| jsonata.then(Encryption::aws_owned)),
            variables: variables(&loaded.definition).filter(|_| !hidden),
        }
    }
}

/// Returns which states read which variables; none where no state does.
fn variables(definition: &Definition) -> Option<Value> {
    let found = definition.variable_references();
    let of_state =
        |(state, names): (Arc<str>, Vec<String>)| (state.to_string(), Value::from(names));
    (!found.is_empty()).then(|| Value::Object(found.into_iter().map(of_state).collect()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListOutput {
    state_machines: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    state_machine_arn: String,
    name: String,
    #[serde(rename = "type")]
    kind: Kind,
    creation_date: Seconds,
}

pub(crate) async fn list(
    service: Arc<StepFunctions>,
    context: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    let asked = Asked {
        max_results: input.max_results,
        token: input.next_token.as_deref(),
    };
    let prefix = Key::prefix(&[context.account(), context.region()]);
    let page = paging::page::<Machine>(&service.store, tables::MACHINES, prefix, &asked, false);
    let (page, next_token) = page.await?;
    let state_machines = page.into_iter().map(|(_, m)| Item {
        state_machine_arn: m.arn(),
        name: m.name,
        kind: m.kind,
        creation_date: Seconds(m.created_ms),
    });
    Ok(ListOutput {
        state_machines: state_machines.collect(),
        next_token,
    })
}
