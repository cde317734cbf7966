//! `information_schema`: tables, columns, schemata and views of the catalog, as rows.

use query::{HiveType, Relation};

use super::relation::ScopedCatalog;
use crate::catalog::CatalogError;

pub(crate) const SCHEMA: &str = "information_schema";
const CATALOG: &str = "awsdatacatalog";

/// Returns one of its tables.
pub(crate) async fn relation(
    scoped: &ScopedCatalog,
    name: &str,
) -> Result<Option<Relation>, CatalogError> {
    let text = |s: &str| Some(s.to_owned());
    let columns: &[&str] = match name {
        "schemata" => &["catalog_name", "schema_name"],
        "tables" => &["table_catalog", "table_schema", "table_name", "table_type"],
        "views" => &[
            "table_catalog",
            "table_schema",
            "table_name",
            "view_definition",
        ],
        "columns" => &[
            "table_catalog",
            "table_schema",
            "table_name",
            "column_name",
            "ordinal_position",
            "column_default",
            "is_nullable",
            "data_type",
            "comment",
            "extra_info",
        ],
        _ => return Ok(None),
    };
    let mut rows = Vec::new();
    for database in scoped.catalog.databases(&scoped.scope).await? {
        let schema = database.input.name;
        if name == "schemata" {
            rows.push(vec![text(CATALOG), Some(schema)]);
            continue;
        }
        for table in scoped.catalog.tables(&scoped.scope, &schema).await? {
            let head = vec![text(CATALOG), text(&schema), text(table.name())];
            match name {
                "tables" => {
                    let kind = if table.is_view() {
                        "VIEW"
                    } else {
                        "BASE TABLE"
                    };
                    rows.push([head, vec![text(kind)]].concat());
                }
                "views" if table.is_view() => {
                    let sql = super::show::view(&table).map(|v| v.sql);
                    rows.push([head, vec![sql]].concat());
                }
                "columns" => {
                    let keys = table.partition_keys().iter().map(|k| (k, true));
                    let all = table.columns().iter().map(|c| (c, false)).chain(keys);
                    for (i, (column, is_key)) in all.enumerate() {
                        let spelled = column.data_type.as_deref().unwrap_or("string");
                        let shown = HiveType::parse(spelled)
                            .map_or_else(|_| spelled.to_owned(), |t| t.trino_name());
                        rows.push(
                            [
                                head.clone(),
                                vec![
                                    text(&column.name),
                                    Some((i + 1).to_string()),
                                    None,
                                    text("YES"),
                                    Some(shown),
                                    column.comment.clone(),
                                    is_key.then(|| "partition key".to_owned()),
                                ],
                            ]
                            .concat(),
                        );
                    }
                }
                _ => {}
            }
        }
    }
    // The schema itself is part of what it lists.
    if name == "schemata" {
        rows.push(vec![text(CATALOG), text(SCHEMA)]);
    }
    Ok(Some(Relation::Rows {
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        rows,
    }))
}
