//! Date and time pictures: `[Y0001]-[M01]-[D01]`.

use super::integer::{Case, Format};
use crate::{Error, json};

/// A piece of a picture.
#[derive(Debug)]
pub(super) enum Part {
    Literal(String),
    Marker(Marker),
}

#[derive(Debug)]
pub(super) struct Marker {
    pub component: char,
    pub names: Option<Case>,
    /// Most characters, where the picture says so.
    pub max: Option<usize>,
    pub format: Option<Format>,
    /// `t`: UTC is `Z`.
    pub traditional: bool,
    /// For `Y`, `M`, `D`: how many digits; nothing for all.
    pub digits: Option<usize>,
}

pub(super) fn parse(picture: &str) -> Result<Vec<Part>, Error> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = picture;
    while let Some(at) = rest.find('[') {
        literal.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('[') {
            literal.push('[');
            rest = after;
            continue;
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(
                std::mem::take(&mut literal).replace("]]", "]"),
            ));
        }
        let end = rest.find(']').ok_or_else(|| Error::new("D3135"))?;
        let marker: String = rest[..end].split_whitespace().collect();
        parts.push(Part::Marker(parse_marker(&marker)?));
        rest = &rest[end + 1..];
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal.replace("]]", "]")));
    }
    Ok(parts)
}

fn parse_marker(marker: &str) -> Result<Marker, Error> {
    let component = marker.chars().next().unwrap_or('\0');
    let body = marker.get(component.len_utf8()..).unwrap_or("");
    let (presentation, width) = body
        .rsplit_once(',')
        .map_or((body, None), |(p, w)| (p, Some(w)));
    let number = |text: &str| text.parse::<usize>().ok();
    let (min, max) = match width.map(|w| {
        w.split_once('-')
            .map_or((w, None), |(min, max)| (min, Some(max)))
    }) {
        Some((min, max)) => (number(min), max.and_then(number)),
        None => (None, None),
    };
    let mut second = None;
    let mut first = presentation;
    if presentation.chars().count() > 1 {
        if let Some(last) = presentation.chars().last().filter(|c| "atco".contains(*c)) {
            second = Some(last);
            first = &presentation[..presentation.len() - 1];
        }
    } else if presentation.is_empty() {
        first = match component {
            'Y' | 'M' | 'D' | 'd' | 'W' | 'w' | 'X' | 'x' | 'H' | 'h' | 'f' => "1",
            'F' | 'P' | 'C' | 'E' => "n",
            'm' | 's' => "01",
            'Z' | 'z' => "01:01",
            _ => {
                return Err(Error::new("D3132").field("value", json::quote(&component.to_string())));
            }
        };
    }
    let names = match first.chars().next() {
        Some('n') => Some(Case::Lower),
        Some('N') if first[1..].starts_with('n') => Some(Case::Title),
        Some('N') => Some(Case::Upper),
        _ => None,
    };
    let mut parsed = Marker {
        component,
        names,
        max,
        format: None,
        traditional: second == Some('t'),
        digits: None,
    };
    if names.is_none() && "YMDdFWwXxHhmsf".contains(component) {
        let picture = second.map_or_else(|| first.to_owned(), |second| format!("{first};{second}"));
        let mut format = Format::parse(&picture)?;
        if let Some(min) = min {
            format.mandatory = format.mandatory.max(min);
        }
        if "YMD".contains(component) {
            if let Some(max) = max {
                parsed.digits = Some(max);
                format.mandatory = max;
            } else if format.mandatory + format.optional >= 2 {
                parsed.digits = Some(format.mandatory + format.optional);
            }
            format.width = parsed.digits;
        }
        parsed.format = Some(format);
    }
    if matches!(component, 'Z' | 'z') {
        parsed.format = Some(Format::parse(first)?);
    }
    Ok(parsed)
}
