//! The rules in memory, compiled, by bus. The store is the truth; this follows each commit.

use std::{collections::HashMap, sync::Arc};

use parking_lot::RwLock;

use super::{BusRef, Input, Rule, RuleRef, Target};
use crate::{pattern::Pattern, schedule::Expression};

/// A rule with its pattern, schedule and inputs read.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) rule: Rule,
    pub(crate) pattern: Option<Pattern>,
    pub(crate) schedule: Option<Expression>,
    /// What was put is valid; a text that later code cannot read any more leads to failed deliveries.
    pub(crate) targets: Vec<(Target, Result<Input, String>)>,
}

impl Compiled {
    fn of(rule: Rule) -> Self {
        let pattern = rule
            .pattern
            .as_deref()
            .and_then(|text| Pattern::parse(text).ok());
        let schedule = rule.schedule.as_deref();
        let schedule = schedule.and_then(|text| Expression::parse_for_rule(text).ok());
        let targets = rule
            .targets
            .iter()
            .map(|target| (target.clone(), Input::of(target)))
            .collect();
        Self {
            rule,
            pattern,
            schedule,
            targets,
        }
    }
}

type ByName = HashMap<String, Arc<Compiled>>;

/// All rules, by bus and name.
#[derive(Debug, Default)]
pub(crate) struct RuleIndex {
    by_bus: RwLock<HashMap<BusRef, ByName>>,
}

impl RuleIndex {
    pub(crate) fn put(&self, rule: Rule) {
        let (bus, name) = (rule.at.bus.clone(), rule.at.name.clone());
        let compiled = Arc::new(Compiled::of(rule));
        self.by_bus
            .write()
            .entry(bus)
            .or_default()
            .insert(name, compiled);
    }

    pub(crate) fn remove(&self, rule: &RuleRef) {
        let mut by_bus = self.by_bus.write();
        if let Some(rules) = by_bus.get_mut(&rule.bus) {
            rules.remove(&rule.name);
            if rules.is_empty() {
                by_bus.remove(&rule.bus);
            }
        }
    }

    pub(crate) fn get(&self, rule: &RuleRef) -> Option<Arc<Compiled>> {
        self.by_bus.read().get(&rule.bus)?.get(&rule.name).cloned()
    }

    /// Returns a bus's rules by name.
    pub(crate) fn of_bus(&self, bus: &BusRef) -> Vec<Arc<Compiled>> {
        let mut rules: Vec<_> = match self.by_bus.read().get(bus) {
            Some(rules) => rules.values().cloned().collect(),
            None => Vec::new(),
        };
        rules.sort_by(|a, b| a.rule.at.name.cmp(&b.rule.at.name));
        rules
    }

    /// Tells whether any rule waits for events.
    pub(crate) fn listens(&self) -> bool {
        let by_bus = self.by_bus.read();
        let mut rules = by_bus.values().flat_map(HashMap::values);
        rules.any(|rule| rule.pattern.is_some() && rule.rule.is_enabled())
    }
}
