//! The Glue Data Catalog: databases, tables, their versions and partitions, as records of the store.
//!
//! Knows no wire protocol and no SQL. The database `default` is always there, and cannot be told from one
//! that was created. Invariant: a partition or version record exists only while its table does.

mod databases;
mod error;
mod model;
mod partitions;
mod predicate;
mod tables;

pub use error::CatalogError;
pub use model::{
    Column, Database, DatabaseInput, Order, Parameters, Partition, PartitionInput, SerdeInfo,
    StorageDescriptor, Table, TableInput,
};
pub use predicate::{Predicate, PredicateError};

use std::sync::Arc;

use store::{Clock, Store};

/// Whose catalog: an account in a region.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    pub account: Arc<str>,
    pub region: Arc<str>,
}

impl Scope {
    pub fn new(account: &str, region: &str) -> Self {
        Self {
            account: account.into(),
            region: region.into(),
        }
    }

    fn parts<'a>(&'a self, rest: &[&'a str]) -> Vec<&'a str> {
        [&*self.account, &*self.region]
            .into_iter()
            .chain(rest.iter().copied())
            .collect()
    }
}

/// The catalogs of all accounts, cheap to clone.
#[derive(Clone)]
pub struct Catalog {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl Catalog {
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Epoch seconds.
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds stay below 2^53 until the year 287396"
    )]
    fn now(&self) -> f64 {
        (self.clock.now_ms() / 1000) as f64
    }
}

#[cfg(test)]
mod tests;
