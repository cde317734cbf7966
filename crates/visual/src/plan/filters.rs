//! Filters as conditions.

use super::{
    PlanError, Request, SOURCE, Selection,
    comparisons::{all_of, as_text, custom, listed, literal, timestamp, with_nulls, wrong_type},
    measures,
    periods::within_period,
};
use crate::{
    definition::{
        Aggregation, CategoryMatch, Direction, Filter, FilterTest, NullOption, NumberSource,
    },
    expression::{Code, Compiler, Kind, Stage},
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

pub(super) struct Filters<'r, 'a, 'c> {
    pub(super) request: &'r Request<'a>,
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
                let count = match parameter {
                    Some(name) => self.whole(name),
                    None => *count,
                };
                let range = self
                    .anchor(anchor.as_deref())
                    .and_then(|anchor| self.relative(*kind, *unit, count, anchor));
                let tests = range.map(|range| within_period(&column, range, *exclude));
                with_nulls(&column, tests.and_then(all_of), *nulls)
            }
            FilterTest::TopBottom { .. } => {
                found.tops.extend(self.top(filter, column)?);
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
                self.nested(filter, &column, &inner, *include, test)?
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

    /// Returns the best values that a filter asks for; none where it says no number.
    fn top(&mut self, filter: &Filter, mut column: Code) -> Result<Option<Top>, PlanError> {
        let FilterTest::TopBottom {
            limit,
            parameter,
            by,
            aggregation,
            direction,
            unit,
        } = &filter.test
        else {
            return Ok(None);
        };
        let refused = |why| Err(PlanError::Filter(filter.id.clone(), why));
        let limit = match parameter {
            Some(name) => self.whole(name).and_then(|n| u64::try_from(n).ok()),
            None => *limit,
        };
        let Some(limit) = limit.filter(|n| *n > 0) else {
            return Ok(None);
        };
        let measure = self.field(&by.column)?;
        let measure = measures::aggregated(self.compiler, &by.column, measure, *aggregation)?;
        // It ranks before the groups' first rows are known.
        if measure.sql.contains("\"~o") {
            return refused("a top and bottom filter cannot rank by a level-aware aggregation");
        }
        if let Some(unit) = unit {
            let week = self.request.definition.week_start;
            column.sql = truncated_sql(*unit, week, &timestamp(&column));
        }
        if measure.stage != Stage::Aggregate || column.stage > Stage::Row(usize::MAX) {
            return refused("a top and bottom filter ranks a dimension by an aggregation");
        }
        Ok(Some(Top {
            key: column,
            by: measure.sql,
            direction: *direction,
            limit,
        }))
    }

    /// The values that have a row for which another column's test holds, or that have none.
    fn nested(
        &self,
        filter: &Filter,
        column: &Code,
        inner: &Code,
        include: bool,
        test: &CategoryMatch,
    ) -> Result<Option<String>, PlanError> {
        if column.stage != Stage::Row(0) || inner.stage != Stage::Row(0) {
            return Err(PlanError::Filter(
                filter.id.clone(),
                "a nested filter works on rows of the data set",
            ));
        }
        let not = if include { "" } else { "NOT " };
        Ok(self.category(inner, test).map(|test| {
            format!(
                "{0} {not}IN (SELECT {0} FROM \"{SOURCE}\" WHERE {test} AND {0} IS NOT NULL)",
                column.sql
            )
        }))
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
        *code = measures::aggregated(self.compiler, field, code.clone(), Some(aggregation))?;
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
