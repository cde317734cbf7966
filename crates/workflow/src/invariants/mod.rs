//! What always holds of executions in the store, by name: the same predicates in simulations, when an execution is
//! read back into memory, and in a survey of everything.
//!
//! | name | what holds |
//! |---|---|
//! | INV-0 | what is stored of an execution can be read |
//! | INV-1 | an execution is open exactly while it runs: it has its row in the table of open ones and its parked row then, and neither afterwards |
//! | INV-2 | a journal has rows 0, 1, 2, … without a gap, begins with the start, and after an end holds a redrive or nothing |
//! | INV-3 | the journal, replayed, says what the record says: status, output, error |
//! | INV-4 | a saved state is the journal up to its row, replayed |
//! | INV-5 | a task that is awaited has its row; a row whose task is not awaited is of one given up, and none is left for another reason |
//! | INV-6 | a timer that is awaited is set; one that is set is awaited, or says that there is more to do |
//! | INV-7 | history events are numbered 1, 2, 3, …, and each follows an earlier one |
//! | INV-8 | ListExecutions tells of an execution what DescribeExecution tells |
//! | INV-9 | the token of a task that is awaited leads to that task |
//! | INV-10 | rows that belong to an execution that runs have one |

mod execution;
mod orphans;
mod survey;

pub(crate) use execution::{Facts, check, check_loaded};
pub use survey::{Moments, Survey, survey, survey_at};

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// `INV-0` and so on.
    pub invariant: &'static str,
    /// The execution's ARN, or the key of the row.
    pub of: String,
    pub what: String,
}

impl Broken {
    /// Tells of it in the log and the metrics.
    pub(crate) fn tell(&self) {
        let invariant = self.invariant;
        metrics::counter!("taxiway_invariants_broken_total", "invariant" => invariant).increment(1);
        tracing::error!(invariant, "what is stored cannot be: {self}");
    }
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} of {}", self.invariant, self.what, self.of)
    }
}
