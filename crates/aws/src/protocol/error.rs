//! Errors in each protocol's envelope.

use http::{HeaderName, HeaderValue, Response};
use serde_json::{Map, Value};

use super::{json, response, translate, xml};
use crate::{
    ApiError,
    door::Body,
    table::{Operation, Protocol, Shape, Table},
};

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Where an error goes: what its envelope depends on.
#[derive(Clone, Copy)]
pub(crate) enum Envelope<'a> {
    /// A service whose table is there, and the operation if it is known.
    Service(&'a Table, Option<&'a Operation>),
    /// JSON for a client of which nothing is known.
    Json,
    /// XML that clients of any query-protocol service read.
    Form,
    /// XML as S3 answers, for a client of which nothing is known.
    Xml,
}

impl Envelope<'_> {
    /// Returns the response to a failure. A code that the model knows takes its status from there.
    pub(crate) fn encode(self, error: &ApiError, request_id: &str) -> Response<Body> {
        match self {
            Envelope::Service(table, operation) => {
                let shape = modeled(table, operation, error);
                let status = status(shape, error);
                match table.service.protocol {
                    Protocol::Json => {
                        let body = json_body(table, operation, shape, error, true);
                        response(status, json::content_type(table), body)
                    }
                    Protocol::RestJson => {
                        let body = json_body(table, operation, shape, error, false);
                        with_type(response(status, "application/json", body), &error.code)
                    }
                    Protocol::Query => query(table, shape, status, error, request_id),
                    Protocol::RestXml => s3(error, request_id),
                }
            }
            Envelope::Json => {
                let mut members = Map::new();
                members.insert("__type".into(), error.code.clone().into());
                members.insert("message".into(), error.message.clone().into());
                let body = Value::Object(members).to_string();
                with_type(
                    response(error.status, "application/json", body),
                    &error.code,
                )
            }
            Envelope::Form => form(error, request_id),
            Envelope::Xml => s3(error, request_id),
        }
    }
}

fn modeled<'t>(
    table: &'t Table,
    operation: Option<&Operation>,
    error: &ApiError,
) -> Option<&'t Shape> {
    let errors = operation.map(|o| o.errors.as_slice()).unwrap_or_default();
    let named = |shape: &&Shape| {
        *shape.name == *error.code || shape.code.as_deref() == Some(error.code.as_str())
    };
    errors
        .iter()
        .map(|&id| table.shape(id))
        .find(named)
        .or_else(|| table.shape_named(&error.code))
}

/// A handler that gave no status (400 is what errors are made with) means the model's.
fn status(shape: Option<&Shape>, error: &ApiError) -> u16 {
    match shape {
        Some(shape) if error.status == 400 => {
            shape.status.unwrap_or(if shape.fault { 500 } else { 400 })
        }
        _ => error.status,
    }
}

fn json_body(
    table: &Table,
    operation: Option<&Operation>,
    shape: Option<&Shape>,
    error: &ApiError,
    typed: bool,
) -> Vec<u8> {
    let mut body = Map::new();
    if typed {
        body.insert("__type".into(), error.code.clone().into());
    }
    if !error.message.is_empty() {
        body.insert(
            message_member(table, operation, shape).into(),
            error.message.clone().into(),
        );
    }
    let mut fields = Value::Object((*error.fields).clone());
    if let Some(id) = shape.and_then(|s| table.shape_id(&s.name)) {
        translate::outward(table, id, &mut fields);
    }
    if let Value::Object(fields) = fields {
        body.extend(fields);
    }
    Value::Object(body).to_string().into_bytes()
}

/// Returns what the service calls an error's text: `message` or `Message`, as the error's shape has it, or else
/// the operation's other errors.
fn message_member(
    table: &Table,
    operation: Option<&Operation>,
    shape: Option<&Shape>,
) -> &'static str {
    let errors = operation.map(|o| o.errors.as_slice()).unwrap_or_default();
    let shapes = shape
        .into_iter()
        .chain(errors.iter().map(|&id| table.shape(id)));
    for shape in shapes {
        if let crate::table::Kind::Structure(structure) = &shape.kind {
            for name in ["message", "Message"] {
                if structure.member(name).is_some() {
                    return name;
                }
            }
        }
    }
    "message"
}

fn with_type(mut response: Response<Body>, code: &str) -> Response<Body> {
    if let Ok(code) = HeaderValue::from_str(code) {
        response.headers_mut().insert(ERROR_TYPE, code);
    }
    response
}

fn query(
    table: &Table,
    shape: Option<&Shape>,
    status: u16,
    error: &ApiError,
    request_id: &str,
) -> Response<Body> {
    let code = shape.and_then(|s| s.code.as_deref()).unwrap_or(&error.code);
    let mut writer = xml::Writer::new();
    writer.open_with_namespace("ErrorResponse", table.service.xml_namespace.as_deref());
    writer.open("Error");
    writer.text("Type", if status < 500 { "Sender" } else { "Receiver" });
    writer.text("Code", code);
    writer.text("Message", &error.message);
    writer.close("Error");
    writer.text("RequestId", request_id);
    writer.close("ErrorResponse");
    response(status, "text/xml", writer.finish())
}

fn form(error: &ApiError, request_id: &str) -> Response<Body> {
    let mut writer = xml::Writer::new();
    writer.open("Response");
    writer.open("Errors");
    writer.open("Error");
    writer.text("Code", &error.code);
    writer.text("Message", &error.message);
    writer.close("Error");
    writer.close("Errors");
    writer.text("RequestID", request_id);
    writer.close("Response");
    response(error.status, "text/xml", writer.finish())
}

fn s3(error: &ApiError, request_id: &str) -> Response<Body> {
    let mut writer = xml::Writer::new();
    writer.declaration();
    writer.open("Error");
    writer.text("Code", &error.code);
    writer.text("Message", &error.message);
    for (name, value) in error.fields.iter() {
        writer.text(name, value.as_str().unwrap_or(&value.to_string()));
    }
    writer.text("RequestId", request_id);
    writer.close("Error");
    response(error.status, "application/xml", writer.finish())
}
