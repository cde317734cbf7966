//! `taxiway validate`: what is wrong with definitions, and where.

pub(crate) mod locate;
pub(crate) mod report;

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

use asl::{Definition, MachineKind};
use serde_json::json;

use report::Finding;

/// What the user called with cannot be used.
pub(crate) const USAGE: u8 = 2;

/// The type of a state machine, as the API writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "UPPERCASE")]
pub(crate) enum Type {
    Standard,
    Express,
}

impl Type {
    pub(crate) fn kind(self) -> MachineKind {
        match self {
            Self::Standard => MachineKind::Standard,
            Self::Express => MachineKind::Express,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::Express => "EXPRESS",
        }
    }
}

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Definitions in the Amazon States Language; - reads stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Type of state machine that the definitions are for
    #[arg(long = "type", default_value = "STANDARD", ignore_case = true)]
    kind: Type,
    /// Print one JSON object a line for each finding, and one for each file
    #[arg(long)]
    json: bool,
}

/// Validates. Exit codes: 0 all are valid (there may be warnings), 1 one is not, 2 one cannot be read.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let (mut invalid, mut unread) = (false, false);
    for path in &arguments.files {
        let file = name(path);
        let text = match read(path) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("error: cannot read {file}: {error}");
                unread = true;
                continue;
            }
        };
        let checked = Definition::check(&text, arguments.kind.kind());
        let valid = checked.definition.is_ok();
        invalid |= !valid;
        let found = checked.definition.err().unwrap_or_default();
        let found: Vec<_> = found
            .into_iter()
            .chain(checked.warnings)
            .map(|d| Finding::new(&text, d))
            .collect();
        for finding in &found {
            if arguments.json {
                println!("{}", finding.json(&file));
            } else {
                println!("{}", finding.text(&file, &text));
            }
        }
        if arguments.json {
            let result = if valid { "OK" } else { "FAIL" };
            println!("{}", json!({"file": file, "result": result}));
        } else if valid {
            println!("{file}: valid");
        }
    }
    match (unread, invalid) {
        (true, _) => ExitCode::from(USAGE),
        (false, true) => ExitCode::FAILURE,
        (false, false) => ExitCode::SUCCESS,
    }
}

/// Reads a file; `-` is stdin.
pub(crate) fn read(path: &Path) -> std::io::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(path)
}

/// Returns a file's name for messages.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") {
        "<stdin>".to_owned()
    } else {
        path.display().to_string()
    }
}

/// Reads a definition that must be valid; what is wrong goes to stderr.
///
/// **Errors**: the exit code: `unread` [`USAGE`], `invalid` as given.
pub(crate) fn definition(path: &Path, kind: Type, invalid: u8) -> Result<String, u8> {
    let file = name(path);
    let text = read(path).map_err(|error| {
        eprintln!("error: cannot read {file}: {error}");
        USAGE
    })?;
    match Definition::parse(&text, kind.kind()) {
        Ok(_) => Ok(text),
        Err(found) => {
            for diagnostic in found {
                eprintln!("{}", Finding::new(&text, diagnostic).text(&file, &text));
            }
            Err(invalid)
        }
    }
}
