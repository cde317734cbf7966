//! Aggregates that make a map: `map_agg`, `multimap_agg`, `map_union`, `histogram`.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, new_empty_array},
        buffer::{NullBuffer, OffsetBuffer},
        datatypes::{DataType, Field, FieldRef},
    },
    common::{DataFusionError, Result, ScalarValue},
    logical_expr::{
        Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
        function::{AccumulatorArgs, StateFieldsArgs},
    },
};
use indexmap::IndexMap;

use super::map::{fields, map_type, pair_types};

pub(super) fn functions() -> Vec<AggregateUDF> {
    [Kind::First, Kind::All, Kind::Union, Kind::Count]
        .map(|kind| {
            let signature = Signature::any(kind.arguments(), Volatility::Immutable);
            AggregateUDF::new_from_impl(Gather { kind, signature })
        })
        .into()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// `map_agg(key, value)`: the first value of a key stays.
    First,
    /// `multimap_agg(key, value)`: all values of a key, in an array.
    All,
    /// `map_union(map)`: the first value of a key stays.
    Union,
    /// `histogram(key)`: how often a key was there.
    Count,
}

impl Kind {
    fn arguments(self) -> usize {
        match self {
            Self::First | Self::All => 2,
            Self::Union | Self::Count => 1,
        }
    }

    /// Returns the types of keys and of what is gathered of each.
    fn pair(self, types: &[DataType]) -> Result<(DataType, DataType)> {
        match (self, types) {
            (Self::First | Self::All, [key, value]) => Ok((key.clone(), value.clone())),
            (Self::Union, [map]) => pair_types(map),
            (Self::Count, [key]) => Ok((key.clone(), DataType::Int64)),
            _ => Err(DataFusionError::Plan(
                "too few or too many arguments".into(),
            )),
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Gather {
    kind: Kind,
    signature: Signature,
}

fn types(fields: &[FieldRef]) -> Vec<DataType> {
    fields.iter().map(|f| f.data_type().clone()).collect()
}

impl AggregateUDFImpl for Gather {
    fn name(&self) -> &str {
        match self.kind {
            Kind::First => "map_agg",
            Kind::All => "multimap_agg",
            Kind::Union => "map_union",
            Kind::Count => "histogram",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        let (key, value) = self.kind.pair(types)?;
        Ok(match self.kind {
            Kind::All => map_type(&key, &DataType::new_list(value, true)),
            _ => map_type(&key, &value),
        })
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let (key, value) = self.kind.pair(&types(args.expr_fields))?;
        Ok(Box::new(Gathered {
            kind: self.kind,
            key,
            value,
            pairs: IndexMap::new(),
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let (key, value) = self.kind.pair(&types(args.input_fields))?;
        let list = |name: &str, item: DataType| {
            let name = format!("{}[{name}]", args.name);
            Arc::new(Field::new(name, DataType::new_list(item, true), true))
        };
        Ok(vec![list("keys", key), list("values", value)])
    }
}

/// What was gathered so far: for each key its values; of a histogram one, the count.
#[derive(Debug)]
struct Gathered {
    kind: Kind,
    key: DataType,
    value: DataType,
    pairs: IndexMap<ScalarValue, Vec<ScalarValue>>,
}

impl Gathered {
    fn add(&mut self, key: ScalarValue, value: ScalarValue) -> Result<()> {
        let kept = self.pairs.entry(key).or_default();
        match (self.kind, kept.first_mut()) {
            (Kind::All, _) | (_, None) => kept.push(value),
            (Kind::Count, Some(count)) => *count = count.add_checked(value)?,
            (Kind::First | Kind::Union, Some(_)) => {}
        }
        Ok(())
    }

    fn add_rows(&mut self, keys: &ArrayRef, values: &ArrayRef) -> Result<()> {
        for i in (0..keys.len()).filter(|i| !keys.is_null(*i)) {
            let key = ScalarValue::try_from_array(keys, i)?;
            self.add(key, ScalarValue::try_from_array(values, i)?)?;
        }
        Ok(())
    }

    fn array(kind: &DataType, scalars: Vec<ScalarValue>) -> Result<ArrayRef> {
        if scalars.is_empty() {
            return Ok(new_empty_array(kind));
        }
        ScalarValue::iter_to_array(scalars)
    }

    fn values(&self) -> Result<ArrayRef> {
        let all = self.pairs.values().flatten().cloned();
        Self::array(&self.value, all.collect())
    }
}

impl Accumulator for Gathered {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        match (self.kind, columns) {
            (Kind::First | Kind::All, [keys, values]) => self.add_rows(keys, values),
            (Kind::Count, [keys]) => {
                for i in (0..keys.len()).filter(|i| !keys.is_null(*i)) {
                    let key = ScalarValue::try_from_array(keys, i)?;
                    self.add(key, ScalarValue::Int64(Some(1)))?;
                }
                Ok(())
            }
            (Kind::Union, [maps]) => {
                let maps = maps.as_map();
                for i in (0..maps.len()).filter(|i| !maps.is_null(*i)) {
                    let entries = maps.value(i);
                    self.add_rows(entries.column(0), entries.column(1))?;
                }
                Ok(())
            }
            _ => Err(DataFusionError::Plan(
                "too few or too many arguments".into(),
            )),
        }
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let count = self.pairs.len();
        let keys = Self::array(&self.key, self.pairs.keys().cloned().collect())?;
        let mut values = self.values()?;
        if self.kind == Kind::All {
            let lengths = OffsetBuffer::from_lengths(self.pairs.values().map(Vec::len));
            let item = Arc::new(Field::new_list_field(self.value.clone(), true));
            values = Arc::new(ListArray::try_new(item, lengths, values, None)?);
        }
        let fields = fields(&self.key, values.data_type());
        let entries = StructArray::try_new(fields.clone(), vec![keys, values], None)?;
        let field = Arc::new(Field::new("entries", DataType::Struct(fields), false));
        let present = Some(NullBuffer::from(vec![count > 0]));
        let offsets = OffsetBuffer::from_lengths([count]);
        let map = MapArray::try_new(field, offsets, entries, present, false)?;
        Ok(ScalarValue::Map(Arc::new(map)))
    }

    fn size(&self) -> usize {
        let of = |(key, values): (&ScalarValue, &Vec<ScalarValue>)| {
            key.size() + values.iter().map(ScalarValue::size).sum::<usize>()
        };
        size_of_val(self) + self.pairs.iter().map(of).sum::<usize>()
    }

    /// **Shape**: two arrays of one length, the keys as often as they have values.
    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let keys = self.pairs.iter();
        let keys = keys.flat_map(|(key, values)| std::iter::repeat_n(key.clone(), values.len()));
        let keys = Self::array(&self.key, keys.collect())?;
        let list = |items: ArrayRef| -> Result<ScalarValue> {
            let field = Arc::new(Field::new_list_field(items.data_type().clone(), true));
            let offsets = OffsetBuffer::from_lengths([items.len()]);
            let list = ListArray::try_new(field, offsets, items, None)?;
            Ok(ScalarValue::List(Arc::new(list)))
        };
        Ok(vec![list(keys)?, list(self.values()?)?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [keys, values] = states else {
            return Err(DataFusionError::Plan("a map's state is broken".into()));
        };
        let (keys, values) = (keys.as_list::<i32>(), values.as_list::<i32>());
        for i in (0..keys.len()).filter(|i| !keys.is_null(*i)) {
            self.add_rows(&keys.value(i), &values.value(i))?;
        }
        Ok(())
    }
}
