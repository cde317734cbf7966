//! Aggregates: `max_by`, `min_by`.

use std::{cmp::Ordering, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef},
        datatypes::{DataType, Field, FieldRef},
    },
    common::{DataFusionError, Result, ScalarValue},
    logical_expr::{
        Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
        function::{AccumulatorArgs, StateFieldsArgs},
    },
};

pub(super) fn functions() -> Vec<AggregateUDF> {
    let by = |name, wanted| {
        AggregateUDF::new_from_impl(By {
            name,
            wanted,
            signature: any_two(),
        })
    };
    vec![by("max_by", Wanted::Greatest), by("min_by", Wanted::Least)]
}

fn any_two() -> Signature {
    Signature::any(2, Volatility::Immutable)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Wanted {
    Greatest,
    Least,
}

/// The first argument where the second is the greatest or least.
#[derive(Debug, PartialEq, Eq, Hash)]
struct By {
    name: &'static str,
    wanted: Wanted,
    signature: Signature,
}

impl AggregateUDFImpl for By {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        types
            .first()
            .cloned()
            .ok_or_else(|| DataFusionError::Plan(format!("{} takes two arguments", self.name)))
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let kind = |i: usize| {
            args.expr_fields
                .get(i)
                .map_or(DataType::Null, |f| f.data_type().clone())
        };
        Ok(Box::new(Best {
            wanted: self.wanted,
            value: ScalarValue::try_from(&kind(0))?,
            by: ScalarValue::try_from(&kind(1))?,
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let names = ["value", "by"];
        Ok(args
            .input_fields
            .iter()
            .zip(names)
            .map(|(f, name)| {
                Arc::new(Field::new(
                    format!("{}[{name}]", args.name),
                    f.data_type().clone(),
                    true,
                ))
            })
            .collect())
    }
}

#[derive(Debug)]
struct Best {
    wanted: Wanted,
    value: ScalarValue,
    by: ScalarValue,
}

impl Accumulator for Best {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let [values, keys] = columns else {
            return Err(DataFusionError::Plan("two arguments are needed".into()));
        };
        for i in 0..keys.len() {
            if keys.is_null(i) {
                continue;
            }
            let key = ScalarValue::try_from_array(keys, i)?;
            let order = key.partial_cmp(&self.by);
            let better = self.by.is_null()
                || match self.wanted {
                    Wanted::Greatest => order == Some(Ordering::Greater),
                    Wanted::Least => order == Some(Ordering::Less),
                };
            if better {
                self.by = key;
                self.value = ScalarValue::try_from_array(values, i)?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.value.clone())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.value.size() + self.by.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.value.clone(), self.by.clone()])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }
}
