//! Decimals: division with Trino's scale.
//!
//! **Source**: "Decimal functions and operators" of Trino's documentation.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, Decimal128Array},
        compute::cast,
        datatypes::{DataType, Decimal128Type, i256},
    },
    common::{DFSchema, DataFusionError, Result, ScalarValue},
    logical_expr::{
        Expr, ExprSchemable, ScalarUDF,
        expr::ScalarFunction,
        planner::{ExprPlanner, PlannerResult, RawBinaryExpr},
    },
    sql::sqlparser::ast::BinaryOperator,
};

use super::scalar::{Columns, Function};
use crate::QueryError;

const DIGITS: u8 = 38;

pub(super) fn functions() -> Vec<Function> {
    vec![division()]
}

fn division() -> Function {
    Function::new("decimal_divide", (2, 2), quotient, divide)
}

/// Takes the divisions in which a decimal takes part.
#[derive(Debug)]
pub(super) struct Division;

impl ExprPlanner for Division {
    fn plan_binary_op(
        &self,
        raw: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let kind = |expr: &Expr| expr.get_type(schema).ok();
        let exact = raw.op == BinaryOperator::Divide
            && match (kind(&raw.left), kind(&raw.right)) {
                (Some(left), Some(right)) => {
                    let decimal = |t: &DataType| matches!(t, DataType::Decimal128(..));
                    (decimal(&left) || decimal(&right))
                        && digits(&left).is_some()
                        && digits(&right).is_some()
                }
                _ => false,
            };
        if !exact {
            return Ok(PlannerResult::Original(raw));
        }
        let args = vec![narrow(raw.left), narrow(raw.right)];
        let function = Arc::new(ScalarUDF::new_from_impl(division()));
        Ok(PlannerResult::Planned(Expr::ScalarFunction(
            ScalarFunction::new_udf(function, args),
        )))
    }
}

/// A whole number as written is an integer where it fits, though the parser makes a bigint of it.
fn narrow(expr: Expr) -> Expr {
    match expr {
        Expr::Literal(ScalarValue::Int64(Some(n)), metadata) => match i32::try_from(n) {
            Ok(n) => Expr::Literal(ScalarValue::Int32(Some(n)), metadata),
            Err(_) => Expr::Literal(ScalarValue::Int64(Some(n)), metadata),
        },
        other => other,
    }
}

/// Returns precision and scale of a decimal, or of the decimal that an integer becomes.
fn digits(data_type: &DataType) -> Option<(u8, i8)> {
    Some(match data_type {
        DataType::Decimal128(precision, scale) => (*precision, *scale),
        DataType::Int8 => (3, 0),
        DataType::Int16 => (5, 0),
        DataType::Int32 => (10, 0),
        DataType::Int64 => (19, 0),
        _ => return None,
    })
}

fn quotient(types: &[DataType]) -> Result<DataType> {
    let mut sides = types.iter().map(digits);
    let (Some(Some((p1, s1))), Some(Some((_, s2)))) = (sides.next(), sides.next()) else {
        return Err(DataFusionError::Plan("only decimals are divided so".into()));
    };
    let more = u8::try_from((s2 - s1).max(0)).unwrap_or(0);
    let whole = u8::try_from(s2.max(0)).unwrap_or(0);
    let precision = p1.saturating_add(whole).saturating_add(more);
    Ok(DataType::Decimal128(precision.min(DIGITS), s1.max(s2)))
}

/// Divides, and rounds the last digit half up, away from zero.
fn divide(args: &Columns) -> Result<ArrayRef> {
    let side = |i: usize| -> Result<(Decimal128Array, i8)> {
        let array = args.any(i)?;
        let (precision, scale) = digits(array.data_type()).unwrap_or((DIGITS, 0));
        let array = cast(array, &DataType::Decimal128(precision, scale))?;
        Ok((array.as_primitive::<Decimal128Type>().clone(), scale))
    };
    let ((left, s1), (right, s2)) = (side(0)?, side(1)?);
    let DataType::Decimal128(precision, scale) = args.returns else {
        return Err(DataFusionError::Plan("only decimals are divided so".into()));
    };
    // Never negative: the answer's scale is the greater of the two.
    let by = u8::try_from(scale - s1 + s2).unwrap_or(0);
    let by = i256::from_i128(10).wrapping_pow(u32::from(by));
    let most = i256::from_i128(10).wrapping_pow(u32::from(precision));
    let found = left.iter().zip(right.iter()).map(|(left, right)| {
        let (Some(left), Some(right)) = (left, right) else {
            return Ok(None);
        };
        if right == 0 {
            let zero = QueryError::failed("DIVISION_BY_ZERO", "Division by zero");
            return Err(DataFusionError::from(zero));
        }
        let overflow = || {
            DataFusionError::from(QueryError::failed(
                "NUMERIC_VALUE_OUT_OF_RANGE",
                "Decimal overflow",
            ))
        };
        let (left, right) = (i256::from_i128(left), i256::from_i128(right));
        let left = left.checked_mul(by).ok_or_else(overflow)?;
        let whole = rounded(left, right);
        if whole >= most || whole <= -most {
            return Err(overflow());
        }
        whole.to_i128().map(Some).ok_or_else(overflow)
    });
    let found = found.collect::<Result<Decimal128Array>>()?;
    Ok(Arc::new(found.with_precision_and_scale(precision, scale)?))
}

fn rounded(left: i256, right: i256) -> i256 {
    let (whole, rest) = (left.wrapping_div(right), left.wrapping_rem(right));
    let twice = rest.wrapping_abs().wrapping_mul(i256::from_i128(2));
    if twice < right.wrapping_abs() {
        return whole;
    }
    if left.is_negative() == right.is_negative() {
        whole.wrapping_add(i256::ONE)
    } else {
        whole.wrapping_sub(i256::ONE)
    }
}
