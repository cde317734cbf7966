//! KPIs: a figure, what it is compared with, and how it went.

use serde::Serialize;

use super::Answer;
use crate::{
    column::ColumnType,
    format::{NumberFormat, Style},
    plan::Role,
};

/// What the figure is compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// `Target`, or the date or value before.
    pub label: String,
    /// What it is compared with, as shown.
    pub value: String,
    /// The difference, as shown.
    pub difference: String,
    /// `up`, `down` or `flat`.
    pub direction: &'static str,
    /// Figure and target as a share, for a progress bar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<f64>,
}

/// One point of how it went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trend {
    pub label: String,
    pub value: Option<f64>,
}

/// A KPI.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KpiLayout {
    pub label: String,
    pub value: String,
    pub number: Option<f64>,
    /// The group that the figure is of, where there is a trend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trend: Vec<Trend>,
}

pub(super) fn layout(answer: &Answer<'_>) -> KpiLayout {
    let value = answer
        .find(Role::Value)
        .or_else(|| answer.find(Role::Target));
    let target = answer.find(Role::Target);
    let trend = answer.find(Role::Trend);
    // With a trend the figure is the last group's; what belongs to no group is none of it.
    let grouped: Vec<&Vec<Option<String>>> = answer
        .rows
        .iter()
        .filter(|row| trend.is_none_or(|t| answer.cell(row, t).is_some()))
        .collect();
    let last = grouped.last().map_or(&[][..], |row| row.as_slice());
    let before = grouped.len().checked_sub(2).and_then(|i| grouped.get(i));
    let number = value.and_then(|v| answer.number(last, v));
    let method = answer
        .visual
        .option("/KPIOptions/Comparison/ComparisonMethod")
        .unwrap_or("PERCENT_DIFFERENCE");
    let against = |label: String, row: &[Option<String>], column: usize, is_target: bool| {
        let other = answer.number(row, column)?;
        let number = number?;
        let plain = answer.columns.get(column)?;
        let differs = number - other;
        let percent = NumberFormat {
            style: Style::Percent,
            decimals: Some(2),
            ..NumberFormat::usual(ColumnType::Decimal)
        };
        let difference = match method {
            "DIFFERENCE" => crate::format::shown(
                Some(&differs.to_string()),
                ColumnType::Decimal,
                plain.format.as_ref(),
                None,
            ),
            "PERCENT" if other != 0.0 => percent.shown(number / other),
            _ if other != 0.0 => percent.shown(differs / other.abs()),
            _ => String::from("–"),
        };
        Some(Comparison {
            label,
            value: answer.text(row, column),
            difference,
            direction: match number.total_cmp(&other) {
                std::cmp::Ordering::Greater => "up",
                std::cmp::Ordering::Less => "down",
                std::cmp::Ordering::Equal => "flat",
            },
            progress: (is_target && other != 0.0).then(|| number / other),
        })
    };
    let comparison = match (target.filter(|t| Some(*t) != value), trend, value, before) {
        (Some(target), ..) => {
            let label = answer.columns[target].label.clone();
            against(label, last, target, true)
        }
        (None, Some(trend), Some(value), Some(before)) => {
            against(answer.text(before, trend), before, value, false)
        }
        _ => None,
    };
    KpiLayout {
        label: value.map_or_else(String::new, |v| answer.columns[v].label.clone()),
        value: value.map_or_else(String::new, |v| answer.text(last, v)),
        number,
        at: trend.map(|t| answer.text(last, t)),
        comparison,
        trend: match (trend, value) {
            (Some(trend), Some(value)) => grouped
                .iter()
                .map(|row| Trend {
                    label: answer.text(row, trend),
                    value: answer.number(row, value),
                })
                .collect(),
            _ => Vec::new(),
        },
    }
}
