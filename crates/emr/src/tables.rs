//! The service's tables and their keys.

use serde::{Deserialize, Serialize};
use store::Key;

use crate::{cluster::VirtualCluster, job::JobRun, template::JobTemplate};

/// `[account, region, id]` → [`VirtualCluster`].
pub(crate) const CLUSTERS: &str = "emr/clusters";
/// `[account, region, EKS cluster, namespace]` → the id of the virtual cluster that has it, until it is TERMINATED.
pub(crate) const NAMESPACES: &str = "emr/namespaces";
/// `[account, region, kind, client token]` → [`Token`].
pub(crate) const TOKENS: &str = "emr/tokens";
/// `[account, region, virtual cluster, id]` → [`JobRun`].
pub(crate) const JOBS: &str = "emr/jobs";
/// `[job run]` → [`JobRef`], for job runs that are not in a final state; ids sort by time.
pub(crate) const ACTIVE: &str = "emr/active";
/// `[account, region, id]` → [`JobTemplate`].
pub(crate) const TEMPLATES: &str = "emr/templates";
/// `[account, region, entry point]` → milliseconds of its last successful run.
pub(crate) const DURATIONS: &str = "emr/durations";

/// What a client token made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Token {
    #[serde(default = "one")]
    pub(crate) v: u32,
    /// The key's parts after account and region.
    pub(crate) made: Vec<String>,
    /// SHA-256 of the request.
    pub(crate) fingerprint: String,
}

fn one() -> u32 {
    1
}

/// Names a job run.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct JobRef {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) cluster: String,
    pub(crate) id: String,
}

impl JobRef {
    pub(crate) fn key(&self) -> Key {
        Key::of(&[&self.account, &self.region, &self.cluster, &self.id])
    }

    pub(crate) fn active_key(&self) -> Key {
        Key::of(&[&self.id])
    }
}

impl JobRun {
    pub(crate) fn reference(&self) -> JobRef {
        JobRef {
            account: self.account.clone(),
            region: self.region.clone(),
            cluster: self.virtual_cluster_id.clone(),
            id: self.id.clone(),
        }
    }

    pub(crate) fn duration_key(&self) -> Key {
        let entry = self.job_driver.entry_point().unwrap_or_default();
        Key::of(&[&self.account, &self.region, entry])
    }
}

impl VirtualCluster {
    pub(crate) fn key(&self) -> Key {
        Key::of(&[&self.account, &self.region, &self.id])
    }

    pub(crate) fn namespace_key(&self) -> Key {
        let namespace = self.container_provider.namespace().unwrap_or_default();
        Key::of(&[
            &self.account,
            &self.region,
            &self.container_provider.id,
            namespace,
        ])
    }
}

impl JobTemplate {
    pub(crate) fn key(&self) -> Key {
        Key::of(&[&self.account, &self.region, &self.id])
    }
}
