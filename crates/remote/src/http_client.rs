//! The HTTP client: one request, no redirects, within a time.

use std::{io::Read, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, response::Parts};
use tokio::sync::Semaphore;
use ureq::{
    Agent,
    tls::{RootCerts, TlsConfig},
};

/// The largest answer that is read, in bytes: Lambda's own limit is 6 MB, a task's result 256 KiB.
const LARGEST_BODY: u64 = 7 << 20;
/// How many requests may be on their way at once. Each holds a thread of the runtime's 512, and others need some.
const AT_ONCE: usize = 256;

/// What sends requests, over connections that it keeps open.
#[derive(Clone)]
pub(crate) struct HttpClient {
    agent: Agent,
    places: Arc<Semaphore>,
}

impl HttpClient {
    pub(crate) fn new() -> Self {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        // No proxy: the endpoints are given by address, and most are on this computer.
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Self {
            agent: config.into(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Sends a request and reads the answer, whatever its status.
    ///
    /// **Errors**: why there is none.
    pub(crate) async fn send(
        &self,
        request: Request<Bytes>,
        within: Duration,
    ) -> Result<(Parts, Bytes), String> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let agent = self.agent.clone();
        let work = tokio::task::spawn_blocking(move || {
            let _place = place;
            send(&agent, request, within).map_err(|error| error.to_string())
        });
        work.await.map_err(|error| error.to_string())?
    }
}

fn send(
    agent: &Agent,
    request: Request<Bytes>,
    within: Duration,
) -> Result<(Parts, Bytes), ureq::Error> {
    let (parts, body) = request.into_parts();
    let answer = if body.is_empty() {
        let request = Request::from_parts(parts, ());
        agent.run(timed(agent, request, within))?
    } else {
        let request = Request::from_parts(parts, body.to_vec());
        agent.run(timed(agent, request, within))?
    };
    let (parts, mut body) = answer.into_parts();
    let mut read = Vec::new();
    body.as_reader()
        .take(LARGEST_BODY + 1)
        .read_to_end(&mut read)?;
    if read.len() as u64 > LARGEST_BODY {
        return Err(ureq::Error::BodyExceedsLimit(LARGEST_BODY));
    }
    Ok((parts, Bytes::from(read)))
}

fn timed<B: ureq::AsSendBody>(agent: &Agent, request: Request<B>, within: Duration) -> Request<B> {
    agent
        .configure_request(request)
        .timeout_global(Some(within))
        .build()
}
