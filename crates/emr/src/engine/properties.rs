//! A job's settings: our own, under the job's spark-defaults, under its submit parameters.

use std::collections::BTreeMap;

use crate::job::Configuration;

/// A job's settings by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings(BTreeMap<String, String>);

/// Settings that mean something only where there are executors or pods.
const CLUSTER_ONLY: [&str; 8] = [
    "spark.executor.instances",
    "spark.executor.memory",
    "spark.executor.memoryOverhead",
    "spark.executor.cores",
    "spark.driver.cores",
    "spark.driver.memoryOverhead",
    "spark.dynamicAllocation.",
    "spark.kubernetes.",
];

impl Settings {
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns the settings under a prefix, without it.
    pub(super) fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter_map(move |(k, v)| Some((k.strip_prefix(prefix)?, v.as_str())))
    }

    /// Returns the names that mean nothing to a local master.
    pub(super) fn meaningless_locally(&self) -> Vec<&str> {
        let cluster_only = |name: &&str| {
            CLUSTER_ONLY.iter().any(|c| {
                if c.ends_with('.') {
                    name.starts_with(c)
                } else {
                    name == c
                }
            })
        };
        self.names().filter(cluster_only).collect()
    }

    /// Returns the text of a properties file.
    pub(super) fn to_file(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            text.push_str(&escape(name, true));
            text.push('=');
            text.push_str(&escape(value, false));
            text.push('\n');
        }
        text
    }
}

/// Writes text so that Java's `Properties` reads it back.
fn escape(text: &str, name: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' ' if name || i == 0 => out.push_str("\\ "),
            '=' | ':' | '#' | '!' if name => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Returns the properties of a classification, nested ones included.
pub(super) fn of_classification<'a>(
    configurations: &'a [Configuration],
    name: &str,
) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    for configuration in configurations {
        if configuration.classification == name {
            found.extend(
                configuration
                    .properties
                    .iter()
                    .map(|(k, v)| (k.as_str(), v.as_str())),
            );
        }
        found.extend(of_classification(&configuration.configurations, name));
    }
    found
}

/// Returns the classifications that no part of the engine reads.
pub(super) fn unread<'a>(configurations: &'a [Configuration], read: &[&str]) -> Vec<&'a str> {
    configurations
        .iter()
        .flat_map(|c| {
            let own =
                (!read.contains(&c.classification.as_str())).then_some(c.classification.as_str());
            own.into_iter().chain(unread(&c.configurations, read))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_was_set() {
        let mut settings = Settings::default();
        settings.set("spark.a", " x\\y\nz = 1");
        settings.set("spark.b c", "2");
        assert_eq!(
            settings.to_file(),
            "spark.a=\\ x\\\\y\\nz = 1\nspark.b\\ c=2\n"
        );
    }

    #[test]
    fn what_only_a_cluster_understands() {
        let mut settings = Settings::default();
        for name in [
            "spark.executor.instances",
            "spark.executor.extraJavaOptions",
            "spark.kubernetes.pyspark.pythonVersion",
            "spark.dynamicAllocation.enabled",
            "spark.sql.shuffle.partitions",
        ] {
            settings.set(name, "1");
        }
        assert_eq!(
            settings.meaningless_locally(),
            [
                "spark.dynamicAllocation.enabled",
                "spark.executor.instances",
                "spark.kubernetes.pyspark.pythonVersion"
            ]
        );
    }
}
