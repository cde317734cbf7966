//! `taxiway coverage`: what is there of each AWS service, and what is not.

use std::process::ExitCode;

use crate::log;

pub(crate) fn run() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let page = runtime
        .map_err(anyhow::Error::new)
        .and_then(|runtime| runtime.block_on(page()));
    match page {
        Ok(page) => {
            print!("{page}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            log::complain(&error);
            ExitCode::FAILURE
        }
    }
}

async fn page() -> anyhow::Result<String> {
    let data = tempfile::tempdir()?;
    let config = server::Config {
        listen: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        data: data.path().to_owned(),
        allow_hosts: Vec::new(),
        throttle: Vec::new(),
        endpoints: Vec::new(),
        endpoint_keys: None,
        credentials: None,
        keep_days: None,
        spice_bytes: None,
    };
    let platform = server::Platform::open(&config, config.listen).await?;
    Ok(platform.coverage())
}
