//! A table in memory: shapes refer to one another by number.

use std::collections::HashMap;

use super::{Metadata, Pattern, file};
use crate::uri::Template;

/// A shape's place in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ShapeId(u32);

/// One service's API.
#[derive(Debug)]
pub struct Table {
    pub service: &'static Metadata,
    operations: Vec<Operation>,
    by_name: HashMap<Box<str>, usize>,
    shapes: Vec<Shape>,
    shapes_by_name: HashMap<Box<str>, ShapeId>,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    pub name: Box<str>,
    pub method: http::Method,
    pub uri: Template,
    /// The HTTP status of success.
    pub status: u16,
    /// Whether the table has the shapes. When not, inputs pass unvalidated and `input` and `output` are absent.
    pub full: bool,
    pub input: Option<ShapeId>,
    pub output: Option<ShapeId>,
    pub errors: Vec<ShapeId>,
    /// For REST-XML: query parameters and headers that must be there; some operations differ in these alone.
    pub needed_query: Vec<Box<str>>,
    pub needed_headers: Vec<Box<str>>,
    /// Whether a request must carry a checksum of its body.
    pub checksum: bool,
    /// The element that the query protocol wraps the output in.
    pub result_wrapper: Option<Box<str>>,
}

/// A type of the API model with its constraints.
#[derive(Debug)]
pub struct Shape {
    pub name: Box<str>,
    pub kind: Kind,
    pub constraints: Constraints,
    /// Values are not repeated in error messages.
    pub sensitive: bool,
    /// For an error: its HTTP status.
    pub status: Option<u16>,
    /// For an error of the query protocol: its code, where that is not the shape's name.
    pub code: Option<Box<str>>,
    /// For an error: the service's fault, not the caller's.
    pub fault: bool,
    pub timestamp_format: Option<TimestampFormat>,
    /// Something at or below this shape is not on the wire as it is in a Call: a member under another name,
    /// or a timestamp that is not epoch seconds.
    pub translated: bool,
}

#[derive(Debug)]
pub enum Kind {
    Structure(Structure),
    List {
        member: Reference,
        flattened: bool,
    },
    Map {
        key: Reference,
        value: Reference,
        flattened: bool,
    },
    String,
    Blob,
    Boolean,
    Integer,
    Long,
    Float,
    Double,
    Timestamp,
    /// Any JSON.
    Document,
}

#[derive(Debug, Default)]
pub struct Structure {
    /// In the model's order.
    pub members: Vec<Member>,
    pub union: bool,
    /// The member that is the HTTP body.
    pub payload: Option<Box<str>>,
    /// The prefix and URI of the XML namespace that its attributes are of.
    pub namespace: Option<Box<(Box<str>, Box<str>)>>,
    pub eventstream: bool,
}

impl Structure {
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|m| &*m.name == name)
    }
}

#[derive(Debug)]
pub struct Member {
    pub name: Box<str>,
    pub required: bool,
    /// SDKs fill it in when the caller does not.
    pub idempotency_token: bool,
    pub reference: Reference,
}

impl Member {
    /// Returns the member's name in a body, a query string or a header.
    pub fn wire_name(&self) -> &str {
        self.reference
            .location_name
            .as_deref()
            .unwrap_or(&self.name)
    }
}

/// A use of a shape.
#[derive(Debug)]
pub struct Reference {
    pub shape: ShapeId,
    pub location: Location,
    pub location_name: Option<Box<str>>,
    pub flattened: bool,
    /// In XML an attribute of the element around it.
    pub xml_attribute: bool,
    pub timestamp_format: Option<TimestampFormat>,
}

/// Where in an HTTP message a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    Body,
    Uri,
    QueryString,
    Header,
    /// A map whose entries are headers with a common prefix.
    Headers,
    StatusCode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampFormat {
    EpochSeconds,
    Iso8601,
    Rfc822,
}

/// What a shape demands of its values. Lengths are in characters for strings, bytes for blobs, entries for
/// lists and maps; for numbers `min` and `max` bound the value.
#[derive(Debug, Default)]
pub struct Constraints {
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub pattern: Option<Pattern>,
    pub values: Vec<Box<str>>,
}

impl Table {
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.by_name.get(name).map(|&at| &self.operations[at])
    }

    /// Returns the operations, sorted by name.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    pub fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }

    pub fn shape_id(&self, name: &str) -> Option<ShapeId> {
        self.shapes_by_name.get(name).copied()
    }

    pub fn shape_named(&self, name: &str) -> Option<&Shape> {
        self.shape_id(name).map(|id| self.shape(id))
    }

    #[cfg(test)]
    pub(super) fn all_shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// Returns the structure behind a shape, if it is one.
    pub fn structure(&self, id: ShapeId) -> Option<&Structure> {
        match &self.shape(id).kind {
            Kind::Structure(structure) => Some(structure),
            _ => None,
        }
    }

    pub(super) fn new(service: &'static Metadata, file: file::File) -> Result<Self, String> {
        let names = Names(
            file.shapes
                .keys()
                .enumerate()
                .map(|(at, n)| (Box::from(n.as_str()), ShapeId(at as u32)))
                .collect(),
        );
        let mut shapes = Vec::with_capacity(file.shapes.len());
        for (name, source) in file.shapes {
            shapes.push(shape(&names, name, source)?);
        }
        mark_translated(&mut shapes);
        let mut operations = Vec::with_capacity(file.operations.len());
        for (name, source) in file.operations {
            operations.push(operation(&names, name, source)?);
        }
        let by_name = operations
            .iter()
            .enumerate()
            .map(|(at, o)| (o.name.clone(), at))
            .collect();
        Ok(Self {
            service,
            operations,
            by_name,
            shapes,
            shapes_by_name: names.0,
        })
    }
}

struct Names(HashMap<Box<str>, ShapeId>);

impl Names {
    fn id(&self, name: &str) -> Result<ShapeId, String> {
        self.0
            .get(name)
            .copied()
            .ok_or_else(|| format!("shape {name} is not in the table"))
    }

    fn reference(&self, source: file::Reference) -> Result<Reference, String> {
        let location = match source.location.as_deref() {
            None => Location::Body,
            Some("uri") => Location::Uri,
            Some("querystring") => Location::QueryString,
            Some("header") => Location::Header,
            Some("headers") => Location::Headers,
            Some("statusCode") => Location::StatusCode,
            Some(other) => return Err(format!("unknown location {other}")),
        };
        Ok(Reference {
            shape: self.id(&source.shape)?,
            location,
            location_name: source.location_name.map(Into::into),
            flattened: source.flattened,
            xml_attribute: source.xml_attribute,
            timestamp_format: timestamp_format(source.timestamp_format)?,
        })
    }

    fn needed(&self, source: Option<file::Reference>, what: &str) -> Result<Reference, String> {
        self.reference(source.ok_or_else(|| format!("no {what}"))?)
    }
}

fn timestamp_format(name: Option<String>) -> Result<Option<TimestampFormat>, String> {
    match name.as_deref() {
        None => Ok(None),
        Some("unixTimestamp") => Ok(Some(TimestampFormat::EpochSeconds)),
        Some("iso8601") => Ok(Some(TimestampFormat::Iso8601)),
        Some("rfc822") => Ok(Some(TimestampFormat::Rfc822)),
        Some(other) => Err(format!("unknown timestamp format {other}")),
    }
}

fn operation(names: &Names, name: String, source: file::Operation) -> Result<Operation, String> {
    let shape = |name: Option<String>| match name {
        Some(name) if source.full => names.id(&name).map(Some),
        _ => Ok(None),
    };
    Ok(Operation {
        method: source
            .method
            .parse()
            .map_err(|_| format!("unknown method {}", source.method))?,
        uri: Template::parse(&source.uri),
        status: source.status.unwrap_or(200),
        full: source.full,
        input: shape(source.input)?,
        output: shape(source.output)?,
        errors: source
            .errors
            .iter()
            .map(|e| names.id(e))
            .collect::<Result<_, _>>()?,
        needed_query: source.needs.query,
        needed_headers: source.needs.headers,
        checksum: source.checksum,
        result_wrapper: source.result_wrapper.map(Into::into),
        name: name.into(),
    })
}

fn shape(names: &Names, name: String, source: file::Shape) -> Result<Shape, String> {
    let kind = match source.kind.as_str() {
        "structure" if source.document => Kind::Document,
        "structure" => {
            let mut members = Vec::with_capacity(source.members.len());
            for (name, reference) in source.members {
                members.push(Member {
                    required: source.required.contains(&name),
                    idempotency_token: reference.idempotency_token,
                    reference: names.reference(reference)?,
                    name: name.into(),
                });
            }
            Kind::Structure(Structure {
                members,
                union: source.union,
                payload: source.payload.map(Into::into),
                namespace: source
                    .xml_prefix
                    .zip(source.xml_namespace)
                    .map(|(prefix, uri)| Box::new((prefix.into(), uri.into()))),
                eventstream: source.eventstream,
            })
        }
        "list" => Kind::List {
            member: names.needed(source.member, "member")?,
            flattened: source.flattened,
        },
        "map" => Kind::Map {
            key: names.needed(source.key, "key")?,
            value: names.needed(source.value, "value")?,
            flattened: source.flattened,
        },
        "string" | "character" => Kind::String,
        "blob" => Kind::Blob,
        "boolean" => Kind::Boolean,
        "integer" => Kind::Integer,
        "long" => Kind::Long,
        "float" => Kind::Float,
        "double" => Kind::Double,
        "timestamp" => Kind::Timestamp,
        other => return Err(format!("unknown type {other}")),
    };
    Ok(Shape {
        kind,
        constraints: Constraints {
            min: source.min,
            max: source.max,
            pattern: source.pattern.map(Pattern::new),
            values: source.values.into_iter().map(Into::into).collect(),
        },
        sensitive: source.sensitive,
        status: source.status,
        code: source.code.map(Into::into),
        fault: source.fault,
        timestamp_format: timestamp_format(source.timestamp_format)?,
        translated: false,
        name: name.into(),
    })
}

/// Marks the shapes that are, or reach, something translated; repeated until nothing changes, as shapes may
/// be recursive.
fn mark_translated(shapes: &mut [Shape]) {
    loop {
        let below = |shapes: &[Shape], r: &Reference| {
            shapes[r.shape.0 as usize].translated
                || r.timestamp_format
                    .is_some_and(|f| f != TimestampFormat::EpochSeconds)
        };
        let found: Vec<usize> = (0..shapes.len())
            .filter(|&at| !shapes[at].translated)
            .filter(|&at| match &shapes[at].kind {
                Kind::Timestamp => shapes[at]
                    .timestamp_format
                    .is_some_and(|f| f != TimestampFormat::EpochSeconds),
                Kind::Structure(s) => s.members.iter().any(|m| {
                    below(shapes, &m.reference)
                        || m.reference.location != Location::Body
                        || m.wire_name() != &*m.name
                        || s.payload.is_some()
                }),
                Kind::List { member, .. } => below(shapes, member),
                Kind::Map { value, .. } => below(shapes, value),
                _ => false,
            })
            .collect();
        if found.is_empty() {
            return;
        }
        for at in found {
            shapes[at].translated = true;
        }
    }
}
