//! CreateApiDestination, DescribeApiDestination, UpdateApiDestination, ListApiDestinations, DeleteApiDestination.

use std::collections::HashSet;

use aws::{ApiError, Context, time};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Scan};

use super::{Nothing, errors, list_rules::page};
use crate::{
    EventBridge,
    connections::{CONNECTIONS, Connection, ConnectionRef, ConnectionState, check_endpoint},
    destinations::{API_DESTINATIONS, ApiDestination, DestinationRef},
    id,
};

/// AWS's quota for a region.
const MOST: usize = 3_000;

/// AWS's default.
const DEFAULT_RATE: u32 = 300;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateApiDestination {
    name: String,
    description: Option<String>,
    connection_arn: String,
    invocation_endpoint: String,
    http_method: String,
    invocation_rate_limit_per_second: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateApiDestination {
    name: String,
    description: Option<String>,
    connection_arn: Option<String>,
    invocation_endpoint: Option<String>,
    http_method: Option<String>,
    invocation_rate_limit_per_second: Option<u32>,
}

/// The input of DescribeApiDestination and DeleteApiDestination.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DestinationNamed {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListApiDestinations {
    name_prefix: Option<String>,
    connection_arn: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

/// The output of CreateApiDestination and UpdateApiDestination.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DestinationPut {
    api_destination_arn: String,
    api_destination_state: &'static str,
    creation_time: f64,
    last_modified_time: f64,
}

/// An API destination as described and, without its description, as listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DestinationShown {
    #[serde(flatten)]
    put: DestinationPut,
    name: String,
    /// Described alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    connection_arn: String,
    invocation_endpoint: String,
    http_method: String,
    invocation_rate_limit_per_second: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DestinationsListed {
    api_destinations: Vec<DestinationShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

fn named(context: &Context, name: &str) -> DestinationRef {
    DestinationRef {
        account: context.account().to_owned(),
        region: context.region().to_owned(),
        name: name.to_owned(),
    }
}

fn check_url(endpoint: &str) -> Result<(), ApiError> {
    match check_endpoint(endpoint) {
        Ok(_) => Ok(()),
        Err(reason) => Err(errors::bad_parameter("InvocationEndpoint", &reason)),
    }
}

/// A destination is active while its connection is authorized.
fn put(of: &ApiDestination, is_active: bool) -> DestinationPut {
    DestinationPut {
        api_destination_arn: of.arn(),
        api_destination_state: if is_active { "ACTIVE" } else { "INACTIVE" },
        creation_time: time::from_millis(of.created_ms),
        last_modified_time: time::from_millis(of.modified_ms),
    }
}

fn shown(of: ApiDestination, is_active: bool) -> DestinationShown {
    DestinationShown {
        put: put(&of, is_active),
        name: of.at.name,
        description: of.description,
        connection_arn: of.connection_arn,
        invocation_endpoint: of.endpoint,
        http_method: of.method,
        invocation_rate_limit_per_second: of.rate_per_second,
    }
}

impl EventBridge {
    /// Tells whether the connection is authorized; fails when there is none.
    async fn require_connection(&self, arn: &str) -> Result<bool, ApiError> {
        let Some((at, id)) = ConnectionRef::of_arn(arn) else {
            return Err(errors::not_an_arn(arn));
        };
        let found = self.connection(&at).await?.filter(|found| found.id == id);
        let connection = found.ok_or_else(|| errors::no_connection(&at.name))?;
        Ok(connection.state == ConnectionState::Authorized)
    }

    async fn is_active(&self, of: &ApiDestination) -> Result<bool, ApiError> {
        match self.require_connection(&of.connection_arn).await {
            Err(error) if error.code == "ResourceNotFoundException" => Ok(false),
            other => other,
        }
    }

    async fn put_destination(&self, of: &ApiDestination, expect: Expect) -> Result<(), ApiError> {
        let mut batch = Batch::new();
        batch
            .put_json(API_DESTINATIONS, of.at.key(), of, expect)
            .map_err(errors::store)?;
        self.store.commit(batch).await.map_err(errors::store)
    }

    async fn destination(&self, at: &DestinationRef) -> Result<Option<ApiDestination>, ApiError> {
        let found = self.store.get_json(API_DESTINATIONS, &at.key()).await;
        found.map_err(errors::store)
    }

    async fn destinations(&self, context: &Context) -> Result<Vec<ApiDestination>, ApiError> {
        let scan = Scan::prefix(&[context.account(), context.region()]);
        let kept = self
            .store
            .scan_json::<ApiDestination>(API_DESTINATIONS, &scan);
        let kept = kept.await.map_err(errors::store)?;
        Ok(kept.into_iter().map(|(_, found)| found).collect())
    }

    pub(super) async fn create_api_destination(
        &self,
        context: &Context,
        input: CreateApiDestination,
    ) -> Result<DestinationPut, ApiError> {
        check_url(&input.invocation_endpoint)?;
        let at = named(context, &input.name);
        let _alone = self.changes.lock().await;
        if self.destination(&at).await?.is_some() {
            return Err(errors::api_destination_exists(&at.name));
        }
        let is_active = self.require_connection(&input.connection_arn).await?;
        if self.destinations(context).await?.len() >= MOST {
            return Err(errors::limit());
        }
        let now = self.clock.now_ms();
        let made = ApiDestination {
            v: 1,
            at,
            id: id::new_id(),
            description: input.description,
            connection_arn: input.connection_arn,
            endpoint: input.invocation_endpoint,
            method: input.http_method,
            rate_per_second: input
                .invocation_rate_limit_per_second
                .unwrap_or(DEFAULT_RATE),
            created_ms: now,
            modified_ms: now,
        };
        self.put_destination(&made, Expect::Absent).await?;
        Ok(put(&made, is_active))
    }

    pub(super) async fn update_api_destination(
        &self,
        context: &Context,
        input: UpdateApiDestination,
    ) -> Result<DestinationPut, ApiError> {
        if let Some(endpoint) = &input.invocation_endpoint {
            check_url(endpoint)?;
        }
        if let Some(arn) = &input.connection_arn {
            self.require_connection(arn).await?;
        }
        let at = named(context, &input.name);
        let _alone = self.changes.lock().await;
        let found = self.destination(&at).await?;
        let old = found.ok_or_else(|| errors::no_api_destination(&at.name))?;
        let made = ApiDestination {
            description: input.description.or(old.description),
            connection_arn: input.connection_arn.unwrap_or(old.connection_arn),
            endpoint: input.invocation_endpoint.unwrap_or(old.endpoint),
            method: input.http_method.unwrap_or(old.method),
            rate_per_second: input
                .invocation_rate_limit_per_second
                .unwrap_or(old.rate_per_second),
            modified_ms: self.clock.now_ms(),
            ..old
        };
        self.put_destination(&made, Expect::Present).await?;
        let is_active = self.is_active(&made).await?;
        Ok(put(&made, is_active))
    }

    pub(super) async fn describe_api_destination(
        &self,
        context: &Context,
        input: DestinationNamed,
    ) -> Result<DestinationShown, ApiError> {
        let at = named(context, &input.name);
        let found = self.destination(&at).await?;
        let found = found.ok_or_else(|| errors::no_api_destination(&at.name))?;
        let is_active = self.is_active(&found).await?;
        Ok(shown(found, is_active))
    }

    pub(super) async fn list_api_destinations(
        &self,
        context: &Context,
        input: ListApiDestinations,
    ) -> Result<DestinationsListed, ApiError> {
        let prefix = input.name_prefix.unwrap_or_default();
        let connection = input.connection_arn.as_deref();
        let mut wanted = self.destinations(context).await?;
        wanted.retain(|found| {
            found.at.name.starts_with(&prefix)
                && connection.is_none_or(|arn| arn == found.connection_arn)
        });
        let token = input.next_token.as_deref();
        let (page, next_token) = page(wanted, |d| &d.at.name, token, input.limit)?;
        let scan = Scan::prefix(&[context.account(), context.region()]);
        let connections = self.store.scan_json::<Connection>(CONNECTIONS, &scan).await;
        let authorized: HashSet<String> = connections
            .map_err(errors::store)?
            .into_iter()
            .filter(|(_, connection)| connection.state == ConnectionState::Authorized)
            .map(|(_, connection)| connection.arn())
            .collect();
        let shown = page.into_iter().map(|found| {
            let is_active = authorized.contains(&found.connection_arn);
            DestinationShown {
                description: None,
                ..shown(found, is_active)
            }
        });
        Ok(DestinationsListed {
            api_destinations: shown.collect(),
            next_token,
        })
    }

    pub(super) async fn delete_api_destination(
        &self,
        context: &Context,
        input: DestinationNamed,
    ) -> Result<Nothing, ApiError> {
        let at = named(context, &input.name);
        let _alone = self.changes.lock().await;
        let found = self.destination(&at).await?;
        found.ok_or_else(|| errors::no_api_destination(&at.name))?;
        let mut batch = Batch::new();
        batch.delete(API_DESTINATIONS, at.key());
        self.store.commit(batch).await.map_err(errors::store)?;
        Ok(Nothing {})
    }
}
