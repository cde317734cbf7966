//! Pages of a listing, the newest first.

use aws::ApiError;
use serde::de::DeserializeOwned;
use store::{Key, Scan, Store};

use super::{internal, invalid, millis};

/// How many records are read at once while a filter looks for its own.
const CHUNK: usize = 200;

/// What AWS returns at most when nothing else is asked for.
const DEFAULT_SIZE: usize = 100;

/// Which page.
pub(super) struct Page<'a> {
    pub(super) size: Option<i64>,
    pub(super) token: Option<&'a str>,
}

/// Which moments of creation are asked for, in epoch seconds; both ends count.
pub(super) struct Created {
    pub(super) after: Option<f64>,
    pub(super) before: Option<f64>,
}

impl Created {
    pub(super) fn has(&self, created_ms: i64) -> bool {
        self.after.is_none_or(|s| created_ms >= millis(s))
            && self.before.is_none_or(|s| created_ms <= millis(s))
    }
}

/// Returns the records under a prefix that `keep` holds for, and the token of the next page when there is
/// more. A token is the last key's last part.
pub(super) async fn of<T: DeserializeOwned>(
    store: &Store,
    table: &'static str,
    prefix: &[&str],
    page: Page<'_>,
    keep: impl Fn(&T) -> bool + Send,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let size = match page.size {
        None => DEFAULT_SIZE,
        Some(n) if n > 0 => usize::try_from(n).unwrap_or(DEFAULT_SIZE).min(1000),
        Some(_) => return Err(invalid("maxResults must be greater than 0")),
    };
    let mut scan = Scan {
        reverse: true,
        limit: CHUNK,
        ..Scan::prefix(prefix)
    };
    if let Some(token) = page.token {
        let last = aws::page::key_text(token).map_err(|_| invalid("The nextToken is invalid."))?;
        let mut parts = prefix.to_vec();
        parts.push(&last);
        scan.after = Some(Key::of(&parts));
    }
    let mut found = Vec::new();
    let mut last_found = None;
    loop {
        let chunk = store.scan_json::<T>(table, &scan).await.map_err(internal)?;
        let last_chunk = chunk.len() < CHUNK;
        for (key, value) in chunk {
            if keep(&value) {
                if found.len() == size {
                    let last = last_found.and_then(|k: Key| k.parts().pop());
                    return Ok((found, last.map(|part| aws::page::token(part.as_bytes()))));
                }
                found.push(value);
                last_found = Some(key.clone());
            }
            scan.after = Some(key);
        }
        if last_chunk {
            return Ok((found, None));
        }
    }
}
