//! The walk from one thing to all that belongs to it.

use std::collections::{HashSet, VecDeque};

use aws::ApiError;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::json;

use super::{facts::Facts, thing::Thing};
use crate::{Insight, time, web::Ask};

/// Things in one answer.
const MOST: usize = 60;
/// Steps from the thing asked for.
const DEPTH: u32 = 6;

#[derive(Clone, Debug, Serialize)]
struct Node {
    id: String,
    kind: &'static str,
    title: String,
    href: String,
    time: Option<String>,
    status: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
struct Edge {
    from: String,
    to: String,
    what: &'static str,
}

/// What the console draws.
#[derive(Debug, Default, Serialize)]
pub(super) struct Lineage {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// There is more than is shown.
    truncated: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    Back,
    Forth,
}

pub(super) struct Walk<'a> {
    facts: Facts<'a>,
    nodes: IndexMap<String, Node>,
    edges: IndexMap<Edge, ()>,
    truncated: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(insight: &'a Insight, ask: &'a Ask) -> Self {
        Self {
            facts: Facts::new(insight, ask),
            nodes: IndexMap::new(),
            edges: IndexMap::new(),
            truncated: false,
        }
    }

    /// Walks from a thing in both ways.
    pub(super) async fn from(mut self, root: Thing) -> Result<Lineage, ApiError> {
        self.add(&root).await;
        let mut seen: HashSet<(Thing, Way)> = HashSet::new();
        let mut queue = VecDeque::from([(root.clone(), Way::Back, 0), (root, Way::Forth, 0)]);
        while let Some((thing, way, depth)) = queue.pop_front() {
            if depth == DEPTH || !seen.insert((thing.clone(), way)) {
                continue;
            }
            let steps = match way {
                Way::Back => self.facts.before(&thing).await,
                Way::Forth => self.facts.after(&thing).await,
            };
            for (next, what) in steps {
                if !self.add(&next).await {
                    continue;
                }
                let (from, to) = match way {
                    Way::Back => (self.id(&next), self.id(&thing)),
                    Way::Forth => (self.id(&thing), self.id(&next)),
                };
                self.edges.insert(Edge { from, to, what }, ());
                queue.push_back((next, way, depth + 1));
            }
        }
        Ok(Lineage {
            nodes: self.nodes.into_values().collect(),
            edges: self.edges.into_keys().collect(),
            truncated: self.truncated,
        })
    }

    fn id(&self, thing: &Thing) -> String {
        thing.id(&self.facts.ask.context.principal)
    }

    /// Returns whether the thing is in the answer now.
    async fn add(&mut self, thing: &Thing) -> bool {
        let id = self.id(thing);
        if self.nodes.contains_key(&id) {
            return true;
        }
        if self.nodes.len() == MOST {
            self.truncated = true;
            return false;
        }
        let mut node = Node {
            id: id.clone(),
            kind: thing.kind(),
            title: thing.title(),
            href: thing.href(),
            time: None,
            status: None,
        };
        self.describe(thing, &mut node).await;
        self.nodes.insert(id, node);
        true
    }

    async fn describe(&mut self, thing: &Thing, node: &mut Node) {
        let at = |value: &serde_json::Value| {
            let seconds = value.as_f64()?;
            Some(time::text((seconds * 1000.0).round() as i64))
        };
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        match thing {
            Thing::Execution { arn } => {
                let execution = self.facts.execution(arn).await;
                node.time = at(&execution["startDate"]);
                node.status = text(&execution["status"]);
            }
            Thing::Job { cluster, id } => {
                let facts = self.facts.job(cluster, id).await;
                node.time = at(&facts.run["createdAt"]);
                node.status = text(&facts.run["state"]);
                node.title = text(&facts.run["name"]).unwrap_or_else(|| id.clone());
            }
            Thing::Query { id } => {
                let query = self.facts.query(id).await;
                node.time = at(&query["Status"]["SubmissionDateTime"]);
                node.status = text(&query["Status"]["State"]);
                if let Some(sql) = query["Query"].as_str() {
                    let line: Vec<&str> = sql.split_whitespace().collect();
                    node.title = line.join(" ").chars().take(80).collect();
                }
            }
            Thing::Object { bucket, key } => {
                let input = json!({"Bucket": bucket, "Key": key});
                let head = self.facts.call("s3", "HeadObject", input).await;
                node.time = at(&head["LastModified"]);
            }
            Thing::DataSet { id } => named(node, &self.facts.data_sets().await, "DataSetId", id),
            Thing::Dashboard { id } => {
                named(node, &self.facts.dashboards().await, "DashboardId", id);
            }
            Thing::Analysis { id } => {
                named(node, &self.facts.analyses().await, "AnalysisId", id);
            }
            Thing::Rule { .. } | Thing::Table { .. } => {}
        }
    }
}

/// Gives a node the name that people gave to what it is.
fn named(node: &mut Node, known: &[serde_json::Value], key: &str, id: &str) {
    let found = known.iter().find(|item| item[key] == id);
    if let Some(name) = found.and_then(|item| item["Name"].as_str()) {
        node.title = name.to_owned();
    }
}
