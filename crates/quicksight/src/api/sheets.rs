//! What descriptions say of a definition, and what is wrong with one.

use aws::ApiError;
use serde_json::{Value, json};

use super::{definition, request::Request};
use crate::{
    QuickSight,
    asset::{ANALYSIS, Asset, DATA_SET, Document, Kind, Scope, TEMPLATE, Version},
    dataset,
    error::invalid,
    report,
};

/// Returns `Sheets` of a description: ids and names.
pub(super) fn sheets(body: &Document) -> Value {
    let sheets = body.get("Definition").and_then(|d| d.get("Sheets"));
    let sheets = sheets.and_then(Value::as_array);
    sheets
        .into_iter()
        .flatten()
        .map(|sheet| {
            let name = sheet.get("Name").or_else(|| sheet.get("Title"));
            let mut shown = json!({"SheetId": sheet.get("SheetId")});
            if let Some(name) = name {
                shown["Name"] = name.clone();
            }
            shown
        })
        .collect()
}

/// Returns the ARNs of the data sets of a definition.
pub(super) fn data_set_arns(body: &Document) -> Vec<Value> {
    let declared = body
        .get("Definition")
        .and_then(|d| d.get("DataSetIdentifierDeclarations"))
        .and_then(Value::as_array);
    let arns = declared
        .into_iter()
        .flatten()
        .filter_map(|d| d.get("DataSetArn"));
    let mut found: Vec<Value> = Vec::new();
    for arn in arns {
        if !found.contains(arn) {
            found.push(arn.clone());
        }
    }
    found
}

/// Puts the definition that a request means into its members: its own, or its source's with the data sets that
/// the request gives.
///
/// **Errors**: neither or both are given, the source is not there, or AWS refuses the definition.
pub(super) async fn define(
    service: &QuickSight,
    request: &mut Request,
    kind: &Kind,
) -> Result<(), ApiError> {
    let source = request.take("SourceEntity");
    match (source, request.input.get("Definition")) {
        (None, Some(given)) => return definition::check(given),
        (Some(_), Some(_)) => {
            return Err(invalid(
                "Only one of SourceEntity and Definition can be given",
            ));
        }
        (None, None) => return Err(invalid("Either SourceEntity or Definition is needed")),
        (Some(source), None) => {
            let (definition, arn, theme) =
                from_source(service, &request.scope, &source, kind).await?;
            request.input.insert("Definition".into(), definition);
            request.input.insert("SourceEntityArn".into(), arn.into());
            if let (Some(theme), false) = (theme, request.input.contains_key("ThemeArn")) {
                request.input.insert("ThemeArn".into(), theme);
            }
        }
    }
    Ok(())
}

type Found = (Value, String, Option<Value>);

async fn from_source(
    service: &QuickSight,
    scope: &Scope,
    source: &Value,
    kind: &Kind,
) -> Result<Found, ApiError> {
    let analysis = source.get("SourceAnalysis");
    let given = analysis.or_else(|| source.get("SourceTemplate"));
    let given = given.ok_or_else(|| invalid("SourceEntity names no source"))?;
    let arn = given
        .get("Arn")
        .and_then(Value::as_str)
        .unwrap_or("")
        .to_owned();
    let references: Vec<(String, String)> = given
        .get("DataSetReferences")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|r| (text(r, "DataSetPlaceholder"), text(r, "DataSetArn")))
        .collect();
    let body = if analysis.is_some() {
        Asset::by_arn(&service.store, &ANALYSIS, scope, &arn)
            .await?
            .body
    } else {
        template(service, scope, &arn).await?
    };
    let mut definition = body.get("Definition").cloned().unwrap_or_default();
    if analysis.is_some() {
        placeholders(&mut definition, &references)?;
    } else if kind.noun != TEMPLATE.noun {
        data_sets(&mut definition, &references)?;
    }
    Ok((definition, arn, body.get("ThemeArn").cloned()))
}

/// Returns the body of the version that a template's ARN means: `…/version/N`, `…/alias/NAME`, or the newest.
async fn template(service: &QuickSight, scope: &Scope, arn: &str) -> Result<Document, ApiError> {
    let (base, rest) = match arn.find("/version/").or_else(|| arn.find("/alias/")) {
        Some(at) => (&arn[..at], arn[at + 1..].split_once('/')),
        None => (arn, None),
    };
    let found = Asset::by_arn(&service.store, &TEMPLATE, scope, base).await?;
    let number = match rest {
        Some(("version", number)) => number
            .parse()
            .map_err(|_| invalid(format!("Invalid ARN: {arn}")))?,
        Some((_, name)) => super::aliases::target(service, &TEMPLATE, scope, &found, name).await?,
        None => found.version,
    };
    Ok(
        Version::get(&service.store, &TEMPLATE, scope, &found, number)
            .await?
            .body,
    )
}

/// An analysis's data sets become a template's placeholders.
fn placeholders(definition: &mut Value, references: &[(String, String)]) -> Result<(), ApiError> {
    let declared = definition
        .as_object_mut()
        .and_then(|d| d.shift_remove("DataSetIdentifierDeclarations"));
    let mut configurations = Vec::new();
    for item in declared
        .as_ref()
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let (identifier, arn) = (text(item, "Identifier"), text(item, "DataSetArn"));
        let reference = references.iter().find(|(_, given)| *given == arn);
        let Some((placeholder, _)) = reference else {
            return Err(invalid(format!("DataSetReferences lack {arn}")));
        };
        rename(definition, &identifier, placeholder);
        configurations.push(json!({"Placeholder": placeholder}));
    }
    definition["DataSetConfigurations"] = configurations.into();
    Ok(())
}

/// A template's placeholders become data sets.
fn data_sets(definition: &mut Value, references: &[(String, String)]) -> Result<(), ApiError> {
    let configurations = definition
        .as_object_mut()
        .and_then(|d| d.shift_remove("DataSetConfigurations"));
    let wanted = configurations.as_ref().and_then(Value::as_array);
    for placeholder in wanted.into_iter().flatten().map(|c| text(c, "Placeholder")) {
        if !references.iter().any(|(given, _)| *given == placeholder) {
            return Err(invalid(format!(
                "DataSetReferences lack placeholder {placeholder}"
            )));
        }
    }
    let declared: Vec<Value> = references
        .iter()
        .map(|(placeholder, arn)| json!({"Identifier": placeholder, "DataSetArn": arn}))
        .collect();
    definition["DataSetIdentifierDeclarations"] = declared.into();
    Ok(())
}

/// Renames a data set wherever a definition refers to it.
fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members.iter_mut() {
                match inner {
                    Value::String(text) if name == "DataSetIdentifier" && text == from => {
                        to.clone_into(text);
                    }
                    other => rename(other, from, to),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, from, to)),
        _ => {}
    }
}

fn text(value: &Value, name: &str) -> String {
    value
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or("")
        .to_owned()
}

/// Returns what is wrong with a definition, as descriptions have it.
async fn errors(
    service: &QuickSight,
    scope: &Scope,
    definition: &Value,
) -> Result<Vec<Value>, ApiError> {
    let declared = definition
        .get("DataSetIdentifierDeclarations")
        .and_then(Value::as_array);
    let mut found = Vec::new();
    let mut columns = visual::DataSets::new();
    for item in declared.into_iter().flatten() {
        let (identifier, arn) = (text(item, "Identifier"), text(item, "DataSetArn"));
        match Asset::by_arn(&service.store, &DATA_SET, scope, &arn).await {
            Ok(data_set) => {
                let known = dataset::columns(service, scope, &data_set).await?;
                columns.insert(identifier, known.iter().map(dataset::seen).collect());
            }
            Err(error) if error.status == 404 => {
                found.push(json!({"Type": "DATA_SET_NOT_FOUND", "Message": format!("Cannot find dataset with arn {arn}")}));
            }
            Err(error) => return Err(error),
        }
    }
    if found.is_empty() {
        found = report::problems(definition, &columns);
    }
    Ok(found)
}

/// Judges the definition of a body: what is wrong with it, and the status that it has for that.
pub(super) async fn judged(
    service: &QuickSight,
    scope: &Scope,
    body: &Document,
    what: &str,
) -> Result<(Vec<Value>, String), ApiError> {
    let definition = body.get("Definition").unwrap_or(&Value::Null);
    let errors = errors(service, scope, definition).await?;
    let mode = body.get("ValidationStrategy").and_then(|s| s.get("Mode"));
    let is_lenient = mode.and_then(Value::as_str) == Some("LENIENT");
    let fails = !errors.is_empty() && !is_lenient;
    let outcome = if fails { "FAILED" } else { "SUCCESSFUL" };
    Ok((errors, format!("{what}_{outcome}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_analysis_becomes_a_template_and_a_dashboard_again() {
        let given = json!({
            "DataSetIdentifierDeclarations": [{"Identifier": "taxi", "DataSetArn": "arn:1"}],
            "Sheets": [{"Visuals": [{"TableVisual": {"Column": {"DataSetIdentifier": "taxi", "ColumnName": "c"}}}]}],
        });
        let mut made = given.clone();
        placeholders(&mut made, &[("rides".into(), "arn:1".into())]).unwrap();
        assert_eq!(
            made["DataSetConfigurations"],
            json!([{"Placeholder": "rides"}])
        );
        let column = "/Sheets/0/Visuals/0/TableVisual/Column/DataSetIdentifier";
        assert_eq!(made.pointer(column).unwrap(), "rides");
        data_sets(&mut made, &[("rides".into(), "arn:2".into())]).unwrap();
        assert_eq!(
            made["DataSetIdentifierDeclarations"][0]["DataSetArn"],
            "arn:2"
        );
        assert!(made.get("DataSetConfigurations").is_none());
        assert!(placeholders(&mut given.clone(), &[]).is_err());
    }
}
