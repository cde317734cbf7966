//! Calls of functions.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType, DuplicateTreatment, ExactNumberInfo, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentClause, FunctionArguments, VisitMut,
};

use super::{
    build::{
        bigint, binary, case, cast, function, in_order, null, number, object_name, renamed_call,
        text, with_args,
    },
    lambdas::over_lambda,
    trying::Trying,
};
use crate::QueryError;

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

pub(super) fn call(mut call: Function) -> Result<Expr, QueryError> {
    let name = call.name.to_string().to_lowercase();
    if let Some(other) = renamed(&name) {
        call.name = object_name(other);
        return Ok(Expr::Function(call));
    }
    let Some(mut args) = plain_args(&call) else {
        return Ok(aggregate(&name, call));
    };
    if let Some(made) = over_lambda(&name, &args) {
        return Ok(made);
    }
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
            call.within_group = vec![in_order(value, true)];
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
        ("geometric_mean", 1) => {
            let value = cast(args.swap_remove(0), DataType::Double(ExactNumberInfo::None));
            call.name = object_name("avg");
            let logarithm = function("ln", vec![value]);
            function(
                "exp",
                vec![Expr::Function(with_args(call, vec![logarithm]))],
            )
        }
        ("max", 2) => first_of(call, args, false),
        ("min", 2) => first_of(call, args, true),
        ("max_by", 3) => first_of(call, args, false),
        ("min_by", 3) => first_of(call, args, true),
        // NULL makes the whole NULL.
        ("greatest" | "least", 2..) => unless_null(args.clone(), Expr::Function(call)),
        ("array_position", 2) => {
            let place = bigint(function("array_position", args.clone()));
            unless_null(args, function("coalesce", vec![place, number("0")]))
        }
        ("array_sort", 1) => {
            args.extend([text("ASC"), text("NULLS LAST")]);
            function("array_sort", args)
        }
        ("trim_array", 2) => {
            let count = args.pop().unwrap_or_else(null);
            let length = bigint(function("cardinality", args.clone()));
            args.extend([number("1"), binary(length, BinaryOperator::Minus, count)]);
            function("array_slice", args)
        }
        ("from_unixtime", 2) => {
            let zone = args.pop().unwrap_or_else(null);
            let moment = function("from_unixtime", args);
            function("at_timezone", vec![moment, zone])
        }
        // Counts are bigints; DataFusion's have no sign, and would make decimals of what is reckoned with them.
        ("cardinality" | "approx_distinct" | "ntile", 1)
        | ("row_number" | "rank" | "dense_rank", 0)
        | ("approx_distinct", 2) => bigint(Expr::Function(call)),
        ("current_timezone", 0) => text("UTC"),
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
        "bitwise_xor_agg" => "bit_xor",
        "repeat" => "array_repeat",
        "array_remove" => "array_remove_all",
        _ => return None,
    })
}

/// The whole is NULL where one of the arguments is.
fn unless_null(args: Vec<Expr>, whole: Expr) -> Expr {
    let tests = args
        .into_iter()
        .map(|arg| Expr::IsNull(Box::new(Expr::Nested(Box::new(arg)))));
    let test = tests.reduce(|a, b| binary(a, BinaryOperator::Or, b));
    match test {
        Some(test) => case(test, null(), Some(whole)),
        None => whole,
    }
}

/// `max(x, n)` and `max_by(x, y, n)` and their like: the first so many of all in order.
fn first_of(mut call: Function, mut args: Vec<Expr>, ascending: bool) -> Expr {
    let count = args.pop().unwrap_or_else(null);
    let by = args.pop().unwrap_or_else(null);
    let value = args.pop().unwrap_or_else(|| by.clone());
    let present = Expr::IsNotNull(Box::new(by.clone()));
    let present = match call.filter.take() {
        Some(filter) => binary(Expr::Nested(filter), BinaryOperator::And, present),
        None => present,
    };
    call.filter = Some(Box::new(present));
    call.name = object_name("array_agg");
    let mut call = with_args(call, vec![value]);
    if let FunctionArguments::List(list) = &mut call.args {
        let order = in_order(by, ascending);
        list.clauses
            .push(FunctionArgumentClause::OrderBy(vec![order]));
    }
    let first = vec![Expr::Function(call), number("1"), count];
    function("array_slice", first)
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
