//! What went wrong with a job, in one line, from what it printed last.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

/// How much of the end of a file is looked at: the longest traceback that is still worth reading.
const TAIL_BYTES: u64 = 128 * 1024;

/// Says only that the Python process failed, which its own output says better.
const WRAPPER: &str = "org.apache.spark.SparkUserAppException";

/// Returns the last error of a driver: what Python raised, else what the JVM threw.
pub(crate) fn last_error(stdout: &Path, stderr: &Path) -> Option<String> {
    let out = tail(stdout).unwrap_or_default();
    let err = tail(stderr).unwrap_or_default();
    raised(&out)
        .or_else(|| raised(&err))
        .or_else(|| thrown(&err))
        .or_else(|| complaint(&err))
}

fn tail(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the last line of the last Python traceback.
fn raised(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let header = |l: &&str| l.starts_with("Traceback (most recent call last)");
    let start = match lines.iter().rposition(header) {
        Some(at) => at + 1,
        // A script that cannot be compiled has no such header.
        None => lines.iter().rposition(|l| l.starts_with("  File \""))?,
    };
    let at = (start..lines.len()).find(|i| {
        let line = lines[*i];
        !line.is_empty() && !line.starts_with(char::is_whitespace)
    })?;
    let mut said = lines[at].trim_end().to_owned();
    if said.contains("Py4JJavaError") || said.ends_with(':') {
        // What Java threw, and a message that begins with a line's end, stand in the next line.
        if let Some(cause) = lines[at + 1..].iter().find(|l| !l.trim().is_empty()) {
            said.push(' ');
            said.push_str(cause.trim_start_matches(": ").trim());
        }
    }
    Some(said)
}

/// Returns what the JVM's main thread died of, with the cause at its root.
fn thrown(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let prefix = "Exception in thread \"main\" ";
    let at = lines.iter().rposition(|l| l.starts_with(prefix))?;
    let said = lines[at].trim_start_matches(prefix);
    if said.starts_with(WRAPPER) {
        return None;
    }
    let trace = lines[at + 1..]
        .iter()
        .take_while(|l| l.starts_with(char::is_whitespace) || l.starts_with("Caused by: "));
    let root = trace.filter_map(|l| l.strip_prefix("Caused by: ")).last();
    Some(root.map_or_else(|| said.to_owned(), |r| format!("{said}; caused by {r}")))
}

/// Returns the last line by which spark-submit or the JVM itself says that it cannot start.
fn complaint(text: &str) -> Option<String> {
    let starts = [
        "Error: ",
        "Error occurred during initialization",
        "Error in query",
    ];
    let lines: Vec<&str> = text.lines().collect();
    let at = lines
        .iter()
        .rposition(|l| starts.iter().any(|s| l.starts_with(s)))?;
    let mut said = lines[at].to_owned();
    if let Some(next) = lines
        .get(at + 1)
        .filter(|_| lines[at].ends_with("initialization of VM"))
    {
        said = format!("{said}: {next}");
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(out: &str, err: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let (stdout, stderr) = (folder.path().join("o"), folder.path().join("e"));
        std::fs::write(&stdout, out).unwrap();
        std::fs::write(&stderr, err).unwrap();
        last_error(&stdout, &stderr)
    }

    #[test]
    fn pythons_last_line() {
        let wrapper = format!(
            "Exception in thread \"main\" {WRAPPER}: User application exited with 1\n\tat x\n"
        );
        let out = "hello\nTraceback (most recent call last):\n  File \"/t/raises.py\", line 1, in <module>\n    \
                   raise ValueError('no taxis today')\nValueError: no taxis today\n";
        assert_eq!(last(out, &wrapper).unwrap(), "ValueError: no taxis today");
        let chained = format!(
            "{out}\nDuring handling of the above exception, another exception occurred:\n\n\
                               Traceback (most recent call last):\n  File \"x\"\nKeyError: 'b'\n"
        );
        assert_eq!(last(&chained, "").unwrap(), "KeyError: 'b'");
        let syntax = "  File \"/t/x.py\", line 1\n    print(\n         ^\nSyntaxError: '(' was never closed\n";
        assert_eq!(
            last(syntax, &wrapper).unwrap(),
            "SyntaxError: '(' was never closed"
        );
    }

    #[test]
    fn what_java_threw_through_python() {
        let out = "Traceback (most recent call last):\n  File \"x\", line 2\npy4j.protocol.Py4JJavaError: An error \
                   occurred while calling o31.parquet.\n: java.io.IOException: No space left on device\n\tat y\n";
        let want = "py4j.protocol.Py4JJavaError: An error occurred while calling o31.parquet. \
                    java.io.IOException: No space left on device";
        assert_eq!(last(out, "").unwrap(), want);
    }

    #[test]
    fn a_message_that_begins_with_a_lines_end() {
        let out = "Traceback (most recent call last):\n  File \"x\", line 3, in <module>\n\
                   pyspark.errors.exceptions.captured.ParseException: \n\
                   [PARSE_SYNTAX_ERROR] Syntax error at or near 'selec'.(line 1, pos 0)\n\n== SQL ==\nselec 1\n^^^\n";
        let want = "pyspark.errors.exceptions.captured.ParseException: \
                    [PARSE_SYNTAX_ERROR] Syntax error at or near 'selec'.(line 1, pos 0)";
        assert_eq!(last(out, "").unwrap(), want);
    }

    #[test]
    fn what_the_jvm_threw() {
        let err = "log\nException in thread \"main\" java.lang.RuntimeException: a\n\tat b\nCaused by: java.io.IOException: c\n\t... 1 more\n";
        assert_eq!(
            last("", err).unwrap(),
            "java.lang.RuntimeException: a; caused by java.io.IOException: c"
        );
        assert_eq!(
            last(
                "",
                "Error occurred during initialization of VM\nToo small maximum heap\n"
            )
            .unwrap(),
            "Error occurred during initialization of VM: Too small maximum heap"
        );
        assert_eq!(last("fine", "fine"), None);
    }
}
