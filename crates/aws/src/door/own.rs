//! The door's own pages: health and coverage, unless handlers of just those paths were given.

use futures::future::BoxFuture;
use http::{HeaderValue, Method, Request, Response, header::CONTENT_TYPE};
use serde_json::{Value, json};

use super::{Body, Door, builder::Inner};
use crate::{Context, coverage};

/// Pages of ours below a path, for somebody who is known already: what the console asks of one crate.
pub trait OwnPages: Send + Sync {
    /// Tells whether a page is open to everybody, of any site: its URL says by itself, signed, what it is good for.
    fn is_open(&self, method: &Method, path: &str) -> bool {
        let _ = (method, path);
        false
    }

    /// Answers a request; its path is whole. Never fails.
    fn answer(
        self: std::sync::Arc<Self>,
        request: Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, Response<Body>>;
}

impl Door {
    /// Returns whether there is a handler for an operation.
    pub fn serves(&self, service: &str, operation: &str) -> bool {
        match self.inner.raw.get(service) {
            Some(raw) => raw.operations().contains(&operation),
            None => self.inner.handler(service, operation).is_some(),
        }
    }

    /// Returns the coverage page, as Markdown.
    pub fn coverage(&self) -> String {
        self.inner.coverage()
    }
}

impl Inner {
    /// Answers one of the door's own paths; nothing for any other.
    pub(super) fn own(&self, path: &str) -> Option<Response<Body>> {
        match path {
            "/_taxiway/health" => Some(page("application/json", self.health().to_string())),
            "/_taxiway/coverage" => Some(page("text/markdown; charset=utf-8", self.coverage())),
            _ => None,
        }
    }

    fn health(&self) -> Value {
        let mut services: Vec<&str> = self
            .services
            .keys()
            .chain(self.raw.keys())
            .copied()
            .collect();
        services.sort_unstable();
        services.dedup();
        json!({"status": "running", "version": env!("CARGO_PKG_VERSION"), "services": services})
    }

    fn coverage(&self) -> String {
        coverage::page(|service| coverage::Served {
            operations: self.services.get(service).map(|entry| &entry.handlers),
            names: self
                .raw
                .get(service)
                .map_or_else(Vec::new, |raw| raw.operations()),
        })
    }
}

fn page(content_type: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
