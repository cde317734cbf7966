//! Services that speak HTTP themselves behind the door.

use std::sync::{Arc, PoisonError, RwLock};

use futures::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::Body;
use crate::{Context, Principal};

/// A service whose requests the door authenticates and hands on undecoded: S3.
///
/// The door has removed what the service must not see again: the signature (header and query string), the
/// `aws-chunked` framing (`x-amz-decoded-content-length` has become `content-length`), and the bucket in the
/// host name, which has become the first part of the path. It has put a [`Context`] and, for a body with
/// announced trailers, [`TrailingChecksums`] into the request's extensions.
///
/// A body that does not hold what its headers promise ends in an error ([`super::PayloadError`]); whatever
/// failure the service answers then, the client gets the fitting S3 error in its place.
pub trait RawService: Send + Sync {
    fn handle(
        &self,
        request: http::Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, http::Response<Body>>;

    /// Returns what the service lets a page of another origin do; by default nothing.
    fn cors(&self, ask: CorsAsk) -> BoxFuture<'static, Option<CorsGrant>> {
        let _ = ask;
        Box::pin(async { None })
    }

    /// Returns the operations that are there, for the coverage page.
    fn operations(&self) -> Vec<&'static str> {
        Vec::new()
    }
}

/// A page of another origin that wants to use the service.
#[derive(Clone, Debug)]
pub struct CorsAsk {
    pub origin: String,
    /// The method that is, or after a preflight will be, used.
    pub method: Method,
    /// In lower case: the headers that a preflight announces.
    pub headers: Vec<String>,
    /// Percent-encoded, the bucket first.
    pub path: String,
    pub principal: Principal,
}

/// What a page of another origin may do.
#[derive(Clone, Debug, Default)]
pub struct CorsGrant {
    /// The origin, or `*`.
    pub origin: String,
    pub methods: Vec<String>,
    pub headers: Vec<String>,
    pub expose: Vec<String>,
    pub max_age_seconds: Option<u32>,
}

/// The trailing headers of an `aws-chunked` body, such as `x-amz-checksum-crc32`: there once the body has
/// been read to its end.
#[derive(Clone, Debug, Default)]
pub struct TrailingChecksums {
    trailers: Arc<RwLock<Option<HeaderMap>>>,
}

impl TrailingChecksums {
    /// Returns all trailers, or nothing while the body has not ended.
    pub fn all(&self) -> Option<HeaderMap> {
        self.trailers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Returns one trailer, or nothing if the body has not ended or did not carry it.
    pub fn get(&self, name: &HeaderName) -> Option<HeaderValue> {
        self.trailers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()?
            .get(name)
            .cloned()
    }

    /// Fills the handle; the door does so when the body ends.
    pub fn set(&self, trailers: HeaderMap) {
        *self
            .trailers
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(trailers);
    }
}
