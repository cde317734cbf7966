//! From a tree to SQL in Athena's dialect.
//!
//! Calculations over rows (`sumOver(…, PRE_AGG)`), aggregations and table calculations cannot stand within one
//! another in SQL: each goes into a layer of its own, and what uses it sees a column.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::{
    Code, ErrorKind, ExpressionError, Kind, Node, Stage, Tree, levels::Grain, parse, tree::Operator,
};
use crate::{
    column::Column,
    moment::{Granularity, WeekStart},
    parameter::ParameterValues,
    sql,
};

/// Layers of calculations before the filters are layers 1 to this; those behind the filters come after.
pub(crate) const BEFORE_FILTERS: usize = 99;

/// A column that a layer makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub alias: String,
    pub sql: String,
}

/// What must be computed before an expression's SQL can be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// By number: up to 99 before the filters, then behind them.
    pub rows: BTreeMap<usize, Vec<Made>>,
    /// Which rows stand for their group of a level-aware aggregation, behind all other layers on rows.
    pub once: Vec<Made>,
    /// Aggregations that table calculations use.
    pub aggregates: Vec<Made>,
    /// Table calculations, layer by layer.
    pub tables: Vec<Vec<Made>>,
}

impl Layers {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.once.is_empty()
            && self.aggregates.is_empty()
            && self.tables.is_empty()
    }
}

/// A dimension of the visual, for table calculations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dimension {
    /// The column's or calculated field's name.
    pub(crate) name: String,
    /// The SQL that rows are grouped by.
    pub(crate) sql: String,
    pub(crate) alias: String,
    pub(crate) kind: Kind,
    pub(crate) stage: Stage,
    /// The unit that a date is grouped by.
    pub(crate) unit: Option<Granularity>,
}

/// Compiles the expressions of one visual.
pub struct Compiler<'a> {
    columns: &'a [Column],
    calculated: BTreeMap<&'a str, &'a str>,
    pub(super) parameters: &'a ParameterValues,
    pub(super) now: NaiveDateTime,
    pub(super) week: WeekStart,
    pub(crate) dimensions: Vec<Dimension>,
    pub layers: Layers,
    /// Calculated fields that are being compiled.
    open: Vec<String>,
    pub(super) text: String,
    names: usize,
    /// Of what has been compiled so far of the expression at hand.
    pub(super) grain: Grain,
}

impl<'a> Compiler<'a> {
    /// Compiles against a data set's columns.
    #[must_use]
    pub fn new(columns: &'a [Column], parameters: &'a ParameterValues, now: NaiveDateTime) -> Self {
        Self {
            columns,
            calculated: BTreeMap::new(),
            parameters,
            now,
            week: WeekStart::default(),
            dimensions: Vec::new(),
            layers: Layers::default(),
            open: Vec::new(),
            text: String::new(),
            names: 0,
            grain: Grain::default(),
        }
    }

    /// Adds calculated fields: names and expressions.
    #[must_use]
    pub fn with_calculated(mut self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.calculated.extend(fields);
        self
    }

    #[must_use]
    pub fn with_week(mut self, week: WeekStart) -> Self {
        self.week = week;
        self
    }

    /// Compiles an expression's text.
    ///
    /// **Errors**: what is wrong with it, and where.
    pub fn text(&mut self, text: &str) -> Result<Code, ExpressionError> {
        let before = std::mem::replace(&mut self.text, text.to_owned());
        let code = parse(text).and_then(|node| self.node(&node));
        if code.is_ok() {
            self.text = before;
        }
        code
    }

    /// Compiles a column's or a calculated field's name.
    ///
    /// **Errors**: there is no such field, or its expression is wrong.
    pub fn field(&mut self, name: &str) -> Result<Code, ExpressionError> {
        self.named(0, name)
    }

    pub(super) fn error(&self, at: usize, kind: ErrorKind) -> ExpressionError {
        ExpressionError::at(at, &self.text, kind)
    }

    pub(super) fn fresh(&mut self, letter: char) -> String {
        self.names += 1;
        format!("~{letter}{}", self.names)
    }

    fn named(&mut self, at: usize, name: &str) -> Result<Code, ExpressionError> {
        if let Some(expression) = self.calculated.get(name).copied() {
            if self.open.iter().any(|o| o == name) {
                return Err(self.error(at, ErrorKind::Cycle(name.to_owned())));
            }
            if self.open.len() > 30 {
                return Err(self.error(at, ErrorKind::Depth));
            }
            self.open.push(name.to_owned());
            let outer = std::mem::take(&mut self.grain);
            let code = self.text(expression);
            self.grain = outer;
            self.open.pop();
            return code.map(|code| self.used(code));
        }
        let column = self.columns.iter().find(|c| c.name == name).or_else(|| {
            self.columns
                .iter()
                .find(|c| c.name.eq_ignore_ascii_case(name))
        });
        match column {
            Some(column) => {
                let code = Code::new(
                    sql::name(&column.name),
                    Kind::of(column.kind),
                    Stage::Row(0),
                );
                Ok(self.used(code))
            }
            None => Err(self.error(at, ErrorKind::Field(name.to_owned()))),
        }
    }

    pub(super) fn node(&mut self, node: &Node) -> Result<Code, ExpressionError> {
        let outer = std::mem::take(&mut self.grain);
        let code = self.compiled(node);
        let own = std::mem::replace(&mut self.grain, outer);
        self.grain.add(&own);
        code.map(|mut code| {
            code.grain = own;
            code
        })
    }

    fn compiled(&mut self, node: &Node) -> Result<Code, ExpressionError> {
        match &node.tree {
            Tree::Number(text) => Ok(number(text)),
            Tree::Text(text) => Ok(Code::constant(sql::text(text), Kind::Text)),
            Tree::Null => Ok(Code::constant("NULL", Kind::Null)),
            Tree::Field(name) => self.named(node.at, name),
            Tree::Parameter(name) => self.parameter(node.at, name),
            Tree::Negative(inner) => {
                let code = self.node(inner)?;
                self.expect(inner.at, "-", "a number", &code, Kind::is_number)?;
                Ok(Code::new(format!("(-{})", code.sql), code.kind, code.stage))
            }
            Tree::Not(inner) => {
                let code = self.condition(inner, "NOT")?;
                Ok(Code::new(
                    format!("(NOT {})", code.sql),
                    Kind::Bool,
                    code.stage,
                ))
            }
            Tree::Binary(operator, left, right) => self.binary(node.at, *operator, left, right),
            Tree::Call(name, args) => self.call(node.at, name, args),
            Tree::List(_) => Err(self.unexpected(node.at, "[", "a value")),
            Tree::Level(_) => Err(self.unexpected(node.at, "a calculation level", "a value")),
        }
    }

    pub(super) fn unexpected(
        &self,
        at: usize,
        found: &str,
        expected: &'static str,
    ) -> ExpressionError {
        let found = found.to_owned();
        self.error(at, ErrorKind::Unexpected { found, expected })
    }

    fn parameter(&self, at: usize, name: &str) -> Result<Code, ExpressionError> {
        use crate::definition::ParameterType;
        let Some(value) = self.parameters.get(name) else {
            return Err(self.error(at, ErrorKind::Parameter(name.to_owned())));
        };
        let kind = match value.kind {
            ParameterType::String => Kind::Text,
            ParameterType::Integer => Kind::Integer,
            ParameterType::Decimal => Kind::Decimal,
            ParameterType::Datetime => Kind::Date,
        };
        let literal = value.literals().into_iter().next();
        Ok(Code::constant(
            literal.unwrap_or_else(|| "NULL".to_owned()),
            kind,
        ))
    }

    pub(super) fn expect(
        &self,
        at: usize,
        function: &str,
        expected: &'static str,
        code: &Code,
        fits: impl Fn(Kind) -> bool,
    ) -> Result<(), ExpressionError> {
        if fits(code.kind) || code.kind == Kind::Null {
            return Ok(());
        }
        Err(self.error(
            at,
            ErrorKind::Type {
                function: function.to_owned(),
                expected,
                found: code.kind.name(),
            },
        ))
    }

    /// Compiles what must be true or false.
    pub(super) fn condition(
        &mut self,
        node: &Node,
        function: &str,
    ) -> Result<Code, ExpressionError> {
        let code = self.node(node)?;
        self.expect(node.at, function, "a condition", &code, |k| k == Kind::Bool)?;
        Ok(code)
    }

    fn binary(
        &mut self,
        at: usize,
        operator: Operator,
        left: &Node,
        right: &Node,
    ) -> Result<Code, ExpressionError> {
        let mut codes = [self.node(left)?, self.node(right)?];
        let stage = self.join(at, &mut codes)?;
        let [a, b] = codes;
        let sign = sign(operator);
        let number = |c: &Code| c.kind.is_number();
        let both = |fits: bool, expected: &'static str, found: Kind| {
            if fits {
                return Ok(());
            }
            Err(self.error(
                at,
                ErrorKind::Type {
                    function: sign.to_owned(),
                    expected,
                    found: found.name(),
                },
            ))
        };
        let wrong = if number(&a) { b.kind } else { a.kind };
        match operator {
            Operator::And | Operator::Or => {
                let fits = |c: &Code| matches!(c.kind, Kind::Bool | Kind::Null);
                let wrong = if fits(&a) { b.kind } else { a.kind };
                both(fits(&a) && fits(&b), "conditions", wrong)?;
                Ok(chain(&a, sign, &b, Kind::Bool, stage))
            }
            Operator::Add | Operator::Subtract | Operator::Multiply => {
                both(number(&a) && number(&b), "numbers", wrong)?;
                let kind = a.kind.with(b.kind).unwrap_or(Kind::Decimal);
                Ok(chain(&a, sign, &b, kind, stage))
            }
            Operator::Divide => {
                both(number(&a) && number(&b), "numbers", wrong)?;
                let text = format!("(CAST({} AS double) / NULLIF({}, 0))", a.sql, b.sql);
                Ok(Code::new(text, Kind::Decimal, stage))
            }
            Operator::Modulo => {
                both(number(&a) && number(&b), "numbers", wrong)?;
                let kind = a.kind.with(b.kind).unwrap_or(Kind::Decimal);
                let text = format!("mod({}, NULLIF({}, 0))", a.sql, b.sql);
                Ok(Code::new(text, kind, stage))
            }
            Operator::Power => {
                both(number(&a) && number(&b), "numbers", wrong)?;
                let text = format!("power({}, {})", a.sql, b.sql);
                Ok(Code::new(text, Kind::Decimal, stage))
            }
            _ => {
                both(a.kind.with(b.kind).is_some(), "values of one type", b.kind)?;
                let text = format!("({} {sign} {})", a.sql, b.sql);
                Ok(Code::new(text, Kind::Bool, stage))
            }
        }
    }

    /// Brings parts of one expression to one stage, and returns it.
    pub(super) fn join(&mut self, at: usize, codes: &mut [Code]) -> Result<Stage, ExpressionError> {
        let stage = codes
            .iter()
            .map(|c| c.stage)
            .max()
            .unwrap_or(Stage::Constant);
        for code in codes.iter_mut() {
            match (stage, code.stage) {
                (Stage::Table(_), Stage::Aggregate) => self.lift(code),
                (Stage::Table(_), Stage::Row(_)) if self.as_dimension(code) => {}
                (Stage::Table(_) | Stage::Aggregate, Stage::Row(_)) => {
                    return Err(self.error(at, ErrorKind::Mismatched));
                }
                _ => {}
            }
        }
        Ok(stage)
    }

    /// Makes an aggregation a column of the table of groups.
    pub(super) fn lift(&mut self, code: &mut Code) {
        if code.stage != Stage::Aggregate {
            return;
        }
        let known = self.layers.aggregates.iter().find(|m| m.sql == code.sql);
        let alias = match known {
            Some(made) => made.alias.clone(),
            None => {
                let alias = self.fresh('a');
                self.layers.aggregates.push(Made {
                    alias: alias.clone(),
                    sql: code.sql.clone(),
                });
                alias
            }
        };
        *code = Code::new(sql::name(&alias), code.kind, Stage::Table(0));
    }

    /// Makes code on rows the visual's dimension that it is; whether it is one.
    pub(super) fn as_dimension(&self, code: &mut Code) -> bool {
        let Some(dimension) = self.dimensions.iter().find(|d| d.sql == code.sql) else {
            return false;
        };
        *code = Code::new(sql::name(&dimension.alias), dimension.kind, Stage::Table(0));
        true
    }
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Modulo => "%",
        Operator::Power => "^",
        Operator::Equal => "=",
        Operator::NotEqual => "<>",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::And => "AND",
        Operator::Or => "OR",
    }
}

/// `(a + b) + c` needs no parentheses within.
fn chain(a: &Code, sign: &'static str, b: &Code, kind: Kind, stage: Stage) -> Code {
    let same = a.chain == Some(sign) || matches!((a.chain, sign), (Some("+" | "-"), "+" | "-"));
    let left = if same {
        a.sql
            .strip_prefix('(')
            .and_then(|s| s.strip_suffix(')'))
            .unwrap_or(&a.sql)
    } else {
        &a.sql
    };
    let mut code = Code::new(format!("({left} {sign} {})", b.sql), kind, stage);
    code.chain = Some(sign);
    code
}

fn number(text: &str) -> Code {
    if !text.contains(['.', 'e', 'E']) && text.parse::<i64>().is_ok() {
        return Code::constant(text, Kind::Integer);
    }
    let value = text.parse::<f64>().unwrap_or(f64::NAN);
    Code::constant(
        format!("CAST({} AS double)", sql::number(value)),
        Kind::Decimal,
    )
}
