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

/// Parts a statement that writes a table into the name of that table, without quotes, and what comes after it.
fn target(sql: &str) -> Option<(String, &str)> {
    const BEFORE: [&str; 6] = ["insert", "create", "merge", "into", "overwrite", "table"];
    let mut rest = sql.trim_start();
    let mut first = true;
    loop {
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '(')
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let lower = word.to_lowercase();
        if first && !BEFORE[..3].contains(&lower.as_str()) {
            return None;
        }
        // A view keeps no data, and an external table is only told where its data is.
        if ["view", "or", "external", ""].contains(&lower.as_str()) {
            return None;
        }
        let conditional = ["if", "not", "exists"].contains(&lower.as_str());
        if !first && !conditional && !BEFORE[3..].contains(&lower.as_str()) {
            return Some((lower.replace(['"', '`'], ""), after));
        }
        first = false;
        rest = after.trim_start();
    }
}

/// Returns whether SQL writes a table, which may be named with its database or without.
pub(super) fn writes(sql: &str, database: &str, table: &str) -> bool {
    target(sql).is_some_and(|(name, _)| names(&name, database, table))
}

/// Returns whether SQL reads a table.
pub(super) fn reads(sql: &str, database: &str, table: &str) -> bool {
    let mut words = sql.split(|c: char| c.is_whitespace() || c == '(');
    let words = [words.next(), words.next()].map(|word| word.unwrap_or_default().to_lowercase());
    let reading = match [&*words[0], &*words[1]] {
        ["create", what] => what != "external",
        // A parenthesis has nothing before it.
        [first, _] => ["", "select", "with", "insert", "merge", "unload"].contains(&first),
    };
    reading && names(target(sql).map_or(sql, |(_, rest)| rest), database, table)
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
    }

    #[test]
    fn sql_writes_one_table_and_reads_others() {
        let written = |sql: &str| ["a", "b"].map(|table| writes(sql, "nyc", table));
        let read = |sql: &str| ["a", "b"].map(|table| reads(sql, "nyc", table));
        for sql in [
            "INSERT  INTO a SELECT * FROM b",
            "insert into \"nyc\".\"A\"(x) select x from nyc.b",
            "INSERT OVERWRITE TABLE a SELECT 1 FROM b",
            "CREATE TABLE a\nWITH (format = 'ORC') AS SELECT * FROM b",
            "create table if not exists `nyc`.`a` as select 1 from b",
            "MERGE INTO a USING b ON true",
        ] {
            assert_eq!(written(sql), [true, false], "{sql}");
            assert_eq!(read(sql), [false, true], "{sql}");
        }
        for sql in [
            "SELECT * FROM a, b",
            "WITH a AS (SELECT 1) SELECT * FROM a JOIN b ON true",
        ] {
            assert_eq!(written(sql), [false, false], "{sql}");
            assert_eq!(read(sql), [true, true], "{sql}");
        }
        let itself = "INSERT INTO a SELECT * FROM a";
        assert_eq!(
            (written(itself), read(itself)),
            ([true, false], [true, false])
        );
        for sql in [
            "",
            "CREATE VIEW a AS SELECT * FROM b",
            "CREATE OR REPLACE VIEW a AS SELECT 1",
            "create",
        ] {
            assert_eq!(written(sql), [false, false], "{sql}");
        }
        assert!(reads("CREATE VIEW a AS SELECT * FROM b", "nyc", "b"));
        for sql in [
            "CREATE EXTERNAL TABLE a (x int) LOCATION 's3://b/'",
            "DROP TABLE a",
            "MSCK REPAIR TABLE a",
            "SHOW PARTITIONS a",
        ] {
            assert_eq!(
                (written(sql), read(sql)),
                ([false, false], [false, false]),
                "{sql}"
            );
        }
    }
}
