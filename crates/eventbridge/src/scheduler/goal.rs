//! Where a schedule's target leads, and the Call that this means.

use aws::{
    Principal,
    table::{self, Kind, ShapeId, Table},
};
use serde_json::{Map, Value, json};

use super::schedule::Target;
use crate::rules::Arn;

/// What a target asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Goal {
    StartExecution,
    PutEvents,
    /// `arn:aws:scheduler:::aws-sdk:service:operation`
    Operation {
        service: &'static str,
        operation: String,
    },
}

impl Goal {
    /// Returns what the target asks for, or why nothing here does that.
    pub(super) fn of(target: &Target) -> Result<Self, String> {
        let arn = Arn::parse(&target.arn).ok_or("Provided Arn is not in correct format.")?;
        match (arn.service, arn.resource.split_once([':', '/'])) {
            ("states", Some(("stateMachine", _))) => Ok(Self::StartExecution),
            ("events", Some(("event-bus", _))) if target.event_bridge_parameters.is_some() => {
                Ok(Self::PutEvents)
            }
            ("events", Some(("event-bus", _))) => {
                Err("EventBridgeParameters must be provided for an event bus target.".into())
            }
            ("scheduler", Some(("aws-sdk", action))) => universal(action),
            (service, _) => Err(format!(
                "{} is not supported as a target here: nothing here runs {service}. Targets may be state \
                 machines, event buses and aws-sdk operations of the services that are here.",
                target.arn
            )),
        }
    }

    /// Returns service, operation, principal and input of the Call. `name` is one that this occurrence always
    /// has, `input` the target's, its placeholders replaced.
    pub(super) fn call(
        &self,
        target: &Target,
        account: &str,
        region: &str,
        name: &str,
        input: &str,
    ) -> Result<(&'static str, String, Principal, Value), String> {
        let arn = Arn::parse(&target.arn).ok_or("Provided Arn is not in correct format.")?;
        let of_target = || Principal::root(arn.account, arn.region);
        match self {
            Self::StartExecution => {
                let call = json!({"stateMachineArn": target.arn, "name": name, "input": input});
                Ok(("states", "StartExecution".into(), of_target(), call))
            }
            Self::PutEvents => {
                let parameters = target.event_bridge_parameters.as_ref();
                let parameters = parameters.ok_or("EventBridgeParameters are missing")?;
                let entry = json!({"EventBusName": target.arn, "Source": parameters.source,
                    "DetailType": parameters.detail_type, "Detail": input});
                Ok((
                    "events",
                    "PutEvents".into(),
                    of_target(),
                    json!({"Entries": [entry]}),
                ))
            }
            Self::Operation { service, operation } => {
                let given: Value =
                    serde_json::from_str(input).map_err(|error| error.to_string())?;
                let call = to_api(service, operation, given);
                Ok((
                    service,
                    operation.clone(),
                    Principal::root(account, region),
                    call,
                ))
            }
        }
    }
}

fn universal(action: &str) -> Result<Goal, String> {
    let invalid = || format!("arn:aws:scheduler:::aws-sdk:{action} is not a supported target.");
    let (service, action) = action.split_once(':').ok_or_else(invalid)?;
    let sdk_name = |id: &str| id.to_lowercase().replace([' ', '-'], "");
    let metadata = table::tables_available()
        .iter()
        .find(|metadata| sdk_name(&metadata.service_id) == service)
        .ok_or_else(|| format!("{}: nothing here is {service}.", invalid()))?;
    let operation: String = capital(action);
    let table = table::table(&metadata.signing_name).ok_or_else(invalid)?;
    match table.operation(&operation) {
        // What only reads is of no use to a schedule; AWS refuses it.
        Some(_)
            if ["get", "describe", "list", "select"]
                .iter()
                .any(|read| action.starts_with(read)) =>
        {
            Err(invalid())
        }
        Some(_) => Ok(Goal::Operation {
            service: &metadata.signing_name,
            operation,
        }),
        None => Err(invalid()),
    }
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Gives members, which schedules write with a capital, the names that the API has for them.
fn to_api(service: &str, operation: &str, input: Value) -> Value {
    let shape =
        table::table(service).and_then(|table| Some((table, table.operation(operation)?.input?)));
    match shape {
        Some((table, input_shape)) => renamed(table, input_shape, input),
        None => input,
    }
}

fn renamed(table: &Table, shape: ShapeId, value: Value) -> Value {
    match (&table.shape(shape).kind, value) {
        (Kind::Structure(structure), Value::Object(members)) => {
            let named = members.into_iter().map(|(name, value)| {
                let exact = structure.member(&name);
                let known =
                    exact.or_else(|| structure.members.iter().find(|m| capital(&m.name) == name));
                match known {
                    Some(member) => (
                        member.name.to_string(),
                        renamed(table, member.reference.shape, value),
                    ),
                    None => (name, value),
                }
            });
            Value::Object(named.collect::<Map<_, _>>())
        }
        (Kind::List { member, .. }, Value::Array(items)) => items
            .into_iter()
            .map(|item| renamed(table, member.shape, item))
            .collect(),
        (Kind::Map { value: member, .. }, Value::Object(members)) => {
            let members = members.into_iter();
            Value::Object(
                members
                    .map(|(k, v)| (k, renamed(table, member.shape, v)))
                    .collect(),
            )
        }
        (_, value) => value,
    }
}
