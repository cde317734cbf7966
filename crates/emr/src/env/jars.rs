//! S3A's jars: which, from where, and checked by their SHA-256.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{EnvError, Progress, Report, maven};

/// The committed list.
pub(super) const MANIFEST: &str = include_str!("jars.json");

const STEP: &str = "S3A's jars";

/// One jar of the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Jar {
    /// `group:artifact:version`.
    coordinate: String,
    bytes: u64,
    /// Hexadecimal.
    sha256: String,
}

#[derive(Deserialize)]
struct Manifest {
    jars: Vec<Jar>,
}

impl Jar {
    /// Returns group, artifact and version.
    fn parts(&self) -> (&str, &str, &str) {
        let mut parts = self.coordinate.splitn(3, ':');
        let mut next = || parts.next().unwrap_or_default();
        (next(), next(), next())
    }

    fn file(&self) -> String {
        let (_, artifact, version) = self.parts();
        format!("{artifact}-{version}.jar")
    }

    /// Returns where the jar is in a Maven repository.
    fn path(&self) -> String {
        let (group, artifact, version) = self.parts();
        format!(
            "{}/{artifact}/{version}/{}",
            group.replace('.', "/"),
            self.file()
        )
    }

    fn fits(&self, bytes: &[u8]) -> bool {
        hex::encode(Sha256::digest(bytes)) == self.sha256
    }
}

fn manifest() -> Result<Vec<Jar>, EnvError> {
    let parsed: Result<Manifest, _> = serde_json::from_str(MANIFEST);
    parsed.map(|m| m.jars).map_err(|e| EnvError::Tool {
        program: "the list of jars".into(),
        said: e.to_string(),
    })
}

/// Puts the jars into `into`. Each is looked for in `by_hand` (where users put them), in the local Maven
/// repository, then fetched from the first of the `bases` that has it.
pub(super) fn provide(
    into: &Path,
    by_hand: &Path,
    given: Option<&str>,
    report: &Report<'_>,
) -> Result<(), EnvError> {
    let jars = manifest()?;
    let total_bytes = jars.iter().map(|j| j.bytes).sum();
    report(Progress::Started { step: STEP });
    let bases = maven::bases(given);
    let agent = agent();
    let (mut done_bytes, mut missing, mut reason) = (0, Vec::new(), String::new());
    for jar in &jars {
        let found = local(jar, by_hand).map_or_else(|| fetch(jar, &bases, &agent), Ok);
        match found {
            Ok(bytes) => {
                let path = into.join(jar.file());
                fs::write(&path, bytes)
                    .map_err(EnvError::io(format!("write {}", path.display())))?;
            }
            Err(why) => {
                missing.push(jar.file());
                reason = why;
            }
        }
        done_bytes += jar.bytes;
        report(Progress::Advanced {
            step: STEP,
            done_bytes,
            total_bytes,
        });
    }
    if !missing.is_empty() {
        return Err(EnvError::Jars {
            missing,
            folder: by_hand.to_owned(),
            reason,
        });
    }
    report(Progress::Finished { step: STEP });
    Ok(())
}

fn local(jar: &Jar, by_hand: &Path) -> Option<Vec<u8>> {
    let mut places: Vec<PathBuf> = vec![by_hand.join(jar.file())];
    places.extend(maven::local_repository().map(|r| r.join(jar.path())));
    places
        .into_iter()
        .filter_map(|p| fs::read(p).ok())
        .find(|b| jar.fits(b))
}

fn fetch(jar: &Jar, bases: &[String], agent: &ureq::Agent) -> Result<Vec<u8>, String> {
    let mut why = "no repository is configured".to_owned();
    for base in bases {
        let url = format!("{}/{}", base.trim_end_matches('/'), jar.path());
        match get(agent, &url, jar.bytes) {
            Ok(bytes) if jar.fits(&bytes) => return Ok(bytes),
            Ok(_) => why = format!("{url} is not the file that was expected"),
            Err(e) => why = format!("{url}: {e}"),
        }
    }
    Err(why)
}

fn get(agent: &ureq::Agent, url: &str, bytes: u64) -> Result<Vec<u8>, Box<ureq::Error>> {
    let mut response = agent.get(url).call().map_err(Box::new)?;
    let mut body = Vec::new();
    let reader = response.body_mut().as_reader();
    // One byte more than expected is enough to see that it is another file.
    reader
        .take(bytes + 1)
        .read_to_end(&mut body)
        .map_err(|e| Box::new(ureq::Error::Io(e)))?;
    Ok(body)
}

fn agent() -> ureq::Agent {
    let tls = ureq::tls::TlsConfig::builder()
        .root_certs(ureq::tls::RootCerts::PlatformVerifier)
        .build();
    let config = ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_global(Some(Duration::from_secs(300)))
        .build();
    config.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let jars = manifest().unwrap();
        assert_eq!(jars.len(), 8);
        for jar in &jars {
            assert!(
                jar.sha256.len() == 64 && jar.bytes > 0 && !jar.parts().2.is_empty(),
                "{jar:?}"
            );
        }
        let path = "org/apache/hadoop/hadoop-aws/3.3.4/hadoop-aws-3.3.4.jar";
        assert_eq!(jars[0].path(), path);
    }

    #[test]
    fn offline_the_error_names_the_files_and_the_folder() {
        let into = tempfile::tempdir().unwrap();
        let by_hand = into.path().join("by-hand");
        // Nothing listens on port 9 of the loopback.
        let given = Some("http://127.0.0.1:9/maven2");
        if maven::local_repository().is_some_and(|r| r.join(manifest().unwrap()[0].path()).exists())
        {
            println!("skipped: this machine's Maven repository has the jars");
            return;
        }
        let said = provide(into.path(), &by_hand, given, &super::super::silent)
            .unwrap_err()
            .full();
        assert!(said.contains("hadoop-aws-3.3.4.jar"), "{said}");
        assert!(said.contains(&by_hand.display().to_string()), "{said}");
    }

    #[test]
    fn a_jar_put_there_by_hand_counts_only_with_the_right_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let jar = Jar {
            coordinate: "a.b:c:1".into(),
            bytes: 5,
            sha256: hex::encode(Sha256::digest(b"right")),
        };
        fs::write(folder.path().join("c-1.jar"), b"wrong").unwrap();
        assert_eq!(local(&jar, folder.path()), None);
        fs::write(folder.path().join("c-1.jar"), b"right").unwrap();
        assert_eq!(local(&jar, folder.path()), Some(b"right".to_vec()));
    }
}
