//! The query languages: JSONPath with intrinsic functions, and JSONata.

mod digest;
pub(crate) mod intrinsic;
mod java;
pub(crate) mod jsonata;
pub(crate) mod jsonpath;
mod surroundings;
mod template;

pub(crate) use surroundings::{JavaRandom, Random, Surroundings, Variables};
pub(crate) use template::{
    Misread, Template, compile_jsonata, compile_jsonpath, expression as template_expression,
};
