//! Heat maps.

use serde_json::{Value, json};

use super::Answer;
use crate::plan::Role;

pub(super) fn spec(answer: &Answer<'_>) -> Value {
    let (row, column, value) = (
        answer.find(Role::Row),
        answer.find(Role::Column),
        answer.find(Role::Value),
    );
    let text = |r: &[Option<String>], i: Option<usize>| i.map(|i| answer.text(r, i));
    let data = answer
        .rows
        .iter()
        .map(|r| {
            let mut point = answer.keys(r);
            point.insert("_r".into(), text(r, row).into());
            point.insert("_c".into(), text(r, column).into());
            point.insert("_v".into(), value.and_then(|i| answer.number(r, i)).into());
            point.insert("_t".into(), text(r, value).into());
            Value::Object(point)
        })
        .collect();
    let label = |i: Option<usize>| i.map_or("", |i| answer.columns[i].label.as_str());
    let mut encoding = json!({
        "color": {
            "field": "_v", "type": "quantitative", "scale": {"range": answer.theme.ramp()},
            "legend": answer.number_legend(value),
        },
        "tooltip": [
            {"field": "_r", "type": "nominal", "title": label(row)},
            {"field": "_c", "type": "nominal", "title": label(column)},
            {"field": "_t", "type": "nominal", "title": label(value)},
        ],
    });
    if row.is_some() {
        encoding["y"] =
            json!({"field": "_r", "type": "nominal", "sort": null, "axis": {"title": label(row)}});
    }
    if column.is_some() {
        encoding["x"] = json!({"field": "_c", "type": "nominal", "sort": null,
            "axis": {"title": label(column), "labelAngle": -35}});
    }
    answer.framed(
        data,
        json!({
            "mark": {"type": "rect", "stroke": answer.theme.ground(), "strokeWidth": 1},
            "encoding": encoding,
        }),
    )
}
