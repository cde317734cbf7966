//! Aggregates: `max_by`, `min_by`, `map_agg`.

use std::{cmp::Ordering, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, ListArray, MapArray, StructArray},
        buffer::{NullBuffer, OffsetBuffer},
        datatypes::{DataType, Field, FieldRef, Fields},
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
    vec![
        by("max_by", Wanted::Greatest),
        by("min_by", Wanted::Least),
        AggregateUDF::new_from_impl(MapAgg {
            signature: any_two(),
        }),
    ]
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

/// Keys and values gathered into a map; the first value of a key stays.
#[derive(Debug, PartialEq, Eq, Hash)]
struct MapAgg {
    signature: Signature,
}

fn entries(key: &DataType, value: &DataType) -> Fields {
    Fields::from(vec![
        Field::new("keys", key.clone(), false),
        Field::new("values", value.clone(), true),
    ])
}

impl AggregateUDFImpl for MapAgg {
    fn name(&self) -> &str {
        "map_agg"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        let [key, value] = types else {
            return Err(DataFusionError::Plan("map_agg takes two arguments".into()));
        };
        let inner = Field::new("entries", DataType::Struct(entries(key, value)), false);
        Ok(DataType::Map(Arc::new(inner), false))
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let kind = |i: usize| {
            args.expr_fields
                .get(i)
                .map_or(DataType::Null, |f| f.data_type().clone())
        };
        Ok(Box::new(Pairs {
            key: kind(0),
            value: kind(1),
            pairs: Vec::new(),
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(args
            .input_fields
            .iter()
            .enumerate()
            .map(|(i, f)| {
                let list = DataType::new_list(f.data_type().clone(), true);
                Arc::new(Field::new(format!("{}[{i}]", args.name), list, true))
            })
            .collect())
    }
}

#[derive(Debug)]
struct Pairs {
    key: DataType,
    value: DataType,
    pairs: Vec<(ScalarValue, ScalarValue)>,
}

impl Pairs {
    fn add(&mut self, keys: &ArrayRef, values: &ArrayRef) -> Result<()> {
        for i in 0..keys.len() {
            if keys.is_null(i) {
                continue;
            }
            let key = ScalarValue::try_from_array(keys, i)?;
            if self.pairs.iter().all(|(k, _)| *k != key) {
                self.pairs
                    .push((key, ScalarValue::try_from_array(values, i)?));
            }
        }
        Ok(())
    }

    fn columns(&self) -> Result<(ArrayRef, ArrayRef)> {
        let array = |of: fn(&(ScalarValue, ScalarValue)) -> &ScalarValue, kind: &DataType| {
            if self.pairs.is_empty() {
                return Ok(datafusion::arrow::array::new_empty_array(kind));
            }
            ScalarValue::iter_to_array(self.pairs.iter().map(|p| of(p).clone()))
        };
        Ok((array(|p| &p.0, &self.key)?, array(|p| &p.1, &self.value)?))
    }
}

impl Accumulator for Pairs {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        match columns {
            [keys, values] => self.add(keys, values),
            _ => Err(DataFusionError::Plan("map_agg takes two arguments".into())),
        }
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let (keys, values) = self.columns()?;
        let fields = entries(&self.key, &self.value);
        let count = keys.len();
        let inner = StructArray::try_new(fields.clone(), vec![keys, values], None)?;
        let field = Arc::new(Field::new("entries", DataType::Struct(fields), false));
        let present = Some(NullBuffer::from(vec![count > 0]));
        let map = MapArray::try_new(
            field,
            OffsetBuffer::from_lengths([count]),
            inner,
            present,
            false,
        )?;
        Ok(ScalarValue::Map(Arc::new(map)))
    }

    fn size(&self) -> usize {
        size_of_val(self)
            + self
                .pairs
                .iter()
                .map(|(k, v)| k.size() + v.size())
                .sum::<usize>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let (keys, values) = self.columns()?;
        let list = |items: ArrayRef| {
            let field = Arc::new(Field::new_list_field(items.data_type().clone(), true));
            let offsets = OffsetBuffer::from_lengths([items.len()]);
            ListArray::try_new(field, offsets, items, None).map(|l| ScalarValue::List(Arc::new(l)))
        };
        Ok(vec![list(keys)?, list(values)?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        use datafusion::arrow::array::AsArray;
        let [keys, values] = states else {
            return Err(DataFusionError::Plan("map_agg's state is broken".into()));
        };
        let (keys, values) = (keys.as_list::<i32>(), values.as_list::<i32>());
        for i in 0..keys.len() {
            if !keys.is_null(i) {
                self.add(&keys.value(i), &values.value(i))?;
            }
        }
        Ok(())
    }
}
