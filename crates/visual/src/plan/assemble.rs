//! Puts the parts of a visual's query together.
//!
//! The order is QuickSight's order of evaluation: calculations before filters, filters, calculations before
//! aggregation, top and bottom filters, aggregation, filters on aggregates, table calculations, filters on
//! those, sorting, limits.

use std::fmt::Write;

use chrono::NaiveDateTime;
use serde_json::json;

use super::{
    OutputColumn, PlanError, Request, Role, SOURCE, VisualQuery,
    fields::{Slot, Slots, slots},
    filters::{Condition, Conditions, check_type, conditions, default_for, timestamp},
    histogram,
    order::{items_limit, rows_limit, sort_keys},
    totals,
};
use crate::{
    aggregate::aggregate_sql,
    column::{ColumnType, DataSets},
    definition::{
        ColumnRef, Definition, FieldKind, Filter, Kind as VisualKind, Sheet, SortBy, Visual,
    },
    expression::{BEFORE_FILTERS, Code, Compiler, Dimension, Kind, Made, Stage},
    moment::truncated_sql,
    parameter::ParameterValues,
    sql,
};

/// What the items behind the limit are called.
pub(crate) const OTHER: &str = "Other";

/// Plans the query of a visual.
///
/// **Errors**: [`PlanError`] says what of the definition does not fit the data set.
pub fn plan(request: &Request<'_>) -> Result<VisualQuery, PlanError> {
    let (_, visual) = request
        .definition
        .visual(request.sheet, request.visual)
        .ok_or_else(|| {
            let known = request
                .definition
                .sheets
                .iter()
                .any(|s| s.id == request.sheet);
            if known {
                PlanError::Visual(request.visual.to_owned())
            } else {
                PlanError::Sheet(request.sheet.to_owned())
            }
        })?;
    let slots = slots(visual, request.level)?;
    let data_set = data_set(request, &slots)?;
    let mut planner = Planner::new(request, visual, data_set)?;
    if request.detail {
        return planner.detail();
    }
    planner.fields(&slots)?;
    if visual.kind == VisualKind::Histogram {
        return histogram::plan(planner);
    }
    let mut query = planner.query(&slots)?;
    query.totals = totals::plan(request, visual, &slots, &query)?;
    Ok(query)
}

/// All fields of a visual come from one data set.
fn data_set(request: &Request<'_>, slots: &Slots<'_>) -> Result<String, PlanError> {
    let mut found: Option<&str> = None;
    for slot in slots.dimensions.iter().chain(&slots.measures) {
        let name = slot.field.column.data_set.as_str();
        match found {
            _ if name.is_empty() => {}
            None => found = Some(name),
            Some(first) if first == name => {}
            Some(first) => return Err(PlanError::DataSets(first.into(), name.into())),
        }
    }
    found
        .or_else(|| {
            let declared = request.definition.data_sets.first();
            declared.map(|(identifier, _)| identifier.as_str())
        })
        .map(str::to_owned)
        .ok_or(PlanError::Empty)
}

pub(super) struct Planner<'r, 'a> {
    pub(super) request: &'r Request<'a>,
    pub(super) visual: &'r Visual,
    pub(super) data_set: String,
    pub(super) compiler: Compiler<'r>,
    pub(super) columns: Vec<OutputColumn>,
    /// One for each column.
    pub(super) codes: Vec<Code>,
    /// What is sorted by without being shown: name and code.
    hidden: Vec<(String, Code)>,
    /// What the names of parts begin with.
    pub(super) prefix: &'static str,
}

/// The `FROM` and `WHERE` of the rows that are asked, and the parts before them.
pub(super) struct RowsPart {
    pub(super) parts: Vec<(String, String)>,
    pub(super) from: String,
    pub(super) wheres: Vec<String>,
}

impl RowsPart {
    pub(super) fn text(&self) -> String {
        let mut text = format!("FROM {}", self.from);
        if !self.wheres.is_empty() {
            let _ = write!(text, "\nWHERE {}", self.wheres.join("\n  AND "));
        }
        text
    }
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
        })
    }

    fn named(error: crate::expression::ExpressionError, field: &str) -> PlanError {
        PlanError::Expression {
            field: field.to_owned(),
            error,
        }
    }

    fn field(&mut self, column: &ColumnRef) -> Result<Code, PlanError> {
        use crate::expression::ErrorKind;
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
    fn fields(&mut self, slots: &Slots<'r>) -> Result<(), PlanError> {
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
                let mut code = self
                    .compiler
                    .text(expression)
                    .map_err(|e| Self::named(e, &field.id))?;
                if matches!(code.stage, Stage::Row(_) | Stage::Constant) {
                    code = self.compiler.once(code);
                    let (text, kind) = aggregate_sql(default_for(code.kind), &code.sql, code.kind);
                    code = Code::new(text, kind, Stage::Aggregate);
                }
                (code, field.id.clone())
            }
            kind => {
                let said = match kind {
                    FieldKind::Measure(said) => *said,
                    _ => None,
                };
                let code = self.field(&field.column)?;
                match code.stage {
                    Stage::Row(_) | Stage::Constant => {
                        let aggregation = said.unwrap_or(default_for(code.kind));
                        check_type(&field.column.column, code.kind, aggregation)?;
                        let code = self.compiler.once(code);
                        let (text, kind) = aggregate_sql(aggregation, &code.sql, code.kind);
                        let label = format!("{} {}", aggregation.label(), field.column.column);
                        let code = Code::new(text, kind, Stage::Aggregate);
                        (code, label.trim().to_owned())
                    }
                    Stage::Aggregate | Stage::Table(_) => (code, field.column.column.clone()),
                }
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
        granularity: Option<crate::moment::Granularity>,
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

    /// Puts the layers on rows and the filters on rows together; what is left of the filters comes back.
    pub(super) fn rows(
        &self,
        conditions: Conditions,
    ) -> Result<(RowsPart, Vec<Condition>), PlanError> {
        let mut part = RowsPart {
            parts: Vec::new(),
            from: format!("\"{SOURCE}\""),
            wheres: Vec::new(),
        };
        let layers = &self.compiler.layers.rows;
        let add = |part: &mut RowsPart, n: usize, made: &[Made]| {
            let list: Vec<String> = made.iter().map(made_as).collect();
            let name = format!("{}rows_{n}", self.prefix);
            let text = format!("SELECT *, {}\n{}", list.join(", "), part.text());
            part.parts.push((name.clone(), text));
            part.from = format!("\"{name}\"");
            part.wheres.clear();
        };
        for (n, made) in layers.range(..=BEFORE_FILTERS) {
            add(&mut part, *n, made);
        }
        let mut later = Vec::new();
        let mut behind = Vec::new();
        for condition in conditions.plain {
            match condition.stage {
                Stage::Constant => part.wheres.push(condition.sql),
                Stage::Row(n) if n <= BEFORE_FILTERS => part.wheres.push(condition.sql),
                Stage::Row(_) => behind.push(condition.sql),
                Stage::Aggregate | Stage::Table(_) => later.push(condition),
            }
        }
        for (n, made) in layers.range(BEFORE_FILTERS + 1..) {
            add(&mut part, *n, made);
        }
        part.wheres.extend(behind);
        if !conditions.tops.is_empty() {
            if !part.wheres.is_empty() {
                let text = format!("SELECT *\n{}", part.text());
                let name = format!("{}filtered", self.prefix);
                part.from = format!("\"{name}\"");
                part.parts.push((name, text));
                part.wheres.clear();
            }
            for (i, top) in conditions.tops.iter().enumerate() {
                let name = format!("{}top_{i}", self.prefix);
                let text = format!(
                    "SELECT {0} AS \"~k\"\nFROM {1}\nWHERE {0} IS NOT NULL\nGROUP BY 1\nORDER BY {2} {3}, 1\nLIMIT {4}",
                    top.key.sql,
                    part.from,
                    top.by,
                    top.direction.sql(),
                    top.limit
                );
                part.parts.push((name.clone(), text));
                part.wheres.push(format!(
                    "{} IN (SELECT \"~k\" FROM \"{name}\")",
                    top.key.sql
                ));
            }
        }
        if !self.compiler.layers.once.is_empty() {
            let list: Vec<String> = self.compiler.layers.once.iter().map(made_as).collect();
            let name = format!("{}once", self.prefix);
            let text = format!("SELECT *, {}\n{}", list.join(", "), part.text());
            part.parts.push((name.clone(), text));
            part.from = format!("\"{name}\"");
            part.wheres.clear();
        }
        Ok((part, later))
    }

    fn limit(&self) -> u64 {
        let usual = rows_limit(self.visual, self.request.detail);
        self.request.limit.map_or(usual, |l| l.min(usual))
    }

    /// The rows of the data set behind a visual.
    fn detail(mut self) -> Result<VisualQuery, PlanError> {
        let conditions = conditions(self.request, &self.data_set, &mut self.compiler)?;
        let (part, _) = self.rows(conditions)?;
        let columns = &self.request.data_sets[&self.data_set];
        let mut list = Vec::new();
        for (i, column) in columns.iter().enumerate() {
            let name = format!("d{i}");
            list.push(format!("{} AS \"{name}\"", sql::name(&column.name)));
            self.columns.push(OutputColumn {
                field_id: column.name.clone(),
                name,
                label: column.name.clone(),
                role: Role::Detail,
                kind: column.kind,
                format: None,
                granularity: None,
                column: Some(column.name.clone()),
            });
        }
        if list.is_empty() {
            return Err(PlanError::Empty);
        }
        let limit = self.limit();
        let select = format!("SELECT {}\n{}", list.join(", "), part.text());
        let tail = tail(&[], limit);
        Ok(self.done(part.parts, select, tail, limit))
    }

    pub(super) fn done(
        self,
        parts: Vec<(String, String)>,
        select: String,
        tail: String,
        limit: u64,
    ) -> VisualQuery {
        VisualQuery {
            visual: self.visual.id.clone(),
            kind: self.visual.kind.clone(),
            data_set: self.data_set,
            columns: self.columns,
            parts,
            select,
            tail,
            limit,
            detail: self.request.detail,
            totals: Vec::new(),
            total_options: self.visual.totals(),
        }
    }

    /// Names the sort's keys; what is not shown becomes a hidden column.
    fn order(&mut self, slots: &Slots<'r>) -> Result<Vec<String>, PlanError> {
        let mut keys = Vec::new();
        for key in sort_keys(self.visual, slots) {
            let name = match &key.by {
                SortBy::Field(id) => self
                    .columns
                    .iter()
                    .find(|c| c.field_id == *id)
                    .map(|c| c.name.clone()),
                SortBy::Column(column, aggregation) if column.data_set == self.data_set => {
                    let mut code = self.field(column)?;
                    if matches!(code.stage, Stage::Row(_) | Stage::Constant) {
                        let aggregation = aggregation.unwrap_or(default_for(code.kind));
                        check_type(&column.column, code.kind, aggregation)?;
                        code = self.compiler.once(code);
                        let (text, kind) = aggregate_sql(aggregation, &code.sql, code.kind);
                        code = Code::new(text, kind, Stage::Aggregate);
                    }
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

    fn query(mut self, slots: &Slots<'r>) -> Result<VisualQuery, PlanError> {
        let conditions = conditions(self.request, &self.data_set, &mut self.compiler)?;
        let mut order = self.order(slots)?;
        let limit = self.limit();
        let (mut part, later) = self.rows(conditions)?;
        if slots.plain {
            return self.plain(part, order, limit);
        }
        self.items(&mut part, &mut order)?;
        let table = |code: &Code| matches!(code.stage, Stage::Table(_));
        let tables = self.codes.iter().any(table)
            || self.hidden.iter().any(|(_, c)| table(c))
            || later.iter().any(|c| matches!(c.stage, Stage::Table(_)));
        let grouped = self.grouped(&part, &later, tables);
        let mut wheres = Vec::new();
        let mut parts = std::mem::take(&mut part.parts);
        let select = if tables || !self.hidden.is_empty() {
            parts.push(("grouped".to_owned(), grouped));
            let mut from = "\"grouped\"".to_owned();
            for (n, made) in self.compiler.layers.tables.iter().enumerate() {
                let list: Vec<String> = made.iter().map(made_as).collect();
                let name = format!("tables_{n}");
                parts.push((
                    name.clone(),
                    format!("SELECT *, {}\nFROM {from}", list.join(", ")),
                ));
                from = format!("\"{name}\"");
            }
            for condition in later {
                if matches!(condition.stage, Stage::Table(_)) {
                    wheres.push(condition.sql);
                }
            }
            let shown = |name: &str, code: &Code| match code.stage {
                Stage::Table(_) => format!("{} AS {}", code.sql, sql::name(name)),
                _ => sql::name(name),
            };
            let list: Vec<String> = self
                .columns
                .iter()
                .zip(&self.codes)
                .map(|(c, code)| shown(&c.name, code))
                .collect();
            // A hidden key is named by its SQL where it is a table calculation.
            for (name, code) in &self.hidden {
                if table(code) {
                    for key in &mut order {
                        *key = key.replace(&sql::name(name), &code.sql);
                    }
                }
            }
            let mut text = format!("SELECT {}\nFROM {from}", list.join(", "));
            if !wheres.is_empty() {
                let _ = write!(text, "\nWHERE {}", wheres.join("\n  AND "));
            }
            text
        } else {
            grouped
        };
        Ok(self.done(parts, select, tail(&order, limit), limit))
    }

    /// `SELECT … GROUP BY … HAVING …`.
    fn grouped(&self, part: &RowsPart, later: &[Condition], tables: bool) -> String {
        let mut list = Vec::new();
        let mut keys = Vec::new();
        let shown = self
            .columns
            .iter()
            .map(|c| (c.name.as_str(), c.role.is_dimension()))
            .zip(&self.codes);
        let hidden = self.hidden.iter().map(|(n, c)| ((n.as_str(), false), c));
        for ((name, is_dimension), code) in shown.chain(hidden) {
            if matches!(code.stage, Stage::Table(_)) {
                continue;
            }
            list.push(format!("{} AS {}", code.sql, sql::name(name)));
            if is_dimension {
                keys.push(list.len().to_string());
            }
        }
        if tables {
            for made in &self.compiler.layers.aggregates {
                list.push(format!("{} AS {}", made.sql, sql::name(&made.alias)));
            }
        }
        let mut text = format!("SELECT {}\n{}", list.join(", "), part.text());
        if !keys.is_empty() {
            let _ = write!(text, "\nGROUP BY {}", keys.join(", "));
        }
        let having: Vec<&str> = later
            .iter()
            .filter(|c| c.stage == Stage::Aggregate)
            .map(|c| c.sql.as_str())
            .collect();
        if !having.is_empty() {
            let _ = write!(text, "\nHAVING {}", having.join("\n  AND "));
        }
        text
    }

    fn plain(
        self,
        part: RowsPart,
        order: Vec<String>,
        limit: u64,
    ) -> Result<VisualQuery, PlanError> {
        let list: Vec<String> = self
            .columns
            .iter()
            .zip(&self.codes)
            .map(|(c, code)| format!("{} AS {}", code.sql, sql::name(&c.name)))
            .collect();
        let select = format!("SELECT {}\n{}", list.join(", "), part.text());
        Ok(self.done(part.parts, select, tail(&order, limit), limit))
    }

    /// Keeps the first items of the first dimension; the rest is left out or becomes one.
    fn items(&mut self, part: &mut RowsPart, order: &mut Vec<String>) -> Result<(), PlanError> {
        let Some(limit) = items_limit(self.visual) else {
            return Ok(());
        };
        let first = self
            .columns
            .iter()
            .position(|c| matches!(c.role, Role::Category | Role::Row));
        let Some(at) = first else { return Ok(()) };
        let key = self.codes[at].clone();
        let text_like = key.kind != Kind::Date;
        // Items are chosen by the first key that is an aggregation, else by themselves.
        let chosen = order.iter().find_map(|k| {
            let all = self.columns.iter().map(|c| &c.name).zip(&self.codes);
            let hidden = self.hidden.iter().map(|(n, c)| (n, c));
            all.chain(hidden)
                .find(|(name, code)| {
                    k.starts_with(&sql::name(name)) && code.stage == Stage::Aggregate
                })
                .map(|(name, code)| k.replacen(&sql::name(name), &code.sql, 1))
        });
        let by = chosen.unwrap_or_else(|| format!("1 {}", self.direction(order, at)));
        if !part.wheres.is_empty() {
            let text = format!("SELECT *\n{}", part.text());
            part.parts.push(("chosen".to_owned(), text));
            part.from = "\"chosen\"".to_owned();
            part.wheres.clear();
        }
        let text = format!(
            "SELECT {} AS \"~k\", 1 AS \"~in\"\nFROM {}\nGROUP BY 1\nORDER BY {by}, 1\nLIMIT {}",
            key.sql, part.from, limit.items
        );
        part.parts.push(("items".to_owned(), text));
        let join = if limit.other && text_like {
            "LEFT JOIN"
        } else {
            "JOIN"
        };
        part.from = format!(
            "{} {join} \"items\" ON {} IS NOT DISTINCT FROM \"~k\"",
            part.from, key.sql
        );
        if limit.other && text_like {
            let value = if key.kind == Kind::Text {
                key.sql.clone()
            } else {
                format!("CAST({} AS varchar)", key.sql)
            };
            let text = format!(
                "CASE WHEN \"~in\" = 1 THEN {value} ELSE {} END",
                sql::text(OTHER)
            );
            self.codes[at] = Code::new(text, Kind::Text, key.stage);
            self.columns[at].kind = ColumnType::String;
            let name = format!("s{}", self.hidden.len());
            let last = Code::new("coalesce(min(\"~in\"), 0)", Kind::Integer, Stage::Aggregate);
            order.insert(0, format!("{} DESC", sql::name(&name)));
            self.hidden.push((name, last));
        }
        Ok(())
    }

    fn direction(&self, order: &[String], at: usize) -> &'static str {
        let name = sql::name(&self.columns[at].name);
        let descending = order
            .iter()
            .any(|k| k.starts_with(&name) && k.contains(" DESC"));
        if descending {
            "DESC NULLS LAST"
        } else {
            "ASC NULLS LAST"
        }
    }
}

fn made_as(made: &Made) -> String {
    format!("{} AS {}", made.sql, sql::name(&made.alias))
}

fn tail(order: &[String], limit: u64) -> String {
    let mut text = String::new();
    if !order.is_empty() {
        let _ = write!(text, "\nORDER BY {}", order.join(", "));
    }
    let _ = write!(text, "\nLIMIT {limit}");
    text
}

/// Plans the query for the values that a column has, for a control to choose from. Of the request's filters
/// those given with it hold, not the definition's.
///
/// **Errors**: [`PlanError`], as for a visual.
pub fn distinct_values(
    definition: &Definition,
    data_sets: &DataSets,
    column: &ColumnRef,
    filters: &[Filter],
    parameters: &ParameterValues,
    now: NaiveDateTime,
) -> Result<VisualQuery, PlanError> {
    let field = json!({"CategoricalDimensionField": {
        "FieldId": "value",
        "Column": {"DataSetIdentifier": column.data_set, "ColumnName": column.column},
    }});
    let visual = json!({"TableVisual": {"VisualId": "values", "ChartConfiguration": {
        "FieldWells": {"TableAggregatedFieldWells": {"GroupBy": [field]}}}}});
    let mut asked = definition.clone();
    asked.filter_groups.clear();
    asked.sheets = vec![Sheet {
        id: "values".to_owned(),
        visuals: Visual::read(&visual).into_iter().collect(),
        ..Sheet::default()
    }];
    plan(&Request {
        definition: &asked,
        sheet: "values",
        visual: "values",
        data_sets,
        parameters,
        filters,
        selections: &[],
        level: 0,
        detail: false,
        now,
        limit: Some(1000),
    })
}
