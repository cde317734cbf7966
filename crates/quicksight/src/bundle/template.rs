//! Parts as a CloudFormation template.

use std::collections::HashMap;

use aws::Arn;
use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Value, json};

use super::{
    part::{Part, PartRef},
    portable::Portable,
};
use crate::asset::{DATA_SET, DATA_SOURCE, Document, Scope};

const PREFIX: &str = "PrefixForAllResources";

/// Returns the template: a resource per part, and a parameter per property that the request wants to be one.
pub(super) fn template(
    scope: &Scope,
    parts: &[Portable],
    given: &Document,
) -> Result<Vec<u8>, serde_json::Error> {
    let none = Value::Null;
    let wanted = given
        .get("CloudFormationOverridePropertyConfiguration")
        .unwrap_or(&none);
    let prefixed = wanted.pointer(&format!("/ResourceIdOverrideConfiguration/{PREFIX}"));
    let names = names(parts);
    let place = Place {
        with_prefix: prefixed.and_then(Value::as_bool) == Some(true),
        names: &names,
    };
    let mut parameters = Map::new();
    if place.with_prefix {
        parameters.insert(PREFIX.into(), json!({"Type": "String"}));
    }
    let mut resources = Map::new();
    for part in parts {
        let resource = part.at.resource();
        let Some(name) = names.get(&resource) else {
            continue;
        };
        let mut properties = Value::Object(part.document.clone());
        date(&mut properties);
        place.rewrite(&mut properties);
        place.identify(&part.at, &mut properties);
        let all = wanted.get(part.at.part.overrides).and_then(Value::as_array);
        let arn = part.at.arn(scope);
        for entry in all
            .into_iter()
            .flatten()
            .filter(|e| e["Arn"] == arn.as_str())
        {
            let chosen = entry.get("Properties").and_then(Value::as_array);
            for property in chosen.into_iter().flatten().filter_map(Value::as_str) {
                parameter(
                    part.at.part,
                    name,
                    property,
                    &mut properties,
                    &mut parameters,
                );
            }
        }
        let mut made = json!({
            "Type": format!("AWS::QuickSight::{}", part.at.part.noun), "Properties": properties,
        });
        let needs: Vec<&String> = part
            .needs(scope)
            .iter()
            .filter_map(|r| names.get(r))
            .collect();
        if !needs.is_empty() {
            made["DependsOn"] = json!(needs);
        }
        resources.insert(name.clone(), made);
    }
    serde_json::to_vec_pretty(&json!({
        "AWSTemplateFormatVersion": "2010-09-09", "Parameters": parameters, "Resources": resources,
    }))
}

/// Returns the names of resources in the template: letters and digits, each once.
fn names(parts: &[Portable]) -> HashMap<String, String> {
    let mut names: HashMap<String, String> = HashMap::new();
    for part in parts {
        let id = part.at.schedule.as_ref().unwrap_or(&part.at.id);
        let plain: String = id
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(200)
            .collect();
        let first = format!("{}{plain}", part.at.part.noun);
        let mut name = first.clone();
        let mut number = 2;
        while names.values().any(|n| *n == name) {
            name = format!("{first}x{number}");
            number += 1;
        }
        names.insert(part.at.resource(), name);
    }
    names
}

struct Place<'a> {
    with_prefix: bool,
    names: &'a HashMap<String, String>,
}

impl Place<'_> {
    /// Returns an id, with the prefix where it is of a resource of the template.
    fn id(&self, resource: &str, id: &str) -> String {
        let id = id.replace("${", "${!");
        match self.with_prefix && self.names.contains_key(resource) {
            true => format!("${{{PREFIX}}}{id}"),
            false => id,
        }
    }

    fn arn(&self, at: &PartRef) -> String {
        let asset = format!("{}/{}", at.part.kind.arn, at.id);
        let id = self.id(&asset, &at.id);
        format!(
            "arn:${{AWS::Partition}}:quicksight:${{AWS::Region}}:${{AWS::AccountId}}:{}/{id}",
            at.part.kind.arn
        )
    }

    /// Turns ARNs of parts into such of wherever the stack is made.
    fn rewrite(&self, value: &mut Value) {
        match value {
            Value::String(text) if text.starts_with("arn:") => {
                let parsed: Option<Arn> = text.parse().ok();
                let own = parsed.filter(|a| a.service == "quicksight");
                let at = own.and_then(|a| PartRef::of_resource(&a.resource));
                if let Some(at) = at {
                    *value = json!({"Fn::Sub": self.arn(&at)});
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|v| self.rewrite(v)),
            Value::Object(members) => members.values_mut().for_each(|v| self.rewrite(v)),
            _ => {}
        }
    }

    fn identify(&self, at: &PartRef, properties: &mut Value) {
        properties["AwsAccountId"] = json!({"Ref": "AWS::AccountId"});
        if !self.with_prefix {
            return;
        }
        let asset = format!("{}/{}", at.part.kind.arn, at.id);
        properties[at.part.id_member()] = json!({"Fn::Sub": self.id(&asset, &at.id)});
        if let Some(schedule) = &at.schedule {
            let id = self.id(&at.resource(), schedule);
            properties["Schedule"]["ScheduleId"] = json!({"Fn::Sub": id});
        }
    }
}

/// CloudFormation has times as text.
fn date(properties: &mut Value) {
    let Some(time) = properties.pointer_mut("/Schedule/StartAfterDateTime") else {
        return;
    };
    let at = time
        .as_f64()
        .and_then(|s| DateTime::from_timestamp_millis((s * 1000.0) as i64));
    if let Some(at) = at {
        *time = at.to_rfc3339_opts(SecondsFormat::Secs, true).into();
    }
}

/// Returns the members that a property is in, from the outside in; the star is whichever there is.
fn paths(part: &Part, property: &str) -> Vec<Vec<&'static str>> {
    let parameters = |name: &'static str| vec![vec!["DataSourceParameters", "*", name]];
    if property == "Name" {
        return vec![vec!["Name"]];
    }
    match (part.noun, property) {
        ("Folder", "ParentFolderArn") => vec![vec!["ParentFolderArn"]],
        ("RefreshSchedule", "StartAfterDateTime") => vec![vec!["Schedule", "StartAfterDateTime"]],
        (noun, "RefreshFailureEmailAlertStatus") if noun == DATA_SET.noun => vec![vec![
            "DataSetRefreshProperties",
            "FailureConfiguration",
            "EmailAlert",
            "AlertStatus",
        ]],
        (noun, _) if noun != DATA_SOURCE.noun => Vec::new(),
        (_, "DisableSsl") => vec![vec!["SslProperties", "DisableSsl"]],
        (_, "SecretArn") => vec![vec!["Credentials", "SecretArn"]],
        (_, "Username") => vec![vec!["Credentials", "CredentialPair", "Username"]],
        (_, "Password") => vec![vec!["Credentials", "CredentialPair", "Password"]],
        (_, "ManifestFileLocation") => ["Bucket", "Key"]
            .map(|member| vec!["DataSourceParameters", "*", "ManifestFileLocation", member])
            .to_vec(),
        (_, "WorkGroup") => parameters("WorkGroup"),
        (_, "RoleArn") => parameters("RoleArn"),
        // Of sources that cannot be made here.
        _ => Vec::new(),
    }
}

fn parameter(
    part: &Part,
    resource: &str,
    property: &str,
    properties: &mut Value,
    parameters: &mut Map<String, Value>,
) {
    let paths = paths(part, property);
    for path in &paths {
        let mut at = &mut *properties;
        for step in path {
            at = match (at, *step) {
                (Value::Object(members), "*") => match members.values_mut().next() {
                    Some(inner) => inner,
                    None => return,
                },
                (other, name) => {
                    if !other.is_object() {
                        *other = json!({});
                    }
                    &mut other[name]
                }
            };
        }
        let last = path.last().copied().unwrap_or_default();
        let name = match paths.len() {
            1 => format!("{resource}{property}"),
            _ => format!("{resource}{property}{last}"),
        };
        let mut made = json!({"Type": "String"});
        if at.is_string() {
            made["Default"] = at.clone();
        } else if at.is_boolean() || at.is_number() {
            made["Default"] = at.to_string().into();
        }
        if property == "Password" {
            made["NoEcho"] = true.into();
        }
        *at = json!({"Ref": name});
        parameters.insert(name, made);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_depend_on_one_another_and_properties_become_parameters() {
        let scope = Scope {
            account: "000000000000".into(),
            region: "us-east-1".into(),
        };
        let part = |resource: &str, document: Value| {
            let Value::Object(document) = document else {
                panic!()
            };
            Portable {
                at: PartRef::of_resource(resource).unwrap(),
                document,
                problems: Vec::new(),
            }
        };
        let arn = "arn:aws:quicksight:us-east-1:000000000000:datasource/s-1";
        let parts = [
            part(
                "datasource/s-1",
                json!({"DataSourceId": "s-1", "Name": "Source", "Type": "ATHENA", "DataSourceParameters": {"AthenaParameters": {"WorkGroup": "primary"}}}),
            ),
            part(
                "dataset/s1",
                json!({"DataSetId": "s1", "PhysicalTableMap": {"t": {"CustomSql": {"DataSourceArn": arn}}}}),
            ),
            part(
                "dataset/s1/refresh-schedule/a",
                json!({"DataSetId": "s1", "Schedule": {"ScheduleId": "a", "StartAfterDateTime": 86400}}),
            ),
        ];
        let given = json!({"CloudFormationOverridePropertyConfiguration": {
            "ResourceIdOverrideConfiguration": {"PrefixForAllResources": true},
            "DataSources": [{"Arn": arn, "Properties": ["Name", "WorkGroup", "Password", "Host"]}],
        }});
        let Value::Object(given) = given else {
            panic!()
        };
        let made: Value =
            serde_json::from_slice(&template(&scope, &parts, &given).unwrap()).unwrap();
        assert_eq!(
            made["Parameters"],
            json!({
                "PrefixForAllResources": {"Type": "String"},
                "DataSources1Name": {"Type": "String", "Default": "Source"},
                "DataSources1WorkGroup": {"Type": "String", "Default": "primary"},
                "DataSources1Password": {"Type": "String", "NoEcho": true},
            })
        );
        let source = &made["Resources"]["DataSources1"];
        assert_eq!(source["Type"], "AWS::QuickSight::DataSource");
        assert_eq!(
            source["Properties"]["DataSourceId"],
            json!({"Fn::Sub": "${PrefixForAllResources}s-1"})
        );
        assert_eq!(
            source["Properties"]["DataSourceParameters"]["AthenaParameters"]["WorkGroup"],
            json!({"Ref": "DataSources1WorkGroup"})
        );
        let set = &made["Resources"]["DataSets1"];
        assert_eq!(set["DependsOn"], json!(["DataSources1"]));
        assert_eq!(
            set["Properties"]["PhysicalTableMap"]["t"]["CustomSql"]["DataSourceArn"],
            json!({"Fn::Sub":
            "arn:${AWS::Partition}:quicksight:${AWS::Region}:${AWS::AccountId}:datasource/${PrefixForAllResources}s-1"})
        );
        let schedule = &made["Resources"]["RefreshSchedulea"];
        assert_eq!(
            schedule["Properties"]["Schedule"]["StartAfterDateTime"],
            "1970-01-02T00:00:00Z"
        );
        assert_eq!(schedule["DependsOn"], json!(["DataSets1"]));
    }
}
