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

/// JSONata's own functions and those that Step Functions adds.
const FUNCTIONS: &str = " sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean not map filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl zip now millis fromMillis toMillis clone partition range hash uuid parse eval ";

/// Returns the variables that an expression reads and does not bind itself.
pub(super) fn free(text: &str) -> Vec<String> {
    let mut bound: Vec<&str> = vec!["states"];
    let mut before = 0;
    each(text, |name, rest| {
        let at = text.len() - rest.len() - name.len() - 1;
        let ahead = text[before..at].trim_end();
        let parameter = ahead.ends_with('@') || ahead.ends_with('#') || in_parameters(&text[..at]);
        if parameter || rest.trim_start().starts_with(":=") {
            bound.push(name);
        }
        before = at;
    });
    variables(text)
        .into_iter()
        .filter(|name| !bound.contains(&name.as_str()) && !FUNCTIONS.contains(&format!(" {name} ")))
        .collect()
}

/// Tells whether a text ends inside the parameters of a `function(…)` or `λ(…)`.
fn in_parameters(text: &str) -> bool {
    let Some(open) = text.rfind('(') else {
        return false;
    };
    let inside = text[open + 1..]
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | ',') || c.is_whitespace());
    let ahead = text[..open].trim_end();
    inside && (ahead.ends_with("function") || ahead.ends_with('λ'))
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
        assert_eq!(StatesUse::of("'$states'"), StatesUse::default());
    }

    #[test]
    fn bare_names_are_told() {
        assert_eq!(top_level_name("phone.number"), Some("phone"));
        assert_eq!(top_level_name("true"), None);
        assert_eq!(top_level_name("$phone"), None);
    }
}
