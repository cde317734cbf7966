//! Which service and operation a request means.

use http::{Method, header::CONTENT_TYPE, request::Parts};

use super::{
    address::{Address, address},
    builder::{Found, Inner},
};
use crate::{
    ApiError,
    protocol::Envelope,
    sigv4::{self, Malformed, Signed},
    table::{self, Operation, Protocol, Table},
    uri::query_pairs,
};

/// What of a request is known before its body is read.
pub(super) struct Head {
    pub(super) parts: Parts,
    /// Decoded.
    pub(super) query: Vec<(String, String)>,
    pub(super) signed: Result<Option<Signed>, Malformed>,
    pub(super) address: Address,
}

/// Where a request goes.
pub(super) enum Route<'d> {
    Operation {
        found: Found<'d>,
        labels: Vec<(&'static str, String)>,
    },
    /// The query protocol: the body names the operation, and the service too if nothing else does.
    Form(Option<&'static Table>),
    Raw(&'static str),
    Refused(Envelope<'static>, ApiError),
}

impl Head {
    pub(super) fn new(parts: Parts) -> Self {
        let query = query_pairs(parts.uri.query().unwrap_or_default());
        let signed = sigv4::parse(&parts.headers, &query);
        let host = parts
            .headers
            .get(http::header::HOST)
            .and_then(|h| h.to_str().ok());
        let host = host
            .or(parts.uri.authority().map(|a| a.as_str()))
            .unwrap_or_default();
        Self {
            address: address(host),
            query,
            signed,
            parts,
        }
    }

    pub(super) fn signed(&self) -> Option<&Signed> {
        self.signed.as_ref().ok().and_then(Option::as_ref)
    }

    pub(super) fn to_sign(&self) -> sigv4::Request<'_> {
        sigv4::Request {
            method: &self.parts.method,
            path: self.parts.uri.path(),
            query: &self.query,
            headers: &self.parts.headers,
            authority: self.parts.uri.authority().map(|a| a.as_str()),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name).and_then(|v| v.to_str().ok())
    }

    fn is_form(&self) -> bool {
        self.header(CONTENT_TYPE.as_str())
            .is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"))
    }
}

impl Inner {
    pub(super) fn route(&self, head: &Head) -> Route<'_> {
        if let Some(target) = head.header("x-amz-target") {
            return self.by_target(target);
        }
        let service = match head.signed() {
            Some(signed) if !signed.service.is_empty() => signed.service.as_str(),
            _ => match head.address.service {
                Some(service) => service,
                None if head.is_form() && head.parts.method == Method::POST => {
                    return Route::Form(None);
                }
                None => "s3",
            },
        };
        let Some(table) = table::table(service) else {
            return Route::Refused(self.unknown_envelope(head), unknown_service(service));
        };
        match table.service.protocol {
            Protocol::Json => Route::Refused(
                Envelope::Service(table, None),
                ApiError::new(
                    "UnknownOperationException",
                    "The X-Amz-Target header is missing.",
                ),
            ),
            Protocol::RestJson => self.by_path(table, head),
            Protocol::Query => Route::Form(Some(table)),
            Protocol::RestXml => match self.raw.get_key_value(service) {
                Some((name, _)) => Route::Raw(name),
                None => Route::Refused(
                    Envelope::Xml,
                    not_implemented(service, &raw_operation(table, head)),
                ),
            },
        }
    }

    fn by_target(&self, target: &str) -> Route<'_> {
        let (prefix, name) = target.rsplit_once('.').unwrap_or((target, ""));
        let Some(table) =
            table::by_target_prefix(prefix).and_then(|m| table::table(&m.signing_name))
        else {
            return Route::Refused(Envelope::Json, unknown_service(prefix));
        };
        match table.operation(name) {
            Some(operation) => Route::Operation {
                found: self.found(table, operation),
                labels: Vec::new(),
            },
            None => Route::Refused(
                Envelope::Service(table, None),
                unknown_operation(table, name),
            ),
        }
    }

    fn by_path(&self, table: &'static Table, head: &Head) -> Route<'_> {
        let path = head.parts.uri.path();
        let matching = table
            .operations()
            .iter()
            .filter(|o| o.method == head.parts.method)
            .filter_map(|o| Some((o, o.uri.matches(path, &head.query)?)))
            .max_by_key(|(o, _)| o.uri.rank());
        match matching {
            Some((operation, labels)) => Route::Operation {
                found: self.found(table, operation),
                labels,
            },
            None => {
                let asked = format!("{} {path}", head.parts.method);
                let error = unknown_operation(table, &asked).with_status(404);
                Route::Refused(Envelope::Service(table, None), error)
            }
        }
    }

    fn unknown_envelope(&self, head: &Head) -> Envelope<'static> {
        let json = head
            .header(CONTENT_TYPE.as_str())
            .is_some_and(|t| t.contains("json"));
        match (json, head.is_form()) {
            (true, _) => Envelope::Json,
            (_, true) => Envelope::Form,
            _ => Envelope::Xml,
        }
    }
}

/// Returns the name of the operation that a REST-XML request means, as far as path and query tell.
pub(super) fn raw_operation(table: &Table, head: &Head) -> String {
    raw_match(table, head).map_or_else(
        || format!("{} {}", head.parts.method, raw_path(head)),
        |o| o.name.to_string(),
    )
}

/// Returns the name of the operation that a request to a raw service means, for counting; `none` where none fits.
pub(super) fn raw_name(service: &str, head: &Head) -> &'static str {
    table::table(service)
        .and_then(|table| raw_match(table, head))
        .map_or("none", |operation| &operation.name)
}

fn raw_path(head: &Head) -> String {
    match &head.address.bucket {
        Some(bucket) => format!("/{bucket}{}", head.parts.uri.path()),
        None => head.parts.uri.path().to_owned(),
    }
}

fn raw_match<'t>(table: &'t Table, head: &Head) -> Option<&'t Operation> {
    let path = raw_path(head);
    let given = |name: &str| head.query.iter().any(|(n, _)| n == name);
    table
        .operations()
        .iter()
        .rev()
        .filter(|o| o.method == head.parts.method && o.uri.matches(&path, &head.query).is_some())
        .filter(|o| o.needed_query.iter().all(|name| given(name)))
        .filter(|o| {
            o.needed_headers
                .iter()
                .all(|name| head.parts.headers.contains_key(&**name))
        })
        .max_by_key(|o| (o.uri.rank(), o.needed_query.len() + o.needed_headers.len()))
}

pub(super) fn not_implemented(service: &str, operation: &str) -> ApiError {
    ApiError::new(
        "NotImplemented",
        format!("{service}:{operation} is not implemented in Taxiway."),
    )
    .with_status(501)
}

/// Returns the service that a form without a signature means: STS and IAM have different versions.
pub(super) fn form_table(
    parameters: &[(String, String)],
    body: &[u8],
) -> Result<&'static Table, ApiError> {
    let in_body = query_pairs(&String::from_utf8_lossy(body));
    let version = in_body
        .iter()
        .chain(parameters)
        .find(|(n, _)| n == "Version")
        .map(|(_, v)| v.as_str());
    let known = table::tables_available()
        .iter()
        .find(|m| m.protocol == Protocol::Query && version.is_none_or(|v| v == m.api_version));
    known
        .and_then(|m| table::table(&m.signing_name))
        .ok_or_else(|| unknown_service(&format!("with API version {}", version.unwrap_or("none"))))
}

fn unknown_service(name: &str) -> ApiError {
    let known: Vec<&str> = table::tables_available()
        .iter()
        .map(|m| m.signing_name.as_str())
        .collect();
    let message = format!(
        "Taxiway has no service '{name}'; it has {}.",
        known.join(", ")
    );
    ApiError::new("NotImplemented", message).with_status(501)
}

pub(super) fn unknown_operation(table: &Table, asked: &str) -> ApiError {
    let message = format!("{} has no operation '{asked}'.", table.service.service_id);
    ApiError::new("UnknownOperationException", message)
}
