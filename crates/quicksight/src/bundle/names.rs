//! Members' names: a bundle has them with a small beginning, the API with a large one.

use aws::table::{Kind, ShapeId, Table, table};
use serde_json::Value;

use crate::asset::Document;

#[derive(Clone, Copy)]
enum Way {
    Out,
    In,
}

/// Returns an operation's input as a bundle has it.
pub(super) fn out(operation: &str, input: Document) -> Document {
    walked(operation, input, Way::Out)
}

/// Returns a bundle's document as the operation's input: names are taken whatever the case of their letters, and what
/// the API does not know stays as it is.
pub(super) fn back(operation: &str, document: Document) -> Document {
    walked(operation, document, Way::In)
}

/// Tells whether an operation's input has a member.
pub(super) fn takes(operation: &str, member: &str) -> bool {
    let found = input(operation).and_then(|(table, shape)| table.structure(shape));
    found.is_some_and(|structure| structure.member(member).is_some())
}

fn input(operation: &str) -> Option<(&'static Table, ShapeId)> {
    let table = table("quicksight")?;
    Some((table, table.operation(operation)?.input?))
}

fn walked(operation: &str, document: Document, way: Way) -> Document {
    match input(operation) {
        Some((table, shape)) => members(table, shape, document, way),
        None => document,
    }
}

fn members(table: &Table, shape: ShapeId, document: Document, way: Way) -> Document {
    let Some(structure) = table.structure(shape) else {
        return document;
    };
    let renamed = document.into_iter().map(|(name, value)| {
        let member = match way {
            Way::Out => structure.member(&name),
            Way::In => {
                let mut all = structure.members.iter();
                all.find(|m| m.name.eq_ignore_ascii_case(&name))
            }
        };
        match member {
            Some(member) => {
                let value = walk(table, member.reference.shape, value, way);
                let name = match way {
                    Way::Out => small(&member.name),
                    Way::In => member.name.to_string(),
                };
                (name, value)
            }
            None => (name, value),
        }
    });
    renamed.collect()
}

fn walk(table: &Table, shape: ShapeId, value: Value, way: Way) -> Value {
    match (&table.shape(shape).kind, value) {
        (Kind::Structure(_), Value::Object(document)) => {
            Value::Object(members(table, shape, document, way))
        }
        (Kind::List { member, .. }, Value::Array(items)) => {
            let items = items.into_iter();
            items.map(|v| walk(table, member.shape, v, way)).collect()
        }
        // A map's keys are the caller's.
        (Kind::Map { value: of, .. }, Value::Object(entries)) => {
            let entries = entries.into_iter();
            entries
                .map(|(k, v)| (k, walk(table, of.shape, v, way)))
                .collect()
        }
        (_, value) => value,
    }
}

/// `KPIVisual` is `kpiVisual`, `S3Source` is `s3Source`, `Name` is `name`.
fn small(name: &str) -> String {
    let large = name.bytes().take_while(u8::is_ascii_uppercase).count();
    let ends_word = name
        .as_bytes()
        .get(large)
        .is_some_and(u8::is_ascii_lowercase);
    let first = if large > 1 && ends_word {
        large - 1
    } else {
        large
    };
    let (head, tail) = name.split_at(first);
    format!("{}{tail}", head.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_begin_small_and_keys_stay() {
        assert_eq!(
            ["KPIVisual", "S3Source", "Name", "URLOperation", "SaaSTable"].map(small),
            ["kpiVisual", "s3Source", "name", "urlOperation", "saaSTable"]
        );
        let given = json!({
            "DataSetId": "d", "Unknown": {"Name": 1},
            "PhysicalTableMap": {"Name": {"RelationalTable": {"DataSourceArn": "a", "InputColumns": [{"Name": "x", "Type": "STRING"}]}}},
        });
        let Value::Object(given) = given else {
            panic!()
        };
        let made = out("CreateDataSet", given.clone());
        assert_eq!(
            Value::Object(made.clone()),
            json!({
                "dataSetId": "d", "Unknown": {"Name": 1},
                "physicalTableMap": {"Name": {"relationalTable": {"dataSourceArn": "a", "inputColumns": [{"name": "x", "type": "STRING"}]}}},
            })
        );
        assert_eq!(back("CreateDataSet", made), given);
        // However another writer has the letters, and where nothing was made small.
        let other = json!({"datasetid": "d"});
        let Value::Object(other) = other else {
            panic!()
        };
        assert_eq!(
            Value::Object(back("CreateDataSet", other)),
            json!({"DataSetId": "d"})
        );
        assert_eq!(back("CreateDataSet", given.clone()), given);
    }
}
