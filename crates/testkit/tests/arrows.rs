//! Keeps the arrows between the crates: each may know only what stands in this table, which is
//! ARCHITECTURE.md's.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};

/// Crate, and the crates of ours that it may depend on. From the ground up: an arrow only points up this table.
const ROOMS: &[(&str, &[&str])] = &[
    ("jsonata", &[]),
    ("visual", &[]),
    ("chart", &["visual"]),
    ("asl", &["jsonata"]),
    ("aws", &[]),
    ("store", &[]),
    ("objects", &["store"]),
    ("query", &["objects"]),
    ("s3", &["aws", "store", "objects"]),
    ("identity", &["aws", "store"]),
    ("logs", &["aws", "store"]),
    ("eventbridge", &["aws", "store"]),
    ("workflow", &["asl", "aws", "store"]),
    ("remote", &["aws"]),
    ("emr", &["aws", "store", "objects"]),
    ("athena", &["aws", "store", "objects", "query"]),
    ("insight", &["aws", "store"]),
    (
        "quicksight",
        &["aws", "store", "objects", "query", "visual", "chart"],
    ),
    ("backup", &["store"]),
    ("telemetry", &[]),
    (
        "server",
        &[
            "insight",
            "telemetry",
            "aws",
            "store",
            "objects",
            "query",
            "s3",
            "identity",
            "logs",
            "eventbridge",
            "workflow",
            "remote",
            "emr",
            "athena",
            "quicksight",
        ],
    ),
    ("testkit", &[]),
    (
        "cli",
        &[
            "server",
            "asl",
            "store",
            "workflow",
            "testkit",
            "aws",
            "emr",
            "backup",
            "telemetry",
        ],
    ),
];

/// What only one crate may use of others' crates.
const ALONE: &[(&str, &str)] = &[
    ("datafusion", "query"),
    ("rusqlite", "store"),
    ("s3s", "s3"),
    ("hyper", "server"),
];

fn room(package: &str) -> &str {
    if package == "taxiway" {
        "cli"
    } else {
        package.strip_prefix("taxiway-").unwrap_or(package)
    }
}

/// Returns the normal dependencies of each crate of ours, by `cargo metadata`.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = std::process::Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let named = |value: &serde_json::Value| room(value["name"].as_str().unwrap()).to_owned();
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    list(&metadata["packages"])
        .iter()
        .map(|package| {
            let dependencies = list(&package["dependencies"]);
            let normal = dependencies
                .iter()
                .filter(|d| d["kind"].is_null())
                .map(named)
                .collect();
            (named(package), normal)
        })
        .collect()
}

#[test]
fn every_crate_has_its_room() {
    let known: BTreeSet<String> = ROOMS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let there: BTreeSet<String> = dependencies().into_keys().collect();
    assert_eq!(
        there, known,
        "a crate is missing in the table, or the table names one that is not there"
    );
}

#[test]
fn arrows_point_up() {
    let dependencies = dependencies();
    let names: BTreeSet<&str> = ROOMS.iter().map(|(name, _)| *name).collect();
    for (name, may) in ROOMS {
        for wanted in &dependencies[*name] {
            if names.contains(wanted.as_str()) {
                assert!(
                    may.contains(&wanted.as_str()),
                    "`{name}` must not know `{wanted}`"
                );
            }
        }
    }
}

#[test]
fn what_one_crate_alone_may_use() {
    for (name, uses) in dependencies() {
        for (library, owner) in ALONE {
            let allowed = name == *owner || (*library == "hyper" && name == "cli");
            assert!(
                allowed || !uses.contains(*library),
                "`{library}` belongs to `{owner}`, not to `{name}`"
            );
        }
    }
}
