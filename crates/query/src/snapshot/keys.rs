//! Keys of groups: a row's group by arithmetic.

use std::{collections::HashMap, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray},
        datatypes::{DataType, Int64Type, TimestampMillisecondType},
        row::{RowConverter, SortField},
    },
    common::Result,
    physical_expr::PhysicalExpr,
};

use super::{
    column::{Codes, Column},
    domain::{Domain, Place, domain},
    view::{Chunk, View, at},
};

/// The most combinations of keys.
const SLOTS_MAX: usize = 1 << 20;

/// No group yet.
const NONE: u32 = u32::MAX;

/// One key.
#[derive(Debug)]
struct Key {
    column: Arc<Column>,
    place: Place,
    /// By place: which of the values.
    value_of: Vec<u32>,
    /// All different.
    values: ArrayRef,
}

/// The keys of a query.
#[derive(Debug)]
pub(super) struct Keys {
    keys: Vec<Key>,
    slots: usize,
}

impl Keys {
    /// Returns the keys; nothing where one has too many possible values, or they are not known.
    pub(super) fn new(exprs: &[Arc<dyn PhysicalExpr>], view: &View) -> Result<Option<Self>> {
        let mut keys = Vec::with_capacity(exprs.len());
        let mut slots = 1_usize;
        let slots_max = SLOTS_MAX.min(view.rows().max(4096));
        for expr in exprs {
            let Some(found) = domain(expr, view) else {
                return Ok(None);
            };
            let key = Key::new(found, view)?;
            slots = slots.saturating_mul(key.values.len());
            if slots > slots_max {
                return Ok(None);
            }
            keys.push(key);
        }
        Ok(Some(Self { keys, slots }))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl Key {
    fn new(found: Domain, view: &View) -> Result<Self> {
        let fields = vec![SortField::new(found.values.data_type().clone())];
        let rows = RowConverter::new(fields)?.convert_columns(&[Arc::clone(&found.values)])?;
        let mut known: HashMap<&[u8], u32> = HashMap::new();
        let mut firsts: Vec<u32> = Vec::new();
        let mut value_of = Vec::with_capacity(found.values.len());
        for (i, row) in (0_u32..).zip(rows.iter()) {
            let next = u32::try_from(firsts.len()).unwrap_or(NONE);
            let value = *known.entry(row.data()).or_insert_with(|| {
                firsts.push(i);
                next
            });
            value_of.push(value);
        }
        Ok(Self {
            column: Arc::clone(&view.columns[found.column]),
            place: found.place,
            value_of,
            values: at(&found.values, firsts)?,
        })
    }

    /// Puts the key's values into the rows' slots.
    fn add(&self, chunk: &Chunk<'_>, slots: &mut [u32]) {
        let value_of = self.value_of.as_slice();
        match self.place {
            Place::Code => match self.column.codes(chunk.piece) {
                Some(Codes::Byte(codes)) => {
                    self.each(chunk, slots, |i| value_of[usize::from(codes[i])]);
                }
                Some(Codes::Short(codes)) => {
                    self.each(chunk, slots, |i| value_of[usize::from(codes[i])]);
                }
                None => {}
            },
            Place::Number { least, null } => self.whole(chunk, slots, null, |n| n - least),
            // Divisions by constants are multiplications.
            Place::Granule { size, first, null } => match size {
                60_000 => self.whole(chunk, slots, null, |n| n.div_euclid(60_000) - first),
                3_600_000 => self.whole(chunk, slots, null, |n| n.div_euclid(3_600_000) - first),
                86_400_000 => self.whole(chunk, slots, null, |n| n.div_euclid(86_400_000) - first),
                size => self.whole(chunk, slots, null, |n| n.div_euclid(size) - first),
            },
        }
    }

    fn whole(&self, chunk: &Chunk<'_>, slots: &mut [u32], null: u32, place: impl Fn(i64) -> i64) {
        let Some(kept) = self.column.kept(chunk.piece) else {
            return;
        };
        let numbers: &[i64] = match kept.data_type() {
            DataType::Int64 => kept.as_primitive::<Int64Type>().values(),
            _ => kept.as_primitive::<TimestampMillisecondType>().values(),
        };
        let value_of = self.value_of.as_slice();
        let null = value_of[null as usize];
        let at = |n: i64| {
            // All numbers are in the column's range; what stands where NULL is need not be.
            let place = usize::try_from(place(n)).unwrap_or(usize::MAX);
            value_of.get(place).copied().unwrap_or(null)
        };
        match kept.nulls().filter(|n| n.null_count() > 0) {
            None => self.each(chunk, slots, |i| at(numbers[i])),
            Some(nulls) => self.each(chunk, slots, |i| match nulls.is_valid(i) {
                true => at(numbers[i]),
                false => null,
            }),
        }
    }

    #[inline]
    fn each(&self, chunk: &Chunk<'_>, slots: &mut [u32], value: impl Fn(usize) -> u32) {
        let count = u32::try_from(self.values.len()).unwrap_or(NONE);
        match &chunk.places {
            None => slots
                .iter_mut()
                .enumerate()
                .for_each(|(i, slot)| *slot = *slot * count + value(i)),
            Some(places) => slots
                .iter_mut()
                .zip(places.values())
                .for_each(|(slot, i)| *slot = *slot * count + value(*i as usize)),
        }
    }
}

/// The groups that there are so far, in the order of their first rows.
pub(super) struct Groups<'a> {
    keys: &'a Keys,
    /// By slot.
    group_of: Vec<u32>,
    /// By group.
    slot_of: Vec<u32>,
    slots: Vec<u32>,
    /// The group of each row of the chunk.
    pub(super) rows: Vec<usize>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(keys: &'a Keys) -> Self {
        Self {
            keys,
            group_of: vec![NONE; keys.slots],
            slot_of: Vec::new(),
            slots: Vec::new(),
            rows: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slot_of.len()
    }

    pub(super) fn bytes(&self) -> usize {
        4 * (self.group_of.len() + self.slot_of.capacity() + self.slots.capacity())
            + 8 * self.rows.capacity()
    }

    /// Finds the groups of a chunk's rows.
    pub(super) fn find(&mut self, chunk: &Chunk<'_>) {
        self.slots.clear();
        self.slots.resize(chunk.rows, 0);
        for key in &self.keys.keys {
            key.add(chunk, &mut self.slots);
        }
        let (group_of, slot_of) = (&mut self.group_of, &mut self.slot_of);
        self.rows.clear();
        self.rows.extend(self.slots.iter().map(|slot| {
            let group = &mut group_of[*slot as usize];
            if *group == NONE {
                *group = u32::try_from(slot_of.len()).unwrap_or(NONE);
                slot_of.push(*slot);
            }
            *group as usize
        }));
    }

    /// Returns the groups' keys, a column each.
    pub(super) fn values(&self) -> Result<Vec<ArrayRef>> {
        let mut columns = Vec::with_capacity(self.keys.keys.len());
        let mut rest = self.slot_of.clone();
        for key in self.keys.keys.iter().rev() {
            let count = u32::try_from(key.values.len()).unwrap_or(NONE).max(1);
            let places = rest.iter().map(|slot| slot % count).collect();
            columns.push(at(&key.values, places)?);
            rest.iter_mut().for_each(|slot| *slot /= count);
        }
        columns.reverse();
        Ok(columns)
    }
}
