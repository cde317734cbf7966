//! Arrays and maps.

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray},
        compute::cast,
        datatypes::DataType,
    },
    common::{DataFusionError, Result, ScalarValue},
};

use super::scalar::{Columns, Function, int_at, invalid};

pub(super) fn functions() -> Vec<Function> {
    vec![Function::new("element_at", (2, 2), element, element_at)]
}

fn element(types: &[DataType]) -> Result<DataType> {
    match types.first() {
        Some(DataType::List(item) | DataType::LargeList(item)) => Ok(item.data_type().clone()),
        Some(DataType::Map(entries, _)) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => Ok(fields[1].data_type().clone()),
            _ => Err(DataFusionError::Plan(
                "element_at of a map without entries".into(),
            )),
        },
        _ => Err(DataFusionError::Plan(
            "element_at takes an array or a map".into(),
        )),
    }
}

/// Of an array: from 1, or from the end, NULL beyond it. Of a map: NULL where the key is not.
fn element_at(args: &Columns) -> Result<ArrayRef> {
    let null = ScalarValue::try_from(&args.returns)?;
    let from = args.any(0)?;
    let found: Vec<ScalarValue> = match from.data_type() {
        DataType::Map(entries, _) => {
            let DataType::Struct(fields) = entries.data_type() else {
                return Err(DataFusionError::Plan(
                    "element_at of a map without entries".into(),
                ));
            };
            let keys = cast(args.any(1)?, fields[0].data_type())?;
            let maps = from.as_map();
            (0..args.rows)
                .map(|i| {
                    if maps.is_null(i) || keys.is_null(i) {
                        return Ok(null.clone());
                    }
                    let (pairs, key) = (maps.value(i), ScalarValue::try_from_array(&keys, i)?);
                    for j in 0..pairs.len() {
                        if ScalarValue::try_from_array(pairs.column(0), j)? == key {
                            return ScalarValue::try_from_array(pairs.column(1), j);
                        }
                    }
                    Ok(null.clone())
                })
                .collect::<Result<_>>()?
        }
        DataType::List(_) => {
            let (lists, places) = (from.as_list::<i32>(), args.int(1)?);
            (0..args.rows)
                .map(|i| {
                    let Some(place) = int_at(&places, i).filter(|_| !lists.is_null(i)) else {
                        return Ok(null.clone());
                    };
                    let items = lists.value(i);
                    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
                    let at = match place {
                        0 => return Err(invalid("SQL array indices start at 1")),
                        p if p < 0 => count + p,
                        p => p - 1,
                    };
                    match usize::try_from(at) {
                        Ok(at) if at < items.len() => ScalarValue::try_from_array(&items, at),
                        _ => Ok(null.clone()),
                    }
                })
                .collect::<Result<_>>()?
        }
        _ => {
            return Err(DataFusionError::Plan(
                "element_at takes an array or a map".into(),
            ));
        }
    };
    ScalarValue::iter_to_array(found)
}
