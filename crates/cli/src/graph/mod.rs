//! `taxiway graph`: a definition as a picture.

mod layout;
mod mermaid;
pub(crate) mod model;
mod svg;

use std::{io::Write, path::PathBuf, process::ExitCode};

use crate::validate::{self, Type, USAGE};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Definition in the Amazon States Language; - reads stdin
    file: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Mermaid)]
    format: Format,
    /// File to write instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Type of state machine that the definition is for
    #[arg(long = "type", default_value = "STANDARD", ignore_case = true)]
    kind: Type,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Mermaid,
    Svg,
}

/// Draws. Exit codes: 0 drawn, 1 the definition is not valid, 2 a file cannot be read or written.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    match draw(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => ExitCode::from(code),
    }
}

fn draw(arguments: &Arguments) -> Result<(), u8> {
    let text = validate::definition(&arguments.file, arguments.kind, 1)?;
    let definition = serde_json::from_str(&text).map_err(|error| {
        eprintln!("error: {}: {error}", validate::name(&arguments.file));
        1
    })?;
    let program = model::Program::read(&definition);
    let drawn = match arguments.format {
        Format::Mermaid => mermaid::mermaid(&program),
        Format::Svg => svg::svg(&program),
    };
    let written = match &arguments.output {
        Some(path) => std::fs::write(path, drawn),
        None => std::io::stdout().write_all(drawn.as_bytes()),
    };
    written.map_err(|error| {
        let to = arguments.output.as_ref();
        let to = to.map_or_else(|| "stdout".to_owned(), |p| p.display().to_string());
        eprintln!("error: cannot write {to}: {error}");
        USAGE
    })
}
