//! The query protocol: form parameters in, XML out.

use std::collections::BTreeMap;

use http::Response;
use serde_json::{Map, Value};

use super::{response, xml};
use crate::{
    door::Body,
    table::{Kind, Location, Operation, Reference, ShapeId, Table},
    uri::query_pairs,
};

type Pairs = BTreeMap<String, String>;

/// Returns the parameters of a query string and a form body; the body's win.
pub(super) fn pairs(query: &[(String, String)], body: &[u8]) -> Pairs {
    let mut pairs: Pairs = query.iter().cloned().collect();
    pairs.extend(query_pairs(&String::from_utf8_lossy(body)));
    pairs
}

/// Returns the input; values that do not read as their type stay text, for validation to refuse.
pub(super) fn decode(table: &Table, operation: &Operation, pairs: &Pairs) -> Value {
    match operation.input {
        Some(shape) => value(table, shape, "", pairs).unwrap_or_else(|| Value::Object(Map::new())),
        None => Value::Object(
            pairs
                .iter()
                .map(|(n, v)| (n.clone(), v.as_str().into()))
                .collect(),
        ),
    }
}

fn value(table: &Table, id: ShapeId, prefix: &str, pairs: &Pairs) -> Option<Value> {
    let shape = table.shape(id);
    match &shape.kind {
        Kind::Structure(structure) => {
            if !prefix.is_empty() && !any_below(prefix, pairs) {
                return None;
            }
            let mut members = Map::new();
            for member in structure
                .members
                .iter()
                .filter(|m| m.reference.location == Location::Body)
            {
                let name = join(prefix, member.wire_name());
                if let Some(found) = member_value(table, &member.reference, &name, pairs) {
                    members.insert((*member.name).to_owned(), found);
                }
            }
            Some(Value::Object(members))
        }
        Kind::List { .. } | Kind::Map { .. } => None,
        _ => Some(scalar(&shape.kind, pairs.get(prefix)?)),
    }
}

fn member_value(table: &Table, reference: &Reference, name: &str, pairs: &Pairs) -> Option<Value> {
    match &table.shape(reference.shape).kind {
        Kind::List { member, flattened } => {
            if pairs.get(name).is_some_and(String::is_empty) {
                return Some(Value::Array(Vec::new()));
            }
            let entry = member.location_name.as_deref().unwrap_or("member");
            let prefix = if *flattened || reference.flattened {
                name.to_owned()
            } else {
                join(name, entry)
            };
            let items =
                (1..).map_while(|n| member_value(table, member, &format!("{prefix}.{n}"), pairs));
            let items: Vec<Value> = items.collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Kind::Map {
            key,
            value: member,
            flattened,
        } => {
            let prefix = if *flattened || reference.flattened {
                name.to_owned()
            } else {
                join(name, "entry")
            };
            let entry = |n: usize| {
                let at = format!("{prefix}.{n}");
                let key = pairs
                    .get(&join(&at, key.location_name.as_deref().unwrap_or("key")))?
                    .clone();
                let at = join(&at, member.location_name.as_deref().unwrap_or("value"));
                Some((
                    key,
                    member_value(table, member, &at, pairs).unwrap_or(Value::Null),
                ))
            };
            let entries: Map<String, Value> = (1..).map_while(entry).collect();
            (!entries.is_empty()).then_some(Value::Object(entries))
        }
        _ => value(table, reference.shape, name, pairs),
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

fn any_below(prefix: &str, pairs: &Pairs) -> bool {
    let below = format!("{prefix}.");
    pairs
        .range(below.clone()..)
        .next()
        .is_some_and(|(name, _)| name.starts_with(&below))
}

fn scalar(kind: &Kind, text: &str) -> Value {
    let typed = match kind {
        Kind::Integer | Kind::Long => text.parse::<i64>().ok().map(Value::from),
        Kind::Float | Kind::Double => text.parse::<f64>().ok().map(Value::from),
        Kind::Boolean => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    typed.unwrap_or_else(|| text.into())
}

pub(super) fn encode(
    table: &Table,
    operation: &Operation,
    output: &Value,
    request_id: &str,
) -> Response<Body> {
    let mut writer = xml::Writer::new();
    let name = format!("{}Response", operation.name);
    writer.open_with_namespace(&name, table.service.xml_namespace.as_deref());
    if let (Some(shape), Some(wrapper)) = (operation.output, &operation.result_wrapper) {
        writer.open(wrapper);
        writer.members(table, shape, output);
        writer.close(wrapper);
    }
    writer.open("ResponseMetadata");
    writer.text("RequestId", request_id);
    writer.close("ResponseMetadata");
    writer.close(&name);
    response(operation.status, "text/xml", writer.finish())
}
