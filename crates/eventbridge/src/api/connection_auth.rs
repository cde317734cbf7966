//! `AuthParameters`: as they are given, and as they are shown.

use aws::ApiError;
use serde::{Deserialize, Serialize};

use super::errors;
use crate::connections::{Auth, Connection, Method, OAuth, Parameters, Secret, check_endpoint};

/// What CreateConnection and UpdateConnection take; the former demands (in the API model) what a method needs,
/// the latter keeps what it is not given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuthGiven {
    basic_auth_parameters: Option<BasicGiven>,
    #[serde(rename = "OAuthParameters")]
    oauth_parameters: Option<OAuthGiven>,
    api_key_auth_parameters: Option<ApiKeyGiven>,
    invocation_http_parameters: Option<Parameters>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BasicGiven {
    username: Option<String>,
    password: Option<Secret>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ApiKeyGiven {
    api_key_name: Option<String>,
    api_key_value: Option<Secret>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OAuthGiven {
    client_parameters: Option<ClientGiven>,
    authorization_endpoint: Option<String>,
    http_method: Option<String>,
    #[serde(rename = "OAuthHttpParameters")]
    oauth_http_parameters: Option<Parameters>,
}

#[derive(Debug, Default, Deserialize)]
struct ClientGiven {
    #[serde(rename = "ClientID")]
    client_id: Option<String>,
    #[serde(rename = "ClientSecret")]
    client_secret: Option<Secret>,
}

/// The API's own parameters of a connection, without what is secret.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuthShown {
    #[serde(skip_serializing_if = "Option::is_none")]
    basic_auth_parameters: Option<BasicShown>,
    #[serde(rename = "OAuthParameters", skip_serializing_if = "Option::is_none")]
    oauth_parameters: Option<OAuthShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key_auth_parameters: Option<ApiKeyShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invocation_http_parameters: Option<Parameters>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct BasicShown {
    username: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ApiKeyShown {
    api_key_name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OAuthShown {
    client_parameters: ClientShown,
    authorization_endpoint: String,
    http_method: String,
    #[serde(
        rename = "OAuthHttpParameters",
        skip_serializing_if = "Option::is_none"
    )]
    oauth_http_parameters: Option<Parameters>,
}

#[derive(Debug, Serialize)]
struct ClientShown {
    #[serde(rename = "ClientID")]
    client_id: String,
}

fn shown(parameters: &Parameters) -> Option<Parameters> {
    (!parameters.is_empty()).then(|| parameters.shown())
}

impl AuthShown {
    /// Returns nothing for a connection that is deauthorized by request.
    pub(super) fn of(connection: &Connection) -> Option<Self> {
        let mut of = Self {
            basic_auth_parameters: None,
            oauth_parameters: None,
            api_key_auth_parameters: None,
            invocation_http_parameters: shown(&connection.parameters),
        };
        match connection.auth.clone()? {
            Auth::Basic { username, .. } => {
                of.basic_auth_parameters = Some(BasicShown { username })
            }
            Auth::ApiKey { name, .. } => {
                of.api_key_auth_parameters = Some(ApiKeyShown { api_key_name: name });
            }
            Auth::OAuth(oauth) => {
                of.oauth_parameters = Some(OAuthShown {
                    oauth_http_parameters: shown(&oauth.parameters),
                    client_parameters: ClientShown {
                        client_id: oauth.client_id,
                    },
                    authorization_endpoint: oauth.endpoint,
                    http_method: oauth.http_method,
                });
            }
        }
        Some(of)
    }
}

/// What a connection that exists already has.
pub(super) struct Had {
    pub(super) auth: Option<Auth>,
    pub(super) parameters: Parameters,
}

/// Returns the authorization by `method`, and the parameters for every request.
pub(super) fn resolve(
    method: Method,
    given: Option<AuthGiven>,
    had: Had,
) -> Result<(Auth, Parameters), ApiError> {
    let Some(given) = given else {
        return match had.auth.filter(|auth| auth.method() == method) {
            Some(auth) => Ok((auth, had.parameters)),
            None => Err(missing(method)),
        };
    };
    let others = [
        (Method::Basic, given.basic_auth_parameters.is_some()),
        (Method::ApiKey, given.api_key_auth_parameters.is_some()),
        (Method::OAuth, given.oauth_parameters.is_some()),
    ];
    if others.iter().any(|(other, is)| *is && *other != method) {
        return Err(errors::bad_parameter(
            "AuthParameters",
            &format!(
                "Only parameters of the authorization type {} may be given.",
                method.word()
            ),
        ));
    }
    let auth = match method {
        Method::Basic => basic(given.basic_auth_parameters, had.auth),
        Method::ApiKey => api_key(given.api_key_auth_parameters, had.auth),
        Method::OAuth => oauth(given.oauth_parameters, had.auth),
    };
    let auth = auth.ok_or_else(|| missing(method))?;
    if let Auth::OAuth(oauth) = &auth {
        check_endpoint(&oauth.endpoint)
            .map_err(|reason| errors::bad_parameter("AuthorizationEndpoint", &reason))?;
    }
    let parameters = given.invocation_http_parameters.unwrap_or(had.parameters);
    Ok((auth, parameters))
}

fn missing(method: Method) -> ApiError {
    errors::bad_parameter(
        "AuthParameters",
        &format!(
            "The parameters of the authorization type {} are required.",
            method.word()
        ),
    )
}

fn basic(given: Option<BasicGiven>, had: Option<Auth>) -> Option<Auth> {
    let (known, secret) = match had {
        Some(Auth::Basic { username, password }) => (Some(username), Some(password)),
        _ => (None, None),
    };
    let (username, password) = given.map_or((None, None), |g| (g.username, g.password));
    Some(Auth::Basic {
        username: username.or(known)?,
        password: password.or(secret)?,
    })
}

fn api_key(given: Option<ApiKeyGiven>, had: Option<Auth>) -> Option<Auth> {
    let (known, secret) = match had {
        Some(Auth::ApiKey { name, value }) => (Some(name), Some(value)),
        _ => (None, None),
    };
    let (name, value) = given.map_or((None, None), |g| (g.api_key_name, g.api_key_value));
    Some(Auth::ApiKey {
        name: name.or(known)?,
        value: value.or(secret)?,
    })
}

fn oauth(given: Option<OAuthGiven>, had: Option<Auth>) -> Option<Auth> {
    let had = match had {
        Some(Auth::OAuth(oauth)) => Some(oauth),
        _ => None,
    };
    let Some(given) = given else {
        return had.map(Auth::OAuth);
    };
    let client = given.client_parameters.unwrap_or_default();
    let known = |of: fn(&OAuth) -> String| had.as_ref().map(of);
    Some(Auth::OAuth(OAuth {
        client_id: client.client_id.or(known(|h| h.client_id.clone()))?,
        client_secret: client
            .client_secret
            .or(had.as_ref().map(|h| h.client_secret.clone()))?,
        endpoint: given
            .authorization_endpoint
            .or(known(|h| h.endpoint.clone()))?,
        http_method: given.http_method.or(known(|h| h.http_method.clone()))?,
        parameters: given
            .oauth_http_parameters
            .or(had.as_ref().map(|h| h.parameters.clone()))
            .unwrap_or_default(),
    }))
}
