//! Bar charts, combo charts and histograms.

use serde_json::{Value, json};

use super::{
    Answer,
    axis::{label_expression, value_axis},
    points::{faceted, tooltip},
};
use crate::plan::Role;

pub(super) fn spec(answer: &Answer<'_>) -> Value {
    let points = answer.points(Role::Value);
    let horizontal = answer.visual.option("/Orientation") != Some("VERTICAL");
    let arrangement = answer
        .visual
        .option("/BarsArrangement")
        .unwrap_or("CLUSTERED");
    let (band, length) = if horizontal { ("y", "x") } else { ("x", "y") };
    let mut encoding = json!({
        "tooltip": tooltip(&points),
    });
    let mut value = json!({
        "field": "_v", "type": "quantitative",
        "axis": value_axis(&points.value, points.measure.as_ref()),
        "stack": Value::Null,
    });
    if let Some(title) = &points.category {
        encoding[band] = json!({
            "field": "_c", "type": "nominal", "sort": null,
            "axis": {"title": title, "labelAngle": if horizontal { json!(0) } else { json!(-35) }},
        });
    }
    if let Some(color) = answer.color(&points) {
        encoding["color"] = color;
        match arrangement {
            "STACKED" => value["stack"] = json!("zero"),
            "STACKED_PERCENT" => {
                value["stack"] = json!("normalize");
                value["axis"] = json!({"title": points.value, "format": "%"});
            }
            _ if points.category.is_some() => {
                let offset = format!("{band}Offset");
                encoding[offset.as_str()] =
                    json!({"field": "_s", "type": "nominal", "sort": points.names});
            }
            _ => {
                encoding[band] =
                    json!({"field": "_s", "type": "nominal", "sort": null, "axis": {"title": ""}})
            }
        }
    }
    encoding[length] = value;
    let mut mark = json!({"type": "bar"});
    if let Some(color) = answer.chart_color() {
        mark["color"] = json!(color);
    }
    let bars = json!({"mark": mark, "encoding": encoding});
    let unit = if answer.data_labels() {
        let text = json!({
            "mark": if horizontal {
                json!({"type": "text", "align": "left", "dx": 4})
            } else {
                json!({"type": "text", "baseline": "bottom", "dy": -4})
            },
            "encoding": labels(&bars["encoding"]),
        });
        json!({"layer": [bars, text]})
    } else {
        bars
    };
    let inner = faceted(&points, unit);
    answer.framed(points.data, inner)
}

/// The encoding of bars as that of the texts at their ends.
fn labels(bars: &Value) -> Value {
    let mut encoding = bars.clone();
    if let Some(encoding) = encoding.as_object_mut() {
        encoding.remove("color");
        encoding.insert("text".into(), json!({"field": "_t", "type": "nominal"}));
        encoding.insert("detail".into(), json!({"field": "_s", "type": "nominal"}));
    }
    encoding
}

/// Bars and lines over the same categories.
pub(super) fn combo(answer: &Answer<'_>) -> Value {
    let bars = answer.points(Role::BarValue);
    let lines = answer.points(Role::LineValue);
    let stacked = matches!(
        answer.visual.option("/BarsArrangement"),
        Some("STACKED" | "STACKED_PERCENT")
    );
    let names: Vec<&String> = bars.names.iter().chain(&lines.names).collect();
    let x = json!({
        "field": "_c", "type": "nominal", "sort": null,
        "axis": {"title": bars.category.clone().or_else(|| lines.category.clone()), "labelAngle": -35},
    });
    let named = |points: &super::points::Points| {
        let fixed = if points.value.is_empty() {
            "Value"
        } else {
            &points.value
        };
        if points.series.is_some() {
            json!({"field": "_s", "type": "nominal", "scale": {"domain": names}, "legend": answer.legend("")})
        } else {
            json!({"datum": fixed, "type": "nominal", "legend": answer.legend("")})
        }
    };
    let mut bar = json!({
        "data": {"values": bars.data},
        "mark": {"type": "bar", "opacity": 0.85},
        "encoding": {
            "x": x,
            "y": {"field": "_v", "type": "quantitative", "stack": if stacked { json!("zero") } else { Value::Null },
                  "axis": value_axis(&bars.value, bars.measure.as_ref())},
            "color": named(&bars),
            "tooltip": tooltip(&bars),
        },
    });
    if bars.series.is_some() && !stacked {
        bar["encoding"]["xOffset"] = json!({"field": "_s", "type": "nominal", "sort": bars.names});
    }
    let mut axis = value_axis(&lines.value, lines.measure.as_ref());
    axis["grid"] = json!(false);
    let line = json!({
        "data": {"values": lines.data},
        "mark": {"type": "line", "point": true},
        "encoding": {
            "x": x,
            "y": {"field": "_v", "type": "quantitative", "axis": axis},
            "color": named(&lines),
            "tooltip": tooltip(&lines),
        },
    });
    let layers: Vec<Value> = [(bars.data.is_empty(), bar), (lines.data.is_empty(), line)]
        .into_iter()
        .filter(|(empty, _)| !empty)
        .map(|(_, layer)| layer)
        .collect();
    answer.framed(
        Vec::new(),
        json!({"layer": layers, "resolve": {"scale": {"y": "independent"}}}),
    )
}

pub(super) fn histogram(answer: &Answer<'_>) -> Value {
    let text =
        |row: &[Option<String>]| format!("{} – {}", answer.text(row, 0), answer.text(row, 1));
    let data = answer
        .rows
        .iter()
        .map(|row| {
            json!({
                "_a": answer.number(row, 0), "_a_end": answer.number(row, 1), "_v": answer.number(row, 2),
                "_c": text(row), "_t": answer.text(row, 2),
            })
        })
        .collect();
    let label = answer.columns.first().map_or("", |c| c.label.as_str());
    let mut mark = json!({"type": "bar", "binSpacing": 1});
    if let Some(color) = answer.chart_color() {
        mark["color"] = json!(color);
    }
    answer.framed(
        data,
        json!({
            "mark": mark,
            "encoding": {
                "x": {"field": "_a", "type": "quantitative", "bin": "binned", "scale": {"zero": false},
                      "axis": {"title": label, "labelExpr": label_expression(answer.columns.first()), "tickCount": 8}},
                "x2": {"field": "_a_end"},
                "y": {"field": "_v", "type": "quantitative", "stack": Value::Null, "axis": value_axis("Count", None)},
                "tooltip": [
                    {"field": "_c", "type": "nominal", "title": label},
                    {"field": "_t", "type": "nominal", "title": "Count"},
                ],
            },
        }),
    )
}
