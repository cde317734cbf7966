//! The published examples.

use http::{HeaderMap, HeaderName, Method};

use super::{Credential, Mismatch, Signed, canonical::Request, chunk::ChunkSigner, parse, verify};
use crate::uri::query_pairs;

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const S3_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    lines
        .iter()
        .map(|(n, v)| (n.parse::<HeaderName>().unwrap(), v.parse().unwrap()))
        .collect()
}

fn credential(secret: &str) -> Credential {
    Credential {
        secret: secret.into(),
        session_token: None,
        account: "0".into(),
        arn: "a".into(),
    }
}

fn check(
    method: Method,
    uri: &str,
    headers: &HeaderMap,
    hash: &str,
    secret: &str,
) -> Result<Signed, Mismatch> {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let query = query_pairs(query);
    let signed = parse(headers, &query).unwrap().unwrap();
    let request = Request {
        method: &method,
        path,
        query: &query,
        headers,
        authority: None,
    };
    verify(request, &signed, hash, &credential(secret)).map(|()| signed)
}

/// The AWS Signature Version 4 test suite.
#[test]
fn the_general_test_suite() {
    let cases = [
        (
            Method::GET,
            "/",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            Method::GET,
            "/?Param2=value2&Param1=value1",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            Method::POST,
            "/",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
    ];
    for (method, uri, signature) in cases {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature={signature}"
        );
        let headers = headers(&[
            ("host", "example.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
            ("authorization", &authorization),
        ]);
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        check(method.clone(), uri, &headers, EMPTY, secret)
            .unwrap_or_else(|e| panic!("{method} {uri}: {e}"));
        assert_eq!(
            check(method, uri, &headers, EMPTY, "another"),
            Err(Mismatch::Signature)
        );
    }
}

fn s3_authorization(signed_headers: &str, signature: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
         SignedHeaders={signed_headers},Signature={signature}"
    )
}

/// The examples of the Amazon S3 API reference, "Signature Calculations for the Authorization Header".
#[test]
fn s3_header_examples() {
    let range = s3_authorization(
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
    let get = headers(&[
        ("host", "examplebucket.s3.amazonaws.com"),
        ("range", "bytes=0-9"),
        ("x-amz-content-sha256", EMPTY),
        ("x-amz-date", "20130524T000000Z"),
        ("authorization", &range),
    ]);
    check(Method::GET, "/test.txt", &get, EMPTY, S3_SECRET).unwrap();
    assert!(check(Method::GET, "/other.txt", &get, EMPTY, S3_SECRET).is_err());

    let put_hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    let put = headers(&[
        ("date", "Fri, 24 May 2013 00:00:00 GMT"),
        ("host", "examplebucket.s3.amazonaws.com"),
        ("x-amz-content-sha256", put_hash),
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        (
            "authorization",
            &s3_authorization(
                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            ),
        ),
    ]);
    check(Method::PUT, "/test%24file.text", &put, put_hash, S3_SECRET).unwrap();

    for (uri, signature) in [
        (
            "/?lifecycle",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "/?max-keys=2&prefix=J",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ] {
        let list = headers(&[
            ("host", "examplebucket.s3.amazonaws.com"),
            ("x-amz-content-sha256", EMPTY),
            ("x-amz-date", "20130524T000000Z"),
            (
                "authorization",
                &s3_authorization("host;x-amz-content-sha256;x-amz-date", signature),
            ),
        ]);
        check(Method::GET, uri, &list, EMPTY, S3_SECRET).unwrap_or_else(|e| panic!("{uri}: {e}"));
    }
}

#[test]
fn s3_presigned_example() {
    let uri = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2F\
               s3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&\
               X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let headers = headers(&[("host", "examplebucket.s3.amazonaws.com")]);
    let signed = check(Method::GET, uri, &headers, "UNSIGNED-PAYLOAD", S3_SECRET).unwrap();
    assert_eq!((signed.presigned, signed.expires), (true, Some(86_400)));
}

/// "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks".
#[test]
fn s3_chunk_examples() {
    let seed = headers(&[
        ("host", "s3.amazonaws.com"),
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("content-encoding", "aws-chunked"),
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        ("x-amz-decoded-content-length", "66560"),
        ("content-length", "66824"),
        (
            "authorization",
            &s3_authorization(
                "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;\
                 x-amz-storage-class",
                "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
            ),
        ),
    ]);
    let hash = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    let signed = check(
        Method::PUT,
        "/examplebucket/chunkObject.txt",
        &seed,
        hash,
        S3_SECRET,
    )
    .unwrap();
    let mut signer = ChunkSigner::new(&signed, S3_SECRET);
    let digest = |n: usize| super::sha256_hex(&vec![b'a'; n]);
    assert!(signer.chunk(
        &digest(65536),
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"
    ));
    assert!(signer.chunk(
        &digest(1024),
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"
    ));
    assert!(signer.chunk(
        &digest(0),
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"
    ));
    assert!(!signer.chunk(
        &digest(0),
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"
    ));
}

#[test]
fn s3_trailer_example() {
    let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    let headers = headers(&[
        ("x-amz-date", "20130524T000000Z"),
        ("authorization", &s3_authorization("host", seed)),
    ]);
    let signed = parse(&headers, &[]).unwrap().unwrap();
    let mut signer = ChunkSigner::new(&signed, S3_SECRET);
    let digest = |n: usize| super::sha256_hex(&vec![b'a'; n]);
    assert!(signer.chunk(
        &digest(65536),
        "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2"
    ));
    assert!(signer.chunk(
        &digest(1024),
        "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"
    ));
    assert!(signer.chunk(
        &digest(0),
        "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"
    ));
    assert!(signer.trailer(
        "x-amz-checksum-crc32c:sOO8/Q==\n",
        "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"
    ));
}

#[test]
fn what_cannot_be_read_is_refused() {
    let with = |text: &str| parse(&headers(&[("authorization", text)]), &[]);
    for text in [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a",
        "AWS4-HMAC-SHA256 Credential=a/20150830/us-east-1/service/aws4_request",
        "AWS4-HMAC-SHA256 Credential=/20150830/us-east-1/service/aws4_request, SignedHeaders=host, Signature=x",
        "Other x",
    ] {
        assert!(with(text).is_err(), "{text}");
    }
    let odd = with(
        "AWS4-HMAC-SHA256 Credential=a/b/20150830/us-east-1/s3/aws4_request,SignedHeaders=Host,Signature=x",
    );
    let odd = odd.unwrap().unwrap();
    assert_eq!(
        (odd.access_key.as_str(), odd.signed_headers),
        ("a/b", vec!["host".to_owned()])
    );
    assert_eq!(
        with("AWS key:signature").unwrap().unwrap().other,
        Some("Signature Version 2")
    );

    let week = query_pairs(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=\
         20130524T000000Z&X-Amz-Expires=604801&X-Amz-SignedHeaders=host&X-Amz-Signature=x",
    );
    assert!(parse(&HeaderMap::new(), &week).is_err());
    assert_eq!(parse(&HeaderMap::new(), &[]), Ok(None));
}
