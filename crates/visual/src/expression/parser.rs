//! From tokens to a tree. From loosest to tightest: OR, AND, NOT, comparisons, sums, products, powers, signs.

use super::{
    ErrorKind, ExpressionError, Level, Node, Tree,
    lexer::{Token, tokens},
    tree::Operator,
};

/// Nesting of parentheses deeper than this is refused.
const DEPTH: usize = 60;
/// A tree higher than this is refused: a long chain of operators is one too, and a tree is walked by recursion.
const HEIGHT: usize = 250;

/// Parses an expression.
///
/// **Errors**: what is not expected, with its place.
pub fn parse(text: &str) -> Result<Node, ExpressionError> {
    let mut parser = Parser {
        text,
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
    };
    let node = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(node),
        _ => Err(parser.unexpected("an operator")),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
}

type Parsed = Result<Node, ExpressionError>;

impl Parser<'_> {
    fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::End, |(_, t)| t)
    }

    fn at(&self) -> usize {
        self.tokens
            .get(self.next)
            .map_or(self.text.len(), |(at, _)| *at)
    }

    fn unexpected(&self, expected: &'static str) -> ExpressionError {
        let found = self.peek().shown();
        ExpressionError::at(
            self.at(),
            self.text,
            ErrorKind::Unexpected { found, expected },
        )
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let there = matches!(self.peek(), Token::Sign(s) if *s == sign);
        self.next += usize::from(there);
        there
    }

    fn take_word(&mut self, word: &str) -> bool {
        let there = matches!(self.peek(), Token::Word(w) if w.eq_ignore_ascii_case(word));
        self.next += usize::from(there);
        there
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), ExpressionError> {
        if self.take_sign(sign) {
            Ok(())
        } else {
            Err(self.unexpected(sign))
        }
    }

    fn expression(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(ExpressionError::at(self.at(), self.text, ErrorKind::Depth));
        }
        let node = self.or();
        self.depth -= 1;
        node
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: Node,
        right: impl FnOnce(&mut Self) -> Parsed,
    ) -> Parsed {
        let right = right(self)?;
        let at = left.at;
        let made = node(at, Tree::Binary(operator, Box::new(left), Box::new(right)));
        if made.height > HEIGHT {
            return Err(ExpressionError::at(at, self.text, ErrorKind::Depth));
        }
        Ok(made)
    }

    fn or(&mut self) -> Parsed {
        let mut left = self.and()?;
        while self.take_word("OR") {
            left = self.binary(Operator::Or, left, Self::and)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.not()?;
        while self.take_word("AND") {
            left = self.binary(Operator::And, left, Self::not)?;
        }
        Ok(left)
    }

    fn not(&mut self) -> Parsed {
        let at = self.at();
        if self.take_word("NOT") {
            // `NOT(x)` is the operator before parentheses.
            self.depth += 1;
            if self.depth > DEPTH {
                return Err(ExpressionError::at(at, self.text, ErrorKind::Depth));
            }
            let inner = self.not()?;
            self.depth -= 1;
            return Ok(node(at, Tree::Not(Box::new(inner))));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let operator = match self.peek() {
            Token::Sign("=") => Operator::Equal,
            Token::Sign("<>") => Operator::NotEqual,
            Token::Sign("<") => Operator::Less,
            Token::Sign("<=") => Operator::LessOrEqual,
            Token::Sign(">") => Operator::Greater,
            Token::Sign(">=") => Operator::GreaterOrEqual,
            _ => return Ok(left),
        };
        self.next += 1;
        self.binary(operator, left, Self::sum)
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek() {
                Token::Sign("+") => Operator::Add,
                Token::Sign("-") => Operator::Subtract,
                _ => return Ok(left),
            };
            self.next += 1;
            left = self.binary(operator, left, Self::product)?;
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.power()?;
        loop {
            let operator = match self.peek() {
                Token::Sign("*") => Operator::Multiply,
                Token::Sign("/") => Operator::Divide,
                Token::Sign("%") => Operator::Modulo,
                _ => return Ok(left),
            };
            self.next += 1;
            left = self.binary(operator, left, Self::power)?;
        }
    }

    fn power(&mut self) -> Parsed {
        let mut left = self.signed()?;
        while self.take_sign("^") {
            left = self.binary(Operator::Power, left, Self::signed)?;
        }
        Ok(left)
    }

    fn signed(&mut self) -> Parsed {
        let at = self.at();
        let mut negative = false;
        let mut signs = false;
        loop {
            if self.take_sign("-") {
                negative = !negative;
            } else if !self.take_sign("+") {
                break;
            }
            signs = true;
        }
        let inner = self.atom()?;
        if signs && negative {
            return Ok(node(at, Tree::Negative(Box::new(inner))));
        }
        Ok(inner)
    }

    fn atom(&mut self) -> Parsed {
        let at = self.at();
        let token = self.peek().clone();
        let tree = match token {
            Token::Number(text) => Tree::Number(text),
            Token::Text(text) => Tree::Text(text),
            Token::Field(name) => Tree::Field(name),
            Token::Parameter(name) => Tree::Parameter(name),
            Token::Word(word) => return self.word(at, word),
            Token::Sign("(") => {
                self.next += 1;
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Sign("[") => return self.list(at),
            Token::Sign(_) | Token::End => return Err(self.unexpected("a value")),
        };
        self.next += 1;
        Ok(node(at, tree))
    }

    fn word(&mut self, at: usize, word: String) -> Parsed {
        self.next += 1;
        if self.take_sign("(") {
            let mut args = Vec::new();
            if !self.take_sign(")") {
                loop {
                    args.push(self.expression()?);
                    if !self.take_sign(",") {
                        break;
                    }
                }
                self.expect(")")?;
            }
            return Ok(node(at, Tree::Call(word, args)));
        }
        Ok(node(
            at,
            match word.to_ascii_uppercase().as_str() {
                "NULL" => Tree::Null,
                "PRE_FILTER" => Tree::Level(Level::PreFilter),
                "PRE_AGG" => Tree::Level(Level::PreAgg),
                "POST_AGG_FILTER" => Tree::Level(Level::PostAggFilter),
                _ => Tree::Field(word),
            },
        ))
    }

    fn list(&mut self, at: usize) -> Parsed {
        self.expect("[")?;
        let mut items = Vec::new();
        if !self.take_sign("]") {
            loop {
                let start = self.at();
                // `!{a}` takes a dimension away.
                let without = self.take_sign("!");
                let mut item = self.expression()?;
                if without {
                    item = node(start, Tree::Not(Box::new(item)));
                }
                let descending = if self.take_word("DESC") {
                    Some(true)
                } else if self.take_word("ASC") {
                    Some(false)
                } else {
                    None
                };
                items.push((item, descending));
                if !self.take_sign(",") {
                    break;
                }
            }
            self.expect("]")?;
        }
        Ok(node(at, Tree::List(items)))
    }
}

fn node(at: usize, tree: Tree) -> Node {
    Node::new(at, tree)
}
