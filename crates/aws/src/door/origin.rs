//! The Host and Origin rule: a web page must not drive a local server.
//!
//! A browser lets any page send requests to loopback; what it cannot do is lie about `Host`, `Origin` and
//! `Sec-Fetch-Site`. A Host of another name is a page that has rebound its own name to our address.

use std::net::IpAddr;

use http::{
    HeaderMap,
    header::{HOST, ORIGIN},
};

/// Which hosts and origins may ask.
#[derive(Clone, Debug)]
pub struct HostRule {
    enforced: bool,
    hosts: Vec<String>,
    origins: Vec<String>,
}

/// Why a request is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the request has no Host header")]
    NoHost,
    #[error("host '{0}' is not one of this server's names; allow it with --allow-host {0}")]
    Host(String),
    #[error("a web page of origin '{0}' may not use this server")]
    Origin(String),
    #[error("a web page of another site may not use this server")]
    CrossSite,
}

/// What the rule says of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Ours,
    /// From a page of another origin: only a bucket's CORS configuration can let it in.
    Foreign(Refusal),
    Refused(Refusal),
}

/// Names that are ours wherever the server listens on loopback.
const NAMES: [&str; 2] = ["localhost", "host.docker.internal"];
/// Domains whose every name is: virtual-hosted buckets, and AWS's endpoints, by proxy or hosts file.
const DOMAINS: [&str; 6] = [
    ".localhost",
    ".localhost.localstack.cloud",
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".api.aws",
    ".aws.dev",
];

impl HostRule {
    /// Returns the rule for a server on loopback.
    pub fn loopback() -> Self {
        Self {
            enforced: true,
            hosts: Vec::new(),
            origins: Vec::new(),
        }
    }

    /// Returns no rule: for a server that checks signatures.
    pub fn off() -> Self {
        Self {
            enforced: false,
            ..Self::loopback()
        }
    }

    /// Allows a further host name; one that begins with a dot stands for every name below it.
    #[must_use]
    pub fn allow_host(mut self, host: &str) -> Self {
        self.hosts.push(host.to_ascii_lowercase());
        self
    }

    /// Allows pages of an origin, such as `http://localhost:5173`.
    #[must_use]
    pub fn allow_origin(mut self, origin: &str) -> Self {
        self.origins
            .push(origin.trim_end_matches('/').to_ascii_lowercase());
        self
    }

    pub(super) fn judge(&self, authority: Option<&str>, headers: &HeaderMap) -> Verdict {
        if !self.enforced {
            return Verdict::Ours;
        }
        let given = headers
            .get(HOST)
            .map(|h| String::from_utf8_lossy(h.as_bytes()));
        let Some(host) = given.as_deref().or(authority).filter(|h| !h.is_empty()) else {
            return Verdict::Refused(Refusal::NoHost);
        };
        if !self.is_ours(host) {
            return Verdict::Refused(Refusal::Host(name_of(host).to_owned()));
        }
        if let Some(origin) = headers.get(ORIGIN) {
            let origin = String::from_utf8_lossy(origin.as_bytes());
            let ours = self.is_own_origin(&origin, host);
            return if ours {
                Verdict::Ours
            } else {
                Verdict::Foreign(Refusal::Origin(origin.into_owned()))
            };
        }
        match headers.get("sec-fetch-site") {
            Some(site) if site.as_bytes() == b"cross-site" => Verdict::Foreign(Refusal::CrossSite),
            _ => Verdict::Ours,
        }
    }

    fn is_ours(&self, host: &str) -> bool {
        let name = name_of(host).to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        let literal = name
            .strip_prefix('[')
            .and_then(|n| n.strip_suffix(']'))
            .unwrap_or(name);
        literal.parse::<IpAddr>().is_ok()
            || NAMES.contains(&name)
            || DOMAINS
                .iter()
                .any(|domain| name.ends_with(domain) && name.len() > domain.len())
            || name == "localhost.localstack.cloud"
            || self
                .hosts
                .iter()
                .any(|h| h == name || (h.starts_with('.') && name.ends_with(h.as_str())))
    }

    /// An origin is ours if it is this very server's, by whichever of its loopback names, or was allowed.
    fn is_own_origin(&self, origin: &str, host: &str) -> bool {
        let origin = origin.trim_end_matches('/').to_ascii_lowercase();
        if self.origins.contains(&origin) {
            return true;
        }
        let Some((scheme, authority)) = origin.split_once("://") else {
            return false;
        };
        let port = |authority: &str| {
            let after = &authority[name_of(authority).len()..];
            after.strip_prefix(':').and_then(|p| p.parse::<u16>().ok())
        };
        let default = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return false,
        };
        let same_port = port(authority).unwrap_or(default) == port(host).unwrap_or(default);
        let same_name = name_of(authority).eq_ignore_ascii_case(name_of(host));
        same_port && (same_name || (is_loopback(name_of(authority)) && is_loopback(name_of(host))))
    }
}

fn is_loopback(name: &str) -> bool {
    let literal = name
        .strip_prefix('[')
        .and_then(|n| n.strip_suffix(']'))
        .unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || literal.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Returns a host without its port; an IPv6 address keeps its brackets.
pub(super) fn name_of(host: &str) -> &str {
    if host.starts_with('[') {
        return host.find(']').map_or(host, |end| &host[..=end]);
    }
    host.split(':').next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(rule: &HostRule, lines: &[(&str, &str)]) -> Verdict {
        let headers = lines
            .iter()
            .map(|(n, v)| (n.parse::<http::HeaderName>().unwrap(), v.parse().unwrap()))
            .collect::<HeaderMap>();
        rule.judge(None, &headers)
    }

    #[test]
    fn hosts() {
        let rule = HostRule::loopback()
            .allow_host("box.lan")
            .allow_host(".corp.example");
        for host in [
            "127.0.0.1:4566",
            "10.1.2.3",
            "[::1]:4566",
            "localhost",
            "LOCALHOST:1",
            "localhost.:4566",
            "bucket.localhost:4566",
            "s3.us-east-1.localhost.localstack.cloud:4566",
            "localhost.localstack.cloud",
            "host.docker.internal:4566",
            "states.us-east-1.amazonaws.com",
            "box.lan:80",
            "a.corp.example",
        ] {
            assert_eq!(judge(&rule, &[("host", host)]), Verdict::Ours, "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            ".localhost",
            "notlocalhost",
            "evilamazonaws.com",
            "box.lan.evil",
            "1.2.3.4.5",
        ] {
            assert!(
                matches!(
                    judge(&rule, &[("host", host)]),
                    Verdict::Refused(Refusal::Host(_))
                ),
                "{host}"
            );
        }
        assert_eq!(judge(&rule, &[]), Verdict::Refused(Refusal::NoHost));
        assert_eq!(
            rule.judge(Some("localhost:4566"), &HeaderMap::new()),
            Verdict::Ours
        );
        assert_eq!(
            judge(&HostRule::off(), &[("host", "evil.example")]),
            Verdict::Ours
        );
    }

    #[test]
    fn origins() {
        let rule = HostRule::loopback().allow_origin("http://localhost:5173/");
        let from = |origin: &str| judge(&rule, &[("host", "127.0.0.1:4566"), ("origin", origin)]);
        for origin in [
            "http://127.0.0.1:4566",
            "http://localhost:4566",
            "http://[::1]:4566",
            "http://LOCALHOST:5173",
        ] {
            assert_eq!(from(origin), Verdict::Ours, "{origin}");
        }
        for origin in [
            "https://evil.example",
            "null",
            "http://localhost:3000",
            "http://127.0.0.1:45660",
            "http://localhost",
            "file://",
            "http://evil.localhost:4566",
            "",
        ] {
            assert!(
                matches!(from(origin), Verdict::Foreign(Refusal::Origin(_))),
                "{origin}"
            );
        }
        let on_80 = [("host", "localhost"), ("origin", "http://localhost")];
        assert_eq!(judge(&rule, &on_80), Verdict::Ours);
    }

    #[test]
    fn pages_of_other_sites_without_an_origin() {
        let rule = HostRule::loopback();
        let fetched = |site: &str| {
            judge(
                &rule,
                &[("host", "localhost:4566"), ("sec-fetch-site", site)],
            )
        };
        assert_eq!(fetched("cross-site"), Verdict::Foreign(Refusal::CrossSite));
        for site in ["none", "same-origin", "same-site"] {
            assert_eq!(fetched(site), Verdict::Ours, "{site}");
        }
    }
}
