use std::{os::unix::fs::PermissionsExt, sync::Arc};

use aws::sigv4::{Credential, Credentials};
use http::{HeaderMap, HeaderValue, header::COOKIE};
use parking_lot::Mutex;

use super::{
    Sessions,
    sessions::{SECONDS, Session, Typed},
};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG";

/// One key, whose secret can be changed.
struct OneKey(Mutex<Option<String>>);

impl OneKey {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(SECRET.to_owned()))))
    }
}

impl Credentials for OneKey {
    fn find(&self, access_key: &str) -> Option<Credential> {
        let secret = self.0.lock().clone().filter(|_| access_key == "AKIA")?;
        Some(Credential {
            secret,
            session_token: None,
            account: "111122223333".into(),
            arn: "arn:aws:iam::111122223333:root".into(),
        })
    }
}

fn typed<'a>(access_key: &'a str, secret: &'a str) -> Typed<'a> {
    Typed {
        access_key,
        secret,
        token: None,
    }
}

fn with(sessions: &Sessions, value: &str) -> HeaderMap {
    let line = sessions.cookie(value, false).unwrap();
    let pair = line.to_str().unwrap().split(';').next().unwrap();
    let cookies = format!("other=1; {pair}");
    HeaderMap::from_iter([(COOKIE, HeaderValue::try_from(cookies).unwrap())])
}

fn open(folder: &tempfile::TempDir, keys: &Arc<OneKey>) -> Sessions {
    Sessions::open(
        folder.path(),
        Arc::clone(keys) as Arc<dyn Credentials>,
        true,
    )
    .unwrap()
}

fn of(sessions: &Sessions, value: &str, now_ms: i64) -> Option<Session> {
    sessions.of(&with(sessions, value), now_ms)
}

#[test]
fn a_session_lasts_over_a_restart_and_not_for_ever() {
    let (folder, keys) = (tempfile::tempdir().unwrap(), OneKey::new());
    let sessions = open(&folder, &keys);
    let value = sessions
        .begin(&typed("AKIA", SECRET), "eu-west-1", 1_000)
        .unwrap();
    assert!(!value.contains(SECRET));
    let again = open(&folder, &keys);
    let session = of(&again, &value, 2_000).unwrap();
    let principal = session.principal();
    assert_eq!(
        (
            &*principal.account,
            &*principal.region,
            &*principal.access_key
        ),
        ("111122223333", "eu-west-1", "AKIA")
    );
    assert!(
        of(&again, &value, 1_000 + SECONDS * 1000).is_none(),
        "it has expired"
    );
}

#[test]
fn only_the_right_pair_begins_one() {
    let (folder, keys) = (tempfile::tempdir().unwrap(), OneKey::new());
    let sessions = open(&folder, &keys);
    for (key, secret) in [
        ("AKIA", "wrong"),
        ("AKIA", ""),
        ("AKIB", SECRET),
        ("", ""),
        ("111122223333", ""),
    ] {
        assert!(
            sessions
                .begin(&typed(key, secret), "us-east-1", 0)
                .is_none(),
            "{key}"
        );
    }
    let token = Typed {
        token: Some("token"),
        ..typed("AKIA", SECRET)
    };
    assert!(sessions.begin(&token, "us-east-1", 0).is_none());
}

#[test]
fn nothing_can_be_changed() {
    let (folder, keys) = (tempfile::tempdir().unwrap(), OneKey::new());
    let sessions = open(&folder, &keys);
    let value = sessions
        .begin(&typed("AKIA", SECRET), "us-east-1", 0)
        .unwrap();
    for at in 0..value.len() {
        let mut changed = value.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        // The last digit of unpadded Base64 may stand for bits that are not there.
        if at + 1 != value.len() && value.as_bytes()[at + 1] != b'.' {
            assert!(of(&sessions, &changed, 1).is_none(), "at {at}");
        }
    }
    for value in ["", "v1", "v1..", "v1.e30.", "v2.e30.e30"] {
        assert!(of(&sessions, value, 1).is_none(), "{value}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let other = open(&elsewhere, &keys);
    assert!(of(&other, &value, 1).is_none(), "another server's key");
}

#[test]
fn a_key_that_changes_ends_its_sessions() {
    let (folder, keys) = (tempfile::tempdir().unwrap(), OneKey::new());
    let sessions = open(&folder, &keys);
    let value = sessions
        .begin(&typed("AKIA", SECRET), "us-east-1", 0)
        .unwrap();
    *keys.0.lock() = Some("another".to_owned());
    assert!(of(&sessions, &value, 1).is_none());
    *keys.0.lock() = None;
    assert!(of(&sessions, &value, 1).is_none());
    *keys.0.lock() = Some(SECRET.to_owned());
    assert!(of(&sessions, &value, 1).is_some());
}

#[test]
fn the_cookie_is_for_us_alone_and_the_key_for_its_owner() {
    let (folder, keys) = (tempfile::tempdir().unwrap(), OneKey::new());
    std::fs::write(folder.path().join("session.key"), "too short").unwrap();
    let sessions = open(&folder, &keys);
    let line = sessions.cookie("v", false).unwrap();
    let line = line.to_str().unwrap();
    assert!(
        line.contains("; Path=/_taxiway; Max-Age=43200; HttpOnly; SameSite=Strict"),
        "{line}"
    );
    assert!(!line.contains("Secure"));
    assert!(
        sessions
            .cookie("v", true)
            .unwrap()
            .to_str()
            .unwrap()
            .ends_with("; Secure")
    );
    assert!(
        sessions
            .cookie("", false)
            .unwrap()
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    let file = std::fs::metadata(folder.path().join("session.key")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    assert_eq!(file.len(), 96);
}

#[test]
fn on_open_loopback_any_key_names_an_account() {
    let folder = tempfile::tempdir().unwrap();
    let keys: Arc<dyn Credentials> = OneKey::new();
    let sessions = Sessions::open(folder.path(), keys, false).unwrap();
    for (key, account) in [
        ("444455556666", "444455556666"),
        ("test", "000000000000"),
        ("AKIA", "111122223333"),
    ] {
        let value = sessions.begin(&typed(key, "any"), "us-east-1", 0).unwrap();
        assert_eq!(&*of(&sessions, &value, 1).unwrap().account, account);
    }
}
