//! Function signatures, such as `<s-nn?:s>`.

use crate::{Error, Value, json};

/// What a function takes: checked, and filled in from the context, before it runs.
#[derive(Debug)]
pub(crate) struct Signature {
    parameters: Vec<Parameter>,
}

#[derive(Debug, Default)]
struct Parameter {
    /// The kinds that it takes, by letter; `m` is a missing one.
    takes: String,
    is_array: bool,
    kind: char,
    subtype: Option<String>,
    /// Taken from the context when it is not given.
    context: bool,
    optional: bool,
    repeated: bool,
}

impl Signature {
    /// Parses a signature.
    ///
    /// **Errors**: `S0401`, `S0402` with the offset as position.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let symbols: Vec<char> = text.chars().collect();
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut at = 1;
        while at < symbols.len() && symbols[at] != ':' {
            let symbol = symbols[at];
            let takes = match symbol {
                's' | 'n' | 'b' | 'l' | 'o' => Some(format!("{symbol}m")),
                'a' | 'x' => Some("asnblfom".into()),
                'f' => Some("f".into()),
                'j' => Some("asnblom".into()),
                _ => None,
            };
            if let Some(takes) = takes {
                parameters.push(Parameter {
                    takes,
                    kind: symbol,
                    is_array: symbol == 'a',
                    ..Parameter::default()
                });
            } else if symbol == '(' {
                let end = closing(&symbols, at, '(', ')');
                let choice: String = symbols[at + 1..end].iter().collect();
                if choice.contains('<') {
                    return Err(Error::at("S0402", at).field("value", json::quote(&choice)));
                }
                parameters.push(Parameter {
                    takes: format!("{choice}m"),
                    kind: '(',
                    ..Parameter::default()
                });
                at = end;
            } else if let Some(last) = parameters.last_mut() {
                match symbol {
                    '-' => (last.context, last.optional) = (true, true),
                    '?' => last.optional = true,
                    '+' => last.repeated = true,
                    '<' if matches!(last.kind, 'a' | 'f') => {
                        let end = closing(&symbols, at, '<', '>');
                        last.subtype = Some(symbols[at + 1..end].iter().collect());
                        at = end;
                    }
                    '<' => {
                        return Err(Error::at("S0401", at)
                            .field("value", json::quote(&last.kind.to_string())));
                    }
                    _ => {}
                }
            }
            at += 1;
        }
        Ok(Self { parameters })
    }

    /// Returns the arguments as the function is to see them.
    ///
    /// **Errors**: `T0410`, `T0411`, `T0412`.
    pub(crate) fn validate(
        &self,
        arguments: Vec<Value>,
        context: &Value,
    ) -> Result<Vec<Value>, Error> {
        let kinds: Vec<char> = arguments.iter().map(kind_of).collect();
        let mut counts = vec![0; self.parameters.len()];
        if !fit(&self.parameters, &kinds, &mut counts, true) {
            return Err(self.misfit(&arguments, &kinds));
        }
        let mut given = arguments.into_iter();
        let (mut taken, mut index) = (Vec::with_capacity(kinds.len().max(counts.len())), 0);
        for (parameter, count) in self.parameters.iter().zip(counts) {
            if count == 0 {
                if parameter.context {
                    if !parameter.takes.contains(kind_of(context)) {
                        return Err(Error::new("T0411")
                            .value(context)
                            .field("index", (index + 1).to_string()));
                    }
                    taken.push(context.clone());
                } else {
                    taken.push(given.next().unwrap_or_default());
                    index += 1;
                }
                continue;
            }
            for _ in 0..count {
                let argument = given.next().unwrap_or_default();
                taken.push(if parameter.is_array {
                    parameter.as_array(argument, index)?
                } else {
                    argument
                });
                index += 1;
            }
        }
        Ok(taken)
    }

    fn misfit(&self, arguments: &[Value], kinds: &[char]) -> Error {
        let mut good = 0;
        for end in 1..=self.parameters.len() {
            let mut counts = vec![0; end];
            if !fit(&self.parameters[..end], kinds, &mut counts, false) {
                break;
            }
            good = counts.iter().sum();
        }
        let value = arguments.get(good).cloned().unwrap_or_default();
        Error::new("T0410")
            .value(&value)
            .field("index", (good + 1).to_string())
    }
}

impl Parameter {
    fn as_array(&self, argument: Value, index: usize) -> Result<Value, Error> {
        let kind = kind_of(&argument);
        if kind == 'm' {
            return Ok(Value::Undefined);
        }
        if let Some(subtype) = &self.subtype {
            let wanted = subtype.chars().next().unwrap_or('x');
            let fits = match &argument {
                Value::Array(array) => array.items.iter().all(|item| kind_of(item) == wanted),
                _ => kind == wanted && subtype.len() == 1,
            };
            if !fits {
                let named = match wanted {
                    'a' => "arrays",
                    'b' => "booleans",
                    'f' => "functions",
                    'n' => "numbers",
                    'o' => "objects",
                    's' => "strings",
                    _ => "values",
                };
                let error = Error::new("T0412")
                    .value(&argument)
                    .field("index", (index + 1).to_string());
                return Err(error.field("type", json::quote(named)));
            }
        }
        Ok(if kind == 'a' {
            argument
        } else {
            Value::array(vec![argument])
        })
    }
}

/// Fits as many arguments as may be to each parameter in turn, as a greedy regular expression would.
fn fit(parameters: &[Parameter], kinds: &[char], counts: &mut [usize], whole: bool) -> bool {
    let Some((first, rest)) = parameters.split_first() else {
        return !whole || kinds.is_empty();
    };
    let most = if first.repeated { usize::MAX } else { 1 };
    let fitting = kinds
        .iter()
        .take(most)
        .take_while(|kind| first.takes.contains(**kind))
        .count();
    let least = usize::from(!first.optional);
    for count in (least..=fitting.max(least)).rev() {
        if count > fitting {
            continue;
        }
        let (here, after) = counts.split_at_mut(1);
        here[0] = count;
        if fit(rest, &kinds[count..], after, whole) {
            return true;
        }
    }
    false
}

fn kind_of(value: &Value) -> char {
    match value {
        Value::Undefined | Value::Tuples(_) => 'm',
        Value::Null => 'l',
        Value::Bool(_) => 'b',
        Value::Number(_) => 'n',
        Value::String(_) => 's',
        Value::Array(_) => 'a',
        Value::Object(_) => 'o',
        Value::Function(_) => 'f',
    }
}

fn closing(symbols: &[char], start: usize, open: char, close: char) -> usize {
    let mut depth = 1;
    for (at, symbol) in symbols.iter().enumerate().skip(start + 1) {
        if *symbol == close {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        } else if *symbol == open {
            depth += 1;
        }
    }
    symbols.len()
}
