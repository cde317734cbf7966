//! Names of the things an execution refers to: small numbers, given in order, never reused.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($number:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub $number);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A state's place in its definition's table.
    StateId(u32)
);
id!(
    /// A thread of an execution: the execution itself (0), a branch of a Parallel, an iteration of a Map.
    ScopeId(u32)
);
id!(
    /// One attempt of a Task state. A retry has a new one.
    TaskId(u64)
);
id!(TimerId(u64));
id!(MapRunId(u64));
