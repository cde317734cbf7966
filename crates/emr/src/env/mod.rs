//! The private environment that Spark runs in: Python, pyspark, Java, S3A's jars and the class archive.
//!
//! It lives in the user's cache folder, is shared by all data folders, is made on first use and is never
//! changed once it is there (the class archive is added beside it). It holds nothing of any user's data.

mod archive;
mod build;
mod error;
mod inspect;
mod jars;
mod java;
mod maven;
mod progress;
mod python;
mod tools;

pub use build::{Environment, Setup, cache_folder, prepare};
pub use error::EnvError;
pub use inspect::{Inspection, inspect};
pub use progress::{Progress, Report, silent};
