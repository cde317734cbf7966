//! S3 behind the door: a request goes to `s3s` unsigned, the answer gets what every answer of S3 has.

use std::sync::Arc;

use aws::{
    Context,
    door::{Body, CorsAsk, CorsGrant, RawService},
};
use bytes::Bytes;
use chrono::DateTime;
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use objects::Objects;
use percent_encoding::percent_decode_str;
use s3s::{
    S3Error, S3ErrorCode,
    config::{S3Config, StaticConfigProvider},
    service::{S3Service, S3ServiceBuilder},
};
use store::Clock;

use crate::{api, cors, error::not_implemented, lifecycle};

/// The S3 API.
pub struct S3 {
    objects: Arc<Objects>,
    clock: Arc<dyn Clock>,
    s3s: S3Service,
}

impl S3 {
    pub fn new(objects: Arc<Objects>, clock: Arc<dyn Clock>) -> Arc<Self> {
        let mut builder = S3ServiceBuilder::new(api::Api {
            objects: Arc::clone(&objects),
        });
        let mut config = S3Config::default();
        // `a//b` and `a/b` are two keys.
        config.normalize_forward_slash_path = false;
        builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
        Arc::new(Self {
            objects,
            clock,
            s3s: builder.build(),
        })
    }

    /// Starts what works in the background: the buckets' lifecycle rules.
    pub fn start(self: &Arc<Self>) {
        tokio::spawn(lifecycle::run(
            Arc::clone(&self.objects),
            Arc::clone(&self.clock),
        ));
    }

    async fn answer(&self, request: Request<Body>, context: &Context) -> Response<Body> {
        let head = request.method() == Method::HEAD;
        let path = request.uri().path().to_owned();
        let answered = match self.refused(&request).await {
            Some(error) => error
                .to_http_response()
                .map_err(|e| tracing::error!(error = %e, "an error of S3 could not be written")),
            None => {
                let mut request = request.map(s3s::Body::http_body);
                forgive(request.headers_mut());
                let answered = self.s3s.call(request).await;
                answered.map_err(|e| tracing::error!(error = ?e, "s3s failed"))
            }
        };
        let Ok(response) = answered else {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return response;
        };
        finish(response, head, &path, context).await
    }

    /// Refuses what holds for every operation: an expected owner who is not the bucket's; and the one
    /// operation that `s3s` would want to authenticate itself.
    async fn refused(&self, request: &Request<Body>) -> Option<S3Error> {
        let form = request
            .headers()
            .get(header::CONTENT_TYPE)
            .map(HeaderValue::as_bytes);
        if request.method() == Method::POST
            && form.is_some_and(|kind| kind.starts_with(b"multipart/form-data"))
        {
            return Some(not_implemented("PostObject"));
        }
        let expected = |name: &str| {
            request
                .headers()
                .get(name)
                .and_then(|v| v.to_str().ok())
                .map(str::to_owned)
        };
        let source = expected("x-amz-copy-source").unwrap_or_default();
        let checks = [
            (
                expected("x-amz-expected-bucket-owner"),
                request.uri().path(),
            ),
            (
                expected("x-amz-source-expected-bucket-owner"),
                source.as_str(),
            ),
        ];
        for (account, path) in checks {
            let Some(account) = account else { continue };
            let bucket = path
                .trim_start_matches('/')
                .split('/')
                .next()
                .unwrap_or_default();
            let owner = self
                .objects
                .head_bucket(bucket)
                .await
                .ok()
                .map(|b| b.owner.account);
            if owner.is_some_and(|owner| owner != account) {
                return Some(S3Error::with_message(
                    S3ErrorCode::AccessDenied,
                    "Access Denied",
                ));
            }
        }
        None
    }
}

impl RawService for S3 {
    fn handle(
        &self,
        request: Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, Response<Body>> {
        let service = Self {
            objects: Arc::clone(&self.objects),
            clock: Arc::clone(&self.clock),
            s3s: self.s3s.clone(),
        };
        Box::pin(async move {
            let mut request = request;
            request.extensions_mut().insert(context.clone());
            service.answer(request, &context).await
        })
    }

    fn cors(&self, ask: CorsAsk) -> BoxFuture<'static, Option<CorsGrant>> {
        let objects = Arc::clone(&self.objects);
        Box::pin(async move { cors::grant(&objects, &ask).await })
    }

    fn operations(&self) -> Vec<&'static str> {
        api::OPERATIONS.to_vec()
    }
}

/// Takes away the headers that S3, as RFC 9110 has it, goes on without: a range that is none or more than
/// one, dates that are none.
fn forgive(headers: &mut HeaderMap) {
    let range = headers.get(header::RANGE).map(HeaderValue::as_bytes);
    if range.is_some_and(|range| s3s::dto::Range::parse(&String::from_utf8_lossy(range)).is_err()) {
        headers.remove(header::RANGE);
    }
    for name in [header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE] {
        let date = headers.get(&name).map(HeaderValue::as_bytes);
        let date = date.map(|date| DateTime::parse_from_rfc2822(&String::from_utf8_lossy(date)));
        if date.is_some_and(|date| date.is_err()) {
            headers.remove(name);
        }
    }
}

/// Gives an answer what S3's have: ids; in an error, what it is about; no body where HTTP has none.
async fn finish(
    response: Response<s3s::Body>,
    head: bool,
    path: &str,
    context: &Context,
) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let failed = parts.status.is_client_error() || parts.status.is_server_error();
    let body = if failed {
        let text = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        let text = explained(&text, path, context);
        parts.headers.remove(header::CONTENT_LENGTH);
        Body::from(text)
    } else {
        Body::new(body)
    };
    let bodiless =
        head || parts.status == StatusCode::NOT_MODIFIED || parts.status == StatusCode::NO_CONTENT;
    if bodiless && (failed || !head) {
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
    }
    for (name, value) in [
        ("x-amz-request-id", &*context.request_id),
        ("x-amz-id-2", &host_id(context)),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            parts.headers.insert(name, value);
        }
    }
    Response::from_parts(parts, if bodiless { Body::empty() } else { body })
}

/// S3's extended request id; ours says nothing more than the request id.
fn host_id(context: &Context) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(context.request_id.as_bytes())
}

/// Adds to an error's document what it is about, and the ids.
fn explained(document: &Bytes, path: &str, context: &Context) -> Bytes {
    const END: &str = "</Error>";
    let Ok(text) = std::str::from_utf8(document) else {
        return document.clone();
    };
    let Some(start) = text.strip_suffix(END) else {
        return document.clone();
    };
    let decoded = percent_decode_str(path.trim_start_matches('/')).decode_utf8_lossy();
    let (bucket, key) = decoded.split_once('/').unwrap_or((&decoded, ""));
    let code = start
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once('<'))
        .map_or("", |(code, _)| code);
    let about = match code {
        "NoSuchBucket"
        | "BucketNotEmpty"
        | "BucketAlreadyOwnedByYou"
        | "BucketAlreadyExists"
        | "InvalidBucketName" => {
            format!("<BucketName>{}</BucketName>", escaped(bucket))
        }
        "NoSuchKey" | "NoSuchVersion" => format!("<Key>{}</Key>", escaped(key)),
        _ => format!("<Resource>/{}</Resource>", escaped(&decoded)),
    };
    let ids = format!(
        "<RequestId>{}</RequestId><HostId>{}</HostId>",
        context.request_id,
        host_id(context)
    );
    Bytes::from(format!("{start}{about}{ids}{END}"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
