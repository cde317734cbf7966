//! A data set's document, as far as it has meaning.

use indexmap::IndexMap;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Column, ColumnType};
use crate::asset::Asset;

/// A data set's asset, read.
pub(crate) struct DataSet<'a> {
    pub(crate) asset: &'a Asset,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InputColumn {
    pub(crate) name: String,
    #[serde(rename = "Type")]
    pub(crate) kind: String,
    pub(crate) sub_type: Option<String>,
}

impl InputColumn {
    pub(crate) fn column(&self) -> Column {
        Column {
            sub_type: self.sub_type.clone(),
            ..Column::new(self.name.clone(), ColumnType::parse(&self.kind))
        }
    }
}

/// Where rows come from.
#[derive(Clone, Debug, Deserialize)]
pub(crate) enum Physical {
    RelationalTable(RelationalTable),
    CustomSql(CustomSql),
    S3Source(S3Source),
    SaaSTable {},
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RelationalTable {
    pub(crate) data_source_arn: String,
    pub(crate) catalog: Option<String>,
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    pub(crate) input_columns: Vec<InputColumn>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CustomSql {
    pub(crate) data_source_arn: String,
    pub(crate) sql_query: String,
    #[serde(default)]
    pub(crate) columns: Vec<InputColumn>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct S3Source {
    pub(crate) data_source_arn: String,
    #[serde(default)]
    pub(crate) upload_settings: UploadSettings,
    pub(crate) input_columns: Vec<InputColumn>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UploadSettings {
    pub(crate) format: Option<String>,
    pub(crate) start_from_row: Option<usize>,
    pub(crate) contains_header: Option<bool>,
    pub(crate) text_qualifier: Option<String>,
    pub(crate) delimiter: Option<String>,
}

impl Physical {
    /// Returns the data source's ARN; nothing for a kind that nothing here can read.
    pub(crate) fn source_arn(&self) -> Option<&str> {
        match self {
            Self::RelationalTable(t) => Some(&t.data_source_arn),
            Self::CustomSql(t) => Some(&t.data_source_arn),
            Self::S3Source(t) => Some(&t.data_source_arn),
            Self::SaaSTable {} => None,
        }
    }

    pub(crate) fn columns(&self) -> &[InputColumn] {
        match self {
            Self::RelationalTable(t) => &t.input_columns,
            Self::CustomSql(t) => &t.columns,
            Self::S3Source(t) => &t.input_columns,
            Self::SaaSTable {} => &[],
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Logical {
    #[serde(default)]
    pub(crate) data_transforms: Vec<Transform>,
    pub(crate) source: LogicalSource,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LogicalSource {
    pub(crate) join_instruction: Option<Join>,
    pub(crate) physical_table_id: Option<String>,
    pub(crate) data_set_arn: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Join {
    pub(crate) left_operand: String,
    pub(crate) right_operand: String,
    #[serde(rename = "Type")]
    pub(crate) kind: String,
    pub(crate) on_clause: String,
}

/// One step of a logical table.
#[derive(Clone, Debug, Deserialize)]
#[expect(clippy::enum_variant_names, reason = "the API's names")]
pub(crate) enum Transform {
    ProjectOperation(Project),
    FilterOperation(Value),
    CreateColumnsOperation(CreateColumns),
    RenameColumnOperation(Rename),
    CastColumnTypeOperation(Cast),
    TagColumnOperation(Tag),
    UntagColumnOperation(Untag),
    OverrideDatasetParameterOperation {},
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Project {
    pub(crate) projected_columns: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateColumns {
    pub(crate) columns: Vec<Calculated>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Calculated {
    pub(crate) column_name: String,
    pub(crate) expression: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rename {
    pub(crate) column_name: String,
    pub(crate) new_column_name: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Cast {
    pub(crate) column_name: String,
    pub(crate) new_column_type: String,
    pub(crate) sub_type: Option<String>,
    pub(crate) format: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    pub(crate) column_name: String,
    pub(crate) tags: Vec<ColumnTag>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ColumnTag {
    pub(crate) column_geographic_role: Option<String>,
    pub(crate) column_description: Option<Description>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Description {
    pub(crate) text: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Untag {
    pub(crate) column_name: String,
    pub(crate) tag_names: Vec<String>,
}

/// How far back an incremental refresh looks.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Window {
    pub(crate) column_name: String,
    pub(crate) size: i64,
    pub(crate) size_unit: String,
}

impl<'a> DataSet<'a> {
    pub(crate) fn of(asset: &'a Asset) -> Self {
        Self { asset }
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, serde_json::Error> {
        match self.asset.body.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::deserialize(value).map(Some),
        }
    }

    pub(crate) fn is_spice(&self) -> bool {
        self.asset.body.get("ImportMode").and_then(Value::as_str) == Some("SPICE")
    }

    pub(crate) fn physical(&self) -> Result<IndexMap<String, Physical>, serde_json::Error> {
        Ok(self.read("PhysicalTableMap")?.unwrap_or_default())
    }

    pub(crate) fn logical(&self) -> Result<IndexMap<String, Logical>, serde_json::Error> {
        Ok(self.read("LogicalTableMap")?.unwrap_or_default())
    }

    pub(crate) fn refresh_window(&self) -> Option<Window> {
        let properties = self.asset.body.get("DataSetRefreshProperties")?;
        let window =
            properties.pointer("/RefreshConfiguration/IncrementalRefresh/LookbackWindow")?;
        Window::deserialize(window).ok()
    }
}
