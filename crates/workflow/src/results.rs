//! The shapes that results of Task states have, for TestState's mocks: of our protocol tables, and of services that
//! Task states name although nothing is behind them here (`tables/results.json.gz`, made by
//! `tools/result_shapes.py`).

use std::{collections::BTreeMap, io::Read, sync::OnceLock};

use asl::{
    Value,
    catalog::{Integration, Pattern, ResourceKind},
    test_state::{FieldValidationMode, Shape, ShapeMember, Shapes, check_result},
};
use aws::table::{self, Kind, Table};
use serde::Deserialize;

/// Checks a mocked result against what the integration's operation returns. Results that come by other ways
/// (`.sync`, a token, an activity) have no shape of their own.
///
/// **Errors**: the message of the `ValidationException`.
pub(crate) fn check(
    integration: &Integration,
    result: &Value,
    mode: FieldValidationMode,
) -> Result<(), String> {
    let named = matches!(
        integration.kind,
        ResourceKind::Optimized | ResourceKind::AwsSdk
    );
    if integration.pattern != Pattern::RequestResponse || !named {
        return Ok(());
    }
    let operation = pascal(&integration.action);
    if let Some(table) = table_of(&integration.service)
        && let Some(output) = table.operation(&operation).and_then(|o| o.output)
    {
        return check_result(result, &table.shape(output).name, &Tabled(table), mode);
    }
    let Some(foreign) = foreign().get(&*integration.service) else {
        return Ok(());
    };
    match foreign.operations.get(&operation) {
        Some(output) => check_result(result, output, foreign, mode),
        None => Ok(()),
    }
}

fn pascal(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Returns the table of a service by its signing name, or by its id as `aws-sdk` writes it.
fn table_of(service: &str) -> Option<&'static Table> {
    let plain = |id: &str| id.replace([' ', '-'], "").to_ascii_lowercase();
    let known = table::tables_available().iter();
    let found = known
        .clone()
        .find(|m| m.signing_name == service)
        .or_else(|| known.clone().find(|m| plain(&m.service_id) == service))?;
    table::table(&found.signing_name)
}

/// The shapes of one of our tables.
struct Tabled(&'static Table);

impl Shapes for Tabled {
    fn shape(&self, id: &str) -> Option<Shape> {
        let shape = self.0.shape_named(id)?;
        let name = |id: table::ShapeId| self.0.shape(id).name.to_string();
        let (min, max) = (shape.constraints.min, shape.constraints.max);
        let length = |bound: Option<f64>| bound.map(|b| b.max(0.0) as u64);
        Some(match &shape.kind {
            Kind::Structure(structure) => Shape::Structure {
                members: structure
                    .members
                    .iter()
                    .map(|m| ShapeMember {
                        name: m.name.to_string(),
                        shape: name(m.reference.shape),
                        required: m.required,
                    })
                    .collect(),
            },
            Kind::List { member, .. } => Shape::List {
                item: name(member.shape),
            },
            Kind::Map { value, .. } => Shape::Map {
                value: name(value.shape),
            },
            Kind::String => Shape::Text {
                min: length(min),
                max: length(max),
            },
            Kind::Timestamp => Shape::Text {
                min: None,
                max: None,
            },
            Kind::Blob => Shape::Blob {
                min: length(min),
                max: length(max),
            },
            Kind::Boolean => Shape::Boolean,
            Kind::Integer | Kind::Long | Kind::Float | Kind::Double => Shape::Number { min, max },
            Kind::Document => Shape::Any,
        })
    }
}

/// The operations of a service without a table, and their shapes.
#[derive(Deserialize)]
struct Foreign {
    /// The output's shape by operation.
    operations: BTreeMap<String, String>,
    shapes: BTreeMap<String, Compact>,
}

#[derive(Deserialize)]
struct File {
    services: BTreeMap<String, Foreign>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Compact {
    Structure {
        members: BTreeMap<String, (String, bool)>,
    },
    List {
        item: String,
    },
    Map {
        value: String,
    },
    Scalar {
        kind: String,
        min: Option<f64>,
        max: Option<f64>,
    },
}

fn foreign() -> &'static BTreeMap<String, Foreign> {
    static FOREIGN: OnceLock<BTreeMap<String, Foreign>> = OnceLock::new();
    FOREIGN.get_or_init(|| {
        let mut text = Vec::new();
        let packed = include_bytes!("../tables/results.json.gz").as_slice();
        let read = flate2::read::GzDecoder::new(packed).read_to_end(&mut text);
        // A file that cannot be read leaves nothing to check against; the test below would not pass over it.
        let file: Option<File> = read.ok().and_then(|_| serde_json::from_slice(&text).ok());
        file.map(|f| f.services).unwrap_or_default()
    })
}

impl Shapes for Foreign {
    fn shape(&self, id: &str) -> Option<Shape> {
        let length = |bound: &Option<f64>| bound.map(|b| b.max(0.0) as u64);
        Some(match self.shapes.get(id)? {
            Compact::Structure { members } => Shape::Structure {
                members: members
                    .iter()
                    .map(|(name, (shape, required))| ShapeMember {
                        name: name.clone(),
                        shape: shape.clone(),
                        required: *required,
                    })
                    .collect(),
            },
            Compact::List { item } => Shape::List { item: item.clone() },
            Compact::Map { value } => Shape::Map {
                value: value.clone(),
            },
            Compact::Scalar { kind, min, max } => match kind.as_str() {
                "text" => Shape::Text {
                    min: length(min),
                    max: length(max),
                },
                "blob" => Shape::Blob {
                    min: length(min),
                    max: length(max),
                },
                "boolean" => Shape::Boolean,
                "number" => Shape::Number {
                    min: *min,
                    max: *max,
                },
                _ => Shape::Any,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(resource: &str, result: &str) -> Result<(), String> {
        let integration = asl::catalog::resolve(resource).unwrap();
        check(
            &integration,
            &Value::parse(result).unwrap(),
            FieldValidationMode::Strict,
        )
    }

    #[test]
    fn results_are_held_against_their_services_shapes() {
        let start = "arn:aws:states:::states:startExecution";
        let missing = checked(start, "{}").unwrap_err();
        assert_eq!(
            missing,
            "Mock result schema validation error: Required field 'ExecutionArn' is missing"
        );
        assert!(checked(start, r#"{"ExecutionArn": "a", "StartDate": "b"}"#).is_ok());
        let small = checked(
            "arn:aws:states:::aws-sdk:lambda:getFunction",
            r#"{"Configuration": {"MemorySize": 1}}"#,
        );
        assert!(small.is_err());
        assert!(
            checked(
                "arn:aws:states:::aws-sdk:sqs:sendMessage",
                r#"{"MessageId": 1}"#
            )
            .is_err()
        );
        assert!(checked("arn:aws:states:::states:startExecution.sync:2", "{}").is_ok());
    }
}
