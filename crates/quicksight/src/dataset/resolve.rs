//! The data sets that a data set stands on.

use std::collections::HashMap;

use aws::ApiError;
use futures::{FutureExt, future::BoxFuture};

use super::{Column, DataSet, compile::compile};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Scope},
    error::invalid,
    report,
};

/// Data sets may stand on one another this deep.
const DEPTH_MAX: usize = 10;

/// The columns of the data sets that a data set stands on, by ARN.
pub(crate) type Parents = HashMap<String, Vec<Column>>;

/// Returns the columns of what a data set stands on.
///
/// **Errors**: `ResourceNotFoundException` for one that is not there; `InvalidParameterValueException` for one
/// that cannot be compiled.
pub(crate) async fn parents(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
) -> Result<Parents, ApiError> {
    of(service, scope, asset, 0).await
}

fn of<'a>(
    service: &'a QuickSight,
    scope: &'a Scope,
    asset: &'a Asset,
    depth: usize,
) -> BoxFuture<'a, Result<Parents, ApiError>> {
    async move {
        let mut found = Parents::new();
        let tables = DataSet::of(asset).logical();
        let tables = tables.map_err(|e| invalid(format!("LogicalTableMap: {e}")))?;
        for arn in tables
            .values()
            .filter_map(|t| t.source.data_set_arn.as_ref())
        {
            if depth >= DEPTH_MAX {
                return Err(invalid(
                    "Data sets refer to one another in a circle, or too deep",
                ));
            }
            let parent = Asset::by_arn(&service.store, &DATA_SET, scope, arn).await?;
            let above = of(service, scope, &parent, depth + 1).await?;
            let now = report::now(service);
            let compiled = compile(&DataSet::of(&parent), &above, false, now).map_err(invalid)?;
            found.insert(arn.clone(), compiled.columns);
        }
        Ok(found)
    }
    .boxed()
}
