//! The seam to HTTP endpoints: `http:invoke` sends its requests through connections, which another service keeps.

use bytes::Bytes;
use futures::future::BoxFuture;

/// A request as the state means it; the connection adds its authorization and parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    pub connection_arn: String,
    pub endpoint: String,
    pub method: String,
    pub headers: Vec<(String, String)>,
    /// Appended to the endpoint's own query.
    pub query: Vec<(String, String)>,
    pub body: Option<Bytes>,
}

/// A request as it went out, or the part of it that holds no secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpSent {
    pub method: String,
    /// With the query.
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Bytes>,
}

/// An endpoint's answer of any status.
#[derive(Clone)]
pub struct HttpAnswer {
    pub sent: HttpSent,
    /// The same without all that the connection added.
    pub open: HttpSent,
    pub status: u16,
    /// Names are lower case; a name may come more than once.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

/// Why a request has no answer; the text is for the caller and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    #[error("{0}")]
    NoConnection(String),
    #[error("{0}")]
    NotAuthorized(String),
    /// The connection is on its way to being authorized.
    #[error("{0}")]
    InProgress(String),
    /// The request cannot be sent as it is.
    #[error("{0}")]
    Unsendable(String),
    /// No answer: the endpoint cannot be reached, or takes too long.
    #[error("{0}")]
    Socket(String),
    #[error("{0}")]
    TooLarge(String),
    /// The connection cannot be read.
    #[error("{0}")]
    Internal(String),
}

/// What sends requests through connections.
pub trait Connections: Send + Sync {
    /// Sends a request and returns the answer, whatever its status. Redirects are answers too.
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpAnswer, HttpError>>;
}
