//! Data sets: where their rows come from, and what is made of them on the way.

mod cast;
mod check;
mod column;
mod compile;
mod direct;
mod expression;
mod filter;
mod model;
mod resolve;

pub(crate) use check::{check, columns, compiled, fill_columns};
pub(crate) use column::{Column, ColumnType, quoted, text_literal};
pub(crate) use compile::{Compiled, Input, What, compile};
pub(crate) use direct::{direct, physical_sql};
pub(crate) use expression::seen;
pub(crate) use model::{DataSet, InputColumn, Physical, UploadSettings, Window};
pub(crate) use resolve::parents;
