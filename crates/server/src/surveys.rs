//! `/_taxiway/survey`: what the last survey of all executions found, and a new one.

use std::sync::Arc;

use aws::{Body, Context, door::OwnPages};
use futures::{FutureExt, future::BoxFuture};
use hyper::{
    Method, Request, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE, HeaderValue},
};
use serde_json::{Value, json};
use workflow::{StepFunctions, Surveyed};

/// The pages, for who is signed in: findings name executions.
pub(crate) struct SurveyPages(pub(crate) Arc<StepFunctions>);

impl OwnPages for SurveyPages {
    fn answer(
        self: Arc<Self>,
        request: Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, Response<Body>> {
        let path = request.uri().path();
        let (status, body) = match *request.method() {
            _ if path != "/_taxiway/survey" => (
                StatusCode::NOT_FOUND,
                json!({"code": "NotFound", "message": format!("There is no {path}.")}),
            ),
            Method::GET => (StatusCode::OK, self.told(&context)),
            Method::POST => {
                self.0.survey_now();
                (StatusCode::ACCEPTED, self.told(&context))
            }
            _ => (
                StatusCode::METHOD_NOT_ALLOWED,
                json!({"code": "MethodNotAllowed", "message": "Use GET, POST."}),
            ),
        };
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(ALLOW, HeaderValue::from_static("GET, POST"));
        }
        async move { response }.boxed()
    }
}

impl SurveyPages {
    fn told(&self, context: &Context) -> Value {
        // Before the last one: one that ends in between is told as under way still.
        let running = self.0.is_surveying();
        let last = self.0.surveyed();
        let account = &context.principal.account;
        json!({
            "running": running,
            "last": last.as_ref().map(|last| {
                let mut told = summary(last);
                told["findings"] = findings(last, account);
                told
            }),
            "failed": self.0.survey_failed(),
        })
    }
}

/// Returns what is told of a survey to everybody.
pub(crate) fn summary(survey: &Surveyed) -> Value {
    let seconds = |ms: i64| ms as f64 / 1e3;
    json!({
        "beganAt": seconds(survey.began_ms),
        "endedAt": seconds(survey.at_ms),
        "executions": survey.executions,
        "open": survey.open,
        "broken": survey.broken,
    })
}

/// Returns the first findings, but for those of other accounts' executions.
fn findings(survey: &Surveyed, account: &str) -> Value {
    let own = |of: &str| match of.split(':').collect::<Vec<_>>()[..] {
        ["arn", _, _, _, owner, ..] => owner == account,
        _ => true,
    };
    let first = survey.first.iter().filter(|broken| own(&broken.of));
    let told = first
        .map(|broken| json!({"invariant": broken.invariant, "of": broken.of, "what": broken.what}));
    told.collect()
}
