//! A definition as a graph. Read from JSON that the validator accepted; what is missing is left out.

use serde_json::{Map, Value};

/// States and how they follow one another: a whole definition, a branch, an item processor.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub start: String,
    /// In the order of the text.
    pub nodes: Vec<Node>,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub name: String,
    /// `Task`, `Map`, …
    pub kind: String,
    pub edges: Vec<Edge>,
    /// The branches of a Parallel state, the item processor of a Map.
    pub children: Vec<Program>,
    /// It has no next state.
    pub ends: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub to: String,
    pub label: String,
    /// Taken after an error.
    pub catches: bool,
}

impl Program {
    pub(crate) fn read(definition: &Value) -> Self {
        let states = definition["States"].as_object();
        Self {
            start: text(&definition["StartAt"]),
            nodes: states
                .into_iter()
                .flatten()
                .map(|(name, state)| Node::read(name, state))
                .collect(),
        }
    }
}

impl Node {
    fn read(name: &str, state: &Value) -> Self {
        let edge = |to: &Value, label: String, catches| {
            let to = to.as_str()?.to_owned();
            Some(Edge { to, label, catches })
        };
        let mut edges: Vec<Edge> = Vec::new();
        for rule in items(&state["Choices"]) {
            edges.extend(edge(&rule["Next"], condition(rule), false));
        }
        edges.extend(edge(&state["Default"], "otherwise".into(), false));
        edges.extend(edge(&state["Next"], String::new(), false));
        for catcher in items(&state["Catch"]) {
            let errors: Vec<_> = items(&catcher["ErrorEquals"]).iter().map(text).collect();
            edges.extend(edge(&catcher["Next"], errors.join(", "), true));
        }
        let branches = items(&state["Branches"]).iter();
        let processor = [&state["ItemProcessor"], &state["Iterator"]];
        let processor = processor.into_iter().filter(|p| p.is_object());
        let kind = text(&state["Type"]);
        Self {
            name: name.to_owned(),
            ends: state["Next"].is_null() && kind != "Choice",
            kind,
            edges,
            children: branches.chain(processor).map(Program::read).collect(),
        }
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Returns a choice rule in short: `$.n > 1 and not $.done`.
fn condition(rule: &Value) -> String {
    if let Some(expression) = rule["Condition"].as_str() {
        let inner = expression.trim().trim_start_matches("{%");
        return inner.trim_end_matches("%}").trim().to_owned();
    }
    let Some(rule) = rule.as_object() else {
        return String::new();
    };
    comparison(rule)
}

fn comparison(rule: &Map<String, Value>) -> String {
    let nested = |rule: &Value| rule.as_object().map(comparison).unwrap_or_default();
    for (word, joined) in [("And", " and "), ("Or", " or ")] {
        if let Some(rules) = rule.get(word) {
            let parts: Vec<_> = items(rules)
                .iter()
                .map(|r| {
                    let inner = nested(r);
                    let mixed = r.get("And").or(r.get("Or")).is_some();
                    if mixed { format!("({inner})") } else { inner }
                })
                .collect();
            return parts.join(joined);
        }
    }
    if let Some(negated) = rule.get("Not") {
        return format!("not ({})", nested(negated));
    }
    let variable = rule.get("Variable").map(text).unwrap_or_default();
    let operator = rule.iter().find(|(name, _)| {
        !["Variable", "Next", "Comment", "Assign", "Output"].contains(&name.as_str())
    });
    let Some((operator, against)) = operator else {
        return variable;
    };
    let shown = against.as_str().map_or_else(
        || against.to_string(),
        |s| {
            if operator.ends_with("Path") {
                s.to_owned()
            } else {
                format!("'{s}'")
            }
        },
    );
    let plain = operator.strip_suffix("Path").unwrap_or(operator);
    let sign = [
        ("GreaterThanEquals", "≥"),
        ("LessThanEquals", "≤"),
        ("GreaterThan", ">"),
        ("LessThan", "<"),
        ("Equals", "="),
        ("Matches", "matches"),
    ];
    if let Some(what) = operator.strip_prefix("Is") {
        let not = if against == &Value::Bool(false) {
            " not"
        } else {
            ""
        };
        return format!("{variable} is{not} {}", what.to_lowercase());
    }
    let sign = sign.iter().find(|(end, _)| plain.ends_with(end));
    format!("{variable} {} {shown}", sign.map_or(plain, |s| s.1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn choices_and_catchers_are_edges_with_words() {
        let state = json!({"Type": "Choice", "Default": "d", "Choices": [
            {"Variable": "$.n", "NumericGreaterThan": 1, "Next": "a"},
            {"And": [{"Variable": "$.s", "StringEquals": "x"}, {"Not": {"Variable": "$.t", "IsPresent": true}}], "Next": "b"},
            {"Variable": "$.a", "NumericLessThanEqualsPath": "$.b", "Next": "c"},
            {"Condition": "{% $n = 1 %}", "Next": "a"},
        ]});
        let node = Node::read("c", &state);
        let labels: Vec<_> = node.edges.iter().map(|e| e.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "$.n > 1",
                "$.s = 'x' and not ($.t is present)",
                "$.a ≤ $.b",
                "$n = 1",
                "otherwise"
            ]
        );
        let task = json!({"Type": "Task", "Next": "x", "Catch": [{"ErrorEquals": ["A", "B"], "Next": "y"}]});
        let edges = Node::read("t", &task).edges;
        assert_eq!((edges[1].label.as_str(), edges[1].catches), ("A, B", true));
    }

    #[test]
    fn branches_and_processors_are_programs_inside() {
        let definition = json!({"StartAt": "p", "States": {
            "p": {"Type": "Parallel", "End": true, "Branches": [
                {"StartAt": "a", "States": {"a": {"Type": "Pass", "End": true}}},
                {"StartAt": "m", "States": {"m": {"Type": "Map", "End": true,
                    "ItemProcessor": {"StartAt": "i", "States": {"i": {"Type": "Succeed"}}}}}}]}}});
        let program = Program::read(&definition);
        assert_eq!(program.nodes[0].children.len(), 2);
        assert_eq!(program.nodes[0].children[1].nodes[0].children[0].start, "i");
    }
}
