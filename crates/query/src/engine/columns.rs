//! What an answer's columns are, in Trino's words.

use datafusion::{arrow::datatypes::DataType, logical_expr::LogicalPlan};

use crate::types::{base_name, hive_of, trino_name};

/// One column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultColumn {
    pub name: String,
    /// Trino's name without parameters: `varchar`, `decimal`, `row`.
    pub type_name: &'static str,
    /// Trino's whole name: `decimal(10,2)`, `array(varchar)`.
    pub full_type: String,
    pub precision: i32,
    pub scale: i32,
    /// Hive's type for a table made from the answer; absent where there is none.
    pub hive_type: Option<crate::HiveType>,
}

/// Returns the answer's columns: the names as written where that is known, `_colN` for those without one.
pub(crate) fn columns(plan: &LogicalPlan, names: Option<&[Option<String>]>) -> Vec<ResultColumn> {
    let fields = plan.schema().fields();
    let names = names.filter(|n| n.len() == fields.len());
    fields
        .iter()
        .enumerate()
        .map(|(i, field)| {
            let written = names.and_then(|n| n.get(i)).cloned().flatten();
            let name = match written {
                Some(name) => name,
                None if field.name().starts_with(crate::rewrite::UNNAMED) => format!("_col{i}"),
                None => field.name().clone(),
            };
            let data_type = field.data_type();
            let (precision, scale) = precision(data_type);
            ResultColumn {
                name,
                type_name: base_name(data_type),
                full_type: trino_name(data_type),
                precision,
                scale,
                hive_type: hive_of(data_type),
            }
        })
        .collect()
}

fn precision(data_type: &DataType) -> (i32, i32) {
    match data_type {
        DataType::Int8 => (3, 0),
        DataType::Int16 | DataType::UInt8 => (5, 0),
        DataType::Int32 | DataType::UInt16 => (10, 0),
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => (19, 0),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => (17, 0),
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => (i32::from(*p), i32::from(*s)),
        DataType::Timestamp(..) => (3, 0),
        _ => match base_name(data_type) {
            "varchar" => (i32::MAX, 0),
            "varbinary" => (1_073_741_824, 0),
            _ => (0, 0),
        },
    }
}
