//! The graph as a Mermaid flowchart.

use std::collections::HashMap;

use super::model::{Node, Program};

/// Returns the text of a Mermaid flowchart.
pub(crate) fn mermaid(program: &Program) -> String {
    let mut out = Writer {
        text: "flowchart TD\n".to_owned(),
        next: 0,
    };
    out.program(program, 1);
    out.text
}

struct Writer {
    text: String,
    next: usize,
}

impl Writer {
    fn line(&mut self, depth: usize, text: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn id(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    fn program(&mut self, program: &Program, depth: usize) {
        let ids: HashMap<&str, usize> = program
            .nodes
            .iter()
            .map(|n| (n.name.as_str(), self.id()))
            .collect();
        let of = |name: &str| ids.get(name).copied();
        let start = self.id();
        self.line(depth, &format!("s{start}((\" \"))"));
        for node in &program.nodes {
            if let Some(id) = of(&node.name) {
                self.node(node, id, depth);
            }
        }
        if let Some(first) = of(&program.start) {
            self.line(depth, &format!("s{start} --> n{first}"));
        }
        let mut end = None;
        for node in &program.nodes {
            let Some(from) = of(&node.name) else { continue };
            for edge in &node.edges {
                let Some(to) = of(&edge.to) else { continue };
                let arrow = if edge.catches { "-.->" } else { "-->" };
                let label = if edge.label.is_empty() {
                    String::new()
                } else {
                    format!("|\"{}\"|", escaped(&edge.label))
                };
                self.line(depth, &format!("n{from} {arrow}{label} n{to}"));
            }
            if node.ends {
                let end = *end.get_or_insert_with(|| self.id());
                self.line(depth, &format!("n{from} --> e{end}"));
            }
        }
        if let Some(end) = end {
            self.line(depth, &format!("e{end}(((\" \")))"));
        }
    }

    fn node(&mut self, node: &Node, id: usize, depth: usize) {
        let label = escaped(&node.name);
        if node.children.is_empty() {
            let shape = match node.kind.as_str() {
                "Choice" => format!("n{id}{{\"{label}\"}}"),
                "Wait" => format!("n{id}([\"{label}\"])"),
                "Task" => format!("n{id}[\"{label}\"]"),
                kind => format!("n{id}(\"{label}<br><i>{}</i>\")", escaped(kind)),
            };
            return self.line(depth, &shape);
        }
        self.line(
            depth,
            &format!("subgraph n{id} [\"{}: {label}\"]", escaped(&node.kind)),
        );
        for child in &node.children {
            if node.children.len() == 1 {
                self.program(child, depth + 1);
            } else {
                let inner = self.id();
                self.line(depth + 1, &format!("subgraph b{inner} [\" \"]"));
                self.program(child, depth + 2);
                self.line(depth + 1, "end");
            }
        }
        self.line(depth, "end");
    }
}

/// Mermaid's own escapes are HTML's entities with `#` for `&`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | '`' | '|' | '\\' => {
                out.push_str(&format!("#{};", c as u32))
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_flowchart_of_all_kinds() {
        let definition = json!({"StartAt": "a", "States": {
            "a": {"Type": "Task", "Next": "c", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "f"}]},
            "c": {"Type": "Choice", "Default": "f", "Choices": [{"Variable": "$.x", "StringEquals": "\"", "Next": "m"}]},
            "m": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "i", "States": {"i": {"Type": "Pass", "End": true}}}},
            "f": {"Type": "Fail"}}});
        let expected = "flowchart TD
  s5((\" \"))
  n1[\"a\"]
  n2{\"c\"}
  subgraph n3 [\"Map: m\"]
    s7((\" \"))
    n6(\"i<br><i>Pass</i>\")
    s7 --> n6
    n6 --> e8
    e8(((\" \")))
  end
  n4(\"f<br><i>Fail</i>\")
  s5 --> n1
  n1 --> n2
  n1 -.->|\"States.ALL\"| n4
  n2 -->|\"$.x = '#34;'\"| n3
  n2 -->|\"otherwise\"| n4
  n3 --> e9
  n4 --> e9
  e9(((\" \")))
";
        assert_eq!(mermaid(&Program::read(&definition)), expected);
    }
}
