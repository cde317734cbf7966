//! Buckets: their names, their owners, their configuration.

use store::{Expect, Key, Op, Scan};

use crate::{Bucket, Error, Objects, Owner, Versioning, keys};

impl Objects {
    /// Creates a bucket. Errors: [`Error::BucketAlreadyOwnedByYou`], [`Error::BucketAlreadyExists`],
    /// [`Error::InvalidBucketName`].
    pub async fn create_bucket(&self, name: &str, owner: &Owner) -> Result<Bucket, Error> {
        if !valid_name(name) {
            return Err(Error::InvalidBucketName {
                bucket: name.into(),
            });
        }
        let _alone = self.buckets.write().await;
        if let Some(bucket) = self.bucket(name).await? {
            let mine = bucket.owner.account == owner.account;
            let bucket = bucket.name;
            return Err(match mine {
                true => Error::BucketAlreadyOwnedByYou { bucket },
                false => Error::BucketAlreadyExists { bucket },
            });
        }
        let bucket = Bucket {
            v: 1,
            name: name.into(),
            owner: owner.clone(),
            created_ms: self.clock.now_ms(),
            versioning: Versioning::Never,
            event_bridge: false,
            tags: Vec::new(),
            documents: std::collections::BTreeMap::new(),
        };
        let mut batch = store::Batch::new();
        batch.put_json(keys::BUCKETS, Key::of(&[name]), &bucket, Expect::Absent)?;
        self.store.commit(batch).await?;
        Ok(bucket)
    }

    pub async fn head_bucket(&self, name: &str) -> Result<Bucket, Error> {
        self.bucket(name).await?.ok_or_else(|| Error::NoSuchBucket {
            bucket: name.into(),
        })
    }

    async fn bucket(&self, name: &str) -> Result<Option<Bucket>, Error> {
        Ok(self
            .store
            .get_json(keys::BUCKETS, &Key::of(&[name]))
            .await?)
    }

    /// Returns an account's buckets by name.
    pub async fn list_buckets(&self, account: &str) -> Result<Vec<Bucket>, Error> {
        let mut buckets = self.every_bucket().await?;
        buckets.retain(|bucket| bucket.owner.account == account);
        Ok(buckets)
    }

    /// Returns the buckets of all accounts by name.
    pub async fn every_bucket(&self) -> Result<Vec<Bucket>, Error> {
        let all = self
            .store
            .scan_json::<Bucket>(keys::BUCKETS, &Scan::prefix(&[]))
            .await?;
        Ok(all.into_iter().map(|(_, bucket)| bucket).collect())
    }

    /// Deletes an empty bucket; uploads in progress go with it. Errors: [`Error::BucketNotEmpty`].
    pub async fn delete_bucket(&self, name: &str) -> Result<(), Error> {
        let _alone = self.buckets.write().await;
        self.head_bucket(name).await?;
        for (table, prefix) in [
            (keys::CURRENT, keys::current(name, "")),
            (keys::VERSIONS, keys::escaped_prefix(name, "")),
        ] {
            let scan = Scan {
                prefix,
                after: None,
                limit: 1,
                reverse: false,
            };
            if !self.store.scan(table, &scan).await?.is_empty() {
                return Err(Error::BucketNotEmpty {
                    bucket: name.into(),
                });
            }
        }
        let mut change = self.without_uploads(name).await?;
        let expect = Expect::Present;
        change.batch.ops.push(Op::Delete {
            table: keys::BUCKETS,
            key: Key::of(&[name]),
            expect,
        });
        self.commit(change).await
    }

    /// Changes a bucket's record.
    async fn configure(&self, name: &str, change: impl FnOnce(&mut Bucket)) -> Result<(), Error> {
        let _alone = self.buckets.write().await;
        let mut bucket = self.head_bucket(name).await?;
        change(&mut bucket);
        let mut batch = store::Batch::new();
        batch.put_json(keys::BUCKETS, Key::of(&[name]), &bucket, Expect::Present)?;
        Ok(self.store.commit(batch).await?)
    }

    pub async fn set_versioning(&self, bucket: &str, versioning: Versioning) -> Result<(), Error> {
        self.configure(bucket, |b| b.versioning = versioning).await
    }

    /// Turns on or off the bucket's events to EventBridge.
    pub async fn set_event_bridge(&self, bucket: &str, on: bool) -> Result<(), Error> {
        self.configure(bucket, |b| b.event_bridge = on).await
    }

    pub async fn set_bucket_tags(
        &self,
        bucket: &str,
        tags: Vec<(String, String)>,
    ) -> Result<(), Error> {
        self.configure(bucket, |b| b.tags = tags).await
    }

    /// Keeps a configuration document (`cors`, `policy`, `lifecycle`, …), or removes it.
    pub async fn set_document(
        &self,
        bucket: &str,
        name: &str,
        document: Option<String>,
    ) -> Result<(), Error> {
        self.configure(bucket, |b| match document {
            Some(document) => {
                b.documents.insert(name.into(), document);
            }
            None => {
                b.documents.remove(name);
            }
        })
        .await
    }
}

/// S3's rules for general purpose buckets, as far as they concern the characters.
fn valid_name(name: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name
            .chars()
            .all(|c| alphanumeric(c) || c == '.' || c == '-')
        && name.starts_with(alphanumeric)
        && name.ends_with(alphanumeric)
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
        && !name.starts_with("xn--")
        && !name.ends_with("-s3alias")
}

#[cfg(test)]
mod tests {
    use super::valid_name;

    #[test]
    fn names() {
        for good in ["abc", "my-bucket", "a.b.c", "1-2", &"a".repeat(63)] {
            assert!(valid_name(good), "{good}");
        }
        for bad in [
            "ab",
            "Abc",
            "a_b",
            "-ab",
            "ab-",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "",
            &"a".repeat(64),
        ] {
            assert!(!valid_name(bad), "{bad}");
        }
    }
}
