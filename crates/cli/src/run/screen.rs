//! What `taxiway run` shows: a line per state on stderr, or JSON lines on stdout.

use std::{
    io::{IsTerminal, stderr},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::{
    play::{Ended, Watch},
    track::Told,
};

pub(crate) struct Screen {
    json: bool,
    bar: ProgressBar,
}

impl Screen {
    pub(crate) fn new(json: bool) -> Self {
        let target = if stderr().is_terminal() && !json {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { json, bar }
    }

    /// Shows how it ended: the output alone goes to stdout.
    pub(crate) fn end(&self, ended: &Ended) {
        self.bar.finish_and_clear();
        let output = ended.output.as_deref();
        if self.json {
            let mut line = json!({"type": "execution", "status": ended.status, "seconds": ended.took.as_secs_f64()});
            for (name, value) in [("error", &ended.error), ("cause", &ended.cause)] {
                if let Some(value) = value {
                    line[name] = value.as_str().into();
                }
            }
            if let Some(output) = output {
                line["output"] = serde_json::from_str(output).unwrap_or_else(|_| output.into());
            }
            println!("{line}");
            return;
        }
        let reason = [&ended.error, &ended.cause].into_iter().flatten();
        let reason: Vec<_> = reason.map(String::as_str).collect();
        eprintln!(
            "{}",
            aligned(
                "the execution",
                &ended.status,
                ended.took.as_secs_f64(),
                &reason.join(": ")
            )
        );
        if let Some(output) = output {
            println!("{output}");
        }
    }
}

impl Watch for Screen {
    fn told(&mut self, told: &Told) {
        if self.json {
            let line: Value = json!({"type": "state", "state": told.state, "status": told.status,
                "seconds": told.seconds, "detail": told.detail});
            println!("{line}");
        } else {
            let line = aligned(&told.state, told.status, told.seconds, &told.detail);
            self.bar.suspend(|| eprintln!("{line}"));
        }
    }

    fn running(&mut self, what: &str) {
        self.bar.set_message(what.to_owned());
    }
}

fn aligned(what: &str, status: &str, seconds: f64, detail: &str) -> String {
    let line = format!("  {what:<40} {status:<10} {seconds:>8.1} s  {detail}");
    line.trim_end().to_owned()
}
