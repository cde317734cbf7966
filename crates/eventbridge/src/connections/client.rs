//! The HTTP client: one request, no redirects followed, within a time.

use std::{io::Read, time::Duration};

use bytes::Bytes;
use ureq::{
    Agent,
    http::{self, HeaderName, HeaderValue, Request},
    tls::{RootCerts, TlsConfig},
};

use super::{
    endpoint::{self, is_loopback},
    invoke::InvokeError,
    request::{InvokeResponse, Plain},
};

/// The largest body of an answer that is read, in bytes. Step Functions takes 256 KiB of it.
const LARGEST_BODY: u64 = 1 << 20;

/// What sends requests, over connections that it keeps open.
pub(crate) struct Client {
    /// Through the proxy that the environment names, if any.
    outside: Agent,
    /// To this computer.
    inside: Agent,
}

impl Default for Client {
    fn default() -> Self {
        let config = || {
            let tls = TlsConfig::builder()
                .root_certs(RootCerts::PlatformVerifier)
                .build();
            Agent::config_builder()
                .tls_config(tls)
                .max_redirects(0)
                .http_status_as_error(false)
                .allow_non_standard_methods(true)
        };
        Self {
            outside: config().build().into(),
            inside: config().proxy(None).build().into(),
        }
    }
}

impl Client {
    /// Sends a request and reads the answer, whatever its status; fails after `within`.
    pub(super) async fn send(
        &self,
        request: Plain,
        within: Duration,
    ) -> Result<InvokeResponse, InvokeError> {
        let uri = endpoint::check(&request.url()).map_err(InvokeError::Request)?;
        let inside = uri.host().is_some_and(is_loopback);
        let agent = if inside { &self.inside } else { &self.outside };
        let agent = agent.clone();
        let work = tokio::task::spawn_blocking(move || send(&agent, uri, request, within));
        match work.await {
            Ok(answer) => answer,
            Err(error) => Err(InvokeError::Unreachable(error.to_string())),
        }
    }
}

fn send(
    agent: &Agent,
    uri: http::Uri,
    request: Plain,
    within: Duration,
) -> Result<InvokeResponse, InvokeError> {
    let mut head = Request::builder()
        .method(request.method.as_str())
        .uri(uri)
        .body(())
        .map_err(|_| InvokeError::Request(format!("{} is no method", request.method)))?;
    for (name, value) in &request.headers {
        // Not the value: it may be a secret.
        let refused = || InvokeError::Request(format!("the header {name:?} cannot be sent"));
        let known = HeaderName::try_from(name).map_err(|_| refused())?;
        let value = HeaderValue::try_from(value).map_err(|_| refused())?;
        head.headers_mut().append(known, value);
    }
    let answer = match request.body {
        None => agent.run(timed(agent, head, within)),
        Some(body) => {
            let (parts, ()) = head.into_parts();
            let whole = Request::from_parts(parts, body.to_vec());
            agent.run(timed(agent, whole, within))
        }
    };
    let mut answer = answer.map_err(|error| failed(&error, within))?;
    let headers = answer.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let headers = headers.collect();
    let mut body = Vec::new();
    let reader = answer.body_mut().as_reader();
    reader
        .take(LARGEST_BODY + 1)
        .read_to_end(&mut body)
        .map_err(|error| failed(&ureq::Error::from(error), within))?;
    if body.len() as u64 > LARGEST_BODY {
        return Err(InvokeError::TooLarge {
            status: answer.status().as_u16(),
            most: LARGEST_BODY,
        });
    }
    Ok(InvokeResponse {
        status: answer.status().as_u16(),
        headers,
        body: Bytes::from(body),
    })
}

fn timed<B: ureq::AsSendBody>(agent: &Agent, request: Request<B>, within: Duration) -> Request<B> {
    agent
        .configure_request(request)
        .timeout_global(Some(within))
        .build()
}

/// Puts an error into words without the URL, which may have secrets in its query.
fn failed(error: &ureq::Error, within: Duration) -> InvokeError {
    match error {
        ureq::Error::Timeout(_) => InvokeError::TimedOut(within),
        ureq::Error::Io(error) => InvokeError::Unreachable(error.to_string()),
        ureq::Error::HostNotFound => InvokeError::Unreachable("the host was not found".into()),
        ureq::Error::BadUri(_) => InvokeError::Request("the URL cannot be sent".into()),
        ureq::Error::Protocol(error) => {
            InvokeError::Unreachable(format!("the exchange failed: {error}"))
        }
        ureq::Error::ConnectionFailed => InvokeError::Unreachable("the connection failed".into()),
        other => InvokeError::Unreachable(format!("{other}")),
    }
}
