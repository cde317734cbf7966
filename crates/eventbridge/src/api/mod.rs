//! The operations of `events`, a file per resource. Only these files know wire shapes.

mod api_destinations;
mod archives;
mod buses;
mod connection_auth;
mod connections;
pub(crate) mod errors;
mod list_rules;
mod patterns;
mod permissions;
mod put_events;
mod replays;
mod rules;
mod tags;
mod targets;

use std::sync::Arc;

use aws::{Operations, Service};
use serde::Serialize;

use crate::{EventBridge, rules::RuleState};

/// The output of an operation that answers nothing.
#[derive(Debug, Serialize)]
pub(crate) struct Nothing {}

impl Service for EventBridge {
    fn name(&self) -> &'static str {
        "events"
    }

    fn operations(self: Arc<Self>) -> Operations {
        Operations::new()
            // There are no managed rules, for which alone Force is.
            .accept("DeleteRule", &["Force"])
            .accept("RemoveTargets", &["Force"])
            .accept("PutEvents", &["Entries.TraceHeader"])
            .refuse("PutEvents", &["EndpointId"])
            .refuse("CreateEventBus", &["EventSourceName"])
            // Private endpoints are reached through VPC Lattice, which is not here.
            .refuse(
                "CreateConnection",
                &[
                    "InvocationConnectivityParameters",
                    "AuthParameters.ConnectivityParameters",
                ],
            )
            .refuse(
                "UpdateConnection",
                &[
                    "InvocationConnectivityParameters",
                    "AuthParameters.ConnectivityParameters",
                ],
            )
            .on(&self, "PutRule", |s: Arc<Self>, c, i| async move {
                s.put_rule(&c, i).await
            })
            .on(&self, "DescribeRule", |s: Arc<Self>, c, i| async move {
                s.describe_rule(&c, i).await
            })
            .on(&self, "ListRules", |s: Arc<Self>, c, i| async move {
                s.list_rules(&c, i).await
            })
            .on(&self, "DeleteRule", |s: Arc<Self>, c, i| async move {
                s.delete_rule(&c, i).await
            })
            .on(&self, "PutTargets", |s: Arc<Self>, c, i| async move {
                s.put_targets(&c, i).await
            })
            .on(&self, "RemoveTargets", |s: Arc<Self>, c, i| async move {
                s.remove_targets(&c, i).await
            })
            .on(
                &self,
                "ListTargetsByRule",
                |s: Arc<Self>, c, i| async move { s.list_targets_by_rule(&c, i).await },
            )
            .on(
                &self,
                "ListRuleNamesByTarget",
                |s: Arc<Self>, c, i| async move { s.list_rule_names_by_target(&c, i).await },
            )
            .on(&self, "PutEvents", |s: Arc<Self>, c, i| async move {
                s.put_events(&c, i).await
            })
            .on(&self, "TestEventPattern", |s: Arc<Self>, c, i| async move {
                s.test_event_pattern(&c, i).await
            })
            .on(&self, "CreateEventBus", |s: Arc<Self>, c, i| async move {
                s.create_event_bus(&c, i).await
            })
            .on(&self, "DescribeEventBus", |s: Arc<Self>, c, i| async move {
                s.describe_event_bus(&c, i).await
            })
            .on(&self, "UpdateEventBus", |s: Arc<Self>, c, i| async move {
                s.update_event_bus(&c, i).await
            })
            .on(&self, "ListEventBuses", |s: Arc<Self>, c, i| async move {
                s.list_event_buses(&c, i).await
            })
            .on(&self, "DeleteEventBus", |s: Arc<Self>, c, i| async move {
                s.delete_event_bus(&c, i).await
            })
            .on(&self, "PutPermission", |s: Arc<Self>, c, i| async move {
                s.put_permission(&c, i).await
            })
            .on(&self, "RemovePermission", |s: Arc<Self>, c, i| async move {
                s.remove_permission(&c, i).await
            })
            .on(&self, "TagResource", |s: Arc<Self>, c, i| async move {
                s.tag_resource(&c, i).await
            })
            .on(&self, "UntagResource", |s: Arc<Self>, c, i| async move {
                s.untag_resource(&c, i).await
            })
            .on(
                &self,
                "ListTagsForResource",
                |s: Arc<Self>, c, i| async move { s.list_tags_for_resource(&c, i).await },
            )
            .on(&self, "CreateArchive", |s: Arc<Self>, c, i| async move {
                s.create_archive(&c, i).await
            })
            .on(&self, "DescribeArchive", |s: Arc<Self>, c, i| async move {
                s.describe_archive(&c, i).await
            })
            .on(&self, "UpdateArchive", |s: Arc<Self>, c, i| async move {
                s.update_archive(&c, i).await
            })
            .on(&self, "ListArchives", |s: Arc<Self>, c, i| async move {
                s.list_archives(&c, i).await
            })
            .on(&self, "DeleteArchive", |s: Arc<Self>, c, i| async move {
                s.delete_archive(&c, i).await
            })
            .on(&self, "StartReplay", |s: Arc<Self>, c, i| async move {
                s.start_replay(&c, i).await
            })
            .on(&self, "DescribeReplay", |s: Arc<Self>, c, i| async move {
                s.describe_replay(&c, i).await
            })
            .on(&self, "ListReplays", |s: Arc<Self>, c, i| async move {
                s.list_replays(&c, i).await
            })
            .on(&self, "CancelReplay", |s: Arc<Self>, c, i| async move {
                s.cancel_replay(&c, i).await
            })
            .on(&self, "CreateConnection", |s: Arc<Self>, c, i| async move {
                s.create_connection(&c, i).await
            })
            .on(
                &self,
                "DescribeConnection",
                |s: Arc<Self>, c, i| async move { s.describe_connection(&c, i).await },
            )
            .on(&self, "UpdateConnection", |s: Arc<Self>, c, i| async move {
                s.update_connection(&c, i).await
            })
            .on(&self, "ListConnections", |s: Arc<Self>, c, i| async move {
                s.list_connections(&c, i).await
            })
            .on(&self, "DeleteConnection", |s: Arc<Self>, c, i| async move {
                s.delete_connection(&c, i).await
            })
            .on(
                &self,
                "DeauthorizeConnection",
                |s: Arc<Self>, c, i| async move { s.deauthorize_connection(&c, i).await },
            )
            .on(
                &self,
                "CreateApiDestination",
                |s: Arc<Self>, c, i| async move { s.create_api_destination(&c, i).await },
            )
            .on(
                &self,
                "DescribeApiDestination",
                |s: Arc<Self>, c, i| async move { s.describe_api_destination(&c, i).await },
            )
            .on(
                &self,
                "UpdateApiDestination",
                |s: Arc<Self>, c, i| async move { s.update_api_destination(&c, i).await },
            )
            .on(
                &self,
                "ListApiDestinations",
                |s: Arc<Self>, c, i| async move { s.list_api_destinations(&c, i).await },
            )
            .on(
                &self,
                "DeleteApiDestination",
                |s: Arc<Self>, c, i| async move { s.delete_api_destination(&c, i).await },
            )
            .on(&self, "EnableRule", |s: Arc<Self>, c, i| async move {
                s.set_rule_state(&c, i, RuleState::Enabled).await
            })
            .on(&self, "DisableRule", |s: Arc<Self>, c, i| async move {
                s.set_rule_state(&c, i, RuleState::Disabled).await
            })
            .whole()
    }
}
