//! A first look at a file that no catalog describes.

use datafusion::prelude::{ParquetReadOptions, SessionContext};

use crate::{
    Engine, QueryError, Rows,
    counting::Scanned,
    engine::{Prepared, columns, guarded},
    error::running,
};

impl Engine {
    /// Reads the first rows of one Parquet file; its columns are those that the file says it has.
    ///
    /// **Errors**: where there is no such object, or it is no Parquet file.
    pub async fn first_rows(
        &self,
        bucket: &str,
        key: &str,
        limit: usize,
    ) -> Result<Rows, QueryError> {
        let scanned = Scanned::default();
        let session = SessionContext::new_with_state(self.session("", &scanned)?);
        let url = address(bucket, key).ok_or_else(|| {
            QueryError::failed(
                "INVALID_LOCATION",
                format!("s3://{bucket}/{key} is no address"),
            )
        })?;
        let any_name = ParquetReadOptions::default().file_extension("");
        let frame = guarded(async {
            let frame = session.read_parquet(String::from(url), any_name).await;
            let frame = frame.and_then(|frame| frame.limit(0, Some(limit)));
            frame.map_err(|e| running(&e))
        })
        .await?;
        let (state, plan) = frame.into_parts();
        let columns = columns(&plan, None);
        Prepared::new(plan, state, columns, scanned).run().await
    }
}

fn address(bucket: &str, key: &str) -> Option<url::Url> {
    let mut url = url::Url::parse("s3://bucket/").ok()?;
    url.set_host(Some(bucket)).ok()?;
    url.path_segments_mut().ok()?.clear().extend(key.split('/'));
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_addresses_as_they_are() {
        let url = address("b", "a b/c%2F/é?x#y.parquet").unwrap();
        assert_eq!(url.as_str(), "s3://b/a%20b/c%252F/%C3%A9%3Fx%23y.parquet");
    }
}
