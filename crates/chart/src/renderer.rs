//! The threads that draw, and what they are asked for.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
};

use serde_json::Value;

use crate::{
    ChartError, Report,
    page::{self, Drawn},
    pdf, raster,
    script::Script,
};

/// A chart that waits to be drawn.
struct Job {
    spec: String,
    width: f64,
    height: f64,
    place: usize,
    answer: mpsc::Sender<(usize, Result<String, ChartError>)>,
}

/// Draws charts and reports. Cheap to clone; its threads start with the first chart and end with the last clone.
#[derive(Clone)]
pub struct Renderer {
    inner: Arc<Inner>,
}

struct Inner {
    threads: usize,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
}

impl std::fmt::Debug for Renderer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renderer")
            .field("threads", &self.inner.threads)
            .finish()
    }
}

impl Renderer {
    /// Makes a renderer with at most that many threads.
    #[must_use]
    pub fn new(threads: usize) -> Self {
        Self {
            inner: Arc::new(Inner {
                threads: threads.clamp(1, 8),
                jobs: Mutex::new(None),
            }),
        }
    }

    /// Returns where jobs go; starts the threads if they are not there.
    fn jobs(&self) -> mpsc::Sender<Job> {
        let mut jobs = match self.inner.jobs.lock() {
            Ok(jobs) => jobs,
            Err(poisoned) => poisoned.into_inner(),
        };
        jobs.get_or_insert_with(|| {
            let (sender, receiver) = mpsc::channel::<Job>();
            let receiver = Arc::new(Mutex::new(receiver));
            for _ in 0..self.inner.threads {
                let receiver = Arc::clone(&receiver);
                // QuickJS takes its stack from the thread's.
                let started = thread::Builder::new()
                    .name("chart".to_owned())
                    .stack_size(8 << 20)
                    .spawn(move || work(&receiver));
                drop(started);
            }
            sender
        })
        .clone()
    }

    /// Starts the threads, so that the first chart need not wait for it.
    pub fn warm(&self) {
        drop(self.jobs());
    }

    /// Draws Vega-Lite specs, each in its box, at once as far as there are threads.
    ///
    /// **Errors**: by chart.
    #[must_use]
    pub fn charts(&self, specs: &[(&Value, f64, f64)]) -> Vec<Result<String, ChartError>> {
        let jobs = self.jobs();
        let (answer, answers) = mpsc::channel();
        for (place, (spec, width, height)) in specs.iter().enumerate() {
            // What cannot be sent stays unanswered.
            let _ = jobs.send(Job {
                spec: spec.to_string(),
                width: *width,
                height: *height,
                place,
                answer: answer.clone(),
            });
        }
        drop(answer);
        let mut drawn: Vec<_> = specs.iter().map(|_| Err(ChartError::Ended)).collect();
        for (place, outcome) in answers {
            if let Some(slot) = drawn.get_mut(place) {
                *slot = outcome;
            }
        }
        drawn
    }

    /// Draws one Vega-Lite spec as SVG.
    ///
    /// **Errors**: the spec is wrong, or takes too long.
    pub fn chart(&self, spec: &Value, width: f64, height: f64) -> Result<String, ChartError> {
        self.charts(&[(spec, width, height)])
            .pop()
            .unwrap_or(Err(ChartError::Ended))
    }

    /// Draws a report as one SVG, its sheets one below the other.
    ///
    /// **Errors**: the drawing could not be made; a chart that fails is a tile that says so.
    pub fn svg(&self, report: &Report) -> Result<String, ChartError> {
        Ok(page::whole(report, &self.drawn(report)))
    }

    /// Draws a report as one PNG; `scale` is pixels for each of the drawing's.
    ///
    /// **Errors**: the picture would be too large.
    pub fn png(&self, report: &Report, scale: f32) -> Result<Vec<u8>, ChartError> {
        raster::png(&self.svg(report)?, scale)
    }

    /// Draws a report as the pages of a PDF; tables go on until their last row.
    ///
    /// **Errors**: the drawing could not be made; a chart that fails is a tile that says so.
    pub fn pdf(&self, report: &Report) -> Result<Vec<u8>, ChartError> {
        pdf::document(&report.title, &page::pages(report, &self.drawn(report)))
    }

    /// Draws all charts of a report.
    fn drawn(&self, report: &Report) -> Drawn {
        let boxes = page::chart_boxes(report);
        let specs: Vec<(&Value, f64, f64)> =
            boxes.iter().map(|b| (b.spec, b.width, b.height)).collect();
        let charts = self.charts(&specs);
        boxes
            .iter()
            .zip(charts)
            .map(|(b, chart)| (b.place, chart))
            .collect()
    }
}

fn work(jobs: &Mutex<mpsc::Receiver<Job>>) {
    let mut script: Option<Script> = Script::start().ok();
    loop {
        let job = match jobs.lock() {
            Ok(jobs) => jobs.recv(),
            Err(_) => return,
        };
        let Ok(job) = job else { return };
        let outcome = match &script {
            Some(script) => script.draw(&job.spec, job.width, job.height),
            None => Script::start().and_then(|started| {
                let started = script.insert(started);
                started.draw(&job.spec, job.width, job.height)
            }),
        };
        // After a failure of the engine itself the next chart gets a new one.
        if matches!(outcome, Err(ChartError::Time(_) | ChartError::Script(_))) {
            script = None;
        }
        let _ = job.answer.send((job.place, outcome));
    }
}
