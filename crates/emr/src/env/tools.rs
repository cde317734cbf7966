//! Running the installers and interpreters that make the environment.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use super::{EnvError, Progress, Report};

/// Runs a program to its end and returns its standard output. What it says goes to `report` line by line.
pub(super) fn run(
    command: &mut Command,
    step: &str,
    report: &Report<'_>,
) -> Result<String, EnvError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |e: std::io::Error| EnvError::Tool {
        program: program.clone(),
        said: e.to_string(),
    };
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let stderr = child.stderr.take();
    let errors = std::thread::spawn(move || {
        let mut text = String::new();
        if let Some(mut pipe) = stderr {
            // A pipe that breaks off only shortens the message.
            let _ = pipe.read_to_string(&mut text);
        }
        text
    });
    let mut out = String::new();
    if let Some(pipe) = child.stdout.take() {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            report(Progress::Said { step, line: &line });
            out.push_str(&line);
            out.push('\n');
        }
    }
    let status = child.wait().map_err(failed)?;
    let errors = errors.join().unwrap_or_default();
    if status.success() {
        return Ok(out);
    }
    let said = if errors.trim().is_empty() {
        out
    } else {
        errors
    };
    Err(EnvError::Tool {
        program,
        said: last_words(&said),
    })
}

/// Returns the last lines of what a tool said, at most some 600 bytes, in one line.
fn last_words(text: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut size = 0;
    for line in text.lines().rev().map(str::trim).filter(|l| !l.is_empty()) {
        size += line.len();
        if size > 600 {
            break;
        }
        words.push(line);
    }
    words.reverse();
    words.join("; ")
}
