//! Virtual clusters: a namespace of an EKS cluster, registered for job runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A virtual cluster's state. RUNNING → TERMINATING → TERMINATED; ARRESTED is AWS's word for a cluster
/// that it cannot reach any more, which does not happen here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ClusterState {
    Running,
    Terminating,
    Terminated,
}

impl ClusterState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Terminating => "TERMINATING",
            Self::Terminated => "TERMINATED",
        }
    }
}

/// Where a virtual cluster's jobs run, as the API has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContainerProvider {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The EKS cluster's name.
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) info: Option<ContainerInfo>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContainerInfo {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) eks_info: Option<EksInfo>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EksInfo {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) node_label: Option<String>,
}

impl ContainerProvider {
    pub(crate) fn namespace(&self) -> Option<&str> {
        self.info.as_ref()?.eks_info.as_ref()?.namespace.as_deref()
    }
}

/// A virtual cluster as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VirtualCluster {
    #[serde(default = "one")]
    pub(crate) v: u32,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) state: ClusterState,
    pub(crate) container_provider: ContainerProvider,
    pub(crate) created_ms: i64,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) security_configuration_id: Option<String>,
}

fn one() -> u32 {
    1
}

impl VirtualCluster {
    pub(crate) fn arn(&self) -> String {
        let (region, account, id) = (&self.region, &self.account, &self.id);
        format!("arn:aws:emr-containers:{region}:{account}:/virtualclusters/{id}")
    }
}
