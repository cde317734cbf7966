//! What the interpreter does when things happen outside: tasks, timers, failures, stops.

#![expect(clippy::expect_used, clippy::panic, reason = "a test program")]

#[expect(unreachable_pub, reason = "a test program")]
mod case;
mod forks;
mod formats;
mod limits;
mod tasks;
