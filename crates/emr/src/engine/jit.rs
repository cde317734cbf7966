//! Which compilers a job's JVM uses: the quick one alone is right for short jobs only.

use super::EngineError;

/// Names our setting: `c1`, `full` or `auto`.
pub(super) const SETTING: &str = "spark.taxiway.jit";

/// A job that took less than this last time is a short one. At this length the quick compiler saves some
/// seconds at the start and does not yet lose them again.
const SHORT_MS: i64 = 30_000;

/// Tells whether the job is to be started quickly rather than run fast.
pub(super) fn quick(setting: Option<&str>, last_run_ms: Option<i64>) -> Result<bool, EngineError> {
    match setting {
        Some("c1") => Ok(true),
        Some("full") => Ok(false),
        None | Some("auto") => Ok(last_run_ms.is_some_and(|ms| ms < SHORT_MS)),
        Some(other) => Err(EngineError::Request(format!(
            "{SETTING} is c1, full or auto, not {other}"
        ))),
    }
}

/// Returns the JVM options of a quick start: the first compiler, and the collector that starts fastest
/// unless the job chose one.
pub(super) fn options(quick: bool, chosen: &[String]) -> Vec<String> {
    if !quick {
        return Vec::new();
    }
    let mut options = vec!["-XX:TieredStopAtLevel=1".to_owned()];
    let collector = |o: &String| o.starts_with("-XX:+Use") && o.ends_with("GC");
    if !chosen.iter().any(collector) {
        options.push("-XX:+UseSerialGC".to_owned());
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_setting_else_by_the_last_run() {
        assert_eq!(quick(None, None), Ok(false));
        assert_eq!(quick(None, Some(9_000)), Ok(true));
        assert_eq!(quick(Some("auto"), Some(90_000)), Ok(false));
        assert_eq!(quick(Some("c1"), Some(90_000)), Ok(true));
        assert_eq!(quick(Some("full"), Some(9_000)), Ok(false));
        assert!(quick(Some("fast"), None).is_err());
    }

    #[test]
    fn a_collector_that_the_job_chose_stays() {
        assert_eq!(
            options(true, &["-XX:+UseG1GC".into()]),
            ["-XX:TieredStopAtLevel=1"]
        );
    }
}
