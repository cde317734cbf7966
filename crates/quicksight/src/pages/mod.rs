//! What the console asks of reports: `/_taxiway/reports/…`, described in docs/reports-api.md.

mod download;
mod embed;
mod export;
mod expression;
mod filter;
mod notes;
mod question;
mod refresh;
mod route;
mod signed;
mod suggest;
mod visible;
mod visitor;
mod visual;

pub(crate) use download::Download;
pub use embed::EMBED_ROOT;
pub(crate) use embed::{EmbedCode, Grant};
