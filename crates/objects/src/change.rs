//! A change of objects in the making: the batch, the bodies it shares and releases, and the commit.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use store::{Batch, Expect, Key, Op, StoreError};

use crate::{
    Error, Objects,
    body::{Body, BodyRecord, PartSize, Received, ReceivedBytes, Segment},
    ids, keys,
    objects::Entry,
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    pub(crate) batch: Batch,
    /// Changes of the reference counts, by body.
    references: BTreeMap<String, i64>,
    /// Files that no record names once this is committed.
    unlink: Vec<(String, Vec<String>)>,
}

impl Change {
    pub(crate) fn put_entry(
        &mut self,
        table: &'static str,
        key: Key,
        entry: &Entry,
        expect: Expect,
    ) -> Result<(), Error> {
        self.batch.put_json(table, key, entry, expect)?;
        Ok(())
    }

    pub(crate) fn delete_if(&mut self, table: &'static str, key: Key, version: u64) {
        self.batch.ops.push(Op::Delete {
            table,
            key,
            expect: Expect::Version(version),
        });
    }

    pub(crate) fn put_inline(&mut self, id: &str, bytes: Bytes) {
        self.batch
            .put_if(keys::INLINE, Key::of(&[id]), bytes, Expect::Absent);
    }

    /// Makes a body of segments that one object has.
    pub(crate) fn put_body(
        &mut self,
        segments: Vec<Segment>,
        parts: Vec<PartSize>,
    ) -> Result<Body, Error> {
        let id = ids::unique();
        let record = BodyRecord {
            v: 1,
            refs: 1,
            segments,
            parts,
        };
        self.batch
            .put_json(keys::BODIES, Key::of(&[&id]), &record, Expect::Absent)?;
        Ok(Body::Files(id))
    }

    /// Counts one more object that has this body.
    pub(crate) fn share(&mut self, body: &str) {
        *self.references.entry(body.to_owned()).or_default() += 1;
    }

    /// Counts one object less that has this body.
    pub(crate) fn release(&mut self, body: &Body) {
        match body {
            Body::Empty => {}
            Body::Inline(id) => {
                self.batch.delete(keys::INLINE, Key::of(&[id]));
            }
            Body::Files(id) => *self.references.entry(id.clone()).or_default() -= 1,
        }
    }

    /// Releases a part's bytes, which nothing shares.
    pub(crate) fn release_segment(&mut self, segment: Segment) {
        if segment.inline {
            self.batch.delete(keys::INLINE, Key::of(&[&segment.id]));
        } else {
            self.unlink.push((segment.id.clone(), vec![segment.id]));
        }
    }
}

/// What has come in, on its way into a commit. Until then its file, if any, has no name in the records.
pub(crate) struct Incoming {
    /// The file; left in place when it is unknown whether the commit was made.
    file: Option<String>,
    pub(crate) segment: Option<Segment>,
}

impl Incoming {
    pub(crate) fn new(received: Received, change: &mut Change) -> Self {
        let len = received.size;
        match received.bytes {
            ReceivedBytes::Small(bytes) if bytes.is_empty() => Self {
                file: None,
                segment: None,
            },
            ReceivedBytes::Small(bytes) => {
                let id = ids::unique();
                change.put_inline(&id, bytes);
                Self {
                    file: None,
                    segment: Some(Segment {
                        id,
                        len,
                        inline: true,
                    }),
                }
            }
            ReceivedBytes::File(file) => {
                // Kept from here on: were this future dropped while its commit is under way, the commit
                // could still be made. A file that stays behind so is swept at the next start.
                let id = file.id().to_owned();
                file.keep();
                Self {
                    file: Some(id.clone()),
                    segment: Some(Segment {
                        id,
                        len,
                        inline: false,
                    }),
                }
            }
        }
    }

    /// Returns the body of an object that consists of this alone.
    pub(crate) fn body(&self, change: &mut Change) -> Result<Body, Error> {
        match self.segment.clone() {
            None => Ok(Body::Empty),
            Some(segment) if segment.inline => Ok(Body::Inline(segment.id)),
            Some(segment) => change.put_body(vec![segment], Vec::new()),
        }
    }

    /// Removes the file again if the commit was certainly not made.
    pub(crate) fn settle<T>(self, objects: &Objects, result: Result<T, Error>) -> Result<T, Error> {
        let uncertain = matches!(result, Err(Error::Store(StoreError::Failed { .. })));
        if let (Err(_), Some(file), false) = (&result, self.file, uncertain) {
            objects.unlink(vec![(file.clone(), vec![file])]);
        }
        result
    }
}

impl Objects {
    /// Commits a change and then removes the files that it leaves without a name.
    ///
    /// A crash before the commit leaves everything as it was; after it, at worst files that the next start
    /// sweeps.
    pub(crate) async fn commit(&self, mut change: Change) -> Result<(), Error> {
        for (id, delta) in std::mem::take(&mut change.references) {
            if delta == 0 {
                continue;
            }
            let key = Key::of(&[&id]);
            let Some(record) = self.store.get(keys::BODIES, &key).await? else {
                return Err(StoreError::Conflict {
                    table: keys::BODIES.into(),
                    key: id,
                }
                .into());
            };
            let mut body: BodyRecord = record.json()?;
            body.refs += delta;
            if body.refs > 0 {
                change
                    .batch
                    .put_json(keys::BODIES, key, &body, Expect::Version(record.version))?;
                continue;
            }
            change.delete_if(keys::BODIES, key, record.version);
            let (inline, files): (Vec<_>, Vec<_>) =
                body.segments.into_iter().partition(|s| s.inline);
            for segment in inline {
                change.batch.delete(keys::INLINE, Key::of(&[&segment.id]));
            }
            change
                .unlink
                .push((id, files.into_iter().map(|s| s.id).collect()));
        }
        self.store.commit(change.batch).await?;
        self.unlink(change.unlink);
        Ok(())
    }

    fn unlink(&self, bodies: Vec<(String, Vec<String>)>) {
        if bodies.is_empty() {
            return;
        }
        let files = Arc::clone(&self.files);
        tokio::task::spawn_blocking(move || {
            for (body, ids) in bodies {
                files.remove(&body, ids);
            }
        });
    }
}

/// Tells whether a commit met another's and may be tried again on fresh records.
pub(crate) fn is_conflict(error: &Error) -> bool {
    matches!(error, Error::Store(StoreError::Conflict { .. }))
}
