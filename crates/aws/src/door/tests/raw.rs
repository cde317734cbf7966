//! What a service that speaks HTTP itself gets to see.

use std::sync::{Arc, Mutex};

use futures::{FutureExt, future::BoxFuture};
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;

use super::{
    super::{Body, CorsAsk, CorsGrant, Door, RawService, TrailingChecksums},
    support::{ask, request},
};
use crate::{
    Context,
    sigv4::{Credential, Credentials, Signatures},
};

/// Notes a request and answers 200 with its body, or 500 if that cannot be read.
#[derive(Default)]
pub(super) struct Store {
    seen: Arc<Mutex<Vec<Seen>>>,
}

struct Seen {
    uri: String,
    headers: HeaderMap,
    context: Context,
    trailers: Option<HeaderMap>,
}

impl Store {
    pub(super) fn shared() -> Arc<Self> {
        Arc::new(Self::default())
    }
}

impl RawService for Store {
    fn handle(
        &self,
        request: Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, Response<Body>> {
        let seen = Arc::clone(&self.seen);
        async move {
            let (parts, body) = request.into_parts();
            assert_eq!(
                parts.extensions.get::<Context>().map(|c| &c.principal),
                Some(&context.principal)
            );
            let Ok(body) = body.collect().await else {
                let mut response = Response::new(Body::from("could not be read"));
                *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
                return response;
            };
            let trailers = parts
                .extensions
                .get::<TrailingChecksums>()
                .and_then(TrailingChecksums::all);
            let uri = parts.uri.to_string();
            seen.lock().unwrap().push(Seen {
                uri,
                headers: parts.headers,
                context,
                trailers,
            });
            Response::new(Body::from(body.to_bytes()))
        }
        .boxed()
    }

    fn cors(&self, ask: CorsAsk) -> BoxFuture<'static, Option<CorsGrant>> {
        let granted = ask.origin == "https://friend.example" && ask.path.starts_with("/open/");
        let grant = CorsGrant {
            origin: ask.origin,
            methods: vec![ask.method.to_string()],
            ..CorsGrant::default()
        };
        async move { granted.then_some(grant) }.boxed()
    }
}

fn door() -> (Door, Arc<Mutex<Vec<Seen>>>) {
    let store = Store::default();
    let seen = Arc::clone(&store.seen);
    // 2026-01-01T00:30:00Z
    (
        Door::builder()
            .raw("s3", Arc::new(store))
            .now(|| 1_767_227_400_000)
            .build(),
        seen,
    )
}

const SIGNED: (&str, &str) = (
    "authorization",
    "AWS4-HMAC-SHA256 Credential=222222222222/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0",
);
const PRESIGNED: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260101%2Feu-west-1%2Fs3%2Faws4_request\
                         &X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0";

#[tokio::test]
async fn a_signed_chunked_upload_arrives_plain() {
    let (door, seen) = door();
    let headers = [
        SIGNED,
        ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("x-amz-decoded-content-length", "11"),
        ("content-encoding", "aws-chunked,gzip"),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
        ("content-length", "62"),
    ];
    let body = "5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
    let answer = ask(
        &door,
        request("PUT", "/bucket/a%20key?x-id=PutObject", &headers, body),
    )
    .await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "hello world"));
    assert!(!answer.header("x-amz-request-id").is_empty());
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0].uri, "/bucket/a%20key?x-id=PutObject");
    assert_eq!(
        (seen[0].context.account(), seen[0].context.region()),
        ("222222222222", "eu-west-1")
    );
    assert_eq!(
        seen[0].trailers.as_ref().unwrap()["x-amz-checksum-crc32"],
        "DUoRhQ=="
    );
    assert_eq!(
        (
            &seen[0].headers["content-length"],
            &seen[0].headers["content-encoding"]
        ),
        (&"11".parse().unwrap(), &"gzip".parse().unwrap())
    );
    for gone in [
        "authorization",
        "x-amz-content-sha256",
        "x-amz-decoded-content-length",
    ] {
        assert!(!seen[0].headers.contains_key(gone), "{gone}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_said_in_s3s_words() {
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let chunked = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    let cases = [
        (hash, None, "not empty", 400, "XAmzContentSHA256Mismatch"),
        (&"0".repeat(64), None, "", 400, "XAmzContentSHA256Mismatch"),
        ("gibberish", None, "x", 400, "InvalidArgument"),
        (chunked, None, "0\r\n\r\n", 411, "MissingContentLength"),
        (
            chunked,
            Some("3"),
            "5\r\nhello\r\n0\r\n\r\n",
            400,
            "IncompleteBody",
        ),
        (chunked, Some("5"), "5\r\nhel", 400, "IncompleteBody"),
        (chunked, Some("5"), "zz\r\n", 400, "InvalidRequest"),
    ];
    for (sha, length, body, status, code) in cases {
        let (door, seen) = door();
        let mut headers = vec![SIGNED, ("x-amz-content-sha256", sha)];
        headers.extend(length.map(|l| ("x-amz-decoded-content-length", l)));
        let answer = ask(&door, request("PUT", "/bucket/key", &headers, body)).await;
        assert_eq!(answer.status, status, "{code}: {}", answer.text);
        assert!(
            answer.text.contains(&format!("<Code>{code}</Code>")),
            "{code}: {}",
            answer.text
        );
        assert!(
            seen.lock().unwrap().is_empty(),
            "{code}: the service got it whole"
        );
    }
    let (door, _) = door();
    let right = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let answer = ask(
        &door,
        request(
            "PUT",
            "/b/k",
            &[SIGNED, ("x-amz-content-sha256", right)],
            "hello",
        ),
    )
    .await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "hello"));
}

#[tokio::test]
async fn buckets_in_host_names_move_into_the_path() {
    for (host, uri, seen_uri) in [
        ("my-bucket.localhost:4566", "/a/b", "/my-bucket/a/b"),
        (
            "my.bucket.s3.us-east-1.amazonaws.com",
            "/?list-type=2",
            "/my.bucket/?list-type=2",
        ),
        ("logs.localhost", "/k", "/logs/k"),
        ("s3.localhost:4566", "/b/k", "/b/k"),
        ("127.0.0.1:4566", "/b/k", "/b/k"),
    ] {
        let (door, seen) = door();
        assert_eq!(
            ask(
                &door,
                request("GET", uri, &[SIGNED, ("host", host)], Body::empty())
            )
            .await
            .status,
            200
        );
        assert_eq!(seen.lock().unwrap()[0].uri, seen_uri, "{host}");
    }
}

#[tokio::test]
async fn presigned_requests_hold_until_they_expire() {
    let (door, seen) = door();
    let uri = |seconds: u32| {
        format!("/b/k?response-content-type=a%2Fb&{PRESIGNED}&X-Amz-Expires={seconds}")
    };
    assert_eq!(
        ask(&door, request("GET", &uri(3600), &[], Body::empty()))
            .await
            .status,
        200
    );
    assert_eq!(
        seen.lock().unwrap()[0].uri,
        "/b/k?response-content-type=a%2Fb"
    );
    let late = ask(&door, request("GET", &uri(60), &[], Body::empty())).await;
    assert_eq!(late.status, 403);
    assert!(
        late.text
            .contains("<Code>AccessDenied</Code><Message>Request has expired</Message>"),
        "{}",
        late.text
    );
    assert!(
        late.text
            .contains("<Expires>2026-01-01T00:01:00Z</Expires>"),
        "{}",
        late.text
    );
    let week = ask(&door, request("GET", &uri(604_801), &[], Body::empty())).await;
    assert!(
        week.text
            .contains("<Code>AuthorizationQueryParametersError</Code>"),
        "{}",
        week.text
    );
    let old = |at: i64| format!("/b/k?AWSAccessKeyId=a&Signature=s&Expires={at}");
    assert_eq!(
        ask(
            &door,
            request("GET", &old(1_767_227_500), &[], Body::empty())
        )
        .await
        .status,
        200
    );
    assert_eq!(
        ask(
            &door,
            request("GET", &old(1_767_227_300), &[], Body::empty())
        )
        .await
        .status,
        403
    );
}

#[tokio::test]
async fn a_page_of_another_origin_needs_the_buckets_leave_and_a_presigned_request() {
    let (door, seen) = door();
    let friend = ("origin", "https://friend.example");
    let presigned = |path: &str| format!("{path}?{PRESIGNED}&X-Amz-Expires=3600");
    let cases = [
        ("/open/k", friend, true, 200),
        ("/open/k", friend, false, 403),
        ("/closed/k", friend, true, 403),
        ("/open/k", ("origin", "https://evil.example"), true, 403),
        ("/open/k", ("sec-fetch-site", "cross-site"), true, 403),
    ];
    for (path, header, is_presigned, status) in cases {
        let uri = if is_presigned {
            presigned(path)
        } else {
            path.to_owned()
        };
        let answer = ask(&door, request("GET", &uri, &[header], Body::empty())).await;
        assert_eq!(
            answer.status, status,
            "{path} {header:?} {is_presigned}: {}",
            answer.text
        );
        assert_eq!(
            answer.header("access-control-allow-origin").is_empty(),
            status != 200
        );
    }
    assert_eq!(seen.lock().unwrap().len(), 1);
    let headers = [friend, ("access-control-request-method", "PUT")];
    let preflight = ask(
        &door,
        request("OPTIONS", &presigned("/open/k"), &headers, Body::empty()),
    )
    .await;
    assert_eq!(
        (
            preflight.status,
            preflight.header("access-control-allow-methods")
        ),
        (200, "PUT")
    );
    assert_eq!(seen.lock().unwrap().len(), 1, "a preflight does nothing");
}

struct OneKey;

impl Credentials for OneKey {
    fn find(&self, access_key: &str) -> Option<Credential> {
        (access_key == "AKIAIOSFODNN7EXAMPLE").then(|| Credential {
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            session_token: None,
            account: "333333333333".into(),
            arn: "arn:aws:iam::333333333333:user/u".into(),
        })
    }
}

/// The presigned example of the S3 documentation, on its day.
#[tokio::test]
async fn where_credentials_are_configured_signatures_are_checked() {
    let store = Store::default();
    let seen = Arc::clone(&store.seen);
    let door = Door::builder()
        .raw("s3", Arc::new(store))
        .credentials(Arc::new(OneKey), Signatures::Checked)
        .now(|| 1_369_353_600_000)
        .build();
    let uri = |path: &str, key: &str| {
        format!(
            "{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={key}%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&\
             X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&\
             X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        )
    };
    let host = ("host", "examplebucket.s3.amazonaws.com");
    let key = "AKIAIOSFODNN7EXAMPLE";
    let cases = [
        (uri("/test.txt", key), 200, ""),
        (uri("/other.txt", key), 403, "SignatureDoesNotMatch"),
        (uri("/test.txt", "AKIAOTHER"), 403, "InvalidAccessKeyId"),
        ("/test.txt".to_owned(), 403, "AccessDenied"),
    ];
    for (uri, status, code) in cases {
        let answer = ask(&door, request("GET", &uri, &[host], Body::empty())).await;
        assert_eq!(answer.status, status, "{uri}: {}", answer.text);
        assert!(answer.text.contains(code), "{uri}: {}", answer.text);
    }
    let seen = seen.lock().unwrap();
    assert_eq!((seen.len(), seen[0].context.account()), (1, "333333333333"));
    assert_eq!(seen[0].uri, "/examplebucket/test.txt");
}
