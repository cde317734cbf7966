//! Sessions: from SQL and a catalog to a plan, and from a plan to rows.

mod catalog;
mod columns;
mod guard;
mod planning;
mod prepared;
mod refusal;
mod rows;
mod session;
mod stores;

pub use catalog::Catalog;
pub use columns::ResultColumn;
pub use prepared::Prepared;
pub use rows::{Rows, ScannedBytes};
pub use session::{Engine, Settings};

pub(crate) use columns::columns;
pub(crate) use guard::guarded;

#[cfg(test)]
mod documented;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::Panicking;
