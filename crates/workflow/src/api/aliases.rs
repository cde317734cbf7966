//! Aliases of state machines.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, Scan};

use super::{Empty, machines, resolve::Qualifier, seconds::Seconds};
use crate::{
    StepFunctions,
    machine::{Alias, Machine, MachineStatus, Route},
    paging, refusal, tables,
};

/// How many aliases a state machine may have: AWS's quota.
const MAX_ALIASES: usize = 100;

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Routing {
    state_machine_version_arn: String,
    weight: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateInput {
    description: Option<String>,
    name: String,
    routing_configuration: Vec<Routing>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateOutput {
    state_machine_alias_arn: String,
    creation_date: Seconds,
}

/// Reads a routing configuration: one or two versions of one machine whose weights add up to 100.
async fn routes(
    service: &StepFunctions,
    given: &[Routing],
) -> Result<(Arc<Machine>, Vec<Route>), ApiError> {
    let refused = |message: String| {
        Err(refusal::validation(message).with_field("reason", "INVALID_ROUTING_CONFIGURATION"))
    };
    let arns: Vec<&str> = given
        .iter()
        .map(|r| r.state_machine_version_arn.as_str())
        .collect();
    let received = format!("Received: [{}]", arns.join(", "));
    if arns.len() == 2 && arns[0] == arns[1] {
        return refused(format!(
            "Routing configuration must contain distinct state machine version ARNs. {received}"
        ));
    }
    if given.iter().map(|r| r.weight).sum::<i64>() != 100 {
        let weights: Vec<String> = given.iter().map(|r| r.weight.to_string()).collect();
        return refused(format!(
            "Sum of routing configuration weights must equal 100. Received: [{}]",
            weights.join(", ")
        ));
    }
    let mut machine: Option<Arc<Machine>> = None;
    let mut routes = Vec::with_capacity(given.len());
    for route in given {
        let (found, version) = match service.qualified(&route.state_machine_version_arn).await {
            Ok((found, Qualifier::Version(version))) => (found, version),
            Ok(_) => {
                return refused(format!(
                    "Routing configuration must contain state machine version ARNs. {received}"
                ));
            }
            Err(error) if error.code == "StateMachineDoesNotExist" => {
                return Err(refusal::resource_not_found(
                    &route.state_machine_version_arn,
                ));
            }
            Err(error) => return Err(error),
        };
        if machine.as_ref().is_some_and(|m| m.id != found.id) {
            return refused(format!(
                "Routing configuration must contain versions of the same state machine. {received}"
            ));
        }
        machine = Some(found);
        routes.push(Route {
            version: version.number,
            weight: u32::try_from(route.weight).unwrap_or(0),
        });
    }
    match machine {
        Some(machine) => Ok((machine, routes)),
        None => refused(format!(
            "Routing configuration must contain state machine version ARNs. {received}"
        )),
    }
}

pub(crate) async fn create(
    service: Arc<StepFunctions>,
    _: Context,
    input: CreateInput,
) -> Result<CreateOutput, ApiError> {
    let (machine, routes) = routes(&service, &input.routing_configuration).await?;
    if machine.status == MachineStatus::Deleting {
        return Err(refusal::machine_deleting(&machine.arn()));
    }
    let _guard = service.changing(&machine.name).await;
    let arn = machine.qualified(&input.name);
    if let Some(is) = service
        .machines
        .alias(&machine, &input.name)
        .await
        .map_err(refusal::store)?
    {
        if is.routes == routes && is.description == input.description {
            return Ok(CreateOutput {
                state_machine_alias_arn: arn,
                creation_date: Seconds(is.created_ms),
            });
        }
        return Err(refusal::conflict(
            "Failed to create alias because an alias with the same name and a different routing configuration \
             already exists.",
        ));
    }
    if aliases_of(&service, &machine).await?.len() >= MAX_ALIASES {
        return Err(refusal::quota_exceeded(
            "aliases",
            MAX_ALIASES,
            &machine.arn(),
        ));
    }
    let now_ms = service.clock.now_ms();
    let alias = Alias {
        v: 1,
        name: input.name,
        description: input.description,
        routes,
        created_ms: now_ms,
        updated_ms: now_ms,
    };
    put(&service, &machine, &alias, Expect::Absent).await?;
    Ok(CreateOutput {
        state_machine_alias_arn: arn,
        creation_date: Seconds(now_ms),
    })
}

/// Returns all aliases of a machine, by name.
pub(super) async fn aliases_of(
    service: &StepFunctions,
    machine: &Machine,
) -> Result<Vec<Alias>, ApiError> {
    let scan = Scan {
        prefix: machine.prefix(),
        after: None,
        limit: usize::MAX,
        reverse: false,
    };
    let found = service
        .store
        .scan_json::<Alias>(tables::ALIASES, &scan)
        .await
        .map_err(refusal::store)?;
    Ok(found.into_iter().map(|(_, alias)| alias).collect())
}

async fn put(
    service: &StepFunctions,
    machine: &Machine,
    alias: &Alias,
    expect: Expect,
) -> Result<(), ApiError> {
    let mut batch = Batch::new();
    batch
        .put_json(tables::ALIASES, machine.below(&alias.name), alias, expect)
        .map_err(refusal::store)?;
    service.store.commit(batch).await.map_err(refusal::store)
}

async fn find(service: &StepFunctions, arn: &str) -> Result<(Arc<Machine>, Alias), ApiError> {
    match service.qualified(arn).await {
        Ok((machine, Qualifier::Alias(alias))) => Ok((machine, alias)),
        Ok(_) => Err(refusal::invalid_arn(
            "The ARN must be a state machine alias'",
        )),
        Err(error) if error.code == "StateMachineDoesNotExist" => Err(ApiError::new(
            "ResourceNotFound",
            "Request references a resource that does not exist.",
        )
        .with_field("resourceName", arn)),
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AliasInput {
    state_machine_alias_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeOutput {
    state_machine_alias_arn: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    routing_configuration: Vec<Routing>,
    creation_date: Seconds,
    update_date: Seconds,
}

pub(crate) async fn describe(
    service: Arc<StepFunctions>,
    _: Context,
    input: AliasInput,
) -> Result<DescribeOutput, ApiError> {
    let (machine, alias) = find(&service, &input.state_machine_alias_arn).await?;
    let routing = alias.routes.iter().map(|r| Routing {
        state_machine_version_arn: machine.qualified(r.version),
        weight: r.weight.into(),
    });
    Ok(DescribeOutput {
        state_machine_alias_arn: machine.qualified(&alias.name),
        routing_configuration: routing.collect(),
        name: alias.name,
        description: alias.description,
        creation_date: Seconds(alias.created_ms),
        update_date: Seconds(alias.updated_ms),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateInput {
    state_machine_alias_arn: String,
    description: Option<String>,
    routing_configuration: Option<Vec<Routing>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateOutput {
    update_date: Seconds,
}

pub(crate) async fn update(
    service: Arc<StepFunctions>,
    _: Context,
    input: UpdateInput,
) -> Result<UpdateOutput, ApiError> {
    if input.description.is_none() && input.routing_configuration.is_none() {
        return Err(refusal::validation(
            "Either the description or the routing configuration must be specified",
        )
        .with_field("reason", "MISSING_REQUIRED_PARAMETER"));
    }
    let arn = refusal::machine_arn(&input.state_machine_alias_arn)?;
    let _guard = service.changing(machines::name_of(&arn)).await;
    let (machine, mut alias) = find(&service, &input.state_machine_alias_arn).await?;
    if machine.status == MachineStatus::Deleting {
        return Err(refusal::machine_deleting(&machine.arn()));
    }
    if let Some(given) = &input.routing_configuration {
        let (other, routes) = routes(&service, given).await?;
        if other.id != machine.id {
            return Err(refusal::validation(
                "Routing configuration must contain versions of the alias' state machine",
            )
            .with_field("reason", "INVALID_ROUTING_CONFIGURATION"));
        }
        alias.routes = routes;
    }
    if input.description.is_some() {
        alias.description = input.description;
    }
    alias.updated_ms = service.clock.now_ms();
    put(&service, &machine, &alias, Expect::Present).await?;
    Ok(UpdateOutput {
        update_date: Seconds(alias.updated_ms),
    })
}

pub(crate) async fn delete(
    service: Arc<StepFunctions>,
    _: Context,
    input: AliasInput,
) -> Result<Empty, ApiError> {
    let arn = refusal::machine_arn(&input.state_machine_alias_arn)?;
    let _guard = service.changing(machines::name_of(&arn)).await;
    let (machine, alias) = find(&service, &input.state_machine_alias_arn).await?;
    let mut batch = Batch::new();
    batch.delete(tables::ALIASES, machine.below(&alias.name));
    service.store.commit(batch).await.map_err(refusal::store)?;
    Ok(Empty {})
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
    state_machine_aliases: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    state_machine_alias_arn: String,
    creation_date: Seconds,
}

/// Returns an alias' place in the list: the one created last comes first.
fn place(machine: &Machine, alias: &Alias) -> Key {
    let newest_first = tables::reversed(u64::try_from(alias.created_ms).unwrap_or(0));
    tables::key(&[
        &machine.account,
        &machine.region,
        &machine.name,
        &machine.id,
        &newest_first,
        &alias.name,
    ])
}

/// Lists the aliases of a machine, or those that lead to a version of it, the newest first.
pub(crate) async fn list(
    service: Arc<StepFunctions>,
    _: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    let (machine, qualifier) = service.qualified(&input.state_machine_arn).await?;
    if machine.status == MachineStatus::Deleting {
        return Err(refusal::machine_deleting(&machine.arn()));
    }
    let version = match qualifier {
        Qualifier::Version(version) => Some(version.number),
        _ => None,
    };
    let size = paging::size(input.max_results);
    let after = paging::after(input.next_token.as_deref(), &machine.prefix())?;
    let mut found: Vec<(Key, Alias)> = aliases_of(&service, &machine)
        .await?
        .into_iter()
        .filter(|a| version.is_none_or(|v| a.routes.iter().any(|r| r.version == v)))
        .map(|a| (place(&machine, &a), a))
        .filter(|(place, _)| after.as_ref().is_none_or(|after| place > after))
        .collect();
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    let (page, next_token) = paging::cut(found, size);
    let items = page.into_iter().map(|(_, a)| Item {
        state_machine_alias_arn: machine.qualified(&a.name),
        creation_date: Seconds(a.created_ms),
    });
    Ok(ListOutput {
        state_machine_aliases: items.collect(),
        next_token,
    })
}
