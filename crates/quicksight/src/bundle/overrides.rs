//! What an import makes of a bundle's parts: ids and ARNs of this account, and what its request says otherwise.

use std::collections::HashSet;

use aws::Arn;
use serde_json::{Value, json};

use super::{
    Failure,
    part::{Part, PartRef},
    portable::Portable,
};
use crate::asset::{ANALYSIS, DASHBOARD, Document, Scope, THEME};

const PREFIX: &str = "/ResourceIdOverrideConfiguration/PrefixForAllResources";

/// Changes parts as the request says; returns what of it fits none of them.
pub(super) fn apply(scope: &Scope, given: &Document, parts: &mut [Portable]) -> Vec<Failure> {
    let none = Value::Null;
    let member = |name: &str| given.get(name).unwrap_or(&none);
    let parameters = member("OverrideParameters");
    let prefix = parameters
        .pointer(PREFIX)
        .and_then(Value::as_str)
        .unwrap_or("");
    let places = Places {
        scope,
        prefix,
        own: parts.iter().map(|p| p.at.resource()).collect(),
    };
    let warnings = unmatched(parameters, parts);
    for part in parts {
        let original = part.at.clone();
        places.place(part);
        parameter(parameters, &original, &mut part.document);
        permissions(member("OverridePermissions"), &original, &mut part.document);
        tags(member("OverrideTags"), &original, &mut part.document);
        validation(
            member("OverrideValidationStrategy"),
            original.part,
            &mut part.document,
        );
    }
    warnings
}

/// Where parts are put.
struct Places<'a> {
    scope: &'a Scope,
    prefix: &'a str,
    /// The parts of the bundle, which alone get the prefix.
    own: HashSet<String>,
}

impl Places<'_> {
    fn place(&self, part: &mut Portable) {
        for value in part.document.values_mut() {
            self.rewrite(value);
        }
        if let Some(Value::String(base)) = part.document.get_mut("BaseThemeId")
            && self.own.contains(&format!("{}/{base}", THEME.arn))
        {
            *base = format!("{}{base}", self.prefix);
        }
        part.at = self.placed(part.at.clone());
        let id = part.at.id.clone();
        part.document.insert(part.at.part.id_member(), id.into());
        if let (Some(id), Some(schedule)) = (&part.at.schedule, part.document.get_mut("Schedule")) {
            schedule["ScheduleId"] = id.clone().into();
        }
    }

    fn placed(&self, at: PartRef) -> PartRef {
        // A schedule's data set may be outside of the bundle.
        let asset = PartRef {
            schedule: None,
            ..at.clone()
        };
        let with = |own: bool, id: String| match own {
            true => format!("{}{id}", self.prefix),
            false => id,
        };
        PartRef {
            id: with(self.own.contains(&asset.resource()), at.id.clone()),
            schedule: at
                .schedule
                .clone()
                .map(|s| with(self.own.contains(&at.resource()), s)),
            part: at.part,
        }
    }

    /// Turns ARNs of other accounts and regions into such of this one.
    fn rewrite(&self, value: &mut Value) {
        match value {
            Value::String(text) if text.starts_with("arn:") => {
                let parsed: Option<Arn> = text.parse().ok();
                let quicksight = parsed.filter(|a| a.service == "quicksight");
                if let Some(at) = quicksight.and_then(|a| PartRef::of_resource(&a.resource)) {
                    *text = self.placed(at).arn(self.scope);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|v| self.rewrite(v)),
            Value::Object(members) => members.values_mut().for_each(|v| self.rewrite(v)),
            _ => {}
        }
    }
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// Tells whether an override of parameters is for a part.
fn is_for(entry: &Value, at: &PartRef) -> bool {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    text(&at.part.id_member()) == Some(&at.id)
        && at
            .schedule
            .as_deref()
            .is_none_or(|id| text("ScheduleId") == Some(id))
}

fn unmatched(parameters: &Value, parts: &[Portable]) -> Vec<Failure> {
    let Some(members) = parameters.as_object() else {
        return Vec::new();
    };
    let mut warnings = Vec::new();
    for (name, entries) in members {
        for entry in list(Some(entries)) {
            let fits = |p: &&Portable| p.at.part.overrides == name && is_for(entry, &p.at);
            if !parts.iter().any(|p| fits(&p)) {
                let message =
                    format!("The bundle has no resource that the override of {name} fits: {entry}");
                warnings.push(Failure::new("", "", message));
            }
        }
    }
    warnings
}

fn parameter(parameters: &Value, at: &PartRef, document: &mut Document) {
    let entries = list(parameters.get(at.part.overrides));
    for entry in entries.filter(|entry| is_for(entry, at)) {
        for (name, value) in entry.as_object().into_iter().flatten() {
            if *name == at.part.id_member() || name == "ScheduleId" {
                continue;
            }
            match document.get_mut("Schedule") {
                Some(schedule) => schedule[name] = value.clone(),
                None => {
                    document.insert(name.clone(), value.clone());
                }
            }
        }
    }
}

/// Returns the overrides of a kind that name a part, or all parts.
fn chosen<'a>(given: &'a Value, at: &'a PartRef) -> impl Iterator<Item = &'a Value> {
    let member = format!("{}s", at.part.id_member());
    list(given.get(at.part.overrides)).filter(move |entry| {
        !at.part.is_schedule() && list(entry.get(&member)).any(|id| id == "*" || *id == at.id)
    })
}

/// A list of principals that share actions, as a list of principals with their actions.
fn each(shared: &Value) -> Vec<Value> {
    let actions = shared.get("Actions");
    list(shared.get("Principals"))
        .map(|principal| json!({"Principal": principal, "Actions": actions}))
        .collect()
}

fn permissions(given: &Value, at: &PartRef, document: &mut Document) {
    let mut direct = Vec::new();
    let mut link = Vec::new();
    for entry in chosen(given, at) {
        direct.extend(entry.get("Permissions").map(each).into_iter().flatten());
        let shared = entry.pointer("/LinkSharingConfiguration/Permissions");
        link.extend(shared.map(each).into_iter().flatten());
    }
    if !direct.is_empty() {
        document.insert("Permissions".into(), direct.into());
    }
    if !link.is_empty() {
        document.insert(
            "LinkSharingConfiguration".into(),
            json!({"Permissions": link}),
        );
    }
}

fn tags(given: &Value, at: &PartRef, document: &mut Document) {
    let added: Vec<Value> = chosen(given, at)
        .flat_map(|entry| list(entry.get("Tags")))
        .cloned()
        .collect();
    if added.is_empty() {
        return;
    }
    let former = document.shift_remove("Tags");
    let mut tags: Vec<Value> = list(former.as_ref())
        .filter(|tag| !added.iter().any(|a| a.get("Key") == tag.get("Key")))
        .cloned()
        .collect();
    tags.extend(added);
    document.insert("Tags".into(), tags.into());
}

fn validation(given: &Value, part: &Part, document: &mut Document) {
    let strict = given
        .get("StrictModeForAllResources")
        .and_then(Value::as_bool);
    if let Some(strict) = strict.filter(|_| [ANALYSIS.noun, DASHBOARD.noun].contains(&part.noun)) {
        let mode = if strict { "STRICT" } else { "LENIENT" };
        document.insert("ValidationStrategy".into(), json!({"Mode": mode}));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope {
            account: "000000000000".into(),
            region: "eu-west-1".into(),
        }
    }

    fn part(resource: &str, document: Value) -> Portable {
        let Value::Object(document) = document else {
            panic!()
        };
        let at = PartRef::of_resource(resource).unwrap();
        Portable {
            at,
            document,
            problems: Vec::new(),
        }
    }

    fn applied(given: Value, parts: &mut [Portable]) -> Vec<Failure> {
        let Value::Object(given) = given else {
            panic!()
        };
        apply(&scope(), &given, parts)
    }

    #[test]
    fn arns_become_this_accounts_and_the_prefix_is_the_bundles_alone() {
        let other = "arn:aws:quicksight:us-east-1:111111111111";
        let own = "arn:aws:quicksight:eu-west-1:000000000000";
        let mut parts = [
            part("datasource/s", json!({"DataSourceId": "s"})),
            part(
                "dataset/d",
                json!({
                    "DataSetId": "d", "Name": "Trips",
                    "PhysicalTableMap": {"t": {"CustomSql": {"DataSourceArn": format!("{other}:datasource/s"), "SqlQuery": "arn:"}}},
                    "RowLevelPermissionDataSet": {"Arn": format!("{other}:dataset/rules")},
                    "Permissions": [{"Principal": format!("{other}:user/default/ann"), "Actions": []}],
                }),
            ),
            part(
                "dataset/d/refresh-schedule/daily",
                json!({"DataSetId": "d", "Schedule": {"ScheduleId": "daily"}}),
            ),
            part("theme/t", json!({"ThemeId": "t", "BaseThemeId": "CLASSIC"})),
        ];
        let warnings = applied(
            json!({"OverrideParameters": {"ResourceIdOverrideConfiguration": {"PrefixForAllResources": "p-"}}}),
            &mut parts,
        );
        assert!(warnings.is_empty(), "{warnings:?}");
        let places: Vec<String> = parts.iter().map(|p| p.at.resource()).collect();
        assert_eq!(
            places,
            [
                "datasource/p-s",
                "dataset/p-d",
                "dataset/p-d/refresh-schedule/p-daily",
                "theme/p-t"
            ]
        );
        assert_eq!(
            Value::Object(parts[1].document.clone()),
            json!({
                "DataSetId": "p-d", "Name": "Trips",
                "PhysicalTableMap": {"t": {"CustomSql": {"DataSourceArn": format!("{own}:datasource/p-s"), "SqlQuery": "arn:"}}},
                "RowLevelPermissionDataSet": {"Arn": format!("{own}:dataset/rules")},
                "Permissions": [{"Principal": format!("{other}:user/default/ann"), "Actions": []}],
            })
        );
        assert_eq!(parts[2].document["Schedule"]["ScheduleId"], "p-daily");
        assert_eq!(parts[3].document["BaseThemeId"], "CLASSIC");
    }

    #[test]
    fn overrides_are_by_the_ids_of_the_bundle() {
        let mut parts = [
            part(
                "datasource/s",
                json!({"DataSourceId": "s", "Name": "old", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]}),
            ),
            part(
                "datasource/o",
                json!({"DataSourceId": "o", "Permissions": [{"Principal": "x", "Actions": ["y"]}]}),
            ),
            part("dashboard/d", json!({"DashboardId": "d"})),
            part(
                "dataset/d/refresh-schedule/daily",
                json!({"DataSetId": "d", "Schedule": {"ScheduleId": "daily"}}),
            ),
        ];
        let warnings = applied(
            json!({
                "OverrideParameters": {
                    "ResourceIdOverrideConfiguration": {"PrefixForAllResources": "p-"},
                    "DataSources": [
                        {"DataSourceId": "s", "Name": "new", "DataSourceParameters": {"AthenaParameters": {"WorkGroup": "prod"}}},
                        {"DataSourceId": "p-s", "Name": "never"}],
                    "RefreshSchedules": [{"DataSetId": "d", "ScheduleId": "daily", "StartAfterDateTime": 5}],
                },
                "OverridePermissions": {
                    "DataSources": [{"DataSourceIds": ["*"], "Permissions": {"Principals": ["u", "v"], "Actions": ["z"]}}],
                    "Dashboards": [{"DashboardIds": ["d"], "LinkSharingConfiguration": {"Permissions": {"Principals": ["n"], "Actions": ["q"]}}}],
                },
                "OverrideTags": {"DataSources": [{"DataSourceIds": ["s"], "Tags": [{"Key": "b", "Value": "2"}]}]},
                "OverrideValidationStrategy": {"StrictModeForAllResources": true},
            }),
            &mut parts,
        );
        let own =
            json!([{"Principal": "u", "Actions": ["z"]}, {"Principal": "v", "Actions": ["z"]}]);
        let source = &parts[0].document;
        assert_eq!(
            (&source["Name"], &source["DataSourceId"]),
            (&json!("new"), &json!("p-s"))
        );
        assert_eq!(
            source["DataSourceParameters"]["AthenaParameters"]["WorkGroup"],
            "prod"
        );
        assert_eq!(
            source["Tags"],
            json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
        );
        assert_eq!(
            (&source["Permissions"], &parts[1].document["Permissions"]),
            (&own, &own)
        );
        assert_eq!(
            parts[2].document["LinkSharingConfiguration"]["Permissions"],
            json!([{"Principal": "n", "Actions": ["q"]}])
        );
        assert_eq!(
            parts[2].document["ValidationStrategy"],
            json!({"Mode": "STRICT"})
        );
        assert_eq!(parts[3].document["Schedule"]["StartAfterDateTime"], 5);
        assert!(
            warnings.len() == 1 && warnings[0].message.contains("p-s"),
            "{warnings:?}"
        );
    }
}
