//! SPICE: a snapshot of each data set's rows, and the ingestions that make them.

mod catalog;
mod ingestion;
mod load;
mod request;
mod snapshot;
mod warm;
mod window;

use std::sync::Arc;

use objects::{Objects, Owner};

pub(crate) use catalog::Relations;
pub(crate) use ingestion::{Ingestion, RequestType, Source};
pub(crate) use request::{cancel, forget, request, resume};
pub(crate) use snapshot::{Snapshot, snapshot};
pub(crate) use window::check as check_window;

/// The bucket of the snapshots, in an object layer that no one else sees.
pub(crate) const BUCKET: &str = "quicksight-spice";
/// The schema that relations at hand are in.
pub(crate) const SCHEMA: &str = "quicksight";

/// Where snapshots are kept.
pub(crate) struct Spice {
    pub(crate) objects: Arc<Objects>,
}

impl Spice {
    pub(crate) async fn open(objects: Arc<Objects>) -> Result<Self, objects::Error> {
        // The owner is no account: the layer is for this alone.
        let owner = Owner::new("quicksight", "local");
        match objects.create_bucket(BUCKET, &owner).await {
            Ok(_) | Err(objects::Error::BucketAlreadyOwnedByYou { .. }) => Ok(Self { objects }),
            Err(error) => Err(error),
        }
    }
}
