//! Bodies that stream.

use std::{
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt, Full, StreamBody};

/// What went wrong with a body while it was read.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// A request's or response's body: bytes as they come, never whole in memory unless made so.
pub struct Body(Pin<Box<dyn http_body::Body<Data = Bytes, Error = BodyError> + Send + Sync>>);

impl Body {
    /// Wraps any body, such as hyper's `Incoming`.
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + Sync + 'static,
        B::Error: Into<BodyError>,
    {
        Self(Box::pin(body.map_err(Into::into)))
    }

    /// Returns a body of no bytes.
    pub fn empty() -> Self {
        Self::from(Bytes::new())
    }

    /// Returns a body whose length is not known beforehand.
    pub fn stream<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BodyError> + 'static,
    {
        let frames = stream.map_ok(Frame::data).map_err(Into::into);
        Self(Box::pin(StreamBody::new(Exclusive(Mutex::new(Box::pin(
            frames,
        ))))))
    }

    /// Returns the bytes as a stream; trailers are dropped.
    pub fn into_stream(
        self,
    ) -> impl Stream<Item = Result<Bytes, BodyError>> + Send + Sync + 'static {
        http_body_util::BodyStream::new(self.0).filter_map(|frame| {
            futures::future::ready(frame.map(|f| f.into_data().ok()).transpose())
        })
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

/// A stream that is only ever reached through `&mut`, and so may be shared between threads whatever it is.
struct Exclusive<S>(Mutex<Pin<Box<S>>>);

impl<S: Stream> Stream for Exclusive<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.0
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .as_mut()
            .poll_next(cx)
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self(Box::pin(
            Full::new(bytes.into()).map_err(|never| match never {}),
        ))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.0.as_mut().poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body")
            .field("size", &self.size_hint_for_debug())
            .finish()
    }
}

impl Body {
    fn size_hint_for_debug(&self) -> Option<u64> {
        http_body::Body::size_hint(self).exact()
    }
}
