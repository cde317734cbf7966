//! One line to fields: LazySimpleSerDe, OpenCSVSerde, RegexSerDe.

use std::borrow::Cow;

/// Splits as LazySimpleSerDe does: no quotes; an escape makes the next character plain.
pub(super) fn delimited<'a>(line: &'a str, field: char, escape: Option<char>) -> Vec<Cow<'a, str>> {
    let Some(escape) = escape else {
        return line.split(field).map(Cow::Borrowed).collect();
    };
    let mut found = Vec::new();
    let (mut start, mut escaped) = (0, false);
    let mut skip = false;
    for (i, c) in line.char_indices() {
        if skip {
            skip = false;
        } else if c == escape {
            (skip, escaped) = (true, true);
        } else if c == field {
            found.push(unescaped(&line[start..i], escape, escaped));
            (start, escaped) = (i + c.len_utf8(), false);
        }
    }
    found.push(unescaped(&line[start..], escape, escaped));
    found
}

fn unescaped(text: &str, escape: char, escaped: bool) -> Cow<'_, str> {
    if !escaped {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == escape {
            plain.extend(chars.next());
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

/// Splits as OpenCSVSerde does: quotes group, a quote doubled or escaped stands for itself.
pub(super) fn quoted(line: &str, separator: char, quote: char, escape: char) -> Vec<Cow<'_, str>> {
    if !line.contains(quote) && (escape == quote || !line.contains(escape)) {
        return line.split(separator).map(Cow::Borrowed).collect();
    }
    let mut found = Vec::new();
    let mut field = String::new();
    let mut inside = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c == escape && escape != quote {
            match chars.peek() {
                Some(next) if *next == quote || *next == escape => field.extend(chars.next()),
                _ => {}
            }
        } else if c == quote {
            if inside && chars.next_if_eq(&quote).is_some() {
                field.push(quote);
            } else {
                inside = !inside;
            }
        } else if c == separator && !inside {
            found.push(Cow::Owned(std::mem::take(&mut field)));
        } else {
            field.push(c);
        }
    }
    found.push(Cow::Owned(field));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimited_fields_know_no_quotes() {
        assert_eq!(delimited("a,\"b,c\",", ',', None), ["a", "\"b", "c\"", ""]);
        assert_eq!(
            delimited(r"a\,b,c\\,d", ',', Some('\\')),
            ["a,b", r"c\", "d"]
        );
        assert_eq!(delimited("a\u{1}b", '\u{1}', None), ["a", "b"]);
    }

    #[test]
    fn quoted_fields_group() {
        assert_eq!(
            quoted(r#"a,"b,c","say ""hi""",""#, ',', '"', '\\'),
            ["a", "b,c", r#"say "hi""#, ""]
        );
        assert_eq!(quoted(r#""a\"b",c"#, ',', '"', '\\'), [r#"a"b"#, "c"]);
        assert_eq!(quoted("'a;b';c", ';', '\'', '\\'), ["a;b", "c"]);
    }
}
