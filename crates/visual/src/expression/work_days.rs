//! Work days: Monday to Friday, with no holidays. Times of day count for nothing.

use super::{
    Code, Compiler, ErrorKind, ExpressionError, Kind, Node, Tree,
    functions::Compiled,
    lexer::{Token, tokens},
    time::as_timestamp,
};

/// How an error names the function, what it wants, and the test for each argument.
type Syntax = (&'static str, &'static str, &'static [fn(Kind) -> bool]);

const IS_WORK_DAY: Syntax = ("isWorkDay", "Date", &[is_date]);
const ADD_WORK_DAYS: Syntax = ("addWorkDays", "Date, Integer", &[is_date, is_integer]);
const NET_WORK_DAYS: Syntax = ("netWorkDays", "Date, Date", &[is_date, is_date]);

fn is_date(kind: Kind) -> bool {
    kind == Kind::Date
}

fn is_integer(kind: Kind) -> bool {
    kind == Kind::Integer
}

impl Compiler<'_> {
    pub(super) fn work_days(&mut self, at: usize, f: &str, args: &[Node]) -> Compiled {
        let syntax = match f {
            "isworkday" => IS_WORK_DAY,
            "addworkdays" => ADD_WORK_DAYS,
            _ => NET_WORK_DAYS,
        };
        let (name, _, wanted) = syntax;
        self.count(at, name, args, wanted.len(), wanted.len())?;
        if let Some(null) = args.iter().find(|arg| arg.tree == Tree::Null) {
            return Err(self.error(null.at, ErrorKind::NullArgument));
        }
        let (codes, stage) = self.all(at, args)?;
        if !codes.iter().zip(wanted).all(|(code, fits)| fits(code.kind)) {
            return Err(self.wrong_types(at, syntax, &codes));
        }
        let date = as_timestamp(&codes[0]);
        Ok(match codes.get(1) {
            None => Code::new(is_work_day(&date), Kind::Integer, stage),
            Some(days) if days.kind == Kind::Integer => {
                Code::new(added(&date, &days.sql), Kind::Date, stage)
            }
            Some(end) => Code::new(between(&date, &as_timestamp(end)), Kind::Integer, stage),
        })
    }

    fn wrong_types(&self, at: usize, syntax: Syntax, codes: &[Code]) -> ExpressionError {
        let (function, expected, _) = syntax;
        let found: Vec<&str> = codes.iter().map(|code| type_name(code.kind)).collect();
        let kind = ErrorKind::Types {
            call: self.call_text(at),
            function,
            found: found.join(", "),
            expected,
        };
        self.error(at, kind)
    }

    /// Returns the text of the call that begins there.
    fn call_text(&self, at: usize) -> String {
        let mut depth = 0_usize;
        for (offset, token) in tokens(&self.text).unwrap_or_default() {
            match token {
                Token::Sign("(") if offset > at => depth += 1,
                Token::Sign(")") if depth == 1 => {
                    return self.text.get(at..=offset).unwrap_or("").to_owned();
                }
                Token::Sign(")") => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        String::new()
    }
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Null => "String",
        Kind::Integer | Kind::Decimal => "Number",
        Kind::Date => "Date",
        Kind::Bool => "Boolean",
    }
}

fn is_work_day(date: &str) -> String {
    format!("(CASE WHEN day_of_week({date}) < 6 THEN 1 WHEN {date} IS NOT NULL THEN 0 END)")
}

/// The work days from one date to another, both of them among these; backwards they are negative.
fn between(start: &str, end: &str) -> String {
    let weeks = format!("date_diff('day', date_trunc('week', {start}), date_trunc('week', {end}))");
    // Of a date's week: the work days before it, and those up to it.
    let before = |date: &str| format!("least(day_of_week({date}) - 1, 5)");
    let until = |date: &str| format!("least(day_of_week({date}), 5)");
    format!(
        "({weeks} / 7 * 5 + CASE WHEN date_trunc('day', {start}) <= date_trunc('day', {end}) THEN {} - {} ELSE {} - {} END)",
        until(end),
        before(start),
        before(end),
        until(start),
    )
}

/// The date so many work days later. From a weekend one counts from Friday on, and from Monday back.
fn added(date: &str, days: &str) -> String {
    let moved = |last: &str| {
        // Which work day it is, from 0, the Monday of the date's week.
        let place = format!("(least(day_of_week({date}) - 1, {last}) + {days})");
        let weekends = format!("CAST(floor(CAST({place} AS double) / 5) AS bigint)");
        format!("date_add('day', {place} + 2 * {weekends}, date_trunc('week', {date}))")
    };
    let same = format!("date_trunc('day', {date})");
    let literal = days.trim_start_matches('(').trim_end_matches(')');
    match literal.parse::<i64>() {
        Ok(0) => same,
        Ok(n) if n > 0 => moved("4"),
        Ok(_) => moved("5"),
        Err(_) => format!(
            "(CASE WHEN {days} = 0 THEN {same} ELSE {} END)",
            moved(&format!("CASE WHEN {days} > 0 THEN 4 ELSE 5 END"))
        ),
    }
}
