//! The entities: buses, rules and their targets, as they are stored.

mod arn;
mod bus;
mod index;
mod input;
mod rule;
mod target;

pub use bus::{BusRef, DEFAULT_BUS};
pub use rule::{Rule, RuleRef, RuleState};
pub use target::{DeadLetterConfig, InputTransformer, RetryPolicy, Target};

pub(crate) use arn::{Arn, TagOwner};
pub(crate) use bus::{BUSES, Bus};
pub(crate) use index::{Compiled, RuleIndex};
pub(crate) use input::Input;
pub(crate) use rule::RULES;
pub(crate) use target::Destination;
