//! JSON between Calls and the wire: members' wire names, and timestamps that are not epoch seconds.

use serde_json::Value;

use crate::{
    table::{Kind, Location, Reference, ShapeId, Table, TimestampFormat},
    time,
};

/// Turns a body's JSON into what Calls have. Timestamps are left to validation, which reads them in any form.
pub(super) fn inward(table: &Table, shape: ShapeId, value: &mut Value) {
    walk(table, shape, value, None, Direction::Inward);
}

/// Turns what a Call gave into a body's JSON.
pub(super) fn outward(table: &Table, shape: ShapeId, value: &mut Value) {
    walk(table, shape, value, None, Direction::Outward);
}

/// Does so for one member, whose reference may carry a timestamp format of its own.
pub(super) fn outward_member(table: &Table, reference: &Reference, value: &mut Value) {
    walk(
        table,
        reference.shape,
        value,
        reference.timestamp_format,
        Direction::Outward,
    );
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Inward,
    Outward,
}

fn walk(
    table: &Table,
    id: ShapeId,
    value: &mut Value,
    format: Option<TimestampFormat>,
    direction: Direction,
) {
    let shape = table.shape(id);
    if !shape.translated && format.is_none() {
        return;
    }
    match (&shape.kind, &mut *value) {
        (Kind::Structure(structure), Value::Object(members)) => {
            for member in structure
                .members
                .iter()
                .filter(|m| m.reference.location == Location::Body)
            {
                let (from, to) = match direction {
                    Direction::Inward => (member.wire_name(), &*member.name),
                    Direction::Outward => (&*member.name, member.wire_name()),
                };
                if from != to
                    && let Some(found) = members.shift_remove(from)
                {
                    members.insert(to.to_owned(), found);
                }
                if let Some(found) = members.get_mut(to) {
                    walk(
                        table,
                        member.reference.shape,
                        found,
                        member.reference.timestamp_format,
                        direction,
                    );
                }
            }
        }
        (Kind::List { member, .. }, Value::Array(items)) => {
            for item in items {
                walk(
                    table,
                    member.shape,
                    item,
                    member.timestamp_format,
                    direction,
                );
            }
        }
        (Kind::Map { value: member, .. }, Value::Object(entries)) => {
            for entry in entries.values_mut() {
                walk(
                    table,
                    member.shape,
                    entry,
                    member.timestamp_format,
                    direction,
                );
            }
        }
        (Kind::Timestamp, _) if direction == Direction::Outward => {
            let format = format
                .or(shape.timestamp_format)
                .unwrap_or(TimestampFormat::EpochSeconds);
            *value = time::encode(value, format);
        }
        _ => {}
    }
}
