//! The `spark-log4j` classification: levels as EMR's releases take them, in Spark 3.5's terms.

/// Spark's own logging, which the properties change.
const BASE: &str = "rootLogger.level = info
rootLogger.appenderRef.stdout.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex
";

/// Returns a log4j 2 configuration with the properties applied. Properties of log4j 1 (EMR 6.x) are
/// translated where they set levels.
pub(super) fn configuration(properties: &[(&str, &str)]) -> String {
    let mut text = BASE.to_owned();
    let mut loggers = 0;
    for (name, value) in properties {
        let level = value.split(',').next().unwrap_or_default().trim();
        if let "log4j.rootCategory" | "log4j.rootLogger" = *name {
            text.push_str(&format!("rootLogger.level = {level}\n"));
        } else if let Some(logger) = name
            .strip_prefix("log4j.logger.")
            .or_else(|| name.strip_prefix("log4j.category."))
        {
            loggers += 1;
            text.push_str(&format!("logger.t{loggers}.name = {logger}\n"));
            text.push_str(&format!("logger.t{loggers}.level = {level}\n"));
        } else if name.starts_with("log4j.") {
            text.push_str(&format!(
                "# {name} is log4j 1's and has no counterpart here\n"
            ));
        } else {
            text.push_str(&format!("{name} = {value}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_both_generations() {
        let text = configuration(&[
            ("log4j.rootCategory", "WARN, console"),
            ("log4j.logger.org.apache.spark", "DEBUG"),
            ("logger.x.name", "a.b"),
        ]);
        for line in [
            "rootLogger.level = WARN",
            "logger.t1.name = org.apache.spark",
            "logger.t1.level = DEBUG",
            "logger.x.name = a.b",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} in {text}");
        }
    }
}
