//! The work of an ingestion: read the inputs, make the data set of them, write the snapshot.

use std::sync::Arc;

use aws::Principal;
use query::{
    Compression, Field, FileFormat, Format, Location, Part, Relation, Table, View, WriteTarget,
};

use super::{
    BUCKET, Relations, SCHEMA, Snapshot,
    ingestion::{Ingestion, RequestType, Rows},
    snapshot::{fields, snapshot},
    window,
};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, DATA_SOURCE, Scope},
    dataset::{
        self, Column, ColumnType, Compiled, DataSet, Input, Physical, What, compile, quoted,
    },
    report,
    source::{self, Athena, SourceError, Staged},
};

/// What an ingestion made.
pub(super) struct Loaded {
    pub(super) snapshot: Snapshot,
    pub(super) rows: Rows,
}

fn api(error: aws::ApiError) -> SourceError {
    match error.status {
        500.. => SourceError::internal(format!("{error} {:?}", error.source)),
        404 => SourceError::new("DATA_SOURCE_NOT_FOUND", error.message),
        _ => SourceError::new("CUSTOMER_ERROR", error.message),
    }
}

/// Does an ingestion's work. What was staged on the way is deleted, whatever comes of it.
pub(super) async fn load(
    service: &Arc<QuickSight>,
    scope: &Scope,
    asset: &Asset,
    ingestion: &Ingestion,
) -> Result<Loaded, SourceError> {
    let mut staged = Vec::new();
    let loaded = whole(service, scope, asset, ingestion, &mut staged).await;
    for rows in &staged {
        rows.clear(service).await;
    }
    loaded
}

async fn whole(
    service: &Arc<QuickSight>,
    scope: &Scope,
    asset: &Asset,
    ingestion: &Ingestion,
    staged: &mut Vec<Staged>,
) -> Result<Loaded, SourceError> {
    let syntax = |e: String| SourceError::new("INVALID_DATAPREP_SYNTAX", e);
    let parents = dataset::parents(service, scope, asset).await.map_err(api)?;
    let data_set = DataSet::of(asset);
    let now = report::now(service);
    let compiled = compile(&data_set, &parents, false, now).map_err(syntax)?;
    let mut relations = Relations::default();
    for input in &compiled.inputs {
        add(service, scope, input, &mut relations, staged).await?;
    }
    let former = snapshot(service, scope, &asset.id).await.map_err(api)?;
    let sql = query_of(
        &compiled,
        &data_set,
        ingestion,
        former.as_ref(),
        &mut relations,
        service,
    );
    let written = write(service, scope, &compiled, &sql, &relations, ingestion).await?;
    let dropped = if compiled.drops {
        let all = compile(&data_set, &parents, true, now).map_err(syntax)?;
        count(service, &all.sql, &relations)
            .await?
            .saturating_sub(written.0)
    } else {
        0
    };
    let snapshot = Snapshot {
        v: 1,
        ingestion: ingestion.id.clone(),
        prefix: prefix(scope, ingestion),
        former: former.map(|s| s.prefix),
        taken_ms: service.clock.now_ms(),
        rows: written.0,
        bytes: written.1,
        columns: compiled
            .columns
            .iter()
            .map(|c| (c.name.clone(), c.kind.name().to_owned()))
            .collect(),
    };
    let rows = Rows {
        ingested: written.0,
        dropped,
        total: written.0,
    };
    Ok(Loaded { snapshot, rows })
}

/// Returns the query of the new snapshot: the data set's, or the old rows with the new ones of the window.
fn query_of(
    compiled: &Compiled,
    data_set: &DataSet<'_>,
    ingestion: &Ingestion,
    former: Option<&Snapshot>,
    relations: &mut Relations,
    service: &QuickSight,
) -> String {
    let window = data_set.refresh_window();
    let (RequestType::Incremental, Some(window), Some(former)) =
        (ingestion.request, window, former)
    else {
        return compiled.sql.clone();
    };
    let same = former
        .columns
        .iter()
        .map(|(name, _)| name)
        .eq(compiled.columns.iter().map(|c| &c.name));
    match window::cutoff(&window, service.clock.now_ms()).filter(|_| same) {
        Some(cutoff) => {
            relations.add("former", former.relation());
            window::merged(&compiled.sql, &compiled.columns, &window, &cutoff)
        }
        None => compiled.sql.clone(),
    }
}

/// Makes an input's relation.
async fn add(
    service: &Arc<QuickSight>,
    scope: &Scope,
    input: &Input,
    relations: &mut Relations,
    staged: &mut Vec<Staged>,
) -> Result<(), SourceError> {
    match &input.what {
        What::Physical(Physical::S3Source(table)) => {
            let source = source_of(service, scope, &table.data_source_arn).await?;
            let found = source::files(
                service,
                &scope.account,
                &source,
                &table.input_columns,
                &table.upload_settings,
            )
            .await?;
            let raw = format!("{}_raw", input.name);
            relations.add(&raw, Relation::Table(found));
            let list: Vec<String> = input.columns.iter().map(typed).collect();
            let sql = format!("SELECT {} FROM {raw}", list.join(", "));
            relations.add(&input.name, view(sql));
        }
        What::Physical(table) => {
            let sql =
                dataset::physical_sql(table).map_err(|e| SourceError::new("CUSTOMER_ERROR", e))?;
            let arn = table.source_arn().unwrap_or("");
            let source = source_of(service, scope, arn).await?;
            let group = source::work_group(&source);
            stage(service, scope, group, &sql, input, relations, staged).await?;
        }
        What::Parent(arn) => {
            let parent = Asset::by_arn(&service.store, &DATA_SET, scope, arn)
                .await
                .map_err(api)?;
            if DataSet::of(&parent).is_spice() {
                let found = snapshot(service, scope, &parent.id).await.map_err(api)?;
                let found = found.ok_or_else(|| {
                    SourceError::new(
                        "SPICE_TABLE_NOT_FOUND",
                        format!("{} has no rows yet", parent.name),
                    )
                })?;
                relations.add(&input.name, found.relation());
            } else {
                let direct = dataset::direct(service, scope, &parent)
                    .await
                    .map_err(api)?;
                stage(
                    service,
                    scope,
                    direct.work_group,
                    &direct.sql,
                    input,
                    relations,
                    staged,
                )
                .await?;
            }
        }
    }
    Ok(())
}

/// Has Athena put rows into files, and makes them an input's relation.
async fn stage(
    service: &Arc<QuickSight>,
    scope: &Scope,
    work_group: String,
    sql: &str,
    input: &Input,
    relations: &mut Relations,
    staged: &mut Vec<Staged>,
) -> Result<(), SourceError> {
    let principal = Principal::root(&scope.account, &scope.region);
    // Names of files' columns have no spaces.
    let numbered: Vec<String> = input
        .columns
        .iter()
        .enumerate()
        .map(|(i, c)| format!("{} AS c{i}", quoted(&c.name)))
        .collect();
    let sql = format!("SELECT {} FROM ({sql}) AS t", numbered.join(", "));
    let rows = Athena::new(service, principal, work_group)
        .stage(&sql)
        .await?;
    let columns = input.columns.iter().enumerate();
    let raw = format!("{}_raw", input.name);
    relations.add(
        &raw,
        Relation::Table(Table {
            columns: columns
                .clone()
                .map(|(i, c)| Field::new(format!("c{i}"), c.kind.stored()))
                .collect(),
            partition_columns: Vec::new(),
            format: Format::Parquet,
            parts: vec![Part {
                location: rows.location.clone(),
                values: Vec::new(),
            }],
        }),
    );
    staged.push(rows);
    let named: Vec<String> = columns
        .map(|(i, c)| format!("c{i} AS {}", quoted(&c.name)))
        .collect();
    relations.add(
        &input.name,
        view(format!("SELECT {} FROM {raw}", named.join(", "))),
    );
    Ok(())
}

/// Text of a file as a column's type; what is none of it is NULL.
fn typed(column: &Column) -> String {
    let name = quoted(&column.name);
    match column.kind {
        ColumnType::String => name,
        kind => format!("TRY_CAST(trim({name}) AS {}) AS {name}", kind.sql()),
    }
}

fn view(sql: String) -> Relation {
    Relation::View(View {
        sql,
        schema: SCHEMA.into(),
    })
}

async fn source_of(service: &QuickSight, scope: &Scope, arn: &str) -> Result<Asset, SourceError> {
    Asset::by_arn(&service.store, &DATA_SOURCE, scope, arn)
        .await
        .map_err(api)
}

/// Where an ingestion's files are.
pub(super) fn prefix(scope: &Scope, ingestion: &Ingestion) -> String {
    format!(
        "{}/{}/{}/{}/",
        scope.account, scope.region, ingestion.data_set, ingestion.id
    )
}

/// Returns rows and bytes.
async fn write(
    service: &QuickSight,
    scope: &Scope,
    compiled: &Compiled,
    sql: &str,
    relations: &Relations,
    ingestion: &Ingestion,
) -> Result<(u64, u64), SourceError> {
    let target = WriteTarget {
        location: Location {
            bucket: BUCKET.into(),
            prefix: prefix(scope, ingestion),
        },
        format: FileFormat::Parquet,
        compression: Compression::Zstd,
        columns: fields(&compiled.columns),
        partition_columns: Vec::new(),
        file_prefix: "part".into(),
    };
    let prepared = service.engine.prepare(sql, SCHEMA, relations).await?;
    let rows = prepared.run().await?;
    let written = rows.write(&service.spice.objects, &target).await?;
    Ok((written.rows, written.bytes))
}

async fn count(service: &QuickSight, sql: &str, relations: &Relations) -> Result<u64, SourceError> {
    let sql = format!("SELECT count(*) FROM ({sql}) AS t");
    let mut rows = service
        .engine
        .prepare(&sql, SCHEMA, relations)
        .await?
        .run()
        .await?;
    let mut total = 0;
    while let Some(page) = rows.next().await? {
        let cells = page.iter().flatten().flatten();
        total += cells
            .filter_map(|text| text.parse::<u64>().ok())
            .sum::<u64>();
    }
    Ok(total)
}
