//! A visual: its kind, its field wells, how it is sorted.

use serde_json::Value;

use super::{ColumnRef, Field, ItemsLimit, SortKey, Totals, list, text, union};

/// What kind of visual it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Table,
    PivotTable,
    Bar,
    Kpi,
    Pie,
    Line,
    HeatMap,
    Scatter,
    Combo,
    Histogram,
    /// One that is kept but not drawn, by its name in the API.
    Other(String),
}

impl Kind {
    fn named(name: &str) -> Self {
        match name {
            "TableVisual" => Self::Table,
            "PivotTableVisual" => Self::PivotTable,
            "BarChartVisual" => Self::Bar,
            "KPIVisual" => Self::Kpi,
            "PieChartVisual" => Self::Pie,
            "LineChartVisual" => Self::Line,
            "HeatMapVisual" => Self::HeatMap,
            "ScatterPlotVisual" => Self::Scatter,
            "ComboChartVisual" => Self::Combo,
            "HistogramVisual" => Self::Histogram,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// The fields of a visual, by what they are for. A visual uses the wells of its kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wells {
    /// Rows are shown as they are, without grouping.
    pub unaggregated: bool,
    pub category: Vec<Field>,
    pub values: Vec<Field>,
    pub colors: Vec<Field>,
    pub small_multiples: Vec<Field>,
    pub group_by: Vec<Field>,
    pub rows: Vec<Field>,
    pub columns: Vec<Field>,
    pub bar_values: Vec<Field>,
    pub line_values: Vec<Field>,
    pub x: Vec<Field>,
    pub y: Vec<Field>,
    pub size: Vec<Field>,
    pub label: Vec<Field>,
    pub target: Vec<Field>,
    pub trend: Vec<Field>,
}

impl Wells {
    fn read(value: &Value) -> Self {
        let (name, value) = match union(value) {
            Some((name, inner)) if name.ends_with("FieldWells") => (name, inner),
            _ => ("", value),
        };
        let fields = |member: &str| list(value, member).iter().filter_map(Field::read).collect();
        Self {
            unaggregated: name.contains("Unaggregated"),
            category: fields("Category"),
            values: fields("Values"),
            colors: fields("Colors"),
            small_multiples: fields("SmallMultiples"),
            group_by: fields("GroupBy"),
            rows: fields("Rows"),
            columns: fields("Columns"),
            bar_values: fields("BarValues"),
            line_values: fields("LineValues"),
            x: fields("XAxis"),
            y: fields("YAxis"),
            size: fields("Size"),
            label: fields("Label"),
            target: fields("TargetValues"),
            trend: fields("TrendGroups"),
        }
    }

    /// Returns all fields, well after well.
    pub fn all(&self) -> impl Iterator<Item = &Field> {
        [
            &self.category,
            &self.values,
            &self.colors,
            &self.small_multiples,
            &self.group_by,
            &self.rows,
            &self.columns,
            &self.bar_values,
            &self.line_values,
            &self.x,
            &self.y,
            &self.size,
            &self.label,
            &self.target,
            &self.trend,
        ]
        .into_iter()
        .flatten()
    }
}

/// Levels that a reader drills through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    pub id: String,
    /// Empty for dates: their levels are units of time.
    pub columns: Vec<ColumnRef>,
}

/// A visual of a sheet.
#[derive(Clone, Debug)]
pub struct Visual {
    pub id: String,
    pub kind: Kind,
    /// What the author wrote; a title is made up where there is none.
    pub title: Option<String>,
    pub title_hidden: bool,
    pub subtitle: Option<String>,
    pub wells: Wells,
    pub hierarchies: Vec<Hierarchy>,
    /// `ChartConfiguration` as it stands, for what only the drawing needs.
    pub configuration: Value,
}

impl Visual {
    /// Reads a member of a sheet's `Visuals`.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        let (name, inner) = union(value)?;
        let configuration = inner
            .get("ChartConfiguration")
            .cloned()
            .unwrap_or(Value::Null);
        Some(Self {
            id: text(inner, "VisualId")?,
            kind: Kind::named(name),
            title: label(inner, "Title"),
            title_hidden: super::hidden(inner, "/Title/Visibility"),
            subtitle: label(inner, "Subtitle"),
            wells: configuration
                .get("FieldWells")
                .map(Wells::read)
                .unwrap_or_default(),
            hierarchies: list(inner, "ColumnHierarchies")
                .iter()
                .filter_map(|h| {
                    let (_, h) = union(h)?;
                    Some(Hierarchy {
                        id: text(h, "HierarchyId")?,
                        columns: list(h, "Columns")
                            .iter()
                            .filter_map(ColumnRef::read)
                            .collect(),
                    })
                })
                .collect(),
            configuration,
        })
    }

    /// Returns a sort of the `SortConfiguration`.
    #[must_use]
    pub fn sort(&self, member: &str) -> Vec<SortKey> {
        self.configuration
            .get("SortConfiguration")
            .map(|s| list(s, member))
            .unwrap_or_default()
            .iter()
            .filter_map(SortKey::read)
            .collect()
    }

    /// Returns a pivot table's sorts: the field that is sorted, and by what.
    #[must_use]
    pub fn pivot_sorts(&self) -> Vec<(String, SortKey)> {
        self.configuration
            .get("SortConfiguration")
            .map(|s| list(s, "FieldSortOptions"))
            .unwrap_or_default()
            .iter()
            .filter_map(|s| Some((text(s, "FieldId")?, SortKey::read(s.get("SortBy")?)?)))
            .collect()
    }

    /// Returns a limit of the `SortConfiguration`, by the first of the names that is there.
    #[must_use]
    pub fn limit(&self, members: &[&str]) -> Option<ItemsLimit> {
        let sort = self.configuration.get("SortConfiguration")?;
        members.iter().find_map(|m| ItemsLimit::read(sort.get(m)?))
    }

    /// Returns the totals that are shown.
    #[must_use]
    pub fn totals(&self) -> Totals {
        Totals::of(self)
    }

    /// Returns an option's text.
    #[must_use]
    pub fn option(&self, pointer: &str) -> Option<&str> {
        self.configuration.pointer(pointer)?.as_str()
    }
}

/// Returns a title that is shown.
fn label(visual: &Value, member: &str) -> Option<String> {
    let options = visual.get(member)?;
    if super::hidden(options, "/Visibility") {
        return None;
    }
    let format = options.get("FormatText")?;
    text(format, "PlainText").or_else(|| text(format, "RichText").map(|t| without_tags(&t)))
}

/// Returns the words of QuickSight's rich text.
pub(super) fn without_tags(rich: &str) -> String {
    let mut words = String::new();
    let mut tag = false;
    for c in rich.chars() {
        match c {
            '<' => tag = true,
            '>' if tag => {
                tag = false;
                if !words.ends_with(' ') && !words.is_empty() {
                    words.push(' ');
                }
            }
            _ if !tag => words.push(c),
            _ => {}
        }
    }
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ] {
        words = words.replace(entity, character);
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
