//! Reports: the query behind each visual, who may see what of it, and what it is exported as.

pub(crate) mod access;
mod answers;
mod backing;
mod csv;
mod drawing;
mod figures;
mod problems;
mod snapshot_files;
mod snapshot_job;
mod workbook;

pub(crate) use answers::Answers;
pub(crate) use csv::csv;
pub(crate) use drawing::{Answered, Picture, picture, report};
pub(crate) use figures::{Ask, Figures, ReportError, distinct, now, run};
pub(crate) use problems::problems;
pub(crate) use snapshot_job::{SnapshotJob, start as start_snapshot_job};
pub(crate) use workbook::workbook;
