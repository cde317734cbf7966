//! `SparkSubmitParameters`: spark-submit's options, told apart into settings and what is passed on.

use super::{EngineError, words};

/// Options that are another way to give a setting.
const SETTINGS: [(&str, &str); 10] = [
    ("--driver-memory", "spark.driver.memory"),
    ("--driver-cores", "spark.driver.cores"),
    ("--driver-java-options", "spark.driver.extraJavaOptions"),
    ("--driver-class-path", "spark.driver.extraClassPath"),
    ("--driver-library-path", "spark.driver.extraLibraryPath"),
    ("--executor-memory", "spark.executor.memory"),
    ("--executor-cores", "spark.executor.cores"),
    ("--num-executors", "spark.executor.instances"),
    ("--total-executor-cores", "spark.cores.max"),
    ("--master", "spark.master"),
];

/// Options that SparkSubmit itself acts on.
const PASSED: [&str; 9] = [
    "--class",
    "--name",
    "--jars",
    "--packages",
    "--exclude-packages",
    "--repositories",
    "--py-files",
    "--files",
    "--archives",
];

/// Options of other cluster managers, with a value.
const FOREIGN: [&str; 5] = [
    "--deploy-mode",
    "--queue",
    "--principal",
    "--keytab",
    "--proxy-user",
];

/// What a parameter line asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Submit {
    /// Settings, in order; a later one counts.
    pub(super) settings: Vec<(String, String)>,
    /// Options for SparkSubmit.
    pub(super) passed: Vec<String>,
    /// Options that mean nothing here.
    pub(super) ignored: Vec<String>,
}

/// Reads a parameter line. Errors: [`EngineError::Request`] in spark-submit's words.
pub(super) fn parse(line: &str) -> Result<Submit, EngineError> {
    let request = |what: String| EngineError::Request(what);
    let words = words::split(line)
        .map_err(|e| request(format!("sparkSubmitParameters cannot be read: {e}")))?;
    let mut submit = Submit::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if matches!(word.as_str(), "--verbose" | "-v" | "--supervise") {
            submit.ignored.push(word);
            continue;
        }
        let (option, inline) = match word.split_once('=') {
            Some((o, v)) if o.starts_with("--") => (o.to_owned(), Some(v.to_owned())),
            _ => (word, None),
        };
        let known = option == "--conf"
            || option == "-c"
            || SETTINGS.iter().any(|(o, _)| *o == option)
            || PASSED.contains(&option.as_str())
            || FOREIGN.contains(&option.as_str());
        if !known {
            return Err(request(if option.starts_with('-') {
                format!("Unrecognized option: {option}")
            } else {
                format!(
                    "sparkSubmitParameters holds {option:?}, which is neither an option nor an option's value"
                )
            }));
        }
        let value = inline
            .or_else(|| words.next())
            .ok_or_else(|| request(format!("Missing argument for option '{option}'.")))?;
        if let Some((_, setting)) = SETTINGS.iter().find(|(o, _)| *o == option) {
            submit.settings.push(((*setting).to_owned(), value));
        } else if option == "--conf" || option == "-c" {
            let (name, value) = value
                .split_once('=')
                .ok_or_else(|| request(format!("Spark config without '=': {value}")))?;
            submit.settings.push((name.to_owned(), value.to_owned()));
        } else if PASSED.contains(&option.as_str()) {
            submit.passed.extend([option, value]);
        } else {
            submit.ignored.push(option);
        }
    }
    Ok(submit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_settings_from_options() {
        let line = "--conf spark.driver.cores=1 --driver-memory 2g --class a.B --jars=s3://b/x.jar \
                    --deploy-mode cluster --conf 'spark.driver.extraJavaOptions=-Dx=1 -Dy=2' -v";
        let submit = parse(line).unwrap();
        let settings: Vec<(&str, &str)> = submit
            .settings
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            settings,
            [
                ("spark.driver.cores", "1"),
                ("spark.driver.memory", "2g"),
                ("spark.driver.extraJavaOptions", "-Dx=1 -Dy=2")
            ]
        );
        assert_eq!(submit.passed, ["--class", "a.B", "--jars", "s3://b/x.jar"]);
        assert_eq!(submit.ignored, ["--deploy-mode", "-v"]);
    }

    #[test]
    fn refuses_what_spark_submit_refuses() {
        for (line, want) in [
            ("--nonsense 1", "Unrecognized option: --nonsense"),
            ("--conf", "Missing argument for option '--conf'."),
            ("--conf a", "Spark config without '=': a"),
            (
                "--name 'x",
                "sparkSubmitParameters cannot be read: a quote is not closed",
            ),
        ] {
            assert_eq!(
                parse(line),
                Err(EngineError::Request(want.into())),
                "{line}"
            );
        }
    }
}
