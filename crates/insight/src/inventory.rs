//! Lists of what there is in an account and region, by Calls, kept for a moment: a search asks with every key pressed.

use std::{collections::HashMap, sync::Arc};

use aws::{ApiError, Invoke};
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::web::Ask;

/// How long a list is good for.
const GOOD_MS: i64 = 3_000;
/// Of one kind so many are listed.
const MOST: usize = 2_000;
/// Accounts and regions whose lists are kept.
const PLACES: usize = 32;

/// A list of a service: the Call, and the member that holds the items.
pub(crate) struct Listing {
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) items: &'static str,
    /// The page token's name.
    pub(crate) token: &'static str,
}

const fn listing(
    service: &'static str,
    operation: &'static str,
    items: &'static str,
    token: &'static str,
) -> Listing {
    Listing {
        service,
        operation,
        items,
        token,
    }
}

pub(crate) static MACHINES: Listing =
    listing("states", "ListStateMachines", "stateMachines", "nextToken");
pub(crate) static CLUSTERS: Listing = listing(
    "emr-containers",
    "ListVirtualClusters",
    "virtualClusters",
    "nextToken",
);
pub(crate) static RULES: Listing = listing("events", "ListRules", "Rules", "NextToken");
pub(crate) static SCHEDULES: Listing =
    listing("scheduler", "ListSchedules", "Schedules", "NextToken");
pub(crate) static DATABASES: Listing = listing("glue", "GetDatabases", "DatabaseList", "NextToken");
pub(crate) static BUCKETS: Listing = listing("s3", "ListBuckets", "Buckets", "ContinuationToken");
pub(crate) static LOG_GROUPS: Listing =
    listing("logs", "DescribeLogGroups", "logGroups", "nextToken");
pub(crate) static DASHBOARDS: Listing = listing(
    "quicksight",
    "ListDashboards",
    "DashboardSummaryList",
    "NextToken",
);
pub(crate) static ANALYSES: Listing = listing(
    "quicksight",
    "ListAnalyses",
    "AnalysisSummaryList",
    "NextToken",
);
pub(crate) static DATA_SETS: Listing = listing(
    "quicksight",
    "ListDataSets",
    "DataSetSummaries",
    "NextToken",
);
pub(crate) static QUERIES: Listing = listing(
    "athena",
    "ListQueryExecutions",
    "QueryExecutionIds",
    "NextToken",
);
pub(crate) static TABLES: Listing = listing("glue", "GetTables", "TableList", "NextToken");

type Kept = HashMap<(String, String, &'static str), (i64, Arc<Vec<Value>>)>;

/// The lists of a moment.
#[derive(Default)]
pub(crate) struct Inventory {
    kept: Mutex<Kept>,
}

impl Inventory {
    /// Returns a list. A service that cannot answer has nothing to list.
    pub(crate) async fn list(
        &self,
        door: &dyn Invoke,
        ask: &Ask,
        now_ms: i64,
        listing: &'static Listing,
    ) -> Arc<Vec<Value>> {
        self.kept_or(ask, now_ms, listing.operation, async {
            let input = match listing.service {
                "quicksight" => json!({"AwsAccountId": &*ask.context.principal.account}),
                _ => json!({}),
            };
            all(door, ask, listing, input).await
        })
        .await
    }

    /// Returns all tables of all databases.
    pub(crate) async fn tables(
        &self,
        door: &dyn Invoke,
        ask: &Ask,
        now_ms: i64,
    ) -> Arc<Vec<Value>> {
        let databases = self.list(door, ask, now_ms, &DATABASES).await;
        self.kept_or(ask, now_ms, TABLES.operation, async {
            let mut tables = Vec::new();
            for database in databases.iter() {
                let input = json!({"DatabaseName": database["Name"]});
                tables.extend(all(door, ask, &TABLES, input).await?);
            }
            Ok(tables)
        })
        .await
    }

    /// Returns the latest queries of the primary work group, whole.
    pub(crate) async fn queries(
        &self,
        door: &dyn Invoke,
        ask: &Ask,
        now_ms: i64,
    ) -> Arc<Vec<Value>> {
        self.kept_or(ask, now_ms, "BatchGetQueryExecution", async {
            let input = json!({"MaxResults": 50});
            let mut ids = ask
                .call(door, QUERIES.service, QUERIES.operation, input)
                .await?;
            let ids = ids[QUERIES.items].take();
            if ids.as_array().is_none_or(Vec::is_empty) {
                return Ok(Vec::new());
            }
            let input = json!({"QueryExecutionIds": ids});
            let mut answer = ask
                .call(door, "athena", "BatchGetQueryExecution", input)
                .await?;
            Ok(list(answer["QueryExecutions"].take()))
        })
        .await
    }

    /// Returns the definitions of all data sets and dashboards: each with its description.
    pub(crate) async fn described(
        &self,
        door: &dyn Invoke,
        ask: &Ask,
        now_ms: i64,
        (listing, id, operation, member): (
            &'static Listing,
            &'static str,
            &'static str,
            &'static str,
        ),
    ) -> Arc<Vec<Value>> {
        let listed = self.list(door, ask, now_ms, listing).await;
        self.kept_or(ask, now_ms, operation, async {
            let account = &*ask.context.principal.account;
            let mut described = Vec::new();
            for item in listed.iter() {
                let input = json!({"AwsAccountId": account, id: item[id]});
                if let Ok(mut answer) = ask.call(door, "quicksight", operation, input).await {
                    described.push(answer[member].take());
                }
            }
            Ok(described)
        })
        .await
    }

    async fn kept_or(
        &self,
        ask: &Ask,
        now_ms: i64,
        what: &'static str,
        make: impl Future<Output = Result<Vec<Value>, ApiError>>,
    ) -> Arc<Vec<Value>> {
        let principal = &ask.context.principal;
        let key = (
            principal.account.to_string(),
            principal.region.to_string(),
            what,
        );
        if let Some((at, items)) = self.kept.lock().get(&key)
            && (now_ms - at).abs() < GOOD_MS
        {
            return Arc::clone(items);
        }
        let items = Arc::new(make.await.unwrap_or_else(|error| {
            tracing::debug!(%error, what, "a list that cannot be made");
            Vec::new()
        }));
        let mut kept = self.kept.lock();
        if kept.len() > PLACES * 14 {
            kept.retain(|_, (at, _)| (now_ms - *at).abs() < GOOD_MS);
        }
        kept.insert(key, (now_ms, Arc::clone(&items)));
        items
    }
}

async fn all(
    door: &dyn Invoke,
    ask: &Ask,
    listing: &Listing,
    mut input: Value,
) -> Result<Vec<Value>, ApiError> {
    let mut items = Vec::new();
    loop {
        let asked = ask.call(door, listing.service, listing.operation, input.clone());
        let mut page = asked.await?;
        items.extend(list(page[listing.items].take()));
        let next = page[listing.token].take();
        if next.as_str().is_none_or(str::is_empty) || items.len() >= MOST {
            return Ok(items);
        }
        input[listing.token] = next;
    }
}

/// Returns the items of a JSON array.
pub(crate) fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}
