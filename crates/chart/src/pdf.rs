//! Drawings as the pages of a PDF: paths as paths, text as text that can be searched and copied.

use std::{
    collections::{BTreeMap, HashMap},
    io::Write,
};

use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{
    Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr,
    types::{
        CidFontType, ColorSpaceOperand, FontFlags, LineCapStyle, LineJoinStyle, SystemInfo,
        UnicodeCmap,
    },
};
use tiny_skia::{Path, PathSegment, Transform};
use ttf_parser::{Face, GlyphId};
use usvg::{FillRule, fontdb};

use crate::{
    ChartError, fonts,
    tree::{self, Canvas, Ink},
};

/// Points for each of the drawing's pixels: 72 to 96.
const POINTS: f32 = 0.75;

const IDENTITY: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// Makes a document of drawings, a page each.
pub(crate) fn document(title: &str, pages: &[String]) -> Result<Vec<u8>, ChartError> {
    let mut file = File {
        pdf: Pdf::new(),
        next: Ref::new(1),
        fonts: BTreeMap::new(),
        alphas: BTreeMap::new(),
        shadings: Vec::new(),
    };
    let (catalog, tree_ref) = (file.fresh(), file.fresh());
    file.pdf.catalog(catalog).pages(tree_ref);
    let info = file.fresh();
    file.pdf
        .document_info(info)
        .title(TextStr(title))
        .producer(TextStr("Taxiway"));
    let resources = file.fresh();
    let mut kids = Vec::with_capacity(pages.len());
    for svg in pages {
        let tree = tree::parse(svg)?;
        let (width, height) = (tree.size().width() * POINTS, tree.size().height() * POINTS);
        // PDF counts from the lower left corner.
        let flip = Transform::from_row(POINTS, 0.0, 0.0, -POINTS, 0.0, height);
        let mut canvas = Sheet {
            file: &mut file,
            content: Content::new(),
        };
        tree::draw(&tree, flip, &mut canvas);
        let content = deflated(&canvas.content.finish());
        let (page, stream) = (file.fresh(), file.fresh());
        file.pdf
            .stream(stream, &content)
            .filter(Filter::FlateDecode);
        file.pdf
            .page(page)
            .parent(tree_ref)
            .media_box(Rect::new(0.0, 0.0, width, height))
            .contents(stream)
            .pair(Name(b"Resources"), resources);
        kids.push(page);
    }
    let count = i32::try_from(kids.len()).unwrap_or(i32::MAX);
    file.pdf.pages(tree_ref).kids(kids).count(count);
    file.write_shared(resources);
    Ok(file.pdf.finish())
}

struct File {
    pdf: Pdf,
    next: Ref,
    fonts: BTreeMap<fontdb::ID, Font>,
    /// Opacity in thousandths, for fills and strokes alike.
    alphas: BTreeMap<u32, Ref>,
    shadings: Vec<Ref>,
}

/// A font and the glyphs that are used of it.
struct Font {
    name: String,
    face: Face<'static>,
    data: &'static [u8],
    glyphs: BTreeMap<u16, String>,
    reference: Ref,
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = zlib.write_all(data);
    zlib.finish().unwrap_or_default()
}

impl File {
    fn fresh(&mut self) -> Ref {
        self.next.bump()
    }

    fn alpha(&mut self, opacity: f32) -> Option<String> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 1000"
        )]
        let thousandths = (opacity.clamp(0.0, 1.0) * 1000.0).round() as u32;
        if thousandths == 1000 && self.alphas.is_empty() {
            return None;
        }
        if !self.alphas.contains_key(&thousandths) {
            let reference = self.fresh();
            self.alphas.insert(thousandths, reference);
        }
        Some(format!("A{thousandths}"))
    }

    fn font(&mut self, id: fontdb::ID) -> Option<&mut Font> {
        if !self.fonts.contains_key(&id) {
            let (data, bold) = fonts::built_in(&fonts::database(), id)?;
            let face = Face::parse(data, 0).ok()?;
            let reference = self.fresh();
            let name = if bold {
                "OpenSans-SemiBold"
            } else {
                "OpenSans-Regular"
            };
            self.fonts.insert(
                id,
                Font {
                    name: name.to_owned(),
                    face,
                    data,
                    glyphs: BTreeMap::new(),
                    reference,
                },
            );
        }
        self.fonts.get_mut(&id)
    }

    /// Writes what all pages use.
    fn write_shared(&mut self, resources: Ref) {
        let fonts = std::mem::take(&mut self.fonts);
        for font in fonts.values() {
            self.write_font(font);
        }
        for (thousandths, reference) in &self.alphas {
            #[expect(clippy::cast_precision_loss, reason = "from 0 to 1000")]
            let alpha = *thousandths as f32 / 1000.0;
            self.pdf
                .ext_graphics(*reference)
                .stroking_alpha(alpha)
                .non_stroking_alpha(alpha);
        }
        let mut all = self
            .pdf
            .indirect(resources)
            .start::<pdf_writer::writers::Resources<'_>>();
        let mut list = all.fonts();
        for font in fonts.values() {
            list.pair(Name(font.name.as_bytes()), font.reference);
        }
        list.finish();
        let mut list = all.ext_g_states();
        for (thousandths, reference) in &self.alphas {
            list.pair(Name(format!("A{thousandths}").as_bytes()), *reference);
        }
        list.finish();
        let mut list = all.patterns();
        for (i, reference) in self.shadings.iter().enumerate() {
            list.pair(Name(format!("P{i}").as_bytes()), *reference);
        }
        list.finish();
        all.finish();
    }

    fn write_font(&mut self, font: &Font) {
        let (descendant, descriptor, cmap, data) =
            (self.fresh(), self.fresh(), self.fresh(), self.fresh());
        let base = Name(font.name.as_bytes());
        let scale = 1000.0 / f32::from(font.face.units_per_em());
        self.pdf
            .type0_font(font.reference)
            .base_font(base)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(descendant)
            .to_unicode(cmap);
        let mut cid = self.pdf.cid_font(descendant);
        cid.subtype(CidFontType::Type2)
            .base_font(base)
            .system_info(IDENTITY)
            .font_descriptor(descriptor)
            .default_width(0.0)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = cid.widths();
        for glyph in font.glyphs.keys() {
            let advance = font.face.glyph_hor_advance(GlyphId(*glyph)).unwrap_or(0);
            widths.consecutive(*glyph, [f32::from(advance) * scale]);
        }
        widths.finish();
        cid.finish();
        let bounds = font.face.global_bounding_box();
        let scaled = |v: i16| f32::from(v) * scale;
        self.pdf
            .font_descriptor(descriptor)
            .name(base)
            .flags(FontFlags::NON_SYMBOLIC)
            .bbox(Rect::new(
                scaled(bounds.x_min),
                scaled(bounds.y_min),
                scaled(bounds.x_max),
                scaled(bounds.y_max),
            ))
            .italic_angle(0.0)
            .ascent(scaled(font.face.ascender()))
            .descent(scaled(font.face.descender()))
            .cap_height(scaled(font.face.capital_height().unwrap_or(1400)))
            .stem_v(90.0)
            .font_file2(data);
        let mut unicode = UnicodeCmap::new(Name(b"Custom"), IDENTITY);
        for (glyph, text) in &font.glyphs {
            unicode.pair_with_multiple(*glyph, text.chars());
        }
        let unicode = deflated(&unicode.finish());
        self.pdf.cmap(cmap, &unicode).filter(Filter::FlateDecode);
        let compressed = deflated(font.data);
        let length = i32::try_from(font.data.len()).unwrap_or(i32::MAX);
        self.pdf
            .stream(data, &compressed)
            .filter(Filter::FlateDecode)
            .pair(Name(b"Length1"), length);
    }

    /// Writes a gradient; returns its place among the patterns.
    fn gradient(&mut self, gradient: &usvg::LinearGradient, transform: Transform) -> Option<usize> {
        let stops = gradient.stops();
        if stops.len() < 2 {
            return None;
        }
        let rgb = |stop: &usvg::Stop| {
            let c = stop.color();
            [c.red, c.green, c.blue].map(|v| f32::from(v) / 255.0)
        };
        let parts: Vec<Ref> = stops
            .windows(2)
            .map(|pair| {
                let reference = self.next.bump();
                self.pdf
                    .exponential_function(reference)
                    .domain([0.0, 1.0])
                    .c0(rgb(&pair[0]))
                    .c1(rgb(&pair[1]))
                    .n(1.0);
                reference
            })
            .collect();
        let function = self.fresh();
        let inner = &stops[1..stops.len() - 1];
        self.pdf
            .stitching_function(function)
            .domain([0.0, 1.0])
            .bounds(inner.iter().map(|s| s.offset().get()))
            .encode(parts.iter().flat_map(|_| [0.0, 1.0]))
            .functions(parts.iter().copied());
        let pattern = self.fresh();
        let mut writer = self.pdf.shading_pattern(pattern);
        let mut shading = writer.function_shading();
        shading.shading_type(pdf_writer::types::FunctionShadingType::Axial);
        shading.color_space().device_rgb();
        shading
            .coords([gradient.x1(), gradient.y1(), gradient.x2(), gradient.y2()])
            .function(function)
            .extend([true, true]);
        shading.finish();
        writer.matrix(matrix(transform.pre_concat(gradient.transform())));
        writer.finish();
        self.shadings.push(pattern);
        Some(self.shadings.len() - 1)
    }
}

fn matrix(t: Transform) -> [f32; 6] {
    [t.sx, t.ky, t.kx, t.sy, t.tx, t.ty]
}

/// A page that is being drawn.
struct Sheet<'a> {
    file: &'a mut File,
    content: Content,
}

impl Sheet<'_> {
    /// Sets colour and opacity; whether there is anything to draw.
    fn ink(
        &mut self,
        paint: &usvg::Paint,
        transform: Transform,
        opacity: f32,
        stroking: bool,
    ) -> bool {
        if let Some(alpha) = self.file.alpha(opacity) {
            self.content.set_parameters(Name(alpha.as_bytes()));
        }
        match paint {
            usvg::Paint::Color(c) => {
                let [r, g, b] = [c.red, c.green, c.blue].map(|v| f32::from(v) / 255.0);
                if stroking {
                    self.content.set_stroke_rgb(r, g, b);
                } else {
                    self.content.set_fill_rgb(r, g, b);
                }
                true
            }
            usvg::Paint::LinearGradient(gradient) if !stroking => {
                let Some(place) = self.file.gradient(gradient, transform) else {
                    return false;
                };
                self.content
                    .set_fill_color_space(ColorSpaceOperand::Pattern)
                    .set_fill_pattern([], Name(format!("P{place}").as_bytes()));
                true
            }
            _ => false,
        }
    }

    fn path(&mut self, path: &Path, transform: Transform) {
        let Some(path) = path.clone().transform(transform) else {
            return;
        };
        let mut last = tiny_skia::Point::zero();
        for segment in path.segments() {
            match segment {
                PathSegment::MoveTo(p) => {
                    self.content.move_to(p.x, p.y);
                    last = p;
                }
                PathSegment::LineTo(p) => {
                    self.content.line_to(p.x, p.y);
                    last = p;
                }
                PathSegment::QuadTo(c, p) => {
                    // A quadratic curve is a cubic one with its control points two thirds along.
                    let toward = |a: f32, b: f32| a + (b - a) * 2.0 / 3.0;
                    self.content.cubic_to(
                        toward(last.x, c.x),
                        toward(last.y, c.y),
                        toward(p.x, c.x),
                        toward(p.y, c.y),
                        p.x,
                        p.y,
                    );
                    last = p;
                }
                PathSegment::CubicTo(a, b, p) => {
                    self.content.cubic_to(a.x, a.y, b.x, b.y, p.x, p.y);
                    last = p;
                }
                PathSegment::Close => {
                    self.content.close_path();
                }
            }
        }
    }
}

impl Canvas for Sheet<'_> {
    fn fill(&mut self, ink: &Ink<'_>, rule: FillRule) {
        self.content.save_state();
        if self.ink(ink.paint, ink.transform, ink.opacity, false) {
            self.path(ink.path, ink.transform);
            match rule {
                FillRule::NonZero => self.content.fill_nonzero(),
                FillRule::EvenOdd => self.content.fill_even_odd(),
            };
        }
        self.content.restore_state();
    }

    fn stroke(&mut self, ink: &Ink<'_>, stroke: &usvg::Stroke) {
        self.content.save_state();
        if self.ink(ink.paint, ink.transform, ink.opacity, true) {
            let (sx, sy) = ink.transform.get_scale();
            let scale = f32::midpoint(sx, sy);
            self.content
                .set_line_width(stroke.width().get() * scale)
                .set_miter_limit(stroke.miterlimit().get())
                .set_line_cap(match stroke.linecap() {
                    usvg::LineCap::Butt => LineCapStyle::ButtCap,
                    usvg::LineCap::Round => LineCapStyle::RoundCap,
                    usvg::LineCap::Square => LineCapStyle::ProjectingSquareCap,
                })
                .set_line_join(match stroke.linejoin() {
                    usvg::LineJoin::Round => LineJoinStyle::RoundJoin,
                    usvg::LineJoin::Bevel => LineJoinStyle::BevelJoin,
                    _ => LineJoinStyle::MiterJoin,
                });
            if let Some(dashes) = stroke.dasharray() {
                self.content.set_dash_pattern(
                    dashes.iter().map(|d| d * scale),
                    stroke.dashoffset() * scale,
                );
            }
            self.path(ink.path, ink.transform);
            self.content.stroke();
        }
        self.content.restore_state();
    }

    fn text(&mut self, text: &usvg::Text, transform: Transform, opacity: f32) {
        for span in text.layouted() {
            let Some(fill) = span.fill.as_ref().filter(|_| span.visible) else {
                continue;
            };
            self.content.save_state();
            let opacity = opacity * fill.opacity().get();
            if self.ink(fill.paint(), transform, opacity, false) {
                self.content.begin_text();
                self.glyphs(&span.positioned_glyphs, transform);
                self.content.end_text();
            }
            self.content.restore_state();
        }
    }

    fn clip(&mut self, shape: &Path) {
        self.content.save_state();
        self.path(shape, Transform::identity());
        self.content.clip_nonzero().end_path();
    }

    fn unclip(&mut self) {
        self.content.restore_state();
    }
}

impl Sheet<'_> {
    /// Writes glyphs, those that follow one another in one go.
    fn glyphs(&mut self, glyphs: &[usvg::layout::PositionedGlyph], transform: Transform) {
        let mut run: Vec<u8> = Vec::new();
        let mut current: Option<(fontdb::ID, Transform, f32)> = None;
        let mut names: HashMap<fontdb::ID, String> = HashMap::new();
        for glyph in glyphs {
            let Some(font) = self.file.font(glyph.font) else {
                continue;
            };
            let em = f32::from(font.face.units_per_em());
            // From ems to the page.
            let at = transform
                .pre_concat(glyph.outline_transform())
                .pre_scale(em, em);
            let advance = f32::from(
                font.face
                    .glyph_hor_advance(GlyphId(glyph.id.0))
                    .unwrap_or(0),
            ) / em;
            font.glyphs
                .entry(glyph.id.0)
                .or_insert_with(|| glyph.text.clone());
            names.entry(glyph.font).or_insert_with(|| font.name.clone());
            let follows = current.is_some_and(|(id, begin, along)| {
                let expected = begin.pre_translate(along, 0.0);
                let near = |a: f32, b: f32| {
                    (a - b).abs() < 0.02 * begin.sx.abs().max(begin.ky.abs()).max(1.0)
                };
                id == glyph.font
                    && near(expected.tx, at.tx)
                    && near(expected.ty, at.ty)
                    && (begin.sx, begin.ky, begin.kx, begin.sy) == (at.sx, at.ky, at.kx, at.sy)
            });
            if !follows {
                if !run.is_empty() {
                    self.content.show(Str(&run));
                    run.clear();
                }
                self.content
                    .set_font(Name(names[&glyph.font].as_bytes()), 1.0)
                    .set_text_matrix(matrix(at));
                current = Some((glyph.font, at, 0.0));
            }
            run.extend(glyph.id.0.to_be_bytes());
            if let Some((_, _, along)) = &mut current {
                *along += advance;
            }
        }
        if !run.is_empty() {
            self.content.show(Str(&run));
        }
    }
}
