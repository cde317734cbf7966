//! A function that only gives a cast a name of its own.
//!
//! DataFusion's name of an expression leaves its casts out, so `min(x)` and `min(CAST(x AS double))` would be one
//! column. The function stays in the plan: the optimizer, too, tells expressions by their names.

use datafusion::{
    arrow::datatypes::DataType,
    common::{DataFusionError, Result},
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility},
};

/// Takes a value, and text that tells it from others.
pub(crate) const NAMED: &str = "named";

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Named {
    signature: Signature,
}

impl Named {
    pub(super) fn new() -> Self {
        Self {
            signature: Signature::any(2, Volatility::Immutable),
        }
    }
}

fn first<T>(args: Vec<T>) -> Result<T> {
    let mut args = args.into_iter();
    args.next()
        .ok_or_else(|| DataFusionError::Plan(format!("{NAMED} takes a value and its name")))
}

impl ScalarUDFImpl for Named {
    fn name(&self) -> &str {
        NAMED
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        first(types.to_vec())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        first(args.args)
    }
}
