//! The service: what its handlers share, and which operations there are.

use std::sync::Arc;

use aws::{Operations, Service};
use store::{Clock, Store};
use tokio::sync::Notify;

use crate::api;

/// CloudWatch Logs on a store.
pub struct Logs {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    /// Told when there is something to sweep.
    pub(crate) swept: Arc<Notify>,
}

impl Logs {
    /// Returns the service; [`start`](Self::start) begins its background work.
    ///
    /// The store should be one of its own, so that many log lines do not hold up what else is committed.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            store,
            clock,
            swept: Arc::default(),
        })
    }
}

impl Service for Logs {
    fn name(&self) -> &'static str {
        "logs"
    }

    fn operations(self: Arc<Self>) -> Operations {
        Operations::new()
            .on(&self, "CreateLogGroup", api::groups::create)
            .on(&self, "DeleteLogGroup", api::groups::delete)
            .on(&self, "DescribeLogGroups", api::groups::describe)
            .on(&self, "PutLogGroupDeletionProtection", api::groups::protect)
            .on(&self, "CreateLogStream", api::streams::create)
            .on(&self, "DeleteLogStream", api::streams::delete)
            .on(&self, "DescribeLogStreams", api::streams::describe)
            .on(&self, "PutLogEvents", api::put::put)
            .on(&self, "GetLogEvents", api::get::get)
            .on(&self, "FilterLogEvents", api::filter::filter)
            .on(&self, "TestMetricFilter", api::filter::test)
            .on(&self, "PutRetentionPolicy", api::retention::put)
            .on(&self, "DeleteRetentionPolicy", api::retention::delete)
            .on(&self, "TagResource", api::tags::tag)
            .on(&self, "UntagResource", api::tags::untag)
            .on(&self, "ListTagsForResource", api::tags::list)
            .on(&self, "TagLogGroup", api::tags::tag_group)
            .on(&self, "UntagLogGroup", api::tags::untag_group)
            .on(&self, "ListTagsLogGroup", api::tags::list_group)
            .whole()
            // As AWS since 2023: uploads to one stream need no order.
            .accept("PutLogEvents", &["sequenceToken", "entity"])
            // As AWS: results are always interleaved.
            .accept("FilterLogEvents", &["interleaved"])
            // Nothing is masked, and there are no linked accounts.
            .accept("GetLogEvents", &["unmask"])
            .accept("FilterLogEvents", &["unmask"])
            .accept(
                "DescribeLogGroups",
                &["accountIdentifiers", "includeLinkedAccounts"],
            )
    }
}
