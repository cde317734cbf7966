//! Filters as conditions.

use chrono::NaiveDateTime;

use super::{PlanError, Request, Selection};
use crate::{
    aggregate::aggregate_sql,
    definition::{
        Aggregation, CategoryMatch, Direction, Exclude, Filter, FilterTest, Match, MomentSource,
        NullOption, NumberSource, RelativeKind,
    },
    expression::{Code, Compiler, Kind, Stage, rolling},
    moment::{self, Granularity, truncated_sql},
    sql,
};

/// A condition and when it can be asked.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) stage: Stage,
}

/// The best values of a dimension by a measure.
#[derive(Debug)]
pub(super) struct Top {
    pub(super) key: Code,
    pub(super) by: String,
    pub(super) direction: Direction,
    pub(super) limit: u64,
}

/// What the filters ask.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    pub(super) plain: Vec<Condition>,
    pub(super) tops: Vec<Top>,
}

/// Compiles all filters that hold for the visual.
pub(super) fn conditions(
    request: &Request<'_>,
    data_set: &str,
    compiler: &mut Compiler<'_>,
) -> Result<Conditions, PlanError> {
    let mut found = Conditions::default();
    let columns = request
        .data_sets
        .get(data_set)
        .map_or(&[][..], Vec::as_slice);
    for group in &request.definition.filter_groups {
        if !group.enabled || !group.covers(request.sheet, request.visual) {
            continue;
        }
        for filter in &group.filters {
            let other = filter.column.data_set != data_set;
            let mapped =
                group.all_data_sets && columns.iter().any(|c| c.name == filter.column.column);
            if other && !mapped {
                continue;
            }
            Filters {
                request,
                compiler: &mut *compiler,
            }
            .add(filter, &mut found)?;
        }
    }
    for filter in request.filters {
        if filter.column.data_set == data_set {
            Filters {
                request,
                compiler: &mut *compiler,
            }
            .add(filter, &mut found)?;
        }
    }
    for selection in request.selections {
        if selection.data_set == data_set {
            let condition = Filters {
                request,
                compiler: &mut *compiler,
            }
            .selection(selection)?;
            found.plain.push(condition);
        }
    }
    Ok(found)
}

struct Filters<'r, 'a, 'c> {
    request: &'r Request<'a>,
    compiler: &'r mut Compiler<'c>,
}

impl Filters<'_, '_, '_> {
    fn field(&mut self, name: &str) -> Result<Code, PlanError> {
        self.compiler
            .field(name)
            .map_err(|error| PlanError::Expression {
                field: name.to_owned(),
                error,
            })
    }

    fn add(&mut self, filter: &Filter, found: &mut Conditions) -> Result<(), PlanError> {
        let mut column = self.field(&filter.column.column)?;
        let tested = match &filter.test {
            FilterTest::Category(test) => self.category(&column, test),
            FilterTest::NumberEquals {
                value,
                negative,
                aggregation,
                all,
                nulls,
            } => {
                self.aggregated(&filter.column.column, &mut column, *aggregation)?;
                let sign = if *negative { "<>" } else { "=" };
                let tested = (!all)
                    .then(|| self.number(value.as_ref()))
                    .flatten()
                    .map(|v| format!("{} {sign} {v}", column.sql));
                with_nulls(&column, tested, *nulls)
            }
            FilterTest::NumberRange {
                minimum,
                maximum,
                include_minimum,
                include_maximum,
                aggregation,
                all,
                nulls,
            } => {
                self.aggregated(&filter.column.column, &mut column, *aggregation)?;
                let bound = |sign: &str, include: bool, value: Option<String>| {
                    let equal = if include { "=" } else { "" };
                    value.map(|v| format!("{} {sign}{equal} {v}", column.sql))
                };
                let tests: Vec<String> = [
                    bound(">", *include_minimum, self.number(minimum.as_ref())),
                    bound("<", *include_maximum, self.number(maximum.as_ref())),
                ]
                .into_iter()
                .flatten()
                .filter(|_| !all)
                .collect();
                with_nulls(&column, all_of(tests), *nulls)
            }
            FilterTest::TimeEquals { value, unit } => {
                let moment = value.as_ref().and_then(|v| self.moment(v));
                moment.and_then(|m| self.within(&column, *unit, m))
            }
            FilterTest::TimeRange {
                minimum,
                maximum,
                include_minimum,
                include_maximum,
                unit,
                exclude,
                nulls,
            } => {
                let from = minimum.as_ref().and_then(|v| self.moment(v));
                let to = maximum.as_ref().and_then(|v| self.moment(v));
                let tests = self.range(
                    &column,
                    *unit,
                    (from, *include_minimum),
                    (to, *include_maximum),
                    *exclude,
                );
                with_nulls(&column, all_of(tests), *nulls)
            }
            FilterTest::Relative {
                anchor,
                kind,
                unit,
                count,
                parameter,
                exclude,
                nulls,
            } => {
                let anchor = match anchor {
                    Some(name) => self.parameter_moment(name),
                    None => Some(self.request.now),
                };
                let count = match parameter {
                    Some(name) => self.whole(name),
                    None => *count,
                };
                let range = anchor.and_then(|a| self.relative(*kind, *unit, count, a));
                let tests = range
                    .map(|(from, to)| {
                        let to = shorter(to, *exclude, self.request.definition.week_start);
                        vec![
                            format!("{} >= {}", column.sql, sql::timestamp(from)),
                            format!("{} < {}", column.sql, sql::timestamp(to)),
                        ]
                    })
                    .unwrap_or_default();
                with_nulls(&column, all_of(tests), *nulls)
            }
            FilterTest::TopBottom {
                limit,
                parameter,
                by,
                aggregation,
                direction,
                unit,
            } => {
                let limit = match parameter {
                    Some(name) => self.whole(name).and_then(|n| u64::try_from(n).ok()),
                    None => *limit,
                };
                let Some(limit) = limit.filter(|n| *n > 0) else {
                    return Ok(());
                };
                let mut measure = self.field(&by.column)?;
                let aggregation = aggregation.unwrap_or(default_for(measure.kind));
                self.aggregated(&by.column, &mut measure, Some(aggregation))?;
                // It ranks before the groups' first rows are known.
                if measure.sql.contains("\"~o") {
                    return Err(PlanError::Filter(
                        filter.id.clone(),
                        "a top and bottom filter cannot rank by a level-aware aggregation",
                    ));
                }
                if let Some(unit) = unit {
                    column.sql = truncated_sql(
                        *unit,
                        self.request.definition.week_start,
                        &timestamp(&column),
                    );
                }
                if measure.stage != Stage::Aggregate || column.stage > Stage::Row(usize::MAX) {
                    return Err(PlanError::Filter(
                        filter.id.clone(),
                        "a top and bottom filter ranks a dimension by an aggregation",
                    ));
                }
                found.tops.push(Top {
                    key: column,
                    by: measure.sql,
                    direction: *direction,
                    limit,
                });
                return Ok(());
            }
            FilterTest::OneOf { values, unit } => {
                let tests = values
                    .iter()
                    .map(|v| self.is(&column, v.as_deref(), *unit, &filter.column.column))
                    .collect::<Result<Vec<_>, _>>()?;
                Some(if tests.is_empty() {
                    "FALSE".to_owned()
                } else {
                    format!("({})", tests.join(" OR "))
                })
            }
            FilterTest::Between {
                minimum,
                maximum,
                unit,
            } => {
                let (minimum, maximum) = (minimum.as_deref(), maximum.as_deref());
                all_of(self.between(&column, minimum, maximum, *unit, &filter.column.column)?)
            }
            FilterTest::Nested {
                include,
                inner,
                test,
            } => {
                let inner = self.field(&inner.column)?;
                if column.stage != Stage::Row(0) || inner.stage != Stage::Row(0) {
                    return Err(PlanError::Filter(
                        filter.id.clone(),
                        "a nested filter works on rows of the data set",
                    ));
                }
                let not = if *include { "" } else { "NOT " };
                self.category(&inner, test).map(|test| {
                    format!(
                        "{0} {not}IN (SELECT {0} FROM \"source\" WHERE {test} AND {0} IS NOT NULL)",
                        column.sql
                    )
                })
            }
        };
        if let Some(sql) = tested {
            found.plain.push(Condition {
                sql,
                stage: column.stage,
            });
        }
        Ok(())
    }

    /// Aggregates a filter's column where the filter says so.
    fn aggregated(
        &mut self,
        field: &str,
        code: &mut Code,
        aggregation: Option<Aggregation>,
    ) -> Result<(), PlanError> {
        let Some(aggregation) = aggregation else {
            return Ok(());
        };
        if !matches!(code.stage, Stage::Row(_) | Stage::Constant) {
            return Ok(());
        }
        check_type(field, code.kind, aggregation)?;
        let value = self.compiler.once(code.clone());
        let (text, kind) = aggregate_sql(aggregation, &value.sql, value.kind);
        *code = Code::new(text, kind, Stage::Aggregate);
        Ok(())
    }

    fn number(&self, source: Option<&NumberSource>) -> Option<String> {
        let value = match source? {
            NumberSource::Static(value) => *value,
            NumberSource::Parameter(name) => self.request.parameters.get(name)?.number()?,
        };
        Some(sql::number(value))
    }

    fn whole(&self, parameter: &str) -> Option<i64> {
        let value = self.request.parameters.get(parameter)?.number()?;
        format!("{value:.0}").parse().ok()
    }

    fn parameter_moment(&self, name: &str) -> Option<NaiveDateTime> {
        self.request.parameters.get(name)?.moment()
    }

    fn moment(&self, source: &MomentSource) -> Option<NaiveDateTime> {
        match source {
            MomentSource::Static(value) => moment::read(value),
            MomentSource::Rolling(text) => {
                rolling(text, self.request.definition.week_start, self.request.now)
            }
            MomentSource::Parameter(name) => self.parameter_moment(name),
        }
    }

    /// The unit that a moment lies in.
    fn within(
        &self,
        column: &Code,
        unit: Option<Granularity>,
        at: NaiveDateTime,
    ) -> Option<String> {
        let unit = unit.unwrap_or(Granularity::Day);
        let from = moment::truncate(unit, self.request.definition.week_start, at);
        let to = moment::add(unit, 1, from)?;
        Some(format!(
            "({0} >= {1} AND {0} < {2})",
            column.sql,
            sql::timestamp(from),
            sql::timestamp(to)
        ))
    }

    fn range(
        &self,
        column: &Code,
        unit: Option<Granularity>,
        (from, include_from): (Option<NaiveDateTime>, bool),
        (to, include_to): (Option<NaiveDateTime>, bool),
        exclude: Option<Exclude>,
    ) -> Vec<String> {
        let unit = unit.unwrap_or(Granularity::Day);
        let week = self.request.definition.week_start;
        let mut tests = Vec::new();
        // A bound is the whole unit it lies in.
        let from = from.and_then(|from| {
            let from = moment::truncate(unit, week, from);
            if include_from {
                Some(from)
            } else {
                moment::add(unit, 1, from)
            }
        });
        if let Some(from) = from {
            tests.push(format!("{} >= {}", column.sql, sql::timestamp(from)));
        }
        let to = to.and_then(|to| {
            let to = moment::truncate(unit, week, to);
            if include_to {
                moment::add(unit, 1, to)
            } else {
                Some(to)
            }
        });
        if let Some(to) = to {
            let to = shorter(to, exclude, week);
            tests.push(format!("{} < {}", column.sql, sql::timestamp(to)));
        }
        tests
    }

    /// Returns the beginning of a relative period and the moment behind its end.
    fn relative(
        &self,
        kind: RelativeKind,
        unit: Granularity,
        count: Option<i64>,
        anchor: NaiveDateTime,
    ) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let this = moment::truncate(unit, self.request.definition.week_start, anchor);
        let after = |n: i64| moment::add(unit, n, this);
        let count = count.unwrap_or(1).max(1);
        Some(match kind {
            RelativeKind::This => (this, after(1)?),
            RelativeKind::Previous => (after(-1)?, this),
            RelativeKind::Next => (after(1)?, after(2)?),
            RelativeKind::Last => (after(1 - count)?, after(1)?),
            RelativeKind::Now => (this, moment::add(Granularity::Millisecond, 1, anchor)?),
        })
    }

    fn category(&self, column: &Code, test: &CategoryMatch) -> Option<String> {
        let text = as_text(column);
        let values = match &test.parameter {
            Some(name) => match self.request.parameters.get(name) {
                Some(parameter) => parameter.texts(),
                None => Vec::new(),
            },
            None => test.values.clone(),
        };
        // A parameter without a value, or all values: no filter but for NULL.
        let skip = test.all || (test.parameter.is_some() && values.is_empty());
        let tested = (!skip).then(|| {
            if !test.custom {
                return listed(&text, &values, test.operator);
            }
            let tests: Vec<String> = values
                .iter()
                .map(|v| custom(&text, v, test.operator))
                .collect();
            let with = if test.operator.is_negative() {
                " AND "
            } else {
                " OR "
            };
            match tests.as_slice() {
                [] => "FALSE".to_owned(),
                tests => format!("({})", tests.join(with)),
            }
        });
        let negative_keeps_nulls = test.operator.is_negative() && test.nulls.is_none();
        let nulls = if negative_keeps_nulls && tested.is_some() {
            Some(NullOption::All)
        } else {
            test.nulls
        };
        with_nulls(column, tested, nulls)
    }

    fn selection(&mut self, selection: &Selection) -> Result<Condition, PlanError> {
        let column = self.field(&selection.column_ref().column)?;
        let value = selection.value.as_deref();
        Ok(Condition {
            sql: self.is(&column, value, selection.granularity, &selection.column)?,
            stage: column.stage,
        })
    }

    /// The column has a value as an answer shows it.
    fn is(
        &self,
        column: &Code,
        value: Option<&str>,
        unit: Option<Granularity>,
        name: &str,
    ) -> Result<String, PlanError> {
        let Some(value) = value else {
            return Ok(format!("{} IS NULL", column.sql));
        };
        if column.kind == Kind::Date
            && let Some(unit) = unit
        {
            let within = moment::parse(value).and_then(|at| self.within(column, Some(unit), at));
            return within.ok_or_else(|| wrong_type(name));
        }
        let (left, literal) = literal(column, value, name)?;
        Ok(format!("{left} = {literal}"))
    }

    fn between(
        &self,
        column: &Code,
        minimum: Option<&str>,
        maximum: Option<&str>,
        unit: Option<Granularity>,
        name: &str,
    ) -> Result<Vec<String>, PlanError> {
        if column.kind == Kind::Date
            && let Some(unit) = unit
        {
            let read = |v: Option<&str>| match v.map(moment::parse) {
                Some(None) => Err(wrong_type(name)),
                Some(Some(at)) => Ok(Some(at)),
                None => Ok(None),
            };
            let (from, to) = (read(minimum)?, read(maximum)?);
            return Ok(self.range(column, Some(unit), (from, true), (to, true), None));
        }
        let mut tests = Vec::new();
        for (value, sign) in [(minimum, ">="), (maximum, "<=")] {
            if let Some(value) = value {
                let (left, literal) = literal(column, value, name)?;
                tests.push(format!("{left} {sign} {literal}"));
            }
        }
        Ok(tests)
    }
}

fn wrong_type(name: &str) -> PlanError {
    PlanError::Filter(name.to_owned(), "the value is not of the column's type")
}

/// Returns a column as it is compared, and the value as a literal of its type.
fn literal(column: &Code, value: &str, name: &str) -> Result<(String, String), PlanError> {
    let left = column.sql.clone();
    match column.kind {
        Kind::Integer | Kind::Decimal => {
            let number = value.trim().parse::<f64>();
            let number = number.map_err(|_| wrong_type(name))?;
            Ok((left, sql::number(number)))
        }
        Kind::Date => {
            let at = moment::parse(value).ok_or_else(|| wrong_type(name))?;
            Ok((left, sql::timestamp(at)))
        }
        Kind::Text => Ok((left, sql::text(value))),
        Kind::Bool | Kind::Null => Ok((as_text(column), sql::text(value))),
    }
}

fn shorter(to: NaiveDateTime, exclude: Option<Exclude>, _week: moment::WeekStart) -> NaiveDateTime {
    exclude
        .and_then(|e| moment::add(e.unit, e.amount.checked_neg()?, to))
        .unwrap_or(to)
}

/// Returns a column as a text, which category filters compare.
fn as_text(column: &Code) -> String {
    if column.kind == Kind::Text {
        column.sql.clone()
    } else {
        format!("CAST({} AS varchar)", column.sql)
    }
}

pub(super) fn timestamp(column: &Code) -> String {
    format!("CAST({} AS timestamp)", column.sql)
}

/// The values of a list are whole values, whatever the operator's name.
fn listed(column: &str, values: &[String], operator: Match) -> String {
    let quoted: Vec<String> = values.iter().map(|v| sql::text(v)).collect();
    match operator {
        Match::StartsWith | Match::EndsWith => {
            let tests: Vec<String> = values.iter().map(|v| custom(column, v, operator)).collect();
            if tests.is_empty() {
                "FALSE".to_owned()
            } else {
                format!("({})", tests.join(" OR "))
            }
        }
        _ if values.is_empty() => if operator.is_negative() {
            "TRUE"
        } else {
            "FALSE"
        }
        .to_owned(),
        _ if operator.is_negative() => format!("{column} NOT IN ({})", quoted.join(", ")),
        _ => format!("{column} IN ({})", quoted.join(", ")),
    }
}

fn custom(column: &str, value: &str, operator: Match) -> String {
    match operator {
        Match::Equals => format!("{column} = {}", sql::text(value)),
        Match::DoesNotEqual => format!("{column} <> {}", sql::text(value)),
        Match::Contains => format!("{column} LIKE {}", sql::like(value, "%", "%")),
        Match::DoesNotContain => format!("{column} NOT LIKE {}", sql::like(value, "%", "%")),
        Match::StartsWith => format!("{column} LIKE {}", sql::like(value, "", "%")),
        Match::EndsWith => format!("{column} LIKE {}", sql::like(value, "%", "")),
    }
}

fn all_of(tests: Vec<String>) -> Option<String> {
    match tests.len() {
        0 => None,
        1 => tests.into_iter().next(),
        _ => Some(format!("({})", tests.join(" AND "))),
    }
}

/// Adds what becomes of rows without a value.
fn with_nulls(column: &Code, tested: Option<String>, nulls: Option<NullOption>) -> Option<String> {
    let name = &column.sql;
    match (tested, nulls) {
        (_, Some(NullOption::NullsOnly)) => Some(format!("{name} IS NULL")),
        (Some(test), Some(NullOption::All)) => Some(format!("({test} OR {name} IS NULL)")),
        (Some(test), _) => Some(test),
        (None, Some(NullOption::NonNullsOnly)) => Some(format!("{name} IS NOT NULL")),
        (None, _) => None,
    }
}

/// The aggregation that is usual for a type.
pub(super) fn default_for(kind: Kind) -> Aggregation {
    match kind {
        Kind::Integer | Kind::Decimal | Kind::Null => Aggregation::Sum,
        Kind::Text | Kind::Date | Kind::Bool => Aggregation::Count,
    }
}

/// Refuses sums of texts and the like.
pub(super) fn check_type(
    field: &str,
    kind: Kind,
    aggregation: Aggregation,
) -> Result<(), PlanError> {
    let any = matches!(
        aggregation,
        Aggregation::Count
            | Aggregation::DistinctCount
            | Aggregation::Min
            | Aggregation::Max
            | Aggregation::Unique
    );
    if any || kind.is_number() {
        return Ok(());
    }
    Err(PlanError::Type {
        field: field.to_owned(),
        found: kind.column().name(),
        wanted: "cannot be aggregated as a number",
    })
}
