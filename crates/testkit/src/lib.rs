//! What tests and the demo need from outside the product: taxi data made on the spot.

pub mod tlc;
