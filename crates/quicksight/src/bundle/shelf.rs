//! Where the files of jobs are kept: an object layer that no one else sees.

use std::sync::Arc;

use objects::{Error, Objects, Owner, PutRequest};

use super::{Direction, Job};
use crate::asset::Scope;

const BUCKET: &str = "quicksight-bundles";

/// How long a URL of a file holds.
pub(crate) const URL_LIFETIME_MS: i64 = 300_000;

pub(crate) struct Shelf(Arc<Objects>);

fn key(scope: &Scope, direction: Direction, id: &str) -> String {
    format!(
        "{}/{}/{}/{id}",
        scope.account,
        scope.region,
        direction.name()
    )
}

impl Shelf {
    pub(crate) async fn open(objects: Arc<Objects>) -> Result<Self, Error> {
        match objects
            .create_bucket(BUCKET, &Owner::new("quicksight", "local"))
            .await
        {
            Ok(_) | Err(Error::BucketAlreadyOwnedByYou { .. }) => Ok(Self(objects)),
            Err(error) => Err(error),
        }
    }

    /// Puts a job's file; durable when this returns.
    pub(crate) async fn put(
        &self,
        scope: &Scope,
        direction: Direction,
        id: &str,
        body: Vec<u8>,
    ) -> Result<(), Error> {
        let key = key(scope, direction, id);
        self.0
            .put_bytes(BUCKET, &key, PutRequest::default(), body)
            .await
            .map(|_| ())
    }

    /// Returns a job's file, or nothing.
    pub(crate) async fn get(
        &self,
        scope: &Scope,
        direction: Direction,
        id: &str,
    ) -> Result<Option<Vec<u8>>, Error> {
        match self.0.get_bytes(BUCKET, &key(scope, direction, id)).await {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn delete(&self, scope: &Scope, job: &Job) -> Result<(), Error> {
        match self
            .0
            .delete(BUCKET, &key(scope, job.direction, &job.id))
            .await
        {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}
