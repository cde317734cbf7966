//! Results as JUnit's XML, which build servers read.

use std::fmt::Write;

use super::Outcome;

/// Returns a JUnit document: a suite for each file and state machine.
pub(crate) fn junit(outcomes: &[Outcome]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites {}>", totals(outcomes));
    let same = |a: &Outcome, b: &Outcome| a.file == b.file && a.machine == b.machine;
    for suite in outcomes.chunk_by(same) {
        let Some(first) = suite.first() else { continue };
        let name = format!("{}: {}", first.file, first.machine);
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" {}>",
            escaped(&name),
            totals(suite)
        );
        for outcome in suite {
            let _ = write!(
                out,
                "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
                escaped(&outcome.machine),
                escaped(&outcome.case),
                outcome.seconds
            );
            if outcome.wrong.is_empty() {
                out.push_str("/>\n");
            } else {
                let _ = writeln!(
                    out,
                    ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>",
                    escaped(&outcome.wrong[0]),
                    escaped(&outcome.wrong.join("\n"))
                );
            }
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn totals(outcomes: &[Outcome]) -> String {
    let failed = outcomes.iter().filter(|o| !o.wrong.is_empty()).count();
    let seconds: f64 = outcomes.iter().map(|o| o.seconds).sum();
    format!(
        "tests=\"{}\" failures=\"{failed}\" errors=\"0\" time=\"{seconds:.3}\"",
        outcomes.len()
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            // XML 1.0 has no other control characters, not even escaped
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_for_each_state_machine() {
        let outcome = |machine: &str, case: &str, wrong: &[&str]| Outcome {
            file: "f".into(),
            machine: machine.into(),
            case: case.into(),
            seconds: 0.5,
            wrong: wrong.iter().map(|w| (*w).to_owned()).collect(),
        };
        let text = junit(&[
            outcome("a", "x", &[]),
            outcome("a", "<y>", &["1 & 2", "3"]),
            outcome("b", "x", &[]),
        ]);
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites tests=\"3\" failures=\"1\" errors=\"0\" time=\"1.500\">
  <testsuite name=\"f: a\" tests=\"2\" failures=\"1\" errors=\"0\" time=\"1.000\">
    <testcase classname=\"a\" name=\"x\" time=\"0.500\"/>
    <testcase classname=\"a\" name=\"&lt;y&gt;\" time=\"0.500\">
      <failure message=\"1 &amp; 2\">1 &amp; 2\n3</failure>
    </testcase>
  </testsuite>
  <testsuite name=\"f: b\" tests=\"1\" failures=\"0\" errors=\"0\" time=\"0.500\">
    <testcase classname=\"b\" name=\"x\" time=\"0.500\"/>
  </testsuite>
</testsuites>
"
        );
    }
}
