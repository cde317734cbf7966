//! Buckets and objects as storage: durable before acknowledged, visible whole or not at all.

mod adapter;
mod api;
mod checksum;
mod error;
mod model;
mod request;

pub use adapter::{as_object_store, bucket_as_object_store};
pub use api::Objects;
pub use checksum::Algorithm;
pub use error::{Digest, Error};
pub use model::{
    Bucket, ByteRange, ChecksumType, Headers, ObjectInfo, ObjectStream, Owner, Versioning,
};
pub use request::{
    Caller, Checks, CompletedPart, CopyRequest, DeleteTarget, Deleted, GetRequest, Got,
    ListRequest, Listing, PutRequest, ReadConditions, Trailing, UploadRequest, VersionListing,
    WriteCondition,
};
