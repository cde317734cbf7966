//! Which variables each state reads: `variableReferences` of DescribeStateMachine.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    Definition,
    model::{PathField, Setting, State, StateKind},
    query::{
        Template,
        jsonpath::{JsonPath, Root},
    },
    states::{Wait, choice::Condition, choice::Operand, map},
};

impl Definition {
    /// Returns the states that read variables with the variables' names, in the order of the definition.
    pub fn variable_references(&self) -> Vec<(Arc<str>, Vec<String>)> {
        let states = self.machine.states.iter();
        let found = states.map(|state| {
            (
                Arc::clone(&state.name),
                Reads::of(state).names.into_iter().collect(),
            )
        });
        found
            .filter(|(_, names): &(_, Vec<String>)| !names.is_empty())
            .collect()
    }
}

#[derive(Default)]
struct Reads {
    names: BTreeSet<String>,
}

impl Reads {
    fn of(state: &State) -> Self {
        let mut reads = Self::default();
        reads.path_field(&state.io.input_path);
        reads.path_field(&state.io.output_path);
        let templates = [
            &state.io.parameters,
            &state.io.result_selector,
            &state.assign,
            &state.output,
        ];
        templates
            .into_iter()
            .flatten()
            .for_each(|t| reads.template(t));
        for catcher in &state.catch {
            [&catcher.output, &catcher.assign]
                .into_iter()
                .flatten()
                .for_each(|t| reads.template(t));
        }
        reads.kind(&state.kind);
        reads
    }

    fn kind(&mut self, kind: &StateKind) {
        match kind {
            StateKind::Pass(_) | StateKind::Succeed | StateKind::Parallel(_) => {}
            StateKind::Wait(wait) => match wait {
                Wait::SecondsPath(path) | Wait::TimestampPath(path) => self.path(path),
                Wait::SecondsExpression(template) | Wait::TimestampExpression(template) => {
                    self.template(template)
                }
                Wait::Seconds(_) | Wait::Until(_) => {}
            },
            StateKind::Choice(choice) => {
                for rule in &choice.rules {
                    self.condition(&rule.condition);
                    [&rule.assign, &rule.output]
                        .into_iter()
                        .flatten()
                        .for_each(|t| self.template(t));
                }
            }
            StateKind::Fail(fail) => {
                [&fail.error, &fail.cause]
                    .into_iter()
                    .flatten()
                    .for_each(|text| self.template(&text.template));
            }
            StateKind::Task(task) => {
                task.timeout
                    .iter()
                    .chain(&task.heartbeat)
                    .for_each(|s| self.setting(s));
                task.credentials.iter().for_each(|t| self.template(t));
            }
            StateKind::Map(map) => self.map(map),
        }
    }

    fn map(&mut self, map: &map::Map) {
        let settings = [
            &map.items,
            &map.max_concurrency,
            &map.tolerated_count,
            &map.tolerated_percentage,
        ];
        settings.into_iter().flatten().for_each(|s| self.setting(s));
        map.selector.iter().for_each(|t| self.template(t));
        for resource in map.reader.iter().chain(&map.writer) {
            [&resource.arguments, &resource.config]
                .into_iter()
                .flatten()
                .for_each(|t| self.template(t));
            resource.max_items.iter().for_each(|s| self.setting(s));
        }
        if let Some(batcher) = &map.batcher {
            [&batcher.max_items, &batcher.max_bytes]
                .into_iter()
                .flatten()
                .for_each(|s| self.setting(s));
            batcher.input.iter().for_each(|t| self.template(t));
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::And(all) | Condition::Or(all) => all.iter().for_each(|c| self.condition(c)),
            Condition::Not(inner) => self.condition(inner),
            Condition::Expression(template) => self.template(template),
            Condition::Test {
                variable, operand, ..
            } => {
                self.path(variable);
                if let Operand::Path(path) = operand {
                    self.path(path);
                }
            }
        }
    }

    fn setting(&mut self, setting: &Setting) {
        match setting {
            Setting::Literal(_) => {}
            Setting::Path(path, _) => self.path(path),
            Setting::Expression(template, _) => self.template(template),
        }
    }

    fn path_field(&mut self, field: &PathField) {
        if let PathField::Path(path) = field {
            self.path(path);
        }
    }

    fn path(&mut self, path: &JsonPath) {
        if let Root::Variable(name) = &path.root {
            self.names.insert(name.to_string());
        }
    }

    fn template(&mut self, template: &Template) {
        template.visit(&mut |part| match part {
            Template::Path(path) => self.path(path),
            Template::Intrinsic(call) => call.paths(&mut |path| self.path(path)),
            Template::Jsonata(expression) => self.names.extend(expression.free_variables()),
            _ => {}
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::{Definition, MachineKind};

    #[test]
    fn states_name_the_variables_they_read() {
        let text = r#"{"StartAt":"a","States":{
            "a":{"Type":"Pass","Assign":{"x":1},"Next":"b"},
            "b":{"Type":"Pass","Parameters":{"p.$":"$x.y","q.$":"States.Format('{}', $z)"},"Next":"c"},
            "c":{"Type":"Pass","QueryLanguage":"JSONata",
                 "Output":"{% ($y := 1; $map($x, function($v) { $v + $y + $sum($states.input) + $w })) %}","End":true}}}"#;
        let definition = Definition::parse(text, MachineKind::Standard).unwrap();
        let found = definition.variable_references();
        let told: Vec<_> = found
            .iter()
            .map(|(state, names)| (&**state, names.join(",")))
            .collect();
        assert_eq!(told, [("b", "x,z".to_owned()), ("c", "w,x".to_owned())]);
    }
}
