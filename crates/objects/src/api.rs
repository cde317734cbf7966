//! The object layer's interface; what is not built yet answers so.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use futures::Stream;
use store::{Clock, Store};

use crate::{
    Bucket, ByteRange, Caller, CopyRequest, DeleteTarget, Deleted, Error, GetRequest, Got,
    ListRequest, Listing, ObjectInfo, ObjectStream, Owner, PutRequest, Versioning,
};

/// Buckets and objects. Names of buckets are global, as S3's; each has an owning account and region.
pub struct Objects {
    store: Store,
    clock: Arc<dyn Clock>,
}

fn later<T>() -> Result<T, Error> {
    Err(Error::InvalidArgument {
        what: "not built yet".into(),
    })
}

impl Objects {
    /// Opens the object layer on its store and its folder for larger bodies, and sweeps what no object owns.
    pub async fn open(
        store: Store,
        _dir: &Path,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, Error> {
        Ok(Arc::new(Self { store, clock }))
    }

    /// The store, whose bus carries `Object Created` and `Object Deleted`.
    pub fn store(&self) -> &Store {
        let _ = &self.clock;
        &self.store
    }

    /// Carries the events of the object store's bus over to another store's, each once, until dropped.
    pub async fn relay_events(self: Arc<Self>, _to: Store) -> Result<(), Error> {
        later()
    }

    /// Creates a bucket. Errors: [`Error::BucketAlreadyOwnedByYou`], [`Error::BucketAlreadyExists`], [`Error::InvalidBucketName`].
    pub async fn create_bucket(&self, _name: &str, _owner: &Owner) -> Result<Bucket, Error> {
        later()
    }

    pub async fn head_bucket(&self, _name: &str) -> Result<Bucket, Error> {
        later()
    }

    /// Returns an account's buckets by name.
    pub async fn list_buckets(&self, _account: &str) -> Result<Vec<Bucket>, Error> {
        later()
    }

    /// Deletes an empty bucket. Errors: [`Error::BucketNotEmpty`].
    pub async fn delete_bucket(&self, _name: &str) -> Result<(), Error> {
        later()
    }

    pub async fn set_versioning(
        &self,
        _bucket: &str,
        _versioning: Versioning,
    ) -> Result<(), Error> {
        later()
    }

    /// Turns on or off the bucket's events to EventBridge.
    pub async fn set_event_bridge(&self, _bucket: &str, _on: bool) -> Result<(), Error> {
        later()
    }

    pub async fn set_bucket_tags(
        &self,
        _bucket: &str,
        _tags: Vec<(String, String)>,
    ) -> Result<(), Error> {
        later()
    }

    /// Keeps a configuration document (`cors`, `policy`, `lifecycle`, …), or removes it.
    pub async fn set_document(
        &self,
        _bucket: &str,
        _name: &str,
        _document: Option<String>,
    ) -> Result<(), Error> {
        later()
    }

    /// Writes an object: durable and visible whole when this returns, else not there at all. The body is
    /// streamed; `Ok` of any chunk size.
    pub async fn put<S, E>(
        &self,
        _bucket: &str,
        _key: &str,
        _request: PutRequest,
        _body: S,
    ) -> Result<ObjectInfo, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        later()
    }

    pub async fn put_bytes(
        &self,
        _bucket: &str,
        _key: &str,
        _request: PutRequest,
        _body: impl Into<Bytes>,
    ) -> Result<ObjectInfo, Error> {
        later()
    }

    /// Reads an object or a range of it.
    pub async fn get(
        &self,
        _bucket: &str,
        _key: &str,
        _range: Option<ByteRange>,
    ) -> Result<(ObjectInfo, ObjectStream), Error> {
        later()
    }

    /// Reads an object with everything that S3's GetObject can ask.
    pub async fn get_with(
        &self,
        _bucket: &str,
        _key: &str,
        _request: GetRequest,
    ) -> Result<Got, Error> {
        later()
    }

    /// Reads a whole object that the caller knows to be small.
    pub async fn get_bytes(&self, _bucket: &str, _key: &str) -> Result<Bytes, Error> {
        later()
    }

    pub async fn head(&self, _bucket: &str, _key: &str) -> Result<ObjectInfo, Error> {
        later()
    }

    pub async fn delete(&self, _bucket: &str, _key: &str) -> Result<Deleted, Error> {
        later()
    }

    /// Deletes objects one by one; answers in the order of the targets.
    pub async fn delete_many(
        &self,
        _bucket: &str,
        _targets: Vec<DeleteTarget>,
        _caller: &Caller,
    ) -> Result<Vec<Result<Deleted, Error>>, Error> {
        later()
    }

    /// Copies an object by its metadata; the bytes are shared.
    pub async fn copy(
        &self,
        _bucket: &str,
        _key: &str,
        _request: CopyRequest,
    ) -> Result<ObjectInfo, Error> {
        later()
    }

    pub async fn list(&self, _bucket: &str, _request: &ListRequest) -> Result<Listing, Error> {
        later()
    }
}
