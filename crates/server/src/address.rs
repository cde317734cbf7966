//! The address a data folder listens on, kept so that jobs that outlive a server find it again.

use std::{fs, io, net::SocketAddr, path::Path};

use tokio::net::TcpListener;

use crate::ServerError;

/// The file in the data folder that names the address.
const FILE: &str = "listen";

/// Binds the address asked for. For port 0 the data folder's earlier address comes first, when it is free
/// and of the same host; the address in use is kept.
pub(crate) async fn bind(asked: SocketAddr, data: &Path) -> Result<TcpListener, ServerError> {
    let listener = match earlier(asked, data) {
        Some(address) => match TcpListener::bind(address).await {
            Ok(listener) => listener,
            Err(_) => listen(asked).await?,
        },
        None => listen(asked).await?,
    };
    let keep = |source| ServerError::DataFolder {
        path: data.join(FILE),
        source,
    };
    let address = listener.local_addr().map_err(keep)?;
    write_whole(&data.join(FILE), address.to_string().as_bytes()).map_err(keep)?;
    Ok(listener)
}

fn earlier(asked: SocketAddr, data: &Path) -> Option<SocketAddr> {
    let text = fs::read_to_string(data.join(FILE)).ok()?;
    let address: SocketAddr = text.trim().parse().ok()?;
    (asked.port() == 0 && address.ip() == asked.ip()).then_some(address)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServerError::Listen { address, source })
}

/// Writes a file by rename, so that a crash leaves the old one or the new one.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    fs::write(&temporary, bytes)?;
    fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn port_zero_finds_its_port_again() {
        let data = tempfile::tempdir().unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let first = bind(any, data.path()).await.unwrap();
        let address = first.local_addr().unwrap();
        let meanwhile = bind(any, data.path()).await.unwrap();
        assert_ne!(
            meanwhile.local_addr().unwrap(),
            address,
            "a taken port is not fought over"
        );
        write_whole(&data.path().join(FILE), address.to_string().as_bytes()).unwrap();
        drop(first);
        assert_eq!(
            bind(any, data.path()).await.unwrap().local_addr().unwrap(),
            address
        );
    }

    #[tokio::test]
    async fn a_taken_port_is_an_error_that_says_what_to_do() {
        let data = tempfile::tempdir().unwrap();
        let holder = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let refused = bind(holder.local_addr().unwrap(), data.path())
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains("--listen"), "{refused}");
    }
}
