//! What only our own console and command line ask, below `/_taxiway/`, and the console itself below `/_console/`.
//!
//! It has no data of its own that could not be made again, and reaches services as any client does: by Calls through the
//! door. What else it needs of them, `server` hands in ([`Parts`]). `docs/insight-api.md` has the routes.

mod backfill;
mod bus;
mod call;
mod console;
mod delimited;
mod history;
mod home;
mod insight;
mod integrations;
mod inventory;
mod job_log;
mod lineage;
mod links;
mod logs;
mod objects;
mod preview;
mod results;
mod runs;
mod schedules;
mod search;
mod services;
mod session;
mod shapes;
mod state_stats;
#[cfg(test)]
mod testing;
mod time;
mod web;

pub use insight::{Insight, Parts};
pub use integrations::Integration;
pub use services::{
    DriverLog, Due, Events, Followed, History, LogTail, Looked, Rows, Scheduled, Services, TailFrom,
};
