//! What is in folders.

use aws::ApiError;
use store::{Batch, Store};

use super::{Asset, FOLDER, Kind, Scope};

/// Members of folders: folder, kind, id.
const MEMBERS: &str = "quicksight/folder-members";
/// The same from the other side: kind, id, folder.
const FOLDERS_OF: &str = "quicksight/folders-of";

/// Puts an asset into folders, in the batch that makes it.
///
/// **Errors**: `ResourceNotFoundException` for a folder that is not there.
pub(crate) async fn join(
    store: &Store,
    batch: &mut Batch,
    scope: &Scope,
    kind: &Kind,
    id: &str,
    folders: &[String],
) -> Result<(), ApiError> {
    for arn in folders {
        let folder = Asset::by_arn(store, &FOLDER, scope, arn).await?;
        batch.put(MEMBERS, scope.key(&[&folder.id, kind.arn, id]), "1");
        batch.put(FOLDERS_OF, scope.key(&[kind.arn, id, &folder.id]), "1");
    }
    Ok(())
}

/// Takes an asset out of a folder.
pub(crate) fn leave(batch: &mut Batch, scope: &Scope, kind: &Kind, id: &str, folder: &str) {
    batch.delete(MEMBERS, scope.key(&[folder, kind.arn, id]));
    batch.delete(FOLDERS_OF, scope.key(&[kind.arn, id, folder]));
}

/// Returns the ids of the folders that an asset is in.
pub(crate) async fn folders_of(
    store: &Store,
    scope: &Scope,
    kind: &Kind,
    id: &str,
) -> Result<Vec<String>, ApiError> {
    let rows = store.scan(FOLDERS_OF, &scope.scan(&[kind.arn, id])).await;
    let rows = rows.map_err(ApiError::internal)?;
    Ok(rows
        .into_iter()
        .filter_map(|(key, _)| key.parts().pop())
        .collect())
}

/// Returns the members of a folder: their ARNs' kinds and their ids.
pub(crate) async fn members_of(
    store: &Store,
    scope: &Scope,
    folder: &str,
) -> Result<Vec<(String, String)>, ApiError> {
    let rows = store.scan(MEMBERS, &scope.scan(&[folder])).await;
    let rows = rows.map_err(ApiError::internal)?;
    Ok(rows
        .into_iter()
        .filter_map(|(key, _)| {
            let mut parts = key.parts();
            let id = parts.pop()?;
            Some((parts.pop()?, id))
        })
        .collect())
}
