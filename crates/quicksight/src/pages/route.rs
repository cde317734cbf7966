//! Which page a path means.

use std::sync::Arc;

use aws::{ApiError, Body, Context, door::OwnPages, uri};
use futures::{FutureExt, future::BoxFuture};
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
        X_CONTENT_TYPE_OPTIONS,
    },
};
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    Embedded,
    download::download,
    export::{self, Exported},
    expression,
    question::{Asked, Question},
    refresh, suggest, visual,
};
use crate::{QuickSight, report::ReportError};

/// A definition that is not saved comes with the question: as large as the API takes one, and some more.
const BODY_MAX: usize = 4 << 20;
/// The header of a visitor of an embedded dashboard.
const EMBED: &str = "x-taxiway-embed";
const BEFORE: &str = "/_taxiway/reports/";

impl OwnPages for QuickSight {
    fn is_open(&self, method: &Method, path: &str) -> bool {
        let open = ["embed/", "bundles/"];
        let path = path.strip_prefix(BEFORE).unwrap_or("");
        *method == Method::GET && open.iter().any(|before| path.starts_with(before))
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

fn of_json(value: &Value) -> Response<Body> {
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
    let token = parts.headers.get(EMBED).and_then(|v| v.to_str().ok());
    let embedded = match token {
        Some(token) => Some(Embedded::open(service, token).await?),
        None => None,
    };
    let path: Vec<&str> = path.split('/').collect();
    if let (&Method::GET, [what @ ("embed" | "bundles"), name]) = (&parts.method, path.as_slice()) {
        let query = uri::query_pairs(parts.uri.query().unwrap_or_default());
        return match *what {
            "embed" => embedded_page(service, context, name, &query).await,
            _ => Ok(attached(download(service, name, code(&query)).await?)),
        };
    }
    let answer = match (&parts.method, path.as_slice()) {
        (&Method::POST, ["suggest"]) if embedded.is_none() => {
            suggest::suggest(service, context, read(body).await?).await?
        }
        (&Method::POST, ["expression"]) if embedded.is_none() => {
            expression::expression(service, context, read(body).await?).await?
        }
        (&Method::POST, [what @ ("visual" | "rows" | "values" | "export")]) => {
            let question: Question = read(body).await?;
            let asked = Asked::new(service, context, question, embedded.as_ref()).await?;
            match *what {
                "visual" => visual::visual(service, &asked).await?,
                "rows" => visual::rows(service, &asked).await?,
                "values" => visual::values(service, &asked).await?,
                _ => return Ok(attached(export::export(service, &asked).await?)),
            }
        }
        (&Method::GET, ["data-sets", id, "refresh-after"]) if embedded.is_none() => {
            refresh::get(service, context, id).await?
        }
        (&Method::PUT, ["data-sets", id, "refresh-after"]) if embedded.is_none() => {
            refresh::put(service, context, id, read(body).await?).await?
        }
        _ => {
            let message = format!("There is no page {} {}", parts.method, parts.uri.path());
            return Err(ApiError::new("NotFound", message).with_status(404).into());
        }
    };
    Ok(of_json(&answer))
}

/// Returns the signed code of an address.
fn code(query: &[(String, String)]) -> &str {
    let code = query.iter().find(|(name, _)| name == "code");
    code.map_or("", |(_, code)| code.as_str())
}

/// Draws an embedded dashboard: a picture that loads nothing and runs nothing.
async fn embedded_page(
    service: &Arc<QuickSight>,
    context: &Context,
    dashboard: &str,
    query: &[(String, String)],
) -> Result<Response<Body>, ReportError> {
    let embedded = Embedded::open(service, code(query)).await?;
    let question = Question::picture(dashboard, embedded.visual.clone(), query);
    let asked = Asked::new(service, context, question, Some(&embedded)).await?;
    let mut response = attached(export::export(service, &asked).await?);
    let headers = response.headers_mut();
    headers.remove(CONTENT_DISPOSITION);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:";
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

async fn read<T: DeserializeOwned>(body: Body) -> Result<T, ApiError> {
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
fn attached(file: Exported) -> Response<Body> {
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
