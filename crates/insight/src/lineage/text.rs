//! What texts name: locations in scripts and arguments, tables in SQL.

/// Returns the `s3://` locations that a text names, as bucket and key, each once.
pub(super) fn locations(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for scheme in ["s3://", "s3a://"] {
        for (at, _) in text.match_indices(scheme) {
            let rest = &text[at + scheme.len()..];
            let end = rest
                .find(|c: char| c.is_whitespace() || "\"'`,;()[]{}<>\\$".contains(c))
                .unwrap_or(rest.len());
            let (bucket, key) = rest[..end].split_once('/').unwrap_or((&rest[..end], ""));
            let location = (bucket.to_owned(), key.to_owned());
            if !bucket.is_empty() && !found.contains(&location) {
                found.push(location);
            }
        }
    }
    found
}

/// Returns whether one location is the other, or holds it, as folders hold files. A bucket alone holds nothing: too much
/// is in it to say anything.
pub(super) fn overlap(a: (&str, &str), b: (&str, &str)) -> bool {
    let holds = |folder: &str, inner: &str| {
        let folder = folder.trim_end_matches('/');
        !folder.is_empty()
            && inner
                .strip_prefix(folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    a.0 == b.0 && (holds(a.1, b.1) || holds(b.1, a.1))
}

/// Returns whether SQL names a table, with its database or without.
pub(super) fn names(sql: &str, database: &str, table: &str) -> bool {
    let sql = sql.to_lowercase().replace(['"', '`'], "");
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let whole = format!("{database}.{table}").to_lowercase();
    let catalog = format!("awsdatacatalog.{whole}");
    let table = table.to_lowercase();
    sql.split(|c: char| !word(c))
        .any(|w| w == table || w == whole || w == catalog)
}

/// Returns whether SQL writes the first table that it names.
pub(super) fn writes(sql: &str) -> bool {
    let words: Vec<String> = sql
        .split_whitespace()
        .take(3)
        .map(str::to_lowercase)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        ["insert", "into", ..] | ["create", "table", ..] | ["merge", ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_name_locations() {
        let script = "df = spark.read.csv('s3a://raw/trips/2024')\ndf.write.parquet(f\"s3://out/report/{day}\")\n\
                      x = \"s3://raw/trips/2024\"; y = s3://only";
        let found = locations(script);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(b, k)| (b.as_str(), k.as_str()))
            .collect();
        assert_eq!(
            found,
            [("out", "report/"), ("raw", "trips/2024"), ("only", "")]
        );
    }

    #[test]
    fn folders_hold_what_is_below_them() {
        assert!(overlap(("b", "a/b/"), ("b", "a/b/c.csv")));
        assert!(overlap(("b", "a/b/c.csv"), ("b", "a/b")));
        assert!(overlap(("b", "a"), ("b", "a")));
        assert!(!overlap(("b", "a/b"), ("b", "a/bc")));
        assert!(!overlap(("b", ""), ("b", "a")));
        assert!(!overlap(("x", "a"), ("b", "a")));
    }

    #[test]
    fn sql_names_tables() {
        assert!(names("SELECT * FROM \"nyc\".\"Trips\" t", "nyc", "trips"));
        assert!(names("select 1 from trips,other", "nyc", "trips"));
        assert!(names(
            "select 1 from AwsDataCatalog.nyc.trips",
            "nyc",
            "trips"
        ));
        assert!(!names("select trips_total from x", "nyc", "trips"));
        assert!(!names("select 1 from other.trips", "nyc", "trips"));
        assert!(writes("INSERT  INTO trips SELECT 1") && writes("create table x as select 1"));
        assert!(!writes("select 1"));
    }
}
