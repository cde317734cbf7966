//! `CREATE` and `DROP`.

use super::{
    ast::{ColumnDef, CreateTable, Ddl, RowFormat, Statement, StorageFormat, TableName},
    lexer::Kind,
    parser::{Parsed, Parser, TYPE_DEPTH},
};

pub(super) fn create(p: &mut Parser<'_>) -> Parsed<Statement> {
    p.next();
    match p.word().as_deref() {
        Some("database" | "schema") => database(p).map(Statement::Ddl),
        Some("or" | "view") => view(p).map(Statement::Ddl),
        Some("external" | "table") => table(p),
        _ => Err(p.mismatch("'DATABASE', 'EXTERNAL', 'OR', 'SCHEMA', 'TABLE', 'VIEW'")),
    }
}

pub(super) fn drop(p: &mut Parser<'_>) -> Parsed<Ddl> {
    p.next();
    if p.take("database") || p.take("schema") {
        let if_exists = p.if_exists()?;
        let name = p.name()?;
        let cascade = p.take("cascade");
        if !cascade {
            p.take("restrict");
        }
        return Ok(Ddl::DropDatabase {
            name,
            if_exists,
            cascade,
        });
    }
    if p.take("table") {
        let if_exists = p.if_exists()?;
        let table = p.table_name()?;
        p.take("purge");
        return Ok(Ddl::DropTable { table, if_exists });
    }
    if p.take("view") {
        let if_exists = p.if_exists()?;
        return Ok(Ddl::DropView {
            view: p.table_name()?,
            if_exists,
        });
    }
    Err(p.mismatch("'DATABASE', 'SCHEMA', 'TABLE', 'VIEW'"))
}

fn database(p: &mut Parser<'_>) -> Parsed<Ddl> {
    p.next();
    let if_not_exists = p.if_not_exists()?;
    let name = p.name()?;
    let (mut comment, mut location, mut properties) = (None, None, Vec::new());
    loop {
        if p.take("comment") {
            comment = Some(p.string()?);
        } else if p.take("location") {
            location = Some(p.string()?);
        } else if p.take("with") {
            p.expect("dbproperties")?;
            properties = p.string_properties()?;
        } else {
            return Ok(Ddl::CreateDatabase {
                name,
                if_not_exists,
                comment,
                location,
                properties,
            });
        }
    }
}

fn view(p: &mut Parser<'_>) -> Parsed<Ddl> {
    let or_replace = p.take("or");
    if or_replace {
        p.expect("replace")?;
    }
    p.expect("view")?;
    let view = p.table_name()?;
    p.expect("as")?;
    if matches!(p.peek(), Kind::End) {
        return Err(p.mismatch("a query"));
    }
    Ok(Ddl::CreateView {
        view,
        or_replace,
        query: p.rest(),
    })
}

fn table(p: &mut Parser<'_>) -> Parsed<Statement> {
    let external = p.take("external");
    p.expect("table")?;
    let if_not_exists = p.if_not_exists()?;
    let table = p.table_name()?;
    if !external && matches!(p.word().as_deref(), Some("with" | "as")) {
        return p.ctas(table, if_not_exists);
    }
    let mut made = empty(table, external, if_not_exists);
    if p.take_sign("(") {
        made.columns = p.list(column)?;
        p.expect_sign(")")?;
    }
    while clause(p, &mut made)? {}
    if !matches!(p.peek(), Kind::End | Kind::Sign(";")) {
        return Err(p.mismatch(
            "'CLUSTERED', 'COMMENT', 'LOCATION', 'PARTITIONED', 'ROW', 'STORED', 'TBLPROPERTIES', 'WITH', <EOF>",
        ));
    }
    Ok(Statement::Ddl(Ddl::CreateTable(Box::new(made))))
}

fn empty(table: TableName, external: bool, if_not_exists: bool) -> CreateTable {
    CreateTable {
        table,
        external,
        if_not_exists,
        columns: Vec::new(),
        comment: None,
        partitions: Vec::new(),
        bucket_columns: Vec::new(),
        sort_columns: Vec::new(),
        buckets: None,
        row_format: None,
        stored_as: None,
        location: None,
        properties: Vec::new(),
    }
}

/// Reads one clause after the columns, in whatever order they come; false where none follows.
fn clause(p: &mut Parser<'_>, made: &mut CreateTable) -> Parsed<bool> {
    let Some(word) = p.word() else {
        return Ok(false);
    };
    match word.as_str() {
        "comment" => {
            p.next();
            made.comment = Some(p.string()?);
        }
        "partitioned" => {
            p.next();
            p.expect("by")?;
            p.expect_sign("(")?;
            made.partitions = p.list(column)?;
            p.expect_sign(")")?;
        }
        "clustered" => clustered(p, made)?,
        "row" => {
            p.next();
            p.expect("format")?;
            made.row_format = Some(row_format(p)?);
        }
        "with" => {
            p.next();
            p.expect("serdeproperties")?;
            let given = p.string_properties()?;
            match &mut made.row_format {
                Some(RowFormat::Serde { properties, .. } | RowFormat::Delimited(properties)) => {
                    properties.extend(given);
                }
                None => made.row_format = Some(RowFormat::Delimited(given)),
            }
        }
        "stored" => {
            p.next();
            p.expect("as")?;
            made.stored_as = Some(stored_as(p)?);
        }
        "location" => {
            p.next();
            made.location = Some(p.string()?);
        }
        "tblproperties" => {
            p.next();
            made.properties = p.string_properties()?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn clustered(p: &mut Parser<'_>, made: &mut CreateTable) -> Parsed<()> {
    p.next();
    p.expect("by")?;
    p.expect_sign("(")?;
    made.bucket_columns = p.list(Parser::name)?;
    p.expect_sign(")")?;
    if p.take("sorted") {
        p.expect("by")?;
        p.expect_sign("(")?;
        made.sort_columns = p.list(|p| {
            let name = p.name()?;
            let descending = p.take("desc");
            if !descending {
                p.take("asc");
            }
            Ok((name, !descending))
        })?;
        p.expect_sign(")")?;
    }
    p.expect("into")?;
    made.buckets = Some(p.number()?);
    p.expect("buckets")
}

fn row_format(p: &mut Parser<'_>) -> Parsed<RowFormat> {
    if p.take("serde") {
        return Ok(RowFormat::Serde {
            library: p.string()?,
            properties: Vec::new(),
        });
    }
    p.expect("delimited")?;
    let mut properties = Vec::new();
    loop {
        let key = if p.take("fields") {
            "field.delim"
        } else if p.take("collection") {
            p.expect("items")?;
            "colelction.delim"
        } else if p.take("map") {
            p.expect("keys")?;
            "mapkey.delim"
        } else if p.take("lines") {
            "line.delim"
        } else if p.take("null") {
            p.expect("defined")?;
            p.expect("as")?;
            properties.push(("serialization.null.format".to_owned(), p.string()?));
            continue;
        } else {
            return Ok(RowFormat::Delimited(properties));
        };
        p.expect("terminated")?;
        p.expect("by")?;
        properties.push((key.to_owned(), p.string()?));
        if key == "field.delim" && p.take("escaped") {
            p.expect("by")?;
            properties.push(("escape.delim".to_owned(), p.string()?));
        }
    }
}

fn stored_as(p: &mut Parser<'_>) -> Parsed<StorageFormat> {
    if p.take("inputformat") {
        let input = p.string()?;
        p.expect("outputformat")?;
        return Ok(StorageFormat::Classes {
            input,
            output: p.string()?,
        });
    }
    const KNOWN: [&str; 9] = [
        "parquet",
        "textfile",
        "orc",
        "avro",
        "json",
        "jsonfile",
        "sequencefile",
        "rcfile",
        "ion",
    ];
    match p.word() {
        Some(word) if KNOWN.contains(&word.as_str()) => {
            p.next();
            Ok(StorageFormat::Named(word.to_ascii_uppercase()))
        }
        _ => Err(p.mismatch("'AVRO', 'INPUTFORMAT', 'JSONFILE', 'ORC', 'PARQUET', 'RCFILE', 'SEQUENCEFILE', 'TEXTFILE'")),
    }
}

/// `name type [COMMENT 'text']`.
pub(super) fn column(p: &mut Parser<'_>) -> Parsed<ColumnDef> {
    let name = p.name()?;
    p.take_sign(":");
    let data_type = data_type(p, 0)?;
    let comment = if p.take("comment") {
        Some(p.string()?)
    } else {
        None
    };
    Ok(ColumnDef {
        name,
        data_type,
        comment,
    })
}

/// Reads a Hive type to its plain spelling: lower case, no spaces.
fn data_type(p: &mut Parser<'_>, depth: usize) -> Parsed<String> {
    if depth > TYPE_DEPTH {
        return Err(p.mismatch("a type that nests less deeply"));
    }
    let Some(word) = p.word() else {
        return Err(p.mismatch("<type>"));
    };
    p.next();
    match word.as_str() {
        "array" => {
            p.expect_sign("<")?;
            let item = data_type(p, depth + 1)?;
            p.expect_sign(">")?;
            Ok(format!("array<{item}>"))
        }
        "map" => {
            p.expect_sign("<")?;
            let key = data_type(p, depth + 1)?;
            p.expect_sign(",")?;
            let value = data_type(p, depth + 1)?;
            p.expect_sign(">")?;
            Ok(format!("map<{key},{value}>"))
        }
        "struct" | "row" => {
            p.expect_sign("<")?;
            let fields = p.list(|p| {
                let name = p.name()?;
                p.expect_sign(":")?;
                let item = data_type(p, depth + 1)?;
                if p.take("comment") {
                    p.string()?;
                }
                Ok(format!("{name}:{item}"))
            })?;
            p.expect_sign(">")?;
            Ok(format!("struct<{}>", fields.join(",")))
        }
        "decimal" | "char" | "varchar" | "numeric" => {
            let word = if word == "numeric" {
                "decimal".to_owned()
            } else {
                word
            };
            if !p.take_sign("(") {
                return Ok(if word == "decimal" {
                    "decimal(10,0)".to_owned()
                } else {
                    word
                });
            }
            let sizes = p.list(Parser::number)?;
            p.expect_sign(")")?;
            let sizes: Vec<String> = sizes.iter().map(i64::to_string).collect();
            Ok(format!("{word}({})", sizes.join(",")))
        }
        "integer" => Ok("int".into()),
        "double" => {
            p.take("precision");
            Ok(word)
        }
        "boolean" | "tinyint" | "smallint" | "int" | "bigint" | "float" | "string" | "binary"
        | "date" | "timestamp" => Ok(word),
        _ => Err(crate::ddl::SyntaxError {
            at: p.place(),
            message: format!("mismatched input '{word}'. Expecting: a data type"),
        }),
    }
}
