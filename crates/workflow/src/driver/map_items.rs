//! ItemReader: what a Map run reads from buckets, as its items.
//!
//! **Source**: "ItemReader (Map)" of the developer guide.

use std::{io::Read, sync::Arc};

use asl::{Failure, ItemSource, MapItem, Value};
use bytes::Bytes;
use futures::stream::{self, StreamExt, TryStreamExt};

use super::{Driver, map_buckets::member, map_runs::failure};
use crate::{
    buckets::{BucketObject, Buckets},
    execution::Home,
    rows::{self, ReaderConfig},
};

/// How many objects are asked for at once.
const PAGE: usize = 1000;
/// How many objects of a manifest or a prefix are read at the same time.
const FILES_AT_ONCE: usize = 8;
/// The largest text that a compressed object may hold, in bytes: ten times what AWS takes of a file.
const LARGEST_TEXT: u64 = 10 << 30;

const FAILED: &str = "States.ItemReaderFailed";

/// What a Map run reads with.
struct Reading<'a> {
    buckets: &'a Arc<dyn Buckets>,
    account: &'a str,
    config: ReaderConfig<'a>,
}

/// An object of a bucket.
struct At {
    bucket: String,
    key: String,
    version: Option<String>,
}

impl Driver {
    /// Reads the items of a Map run.
    pub(super) async fn items(
        &self,
        home: &Home,
        source: &ItemSource,
    ) -> Result<Vec<MapItem>, Failure> {
        let (resource, arguments, config) = match source {
            ItemSource::Given(items) => return Ok(asl::map_run::given_items(items)),
            ItemSource::Reader {
                resource,
                arguments,
                config,
            } => (resource, arguments, config),
        };
        let reading = Reading {
            buckets: self.buckets(FAILED)?,
            account: &home.account,
            config: ReaderConfig(config),
        };
        let read = match resource.rsplit(':').next() {
            Some("getObject") => reading.object(arguments).await,
            Some("listObjectsV2") => reading.listing(arguments).await,
            _ => Err(format!("ItemReader cannot read by {resource}.")),
        };
        read.map_err(|why| failure(FAILED, why))
    }
}

impl Reading<'_> {
    async fn object(&self, arguments: &Value) -> Result<Vec<MapItem>, String> {
        let at = At {
            bucket: member(arguments, "Bucket").to_owned(),
            key: member(arguments, "Key").to_owned(),
            version: arguments
                .get("VersionId")
                .and_then(Value::as_str)
                .map(str::to_owned),
        };
        match self.config.manifest() {
            None => self.file(&at).await,
            Some("ATHENA_DATA") => {
                let manifest = text(&at.key, self.get(&at).await?)?;
                self.files(rows::addresses(&manifest)?).await
            }
            Some("S3_INVENTORY") => self.inventory(&at).await,
            Some(other) => Err(format!("The ManifestType {other} cannot be read here.")),
        }
    }

    /// The objects under a prefix, or what is in them.
    async fn listing(&self, arguments: &Value) -> Result<Vec<MapItem>, String> {
        let bucket = member(arguments, "Bucket");
        let flatten = self.config.flattens();
        let limit = if flatten {
            usize::MAX
        } else {
            self.config.limit()
        };
        let mut found: Vec<BucketObject> = Vec::new();
        while found.len() < limit {
            let after = found.last().map(|o| o.key.clone());
            let prefix = member(arguments, "Prefix");
            let page = self
                .buckets
                .list(self.account, bucket, prefix, after.as_deref(), PAGE);
            let page = page.await.map_err(|e| e.message)?;
            let last = page.len() < PAGE;
            found.extend(page);
            if last {
                break;
            }
        }
        found.truncate(limit);
        if !flatten {
            return Ok(rows::listed(found));
        }
        // A folder's own object holds nothing.
        let objects = found.into_iter().filter(|o| o.size > 0);
        let objects = objects.map(|o| (bucket.to_owned(), o.key)).collect();
        self.files(objects).await
    }

    /// An S3 inventory: its manifest lists files whose rows are the objects.
    async fn inventory(&self, at: &At) -> Result<Vec<MapItem>, String> {
        let manifest = text(&at.key, self.get(at).await?)?;
        let inventory = rows::Inventory::read(&manifest)?;
        let mut items = Vec::new();
        for key in &inventory.keys {
            let at = At {
                bucket: inventory.bucket.clone(),
                key: key.clone(),
                version: None,
            };
            let body = self.get(&at).await?;
            let of_file = match inventory.format.as_str() {
                "CSV" => inventory.rows(&text(key, body)?),
                "Parquet" => self.parquet(body).await?,
                other => return Err(format!("An inventory in {other} cannot be read here.")),
            };
            items.extend(of_file);
            if items.len() >= self.config.limit() {
                break;
            }
        }
        Ok(self.counted(items))
    }

    /// The rows of several objects, one after the other.
    async fn files(&self, objects: Vec<(String, String)>) -> Result<Vec<MapItem>, String> {
        let reads = objects.into_iter().map(async |(bucket, key)| {
            let at = At {
                bucket,
                key,
                version: None,
            };
            self.file(&at).await
        });
        let mut reads = stream::iter(reads).buffered(FILES_AT_ONCE);
        let mut items = Vec::new();
        while let Some(some) = reads.try_next().await? {
            items.extend(some);
            if items.len() >= self.config.limit() {
                break;
            }
        }
        Ok(self.counted(items))
    }

    /// The rows of one object.
    async fn file(&self, at: &At) -> Result<Vec<MapItem>, String> {
        let body = self.get(at).await?;
        if self.config.kind() == "PARQUET" {
            return self.parquet(body).await;
        }
        rows::read(&text(&at.key, body)?, self.config)
    }

    async fn parquet(&self, body: Bytes) -> Result<Vec<MapItem>, String> {
        let lines = self.buckets.parquet(body, self.config.limit()).await;
        rows::json_lines(&lines.map_err(|e| e.message)?, usize::MAX)
    }

    async fn get(&self, at: &At) -> Result<Bytes, String> {
        let got = self
            .buckets
            .get(self.account, &at.bucket, &at.key, at.version.as_deref());
        got.await.map_err(|e| e.message)
    }

    /// Numbers items that come from several files.
    fn counted(&self, mut items: Vec<MapItem>) -> Vec<MapItem> {
        items.truncate(self.config.limit());
        for (index, item) in items.iter_mut().enumerate() {
            item.index = u32::try_from(index).unwrap_or(u32::MAX);
        }
        items
    }
}

/// Returns the text of an object; one whose name ends in `.gz` is decompressed.
fn text(key: &str, body: Bytes) -> Result<String, String> {
    if !key.ends_with(".gz") {
        let text = String::from_utf8(body.to_vec());
        return text.map_err(|_| "The object is not text in UTF-8.".to_owned());
    }
    let mut out = String::new();
    flate2::read::MultiGzDecoder::new(&*body)
        .take(LARGEST_TEXT)
        .read_to_string(&mut out)
        .map_err(|e| format!("The object {key} cannot be decompressed: {e}"))?;
    Ok(out)
}
