//! The operations: a file per resource.

mod aliases;
mod analyses;
mod bundles;
mod dashboards;
mod data_sets;
mod data_sources;
mod definition;
mod embed;
mod folders;
mod groups;
mod guard;
mod ingestions;
mod list;
mod making;
mod permissions;
mod refresh_schedules;
mod request;
mod search;
mod sheets;
mod snapshot_jobs;
mod tags;
mod templates;
mod themes;
mod users;
mod versioned;

use std::sync::Arc;

use aws::Operations;

use crate::QuickSight;

pub(crate) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    let operations = data_sources::operations(service, operations);
    let operations = data_sets::operations(service, operations);
    let operations = ingestions::operations(service, operations);
    let operations = analyses::operations(service, operations);
    let operations = dashboards::operations(service, operations);
    let operations = templates::operations(service, operations);
    let operations = themes::operations(service, operations);
    let operations = aliases::operations(service, operations);
    let operations = snapshot_jobs::operations(service, operations);
    let operations = bundles::operations(service, operations);
    let operations = folders::operations(service, operations);
    let operations = users::operations(service, operations);
    let operations = groups::operations(service, operations);
    let operations = embed::operations(service, operations);
    let operations = refresh_schedules::operations(service, operations);
    let operations = permissions::operations(service, operations);
    let operations = search::operations(service, operations);
    tags::operations(service, operations).guarded(service, guard::guard)
}
