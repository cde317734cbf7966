//! Where each thing is within the console: its permanent addresses.

use aws::uri::encode;

fn at(parts: &[&str]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| encode(part)).collect();
    format!("/_console/{}", parts.join("/"))
}

pub(crate) fn machine(arn: &str) -> String {
    at(&["states", "machines", arn])
}

pub(crate) fn execution(arn: &str) -> String {
    at(&["states", "executions", arn])
}

pub(crate) fn cluster(id: &str) -> String {
    at(&["emr", "clusters", id])
}

pub(crate) fn job(cluster: &str, id: &str) -> String {
    at(&["emr", "clusters", cluster, "jobs", id])
}

pub(crate) fn rule(bus: &str, name: &str) -> String {
    at(&["events", "rules", bus, name])
}

pub(crate) fn schedule(group: &str, name: &str) -> String {
    at(&["scheduler", "schedules", group, name])
}

pub(crate) fn query(id: &str) -> String {
    format!("/_console/athena?query={}", encode(id))
}

pub(crate) fn database(name: &str) -> String {
    at(&["catalog", name])
}

pub(crate) fn table(database: &str, name: &str) -> String {
    at(&["catalog", database, name])
}

pub(crate) fn bucket(name: &str) -> String {
    at(&["s3", name])
}

pub(crate) fn object(bucket: &str, key: &str) -> String {
    let parts: Vec<&str> = ["s3", bucket].into_iter().chain(key.split('/')).collect();
    at(&parts)
}

pub(crate) fn log_group(name: &str) -> String {
    at(&["logs", name])
}

pub(crate) fn dashboard(id: &str) -> String {
    at(&["reports", "dashboards", id])
}

pub(crate) fn analysis(id: &str) -> String {
    at(&["reports", "analyses", id])
}

pub(crate) fn data_set(id: &str) -> String {
    at(&["reports", "datasets", id])
}
