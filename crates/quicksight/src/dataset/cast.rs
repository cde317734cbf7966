//! Casts between QuickSight's types.

use super::{ColumnType, text_literal};

/// Tells whether a value of one type may be none of the other.
pub(super) fn may_fail(from: ColumnType, to: ColumnType) -> bool {
    from != to && to != ColumnType::String
}

/// Returns the cast; NULL for a value that is none of the type.
pub(super) fn sql(value: &str, from: ColumnType, to: ColumnType, format: Option<&str>) -> String {
    match (from, to) {
        (from, to) if from == to => value.to_owned(),
        (ColumnType::String, ColumnType::DateTime) => match format.and_then(pattern) {
            Some(pattern) => format!("TRY(date_parse({value}, {}))", text_literal(&pattern)),
            None => format!("TRY_CAST(trim({value}) AS timestamp)"),
        },
        // Whole numbers are written with a fraction at times.
        (ColumnType::String, ColumnType::Integer) => {
            format!("TRY_CAST(TRY_CAST(trim({value}) AS double) AS bigint)")
        }
        (ColumnType::String, to) => format!("TRY_CAST(trim({value}) AS {})", to.sql()),
        (_, ColumnType::DateTime) => format!("TRY_CAST(from_unixtime({value}) AS timestamp)"),
        (ColumnType::DateTime, ColumnType::Integer) => {
            format!("TRY_CAST(to_unixtime({value}) AS bigint)")
        }
        (ColumnType::DateTime, ColumnType::Decimal) => format!("to_unixtime({value})"),
        (_, to) => format!("TRY_CAST({value} AS {})", to.sql()),
    }
}

/// Returns a date pattern of Java's kind (`yyyy-MM-dd`) as MySQL's, which queries take; nothing for a letter
/// that has no counterpart.
pub(super) fn pattern(java: &str) -> Option<String> {
    let mut out = String::new();
    let chars: Vec<char> = java.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let run = chars[at..].iter().take_while(|x| **x == c).count();
        match (c, run) {
            ('\'', _) => {
                let end = chars[at + 1..].iter().position(|x| *x == '\'')?;
                out.extend(&chars[at + 1..at + 1 + end]);
                at += end + 2;
                continue;
            }
            ('y' | 'Y' | 'u', 2) => out.push_str("%y"),
            ('y' | 'Y' | 'u', _) => out.push_str("%Y"),
            ('M', 1 | 2) => out.push_str("%m"),
            ('M', 3) => out.push_str("%b"),
            ('M', _) => out.push_str("%M"),
            ('d', _) => out.push_str("%d"),
            ('H', _) => out.push_str("%H"),
            ('h', _) => out.push_str("%h"),
            ('m', _) => out.push_str("%i"),
            ('s', _) => out.push_str("%s"),
            ('S', _) => out.push_str("%f"),
            ('a', _) => out.push_str("%p"),
            ('E', 4..) => out.push_str("%W"),
            ('E', _) => out.push_str("%a"),
            (c, _) if c.is_alphabetic() => return None,
            ('%', _) => out.push_str(&"%%".repeat(run)),
            (c, run) => out.extend(std::iter::repeat_n(c, run)),
        }
        at += run;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_translated() {
        assert_eq!(
            pattern("yyyy-MM-dd'T'HH:mm:ss").unwrap(),
            "%Y-%m-%dT%H:%i:%s"
        );
        assert_eq!(pattern("M/d/yy h:mm a").unwrap(), "%m/%d/%y %h:%i %p");
        assert_eq!(pattern("QQ yyyy"), None);
    }

    #[test]
    fn a_cast_to_the_same_type_is_none() {
        assert_eq!(
            sql("\"a\"", ColumnType::Integer, ColumnType::Integer, None),
            "\"a\""
        );
        assert!(!may_fail(ColumnType::Integer, ColumnType::String));
        assert!(may_fail(ColumnType::String, ColumnType::Integer));
    }
}
