//! What Spark jobs run with.

use emr::env;

use super::Finding;

pub(super) fn look(findings: &mut Vec<Finding>) {
    let found = env::inspect();
    if let Some(path) = &found.unfit_python {
        findings.push(Finding::warn(
            "Python",
            format!(
                "TAXIWAY_PYTHON names {}, which Spark 3.5 does not run on",
                path.display()
            ),
            "let it name a Python 3.8 to 3.12, or unset it",
        ));
    }
    match (&found.environment, found.archive) {
        (Some(environment), true) => findings.push(Finding::ok("Spark", environment.clone())),
        (Some(environment), false) => findings.push(Finding::warn(
            "Spark",
            format!("{environment}; its class archive is not made yet"),
            "the server makes it in the background after the first job; until then jobs start more slowly",
        )),
        (None, _) => {
            findings.push(Finding::warn(
                "Spark",
                format!("not set up yet in {}", found.cache.display()),
                "the first job sets it up: some 300 MB from PyPI and Maven Central, once; `taxiway demo` does it too",
            ));
            findings.push(match found.pythons.first() {
                Some(python) => Finding::ok("Python", format!("{} fits Spark 3.5", python.display())),
                None => Finding::fail(
                    "Python",
                    "no Python 3.8 to 3.12 is on this machine, which Spark 3.5 needs",
                    "install one (Debian: apt-get install python3; else `uv python install 3.11`), or name it in TAXIWAY_PYTHON",
                ),
            });
        }
    }
    findings.push(match &found.java {
        Some(java) => Finding::ok("Java", format!("{} is Java 17", java.display())),
        None => Finding::ok(
            "Java",
            "none of version 17 on this machine; Spark's environment brings its own",
        ),
    });
}
