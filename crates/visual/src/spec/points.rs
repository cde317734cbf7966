//! An answer as points: one for each category, series and measure.
//!
//! **Shape** of a point: by each dimension's field id its value, for a filter; `_c` the category as shown,
//! `_x` its moment if it is a date (`_ms` in milliseconds), `_s` the series, `_f` the small multiple, `_v` the number, `_t` the number
//! as shown.

use serde_json::{Map, Value, json};

use super::Answer;
use crate::{
    column::ColumnType,
    moment,
    plan::{OutputColumn, Role},
};

/// The points of an answer and what they are called.
pub(super) struct Points {
    pub(super) data: Vec<Value>,
    /// Labels of what the points have; none where they have it not.
    pub(super) category: Option<String>,
    pub(super) series: Option<String>,
    pub(super) facet: Option<String>,
    pub(super) value: String,
    /// The first measure, for the format of the axis.
    pub(super) measure: Option<OutputColumn>,
    pub(super) dated: Option<OutputColumn>,
    /// The names of the series, as they come.
    pub(super) names: Vec<String>,
}

impl Answer<'_> {
    pub(super) fn find(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|c| c.role == role)
    }

    /// Returns the values of a row's dimensions by their field ids: what a click on a mark filters by.
    pub(super) fn keys(&self, row: &[Option<String>]) -> Map<String, Value> {
        self.columns
            .iter()
            .enumerate()
            .filter(|(_, c)| c.role.is_dimension())
            .map(|(i, c)| (c.field_id.clone(), self.cell(row, i).into()))
            .collect()
    }

    /// Returns the points of the measures of a role.
    pub(super) fn points(&self, values: Role) -> Points {
        let category = self.find(Role::Category);
        let color = self.find(Role::Color);
        let facet = self.find(Role::SmallMultiple);
        let measures: Vec<usize> = (0..self.columns.len())
            .filter(|i| self.columns[*i].role == values)
            .collect();
        let many = measures.len() > 1;
        let mut names: Vec<String> = Vec::new();
        let mut data = Vec::with_capacity(self.rows.len() * measures.len());
        for row in self.rows {
            for measure in &measures {
                let mut point = self.keys(row);
                if let Some(c) = category {
                    self.put_category(&mut point, row, c);
                }
                let label = &self.columns[*measure].label;
                let name = match (color, many) {
                    (Some(c), false) => Some(self.text(row, c)),
                    (Some(c), true) => Some(format!("{} · {label}", self.text(row, c))),
                    (None, true) => Some(label.clone()),
                    (None, false) => None,
                };
                if let Some(name) = name {
                    if !names.contains(&name) && names.len() < 1000 {
                        names.push(name.clone());
                    }
                    point.insert("_s".into(), name.into());
                }
                if let Some(f) = facet {
                    point.insert("_f".into(), self.text(row, f).into());
                }
                point.insert("_v".into(), self.number(row, *measure).into());
                point.insert("_t".into(), self.text(row, *measure).into());
                data.push(Value::Object(point));
            }
        }
        let label = |i: Option<usize>| i.map(|i| self.columns[i].label.clone());
        let first = measures.first().map(|m| self.columns[*m].clone());
        Points {
            data,
            category: label(category),
            series: label(color).or_else(|| many.then(String::new)),
            facet: label(facet),
            value: if many {
                String::new()
            } else {
                first.as_ref().map_or_else(String::new, |c| c.label.clone())
            },
            measure: first,
            dated: category
                .map(|c| self.columns[c].clone())
                .filter(|c| c.kind == ColumnType::Datetime),
            names,
        }
    }

    pub(super) fn put_category(
        &self,
        point: &mut Map<String, Value>,
        row: &[Option<String>],
        column: usize,
    ) {
        let raw = self.cell(row, column);
        point.insert("_c".into(), self.text(row, column).into());
        if self.columns[column].kind == ColumnType::Datetime {
            let at = raw.and_then(moment::parse);
            point.insert("_x".into(), at.map(iso).into());
            point.insert(
                "_ms".into(),
                at.map(|t| t.and_utc().timestamp_millis()).into(),
            );
        }
    }

    /// Returns the colour encoding of the series, with the colours that the definition sets.
    pub(super) fn color(&self, points: &Points) -> Option<Value> {
        let title = points.series.as_ref()?;
        let mut scale = json!({"domain": points.names});
        let set = self.set_colors();
        if !set.is_empty() {
            let palette = self.theme.palette();
            let range: Vec<String> = points
                .names
                .iter()
                .enumerate()
                .map(|(i, name)| {
                    set.iter()
                        .find(|(n, _)| n == name)
                        .map_or_else(|| palette[i % palette.len()].to_owned(), |(_, c)| c.clone())
                })
                .collect();
            scale["range"] = json!(range);
        }
        Some(json!({
            "field": "_s", "type": "nominal", "scale": scale, "legend": self.legend(title), "sort": null,
        }))
    }

    /// Returns the one colour that the definition sets for the chart.
    pub(super) fn chart_color(&self) -> Option<String> {
        self.visual
            .option("/VisualPalette/ChartColor")
            .filter(|c| is_color(c))
            .map(str::to_owned)
    }

    fn set_colors(&self) -> Vec<(String, String)> {
        let map = self.visual.configuration.pointer("/VisualPalette/ColorMap");
        map.and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let name = entry.pointer("/Element/FieldValue")?.as_str()?;
                let color = entry.get("Color")?.as_str().filter(|c| is_color(c))?;
                Some((name.to_owned(), color.to_owned()))
            })
            .collect()
    }
}

fn iso(at: chrono::NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn is_color(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text[1..].chars().all(|c| c.is_ascii_hexdigit())
}

/// Returns what is told at a point.
pub(super) fn tooltip(points: &Points) -> Value {
    let mut lines = Vec::new();
    if let Some(title) = &points.facet {
        lines.push(json!({"field": "_f", "type": "nominal", "title": title}));
    }
    if let Some(title) = &points.category {
        lines.push(json!({"field": "_c", "type": "nominal", "title": title}));
    }
    if let Some(title) = &points.series {
        let title = if title.is_empty() { "Measure" } else { title };
        lines.push(json!({"field": "_s", "type": "nominal", "title": title}));
    }
    let title = if points.value.is_empty() {
        "Value"
    } else {
        &points.value
    };
    lines.push(json!({"field": "_t", "type": "nominal", "title": title}));
    json!(lines)
}

/// Puts a chart into small multiples, if it has them.
pub(super) fn faceted(points: &Points, unit: Value) -> Value {
    let Some(title) = &points.facet else {
        return unit;
    };
    let mut inner = unit;
    inner["width"] = json!(200);
    inner["height"] = json!(140);
    json!({
        "facet": {"field": "_f", "type": "nominal", "title": title, "sort": null},
        "columns": 3,
        "spec": inner,
        "autosize": {"type": "pad"},
    })
}
