//! The part of the EKS API that users of EMR on EKS need: the clusters that their virtual clusters name.

use std::{collections::BTreeMap, sync::Arc};

use aws::{ApiError, Context, Operations, Service};
use serde::{Deserialize, Serialize};
use store::{Scan, StoreError};

use crate::{cluster::VirtualCluster, service::Emr, tables::CLUSTERS};

/// EKS, as far as virtual clusters tell.
pub struct Eks {
    emr: Arc<Emr>,
}

impl Eks {
    pub fn new(emr: Arc<Emr>) -> Arc<Self> {
        Arc::new(Self { emr })
    }

    /// Returns the EKS clusters that were ever named, with the time of their first virtual cluster.
    async fn clusters(&self, context: &Context) -> Result<BTreeMap<String, i64>, StoreError> {
        let scan = Scan::prefix(&[context.account(), context.region()]);
        let mut clusters = BTreeMap::new();
        for (_, cluster) in self
            .emr
            .store
            .scan_json::<VirtualCluster>(CLUSTERS, &scan)
            .await?
        {
            let first = clusters
                .entry(cluster.container_provider.id)
                .or_insert(cluster.created_ms);
            *first = cluster.created_ms.min(*first);
        }
        Ok(clusters)
    }
}

impl Service for Eks {
    fn name(&self) -> &'static str {
        "eks"
    }

    fn operations(self: Arc<Self>) -> Operations {
        Operations::new()
            .on(&self, "DescribeCluster", describe)
            .on(&self, "ListClusters", list)
    }
}

#[derive(Deserialize)]
struct DescribeInput {
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cluster {
    name: String,
    arn: String,
    created_at: f64,
    status: &'static str,
    tags: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct DescribeOutput {
    cluster: Cluster,
}

async fn describe(
    eks: Arc<Eks>,
    context: Context,
    input: DescribeInput,
) -> Result<DescribeOutput, ApiError> {
    let clusters = eks.clusters(&context).await.map_err(ApiError::internal)?;
    let Some(first_ms) = clusters.get(&input.name) else {
        let message = format!("No cluster found for name: {}.", input.name);
        return Err(ApiError::new("ResourceNotFoundException", message)
            .with_status(404)
            .with_field("clusterName", input.name));
    };
    let (region, account) = (context.region(), context.account());
    Ok(DescribeOutput {
        cluster: Cluster {
            arn: format!("arn:aws:eks:{region}:{account}:cluster/{}", input.name),
            name: input.name,
            created_at: crate::api::seconds(*first_ms),
            status: "ACTIVE",
            tags: BTreeMap::new(),
        },
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListInput {
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListOutput {
    clusters: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// The token of a page is the name that the page before ended with.
async fn list(eks: Arc<Eks>, context: Context, input: ListInput) -> Result<ListOutput, ApiError> {
    let clusters = eks.clusters(&context).await.map_err(ApiError::internal)?;
    let size = input.max_results.unwrap_or(100);
    let after = |name: &String| input.next_token.as_ref().is_none_or(|t| name > t);
    let mut names: Vec<String> = clusters.into_keys().filter(after).take(size + 1).collect();
    let more = names.len() > size;
    names.truncate(size);
    Ok(ListOutput {
        next_token: names.last().filter(|_| more).cloned(),
        clusters: names,
    })
}
