//! What a lineage is made of.

use aws::Principal;

use crate::links;

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    Object { bucket: String, key: String },
    Rule { bus: String, name: String },
    Execution { arn: String },
    Job { cluster: String, id: String },
    Query { id: String },
    Table { database: String, name: String },
    DataSet { id: String },
    Dashboard { id: String },
    Analysis { id: String },
}

impl Thing {
    /// Reads a reference; nothing where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let both = |text: &str, by: char| {
            let (a, b) = text.split_once(by)?;
            (!a.is_empty() && !b.is_empty()).then(|| (a.to_owned(), b.to_owned()))
        };
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, key) = both(rest, '/')?;
            return Some(Self::Object { bucket, key });
        }
        let id_after = |prefix: &str| {
            let id = text.strip_prefix(prefix)?;
            (!id.is_empty()).then(|| id.to_owned())
        };
        if let Some(id) = id_after("query:") {
            return Some(Self::Query { id });
        }
        if let Some(id) = id_after("dataset:") {
            return Some(Self::DataSet { id });
        }
        if let Some(id) = id_after("dashboard:") {
            return Some(Self::Dashboard { id });
        }
        if let Some(id) = id_after("analysis:") {
            return Some(Self::Analysis { id });
        }
        if let Some(rest) = text.strip_prefix("table:") {
            let (database, name) = both(rest, '.')?;
            return Some(Self::Table { database, name });
        }
        if let Some(rest) = text.strip_prefix("job:") {
            let (cluster, id) = both(rest, '/')?;
            return Some(Self::Job { cluster, id });
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", _, service, _, _, resource] = parts.as_slice() else {
            return None;
        };
        match *service {
            "states" => resource.starts_with("execution:").then(|| Self::Execution {
                arn: text.to_owned(),
            }),
            "events" => {
                let rest = resource.strip_prefix("rule/")?;
                let (bus, name) = rest.rsplit_once('/').unwrap_or(("default", rest));
                Some(Self::Rule {
                    bus: bus.to_owned(),
                    name: name.to_owned(),
                })
            }
            "emr-containers" => {
                let rest = resource.strip_prefix("/virtualclusters/")?;
                let (cluster, id) = rest.split_once("/jobruns/")?;
                Some(Self::Job {
                    cluster: cluster.to_owned(),
                    id: id.to_owned(),
                })
            }
            "quicksight" => match resource.split_once('/')? {
                ("dataset", id) => Some(Self::DataSet { id: id.to_owned() }),
                ("dashboard", id) => Some(Self::Dashboard { id: id.to_owned() }),
                ("analysis", id) => Some(Self::Analysis { id: id.to_owned() }),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the reference that [`parse`](Self::parse) reads.
    pub(super) fn id(&self, principal: &Principal) -> String {
        let (account, region) = (&principal.account, &principal.region);
        match self {
            Self::Object { bucket, key } => format!("s3://{bucket}/{key}"),
            Self::Rule { bus, name } if bus == "default" => {
                format!("arn:aws:events:{region}:{account}:rule/{name}")
            }
            Self::Rule { bus, name } => {
                format!("arn:aws:events:{region}:{account}:rule/{bus}/{name}")
            }
            Self::Execution { arn } => arn.clone(),
            Self::Job { cluster, id } => format!(
                "arn:aws:emr-containers:{region}:{account}:/virtualclusters/{cluster}/jobruns/{id}"
            ),
            Self::Query { id } => format!("query:{id}"),
            Self::Table { database, name } => format!("table:{database}.{name}"),
            Self::DataSet { id } => format!("arn:aws:quicksight:{region}:{account}:dataset/{id}"),
            Self::Dashboard { id } => {
                format!("arn:aws:quicksight:{region}:{account}:dashboard/{id}")
            }
            Self::Analysis { id } => format!("arn:aws:quicksight:{region}:{account}:analysis/{id}"),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Object { .. } => "object",
            Self::Rule { .. } => "rule",
            Self::Execution { .. } => "execution",
            Self::Job { .. } => "job",
            Self::Query { .. } => "query",
            Self::Table { .. } => "table",
            Self::DataSet { .. } => "dataset",
            Self::Dashboard { .. } => "dashboard",
            Self::Analysis { .. } => "analysis",
        }
    }

    /// Returns what it is called where nothing better is known.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Object { bucket, key } => format!("{bucket}/{key}"),
            Self::Execution { arn } => arn.rsplit(':').next().unwrap_or_default().to_owned(),
            Self::Table { database, name } => format!("{database}.{name}"),
            Self::Rule { name: id, .. }
            | Self::Job { id, .. }
            | Self::Query { id }
            | Self::DataSet { id }
            | Self::Dashboard { id }
            | Self::Analysis { id } => id.clone(),
        }
    }

    pub(super) fn href(&self) -> String {
        match self {
            Self::Object { bucket, key } => links::object(bucket, key),
            Self::Rule { bus, name } => links::rule(bus, name),
            Self::Execution { arn } => links::execution(arn),
            Self::Job { cluster, id } => links::job(cluster, id),
            Self::Query { id } => links::query(id),
            Self::Table { database, name } => links::table(database, name),
            Self::DataSet { id } => links::data_set(id),
            Self::Dashboard { id } => links::dashboard(id),
            Self::Analysis { id } => links::analysis(id),
        }
    }
}
