//! DataFusion's way to the objects of any bucket.

use std::{collections::HashMap, fmt, sync::Arc};

use datafusion::common::DataFusionError;
use object_store::ObjectStore;
use objects::{Objects, bucket_as_object_store};

use crate::counting::{CountingStore, Scanned};

/// Buckets that are in an object layer of their own.
pub(super) type Mounts = Arc<HashMap<String, Arc<Objects>>>;

/// Gives DataFusion a counting store for any bucket.
#[derive(Clone)]
pub(super) struct BucketStores {
    pub(super) objects: Arc<Objects>,
    pub(super) mounts: Mounts,
    pub(super) scanned: Scanned,
}

impl fmt::Debug for BucketStores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BucketStores")
    }
}

impl datafusion::execution::object_store::ObjectStoreRegistry for BucketStores {
    fn register_store(
        &self,
        _: &url::Url,
        _: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, url: &url::Url) -> Result<Arc<dyn ObjectStore>, DataFusionError> {
        let bucket = url.host_str().unwrap_or("");
        let objects = self.mounts.get(bucket).unwrap_or(&self.objects);
        let inner = bucket_as_object_store(Arc::clone(objects), bucket);
        Ok(Arc::new(CountingStore {
            inner,
            scanned: self.scanned.clone(),
        }))
    }
}
