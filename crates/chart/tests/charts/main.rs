//! Charts, pages, pictures and documents, from specs as `visual` makes them.

#![expect(clippy::unwrap_used, reason = "tests")]

mod kinds;

use chart::{ChartError, Content, Renderer, Report, Sheet, Tile};
use serde_json::{Value, json};
use visual::{Align, Drawing, KpiLayout, TableColumn, TableLayout, Theme, Trend};

fn bars(values: &[(&str, f64)]) -> Value {
    let values: Vec<Value> = values
        .iter()
        .map(|(c, v)| json!({"_c": c, "_v": v}))
        .collect();
    json!({
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": values},
        "width": "container", "height": "container", "autosize": {"type": "fit", "contains": "padding"},
        "mark": {"type": "bar", "opacity": 0.8},
        "encoding": {
            "y": {"field": "_c", "type": "nominal", "sort": null, "axis": {"title": "Type"}},
            "x": {"field": "_v", "type": "quantitative", "axis": {"title": "Fare", "labelExpr": "\"$\" + format(datum.value, \",.0f\")"}},
        },
        "config": {"background": "transparent", "font": "Open Sans"},
    })
}

fn heat() -> Value {
    json!({
        "data": {"values": [{"a": "x", "b": "p", "v": 1}, {"a": "y", "b": "p", "v": 5}, {"a": "x", "b": "q", "v": 9}]},
        "width": "container", "height": "container", "autosize": {"type": "fit", "contains": "padding"},
        "mark": "rect",
        "encoding": {"x": {"field": "a"}, "y": {"field": "b"},
            "color": {"field": "v", "type": "quantitative", "scale": {"range": ["#e8effe", "#1d3a94"]}}},
    })
}

fn table(rows: usize) -> Drawing {
    let column = |label: &str, align| TableColumn {
        field_id: label.into(),
        label: label.into(),
        align,
    };
    Drawing::Table(TableLayout {
        columns: vec![
            column("Type", Align::Left),
            column("Average fare", Align::Right),
        ],
        rows: (0..rows)
            .map(|i| vec![format!("type {i}"), format!("{}.50", i * 3)])
            .collect(),
        total: None,
        total_at_start: false,
        truncated: false,
    })
}

fn tile(x: f64, y: f64, title: &str, content: Content) -> Tile {
    Tile {
        x,
        y,
        width: 18.0,
        height: 12.0,
        title: title.into(),
        subtitle: None,
        note: Some("Data as of 29 Nov 2026, 08:00 UTC".into()),
        content,
    }
}

fn report(rows: usize) -> Report {
    let chart = |spec| Content::Visual(Drawing::Chart { spec });
    let kpi = Drawing::Kpi(KpiLayout {
        label: "Sum of fare".into(),
        value: "1,234.5".into(),
        number: Some(1234.5),
        at: Some("Feb 2021".into()),
        comparison: Some(visual::Comparison {
            label: "Jan 2021".into(),
            value: "1,100".into(),
            difference: "12.23%".into(),
            direction: "up",
            progress: Some(0.7),
        }),
        trend: [3.0, 5.0, 4.0, 8.0]
            .map(|v| Trend {
                label: String::new(),
                value: Some(v),
            })
            .to_vec(),
    });
    Report {
        title: "Taxi & <rides>".into(),
        notes: vec!["Filters: type = yellow, green".into()],
        sheets: vec![Sheet {
            name: "Overview".into(),
            width: 36.0,
            tiles: vec![
                tile(
                    0.0,
                    0.0,
                    "Fares by type",
                    chart(bars(&[("yellow", 18.75), ("green", 15.2), ("fhv", 37.7)])),
                ),
                tile(18.0, 0.0, "Heat", chart(heat())),
                tile(0.0, 12.0, "Revenue", Content::Visual(kpi)),
                tile(18.0, 12.0, "Rides", Content::Visual(table(rows))),
                tile(
                    0.0,
                    24.0,
                    "",
                    Content::Text("A note on the sheet.\nIn two lines.".into()),
                ),
            ],
        }],
        theme: Theme::default(),
    }
}

#[test]
fn a_chart_is_drawn_with_its_texts_and_bars() {
    let svg = Renderer::new(1)
        .chart(&bars(&[("yellow", 18.0), ("a<b&\"c\"", 5.0)]), 400.0, 240.0)
        .unwrap();
    assert!(
        svg.starts_with("<svg") && svg.contains("width=\"400\""),
        "{svg}"
    );
    for text in ["yellow", "a&lt;b&amp;", "$10", "Fare"] {
        assert!(svg.contains(text), "{text}: {svg}");
    }
    // The two bars: five is as long in proportion to eighteen.
    assert_eq!(svg.matches("fill=\"#4c78a8\"").count(), 2, "{svg}");
    assert!(svg.contains("h329v89") && svg.contains("h91.3888"), "{svg}");
}

#[test]
fn what_cannot_be_drawn_is_an_error_and_the_next_chart_is_drawn() {
    let renderer = Renderer::new(1);
    let wrong = json!({"data": {"values": []}, "mark": "bar", "encoding": {"x": {"field": "a", "type": "quantitative", "axis": {"labelExpr": "nosuch("}}}});
    assert!(matches!(
        renderer.chart(&wrong, 100.0, 100.0),
        Err(ChartError::Spec(_))
    ));
    assert!(matches!(
        renderer.chart(&json!("no spec"), 100.0, 100.0),
        Err(ChartError::Spec(_))
    ));
    // Nothing is fetched.
    let outside = json!({"data": {"url": "http://127.0.0.1:1/x.json"}, "mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}}});
    let drawn = renderer.chart(&outside, 100.0, 100.0);
    assert!(drawn.is_err() || !drawn.unwrap().contains("symbol mark container\"><path"));
    assert!(renderer.chart(&bars(&[("a", 1.0)]), 100.0, 100.0).is_ok());
}

#[test]
fn an_endless_expression_is_stopped() {
    let renderer = Renderer::new(1);
    let endless = json!({
        "data": {"sequence": {"start": 0, "stop": 1e12, "as": "a"}},
        "mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}},
    });
    assert!(renderer.chart(&endless, 100.0, 100.0).is_err());
    assert!(renderer.chart(&bars(&[("a", 1.0)]), 100.0, 100.0).is_ok());
}

#[test]
fn a_report_as_svg_has_everything() {
    let svg = Renderer::new(1).svg(&report(3)).unwrap();
    for text in [
        "Taxi &amp; &lt;rides&gt;",
        "Filters: type = yellow, green",
        "Overview",
        "Fares by type",
        "1,234.5",
        "12.23%",
        "type 2",
        "A note on the sheet.",
        "Data as of 29 Nov 2026",
    ] {
        assert!(svg.contains(text), "{text}");
    }
}

#[test]
fn a_total_stands_below_the_rows_that_fit() {
    let mut report = report(500);
    let Content::Visual(Drawing::Table(table)) = &mut report.sheets[0].tiles[3].content else {
        panic!("{report:?}");
    };
    table.total = Some(vec!["Total".into(), "42.25".into()]);
    let svg = Renderer::new(1).svg(&report).unwrap();
    assert!(!svg.contains("type 499") && svg.contains("more rows"));
    let (first, total) = (svg.find("type 0").unwrap(), svg.find("42.25").unwrap());
    assert!(first < total);
}

fn inflated(png: &[u8]) -> (u32, Vec<u8>) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    let (mut at, mut data) = (8, Vec::new());
    while at < png.len() {
        let length = number(at) as usize;
        if &png[at + 4..at + 8] == b"IDAT" {
            data.extend(&png[at + 8..at + 8 + length]);
        }
        at += 12 + length;
    }
    let mut rows = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&data[..]), &mut rows).unwrap();
    (number(16), rows)
}

#[test]
fn a_picture_is_not_blank() {
    let png = Renderer::new(1).png(&report(3), 1.0).unwrap();
    if let Ok(folder) = std::env::var("TAXIWAY_KEEP") {
        std::fs::write(format!("{folder}/report.png"), &png).unwrap();
    }
    let (width, rows) = inflated(&png);
    assert_eq!(width, 1123);
    let stride = 1 + 4 * width as usize;
    let pixels = rows.chunks(stride).flat_map(|row| row[1..].chunks(4));
    let (mut white, mut blue, mut all) = (0, 0, 0);
    for p in pixels {
        all += 1;
        white += usize::from(p == [255, 255, 255, 255]);
        blue += usize::from(p[2] > 140 && p[0] < 120);
        assert_eq!(p[3], 255);
    }
    // Mostly ground, and a good deal of bars.
    assert!(
        white > all / 2 && white < all * 97 / 100,
        "{white} of {all}"
    );
    assert!(blue > 5000, "{blue}");
    assert!(matches!(
        Renderer::new(1).png(&report(3), 8.0),
        Err(ChartError::Size { .. })
    ));
}

/// Returns the bytes of a string in a document: in brackets with escapes, or as hexadecimal digits.
fn literal(text: &str) -> Vec<u8> {
    if let Some(digits) = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')) {
        let pairs = digits.as_bytes().chunks(2);
        return pairs
            .map(|p| u8::from_str_radix(std::str::from_utf8(p).unwrap(), 16).unwrap())
            .collect();
    }
    let mut bytes = Vec::new();
    let mut chars = text[1..text.len() - 1].chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            bytes.push(u8::try_from(u32::from(c)).unwrap());
            continue;
        }
        match chars.next().unwrap() {
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'b' => bytes.push(8),
            'f' => bytes.push(12),
            digit @ '0'..='7' => {
                let mut value = digit.to_digit(8).unwrap();
                for _ in 0..2 {
                    if let Some(next) = chars.peek().and_then(|c| c.to_digit(8)) {
                        value = value * 8 + next;
                        chars.next();
                    }
                }
                bytes.push(u8::try_from(value).unwrap());
            }
            other => bytes.push(u8::try_from(u32::from(other)).unwrap()),
        }
    }
    bytes
}

/// Reads the text of a document's pages as a reader does: glyphs by the fonts' maps to Unicode.
fn words(streams: &str) -> String {
    let hex = |t: &str| u32::from_str_radix(t.trim_matches(['<', '>']), 16).ok();
    // The two fonts are one design: their glyphs have the same numbers.
    let mut map = std::collections::HashMap::new();
    for line in streams.lines() {
        if let Some((glyph, text)) = line.split_once("> <")
            && let (Some(glyph), Some(c)) = (hex(glyph), hex(text).and_then(char::from_u32))
        {
            map.insert(glyph, c);
        }
    }
    let mut found = String::new();
    let shown = streams
        .split("Tj\n")
        .filter_map(|part| part.rsplit_once("Tm\n").or(part.rsplit_once("ET\n")));
    for (_, shown) in shown {
        for glyph in literal(shown.trim()).chunks_exact(2) {
            found.extend(map.get(&(u32::from(glyph[0]) << 8 | u32::from(glyph[1]))));
        }
        found.push('\n');
    }
    found
}

/// Returns the contents of all streams that are text.
fn streams(pdf: &[u8]) -> String {
    let mut found = String::new();
    let mut rest = pdf;
    let find = |data: &[u8], what: &[u8]| data.windows(what.len()).position(|w| w == what);
    while let Some(start) = find(rest, b"stream\n") {
        rest = &rest[start + 7..];
        let end = find(rest, b"endstream").unwrap();
        let mut text = Vec::new();
        let _ = std::io::Read::read_to_end(
            &mut flate2::read::ZlibDecoder::new(&rest[..end]),
            &mut text,
        );
        found.extend(text.iter().map(|b| char::from(*b)));
        rest = &rest[end + 9..];
    }
    found
}

#[test]
fn a_document_has_pages_text_and_all_rows() {
    let renderer = Renderer::new(1);
    let one = renderer.pdf(&report(3)).unwrap();
    let many = renderer.pdf(&report(100)).unwrap();
    if let Ok(folder) = std::env::var("TAXIWAY_KEEP") {
        std::fs::write(format!("{folder}/report.pdf"), &many).unwrap();
    }
    let pages = |pdf: &[u8]| {
        String::from_utf8_lossy(pdf)
            .matches("/Type /Page\n")
            .count()
    };
    assert!(one.starts_with(b"%PDF-1.7"));
    assert_eq!(pages(&many), pages(&one) + 3);
    let text = words(&streams(&many));
    for wanted in [
        "Taxi & <rides>",
        "Fares by type",
        "yellow",
        "1,234.5",
        "type 0",
        "type 99",
        "297.50",
        "Rides (continued)",
    ] {
        assert!(
            text.contains(wanted),
            "{wanted}:
{text}"
        );
    }
    assert!(
        String::from_utf8_lossy(&one).contains("/ShadingType 2"),
        "no gradient"
    );
}
