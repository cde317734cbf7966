//! The quick report: a visual for some columns, chosen by their types.

use aws::{ApiError, Context, ids};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Scope},
    dataset,
    error::invalid,
    principal::Caller,
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wish {
    data_set_id: String,
    #[serde(default)]
    columns: Vec<String>,
}

/// Answers a visual for the columns; for all of them where none are named.
pub(super) async fn suggest(
    service: &QuickSight,
    context: &Context,
    wish: Wish,
) -> Result<Value, ApiError> {
    let scope = Scope::of(context);
    let (asset, _) = Asset::get(&service.store, &DATA_SET, &scope, &wish.data_set_id).await?;
    let actions = ["quicksight:DescribeDataSet".to_owned()];
    let caller = Caller::of(service, &scope, &context.principal).await?;
    caller
        .check(service, &scope, &DATA_SET, &asset, &actions)
        .await?;
    let all = dataset::columns(service, &scope, &asset).await?;
    let mut wanted = Vec::new();
    for name in &wish.columns {
        let found = all.iter().find(|c| c.name == *name);
        wanted.push(found.ok_or_else(|| invalid(format!("Column {name} is not found")))?);
    }
    if wanted.is_empty() {
        wanted = all.iter().collect();
    }
    let wanted: Vec<visual::Column> = wanted.into_iter().map(dataset::seen).collect();
    Ok(json!({"visual": visual::suggest(&ids::base36(12), &asset.name, &wanted)}))
}
