//! Values as JSONata sees them: JSON, nothing (`undefined`), functions, and sequences that collapse.

use std::{fmt, rc::Rc, sync::Arc};

use indexmap::IndexMap;

use crate::{Error, ast, eval::Frame, functions::Native, signature::Signature};

/// The members of an object, in order.
pub type Object = IndexMap<Arc<str>, Value>;

/// A value.
#[derive(Clone, Default)]
pub enum Value {
    /// Nothing: a path that leads nowhere.
    #[default]
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    String(Arc<str>),
    Array(Rc<Array>),
    Object(Rc<Object>),
    Function(Rc<Function>),
    /// Items with their bindings, inside a path that binds variables or asks for parents.
    #[doc(hidden)]
    Tuples(Rc<Vec<Tuple>>),
}

/// An array, and whether it is a sequence: the result of a query, which collapses to its item when it has
/// one and to nothing when it has none.
#[derive(Clone, Debug, Default)]
pub struct Array {
    pub items: Vec<Value>,
    pub(crate) sequence: bool,
    pub(crate) keep_singleton: bool,
    /// Made by an array constructor that starts or ends a path: not flattened into the result.
    pub(crate) cons: bool,
    /// Wraps an input that is an array, so that the first step sees it whole.
    pub(crate) outer_wrapper: bool,
}

/// An item of a path with what was bound on the way to it.
#[derive(Clone, Debug)]
#[doc(hidden)]
pub struct Tuple {
    pub(crate) context: Value,
    pub(crate) bindings: Vec<(Arc<str>, Value)>,
}

impl Tuple {
    pub(crate) fn bind(&mut self, name: &Arc<str>, value: Value) {
        match self.bindings.iter_mut().find(|(bound, _)| bound == name) {
            Some((_, old)) => *old = value,
            None => self.bindings.push((Arc::clone(name), value)),
        }
    }
}

/// Something that can be called; only the host's are made outside.
pub struct Function(pub(crate) Callable);

/// The kinds of functions.
pub(crate) enum Callable {
    Lambda(Lambda),
    Thunk(Thunk),
    Native(&'static Native),
    Partial(Partial),
    Regex(Arc<regress::Regex>, Arc<str>),
    NextMatch {
        regex: Arc<regress::Regex>,
        source: Arc<str>,
        text: Arc<str>,
        from: usize,
    },
    Transform {
        node: Arc<ast::Transform>,
        frame: Frame,
    },
    Composed(Value, Value),
    /// A function of the host's, such as Step Functions' `$uuid`.
    Host(HostFunction),
}

/// A function that the host lends to an expression.
pub struct HostFunction {
    pub(crate) name: &'static str,
    pub(crate) signature: Option<Signature>,
    pub(crate) arity: usize,
    pub(crate) run: Run,
}

type Run = Rc<dyn Fn(&[Value]) -> Result<Value, Error>>;

impl HostFunction {
    /// Returns a function of this name (without `$`); `signature` is JSONata's, such as `<a-n:a>`.
    ///
    /// **Errors**: `S0401`, `S0402` for a bad signature.
    pub fn value(
        name: &'static str,
        signature: &str,
        arity: usize,
        run: impl Fn(&[Value]) -> Result<Value, Error> + 'static,
    ) -> Result<Value, Error> {
        let signature = Some(Signature::parse(signature)?);
        Ok(Value::Function(Rc::new(Function(Callable::Host(Self {
            name,
            signature,
            arity,
            run: Rc::new(run),
        })))))
    }
}

pub(crate) struct Lambda {
    pub(crate) parameters: Arc<[Arc<str>]>,
    pub(crate) signature: Option<Arc<Signature>>,
    pub(crate) body: Arc<ast::Node>,
    pub(crate) frame: Frame,
    pub(crate) input: Value,
}

pub(crate) struct Thunk {
    pub(crate) call: Arc<ast::Node>,
    pub(crate) frame: Frame,
    pub(crate) input: Value,
}

pub(crate) struct Partial {
    pub(crate) function: Value,
    /// An argument, or a hole.
    pub(crate) arguments: Vec<Option<Value>>,
    pub(crate) holes: usize,
}

impl Function {
    pub(crate) fn arity(&self) -> usize {
        match &self.0 {
            Callable::Lambda(lambda) => lambda.parameters.len(),
            Callable::Thunk(_) | Callable::NextMatch { .. } => 0,
            Callable::Native(native) => native.arity,
            Callable::Partial(partial) => partial.holes,
            Callable::Regex(..) => 2,
            Callable::Transform { .. } | Callable::Composed(..) => 1,
            Callable::Host(host) => host.arity,
        }
    }

    pub(crate) fn name(&self) -> Option<&str> {
        match &self.0 {
            Callable::Native(native) => Some(native.name),
            Callable::Host(host) => Some(host.name),
            _ => None,
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({})", self.name().unwrap_or("lambda"))
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined => f.write_str("undefined"),
            Self::Tuples(tuples) => write!(f, "{tuples:?}"),
            other => f.write_str(&crate::json::print_lossy(other)),
        }
    }
}

impl Value {
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// Returns an array that stays one whatever its length.
    pub fn array(items: Vec<Self>) -> Self {
        Self::Array(Rc::new(Array {
            items,
            ..Array::default()
        }))
    }

    pub fn object(members: Object) -> Self {
        Self::Object(Rc::new(members))
    }

    pub(crate) fn sequence(items: Vec<Self>) -> Self {
        Self::Array(Rc::new(Array {
            items,
            sequence: true,
            ..Array::default()
        }))
    }

    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    pub fn is_function(&self) -> bool {
        matches!(self, Self::Function(_))
    }

    pub fn as_array(&self) -> Option<&Array> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the number, if it is one and can be written as JSON.
    ///
    /// **Errors**: `D1001` for infinity.
    pub(crate) fn numeric(&self) -> Result<Option<f64>, Error> {
        match self {
            Self::Number(n) if n.is_infinite() => Err(Error::new("D1001").value(self)),
            Self::Number(n) if !n.is_nan() => Ok(Some(*n)),
            _ => Ok(None),
        }
    }

    /// Returns the items of an array, or the value as the only one; nothing has none.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::Array(array) => &array.items,
            Self::Undefined => &[],
            other => std::slice::from_ref(other),
        }
    }

    /// JSONata's `=`.
    pub(crate) fn deep_equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => {
                Rc::ptr_eq(a, b)
                    || a.items.len() == b.items.len()
                        && a.items.iter().zip(&b.items).all(|(x, y)| x.deep_equals(y))
            }
            (Self::Object(a), Self::Object(b)) => {
                Rc::ptr_eq(a, b)
                    || a.len() == b.len()
                        && a.iter()
                            .all(|(k, v)| b.get(k).is_some_and(|w| v.deep_equals(w)))
            }
            (Self::Function(a), Self::Function(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// JSONata's `$boolean`; nothing is nothing.
    pub(crate) fn truth(&self) -> Result<Option<bool>, Error> {
        Ok(Some(match self {
            Self::Undefined => return Ok(None),
            Self::Null | Self::Function(_) | Self::Tuples(_) => false,
            Self::Bool(b) => *b,
            Self::Number(_) => self.numeric()?.is_some_and(|n| n != 0.0),
            Self::String(text) => !text.is_empty(),
            Self::Object(members) => !members.is_empty(),
            Self::Array(array) => match array.items.as_slice() {
                [] => false,
                [one] => return one.truth().map(|t| Some(t.unwrap_or(false))),
                many => {
                    for item in many {
                        if item.is_true()? {
                            return Ok(Some(true));
                        }
                    }
                    false
                }
            },
        }))
    }

    pub(crate) fn is_true(&self) -> Result<bool, Error> {
        Ok(self.truth()?.unwrap_or(false))
    }

    /// JSONata's `$append`.
    pub(crate) fn append(self, other: Self) -> Self {
        match (self, other) {
            (Self::Undefined, other) => other,
            (this, Self::Undefined) => this,
            (this, other) => {
                // JavaScript's concat forgets the marks of an array, but not those of a sequence of one
                let mut items = match this {
                    Self::Array(array) => {
                        Rc::try_unwrap(array).map_or_else(|a| a.items.clone(), |a| a.items)
                    }
                    one => vec![one],
                };
                match other {
                    Self::Array(array) => items.extend(array.items.iter().cloned()),
                    one => items.push(one),
                }
                Self::array(items)
            }
        }
    }
}
