//! `ALTER` and `MSCK REPAIR TABLE`.

use super::{
    ast::{Ddl, PartitionClause, PartitionFilter, PartitionSpec, TableName},
    create::column,
    lexer::Kind,
    parser::{Parsed, Parser},
};

pub(super) fn repair(p: &mut Parser<'_>) -> Parsed<Ddl> {
    p.next();
    p.expect("repair")?;
    p.expect("table")?;
    Ok(Ddl::Repair {
        table: p.table_name()?,
    })
}

pub(super) fn alter(p: &mut Parser<'_>) -> Parsed<Ddl> {
    p.next();
    if p.take("database") || p.take("schema") {
        let name = p.name()?;
        p.expect("set")?;
        p.expect("dbproperties")?;
        return Ok(Ddl::SetDatabaseProperties {
            name,
            properties: p.string_properties()?,
        });
    }
    p.expect("table")?;
    let table = p.table_name()?;
    match p.word().as_deref() {
        Some("add") => add(p, table),
        Some("drop") => {
            p.next();
            let if_exists = p.if_exists()?;
            let partitions = p.list(|p| {
                p.expect("partition")?;
                p.expect_sign("(")?;
                let filters = p.list(filter)?;
                p.expect_sign(")")?;
                Ok(filters)
            })?;
            p.take("purge");
            Ok(Ddl::DropPartitions {
                table,
                if_exists,
                partitions,
            })
        }
        Some("partition") => {
            let from = partition(p)?;
            if p.take("set") {
                p.expect("location")?;
                return Ok(Ddl::SetPartitionLocation {
                    table,
                    partition: from,
                    location: p.string()?,
                });
            }
            p.expect("rename")?;
            p.expect("to")?;
            Ok(Ddl::RenamePartition {
                table,
                from,
                to: partition(p)?,
            })
        }
        Some("rename") => {
            p.next();
            p.expect("to")?;
            Ok(Ddl::RenameTable {
                table,
                to: p.table_name()?,
            })
        }
        Some("replace") => {
            p.next();
            p.expect("columns")?;
            Ok(Ddl::ReplaceColumns {
                table,
                columns: columns(p)?,
            })
        }
        Some("change") => {
            p.next();
            p.take("column");
            let from = p.name()?;
            Ok(Ddl::ChangeColumn {
                table,
                from,
                to: column(p)?,
            })
        }
        Some("set") => {
            p.next();
            if p.take("location") {
                return Ok(Ddl::SetLocation {
                    table,
                    location: p.string()?,
                });
            }
            p.expect("tblproperties")?;
            Ok(Ddl::SetTableProperties {
                table,
                properties: p.string_properties()?,
            })
        }
        _ => Err(p.mismatch("'ADD', 'CHANGE', 'DROP', 'PARTITION', 'RENAME', 'REPLACE', 'SET'")),
    }
}

fn add(p: &mut Parser<'_>, table: TableName) -> Parsed<Ddl> {
    p.next();
    if p.take("columns") {
        return Ok(Ddl::AddColumns {
            table,
            columns: columns(p)?,
        });
    }
    let if_not_exists = p.if_not_exists()?;
    let mut partitions = Vec::new();
    loop {
        let spec = partition(p)?;
        let location = if p.take("location") {
            Some(p.string()?)
        } else {
            None
        };
        partitions.push(PartitionClause { spec, location });
        p.take_sign(",");
        if p.word().as_deref() != Some("partition") {
            return Ok(Ddl::AddPartitions {
                table,
                if_not_exists,
                partitions,
            });
        }
    }
}

fn columns(p: &mut Parser<'_>) -> Parsed<Vec<super::ast::ColumnDef>> {
    p.expect_sign("(")?;
    let found = p.list(column)?;
    p.expect_sign(")")?;
    Ok(found)
}

fn partition(p: &mut Parser<'_>) -> Parsed<PartitionSpec> {
    p.expect("partition")?;
    p.expect_sign("(")?;
    let spec = p.list(|p| {
        let name = p.name()?;
        p.expect_sign("=")?;
        Ok((name, value(p)?))
    })?;
    p.expect_sign(")")?;
    Ok(spec)
}

/// A partition's value; `date '2024-01-01'` counts as its text.
fn value(p: &mut Parser<'_>) -> Parsed<String> {
    if matches!(p.word().as_deref(), Some("date" | "timestamp")) {
        p.next();
        return p.string();
    }
    p.literal()
}

fn filter(p: &mut Parser<'_>) -> Parsed<PartitionFilter> {
    let column = p.name()?;
    let operator = match p.peek() {
        Kind::Sign(sign @ ("=" | "!=" | "<>" | "<" | "<=" | ">" | ">=")) => match *sign {
            "<>" => "!=".to_owned(),
            sign => sign.to_owned(),
        },
        _ => return Err(p.mismatch("a comparison")),
    };
    p.next();
    Ok(PartitionFilter {
        column,
        operator,
        value: value(p)?,
    })
}
