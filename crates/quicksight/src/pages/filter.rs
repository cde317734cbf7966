//! A reader's filter as a definition has it.

use serde::Deserialize;
use serde_json::{Value, json};
use visual::{
    CategoryMatch, Chosen, ColumnRef, ColumnType, DataSets, Definition, Filter, FilterTest,
    Granularity, Match, NullOption,
};

use super::visible::Named;

/// A filter that a reader set: one of these values, or a range.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReaderFilter {
    data_set_identifier: String,
    column_name: String,
    values: Option<Vec<Option<String>>>,
    /// The unit that a value of a date stands for.
    granularity: Option<Granularity>,
    min: Option<String>,
    max: Option<String>,
    /// The range is up to its greatest value, without that.
    #[serde(default)]
    open: bool,
    /// All but the values.
    #[serde(default)]
    without: bool,
}

/// What a reader chose in a filter's control: these values or a range instead of the filter's own, or all.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReaderChoice {
    filter_id: String,
    #[serde(default)]
    values: Vec<Option<String>>,
    min: Option<String>,
    max: Option<String>,
}

impl ReaderChoice {
    /// Returns the filter's id and what was chosen.
    pub(super) fn chosen(&self) -> (&str, Chosen) {
        let chosen = Chosen {
            values: self.values.clone(),
            minimum: self.min.clone(),
            maximum: self.max.clone(),
        };
        (&self.filter_id, chosen)
    }
}

fn words(
    name: &str,
    values: &[Option<String>],
    min: Option<&String>,
    max: Option<&String>,
) -> String {
    let mut parts = Vec::new();
    if !values.is_empty() {
        let shown = values.iter().map(|v| v.as_deref().unwrap_or("null"));
        parts.push(shown.collect::<Vec<_>>().join(", "));
    }
    parts.extend(min.map(|min| format!("from {min}")));
    parts.extend(max.map(|max| format!("to {max}")));
    if parts.is_empty() {
        parts.push("all".to_owned());
    }
    format!("{name}: {}", parts.join(" "))
}

/// Returns what lets all but these values through; NULL too, unless it is one of them.
fn without(values: &[Option<String>]) -> FilterTest {
    let texts: Vec<String> = values.iter().flatten().cloned().collect();
    let nulls = match texts.len() < values.len() {
        true => NullOption::NonNullsOnly,
        false => NullOption::All,
    };
    FilterTest::Category(CategoryMatch {
        operator: Match::DoesNotContain,
        values: texts,
        parameter: None,
        custom: false,
        all: false,
        nulls: Some(nulls),
    })
}

impl ReaderFilter {
    /// Returns the data set's identifier and the column.
    pub(super) fn column(&self) -> Named {
        (self.data_set_identifier.clone(), self.column_name.clone())
    }

    /// Returns it in words, as it is printed.
    pub(super) fn words(&self) -> String {
        let values = self.values.as_deref().unwrap_or_default();
        let name = match self.without {
            true => format!("{}, without", self.column_name),
            false => self.column_name.clone(),
        };
        words(&name, values, self.min.as_ref(), self.max.as_ref())
    }

    /// Returns the definition's filters for it.
    ///
    /// **Errors**: a column that is not there, or a bound that is none of its type.
    pub(super) fn filters(
        &self,
        definition: &Definition,
        columns: &DataSets,
    ) -> Result<Vec<Filter>, String> {
        let known = columns
            .get(&self.data_set_identifier)
            .and_then(|c| c.iter().find(|c| c.name == self.column_name))
            .map(|c| c.kind);
        // A calculated field's range is one of numbers.
        let calculated = || {
            let mut fields = definition.calculated_fields.iter();
            fields
                .any(|f| f.data_set == self.data_set_identifier && f.name == self.column_name)
                .then_some(ColumnType::Decimal)
        };
        let kind = known.or_else(calculated);
        let kind = kind.ok_or_else(|| format!("Column {} is not found", self.column_name))?;
        let column = json!({
            "DataSetIdentifier": self.data_set_identifier, "ColumnName": self.column_name,
        });
        let mut found = Vec::new();
        if let Some(values) = self.values.as_ref().filter(|v| !v.is_empty()) {
            found.push(Filter {
                id: "reader".to_owned(),
                column: ColumnRef {
                    data_set: self.data_set_identifier.clone(),
                    column: self.column_name.clone(),
                },
                test: match self.without {
                    true => without(values),
                    false => FilterTest::OneOf {
                        values: values.clone(),
                        unit: self.granularity,
                    },
                },
            });
        }
        if self.min.is_some() || self.max.is_some() {
            let range = Filter::read(&self.range(kind, &column)?);
            let unread = || format!("The filter on {} cannot be read", self.column_name);
            found.push(range.ok_or_else(unread)?);
        }
        Ok(found)
    }

    fn range(&self, kind: ColumnType, column: &Value) -> Result<Value, String> {
        let number = |text: &String| {
            let number = text.trim().parse::<f64>();
            number
                .map(|n| json!({"StaticValue": n}))
                .map_err(|_| format!("{text} is no number"))
        };
        if kind == ColumnType::Datetime {
            return Ok(json!({"TimeRangeFilter": {
                "FilterId": "reader", "Column": column, "NullOption": "NON_NULLS_ONLY",
                "IncludeMinimum": true, "IncludeMaximum": !self.open,
                "RangeMinimumValue": self.min.as_ref().map(|t| json!({"StaticValue": t})),
                "RangeMaximumValue": self.max.as_ref().map(|t| json!({"StaticValue": t})),
            }}));
        }
        Ok(json!({"NumericRangeFilter": {
            "FilterId": "reader", "Column": column, "NullOption": "NON_NULLS_ONLY",
            "IncludeMinimum": true, "IncludeMaximum": !self.open,
            "RangeMinimum": self.min.as_ref().map(number).transpose()?,
            "RangeMaximum": self.max.as_ref().map(number).transpose()?,
        }}))
    }
}

#[cfg(test)]
mod tests {
    use visual::Column;

    use super::*;

    fn columns() -> DataSets {
        let all = vec![
            Column::new("s", ColumnType::String),
            Column::new("n", ColumnType::Integer),
            Column::new("d", ColumnType::Datetime),
        ];
        DataSets::from([("t".into(), all)])
    }

    fn read(column: &str, rest: Value) -> Result<Vec<Filter>, String> {
        let mut given = json!({"dataSetIdentifier": "t", "columnName": column});
        given
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        serde_json::from_value::<ReaderFilter>(given)
            .unwrap()
            .filters(&Definition::default(), &columns())
    }

    #[test]
    fn values_and_ranges() {
        assert_eq!(read("s", json!({"values": ["a", null]})).unwrap().len(), 1);
        assert_eq!(read("n", json!({"min": "1", "max": "2"})).unwrap().len(), 1);
        assert_eq!(read("d", json!({"min": "2020-01-01"})).unwrap().len(), 1);
        assert!(read("s", json!({})).unwrap().is_empty());
        assert_eq!(
            read("n", json!({"min": "x"})).unwrap_err(),
            "x is no number"
        );
        assert_eq!(
            read("z", json!({"values": ["a"]})).unwrap_err(),
            "Column z is not found"
        );
    }
}
