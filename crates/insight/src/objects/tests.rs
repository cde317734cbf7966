use aws::Body;
use http::Response;

use crate::testing::{House, text, value};

/// S3 that answers with what it was asked.
fn echo(house: &House) {
    *house.door.s3.lock() = Some(Box::new(|request, body| {
        let mut headers: Vec<String> = request
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}={}", value.to_str().unwrap()))
            .collect();
        headers.sort();
        let said = format!(
            "{} {} {} {}",
            request.method(),
            request.uri(),
            headers.join(","),
            String::from_utf8_lossy(body)
        );
        Response::builder()
            .header("content-type", "text/html")
            .header("etag", "\"e\"")
            .body(Body::from(said))
            .unwrap()
    }));
}

#[tokio::test]
async fn an_object_comes_down_in_a_sandbox() {
    let house = House::new();
    echo(&house);
    let response = house
        .ask(
            "GET",
            "/_taxiway/objects/b/a%20b/../c%2F%C3%A9.html?versionId=v%261&acl",
            &[
                ("range", "bytes=0-4"),
                ("x-amz-acl", "public-read"),
                ("authorization", "x"),
            ],
            "",
        )
        .await;
    let headers = response.headers().clone();
    let header = |name: &str| headers[name].to_str().unwrap();
    assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(
        header("content-disposition"),
        "inline; filename*=UTF-8''%C3%A9.html"
    );
    assert_eq!(header("etag"), "\"e\"");
    assert_eq!(
        text(response).await,
        "GET /b/a%20b/../c%2F%C3%A9.html?versionId=v%261 range=bytes=0-4 "
    );
    let saved = house.get("/_taxiway/objects/b/k?download=1").await;
    assert_eq!(
        saved.headers()["content-disposition"],
        "attachment; filename*=UTF-8''k"
    );
}

#[tokio::test]
async fn an_object_goes_up_with_its_type_alone() {
    let house = House::new();
    echo(&house);
    let headers = [
        ("content-type", "text/csv"),
        ("content-length", "5"),
        ("x-amz-copy-source", "other/secret"),
        ("x-amz-acl", "public-read-write"),
    ];
    let response = house
        .ask(
            "PUT",
            "/_taxiway/objects/b/folder/new.csv",
            &headers,
            "a,b,c",
        )
        .await;
    assert_eq!(
        text(response).await,
        "PUT /b/folder/new.csv content-length=5,content-type=text/csv a,b,c"
    );
}

#[tokio::test]
async fn what_s3_refuses_is_told_as_ours() {
    let house = House::new();
    *house.door.s3.lock() = Some(Box::new(|_, _| {
        let error = "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code>\
                     <Message>The key &apos;a &lt; b&apos; is not there.</Message></Error>";
        Response::builder()
            .status(404)
            .body(Body::from(error))
            .unwrap()
    }));
    let refused = house.get("/_taxiway/objects/b/k").await;
    assert_eq!(refused.status(), 404);
    let error = value(refused).await;
    assert_eq!(error["code"], "NoSuchKey");
    assert_eq!(error["message"], "The key 'a < b' is not there.");
}
