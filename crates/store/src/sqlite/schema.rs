//! The file's tables and their version.

use rusqlite::Connection;

use super::OpenError;

/// Grows with every change that an older Taxiway could not read.
pub(super) const FORMAT: i64 = 1;

/// Marks the file as ours: "TAXI".
pub(super) const APPLICATION: i64 = 0x5441_5849;

/// - `spaces`: names of tables and timer queues, as small numbers.
/// - `rows`: open streams; id = stream << 32 | seq, so that one integer finds and orders them.
/// - `sealed`: closed streams, one compressed row each; see `seal.rs`. Rows appended later follow in `rows`.
/// - `bus`: the newest event is never deleted, so that positions never come twice.
const TABLES: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE spaces (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE records (
  space INTEGER NOT NULL, key BLOB NOT NULL, version INTEGER NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (space, key)
) WITHOUT ROWID;
CREATE TABLE rows (id INTEGER PRIMARY KEY, row BLOB NOT NULL);
CREATE TABLE sealed (stream INTEGER PRIMARY KEY, rows INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE timers (
  queue INTEGER NOT NULL, key BLOB NOT NULL, due INTEGER NOT NULL, payload BLOB NOT NULL,
  PRIMARY KEY (queue, key)
) WITHOUT ROWID;
CREATE INDEX timers_due ON timers (queue, due);
CREATE TABLE bus (position INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, event BLOB NOT NULL);
INSERT INTO meta VALUES ('next stream', 1);
";

/// Makes the tables in an empty file; refuses a file that is not ours or newer than we are.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), OpenError> {
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
            Ok(())
        }
        (APPLICATION, FORMAT) => Ok(()),
        (APPLICATION, found) if found > FORMAT => Err(OpenError::Newer {
            found,
            known: FORMAT,
        }),
        _ => Err(OpenError::Foreign),
    }
}
