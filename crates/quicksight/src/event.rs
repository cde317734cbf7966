//! Events on the bus.

use aws::ids;
use serde_json::{Value, json};
use store::BusEvent;

use crate::asset::{Asset, Kind, Scope};

/// Returns an event as QuickSight emits it.
///
/// **Source**: "Amazon QuickSight events" in EventBridge's event reference.
fn event(scope: &Scope, detail_type: String, arn: &str, detail: &Value, now_ms: i64) -> BusEvent {
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

/// Returns an event of an asset: what became of it, and what `detail` has besides its id.
pub(crate) fn of_asset(
    scope: &Scope,
    kind: &Kind,
    asset: &Asset,
    what: &str,
    detail: &Value,
    now_ms: i64,
) -> BusEvent {
    let mut members = json!({kind.event_id: asset.id});
    for (name, value) in detail.as_object().into_iter().flatten() {
        members[name] = value.clone();
    }
    let name = format!("QuickSight {} {what}", kind.noun);
    event(scope, name, &asset.arn, &members, now_ms)
}

/// Says how making or changing an asset ended.
pub(crate) fn outcome(what: &str, status: &str) -> String {
    let outcome = if status.ends_with("FAILED") {
        "Failed"
    } else {
        "Successful"
    };
    format!("{what} {outcome}")
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
