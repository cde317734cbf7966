//! What a file says of the filters and parameters in force.

use visual::{
    CategoryMatch, Definition, Direction, Filter, FilterTest, Match, MomentSource, NumberSource,
    ParameterValue, RelativeKind, parameter_values,
};

use super::question::Asked;
use crate::{QuickSight, report::now};

impl Asked {
    /// Returns the filters and parameters that hold for some visuals, in words. A visitor of an embedded dashboard is
    /// not told of filters that have no control.
    pub(super) fn notes(&self, service: &QuickSight, visuals: &[(String, String)]) -> Vec<String> {
        let mut notes = self.reader_words();
        let definition = &self.definition;
        let groups = definition.filter_groups.iter().filter(|group| {
            let mut covered = visuals.iter();
            group.enabled && covered.any(|(sheet, visual)| group.covers(sheet, visual))
        });
        for filter in groups.flat_map(|group| &group.filters) {
            let title = title_of(definition, filter);
            if title.is_none() && self.visible.is_some() {
                continue;
            }
            let name = title.unwrap_or(&filter.column.column);
            notes.push(format!("{name}: {}", test(&filter.test)));
        }
        for (name, value) in parameter_values(definition, &self.parameters, now(service)) {
            let texts = texts(&value);
            if !texts.is_empty() {
                notes.push(format!("{name}: {}", texts.join(", ")));
            }
        }
        notes
    }
}

/// A moment's milliseconds are left out where there are none.
fn texts(value: &ParameterValue) -> Vec<String> {
    let texts = value.texts().into_iter();
    texts
        .map(|text| {
            text.strip_suffix(".000")
                .map_or(text.clone(), str::to_owned)
        })
        .collect()
}

/// Returns the title of a filter's control; nothing where it has none.
fn title_of<'d>(definition: &'d Definition, filter: &Filter) -> Option<&'d str> {
    let mut controls = definition.sheets.iter().flat_map(|s| &s.controls);
    let control = controls.find(|c| c.filter.as_deref() == Some(&filter.id));
    control.map(|c| c.title.as_str())
}

fn test(test: &FilterTest) -> String {
    match test {
        FilterTest::Category(test) => category(test),
        FilterTest::NumberEquals { all: true, .. } | FilterTest::NumberRange { all: true, .. } => {
            "all".to_owned()
        }
        FilterTest::NumberEquals {
            value, negative, ..
        } => match value {
            Some(value) if *negative => format!("not {}", number(value)),
            Some(value) => number(value),
            None => "all".to_owned(),
        },
        FilterTest::NumberRange {
            minimum, maximum, ..
        } => range(minimum.as_ref().map(number), maximum.as_ref().map(number)),
        FilterTest::TimeEquals { value, .. } => {
            value.as_ref().map_or_else(|| "all".to_owned(), moment)
        }
        FilterTest::TimeRange {
            minimum, maximum, ..
        } => range(minimum.as_ref().map(moment), maximum.as_ref().map(moment)),
        FilterTest::Relative {
            kind,
            unit,
            count,
            parameter,
            ..
        } => {
            let unit = unit.sql();
            let count = match (parameter, count) {
                (Some(parameter), _) => format!("${{{parameter}}}"),
                (None, count) => count.unwrap_or(1).to_string(),
            };
            match kind {
                RelativeKind::Previous => format!("previous {unit}"),
                RelativeKind::This => format!("this {unit}"),
                RelativeKind::Now => format!("this {unit} so far"),
                RelativeKind::Last => format!("last {count} {unit}s"),
                RelativeKind::Next => format!("next {count} {unit}s"),
            }
        }
        FilterTest::TopBottom {
            limit,
            parameter,
            by,
            direction,
            ..
        } => {
            let end = match direction {
                Direction::Descending => "top",
                Direction::Ascending => "bottom",
            };
            let count = match (parameter, limit) {
                (Some(parameter), _) => format!("${{{parameter}}}"),
                (None, limit) => limit.map_or_else(|| "all".to_owned(), |l| l.to_string()),
            };
            format!("{end} {count} by {}", by.column)
        }
        FilterTest::OneOf { values, .. } => {
            let shown = values.iter().map(|v| v.as_deref().unwrap_or("null"));
            shown.collect::<Vec<_>>().join(", ")
        }
        FilterTest::Between {
            minimum, maximum, ..
        } => range(minimum.clone(), maximum.clone()),
        FilterTest::Nested {
            include,
            inner,
            test,
        } => {
            let with = if *include { "with" } else { "without" };
            format!("{with} {}: {}", inner.column, category(test))
        }
    }
}

fn category(test: &CategoryMatch) -> String {
    if test.all {
        return "all".to_owned();
    }
    let values = match &test.parameter {
        Some(parameter) => format!("${{{parameter}}}"),
        None => test.values.join(", "),
    };
    let operator = match (test.operator, test.custom) {
        (Match::Equals, _) | (Match::Contains, false) => return values,
        (Match::DoesNotEqual, _) | (Match::DoesNotContain, false) => "not",
        (Match::Contains, true) => "contains",
        (Match::DoesNotContain, true) => "does not contain",
        (Match::StartsWith, _) => "begins with",
        (Match::EndsWith, _) => "ends with",
    };
    format!("{operator} {values}")
}

fn number(source: &NumberSource) -> String {
    match source {
        NumberSource::Static(number) => number.to_string(),
        NumberSource::Parameter(name) => format!("${{{name}}}"),
    }
}

fn moment(source: &MomentSource) -> String {
    match source {
        MomentSource::Static(value) => match visual::moment::read(value) {
            Some(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
            None => value.to_string(),
        },
        MomentSource::Rolling(expression) => expression.clone(),
        MomentSource::Parameter(name) => format!("${{{name}}}"),
    }
}

fn range(minimum: Option<String>, maximum: Option<String>) -> String {
    match (minimum, maximum) {
        (None, None) => "all".to_owned(),
        (Some(min), None) => format!("from {min}"),
        (None, Some(max)) => format!("to {max}"),
        (Some(min), Some(max)) => format!("from {min} to {max}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn said(kind: &str, mut body: Value) -> String {
        body["Column"] = json!({"DataSetIdentifier": "t", "ColumnName": "c"});
        body["FilterId"] = "f".into();
        test(&Filter::read(&json!({kind: body})).unwrap().test)
    }

    #[test]
    fn filters_in_words() {
        let list = |operator: &str| {
            said(
                "CategoryFilter",
                json!({"Configuration": {"FilterListConfiguration": {
                    "MatchOperator": operator, "CategoryValues": ["a", "b"]}}}),
            )
        };
        assert_eq!(list("CONTAINS"), "a, b");
        assert_eq!(list("DOES_NOT_CONTAIN"), "not a, b");
        let custom = json!({"Configuration": {"CustomFilterConfiguration": {
            "MatchOperator": "STARTS_WITH", "CategoryValue": "x", "NullOption": "NON_NULLS_ONLY"}}});
        assert_eq!(said("CategoryFilter", custom), "begins with x");
        let range =
            json!({"RangeMinimum": {"StaticValue": 2.0}, "RangeMaximum": {"Parameter": "P"}});
        assert_eq!(said("NumericRangeFilter", range), "from 2 to ${P}");
        let since = json!({"RangeMinimumValue": {"StaticValue": 1_577_836_800}});
        assert_eq!(said("TimeRangeFilter", since), "from 2020-01-01 00:00:00");
        let last =
            json!({"RelativeDateType": "LAST", "TimeGranularity": "DAY", "RelativeDateValue": 7});
        assert_eq!(said("RelativeDatesFilter", last), "last 7 days");
        let top = json!({"Limit": 3, "AggregationSortConfigurations": [{"SortDirection": "DESC",
            "Column": {"DataSetIdentifier": "t", "ColumnName": "fare"}}]});
        assert_eq!(said("TopBottomFilter", top), "top 3 by fare");
        let all = json!({"SelectAllOptions": "FILTER_ALL_VALUES", "MatchOperator": "EQUALS"});
        assert_eq!(said("NumericEqualityFilter", all), "all");
    }
}
