//! `POST /_taxiway/spark-ui/{virtualClusterId}/{jobRunId}` → `{"url": …}`.

use std::sync::Arc;

use aws::{ApiError, Body, Context, door::OwnPages};
use futures::{FutureExt, future::BoxFuture};
use http::{HeaderValue, Method, Request, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};

use crate::service::Emr;

impl OwnPages for Emr {
    fn answer(
        self: Arc<Self>,
        request: Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, Response<Body>> {
        async move {
            match self.open(&request, &context).await {
                Ok(url) => page(StatusCode::OK, &json!({"url": url})),
                Err(error) => {
                    let status = StatusCode::from_u16(error.status)
                        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                    page(
                        status,
                        &json!({"code": error.code, "message": error.message}),
                    )
                }
            }
        }
        .boxed()
    }
}

impl Emr {
    async fn open(&self, request: &Request<Body>, context: &Context) -> Result<String, ApiError> {
        let path = request.uri().path();
        let parts: Vec<&str> = path.split('/').skip(3).collect();
        let [cluster, job] = parts[..] else {
            let message = format!("There is no {path}.");
            return Err(ApiError::new("NotFound", message).with_status(404));
        };
        if request.method() != Method::POST {
            return Err(ApiError::new("MethodNotAllowed", "Use POST.").with_status(405));
        }
        self.spark_ui(context, cluster, job).await
    }
}

fn page(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
