//! A data set that Athena answers for: one statement for it.

use aws::ApiError;
use futures::{FutureExt, future::BoxFuture};

use super::{
    Column, Compiled, DataSet, Physical, What, check::compiled, column::ColumnType, quoted,
};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, DATA_SOURCE, Scope},
    error::invalid,
    source,
};

/// A data set as a statement for Athena.
#[derive(Clone, Debug)]
pub(crate) struct Direct {
    pub(crate) work_group: String,
    pub(crate) sql: String,
    pub(crate) columns: Vec<Column>,
}

/// Returns a data set's statement.
///
/// **Errors**: an input that Athena does not have, or inputs of several work groups.
pub(crate) fn direct<'a>(
    service: &'a QuickSight,
    scope: &'a Scope,
    asset: &'a Asset,
) -> BoxFuture<'a, Result<Direct, ApiError>> {
    async move {
        let Compiled {
            sql,
            columns,
            inputs,
            ..
        } = compiled(service, scope, asset).await?;
        let mut parts = Vec::new();
        let mut group: Option<String> = None;
        for input in &inputs {
            let (text, found) = match &input.what {
                What::Physical(table) => {
                    let arn = table.source_arn().unwrap_or("");
                    let source = Asset::by_arn(&service.store, &DATA_SOURCE, scope, arn).await?;
                    (
                        physical_sql(table).map_err(invalid)?,
                        source::work_group(&source),
                    )
                }
                What::Parent(arn) => {
                    let parent = Asset::by_arn(&service.store, &DATA_SET, scope, arn).await?;
                    if DataSet::of(&parent).is_spice() {
                        return Err(invalid(
                            "A direct query cannot mix Athena with SPICE data sets",
                        ));
                    }
                    let above = direct(service, scope, &parent).await?;
                    (above.sql, above.work_group)
                }
            };
            if group.as_ref().is_some_and(|g| *g != found) {
                return Err(invalid("A direct query cannot span several work groups"));
            }
            group = Some(found);
            parts.push(format!("{} AS ({text})", input.name));
        }
        Ok(Direct {
            work_group: group.unwrap_or_else(|| "primary".into()),
            sql: format!("WITH {} {sql}", parts.join(", ")),
            columns,
        })
    }
    .boxed()
}

/// Returns a physical table's statement: its columns, of the types that the data set gives them.
///
/// **Errors**: a table that Athena does not have.
pub(crate) fn physical_sql(table: &Physical) -> Result<String, String> {
    let from = match table {
        Physical::RelationalTable(table) => {
            let path = [
                table.catalog.as_deref(),
                table.schema.as_deref(),
                Some(table.name.as_str()),
            ];
            let path: Vec<String> = path
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .map(quoted)
                .collect();
            path.join(".")
        }
        Physical::CustomSql(table) => format!("(\n{}\n) AS t", without_end(&table.sql_query)),
        Physical::S3Source(_) | Physical::SaaSTable {} => {
            return Err("Only tables and SQL can be queried directly".into());
        }
    };
    let list: Vec<String> = table
        .columns()
        .iter()
        .map(|column| {
            let name = quoted(&column.name);
            match column.kind.as_str() {
                "BIT" | "BOOLEAN" => format!("CAST(CAST({name} AS boolean) AS bigint) AS {name}"),
                kind => format!(
                    "CAST({name} AS {}) AS {name}",
                    ColumnType::parse(kind).sql()
                ),
            }
        })
        .collect();
    let list = if list.is_empty() {
        "*".to_owned()
    } else {
        list.join(", ")
    };
    Ok(format!("SELECT {list} FROM {from}"))
}

/// A statement inside another has no semicolon.
pub(super) fn without_end(sql: &str) -> &str {
    sql.trim().trim_end_matches(';').trim_end()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tables_and_statements() {
        let table: Physical = serde_json::from_value(json!({"RelationalTable": {
            "DataSourceArn": "a", "Catalog": "AwsDataCatalog", "Schema": "default", "Name": "t",
            "InputColumns": [{"Name": "b", "Type": "BIT"}, {"Name": "x\"y", "Type": "DECIMAL"}]}}))
        .unwrap();
        assert_eq!(
            physical_sql(&table).unwrap(),
            "SELECT CAST(CAST(\"b\" AS boolean) AS bigint) AS \"b\", CAST(\"x\"\"y\" AS double) AS \"x\"\"y\" \
             FROM \"AwsDataCatalog\".\"default\".\"t\""
        );
        let sql: Physical = serde_json::from_value(json!({"CustomSql": {
            "DataSourceArn": "a", "Name": "n", "SqlQuery": "SELECT 1 AS a -- one\n;", "Columns": []}}))
        .unwrap();
        assert_eq!(
            physical_sql(&sql).unwrap(),
            "SELECT * FROM (\nSELECT 1 AS a -- one\n) AS t"
        );
    }
}
