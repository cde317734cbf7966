//! Server-sent events.
//!
//! A stream is asked for its next messages only when the client has taken the ones before: a slow reader holds a cursor
//! and nothing more, and one that is gone loses nothing, for it comes back with the last `id` that it saw.

use std::{sync::Arc, time::Duration};

use aws::{ApiError, Body};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use http::{
    HeaderName, HeaderValue, Response,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Between two signs of life: proxies cut off what is silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Streams at once: a few for each of many tabs. Each is a connection.
const MOST: usize = 512;

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) id: Option<String>,
    pub(crate) event: Option<&'static str>,
    /// One line.
    pub(crate) data: String,
}

impl Message {
    fn write(&self, out: &mut String) {
        if let Some(event) = self.event {
            *out += &format!("event: {event}\n");
        }
        if let Some(id) = &self.id {
            *out += &format!("id: {id}\n");
        }
        *out += &format!("data: {}\n\n", self.data);
    }
}

/// All streams of a server; they end with it.
pub(crate) struct Streams {
    stop: watch::Sender<bool>,
    permits: Arc<Semaphore>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            stop: watch::Sender::new(false),
            permits: Arc::new(Semaphore::new(MOST)),
        }
    }
}

struct Open<S> {
    messages: S,
    stop: watch::Receiver<bool>,
    _permit: OwnedSemaphorePermit,
}

impl Streams {
    /// Ends all streams, and those that are yet to begin.
    pub(crate) fn end(&self) {
        self.stop.send_replace(true);
    }

    /// Returns what is to be streamed as a response. The stream's items are messages that go out together.
    ///
    /// **Errors**: `TooManyStreams` (503).
    pub(crate) fn answer(
        &self,
        messages: impl Stream<Item = Vec<Message>> + Send + 'static,
    ) -> Result<Response<Body>, ApiError> {
        let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
            let message = format!("There are {MOST} streams open already; close some.");
            return Err(ApiError::new("TooManyStreams", message).with_status(503));
        };
        let open = Open {
            messages: Box::pin(messages),
            stop: self.stop.subscribe(),
            _permit: permit,
        };
        let chunks = futures::stream::unfold(open, |mut open| async move {
            let text = tokio::select! {
                biased;
                _ = open.stop.wait_for(|stop| *stop) => return None,
                messages = open.messages.next() => {
                    let mut text = String::new();
                    messages?.iter().for_each(|message| message.write(&mut text));
                    text
                }
                () = tokio::time::sleep(HEARTBEAT) => ":\n\n".to_owned(),
            };
            Some((Ok::<_, std::convert::Infallible>(Bytes::from(text)), open))
        });
        let mut response = Response::new(Body::stream(chunks));
        for (name, value) in [
            (CONTENT_TYPE, "text/event-stream"),
            (CACHE_CONTROL, "no-store"),
            // nginx would hold messages back
            (HeaderName::from_static("x-accel-buffering"), "no"),
        ] {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    fn said(data: &str) -> Message {
        Message {
            id: Some("7".into()),
            event: Some("end"),
            data: data.into(),
        }
    }

    #[tokio::test]
    async fn messages_as_text() {
        let streams = Streams::default();
        let plain = Message {
            data: "{}".into(),
            ..Message::default()
        };
        let items = futures::stream::iter([vec![plain, said("1")], vec![said("2")]]);
        let response = streams.answer(items).unwrap();
        assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream");
        let whole = response.into_body().collect().await.unwrap().to_bytes();
        let text = "data: {}\n\nevent: end\nid: 7\ndata: 1\n\nevent: end\nid: 7\ndata: 2\n\n";
        assert_eq!(whole, text);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_stream_gives_signs_of_life_and_ends_with_the_server() {
        let streams = Streams::default();
        let mut body = streams
            .answer(futures::stream::pending())
            .unwrap()
            .into_body();
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), ":\n\n");
        streams.end();
        assert!(body.frame().await.is_none());
    }

    #[tokio::test]
    async fn there_is_an_end_to_how_many() {
        let streams = Streams::default();
        let open: Vec<_> = (0..MOST)
            .map(|_| streams.answer(futures::stream::pending()).unwrap())
            .collect();
        let refused = streams.answer(futures::stream::pending()).unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.status),
            ("TooManyStreams", 503)
        );
        drop(open);
        assert!(streams.answer(futures::stream::pending()).is_ok());
    }
}
