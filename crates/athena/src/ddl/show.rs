//! `SHOW` and `DESCRIBE`.

use super::{
    ast::{Ddl, TableName},
    lexer::Kind,
    parser::{Parsed, Parser},
};

pub(super) fn show(p: &mut Parser<'_>) -> Parsed<Ddl> {
    p.next();
    let Some(what) = p.word() else {
        return Err(p.mismatch("what to show"));
    };
    p.next();
    match what.as_str() {
        "databases" | "schemas" => {
            if p.take("in") || p.take("from") {
                p.name()?;
            }
            Ok(Ddl::ShowDatabases { like: like(p)? })
        }
        "tables" => Ok(Ddl::ShowTables { database: database(p)?, like: like(p)? }),
        "views" => Ok(Ddl::ShowViews { database: database(p)?, like: like(p)? }),
        "partitions" => Ok(Ddl::ShowPartitions { table: p.table_name()? }),
        "columns" => {
            if !p.take("in") {
                p.expect("from")?;
            }
            let mut table = p.table_name()?;
            if let Some(database) = database(p)? {
                table = TableName { database: Some(database), ..table };
            }
            Ok(Ddl::ShowColumns { table })
        }
        "create" => {
            if p.take("view") {
                return Ok(Ddl::ShowCreateView { view: p.table_name()? });
            }
            p.expect("table")?;
            Ok(Ddl::ShowCreateTable { table: p.table_name()? })
        }
        "tblproperties" => {
            let table = p.table_name()?;
            let mut key = None;
            if p.take_sign("(") {
                key = Some(p.string()?);
                p.expect_sign(")")?;
            }
            Ok(Ddl::ShowTableProperties { table, key })
        }
        _ => Err(p.mismatch(
            "'COLUMNS', 'CREATE', 'DATABASES', 'PARTITIONS', 'SCHEMAS', 'TABLES', 'TBLPROPERTIES', 'VIEWS'",
        )),
    }
}

pub(super) fn describe(p: &mut Parser<'_>) -> Parsed<Ddl> {
    p.next();
    let detail = p.take("extended") || p.take("formatted");
    p.take("table");
    let table = p.table_name()?;
    let column = match p.peek() {
        Kind::Word(_) | Kind::Quoted(_) if p.word().as_deref() != Some("partition") => {
            Some(p.name()?)
        }
        _ => None,
    };
    Ok(Ddl::Describe {
        table,
        detail,
        column,
    })
}

fn database(p: &mut Parser<'_>) -> Parsed<Option<String>> {
    if p.take("in") || p.take("from") {
        p.name().map(Some)
    } else {
        Ok(None)
    }
}

/// `[LIKE] 'pattern'`.
fn like(p: &mut Parser<'_>) -> Parsed<Option<String>> {
    if p.take("like") {
        return p.string().map(Some);
    }
    match p.peek() {
        Kind::Text(_) => p.string().map(Some),
        _ => Ok(None),
    }
}
