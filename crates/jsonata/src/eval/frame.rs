//! Scopes: variables by name, the built-in functions below all of them.

use std::{cell::RefCell, fmt, rc::Rc, sync::Arc};

use crate::{Value, functions, value::Tuple};

/// A scope inside another.
#[derive(Clone)]
pub(crate) struct Frame(Rc<Scope>);

struct Scope {
    outer: Option<Frame>,
    bindings: RefCell<Vec<(Arc<str>, Value)>>,
}

impl Frame {
    pub(crate) fn root() -> Self {
        Self(Rc::new(Scope {
            outer: None,
            bindings: RefCell::new(Vec::with_capacity(2)),
        }))
    }

    pub(crate) fn inside(outer: &Self) -> Self {
        Self(Rc::new(Scope {
            outer: Some(outer.clone()),
            bindings: RefCell::default(),
        }))
    }

    /// Returns a scope with a tuple's bindings.
    pub(crate) fn of_tuple(outer: &Self, tuple: &Tuple) -> Self {
        let bindings = RefCell::new(tuple.bindings.clone());
        Self(Rc::new(Scope {
            outer: Some(outer.clone()),
            bindings,
        }))
    }

    pub(crate) fn bind(&self, name: &Arc<str>, value: Value) {
        let mut bindings = self.0.bindings.borrow_mut();
        match bindings.iter_mut().find(|(bound, _)| bound == name) {
            Some((_, old)) => *old = value,
            None => bindings.push((Arc::clone(name), value)),
        }
    }

    /// Returns what the name is bound to, the innermost scope first; nothing if it is bound nowhere.
    pub(crate) fn lookup(&self, name: &str) -> Value {
        let mut frame = Some(self);
        while let Some(Self(scope)) = frame {
            if let Some((_, value)) = scope
                .bindings
                .borrow()
                .iter()
                .find(|(bound, _)| &**bound == name)
            {
                return value.clone();
            }
            frame = scope.outer.as_ref();
        }
        functions::named(name)
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Frame")
    }
}
