//! Pie and donut charts.

use serde_json::{Value, json};

use super::{
    Answer,
    points::{faceted, tooltip},
};
use crate::{format::NULL, plan::Role};

pub(super) fn spec(answer: &Answer<'_>) -> Value {
    let mut points = answer.points(Role::Value);
    // Slices are the categories; without them the measures.
    let by = if points.category.is_some() {
        "_c"
    } else {
        "_s"
    };
    let mut names: Vec<String> = Vec::new();
    let whole: f64 = points
        .data
        .iter()
        .filter_map(|p| p["_v"].as_f64())
        .map(|v| v.max(0.0))
        .sum();
    for point in &mut points.data {
        let name = point[by].as_str().unwrap_or(NULL).to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
        let share = point["_v"].as_f64().unwrap_or(0.0).max(0.0) / whole.max(f64::MIN_POSITIVE);
        point["_share"] = json!(format!("{:.1}%", share * 100.0));
    }
    // A donut unless the arc is as thick as it can be.
    let inner = match answer
        .visual
        .option("/DonutOptions/ArcOptions/ArcThickness")
    {
        Some("SMALL") => 0.8,
        Some("MEDIUM") => 0.65,
        Some("LARGE") => 0.5,
        _ => 0.0,
    };
    let title = points.category.clone().unwrap_or_default();
    let mut lines = tooltip(&points);
    if let Some(lines) = lines.as_array_mut() {
        lines.push(json!({"field": "_share", "type": "nominal", "title": "Share"}));
    }
    let mut mark = json!({"type": "arc", "stroke": answer.theme.ground(), "strokeWidth": 1});
    let outer = if answer.data_labels() {
        "(min(width, height) / 2 - 24)"
    } else {
        "(min(width, height) / 2)"
    };
    mark["outerRadius"] = json!({"expr": outer});
    if inner > 0.0 {
        mark["innerRadius"] = json!({"expr": format!("{outer} * {inner}")});
    }
    let arcs = json!({
        "mark": mark,
        "encoding": {
            "theta": {"field": "_v", "type": "quantitative", "stack": true},
            "order": {"field": "_order", "type": "quantitative"},
            "color": {"field": by, "type": "nominal", "sort": null, "scale": {"domain": names},
                      "legend": answer.legend(&title)},
            "tooltip": lines,
        },
    });
    for (i, point) in points.data.iter_mut().enumerate() {
        point["_order"] = json!(i);
    }
    let unit = if answer.data_labels() {
        let text = json!({
            "mark": {"type": "text", "radius": {"expr": "min(width, height) / 2 - 10"}},
            "encoding": {
                "theta": arcs["encoding"]["theta"], "order": arcs["encoding"]["order"],
                "text": {"field": "_share", "type": "nominal"},
            },
        });
        json!({"layer": [arcs, text]})
    } else {
        arcs
    };
    let inner = faceted(&points, unit);
    answer.framed(points.data, inner)
}
