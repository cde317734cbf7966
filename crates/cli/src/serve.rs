//! `taxiway serve`: the platform.

use std::{env, io::Write, net::SocketAddr, path::PathBuf, process::ExitCode, str::FromStr};

use anyhow::Context as _;
use server::{
    Config, Credentials, ELSEWHERE, Endpoint, Keys, Listener, OperationRate, Platform, RateError,
    quotas,
};
use telemetry::{log::Format, traces::Exporting};
use tokio::signal::unix::{SignalKind, signal};

use crate::log;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Address to listen on; port 0 takes a free one, and the same again after a restart
    #[arg(long, default_value = "127.0.0.1:4566", env = "TAXIWAY_LISTEN")]
    listen: SocketAddr,
    /// Folder for everything durable
    #[arg(long, default_value = "./.taxiway", env = "TAXIWAY_DATA")]
    data: PathBuf,
    /// A further Host name that requests may use (repeatable)
    #[arg(long = "allow-host", value_name = "NAME")]
    allow_hosts: Vec<String>,
    /// A service that answers elsewhere: lambda, sqs, sns or dynamodb (repeatable; AWS_ENDPOINT_URL_LAMBDA and its
    /// like do the same). Requests are signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY if these are set
    #[arg(long = "endpoint", value_name = "SERVICE=URL")]
    endpoints: Vec<Endpoint>,
    /// Throttle Step Functions: `aws` for AWS's own quotas, or OPERATION=BURST/PER_SECOND, such as
    /// StartExecution=1300/300 (repeatable; the later one counts)
    #[arg(long, value_name = "RATE")]
    throttle: Vec<Throttling>,
    /// Only requests signed with this key are accepted; needed to listen on anything but loopback
    #[arg(long, env = "TAXIWAY_ACCESS_KEY_ID", requires = "secret_access_key")]
    access_key_id: Option<String>,
    #[arg(
        long,
        env = "TAXIWAY_SECRET_ACCESS_KEY",
        hide_env_values = true,
        requires = "access_key_id"
    )]
    secret_access_key: Option<String>,
    /// How the log on stderr looks: text, or json with an object a line
    #[arg(
        long,
        default_value = "text",
        env = "TAXIWAY_LOG_FORMAT",
        value_name = "text|json"
    )]
    log_format: Format,
    /// For how many days executions are kept after their end
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 90,
        env = "TAXIWAY_KEEP_DAYS"
    )]
    keep_days: u32,
    /// How much memory columns of SPICE data sets may take, in MiB; those beyond it are read from their files
    #[arg(
        long,
        value_name = "MIB",
        default_value_t = 1024,
        env = "TAXIWAY_SPICE_MEMORY"
    )]
    spice_memory: u32,
}

/// What `--throttle` says.
#[derive(Clone)]
enum Throttling {
    Aws,
    Rate(OperationRate),
}

impl FromStr for Throttling {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "aws" => Ok(Self::Aws),
            rate => rate.parse().map(Self::Rate),
        }
    }
}

impl Arguments {
    /// **Errors**: an endpoint in the environment that cannot be used.
    fn config(self) -> anyhow::Result<Config> {
        let mut endpoints = elsewhere()?;
        endpoints.extend(self.endpoints);
        let credentials = self.access_key_id.zip(self.secret_access_key).map(
            |(access_key_id, secret_access_key)| Credentials {
                access_key_id,
                secret_access_key,
            },
        );
        Ok(Config {
            listen: self.listen,
            data: self.data,
            allow_hosts: self.allow_hosts,
            throttle: self.throttle.into_iter().flat_map(rates).collect(),
            endpoints,
            endpoint_keys: keys(),
            credentials,
            keep_days: Some(self.keep_days),
            spice_bytes: Some(mebibytes(self.spice_memory)),
        })
    }
}

fn mebibytes(count: u32) -> usize {
    usize::try_from(count).map_or(usize::MAX, |n| n.saturating_mul(1 << 20))
}

fn rates(said: Throttling) -> Vec<OperationRate> {
    match said {
        Throttling::Aws => quotas(),
        Throttling::Rate(rate) => vec![rate],
    }
}

/// Returns the endpoints that the environment names, as AWS's SDKs read them.
fn elsewhere() -> anyhow::Result<Vec<Endpoint>> {
    let mut found = Vec::new();
    for service in ELSEWHERE {
        let variable = Endpoint::variable(service);
        if let Some(url) = env::var(&variable).ok().filter(|url| !url.is_empty()) {
            found.push(Endpoint::new(service, &url).context(variable)?);
        }
    }
    Ok(found)
}

/// Returns the key pair that AWS's SDKs would sign with.
fn keys() -> Option<Keys> {
    let given = |name| env::var(name).ok().filter(|value| !value.is_empty());
    Some(Keys {
        access_key_id: given("AWS_ACCESS_KEY_ID")?,
        secret_access_key: given("AWS_SECRET_ACCESS_KEY")?,
        session_token: given("AWS_SESSION_TOKEN"),
    })
}

/// Serves until SIGTERM or SIGINT. Exit codes: 0 stopped as told, 1 could not start.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let traces = match Exporting::from_env() {
        Ok(traces) => traces,
        Err(wrong) => {
            log::complain(&anyhow::anyhow!(wrong));
            return ExitCode::FAILURE;
        }
    };
    telemetry::log::start("warn", arguments.log_format, traces.as_ref());
    telemetry::metrics::install();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            log::complain(&anyhow::Error::new(error).context("cannot start the runtime"));
            return ExitCode::FAILURE;
        }
    };
    let served = runtime.block_on(async { serve(arguments.config()?).await });
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    if let Some(traces) = traces {
        traces.finish();
    }
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::complain(&error);
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    config.check()?;
    // before the ready line, so that a signal right after it is not missed
    let mut terminate = signal(SignalKind::terminate()).context("cannot watch for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot watch for SIGINT")?;
    std::fs::create_dir_all(&config.data)
        .with_context(|| format!("cannot make the data folder {}", config.data.display()))?;
    let data = config.data.clone();
    let listener = Listener::bind(config.listen, &config.data).await?;
    let platform = Platform::open(&config, listener.address()).await?;
    platform.start();
    println!(
        "Taxiway is ready at http://{} (data in {})",
        listener.address(),
        data.display()
    );
    std::io::stdout()
        .flush()
        .context("cannot print the ready line")?;
    let stop = async {
        tokio::select! { _ = terminate.recv() => (), _ = interrupt.recv() => () }
        platform.end_streams();
    };
    listener.serve(platform.door(), stop).await;
    platform.stop().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        serve: Arguments,
    }

    #[test]
    fn spice_has_a_gibibyte_unless_one_says_otherwise() {
        let bytes = |line: &[&str]| {
            let serve = Command::try_parse_from(line).unwrap().serve;
            serve.config().unwrap().spice_bytes
        };
        assert_eq!(bytes(&["taxiway"]), Some(1 << 30));
        assert_eq!(bytes(&["taxiway", "--spice-memory", "64"]), Some(64 << 20));
        assert_eq!(bytes(&["taxiway", "--spice-memory", "0"]), Some(0));
        assert!(Command::try_parse_from(["taxiway", "--spice-memory", "-1"]).is_err());
    }
}
