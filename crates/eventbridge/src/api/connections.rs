//! CreateConnection, DescribeConnection, UpdateConnection, ListConnections, DeauthorizeConnection, DeleteConnection.

use aws::{ApiError, Context, time};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Scan};

use super::{
    connection_auth::{AuthGiven, AuthShown, Had, resolve},
    errors,
    list_rules::page,
};
use crate::{
    EventBridge,
    connections::{CONNECTIONS, Connection, ConnectionRef, ConnectionState, Method, Parameters},
    id,
};

/// AWS's quota for a region.
const MOST: usize = 3_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateConnection {
    name: String,
    description: Option<String>,
    authorization_type: Method,
    auth_parameters: AuthGiven,
    kms_key_identifier: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateConnection {
    name: String,
    description: Option<String>,
    authorization_type: Option<Method>,
    auth_parameters: Option<AuthGiven>,
    kms_key_identifier: Option<String>,
}

/// The input of DescribeConnection, DeauthorizeConnection and DeleteConnection.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConnectionNamed {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListConnections {
    name_prefix: Option<String>,
    connection_state: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

/// The output of what changes a connection.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConnectionPut {
    connection_arn: String,
    connection_state: &'static str,
    creation_time: f64,
    last_modified_time: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_authorized_time: Option<f64>,
}

impl ConnectionPut {
    fn of(connection: &Connection, state: &'static str) -> Self {
        Self {
            connection_arn: connection.arn(),
            connection_state: state,
            creation_time: time::from_millis(connection.created_ms),
            last_modified_time: time::from_millis(connection.modified_ms),
            last_authorized_time: connection.authorized_ms.map(time::from_millis),
        }
    }
}

/// A connection as it is listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConnectionListed {
    #[serde(flatten)]
    put: ConnectionPut,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_reason: Option<String>,
    authorization_type: &'static str,
}

impl ConnectionListed {
    fn of(connection: &Connection) -> Self {
        Self {
            put: ConnectionPut::of(connection, connection.state.word()),
            name: connection.at.name.clone(),
            state_reason: connection.state_reason.clone(),
            authorization_type: connection.method.word(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConnectionShown {
    #[serde(flatten)]
    listed: ConnectionListed,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_identifier: Option<String>,
    secret_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_parameters: Option<AuthShown>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConnectionsListed {
    connections: Vec<ConnectionListed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

fn named(context: &Context, name: &str) -> ConnectionRef {
    ConnectionRef {
        account: context.account().to_owned(),
        region: context.region().to_owned(),
        name: name.to_owned(),
    }
}

/// Basic and API keys authorize as they are; OAuth is authorized once a token was given.
fn begin(connection: &mut Connection, now_ms: i64) {
    connection.state_reason = None;
    if connection.method == Method::OAuth {
        connection.state = ConnectionState::Authorizing;
    } else {
        connection.state = ConnectionState::Authorized;
        connection.authorized_ms = Some(now_ms);
    }
}

impl EventBridge {
    pub(super) async fn connection(
        &self,
        at: &ConnectionRef,
    ) -> Result<Option<Connection>, ApiError> {
        let found = self.store.get_json(CONNECTIONS, &at.key()).await;
        found.map_err(errors::store)
    }

    async fn put_connection(
        &self,
        connection: &Connection,
        expect: Expect,
    ) -> Result<(), ApiError> {
        let mut batch = Batch::new();
        batch
            .put_json(CONNECTIONS, connection.at.key(), connection, expect)
            .map_err(errors::store)?;
        self.plan_authorization(&mut batch, connection)
            .map_err(errors::store)?;
        self.store.commit(batch).await.map_err(errors::store)?;
        self.authorizations_wake.notify_one();
        Ok(())
    }

    /// Reads a connection, changes it and stores it, if nobody else has changed it meanwhile.
    async fn change_connection(
        &self,
        at: &ConnectionRef,
        change: impl FnOnce(&mut Connection) -> Result<(), ApiError>,
    ) -> Result<Connection, ApiError> {
        let record = self.store.get(CONNECTIONS, &at.key()).await;
        let record = record
            .map_err(errors::store)?
            .ok_or_else(|| errors::no_connection(&at.name))?;
        let mut connection: Connection = record.json().map_err(errors::store)?;
        // Later than before: tokens are kept by this time.
        connection.modified_ms = self.clock.now_ms().max(connection.modified_ms + 1);
        change(&mut connection)?;
        self.put_connection(&connection, Expect::Version(record.version))
            .await?;
        Ok(connection)
    }

    pub(super) async fn create_connection(
        &self,
        context: &Context,
        input: CreateConnection,
    ) -> Result<ConnectionPut, ApiError> {
        let at = named(context, &input.name);
        let had = Had {
            auth: None,
            parameters: Parameters::default(),
        };
        let method = input.authorization_type;
        let (auth, parameters) = resolve(method, Some(input.auth_parameters), had)?;
        let _alone = self.changes.lock().await;
        if self.connection(&at).await?.is_some() {
            return Err(errors::connection_exists(&at.name));
        }
        if self.connections(context).await?.len() >= MOST {
            return Err(errors::limit());
        }
        let now = self.clock.now_ms();
        let mut connection = Connection {
            v: 1,
            at,
            id: id::new_id(),
            description: input.description,
            kms_key: input.kms_key_identifier,
            state: ConnectionState::Authorizing,
            state_reason: None,
            method,
            auth: Some(auth),
            parameters,
            created_ms: now,
            modified_ms: now,
            authorized_ms: None,
        };
        begin(&mut connection, now);
        self.put_connection(&connection, Expect::Absent).await?;
        Ok(ConnectionPut {
            last_authorized_time: None,
            ..ConnectionPut::of(&connection, connection.state.word())
        })
    }

    /// Changes what is given; the connection is authorized anew.
    pub(super) async fn update_connection(
        &self,
        context: &Context,
        input: UpdateConnection,
    ) -> Result<ConnectionPut, ApiError> {
        let now = self.clock.now_ms();
        let change = |connection: &mut Connection| {
            let method = input.authorization_type.unwrap_or(connection.method);
            let had = Had {
                auth: connection.auth.take(),
                parameters: std::mem::take(&mut connection.parameters),
            };
            let (auth, parameters) = resolve(method, input.auth_parameters, had)?;
            connection.auth = Some(auth);
            connection.parameters = parameters;
            connection.method = method;
            connection.description = input.description.or(connection.description.take());
            connection.kms_key = input.kms_key_identifier.or(connection.kms_key.take());
            begin(connection, now);
            Ok(())
        };
        let at = named(context, &input.name);
        let changed = self.change_connection(&at, change).await?;
        Ok(ConnectionPut::of(&changed, changed.state.word()))
    }

    /// Forgets the credentials and parameters; UpdateConnection gives new ones.
    pub(super) async fn deauthorize_connection(
        &self,
        context: &Context,
        input: ConnectionNamed,
    ) -> Result<ConnectionPut, ApiError> {
        let at = named(context, &input.name);
        let changed = self.change_connection(&at, |connection| {
            connection.auth = None;
            connection.parameters = Parameters::default();
            connection.state = ConnectionState::Deauthorized;
            connection.state_reason = None;
            Ok(())
        });
        Ok(ConnectionPut::of(&changed.await?, "DEAUTHORIZING"))
    }

    pub(super) async fn describe_connection(
        &self,
        context: &Context,
        input: ConnectionNamed,
    ) -> Result<ConnectionShown, ApiError> {
        let at = named(context, &input.name);
        let found = self.connection(&at).await?;
        let connection = found.ok_or_else(|| errors::no_connection(&at.name))?;
        Ok(ConnectionShown {
            listed: ConnectionListed::of(&connection),
            secret_arn: connection.secret_arn(),
            auth_parameters: AuthShown::of(&connection),
            description: connection.description,
            kms_key_identifier: connection.kms_key,
        })
    }

    async fn connections(&self, context: &Context) -> Result<Vec<Connection>, ApiError> {
        let scan = Scan::prefix(&[context.account(), context.region()]);
        let kept = self.store.scan_json::<Connection>(CONNECTIONS, &scan).await;
        let kept = kept.map_err(errors::store)?;
        Ok(kept.into_iter().map(|(_, connection)| connection).collect())
    }

    pub(super) async fn list_connections(
        &self,
        context: &Context,
        input: ListConnections,
    ) -> Result<ConnectionsListed, ApiError> {
        let prefix = input.name_prefix.unwrap_or_default();
        let state = input.connection_state.as_deref();
        let mut wanted = self.connections(context).await?;
        wanted.retain(|connection| {
            connection.at.name.starts_with(&prefix)
                && state.is_none_or(|state| state == connection.state.word())
        });
        let token = input.next_token.as_deref();
        let (page, next_token) = page(wanted, |c| &c.at.name, token, input.limit)?;
        Ok(ConnectionsListed {
            connections: page.iter().map(ConnectionListed::of).collect(),
            next_token,
        })
    }

    pub(super) async fn delete_connection(
        &self,
        context: &Context,
        input: ConnectionNamed,
    ) -> Result<ConnectionPut, ApiError> {
        let at = named(context, &input.name);
        let found = self.connection(&at).await?;
        let connection = found.ok_or_else(|| errors::no_connection(&at.name))?;
        let mut batch = Batch::new();
        batch.delete(CONNECTIONS, at.key());
        self.drop_authorization(&mut batch, &at);
        self.store.commit(batch).await.map_err(errors::store)?;
        Ok(ConnectionPut::of(&connection, "DELETING"))
    }
}
