//! Listing all versions and delete markers.

use std::cmp::Ordering;

use store::{Key, Scan};

use crate::{
    Error, ListRequest, ObjectInfo, Objects, VersionListing, ids, keys, list::group, objects::Entry,
};

/// How many records are read at once.
const PAGE: usize = 1000;

impl Objects {
    /// Lists versions by key and then newest first; `version_marker` goes with `request.start_after`, the
    /// key that it is a version of.
    pub async fn list_versions(
        &self,
        bucket: &str,
        request: &ListRequest,
        version_marker: Option<&str>,
    ) -> Result<VersionListing, Error> {
        self.head_bucket(bucket).await?;
        let mut listing = VersionListing::default();
        if request.max == 0 {
            return Ok(listing);
        }
        let mut walk = Walk::new(self, bucket, &request.prefix);
        if let Some(after) = &request.start_after {
            let delimiter = request.delimiter.as_deref();
            if group(after, &request.prefix, delimiter) == Some(after) {
                walk.skip(after);
            } else {
                walk.start(after, version_marker).await?;
            }
        }
        let mut last = (String::new(), None);
        while let Some((newest, info)) = walk.next().await? {
            let group =
                group(&info.key, &request.prefix, request.delimiter.as_deref()).map(str::to_owned);
            if group.is_some() && group.as_ref() == listing.common_prefixes.last() {
                continue;
            }
            if listing.versions.len() + listing.common_prefixes.len() == request.max {
                listing.next = Some(last);
                return Ok(listing);
            }
            if let Some(group) = group {
                walk.skip(&group);
                last = (group.clone(), None);
                listing.common_prefixes.push(group);
            } else {
                last = (
                    info.key.clone(),
                    Some(info.version_id.clone().unwrap_or_else(|| "null".into())),
                );
                listing.versions.push((newest, info));
            }
        }
        Ok(listing)
    }
}

/// Walks `current` and `versions` side by side.
struct Walk<'a> {
    objects: &'a Objects,
    bucket: &'a str,
    current: Side,
    versions: Side,
    /// The key whose newest version has been given.
    newest_of: Option<String>,
}

struct Side {
    table: &'static str,
    scan: Scan,
    page: std::collections::VecDeque<ObjectInfo>,
    ended: bool,
}

impl Side {
    fn new(table: &'static str, prefix: Key) -> Self {
        let scan = Scan {
            prefix,
            after: None,
            limit: PAGE,
            reverse: false,
        };
        Self {
            table,
            scan,
            page: std::collections::VecDeque::new(),
            ended: false,
        }
    }

    /// Goes on after a position, which must not be before what has been given.
    fn go_past(&mut self, position: Key) {
        self.scan.after = Some(position);
        self.ended = false;
        self.page.clear();
    }

    async fn fill(&mut self, objects: &Objects, bucket: &str) -> Result<(), Error> {
        if !self.page.is_empty() || self.ended {
            return Ok(());
        }
        let records = objects.store.scan(self.table, &self.scan).await?;
        self.ended = records.len() < PAGE;
        for (record_key, record) in records {
            let key = if self.table == keys::CURRENT {
                keys::key_in_current(bucket, &record_key)
            } else {
                keys::split_escaped(bucket, &record_key).0
            };
            self.page.push_back(Entry::read(&key, &record)?.info);
            self.scan.after = Some(record_key);
        }
        Ok(())
    }
}

impl<'a> Walk<'a> {
    fn new(objects: &'a Objects, bucket: &'a str, prefix: &str) -> Self {
        Self {
            objects,
            bucket,
            current: Side::new(keys::CURRENT, keys::current(bucket, prefix)),
            versions: Side::new(keys::VERSIONS, keys::escaped_prefix(bucket, prefix)),
            newest_of: None,
        }
    }

    /// Goes past a key, or past one of its versions.
    async fn start(&mut self, key: &str, version_marker: Option<&str>) -> Result<(), Error> {
        self.current.go_past(keys::current(self.bucket, key));
        let Some(marker) = version_marker else {
            self.versions.go_past(keys::past_key(self.bucket, key));
            return Ok(());
        };
        self.newest_of = Some(key.to_owned());
        let current = self
            .objects
            .current(self.bucket, key)
            .await?
            .map(|(entry, _)| entry.info);
        let named = |info: &ObjectInfo| info.version_id.as_deref().unwrap_or("null") == marker;
        let sequence = match current.filter(named) {
            Some(info) => Some(info.sequence),
            None => match ids::sequence_of(marker) {
                Some(sequence) => Some(sequence),
                None => self
                    .objects
                    .older_version(self.bucket, key, marker)
                    .await?
                    .map(|(e, _)| e.info.sequence),
            },
        };
        self.versions.go_past(match sequence {
            Some(sequence) => keys::version(self.bucket, key, sequence),
            None => keys::past_key(self.bucket, key),
        });
        Ok(())
    }

    /// Goes past all keys that begin with `prefix`.
    fn skip(&mut self, prefix: &str) {
        self.current
            .go_past(keys::current_past(self.bucket, prefix));
        self.versions
            .go_past(keys::escaped_past(self.bucket, prefix));
    }

    async fn next(&mut self) -> Result<Option<(bool, ObjectInfo)>, Error> {
        self.current.fill(self.objects, self.bucket).await?;
        self.versions.fill(self.objects, self.bucket).await?;
        let side = match (self.current.page.front(), self.versions.page.front()) {
            (None, None) => return Ok(None),
            (Some(_), None) => &mut self.current,
            (None, Some(_)) => &mut self.versions,
            (Some(a), Some(b)) => match a.key.cmp(&b.key) {
                Ordering::Greater => &mut self.versions,
                Ordering::Less | Ordering::Equal => &mut self.current,
            },
        };
        let Some(info) = side.page.pop_front() else {
            return Ok(None);
        };
        let newest = self.newest_of.as_ref() != Some(&info.key);
        if newest {
            self.newest_of = Some(info.key.clone());
        }
        Ok(Some((newest, info)))
    }
}
