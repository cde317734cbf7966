//! The Amazon States Language: model, validation, query languages, and the interpreter as a pure function.
//!
//! A driver holds an [`Execution`], gives each [`Trigger`] to [`advance`], commits the events it returns and
//! then carries out the effects. Replaying the events with [`evolve`] gives the same state. Nothing here waits,
//! reads a clock, draws a random number or does I/O.

pub mod catalog;
mod context;
mod definition;
mod diagnostic;
mod event;
mod execution;
pub mod graph;
pub mod history;
mod ids;
mod interpreter;
mod locate;
pub mod map_run;
mod model;
mod query;
mod references;
mod states;
mod step;
pub mod test_state;
pub mod time;
mod validate;
mod value;

pub use context::Context;
pub use definition::{Definition, MachineKind, Parsed};
pub use diagnostic::{Diagnostic, Severity, invalid_definition};
pub use event::{Failure, JournalEvent, MapItem, Status, TaskScheduled, TimerSet};
pub use execution::Execution;
pub use ids::{MapRunId, ScopeId, StateId, TaskId, TimerId};
pub use interpreter::{advance, decide, evolve};
pub use locate::{Position, locate};
pub use map_run::{Batcher, ItemSource, MapRunSpec, ResultWriter, Selection};
pub use step::{Effect, Env, ScheduleTask, Step, Trigger};
pub use value::{Number, Object, ParseError, Value};
