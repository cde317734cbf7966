//! What a server is started with.

use std::{net::SocketAddr, path::PathBuf};

use aws::{door::HostRule, sigv4::Keys, throttle::OperationRate};
use remote::Endpoint;

use crate::ServerError;

/// A key pair that requests must be signed with.
#[derive(Clone)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// The server's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// Port 0 takes the port that this data folder had before, or any free one.
    pub listen: SocketAddr,
    /// Where everything durable is kept; made when it is not there.
    pub data: PathBuf,
    /// Further Host names that requests may use.
    pub allow_hosts: Vec<String>,
    /// How often operations of Step Functions may be called; of two for one operation the later one counts. None
    /// for an operation: as often as one likes.
    pub throttle: Vec<OperationRate>,
    /// Services that answer elsewhere; the last one of a service counts.
    pub endpoints: Vec<Endpoint>,
    /// What requests to them are signed with; none: the account as the key.
    pub endpoint_keys: Option<Keys>,
    /// With none, any signature is accepted, which only a loopback address may do.
    pub credentials: Option<Credentials>,
    /// For how many days executions are kept after their end; with none, as long as AWS keeps them.
    pub keep_days: Option<u32>,
    /// How many bytes of SPICE's columns stay in memory; with none, as many as is usual.
    pub spice_bytes: Option<usize>,
}

impl Config {
    /// Checks what can be checked before anything is opened.
    ///
    /// **Errors**: `Exposed` where strangers could reach an open server.
    pub fn check(&self) -> Result<(), ServerError> {
        if !self.listen.ip().is_loopback() && self.credentials.is_none() {
            return Err(ServerError::Exposed {
                address: self.listen,
            });
        }
        let is_known = |rate: &OperationRate| {
            aws::table::table("states").is_none_or(|t| t.operation(&rate.operation).is_some())
        };
        let unknown = self.throttle.iter().find(|rate| !is_known(rate));
        match unknown {
            Some(rate) => Err(ServerError::Throttle {
                operation: rate.operation.clone(),
            }),
            None => Ok(()),
        }
    }

    /// Returns whom the door lets in. Where requests must be signed, a web page cannot make them, and any Host
    /// will do.
    pub(crate) fn host_rule(&self) -> HostRule {
        let rule = if self.credentials.is_some() {
            HostRule::off()
        } else {
            HostRule::loopback()
        };
        self.allow_hosts
            .iter()
            .fold(rule, |rule, host| rule.allow_host(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(listen: &str, credentials: Option<Credentials>) -> Config {
        Config {
            listen: listen.parse().unwrap(),
            data: "x".into(),
            allow_hosts: vec![],
            throttle: vec![],
            endpoints: vec![],
            endpoint_keys: None,
            credentials,
            keep_days: None,
            spice_bytes: None,
        }
    }

    #[test]
    fn only_loopback_may_be_open() {
        let keys = Credentials {
            access_key_id: "AKIA".into(),
            secret_access_key: "secret".into(),
        };
        assert!(config("127.0.0.1:0", None).check().is_ok());
        assert!(config("[::1]:0", None).check().is_ok());
        let refused = config("0.0.0.0:4566", None)
            .check()
            .unwrap_err()
            .to_string();
        assert!(refused.contains("TAXIWAY_ACCESS_KEY_ID"), "{refused}");
        assert!(config("0.0.0.0:4566", Some(keys.clone())).check().is_ok());
        let mut throttled = config("127.0.0.1:0", None);
        throttled.throttle = vec!["Nonsense=1/1".parse().unwrap()];
        let refused = throttled.check().unwrap_err().to_string();
        assert!(refused.contains("Nonsense"), "{refused}");
        assert!(
            !format!("{keys:?}").contains("secret\""),
            "the secret is not printed"
        );
    }
}
