//! `rust-sdk ENDPOINT`: walks S3 with the AWS SDK for Rust, under an arbitrary secret. Ends with 0 when all
//! of it went as S3 would have it.

use std::{error::Error, time::Duration};

use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    error::ProvideErrorMetadata,
    presigning::PresigningConfig,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier},
};

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let endpoint = std::env::args().nth(1).ok_or("usage: rust-sdk ENDPOINT")?;
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new(
            "anything",
            "an arbitrary secret",
            None,
            None,
            "test",
        ))
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .force_path_style(true)
        .build();
    let client = Client::from_conf(config);
    let bucket = format!("rust-sdk-{}", std::process::id());
    client.create_bucket().bucket(&bucket).send().await?;
    objects(&client, &bucket).await?;
    lists(&client, &bucket).await?;
    multipart(&client, &bucket).await?;
    refusals(&client, &bucket).await?;
    empty(&client, &bucket).await?;
    client.delete_bucket().bucket(&bucket).send().await?;
    println!("ok");
    Ok(())
}

async fn objects(client: &Client, bucket: &str) -> Outcome {
    let text = "taxi ".repeat(100_000);
    let put = client
        .put_object()
        .bucket(bucket)
        .key("a b/ü+.txt")
        .metadata("colour", "yellow");
    let put = put
        .body(ByteStream::from(text.clone().into_bytes()))
        .send()
        .await?;
    assert!(
        put.checksum_crc32().is_some() || put.checksum_crc64_nvme().is_some(),
        "the SDK's own checksum comes back"
    );
    let got = client
        .get_object()
        .bucket(bucket)
        .key("a b/ü+.txt")
        .send()
        .await?;
    assert_eq!(
        got.metadata()
            .and_then(|m| m.get("colour"))
            .map(String::as_str),
        Some("yellow")
    );
    assert_eq!(got.body.collect().await?.into_bytes(), text.as_bytes());
    let part = client
        .get_object()
        .bucket(bucket)
        .key("a b/ü+.txt")
        .range("bytes=5-8")
        .send()
        .await?;
    assert_eq!(part.content_range(), Some("bytes 5-8/500000"));
    assert_eq!(part.body.collect().await?.into_bytes(), "taxi".as_bytes());
    client
        .copy_object()
        .bucket(bucket)
        .key("copy")
        .copy_source(format!("{bucket}/a%20b/%C3%BC%2B.txt"))
        .send()
        .await?;
    let head = client
        .head_object()
        .bucket(bucket)
        .key("copy")
        .send()
        .await?;
    assert_eq!(head.content_length(), Some(500_000));
    assert_eq!(head.e_tag(), put.e_tag());

    let presigned = client.get_object().bucket(bucket).key("copy");
    let presigned = presigned
        .presigned(PresigningConfig::expires_in(Duration::from_secs(60))?)
        .await?;
    assert!(presigned.uri().contains("X-Amz-Signature"));
    Ok(())
}

async fn lists(client: &Client, bucket: &str) -> Outcome {
    for key in ["l/1", "l/2", "l/sub/3", "l/sub/4", "l/tail/5"] {
        client
            .put_object()
            .bucket(bucket)
            .key(key)
            .body(ByteStream::from_static(b"x"))
            .send()
            .await?;
    }
    let list = client
        .list_objects_v2()
        .bucket(bucket)
        .prefix("l/")
        .delimiter("/")
        .send()
        .await?;
    assert_eq!(
        list.contents()
            .iter()
            .filter_map(|o| o.key())
            .collect::<Vec<_>>(),
        ["l/1", "l/2"]
    );
    assert_eq!(
        list.common_prefixes()
            .iter()
            .filter_map(|p| p.prefix())
            .collect::<Vec<_>>(),
        ["l/sub/", "l/tail/"]
    );
    let mut pages = client
        .list_objects_v2()
        .bucket(bucket)
        .prefix("l/")
        .max_keys(2)
        .into_paginator()
        .send();
    let (mut keys, mut count) = (Vec::new(), 0);
    while let Some(page) = pages.next().await {
        count += 1;
        keys.extend(
            page?
                .contents()
                .iter()
                .filter_map(|o| o.key().map(str::to_owned)),
        );
    }
    assert_eq!((keys.len(), count), (5, 3));
    Ok(())
}

async fn multipart(client: &Client, bucket: &str) -> Outcome {
    let part = vec![7_u8; 5 << 20];
    let upload = client
        .create_multipart_upload()
        .bucket(bucket)
        .key("big")
        .send()
        .await?;
    let id = upload.upload_id().ok_or("no upload id")?;
    let mut parts = Vec::new();
    for number in 1..=2 {
        let sent = client
            .upload_part()
            .bucket(bucket)
            .key("big")
            .upload_id(id)
            .part_number(number);
        let sent = sent.body(ByteStream::from(part.clone())).send().await?;
        parts.push(
            CompletedPart::builder()
                .part_number(number)
                .set_e_tag(sent.e_tag().map(str::to_owned))
                .set_checksum_crc32(sent.checksum_crc32().map(str::to_owned))
                .build(),
        );
    }
    let all = CompletedMultipartUpload::builder()
        .set_parts(Some(parts))
        .build();
    client
        .complete_multipart_upload()
        .bucket(bucket)
        .key("big")
        .upload_id(id)
        .multipart_upload(all)
        .send()
        .await?;
    let got = client.get_object().bucket(bucket).key("big").send().await?;
    assert_eq!(got.body.collect().await?.into_bytes().len(), 10 << 20);
    Ok(())
}

async fn refusals(client: &Client, bucket: &str) -> Outcome {
    let absent = client
        .get_object()
        .bucket(bucket)
        .key("absent")
        .send()
        .await;
    assert_eq!(
        absent
            .err()
            .and_then(|e| e.code().map(str::to_owned))
            .as_deref(),
        Some("NoSuchKey")
    );
    let again = client
        .put_object()
        .bucket(bucket)
        .key("copy")
        .if_none_match("*");
    let again = again.body(ByteStream::from_static(b"other")).send().await;
    assert_eq!(
        again
            .err()
            .and_then(|e| e.code().map(str::to_owned))
            .as_deref(),
        Some("PreconditionFailed")
    );
    let full = client.delete_bucket().bucket(bucket).send().await;
    assert_eq!(
        full.err()
            .and_then(|e| e.code().map(str::to_owned))
            .as_deref(),
        Some("BucketNotEmpty")
    );
    Ok(())
}

async fn empty(client: &Client, bucket: &str) -> Outcome {
    let list = client.list_objects_v2().bucket(bucket).send().await?;
    let keys = list.contents().iter().filter_map(|o| o.key());
    let objects = keys
        .map(|k| ObjectIdentifier::builder().key(k).build())
        .collect::<Result<Vec<_>, _>>()?;
    let count = objects.len();
    let delete = Delete::builder().set_objects(Some(objects)).build()?;
    let deleted = client
        .delete_objects()
        .bucket(bucket)
        .delete(delete)
        .send()
        .await?;
    assert_eq!(deleted.deleted().len(), count);
    Ok(())
}
