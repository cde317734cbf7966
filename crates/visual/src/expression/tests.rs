//! What an expression's errors say.

use super::{ErrorKind, to_sql};
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

/// "Functions by category" of QuickSight's user guide, and what level-aware calculations add.
const PUBLISHED: &str = "avg avgIf count countIf distinct_count distinct_countIf max maxIf median medianIf min minIf percentile \
    percentileCont percentileDisc periodToDateAvg periodToDateCount periodToDateMax periodToDateMedian periodToDateMin \
    periodToDatePercentile periodToDatePercentileCont periodToDateStDev periodToDateStDevP periodToDateSum periodToDateVar \
    periodToDateVarP stdev stdevIf stdevp stdevpIf var varIf varp varpIf sum sumIf coalesce ifelse in isNotNull isNull notIn \
    nullIf switch addDateTime addWorkDays dateDiff epochDate extract formatDate isWorkDay netWorkDays now truncDate ceil \
    decimalToInt floor intToDecimal round mod log ln abs sqrt exp concat contains endsWith left locate ltrim parseDate \
    parseDecimal parseInt parseJson replace right rtrim split startsWith strlen substring toLower toString toUpper trim \
    difference lag lead percentDifference avgOver countOver distinctCountOver maxOver minOver percentileOver \
    percentileContOver percentileDiscOver percentOfTotal periodOverPeriodDifference periodOverPeriodLastValue \
    periodOverPeriodPercentDifference periodToDateAvgOverTime periodToDateCountOverTime periodToDateMaxOverTime \
    periodToDateMinOverTime periodToDateSumOverTime sumOver stdevOver stdevpOver varOver varpOver rank denseRank \
    percentileRank runningAvg runningCount runningMax runningMin runningSum firstValue lastValue windowAvg windowCount \
    windowMax windowMin windowSum";

#[test]
fn every_published_function_is_there() {
    let now = chrono::NaiveDateTime::default();
    for name in PUBLISHED.split_whitespace() {
        let call =
            format!("{name}({{nope}}, {{nope}}, {{nope}}, {{nope}}, {{nope}}, {{nope}}, {{nope}})");
        let made = to_sql(&call, &[], &ParameterValues::new(), now);
        let kind = made.unwrap_err().kind;
        assert!(!matches!(kind, ErrorKind::Function(_)), "{name}: {kind}");
    }
    let made = to_sql("nosuch()", &[], &ParameterValues::new(), now);
    assert!(matches!(made.unwrap_err().kind, ErrorKind::Function(_)));
}
