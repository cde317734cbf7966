//! Looks at what there is to run Spark with, and makes nothing.

use std::{env, path::PathBuf};

use super::{
    Environment, Setup,
    build::{find_java, layout},
    java, python,
};

/// What a job would run with, were it started now.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The environment, in words, where it is made already.
    pub environment: Option<String>,
    /// Whether its class archive is made, so that jobs start quickly.
    pub archive: bool,
    /// The Pythons of this machine that Spark 3.5 runs on, the best first.
    pub pythons: Vec<PathBuf>,
    /// The machine's Java 17; without one, the environment brings its own.
    pub java: Option<PathBuf>,
    pub cache: PathBuf,
    /// What users may have set: `TAXIWAY_PYTHON`, where nothing fit stands behind it.
    pub unfit_python: Option<PathBuf>,
}

/// Looks. Starts each Python and Java once, to ask for its version.
pub fn inspect() -> Inspection {
    let setup = Setup::from_env();
    let root = setup.folder();
    let made = layout(&root)
        .and_then(|layout| Some(Environment::of(&root, &layout, find_java(&root, &layout)?)));
    let pythons: Vec<PathBuf> = python::interpreters().into_iter().map(|i| i.path).collect();
    let given = env::var_os("TAXIWAY_PYTHON").map(PathBuf::from);
    Inspection {
        archive: made.as_ref().is_some_and(|e| e.archive().is_some()),
        environment: made.map(|e| e.to_string()),
        unfit_python: given.filter(|path| python::is_unfit(path)),
        pythons,
        java: java::of_the_machine().map(|java| java.path),
        cache: setup.cache_dir,
    }
}
