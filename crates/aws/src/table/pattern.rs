//! Patterns of the API models, written for Java, as Rust matches them.

use std::sync::OnceLock;

/// A pattern that a whole string must match. Compiled when first used.
pub struct Pattern {
    text: String,
    compiled: OnceLock<Result<Matcher, String>>,
}

pub(super) enum Matcher {
    Plain(regex::Regex),
    /// With lookaround.
    Fancy(Box<fancy_regex::Regex>),
}

/// What only backtracking matches.
const LOOKAROUND: [&str; 4] = ["(?=", "(?!", "(?<=", "(?<!"];

impl Pattern {
    pub(super) fn new(text: String) -> Self {
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }

    /// Returns the pattern as the API model has it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether the whole string matches. A pattern that cannot be compiled lets everything pass;
    /// a test sees to it that there is none in the tables.
    pub fn matches(&self, text: &str) -> bool {
        match self.compiled() {
            Ok(Matcher::Plain(regex)) => regex.is_match(text),
            Ok(Matcher::Fancy(regex)) => regex.is_match(text).unwrap_or(false),
            Err(_) => true,
        }
    }

    pub(super) fn compiled(&self) -> Result<&Matcher, &str> {
        let compiled = self.compiled.get_or_init(|| {
            let translated = format!(r"\A(?:{})\z", translate(&self.text));
            if LOOKAROUND.iter().any(|mark| translated.contains(mark)) {
                let regex = fancy_regex::Regex::new(&translated).map_err(|e| e.to_string())?;
                return Ok(Matcher::Fancy(Box::new(regex)));
            }
            regex::Regex::new(&translated)
                .map(Matcher::Plain)
                .map_err(|e| e.to_string())
        });
        compiled.as_ref().map_err(String::as_str)
    }
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pattern({})", self.text)
    }
}

/// The ways in which the models write "every character beyond U+FFFF".
const SUPPLEMENTARY: [&str; 3] = [
    r"\uD800\uDC00-\uDBFF\uDFFF",
    r"\uD800\uDBFF-\uDC00\uDFFF",
    r"\u10000-\u10FFFF",
];

/// Classes of POSIX, which are ASCII in Java.
const POSIX: [(&str, &str); 2] = [("{ASCII}", r"[\x00-\x7F]"), ("{Print}", r"[\x20-\x7E]")];

/// Rewrites what Java and Rust take differently: surrogate pairs, and the Perl classes, which are ASCII in Java.
fn translate(java: &str) -> String {
    let mut text = java.to_owned();
    for pair in SUPPLEMENTARY {
        text = text.replace(pair, r"\x{10000}-\x{10FFFF}");
    }
    let mut out = String::with_capacity(text.len() + 32);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('d') => out.push_str("[0-9]"),
            Some('s') => out.push_str(r"[\t\n\x0B\f\r\x20]"),
            Some('S') => out.push_str(r"[^\t\n\x0B\f\r\x20]"),
            Some('p') => {
                let rest = chars.as_str();
                let known = POSIX
                    .iter()
                    .find_map(|(name, class)| Some((*class, rest.strip_prefix(*name)?)));
                match known {
                    Some((class, after)) => {
                        out.push_str(class);
                        chars = after.chars();
                    }
                    None => out.push_str(r"\p"),
                }
            }
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_the_whole_string_as_java_does() {
        let cases = [
            (r"[\.\-_/#A-Za-z0-9]+", "a/b-c.d#e", "a b"),
            (r"[0-9a-z]+", "abc", "abc\n"),
            (
                r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*",
                "a \u{1F695}\t",
                "a\u{0}",
            ),
            (r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$", "v1", "12"),
            (
                r"^((?!.*-s3alias)(?!xn--.*)[a-z0-9][-a-z0-9.]*)?[a-z0-9]$",
                "my-bucket",
                "xn--bucket",
            ),
            (r"[\w-_]*", "a-b_c", "é"),
            (r"\d{12}", "012345678901", "٠١٢٣٤٥٦٧٨٩٠١"),
            (r"\p{ASCII}*", "~", "é"),
            (r"(?!.*[/:\\])[\u0020-\uD7FF]+", "name", "a/b"),
            (r"[\w+=,.@-]*", "a@b-c", "a b"),
        ];
        for (pattern, good, bad) in cases {
            let pattern = Pattern::new(pattern.into());
            assert!(
                pattern.compiled().is_ok(),
                "{pattern:?}: {:?}",
                pattern.compiled().err()
            );
            assert!(pattern.matches(good), "{pattern:?} takes {good:?}");
            assert!(!pattern.matches(bad), "{pattern:?} refuses {bad:?}");
        }
    }
}
