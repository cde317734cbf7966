//! S3's requests: authenticated and unwrapped here, so that the service sees plain HTTP.

mod chunked;
mod payload;
mod request;

pub use payload::PayloadError;
