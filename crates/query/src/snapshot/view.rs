//! What one scan sees of a snapshot: some columns, and the rows that pass its filters.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array,
        },
        compute::{prep_null_mask_filter, take},
        datatypes::SchemaRef,
    },
    common::Result,
    physical_expr::{
        PhysicalExpr,
        expressions::Column as ColumnExpr,
        utils::{collect_columns, reassign_expr_columns},
    },
};

use super::{
    column::{Codes, Column},
    domain::over_values,
};

/// Columns, and the tests that rows must pass.
#[derive(Debug)]
pub(super) struct View {
    pub(super) schema: SchemaRef,
    pub(super) columns: Vec<Arc<Column>>,
    tests: Vec<Test>,
    /// How many rows each piece has.
    lengths: Vec<usize>,
}

#[derive(Debug)]
enum Test {
    /// Which of a coded column's values pass.
    Codes {
        column: usize,
        passes: Vec<bool>,
    },
    Rows(Computed),
}

/// An expression over a view's columns.
#[derive(Debug)]
pub(super) struct Computed {
    expr: Arc<dyn PhysicalExpr>,
    /// Those that the expression names, and they alone.
    columns: Vec<usize>,
    schema: SchemaRef,
}

impl View {
    /// Makes a view of columns whose pieces fit together.
    pub(super) fn new(
        schema: SchemaRef,
        columns: Vec<Arc<Column>>,
        filters: &[Arc<dyn PhysicalExpr>],
    ) -> Result<Self> {
        let first = columns.first();
        let lengths = first.map_or_else(Vec::new, |c| c.lengths().collect());
        let mut view = Self {
            schema,
            columns,
            tests: Vec::new(),
            lengths,
        };
        let tests: Result<Vec<Test>> = filters.iter().map(|f| view.test(f)).collect();
        view.tests = tests?;
        // What needs no values first.
        view.tests.sort_by_key(|t| matches!(t, Test::Rows(_)));
        Ok(view)
    }

    fn test(&self, filter: &Arc<dyn PhysicalExpr>) -> Result<Test> {
        let named: Vec<usize> = collect_columns(filter)
            .iter()
            .map(ColumnExpr::index)
            .collect();
        if let [column] = named.as_slice()
            && let Some(values) = self.columns.get(*column).and_then(|c| c.values())
            && let Some(passed) = over_values(filter, values)
        {
            let passes = passes(passed.as_boolean());
            return Ok(Test::Codes {
                column: *column,
                passes: passes.iter().map(|p| p.unwrap_or(false)).collect(),
            });
        }
        Ok(Test::Rows(self.computed(filter)?))
    }

    /// Prepares an expression over the view's columns.
    pub(super) fn computed(&self, expr: &Arc<dyn PhysicalExpr>) -> Result<Computed> {
        let mut columns: Vec<usize> = collect_columns(expr)
            .iter()
            .map(ColumnExpr::index)
            .collect();
        columns.sort_unstable();
        let schema = Arc::new(self.schema.project(&columns)?);
        Ok(Computed {
            expr: reassign_expr_columns(Arc::clone(expr), &schema)?,
            columns,
            schema,
        })
    }

    pub(super) fn pieces(&self) -> usize {
        self.lengths.len()
    }

    /// Returns how many rows there are before any filter.
    pub(super) fn rows(&self) -> usize {
        self.lengths.iter().sum()
    }

    pub(super) fn is_filtered(&self) -> bool {
        !self.tests.is_empty()
    }

    /// Returns the pieces of one of so many shares.
    pub(super) fn share(&self, part: usize, parts: usize) -> std::ops::Range<usize> {
        let parts = parts.max(1);
        self.pieces() * part / parts..self.pieces() * (part + 1) / parts
    }

    /// Returns the rows of a piece that pass; nothing where none does.
    pub(super) fn chunk(&self, piece: usize) -> Result<Option<Chunk<'_>>> {
        let mut chunk = Chunk {
            view: self,
            piece,
            rows: self.lengths.get(piece).copied().unwrap_or(0),
            places: None,
        };
        for test in &self.tests {
            if chunk.rows == 0 {
                return Ok(None);
            }
            let places = match test {
                Test::Codes { column, passes } => chunk.with_codes(*column, passes),
                Test::Rows(test) => chunk.with_rows(test)?,
            };
            if places.len() < chunk.rows {
                chunk.rows = places.len();
                chunk.places = Some(places);
            }
        }
        Ok((chunk.rows > 0).then_some(chunk))
    }
}

fn passes(mask: &BooleanArray) -> BooleanArray {
    match mask.null_count() {
        0 => mask.clone(),
        _ => prep_null_mask_filter(mask),
    }
}

/// Rows of one piece.
pub(super) struct Chunk<'a> {
    view: &'a View,
    pub(super) piece: usize,
    pub(super) rows: usize,
    /// Those that passed; absent where all did.
    pub(super) places: Option<UInt32Array>,
}

impl Chunk<'_> {
    pub(super) fn column(&self, column: usize) -> Result<ArrayRef> {
        self.view.columns[column].rows(self.piece, self.places.as_ref())
    }

    pub(super) fn batch(&self, columns: &[usize], schema: &SchemaRef) -> Result<RecordBatch> {
        let columns = columns
            .iter()
            .map(|c| self.column(*c))
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        let schema = Arc::clone(schema);
        Ok(RecordBatch::try_new_with_options(
            schema, columns, &options,
        )?)
    }

    fn with_codes(&self, column: usize, passes: &[bool]) -> UInt32Array {
        match self.view.columns[column].codes(self.piece) {
            Some(Codes::Byte(codes)) => self.passing(|i| passes[usize::from(codes[i])]),
            Some(Codes::Short(codes)) => self.passing(|i| passes[usize::from(codes[i])]),
            None => self.passing(|_| true),
        }
    }

    fn with_rows(&self, test: &Computed) -> Result<UInt32Array> {
        let mask = test.evaluate(self)?;
        let mask = passes(mask.as_boolean());
        if let Some(places) = &self.places {
            let kept = datafusion::arrow::compute::filter(places, &mask)?;
            return Ok(kept.as_primitive().clone());
        }
        let places = mask.values().set_indices_u32();
        Ok(UInt32Array::from_iter_values(places))
    }

    /// Returns the places in the piece of those rows that pass a test.
    fn passing(&self, test: impl Fn(usize) -> bool) -> UInt32Array {
        // Without a branch: what passes is as good as random.
        let mut places = vec![0_u32; self.rows];
        let mut count = 0;
        let mut keep = |place: u32, passes: bool| {
            places[count] = place;
            count += usize::from(passes);
        };
        match &self.places {
            None => (0_u32..)
                .zip(0..self.rows)
                .for_each(|(place, i)| keep(place, test(i))),
            Some(kept) => kept
                .values()
                .iter()
                .for_each(|place| keep(*place, test(*place as usize))),
        }
        places.truncate(count);
        UInt32Array::from(places)
    }
}

impl Computed {
    /// Computes the expression for a chunk's rows.
    pub(super) fn evaluate(&self, chunk: &Chunk<'_>) -> Result<ArrayRef> {
        if let ([column], true) = (self.columns.as_slice(), self.expr.is::<ColumnExpr>()) {
            return chunk.column(*column);
        }
        let batch = chunk.batch(&self.columns, &self.schema)?;
        self.expr.evaluate(&batch)?.into_array(chunk.rows)
    }
}

/// Takes rows at places that have been computed before.
pub(super) fn at(values: &ArrayRef, places: Vec<u32>) -> Result<ArrayRef> {
    Ok(take(values, &UInt32Array::from(places), None)?)
}
