//! Figures as CSV.

use super::Figures;

/// Returns a header of what a reader sees, then the rows with values as they are.
pub(crate) fn csv(figures: &Figures) -> String {
    let mut out = String::new();
    let (columns, rows) = figures.file();
    line(&mut out, columns.iter().map(|c| Some(c.label.as_str())));
    for row in &rows {
        line(&mut out, row.iter().map(Option::as_deref));
    }
    out
}

/// Quotes are there where they must be; NULL is an empty field, and an empty text a quoted one.
fn line<'a>(out: &mut String, cells: impl Iterator<Item = Option<&'a str>>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(',');
        }
        let Some(text) = cell else { continue };
        if text.is_empty() || text.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&text.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(text);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_be_quoted_is() {
        let mut out = String::new();
        let cells = [Some("a"), None, Some(""), Some("x,\"y\"")];
        line(&mut out, cells.into_iter());
        assert_eq!(out, "a,,\"\",\"x,\"\"y\"\"\"\r\n");
    }
}
