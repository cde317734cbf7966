//! Bodies that must hold what their headers promise.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use sha2::{Digest, Sha256};

use super::chunked::Decoder;
use crate::{
    ApiError,
    door::{Body, BodyError},
};

/// A body that does not hold what its headers promise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    Sha256 { given: String, computed: String },
    #[error("The request body terminated unexpectedly")]
    Incomplete,
    #[error(
        "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header"
    )]
    Length,
    #[error("The body is not well-formed aws-chunked encoding: {0}")]
    Framing(&'static str),
    #[error(
        "The request contained trailing data that was not well-formed or did not conform to our published schema."
    )]
    Trailer,
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your key and signing \
         method."
    )]
    Signature,
}

impl PayloadError {
    pub(super) fn api_error(&self) -> ApiError {
        let (code, status) = match self {
            Self::Sha256 { .. } => ("XAmzContentSHA256Mismatch", 400),
            Self::Incomplete | Self::Length => ("IncompleteBody", 400),
            Self::Framing(_) => ("InvalidRequest", 400),
            Self::Trailer => ("MalformedTrailerError", 400),
            Self::Signature => ("SignatureDoesNotMatch", 403),
        };
        let error = ApiError::new(code, self.to_string()).with_status(status);
        match self {
            Self::Sha256 { given, computed } => error
                .with_field("ClientComputedContentSHA256", given.as_str())
                .with_field("S3ComputedContentSHA256", computed.as_str()),
            _ => error,
        }
    }
}

/// Where a body leaves what was wrong with it.
pub(super) type Slot = Arc<Mutex<Option<PayloadError>>>;

pub(super) fn taken(slot: &Slot) -> Option<PayloadError> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// What is done to the bytes on their way.
pub(super) enum Filter {
    Chunked(Box<Decoder>),
    Hash { hasher: Sha256, given: String },
}

/// A body on its way through a filter.
///
/// The last bytes are handed out only once the end has been found right: who reads a body by its length sees
/// the error, and the trailers, before all of it is there.
pub(super) struct Filtered {
    inner: Body,
    filter: Filter,
    queue: VecDeque<Bytes>,
    /// How many bytes are still to be handed out, if that is known.
    remaining: Option<u64>,
    ended: bool,
    slot: Slot,
}

impl Filtered {
    pub(super) fn new(inner: Body, filter: Filter, length: Option<u64>, slot: Slot) -> Self {
        Self {
            inner,
            filter,
            queue: VecDeque::new(),
            remaining: length,
            ended: false,
            slot,
        }
    }

    fn next_ready(&mut self) -> Option<Bytes> {
        let last =
            self.queue.len() == 1 && self.remaining == self.queue.front().map(|b| b.len() as u64);
        if last && !self.ended {
            return None;
        }
        let bytes = self.queue.pop_front()?;
        if let Some(remaining) = &mut self.remaining {
            *remaining = remaining.saturating_sub(bytes.len() as u64);
        }
        Some(bytes)
    }

    fn push(&mut self, data: Bytes) -> Result<(), PayloadError> {
        match &mut self.filter {
            Filter::Chunked(decoder) => decoder.push(data, &mut self.queue),
            Filter::Hash { hasher, .. } => {
                hasher.update(&data);
                if !data.is_empty() {
                    self.queue.push_back(data);
                }
                Ok(())
            }
        }
    }

    fn finish(&mut self) -> Result<(), PayloadError> {
        match &mut self.filter {
            Filter::Chunked(decoder) => decoder.finish(),
            Filter::Hash { hasher, given } => {
                let computed = hex::encode(hasher.clone().finalize());
                if computed.eq_ignore_ascii_case(given) {
                    return Ok(());
                }
                Err(PayloadError::Sha256 {
                    given: std::mem::take(given),
                    computed,
                })
            }
        }
    }

    fn fail(&mut self, error: PayloadError) -> BodyError {
        self.ended = true;
        self.queue.clear();
        *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
        Box::new(error)
    }
}

impl http_body::Body for Filtered {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        loop {
            if let Some(bytes) = this.next_ready() {
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            if this.ended {
                return Poll::Ready(None);
            }
            let outcome = match ready!(Pin::new(&mut this.inner).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.push(data),
                    Err(_) => Ok(()),
                },
                Some(Err(error)) => {
                    this.ended = true;
                    this.queue.clear();
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    this.ended = true;
                    this.finish()
                }
            };
            if let Err(error) = outcome {
                return Poll::Ready(Some(Err(this.fail(error))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended && self.queue.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.remaining
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
