//! When a schedule is due: cron, rate and at expressions. Pure: no clock, the time comes in.

pub mod at;
pub mod cron;
mod cron_field;
pub mod expression;
pub mod rate;
#[cfg(test)]
mod tests;

pub use at::At;
pub use cron::Cron;
pub use expression::Expression;
pub use rate::Rate;

/// What is wrong with a schedule expression; the services say it in AWS's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    #[error("expected cron(…), rate(…) or at(…)")]
    Form,
    #[error("a cron expression has six fields, not {found}")]
    FieldCount { found: usize },
    #[error("the {field} field cannot be {text:?}")]
    Field { field: &'static str, text: String },
    #[error("exactly one of day-of-month and day-of-week must be ?")]
    DayFields,
    #[error("a rate is a positive number and minute(s), hour(s) or day(s), singular for 1 alone")]
    Rate,
    #[error("at() takes a time as yyyy-mm-ddThh:mm:ss")]
    At,
}
