//! Buckets and objects as storage: durable before acknowledged, visible whole or not at all.

mod adapter;
mod body;
mod bucket;
mod change;
mod checksum;
mod complete;
mod copy;
mod delete;
mod error;
mod events;
#[cfg(test)]
mod faults;
mod files;
#[cfg(test)]
mod formats;
mod ids;
mod keys;
mod list;
mod model;
mod multipart;
mod objects;
mod read;
mod request;
mod versions;
mod write;

pub use adapter::{as_object_store, bucket_as_object_store};
pub use checksum::Algorithm;
pub use complete::CompleteRequest;
pub use error::{Digest, Error};
pub use model::{
    Bucket, ByteRange, ChecksumType, Headers, ObjectInfo, ObjectStream, Owner, Versioning,
};
pub use multipart::{PART_MIN, PART_NUMBER_MAX, Part, Upload};
pub use objects::Objects;
pub use read::{Headed, ObjectPart};
pub use request::{
    Caller, Checks, CompletedPart, CopyRequest, DeleteTarget, Deleted, GetRequest, Got,
    ListRequest, Listing, PutRequest, ReadConditions, Trailing, UploadRequest, VersionListing,
    WriteCondition,
};
