//! XML along shapes: answers of the query protocol, and requests in REST-XML.

use quick_xml::escape::escape;
use serde_json::Value;

use crate::{
    table::{Kind, Reference, ShapeId, Structure, Table, TimestampFormat},
    time,
};

/// Writes elements into a text.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn declaration(&mut self) {
        self.out
            .push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    pub(super) fn open(&mut self, name: &str) {
        self.open_with_namespace(name, None);
    }

    pub(super) fn open_with_namespace(&mut self, name: &str, namespace: Option<&str>) {
        self.out.push('<');
        self.out.push_str(name);
        if let Some(namespace) = namespace {
            self.out
                .push_str(&format!(" xmlns=\"{}\"", escape(namespace)));
        }
        self.out.push('>');
    }

    pub(super) fn close(&mut self, name: &str) {
        self.out.push_str(&format!("</{name}>"));
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.open(name);
        self.out.push_str(&escape(text));
        self.close(name);
    }

    /// Writes a structure's members that are elements, in the model's order.
    pub(super) fn members(&mut self, table: &Table, shape: ShapeId, value: &Value) {
        if let Some(structure) = table.structure(shape) {
            let elements = structure
                .members
                .iter()
                .filter(|m| !m.reference.xml_attribute);
            for member in elements {
                if let Some(found) = value.get(&*member.name).filter(|v| !v.is_null()) {
                    self.member(table, &member.reference, member.wire_name(), found);
                }
            }
        }
    }

    /// Opens a structure's element, with the namespace and the attributes that its shape has.
    fn open_structure(&mut self, structure: &Structure, name: &str, value: &Value) {
        self.out.push_str(&format!("<{name}"));
        if let Some(namespace) = &structure.namespace {
            let (prefix, uri) = &**namespace;
            self.out
                .push_str(&format!(" xmlns:{prefix}=\"{}\"", escape(&**uri)));
        }
        for member in structure
            .members
            .iter()
            .filter(|m| m.reference.xml_attribute)
        {
            if let Some(text) = value.get(&*member.name).and_then(Value::as_str) {
                self.out
                    .push_str(&format!(" {}=\"{}\"", member.wire_name(), escape(text)));
            }
        }
        self.out.push('>');
    }

    /// Writes one member as an element of that name; a flattened list as one for each item.
    pub(super) fn member(
        &mut self,
        table: &Table,
        reference: &Reference,
        name: &str,
        value: &Value,
    ) {
        let shape = table.shape(reference.shape);
        match (&shape.kind, value) {
            (Kind::Structure(structure), _) => {
                self.open_structure(structure, name, value);
                self.members(table, reference.shape, value);
                self.close(name);
            }
            (Kind::List { member, flattened }, Value::Array(items)) => {
                let flattened = *flattened || reference.flattened;
                if !flattened {
                    self.open(name);
                }
                let entry = if flattened {
                    name
                } else {
                    member.location_name.as_deref().unwrap_or("member")
                };
                for item in items {
                    self.member(table, member, entry, item);
                }
                if !flattened {
                    self.close(name);
                }
            }
            (
                Kind::Map {
                    key,
                    value: member,
                    flattened,
                },
                Value::Object(entries),
            ) => {
                let flattened = *flattened || reference.flattened;
                if !flattened {
                    self.open(name);
                }
                for (at, entry) in entries {
                    self.open(if flattened { name } else { "entry" });
                    self.text(key.location_name.as_deref().unwrap_or("key"), at);
                    self.member(
                        table,
                        member,
                        member.location_name.as_deref().unwrap_or("value"),
                        entry,
                    );
                    self.close(if flattened { name } else { "entry" });
                }
                if !flattened {
                    self.close(name);
                }
            }
            (Kind::Timestamp, _) => {
                let format = reference.timestamp_format.or(shape.timestamp_format);
                self.scalar(
                    name,
                    &time::encode(value, format.unwrap_or(TimestampFormat::Iso8601)),
                );
            }
            _ => self.scalar(name, value),
        }
    }

    fn scalar(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) => self.text(name, text),
            other => self.text(name, &other.to_string()),
        }
    }
}
