//! Functions of two names over maps and pairs of arrays, as the functions of one name over arrays that there are.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, LambdaFunction, LambdaFunctionParameter, LambdaSyntax, OneOrManyWithParens,
    UnaryOperator, VisitMut, VisitorMut,
};

use super::build::{function, text};
use crate::functions::MAP_OF_LISTS;

/// What stands for a map's entry, or for a pair.
const ENTRY: &str = "__entry";

/// Returns what a call with a lambda means; nothing where it is none of these.
pub(super) fn over_lambda(name: &str, args: &[Expr]) -> Option<Expr> {
    Some(match (name, args) {
        ("all_match", [array, Expr::Lambda(test)]) => {
            let fails = LambdaFunction {
                body: Box::new(not(*test.body.clone())),
                ..test.clone()
            };
            let args = vec![array.clone(), Expr::Lambda(fails)];
            not(function("array_any_match", args))
        }
        ("none_match", [_, Expr::Lambda(_)]) => not(function("array_any_match", args.to_vec())),
        ("map_filter", [map, Expr::Lambda(test)]) => {
            let entries = function("map_entries", vec![map.clone()]);
            let kept = vec![entries, of_entry(test, ["key", "value"])?];
            function("map_from_entries", vec![function("array_filter", kept)])
        }
        ("transform_values", [map, Expr::Lambda(made)]) => {
            let keys = function("map_keys", vec![map.clone()]);
            function(MAP_OF_LISTS, vec![keys, transformed(map, made)?])
        }
        ("transform_keys", [map, Expr::Lambda(made)]) => {
            let values = function("map_values", vec![map.clone()]);
            function(MAP_OF_LISTS, vec![transformed(map, made)?, values])
        }
        ("zip_with", [left, right, Expr::Lambda(made)]) => {
            let pairs = function("arrays_zip", vec![left.clone(), right.clone()]);
            function("array_transform", vec![pairs, of_entry(made, ["1", "2"])?])
        }
        _ => return None,
    })
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp {
        op: UnaryOperator::Not,
        expr: Box::new(Expr::Nested(Box::new(expr))),
    }
}

fn transformed(map: &Expr, made: &LambdaFunction) -> Option<Expr> {
    let entries = function("map_entries", vec![map.clone()]);
    let made = of_entry(made, ["key", "value"])?;
    Some(function("array_transform", vec![entries, made]))
}

/// Turns `(a, b) -> …` into a lambda of one name, with its fields in the places of the two.
fn of_entry(lambda: &LambdaFunction, fields: [&'static str; 2]) -> Option<Expr> {
    let [first, second] = lambda.params.as_ref() else {
        return None;
    };
    let mut body = lambda.body.clone();
    let mut put = Fields {
        names: [first, second].map(|p| p.name.value.to_lowercase()),
        fields,
    };
    let _ = body.visit(&mut put);
    let entry = LambdaFunctionParameter {
        name: Ident::new(ENTRY),
        data_type: None,
    };
    Some(Expr::Lambda(LambdaFunction {
        params: OneOrManyWithParens::One(entry),
        body,
        syntax: LambdaSyntax::Arrow,
    }))
}

struct Fields {
    names: [String; 2],
    fields: [&'static str; 2],
}

impl VisitorMut for Fields {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(name) = expr {
            let name = name.value.to_lowercase();
            let place = self.names.iter().position(|n| *n == name);
            if let Some(field) = place.and_then(|place| self.fields.get(place)) {
                let entry = Expr::Identifier(Ident::new(ENTRY));
                *expr = function("get_field", vec![entry, text(field)]);
            }
        }
        ControlFlow::Continue(())
    }
}
