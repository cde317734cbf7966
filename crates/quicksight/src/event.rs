//! Events on the bus.

use aws::ids;
use serde_json::Value;
use store::BusEvent;

use crate::asset::Scope;

/// Returns an event as QuickSight emits it.
///
/// **Source**: "Amazon QuickSight events" in EventBridge's event reference.
pub(crate) fn event(
    scope: &Scope,
    detail_type: String,
    arn: &str,
    detail: &Value,
    now_ms: i64,
) -> BusEvent {
    BusEvent {
        id: ids::uuid(),
        time_ms: now_ms,
        account: scope.account.clone(),
        region: scope.region.clone(),
        bus: "default".into(),
        source: "aws.quicksight".into(),
        detail_type,
        resources: vec![arn.to_owned()],
        detail: detail.to_string(),
        internal: false,
    }
}

/// Returns an event that AWS does not emit: views and lineage see it, rules do not.
pub(crate) fn internal(
    scope: &Scope,
    detail_type: &str,
    arn: &str,
    detail: &Value,
    now_ms: i64,
) -> BusEvent {
    BusEvent {
        internal: true,
        ..event(scope, detail_type.to_owned(), arn, detail, now_ms)
    }
}
