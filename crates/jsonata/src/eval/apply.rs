//! Calling things: functions, lambdas, partial applications, `~>`, and tail calls without nesting.

use std::{rc::Rc, sync::Arc};

use super::{Evaluator, Frame, function};
use crate::{
    Error, Value,
    ast::{Kind, Node},
    functions,
    value::{Callable, Partial},
};

fn name_of(procedure: &Node) -> Option<&Arc<str>> {
    match &procedure.kind {
        Kind::Variable(name) | Kind::Name(name) => Some(name),
        Kind::Path { steps, .. } => steps.first().and_then(name_of),
        _ => None,
    }
}

impl Evaluator {
    /// Evaluates a call; `context` is the left side of `~>`, the first argument.
    pub(super) fn call(
        &self,
        procedure: &Node,
        arguments: &[Node],
        position: usize,
        context: Option<Value>,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        let (callee, arguments) =
            self.prepare(procedure, arguments, position, context, input, frame)?;
        self.apply(&callee, arguments, input)
            .map_err(|error| called(error, procedure, position))
    }

    fn prepare(
        &self,
        procedure: &Node,
        arguments: &[Node],
        position: usize,
        context: Option<Value>,
        input: &Value,
        frame: &Frame,
    ) -> Result<(Value, Vec<Value>), Error> {
        let callee = self.evaluate(procedure, input, frame)?;
        if callee.is_undefined() {
            meant_variable("T1005", procedure, position, frame)?;
        }
        let mut values = Vec::with_capacity(arguments.len() + 1);
        values.extend(context);
        for argument in arguments {
            values.push(self.evaluate(argument, input, frame)?);
        }
        Ok((callee, values))
    }

    /// Calls a function; a lambda that ends in a call hands that call back, and it is made here.
    pub(crate) fn apply(
        &self,
        callee: &Value,
        arguments: Vec<Value>,
        input: &Value,
    ) -> Result<Value, Error> {
        let mut result = self.apply_once(callee, arguments, input)?;
        while let Value::Function(thunk) = &result {
            let Callable::Thunk(thunk) = &thunk.0 else {
                break;
            };
            let Kind::Call {
                procedure,
                arguments,
            } = &thunk.call.kind
            else {
                break;
            };
            let (call, scope) = (&thunk.call, &thunk.frame);
            let (callee, values) = self.prepare(
                procedure,
                arguments,
                call.position,
                None,
                &thunk.input,
                scope,
            )?;
            let next = self.apply_once(&callee, values, &thunk.input);
            let mut next = next.map_err(|error| called(error, procedure, call.position))?;
            if call.group.is_some() || call.keep_array {
                next = super::collapse(next, call.keep_array);
            }
            result = next;
        }
        Ok(result)
    }

    fn apply_once(
        &self,
        callee: &Value,
        arguments: Vec<Value>,
        input: &Value,
    ) -> Result<Value, Error> {
        let Value::Function(callee) = callee else {
            return Err(Error::new("T1006"));
        };
        match &callee.0 {
            Callable::Lambda(lambda) => {
                let arguments = match &lambda.signature {
                    Some(signature) => signature.validate(arguments, input)?,
                    None => arguments,
                };
                let scope = Frame::inside(&lambda.frame);
                let mut arguments = arguments.into_iter();
                for parameter in lambda.parameters.iter() {
                    scope.bind(parameter, arguments.next().unwrap_or_default());
                }
                self.evaluate(&lambda.body, &lambda.input, &scope)
            }
            Callable::Native(native) => {
                let named = |mut error: Error| {
                    error.token.get_or_insert_with(|| native.name.into());
                    error
                };
                let arguments = native
                    .signature()
                    .validate(arguments, input)
                    .map_err(named)?;
                (native.run)(self, &arguments, input).map_err(named)
            }
            Callable::Host(host) => {
                let arguments = match &host.signature {
                    Some(signature) => signature.validate(arguments, input)?,
                    None => arguments,
                };
                (host.run)(&arguments)
            }
            Callable::Partial(partial) => {
                let mut given = arguments.into_iter();
                let fill = |slot: &Option<Value>| {
                    slot.clone()
                        .unwrap_or_else(|| given.next().unwrap_or_default())
                };
                let all = partial.arguments.iter().map(fill).collect();
                self.apply(&partial.function, all, input)
            }
            Callable::Regex(regex, source) => Ok(functions::first_match(regex, source, &arguments)),
            Callable::NextMatch {
                regex,
                source,
                text,
                from,
            } => functions::next_match(regex, source, text, *from),
            Callable::Transform { node, frame } => {
                let object = arguments.into_iter().next().unwrap_or_default();
                if !matches!(
                    object,
                    Value::Undefined | Value::Object(_) | Value::Array(_)
                ) {
                    return Err(Error::new("T0410").value(&object).field("index", "1"));
                }
                self.transform(node, &object, frame)
            }
            Callable::Composed(first, second) => {
                let between = self.apply(first, arguments, input)?;
                self.apply(second, vec![between], input)
            }
            Callable::Thunk(_) => Ok(Value::Function(Rc::clone(callee))),
        }
    }

    pub(super) fn apply_to(
        &self,
        left: &Node,
        right: &Node,
        position: usize,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        let value = self.evaluate(left, input, frame)?;
        if let (
            Kind::Call {
                procedure,
                arguments,
            },
            true,
        ) = (&right.kind, right.predicates.is_empty())
        {
            return self.call(
                procedure,
                arguments,
                right.position,
                Some(value),
                input,
                frame,
            );
        }
        let callee = self.evaluate(right, input, frame)?;
        if !callee.is_function() {
            return Err(Error::at("T2006", position).value(&callee));
        }
        if value.is_function() {
            return Ok(function(Callable::Composed(value, callee)));
        }
        self.apply(&callee, vec![value], &Value::Undefined)
    }

    pub(super) fn partial(
        &self,
        procedure: &Node,
        arguments: &[Option<Node>],
        position: usize,
        input: &Value,
        frame: &Frame,
    ) -> Result<Value, Error> {
        let evaluate = |slot: &Option<Node>| {
            slot.as_ref()
                .map(|node| self.evaluate(node, input, frame))
                .transpose()
        };
        let mut given = arguments
            .iter()
            .map(evaluate)
            .collect::<Result<Vec<_>, _>>()?;
        let callee = self.evaluate(procedure, input, frame)?;
        let Value::Function(function_value) = &callee else {
            meant_variable("T1007", procedure, position, frame)?;
            let error = Error::at("T1008", position);
            return Err(name_of(procedure).map_or(error.clone(), |name| error.token(&**name)));
        };
        let arity = function_value.arity();
        given.truncate(arity.max(given.len()));
        let missing = arity.saturating_sub(given.len());
        given.extend(std::iter::repeat_n(Some(Value::Undefined), missing));
        let holes = given.iter().filter(|slot| slot.is_none()).count();
        Ok(function(Callable::Partial(Partial {
            function: callee,
            arguments: given,
            holes,
        })))
    }
}

/// A name without `$` where a function is called: says what was meant.
fn meant_variable(
    code: &'static str,
    procedure: &Node,
    position: usize,
    frame: &Frame,
) -> Result<(), Error> {
    match (&procedure.kind, name_of(procedure)) {
        (Kind::Path { .. }, Some(name)) if !frame.lookup(name).is_undefined() => {
            Err(Error::at(code, position).token(&**name))
        }
        _ => Ok(()),
    }
}

fn called(mut error: Error, procedure: &Node, position: usize) -> Error {
    error.position.get_or_insert(position);
    if error.token.is_none() {
        error.token = name_of(procedure).map(|name| name.to_string());
    }
    error
}
