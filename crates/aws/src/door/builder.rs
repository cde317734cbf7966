//! The door and how it is put together.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use futures::future::BoxFuture;
use http::{Request, Response};

use super::{Body, HostRule, RawService};
use crate::{
    Operations, Service,
    authorizer::Authorizer,
    service::Handler,
    sigv4::{Credentials, Signatures},
    table::{Operation, Table},
    throttle::Throttle,
};

/// Answers requests under a path of ours, such as `/_taxiway/health`.
pub type PathHandler =
    Arc<dyn Fn(Request<Body>) -> BoxFuture<'static, Response<Body>> + Send + Sync>;

/// Tells the time: epoch milliseconds.
pub(super) type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The door; cheap to clone.
#[derive(Clone)]
pub struct Door {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) services: HashMap<&'static str, Entry>,
    pub(super) raw: HashMap<&'static str, Arc<dyn RawService>>,
    /// The longest first.
    pub(super) paths: Vec<(String, PathHandler)>,
    /// Where the pages for people are, with a slash at its end.
    pub(super) console: Option<String>,
    /// The paths of pages that pages of other sites may show in a frame.
    pub(super) framed: Vec<String>,
    pub(super) hosts: HostRule,
    pub(super) authorizer: Option<Arc<dyn Authorizer>>,
    /// By signing name.
    pub(super) throttles: HashMap<&'static str, Mutex<Throttle>>,
    pub(super) credentials: Option<Arc<dyn Credentials>>,
    pub(super) signatures: Signatures,
    pub(super) now: Now,
    pub(super) region: Arc<str>,
}

/// One service behind the door.
pub(super) struct Entry {
    pub(super) handlers: Operations,
}

/// An operation with its table and, if it is built, its handler.
#[derive(Clone, Copy)]
pub(super) struct Found<'d> {
    pub(super) table: &'static Table,
    pub(super) operation: &'static Operation,
    pub(super) handler: Option<&'d Handler>,
}

impl Inner {
    pub(super) fn handler(&self, service: &str, operation: &str) -> Option<&Handler> {
        self.services.get(service)?.handlers.get(operation)
    }

    pub(super) fn found(&self, table: &'static Table, operation: &'static Operation) -> Found<'_> {
        Found {
            table,
            operation,
            handler: self.handler(&table.service.signing_name, &operation.name),
        }
    }
}

impl Door {
    pub fn builder() -> Builder {
        Builder {
            services: HashMap::new(),
            raw: HashMap::new(),
            paths: Vec::new(),
            console: None,
            framed: Vec::new(),
            hosts: HostRule::loopback(),
            authorizer: None,
            throttles: HashMap::new(),
            credentials: None,
            signatures: Signatures::default(),
            now: Arc::new(system_now),
            region: "us-east-1".into(),
        }
    }
}

/// Puts a door together.
#[must_use]
pub struct Builder {
    services: HashMap<&'static str, Entry>,
    raw: HashMap<&'static str, Arc<dyn RawService>>,
    paths: Vec<(String, PathHandler)>,
    console: Option<String>,
    framed: Vec<String>,
    hosts: HostRule,
    authorizer: Option<Arc<dyn Authorizer>>,
    throttles: HashMap<&'static str, Mutex<Throttle>>,
    credentials: Option<Arc<dyn Credentials>>,
    signatures: Signatures,
    now: Now,
    region: Arc<str>,
}

impl Builder {
    /// Adds a service. One of a name that is there already replaces it.
    pub fn service(mut self, service: Arc<dyn Service>) -> Self {
        let name = service.name();
        self.services.insert(
            name,
            Entry {
                handlers: service.operations(),
            },
        );
        self
    }

    /// Adds a service that speaks HTTP itself, by its signing name.
    pub fn raw(mut self, name: &'static str, service: Arc<dyn RawService>) -> Self {
        self.raw.insert(name, service);
        self
    }

    /// Adds a handler for a path and everything below it.
    pub fn path<F>(mut self, path: &str, handler: F) -> Self
    where
        F: Fn(Request<Body>) -> BoxFuture<'static, Response<Body>> + Send + Sync + 'static,
    {
        self.paths
            .push((path.trim_end_matches('/').to_owned(), Arc::new(handler)));
        self
    }

    /// Adds the pages for people, below a path. They change and tell nothing by themselves: other sites may link to
    /// them, and a browser that asks for the server's bare address is sent there.
    pub fn console<F>(mut self, path: &str, handler: F) -> Self
    where
        F: Fn(Request<Body>) -> BoxFuture<'static, Response<Body>> + Send + Sync + 'static,
    {
        self.console = Some(format!("{}/", path.trim_end_matches('/')));
        self.path(path, handler)
    }

    /// Adds pages below a path that other sites may link to and show in frames. They change and tell nothing by
    /// themselves, and say in their policy whose frames they may be in.
    pub fn framed<F>(mut self, path: &str, handler: F) -> Self
    where
        F: Fn(Request<Body>) -> BoxFuture<'static, Response<Body>> + Send + Sync + 'static,
    {
        self.framed.push(path.trim_end_matches('/').to_owned());
        self.path(path, handler)
    }

    /// Returns the names of the services so far, sorted.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = self
            .services
            .keys()
            .chain(self.raw.keys())
            .copied()
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub fn hosts(mut self, rule: HostRule) -> Self {
        self.hosts = rule;
        self
    }

    pub fn authorizer(mut self, authorizer: Arc<dyn Authorizer>) -> Self {
        self.authorizer = Some(authorizer);
        self
    }

    /// Throttles a service, by its signing name: Calls of clients and of other services.
    pub fn throttle(mut self, service: &'static str, throttle: Throttle) -> Self {
        self.throttles.insert(service, Mutex::new(throttle));
        self
    }

    /// Sets who knows access keys, and whether signatures are checked against them. Accepted signatures still
    /// take account and ARN from a known key.
    pub fn credentials(
        mut self,
        credentials: Arc<dyn Credentials>,
        signatures: Signatures,
    ) -> Self {
        self.credentials = Some(credentials);
        self.signatures = signatures;
        self
    }

    /// Sets the clock: epoch milliseconds.
    pub fn now(mut self, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.now = Arc::new(now);
        self
    }

    /// Sets the region of requests that name none; `us-east-1` else.
    pub fn default_region(mut self, region: &str) -> Self {
        self.region = region.into();
        self
    }

    pub fn build(mut self) -> Door {
        self.paths
            .sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Door {
            inner: Arc::new(Inner {
                services: self.services,
                raw: self.raw,
                paths: self.paths,
                console: self.console,
                framed: self.framed,
                hosts: self.hosts,
                authorizer: self.authorizer,
                throttles: self.throttles,
                credentials: self.credentials,
                signatures: self.signatures,
                now: self.now,
                region: self.region,
            }),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the default of a clock that is otherwise given"
)]
fn system_now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}
