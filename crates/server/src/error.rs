//! Why the server did not start.

use std::{io, net::SocketAddr, path::PathBuf};

/// What kept the server from starting, in words for the person who started it.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error(
        "cannot listen on {address}: {source}; choose another with --listen, for example --listen 127.0.0.1:0"
    )]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error(
        "refusing to listen on {address} without credentials: anyone who reaches it could run code here; set \
         TAXIWAY_ACCESS_KEY_ID and TAXIWAY_SECRET_ACCESS_KEY, or listen on a loopback address"
    )]
    Exposed { address: SocketAddr },
    #[error("{operation:?} is no operation of Step Functions that could be throttled")]
    Throttle { operation: String },
    #[error("cannot use the data folder {}: {source}", path.display())]
    DataFolder { path: PathBuf, source: io::Error },
    #[error("cannot open {what}: {reason}")]
    Open { what: &'static str, reason: String },
}
