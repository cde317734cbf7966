//! Hive's DDL as Athena takes it, and the router that tells DDL from queries.
//!
//! Pure: text in, statements out. Queries themselves are left as text for the `query` crate. Nothing here
//! looks at a catalog, and no input makes it panic.

mod alter;
mod ast;
mod create;
mod lexer;
mod parser;
mod print;
mod show;

pub use ast::{
    ColumnDef, CreateTable, Ctas, Ddl, Insert, PartitionClause, PartitionFilter, PartitionSpec,
    RowFormat, Statement, StorageFormat, TableName, Unload,
};
pub use lexer::{Position, SyntaxError};
pub use parser::parse;
pub use print::{hive_string, show_create_table};

#[cfg(test)]
mod tests;
