//! Charts and reports on the server: Vega-Lite specs as SVG, pages of visuals as PNG and PDF.
//!
//! Vega runs in QuickJS, without files, network or clock, under a limit of memory and time. Nothing is fetched:
//! specs carry their data, and the fonts are built in.

mod error;
mod fonts;
mod markup;
mod page;
mod pdf;
mod raster;
mod renderer;
mod report;
mod script;
mod tiles;
mod tree;

pub use error::ChartError;
pub use renderer::Renderer;
pub use report::{Answered, Content, Report, Sheet, Tile};
