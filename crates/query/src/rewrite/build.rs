//! Pieces of syntax tree.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, ObjectNamePart, OrderByExpr, Value,
    helpers::attached_token::AttachedToken,
};

pub(super) fn null() -> Expr {
    Expr::value(Value::Null)
}

pub(super) fn text(value: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(value.to_owned()))
}

pub(super) fn function(name: &str, args: Vec<Expr>) -> Expr {
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

pub(super) fn object_name(name: &str) -> ObjectName {
    ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name))])
}

pub(super) fn bigint(expr: Expr) -> Expr {
    cast(expr, DataType::BigInt(None))
}

pub(super) fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr),
        data_type,
        array: false,
        format: None,
    }
}

pub(super) fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

pub(super) fn number(value: &str) -> Expr {
    Expr::value(Value::Number(value.to_owned(), false))
}

pub(super) fn case(condition: Expr, then: Expr, otherwise: Option<Expr>) -> Expr {
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

pub(super) fn renamed_call(mut call: Function, name: &str) -> Expr {
    call.name = object_name(name);
    Expr::Function(call)
}

pub(super) fn with_args(mut call: Function, args: Vec<Expr>) -> Function {
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

pub(super) fn in_order(expr: Expr, ascending: bool) -> OrderByExpr {
    OrderByExpr {
        expr,
        options: datafusion::sql::sqlparser::ast::OrderByOptions {
            asc: Some(ascending),
            nulls_first: None,
        },
        with_fill: None,
    }
}
