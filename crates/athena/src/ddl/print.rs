//! Statements that make a table again.

use std::fmt::Write;

use crate::catalog::{Column, Table};

/// Returns a string in Hive's quotes.
pub fn hive_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

fn columns(out: &mut String, columns: &[Column]) {
    for (i, column) in columns.iter().enumerate() {
        let comma = if i + 1 < columns.len() { ", " } else { ")" };
        let _ = write!(
            out,
            "  `{}` {}",
            column.name,
            column.data_type.as_deref().unwrap_or("string")
        );
        if let Some(comment) = &column.comment {
            let _ = write!(out, " COMMENT {}", hive_string(comment));
        }
        let _ = writeln!(out, "{comma}");
    }
}

fn properties<'a>(out: &mut String, pairs: impl Iterator<Item = (&'a String, &'a String)>) {
    let lines: Vec<String> = pairs
        .map(|(k, v)| format!("  {}={}", hive_string(k), hive_string(v)))
        .collect();
    let _ = writeln!(out, "{})", lines.join(", \n"));
}

/// Returns the `CREATE EXTERNAL TABLE` statement of a table, in `SHOW CREATE TABLE`'s lines.
pub fn show_create_table(table: &Table) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "CREATE EXTERNAL TABLE `{}`(", table.name());
    columns(&mut out, table.columns());
    if let Some(comment) = table.parameter("comment") {
        let _ = writeln!(out, "COMMENT {}", hive_string(comment));
    }
    if !table.partition_keys().is_empty() {
        out.push_str("PARTITIONED BY ( \n");
        columns(&mut out, table.partition_keys());
    }
    let descriptor = table.input.storage_descriptor.clone().unwrap_or_default();
    let serde = descriptor.serde_info.clone().unwrap_or_default();
    if let Some(library) = &serde.serialization_library {
        let _ = writeln!(out, "ROW FORMAT SERDE \n  {} ", hive_string(library));
    }
    let parameters = serde.parameters.unwrap_or_default();
    let own: Vec<_> = parameters
        .iter()
        .filter(|(k, v)| *k != "serialization.format" || *v != "1")
        .collect();
    if !own.is_empty() {
        out.push_str("WITH SERDEPROPERTIES ( \n");
        properties(&mut out, own.into_iter());
    }
    let input = descriptor.input_format.as_deref().unwrap_or("");
    let output = descriptor.output_format.as_deref().unwrap_or("");
    let _ = writeln!(
        out,
        "STORED AS INPUTFORMAT \n  {} \nOUTPUTFORMAT \n  {}",
        hive_string(input),
        hive_string(output)
    );
    let _ = writeln!(
        out,
        "LOCATION\n  {}",
        hive_string(descriptor.location.as_deref().unwrap_or(""))
    );
    let parameters = table.input.parameters.clone().unwrap_or_default();
    out.push_str("TBLPROPERTIES (\n");
    properties(
        &mut out,
        parameters
            .iter()
            .filter(|(k, _)| *k != "EXTERNAL" && *k != "comment"),
    );
    out
}
