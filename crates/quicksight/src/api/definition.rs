//! What no definition may say: AWS refuses it when it is made, instead of keeping it with its errors.

use aws::ApiError;
use serde_json::Value;

use crate::error::invalid;

/// **Errors**: `InvalidParameterValueException` in AWS's words.
pub(super) fn check(definition: &Value) -> Result<(), ApiError> {
    for group in list(definition, "FilterGroups") {
        let scopes = group.pointer("/ScopeConfiguration/SelectedSheets");
        for scope in scopes
            .into_iter()
            .flat_map(|s| list(s, "SheetVisualScopingConfigurations"))
        {
            let all = text(scope, "Scope") == "ALL_VISUALS";
            if all && list(scope, "VisualIds").next().is_some() {
                let id = text(group, "FilterGroupId");
                return Err(refused(
                    "FilterGroups scoped to ALL_VISUALS must not have a list of visualIds",
                    &format!("Filter Group {id}"),
                ));
            }
        }
        for filter in list(group, "Filters").filter_map(|f| f.get("RelativeDatesFilter")) {
            let counts = ["NEXT", "LAST"].contains(&text(filter, "RelativeDateType"));
            let given = ["RelativeDateValue", "ParameterName"]
                .iter()
                .any(|name| filter.get(*name).is_some_and(|v| !v.is_null()));
            if given && !counts {
                let id = text(filter, "FilterId");
                return Err(refused(
                    "Filter can only define RelativeDateValue or ParameterName for 'NEXT', 'LAST' RelativeDateType's",
                    &format!("Filter {id}"),
                ));
            }
        }
    }
    Ok(())
}

fn refused(what: &str, place: &str) -> ApiError {
    invalid(format!("{what},  \n\t at {place}."))
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let items = value.get(name).and_then(Value::as_array);
    items.into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(group: &Value) -> Option<String> {
        let checked = check(&json!({"FilterGroups": [group]}));
        checked.err().map(|error| {
            assert_eq!(error.code, "InvalidParameterValueException");
            error.message
        })
    }

    #[test]
    fn a_filter_group_of_all_visuals_names_none() {
        let group = |scope: &str, visuals: Value| {
            let mut configuration = json!({"SheetId": "s", "Scope": scope});
            if !visuals.is_null() {
                configuration["VisualIds"] = visuals;
            }
            json!({"FilterGroupId": "g", "ScopeConfiguration": {"SelectedSheets": {
                "SheetVisualScopingConfigurations": [configuration]}}})
        };
        assert_eq!(
            message(&group("ALL_VISUALS", json!(["v"]))).as_deref(),
            Some(
                "FilterGroups scoped to ALL_VISUALS must not have a list of visualIds,  \n\t at Filter Group g."
            )
        );
        assert_eq!(message(&group("ALL_VISUALS", Value::Null)), None);
        assert_eq!(message(&group("SELECTED_VISUALS", json!(["v"]))), None);
    }

    #[test]
    fn a_relative_date_counts_where_its_type_does() {
        let group = |kind: &str, value: Value| {
            json!({"Filters": [{"RelativeDatesFilter": {
                "FilterId": "f", "RelativeDateType": kind, "RelativeDateValue": value}}]})
        };
        assert_eq!(
            message(&group("THIS", json!(1))).as_deref(),
            Some(
                "Filter can only define RelativeDateValue or ParameterName for 'NEXT', 'LAST' RelativeDateType's,  \n\t at Filter f."
            )
        );
        for (kind, value) in [
            ("THIS", Value::Null),
            ("LAST", json!(3)),
            ("NEXT", json!(1)),
        ] {
            assert_eq!(message(&group(kind, value)), None, "{kind}");
        }
    }
}
