//! Which page a path means.

use std::sync::Arc;

use aws::{ApiError, Body, Context, door::OwnPages, uri};
use futures::{FutureExt, future::BoxFuture};
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    download::download,
    export::{self, Exported},
    expression,
    question::{Asked, Question},
    refresh, suggest, visitor, visual,
};
use crate::{QuickSight, report::ReportError};

/// A definition that is not saved comes with the question: as large as the API takes one, and some more.
const BODY_MAX: usize = 4 << 20;
const BEFORE: &str = "/_taxiway/reports/";

impl OwnPages for QuickSight {
    fn is_open(&self, method: &Method, path: &str) -> bool {
        let path = path.strip_prefix(BEFORE).unwrap_or("");
        (*method == Method::GET && path.starts_with("bundles/"))
            || (*method == Method::POST && path.starts_with("embed/"))
    }

    fn answer(
        self: Arc<Self>,
        request: Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, Response<Body>> {
        async move {
            match page(&self, request, &context).await {
                Ok(response) => response,
                Err(error) => refused(&error),
            }
        }
        .boxed()
    }
}

/// A refusal in the words of the console's routes.
fn refused(error: &ReportError) -> Response<Body> {
    let (status, code) = match error {
        ReportError::DataSet(error) => {
            if error.status >= 500 {
                tracing::error!(source = error.source, "{error}");
            }
            // The API's own status for it, 401, would say that one has to sign in.
            let status = match error.code.as_str() {
                "AccessDeniedException" => 403,
                _ => error.status,
            };
            (status, error.code.as_str())
        }
        ReportError::Plan(_) => (400, "InvalidVisual"),
        ReportError::Query(error) => (400, error.kind),
        ReportError::Draw(_) => (400, "CannotBeDrawn"),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = of_json(&json!({"code": code, "message": error.to_string()}));
    *response.status_mut() = status;
    response
}

pub(super) fn of_json(value: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(value.to_string()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn page(
    service: &Arc<QuickSight>,
    request: Request<Body>,
    context: &Context,
) -> Result<Response<Body>, ReportError> {
    let (parts, body) = request.into_parts();
    let path = parts
        .uri
        .path()
        .strip_prefix(BEFORE)
        .unwrap_or("")
        .to_owned();
    if let Some(below) = path.strip_prefix("embed/") {
        return visitor::answer(service, &parts.method, below, &parts.headers, body).await;
    }
    let path: Vec<&str> = path.split('/').collect();
    if let (&Method::GET, ["bundles", name]) = (&parts.method, path.as_slice()) {
        let query = uri::query_pairs(parts.uri.query().unwrap_or_default());
        let code = query.iter().find(|(name, _)| name == "code");
        let code = code.map_or("", |(_, code)| code.as_str());
        return Ok(attached(download(service, name, code).await?));
    }
    let answer = match (&parts.method, path.as_slice()) {
        (&Method::POST, ["suggest"]) => {
            suggest::suggest(service, context, read(body).await?).await?
        }
        (&Method::POST, ["expression"]) => {
            expression::expression(service, context, read(body).await?).await?
        }
        (&Method::POST, [what @ ("visual" | "rows" | "values" | "export")]) => {
            let question: Question = read(body).await?;
            let asked = Asked::new(service, context, question).await?;
            match *what {
                "visual" => visual::visual(service, &asked).await?,
                "rows" => visual::rows(service, &asked).await?,
                "values" => visual::values(service, &asked).await?,
                _ => return Ok(attached(export::export(service, &asked).await?)),
            }
        }
        (&Method::GET, ["data-sets", id, "refresh-after"]) => {
            refresh::get(service, context, id).await?
        }
        (&Method::PUT, ["data-sets", id, "refresh-after"]) => {
            refresh::put(service, context, id, read(body).await?).await?
        }
        _ => return Err(no_page(&parts.method, parts.uri.path()).into()),
    };
    Ok(of_json(&answer))
}

pub(super) fn no_page(method: &Method, path: &str) -> ApiError {
    let message = format!("There is no page {method} {path}");
    ApiError::new("NotFound", message).with_status(404)
}

pub(super) async fn read<T: DeserializeOwned>(body: Body) -> Result<T, ApiError> {
    let whole = Limited::new(body, BODY_MAX).collect().await;
    let whole = whole.map_err(|_| {
        let message = format!("The body is larger than {BODY_MAX} bytes, or ended early");
        ApiError::new("RequestEntityTooLargeException", message).with_status(413)
    })?;
    serde_json::from_slice(&whole.to_bytes()).map_err(|e| {
        ApiError::new(
            "SerializationException",
            format!("The body cannot be read: {e}"),
        )
    })
}

/// Returns a file to save.
pub(super) fn attached(file: Exported) -> Response<Body> {
    let mut response = Response::new(Body::from(file.body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let name: String = file
        .name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_. ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}
