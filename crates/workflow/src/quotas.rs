//! How often each operation may be called in an account and region of AWS, by default.
//!
//! **Source**: "Step Functions service quotas" of the developer guide, of US East (N. Virginia). Synchronous Express
//! executions have no such quota.

use aws::throttle::{OperationRate, Rate};

const QUOTAS: [(&str, f64, f64); 36] = [
    ("CreateActivity", 100.0, 1.0),
    ("CreateStateMachine", 100.0, 1.0),
    ("CreateStateMachineAlias", 100.0, 1.0),
    ("DeleteActivity", 100.0, 1.0),
    ("DeleteStateMachine", 100.0, 1.0),
    ("DeleteStateMachineAlias", 100.0, 1.0),
    ("DeleteStateMachineVersion", 100.0, 1.0),
    ("DescribeActivity", 200.0, 1.0),
    ("DescribeExecution", 300.0, 15.0),
    ("DescribeMapRun", 200.0, 1.0),
    ("DescribeStateMachine", 200.0, 20.0),
    ("DescribeStateMachineAlias", 200.0, 1.0),
    ("DescribeStateMachineForExecution", 200.0, 1.0),
    ("GetActivityTask", 3000.0, 500.0),
    ("GetExecutionHistory", 400.0, 20.0),
    ("ListActivities", 100.0, 10.0),
    ("ListExecutions", 200.0, 5.0),
    ("ListMapRuns", 100.0, 1.0),
    ("ListStateMachineAliases", 100.0, 1.0),
    ("ListStateMachineVersions", 100.0, 1.0),
    ("ListStateMachines", 100.0, 5.0),
    ("ListTagsForResource", 100.0, 1.0),
    ("PublishStateMachineVersion", 100.0, 1.0),
    ("RedriveExecution", 1300.0, 300.0),
    ("SendTaskFailure", 3000.0, 500.0),
    ("SendTaskHeartbeat", 3000.0, 500.0),
    ("SendTaskSuccess", 3000.0, 500.0),
    ("StartExecution", 1300.0, 300.0),
    ("StopExecution", 1000.0, 200.0),
    ("TagResource", 200.0, 1.0),
    ("TestState", 50.0, 10.0),
    ("UntagResource", 200.0, 1.0),
    ("UpdateMapRun", 100.0, 1.0),
    ("UpdateStateMachine", 100.0, 1.0),
    ("UpdateStateMachineAlias", 100.0, 1.0),
    ("ValidateStateMachineDefinition", 100.0, 1.0),
];

/// Returns AWS's defaults.
pub fn quotas() -> Vec<OperationRate> {
    let rate = |(operation, burst, per_second): (&str, f64, f64)| OperationRate {
        operation: operation.to_owned(),
        rate: Rate { burst, per_second },
    };
    QUOTAS.into_iter().map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_but_one_has_a_quota() {
        let table = aws::table::table("states").unwrap();
        let known = quotas();
        let without: Vec<&str> = table
            .operations()
            .iter()
            .map(|o| &*o.name)
            .filter(|name| known.iter().all(|q| q.operation != *name))
            .collect();
        assert_eq!(without, ["StartSyncExecution"]);
        assert_eq!(known.len() + without.len(), table.operations().len());
    }
}
