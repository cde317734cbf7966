//! OAuth client credentials: tokens, and where they are kept while they hold.

use std::{collections::HashMap, time::Duration};

use bytes::Bytes;
use parking_lot::Mutex;
use serde::Deserialize;

use super::{
    Client, OAuth, Secret,
    invoke::InvokeError,
    request::{Plain, basic, encode},
};

/// How long an authorization endpoint may take.
const TOKEN_WITHIN: Duration = Duration::from_secs(10);

/// A token is not used in the last seconds of its life.
const MARGIN_MS: i64 = 30_000;

/// How long a token is used that does not say.
const DEFAULT_LIFE_S: f64 = 3_600.0;

/// The value of an `Authorization` header, and how long it is used.
#[derive(Clone)]
pub(crate) struct Token {
    header: Secret,
    until_ms: i64,
}

/// Tokens in use. They are in memory alone: a restart asks for new ones.
#[derive(Default)]
pub(crate) struct Tokens {
    /// Keys are connections' ARNs and times of change: other credentials have other tokens.
    known: Mutex<HashMap<(String, i64), Token>>,
}

impl Tokens {
    pub(super) fn get(&self, of: &(String, i64), now_ms: i64) -> Option<Secret> {
        let known = self.known.lock();
        let token = known.get(of).filter(|token| now_ms < token.until_ms)?;
        Some(token.header.clone())
    }

    pub(super) fn keep(&self, of: (String, i64), token: Token, now_ms: i64) {
        let mut known = self.known.lock();
        known.retain(|_, token| now_ms < token.until_ms);
        known.insert(of, token);
    }

    pub(super) fn forget(&self, of: &(String, i64)) {
        self.known.lock().remove(of);
    }
}

impl Token {
    pub(super) fn header(&self) -> &Secret {
        &self.header
    }
}

/// The members that RFC 6749, section 5.1 has.
#[derive(Deserialize)]
struct Answer {
    access_token: Secret,
    token_type: Option<String>,
    expires_in: Option<serde_json::Value>,
}

/// Asks for a token, as RFC 6749, section 4.4 says: the credentials and the grant type are in a form, or in a
/// JSON object where the connection's parameters set that content type. A GET has no body: the client
/// authenticates itself by `Basic`, and the rest is in the query.
pub(super) async fn exchange(
    client: &Client,
    oauth: &OAuth,
    now_ms: i64,
) -> Result<Token, InvokeError> {
    let answer = client.send(request(oauth)?, TOKEN_WITHIN).await;
    let answer = answer.map_err(|error| InvokeError::Token(error.to_string()))?;
    if !(200..300).contains(&answer.status) {
        let why = format!("it answered with the status {}", answer.status);
        return Err(InvokeError::Token(why));
    }
    // Not serde's words: they may repeat what was read.
    let read: Answer = serde_json::from_slice(&answer.body).map_err(|_| {
        InvokeError::Token("its answer is no JSON object with an access_token".into())
    })?;
    let life_s = match &read.expires_in {
        Some(serde_json::Value::Number(number)) => number.as_f64(),
        // Some servers write it as text.
        Some(serde_json::Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    let life_s = life_s.unwrap_or(DEFAULT_LIFE_S).clamp(0.0, 86_400.0);
    let kind = match read.token_type.as_deref() {
        Some(kind) if !kind.eq_ignore_ascii_case("bearer") => kind,
        _ => "Bearer",
    };
    let header = format!("{kind} {}", read.access_token.reveal());
    Ok(Token {
        header: header.as_str().into(),
        until_ms: now_ms + (life_s * 1_000.0) as i64 - MARGIN_MS,
    })
}

fn request(oauth: &OAuth) -> Result<Plain, InvokeError> {
    let mut request = Plain {
        endpoint: oauth.endpoint.clone(),
        method: oauth.http_method.clone(),
        headers: vec![("Accept".into(), "application/json".into())],
        query: Vec::new(),
        body: None,
    };
    let mut parameters = oauth.parameters.clone();
    if oauth.http_method == "GET" {
        let header = basic(&oauth.client_id, oauth.client_secret.reveal());
        request.set_header("Authorization", &header);
        request
            .query
            .push(("grant_type".into(), "client_credentials".into()));
        let moved = std::mem::take(&mut parameters.body_parameters);
        parameters.query_string_parameters.extend(moved);
    } else {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &oauth.client_id),
            ("client_secret", oauth.client_secret.reveal()),
        ];
        let json = parameters.header_parameters.iter().find_map(|parameter| {
            let (name, value) = parameter.pair();
            (name.eq_ignore_ascii_case("content-type")
                && value.to_ascii_lowercase().contains("json"))
            .then_some(())
        });
        request.body = Some(if json.is_some() {
            let members: serde_json::Map<_, _> = fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect();
            serde_json::Value::Object(members).to_string().into()
        } else {
            request.set_header("Content-Type", "application/x-www-form-urlencoded");
            Bytes::from(encode(&fields))
        });
    }
    request.add(&parameters).map_err(InvokeError::Token)?;
    Ok(request)
}
