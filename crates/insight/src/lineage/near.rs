//! What is next to a thing, backwards and forwards.

use serde_json::{Value, json};

use super::{
    facts::Facts,
    text::{names, overlap, reads, writes},
    thing::Thing,
};
use crate::inventory::{ANALYSES, DASHBOARDS, DATA_SETS, RULES};

/// Of one kind so many are shown next to a thing, the latest.
const MOST: usize = 8;
/// Firings of a rule that are looked through.
const FIRINGS: usize = 20;

/// What leads from one thing to the next.
pub(super) type Step = (Thing, &'static str);

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn table(item: &Value) -> Thing {
    Thing::Table {
        database: text(&item["DatabaseName"]).to_owned(),
        name: text(&item["Name"]).to_owned(),
    }
}

/// Returns a table's location as bucket and key.
fn location(item: &Value) -> Option<(&str, &str)> {
    let location = item["StorageDescriptor"]["Location"].as_str()?;
    let path = location
        .strip_prefix("s3://")
        .or_else(|| location.strip_prefix("s3a://"))?;
    Some(path.split_once('/').unwrap_or((path, "")))
}

impl Facts<'_> {
    /// Returns what a thing came from.
    pub(super) async fn before(&mut self, thing: &Thing) -> Vec<Step> {
        match thing {
            Thing::Object { bucket, key } => self.before_object(bucket, key).await,
            Thing::Rule { .. } => Vec::new(),
            Thing::Execution { arn } => self.before_execution(arn).await,
            Thing::Job { cluster, id } => {
                let facts = self.job(cluster, id).await;
                let script = facts.script.clone().into_iter();
                let script = script.map(|(bucket, key)| (Thing::Object { bucket, key }, "runs as"));
                let at = facts.run["createdAt"].as_f64().map_or(0.0, |s| s * 1000.0);
                let mut steps = self.starter(thing, at as i64).await;
                steps.extend(script);
                steps
            }
            Thing::Query { id } => self.before_query(thing, id).await,
            Thing::Table { database, name } => self.before_table(database, name).await,
            Thing::DataSet { id } => self.before_data_set(id).await,
            Thing::Dashboard { id } => {
                let dashboards = self.dashboards().await;
                let found = dashboards.iter().find(|d| text(&d["DashboardId"]) == id);
                sets_of(found.map(|d| &d["Version"]["DataSetArns"]))
            }
            Thing::Analysis { id } => {
                let analyses = self.analyses().await;
                let found = analyses.iter().find(|a| text(&a["AnalysisId"]) == id);
                sets_of(found.map(|a| &a["DataSetArns"]))
            }
        }
    }

    /// Returns what came of a thing.
    pub(super) async fn after(&mut self, thing: &Thing) -> Vec<Step> {
        match thing {
            Thing::Object { bucket, key } => self.after_object(bucket, key).await,
            Thing::Rule { bus, name } => {
                let fired = self.fired(bus, name).await.into_iter().take(MOST);
                fired
                    .map(|arn| (Thing::Execution { arn }, "starts"))
                    .collect()
            }
            Thing::Execution { arn } => {
                let started = self.started(arn).await;
                started
                    .iter()
                    .map(|thing| (thing.clone(), "starts"))
                    .collect()
            }
            Thing::Job { cluster, id } => {
                let facts = self.job(cluster, id).await;
                let mut steps = Vec::new();
                for item in self.tables().await.iter() {
                    if let Some(at) = location(item)
                        && let Some(role) = self.role(&facts, at).await
                    {
                        steps.push((table(item), role));
                    }
                }
                steps
            }
            Thing::Query { id } => {
                let query = self.query(id).await;
                let mut steps = Vec::new();
                for item in self.tables().await.iter() {
                    if in_query(&query, item, writes) {
                        steps.push((table(item), "writes"));
                    }
                }
                let output = text(&query["ResultConfiguration"]["OutputLocation"]);
                steps.extend(Thing::parse(output).map(|object| (object, "writes")));
                steps
            }
            Thing::Table { database, name } => {
                let mut steps = Vec::new();
                for query in self.queries().await.iter() {
                    if steps.len() < MOST && in_query(query, &named(database, name), reads) {
                        let id = text(&query["QueryExecutionId"]).to_owned();
                        steps.push((Thing::Query { id }, "is read by"));
                    }
                }
                for set in self.data_sets().await.iter() {
                    if set_reads(set, database, name) {
                        let id = text(&set["DataSetId"]).to_owned();
                        steps.push((Thing::DataSet { id }, "feeds"));
                    }
                }
                steps
            }
            Thing::DataSet { id } => {
                let end = format!(":dataset/{id}");
                let mut steps = Vec::new();
                let has = |arns: &Value| {
                    let arns = arns.as_array();
                    arns.is_some_and(|arns| arns.iter().any(|arn| text(arn).ends_with(&end)))
                };
                for dashboard in self.dashboards().await.iter() {
                    if has(&dashboard["Version"]["DataSetArns"]) {
                        let id = text(&dashboard["DashboardId"]).to_owned();
                        steps.push((Thing::Dashboard { id }, "feeds"));
                    }
                }
                for analysis in self.analyses().await.iter() {
                    if has(&analysis["DataSetArns"]) && analysis["Status"] != "DELETED" {
                        let id = text(&analysis["AnalysisId"]).to_owned();
                        steps.push((Thing::Analysis { id }, "feeds"));
                    }
                }
                steps
            }
            Thing::Dashboard { .. } | Thing::Analysis { .. } => Vec::new(),
        }
    }

    /// Finds the execution whose history tells that it started a thing at about that time.
    async fn starter(&mut self, thing: &Thing, at_ms: i64) -> Vec<Step> {
        for run in self.executions_at(at_ms).await.into_iter().take(MOST * 3) {
            if self.started(&run.arn).await.contains(thing) {
                return vec![(Thing::Execution { arn: run.arn }, "starts")];
            }
        }
        Vec::new()
    }

    async fn before_object(&mut self, bucket: &str, key: &str) -> Vec<Step> {
        let mut steps = Vec::new();
        let whole = format!("s3://{}/{}", bucket, key.trim_end_matches(".metadata"));
        for query in self.queries().await.iter() {
            if text(&query["ResultConfiguration"]["OutputLocation"]) == whole {
                let id = text(&query["QueryExecutionId"]).to_owned();
                steps.push((Thing::Query { id }, "writes"));
            }
        }
        for run in self.runs("job").await.into_iter().take(MOST * 3) {
            let facts = self.job(&run.parent, &run.id).await;
            if steps.len() < MOST
                && let Some(role) = self.role(&facts, (bucket, key)).await
            {
                let (cluster, id) = (run.parent, run.id);
                steps.push((Thing::Job { cluster, id }, role));
            }
        }
        steps
    }

    async fn after_object(&mut self, bucket: &str, key: &str) -> Vec<Step> {
        let mut steps = Vec::new();
        for item in self.tables().await.iter() {
            let below = location(item).is_some_and(|(b, k)| {
                b == bucket
                    && !k.is_empty()
                    && overlap((b, k), (bucket, key))
                    && key.len() >= k.len()
            });
            if below {
                steps.push((table(item), "is in"));
            }
        }
        for run in self.runs("job").await.into_iter().take(MOST * 3) {
            let facts = self.job(&run.parent, &run.id).await;
            let is_script = facts
                .script
                .as_ref()
                .is_some_and(|(b, k)| b == bucket && k == key);
            if is_script && steps.len() < MOST * 2 {
                let (cluster, id) = (run.parent, run.id);
                steps.push((Thing::Job { cluster, id }, "runs as"));
            }
        }
        let (insight, ask) = (self.insight, self.ask);
        let rules = insight
            .inventory
            .list(&*insight.door, ask, self.now_ms(), &RULES)
            .await;
        for rule in rules
            .iter()
            .filter(|rule| text(&rule["EventPattern"]).contains("aws.s3"))
        {
            let (bus, name) = (text(&rule["EventBusName"]), text(&rule["Name"]));
            for arn in self.fired(bus, name).await {
                if self.cause(&arn).await == Some((bucket.to_owned(), key.to_owned())) {
                    let rule = Thing::Rule {
                        bus: bus.to_owned(),
                        name: name.to_owned(),
                    };
                    steps.push((rule, "triggers"));
                    break;
                }
            }
        }
        steps
    }

    /// Returns the executions that a rule's latest firings started.
    async fn fired(&mut self, bus: &str, name: &str) -> Vec<String> {
        let asked = self
            .insight
            .services
            .rule_firings(self.ask.context.clone(), bus, name);
        let firings = asked.await.unwrap_or_default();
        let results = firings
            .iter()
            .take(FIRINGS)
            .map(|f| text(&f["outcome"]["result"]));
        results
            .filter(|result| result.contains(":execution:"))
            .map(str::to_owned)
            .collect()
    }

    /// Returns the object whose event an execution was started with.
    async fn cause(&mut self, arn: &str) -> Option<(String, String)> {
        let execution = self.execution(arn).await;
        let input: Value = serde_json::from_str(execution["input"].as_str()?).ok()?;
        let detail = &input["detail"];
        let bucket = detail["bucket"]["name"].as_str()?;
        let key = detail["object"]["key"].as_str()?;
        Some((bucket.to_owned(), key.to_owned()))
    }

    async fn before_execution(&mut self, arn: &str) -> Vec<Step> {
        let mut steps = Vec::new();
        let (insight, ask) = (self.insight, self.ask);
        let rules = insight
            .inventory
            .list(&*insight.door, ask, self.now_ms(), &RULES)
            .await;
        for rule in rules.iter() {
            let (bus, name) = (text(&rule["EventBusName"]), text(&rule["Name"]));
            if self.fired(bus, name).await.iter().any(|fired| fired == arn) {
                let rule = Thing::Rule {
                    bus: bus.to_owned(),
                    name: name.to_owned(),
                };
                steps.push((rule, "starts"));
            }
        }
        if let Some((bucket, key)) = self.cause(arn).await {
            steps.push((Thing::Object { bucket, key }, "triggers"));
        }
        steps
    }

    async fn before_query(&mut self, thing: &Thing, id: &str) -> Vec<Step> {
        let query = self.query(id).await;
        let at = query["Status"]["SubmissionDateTime"].as_f64();
        let mut steps = self
            .starter(thing, at.map_or(0.0, |s| s * 1000.0) as i64)
            .await;
        for item in self.tables().await.iter() {
            if in_query(&query, item, reads) {
                steps.push((table(item), "is read by"));
            }
        }
        steps
    }

    async fn before_table(&mut self, database: &str, name: &str) -> Vec<Step> {
        let mut steps = Vec::new();
        let tables = self.tables().await;
        let item = tables
            .iter()
            .find(|t| text(&t["DatabaseName"]) == database && text(&t["Name"]) == name);
        for query in self.queries().await.iter() {
            if steps.len() < MOST && in_query(query, &named(database, name), writes) {
                let id = text(&query["QueryExecutionId"]).to_owned();
                steps.push((Thing::Query { id }, "writes"));
            }
        }
        let Some(at) = item.and_then(location) else {
            return steps;
        };
        let mut jobs = 0;
        for run in self.runs("job").await.into_iter().take(MOST * 3) {
            let facts = self.job(&run.parent, &run.id).await;
            if jobs < MOST
                && let Some(role) = self.role(&facts, at).await
            {
                jobs += 1;
                let (cluster, id) = (run.parent, run.id);
                steps.push((Thing::Job { cluster, id }, role));
            }
        }
        steps
    }

    async fn before_data_set(&mut self, id: &str) -> Vec<Step> {
        let sets = self.data_sets().await;
        let Some(set) = sets.iter().find(|set| text(&set["DataSetId"]) == id) else {
            return Vec::new();
        };
        let mut steps = Vec::new();
        for item in self.tables().await.iter() {
            if set_reads(set, text(&item["DatabaseName"]), text(&item["Name"])) {
                steps.push((table(item), "feeds"));
            }
        }
        steps
    }

    async fn tables(&self) -> std::sync::Arc<Vec<Value>> {
        let insight = self.insight;
        insight
            .inventory
            .tables(&*insight.door, self.ask, self.now_ms())
            .await
    }

    async fn queries(&self) -> std::sync::Arc<Vec<Value>> {
        let insight = self.insight;
        insight
            .inventory
            .queries(&*insight.door, self.ask, self.now_ms())
            .await
    }

    pub(super) async fn data_sets(&self) -> std::sync::Arc<Vec<Value>> {
        let how = (&DATA_SETS, "DataSetId", "DescribeDataSet", "DataSet");
        let insight = self.insight;
        insight
            .inventory
            .described(&*insight.door, self.ask, self.now_ms(), how)
            .await
    }

    pub(super) async fn analyses(&self) -> std::sync::Arc<Vec<Value>> {
        let how = (&ANALYSES, "AnalysisId", "DescribeAnalysis", "Analysis");
        let insight = self.insight;
        insight
            .inventory
            .described(&*insight.door, self.ask, self.now_ms(), how)
            .await
    }

    pub(super) async fn dashboards(&self) -> std::sync::Arc<Vec<Value>> {
        let how = (&DASHBOARDS, "DashboardId", "DescribeDashboard", "Dashboard");
        let insight = self.insight;
        insight
            .inventory
            .described(&*insight.door, self.ask, self.now_ms(), how)
            .await
    }

    pub(super) async fn query(&self, id: &str) -> Value {
        let input = json!({"QueryExecutionId": id});
        let mut answer = self.call("athena", "GetQueryExecution", input).await;
        answer["QueryExecution"].take()
    }
}

/// Returns the data sets that a report is made of.
fn sets_of(arns: Option<&Value>) -> Vec<Step> {
    let arns = arns.and_then(Value::as_array);
    let sets = arns.into_iter().flatten();
    let sets = sets.filter_map(|arn| Thing::parse(text(arn)));
    sets.map(|set| (set, "feeds")).collect()
}

/// A table as the catalog lists it, as far as its name goes.
fn named(database: &str, name: &str) -> Value {
    json!({"DatabaseName": database, "Name": name})
}

/// Returns whether a query reads, or writes, a table: a bare name is one of the query's own database.
fn in_query(query: &Value, table: &Value, does: fn(&str, &str, &str) -> bool) -> bool {
    let (database, table) = (text(&table["DatabaseName"]), text(&table["Name"]));
    let sql = text(&query["Query"]);
    let own = query["QueryExecutionContext"]["Database"].as_str();
    let qualified = sql.to_lowercase().replace(['"', '`'], "");
    let qualified = qualified.contains(&format!("{database}.{table}").to_lowercase());
    does(sql, database, table)
        && (qualified || own.is_none_or(|own| own.eq_ignore_ascii_case(database)))
}

/// Returns whether a data set reads a table, by name or by SQL.
fn set_reads(set: &Value, database: &str, table: &str) -> bool {
    let physical = set["PhysicalTableMap"].as_object();
    physical.is_some_and(|tables| {
        tables.values().any(|source| {
            let relational = &source["RelationalTable"];
            let named = text(&relational["Name"]).eq_ignore_ascii_case(table)
                && text(&relational["Schema"]).eq_ignore_ascii_case(database);
            named || names(text(&source["CustomSql"]["SqlQuery"]), database, table)
        })
    })
}
