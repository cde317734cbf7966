//! The catalog's entities, in Glue's own shapes: what the API takes and gives is what is kept.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub type Parameters = IndexMap<String, String>;

/// Version of the persisted format.
const fn one() -> u32 {
    1
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DatabaseInput {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_table_default_permissions: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_database: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub federated_database: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Database {
    #[serde(rename = "v", default = "one", skip_serializing)]
    pub version: u32,
    #[serde(flatten)]
    pub input: DatabaseInput,
    /// Epoch seconds.
    pub create_time: f64,
    pub catalog_id: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Column {
    pub name: String,
    /// Hive's spelling: `array<struct<a:int>>`.
    #[serde(rename = "Type", default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SerdeInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serialization_library: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Order {
    pub column: String,
    /// 1 ascending, 0 descending.
    pub sort_order: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StorageDescriptor {
    pub columns: Vec<Column>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_locations: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_format: Option<String>,
    pub compressed: bool,
    pub number_of_buckets: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serde_info: Option<SerdeInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket_columns: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_columns: Option<Vec<Order>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skewed_info: Option<Value>,
    pub stored_as_sub_directories: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema_reference: Option<Value>,
}

impl StorageDescriptor {
    /// Returns the serde's class name, empty where none is given.
    pub fn serde_library(&self) -> &str {
        self.serde_info
            .as_ref()
            .and_then(|s| s.serialization_library.as_deref())
            .unwrap_or("")
    }

    pub fn serde_parameter(&self, key: &str) -> Option<&str> {
        self.serde_info
            .as_ref()?
            .parameters
            .as_ref()?
            .get(key)
            .map(String::as_str)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TableInput {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_access_time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_analyzed_time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_descriptor: Option<StorageDescriptor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_keys: Option<Vec<Column>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_original_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_expanded_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_table: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_definition: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Table {
    #[serde(rename = "v", default = "one", skip_serializing)]
    pub version: u32,
    #[serde(flatten)]
    pub input: TableInput,
    pub database_name: String,
    /// Epoch seconds.
    pub create_time: f64,
    pub update_time: f64,
    pub created_by: String,
    pub is_registered_with_lake_formation: bool,
    pub catalog_id: String,
    /// A number, from `0`, that grows by one with each update.
    pub version_id: String,
}

impl Table {
    pub fn name(&self) -> &str {
        &self.input.name
    }

    pub fn is_view(&self) -> bool {
        self.input.table_type.as_deref() == Some("VIRTUAL_VIEW")
    }

    pub fn partition_keys(&self) -> &[Column] {
        self.input.partition_keys.as_deref().unwrap_or(&[])
    }

    pub fn columns(&self) -> &[Column] {
        self.input
            .storage_descriptor
            .as_ref()
            .map_or(&[], |d| &d.columns)
    }

    pub fn parameter(&self, key: &str) -> Option<&str> {
        self.input.parameters.as_ref()?.get(key).map(String::as_str)
    }

    pub fn location(&self) -> Option<&str> {
        self.input.storage_descriptor.as_ref()?.location.as_deref()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PartitionInput {
    #[serde(default)]
    pub values: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_access_time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_descriptor: Option<StorageDescriptor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_analyzed_time: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Partition {
    #[serde(rename = "v", default = "one", skip_serializing)]
    pub version: u32,
    #[serde(flatten)]
    pub input: PartitionInput,
    pub database_name: String,
    pub table_name: String,
    /// Epoch seconds.
    pub creation_time: f64,
    pub catalog_id: String,
}

impl Partition {
    pub fn location(&self) -> Option<&str> {
        self.input.storage_descriptor.as_ref()?.location.as_deref()
    }
}
