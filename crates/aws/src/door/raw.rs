//! Services that speak HTTP themselves behind the door.

use std::sync::{Arc, PoisonError, RwLock};

use futures::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Body;
use crate::Context;

/// A service whose requests the door authenticates and hands on undecoded: S3.
///
/// The door has removed what authentication needed and the service must not see again (the `aws-chunked`
/// framing; `x-amz-decoded-content-length` has become `content-length`), and has put a [`Context`] and,
/// for a body with announced trailers, [`TrailingChecksums`] into the request's extensions.
pub trait RawService: Send + Sync {
    fn handle(
        &self,
        request: http::Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, http::Response<Body>>;
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
