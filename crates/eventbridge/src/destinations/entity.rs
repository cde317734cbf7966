//! API destinations, as they are kept, and what a target adds to their requests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Key;

use crate::{rules::Arn, transform::EventPath};

/// Keys are account, region, name.
pub(crate) const API_DESTINATIONS: &str = "events/api-destinations";

fn first_version() -> u32 {
    1
}

/// Which API destination.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct DestinationRef {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) name: String,
}

impl DestinationRef {
    pub(crate) fn key(&self) -> Key {
        Key::of(&[&self.account, &self.region, &self.name])
    }

    /// Reads the part of an ARN after `api-destination/`, `name/id`; returns the id too.
    pub(crate) fn of_arn(text: &str) -> Option<(Self, &str)> {
        let arn = Arn::parse(text).filter(|arn| arn.service == "events")?;
        let (name, id) = arn
            .resource
            .strip_prefix("api-destination/")?
            .rsplit_once('/')?;
        let at = Self {
            account: arn.account.to_owned(),
            region: arn.region.to_owned(),
            name: name.to_owned(),
        };
        Some((at, id))
    }
}

/// An API destination as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ApiDestination {
    /// The format's version.
    #[serde(default = "first_version")]
    pub(crate) v: u32,
    pub(crate) at: DestinationRef,
    /// The last part of the ARN.
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) connection_arn: String,
    /// `*` are the places of the target's path parameters.
    pub(crate) endpoint: String,
    pub(crate) method: String,
    pub(crate) rate_per_second: u32,
    pub(crate) created_ms: i64,
    pub(crate) modified_ms: i64,
}

impl ApiDestination {
    pub(crate) fn arn(&self) -> String {
        let DestinationRef {
            account,
            region,
            name,
        } = &self.at;
        format!(
            "arn:aws:events:{region}:{account}:api-destination/{name}/{}",
            self.id
        )
    }
}

/// What a target adds to the request; as the API has it, and as deliveries keep it. A value that begins with
/// `$.` is a path into the event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct HttpParameters {
    #[serde(default)]
    pub(crate) path_parameter_values: Vec<String>,
    #[serde(default)]
    pub(crate) header_parameters: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) query_string_parameters: BTreeMap<String, String>,
}

impl HttpParameters {
    /// Returns the same with the event's values in place of paths.
    pub(crate) fn filled(mut self, event: &Value) -> Self {
        let values = self
            .path_parameter_values
            .iter_mut()
            .chain(self.header_parameters.values_mut())
            .chain(self.query_string_parameters.values_mut());
        for value in values {
            if let Some(path) = value
                .starts_with("$.")
                .then(|| EventPath::parse(value).ok())
                .flatten()
            {
                *value = match path.find(event) {
                    None | Some(Value::Null) => String::new(),
                    Some(Value::String(text)) => text,
                    Some(other) => other.to_string(),
                };
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_are_filled_from_the_event() {
        let given: HttpParameters = serde_json::from_value(json!({
            "PathParameterValues": ["$.detail.id", "$.detail.none", "as is"],
            "HeaderParameters": {"n": "$.detail.n"},
        }))
        .unwrap();
        let filled = given.filled(&json!({"detail": {"id": "a/b", "n": 7}}));
        assert_eq!(filled.path_parameter_values, ["a/b", "", "as is"]);
        assert_eq!(filled.header_parameters["n"], "7");
    }
}
