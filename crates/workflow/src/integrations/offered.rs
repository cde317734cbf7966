//! What Task states can call here, for those who help to write them.

use asl::catalog::{self, Pattern};
use aws::table;

use super::{family, request, shape};

/// A service action that a Task state can call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// As Resource ARNs have it: `emr-containers`, `aws-sdk:s3`.
    pub service: String,
    /// As Resource ARNs have it, without the pattern.
    pub action: String,
    pub patterns: Vec<&'static str>,
    /// The Call that it makes: the service's signing name, and its operation.
    pub call: (&'static str, String),
}

/// Returns the integrations with a service behind them: first the optimized ones, then those of the AWS SDK. `served`
/// says which operations there are.
pub fn offered(served: &dyn Fn(&str, &str) -> bool) -> Vec<Offered> {
    let optimized = catalog::optimized().filter_map(|row| {
        let family = family::named(row.service)?;
        let operation = shape::pascal(row.action);
        served(family.service, &operation).then(|| Offered {
            service: row.service.to_owned(),
            action: row.action.to_owned(),
            patterns: row.patterns.into_iter().map(Pattern::suffix).collect(),
            call: (family.service, operation),
        })
    });
    optimized.chain(sdk(served)).collect()
}

fn sdk(served: &dyn Fn(&str, &str) -> bool) -> impl Iterator<Item = Offered> {
    table::tables_available().iter().flat_map(move |service| {
        let table = table::table(&service.signing_name);
        let operations = table.map_or(&[][..], |table| table.operations()).iter();
        operations
            .filter(|operation| operation.full && served(&service.signing_name, &operation.name))
            .map(|operation| Offered {
                service: format!("aws-sdk:{}", request::sdk_plain(&service.service_id)),
                action: shape::camel(&operation.name),
                patterns: vec!["", Pattern::WaitForTaskToken.suffix()],
                call: (service.signing_name.as_str(), operation.name.to_string()),
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tutorials_snippets_are_offered() {
        let all = offered(&|_, _| true);
        let patterns = |service: &str, action: &str| {
            let found = all
                .iter()
                .find(|o| o.service == service && o.action == action);
            found.unwrap().patterns.clone()
        };
        assert_eq!(patterns("emr-containers", "createVirtualCluster"), [""]);
        assert_eq!(patterns("emr-containers", "startJobRun"), ["", "sync"]);
        assert_eq!(patterns("athena", "startQueryExecution"), ["", "sync"]);
        assert!(
            !all.iter().any(|o| o.service == "batch"),
            "nothing is behind it"
        );
        assert_eq!(
            patterns("aws-sdk:sfn", "startExecution"),
            ["", "waitForTaskToken"]
        );
        for offered in &all {
            let resource = format!("arn:aws:states:::{}:{}", offered.service, offered.action);
            assert!(catalog::resolve(&resource).is_some(), "{resource}");
        }
        assert!(offered(&|_, operation| operation != "StartJobRun").len() < all.len());
    }
}
