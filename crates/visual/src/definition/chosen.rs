//! What a reader chose in a filter's control instead of what the filter says.

use serde_json::{Value, json};

use super::{
    Definition, Direction, Filter, FilterTest, Kind, MomentSource, NullOption, NumberSource,
};
use crate::moment;

/// What was chosen: values, or a range; nothing at all lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    pub values: Vec<Option<String>>,
    pub minimum: Option<String>,
    pub maximum: Option<String>,
}

impl Definition {
    /// Has a filter ask what its reader chose.
    ///
    /// **Errors**: there is no such filter, none of its controls is on a sheet, or the choice does not fit it.
    pub fn choose(&mut self, filter: &str, chosen: &Chosen) -> Result<(), String> {
        let mut controls = self.sheets.iter().flat_map(|s| &s.controls);
        if !controls.any(|c| c.filter.as_deref() == Some(filter)) {
            return Err(format!("Filter {filter} has no control"));
        }
        let groups = self.filter_groups.iter_mut();
        let found = groups
            .flat_map(|g| &mut g.filters)
            .find(|f| f.id == filter)
            .ok_or_else(|| format!("Filter {filter} is not found"))?;
        found.choose(chosen)
    }
}

impl Definition {
    /// Has a visual sorted by one of its fields instead of what it says. A pivot table and a KPI stay as they are, and
    /// a field that the visual does not show sorts nothing.
    pub fn sort(&mut self, visual: &str, field: &str, direction: Direction) {
        let visuals = self.sheets.iter_mut().flat_map(|s| &mut s.visuals);
        for visual in visuals.filter(|v| v.id == visual) {
            let member = match visual.kind {
                Kind::Table => "RowSort",
                Kind::HeatMap => "HeatMapRowSort",
                Kind::PivotTable | Kind::Kpi => continue,
                _ => "CategorySort",
            };
            let direction = match direction {
                Direction::Ascending => "ASC",
                Direction::Descending => "DESC",
            };
            let key = json!({"FieldSort": {"FieldId": field, "Direction": direction}});
            if let Value::Object(configuration) = &mut visual.configuration {
                let sort = configuration.entry("SortConfiguration");
                let sort = sort.or_insert_with(|| json!({}));
                if let Value::Object(sort) = sort {
                    sort.insert(member.to_owned(), json!([key]));
                }
            }
        }
    }
}

impl Filter {
    fn choose(&mut self, chosen: &Chosen) -> Result<(), String> {
        let first = chosen.values.first().and_then(Option::as_deref);
        match &mut self.test {
            FilterTest::Category(test) => {
                let texts: Vec<String> = chosen.values.iter().flatten().cloned().collect();
                let with_null = texts.len() < chosen.values.len();
                test.nulls = match (with_null, texts.is_empty()) {
                    (true, true) => Some(NullOption::NullsOnly),
                    (true, false) => Some(NullOption::All),
                    (false, _) => test.nulls.filter(|n| *n != NullOption::NullsOnly),
                };
                test.all = chosen.values.is_empty();
                test.parameter = None;
                test.values = texts;
            }
            FilterTest::NumberEquals { value, all, .. } => {
                *value = first.map(number).transpose()?;
                *all = value.is_none();
            }
            FilterTest::NumberRange {
                minimum,
                maximum,
                all,
                ..
            } => {
                *minimum = chosen.minimum.as_deref().map(number).transpose()?;
                *maximum = chosen.maximum.as_deref().map(number).transpose()?;
                *all = false;
            }
            FilterTest::TimeEquals { value, .. } => *value = first.map(time).transpose()?,
            FilterTest::TimeRange {
                minimum, maximum, ..
            } => {
                *minimum = chosen.minimum.as_deref().map(time).transpose()?;
                *maximum = chosen.maximum.as_deref().map(time).transpose()?;
            }
            FilterTest::TopBottom {
                limit, parameter, ..
            } => {
                let count = first.map(|text| text.trim().parse::<u64>());
                *limit = count
                    .transpose()
                    .map_err(|_| format!("{} is no count", first.unwrap_or_default()))?;
                *parameter = None;
            }
            _ => return Err(format!("Filter {} cannot be set by a control", self.id)),
        }
        Ok(())
    }
}

fn number(text: &str) -> Result<NumberSource, String> {
    let number = text.trim().parse::<f64>();
    let number = number.map_err(|_| format!("{text} is no number"))?;
    Ok(NumberSource::Static(number))
}

fn time(text: &str) -> Result<MomentSource, String> {
    moment::parse(text).ok_or_else(|| format!("{text} is no time"))?;
    Ok(MomentSource::Static(Value::from(text)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definition(filter: Value) -> Definition {
        Definition::read(&json!({
            "FilterGroups": [{"FilterGroupId": "g", "Filters": [filter]}],
            "Sheets": [{"SheetId": "s", "FilterControls": [
                {"Dropdown": {"FilterControlId": "c", "Title": "t", "SourceFilterId": "f"}}]}],
        }))
    }

    fn chosen(values: &[&str]) -> Chosen {
        Chosen {
            values: values.iter().map(|v| Some((*v).to_owned())).collect(),
            ..Chosen::default()
        }
    }

    #[test]
    fn a_choice_replaces_what_the_filter_says() {
        let column = json!({"DataSetIdentifier": "d", "ColumnName": "c"});
        let mut one = definition(json!({"CategoryFilter": {"FilterId": "f", "Column": column,
            "Configuration": {"FilterListConfiguration": {"MatchOperator": "CONTAINS", "CategoryValues": ["a"]}}}}));
        one.choose("f", &chosen(&["b", "c"])).unwrap();
        let FilterTest::Category(test) = &one.filter_groups[0].filters[0].test else {
            panic!("{one:?}");
        };
        assert_eq!(
            (test.values.as_slice(), test.all),
            (&["b".to_owned(), "c".to_owned()][..], false)
        );
        one.choose("f", &chosen(&[])).unwrap();
        assert!(matches!(&one.filter_groups[0].filters[0].test, FilterTest::Category(t) if t.all));
        assert_eq!(
            one.choose("g", &chosen(&[])).unwrap_err(),
            "Filter g has no control"
        );
        let mut range =
            definition(json!({"NumericRangeFilter": {"FilterId": "f", "Column": column}}));
        let wrong = Chosen {
            minimum: Some("x".into()),
            ..Chosen::default()
        };
        assert_eq!(range.choose("f", &wrong).unwrap_err(), "x is no number");
    }
}
