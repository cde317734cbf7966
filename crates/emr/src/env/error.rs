//! Why the environment could not be made, and what to do about it.

use std::{io, path::PathBuf};

/// A failure to make or use the environment. Each says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum EnvError {
    #[error(
        "no Python 3.8 to 3.12 was found, which Spark 3.5 needs. Install one, for example: \
         pip install uv && uv python install 3.11"
    )]
    NoPython,
    #[error("pyspark {version} could not be installed with {python}. The installer said: {said}")]
    Install {
        version: &'static str,
        python: PathBuf,
        said: String,
    },
    #[error(
        "no Java 17 was found and {package} could not be installed: {said}. Install Java 17, or set JAVA_HOME to one"
    )]
    NoJava { package: &'static str, said: String },
    #[error("S3A's jars are not there and could not be fetched ({reason}). {}", offline_help(.missing, .folder))]
    Jars {
        missing: Vec<String>,
        folder: PathBuf,
        reason: String,
    },
    #[error("{program} failed: {said}")]
    Tool { program: String, said: String },
    #[error("failed to {doing}")]
    Io {
        doing: String,
        #[source]
        source: io::Error,
    },
}

fn offline_help(missing: &[String], folder: &std::path::Path) -> String {
    format!(
        "Put these files into {}: {}; or set TAXIWAY_MAVEN_URL to a Maven repository that can be reached",
        folder.display(),
        missing.join(", ")
    )
}

impl EnvError {
    pub(super) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// Returns the message with its sources, for the one who must act on it.
    pub fn full(&self) -> String {
        match self {
            Self::Io { doing, source } => format!("failed to {doing}: {source}"),
            other => other.to_string(),
        }
    }
}
