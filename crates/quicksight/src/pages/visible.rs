//! What a visitor of an embedded dashboard gets to see of its definition, and which columns a visitor may ask about.

use std::collections::HashSet;

use serde_json::{Value, json};

/// A data set's identifier and a column of it.
pub(super) type Named = (String, String);

/// What a locked filter lets through is nobody's business.
const SECRETS: [&str; 5] = [
    "CategoryValues",
    "CategoryValue",
    "StaticValue",
    "RollingDate",
    "Value",
];

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value[name].as_array().into_iter().flatten()
}

/// Returns what is in `{"Kind": {…}}`.
fn inner(value: &Value) -> Option<&Value> {
    value.as_object()?.values().next()
}

/// Returns the ids of the filters that have a control.
fn controlled(definition: &Value) -> HashSet<&str> {
    let sheets = list(definition, "Sheets");
    let controls = sheets.flat_map(|sheet| list(sheet, "FilterControls"));
    let of_sheets = controls.filter_map(|control| inner(control)?["SourceFilterId"].as_str());
    of_sheets.collect()
}

fn filters(definition: &Value) -> impl Iterator<Item = &Value> {
    let groups = list(definition, "FilterGroups");
    groups.flat_map(|group| list(group, "Filters"))
}

/// Returns the columns that a report shows or has controls for.
pub(super) fn named(definition: &Value) -> HashSet<Named> {
    let mut found = HashSet::new();
    let controlled = controlled(definition);
    let open = filters(definition).filter(|filter| {
        let id = inner(filter).and_then(|f| f["FilterId"].as_str());
        id.is_some_and(|id| controlled.contains(id))
    });
    for part in std::iter::once(&definition["Sheets"]).chain(open) {
        walk(part, &mut found);
    }
    found
}

fn walk(value: &Value, found: &mut HashSet<Named>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| walk(one, found)),
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            if let (Some(set), Some(column)) = (text("DataSetIdentifier"), text("ColumnName")) {
                found.insert((set.to_owned(), column.to_owned()));
            }
            members.values().for_each(|one| walk(one, found));
        }
        _ => {}
    }
}

/// Narrows a definition to one visual, where only that is embedded.
pub(super) fn narrow(definition: &mut Value, visual: Option<&(String, String)>) {
    let Some((sheet, visual)) = visual else {
        return;
    };
    if let Some(Value::Array(sheets)) = definition.get_mut("Sheets") {
        sheets.retain(|one| one["SheetId"] == sheet.as_str());
        for sheet in sheets {
            if let Some(Value::Array(visuals)) = sheet.get_mut("Visuals") {
                visuals.retain(|one| inner(one).is_some_and(|v| v["VisualId"] == visual.as_str()));
            }
            if let Value::Object(members) = sheet {
                for name in ["FilterControls", "ParameterControls", "Layouts"] {
                    members.remove(name);
                }
            }
        }
    }
}

/// Takes out of a definition what a visitor's page has no use for: where data are, and what locked filters say.
pub(super) fn veil(definition: &mut Value) {
    let controlled: HashSet<String> = controlled(definition)
        .into_iter()
        .map(str::to_owned)
        .collect();
    if let Some(Value::Array(all)) = definition.get_mut("DataSetIdentifierDeclarations") {
        for declaration in all {
            if let Value::Object(members) = declaration {
                members.remove("DataSetArn");
            }
        }
    }
    let groups = definition.get_mut("FilterGroups");
    let groups = groups.and_then(Value::as_array_mut).into_iter().flatten();
    for filter in groups.filter_map(|g| g.get_mut("Filters")?.as_array_mut()) {
        for one in filter {
            let id = inner(one).and_then(|f| f["FilterId"].as_str());
            if !id.is_some_and(|id| controlled.contains(id)) {
                forget(one);
            }
        }
    }
}

fn forget(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(forget),
        Value::Object(members) => {
            members.retain(|name, _| !SECRETS.contains(&name.as_str()));
            members.values_mut().for_each(forget);
        }
        _ => {}
    }
}

/// Returns whether what `DashboardPublishOptions` has an availability for is there; it is unless it is disabled.
pub(super) fn is_available(options: &Value, name: &str) -> bool {
    options[name]["AvailabilityStatus"] != "DISABLED"
}

/// Returns what a page may offer, by the dashboard's own `DashboardPublishOptions`.
pub(super) fn offered(options: &Value) -> Value {
    json!({
        "adHocFiltering": is_available(options, "AdHocFilteringOption"),
        "exportData": is_available(options, "ExportToCSVOption"),
        "visualMenu": is_available(options, "VisualMenuOption"),
        "drilling": is_available(options, "DataPointDrillUpDownOption"),
        "markMenu": is_available(options, "DataPointMenuLabelOption"),
        "tooltips": is_available(options, "DataPointTooltipOption"),
        "controlsOpen": options["SheetControlsOption"]["VisibilityState"] == "EXPANDED",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> Value {
        json!({"DataSetIdentifier": "t", "ColumnName": name})
    }

    fn definition() -> Value {
        let visual = |id: &str, name: &str| json!({"TableVisual": {"VisualId": id, "F": [{"Column": column(name)}]}});
        let filter = |id: &str, name: &str| {
            json!({"CategoryFilter": {"FilterId": id, "Column": column(name), "Configuration": {
                "FilterListConfiguration": {"MatchOperator": "CONTAINS", "CategoryValues": ["x"]}}}})
        };
        json!({
            "DataSetIdentifierDeclarations": [{"Identifier": "t", "DataSetArn": "arn"}],
            "FilterGroups": [{"Filters": [filter("locked", "secret"), filter("open", "kind")]}],
            "Sheets": [
                {"SheetId": "a", "Visuals": [visual("1", "shown"), visual("2", "other")],
                 "FilterControls": [{"Dropdown": {"FilterControlId": "c", "SourceFilterId": "open"}}]},
                {"SheetId": "b", "Visuals": [visual("3", "third")]},
            ],
        })
    }

    fn names(definition: &Value) -> Vec<String> {
        let mut names: Vec<String> = named(definition).into_iter().map(|(_, n)| n).collect();
        names.sort();
        names
    }

    #[test]
    fn columns_of_visuals_and_controls_can_be_asked_about() {
        let mut all = definition();
        assert_eq!(names(&all), ["kind", "other", "shown", "third"]);
        narrow(&mut all, Some(&("a".into(), "1".into())));
        assert_eq!(names(&all), ["shown"]);
        let mut same = definition();
        narrow(&mut same, None);
        assert_eq!(same, definition());
    }

    #[test]
    fn what_locked_filters_say_is_not_told() {
        let mut shown = definition();
        veil(&mut shown);
        let filters = &shown["FilterGroups"][0]["Filters"];
        let said = |i: usize| {
            filters[i]["CategoryFilter"]["Configuration"]["FilterListConfiguration"].clone()
        };
        assert_eq!(said(0), json!({"MatchOperator": "CONTAINS"}));
        assert_eq!(said(1)["CategoryValues"], json!(["x"]));
        assert_eq!(
            shown["DataSetIdentifierDeclarations"],
            json!([{"Identifier": "t"}])
        );
    }

    #[test]
    fn a_page_offers_what_is_not_disabled() {
        let all = offered(&Value::Null);
        assert_eq!(all["exportData"], true);
        assert_eq!(all["controlsOpen"], false);
        let some = offered(
            &json!({"ExportToCSVOption": {"AvailabilityStatus": "DISABLED"},
            "SheetControlsOption": {"VisibilityState": "EXPANDED"}}),
        );
        assert_eq!(some["exportData"], false);
        assert_eq!(some["controlsOpen"], true);
    }
}
