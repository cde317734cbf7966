//! Looks at every page and every row of the file.
//!
//! Reading a row compares it with its checksum. What no read can notice is a row that is not found any more, since
//! its key or the way to it is damaged: here the pages are checked for their order, and the rows one by one.

use rusqlite::Connection;

use super::sum::Unsummed;
use crate::StoreError;

/// Findings after which there is no need for more.
const ENOUGH: usize = 20;

/// Each table with its rows' checksums, keys, values, and the numbers that the checksum is over too.
const TABLES: [(&str, &str); 6] = [
    (
        "spaces",
        "SELECT sum, x'', x'', id, CAST(name AS BLOB) FROM spaces",
    ),
    ("records", "SELECT sum, key, value, space FROM records"),
    ("rows", "SELECT sum, x'', row, id FROM rows"),
    ("sealed", "SELECT sum, x'', data, stream, rows FROM sealed"),
    (
        "timers",
        "SELECT sum, key, payload, queue, due FROM timers NOT INDEXED",
    ),
    ("bus", "SELECT sum, x'', event, position, time_ms FROM bus"),
];

/// Returns what is damaged, in words; nothing: the file is whole.
pub(super) fn verify(file: &Connection, unsummed: Unsummed) -> Result<Vec<String>, StoreError> {
    let mut found = pages(file)?;
    rows(file, unsummed, &mut found);
    Ok(found)
}

/// Returns what is wrong with pages and indices.
pub(super) fn pages(file: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut pages = file.prepare(&format!("PRAGMA integrity_check({ENOUGH})"))?;
    let mut lines = pages.query([])?;
    loop {
        match lines.next() {
            Ok(Some(row)) => found.push(row.get::<_, String>(0)?),
            Ok(None) => break,
            Err(error) => {
                found.push(error.to_string());
                break;
            }
        }
    }
    found.retain(|line| line != "ok");
    Ok(found)
}

/// Compares all rows with their checksums.
pub(super) fn rows(file: &Connection, unsummed: Unsummed, found: &mut Vec<String>) {
    for (table, sql) in TABLES {
        if let Err(error) = rows_of(file, unsummed, table, sql, found) {
            found.push(format!("{table}: {error}"));
        }
    }
    found.truncate(ENOUGH);
}

fn rows_of(
    file: &Connection,
    unsummed: Unsummed,
    table: &str,
    sql: &str,
    found: &mut Vec<String>,
) -> Result<(), StoreError> {
    let mut statement = file.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let blob = |at| row.get_ref(at)?.as_blob().map_err(rusqlite::Error::from);
        let (mut key, mut numbers) = (blob(1)?, Vec::new());
        for at in 3..columns {
            match row.get_ref(at)? {
                rusqlite::types::ValueRef::Blob(name) => key = name,
                _ => numbers.push(row.get(at)?),
            }
        }
        if let Err(damage) = unsummed.check(row.get(0)?, table, &numbers, key, blob(2)?) {
            found.push(damage.to_string());
            if found.len() >= ENOUGH {
                return Ok(());
            }
        }
    }
    Ok(())
}
