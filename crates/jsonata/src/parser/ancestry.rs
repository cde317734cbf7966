//! Finding the step whose input a `%` means.

use std::sync::Arc;

use crate::{
    Error,
    ast::{Kind, Node},
};

/// One `%`: how many steps up it still is, and the label that its value is bound to.
#[derive(Debug)]
pub(super) struct Slot {
    pub label: usize,
    pub level: i32,
}

/// All `%` of an expression.
#[derive(Debug, Default)]
pub(super) struct Slots(pub Vec<Slot>);

impl Slots {
    pub(super) fn add(&mut self) -> usize {
        let index = self.0.len();
        self.0.push(Slot {
            label: index,
            level: 1,
        });
        index
    }

    /// Walks up from a node until the slot's level is used up; marks the step that it means.
    pub(super) fn seek(&mut self, node: &mut Node, slot: usize) -> Result<(), Error> {
        let kind_name = node.kind.name();
        match &mut node.kind {
            Kind::Name(_) | Kind::Wildcard => {
                self.0[slot].level -= 1;
                if self.0[slot].level == 0 {
                    if let Some(earlier) = node.ancestor {
                        self.0[slot].label = self.0[earlier].label;
                    }
                    node.ancestor = Some(slot);
                    node.tuple = true;
                }
            }
            Kind::Parent { .. } => self.0[slot].level += 1,
            Kind::Block(expressions) => {
                if let Some(last) = expressions.last_mut() {
                    node.tuple = true;
                    self.seek(last, slot)?;
                }
            }
            Kind::Path { steps, .. } => {
                node.tuple = true;
                for (index, step) in steps.iter_mut().enumerate().rev().collect::<Vec<_>>() {
                    let _ = index;
                    self.seek(step, slot)?;
                    if self.0[slot].level <= 0 {
                        break;
                    }
                }
            }
            _ => return Err(Error::at("S0217", node.position).token(kind_name)),
        }
        Ok(())
    }

    /// Hands the slots that `value` still seeks on to `result`.
    pub(super) fn push(result: &mut Vec<usize>, value: &Node) {
        result.extend_from_slice(&value.seeking_parent);
        if let Kind::Parent { slot, .. } = value.kind {
            result.push(slot);
        }
    }

    /// Looks for the steps that the last step's slots mean among the steps before it.
    pub(super) fn resolve(&mut self, path: &mut Node) -> Result<(), Error> {
        let Kind::Path { steps, .. } = &mut path.kind else {
            return Ok(());
        };
        let Some((last, before)) = steps.split_last_mut() else {
            return Ok(());
        };
        let mut slots = std::mem::take(&mut last.seeking_parent);
        if let Kind::Parent { slot, .. } = last.kind {
            slots.push(slot);
        }
        last.seeking_parent.clone_from(&slots);
        for slot in slots {
            let mut index = before.len();
            while self.0[slot].level > 0 {
                let Some(mut at) = index.checked_sub(1) else {
                    path.seeking_parent.push(slot);
                    break;
                };
                index = at;
                // several context bindings in a row are one step
                while index > 0 && before[at].focus.is_some() && before[index - 1].focus.is_some() {
                    index -= 1;
                    at = index;
                }
                self.seek(&mut before[at], slot)?;
            }
        }
        Ok(())
    }

    /// Writes the final labels into the tree.
    pub(super) fn label(&self, node: &mut Node) {
        node.ancestor_label = node.ancestor.map(|slot| self.text(slot));
        if let Kind::Parent { slot, label } = &mut node.kind {
            *label = self.text(*slot);
        }
        super::process::children(node, &mut |child| self.label(child));
    }

    fn text(&self, slot: usize) -> Arc<str> {
        format!("!{}", self.0[slot].label).into()
    }
}
