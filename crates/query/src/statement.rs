//! From text to a syntax tree in DataFusion's terms, and places in it.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::{
    ast::{
        Expr, Ident, ObjectName, Query, SelectItem, SetExpr, Spanned, Statement, visit_expressions,
        visit_relations,
    },
    parser::{Parser, ParserError},
    tokenizer::{Token, TokenWithSpan, Tokenizer},
};

use crate::{QueryError, dialect::Trino, rewrite};

/// Nesting deeper than this is refused.
const DEPTH: usize = 120;

/// A query, ready to be planned.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// The tree, rewritten to what DataFusion means by it.
    pub(crate) statement: Statement,
    /// The tree as written, for the places of names.
    original: Statement,
    /// The output columns' names as written, where every one of them is known before planning: absent for
    /// a column without a name.
    pub(crate) names: Option<Vec<Option<String>>>,
}

/// Reads one query.
///
/// **Errors**: [`QueryError::Syntax`], with Trino's beginning: `line 1:8: mismatched input 'x'. Expecting: …`.
pub(crate) fn parse(sql: &str) -> Result<Parsed, QueryError> {
    let original = tree(sql, false)?;
    let mut statement = tree(sql, true)?;
    if !matches!(statement, Statement::Query(_) | Statement::Explain { .. }) {
        return Err(QueryError::unsupported(
            "Queries of this type are not supported",
        ));
    }
    rewrite::rewrite(&mut statement)?;
    let names = match &original {
        Statement::Query(query) => names(query),
        _ => None,
    };
    Ok(Parsed {
        statement,
        original,
        names,
    })
}

/// Parses; `fold` puts quoted names in lower case, since names have no case here.
fn tree(sql: &str, fold: bool) -> Result<Statement, QueryError> {
    let mut tokens = Tokenizer::new(&Trino, sql)
        .tokenize_with_location()
        .map_err(|e| QueryError::Syntax {
            line: e.location.line.max(1),
            column: e.location.column.max(1),
            message: format!("mismatched input: {}", e.message),
        })?;
    for token in &mut tokens {
        if let Token::Word(word) = &mut token.token
            && word.quote_style.is_some()
        {
            word.quote_style = Some('"');
            if fold {
                word.value = word.value.to_lowercase();
            }
        }
    }
    let tokens = values_in_parentheses(table_as_select(tokens));
    let mut parser = Parser::new(&Trino)
        .with_recursion_limit(DEPTH)
        .with_tokens_with_locations(tokens);
    let mut statements = parser.parse_statements().map_err(|e| syntax(sql, e))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(statement), true) => Ok(statement),
        (Some(_), false) => Err(QueryError::Syntax {
            line: 1,
            column: 1,
            message: "Only one sql statement is allowed.".into(),
        }),
        (None, _) => Err(QueryError::Syntax {
            line: 1,
            column: 1,
            message: "mismatched input '<EOF>'".into(),
        }),
    }
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(word))
}

/// `TABLE t` is `SELECT * FROM t`.
fn table_as_select(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let first = tokens
        .iter()
        .position(|t| !matches!(t.token, Token::Whitespace(_)));
    if let Some(first) = first.filter(|i| is_word(&tokens[*i].token, "table")) {
        let span = tokens[first].span;
        let made = [
            Token::make_keyword("SELECT"),
            Token::Mul,
            Token::make_keyword("FROM"),
        ];
        tokens.splice(
            first..=first,
            made.map(|token| TokenWithSpan { token, span }),
        );
    }
    tokens
}

/// `VALUES 1, 2` is `VALUES (1), (2)`.
fn values_in_parentheses(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    const ENDS: [&str; 8] = [
        "order",
        "limit",
        "offset",
        "fetch",
        "union",
        "except",
        "intersect",
        "with",
    ];
    let mut made: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    // Depths at which rows without parentheses are open.
    let mut open: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    let mut after_values = false;
    for token in tokens {
        let sign = |token: Token, span| TokenWithSpan { token, span };
        let span = token.span;
        let here = open.last() == Some(&depth);
        match &token.token {
            Token::Whitespace(_) => {
                made.push(token);
                continue;
            }
            Token::Number(..) | Token::SingleQuotedString(_) if after_values => {
                made.push(sign(Token::LParen, span));
                open.push(depth);
                made.push(token);
                after_values = false;
                continue;
            }
            Token::Comma if here => {
                made.extend([sign(Token::RParen, span), token, sign(Token::LParen, span)]);
                continue;
            }
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket => {
                if here {
                    open.pop();
                    made.push(sign(Token::RParen, span));
                }
                depth = depth.saturating_sub(1);
            }
            Token::SemiColon | Token::EOF if here => {
                open.pop();
                made.push(sign(Token::RParen, span));
            }
            Token::Word(w) if here && ENDS.iter().any(|e| w.value.eq_ignore_ascii_case(e)) => {
                open.pop();
                made.push(sign(Token::RParen, span));
            }
            _ => {}
        }
        after_values = is_word(&token.token, "values");
        made.push(token);
    }
    if let Some(span) = made.last().map(|t| t.span) {
        made.extend(open.iter().map(|_| TokenWithSpan {
            token: Token::RParen,
            span,
        }));
    }
    made
}

/// Puts the parser's words (`Expected: x, found: y at Line: 1, Column: 8`) into Trino's.
fn syntax(sql: &str, error: ParserError) -> QueryError {
    let text = match error {
        ParserError::ParserError(text) | ParserError::TokenizerError(text) => text,
        ParserError::RecursionLimitExceeded => "statement is too large (nested too deeply)".into(),
    };
    let (rest, place) = match text.rsplit_once(" at Line: ") {
        Some((rest, place)) => (rest, place.split_once(", Column: ")),
        None => (text.as_str(), None),
    };
    let end = || {
        let line = sql.lines().count().max(1);
        let column = sql.lines().last().map_or(0, |l| l.chars().count()) + 1;
        (
            u64::try_from(line).unwrap_or(1),
            u64::try_from(column).unwrap_or(1),
        )
    };
    let (line, column) = match place {
        Some((line, column)) => (
            line.trim().parse().unwrap_or(1),
            column.trim().parse().unwrap_or(1),
        ),
        None => end(),
    };
    let message = match rest
        .strip_prefix("Expected: ")
        .and_then(|r| r.rsplit_once(", found: "))
    {
        Some((expected, found)) => {
            let found = if found == "EOF" { "<EOF>" } else { found };
            format!("mismatched input '{found}'. Expecting: {expected}")
        }
        None => rest.to_owned(),
    };
    QueryError::Syntax {
        line,
        column,
        message,
    }
}

fn names(query: &Query) -> Option<Vec<Option<String>>> {
    let mut body = query.body.as_ref();
    loop {
        match body {
            SetExpr::Query(inner) => body = inner.body.as_ref(),
            SetExpr::SetOperation { left, .. } => body = left.as_ref(),
            SetExpr::Select(select) => {
                return select
                    .projection
                    .iter()
                    .map(|item| match item {
                        SelectItem::UnnamedExpr(Expr::Identifier(name)) => {
                            Some(Some(name.value.clone()))
                        }
                        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                            Some(parts.last().map(|p| p.value.clone()))
                        }
                        SelectItem::ExprWithAlias { alias, .. } => Some(Some(alias.value.clone())),
                        SelectItem::UnnamedExpr(_) => Some(None),
                        _ => None,
                    })
                    .collect();
            }
            _ => return None,
        }
    }
}

impl Parsed {
    /// Returns where a table is named: line and column.
    pub(crate) fn place_of_table(&self, name: &str) -> (u64, u64) {
        let mut place = None;
        let _ = visit_relations(&self.original, |relation: &ObjectName| {
            let last = relation.0.last().and_then(|p| p.as_ident());
            if last.is_some_and(|i| i.value.eq_ignore_ascii_case(name)) {
                let start = relation.span().start;
                place = Some((start.line, start.column));
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        place.unwrap_or((1, 1))
    }

    /// Returns where a column is named, and the name as written there.
    pub(crate) fn place_of_column(
        &self,
        qualifier: Option<&str>,
        name: &str,
    ) -> (u64, u64, String) {
        let mut place = None;
        let same = |ident: &Ident, text: &str| ident.value.eq_ignore_ascii_case(text);
        let _ = visit_expressions(&self.original, |expr: &Expr| {
            let found = match expr {
                Expr::Identifier(ident) if qualifier.is_none() && same(ident, name) => {
                    Some(ident.value.clone())
                }
                Expr::CompoundIdentifier(parts) if parts.iter().any(|p| same(p, name)) => {
                    let matches = match qualifier {
                        Some(table) => parts.iter().any(|p| same(p, table)),
                        None => true,
                    };
                    let text: Vec<&str> = parts.iter().map(|p| p.value.as_str()).collect();
                    matches.then(|| text.join("."))
                }
                _ => None,
            };
            if let Some(text) = found {
                let start = expr.span().start;
                place = Some((start.line.max(1), start.column.max(1), text));
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        place.unwrap_or_else(|| {
            (
                1,
                1,
                qualifier.map_or_else(|| name.to_owned(), |q| format!("{q}.{name}")),
            )
        })
    }

    /// Returns where a function is called.
    pub(crate) fn place_of_function(&self, name: &str) -> (u64, u64) {
        let mut place = None;
        let _ = visit_expressions(&self.original, |expr: &Expr| match expr {
            Expr::Function(f) if f.name.to_string().eq_ignore_ascii_case(name) => {
                let start = f.name.span().start;
                place = Some((start.line.max(1), start.column.max(1)));
                ControlFlow::Break(())
            }
            _ => ControlFlow::<()>::Continue(()),
        });
        place.unwrap_or((1, 1))
    }
}
