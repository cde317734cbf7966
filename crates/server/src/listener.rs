//! The HTTP listener: connections in, the door's answers out, a clean end.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use aws::door::{Body, Door};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::net::TcpListener;

use crate::{ServerError, address};

/// How long requests under way may take once the server is told to stop. Long polls are cut off.
const GRACE: Duration = Duration::from_secs(3);
/// How long a client may take to send a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// A bound address that is not served yet.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Binds the address of a data folder.
    ///
    /// **Errors**: `Listen` where it is taken or not ours.
    pub async fn bind(asked: SocketAddr, data: &std::path::Path) -> Result<Self, ServerError> {
        let socket = address::bind(asked, data).await?;
        let address = socket.local_addr().map_err(|source| ServerError::Listen {
            address: asked,
            source,
        })?;
        Ok(Self { socket, address })
    }

    /// Returns the address that is listened on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` ends; then requests under way are given three seconds.
    pub async fn serve(self, door: Arc<Door>, stop: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT);
        let mut stop = std::pin::pin!(stop);
        loop {
            let stream = tokio::select! {
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        // out of file descriptors, most likely: give connections time to end
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        continue;
                    }
                },
                () = &mut stop => break,
            };
            let _ = stream.set_nodelay(true);
            let door = Arc::clone(&door);
            let service = service_fn(move |request: hyper::Request<Incoming>| {
                let door = Arc::clone(&door);
                async move { Ok::<_, Infallible>(door.handle(request.map(Body::new)).await) }
            });
            let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
            let connection = graceful.watch(connection.into_owned());
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
            });
        }
        drop(self.socket);
        if tokio::time::timeout(GRACE, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::info!("requests still under way were cut off");
        }
    }
}
