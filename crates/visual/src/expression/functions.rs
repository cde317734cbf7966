//! The functions on one row.

use super::{
    Code, Compiler, ErrorKind, ExpressionError, Kind, Node, Stage, Tree,
    time::{as_timestamp, text_of_date},
};
use crate::{moment::truncated_sql, sql};

pub(super) type Compiled = Result<Code, ExpressionError>;

fn is_text(kind: Kind) -> bool {
    kind == Kind::Text
}

fn is_date(kind: Kind) -> bool {
    kind == Kind::Date
}

pub(super) fn is_number(kind: Kind) -> bool {
    kind.is_number()
}

fn any(_: Kind) -> bool {
    true
}

/// What an argument must be: how an error names it, and the test.
pub(super) type Wanted = (&'static str, fn(Kind) -> bool);

const TEXT: Wanted = ("a string", is_text);
const NUMBER: Wanted = ("a number", is_number);
pub(super) const DATE: Wanted = ("a date", is_date);
const ANY: Wanted = ("a value", any);

impl Compiler<'_> {
    pub(super) fn call(&mut self, at: usize, name: &str, args: &[Node]) -> Compiled {
        let lower = name.to_ascii_lowercase();
        if let Some(code) = self.scalar(at, &lower, args)? {
            return Ok(code);
        }
        if let Some(code) = self.aggregation(at, &lower, args)? {
            return Ok(code);
        }
        if let Some(code) = self.table(at, &lower, args)? {
            return Ok(code);
        }
        Err(self.error(at, ErrorKind::Function(name.to_owned())))
    }

    pub(super) fn count(
        &self,
        at: usize,
        function: &str,
        args: &[Node],
        least: usize,
        most: usize,
    ) -> Result<(), ExpressionError> {
        if (least..=most).contains(&args.len()) {
            return Ok(());
        }
        let expected = match (least, most) {
            (a, b) if a == b => a.to_string(),
            (a, usize::MAX) => format!("at least {a}"),
            (a, b) => format!("{a} to {b}"),
        };
        Err(self.error(
            at,
            ErrorKind::Arguments {
                function: function.to_owned(),
                expected,
                found: args.len(),
            },
        ))
    }

    /// Compiles arguments of given types and brings them to one stage.
    pub(super) fn typed(
        &mut self,
        at: usize,
        function: &str,
        args: &[Node],
        wanted: &[Wanted],
    ) -> Result<(Vec<String>, Vec<Kind>, Stage), ExpressionError> {
        self.count(at, function, args, wanted.len(), wanted.len())?;
        let mut codes = Vec::with_capacity(args.len());
        for (node, (expected, fits)) in args.iter().zip(wanted) {
            let code = self.node(node)?;
            self.expect(node.at, function, expected, &code, fits)?;
            codes.push(code);
        }
        let stage = self.join(at, &mut codes)?;
        let kinds = codes.iter().map(|c| c.kind).collect();
        let texts = codes
            .iter()
            .zip(wanted)
            .map(|(c, w)| {
                if w.0 == DATE.0 {
                    as_timestamp(c)
                } else {
                    c.sql.clone()
                }
            })
            .collect();
        Ok((texts, kinds, stage))
    }

    /// Brings values to one type, which a `CASE` of them has.
    fn one_kind(
        &self,
        at: usize,
        function: &str,
        codes: &[&Code],
    ) -> Result<Kind, ExpressionError> {
        let mut kind = Kind::Null;
        for code in codes {
            kind = kind.with(code.kind).ok_or_else(|| {
                self.error(
                    at,
                    ErrorKind::Type {
                        function: function.to_owned(),
                        expected: "values of one type",
                        found: code.kind.name(),
                    },
                )
            })?;
        }
        Ok(kind)
    }

    fn scalar(
        &mut self,
        at: usize,
        f: &str,
        args: &[Node],
    ) -> Result<Option<Code>, ExpressionError> {
        let simple = |kind: Kind, wanted: &'static [Wanted], shape: &'static str| {
            Some((kind, wanted, shape))
        };
        // `{0}`, `{1}` … stand for the arguments.
        let found = match (f, args.len()) {
            ("abs", _) => simple(Kind::Decimal, &[NUMBER], "abs({0})"),
            ("ceil", _) => simple(Kind::Integer, &[NUMBER], "CAST(ceil({0}) AS bigint)"),
            ("floor", _) => simple(Kind::Integer, &[NUMBER], "CAST(floor({0}) AS bigint)"),
            ("exp", _) => simple(Kind::Decimal, &[NUMBER], "exp({0})"),
            ("ln", _) => simple(Kind::Decimal, &[NUMBER], "ln({0})"),
            ("log", _) => simple(Kind::Decimal, &[NUMBER], "log10({0})"),
            ("sqrt", _) => simple(Kind::Decimal, &[NUMBER], "sqrt({0})"),
            ("mod", _) => simple(Kind::Decimal, &[NUMBER, NUMBER], "mod({0}, NULLIF({1}, 0))"),
            ("round", 2) => simple(Kind::Decimal, &[NUMBER, NUMBER], "round({0}, {1})"),
            ("round", _) => simple(Kind::Decimal, &[NUMBER], "round({0})"),
            ("decimaltoint", _) => {
                simple(Kind::Integer, &[NUMBER], "CAST(truncate({0}) AS bigint)")
            }
            ("inttodecimal", _) => simple(Kind::Decimal, &[NUMBER], "CAST({0} AS double)"),
            ("parseint", _) => simple(Kind::Integer, &[TEXT], "TRY_CAST({0} AS bigint)"),
            ("parsedecimal", _) => simple(Kind::Decimal, &[TEXT], "TRY_CAST({0} AS double)"),
            ("tolower", _) => simple(Kind::Text, &[TEXT], "lower({0})"),
            ("toupper", _) => simple(Kind::Text, &[TEXT], "upper({0})"),
            ("trim", _) => simple(Kind::Text, &[TEXT], "trim({0})"),
            ("ltrim", _) => simple(Kind::Text, &[TEXT], "ltrim({0})"),
            ("rtrim", _) => simple(Kind::Text, &[TEXT], "rtrim({0})"),
            ("strlen", _) => simple(Kind::Integer, &[TEXT], "length({0})"),
            ("substring", _) => {
                simple(Kind::Text, &[TEXT, NUMBER, NUMBER], "substr({0}, {1}, {2})")
            }
            ("left", _) => simple(Kind::Text, &[TEXT, NUMBER], "substr({0}, 1, {1})"),
            ("right", _) => simple(
                Kind::Text,
                &[TEXT, NUMBER],
                "substr({0}, greatest(length({0}) - {1} + 1, 1))",
            ),
            ("replace", _) => simple(Kind::Text, &[TEXT, TEXT, TEXT], "replace({0}, {1}, {2})"),
            ("split", _) => simple(
                Kind::Text,
                &[TEXT, TEXT, NUMBER],
                "split_part({0}, {1}, {2})",
            ),
            ("parsejson", _) => simple(Kind::Text, &[TEXT, TEXT], "json_extract_scalar({0}, {1})"),
            ("locate", 2) => simple(Kind::Integer, &[TEXT, TEXT], "strpos({0}, {1})"),
            ("locate", _) => simple(
                Kind::Integer,
                &[TEXT, TEXT, NUMBER],
                "(CASE strpos(substr({0}, {2}), {1}) WHEN 0 THEN 0 ELSE strpos(substr({0}, {2}), {1}) + {2} - 1 END)",
            ),
            ("isnull", _) => simple(Kind::Bool, &[ANY], "({0} IS NULL)"),
            ("isnotnull", _) => simple(Kind::Bool, &[ANY], "({0} IS NOT NULL)"),
            ("epochdate", _) => simple(
                Kind::Date,
                &[NUMBER],
                "CAST(from_unixtime({0}) AS timestamp)",
            ),
            _ => None,
        };
        let Some((kind, wanted, shape)) = found else {
            return self.special(at, f, args);
        };
        let (texts, kinds, stage) = self.typed(at, f, args, wanted)?;
        let keeps = matches!(f, "abs" | "mod") && kinds.iter().all(|k| *k == Kind::Integer);
        let kind = if keeps { Kind::Integer } else { kind };
        Ok(Some(Code::new(filled(shape, &texts), kind, stage)))
    }

    /// The functions whose arguments are not all plain values.
    fn special(
        &mut self,
        at: usize,
        f: &str,
        args: &[Node],
    ) -> Result<Option<Code>, ExpressionError> {
        let code = match f {
            "now" => {
                self.count(at, f, args, 0, 0)?;
                Code::constant(sql::timestamp(self.now), Kind::Date)
            }
            "concat" => self.concat(at, args)?,
            "contains" | "startswith" | "endswith" => self.part_of(at, f, args)?,
            "coalesce" => {
                self.count(at, f, args, 1, usize::MAX)?;
                let (codes, stage) = self.all(at, args)?;
                let kind = self.one_kind(at, f, &codes.iter().collect::<Vec<_>>())?;
                Code::new(format!("coalesce({})", joined(&codes)), kind, stage)
            }
            "nullif" => {
                self.count(at, f, args, 2, 2)?;
                let (codes, stage) = self.all(at, args)?;
                self.one_kind(at, f, &codes.iter().collect::<Vec<_>>())?;
                Code::new(format!("nullif({})", joined(&codes)), codes[0].kind, stage)
            }
            "ifelse" => self.ifelse(at, args)?,
            "switch" => self.switch(at, args)?,
            "in" | "notin" => self.within(at, f, args)?,
            "adddatetime" => {
                self.count(at, f, args, 3, 3)?;
                let unit = self.period(f, &args[1])?;
                let pair = [args[0].clone(), args[2].clone()];
                let (texts, _, stage) = self.typed(at, f, &pair, &[NUMBER, DATE])?;
                let text = format!(
                    "date_add('{}', CAST({} AS bigint), {})",
                    unit.sql(),
                    texts[0],
                    texts[1]
                );
                Code::new(text, Kind::Date, stage)
            }
            "datediff" => {
                self.count(at, f, args, 2, 3)?;
                let unit = match args.get(2) {
                    Some(period) => self.period(f, period)?,
                    None => crate::moment::Granularity::Day,
                };
                let (texts, _, stage) = self.typed(at, f, &args[..2], &[DATE, DATE])?;
                let text = format!("date_diff('{}', {}, {})", unit.sql(), texts[0], texts[1]);
                Code::new(text, Kind::Integer, stage)
            }
            "truncdate" => {
                self.count(at, f, args, 2, 2)?;
                let unit = self.period(f, &args[0])?;
                let (texts, _, stage) = self.typed(at, f, &args[1..], &[DATE])?;
                Code::new(truncated_sql(unit, self.week, &texts[0]), Kind::Date, stage)
            }
            "extract" => {
                self.count(at, f, args, 2, 2)?;
                let (texts, _, stage) = self.typed(at, f, &args[1..], &[DATE])?;
                Code::new(self.extract(&args[0], &texts[0])?, Kind::Integer, stage)
            }
            "formatdate" => {
                self.count(at, f, args, 1, 2)?;
                let pattern = match args.get(1) {
                    Some(node) => self.literal(f, node)?.to_owned(),
                    None => "yyyy-MM-ddTHH:mm:ss:SSS".to_owned(),
                };
                let pattern = self.pattern(f, at, &pattern)?;
                let (texts, _, stage) = self.typed(at, f, &args[..1], &[DATE])?;
                Code::new(text_of_date(&texts[0], &pattern), Kind::Text, stage)
            }
            "parsedate" => self.parse_date(at, args)?,
            "tostring" => {
                self.count(at, f, args, 1, 1)?;
                let code = self.node(&args[0])?;
                Code::new(as_text(&code), Kind::Text, code.stage)
            }
            "isworkday" | "addworkdays" | "networkdays" => self.work_days(at, f, args)?,
            _ => return Ok(None),
        };
        Ok(Some(code))
    }

    pub(super) fn all(
        &mut self,
        at: usize,
        args: &[Node],
    ) -> Result<(Vec<Code>, Stage), ExpressionError> {
        let mut codes = args
            .iter()
            .map(|a| self.node(a))
            .collect::<Result<Vec<_>, _>>()?;
        let stage = self.join(at, &mut codes)?;
        Ok((codes, stage))
    }

    fn concat(&mut self, at: usize, args: &[Node]) -> Compiled {
        self.count(at, "concat", args, 1, usize::MAX)?;
        let (codes, stage) = self.all(at, args)?;
        let parts: Vec<String> = codes.iter().map(as_text).collect();
        let text = match parts.as_slice() {
            [one] => one.clone(),
            _ => format!("concat({})", parts.join(", ")),
        };
        Ok(Code::new(text, Kind::Text, stage))
    }

    fn part_of(&mut self, at: usize, f: &str, args: &[Node]) -> Compiled {
        self.count(at, f, args, 2, 3)?;
        let (mut texts, _, stage) = self.typed(at, f, &args[..2], &[TEXT, TEXT])?;
        if let Some(mode) = args.get(2) {
            let insensitive = match &mode.tree {
                Tree::Field(word) | Tree::Text(word) => match word.as_str() {
                    "CASE_INSENSITIVE" => Some(true),
                    "CASE_SENSITIVE" => Some(false),
                    _ => None,
                },
                _ => None,
            };
            let Some(insensitive) = insensitive else {
                return Err(self.unexpected(
                    mode.at,
                    "this argument",
                    "CASE_SENSITIVE or CASE_INSENSITIVE",
                ));
            };
            if insensitive {
                texts = texts.iter().map(|t| format!("lower({t})")).collect();
            }
        }
        let shape = match f {
            "contains" => "(strpos({0}, {1}) > 0)",
            "startswith" => "starts_with({0}, {1})",
            _ => "starts_with(reverse({0}), reverse({1}))",
        };
        Ok(Code::new(filled(shape, &texts), Kind::Bool, stage))
    }

    fn ifelse(&mut self, at: usize, args: &[Node]) -> Compiled {
        self.count(at, "ifelse", args, 3, usize::MAX)?;
        if args.len().is_multiple_of(2) {
            return Err(self.error(
                at,
                ErrorKind::Arguments {
                    function: "ifelse".into(),
                    expected: "an odd number of".into(),
                    found: args.len(),
                },
            ));
        }
        let mut codes = Vec::with_capacity(args.len());
        for (i, arg) in args.iter().enumerate() {
            let is_condition = i % 2 == 0 && i + 1 < args.len();
            codes.push(if is_condition {
                self.condition(arg, "ifelse")?
            } else {
                self.node(arg)?
            });
        }
        let stage = self.join(at, &mut codes)?;
        self.cases("ifelse", at, "CASE", &codes, stage)
    }

    fn switch(&mut self, at: usize, args: &[Node]) -> Compiled {
        self.count(at, "switch", args, 4, usize::MAX)?;
        if !args.len().is_multiple_of(2) {
            return Err(self.error(
                at,
                ErrorKind::Arguments {
                    function: "switch".into(),
                    expected: "an even number of".into(),
                    found: args.len(),
                },
            ));
        }
        let (codes, stage) = self.all(at, args)?;
        let labels: Vec<&Code> = codes[..codes.len() - 1]
            .iter()
            .enumerate()
            .filter(|(i, _)| *i == 0 || i % 2 == 1)
            .map(|(_, c)| c)
            .collect();
        self.one_kind(at, "switch", &labels)?;
        let head = format!("CASE {}", codes[0].sql);
        self.cases("switch", at, &head, &codes[1..], stage)
    }

    /// `WHEN a THEN b … ELSE c`.
    fn cases(&self, f: &str, at: usize, head: &str, codes: &[Code], stage: Stage) -> Compiled {
        let mut text = format!("({head}");
        let mut values = Vec::new();
        let mut pairs = codes.chunks_exact(2);
        for pair in pairs.by_ref() {
            text.push_str(&format!(" WHEN {} THEN {}", pair[0].sql, pair[1].sql));
            values.push(&pair[1]);
        }
        if let [last] = pairs.remainder() {
            text.push_str(&format!(" ELSE {}", last.sql));
            values.push(last);
        }
        text.push_str(" END)");
        let kind = self.one_kind(at, f, &values)?;
        Ok(Code::new(text, kind, stage))
    }

    fn within(&mut self, at: usize, f: &str, args: &[Node]) -> Compiled {
        self.count(at, f, args, 2, 2)?;
        let value = self.node(&args[0])?;
        let mut codes = vec![value];
        match &args[1].tree {
            Tree::List(items) => {
                for (item, _) in items {
                    codes.push(self.node(item)?);
                }
            }
            Tree::Parameter(name) => {
                let first = self.node(&args[1])?;
                let literals = self
                    .parameters
                    .get(name)
                    .map(|p| p.literals())
                    .unwrap_or_default();
                codes.extend(literals.into_iter().map(|l| Code::constant(l, first.kind)));
            }
            _ => return Err(self.unexpected(args[1].at, "this argument", "a list in brackets")),
        }
        let stage = self.join(at, &mut codes)?;
        self.one_kind(at, f, &codes.iter().collect::<Vec<_>>())?;
        let not = if f == "notin" { "NOT " } else { "" };
        let text = if codes.len() == 1 {
            // No value at all.
            if f == "notin" { "TRUE" } else { "FALSE" }.to_owned()
        } else {
            format!("({} {not}IN ({}))", codes[0].sql, joined(&codes[1..]))
        };
        Ok(Code::new(text, Kind::Bool, stage))
    }

    fn parse_date(&mut self, at: usize, args: &[Node]) -> Compiled {
        self.count(at, "parsedate", args, 1, 2)?;
        if let (Tree::Text(text), None) = (&args[0].tree, args.get(1))
            && let Some(moment) = crate::moment::parse(text)
        {
            return Ok(Code::constant(sql::timestamp(moment), Kind::Date));
        }
        let (texts, _, stage) = self.typed(at, "parseDate", &args[..1], &[TEXT])?;
        let text = match args.get(1) {
            Some(node) => {
                let pattern = self.literal("parseDate", node)?.to_owned();
                let pattern = self.pattern("parseDate", node.at, &pattern)?;
                // What does not conform to the format has no value.
                format!("try(date_parse({}, {}))", texts[0], sql::text(&pattern))
            }
            None => format!("TRY_CAST({} AS timestamp)", texts[0]),
        };
        Ok(Code::new(text, Kind::Date, stage))
    }
}

/// Returns a value as `toString` has it.
fn as_text(code: &Code) -> String {
    match code.kind {
        Kind::Text => code.sql.clone(),
        Kind::Date => text_of_date(&as_timestamp(code), "%Y-%m-%dT%H:%i:%s.%fZ"),
        _ => format!("CAST({} AS varchar)", code.sql),
    }
}

fn joined(codes: &[Code]) -> String {
    codes
        .iter()
        .map(|c| c.sql.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Puts arguments in the places of a shape.
fn filled(shape: &str, texts: &[String]) -> String {
    let mut made = String::new();
    let mut rest = shape;
    while let Some(at) = rest.find('{') {
        made.push_str(&rest[..at]);
        let place = rest[at + 1..]
            .chars()
            .next()
            .and_then(|c| c.to_digit(10))
            .and_then(|d| usize::try_from(d).ok());
        made.push_str(place.and_then(|i| texts.get(i)).map_or("", String::as_str));
        rest = rest.get(at + 3..).unwrap_or("");
    }
    made.push_str(rest);
    made
}
