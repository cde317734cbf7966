//! Vega in QuickJS: one warm context, a limit of memory and of time for each chart.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};

use rquickjs::{Context, Ctx, Function, Runtime, function::Func};

use crate::{ChartError, fonts};

/// Vega and Vega-Lite, made by `vega/package.json`'s `build`.
const BUNDLE: &str = include_str!("../vega/vega.min.js");
/// Enough for ten thousand points; a spec that wants more is refused.
const MEMORY_BYTES: usize = 384 << 20;
const STACK_BYTES: usize = 2 << 20;
/// A chart of ten thousand points takes less than a second.
const LIMIT: Duration = Duration::from_secs(10);

/// A script engine with Vega loaded. It lives on one thread.
pub(crate) struct Script {
    context: Context,
    runtime: Runtime,
    deadline: Rc<Cell<Option<Instant>>>,
}

type Outcome = Rc<RefCell<Option<(Option<String>, Option<String>)>>>;

impl Script {
    /// Starts an engine; takes some tenths of a second.
    pub(crate) fn start() -> Result<Self, ChartError> {
        let failed = |error: rquickjs::Error| ChartError::Script(error.to_string());
        let runtime = Runtime::new().map_err(failed)?;
        runtime.set_memory_limit(MEMORY_BYTES);
        runtime.set_max_stack_size(STACK_BYTES);
        let deadline: Rc<Cell<Option<Instant>>> = Rc::default();
        let watched = Rc::clone(&deadline);
        runtime.set_interrupt_handler(Some(Box::new(move || {
            watched.get().is_some_and(|at| Instant::now() > at)
        })));
        let context = Context::full(&runtime).map_err(failed)?;
        context.with(|ctx| {
            let measure = |text: String, size: f64, bold: bool| fonts::measure(&text, size, bold);
            ctx.globals()
                .set("measure", Func::from(measure))
                .and_then(|()| ctx.eval::<(), _>(BUNDLE))
                .map_err(|error| thrown(&ctx, &error))
        })?;
        Ok(Self {
            context,
            runtime,
            deadline,
        })
    }

    /// Draws a spec in a box.
    ///
    /// **Errors**: [`ChartError::Spec`] with Vega's words; [`ChartError::Time`], after which the engine must be
    /// thrown away.
    pub(crate) fn draw(&self, spec: &str, width: f64, height: f64) -> Result<String, ChartError> {
        let deadline = Instant::now() + LIMIT;
        self.deadline.set(Some(deadline));
        let outcome: Outcome = Rc::default();
        let answer = self.run(spec, width, height, &outcome);
        self.deadline.set(None);
        if Instant::now() > deadline {
            return Err(ChartError::Time(LIMIT.as_secs()));
        }
        answer?;
        let taken = outcome.borrow_mut().take();
        match taken {
            Some((Some(svg), _)) => Ok(svg),
            Some((None, error)) => Err(ChartError::Spec(error.unwrap_or_default())),
            None => Err(ChartError::Script("the chart was not finished".to_owned())),
        }
    }

    fn run(
        &self,
        spec: &str,
        width: f64,
        height: f64,
        outcome: &Outcome,
    ) -> Result<(), ChartError> {
        self.context.with(|ctx| {
            let kept = Rc::clone(outcome);
            let done = Function::new(
                ctx.clone(),
                move |svg: Option<String>, error: Option<String>| {
                    *kept.borrow_mut() = Some((svg, error));
                },
            );
            let draw: Result<Function<'_>, _> = ctx.globals().get("draw");
            done.and_then(|done| draw?.call::<_, ()>((spec, width, height, done)))
                .map_err(|error| thrown(&ctx, &error))
        })?;
        while self.runtime.is_job_pending() {
            if self.runtime.execute_pending_job().is_err() {
                return Err(ChartError::Script("a promise failed".to_owned()));
            }
        }
        Ok(())
    }
}

/// Returns what a script threw.
fn thrown(ctx: &Ctx<'_>, error: &rquickjs::Error) -> ChartError {
    if !error.is_exception() {
        return ChartError::Script(error.to_string());
    }
    let value = ctx.catch();
    let message = value
        .as_exception()
        .and_then(rquickjs::Exception::message)
        .unwrap_or_else(|| "unknown".to_owned());
    ChartError::Script(message)
}
