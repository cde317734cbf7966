//! Trino's meaning put into DataFusion's terms, on the syntax tree.
//!
//! What differs by name or by shape alone is here; what differs in its values is a function of our own.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::{
    ast::{
        BinaryOperator, CaseWhen, CastKind, DataType, DateTimeField, DuplicateTreatment,
        ExactNumberInfo, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
        FunctionArgumentList, FunctionArguments, Ident, LimitClause, ObjectName, ObjectNamePart,
        OrderByExpr, Query, Select, SelectItem, SetExpr, Statement, TableFactor, Value, VisitMut,
        VisitorMut, helpers::attached_token::AttachedToken,
    },
    tokenizer::Span,
};

use crate::{QueryError, functions::TRY_DATE_PARSE};

/// How columns without a name begin until their place is known.
pub(crate) const UNNAMED: &str = "__unnamed_";

/// Rewrites a statement in place.
///
/// **Errors**: what cannot be said in DataFusion's terms.
pub(crate) fn rewrite(statement: &mut Statement) -> Result<(), QueryError> {
    match statement.visit(&mut Rewriter) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Rewriter;

impl VisitorMut for Rewriter {
    type Break = QueryError;

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<QueryError> {
        name_columns(select);
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<QueryError> {
        if let TableFactor::UNNEST {
            alias,
            array_exprs,
            with_ordinality,
            ..
        } = factor
        {
            let named = alias.as_ref().map_or(0, |a| a.columns.len());
            if let [map] = array_exprs.as_slice()
                && named == 2 + usize::from(*with_ordinality)
            {
                // Two names for one value: keys and values.
                let (keys, values) = (map.clone(), map.clone());
                *array_exprs = vec![
                    function("map_keys", vec![keys]),
                    function("map_values", vec![values]),
                ];
            }
            if std::mem::take(with_ordinality)
                && let Some(first) = array_exprs.first().cloned()
            {
                let places = vec![number("1"), function("cardinality", vec![first])];
                array_exprs.push(function("generate_series", places));
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<QueryError> {
        // `FETCH FIRST n ROWS ONLY` is a limit.
        if let Some(fetch) = query.fetch.take_if(|f| !f.with_ties && !f.percent) {
            let offset = match query.limit_clause.take() {
                Some(LimitClause::LimitOffset { offset, .. }) => offset,
                _ => None,
            };
            let limit = fetch.quantity.or_else(|| Some(number("1")));
            query.limit_clause = Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by: Vec::new(),
            });
        }
        if let SetExpr::Values(values) = query.body.as_mut() {
            values
                .rows
                .iter_mut()
                .flat_map(|row| row.content.iter_mut())
                .for_each(integer);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<QueryError> {
        let taken = std::mem::replace(expr, null());
        match expression(taken) {
            Ok(made) => {
                *expr = made;
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    }
}

/// Whole numbers that fit are integers in Trino, not bigints: where a column is nothing but one.
fn integer(expr: &mut Expr) {
    let fits = match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse::<i32>().is_ok(),
            _ => false,
        },
        _ => false,
    };
    if fits {
        *expr = cast(std::mem::replace(expr, null()), DataType::Int(None));
    }
}

/// Names what has no name as Trino does, `_col0`; behind a wildcard the place is not known yet.
fn name_columns(select: &mut Select) {
    let mut behind_wildcard = false;
    for (i, item) in select.projection.iter_mut().enumerate() {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
            integer(expr);
        }
        match item {
            SelectItem::UnnamedExpr(Expr::Identifier(_) | Expr::CompoundIdentifier(_)) => {}
            SelectItem::UnnamedExpr(expr) => {
                let name = if behind_wildcard {
                    format!("{UNNAMED}{i}")
                } else {
                    format!("_col{i}")
                };
                let expr = std::mem::replace(expr, null());
                *item = SelectItem::ExprWithAlias {
                    expr,
                    alias: quoted(name),
                };
            }
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => behind_wildcard = true,
            _ => {}
        }
    }
    // The same column twice: the second has another name until the answer is shown.
    let mut seen: Vec<String> = Vec::new();
    for (i, item) in select.projection.iter_mut().enumerate() {
        let name = match item {
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts
                .last()
                .map(|p| p.value.to_lowercase())
                .unwrap_or_default(),
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => name.value.to_lowercase(),
            SelectItem::ExprWithAlias { alias, .. } => alias.value.to_lowercase(),
            _ => continue,
        };
        if !seen.contains(&name) {
            seen.push(name);
            continue;
        }
        let again = quoted(format!("{name}__{i}"));
        match item {
            SelectItem::UnnamedExpr(expr) => {
                let expr = std::mem::replace(expr, null());
                *item = SelectItem::ExprWithAlias { expr, alias: again };
            }
            SelectItem::ExprWithAlias { alias, .. } => *alias = again,
            _ => {}
        }
    }
}

fn quoted(name: String) -> Ident {
    Ident {
        value: name,
        quote_style: Some('"'),
        span: Span::empty(),
    }
}

fn null() -> Expr {
    Expr::value(Value::Null)
}

fn text(value: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(value.to_owned()))
}

fn expression(expr: Expr) -> Result<Expr, QueryError> {
    match expr {
        Expr::Function(function) => call(function),
        // A number with an exponent is a double.
        Expr::Value(value) => Ok(match value.value {
            Value::Number(digits, _) if digits.contains(['e', 'E']) => {
                cast(text(&digits), DataType::Double(ExactNumberInfo::None))
            }
            other => Expr::value(other),
        }),
        Expr::Extract { field, expr, .. } => Ok(extract(&field, *expr)),
        Expr::Cast {
            kind,
            expr,
            data_type,
            array,
            format,
        } => Ok(Expr::Cast {
            kind,
            expr,
            data_type: data_type_of(data_type),
            array,
            format,
        }),
        Expr::Substring {
            expr,
            substring_from: Some(from),
            substring_for,
            ..
        } => {
            let mut args = vec![*expr, *from];
            args.extend(substring_for.map(|e| *e));
            Ok(function("substr", args))
        }
        other => Ok(other),
    }
}

/// `decimal` alone is 38 digits in Trino.
fn data_type_of(data_type: DataType) -> DataType {
    match data_type {
        DataType::Decimal(ExactNumberInfo::None) => {
            DataType::Decimal(ExactNumberInfo::PrecisionAndScale(38, 0))
        }
        other => other,
    }
}

fn function(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Function(Function {
        name: object_name(name),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args
                .into_iter()
                .map(|e| FunctionArg::Unnamed(FunctionArgExpr::Expr(e)))
                .collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

fn object_name(name: &str) -> ObjectName {
    ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name))])
}

fn bigint(expr: Expr) -> Expr {
    cast(expr, DataType::BigInt(None))
}

fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr),
        data_type,
        array: false,
        format: None,
    }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

fn number(value: &str) -> Expr {
    Expr::value(Value::Number(value.to_owned(), false))
}

fn case(condition: Expr, then: Expr, otherwise: Option<Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen {
            condition,
            result: then,
        }],
        else_result: otherwise.map(Box::new),
    }
}

/// `EXTRACT(DOW FROM x)` counts from Monday, 1; all parts are bigint.
fn extract(field: &DateTimeField, expr: Expr) -> Expr {
    let name = field.to_string().to_lowercase();
    match name.trim_matches('\'') {
        "dow" | "day_of_week" => function("day_of_week", vec![expr]),
        "doy" | "day_of_year" => bigint(function("date_part", vec![text("doy"), expr])),
        "year_of_week" | "yow" => function("year_of_week", vec![expr]),
        "day_of_month" => bigint(function("date_part", vec![text("day"), expr])),
        part => bigint(function("date_part", vec![text(part), expr])),
    }
}

/// Positional arguments, if there is nothing but them.
fn plain_args(function: &Function) -> Option<Vec<Expr>> {
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let plain = list.duplicate_treatment.is_none() && list.clauses.is_empty();
    let args: Option<Vec<Expr>> = list
        .args
        .iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => Some(e.clone()),
            _ => None,
        })
        .collect();
    args.filter(|_| plain)
}

fn call(mut call: Function) -> Result<Expr, QueryError> {
    let name = call.name.to_string().to_lowercase();
    if let Some(other) = renamed(&name) {
        call.name = object_name(other);
        return Ok(Expr::Function(call));
    }
    let Some(mut args) = plain_args(&call) else {
        return Ok(aggregate(&name, call));
    };
    let count = args.len();
    let made = match (name.as_str(), count) {
        ("if", 2 | 3) => {
            let otherwise = if count == 3 { args.pop() } else { None };
            let then = args.pop().unwrap_or_else(null);
            case(args.pop().unwrap_or_else(null), then, otherwise)
        }
        (
            "year" | "month" | "day" | "hour" | "minute" | "second" | "millisecond" | "quarter"
            | "week",
            1,
        ) => {
            args.insert(0, text(&name));
            bigint(function("date_part", args))
        }
        ("week_of_year", 1) => {
            args.insert(0, text("week"));
            bigint(function("date_part", args))
        }
        ("day_of_month", 1) => {
            args.insert(0, text("day"));
            bigint(function("date_part", args))
        }
        ("day_of_year" | "doy", 1) => {
            args.insert(0, text("doy"));
            bigint(function("date_part", args))
        }
        ("date", 1) => cast(args.swap_remove(0), DataType::Date),
        ("mod", 2) => {
            let right = args.pop().unwrap_or_else(null);
            binary(args.swap_remove(0), BinaryOperator::Modulo, right)
        }
        ("regexp_replace", 2) => {
            args.extend([text(""), text("g")]);
            Expr::Function(with_args(call, args))
        }
        ("regexp_replace", 3) => {
            args.push(text("g"));
            Expr::Function(with_args(call, args))
        }
        ("slice", 3) => {
            let length = args.pop().unwrap_or_else(null);
            let start = args.pop().unwrap_or_else(null);
            let last = binary(
                binary(start.clone(), BinaryOperator::Plus, length),
                BinaryOperator::Minus,
                number("1"),
            );
            args.extend([start, last]);
            function("array_slice", args)
        }
        ("count_if", 1) => {
            let condition = args.swap_remove(0);
            call.name = object_name("count");
            Expr::Function(with_args(call, vec![case(condition, number("1"), None)]))
        }
        ("approx_percentile", 2) => {
            call.name = object_name("approx_percentile_cont");
            // The argument's order is the parser's: the value first.
            let percentile = args.pop().unwrap_or_else(null);
            let value = args.swap_remove(0);
            let value = cast(value, DataType::Double(ExactNumberInfo::None));
            call.within_group = vec![ascending(value)];
            Expr::Function(with_args(call, vec![percentile]))
        }
        ("try", 1) => {
            let mut inner = args.swap_remove(0);
            let _ = inner.visit(&mut Trying);
            inner
        }
        // NULL makes the whole NULL, and arrays are joined.
        ("concat", 1..) => {
            let mut parts = args.into_iter();
            let first = parts.next().unwrap_or_else(null);
            Expr::Nested(Box::new(
                parts.fold(first, |a, b| binary(a, BinaryOperator::StringConcat, b)),
            ))
        }
        ("replace", 2) => {
            args.push(text(""));
            function("replace", args)
        }
        ("transform", 2) => renamed_call(call, "array_transform"),
        ("filter", 2) => renamed_call(call, "array_filter"),
        ("any_match", 2) => renamed_call(call, "array_any_match"),
        ("truncate", 1 | 2) => renamed_call(call, "trunc"),
        ("position", 2) => {
            args.reverse();
            function("strpos", args)
        }
        ("localtimestamp" | "current_timestamp", 0) => function("now", Vec::new()),
        _ => aggregate(&name, call),
    };
    Ok(made)
}

fn renamed_call(mut call: Function, name: &str) -> Expr {
    call.name = object_name(name);
    Expr::Function(call)
}

fn with_args(mut call: Function, args: Vec<Expr>) -> Function {
    call.args = FunctionArguments::List(FunctionArgumentList {
        duplicate_treatment: None,
        args: args
            .into_iter()
            .map(|e| FunctionArg::Unnamed(FunctionArgExpr::Expr(e)))
            .collect(),
        clauses: Vec::new(),
    });
    call
}

fn ascending(expr: Expr) -> OrderByExpr {
    OrderByExpr {
        expr,
        options: datafusion::sql::sqlparser::ast::OrderByOptions {
            asc: Some(true),
            nulls_first: None,
        },
        with_fill: None,
    }
}

/// Functions that differ by name alone.
fn renamed(name: &str) -> Option<&'static str> {
    Some(match name {
        "arbitrary" | "any_value" => "first_value",
        "contains" => "array_has",
        "arrays_overlap" => "array_has_any",
        "array_join" => "array_to_string",
        "sequence" => "generate_series",
        "ceiling" => "ceil",
        "pow" => "power",
        "sign" => "signum",
        "rand" => "random",
        "every" => "bool_and",
        "variance" => "var_samp",
        "char_length" | "character_length" => "length",
        "codepoint" => "ascii",
        "row" => "struct",
        "zip" => "arrays_zip",
        "dow" => "day_of_week",
        "yow" => "year_of_week",
        "bitwise_and_agg" => "bit_and",
        "bitwise_or_agg" => "bit_or",
        _ => return None,
    })
}

/// `listagg(x, sep) WITHIN GROUP (ORDER BY y)` is an ordered `string_agg`.
fn aggregate(name: &str, mut call: Function) -> Expr {
    if name == "listagg" {
        call.name = object_name("string_agg");
        let order = std::mem::take(&mut call.within_group);
        if let FunctionArguments::List(list) = &mut call.args {
            list.clauses
                .retain(|c| !matches!(c, FunctionArgumentClause::OnOverflow(_)));
            if list.args.len() == 1 {
                list.args
                    .push(FunctionArg::Unnamed(FunctionArgExpr::Expr(text(""))));
            }
            if !order.is_empty() {
                list.clauses.push(FunctionArgumentClause::OrderBy(order));
            }
            if list.duplicate_treatment == Some(DuplicateTreatment::All) {
                list.duplicate_treatment = None;
            }
        }
    }
    Expr::Function(call)
}

/// What `try` guards against: a cast, a division or a date that cannot be read gives NULL.
struct Trying;

impl VisitorMut for Trying {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Cast { kind, .. } => *kind = CastKind::TryCast,
            Expr::Function(call) if call.name.to_string().eq_ignore_ascii_case("date_parse") => {
                call.name = object_name(TRY_DATE_PARSE);
            }
            Expr::BinaryOp {
                op: BinaryOperator::Divide | BinaryOperator::Modulo,
                right,
                ..
            } => {
                let divisor = std::mem::replace(right.as_mut(), null());
                **right = function("nullif", vec![divisor, number("0")]);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
