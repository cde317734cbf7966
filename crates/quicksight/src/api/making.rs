//! What every kind of asset has in common when it is made.

use aws::ApiError;
use serde_json::Value;
use store::{Batch, Expect};

use super::request::Request;
use crate::{
    QuickSight,
    asset::{self, Asset, Kind, Scope},
};

/// An asset that is being made: the members that all kinds have are out of its request.
pub(super) struct Making {
    kind: &'static Kind,
    pub(super) scope: Scope,
    pub(super) asset: Asset,
    tags: Option<Value>,
    folders: Vec<String>,
}

impl Making {
    pub(super) fn begin(
        service: &QuickSight,
        kind: &'static Kind,
        request: &mut Request,
    ) -> Result<Self, ApiError> {
        let scope = request.scope.clone();
        let id = request.take_text(&format!("{}Id", kind.noun));
        let name = request.take_text("Name");
        let mut asset = Asset::new(kind, &scope, &id, &name, service.clock.now_ms());
        asset.permissions = request.take_as("Permissions")?;
        Ok(Self {
            kind,
            scope,
            asset,
            tags: request.take("Tags"),
            folders: request.take_as("FolderArns")?,
        })
    }

    /// Returns the batch that makes the asset, with its tags and in its folders.
    ///
    /// **Errors**: `ResourceNotFoundException` for a folder that is not there.
    pub(super) async fn batch(&self, service: &QuickSight) -> Result<Batch, ApiError> {
        let Self { kind, scope, .. } = self;
        let mut batch = Batch::new();
        self.asset.put(&mut batch, kind, scope, Expect::Absent)?;
        asset::put_tags(&mut batch, scope, &self.asset.arn, self.tags.as_ref())?;
        let (id, folders) = (&self.asset.id, &self.folders);
        asset::join(&service.store, &mut batch, scope, kind, id, folders).await?;
        Ok(batch)
    }

    /// **Errors**: `ResourceExistsException`.
    pub(super) async fn commit(
        self,
        service: &QuickSight,
        batch: Batch,
    ) -> Result<Asset, ApiError> {
        asset::commit_new(&service.store, batch, self.kind, &self.asset.id).await?;
        Ok(self.asset)
    }
}
