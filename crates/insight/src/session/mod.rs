//! Who uses the console: sessions in a signed, expiring cookie that holds no secret.

mod cookie;
mod key;
mod sessions;
mod sign_in;

pub(crate) use sessions::Sessions;
pub(crate) use sign_in::{describe, sign_in, sign_out};

#[cfg(test)]
mod tests;
