//! What a data set's figures are computed from: its snapshot, or Athena.

use aws::{ApiError, Principal};

use super::access::{self, Viewer};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Scope},
    dataset::{self, Column, DataSet, What, quoted},
    error::conflict,
    source::{Athena, SourceError},
    spice::{self, Relations, SCHEMA},
};

/// The most rows of a data set of rules.
const RULES_MAX: usize = 10_000;

/// A data set, ready to be asked.
pub(super) struct Backing {
    pub(super) columns: Vec<Column>,
    /// A `SELECT` of the rows and columns that the viewer may see.
    pub(super) relation: String,
    pub(super) place: Place,
}

/// Who answers.
pub(super) enum Place {
    Spice {
        relations: Relations,
        /// Changes with the rows: names the snapshots that are read.
        edition: String,
        taken_ms: i64,
    },
    Athena {
        work_group: String,
    },
}

/// Returns what a data set's figures are computed from, for one viewer.
///
/// **Errors**: `ConflictException` for a SPICE data set without rows yet.
pub(super) async fn backing(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
    viewer: &Viewer,
) -> Result<Backing, ApiError> {
    let mut found = unrestricted(service, scope, asset).await?;
    let hidden = access::hidden(asset, viewer)?;
    let rows = access::rows(service, scope, asset, &found.columns, viewer).await?;
    if !hidden.is_empty() || rows.is_some() {
        found.columns.retain(|c| !hidden.contains(&c.name));
        let names: Vec<String> = found.columns.iter().map(|c| quoted(&c.name)).collect();
        let condition = rows.map(|r| format!(" WHERE {r}")).unwrap_or_default();
        // The condition may be about columns that are hidden.
        found.relation = format!(
            "SELECT {} FROM (\n{}\n) AS t{condition}",
            names.join(", "),
            found.relation
        );
    }
    Ok(found)
}

async fn unrestricted(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
) -> Result<Backing, ApiError> {
    if DataSet::of(asset).is_spice() {
        let mut relations = Relations::default();
        let added = add(service, scope, asset, "snapshot", &mut relations).await?;
        let (columns, edition, taken_ms) = added;
        let names: Vec<String> = columns.iter().map(|c| quoted(&c.name)).collect();
        return Ok(Backing {
            relation: format!("SELECT {} FROM \"snapshot\"", names.join(", ")),
            columns,
            place: Place::Spice {
                relations,
                edition,
                taken_ms,
            },
        });
    }
    if let Some(found) = over_snapshots(service, scope, asset).await? {
        return Ok(found);
    }
    let direct = dataset::direct(service, scope, asset).await?;
    Ok(Backing {
        columns: direct.columns,
        relation: direct.sql,
        place: Place::Athena {
            work_group: direct.work_group,
        },
    })
}

/// A data set that stands on SPICE data sets alone is answered by their snapshots.
async fn over_snapshots(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
) -> Result<Option<Backing>, ApiError> {
    let compiled = dataset::compiled(service, scope, asset).await?;
    let mut relations = Relations::default();
    let (mut edition, mut taken_ms) = (String::new(), i64::MAX);
    for input in &compiled.inputs {
        let What::Parent(arn) = &input.what else {
            return Ok(None);
        };
        let parent = Asset::by_arn(&service.store, &DATA_SET, scope, arn).await?;
        if !DataSet::of(&parent).is_spice() {
            return Ok(None);
        }
        let (_, one, taken) = add(service, scope, &parent, &input.name, &mut relations).await?;
        edition.push_str(&one);
        taken_ms = taken_ms.min(taken);
    }
    Ok((!compiled.inputs.is_empty()).then_some(Backing {
        columns: compiled.columns,
        relation: compiled.sql,
        place: Place::Spice {
            relations,
            edition,
            taken_ms,
        },
    }))
}

/// Adds a data set's snapshot to relations.
async fn add(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
    name: &str,
    relations: &mut Relations,
) -> Result<(Vec<Column>, String, i64), ApiError> {
    let snapshot = spice::snapshot(service, scope, &asset.id).await?;
    let snapshot = snapshot.ok_or_else(|| {
        conflict(format!(
            "Data set {} has not been ingested into SPICE yet",
            asset.name
        ))
    })?;
    relations.add(name, snapshot.relation());
    Ok((snapshot.columns(), snapshot.prefix, snapshot.taken_ms))
}

/// Returns a data set's names and rows as they are, for rules.
pub(super) async fn whole(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
) -> Result<(Vec<String>, Vec<Vec<Option<String>>>), ApiError> {
    let found = unrestricted(service, scope, asset).await?;
    let names = found.columns.iter().map(|c| c.name.clone()).collect();
    let rows = ask(service, scope, &found.place, &found.relation, RULES_MAX).await;
    let rows = rows.map_err(|e| conflict(format!("The rules cannot be read: {e}")))?;
    Ok((names, rows))
}

/// Runs a query where a data set's rows are.
pub(super) async fn ask(
    service: &QuickSight,
    scope: &Scope,
    place: &Place,
    sql: &str,
    limit: usize,
) -> Result<Vec<Vec<Option<String>>>, SourceError> {
    match place {
        Place::Spice { relations, .. } => {
            let prepared = service.engine.prepare(sql, SCHEMA, relations).await?;
            let mut rows = prepared.run().await?;
            let mut all = Vec::new();
            while let Some(page) = rows.next().await? {
                all.extend(page);
                if all.len() >= limit {
                    all.truncate(limit);
                    break;
                }
            }
            Ok(all)
        }
        Place::Athena { work_group } => {
            let principal = Principal::root(&scope.account, &scope.region);
            let athena = Athena::new(service, principal, work_group.clone());
            Ok(athena.rows(sql, limit).await?.rows)
        }
    }
}
