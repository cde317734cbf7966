//! `/_taxiway/integrations`: the service actions that a Task state can call, as AWS's console titles them.

use aws::{
    ApiError,
    table::{self, Kind, Table},
};
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

/// A service action that a Task state can call, as `server` hands it in.
#[derive(Clone, Debug)]
pub struct Integration {
    /// As Resource ARNs have it: `emr-containers`, `aws-sdk:s3`.
    pub service: String,
    /// As Resource ARNs have it, without the pattern: `startJobRun`.
    pub action: String,
    /// What the Resource ARN may end in: "", `sync`, `sync:2`, `waitForTaskToken`.
    pub patterns: Vec<&'static str>,
    /// The Call's service and operation.
    pub call: (&'static str, String),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    service: String,
    title: String,
    action: String,
    resource: String,
    patterns: Vec<&'static str>,
    optimized: bool,
    call: Value,
    /// Their names, as Task states name them.
    parameters: Vec<String>,
    fields: Vec<Field>,
}

/// A parameter, named as Task states name it.
#[derive(Serialize)]
struct Field {
    name: String,
    /// As the API names it.
    member: String,
    #[serde(rename = "type")]
    kind: &'static str,
    required: bool,
}

/// What AWS's console calls the optimized actions; the others are told by their operation's name.
const TITLES: &[(&str, &str, &str)] = &[
    (
        "emr-containers",
        "createVirtualCluster",
        "Create a virtual cluster",
    ),
    (
        "emr-containers",
        "deleteVirtualCluster",
        "Delete a virtual cluster",
    ),
    ("emr-containers", "startJobRun", "Start a job run"),
    ("athena", "startQueryExecution", "Start a query"),
    ("athena", "stopQueryExecution", "Stop a query"),
    ("athena", "getQueryExecution", "Get a query"),
    ("athena", "getQueryResults", "Get the results of a query"),
    ("states", "startExecution", "Start an execution"),
    ("events", "putEvents", "Put events"),
    ("glue", "startJobRun", "Start a job run"),
    ("lambda", "invoke", "Invoke a function"),
    ("sqs", "sendMessage", "Send a message"),
    ("sns", "publish", "Publish a message"),
    ("dynamodb", "getItem", "Get an item"),
    ("dynamodb", "putItem", "Put an item"),
    ("dynamodb", "updateItem", "Update an item"),
    ("dynamodb", "deleteItem", "Delete an item"),
];

fn service_title(signing_name: &str) -> &str {
    match signing_name {
        "states" => "AWS Step Functions",
        "emr-containers" => "Amazon EMR on EKS",
        "eks" => "Amazon EKS",
        "events" => "Amazon EventBridge",
        "scheduler" => "Amazon EventBridge Scheduler",
        "athena" => "Amazon Athena",
        "glue" => "AWS Glue",
        "s3" => "Amazon S3",
        "logs" => "Amazon CloudWatch Logs",
        "sts" => "AWS STS",
        "iam" => "AWS IAM",
        "quicksight" => "Amazon QuickSight",
        "lambda" => "AWS Lambda",
        "sqs" => "Amazon SQS",
        "sns" => "Amazon SNS",
        "dynamodb" => "Amazon DynamoDB",
        other => other,
    }
}

/// Returns the answer to `GET /_taxiway/integrations`, which is the same for as long as the server runs.
pub(crate) fn prepare(offered: Vec<Integration>) -> Result<Bytes, ApiError> {
    let shown: Vec<Shown> = offered.into_iter().map(show).collect();
    let text = serde_json::to_vec(&shown).map_err(ApiError::internal)?;
    Ok(text.into())
}

fn show(offered: Integration) -> Shown {
    let (service, operation) = (offered.call.0, offered.call.1.as_str());
    let optimized = !offered.service.starts_with("aws-sdk:");
    let titled = TITLES
        .iter()
        .find(|(s, action, _)| optimized && *s == service && *action == offered.action);
    let action = titled.map_or_else(|| words(operation), |(.., title)| (*title).to_owned());
    let table = table::table(service);
    let fields = table.map_or_else(Vec::new, |table| fields(table, operation));
    Shown {
        title: format!("{}: {action}", service_title(service)),
        resource: format!("arn:aws:states:::{}:{}", offered.service, offered.action),
        call: json!({"service": service, "operation": operation}),
        parameters: fields.iter().map(|field| field.name.clone()).collect(),
        fields,
        optimized,
        service: offered.service,
        action: offered.action,
        patterns: offered.patterns,
    }
}

fn fields(table: &Table, operation: &str) -> Vec<Field> {
    let input = table.operation(operation).and_then(|o| o.input);
    let Some(structure) = input.and_then(|id| table.structure(id)) else {
        return Vec::new();
    };
    let members = structure.members.iter();
    members
        // Step Functions fills these in itself.
        .filter(|member| !member.idempotency_token)
        .map(|member| Field {
            name: pascal(&member.name),
            member: member.name.to_string(),
            kind: match &table.shape(member.reference.shape).kind {
                Kind::String | Kind::Blob => "string",
                Kind::Boolean => "boolean",
                Kind::Integer | Kind::Long | Kind::Float | Kind::Double => "number",
                Kind::Timestamp => "timestamp",
                Kind::List { .. } => "list",
                Kind::Structure(_) | Kind::Map { .. } | Kind::Document => "object",
            },
            required: member.required,
        })
        .collect()
}

fn pascal(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// Returns an operation's name as words: `PutObject` is "Put object", `GetACL` is "Get ACL".
fn words(operation: &str) -> String {
    let chars: Vec<char> = operation.chars().collect();
    let is = |at: Option<usize>, test: fn(&char) -> bool| {
        at.and_then(|at| chars.get(at)).is_some_and(test)
    };
    let mut words = String::new();
    for (at, c) in chars.iter().enumerate() {
        let upper = |at| is(at, char::is_ascii_uppercase);
        let lower = |at| is(at, char::is_ascii_lowercase);
        let begins =
            at > 0 && c.is_ascii_uppercase() && (!upper(at.checked_sub(1)) || lower(Some(at + 1)));
        if begins {
            words.push(' ');
        }
        // Within a row of capitals it stays as it is.
        let alone = at > 0 && !upper(Some(at + 1)) && (begins || !upper(at.checked_sub(1)));
        words.push(if alone { c.to_ascii_lowercase() } else { *c });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integration(service: &str, action: &str, call: (&'static str, &str)) -> Integration {
        Integration {
            service: service.into(),
            action: action.into(),
            patterns: vec!["", "sync"],
            call: (call.0, call.1.into()),
        }
    }

    #[test]
    fn snippets_are_titled_as_the_tutorial_has_them() {
        let shown = show(integration(
            "emr-containers",
            "createVirtualCluster",
            ("emr-containers", "CreateVirtualCluster"),
        ));
        assert_eq!(shown.title, "Amazon EMR on EKS: Create a virtual cluster");
        assert_eq!(
            shown.resource,
            "arn:aws:states:::emr-containers:createVirtualCluster"
        );
        let names: Vec<(&str, bool)> = shown
            .fields
            .iter()
            .map(|field| (field.name.as_str(), field.required))
            .collect();
        assert_eq!(names[..2], [("Name", true), ("ContainerProvider", true)]);
        assert_eq!(shown.parameters[..2], ["Name", "ContainerProvider"]);
        assert!(!names.iter().any(|(name, _)| *name == "ClientToken"));
        let sdk = show(integration("aws-sdk:s3", "putObject", ("s3", "PutObject")));
        assert_eq!(
            (sdk.title.as_str(), sdk.optimized),
            ("Amazon S3: Put object", false)
        );
    }

    #[test]
    fn operations_as_words() {
        for (operation, said) in [
            ("PutObject", "Put object"),
            ("GetObjectAcl", "Get object acl"),
            ("ListStateMachines", "List state machines"),
            ("CreateVPCConnection", "Create VPC connection"),
            ("DescribeIAM", "Describe IAM"),
        ] {
            assert_eq!(words(operation), said);
        }
    }
}
