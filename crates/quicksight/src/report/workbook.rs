//! Figures as an Excel workbook: a sheet per visual, numbers and dates as such.
//!
//! The parts of a workbook are few, and a library for them would bring compression features that make all of
//! DataFusion compile anew.

use std::fmt::Write;

use visual::ColumnType;

use super::Figures;
use crate::zip::Archive;

/// Excel's longest sheet name.
const NAME_MAX: usize = 31;
/// Days from Excel's epoch to 1970.
const EPOCH_DAYS: f64 = 25_569.0;
const DAY_MS: f64 = 86_400_000.0;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// Style 1 is bold, style 2 a date with its time.
const STYLES: &str = "<numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/></numFmts>\
    <fonts count=\"2\"><font/><font><b/></font></fonts><fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders>\
    <cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"3\"><xf/><xf fontId=\"1\" applyFont=\"1\"/>\
    <xf numFmtId=\"164\" applyNumberFormat=\"1\"/></cellXfs>";

/// Returns the workbook's bytes. What is to be said about the figures stands in a last sheet; nothing, and there is
/// none.
pub(crate) fn workbook(sheets: &[(String, Figures)], about: &[(String, String)]) -> Vec<u8> {
    let mut names: Vec<String> = Vec::new();
    for (title, _) in sheets {
        names.push(free_name(title, &names));
    }
    if !about.is_empty() {
        names.push(free_name("About", &names));
    }
    let mut archive = Archive::default();
    let (mut types, mut list, mut relations) = (String::new(), String::new(), String::new());
    for (i, name) in (1..).zip(&names) {
        let _ = write!(
            types,
            "<Override PartName=\"/xl/worksheets/sheet{i}.xml\" ContentType=\"{TYPE}.worksheet+xml\"/>"
        );
        let _ = write!(
            list,
            "<sheet name=\"{}\" sheetId=\"{i}\" r:id=\"r{i}\"/>",
            escaped(name)
        );
        let _ = write!(
            relations,
            "<Relationship Id=\"r{i}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>"
        );
    }
    archive.add(
        "[Content_Types].xml",
        format!(
            "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
             ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
             ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{TYPE}.sheet.main+xml\"/>\
             <Override PartName=\"/xl/styles.xml\" ContentType=\"{TYPE}.styles+xml\"/>{types}</Types>"
        ),
    );
    archive.add(
        "_rels/.rels",
        format!(
            "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" \
             Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    archive.add(
        "xl/workbook.xml",
        format!("{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{list}</sheets></workbook>"),
    );
    archive.add(
        "xl/_rels/workbook.xml.rels",
        format!(
            "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}<Relationship Id=\"s\" \
             Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/></Relationships>"
        ),
    );
    archive.add(
        "xl/styles.xml",
        format!("{HEAD}<styleSheet xmlns=\"{MAIN}\">{STYLES}</styleSheet>"),
    );
    let mut bodies: Vec<String> = sheets.iter().map(|(_, f)| sheet(f)).collect();
    if !about.is_empty() {
        bodies.push(words(about));
    }
    for (i, body) in (1..).zip(bodies) {
        archive.add(&format!("xl/worksheets/sheet{i}.xml"), body);
    }
    archive.finish()
}

fn sheet(figures: &Figures) -> String {
    let mut out = format!("{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetData><row>");
    let (columns, rows) = figures.file();
    for column in &columns {
        text(&mut out, &column.label, 1);
    }
    out.push_str("</row>");
    for row in &rows {
        out.push_str("<row>");
        for (cell, column) in row.iter().zip(&columns) {
            let Some(shown) = cell.as_deref() else {
                out.push_str("<c/>");
                continue;
            };
            let number = shown.trim().parse::<f64>().ok().filter(|n| n.is_finite());
            match (column.kind, number, visual::moment::parse(shown)) {
                (ColumnType::Integer | ColumnType::Decimal, Some(number), _) => {
                    let _ = write!(out, "<c><v>{number}</v></c>");
                }
                (ColumnType::Datetime, _, Some(moment)) => {
                    let days = moment.and_utc().timestamp_millis() as f64 / DAY_MS + EPOCH_DAYS;
                    let _ = write!(out, "<c s=\"2\"><v>{days}</v></c>");
                }
                _ => text(&mut out, shown, 0),
            }
        }
        out.push_str("</row>");
    }
    out.push_str("</sheetData></worksheet>");
    out
}

/// Returns a sheet of names and what they say.
fn words(about: &[(String, String)]) -> String {
    let mut out = format!("{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetData>");
    for (name, value) in about {
        out.push_str("<row>");
        text(&mut out, name, 1);
        text(&mut out, value, 0);
        out.push_str("</row>");
    }
    out.push_str("</sheetData></worksheet>");
    out
}

fn text(out: &mut String, value: &str, style: u8) {
    let value = escaped(value);
    let _ = write!(
        out,
        "<c t=\"inlineStr\" s=\"{style}\"><is><t xml:space=\"preserve\">{value}</t></is></c>"
    );
}

/// Escapes text for XML, and leaves out what XML has no way to say.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Returns a title as a sheet's name: without what Excel forbids, short, and unlike the others.
fn free_name(title: &str, taken: &[String]) -> String {
    let plain: String = title
        .chars()
        .filter(|c| !"[]:*?/\\'".contains(*c))
        .take(NAME_MAX - 4)
        .collect();
    let plain = match plain.trim() {
        "" => "Sheet".to_owned(),
        _ => plain,
    };
    let mut name = plain.clone();
    let mut number = 2;
    while taken
        .iter()
        .any(|t| t.to_lowercase() == name.to_lowercase())
    {
        name = format!("{plain} {number}");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_excel_takes() {
        assert_eq!(free_name("a/b", &[]), "ab");
        assert_eq!(free_name("AB", &["ab".into()]), "AB 2");
        assert_eq!(free_name("??", &[]), "Sheet");
        assert!(free_name(&"x".repeat(99), &[]).len() <= NAME_MAX);
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("<a & \"b\">\u{1}"), "&lt;a &amp; &quot;b&quot;&gt;");
    }
}
