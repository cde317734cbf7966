//! Parquet files as Hive's catalog describes them: columns by name, whatever the case; what a file lacks is
//! NULL; a type that the table's cannot hold is an error that says so.

use std::sync::Arc;

use datafusion::{
    arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
    common::{
        DataFusionError, Result,
        tree_node::{Transformed, TransformedResult, TreeNode},
    },
    physical_expr::{PhysicalExpr, expressions::Column},
    physical_expr_adapter::{
        DefaultPhysicalExprAdapterFactory, PhysicalExprAdapter, PhysicalExprAdapterFactory,
    },
};

use crate::{QueryError, types::hive_of};

/// Maps the table's columns to a file's, whatever the case of their names.
#[derive(Debug)]
pub(crate) struct ByNameInAnyCase;

impl PhysicalExprAdapterFactory for ByNameInAnyCase {
    fn create(
        &self,
        logical: SchemaRef,
        physical: SchemaRef,
    ) -> Result<Arc<dyn PhysicalExprAdapter>> {
        let renamed: Vec<Field> = logical
            .fields()
            .iter()
            .map(|field| match find(&physical, field.name()) {
                Some(other) => field.as_ref().clone().with_name(other.name()),
                None => field.as_ref().clone(),
            })
            .collect();
        let renamed = Arc::new(Schema::new(renamed));
        let inner = DefaultPhysicalExprAdapterFactory.create(renamed, Arc::clone(&physical))?;
        Ok(Arc::new(Adapter {
            logical,
            physical,
            inner,
        }))
    }
}

fn find<'a>(schema: &'a Schema, name: &str) -> Option<&'a Field> {
    let fields = schema.fields();
    let exact = fields.iter().find(|f| f.name() == name);
    exact
        .or_else(|| fields.iter().find(|f| f.name().eq_ignore_ascii_case(name)))
        .map(AsRef::as_ref)
}

#[derive(Debug)]
struct Adapter {
    logical: SchemaRef,
    physical: SchemaRef,
    inner: Arc<dyn PhysicalExprAdapter>,
}

impl PhysicalExprAdapter for Adapter {
    fn rewrite(&self, expr: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        let renamed = expr
            .transform(|node| {
                let Some(column) = node.downcast_ref::<Column>() else {
                    return Ok(Transformed::no(node));
                };
                let Some(other) = find(&self.physical, column.name()) else {
                    return Ok(Transformed::no(node));
                };
                if let Ok(field) = self.logical.field_with_name(column.name()) {
                    compatible(field, other)?;
                }
                if other.name() == column.name() {
                    return Ok(Transformed::no(node));
                }
                let renamed: Arc<dyn PhysicalExpr> =
                    Arc::new(Column::new(other.name(), column.index()));
                Ok(Transformed::yes(renamed))
            })
            .data()?;
        self.inner.rewrite(renamed)
    }
}

/// Refuses a file's column that the table's type cannot hold, as Athena does.
fn compatible(table: &Field, file: &Field) -> Result<()> {
    if holds(table.data_type(), file.data_type()) {
        return Ok(());
    }
    let declared =
        hive_of(table.data_type()).map_or_else(|| table.data_type().to_string(), |t| t.to_string());
    let message = format!(
        "Malformed Parquet file. Field {}'s type {} in parquet file is incompatible with type {declared} defined in \
         table schema",
        table.name(),
        parquet_name(file.data_type()),
    );
    Err(DataFusionError::from(QueryError::failed(
        "HIVE_BAD_DATA",
        message,
    )))
}

/// Tells whether values of a file's type can be read as the table's type.
fn holds(table: &DataType, file: &DataType) -> bool {
    use DataType as T;
    if table == file {
        return true;
    }
    match (table, file) {
        (_, T::Null) => true,
        (_, T::Dictionary(_, value)) => holds(table, value),
        (T::Int8 | T::Int16 | T::Int32 | T::Int64, file) => file.is_integer(),
        (T::Float32, T::Float16) => true,
        (T::Float64, T::Float32 | T::Float16) => true,
        (
            T::Decimal128(..),
            T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) | T::Decimal256(..),
        ) => true,
        (T::Decimal128(..), file) => file.is_integer(),
        (
            T::Utf8,
            T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Binary | T::LargeBinary | T::BinaryView,
        ) => true,
        (
            T::Binary,
            T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Binary | T::LargeBinary | T::BinaryView,
        ) => true,
        (T::Binary, T::FixedSizeBinary(_)) => true,
        (T::Timestamp(..), T::Timestamp(..)) => true,
        (T::Timestamp(TimeUnit::Millisecond, _), T::Date32) => true,
        (T::List(a), T::List(b) | T::LargeList(b) | T::FixedSizeList(b, _)) => {
            holds(a.data_type(), b.data_type())
        }
        (T::Struct(a), T::Struct(b)) => a.iter().all(|a| {
            let b = b.iter().find(|b| b.name().eq_ignore_ascii_case(a.name()));
            b.is_none_or(|b| holds(a.data_type(), b.data_type()))
        }),
        (T::Map(a, _), T::Map(b, _)) => match (a.data_type(), b.data_type()) {
            (T::Struct(a), T::Struct(b)) if a.len() == 2 && b.len() == 2 => a
                .iter()
                .zip(b)
                .all(|(a, b)| holds(a.data_type(), b.data_type())),
            _ => false,
        },
        _ => false,
    }
}

fn parquet_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "BOOLEAN",
        DataType::Float32 | DataType::Float16 => "FLOAT",
        DataType::Float64 => "DOUBLE",
        DataType::Int64 | DataType::UInt64 | DataType::Timestamp(..) => "INT64",
        t if t.is_integer() || matches!(t, DataType::Date32) => "INT32",
        DataType::FixedSizeBinary(_) => "FIXED_LEN_BYTE_ARRAY",
        DataType::List(_) | DataType::Struct(_) | DataType::Map(..) => "GROUP",
        _ => "BINARY",
    }
}
