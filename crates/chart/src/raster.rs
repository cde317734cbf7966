//! A drawing as PNG.

use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};
use tiny_skia::{
    Color, FillRule, GradientStop, LinearGradient, Mask, Paint, Path, Pixmap, Point, Shader,
    SpreadMode, Transform,
};

use crate::{
    ChartError,
    tree::{self, Canvas, Ink},
};

/// Pictures beyond this are refused: 64 million pixels are 256 MB.
const PIXELS: u64 = 64 << 20;

pub(crate) fn png(svg: &str, scale: f32) -> Result<Vec<u8>, ChartError> {
    let tree = tree::parse(svg)?;
    let scale = if scale.is_finite() {
        scale.clamp(0.1, 8.0)
    } else {
        1.0
    };
    let size = tree.size().to_int_size();
    let (width, height) = (scaled(size.width(), scale), scaled(size.height(), scale));
    let too_large = ChartError::Size { width, height };
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(too_large);
    }
    let Some(pixmap) = Pixmap::new(width, height) else {
        return Err(too_large);
    };
    let mut picture = Picture {
        pixmap,
        masks: Vec::new(),
    };
    tree::draw(&tree, Transform::from_scale(scale, scale), &mut picture);
    Ok(encoded(&picture.pixmap))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the scale is at most 8"
)]
fn scaled(pixels: u32, scale: f32) -> u32 {
    ((pixels as f32) * scale).ceil().max(1.0) as u32
}

struct Picture {
    pixmap: Pixmap,
    masks: Vec<Mask>,
}

fn paint<'a>(ink: &Ink<'_>) -> Option<Paint<'a>> {
    let shader = match ink.paint {
        usvg::Paint::Color(color) => {
            let color = Color::from_rgba8(color.red, color.green, color.blue, 255);
            let mut color = color;
            color.apply_opacity(ink.opacity);
            Shader::SolidColor(color)
        }
        usvg::Paint::LinearGradient(gradient) => LinearGradient::new(
            Point::from_xy(gradient.x1(), gradient.y1()),
            Point::from_xy(gradient.x2(), gradient.y2()),
            gradient
                .stops()
                .iter()
                .map(|stop| {
                    let c = stop.color();
                    let mut color = Color::from_rgba8(c.red, c.green, c.blue, 255);
                    color.apply_opacity(stop.opacity().get() * ink.opacity);
                    GradientStop::new(stop.offset().get(), color)
                })
                .collect(),
            SpreadMode::Pad,
            gradient.transform(),
        )?,
        usvg::Paint::RadialGradient(_) | usvg::Paint::Pattern(_) => return None,
    };
    Some(Paint {
        shader,
        anti_alias: true,
        ..Paint::default()
    })
}

impl Canvas for Picture {
    fn fill(&mut self, ink: &Ink<'_>, rule: usvg::FillRule) {
        let rule = match rule {
            usvg::FillRule::NonZero => FillRule::Winding,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        };
        if let Some(paint) = paint(ink) {
            self.pixmap
                .fill_path(ink.path, &paint, rule, ink.transform, self.masks.last());
        }
    }

    fn stroke(&mut self, ink: &Ink<'_>, stroke: &usvg::Stroke) {
        if let Some(paint) = paint(ink) {
            let stroke = stroke.to_tiny_skia();
            self.pixmap
                .stroke_path(ink.path, &paint, &stroke, ink.transform, self.masks.last());
        }
    }

    fn text(&mut self, text: &usvg::Text, transform: Transform, opacity: f32) {
        tree::group(text.flattened(), transform, opacity, self);
    }

    fn clip(&mut self, shape: &Path) {
        let made = match self.masks.last() {
            Some(outer) => {
                let mut mask = outer.clone();
                mask.intersect_path(shape, FillRule::Winding, true, Transform::identity());
                Some(mask)
            }
            None => Mask::new(self.pixmap.width(), self.pixmap.height()).map(|mut mask| {
                mask.fill_path(shape, FillRule::Winding, true, Transform::identity());
                mask
            }),
        };
        self.masks.extend(made);
    }

    fn unclip(&mut self) {
        self.masks.pop();
    }
}

/// Writes a picture as PNG: eight bits of red, green, blue and alpha.
fn encoded(pixmap: &Pixmap) -> Vec<u8> {
    let (width, height) = (pixmap.width(), pixmap.height());
    let mut rows = Vec::with_capacity(pixmap.data().len() + height as usize);
    for row in pixmap.pixels().chunks(width as usize) {
        // Each row begins with its filter: none.
        rows.push(0);
        for pixel in row {
            let c = pixel.demultiply();
            rows.extend([c.red(), c.green(), c.blue(), c.alpha()]);
        }
    }
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = zlib.write_all(&rows);
    let data = zlib.finish().unwrap_or_default();
    let mut header = Vec::with_capacity(13);
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &data);
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(&name);
    crc.update(data);
    file.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    file.extend(name);
    file.extend(data);
    file.extend(crc.sum().to_be_bytes());
}
