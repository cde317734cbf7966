//! CreateVirtualCluster, DescribeVirtualCluster, ListVirtualClusters, DeleteVirtualCluster.

use std::{collections::BTreeMap, sync::Arc};

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Batch, Expect, Key, StoreError};

use super::{internal, invalid, not_found, page, seconds, tokens::Request};
use crate::{
    cluster::{ClusterState, ContainerProvider, VirtualCluster},
    events, ids,
    service::Emr,
    tables::{ACTIVE, CLUSTERS, JobRef, NAMESPACES},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateInput {
    name: String,
    container_provider: ContainerProvider,
    client_token: Option<String>,
    tags: Option<BTreeMap<String, String>>,
    security_configuration_id: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct CreateOutput {
    id: String,
    name: String,
    arn: String,
}

impl From<VirtualCluster> for CreateOutput {
    fn from(cluster: VirtualCluster) -> Self {
        let arn = cluster.arn();
        let VirtualCluster { id, name, .. } = cluster;
        Self { id, name, arn }
    }
}

pub(crate) async fn create(
    emr: Arc<Emr>,
    context: Context,
    input: CreateInput,
) -> Result<CreateOutput, ApiError> {
    let namespace = input.container_provider.namespace().unwrap_or_default();
    if namespace.is_empty() {
        return Err(invalid("The namespace of the EKS cluster must be given"));
    }
    if input.security_configuration_id.is_some() {
        return Err(invalid("Security configurations are not available here"));
    }
    let fingerprint = json!([input.name, input.container_provider, input.tags]);
    let token = input.client_token.clone().unwrap_or_else(ids::event);
    let request = Request::new(&context, "cluster", &token, &fingerprint);
    if let Some(made) = request.earlier(&emr.store).await? {
        let id = made.first().map_or("", String::as_str);
        return Ok(emr.cluster(&context, id).await?.into());
    }
    let now_ms = emr.now_ms();
    let cluster = VirtualCluster {
        v: 1,
        account: context.account().to_owned(),
        region: context.region().to_owned(),
        id: ids::cluster(now_ms),
        name: input.name,
        state: ClusterState::Running,
        container_provider: input.container_provider,
        created_ms: now_ms,
        tags: input.tags.unwrap_or_default(),
        security_configuration_id: None,
    };
    let mut batch = Batch::new();
    batch
        .put_json(CLUSTERS, cluster.key(), &cluster, Expect::Absent)
        .and_then(|b| {
            b.put_json(
                NAMESPACES,
                cluster.namespace_key(),
                &cluster.id,
                Expect::Absent,
            )
        })
        .map_err(internal)?;
    request.keep(&mut batch, &[&cluster.id])?;
    batch.publish(events::virtual_cluster(&cluster, now_ms));
    match emr.store.commit(batch).await {
        Ok(()) => Ok(cluster.into()),
        Err(StoreError::Conflict { table, .. }) if table == NAMESPACES => Err(invalid(
            "A virtual cluster already exists in the given namespace",
        )),
        // The same request came twice at once.
        Err(StoreError::Conflict { .. }) => match request.earlier(&emr.store).await? {
            Some(made) => {
                let id = made.first().map_or("", String::as_str);
                Ok(emr.cluster(&context, id).await?.into())
            }
            None => Err(invalid(
                "A virtual cluster already exists in the given namespace",
            )),
        },
        Err(e) => Err(internal(e)),
    }
}

#[derive(Deserialize)]
pub(crate) struct IdInput {
    id: String,
}

/// A virtual cluster as the API shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    id: String,
    name: String,
    arn: String,
    state: ClusterState,
    container_provider: ContainerProvider,
    created_at: f64,
    tags: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_configuration_id: Option<String>,
}

impl From<VirtualCluster> for Described {
    fn from(cluster: VirtualCluster) -> Self {
        Self {
            arn: cluster.arn(),
            id: cluster.id,
            name: cluster.name,
            state: cluster.state,
            container_provider: cluster.container_provider,
            created_at: seconds(cluster.created_ms),
            tags: cluster.tags,
            security_configuration_id: cluster.security_configuration_id,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeOutput {
    virtual_cluster: Described,
}

pub(crate) async fn describe(
    emr: Arc<Emr>,
    context: Context,
    input: IdInput,
) -> Result<DescribeOutput, ApiError> {
    let cluster = emr.cluster(&context, &input.id).await?;
    Ok(DescribeOutput {
        virtual_cluster: cluster.into(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    container_provider_id: Option<String>,
    container_provider_type: Option<String>,
    created_after: Option<f64>,
    created_before: Option<f64>,
    states: Option<Vec<String>>,
    max_results: Option<i64>,
    next_token: Option<String>,
    eks_access_entry_integrated: Option<bool>,
}

impl ListInput {
    fn keeps(&self, cluster: &VirtualCluster) -> bool {
        let provider = &cluster.container_provider;
        // No cluster here uses EKS access entries.
        self.eks_access_entry_integrated != Some(true)
            && self
                .container_provider_id
                .as_ref()
                .is_none_or(|id| *id == provider.id)
            && self
                .container_provider_type
                .as_ref()
                .is_none_or(|t| *t == provider.kind)
            && page::Created {
                after: self.created_after,
                before: self.created_before,
            }
            .has(cluster.created_ms)
            && self
                .states
                .as_ref()
                .is_none_or(|s| s.is_empty() || s.iter().any(|s| s == cluster.state.as_str()))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListOutput {
    virtual_clusters: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(crate) async fn list(
    emr: Arc<Emr>,
    context: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    let page = page::Page {
        size: input.max_results,
        token: input.next_token.as_deref(),
    };
    let prefix = [context.account(), context.region()];
    let keep = |c: &VirtualCluster| input.keeps(c);
    let (clusters, next_token) = page::of(&emr.store, CLUSTERS, &prefix, page, keep).await?;
    Ok(ListOutput {
        virtual_clusters: clusters.into_iter().map(Described::from).collect(),
        next_token,
    })
}

#[derive(Serialize)]
pub(crate) struct DeleteOutput {
    id: String,
}

/// Deleting what is being deleted, or was, answers as the first time did: whoever repeats a request whose
/// answer was lost must not fail.
pub(crate) async fn delete(
    emr: Arc<Emr>,
    context: Context,
    input: IdInput,
) -> Result<DeleteOutput, ApiError> {
    let key = Key::of(&[context.account(), context.region(), &input.id]);
    let Some(record) = emr.store.get(CLUSTERS, &key).await.map_err(internal)? else {
        return Err(invalid("VirtualCluster does not exist"));
    };
    let mut cluster: VirtualCluster = record.json().map_err(internal)?;
    if cluster.state == ClusterState::Running {
        if let Some(job) = emr.active_job(&cluster).await.map_err(internal)? {
            return Err(invalid(format!(
                "Virtual cluster {} cannot be deleted: job run {} has not ended",
                cluster.id, job.id
            )));
        }
        cluster.state = ClusterState::Terminating;
        let mut batch = Batch::new();
        batch
            .put_json(CLUSTERS, key, &cluster, Expect::Version(record.version))
            .map_err(internal)?
            .publish(events::virtual_cluster(&cluster, emr.now_ms()));
        match emr.store.commit(batch).await {
            // Whoever was faster deletes it, too.
            Ok(()) | Err(StoreError::Conflict { .. }) => {}
            Err(e) => return Err(internal(e)),
        }
        tokio::spawn(Arc::clone(&emr).terminate(cluster));
    }
    Ok(DeleteOutput { id: input.id })
}

impl Emr {
    pub(crate) async fn cluster(
        &self,
        context: &Context,
        id: &str,
    ) -> Result<VirtualCluster, ApiError> {
        let key = Key::of(&[context.account(), context.region(), id]);
        let found = self
            .store
            .get_json(CLUSTERS, &key)
            .await
            .map_err(internal)?;
        found.ok_or_else(|| not_found(format!("Virtual cluster {id} doesn't exist.")))
    }

    /// Returns a job run of the cluster that has not ended.
    async fn active_job(&self, cluster: &VirtualCluster) -> Result<Option<JobRef>, StoreError> {
        let active = self
            .store
            .scan_json::<JobRef>(ACTIVE, &store::Scan::prefix(&[]))
            .await?;
        Ok(active.into_iter().map(|(_, job)| job).find(|job| {
            (&job.account, &job.region, &job.cluster)
                == (&cluster.account, &cluster.region, &cluster.id)
        }))
    }

    /// Ends a virtual cluster that is TERMINATING. A crash before: the next start does it.
    pub(crate) async fn terminate(self: Arc<Self>, mut cluster: VirtualCluster) {
        cluster.state = ClusterState::Terminated;
        let mut batch = Batch::new();
        let put = batch.put_json(CLUSTERS, cluster.key(), &cluster, Expect::Present);
        if put.is_ok() {
            batch
                .delete(NAMESPACES, cluster.namespace_key())
                .publish(events::virtual_cluster(&cluster, self.now_ms()));
            if let Err(e) = self.store.commit(batch).await {
                tracing::error!(cluster = cluster.id, error = %e, "a virtual cluster could not be terminated");
            }
        }
    }
}
