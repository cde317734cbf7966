//! The tables that are built in.

use std::{io::Read, sync::OnceLock};

use serde::Deserialize;

use super::{Table, file};

/// The release whose models the tables were made from.
pub const BOTOCORE: &str = "1.43.11";

/// How a service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    Json,
    RestJson,
    Query,
    RestXml,
}

/// What is known of a service without its table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The name in credential scopes, and a Call's `service`.
    pub signing_name: String,
    /// The name of the service's client in the AWS CLI and boto3.
    pub botocore_name: String,
    pub service_id: String,
    pub endpoint_prefix: String,
    pub api_version: String,
    pub protocol: Protocol,
    pub json_version: Option<String>,
    /// What `X-Amz-Target` begins with.
    pub target_prefix: Option<String>,
    pub global_endpoint: Option<String>,
    pub xml_namespace: Option<String>,
}

#[derive(Deserialize)]
struct Index {
    services: Vec<Metadata>,
}

fn index() -> &'static [Metadata] {
    static INDEX: OnceLock<Vec<Metadata>> = OnceLock::new();
    // An index that cannot be read leaves no services at all, which the tests below would not pass over.
    INDEX.get_or_init(|| {
        serde_json::from_str(include_str!("../../tables/index.json"))
            .map_or_else(|_| Vec::new(), |i: Index| i.services)
    })
}

/// Returns every service that has a table.
pub fn tables_available() -> &'static [Metadata] {
    index()
}

/// Returns the service of that signing name.
pub fn by_signing_name(name: &str) -> Option<&'static Metadata> {
    index().iter().find(|m| m.signing_name == name)
}

/// Returns the service whose `X-Amz-Target` values begin with that prefix (without the dot).
pub fn by_target_prefix(prefix: &str) -> Option<&'static Metadata> {
    index()
        .iter()
        .find(|m| m.target_prefix.as_deref() == Some(prefix))
}

macro_rules! packed {
    ($($name:literal),* $(,)?) => {
        static PACKED: &[(&str, &[u8], &OnceLock<Option<Table>>)] = &[
            $(($name, include_bytes!(concat!("../../tables/", $name, ".json.gz")), {
                static CELL: OnceLock<Option<Table>> = OnceLock::new();
                &CELL
            })),*
        ];
    };
}

packed!(
    "states",
    "emr-containers",
    "events",
    "athena",
    "glue",
    "logs",
    "sts",
    "eks",
    "scheduler",
    "quicksight",
    "iam",
    "lambda",
    "sqs",
    "sns",
    "dynamodb",
    "s3",
);

/// Returns the table of the service of that signing name; decodes it the first time.
pub fn table(signing_name: &str) -> Option<&'static Table> {
    let (_, packed, cell) = PACKED.iter().find(|(name, ..)| *name == signing_name)?;
    cell.get_or_init(|| match decode(signing_name, packed) {
        Ok(table) => Some(table),
        Err(reason) => {
            tracing::error!(
                service = signing_name,
                reason,
                "a protocol table cannot be read"
            );
            None
        }
    })
    .as_ref()
}

fn decode(signing_name: &str, packed: &[u8]) -> Result<Table, String> {
    let service = by_signing_name(signing_name).ok_or("not in the index")?;
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(packed)
        .read_to_end(&mut text)
        .map_err(|e| e.to_string())?;
    let file: file::File = serde_json::from_slice(&text).map_err(|e| e.to_string())?;
    Table::new(service, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Kind, Location};

    #[test]
    fn every_table_can_be_read_and_every_pattern_compiles() {
        assert_eq!(PACKED.len(), tables_available().len());
        for service in tables_available() {
            let packed = PACKED
                .iter()
                .find(|(name, ..)| *name == service.signing_name)
                .unwrap();
            let table = decode(&service.signing_name, packed.1).unwrap();
            assert!(!table.operations().is_empty(), "{}", service.signing_name);
            for shape in table.all_shapes() {
                if let Some(pattern) = &shape.constraints.pattern {
                    pattern
                        .compiled()
                        .unwrap_or_else(|e| panic!("{} {}: {e}", service.signing_name, shape.name));
                }
            }
        }
    }

    #[test]
    fn the_tables_are_of_the_release_that_they_say() {
        let index: serde_json::Value =
            serde_json::from_str(include_str!("../../tables/index.json")).unwrap();
        assert_eq!(index["botocore"], BOTOCORE);
    }

    #[test]
    fn what_the_tutorial_needs_is_bound_as_the_api_has_it() {
        let emr = table("emr-containers").unwrap();
        let start = emr.operation("StartJobRun").unwrap();
        assert_eq!((start.method.as_str(), start.full), ("POST", true));
        let input = emr.structure(start.input.unwrap()).unwrap();
        let id = input.member("virtualClusterId").unwrap();
        assert_eq!((id.required, id.reference.location), (true, Location::Uri));
        assert!(input.member("clientToken").unwrap().idempotency_token);

        let states = table("states").unwrap();
        let input = states.operation("StartExecution").unwrap().input.unwrap();
        let member = states.structure(input).unwrap().member("input").unwrap();
        let shape = states.shape(member.reference.shape);
        assert!(matches!(shape.kind, Kind::String) && shape.sensitive);
        assert_eq!(shape.constraints.max, Some(262_144.0));
        assert_eq!(
            by_target_prefix("AWSStepFunctions").unwrap().signing_name,
            "states"
        );
    }
}
