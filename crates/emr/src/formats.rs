//! What earlier versions have stored is read by this one: a fixture of every version, kept for ever.

use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    cluster::VirtualCluster,
    job::JobRun,
    runner::{Exit, Spec, Started},
    template::JobTemplate,
};

/// Reads a fixture and writes it back: nothing of it is lost.
fn reads_back<T: DeserializeOwned + Serialize + Debug>(fixture: &str) {
    let stored: Value = serde_json::from_str(fixture).unwrap();
    let read: T = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), stored, "{read:?}");
}

#[test]
fn every_version_is_read() {
    reads_back::<JobRun>(include_str!("../testdata/job_run/v1.json"));
    reads_back::<VirtualCluster>(include_str!("../testdata/virtual_cluster/v1.json"));
    reads_back::<JobTemplate>(include_str!("../testdata/job_template/v1.json"));
    reads_back::<Spec>(include_str!("../testdata/spec/v1.json"));
    reads_back::<Exit>(include_str!("../testdata/exit/v1.json"));
    reads_back::<Started>(include_str!("../testdata/started/v1.json"));
}
