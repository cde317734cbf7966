//! Walks a drawing: what raster and PDF have in common.

use tiny_skia::{Path, PathBuilder, Transform};
use usvg::{FillRule, Group, Node, Paint, Tree};

use crate::{ChartError, fonts};

/// Reads a drawing.
pub(crate) fn parse(svg: &str) -> Result<Tree, ChartError> {
    let options = usvg::Options {
        font_family: fonts::FAMILY.to_owned(),
        fontdb: fonts::database(),
        // No drawing refers to anything outside of it.
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    };
    Tree::from_str(svg, &options).map_err(|error| ChartError::Svg(error.to_string()))
}

/// A line or an area in one colour.
pub(crate) struct Ink<'a> {
    pub(crate) path: &'a Path,
    pub(crate) transform: Transform,
    pub(crate) paint: &'a Paint,
    /// From 0 to 1, that of all groups around it included.
    pub(crate) opacity: f32,
}

/// What draws.
pub(crate) trait Canvas {
    fn fill(&mut self, ink: &Ink<'_>, rule: FillRule);
    fn stroke(&mut self, ink: &Ink<'_>, stroke: &usvg::Stroke);
    fn text(&mut self, text: &usvg::Text, transform: Transform, opacity: f32);
    /// What follows is seen within a shape only, until `unclip`.
    fn clip(&mut self, shape: &Path);
    fn unclip(&mut self);
}

/// Draws a tree.
pub(crate) fn draw(tree: &Tree, transform: Transform, canvas: &mut dyn Canvas) {
    group(tree.root(), transform, 1.0, canvas);
}

pub(crate) fn group(inner: &Group, transform: Transform, opacity: f32, canvas: &mut dyn Canvas) {
    let transform = transform.pre_concat(inner.transform());
    // The opacity of a group is that of its parts: marks do not overlap within one.
    let opacity = opacity * inner.opacity().get();
    let clip = inner.clip_path().and_then(|clip| {
        let mut builder = PathBuilder::new();
        shapes(
            clip.root(),
            transform.pre_concat(clip.transform()),
            &mut builder,
        );
        // A clip path without a shape hides everything.
        builder.finish().or_else(|| {
            PathBuilder::from_rect(tiny_skia::Rect::from_xywh(-1.0, -1.0, 0.5, 0.5)?).into()
        })
    });
    if let Some(shape) = &clip {
        canvas.clip(shape);
    }
    for child in inner.children() {
        match child {
            Node::Group(child) => group(child, transform, opacity, canvas),
            Node::Path(path) if path.is_visible() => {
                if let Some(fill) = path.fill() {
                    let ink = Ink {
                        path: path.data(),
                        transform,
                        paint: fill.paint(),
                        opacity: opacity * fill.opacity().get(),
                    };
                    canvas.fill(&ink, fill.rule());
                }
                if let Some(stroke) = path.stroke() {
                    let ink = Ink {
                        path: path.data(),
                        transform,
                        paint: stroke.paint(),
                        opacity: opacity * stroke.opacity().get(),
                    };
                    canvas.stroke(&ink, stroke);
                }
            }
            Node::Text(text) => canvas.text(text, transform, opacity),
            Node::Path(_) | Node::Image(_) => {}
        }
    }
    if clip.is_some() {
        canvas.unclip();
    }
}

/// Puts all shapes of a clip path together.
fn shapes(inner: &Group, transform: Transform, builder: &mut PathBuilder) {
    let transform = transform.pre_concat(inner.transform());
    for child in inner.children() {
        match child {
            Node::Group(child) => shapes(child, transform, builder),
            Node::Path(path) => {
                if let Some(path) = path.data().clone().transform(transform) {
                    builder.push_path(&path);
                }
            }
            Node::Text(_) | Node::Image(_) => {}
        }
    }
}
