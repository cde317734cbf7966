//! How long a transition takes: `cargo run --profile fast -p taxiway-asl --example transitions`.
//!
//! Runs machines of Pass states until a million transitions are done, on one thread, journal kept.

use std::time::Instant;

use asl::{Context, Definition, Effect, Env, Execution, MachineKind, Trigger, advance};

const TRANSITIONS: u32 = 1_000_000;

fn context() -> Context {
    Context {
        execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
        execution_name: "e".into(),
        role_arn: "arn:aws:iam::000000000000:role/r".into(),
        start_time: "2024-01-01T00:00:00.000Z".into(),
        redrive_count: 0,
        machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
        machine_name: "m".into(),
        region: "us-east-1".into(),
    }
}

/// A machine that counts down by a state of this kind.
fn machine(state: &str) -> String {
    let states: Vec<_> = (0..1000)
        .map(|i| {
            let next = if i == 999 {
                "\"End\":true".to_owned()
            } else {
                format!("\"Next\":\"S{}\"", i + 1)
            };
            format!("\"S{i}\":{{\"Type\":\"Pass\",{state}{next}}}")
        })
        .collect();
    format!("{{\"StartAt\":\"S0\",\"States\":{{{}}}}}", states.join(","))
}

fn run(definition: &Definition, input: &str) -> u32 {
    let mut state = Execution::new();
    let mut trigger = Trigger::Start {
        context: context(),
        input_text: input.into(),
    };
    let mut events = 0;
    loop {
        let step = advance(definition, &mut state, trigger, &Env { now_ms: 0, seed: 1 });
        events += step.events.len();
        if step
            .effects
            .iter()
            .any(|e| matches!(e, Effect::Finished { .. }))
        {
            return u32::try_from(events).unwrap_or(u32::MAX) / 2;
        }
        trigger = Trigger::Continue;
    }
}

fn main() {
    let input =
        r#"{"order":{"id":"1-2-3","items":[{"sku":"a","n":1},{"sku":"b","n":2}]},"total":12.5}"#;
    for (name, state) in [
        ("Pass", ""),
        (
            "Pass with ResultPath",
            r#""Result":{"a":1},"ResultPath":"$.r","#,
        ),
        (
            "Pass with Parameters",
            r#""Parameters":{"order.$":"$.order","id.$":"States.Format('{}', $.order.id)"},"#,
        ),
        (
            "Pass in JSONata",
            r#""QueryLanguage":"JSONata","Output":{"order":"{% $states.input.order %}","n":"{% $sum($states.input.order.items.n) * 2 + 1 %}"},"#,
        ),
    ] {
        let definition = match Definition::parse(&machine(state), MachineKind::Standard) {
            Ok(definition) => definition,
            Err(found) => {
                println!("{}", asl::invalid_definition(&found));
                return;
            }
        };
        let (began, mut done) = (Instant::now(), 0);
        while done < TRANSITIONS {
            done += run(&definition, input);
        }
        let nanos = began.elapsed().as_nanos() / u128::from(done);
        println!("{name:24} {nanos:6} ns per transition");
    }
}
