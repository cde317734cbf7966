//! What is wrong with a definition.

use chrono::DateTime;
use serde_json::{Value, json};
use visual::{DataSets, Definition, PlanError, Request, parameter_values, plan};

/// Returns a definition's errors as descriptions have them: those of every visual that cannot be asked.
pub(crate) fn problems(definition: &Value, columns: &DataSets) -> Vec<Value> {
    let definition = Definition::read(definition);
    let now = DateTime::UNIX_EPOCH.naive_utc();
    let parameters = parameter_values(&definition, &Value::Null, now);
    let mut found = Vec::new();
    for (s, sheet) in definition.sheets.iter().enumerate() {
        for (v, visual) in sheet.visuals.iter().enumerate() {
            let request = Request {
                definition: &definition,
                sheet: &sheet.id,
                visual: &visual.id,
                data_sets: columns,
                parameters: &parameters,
                filters: &[],
                selections: &[],
                level: 0,
                detail: false,
                now,
                limit: None,
            };
            if let Err(error) = plan(&request)
                && let Some(kind) = kind(&error)
            {
                found.push(json!({
                    "Type": kind, "Message": message(&definition, &error),
                    "ViolatedEntities": [{"Path": format!("sheets/{s}/visuals/{v}")}],
                }));
            }
        }
    }
    found
}

/// Says what is wrong: in AWS's words where these are known.
fn message(definition: &Definition, error: &PlanError) -> String {
    let PlanError::Column { data_set, column } = error else {
        return error.to_string();
    };
    let mut declared = definition.data_sets.iter();
    let found = declared.find(|(identifier, _)| identifier == data_set);
    let name = found.map_or(data_set.as_str(), |(_, arn)| arn.as_str());
    format!("Required column '{column}' is missing in data set '{name}'")
}

/// Returns the API's type of an error; nothing where a visual is merely not drawn, or has no fields yet.
fn kind(error: &PlanError) -> Option<&'static str> {
    match error {
        PlanError::Unsupported(_) | PlanError::Empty => None,
        PlanError::DataSet(_) => Some("DATA_SET_NOT_FOUND"),
        PlanError::Column { .. } => Some("COLUMN_REPLACEMENT_MISSING"),
        PlanError::Type { .. } => Some("COLUMN_TYPE_MISMATCH"),
        PlanError::Filter(..) => Some("PARAMETER_VALUE_INCOMPATIBLE"),
        _ => Some("INTERNAL_FAILURE"),
    }
}
