//! Reference paths: what ResultPath may be. They name one place, which need not be there yet.

use std::sync::Arc;

use super::{JsonPath, Root, Token};
use crate::{Object, Value};

#[derive(Clone, Debug)]
pub(crate) struct ReferencePath {
    tokens: Vec<Token>,
}

impl ReferencePath {
    /// **Errors**: why the path is no reference path.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let path = JsonPath::parse(text)?;
        let plain = path
            .tokens
            .iter()
            .all(|t| matches!(t, Token::Property(_) | Token::Index(_)));
        if path.root != Root::Input || !plain {
            return Err("not a reference path".to_owned());
        }
        Ok(Self {
            tokens: path.tokens,
        })
    }

    /// Returns `onto` with `value` at this place; objects on the way are made where they are missing.
    ///
    /// **Errors**: the message of `States.ResultPathMatchFailure`.
    pub(crate) fn place(&self, onto: &Value, value: Value) -> Result<Value, String> {
        place(&self.tokens, onto, value)
            .map_err(|step| format!("Unable to apply step \"{step}\" to input {onto}"))
    }
}

fn place(tokens: &[Token], onto: &Value, value: Value) -> Result<Value, String> {
    let Some((token, rest)) = tokens.split_first() else {
        return Ok(value);
    };
    match (token, onto) {
        (Token::Property(name), Value::Object(members)) => {
            let mut members = Object::clone(members);
            let missing = Value::empty_object();
            let inner = members.get(name).unwrap_or(&missing);
            let inner = place(rest, inner, value)?;
            members.insert(Arc::clone(name), inner);
            Ok(Value::Object(Arc::new(members)))
        }
        (Token::Index(i), Value::Array(items)) => {
            let mut items = Vec::clone(items);
            let place_of = usize::try_from(*i)
                .ok()
                .filter(|i| *i < items.len())
                .ok_or_else(|| i.to_string())?;
            items[place_of] = place(rest, &items[place_of], value)?;
            Ok(Value::Array(Arc::new(items)))
        }
        (Token::Property(name), _) => Err(name.to_string()),
        (token, _) => Err(token.to_string().trim_matches(['[', ']']).to_owned()),
    }
}
