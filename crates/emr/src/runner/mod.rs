//! The runner: the process that outlives the server and looks after one attempt of one job run.
//!
//! It is a session of its own and only writes files in the attempt's folder; the server only reads them.
//! It never talks to the server, to the store or to S3.
//!
//! | file | written by | says |
//! |---|---|---|
//! | `spec.json` | server, by rename | what to run |
//! | `runner.lock` | runner, locked | held: the runner is alive |
//! | `started.json` | runner, once, before the job's process exists | this attempt was begun; it never begins again |
//! | `stdout`, `stderr` | the job | its output |
//! | `cancel` | server | end the job |
//! | `exit.json` | runner, by rename | how the job ended |
//!
//! Lock held: alive. Free with an exit record: finished. Free without one, though started: lost.

mod folder;
mod main;
mod spec;
mod tree;

pub use folder::{Folder, Observed};
pub use main::main;
pub use spec::{Exit, Spec, Started};
