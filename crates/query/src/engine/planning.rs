//! From text and a catalog to a plan.

use std::{collections::HashMap, sync::Arc};

use datafusion::{
    catalog::{CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider},
    common::{Column, DataFusionError, SchemaError, TableReference},
    datasource::{TableProvider, ViewTable},
    execution::SessionState,
    logical_expr::LogicalPlan,
    sql::{parser::Statement as DfStatement, sqlparser::ast::Statement},
};
use futures::{FutureExt, future::BoxFuture};

use super::{Catalog, Engine, columns, refusal::planning_error};
use crate::{
    QueryError, Relation,
    counting::Scanned,
    error::{Cause, innermost, running},
    lateral,
    provider::{FilesTable, rows_table},
    rewrite,
    statement::{Parsed, parse},
};

/// The catalog's name in queries.
pub(super) const CATALOG: &str = "awsdatacatalog";
/// Views of views: deeper than this is taken for a circle.
const VIEW_DEPTH: usize = 16;

/// One query's planning, that of the views it reads included.
pub(super) struct Planning<'a> {
    pub(super) engine: &'a Engine,
    pub(super) catalog: &'a dyn Catalog,
    pub(super) scanned: Scanned,
}

/// A plan, its session, and the columns' names as written.
pub(super) type Planned = (LogicalPlan, SessionState, Option<Vec<Option<String>>>);

impl Planning<'_> {
    pub(super) fn plan<'b>(
        &'b self,
        sql: &'b str,
        schema: &'b str,
        depth: usize,
    ) -> BoxFuture<'b, Result<Planned, QueryError>> {
        async move {
            let parsed = parse(sql)?;
            let state = self.engine.session(schema, &self.scanned)?;
            let statement = DfStatement::Statement(Box::new(parsed.statement.clone()));
            let references = state
                .resolve_table_references(&statement)
                .map_err(|e| planning_error(&parsed, &e))?;
            let mut tables: HashMap<(String, String), Arc<dyn TableProvider>> = HashMap::new();
            for reference in references {
                let (database, name) = self.resolved(&parsed, reference, schema)?;
                let provider = self.table(&parsed, &database, &name, depth).await?;
                tables.insert((database, name), provider);
            }
            register(&state, tables).map_err(|e| planning_error(&parsed, &e))?;
            let plan = planned(&state, &parsed)
                .await
                .map_err(|e| planning_error(&parsed, &e))?;
            let plan = lateral::unnest(plan).map_err(|e| planning_error(&parsed, &e))?;
            Ok((plan, state, parsed.names))
        }
        .boxed()
    }

    fn resolved(
        &self,
        parsed: &Parsed,
        reference: TableReference,
        schema: &str,
    ) -> Result<(String, String), QueryError> {
        let name = reference.table().to_owned();
        if let Some(catalog) = reference.catalog()
            && catalog != CATALOG
        {
            let (line, column) = parsed.place_of_table(&name);
            let message = format!("Catalog '{catalog}' does not exist");
            return Err(QueryError::Semantic {
                code: "CATALOG_NOT_FOUND",
                line,
                column,
                message,
            });
        }
        Ok((reference.schema().unwrap_or(schema).to_owned(), name))
    }

    async fn table(
        &self,
        parsed: &Parsed,
        schema: &str,
        name: &str,
        depth: usize,
    ) -> Result<Arc<dyn TableProvider>, QueryError> {
        let semantic = |code, message| {
            let (line, column) = parsed.place_of_table(name);
            QueryError::Semantic {
                code,
                line,
                column,
                message,
            }
        };
        let Some(relation) = self.catalog.relation(schema, name).await? else {
            if !self.catalog.has_schema(schema).await? {
                return Err(semantic(
                    "SCHEMA_NOT_FOUND",
                    format!("Schema '{schema}' does not exist"),
                ));
            }
            let message = format!("Table '{CATALOG}.{schema}.{name}' does not exist");
            return Err(semantic("TABLE_NOT_FOUND", message));
        };
        match relation {
            Relation::Table(table) => {
                let bucket = table
                    .parts
                    .first()
                    .map_or("", |p| p.location.bucket.as_str());
                let objects = Arc::clone(self.engine.objects_of(bucket));
                Ok(Arc::new(FilesTable::new(
                    objects,
                    self.scanned.clone(),
                    table,
                )))
            }
            Relation::Snapshot(table) => Ok(Arc::new(self.engine.snapshot(table, &self.scanned)?)),
            Relation::Rows { columns, rows } => {
                rows_table(&columns, &rows).map_err(|e| running(&e))
            }
            Relation::View(_) if depth >= VIEW_DEPTH => Err(semantic(
                "VIEW_IS_RECURSIVE",
                format!("Statement is recursive: view '{schema}.{name}'"),
            )),
            Relation::View(view) => {
                let planned = self.plan(&view.sql, &view.schema, depth + 1).await;
                let (plan, _, names) = planned.map_err(|e| {
                    let message =
                        format!("Failed analyzing stored view '{CATALOG}.{schema}.{name}': {e}");
                    semantic("INVALID_VIEW", message)
                })?;
                let plan = with_names(plan, names.as_deref()).map_err(|e| running(&e))?;
                Ok(Arc::new(ViewTable::new(plan, None)))
            }
        }
    }
}

/// Plans a query. Where two of its expressions would have one name, which leaves their casts out, every cast is named.
async fn planned(state: &SessionState, parsed: &Parsed) -> Result<LogicalPlan, DataFusionError> {
    let statement = |tree: Statement| DfStatement::Statement(Box::new(tree));
    if !rewrite::casts_decide(&parsed.statement) {
        let first = statement(parsed.statement.clone());
        match state.statement_to_plan(first).await {
            Err(error) if names_collide(&error) => {}
            other => return other,
        }
    }
    let mut named = parsed.statement.clone();
    rewrite::name_casts(&mut named);
    state.statement_to_plan(statement(named)).await
}

fn names_collide(error: &DataFusionError) -> bool {
    match innermost(error) {
        Cause::Theirs(DataFusionError::SchemaError(schema, _)) => matches!(
            **schema,
            SchemaError::DuplicateUnqualifiedField { .. }
                | SchemaError::DuplicateQualifiedField { .. }
        ),
        Cause::Theirs(DataFusionError::Plan(message)) => {
            message.contains("require unique expression names")
        }
        _ => false,
    }
}

/// Gives a view's columns the names that they show, in lower case.
fn with_names(
    plan: LogicalPlan,
    names: Option<&[Option<String>]>,
) -> Result<LogicalPlan, DataFusionError> {
    use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
    let shown = columns(&plan, names);
    let fields: Vec<Expr> = plan
        .schema()
        .iter()
        .zip(&shown)
        .map(|((qualifier, field), column)| {
            Expr::Column(Column::new(qualifier.cloned(), field.name()))
                .alias(column.name.to_lowercase())
        })
        .collect();
    LogicalPlanBuilder::from(plan).project(fields)?.build()
}

fn register(
    state: &SessionState,
    tables: HashMap<(String, String), Arc<dyn TableProvider>>,
) -> Result<(), DataFusionError> {
    let catalog = MemoryCatalogProvider::new();
    for ((schema, name), table) in tables {
        let provider = match catalog.schema(&schema) {
            Some(provider) => provider,
            None => {
                let provider: Arc<dyn SchemaProvider> = Arc::new(MemorySchemaProvider::new());
                catalog.register_schema(&schema, Arc::clone(&provider))?;
                provider
            }
        };
        provider.register_table(name, table)?;
    }
    state
        .catalog_list()
        .register_catalog(CATALOG.to_owned(), Arc::new(catalog));
    Ok(())
}
