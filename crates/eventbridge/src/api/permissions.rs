//! PutPermission and RemovePermission: the statements of a bus's resource policy. Kept and shown, not yet
//! asked: whoever may call here may put events onto any bus.

use aws::{ApiError, Context};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Nothing, errors, rules::bus_named};
use crate::EventBridge;

/// AWS's limit for the whole policy, in bytes.
const POLICY_BYTES: usize = 10_240;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutPermission {
    event_bus_name: Option<String>,
    action: Option<String>,
    principal: Option<String>,
    statement_id: Option<String>,
    condition: Option<Condition>,
    policy: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Condition {
    r#type: String,
    key: String,
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RemovePermission {
    statement_id: Option<String>,
    remove_all_permissions: Option<bool>,
    event_bus_name: Option<String>,
}

impl EventBridge {
    pub(super) async fn put_permission(
        &self,
        context: &Context,
        input: PutPermission,
    ) -> Result<Nothing, ApiError> {
        let at = bus_named(context, input.event_bus_name.as_deref());
        self.require_bus(context, &at).await?;
        let bus_arn = at.arn();
        self.change_bus(&at, |bus| {
            match input.policy {
                Some(policy) => bus.statements = statements(&policy)?,
                None => {
                    let statement = statement(input, &bus_arn)?;
                    bus.statements
                        .retain(|known| known["Sid"] != statement["Sid"]);
                    bus.statements.push(statement);
                }
            }
            let bytes: usize = bus
                .statements
                .iter()
                .map(|known| known.to_string().len())
                .sum();
            if bytes > POLICY_BYTES {
                return Err(ApiError::new(
                    "PolicyLengthExceededException",
                    "The event bus policy is too long.",
                ));
            }
            Ok(())
        })
        .await?;
        Ok(Nothing {})
    }

    pub(super) async fn remove_permission(
        &self,
        context: &Context,
        input: RemovePermission,
    ) -> Result<Nothing, ApiError> {
        let at = bus_named(context, input.event_bus_name.as_deref());
        self.require_bus(context, &at).await?;
        self.change_bus(&at, |bus| {
            if input.remove_all_permissions == Some(true) {
                bus.statements.clear();
                return Ok(());
            }
            if bus.statements.is_empty() {
                return Err(errors::no_policy());
            }
            let before = bus.statements.len();
            let removed = input.statement_id.unwrap_or_default();
            bus.statements
                .retain(|known| known["Sid"] != removed.as_str());
            if bus.statements.len() == before {
                Err(errors::no_statement())
            } else {
                Ok(())
            }
        })
        .await?;
        Ok(Nothing {})
    }
}

fn statement(input: PutPermission, bus_arn: &str) -> Result<Value, ApiError> {
    let (Some(action), Some(principal), Some(sid)) =
        (input.action, input.principal, input.statement_id)
    else {
        return Err(errors::invalid(
            "Parameter(s) Action, Principal and StatementId, or Policy, must be specified.",
        ));
    };
    let principal = if principal == "*" {
        json!("*")
    } else {
        json!({"AWS": format!("arn:aws:iam::{principal}:root")})
    };
    let mut statement = json!({"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action,
        "Resource": bus_arn});
    if let Some(Condition { r#type, key, value }) = input.condition {
        statement["Condition"] = json!({r#type: {key: value}});
    }
    Ok(statement)
}

fn statements(policy: &str) -> Result<Vec<Value>, ApiError> {
    let malformed = || errors::invalid("The policy is malformed.");
    let mut policy: Map<String, Value> = serde_json::from_str(policy).map_err(|_| malformed())?;
    match policy.remove("Statement") {
        Some(Value::Array(statements)) => Ok(statements),
        Some(statement @ Value::Object(_)) => Ok(vec![statement]),
        _ => Err(malformed()),
    }
}
