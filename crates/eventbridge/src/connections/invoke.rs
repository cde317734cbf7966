//! Requests through a connection.

use std::{sync::Arc, time::Duration};

use store::StoreError;

use super::{
    Auth, CONNECTIONS, Connection, ConnectionRef, ConnectionState, Exchange, InvokeRequest, OAuth,
    Secret, SentRequest,
    request::{Plain, basic},
    token,
};
use crate::EventBridge;

/// How long an endpoint may take by default: as long as Step Functions lets an HTTP task take.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// Why a request has no answer. No words of it hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    #[error("Connection {0} does not exist.")]
    NoConnection(String),
    /// The connection and its state.
    #[error("Connection {arn} is not authorized: its state is {state}.")]
    NotAuthorized { arn: String, state: &'static str },
    /// The request cannot be sent as it is.
    #[error("The request cannot be sent: {0}")]
    Request(String),
    #[error("The authorization endpoint gave no token: {0}")]
    Token(String),
    #[error("The endpoint did not answer within {} s.", .0.as_secs())]
    TimedOut(Duration),
    #[error("The endpoint cannot be reached: {0}")]
    Unreachable(String),
    #[error("The endpoint's answer, of status {status}, is larger than {most} bytes.")]
    TooLarge { status: u16, most: u64 },
    #[error("The connection cannot be read: {0}")]
    Store(String),
}

impl From<StoreError> for InvokeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

/// What an endpoint wants to be told of who asks: the token was refused.
fn is_refusal(status: u16) -> bool {
    status == 401 || status == 407
}

/// A request on its way, and how long it may take.
pub(crate) struct Outgoing {
    pub(crate) request: InvokeRequest,
    pub(crate) within: Duration,
}

impl EventBridge {
    /// Sends a request with a connection's authorization and parameters, and returns the answer, whatever its
    /// status. Redirects are answers too.
    ///
    /// The parameters of the connection win over those of the request. A token that is refused (401, 407) is
    /// replaced, and the request sent once more.
    pub async fn invoke(self: &Arc<Self>, request: InvokeRequest) -> Result<Exchange, InvokeError> {
        self.send(Outgoing {
            request,
            within: ANSWER_WITHIN,
        })
        .await
    }

    pub(crate) async fn send(&self, outgoing: Outgoing) -> Result<Exchange, InvokeError> {
        let Outgoing { request, within } = outgoing;
        let connection = self.connection_of(&request.connection_arn).await?;
        let auth = match (&connection.auth, connection.state) {
            (Some(auth), ConnectionState::Authorized) => auth,
            (_, state) => {
                return Err(InvokeError::NotAuthorized {
                    arn: request.connection_arn,
                    state: state.word(),
                });
            }
        };
        let mut plain = Plain {
            endpoint: request.endpoint,
            method: request.method,
            headers: request.headers,
            query: request.query,
            body: request.body,
        };
        let mut open = plain.without(&connection.parameters);
        plain
            .add(&connection.parameters)
            .map_err(InvokeError::Request)?;
        if plain.body.is_some() && !plain.has_header("content-type") {
            for request in [&mut plain, &mut open] {
                request.set_header("Content-Type", "application/json; charset=utf-8");
            }
        }
        let open = SentRequest::from(&open);
        match auth {
            Auth::Basic { username, password } => {
                plain.set_header("Authorization", &basic(username, password.reveal()));
            }
            Auth::ApiKey { name, value } => plain.set_header(name, value.reveal()),
            Auth::OAuth(oauth) => {
                return self
                    .send_with_token(&connection, oauth, plain, open, within)
                    .await;
            }
        }
        self.exchange(plain, open, within).await
    }

    async fn exchange(
        &self,
        plain: Plain,
        open: SentRequest,
        within: Duration,
    ) -> Result<Exchange, InvokeError> {
        let sent = SentRequest::from(&plain);
        let response = self.http.send(plain, within).await?;
        Ok(Exchange {
            sent,
            open,
            response,
        })
    }

    async fn send_with_token(
        &self,
        connection: &Connection,
        oauth: &OAuth,
        mut plain: Plain,
        open: SentRequest,
        within: Duration,
    ) -> Result<Exchange, InvokeError> {
        let known = self.tokens.get(&tokens_of(connection), self.clock.now_ms());
        let was_known = known.is_some();
        let header = match known {
            Some(header) => header,
            None => self.new_token(connection, oauth).await?,
        };
        plain.set_header("Authorization", header.reveal());
        let answer = self.exchange(plain.clone(), open.clone(), within).await?;
        if !is_refusal(answer.response.status) {
            return Ok(answer);
        }
        self.tokens.forget(&tokens_of(connection));
        if !was_known {
            return Ok(answer);
        }
        let header = self.new_token(connection, oauth).await?;
        plain.set_header("Authorization", header.reveal());
        self.exchange(plain, open, within).await
    }

    /// Asks for a token and keeps it.
    pub(super) async fn new_token(
        &self,
        connection: &Connection,
        oauth: &OAuth,
    ) -> Result<Secret, InvokeError> {
        let now = self.clock.now_ms();
        let token = token::exchange(&self.http, oauth, now).await?;
        let header = token.header().clone();
        self.tokens.keep(tokens_of(connection), token, now);
        Ok(header)
    }

    async fn connection_of(&self, arn: &str) -> Result<Connection, InvokeError> {
        let missing = || InvokeError::NoConnection(arn.to_owned());
        let (at, id) = ConnectionRef::of_arn(arn).ok_or_else(missing)?;
        self.store
            .get_json::<Connection>(CONNECTIONS, &at.key())
            .await?
            .filter(|connection| connection.id == id)
            .ok_or_else(missing)
    }
}

fn tokens_of(connection: &Connection) -> (String, i64) {
    (connection.arn(), connection.modified_ms)
}
