//! What a visual asks for: its fields as code, and the columns that they become.

use super::{
    OutputColumn, PlanError, Request, VisualQuery,
    comparisons::timestamp,
    fields::{Slot, Slots},
    measures::{aggregated, default_for},
    order::{rows_limit, shown, sort_keys},
};
use crate::{
    definition::{ColumnRef, FieldKind, SortBy, Visual},
    expression::{Code, Compiler, Dimension, ErrorKind, ExpressionError, Kind, Stage},
    moment::{Granularity, truncated_sql},
    sql,
};

pub(super) struct Planner<'r, 'a> {
    pub(super) request: &'r Request<'a>,
    pub(super) visual: &'r Visual,
    pub(super) data_set: String,
    pub(super) compiler: Compiler<'r>,
    pub(super) columns: Vec<OutputColumn>,
    /// One for each column.
    pub(super) codes: Vec<Code>,
    /// What is sorted by without being shown: name and code.
    pub(super) hidden: Vec<(String, Code)>,
    /// What the names of parts begin with.
    pub(super) prefix: &'static str,
    /// The column with the value that stands for those that are not shown.
    pub(super) rest: Option<usize>,
}

impl<'r, 'a> Planner<'r, 'a> {
    pub(super) fn new(
        request: &'r Request<'a>,
        visual: &'r Visual,
        data_set: String,
    ) -> Result<Self, PlanError> {
        let columns = request
            .data_sets
            .get(&data_set)
            .ok_or_else(|| PlanError::DataSet(data_set.clone()))?;
        let calculated = request
            .definition
            .calculated_fields
            .iter()
            .filter(|f| f.data_set == data_set)
            .map(|f| (f.name.as_str(), f.expression.as_str()));
        let compiler = Compiler::new(columns, request.parameters, request.now)
            .with_calculated(calculated)
            .with_week(request.definition.week_start);
        Ok(Self {
            request,
            visual,
            data_set,
            compiler,
            columns: Vec::new(),
            codes: Vec::new(),
            hidden: Vec::new(),
            prefix: "",
            rest: None,
        })
    }

    fn named(error: ExpressionError, field: &str) -> PlanError {
        PlanError::Expression {
            field: field.to_owned(),
            error,
        }
    }

    fn field(&mut self, column: &ColumnRef) -> Result<Code, PlanError> {
        self.compiler.field(&column.column).map_err(|error| {
            if error.kind == ErrorKind::Field(column.column.clone()) {
                PlanError::Column {
                    data_set: column.data_set.clone(),
                    column: column.column.clone(),
                }
            } else {
                Self::named(error, &column.column)
            }
        })
    }

    /// Compiles the dimensions, then the measures, which may refer to dimensions.
    pub(super) fn fields(&mut self, slots: &Slots<'r>) -> Result<(), PlanError> {
        for (i, slot) in slots.dimensions.iter().enumerate() {
            self.dimension(i, slot, slots.plain)?;
        }
        for (i, slot) in slots.measures.iter().enumerate() {
            self.measure(i, slot)?;
        }
        Ok(())
    }

    pub(super) fn dimension(
        &mut self,
        i: usize,
        slot: &Slot<'r>,
        plain: bool,
    ) -> Result<(), PlanError> {
        let field = slot.field;
        let mut code = match &field.kind {
            FieldKind::Calculated(expression) => self
                .compiler
                .text(expression)
                .map_err(|e| Self::named(e, &field.id))?,
            _ => self.field(&field.column)?,
        };
        if matches!(code.stage, Stage::Aggregate | Stage::Table(_)) {
            return Err(PlanError::Type {
                field: field.column.column.clone(),
                found: "an aggregation",
                wanted: "rows cannot be grouped by",
            });
        }
        let mut granularity = None;
        if let FieldKind::Dimension(Some(unit)) = field.kind
            && code.kind == Kind::Date
            && !plain
        {
            let text = truncated_sql(unit, self.request.definition.week_start, &timestamp(&code));
            code = Code::new(text, Kind::Date, code.stage);
            granularity = Some(unit);
        }
        let name = format!("d{i}");
        self.compiler.dimensions.push(Dimension {
            name: field.column.column.clone(),
            sql: code.sql.clone(),
            alias: name.clone(),
            kind: code.kind,
            stage: code.stage,
            unit: granularity,
        });
        self.column(slot, name, field.column.column.clone(), &code, granularity);
        self.codes.push(code);
        Ok(())
    }

    fn measure(&mut self, i: usize, slot: &Slot<'r>) -> Result<(), PlanError> {
        let (code, label) = self.measure_code(slot)?;
        self.column(slot, format!("m{i}"), label, &code, None);
        self.codes.push(code);
        Ok(())
    }

    /// Compiles a measure, aggregated, and says what it is called.
    pub(super) fn measure_code(&mut self, slot: &Slot<'r>) -> Result<(Code, String), PlanError> {
        let field = slot.field;
        let made = match &field.kind {
            FieldKind::Calculated(expression) => {
                let code = self
                    .compiler
                    .text(expression)
                    .map_err(|e| Self::named(e, &field.id))?;
                let code = aggregated(&mut self.compiler, &field.id, code, None)?;
                (code, field.id.clone())
            }
            kind => {
                let said = match kind {
                    FieldKind::Measure(said) => *said,
                    _ => None,
                };
                let (code, name) = (self.field(&field.column)?, &field.column.column);
                let label = match code.stage {
                    Stage::Row(_) | Stage::Constant => {
                        let aggregation = said.unwrap_or(default_for(code.kind));
                        format!("{} {name}", aggregation.label())
                    }
                    Stage::Aggregate | Stage::Table(_) => name.clone(),
                };
                let code = aggregated(&mut self.compiler, name, code, said)?;
                (code, label.trim().to_owned())
            }
        };
        Ok(made)
    }

    fn column(
        &mut self,
        slot: &Slot<'_>,
        name: String,
        label: String,
        code: &Code,
        granularity: Option<Granularity>,
    ) {
        let field = slot.field;
        let format = field
            .format
            .clone()
            .or_else(|| self.request.definition.format_of(&field.column).cloned());
        self.columns.push(OutputColumn {
            field_id: field.id.clone(),
            name,
            label: self.custom_label(&field.id).unwrap_or(label),
            role: slot.role,
            kind: code.kind.column(),
            format,
            granularity,
            column: Some(field.column.column.clone()).filter(|c| !c.is_empty()),
        });
    }

    /// A label that the definition has for a field of a table.
    fn custom_label(&self, field: &str) -> Option<String> {
        let options = self
            .visual
            .configuration
            .pointer("/FieldOptions/SelectedFieldOptions")?
            .as_array()?;
        let option = options
            .iter()
            .find(|o| o.get("FieldId").and_then(|f| f.as_str()) == Some(field))?;
        Some(option.get("CustomLabel")?.as_str()?.to_owned())
    }

    /// Names the sort's keys; what is not shown becomes a hidden column.
    pub(super) fn order(&mut self, slots: &Slots<'r>) -> Result<Vec<String>, PlanError> {
        let mut keys = Vec::new();
        for key in sort_keys(self.visual, slots) {
            let name = match &key.by {
                SortBy::Field(id) => self
                    .columns
                    .iter()
                    .find(|c| c.field_id == *id)
                    .map(|c| c.name.clone()),
                SortBy::Column(column, aggregation) if column.data_set == self.data_set => {
                    let code = self.field(column)?;
                    let code = aggregated(&mut self.compiler, &column.column, code, *aggregation)?;
                    let name = format!("s{}", self.hidden.len());
                    self.hidden.push((name.clone(), code));
                    Some(name)
                }
                SortBy::Column(..) => None,
            };
            if let Some(name) = name {
                keys.push(format!("{} {}", sql::name(&name), key.direction.sql()));
            }
        }
        Ok(keys)
    }

    pub(super) fn limit(&self) -> u64 {
        let usual = rows_limit(self.visual, self.request.detail);
        self.request.limit.map_or(usual, |l| l.min(usual))
    }

    pub(super) fn done(
        self,
        parts: Vec<(String, String)>,
        select: String,
        tail: String,
        limit: u64,
    ) -> VisualQuery {
        let shown = shown(self.visual, &self.columns);
        VisualQuery {
            visual: self.visual.id.clone(),
            kind: self.visual.kind.clone(),
            data_set: self.data_set,
            columns: self.columns,
            rest: self.rest,
            parts,
            select,
            tail,
            limit,
            detail: self.request.detail,
            shown,
            totals: Vec::new(),
            total_options: self.visual.totals(),
        }
    }
}
