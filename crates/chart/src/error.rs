//! What can go wrong while drawing.

use thiserror::Error;

#[derive(Debug, Error)]
pub enum ChartError {
    #[error("the chart's spec cannot be drawn: {0}")]
    Spec(String),
    #[error("the chart took longer than {0} seconds")]
    Time(u64),
    #[error("the script engine failed: {0}")]
    Script(String),
    #[error("the drawing is not readable: {0}")]
    Svg(String),
    #[error("the picture is too large: {width} by {height} pixels")]
    Size { width: u32, height: u32 },
    #[error("the threads that draw have ended")]
    Ended,
}
