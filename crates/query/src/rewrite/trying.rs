//! `try(…)`.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{BinaryOperator, CastKind, Expr, VisitorMut};

use super::build::{function, null, number, object_name};
use crate::functions::TRY_DATE_PARSE;

/// What `try` guards against: a cast, a division or a date that cannot be read gives NULL.
pub(super) struct Trying;

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
