//! The address, and the server that may be there.

use std::{
    env,
    net::{SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};

use serde_json::Value;

use super::Finding;

const TIMEOUT: Duration = Duration::from_secs(7);

pub(super) fn look(listen: SocketAddr, data: &Path, findings: &mut Vec<Finding>) {
    // Where a server of this data folder listens, whatever it was asked for.
    let kept = std::fs::read_to_string(data.join("listen")).ok();
    let kept = kept.and_then(|text| text.trim().parse::<SocketAddr>().ok());
    let running = kept.filter(|address| health(*address).is_some());
    let address = running.unwrap_or(listen);
    findings.push(at(address));
    findings.extend(endpoints(address));
    findings.extend(proxy());
}

fn at(address: SocketAddr) -> Finding {
    match health(address) {
        Some((200, health)) if broken(&health) > 0 => Finding::fail(
            "server",
            format!(
                "it runs at http://{address}, but what it keeps of executions does not fit together ({} findings)",
                broken(&health)
            ),
            "look at its log for INV-; keep a copy of the data folder",
        ),
        Some((200, health)) => {
            let version = health["version"].as_str().unwrap_or("unknown");
            let survey = &health["executions"]["survey"];
            let surveyed = survey["executions"].as_u64().map_or_else(
                || "has not surveyed its executions yet".to_owned(),
                |count| format!("found nothing wrong with its {count} executions"),
            );
            Finding::ok(
                "server",
                format!("Taxiway {version} runs at http://{address}, is well, and {surveyed}"),
            )
        }
        Some((status, health)) if health["status"] == "degraded" => Finding::fail(
            "server",
            format!(
                "it runs at http://{address} but is degraded ({status}): {}",
                health["store"]
            ),
            "look at its log; a full disk lifts by itself once there is room",
        ),
        Some((status, _)) => Finding::fail(
            "server",
            format!("something that is no Taxiway answers at http://{address} (status {status})"),
            "end it, or choose another address with --listen",
        ),
        None => match TcpListener::bind(address) {
            Ok(_) => Finding::ok("server", format!("none runs; {address} is free")),
            Err(error) => Finding::fail(
                "server",
                format!("{address} cannot be used: {error}"),
                "end what holds it, or choose another with --listen, for example 127.0.0.1:0",
            ),
        },
    }
}

/// Returns how many invariants a server found broken.
fn broken(health: &Value) -> u64 {
    let executions = &health["executions"];
    let count = |value: &Value| value.as_u64().unwrap_or(0);
    count(&executions["broken"]) + count(&executions["survey"]["broken"])
}

/// Returns the status and body of `/_taxiway/health`; nothing where nobody answers.
fn health(address: SocketAddr) -> Option<(u16, Value)> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into();
    let mut answer = agent
        .get(format!("http://{address}/_taxiway/health"))
        .call()
        .ok()?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string().unwrap_or_default();
    Some((status, serde_json::from_str(&text).unwrap_or_default()))
}

/// Clients find the server by `AWS_ENDPOINT_URL`, or by one of these for a service alone.
fn endpoints(address: SocketAddr) -> Vec<Finding> {
    let mut found: Vec<(String, String)> = env::vars()
        .filter(|(name, _)| name.starts_with("AWS_ENDPOINT_URL"))
        .collect();
    found.sort();
    if found.is_empty() {
        return vec![Finding::warn(
            "endpoint",
            "AWS_ENDPOINT_URL is not set in this shell",
            format!("for the aws command and SDKs: export AWS_ENDPOINT_URL=http://{address}"),
        )];
    }
    let judge = |(name, url): (String, String)| {
        if url
            .trim_end_matches('/')
            .ends_with(&format!(":{}", address.port()))
        {
            Finding::ok("endpoint", format!("{name}={url}"))
        } else {
            let next = format!("for this server: export {name}=http://{address}");
            Finding::warn(
                "endpoint",
                format!("{name}={url} is another server's"),
                next,
            )
        }
    };
    found.into_iter().map(judge).collect()
}

/// A proxy for everything takes requests to loopback too, unless it is told not to.
fn proxy() -> Option<Finding> {
    let set = |names: [&str; 2]| {
        names
            .iter()
            .find_map(|n| env::var(n).ok().filter(|v| !v.is_empty()))
    };
    set(["HTTP_PROXY", "http_proxy"])?;
    let except = set(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let covers = except
        .split(',')
        .any(|name| matches!(name.trim(), "*" | "localhost" | "127.0.0.1" | "127.0.0.0/8"));
    Some(if covers {
        Finding::ok("proxy", "loopback is excepted from HTTP_PROXY")
    } else {
        Finding::warn(
            "proxy",
            "HTTP_PROXY is set and does not except loopback: clients would not reach the server",
            "export NO_PROXY=localhost,127.0.0.1",
        )
    })
}
