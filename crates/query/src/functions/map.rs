//! Maps, made of what is no map yet.

use std::{collections::HashSet, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray},
        buffer::{NullBuffer, OffsetBuffer},
        compute::cast,
        datatypes::{DataType, Field, Fields},
    },
    common::{DataFusionError, Result, ScalarValue},
};

use super::scalar::{Columns, Function, invalid, text_at};

/// A map of a list of keys and one of values.
pub(crate) const MAP_OF_LISTS: &str = "map_of_lists";

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "map_from_entries",
            (1, 1),
            of_entries_type,
            map_from_entries,
        ),
        Function::new(MAP_OF_LISTS, (2, 2), of_lists_type, map_of_lists),
        Function::new("map_concat", (1, usize::MAX), first_type, map_concat),
        Function::new("split_to_map", (3, 3), of_texts, split_to_map),
    ]
}

pub(super) fn fields(key: &DataType, value: &DataType) -> Fields {
    Fields::from(vec![
        Field::new("key", key.clone(), false),
        Field::new("value", value.clone(), true),
    ])
}

pub(super) fn map_type(key: &DataType, value: &DataType) -> DataType {
    let entries = Field::new("entries", DataType::Struct(fields(key, value)), false);
    DataType::Map(Arc::new(entries), false)
}

fn plan(message: &str) -> DataFusionError {
    DataFusionError::Plan(message.into())
}

fn item(list: Option<&DataType>) -> Option<&DataType> {
    match list {
        Some(DataType::List(item)) => Some(item.data_type()),
        _ => None,
    }
}

fn of_entries_type(types: &[DataType]) -> Result<DataType> {
    match item(types.first()) {
        Some(DataType::Struct(pair)) if pair.len() == 2 => {
            Ok(map_type(pair[0].data_type(), pair[1].data_type()))
        }
        _ => Err(plan("map_from_entries takes an array of rows of two")),
    }
}

fn of_lists_type(types: &[DataType]) -> Result<DataType> {
    match (item(types.first()), item(types.get(1))) {
        (Some(key), Some(value)) => Ok(map_type(key, value)),
        _ => Err(plan("a map is made of two arrays")),
    }
}

fn first_type(types: &[DataType]) -> Result<DataType> {
    match types.first() {
        Some(map @ DataType::Map(..)) => Ok(map.clone()),
        _ => Err(plan("map_concat takes maps")),
    }
}

fn of_texts(_: &[DataType]) -> Result<DataType> {
    Ok(map_type(&DataType::Utf8, &DataType::Utf8))
}

/// Puts keys and values together, row by row as the offsets say; refuses a key that is NULL or there twice.
fn made(
    offsets: OffsetBuffer<i32>,
    keys: ArrayRef,
    values: ArrayRef,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef> {
    for (row, pair) in offsets.windows(2).enumerate() {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            continue;
        }
        let (from, to) = (
            pair[0].cast_unsigned() as usize,
            pair[1].cast_unsigned() as usize,
        );
        let mut seen = HashSet::with_capacity(to - from);
        for i in from..to {
            let key = ScalarValue::try_from_array(&keys, i)?;
            if key.is_null() {
                return Err(invalid("map key cannot be null"));
            }
            if let Some(key) = seen.replace(key) {
                return Err(invalid(format!(
                    "Duplicate map keys ({key}) are not allowed"
                )));
            }
        }
    }
    let fields = fields(keys.data_type(), values.data_type());
    let entries = StructArray::try_new(fields.clone(), vec![keys, values], None)?;
    let field = Arc::new(Field::new("entries", DataType::Struct(fields), false));
    let map = MapArray::try_new(field, offsets, entries, nulls, false)?;
    Ok(Arc::new(map))
}

fn lists(args: &Columns, i: usize) -> Result<ListArray> {
    let list = args.any(i)?.as_list_opt::<i32>();
    list.cloned().ok_or_else(|| plan("an array is needed"))
}

/// Brings the offsets of a list to begin at 0, with the values that they mean.
fn from_zero(list: &ListArray, values: &ArrayRef) -> (OffsetBuffer<i32>, ArrayRef) {
    let offsets = list.offsets();
    let from = offsets.first().copied().unwrap_or(0);
    let to = offsets.last().copied().unwrap_or(0);
    let lengths = offsets.lengths();
    let values = values.slice(
        from.cast_unsigned() as usize,
        (to - from).cast_unsigned() as usize,
    );
    (OffsetBuffer::from_lengths(lengths), values)
}

fn map_from_entries(args: &Columns) -> Result<ArrayRef> {
    let list = lists(args, 0)?;
    let (offsets, values) = from_zero(&list, list.values());
    let pairs = values.as_struct();
    if pairs.null_count() > 0 {
        return Err(invalid("map entry cannot be null"));
    }
    let (keys, values) = (Arc::clone(pairs.column(0)), Arc::clone(pairs.column(1)));
    made(offsets, keys, values, list.nulls().cloned())
}

fn map_of_lists(args: &Columns) -> Result<ArrayRef> {
    let (keys, values) = (lists(args, 0)?, lists(args, 1)?);
    let nulls = NullBuffer::union(keys.nulls(), values.nulls());
    let (offsets, keys) = from_zero(&keys, keys.values());
    let (same, values) = from_zero(&values, values.values());
    if offsets != same {
        return Err(invalid("Key and value arrays must be the same length"));
    }
    made(offsets, keys, values, nulls)
}

/// Pairs of all rows, one after the other, and how many each row has; nothing for NULL.
type Rows = Vec<Option<Vec<(ScalarValue, ScalarValue)>>>;

fn gathered(rows: Rows, key: &DataType, value: &DataType) -> Result<ArrayRef> {
    let nulls: NullBuffer = rows.iter().map(Option::is_some).collect();
    let lengths: Vec<usize> = rows
        .iter()
        .map(|r| r.as_ref().map_or(0, Vec::len))
        .collect();
    let (keys, values): (Vec<_>, Vec<_>) = rows.into_iter().flatten().flatten().unzip();
    let array = |scalars: Vec<ScalarValue>, kind: &DataType| -> Result<ArrayRef> {
        if scalars.is_empty() {
            return Ok(datafusion::arrow::array::new_empty_array(kind));
        }
        ScalarValue::iter_to_array(scalars)
    };
    let (keys, values) = (array(keys, key)?, array(values, value)?);
    made(
        OffsetBuffer::from_lengths(lengths),
        keys,
        values,
        Some(nulls),
    )
}

pub(super) fn pair_types(map: &DataType) -> Result<(DataType, DataType)> {
    match map {
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                Ok((pair[0].data_type().clone(), pair[1].data_type().clone()))
            }
            _ => Err(plan("a map without entries")),
        },
        _ => Err(plan("a map is needed")),
    }
}

/// Where a key is in more than one map, the last one's value counts.
fn map_concat(args: &Columns) -> Result<ArrayRef> {
    let (key, value) = pair_types(&args.returns)?;
    let mut maps = Vec::new();
    for i in 0..args.columns.len() {
        let map = args.any(i)?.as_map_opt();
        maps.push(map.ok_or_else(|| plan("map_concat takes maps"))?.clone());
    }
    let mut rows: Rows = Vec::with_capacity(args.rows);
    for row in 0..args.rows {
        if maps.iter().any(|m| m.is_null(row)) {
            rows.push(None);
            continue;
        }
        let mut pairs: Vec<(ScalarValue, ScalarValue)> = Vec::new();
        for map in &maps {
            let entries = map.value(row);
            let keys = cast(entries.column(0), &key)?;
            let values = cast(entries.column(1), &value)?;
            for i in 0..keys.len() {
                let key = ScalarValue::try_from_array(&keys, i)?;
                let value = ScalarValue::try_from_array(&values, i)?;
                match pairs.iter_mut().find(|(k, _)| *k == key) {
                    Some((_, kept)) => *kept = value,
                    None => pairs.push((key, value)),
                }
            }
        }
        rows.push(Some(pairs));
    }
    let map = gathered(rows, &key, &value)?;
    Ok(cast(&map, &args.returns)?)
}

fn split_to_map(args: &Columns) -> Result<ArrayRef> {
    let (texts, between, within) = (args.text(0)?, args.text(1)?, args.text(2)?);
    let mut rows: Rows = Vec::with_capacity(args.rows);
    for i in 0..args.rows {
        let given = (
            text_at(&texts, i),
            text_at(&between, i),
            text_at(&within, i),
        );
        let (Some(text), Some(between), Some(within)) = given else {
            rows.push(None);
            continue;
        };
        if between.is_empty() || within.is_empty() {
            return Err(invalid("a delimiter is empty"));
        }
        if between == within {
            return Err(invalid(
                "entryDelimiter and keyValueDelimiter must not be the same",
            ));
        }
        let mut pairs = Vec::new();
        for entry in text.split(between).filter(|entry| !entry.is_empty()) {
            let parts: Vec<&str> = entry.split(within).collect();
            let [key, value] = parts.as_slice() else {
                return Err(invalid(format!(
                    "Key-value delimiter must appear exactly once in each entry. Bad input: '{entry}'"
                )));
            };
            let text = |text: &str| ScalarValue::Utf8(Some(text.to_owned()));
            pairs.push((text(key), text(value)));
        }
        rows.push(Some(pairs));
    }
    gathered(rows, &DataType::Utf8, &DataType::Utf8)
}
