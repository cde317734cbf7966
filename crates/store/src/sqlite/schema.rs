//! The file's tables and their version.

use rusqlite::Connection;

use super::{OpenError, sum::Unsummed};

/// Grows with every change that an older Taxiway could not read.
pub(super) const FORMAT: i64 = 2;

/// Marks the file as ours: "TAXI".
pub(super) const APPLICATION: i64 = 0x5441_5849;

/// - `spaces`: names of tables and timer queues, as small numbers.
/// - `rows`: open streams; id = stream << 32 | seq, so that one integer finds and orders them.
/// - `sealed`: closed streams, one compressed row each; see `seal.rs`. Rows appended later follow in `rows`.
/// - `sum`: the row's checksum; see `sum.rs`. Absent in rows of files that were made in format 1.
/// - `meta`: `next stream`, `commits` (see `mark.rs`), and `unsummed` in files that were made in format 1.
/// - `bus`: the newest event is never deleted, so that positions never come twice.
const TABLES: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE spaces (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sum INTEGER);
CREATE TABLE records (
  space INTEGER NOT NULL, key BLOB NOT NULL, version INTEGER NOT NULL, value BLOB NOT NULL, sum INTEGER,
  PRIMARY KEY (space, key)
) WITHOUT ROWID;
CREATE TABLE rows (id INTEGER PRIMARY KEY, row BLOB NOT NULL, sum INTEGER);
CREATE TABLE sealed (stream INTEGER PRIMARY KEY, rows INTEGER NOT NULL, data BLOB NOT NULL, sum INTEGER);
CREATE TABLE timers (
  queue INTEGER NOT NULL, key BLOB NOT NULL, due INTEGER NOT NULL, payload BLOB NOT NULL, sum INTEGER,
  PRIMARY KEY (queue, key)
) WITHOUT ROWID;
CREATE INDEX timers_due ON timers (queue, due);
CREATE TABLE bus (position INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, event BLOB NOT NULL, sum INTEGER);
INSERT INTO meta VALUES ('next stream', 1), ('commits', 0);
";

/// From format 1: rows get a place for their checksum, which is empty until they are written again.
const FROM_1: &str = "
ALTER TABLE spaces ADD COLUMN sum INTEGER;
ALTER TABLE records ADD COLUMN sum INTEGER;
ALTER TABLE rows ADD COLUMN sum INTEGER;
ALTER TABLE sealed ADD COLUMN sum INTEGER;
ALTER TABLE timers ADD COLUMN sum INTEGER;
ALTER TABLE bus ADD COLUMN sum INTEGER;
INSERT INTO meta VALUES ('commits', 0), ('unsummed', 1);
";

/// Makes the tables in an empty file, or brings an older file up to date; refuses one that is not ours or newer
/// than we are. Returns whether rows may lack their checksum.
pub(super) fn prepare(connection: &mut Connection) -> Result<Unsummed, OpenError> {
    let pragma = |name: &str| {
        connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0))
    };
    let (application, format) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, format) {
        (0, 0) if tables == 0 => {
            let transaction = connection.transaction()?;
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()?;
            Ok(Unsummed(false))
        }
        (APPLICATION, 1) => {
            let transaction = connection.transaction()?;
            transaction.execute_batch(FROM_1)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()?;
            Ok(Unsummed(true))
        }
        (APPLICATION, FORMAT) => Ok(Unsummed(is_unsummed(connection)?)),
        (APPLICATION, found) if found > FORMAT => Err(OpenError::Newer {
            found,
            known: FORMAT,
        }),
        _ => Err(OpenError::Foreign),
    }
}

pub(super) fn is_unsummed(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM meta WHERE name = 'unsummed'";
    connection
        .query_row(sql, [], |row| row.get::<_, i64>(0))
        .map(|n| n > 0)
}
