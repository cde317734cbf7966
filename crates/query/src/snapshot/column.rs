//! One column in memory.

use std::{collections::HashMap, sync::Arc};

use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, DictionaryArray, StringArray, UInt8Array, UInt16Array,
            UInt32Array,
        },
        compute::{cast, max, min, take},
        datatypes::{DataType, Int32Type, Int64Type, TimeUnit, TimestampMillisecondType},
    },
    common::Result,
};

/// Texts with more different values than this are not coded.
const VALUES_MAX: usize = 60_000;

/// A column's rows, in the pieces that all columns of its table have.
#[derive(Debug)]
pub(super) struct Column {
    pieces: Vec<ArrayRef>,
    kind: Kind,
    bytes: usize,
}

#[derive(Debug)]
enum Kind {
    Plain {
        /// The least and the greatest of whole numbers and moments, where there is any.
        range: Option<(i64, i64)>,
    },
    /// The pieces are places in these values; the last value is NULL.
    Coded(ArrayRef),
}

/// Rows of a piece, as they are kept.
pub(super) enum Codes<'a> {
    Byte(&'a [u8]),
    Short(&'a [u16]),
}

impl Column {
    /// Makes a column of pieces, texts among them coded where that is worth it.
    pub(super) fn new(pieces: Vec<ArrayRef>, data_type: &DataType) -> Result<Self> {
        let dictionaries = pieces.iter().any(|p| is_dictionary(p.data_type()));
        if dictionaries && let Some((codes, values)) = coded(&pieces)? {
            return Ok(Self::of(codes, Kind::Coded(values)));
        }
        let pieces = pieces
            .iter()
            .map(|p| Ok(cast(p, data_type)?))
            .collect::<Result<Vec<_>>>()?;
        let range = range(&pieces, data_type);
        Ok(Self::of(pieces, Kind::Plain { range }))
    }

    fn of(pieces: Vec<ArrayRef>, kind: Kind) -> Self {
        let values = match &kind {
            Kind::Plain { .. } => 0,
            Kind::Coded(values) => values.get_array_memory_size(),
        };
        let pieces_bytes: usize = pieces.iter().map(|p| p.get_array_memory_size()).sum();
        Self {
            pieces,
            kind,
            bytes: values + pieces_bytes,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns how many rows each piece has.
    pub(super) fn lengths(&self) -> impl Iterator<Item = usize> {
        self.pieces.iter().map(|p| p.len())
    }

    pub(super) fn range(&self) -> Option<(i64, i64)> {
        match self.kind {
            Kind::Plain { range } => range,
            Kind::Coded(_) => None,
        }
    }

    /// Returns a coded column's values; the last is NULL.
    pub(super) fn values(&self) -> Option<&ArrayRef> {
        match &self.kind {
            Kind::Plain { .. } => None,
            Kind::Coded(values) => Some(values),
        }
    }

    /// Returns the rows of a piece as they are kept: a coded column's as codes.
    pub(super) fn kept(&self, piece: usize) -> Option<&ArrayRef> {
        self.pieces.get(piece)
    }

    pub(super) fn codes(&self, piece: usize) -> Option<Codes<'_>> {
        self.values()?;
        let kept = self.kept(piece)?;
        Some(match kept.data_type() {
            DataType::UInt8 => Codes::Byte(
                kept.as_primitive::<datafusion::arrow::datatypes::UInt8Type>()
                    .values(),
            ),
            _ => Codes::Short(
                kept.as_primitive::<datafusion::arrow::datatypes::UInt16Type>()
                    .values(),
            ),
        })
    }

    /// Returns rows of a piece as the table's schema has them: all, or those at some places.
    pub(super) fn rows(&self, piece: usize, places: Option<&UInt32Array>) -> Result<ArrayRef> {
        let Some(kept) = self.kept(piece) else {
            return Err(datafusion::common::DataFusionError::Internal(
                "a snapshot's columns have different pieces".into(),
            ));
        };
        let kept = match places {
            Some(places) => take(kept, places, None)?,
            None => Arc::clone(kept),
        };
        Ok(match &self.kind {
            Kind::Plain { .. } => kept,
            Kind::Coded(values) => take(values, &kept, None)?,
        })
    }
}

fn is_dictionary(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Dictionary(..))
}

fn range(pieces: &[ArrayRef], data_type: &DataType) -> Option<(i64, i64)> {
    let ends = |p: &ArrayRef| match data_type {
        DataType::Int64 => {
            let p = p.as_primitive::<Int64Type>();
            min(p).zip(max(p))
        }
        DataType::Timestamp(TimeUnit::Millisecond, None) => {
            let p = p.as_primitive::<TimestampMillisecondType>();
            min(p).zip(max(p))
        }
        _ => None,
    };
    pieces
        .iter()
        .filter_map(ends)
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// Puts the pieces' own dictionaries together; nothing where there are too many values.
fn coded(pieces: &[ArrayRef]) -> Result<Option<(Vec<ArrayRef>, ArrayRef)>> {
    const NULL: u16 = u16::MAX;
    let mut known: HashMap<String, u16> = HashMap::new();
    let mut texts: Vec<Option<String>> = Vec::new();
    let mut code = |text: &str| -> Option<u16> {
        if let Some(code) = known.get(text) {
            return Some(*code);
        }
        let code = u16::try_from(texts.len()).ok()?;
        if texts.len() >= VALUES_MAX {
            return None;
        }
        known.insert(text.to_owned(), code);
        texts.push(Some(text.to_owned()));
        Some(code)
    };
    // Pieces of one part of a file share their dictionary.
    let mut last: Option<(ArrayRef, Vec<u16>)> = None;
    let mut found: Vec<Vec<u16>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let whole;
        let piece: &DictionaryArray<Int32Type> = match piece.as_dictionary_opt::<Int32Type>() {
            Some(piece) => piece,
            None => {
                let to = DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into());
                whole = cast(piece, &to)?;
                whole.as_dictionary::<Int32Type>()
            }
        };
        let shared = last.as_ref().is_some_and(|(d, _)| same(d, piece.values()));
        if !shared {
            let own: &StringArray = piece.values().as_string::<i32>();
            let map: Option<Vec<u16>> = own
                .iter()
                .map(|t| t.map_or(Some(NULL), &mut code))
                .collect();
            let Some(map) = map else {
                return Ok(None);
            };
            last = Some((Arc::clone(piece.values()), map));
        }
        let Some((_, map)) = &last else {
            return Ok(None);
        };
        let at = |key: i32| usize::try_from(key).ok().and_then(|k| map.get(k).copied());
        let keys = piece.keys();
        found.push(match keys.nulls().filter(|n| n.null_count() > 0) {
            None => keys
                .values()
                .iter()
                .map(|k| at(*k).unwrap_or(NULL))
                .collect(),
            Some(nulls) => {
                let valid = keys.values().iter().zip(nulls);
                valid
                    .map(|(k, valid)| at(*k).filter(|_| valid).unwrap_or(NULL))
                    .collect()
            }
        });
    }
    let null = texts.len();
    texts.push(None);
    let values: ArrayRef = Arc::new(StringArray::from(texts));
    let pieces = found.into_iter().map(|piece| match u8::try_from(null) {
        Ok(null) => {
            let codes = piece.into_iter().map(|c| u8::try_from(c).unwrap_or(null));
            Arc::new(UInt8Array::from_iter_values(codes)) as ArrayRef
        }
        Err(_) => {
            let null = u16::try_from(null).unwrap_or(NULL);
            let codes = piece.into_iter().map(|c| if c == NULL { null } else { c });
            Arc::new(UInt16Array::from_iter_values(codes)) as ArrayRef
        }
    });
    Ok(Some((pieces.collect(), values)))
}

fn same(a: &ArrayRef, b: &ArrayRef) -> bool {
    Arc::ptr_eq(a, b) || a.to_data().ptr_eq(&b.to_data())
}
