//! Top-down operator precedence.

use std::sync::Arc;

use super::{
    lexer::{Lexer, Token},
    raw::{Raw, RawKind},
};
use crate::{Error, signature::Signature};

/// How deep expressions may nest: far more than people write, far less than the stack holds.
const MAX_DEPTH: usize = 500;

pub(super) fn parse(text: &str) -> Result<Raw, Error> {
    let mut parser = Parser {
        lexer: Lexer::new(text),
        token: Token::End,
        position: 0,
        depth: 0,
    };
    parser.advance(false)?;
    let expression = parser.expression(0)?;
    if matches!(parser.token, Token::End) {
        Ok(expression)
    } else {
        Err(Error::at("S0201", parser.position).token(parser.token.text()))
    }
}

struct Parser {
    lexer: Lexer,
    token: Token,
    position: usize,
    depth: usize,
}

fn binding_power(token: &Token) -> u8 {
    match token {
        Token::Operator(op) => match *op {
            "[" | "(" | "@" | "#" => 80,
            "." => 75,
            "{" => 70,
            "*" | "/" | "%" => 60,
            "+" | "-" | "&" => 50,
            "=" | "<" | ">" | "!=" | "<=" | ">=" | "^" | "~>" | "in" => 40,
            "and" => 30,
            "or" => 25,
            "?" => 20,
            ":=" => 10,
            _ => 0,
        },
        _ => 0,
    }
}

impl Parser {
    fn advance(&mut self, infix: bool) -> Result<(), Error> {
        (self.token, self.position) = self.lexer.next(infix)?;
        if let Token::Operator(op @ ("!" | "~")) = self.token {
            return Err(Error::at("S0204", self.position).token(op));
        }
        Ok(())
    }

    fn is(&self, op: &str) -> bool {
        matches!(self.token, Token::Operator(found) if found == op)
    }

    fn expect(&mut self, op: &'static str, infix: bool) -> Result<(), Error> {
        if !self.is(op) {
            let code = if matches!(self.token, Token::End) {
                "S0203"
            } else {
                "S0202"
            };
            let error = Error::at(code, self.position).token(self.token.text());
            return Err(error.field("value", crate::json::quote(op)));
        }
        self.advance(infix)
    }

    fn expression(&mut self, power: u8) -> Result<Raw, Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::at("U1001", self.position));
        }
        let (token, position) = (self.token.clone(), self.position);
        self.advance(true)?;
        let kind = self.prefix(token, position)?;
        let mut left = Raw {
            kind,
            position,
            keep_array: false,
        };
        let mut chain = self.depth;
        while power < binding_power(&self.token) {
            let Token::Operator(op) = self.token else {
                break;
            };
            // Each operator puts what is left of it one level deeper.
            chain += 1;
            if chain > MAX_DEPTH {
                return Err(Error::at("U1001", self.position));
            }
            let position = self.position;
            self.advance(false)?;
            left = self.infix(op, position, left)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn prefix(&mut self, token: Token, position: usize) -> Result<RawKind, Error> {
        Ok(match token {
            Token::End => RawKind::End,
            Token::Name(name) => RawKind::Name(name),
            Token::Variable(name) => RawKind::Variable(name),
            Token::String(text) => RawKind::String(text),
            Token::Number(n) => RawKind::Number(n),
            Token::Bool(b) => RawKind::Bool(b),
            Token::Null => RawKind::Null,
            Token::Regex(regex, source) => RawKind::Regex(regex, source),
            Token::Operator(op) => match op {
                "and" | "or" | "in" => RawKind::Name(op.into()),
                "-" => RawKind::Negate(Box::new(self.expression(70)?)),
                "*" => RawKind::Wildcard,
                "**" => RawKind::Descendant,
                "%" => RawKind::Parent,
                "(" => self.block()?,
                "[" => self.array()?,
                "{" => RawKind::Object(self.pairs()?),
                "|" => self.transform()?,
                other => return Err(Error::at("S0211", position).token(other)),
            },
        })
    }

    fn infix(&mut self, op: &'static str, position: usize, left: Raw) -> Result<Raw, Error> {
        let kind = match op {
            "(" => self.call(left)?,
            "[" => return self.predicate(position, left),
            "{" => RawKind::Group(Box::new(left), self.pairs()?),
            "^" => self.sort(left)?,
            "?" => {
                let then = self.expression(0)?;
                let otherwise = if self.is(":") {
                    self.advance(false)?;
                    Some(Box::new(self.expression(0)?))
                } else {
                    None
                };
                RawKind::Condition(Box::new(left), Box::new(then), otherwise)
            }
            ":=" => {
                if !matches!(left.kind, RawKind::Variable(_)) {
                    return Err(Error::at("S0212", left.position).token(left.token()));
                }
                RawKind::Infix(op, Box::new(left), Box::new(self.expression(9)?))
            }
            "@" | "#" => {
                let right = self.expression(80)?;
                if !matches!(right.kind, RawKind::Variable(_)) {
                    return Err(Error::at("S0214", right.position).token(op));
                }
                RawKind::Infix(op, Box::new(left), Box::new(right))
            }
            _ => {
                let power = binding_power(&Token::Operator(op));
                RawKind::Infix(op, Box::new(left), Box::new(self.expression(power)?))
            }
        };
        Ok(Raw {
            kind,
            position,
            keep_array: false,
        })
    }

    fn block(&mut self) -> Result<RawKind, Error> {
        let mut expressions = Vec::new();
        while !self.is(")") {
            expressions.push(self.expression(0)?);
            if !self.is(";") {
                break;
            }
            self.advance(false)?;
        }
        self.expect(")", true)?;
        Ok(RawKind::Block(expressions))
    }

    fn array(&mut self) -> Result<RawKind, Error> {
        let mut items = Vec::new();
        if !self.is("]") {
            loop {
                let mut item = self.expression(0)?;
                if self.is("..") {
                    let position = self.position;
                    self.advance(false)?;
                    let right = self.expression(0)?;
                    let kind = RawKind::Infix("..", Box::new(item), Box::new(right));
                    item = Raw {
                        kind,
                        position,
                        keep_array: false,
                    };
                }
                items.push(item);
                if !self.is(",") {
                    break;
                }
                self.advance(false)?;
            }
        }
        self.expect("]", true)?;
        Ok(RawKind::Array(items))
    }

    fn pairs(&mut self) -> Result<Vec<(Raw, Raw)>, Error> {
        let mut pairs = Vec::new();
        if !self.is("}") {
            loop {
                let key = self.expression(0)?;
                self.expect(":", false)?;
                pairs.push((key, self.expression(0)?));
                if !self.is(",") {
                    break;
                }
                self.advance(false)?;
            }
        }
        self.expect("}", true)?;
        Ok(pairs)
    }

    fn transform(&mut self) -> Result<RawKind, Error> {
        let pattern = Box::new(self.expression(0)?);
        self.expect("|", false)?;
        let update = Box::new(self.expression(0)?);
        let delete = if self.is(",") {
            self.advance(false)?;
            Some(Box::new(self.expression(0)?))
        } else {
            None
        };
        self.expect("|", false)?;
        Ok(RawKind::Transform(pattern, update, delete))
    }

    fn predicate(&mut self, position: usize, mut left: Raw) -> Result<Raw, Error> {
        if self.is("]") {
            let mut step = &mut left;
            while let RawKind::Infix("[", inner, _) = &mut step.kind {
                step = inner;
            }
            step.keep_array = true;
            self.advance(false)?;
            return Ok(left);
        }
        let right = self.expression(0)?;
        self.expect("]", true)?;
        Ok(Raw {
            kind: RawKind::Infix("[", Box::new(left), Box::new(right)),
            position,
            keep_array: false,
        })
    }

    fn sort(&mut self, left: Raw) -> Result<RawKind, Error> {
        self.expect("(", false)?;
        let mut terms = Vec::new();
        loop {
            let descending = self.is(">");
            if descending || self.is("<") {
                self.advance(false)?;
            }
            terms.push((descending, self.expression(0)?));
            if !self.is(",") {
                break;
            }
            self.advance(false)?;
        }
        self.expect(")", false)?;
        Ok(RawKind::Sort(Box::new(left), terms))
    }

    fn call(&mut self, procedure: Raw) -> Result<RawKind, Error> {
        let (mut arguments, mut partial) = (Vec::new(), false);
        if !self.is(")") {
            loop {
                if self.is("?") {
                    partial = true;
                    arguments.push(Raw {
                        kind: RawKind::Hole,
                        position: self.position,
                        keep_array: false,
                    });
                    self.advance(false)?;
                } else {
                    arguments.push(self.expression(0)?);
                }
                if !self.is(",") {
                    break;
                }
                self.advance(false)?;
            }
        }
        self.expect(")", true)?;
        match &procedure.kind {
            RawKind::Name(name) if name == "function" || name == "λ" => self.lambda(arguments),
            _ => Ok(RawKind::Call {
                procedure: Box::new(procedure),
                arguments,
                partial,
            }),
        }
    }

    fn lambda(&mut self, arguments: Vec<Raw>) -> Result<RawKind, Error> {
        let mut parameters = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.into_iter().enumerate() {
            match argument.kind {
                RawKind::Variable(name) => parameters.push(name),
                _ => {
                    let error = Error::at("S0208", argument.position).token(argument.token());
                    return Err(error.field("value", (index + 1).to_string()));
                }
            }
        }
        let signature = if self.is("<") {
            Some(self.signature()?)
        } else {
            None
        };
        self.expect("{", false)?;
        let body = Box::new(self.expression(0)?);
        self.expect("}", false)?;
        Ok(RawKind::Lambda {
            parameters,
            signature,
            body,
        })
    }

    fn signature(&mut self) -> Result<Arc<Signature>, Error> {
        let start = self.position;
        let (mut depth, mut text) = (1, String::from("<"));
        while depth > 0 && !self.is("{") && !matches!(self.token, Token::End) {
            self.advance(false)?;
            if self.is(">") {
                depth -= 1;
            } else if self.is("<") {
                depth += 1;
            }
            text.push_str(&self.token.text());
        }
        self.expect(">", false)?;
        Signature::parse(&text).map(Arc::new).map_err(|mut error| {
            error.position = Some(start + error.position.unwrap_or_default());
            error
        })
    }
}
