//! What there is, and which request goes where.

use std::{
    collections::HashMap,
    io,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use aws::{
    ApiError, Body, Context, Invoke, Principal, door::OwnPages, ids, sigv4::Credentials,
    uri::query_pairs,
};
use bytes::Bytes;
use futures::{FutureExt, future::BoxFuture};
use http::{Method, Request, Response, header::ALLOW, request::Parts as Head};
use store::{Clock, Store};

use crate::{
    backfill, bus, call, console, history, home,
    integrations::{self, Integration},
    inventory::Inventory,
    job_log, lineage, logs, objects, preview,
    results::{self, Results},
    runs::{Feed, Runs},
    schedules, search,
    services::Services,
    session::{self, Sessions},
    shapes, state_stats,
    web::{self, Ask, Streams},
};

/// Where the routes are.
const ROOT: &str = "/_taxiway/";

/// What `server` hands in.
pub struct Parts {
    /// The data folder.
    pub folder: PathBuf,
    pub clock: Arc<dyn Clock>,
    pub door: Arc<dyn Invoke>,
    /// Who knows the access keys that one can sign in with.
    pub credentials: Arc<dyn Credentials>,
    /// Requests must be signed, and the console signed in to.
    pub signatures_checked: bool,
    /// What the console asks of services that is in no API of AWS's.
    pub services: Arc<dyn Services>,
    /// Where the list of runs is kept, which can be made again from the buses.
    pub model: Store,
    /// Each store with a bus, under a name that stays the same over restarts.
    pub buses: Vec<(&'static str, Store)>,
}

type Offered = Box<dyn Fn() -> Vec<Integration> + Send + Sync>;

/// The routes below `/_taxiway/`, and the console.
pub struct Insight {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) door: Arc<dyn Invoke>,
    pub(crate) services: Arc<dyn Services>,
    pub(crate) buses: Arc<[(&'static str, Store)]>,
    pub(crate) streams: Streams,
    pub(crate) results: Results,
    pub(crate) inventory: Inventory,
    runs: Runs,
    feeds: Vec<Arc<Feed>>,
    sessions: Sessions,
    /// What others answer, by the path's first part.
    others: OnceLock<HashMap<&'static str, Arc<dyn OwnPages>>>,
    offered: OnceLock<Offered>,
    /// Made when first asked for: it takes every protocol table.
    integrations: OnceLock<Bytes>,
}

impl Insight {
    /// Opens what there is. Makes the key of sessions in a new data folder.
    pub fn open(parts: Parts) -> io::Result<Arc<Self>> {
        let feeds = parts.buses.iter();
        let feeds = feeds.map(|(name, bus)| Feed::new(name, bus.clone()));
        Ok(Arc::new(Self {
            feeds: feeds.collect(),
            sessions: Sessions::open(&parts.folder, parts.credentials, parts.signatures_checked)?,
            clock: parts.clock,
            door: parts.door,
            services: parts.services,
            buses: parts.buses.into(),
            streams: Streams::default(),
            results: Results::default(),
            inventory: Inventory::default(),
            runs: Runs::new(parts.model),
            others: OnceLock::new(),
            offered: OnceLock::new(),
            integrations: OnceLock::new(),
        }))
    }

    /// Begins to keep up with the buses; ends with their stores.
    pub fn start(&self) {
        for feed in &self.feeds {
            feed.start(self.runs.clone());
        }
    }

    /// Returns the runs, once all is known of them that has happened up to now.
    pub(crate) async fn runs(&self) -> &Runs {
        for feed in &self.feeds {
            feed.caught_up().await;
        }
        &self.runs
    }

    /// Hands what is below `/_taxiway/NAME/` to others, who get it with who asks. The first time only.
    pub fn mount(&self, others: impl IntoIterator<Item = (&'static str, Arc<dyn OwnPages>)>) {
        let _ = self.others.set(others.into_iter().collect());
    }

    /// Sets what says what Task states can call, once it is asked; the first time only.
    pub fn offer(&self, offered: impl Fn() -> Vec<Integration> + Send + Sync + 'static) {
        let _ = self.offered.set(Box::new(offered));
    }

    fn integrations(&self) -> Result<Bytes, ApiError> {
        if let Some(known) = self.integrations.get() {
            return Ok(known.clone());
        }
        let offered = self.offered.get().map(|offered| offered());
        let made = integrations::prepare(offered.unwrap_or_default())?;
        Ok(self.integrations.get_or_init(|| made).clone())
    }

    /// Ends the streams, which would otherwise hold up the server's end.
    pub fn end_streams(&self) {
        self.streams.end();
    }

    /// Answers a request below `/_console`.
    pub fn console(&self, request: &Request<Body>) -> Response<Body> {
        let path = request.uri().path();
        console::answer(console::EMBEDDED, request.method(), path, request.headers())
    }

    /// Answers with the page of an embedded dashboard, which may be in frames of these origins (as a policy names
    /// them).
    pub fn embedded(&self, request: &Request<Body>, ancestors: &str) -> Response<Body> {
        console::embedded(
            console::EMBEDDED,
            request.method(),
            request.headers(),
            ancestors,
        )
    }

    /// Answers a request below `/_taxiway/`; never fails.
    pub fn handle(self: Arc<Self>, request: Request<Body>) -> BoxFuture<'static, Response<Body>> {
        async move {
            let path = request.uri().path().to_owned();
            let answered = self.admit(request).await;
            answered.unwrap_or_else(|error| web::error(&error, &path))
        }
        .boxed()
    }

    /// Finds out who asks.
    async fn admit(self: &Arc<Self>, request: Request<Body>) -> Result<Response<Body>, ApiError> {
        let (head, body) = request.into_parts();
        if self.is_open(&head) {
            let principal = Principal::root(web::DEFAULT_ACCOUNT, web::DEFAULT_REGION);
            return self.route(head, body, context(principal)).await;
        }
        if !web::is_same_origin(&head.headers, &head.uri) {
            let message = "Only pages of this server itself may ask this.";
            return Err(ApiError::new("AccessDeniedException", message).with_status(403));
        }
        let now_ms = self.clock.now_ms();
        let session = self.sessions.of(&head.headers, now_ms);
        if head.uri.path() == "/_taxiway/session" {
            return match head.method {
                Method::GET => session::describe(&self.sessions, session.as_ref(), &head),
                Method::POST => session::sign_in(&self.sessions, now_ms, &head, body).await,
                Method::DELETE => session::sign_out(&self.sessions, &head),
                _ => Ok(not_allowed("GET, POST, DELETE")),
            };
        }
        let query = query_pairs(head.uri.query().unwrap_or_default());
        let principal = match session {
            Some(session) => {
                let region = web::region(&head.headers, &query, Some(&session.region))?;
                Principal {
                    region: region.into(),
                    ..session.principal()
                }
            }
            None if self.sessions.are_required() => {
                let message = "Sign in first: POST /_taxiway/session.";
                return Err(ApiError::new("NotSignedIn", message).with_status(401));
            }
            None => Principal::root(
                &web::account(&head.headers, &query)?,
                &web::region(&head.headers, &query, None)?,
            ),
        };
        self.route(head, body, context(principal)).await
    }

    fn is_open(&self, head: &Head) -> bool {
        let path = head.uri.path();
        let first = path.strip_prefix(ROOT).and_then(|p| p.split('/').next());
        let pages = first.and_then(|first| self.others.get()?.get(first));
        pages.is_some_and(|pages| pages.is_open(&head.method, path))
    }

    async fn route(
        self: &Arc<Self>,
        head: Head,
        body: Body,
        context: Context,
    ) -> Result<Response<Body>, ApiError> {
        let path = head.uri.path().to_owned();
        let parts: Vec<&str> = path.strip_prefix(ROOT).unwrap_or("").split('/').collect();
        let first = parts.first().copied().unwrap_or_default();
        if let Some(pages) = self.others.get().and_then(|others| others.get(first)) {
            let request = Request::from_parts(head, body);
            return Ok(Arc::clone(pages).answer(request, context).await);
        }
        let method = head.method.clone();
        let ask = Ask::new(head, body, context);
        let get = method == Method::GET;
        let post = method == Method::POST;
        match parts.as_slice() {
            ["call", service, operation] if post => {
                call::answer(&*self.door, ask, service, operation).await
            }
            ["events"] if get => bus::answer(self, &ask).await,
            ["shapes", service, operation] if get => shapes::answer(&ask, service, operation),
            ["integrations"] if get => self.integrations().map(web::json_text),
            ["stream", "history"] if get => history::answer(self, &ask).await,
            ["stream", "logs"] if get => logs::answer(self, ask).await,
            ["stream", "joblog"] if get => job_log::answer(self, ask).await,
            ["preview"] if get => preview::answer(self, &ask).await,
            ["results", id] if get => results::answer(self, &ask, id).await,
            ["spark-ui", cluster, id] if post => job_log::spark_ui(self, ask, cluster, id).await,
            ["search"] if get => search::answer(self, &ask).await,
            ["home"] if get => home::answer(self, &ask).await,
            ["lineage"] if get => lineage::answer(self, &ask).await,
            ["state-stats"] if get => state_stats::answer(self, &ask).await,
            ["next-runs"] if get => schedules::next_runs(self, &ask),
            ["firings"] if get => schedules::firings(self, &ask).await,
            ["due"] if get => backfill::due(self, &ask).await,
            ["backfill"] if post => backfill::run(self, ask).await,
            ["objects", ..] if get || method == Method::HEAD => objects::get(self, ask).await,
            ["objects", ..] if method == Method::PUT => objects::put(self, ask).await,
            ["call" | "spark-ui", _, _] | ["backfill"] => Ok(not_allowed("POST")),
            ["objects", ..] => Ok(not_allowed("GET, HEAD, PUT")),
            [
                "events" | "integrations" | "next-runs" | "firings" | "due" | "preview" | "search"
                | "home" | "lineage" | "state-stats",
            ]
            | ["shapes", _, _]
            | ["results", _]
            | ["stream", "history" | "logs" | "joblog"] => Ok(not_allowed("GET")),
            _ => Err(ApiError::new("NotFound", format!("There is no {path}.")).with_status(404)),
        }
    }
}

fn context(principal: Principal) -> Context {
    Context {
        principal,
        request_id: ids::request_id(),
    }
}

fn not_allowed(methods: &'static str) -> Response<Body> {
    let message = format!("Use {methods}.");
    let error = ApiError::new("MethodNotAllowed", message).with_status(405);
    let mut response = web::error(&error, "");
    response
        .headers_mut()
        .insert(ALLOW, http::HeaderValue::from_static(methods));
    response
}

#[cfg(test)]
mod tests;
