//! Calls to a service that speaks HTTP itself.

use std::sync::{Arc, Mutex};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures::{FutureExt, future::BoxFuture};
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::super::{Body, Door, RawService};
use crate::{ApiError, Call, Context, Invoke, Principal, table};

/// Notes its requests and answers each alike.
struct Fake {
    answer: fn() -> Response<Body>,
    seen: Mutex<Vec<Seen>>,
}

struct Seen {
    line: String,
    headers: HeaderMap,
    body: Bytes,
    account: String,
}

struct Shared(Arc<Fake>);

impl RawService for Shared {
    fn handle(
        &self,
        request: Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, Response<Body>> {
        let fake = Arc::clone(&self.0);
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let inside = parts.extensions.get::<Context>().unwrap();
            assert_eq!(inside.principal, context.principal);
            fake.seen.lock().unwrap().push(Seen {
                line: format!("{} {}", parts.method, parts.uri),
                headers: parts.headers,
                body,
                account: context.account().to_owned(),
            });
            (fake.answer)()
        }
        .boxed()
    }

    fn operations(&self) -> Vec<&'static str> {
        let s3 = table::table("s3").unwrap();
        let known = s3.operations().iter().map(|o| &*o.name);
        known.filter(|name| *name != "ListParts").collect()
    }
}

async fn call(
    operation: &str,
    input: Value,
    answer: fn() -> Response<Body>,
) -> (Result<Value, ApiError>, Vec<Seen>) {
    let fake = Arc::new(Fake {
        answer,
        seen: Mutex::default(),
    });
    let door = Door::builder()
        .raw("s3", Arc::new(Shared(Arc::clone(&fake))))
        .build();
    let call = Call {
        service: "s3".into(),
        operation: operation.into(),
        input,
        principal: Principal::root("111122223333", "us-east-1"),
        request_id: "request-1".into(),
    };
    let answered = door.call(call).await;
    let seen = std::mem::take(&mut *fake.seen.lock().unwrap());
    (answered, seen)
}

fn response(status: u16, headers: &[(&str, &str)], body: &'static str) -> Response<Body> {
    let response = headers
        .iter()
        .fold(Response::builder().status(status), |r, (name, value)| {
            r.header(*name, *value)
        });
    response.body(Body::from(body)).unwrap()
}

fn text(seen: &Seen, name: &str) -> String {
    let value = seen.headers.get(name);
    value.map_or_else(String::new, |v| {
        String::from_utf8_lossy(v.as_bytes()).into_owned()
    })
}

#[tokio::test]
async fn an_object_is_put_with_its_headers_and_comes_back_typed() {
    let input = json!({
        "Bucket": "b", "Key": "a b/c+d//é", "Body": BASE64_STANDARD.encode("hello"), "ContentType": "text/plain",
        "Metadata": {"colour": "yellow"}, "Expires": 1_700_000_000, "BucketKeyEnabled": true,
        "ChecksumAlgorithm": "SHA256",
    });
    let (answered, seen) = call("PutObject", input, || {
        response(200, &[("etag", "\"e\""), ("x-amz-object-size", "5")], "")
    })
    .await;
    assert_eq!(answered.unwrap(), json!({"ETag": "\"e\"", "Size": 5}));
    let [seen] = &seen[..] else { panic!("once") };
    assert_eq!(seen.line, "PUT /b/a%20b/c%2Bd//%C3%A9");
    assert_eq!(
        (&seen.body[..], &*seen.account),
        (&b"hello"[..], "111122223333")
    );
    let sha256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    for (name, value) in [
        ("content-type", "text/plain"),
        ("x-amz-meta-colour", "yellow"),
        ("expires", "Tue, 14 Nov 2023 22:13:20 GMT"),
        ("x-amz-server-side-encryption-bucket-key-enabled", "true"),
        ("x-amz-checksum-sha256", sha256),
        ("content-length", "5"),
    ] {
        assert_eq!(text(seen, name), value, "{name}");
    }
}

#[tokio::test]
async fn an_object_is_got_as_base64_with_numbers_for_its_dates() {
    let (answered, seen) = call(
        "GetObject",
        json!({"Bucket": "b", "Key": "k", "Range": "bytes=0-4", "VersionId": "v&1"}),
        || {
            response(
                206,
                &[
                    ("content-length", "5"),
                    ("last-modified", "Tue, 14 Nov 2023 22:13:20 GMT"),
                    ("x-amz-meta-colour", "yellow"),
                    ("x-amz-delete-marker", "false"),
                ],
                "hello",
            )
        },
    )
    .await;
    assert_eq!(seen[0].line, "GET /b/k?versionId=v%261");
    assert_eq!(text(&seen[0], "range"), "bytes=0-4");
    assert_eq!(
        answered.unwrap(),
        json!({
            "Body": BASE64_STANDARD.encode("hello"), "ContentLength": 5, "LastModified": 1_700_000_000.0,
            "Metadata": {"colour": "yellow"}, "DeleteMarker": false,
        })
    );
}

#[tokio::test]
async fn a_document_goes_out_with_its_checksum_and_flattened_lists_come_back() {
    let input = json!({
        "Bucket": "b",
        "Delete": {"Objects": [{"Key": "a<1>"}, {"Key": "b", "VersionId": "v"}], "Quiet": false},
    });
    let (answered, seen) = call("DeleteObjects", input, || {
        response(
            200,
            &[],
            "<?xml version=\"1.0\"?><DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Deleted>\
             <Key>a&lt;1&gt;</Key></Deleted><Deleted><Key>c&#233;</Key><DeleteMarker>true</DeleteMarker></Deleted>\
             <Error><Key>b</Key><Code>AccessDenied</Code></Error></DeleteResult>",
        )
    })
    .await;
    let body = "<Delete><Object><Key>a&lt;1&gt;</Key></Object><Object><Key>b</Key><VersionId>v</VersionId></Object>\
                <Quiet>false</Quiet></Delete>";
    assert_eq!(String::from_utf8_lossy(&seen[0].body), body);
    assert_eq!(seen[0].line, "POST /b?delete");
    assert_eq!(
        text(&seen[0], "content-md5"),
        BASE64_STANDARD.encode(Md5::digest(body))
    );
    assert_eq!(text(&seen[0], "content-type"), "application/xml");
    assert_eq!(
        answered.unwrap(),
        json!({
            "Deleted": [{"Key": "a<1>"}, {"Key": "cé", "DeleteMarker": true}],
            "Errors": [{"Key": "b", "Code": "AccessDenied"}],
        })
    );
}

#[tokio::test]
async fn lists_are_asked_for_by_query_and_typed_by_their_shapes() {
    let input = json!({"Bucket": "b", "Prefix": "a/", "MaxKeys": 2, "FetchOwner": true,
        "OptionalObjectAttributes": ["RestoreStatus"]});
    let (answered, seen) = call("ListObjectsV2", input, || {
        response(
            200,
            &[],
            "<ListBucketResult><Name>b</Name><KeyCount>2</KeyCount><IsTruncated>true</IsTruncated><Contents>\
             <Key>a/1</Key><LastModified>2023-11-14T22:13:20.500Z</LastModified><Size>7</Size><Owner><ID>i</ID></Owner>\
             </Contents><CommonPrefixes><Prefix>a/b/</Prefix></CommonPrefixes></ListBucketResult>",
        )
    })
    .await;
    assert_eq!(
        seen[0].line,
        "GET /b?list-type=2&max-keys=2&prefix=a%2F&fetch-owner=true"
    );
    assert_eq!(
        text(&seen[0], "x-amz-optional-object-attributes"),
        "RestoreStatus"
    );
    assert!(seen[0].headers.get("content-length").is_none());
    assert_eq!(
        answered.unwrap(),
        json!({
            "IsTruncated": true, "Name": "b", "KeyCount": 2, "CommonPrefixes": [{"Prefix": "a/b/"}],
            "Contents": [{"Key": "a/1", "LastModified": 1_700_000_000.5, "Size": 7, "Owner": {"ID": "i"}}],
        })
    );
}

#[tokio::test]
async fn documents_with_an_attribute_a_bare_root_or_no_xml_at_all() {
    let (answered, _) = call("GetBucketAcl", json!({"Bucket": "b"}), || {
        response(
            200,
            &[],
            "<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:xsi=\"http://x\" xsi:type=\"Group\">\
             <URI>u</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>",
        )
    })
    .await;
    let grants = json!([{"Grantee": {"Type": "Group", "URI": "u"}, "Permission": "READ"}]);
    assert_eq!(answered.unwrap(), json!({ "Grants": grants }));

    let input = json!({"Bucket": "b", "AccessControlPolicy": {"Grants": grants}});
    let (answered, seen) = call("PutBucketAcl", input, || response(200, &[], "")).await;
    assert_eq!(answered.unwrap(), json!({}));
    assert_eq!(
        String::from_utf8_lossy(&seen[0].body),
        "<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:type=\"Group\"><URI>u</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList>\
         </AccessControlPolicy>"
    );

    let (answered, _) = call("GetBucketLocation", json!({"Bucket": "b"}), || {
        response(
            200,
            &[],
            "<LocationConstraint>eu-west-1</LocationConstraint>",
        )
    })
    .await;
    assert_eq!(
        answered.unwrap(),
        json!({"LocationConstraint": "eu-west-1"})
    );

    let (answered, _) = call("GetBucketPolicy", json!({"Bucket": "b"}), || {
        response(200, &[], "{\"Version\":1}")
    })
    .await;
    assert_eq!(answered.unwrap(), json!({"Policy": "{\"Version\":1}"}));
}

async fn refused(operation: &str, input: Value, answer: fn() -> Response<Body>) -> ApiError {
    call(operation, input, answer).await.0.unwrap_err()
}

#[tokio::test]
async fn errors_keep_their_code_message_status_and_members() {
    let object = json!({"Bucket": "b", "Key": "k"});
    let told = refused("GetObject", object.clone(), || {
        response(
            404,
            &[],
            "<Error><Code>NoSuchKey</Code><Message>It isn&apos;t.</Message><Key>k</Key><RequestId>r</RequestId></Error>",
        )
    })
    .await;
    assert_eq!(
        (&*told.code, &*told.message, told.status),
        ("NoSuchKey", "It isn't.", 404)
    );
    assert_eq!(Value::Object(*told.fields), json!({"Key": "k"}));

    let bodiless = [
        ("HeadObject", 404, "NoSuchKey"),
        ("HeadObject", 412, "PreconditionFailed"),
    ];
    for (operation, status, code) in bodiless {
        let answer = match status {
            404 => || response(404, &[], ""),
            _ => || response(412, &[], ""),
        };
        let error = refused(operation, object.clone(), answer).await;
        assert_eq!((&*error.code, error.status), (code, status));
    }
    let error = refused("HeadBucket", json!({"Bucket": "b"}), || {
        response(404, &[], "")
    })
    .await;
    assert_eq!(error.code, "NoSuchBucket");

    let input = json!({"Bucket": "b", "Key": "k", "CopySource": "b/other"});
    let late = refused("CopyObject", input, || {
        response(
            200,
            &[],
            "\n<Error><Code>SlowDown</Code><Message>m</Message></Error>",
        )
    })
    .await;
    assert_eq!((&*late.code, late.status), ("SlowDown", 500));

    let broken = refused("ListBuckets", json!({}), || response(200, &[], "<List")).await;
    assert_eq!(
        (&*broken.code, broken.status),
        ("InternalServerException", 500)
    );
    assert!(broken.source.is_some());
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused_announced_or_not() {
    let object = json!({"Bucket": "b", "Key": "k"});
    let announced = refused("GetObject", object.clone(), || {
        response(200, &[("content-length", "6291457")], "")
    })
    .await;
    let streamed = refused("GetObject", object.clone(), || {
        let chunk = Bytes::from(vec![b'x'; 1 << 20]);
        let chunks = (0..7).map(move |_| Ok::<_, std::io::Error>(chunk.clone()));
        Response::new(Body::stream(futures::stream::iter(chunks)))
    })
    .await;
    for error in [announced, streamed] {
        assert_eq!((&*error.code, error.status), ("ResponseTooLarge", 413));
    }
    let (head, _) = call("HeadObject", object, || {
        response(200, &[("content-length", "6291457")], "")
    })
    .await;
    assert_eq!(head.unwrap()["ContentLength"], 6_291_457);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_the_service_sees_it() {
    let cases = [
        ("GetObject", json!({"Bucket": "b"}), "ValidationException"),
        (
            "GetObject",
            json!({"Bucket": "", "Key": "k"}),
            "ValidationException",
        ),
        (
            "PutObject",
            json!({"Bucket": "b", "Key": "k", "Body": "no Base64!"}),
            "SerializationException",
        ),
        (
            "PutObject",
            json!({"Bucket": "b", "Key": "k", "Metadata": {"a b": "c"}}),
            "InvalidRequest",
        ),
        (
            "PutObject",
            json!({"Bucket": "b", "Key": "k", "ContentType": "a\nb"}),
            "InvalidRequest",
        ),
        // Known to the table alone, and of a kind whose shapes the table leaves out.
        (
            "ListParts",
            json!({"Bucket": "b", "Key": "k", "UploadId": "u"}),
            "NotImplemented",
        ),
        ("SelectObjectContent", json!({}), "NotImplemented"),
        ("Nonsense", json!({}), "UnknownOperationException"),
    ];
    for (operation, input, code) in cases {
        let (answered, seen) = call(operation, input, || response(200, &[], "")).await;
        let error = answered.unwrap_err();
        assert_eq!(
            (&*error.code, seen.len()),
            (code, 0),
            "{operation}: {error}"
        );
    }
}

#[test]
fn a_request_has_nothing_but_its_payload_in_its_body() {
    let s3 = table::table("s3").unwrap();
    for operation in s3.operations().iter().filter(|o| o.full) {
        let Some(structure) = operation.input.and_then(|id| s3.structure(id)) else {
            continue;
        };
        for member in &structure.members {
            assert!(
                member.reference.location != table::Location::Body
                    || structure.payload.as_deref() == Some(&*member.name),
                "{}: {}",
                operation.name,
                member.name
            );
        }
    }
}

#[tokio::test]
async fn a_request_is_handed_on_as_it_is_in_the_name_of_somebody() {
    let fake = Arc::new(Fake {
        answer: || response(200, &[("etag", "\"e\"")], "body"),
        seen: Mutex::default(),
    });
    let door = Door::builder()
        .raw("s3", Arc::new(Shared(Arc::clone(&fake))))
        .build();
    let context = || Context {
        principal: Principal::root("111122223333", "us-east-1"),
        request_id: "request-1".into(),
    };
    let request = || {
        Request::put("/b/../a%2Fb")
            .body(Body::from("hello"))
            .unwrap()
    };
    let answered = door.forward("s3", request(), context()).await.unwrap();
    assert_eq!(answered.headers()["etag"], "\"e\"");
    let seen = std::mem::take(&mut *fake.seen.lock().unwrap());
    let [seen] = &seen[..] else { panic!("once") };
    assert_eq!(
        (&*seen.line, &seen.body[..], &*seen.account),
        ("PUT /b/../a%2Fb", &b"hello"[..], "111122223333")
    );
    let refused = door.forward("states", request(), context()).await;
    assert_eq!(refused.unwrap_err().status, 501);
}
