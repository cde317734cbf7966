//! Which state machine a data set is refreshed after.

use std::sync::Arc;

use aws::{ApiError, Context};
use serde_json::{Value, json};
use store::{Batch, Expect};

use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Scope},
    dataset::DataSet,
    error::invalid,
    schedule::{AFTER, After},
};

pub(super) async fn get(
    service: &QuickSight,
    context: &Context,
    id: &str,
) -> Result<Value, ApiError> {
    let scope = Scope::of(context);
    Asset::get(&service.store, &DATA_SET, &scope, id).await?;
    let found: Option<After> = service
        .store
        .get_json(AFTER, &scope.key(&[id]))
        .await
        .map_err(ApiError::internal)?;
    Ok(json!(found.unwrap_or_default()))
}

pub(super) async fn put(
    service: &Arc<QuickSight>,
    context: &Context,
    id: &str,
    after: After,
) -> Result<Value, ApiError> {
    let scope = Scope::of(context);
    let (asset, _) = Asset::get(&service.store, &DATA_SET, &scope, id).await?;
    if !DataSet::of(&asset).is_spice() {
        return Err(invalid("Only a SPICE data set is refreshed"));
    }
    let mut batch = Batch::new();
    match &after.state_machine_arn {
        Some(_) => {
            let put = batch.put_json(AFTER, scope.key(&[id]), &after, Expect::Any);
            put.map_err(ApiError::internal)?;
        }
        None => {
            batch.delete(AFTER, scope.key(&[id]));
        }
    }
    let kept = service.store.commit(batch).await;
    kept.map_err(ApiError::internal)?;
    Ok(json!(after))
}
