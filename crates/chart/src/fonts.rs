//! The built-in fonts: Open Sans, regular and semibold (SIL Open Font License, `fonts/OFL.txt`).

use std::sync::{Arc, OnceLock};

use ttf_parser::Face;
use usvg::fontdb;

const REGULAR: &[u8] = include_bytes!("../fonts/OpenSans-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../fonts/OpenSans-SemiBold.ttf");

/// The family's name in a drawing.
pub(crate) const FAMILY: &str = "Open Sans";

/// Returns the fonts as the drawing's reader wants them.
pub(crate) fn database() -> Arc<fontdb::Database> {
    static DATABASE: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let database = DATABASE.get_or_init(|| {
        let mut database = fontdb::Database::new();
        for data in [REGULAR, SEMIBOLD] {
            database.load_font_source(fontdb::Source::Binary(Arc::new(data)));
        }
        database.set_sans_serif_family(FAMILY);
        database.set_serif_family(FAMILY);
        database.set_monospace_family(FAMILY);
        Arc::new(database)
    });
    Arc::clone(database)
}

/// Returns the data of a built-in font, and whether it is the bold one.
pub(crate) fn built_in(
    database: &fontdb::Database,
    id: fontdb::ID,
) -> Option<(&'static [u8], bool)> {
    let bold = database.face(id)?.weight.0 >= 550;
    Some((if bold { SEMIBOLD } else { REGULAR }, bold))
}

fn face(bold: bool) -> Option<&'static Face<'static>> {
    static FACES: OnceLock<[Option<Face<'static>>; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| [REGULAR, SEMIBOLD].map(|data| Face::parse(data, 0).ok()));
    faces[usize::from(bold)].as_ref()
}

/// Returns how wide a text is, in pixels.
pub(crate) fn measure(text: &str, size: f64, bold: bool) -> f64 {
    let Some(face) = face(bold) else {
        return 0.0;
    };
    let units: u64 = text
        .chars()
        .map(|c| {
            let glyph = face.glyph_index(c).unwrap_or_default();
            u64::from(face.glyph_hor_advance(glyph).unwrap_or(0))
        })
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "far below the limit")]
    let units = units as f64;
    units * size / f64::from(face.units_per_em())
}

/// Returns a text cut to a width, with an ellipsis where something is missing.
pub(crate) fn fitted(text: &str, size: f64, bold: bool, width: f64) -> String {
    if measure(text, size, bold) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut left = width - measure("…", size, bold);
    for c in text.chars() {
        left -= measure(c.encode_utf8(&mut [0; 4]), size, bold);
        if left < 0.0 {
            break;
        }
        cut.push(c);
    }
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wider_text_is_wider() {
        assert!(measure("mmm", 12.0, false) > measure("iii", 12.0, false));
        assert!(measure("abc", 12.0, true) > measure("abc", 12.0, false));
        assert!((measure("abc", 24.0, false) - 2.0 * measure("abc", 12.0, false)).abs() < 1e-9);
    }

    #[test]
    fn a_text_is_cut_to_its_width() {
        assert_eq!(fitted("short", 12.0, false, 100.0), "short");
        let cut = fitted("a very long title of a chart", 12.0, false, 80.0);
        assert!(
            cut.ends_with('…') && measure(&cut, 12.0, false) <= 80.0,
            "{cut}"
        );
    }
}
