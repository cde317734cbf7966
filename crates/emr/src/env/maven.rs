//! Where Maven artifacts are: the local repository, configured mirrors, Maven Central.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

const CENTRAL: &str = "https://repo.maven.apache.org/maven2";

/// Returns the local repository, `~/.m2/repository`.
pub(super) fn local_repository() -> Option<PathBuf> {
    Some(env::home_dir()?.join(".m2/repository"))
}

/// Returns the bases to fetch from, in order: the one given alone; else the mirrors of Maven Central that
/// this machine's Maven is configured with, then Maven Central.
pub(super) fn bases(given: Option<&str>) -> Vec<String> {
    if let Some(given) = given {
        return vec![given.to_owned()];
    }
    let mut bases: Vec<String> = settings_files()
        .iter()
        .filter_map(|p| fs::read_to_string(p).ok())
        .flat_map(|text| mirrors(&text))
        .collect();
    bases.push(CENTRAL.to_owned());
    bases.dedup();
    bases
}

fn settings_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    files.extend(env::home_dir().map(|h| h.join(".m2/settings.xml")));
    for variable in ["MAVEN_HOME", "M2_HOME"] {
        files.extend(env::var_os(variable).map(|h| Path::new(&h).join("conf/settings.xml")));
    }
    files.extend(
        [
            "/etc/maven/settings.xml",
            "/usr/share/maven/conf/settings.xml",
        ]
        .map(PathBuf::from),
    );
    files
}

/// Returns the addresses of the mirrors in a `settings.xml` that stand for Maven Central.
fn mirrors(settings: &str) -> Vec<String> {
    let text = without_comments(settings);
    let blocks = text.split("<mirror>").skip(1);
    blocks
        .filter_map(|b| {
            let block = b.split("</mirror>").next()?;
            if element(block, "blocked").is_some_and(|b| b == "true") {
                return None;
            }
            let of = element(block, "mirrorOf")?;
            let central = of
                .split(',')
                .any(|o| matches!(o.trim(), "central" | "*" | "external:*"));
            (central && !of.contains("!central"))
                .then(|| element(block, "url"))
                .flatten()
        })
        .map(str::to_owned)
        .collect()
}

fn element<'a>(block: &'a str, name: &str) -> Option<&'a str> {
    let after = block.split_once(&format!("<{name}>"))?.1;
    Some(after.split_once(&format!("</{name}>"))?.0.trim())
}

fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, r)| r);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mirrors_of_central_count() {
        let settings = "<settings><mirrors><!-- <mirror><mirrorOf>central</mirrorOf><url>http://no</url></mirror> -->
            <mirror><id>x</id><mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror>
            <mirror><mirrorOf>central, other</mirrorOf><url> https://mirror/maven </url></mirror>
            <mirror><mirrorOf>*,!central</mirrorOf><url>https://not</url></mirror></mirrors></settings>";
        assert_eq!(mirrors(settings), ["https://mirror/maven"]);
    }

    #[test]
    fn a_base_that_is_given_is_the_only_one() {
        assert_eq!(bases(Some("http://x")), ["http://x"]);
        assert!(bases(None).contains(&CENTRAL.to_owned()));
    }
}
