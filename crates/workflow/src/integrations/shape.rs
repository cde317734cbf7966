//! Between the States Language's PascalCase and an API's own names, by the API's shapes.

use asl::{Number, Value};
use aws::table::{self, Kind, ShapeId, Structure, Table};
use serde_json::{Map, Value as Json};

/// How an integration shows timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dates {
    /// Epoch milliseconds: optimised integrations.
    Millis,
    /// ISO 8601: `aws-sdk`.
    Iso,
}

/// Returns a task's parameters as an operation's input. Members that the shape does not have are given back as
/// the error.
///
/// A null member is left out; an object or array for a string member is serialised; a missing idempotency token
/// is filled in.
pub(super) fn input(
    service: &str,
    operation: &str,
    parameters: &Value,
    token: &str,
) -> Result<Json, Vec<String>> {
    let Some((table, id)) = shape_of(service, operation, true) else {
        return Ok(lowered(parameters));
    };
    let mut unknown = Vec::new();
    let mut input = to_api(table, id, parameters, &mut unknown);
    if let (Some(structure), Some(members)) = (table.structure(id), input.as_object_mut()) {
        for member in structure.members.iter().filter(|m| m.idempotency_token) {
            members.entry(&*member.name).or_insert_with(|| token.into());
        }
    }
    if unknown.is_empty() {
        Ok(input)
    } else {
        Err(unknown)
    }
}

/// Returns the members that an operation requires and these parameters do not have, in PascalCase.
pub(super) fn missing(service: &str, operation: &str, input: &Json) -> Vec<String> {
    let Some((table, id)) = shape_of(service, operation, true) else {
        return Vec::new();
    };
    let Some(structure) = table.structure(id) else {
        return Vec::new();
    };
    let absent = structure
        .members
        .iter()
        .filter(|m| m.required && input.get(&*m.name).is_none());
    absent.map(|m| pascal(&m.name)).collect()
}

/// Returns an operation's answer in PascalCase; the keys of maps stay as they are.
pub(super) fn output(service: &str, operation: &str, answer: &Json, dates: Dates) -> Value {
    match shape_of(service, operation, false) {
        Some((table, id)) => from_api(table, id, answer, dates),
        None => raised(answer),
    }
}

fn shape_of(service: &str, operation: &str, input: bool) -> Option<(&'static Table, ShapeId)> {
    let table = table::table(service)?;
    let operation = table.operation(operation).filter(|o| o.full)?;
    Some((
        table,
        if input {
            operation.input?
        } else {
            operation.output?
        },
    ))
}

/// Returns a name with its first letter as a capital.
pub(super) fn pascal(name: &str) -> String {
    first_letter(name, char::to_ascii_uppercase)
}

pub(super) fn camel(name: &str) -> String {
    first_letter(name, char::to_ascii_lowercase)
}

fn first_letter(name: &str, change: fn(&char) -> char) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        std::iter::once(change(&first)).chain(chars).collect()
    })
}

/// Returns the member that a name in the definition means: its own name, or that with a capital.
fn member_named<'a>(structure: &'a Structure, name: &str) -> Option<&'a table::Member> {
    structure
        .member(name)
        .or_else(|| structure.members.iter().find(|m| pascal(&m.name) == name))
        .or_else(|| {
            structure
                .members
                .iter()
                .find(|m| m.name.eq_ignore_ascii_case(name))
        })
}

fn to_api(table: &Table, id: ShapeId, value: &Value, unknown: &mut Vec<String>) -> Json {
    match (&table.shape(id).kind, value) {
        (Kind::Structure(structure), Value::Object(members)) => {
            let mut out = Map::with_capacity(members.len());
            for (name, value) in members.iter().filter(|(_, v)| !v.is_null()) {
                match member_named(structure, name) {
                    Some(member) => {
                        let value = to_api(table, member.reference.shape, value, unknown);
                        out.insert(member.name.to_string(), value);
                    }
                    None => unknown.push(name.to_string()),
                }
            }
            Json::Object(out)
        }
        (Kind::List { member, .. }, Value::Array(items)) => items
            .iter()
            .map(|v| to_api(table, member.shape, v, unknown))
            .collect(),
        (Kind::Map { value: member, .. }, Value::Object(members)) => {
            let entries = members
                .iter()
                .map(|(k, v)| (k.to_string(), to_api(table, member.shape, v, unknown)));
            Json::Object(entries.collect())
        }
        (Kind::String, Value::Object(_) | Value::Array(_)) => value.to_text().into(),
        (Kind::String, Value::Number(number)) => number.to_string().into(),
        (Kind::String, Value::Bool(flag)) => flag.to_string().into(),
        (Kind::Timestamp, Value::String(text)) => {
            aws::time::parse(text).map_or_else(|| Json::from(&**text), Json::from)
        }
        _ => value.to_json(),
    }
}

fn from_api(table: &Table, id: ShapeId, value: &Json, dates: Dates) -> Value {
    match (&table.shape(id).kind, value) {
        (Kind::Structure(structure), Json::Object(members)) => {
            let members = members
                .iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(name, value)| {
                    let value = match structure.member(name) {
                        Some(member) => from_api(table, member.reference.shape, value, dates),
                        None => raised(value),
                    };
                    (pascal(name), value)
                });
            Value::object(members)
        }
        (Kind::List { member, .. }, Json::Array(items)) => Value::array(
            items
                .iter()
                .map(|v| from_api(table, member.shape, v, dates)),
        ),
        (Kind::Map { value: member, .. }, Json::Object(entries)) => Value::object(
            entries
                .iter()
                .map(|(k, v)| (k.as_str(), from_api(table, member.shape, v, dates))),
        ),
        (Kind::Timestamp, Json::Number(number)) => {
            let ms = (number.as_f64().unwrap_or_default() * 1000.0).round() as i64;
            match dates {
                Dates::Millis => Value::Number(Number::Int(ms)),
                Dates::Iso => Value::from(asl::time::iso(ms)),
            }
        }
        _ => Value::from(value),
    }
}

/// Where a table has no shape: every name begins with a small letter.
fn lowered(value: &Value) -> Json {
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(_, v)| !v.is_null());
            Json::Object(members.map(|(k, v)| (camel(k), lowered(v))).collect())
        }
        Value::Array(items) => items.iter().map(lowered).collect(),
        _ => value.to_json(),
    }
}

/// Where a table has no shape: every name begins with a capital.
fn raised(value: &Json) -> Value {
    match value {
        Json::Object(members) => Value::object(members.iter().map(|(k, v)| (pascal(k), raised(v)))),
        Json::Array(items) => Value::array(items.iter().map(raised)),
        _ => Value::from(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value::parse(text).unwrap()
    }

    #[test]
    fn parameters_take_the_names_of_the_api_at_every_level_and_map_keys_stay() {
        let parameters = value(
            r#"{"Name":"n","VirtualClusterId":"vc","ExecutionRoleArn":"r","ReleaseLabel":"l",
                "JobDriver":{"SparkSubmitJobDriver":{"EntryPoint":"s3://x","EntryPointArguments":["60"]}},
                "ConfigurationOverrides":{"ApplicationConfiguration":[{"Classification":"spark-defaults",
                "Properties":{"spark.executor.memory":"1G"}}],"MonitoringConfiguration":{"PersistentAppUI":"ENABLED"}}}"#,
        );
        let input = input("emr-containers", "StartJobRun", &parameters, "token-1").unwrap();
        assert_eq!(input["clientToken"], "token-1");
        assert_eq!(
            input["jobDriver"]["sparkSubmitJobDriver"]["entryPointArguments"][0],
            "60"
        );
        let overrides = &input["configurationOverrides"];
        assert_eq!(
            overrides["applicationConfiguration"][0]["properties"]["spark.executor.memory"],
            "1G"
        );
        assert_eq!(
            overrides["monitoringConfiguration"]["persistentAppUI"],
            "ENABLED"
        );
    }

    #[test]
    fn an_object_for_a_string_is_serialised_and_null_is_left_out() {
        let parameters = value(r#"{"StateMachineArn":"arn","Input":{"key":"value"},"Name":null}"#);
        let made = input("states", "StartExecution", &parameters, "t").unwrap();
        assert_eq!(
            made,
            serde_json::json!({"stateMachineArn": "arn", "input": r#"{"key":"value"}"#})
        );
    }

    #[test]
    fn unknown_and_missing_members_are_named() {
        let unknown =
            input("states", "StartExecution", &value(r#"{"Nonsense":1}"#), "t").unwrap_err();
        assert_eq!(unknown, ["Nonsense"]);
        assert_eq!(
            missing("states", "StartExecution", &serde_json::json!({})),
            ["StateMachineArn"]
        );
    }

    #[test]
    fn answers_are_raised_by_their_shape() {
        let answer = serde_json::json!({"executionArn": "arn", "startDate": 1_700_000_000.5});
        let millis = output("states", "StartExecution", &answer, Dates::Millis);
        assert_eq!(
            millis.to_text(),
            r#"{"ExecutionArn":"arn","StartDate":1700000000500}"#
        );
        let iso = output("states", "StartExecution", &answer, Dates::Iso);
        assert_eq!(
            iso.to_text(),
            r#"{"ExecutionArn":"arn","StartDate":"2023-11-14T22:13:20.500Z"}"#
        );
        let job = serde_json::json!({"jobRun": {"id": "1", "configurationOverrides": {"applicationConfiguration":
            [{"classification": "c", "properties": {"spark.x": "1"}}]}}});
        let job = output("emr-containers", "DescribeJobRun", &job, Dates::Millis).to_text();
        assert!(job.contains(r#""ApplicationConfiguration":[{"Classification":"c","Properties":{"spark.x":"1"}}]"#), "{job}");
    }
}
