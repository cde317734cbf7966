//! A house for tests: the routes over stores in memory and a door that answers as it is told.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use aws::{
    ApiError, Body, Call, Context, Invoke,
    sigv4::{Credential, Credentials},
};
use futures::{FutureExt, future::BoxFuture};
use http::{Request, Response};
use http_body_util::BodyExt;
use parking_lot::Mutex;
use serde_json::Value;
use store::{Store, testing::SimClock};

use crate::{
    DriverLog, Due, Followed, History, Insight, LogTail, Looked, Parts, Rows, Scheduled, Services,
    TailFrom,
};

pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG";

/// Knows one key, `AKIA`.
pub(crate) struct OneKey;

impl Credentials for OneKey {
    fn find(&self, access_key: &str) -> Option<Credential> {
        (access_key == "AKIA").then(|| Credential {
            secret: SECRET.into(),
            session_token: None,
            account: "111122223333".into(),
            arn: "arn:aws:iam::111122223333:root".into(),
        })
    }
}

type Answer = Box<dyn Fn(&Call) -> Result<Value, ApiError> + Send + Sync>;
type Serve = Box<dyn Fn(&Request<()>, &[u8]) -> Response<Body> + Send + Sync>;

/// Answers Calls by service and operation, and notes them.
#[derive(Default)]
pub(crate) struct FakeDoor {
    pub(crate) answers: Mutex<HashMap<(&'static str, &'static str), Answer>>,
    pub(crate) s3: Mutex<Option<Serve>>,
    pub(crate) calls: Mutex<Vec<Call>>,
}

impl FakeDoor {
    pub(crate) fn on(
        &self,
        service: &'static str,
        operation: &'static str,
        answer: impl Fn(&Call) -> Result<Value, ApiError> + Send + Sync + 'static,
    ) {
        let answer: Answer = Box::new(answer);
        self.answers.lock().insert((service, operation), answer);
    }
}

impl Invoke for FakeDoor {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
        let answers = self.answers.lock();
        let answer = answers
            .iter()
            .find(|((service, operation), _)| {
                *service == &*call.service && *operation == &*call.operation
            })
            .map_or_else(
                || {
                    let what = format!("{}:{} is not implemented", call.service, call.operation);
                    Err(ApiError::new("NotImplemented", what).with_status(501))
                },
                |(_, answer)| answer(&call),
            );
        self.calls.lock().push(call);
        async move { answer }.boxed()
    }

    fn forward(
        &self,
        service: &str,
        request: Request<Body>,
        _: Context,
    ) -> BoxFuture<'static, Result<Response<Body>, ApiError>> {
        assert_eq!(service, "s3");
        let (parts, body) = request.into_parts();
        // The fakes' bodies are there at once.
        let body = body.collect().now_or_never().unwrap().unwrap().to_bytes();
        let request = Request::from_parts(parts, ());
        let response = self.s3.lock().as_ref().unwrap()(&request, &body);
        async move { Ok(response) }.boxed()
    }
}

/// Finds what it is told to find, look by look.
struct Looks(VecDeque<Looked>);

impl LogTail for Looks {
    fn look(&mut self) -> BoxFuture<'_, Result<Looked, ApiError>> {
        let nothing = Looked {
            cursor: Some("@0".into()),
            ..Looked::default()
        };
        let found = self.0.pop_front().unwrap_or(nothing);
        async move { Ok(found) }.boxed()
    }
}

/// A rule or schedule, the times that it was asked to fire for, and the token of who asked.
type Backfilled = (Scheduled, Vec<i64>, Option<String>);

/// What services would hand in.
#[derive(Default)]
pub(crate) struct FakeServices {
    pub(crate) histories: Mutex<Vec<Box<dyn History>>>,
    pub(crate) log: Mutex<DriverLog>,
    pub(crate) firings: Mutex<Vec<Value>>,
    pub(crate) looks: Mutex<VecDeque<Looked>>,
    pub(crate) followed: Mutex<Vec<(Followed, TailFrom)>>,
    pub(crate) backfilled: Mutex<Vec<Backfilled>>,
}

impl Services for FakeServices {
    fn follow(&self, _: &str, _: u64) -> BoxFuture<'static, Result<Box<dyn History>, ApiError>> {
        let history = self.histories.lock().pop().unwrap();
        async move { Ok(history) }.boxed()
    }

    fn tail(
        &self,
        _: Context,
        of: Followed,
        from: TailFrom,
    ) -> BoxFuture<'static, Result<Box<dyn LogTail>, ApiError>> {
        self.followed.lock().push((of, from));
        let looks = std::mem::take(&mut *self.looks.lock());
        async move { Ok(Box::new(Looks(looks)) as Box<dyn LogTail>) }.boxed()
    }

    fn driver_log(
        &self,
        _: Context,
        _: &str,
        _: &str,
        _: &str,
    ) -> BoxFuture<'static, Result<DriverLog, ApiError>> {
        let log = self.log.lock().clone();
        async move { Ok(log) }.boxed()
    }

    fn next_runs(&self, _: &str, _: &str, from: i64, count: usize) -> Result<Vec<i64>, ApiError> {
        Ok((1..).map(|n| from + n * 60_000).take(count).collect())
    }

    fn rule_firings(
        &self,
        _: Context,
        _: &str,
        rule: &str,
    ) -> BoxFuture<'static, Result<Vec<Value>, ApiError>> {
        let rule = Value::from(rule);
        let mut firings = self.firings.lock().clone();
        if firings.is_empty() {
            firings = vec![rule.clone(), rule];
        }
        async move { Ok(firings) }.boxed()
    }

    fn schedule_firings(
        &self,
        _: Context,
        _: &str,
        _: &str,
    ) -> BoxFuture<'static, Result<Vec<Value>, ApiError>> {
        async { Ok(Vec::new()) }.boxed()
    }

    fn rule_upcoming(&self, _: &Context, _: &str, _: &str, _: usize) -> Vec<i64> {
        vec![2_000]
    }

    fn schedule_upcoming(
        &self,
        _: Context,
        _: &str,
        _: &str,
        _: usize,
    ) -> BoxFuture<'static, Result<Vec<i64>, ApiError>> {
        async { Ok(vec![1_000]) }.boxed()
    }

    fn due_within(
        &self,
        _: Context,
        _: Scheduled,
        from_ms: i64,
        to_ms: i64,
    ) -> BoxFuture<'static, Result<Due, ApiError>> {
        let due = Due {
            times_ms: vec![from_ms, to_ms],
            truncated: true,
        };
        async move { Ok(due) }.boxed()
    }

    fn backfill(
        &self,
        _: Context,
        of: Scheduled,
        times_ms: Vec<i64>,
        token: Option<String>,
    ) -> BoxFuture<'static, Result<(String, usize), ApiError>> {
        let queued = times_ms.len();
        self.backfilled.lock().push((of, times_ms, token));
        async move { Ok(("b".to_owned(), queued)) }.boxed()
    }

    fn spark_ui(
        &self,
        _: Context,
        cluster: &str,
        id: &str,
    ) -> BoxFuture<'static, Result<String, ApiError>> {
        let url = format!("http://127.0.0.1:18080/history/{cluster}-{id}/");
        async move { Ok(url) }.boxed()
    }

    fn first_rows(
        &self,
        _: &str,
        _: &str,
        limit: usize,
    ) -> BoxFuture<'static, Result<Rows, ApiError>> {
        let rows = (1..=limit).map(|n| vec![Some(n.to_string())]).collect();
        async move { Ok((vec![("n".to_owned(), "integer".to_owned())], rows)) }.boxed()
    }
}

pub(crate) struct House {
    pub(crate) insight: Arc<Insight>,
    pub(crate) door: Arc<FakeDoor>,
    pub(crate) services: Arc<FakeServices>,
    pub(crate) main: Store,
    pub(crate) objects: Store,
    pub(crate) folder: tempfile::TempDir,
}

impl House {
    /// Opens a house where anybody may ask.
    pub(crate) fn new() -> Self {
        Self::open(false)
    }

    /// Opens a house where one has to sign in with [`SECRET`].
    pub(crate) fn locked() -> Self {
        Self::open(true)
    }

    fn open(signatures_checked: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (main, objects) = (Store::in_memory().unwrap(), Store::in_memory().unwrap());
        let (door, services) = (Arc::<FakeDoor>::default(), Arc::<FakeServices>::default());
        let insight = Insight::open(Parts {
            folder: folder.path().to_owned(),
            clock: Arc::new(SimClock::default()),
            door: door.clone(),
            credentials: Arc::new(OneKey),
            signatures_checked,
            services: services.clone(),
            model: Store::in_memory().unwrap(),
            buses: vec![("main", main.clone()), ("objects", objects.clone())],
        });
        Self {
            insight: insight.unwrap(),
            door,
            services,
            main,
            objects,
            folder,
        }
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<bytes::Bytes>,
    ) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.into())).unwrap();
        Arc::clone(&self.insight).handle(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Response<Body> {
        self.ask("GET", path, &[], "").await
    }
}

pub(crate) async fn text(response: Response<Body>) -> String {
    let whole = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(whole.to_vec()).unwrap()
}

pub(crate) async fn value(response: Response<Body>) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}

/// Returns what a stream sends next.
pub(crate) async fn frame(body: &mut Body) -> String {
    let frame = body.frame().await.unwrap().unwrap();
    String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
}
