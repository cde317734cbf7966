//! Connections, as they are kept.

use serde::{Deserialize, Serialize};
use store::Key;

use super::Secret;
use crate::{id, rules::Arn};

/// Keys are account, region, name.
pub(crate) const CONNECTIONS: &str = "events/connections";

fn first_version() -> u32 {
    1
}

/// Which connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ConnectionRef {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) name: String,
}

impl ConnectionRef {
    pub(crate) fn key(&self) -> Key {
        Key::of(&[&self.account, &self.region, &self.name])
    }

    /// Reads `arn:aws:events:region:account:connection/name/id`; returns the id too.
    pub(crate) fn of_arn(text: &str) -> Option<(Self, &str)> {
        let arn = Arn::parse(text).filter(|arn| arn.service == "events")?;
        let (name, id) = arn.resource.strip_prefix("connection/")?.rsplit_once('/')?;
        let at = Self {
            account: arn.account.to_owned(),
            region: arn.region.to_owned(),
            name: name.to_owned(),
        };
        Some((at, id))
    }
}

/// The states that a connection rests in. Those that AWS passes through besides (CREATING, UPDATING,
/// DEAUTHORIZING, DELETING) take no time here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ConnectionState {
    Authorizing,
    Authorized,
    Deauthorized,
}

impl ConnectionState {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Authorizing => "AUTHORIZING",
            Self::Authorized => "AUTHORIZED",
            Self::Deauthorized => "DEAUTHORIZED",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Method {
    Basic,
    ApiKey,
    #[serde(rename = "OAUTH_CLIENT_CREDENTIALS")]
    OAuth,
}

impl Method {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Basic => "BASIC",
            Self::ApiKey => "API_KEY",
            Self::OAuth => "OAUTH_CLIENT_CREDENTIALS",
        }
    }
}

/// A connection as it is kept, with its secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Connection {
    /// The format's version.
    #[serde(default = "first_version")]
    pub(crate) v: u32,
    pub(crate) at: ConnectionRef,
    /// The last part of the ARN: a connection made again under the same name is another one.
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) kms_key: Option<String>,
    pub(crate) state: ConnectionState,
    pub(crate) state_reason: Option<String>,
    pub(crate) method: Method,
    /// Nothing once it is deauthorized by request.
    pub(crate) auth: Option<Auth>,
    /// What goes with every request.
    #[serde(default)]
    pub(crate) parameters: Parameters,
    pub(crate) created_ms: i64,
    pub(crate) modified_ms: i64,
    pub(crate) authorized_ms: Option<i64>,
}

impl Connection {
    pub(crate) fn arn(&self) -> String {
        let ConnectionRef {
            account,
            region,
            name,
        } = &self.at;
        format!(
            "arn:aws:events:{region}:{account}:connection/{name}/{}",
            self.id
        )
    }

    /// Returns the name that AWS's secret would have. The secrets are in the connection's own record: no
    /// Secrets Manager answers to this name.
    pub(crate) fn secret_arn(&self) -> String {
        let ConnectionRef {
            account,
            region,
            name,
        } = &self.at;
        let secret = id::derived(&[&self.arn(), "secret"]);
        format!(
            "arn:aws:secretsmanager:{region}:{account}:secret:events!connection/{name}/{secret}"
        )
    }
}

/// How requests are authorized.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub(crate) enum Auth {
    Basic {
        username: String,
        password: Secret,
    },
    ApiKey {
        name: String,
        value: Secret,
    },
    #[serde(rename = "oauth")]
    OAuth(OAuth),
}

impl Auth {
    pub(crate) fn method(&self) -> Method {
        match self {
            Self::Basic { .. } => Method::Basic,
            Self::ApiKey { .. } => Method::ApiKey,
            Self::OAuth(_) => Method::OAuth,
        }
    }
}

/// Where, and for what, a token is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OAuth {
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) endpoint: String,
    /// GET, POST or PUT.
    pub(crate) http_method: String,
    #[serde(default)]
    pub(crate) parameters: Parameters,
}

/// Parameters that a connection adds to requests; as the API has them, and as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Parameters {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) header_parameters: Vec<Parameter>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) query_string_parameters: Vec<Parameter>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) body_parameters: Vec<Parameter>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Parameter {
    #[serde(default)]
    pub(crate) key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<Secret>,
    #[serde(default)]
    pub(crate) is_value_secret: bool,
}

impl Parameter {
    pub(crate) fn pair(&self) -> (&str, &str) {
        (&self.key, self.value.as_ref().map_or("", Secret::reveal))
    }
}

impl Parameters {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns what may be shown: without the values that are secret.
    pub(crate) fn shown(&self) -> Self {
        let mut shown = self.clone();
        let lists = [
            &mut shown.header_parameters,
            &mut shown.query_string_parameters,
            &mut shown.body_parameters,
        ];
        for parameter in lists.into_iter().flatten() {
            if parameter.is_value_secret {
                parameter.value = None;
            }
        }
        shown
    }
}
