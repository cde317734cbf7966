//! Which variables an expression's text names.

/// Returns the names after `$`, each once, in order; strings, comments and regular text are passed over.
/// `$` and `$$` give nothing.
pub(super) fn variables(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    each(text, |name, _| {
        if !name.is_empty() && !found.iter().any(|f| f == name) {
            found.push(name.to_owned());
        }
    });
    found
}

/// Calls `visit` with each name after `$` and the text behind it.
pub(super) fn each<'a>(text: &'a str, mut visit: impl FnMut(&'a str, &'a str)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'' | b'`') => at = closed(bytes, at + 1, quote),
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = text[at + 2..]
                    .find("*/")
                    .map_or(bytes.len(), |i| at + 2 + i + 2);
            }
            b'$' => {
                let rest = &text[at + 1..];
                let length = rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                visit(&rest[..length], &rest[length..]);
                at += 1 + length;
            }
            _ => at += 1,
        }
    }
}

fn closed(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote != b'`' => at += 2,
            b if b == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Which members of `$states` an expression reads.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct StatesUse {
    pub(super) input: bool,
    pub(super) context: bool,
    pub(super) result: bool,
    pub(super) error_output: bool,
}

impl StatesUse {
    pub(super) fn of(text: &str) -> Self {
        let mut uses = Self::default();
        each(text, |name, rest| {
            if name != "states" {
                return;
            }
            let member = rest
                .trim_start()
                .strip_prefix('.')
                .map(str::trim_start)
                .unwrap_or_default();
            let length = member
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(member.len());
            match &member[..length] {
                "input" => uses.input = true,
                "context" => uses.context = true,
                "result" => uses.result = true,
                "errorOutput" => uses.error_output = true,
                _ => {
                    uses = Self {
                        input: true,
                        context: true,
                        result: true,
                        error_output: true,
                    }
                }
            }
        });
        uses
    }

    pub(super) fn any(self) -> bool {
        self != Self::default()
    }
}

/// Returns a bare name that the expression begins with: AWS has no context item for it to be found in.
pub(super) fn top_level_name(text: &str) -> Option<&str> {
    let length = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let name = &text[..length];
    let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let word = matches!(
        name,
        "true" | "false" | "null" | "function" | "and" | "or" | "in"
    );
    (begins && !word).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_outside_of_strings() {
        assert_eq!(
            variables("$a + $sum($states.input.x) & '$no' /* $no */ & $$.b & $a"),
            ["a", "sum", "states"]
        );
    }

    #[test]
    fn only_what_is_read_is_told() {
        let uses = StatesUse::of("$states.input.a + $states . result");
        assert_eq!(
            uses,
            StatesUse {
                input: true,
                result: true,
                ..StatesUse::default()
            }
        );
        assert!(StatesUse::of("$keys($states)").error_output);
        assert!(!StatesUse::of("'$states'").any());
    }

    #[test]
    fn bare_names_are_told() {
        assert_eq!(top_level_name("phone.number"), Some("phone"));
        assert_eq!(top_level_name("true"), None);
        assert_eq!(top_level_name("$phone"), None);
    }
}
