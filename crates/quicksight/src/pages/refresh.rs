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
    principal::Caller,
    schedule::{AFTER, After},
};

/// Returns a data set that the caller may do that with.
async fn find(
    service: &QuickSight,
    context: &Context,
    id: &str,
    action: &str,
) -> Result<(Scope, Asset), ApiError> {
    let scope = Scope::of(context);
    let (asset, _) = Asset::get(&service.store, &DATA_SET, &scope, id).await?;
    let caller = Caller::of(service, &scope, &context.principal).await?;
    let actions = [format!("quicksight:{action}")];
    caller
        .check(service, &scope, &DATA_SET, &asset, &actions)
        .await?;
    Ok((scope, asset))
}

pub(super) async fn get(
    service: &QuickSight,
    context: &Context,
    id: &str,
) -> Result<Value, ApiError> {
    let (scope, _) = find(service, context, id, "DescribeDataSet").await?;
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
    let (scope, asset) = find(service, context, id, "UpdateDataSet").await?;
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
