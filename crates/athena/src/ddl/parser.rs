//! The cursor over tokens, and the router.

use super::{
    alter,
    ast::{Ctas, Insert, Statement, TableName, Unload},
    create,
    lexer::{Kind, Position, SyntaxError, Token, position, tokens},
    show,
};

/// How deep types may nest: `array<array<…>>`.
pub(super) const TYPE_DEPTH: usize = 64;

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    tokens: Vec<Token>,
    at: usize,
}

pub(super) type Parsed<T> = Result<T, SyntaxError>;

/// Reads one statement; a semicolon may end it.
///
/// **Errors**: text that is no statement, or two of them, in Athena's words.
pub fn parse(text: &str) -> Result<Statement, SyntaxError> {
    let mut parser = Parser {
        text,
        tokens: tokens(text)?,
        at: 0,
    };
    let statement = parser.statement()?;
    parser.take_sign(";");
    match parser.peek() {
        Kind::End => Ok(statement),
        _ => {
            let place = parser.place();
            let message = format!("mismatched input '{}'. Expecting: <EOF>", parser.source());
            Err(SyntaxError {
                at: place,
                message: one_statement(&parser).unwrap_or(message),
            })
        }
    }
}

fn one_statement(parser: &Parser<'_>) -> Option<String> {
    let before = parser.tokens.get(parser.at.checked_sub(1)?)?;
    (before.kind == Kind::Sign(";")).then(|| "Only one sql statement is allowed.".to_owned())
}

impl<'a> Parser<'a> {
    fn statement(&mut self) -> Parsed<Statement> {
        let verb = match self.peek() {
            Kind::Word(word) => word.to_ascii_lowercase(),
            Kind::Sign("(") => return Ok(Statement::Query(self.rest())),
            _ => return Err(self.mismatch("a statement")),
        };
        match verb.as_str() {
            "select" | "with" | "values" | "table" => Ok(Statement::Query(self.rest())),
            "explain" => self.explain(),
            "create" => create::create(self),
            "drop" => create::drop(self).map(Statement::Ddl),
            "alter" => alter::alter(self).map(Statement::Ddl),
            "msck" => alter::repair(self).map(Statement::Ddl),
            "show" => show::show(self).map(Statement::Ddl),
            "describe" | "desc" => show::describe(self).map(Statement::Ddl),
            "insert" => self.insert(),
            "unload" => self.unload(),
            "prepare" => self.prepare(),
            "execute" => self.execute(),
            "deallocate" => {
                self.next();
                self.expect("prepare")?;
                Ok(Statement::Deallocate { name: self.name()? })
            }
            "delete" => Ok(self.unsupported("DELETE")),
            "update" => Ok(self.unsupported("UPDATE")),
            "merge" => Ok(self.unsupported("MERGE INTO")),
            "vacuum" => Ok(self.unsupported("VACUUM")),
            "optimize" => Ok(self.unsupported("OPTIMIZE")),
            _ => Err(self.mismatch(
                "'ALTER', 'CREATE', 'DEALLOCATE', 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'INSERT', \
                 'MSCK', 'PREPARE', 'SELECT', 'SHOW', 'TABLE', 'UNLOAD', 'VALUES', 'WITH'",
            )),
        }
    }

    fn unsupported(&mut self, what: &'static str) -> Statement {
        self.rest();
        Statement::Unsupported { what }
    }

    fn explain(&mut self) -> Parsed<Statement> {
        self.next();
        let analyze = self.take("analyze");
        self.take("verbose");
        if self.take_sign("(") {
            while !matches!(self.peek(), Kind::Sign(")") | Kind::End) {
                self.next();
            }
            self.expect_sign(")")?;
        }
        match self.word().as_deref() {
            Some("select" | "with" | "values" | "table") => Ok(Statement::Explain {
                analyze,
                query: self.rest(),
            }),
            _ => Err(self.mismatch("a query")),
        }
    }

    fn insert(&mut self) -> Parsed<Statement> {
        self.next();
        self.expect("into")?;
        self.take("table");
        let table = self.table_name()?;
        let mut columns = Vec::new();
        if *self.peek() == Kind::Sign("(") && !self.query_follows(1) {
            self.next();
            columns = self.list(Self::name)?;
            self.expect_sign(")")?;
        }
        if matches!(self.peek(), Kind::End) {
            return Err(self.mismatch("a query"));
        }
        Ok(Statement::Insert(Insert {
            table,
            columns,
            query: self.rest(),
        }))
    }

    /// `CREATE TABLE name [WITH (…)] AS query [WITH [NO] DATA]`, from after the name.
    pub(super) fn ctas(&mut self, table: TableName, if_not_exists: bool) -> Parsed<Statement> {
        let properties = if self.take("with") {
            self.with_properties()?
        } else {
            Vec::new()
        };
        self.expect("as")?;
        if matches!(self.peek(), Kind::End) {
            return Err(self.mismatch("a query"));
        }
        let mut query = self.rest();
        let mut with_data = true;
        let lower = query.to_ascii_lowercase();
        let words: Vec<&str> = lower.split_whitespace().rev().take(3).collect();
        let tail = match words.as_slice() {
            ["data", "no", "with"] => Some(false),
            ["data", "with", ..] => Some(true),
            _ => None,
        };
        if let Some(data) = tail {
            with_data = data;
            query.truncate(lower.rfind("with").unwrap_or(query.len()));
        }
        Ok(Statement::Ctas(Ctas {
            table,
            if_not_exists,
            properties,
            query: query.trim_end().to_owned(),
            with_data,
        }))
    }

    fn unload(&mut self) -> Parsed<Statement> {
        self.next();
        let open = self.tokens[self.at].end;
        self.expect_sign("(")?;
        let mut depth = 1;
        while depth > 0 {
            match self.peek() {
                Kind::Sign("(") => depth += 1,
                Kind::Sign(")") => depth -= 1,
                Kind::End => return Err(self.mismatch("')'")),
                _ => {}
            }
            self.next();
        }
        let close = self.tokens[self.at - 1].start;
        let query = self.text[open..close].trim().to_owned();
        self.expect("to")?;
        let location = self.string()?;
        let properties = if self.take("with") {
            self.with_properties()?
        } else {
            Vec::new()
        };
        Ok(Statement::Unload(Unload {
            query,
            location,
            properties,
        }))
    }

    fn prepare(&mut self) -> Parsed<Statement> {
        self.next();
        let name = self.name()?;
        self.expect("from")?;
        if matches!(self.peek(), Kind::End) {
            return Err(self.mismatch("a statement"));
        }
        Ok(Statement::Prepare {
            name,
            query: self.rest(),
        })
    }

    fn execute(&mut self) -> Parsed<Statement> {
        self.next();
        let name = self.name()?;
        let mut values = Vec::new();
        if self.take("using") {
            values = split_values(&self.rest());
        }
        Ok(Statement::Execute { name, values })
    }

    /// `(key = value, …)` of CTAS and UNLOAD: strings, numbers, words, `ARRAY[…]`.
    fn with_properties(&mut self) -> Parsed<Vec<(String, Vec<String>)>> {
        self.expect_sign("(")?;
        let found = self.list(|p| {
            let key = p.name()?;
            p.expect_sign("=")?;
            if !p.take("array") {
                return Ok((key, vec![p.literal()?]));
            }
            p.expect_sign("[")?;
            let values = if *p.peek() == Kind::Sign("]") {
                Vec::new()
            } else {
                p.list(Self::literal)?
            };
            p.expect_sign("]")?;
            Ok((key, values))
        })?;
        self.expect_sign(")")?;
        Ok(found)
    }

    fn query_follows(&self, ahead: usize) -> bool {
        let mut i = self.at + ahead;
        while self
            .tokens
            .get(i)
            .is_some_and(|t| t.kind == Kind::Sign("("))
        {
            i += 1;
        }
        self.tokens.get(i).is_some_and(|t| match &t.kind {
            Kind::Word(w) => ["select", "with", "values", "table"]
                .iter()
                .any(|k| w.eq_ignore_ascii_case(k)),
            _ => false,
        })
    }

    pub(super) fn peek(&self) -> &Kind {
        &self.tokens[self.at].kind
    }

    pub(super) fn next(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    pub(super) fn place(&self) -> Position {
        position(self.text, self.tokens[self.at].start)
    }

    /// The current token as written.
    pub(super) fn source(&self) -> &'a str {
        let token = &self.tokens[self.at];
        match token.kind {
            Kind::End => "<EOF>",
            _ => &self.text[token.start..token.end],
        }
    }

    pub(super) fn mismatch(&self, expecting: &str) -> SyntaxError {
        let message = format!(
            "mismatched input '{}'. Expecting: {expecting}",
            self.source()
        );
        SyntaxError {
            at: self.place(),
            message,
        }
    }

    /// The current word in lower case, if it is one.
    pub(super) fn word(&self) -> Option<String> {
        match self.peek() {
            Kind::Word(word) => Some(word.to_ascii_lowercase()),
            _ => None,
        }
    }

    pub(super) fn take(&mut self, keyword: &str) -> bool {
        let found = matches!(self.peek(), Kind::Word(word) if word.eq_ignore_ascii_case(keyword));
        if found {
            self.next();
        }
        found
    }

    pub(super) fn expect(&mut self, keyword: &str) -> Parsed<()> {
        match self.take(keyword) {
            true => Ok(()),
            false => Err(self.mismatch(&format!("'{}'", keyword.to_ascii_uppercase()))),
        }
    }

    pub(super) fn take_sign(&mut self, sign: &'static str) -> bool {
        let found = *self.peek() == Kind::Sign(sign);
        if found {
            self.next();
        }
        found
    }

    pub(super) fn expect_sign(&mut self, sign: &'static str) -> Parsed<()> {
        match self.take_sign(sign) {
            true => Ok(()),
            false => Err(self.mismatch(&format!("'{sign}'"))),
        }
    }

    pub(super) fn if_exists(&mut self) -> Parsed<bool> {
        let found = self.take("if");
        if found {
            self.expect("exists")?;
        }
        Ok(found)
    }

    pub(super) fn if_not_exists(&mut self) -> Parsed<bool> {
        let found = self.take("if");
        if found {
            self.expect("not")?;
            self.expect("exists")?;
        }
        Ok(found)
    }

    /// A name, quoted or not, in lower case.
    pub(super) fn name(&mut self) -> Parsed<String> {
        let name = match self.peek() {
            Kind::Word(name) | Kind::Quoted(name) if !name.is_empty() => name.to_lowercase(),
            Kind::Number(name) => name.clone(),
            _ => return Err(self.mismatch("<identifier>")),
        };
        self.next();
        Ok(name)
    }

    /// `[[catalog.]database.]table`; `` `database.table` `` in one pair of backticks too.
    pub(super) fn table_name(&mut self) -> Parsed<TableName> {
        let mut parts = vec![self.name()?];
        while self.take_sign(".") {
            parts.push(self.name()?);
        }
        if let [only] = parts.as_slice()
            && let Some((database, name)) = only.split_once('.')
        {
            return Ok(TableName {
                database: Some(database.to_owned()),
                name: name.to_owned(),
            });
        }
        if parts.len() > 3 {
            return Err(self.mismatch("[catalog.][database.]table"));
        }
        let name = parts.pop().unwrap_or_default();
        Ok(TableName {
            database: parts.pop(),
            name,
        })
    }

    pub(super) fn string(&mut self) -> Parsed<String> {
        let value = match self.peek() {
            Kind::Text(value) => value.clone(),
            _ => return Err(self.mismatch("<string>")),
        };
        self.next();
        Ok(value)
    }

    pub(super) fn number(&mut self) -> Parsed<i64> {
        let value = match self.peek() {
            Kind::Number(digits) => digits.parse().map_err(|_| self.mismatch("<integer>"))?,
            _ => return Err(self.mismatch("<integer>")),
        };
        self.next();
        Ok(value)
    }

    /// A string, a number (a sign and a fraction included) or a bare word.
    pub(super) fn literal(&mut self) -> Parsed<String> {
        let minus = self.take_sign("-");
        let mut value = match self.peek() {
            Kind::Text(value) if !minus => value.clone(),
            Kind::Word(value) if !minus => value.clone(),
            Kind::Number(value) => value.clone(),
            _ => return Err(self.mismatch("<literal>")),
        };
        let number = matches!(self.peek(), Kind::Number(_));
        self.next();
        if number && *self.peek() == Kind::Sign(".") {
            self.next();
            if let Kind::Number(fraction) = self.peek() {
                value = format!("{value}.{fraction}");
                self.next();
            }
        }
        Ok(if minus { format!("-{value}") } else { value })
    }

    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut found = vec![item(self)?];
        while self.take_sign(",") {
            found.push(item(self)?);
        }
        Ok(found)
    }

    /// `('key' = 'value', …)`.
    pub(super) fn string_properties(&mut self) -> Parsed<Vec<(String, String)>> {
        self.expect_sign("(")?;
        let found = self.list(|p| {
            let key = match p.peek() {
                Kind::Text(_) => p.string()?,
                _ => p.name()?,
            };
            p.expect_sign("=")?;
            Ok((key, p.literal()?))
        })?;
        self.expect_sign(")")?;
        Ok(found)
    }

    /// The text from the current token to the end, a last semicolon left out.
    pub(super) fn rest(&mut self) -> String {
        let start = self.tokens[self.at].start;
        let last = self.tokens.len() - 1;
        let mut end = last;
        while end > self.at && self.tokens[end - 1].kind == Kind::Sign(";") {
            end -= 1;
        }
        self.at = last;
        match end.checked_sub(1).and_then(|i| self.tokens.get(i)) {
            Some(token) if token.end > start => self.text[start..token.end].to_owned(),
            _ => String::new(),
        }
    }
}

/// Splits `1, 'a,b', f(x, y)` at the commas on its own level.
fn split_values(text: &str) -> Vec<String> {
    let Ok(found) = tokens(text) else {
        return vec![text.to_owned()];
    };
    let (mut depth, mut start, mut values) = (0, 0, Vec::new());
    for token in &found {
        match token.kind {
            Kind::Sign("(" | "[") => depth += 1,
            Kind::Sign(")" | "]") => depth -= 1,
            Kind::Sign(",") if depth == 0 => {
                values.push(text[start..token.start].trim().to_owned());
                start = token.end;
            }
            Kind::End => values.push(text[start..].trim().to_owned()),
            _ => {}
        }
    }
    values
}
