//! Scatter plots.

use serde_json::{Value, json};

use super::{Answer, axis::value_axis};
use crate::plan::Role;

pub(super) fn spec(answer: &Answer<'_>) -> Value {
    let find = |role| answer.find(role);
    let (x, y, size) = (find(Role::X), find(Role::Y), find(Role::Size));
    let (category, label) = (find(Role::Category), find(Role::Label));
    let number = |r: &[Option<String>], i: Option<usize>| i.and_then(|i| answer.number(r, i));
    let text = |r: &[Option<String>], i: Option<usize>| i.map(|i| answer.text(r, i));
    let data: Vec<Value> = answer
        .rows
        .iter()
        .map(|r| {
            let mut point = answer.keys(r);
            for (name, column) in [("_x", x), ("_y", y), ("_size", size)] {
                point.insert(name.into(), number(r, column).into());
            }
            for (name, column) in [
                ("_xt", x),
                ("_yt", y),
                ("_st", size),
                ("_c", category),
                ("_l", label),
            ] {
                point.insert(name.into(), text(r, column).into());
            }
            Value::Object(point)
        })
        .collect();
    let named = |i: Option<usize>| i.map_or("", |i| answer.columns[i].label.as_str());
    let axis = |i: Option<usize>| value_axis(named(i), i.map(|i| &answer.columns[i]));
    let mut lines: Vec<Value> = Vec::new();
    for (field, column) in [
        ("_l", label),
        ("_c", category),
        ("_xt", x),
        ("_yt", y),
        ("_st", size),
    ] {
        if column.is_some() {
            lines.push(json!({"field": field, "type": "nominal", "title": named(column)}));
        }
    }
    let mut encoding = json!({
        "x": {"field": "_x", "type": "quantitative", "scale": {"zero": false}, "axis": axis(x)},
        "y": {"field": "_y", "type": "quantitative", "scale": {"zero": false}, "axis": axis(y)},
        "tooltip": lines,
    });
    if size.is_some() {
        encoding["size"] = json!({"field": "_size", "type": "quantitative", "scale": {"range": [20, 600]},
            "legend": answer.number_legend(size)});
    }
    if category.is_some() {
        encoding["color"] = json!({"field": "_c", "type": "nominal", "sort": null, "legend": answer.legend(named(category))});
    }
    let mut mark = json!({"type": "point", "filled": true, "opacity": 0.75, "size": 50});
    if let Some(color) = answer.chart_color() {
        mark["color"] = json!(color);
    }
    answer.framed(data, json!({"mark": mark, "encoding": encoding}))
}
