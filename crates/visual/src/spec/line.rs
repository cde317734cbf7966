//! Line and area charts.

use serde_json::{Value, json};

use super::{
    Answer,
    axis::{time_pattern, value_axis},
    points::{faceted, tooltip},
};
use crate::plan::Role;

pub(super) fn spec(answer: &Answer<'_>) -> Value {
    let points = answer.points(Role::Value);
    let kind = answer.visual.option("/Type").unwrap_or("LINE");
    let title = points.category.clone().unwrap_or_default();
    let x = match &points.dated {
        Some(column) => {
            let mut axis = json!({"title": title, "format": time_pattern(column.granularity), "labelAngle": 0,
                "tickCount": 8, "grid": false});
            // Few dates are ticks themselves: ticks between them would say what is not there.
            let mut dates: Vec<&Value> = points.data.iter().map(|p| &p["_ms"]).collect();
            dates.sort_by_key(|d| d.as_i64());
            dates.dedup();
            dates.retain(|d| !d.is_null());
            if dates.len() <= 12 {
                axis["values"] = json!(dates);
            }
            json!({"field": "_x", "type": "temporal", "scale": {"type": "utc"}, "axis": axis})
        }
        None => json!({
            "field": "_c", "type": "nominal", "sort": null,
            "axis": {"title": title, "labelAngle": -35},
        }),
    };
    let stack = match kind {
        "STACKED_AREA" => json!("zero"),
        _ => Value::Null,
    };
    let mut encoding = json!({
        "x": x,
        "y": {"field": "_v", "type": "quantitative", "stack": stack,
              "axis": value_axis(&points.value, points.measure.as_ref())},
        "tooltip": tooltip(&points),
    });
    if let Some(color) = answer.color(&points) {
        encoding["color"] = color;
    }
    // A line through few points shows them.
    let few = answer.rows.len() <= 60;
    let mut mark = match kind {
        "AREA" => json!({"type": "area", "line": true, "opacity": 0.35, "point": few}),
        "STACKED_AREA" => json!({"type": "area", "opacity": 0.85}),
        _ => json!({"type": "line", "point": few}),
    };
    if let Some(color) = answer.chart_color() {
        mark["color"] = json!(color);
    }
    let inner = faceted(&points, json!({"mark": mark, "encoding": encoding}));
    answer.framed(points.data, inner)
}
