//! What all our functions are made of: a name, a type rule, and a body over whole columns.

use std::hash::{Hash, Hasher};

use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray,
            TimestampMillisecondArray,
        },
        compute::cast,
        datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMillisecondType},
    },
    common::{DataFusionError, Result, ScalarValue},
    logical_expr::{
        ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
    },
};

type Types = fn(&[DataType]) -> Result<DataType>;
type Body = fn(&Columns) -> Result<ArrayRef>;

/// One function.
pub(super) struct Function {
    name: &'static str,
    /// How few and how many arguments.
    arity: (usize, usize),
    types: Types,
    body: Body,
    signature: Signature,
}

impl Function {
    pub(super) fn new(name: &'static str, arity: (usize, usize), types: Types, body: Body) -> Self {
        let any = vec![TypeSignature::VariadicAny, TypeSignature::Nullary];
        Self {
            name,
            arity,
            types,
            body,
            signature: Signature::one_of(any, Volatility::Immutable),
        }
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        if types.len() < self.arity.0 || types.len() > self.arity.1 {
            let message = format!(
                "Unexpected parameters ({} of them) for function {}",
                types.len(),
                self.name
            );
            return Err(DataFusionError::Plan(message));
        }
        (self.types)(types)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args
            .args
            .iter()
            .all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { args.number_rows };
        let columns = args
            .args
            .iter()
            .map(|a| a.to_array(rows))
            .collect::<Result<Vec<ArrayRef>>>()?;
        let made = (self.body)(&Columns {
            columns,
            rows,
            returns: args.return_type().clone(),
        })?;
        if constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &made, 0,
            )?));
        }
        Ok(ColumnarValue::Array(made))
    }
}

/// The arguments, all of the same length.
pub(super) struct Columns {
    pub(super) columns: Vec<ArrayRef>,
    pub(super) rows: usize,
    pub(super) returns: DataType,
}

impl Columns {
    pub(super) fn any(&self, i: usize) -> Result<&ArrayRef> {
        self.columns
            .get(i)
            .ok_or_else(|| DataFusionError::Plan(format!("argument {} is missing", i + 1)))
    }

    pub(super) fn has(&self, i: usize) -> bool {
        i < self.columns.len()
    }

    fn to(&self, i: usize, data_type: &DataType) -> Result<ArrayRef> {
        Ok(cast(self.any(i)?, data_type)?)
    }

    pub(super) fn text(&self, i: usize) -> Result<StringArray> {
        Ok(self.to(i, &DataType::Utf8)?.as_string::<i32>().clone())
    }

    pub(super) fn int(&self, i: usize) -> Result<Int64Array> {
        Ok(self
            .to(i, &DataType::Int64)?
            .as_primitive::<Int64Type>()
            .clone())
    }

    pub(super) fn double(&self, i: usize) -> Result<Float64Array> {
        Ok(self
            .to(i, &DataType::Float64)?
            .as_primitive::<Float64Type>()
            .clone())
    }

    /// A moment in milliseconds since the epoch.
    pub(super) fn moment(&self, i: usize) -> Result<TimestampMillisecondArray> {
        let array = self.to(i, &DataType::Timestamp(TimeUnit::Millisecond, None))?;
        Ok(array.as_primitive::<TimestampMillisecondType>().clone())
    }
}

/// The value of a row, if it is not NULL.
pub(super) fn text_at(array: &StringArray, i: usize) -> Option<&str> {
    (!array.is_null(i)).then(|| array.value(i))
}

pub(super) fn int_at(array: &Int64Array, i: usize) -> Option<i64> {
    (!array.is_null(i)).then(|| array.value(i))
}

pub(super) fn moment_at(array: &TimestampMillisecondArray, i: usize) -> Option<i64> {
    (!array.is_null(i)).then(|| array.value(i))
}

pub(super) fn varchar(_: &[DataType]) -> Result<DataType> {
    Ok(DataType::Utf8)
}

pub(super) fn bigint(_: &[DataType]) -> Result<DataType> {
    Ok(DataType::Int64)
}

pub(super) fn double(_: &[DataType]) -> Result<DataType> {
    Ok(DataType::Float64)
}

pub(super) fn boolean(_: &[DataType]) -> Result<DataType> {
    Ok(DataType::Boolean)
}

pub(super) fn varbinary(_: &[DataType]) -> Result<DataType> {
    Ok(DataType::Binary)
}

pub(super) fn date(_: &[DataType]) -> Result<DataType> {
    Ok(DataType::Date32)
}

pub(super) fn timestamp(_: &[DataType]) -> Result<DataType> {
    Ok(DataType::Timestamp(TimeUnit::Millisecond, None))
}

pub(super) fn timestamp_utc(_: &[DataType]) -> Result<DataType> {
    Ok(DataType::Timestamp(
        TimeUnit::Millisecond,
        Some("UTC".into()),
    ))
}

/// A list of text.
pub(super) fn varchars(_: &[DataType]) -> Result<DataType> {
    Ok(DataType::new_list(DataType::Utf8, true))
}

/// A refusal of an argument's value.
pub(super) fn invalid(message: impl Into<String>) -> DataFusionError {
    crate::QueryError::failed("INVALID_FUNCTION_ARGUMENT", message).into()
}
