//! A reader's filter as a definition has it.

use serde::Deserialize;
use serde_json::{Value, json};
use visual::{ColumnType, DataSets, Definition, Filter};

/// A filter that a reader set: one of these values, or a range.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReaderFilter {
    data_set_identifier: String,
    column_name: String,
    values: Option<Vec<Option<String>>>,
    min: Option<String>,
    max: Option<String>,
}

impl ReaderFilter {
    /// Returns it in words, as it is printed.
    pub(super) fn words(&self) -> String {
        let mut parts = Vec::new();
        if let Some(values) = self.values.as_ref().filter(|v| !v.is_empty()) {
            let shown = values.iter().map(|v| v.as_deref().unwrap_or("null"));
            parts.push(shown.collect::<Vec<_>>().join(", "));
        }
        parts.extend(self.min.as_ref().map(|min| format!("from {min}")));
        parts.extend(self.max.as_ref().map(|max| format!("to {max}")));
        format!("{}: {}", self.column_name, parts.join(" "))
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
            found.push(json!({"CategoryFilter": {
                "FilterId": "reader", "Column": column, "Configuration": listed(values),
            }}));
        }
        if self.min.is_some() || self.max.is_some() {
            found.push(self.range(kind, &column)?);
        }
        found
            .iter()
            .map(|f| {
                Filter::read(f)
                    .ok_or_else(|| format!("The filter on {} cannot be read", self.column_name))
            })
            .collect()
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
                "IncludeMinimum": true, "IncludeMaximum": true,
                "RangeMinimumValue": self.min.as_ref().map(|t| json!({"StaticValue": t})),
                "RangeMaximumValue": self.max.as_ref().map(|t| json!({"StaticValue": t})),
            }}));
        }
        Ok(json!({"NumericRangeFilter": {
            "FilterId": "reader", "Column": column, "NullOption": "NON_NULLS_ONLY",
            "IncludeMinimum": true, "IncludeMaximum": true,
            "RangeMinimum": self.min.as_ref().map(number).transpose()?,
            "RangeMaximum": self.max.as_ref().map(number).transpose()?,
        }}))
    }
}

fn listed(values: &[Option<String>]) -> Value {
    let texts: Vec<&String> = values.iter().flatten().collect();
    let nulls = match (texts.len() < values.len(), texts.is_empty()) {
        (true, true) => "NULLS_ONLY",
        (true, false) => "ALL_VALUES",
        (false, _) => "NON_NULLS_ONLY",
    };
    json!({"CustomFilterListConfiguration": {
        "MatchOperator": "EQUALS", "CategoryValues": texts, "NullOption": nulls,
    }})
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
