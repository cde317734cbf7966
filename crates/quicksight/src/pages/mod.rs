//! What the console asks of reports: `/_taxiway/reports/…`, described in docs/reports-api.md.

mod download;
mod embed;
mod export;
mod expression;
mod filter;
mod question;
mod refresh;
mod route;
mod signed;
mod suggest;
mod visual;

pub(crate) use download::Download;
pub(crate) use embed::{Embedded, embedded_url};
