//! Job templates: job runs kept for later, with parameters to fill in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One parameter of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parameter {
    /// NUMBER or STRING.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default_value: Option<String>,
}

/// A job template as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobTemplate {
    #[serde(default = "one")]
    pub(crate) v: u32,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created_ms: i64,
    pub(crate) created_by: String,
    /// As it was given.
    pub(crate) data: Value,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) kms_key_arn: Option<String>,
}

fn one() -> u32 {
    1
}

/// A parameter that a template needs and nobody gave, or a value that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FillError {
    #[error("Parameter {name} has no value and no default value")]
    Missing { name: String },
    #[error("Parameter {name} is of type NUMBER and cannot be {value}")]
    NoNumber { name: String, value: String },
    #[error("Parameter {name} is not defined in the job template")]
    Unknown { name: String },
}

impl JobTemplate {
    pub(crate) fn arn(&self) -> String {
        let (region, account, id) = (&self.region, &self.account, &self.id);
        format!("arn:aws:emr-containers:{region}:{account}:/jobtemplates/{id}")
    }

    /// Returns the template's data with its parameters, written `${name}`, replaced everywhere.
    pub(crate) fn fill(&self, given: &BTreeMap<String, String>) -> Result<Value, FillError> {
        let parameters: BTreeMap<String, Parameter> = self
            .data
            .get("parameterConfiguration")
            .and_then(|p| serde_json::from_value(p.clone()).ok())
            .unwrap_or_default();
        if let Some(name) = given.keys().find(|n| !parameters.contains_key(*n)) {
            return Err(FillError::Unknown { name: name.clone() });
        }
        let mut values = BTreeMap::new();
        for (name, parameter) in parameters {
            let Some(value) = given.get(&name).or(parameter.default_value.as_ref()) else {
                return Err(FillError::Missing { name });
            };
            if parameter.kind.as_deref() == Some("NUMBER") && value.parse::<f64>().is_err() {
                let value = value.clone();
                return Err(FillError::NoNumber { name, value });
            }
            values.insert(format!("${{{name}}}"), value.clone());
        }
        Ok(replace(&self.data, &values))
    }
}

fn replace(value: &Value, values: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => {
            let filled = values
                .iter()
                .fold(text.clone(), |t, (name, value)| t.replace(name, value));
            Value::String(filled)
        }
        Value::Array(items) => items.iter().map(|i| replace(i, values)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(k, v)| (k.clone(), replace(v, values)))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template() -> JobTemplate {
        JobTemplate {
            v: 1,
            account: "000000000000".into(),
            region: "us-east-1".into(),
            id: "t".into(),
            name: "n".into(),
            created_ms: 0,
            created_by: "me".into(),
            data: json!({
                "releaseLabel": "${release}",
                "jobDriver": {"sparkSubmitJobDriver": {"entryPoint": "s3://${bucket}/x.py", "entryPointArguments": ["${n}"]}},
                "parameterConfiguration": {"release": {"type": "STRING", "defaultValue": "emr-7.0.0-latest"},
                                           "bucket": {"type": "STRING"}, "n": {"type": "NUMBER", "defaultValue": "3"}},
            }),
            tags: BTreeMap::new(),
            kms_key_arn: None,
        }
    }

    #[test]
    fn parameters_are_filled_in_everywhere() {
        let filled = template()
            .fill(&BTreeMap::from([("bucket".into(), "b".into())]))
            .unwrap();
        assert_eq!(filled["releaseLabel"], "emr-7.0.0-latest");
        let driver = &filled["jobDriver"]["sparkSubmitJobDriver"];
        assert_eq!(driver["entryPoint"], "s3://b/x.py");
        assert_eq!(driver["entryPointArguments"], json!(["3"]));
    }

    #[test]
    fn what_cannot_be_filled_in_is_refused() {
        let given = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect()
        };
        let refused = |pairs: &[(&str, &str)]| template().fill(&given(pairs)).unwrap_err();
        assert_eq!(
            refused(&[]),
            FillError::Missing {
                name: "bucket".into()
            }
        );
        assert_eq!(
            refused(&[("x", "1")]),
            FillError::Unknown { name: "x".into() }
        );
        let no_number = FillError::NoNumber {
            name: "n".into(),
            value: "z".into(),
        };
        assert_eq!(refused(&[("bucket", "b"), ("n", "z")]), no_number);
    }
}
