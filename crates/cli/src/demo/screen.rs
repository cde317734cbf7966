//! What the demo shows: a line per step with its time, a bar or spinner while one runs on a terminal.

use std::{
    io::{IsTerminal, stderr},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A step under way.
pub(crate) struct Step {
    what: String,
    started: Instant,
    bar: ProgressBar,
}

impl Step {
    /// Starts a step whose length is not known.
    pub(crate) fn start(what: impl Into<String>) -> Self {
        let what = what.into();
        let bar = ProgressBar::with_draw_target(None, target());
        bar.set_style(style("{spinner} {msg} {elapsed}"));
        bar.set_message(what.clone());
        bar.enable_steady_tick(Duration::from_millis(100));
        Self {
            what,
            started: Instant::now(),
            bar,
        }
    }

    /// Starts a step of so many units.
    pub(crate) fn of(what: impl Into<String>, length: u64) -> Self {
        let what = what.into();
        let bar = ProgressBar::with_draw_target(Some(length), target());
        bar.set_style(style("  {msg} {wide_bar} {percent} % {eta}"));
        bar.set_message(what.clone());
        Self {
            what,
            started: Instant::now(),
            bar,
        }
    }

    pub(crate) fn at(&self, position: u64) {
        self.bar.set_position(position);
    }

    /// Says what the step does just now; shown as a line of its own where there is no terminal.
    pub(crate) fn say(&self, detail: &str) {
        if self.bar.is_hidden() {
            println!("  {}: {detail}", self.what);
        } else {
            self.bar.set_message(format!("{}: {detail}", self.what));
        }
    }

    /// Ends the step with what came of it.
    pub(crate) fn done(self, outcome: &str) {
        self.bar.finish_and_clear();
        line(&self.what, outcome, self.started.elapsed());
    }
}

/// Prints one aligned line: what, how it went, how long it took.
pub(crate) fn line(what: &str, outcome: &str, took: Duration) {
    println!("  {what:<44} {outcome:<34} {:>7.1} s", took.as_secs_f64());
}

/// Prints a heading.
pub(crate) fn heading(text: &str) {
    println!("\n{text}");
}

fn target() -> ProgressDrawTarget {
    if stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
