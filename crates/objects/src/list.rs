//! Listing a bucket's objects in the order of their keys' bytes.

use store::Scan;

use crate::{Error, ListRequest, Listing, Objects, keys, objects::Entry};

/// How many records are read at once.
const PAGE: usize = 1000;

impl Objects {
    /// Lists objects; keys that share what stands between the prefix and the next delimiter become one
    /// common prefix, whose other keys are skipped, not read.
    pub async fn list(&self, bucket: &str, request: &ListRequest) -> Result<Listing, Error> {
        self.head_bucket(bucket).await?;
        let mut listing = Listing::default();
        if request.max == 0 {
            return Ok(listing);
        }
        let mut scan = Scan {
            prefix: keys::current(bucket, &request.prefix),
            after: request
                .start_after
                .as_deref()
                .map(|after| match grouped(after, request) {
                    // A page that ended with a common prefix: past all of its keys.
                    Some(group) if group == after => keys::current_past(bucket, after),
                    _ => keys::current(bucket, after),
                }),
            limit: PAGE.min(request.max.saturating_add(1)),
            reverse: false,
        };
        let mut last = String::new();
        loop {
            let page = self.store.scan(keys::CURRENT, &scan).await?;
            let more = page.len() == scan.limit;
            for (record_key, record) in page {
                let key = keys::key_in_current(bucket, &record_key);
                let group = grouped(&key, request);
                scan.after = Some(match group {
                    Some(group) => keys::current_past(bucket, group),
                    None => record_key,
                });
                if group.is_some() && group == listing.common_prefixes.last().map(String::as_str) {
                    continue;
                }
                if listing.objects.len() + listing.common_prefixes.len() == request.max {
                    listing.next = Some(last);
                    return Ok(listing);
                }
                if let Some(group) = group {
                    group.clone_into(&mut last);
                    listing.common_prefixes.push(group.to_owned());
                } else {
                    listing.objects.push(Entry::read(&key, &record)?.info);
                    last = key;
                }
            }
            if !more {
                return Ok(listing);
            }
        }
    }
}

/// Returns the common prefix that a key falls under.
fn grouped<'a>(key: &'a str, request: &ListRequest) -> Option<&'a str> {
    group(key, &request.prefix, request.delimiter.as_deref())
}

/// Returns a key's part up to and with the first delimiter after the prefix.
pub(crate) fn group<'a>(key: &'a str, prefix: &str, delimiter: Option<&str>) -> Option<&'a str> {
    let delimiter = delimiter.filter(|d| !d.is_empty())?;
    let rest = key.strip_prefix(prefix)?;
    let end = rest.find(delimiter)? + delimiter.len();
    key.get(..prefix.len() + end)
}
