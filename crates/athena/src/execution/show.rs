//! `SHOW`, `DESCRIBE` and views' definitions.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use query::{ResultColumn, View};
use serde_json::{Value, json};

use super::{
    ddl_run::{Ground, failure},
    model::Failure,
    results::{Cells, ResultSet},
};
use crate::{
    catalog::{Column, Parameters, SerdeInfo, StorageDescriptor, Table, TableInput},
    ddl::{Ddl, TableName, show_create_table},
};

fn one(name: &'static str, rows: impl IntoIterator<Item = String>) -> ResultSet {
    ResultSet {
        columns: vec![(name, "string")],
        rows: rows.into_iter().map(|r| vec![Some(r)]).collect(),
    }
}

/// Carries out a statement that only shows.
pub(super) async fn run(ground: &Ground<'_>, ddl: &Ddl) -> Result<ResultSet, Failure> {
    let catalog = &ground.athena.catalog;
    let scope = &ground.scope;
    match ddl {
        Ddl::ShowDatabases { like } => {
            let found = catalog.databases(scope).await.map_err(failure)?;
            let names = found
                .into_iter()
                .map(|d| d.input.name)
                .filter(|n| matches(like.as_deref(), n));
            Ok(one("database_name", names))
        }
        Ddl::ShowTables { database, like } => {
            let names = tables(ground, database.as_deref(), like.as_deref(), false).await?;
            Ok(one("tab_name", names))
        }
        Ddl::ShowViews { database, like } => {
            let names = tables(ground, database.as_deref(), like.as_deref(), true).await?;
            Ok(one("views", names))
        }
        Ddl::ShowPartitions { table } => {
            let table = ground.table(table).await?;
            if table.partition_keys().is_empty() {
                let what = format!("Table {} is not a partitioned table", table.name());
                return Err(Failure::ddl(what));
            }
            let found = catalog.partitions(scope, &table).await.map_err(failure)?;
            let names = found.into_iter().map(|p| {
                let pairs = table.partition_keys().iter().zip(&p.input.values);
                pairs
                    .map(|(k, v)| format!("{}={v}", k.name))
                    .collect::<Vec<_>>()
                    .join("/")
            });
            Ok(one("partition", names))
        }
        Ddl::ShowColumns { table } => {
            let table = ground.table(table).await?;
            let names = table
                .columns()
                .iter()
                .chain(table.partition_keys())
                .map(|c| format!("{:<20}", c.name));
            Ok(one("field", names))
        }
        Ddl::ShowCreateTable { table } => {
            let table = ground.table(table).await?;
            if table.is_view() {
                return Ok(one(
                    "Create View",
                    create_view(&table).lines().map(str::to_owned),
                ));
            }
            Ok(one(
                "createtab_stmt",
                show_create_table(&table).lines().map(str::to_owned),
            ))
        }
        Ddl::ShowCreateView { view } => {
            let table = ground.table(view).await?;
            if !table.is_view() {
                return Err(Failure::users(
                    1006,
                    format!("line 1:1: Relation '{}' is not a view", table.name()),
                ));
            }
            Ok(one(
                "Create View",
                create_view(&table).lines().map(str::to_owned),
            ))
        }
        Ddl::ShowTableProperties { table, key } => properties(ground, table, key.as_deref()).await,
        Ddl::Describe {
            table,
            detail,
            column,
        } => describe(ground, table, *detail, column.as_deref()).await,
        _ => Err(Failure::internal("a statement that nothing carries out")),
    }
}

/// Hive's patterns: `*` any run, `|` a choice.
fn matches(pattern: Option<&str>, name: &str) -> bool {
    let Some(pattern) = pattern else { return true };
    pattern.to_lowercase().split('|').any(|choice| {
        let escaped = regex::escape(choice)
            .replace("\\*", ".*")
            .replace("\\.\\*", ".*")
            .replace("%", ".*");
        regex::Regex::new(&format!("^{escaped}$")).is_ok_and(|r| r.is_match(name))
    })
}

async fn tables(
    ground: &Ground<'_>,
    database: Option<&str>,
    like: Option<&str>,
    views_alone: bool,
) -> Result<Vec<String>, Failure> {
    let anyone = TableName {
        database: database.map(str::to_owned),
        name: String::new(),
    };
    let database = ground.database(&anyone);
    let found = ground
        .athena
        .catalog
        .tables(&ground.scope, database)
        .await
        .map_err(failure)?;
    let wanted = found
        .into_iter()
        .filter(|t| !views_alone || t.is_view())
        .map(|t| t.input.name);
    Ok(wanted.filter(|n| matches(like, n)).collect())
}

async fn properties(
    ground: &Ground<'_>,
    name: &TableName,
    key: Option<&str>,
) -> Result<ResultSet, Failure> {
    let table = ground.table(name).await?;
    let all = table.input.parameters.unwrap_or_default();
    let rows: Vec<String> = match key {
        Some(key) => match all.get(key) {
            Some(value) => vec![value.clone()],
            None => vec![format!(
                "Table {}.{} does not have property: {key}",
                table.database_name, name.name
            )],
        },
        None => all.iter().map(|(k, v)| format!("{k}\t{v}")).collect(),
    };
    Ok(one("prpt_name", rows))
}

fn line(name: &str, data_type: &str, comment: &str) -> String {
    format!("{name:<20}\t{data_type:<20}\t{comment:<20}")
}

/// Hive's table of columns; `EXTENDED` and `FORMATTED` add what is known of the table.
async fn describe(
    ground: &Ground<'_>,
    name: &TableName,
    detail: bool,
    column: Option<&str>,
) -> Result<ResultSet, Failure> {
    let table = ground.table(name).await?;
    let shown = |c: &Column| {
        line(
            &c.name,
            c.data_type.as_deref().unwrap_or(""),
            c.comment.as_deref().unwrap_or(""),
        )
    };
    let mut rows: Vec<String> = table.columns().iter().map(shown).collect();
    if let Some(column) = column {
        let found = table
            .columns()
            .iter()
            .chain(table.partition_keys())
            .find(|c| c.name == column);
        let Some(found) = found else {
            return Err(Failure::semantic(format!(
                "[Error 10002]: Invalid column reference {column}"
            )));
        };
        rows = vec![shown(found)];
    } else if !table.partition_keys().is_empty() {
        rows.extend(table.partition_keys().iter().map(shown));
        rows.extend([
            line("", "", ""),
            "# Partition Information".into(),
            line("# col_name", "data_type", "comment"),
            line("", "", ""),
        ]);
        rows.extend(table.partition_keys().iter().map(shown));
    }
    if detail {
        let descriptor = table.input.storage_descriptor.clone().unwrap_or_default();
        rows.extend([line("", "", ""), "# Detailed Table Information".into()]);
        rows.push(line("Database:", &table.database_name, ""));
        rows.push(line(
            "Owner:",
            table.input.owner.as_deref().unwrap_or(""),
            "",
        ));
        rows.push(line(
            "Location:",
            descriptor.location.as_deref().unwrap_or(""),
            "",
        ));
        rows.push(line(
            "Table Type:",
            table.input.table_type.as_deref().unwrap_or(""),
            "",
        ));
        rows.push(line("Table Parameters:", "", ""));
        let parameters = table.input.parameters.clone().unwrap_or_default();
        rows.extend(parameters.iter().map(|(k, v)| line("", k, v)));
        rows.extend([line("", "", ""), "# Storage Information".into()]);
        rows.push(line("SerDe Library:", descriptor.serde_library(), ""));
        rows.push(line(
            "InputFormat:",
            descriptor.input_format.as_deref().unwrap_or(""),
            "",
        ));
        rows.push(line(
            "OutputFormat:",
            descriptor.output_format.as_deref().unwrap_or(""),
            "",
        ));
    }
    let columns = vec![
        ("col_name", "string"),
        ("data_type", "string"),
        ("comment", "string"),
    ];
    let rows: Vec<Cells> = rows.into_iter().map(|r| vec![Some(r)]).collect();
    Ok(ResultSet { columns, rows })
}

fn create_view(table: &Table) -> String {
    let sql = view(table).map(|v| v.sql).unwrap_or_default();
    format!(
        "CREATE VIEW {}.{} AS \n{sql}",
        table.database_name,
        table.name()
    )
}

const PREFIX: &str = "/* Presto View: ";
const SUFFIX: &str = " */";

/// Returns a view as the catalog keeps it: Presto's JSON in Base64 within a comment.
pub(super) fn view_input(
    name: &str,
    sql: &str,
    schema: &str,
    columns: &[ResultColumn],
) -> TableInput {
    let described: Vec<Value> = columns
        .iter()
        .map(|c| json!({"name": c.name.to_lowercase(), "type": c.full_type}))
        .collect();
    let body = json!({
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": schema,
        "columns": described,
    });
    let encoded = STANDARD.encode(body.to_string());
    let columns = columns
        .iter()
        .map(|c| Column {
            name: c.name.to_lowercase(),
            data_type: Some(
                c.hive_type
                    .as_ref()
                    .map_or_else(|| "string".into(), ToString::to_string),
            ),
            ..Column::default()
        })
        .collect();
    let parameters: Parameters = [("presto_view", "true"), ("comment", "Presto View")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
    TableInput {
        name: name.to_owned(),
        view_original_text: Some(format!("{PREFIX}{encoded}{SUFFIX}")),
        view_expanded_text: Some("/* Presto View */".into()),
        table_type: Some("VIRTUAL_VIEW".into()),
        parameters: Some(parameters),
        partition_keys: Some(Vec::new()),
        storage_descriptor: Some(StorageDescriptor {
            columns,
            location: Some(String::new()),
            serde_info: Some(SerdeInfo::default()),
            ..StorageDescriptor::default()
        }),
        ..TableInput::default()
    }
}

/// Returns a view's query: Presto's where it is encoded so, else the text as given.
pub(super) fn view(table: &Table) -> Option<View> {
    let text = table.input.view_original_text.as_deref()?;
    let Some(encoded) = text
        .trim()
        .strip_prefix(PREFIX)
        .and_then(|t| t.strip_suffix(SUFFIX))
    else {
        return Some(View {
            sql: text.to_owned(),
            schema: table.database_name.clone(),
        });
    };
    let decoded: Value = serde_json::from_slice(&STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let schema = decoded["schema"]
        .as_str()
        .unwrap_or(&table.database_name)
        .to_owned();
    Some(View {
        sql: decoded["originalSql"].as_str()?.to_owned(),
        schema,
    })
}
