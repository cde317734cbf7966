//! Who may see which rows and columns of a data set.

use std::collections::HashMap;

use aws::ApiError;
use serde::Deserialize;
use serde_json::Value;

use super::backing;
use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Scope},
    dataset::{Column, ColumnType, quoted, text_literal},
    error::invalid,
};

/// Who looks at figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Viewer {
    /// Who administers the account and could read the sources themselves.
    #[default]
    Administrator,
    /// A registered user: name, ARN, and the names and ARNs of the user's groups.
    User {
        name: String,
        arn: String,
        groups: Vec<(String, String)>,
    },
    /// A visitor of an embedded dashboard, with the tags of the session.
    Anonymous { tags: Vec<(String, String)> },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RuleDataSet {
    arn: String,
    permission_policy: String,
    status: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagConfiguration {
    status: Option<String>,
    tag_rules: Vec<TagRule>,
    #[serde(default)]
    tag_rule_configurations: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagRule {
    tag_key: String,
    column_name: String,
    tag_multi_value_delimiter: Option<String>,
    match_all_value: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ColumnRule {
    #[serde(default)]
    principals: Vec<String>,
    #[serde(default)]
    column_names: Vec<String>,
}

fn member<T: for<'de> Deserialize<'de>>(asset: &Asset, name: &str) -> Result<Option<T>, ApiError> {
    match asset.body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => T::deserialize(value)
            .map(Some)
            .map_err(|e| invalid(format!("{name}: {e}"))),
    }
}

/// Checks that the rules of a data set name columns that it has.
pub(crate) fn check(asset: &Asset, columns: &[Column]) -> Result<(), ApiError> {
    let known = |name: &String| columns.iter().any(|c| c.name == *name);
    let rules: Option<Vec<ColumnRule>> = member(asset, "ColumnLevelPermissionRules")?;
    let tags: Option<TagConfiguration> = member(asset, "RowLevelPermissionTagConfiguration")?;
    let of_rules = rules.iter().flatten().flat_map(|r| &r.column_names);
    let of_tags = tags
        .iter()
        .flat_map(|t| &t.tag_rules)
        .map(|r| &r.column_name);
    match of_rules.chain(of_tags).find(|name| !known(name)) {
        Some(name) => Err(invalid(format!(
            "A permission rule names column {name}, which is not found"
        ))),
        None => Ok(()),
    }
}

/// Returns the columns that a viewer may not see.
pub(super) fn hidden(asset: &Asset, viewer: &Viewer) -> Result<Vec<String>, ApiError> {
    let rules: Vec<ColumnRule> = member(asset, "ColumnLevelPermissionRules")?.unwrap_or_default();
    let mine: Vec<&String> = match viewer {
        Viewer::Administrator => return Ok(Vec::new()),
        Viewer::User { arn, groups, .. } => std::iter::once(arn)
            .chain(groups.iter().map(|(_, arn)| arn))
            .collect(),
        Viewer::Anonymous { .. } => Vec::new(),
    };
    let closed = rules
        .into_iter()
        .filter(|rule| !rule.principals.iter().any(|p| mine.contains(&p)));
    Ok(closed.flat_map(|rule| rule.column_names).collect())
}

/// Returns the condition that a viewer's rows meet; nothing where all rows do.
pub(super) async fn rows(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
    columns: &[Column],
    viewer: &Viewer,
) -> Result<Option<String>, ApiError> {
    if *viewer == Viewer::Administrator {
        return Ok(None);
    }
    let on = |status: &Option<String>| status.as_deref() != Some("DISABLED");
    let rules: Option<RuleDataSet> = member(asset, "RowLevelPermissionDataSet")?;
    let tags: Option<TagConfiguration> = member(asset, "RowLevelPermissionTagConfiguration")?;
    if let (Some(tags), Viewer::Anonymous { tags: given }) =
        (tags.filter(|t| on(&t.status)), viewer)
    {
        return Ok(Some(by_tags(&tags, given, columns)));
    }
    let Some(rules) = rules.filter(|r| on(&r.status)) else {
        return Ok(None);
    };
    let data_set = Asset::by_arn(&service.store, &DATA_SET, scope, &rules.arn).await?;
    let (names, table) = backing::whole(service, scope, &data_set).await?;
    let grants = rules.permission_policy != "DENY_ACCESS";
    Ok(Some(by_rules(&names, &table, grants, viewer, columns)))
}

fn by_tags(rules: &TagConfiguration, given: &[(String, String)], columns: &[Column]) -> String {
    let given: HashMap<&str, &str> = given
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let condition = |key: &str| -> String {
        let rule = rules.tag_rules.iter().find(|r| r.tag_key == key);
        let (Some(rule), Some(value)) = (rule, given.get(key)) else {
            return "FALSE".into();
        };
        if rule.match_all_value.as_deref() == Some(*value) {
            return "TRUE".into();
        }
        let values: Vec<&str> = match rule.tag_multi_value_delimiter.as_deref() {
            Some(delimiter) if !delimiter.is_empty() => value.split(delimiter).collect(),
            _ => vec![*value],
        };
        one_of(columns, &rule.column_name, &values)
    };
    let all: Vec<Vec<String>> = match rules.tag_rule_configurations.is_empty() {
        true => vec![rules.tag_rules.iter().map(|r| r.tag_key.clone()).collect()],
        false => rules.tag_rule_configurations.clone(),
    };
    let any: Vec<String> = all
        .iter()
        .map(|keys| {
            let parts: Vec<String> = keys.iter().map(|key| condition(key)).collect();
            format!("({})", parts.join(" AND "))
        })
        .collect();
    format!("({})", any.join(" OR "))
}

/// Rules are rows: who, in columns named so, and for every other column the values that are meant; none means
/// all of them.
fn by_rules(
    names: &[String],
    table: &[Vec<Option<String>>],
    grants: bool,
    viewer: &Viewer,
    columns: &[Column],
) -> String {
    const WHO: [&str; 4] = ["username", "userarn", "groupname", "grouparn"];
    let lower: Vec<String> = names.iter().map(|n| n.to_lowercase()).collect();
    let is_mine = |row: &[Option<String>]| {
        lower.iter().zip(row).any(|(name, cell)| {
            let Some(cell) = cell.as_deref() else {
                return false;
            };
            match (viewer, name.as_str()) {
                (Viewer::User { name, .. }, "username") => name == cell,
                (Viewer::User { arn, .. }, "userarn") => arn == cell,
                (Viewer::User { groups, .. }, "groupname") => groups.iter().any(|(n, _)| n == cell),
                (Viewer::User { groups, .. }, "grouparn") => groups.iter().any(|(_, a)| a == cell),
                _ => false,
            }
        })
    };
    let mut any = Vec::new();
    for row in table.iter().filter(|row| is_mine(row)) {
        let mut all = Vec::new();
        for (name, cell) in names.iter().zip(row) {
            let who = WHO.contains(&name.to_lowercase().as_str());
            let Some(cell) = cell.as_deref().filter(|c| !who && !c.trim().is_empty()) else {
                continue;
            };
            let values: Vec<&str> = cell.split(',').map(str::trim).collect();
            all.push(one_of(columns, name, &values));
        }
        any.push(match all.is_empty() {
            true => "TRUE".to_owned(),
            false => format!("({})", all.join(" AND ")),
        });
    }
    match (any.is_empty(), grants) {
        (true, true) => "FALSE".into(),
        (true, false) => "TRUE".into(),
        (false, true) => format!("({})", any.join(" OR ")),
        (false, false) => format!("NOT coalesce(({}), FALSE)", any.join(" OR ")),
    }
}

fn one_of(columns: &[Column], name: &str, values: &[&str]) -> String {
    let Some(column) = columns.iter().find(|c| c.name.eq_ignore_ascii_case(name)) else {
        return "FALSE".into();
    };
    let list: Vec<String> = values.iter().map(|v| text_literal(v)).collect();
    let value = match column.kind {
        ColumnType::String => quoted(&column.name),
        _ => format!("CAST({} AS varchar)", quoted(&column.name)),
    };
    format!("{value} IN ({})", list.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        vec![
            Column::new("Region", ColumnType::String),
            Column::new("year", ColumnType::Integer),
        ]
    }

    fn user(name: &str, group: &str) -> Viewer {
        Viewer::User {
            name: name.into(),
            arn: format!("arn:{name}"),
            groups: vec![(group.into(), format!("arn:{group}"))],
        }
    }

    fn table() -> (Vec<String>, Vec<Vec<Option<String>>>) {
        let row = |cells: [&str; 4]| {
            cells
                .iter()
                .map(|c| (!c.is_empty()).then(|| (*c).to_owned()))
                .collect()
        };
        let names = ["UserName", "GroupName", "region", "year"]
            .map(str::to_owned)
            .to_vec();
        let rows = vec![
            row(["ann", "", "EMEA, it's", ""]),
            row(["", "sales", "", "2020"]),
            row(["root", "", "", ""]),
        ];
        (names, rows)
    }

    #[test]
    fn rules_grant_or_deny() {
        let (names, rows) = table();
        let of = |viewer: &Viewer, grants| by_rules(&names, &rows, grants, viewer, &columns());
        assert_eq!(
            of(&user("ann", "x"), true),
            "((\"Region\" IN ('EMEA', 'it''s')))"
        );
        assert_eq!(
            of(&user("bob", "sales"), true),
            "((CAST(\"year\" AS varchar) IN ('2020')))"
        );
        assert_eq!(of(&user("root", "x"), true), "(TRUE)");
        assert_eq!(of(&user("eve", "x"), true), "FALSE");
        assert_eq!(of(&user("eve", "x"), false), "TRUE");
        assert_eq!(of(&Viewer::Anonymous { tags: vec![] }, true), "FALSE");
    }

    #[test]
    fn tags_of_a_session() {
        let rules: TagConfiguration = serde_json::from_value(serde_json::json!({
            "Status": "ENABLED",
            "TagRules": [{"TagKey": "r", "ColumnName": "Region", "TagMultiValueDelimiter": ",", "MatchAllValue": "*"}],
        }))
        .unwrap();
        let of = |value: &str| by_tags(&rules, &[("r".into(), value.into())], &columns());
        assert_eq!(of("a,b"), "((\"Region\" IN ('a', 'b')))");
        assert_eq!(of("*"), "((TRUE))");
        assert_eq!(by_tags(&rules, &[], &columns()), "((FALSE))");
    }
}
