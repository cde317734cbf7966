//! A finding with its place, for people and as JSON.

use asl::{Diagnostic, Severity};
use serde_json::{Value, json};

use super::locate::{Place, locate, place};

/// A line longer than this is shown in part.
const SHOWN_CHARS: usize = 100;

/// A finding and where it is.
pub(crate) struct Finding {
    pub diagnostic: Diagnostic,
    pub place: Option<Place>,
    /// How many characters are marked.
    length: usize,
}

impl Finding {
    pub(crate) fn new(text: &str, diagnostic: Diagnostic) -> Self {
        if diagnostic.code == "INVALID_JSON_DESCRIPTION" {
            let place = diagnostic.location.as_deref().and_then(parsers_place);
            return Self {
                diagnostic,
                place,
                length: 1,
            };
        }
        let span = pointer(&diagnostic).map(|l| locate(text, &l));
        let length = span
            .and_then(|s| text.get(s.start..s.end))
            .and_then(|t| t.lines().next())
            .map_or(1, |t| t.chars().count());
        Self {
            place: span.map(|s| place(text, s.start)),
            length: length.max(1),
            diagnostic,
        }
    }

    /// Returns the finding as `--json` prints it.
    pub(crate) fn json(&self, file: &str) -> Value {
        let mut shown = json!({"file": file, "diagnostic": self.diagnostic});
        let mut flat = shown["diagnostic"].take();
        flat["file"] = file.into();
        if let Some(place) = self.place {
            flat["line"] = place.line.into();
            flat["column"] = place.column.into();
        }
        flat
    }

    /// Returns the finding as people read it: place, severity, code, message; the line with a caret under it.
    pub(crate) fn text(&self, file: &str, text: &str) -> String {
        let word = match self.diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let at = self
            .place
            .map_or_else(String::new, |p| format!(":{}:{}", p.line, p.column));
        // the parser's message repeats the whole text and its place in the lines after the first
        let message = self.diagnostic.message.lines().next().unwrap_or_default();
        let mut out = format!("{file}{at}: {word} [{}] {message}", self.diagnostic.code);
        if let Some(location) = self.diagnostic.location.as_deref()
            && location.starts_with('/')
        {
            out.push_str(&format!(" (at {location})"));
        }
        if let Some(place) = self.place
            && let Some(line) = text.lines().nth(place.line - 1)
        {
            out.push_str(&excerpt(place, line, self.length));
        }
        out
    }
}

/// A field that should not be there is told at the state that has it: its own place is better.
fn pointer(diagnostic: &Diagnostic) -> Option<String> {
    let location = diagnostic.location.as_deref()?;
    let field = diagnostic.message.strip_prefix("Field '");
    let field = field.and_then(|f| f.strip_suffix("' is not supported"));
    Some(match field {
        Some(field) => format!("{}/{field}", location.trim_end_matches('/')),
        None => location.to_owned(),
    })
}

fn excerpt(place: Place, line: &str, length: usize) -> String {
    let number = place.line.to_string();
    let gap = " ".repeat(number.len());
    let column = place.column - 1;
    // a long line is shown from a little before the place on
    let from = if column > SHOWN_CHARS * 3 / 4 {
        column - SHOWN_CHARS / 4
    } else {
        0
    };
    let shown: String = line.chars().skip(from).take(SHOWN_CHARS).collect();
    // tabs stay tabs, so that the caret is below its place however wide they are
    let before: String = shown
        .chars()
        .take(column - from)
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    let room = shown
        .chars()
        .count()
        .saturating_sub(before.chars().count())
        .max(1);
    let carets = "^".repeat(length.min(room));
    format!("\n {gap} |\n {number} | {shown}\n {gap} | {before}{carets}")
}

/// The JSON parser tells its place as `line: 3, column: 7]`.
fn parsers_place(location: &str) -> Option<Place> {
    let (_, tail) = location.rsplit_once("line: ")?;
    let (line, column) = tail.split_once(", column: ")?;
    Some(Place {
        line: line.parse::<usize>().ok().filter(|n| *n > 0)?,
        column: column
            .trim_end_matches(']')
            .parse::<usize>()
            .ok()
            .filter(|n| *n > 0)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_shows_its_line_with_a_caret() {
        let text = "{\n\t\"StartAt\": \"Gone\"\n}";
        let found = Diagnostic::error("MISSING_TRANSITION_TARGET", "no such state", "/StartAt");
        let shown = Finding::new(text, found).text("a.json", text);
        let expected = "a.json:2:13: error [MISSING_TRANSITION_TARGET] no such state (at /StartAt)\n   |\n 2 | \t\"StartAt\": \"Gone\"\n   | \t           ^^^^^^";
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_parsers_own_place_is_used_for_what_is_not_json() {
        let mut found = Diagnostic::error("INVALID_JSON_DESCRIPTION", "bad\n at [Source", "");
        found.location =
            Some("[Source: (String)\"{ line: 9, column: 9] x\"; line: 1, column: 2]".into());
        let finding = Finding::new("{ x", found);
        assert_eq!(finding.place, Some(Place { line: 1, column: 2 }));
        assert!(finding.text("-", "{ x").ends_with(" 1 | { x\n   |  ^"));
        assert_eq!(finding.json("-")["line"], 1);
    }

    #[test]
    fn a_long_line_is_shown_around_the_place() {
        let text = format!("{{\"a\": \"{}\", \"StartAt\": 7}}", "x".repeat(500));
        let found = Diagnostic::error("C", "m", "/StartAt");
        let shown = Finding::new(&text, found).text("f", &text);
        let lines: Vec<_> = shown.lines().collect();
        assert!(lines[2].chars().count() < 120);
        let caret = lines[3].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[2].chars().nth(caret), Some('7'));
    }
}
