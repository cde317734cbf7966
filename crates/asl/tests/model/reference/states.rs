//! What each kind of state does, and where an execution goes from it.

use serde_json::{Value, json};

use super::{
    Doing, Model, Trouble, named,
    paths::{combined, filled, filtered, find, holds},
    runtime,
};

impl<'d> Model<'d> {
    pub(super) fn work(&mut self, thread: usize) -> Result<(), Trouble> {
        let state = self.state(thread);
        match self.kind(thread) {
            "Pass" => {
                let input = self.effective_input(thread)?;
                let result = state.get("Result").cloned().unwrap_or(input);
                self.leave(thread, result)
            }
            "Succeed" => {
                let input = self.filtered_input(thread)?;
                self.leave(thread, input)
            }
            "Fail" => Err(Trouble {
                error: state.get("Error").cloned().unwrap_or_default(),
                cause: state.get("Cause").cloned().unwrap_or_default(),
                fatal: false,
            }),
            "Choice" => self.choose(thread),
            "Wait" => {
                let input = self.filtered_input(thread)?;
                let seconds = match state.get("SecondsPath") {
                    Some(path) => find(&input, path)
                        .and_then(|v| v.as_i64())
                        .filter(|s| *s >= 0)
                        .ok_or_else(runtime)?,
                    None => state["Seconds"].as_i64().unwrap(),
                };
                if seconds == 0 {
                    return self.leave(thread, input);
                }
                let (timer, due_ms) = self.timer(seconds * 1000);
                self.at_mut(thread).doing = Doing::Waiting { timer, due_ms };
                Ok(())
            }
            "Task" => {
                let arguments = self.effective_input(thread)?;
                self.tasks += 1;
                let id = self.tasks - 1;
                let limit = state["TimeoutSeconds"]
                    .as_i64()
                    .map(|s| self.timer(s * 1000));
                self.tell("LambdaFunctionScheduled", Value::Null, arguments.clone());
                self.at_mut(thread).doing = Doing::Task {
                    id,
                    arguments,
                    limit,
                };
                Ok(())
            }
            "Parallel" => {
                let input = self.effective_input(thread)?;
                self.tell("ParallelStateStarted", Value::Null, Value::Null);
                let branches = state["Branches"].as_array().unwrap();
                let mut running = Vec::new();
                for (index, branch) in branches.iter().enumerate() {
                    running.push(self.begin(Some(thread), index, branch, input.clone(), None));
                }
                let results = vec![None; branches.len()];
                self.at_mut(thread).doing = Doing::Forked {
                    running,
                    results,
                    begun: 0,
                    items: Vec::new(),
                    input,
                };
                Ok(())
            }
            "Map" => {
                let input = self.filtered_input(thread)?;
                let items = match state.get("ItemsPath") {
                    Some(path) => find(&input, path).ok_or_else(runtime)?,
                    None => input.clone(),
                };
                let items = items.as_array().ok_or_else(runtime)?.clone();
                self.tell("MapStateStarted", Value::Null, json!(items.len()));
                let results = vec![None; items.len()];
                self.at_mut(thread).doing = Doing::Forked {
                    running: Vec::new(),
                    results,
                    begun: 0,
                    items,
                    input,
                };
                self.iterate(thread)?;
                self.join(thread)
            }
            other => panic!("no state type {other}"),
        }
    }

    pub(super) fn choose(&mut self, thread: usize) -> Result<(), Trouble> {
        let input = self.filtered_input(thread)?;
        let state = self.state(thread);
        let mut next = None;
        for rule in state["Choices"].as_array().unwrap() {
            if holds(rule, &input)? {
                next = rule["Next"].as_str();
                break;
            }
        }
        let Some(next) = next.or(state["Default"].as_str()) else {
            return Err(named("States.NoChoiceMatched"));
        };
        let output = filtered(state.get("OutputPath"), &input)?;
        self.exit(thread, output, Some(next));
        Ok(())
    }

    /// Begins as many iterations as may run at once.
    pub(super) fn iterate(&mut self, thread: usize) -> Result<(), Trouble> {
        let state = self.state(thread);
        let most = match state["MaxConcurrency"].as_u64() {
            None | Some(0) => 40,
            Some(most) => most.min(40),
        };
        loop {
            let Doing::Forked {
                running,
                begun,
                items,
                input,
                ..
            } = &self.at(thread).doing
            else {
                return Ok(());
            };
            if *begun == items.len() || running.len() as u64 == most {
                return Ok(());
            }
            let index = *begun;
            let item = json!({"Index": index, "Value": items[index]});
            let flow = match state.get("ItemSelector") {
                Some(selector) => filled(selector, &input.clone(), Some(&item))?,
                None => items[index].clone(),
            };
            self.tell(
                "MapIterationStarted",
                json!(self.at(thread).state),
                json!(index),
            );
            let child = self.begin(
                Some(thread),
                index,
                &state["ItemProcessor"],
                flow,
                Some(item),
            );
            if let Doing::Forked { running, begun, .. } = &mut self.at_mut(thread).doing {
                running.push(child);
                *begun += 1;
            }
        }
    }

    /// Goes on when all branches or iterations have ended.
    pub(super) fn join(&mut self, thread: usize) -> Result<(), Trouble> {
        let Doing::Forked { results, .. } = &self.at(thread).doing else {
            return Ok(());
        };
        let Some(results) = results.iter().cloned().collect::<Option<Vec<Value>>>() else {
            return Ok(());
        };
        self.tell(
            &format!("{}StateSucceeded", self.kind(thread)),
            Value::Null,
            Value::Null,
        );
        self.complete(thread, Value::Array(results))
    }

    pub(super) fn filtered_input(&self, thread: usize) -> Result<Value, Trouble> {
        filtered(self.state(thread).get("InputPath"), &self.at(thread).flow)
    }

    pub(super) fn effective_input(&self, thread: usize) -> Result<Value, Trouble> {
        let input = self.filtered_input(thread)?;
        match self.state(thread).get("Parameters") {
            Some(template) => filled(template, &input, self.item(thread)),
            None => Ok(input),
        }
    }

    /// Returns the item of the innermost iteration around a thread.
    pub(super) fn item(&self, mut thread: usize) -> Option<&Value> {
        loop {
            match &self.at(thread).item {
                Some(item) => return Some(item),
                None => thread = self.at(thread).parent?,
            }
        }
    }

    /// The work of a Task, Parallel or Map gave a result.
    pub(super) fn complete(&mut self, thread: usize, result: Value) -> Result<(), Trouble> {
        let result = match self.state(thread).get("ResultSelector") {
            Some(selector) => filled(selector, &result, self.item(thread))?,
            None => result,
        };
        self.leave(thread, result)
    }

    pub(super) fn leave(&mut self, thread: usize, result: Value) -> Result<(), Trouble> {
        let state = self.state(thread);
        let combined = combined(state.get("ResultPath"), &self.at(thread).flow, result)?;
        let output = filtered(state.get("OutputPath"), &combined)?;
        self.exit(thread, output, state["Next"].as_str());
        Ok(())
    }

    pub(super) fn exit(&mut self, thread: usize, output: Value, next: Option<&'d str>) {
        let name = json!(self.at(thread).state);
        self.tell(
            &format!("{}StateExited", self.kind(thread)),
            name,
            output.clone(),
        );
        let at = self.at_mut(thread);
        at.flow = output;
        if let Some(next) = next {
            at.state = next;
            at.doing = Doing::Due;
            self.turns.push_back(thread);
            return;
        }
        at.doing = Doing::Done;
        let Some(parent) = at.parent else {
            let output = at.flow.clone();
            self.tell("ExecutionSucceeded", Value::Null, output.clone());
            self.status = "SUCCEEDED";
            self.output = output;
            return;
        };
        let joined = self.joined(parent, thread);
        self.settle(parent, joined);
    }

    pub(super) fn joined(&mut self, parent: usize, child: usize) -> Result<(), Trouble> {
        let ended = self.threads[child].take().unwrap();
        if let Doing::Forked {
            running, results, ..
        } = &mut self.at_mut(parent).doing
        {
            running.retain(|r| *r != child);
            results[ended.index] = Some(ended.flow);
        }
        if self.kind(parent) == "Map" {
            self.tell(
                "MapIterationSucceeded",
                json!(self.at(parent).state),
                json!(ended.index),
            );
            self.iterate(parent)?;
        }
        self.join(parent)
    }
}
