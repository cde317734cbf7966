//! What an expression's errors say.

use super::to_sql;
use crate::{
    column::{Column, ColumnType},
    parameter::ParameterValues,
};

fn problem(expression: &str) -> String {
    let columns = [
        Column::new("start", ColumnType::Datetime),
        Column::new("days", ColumnType::Integer),
        Column::new("share", ColumnType::Decimal),
    ];
    let now = chrono::NaiveDateTime::default();
    let made = to_sql(expression, &columns, &ParameterValues::new(), now);
    made.unwrap_err().kind.to_string()
}

/// AWS's words, of the page of `addWorkDays`.
#[test]
fn work_days_take_dates_and_integers() {
    assert_eq!(
        problem("1 + addWorkDays(\"2022-08-10\", (days)) * 2"),
        "Expression addWorkDays(\"2022-08-10\", (days)) for function addWorkDays has incorrect argument type \
         addWorkDays(String, Number). Function syntax expects Date, Integer."
    );
    let null = "At least one of the arguments in this function does not have correct type. Correct the expression \
                and choose Create again.";
    assert_eq!(problem("addWorkDays(NULL, days)"), null);
    assert_eq!(problem("netWorkDays(start, NULL)"), null);
    assert!(problem("addWorkDays(start, share)").ends_with("expects Date, Integer."));
    assert!(problem("netWorkDays(start, days)").contains("netWorkDays(Date, Number)"));
    assert!(problem("isWorkDay('2022-08-10')").ends_with("expects Date."));
    assert_eq!(problem("isWorkDay()"), "isWorkDay takes 1, not 0 arguments");
}
