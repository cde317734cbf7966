//! Uploads in parts.

mod house;

use bytes::Bytes;
use futures::stream;
use house::{BUCKET, House, bytes, named};
use objects::{
    Algorithm, ByteRange, Checks, ChecksumType, CompleteRequest, CompletedPart, CopyRequest, Error,
    GetRequest, Part, UploadRequest, WriteCondition,
};

const MIB: usize = 1024 * 1024;

async fn part(
    house: &House,
    upload: &objects::Upload,
    number: u32,
    body: &[u8],
) -> Result<Part, Error> {
    let body = stream::iter([Ok::<_, std::convert::Infallible>(Bytes::copy_from_slice(
        body,
    ))]);
    house
        .objects
        .put_part(
            BUCKET,
            &upload.key,
            &upload.upload_id,
            number,
            Checks::default(),
            body,
        )
        .await
}

async fn complete(
    house: &House,
    upload: &objects::Upload,
    parts: Vec<CompletedPart>,
) -> Result<objects::ObjectInfo, Error> {
    let request = CompleteRequest {
        parts,
        ..CompleteRequest::default()
    };
    house
        .objects
        .complete_upload(BUCKET, &upload.key, &upload.upload_id, request)
        .await
}

#[tokio::test]
async fn parts_become_one_object_without_a_copy() {
    let house = House::new().await;
    let body = bytes(11 * MIB + 100);
    let upload = house
        .objects
        .create_upload(BUCKET, "k", UploadRequest::default())
        .await
        .unwrap();
    let mut parts = Vec::new();
    for (number, range) in [
        (9, 10 * MIB..body.len()),
        (1, 0..5 * MIB),
        (4, 5 * MIB..10 * MIB),
    ] {
        parts.push(part(&house, &upload, number, &body[range]).await.unwrap());
    }
    let unused = part(&house, &upload, 2, &body[..100_000]).await.unwrap();
    assert_eq!(unused.size, 100_000);
    parts.sort_by_key(|p| p.number);
    let listed = house
        .objects
        .list_parts(BUCKET, "k", &upload.upload_id, 1, 2)
        .await
        .unwrap();
    assert_eq!(listed.iter().map(|p| p.number).collect::<Vec<_>>(), [2, 4]);
    assert!(matches!(
        house.objects.head(BUCKET, "k").await,
        Err(Error::NoSuchKey { .. })
    ));

    let info = complete(&house, &upload, parts.iter().map(named).collect())
        .await
        .unwrap();
    let digests: Vec<u8> = parts
        .iter()
        .flat_map(|p| hex::decode(&p.etag).unwrap())
        .collect();
    use md5::Digest;
    assert_eq!(
        info.etag,
        format!("{}-3", hex::encode(md5::Md5::digest(&digests)))
    );
    assert_eq!((info.size, info.parts), (body.len() as u64, 3));
    house.until_files(3).await;

    // The checksum of the whole is that of the same bytes in one PUT.
    let single = house.put("single", body.clone()).await;
    assert_eq!(
        (&info.checksums, info.checksum_type),
        (&single.checksums, ChecksumType::FullObject)
    );
    let again = house.again().await;
    assert!(again.get_bytes(BUCKET, "k").await.unwrap() == body);
    for (from, to) in [
        (0, 1),
        (5 * MIB - 3, 5 * MIB + 3),
        (5 * MIB, 10 * MIB),
        (10 * MIB - 1, body.len()),
    ] {
        let read = house
            .range("k", ByteRange::FromTo(from as u64, to as u64 - 1))
            .await
            .unwrap();
        assert!(read == body[from..to], "{from}..{to}");
    }
    let second = GetRequest {
        part: Some(2),
        ..GetRequest::default()
    };
    let headed = house.objects.head_with(BUCKET, "k", &second).await.unwrap();
    assert_eq!(headed.range, 5 * MIB as u64..10 * MIB as u64);
    let gone = house.objects.upload(BUCKET, "k", &upload.upload_id).await;
    assert!(matches!(gone, Err(Error::NoSuchUpload { .. })));

    let copy = CopyRequest {
        source_bucket: BUCKET.into(),
        source_key: "k".into(),
        ..CopyRequest::default()
    };
    house.objects.copy(BUCKET, "copy", copy).await.unwrap();
    for key in ["k", "single"] {
        house.objects.delete(BUCKET, key).await.unwrap();
    }
    house.until_files(3).await;
    assert!(house.objects.get_bytes(BUCKET, "copy").await.unwrap() == body);
    house.objects.delete(BUCKET, "copy").await.unwrap();
    house.until_files(0).await;
}

#[tokio::test]
async fn the_last_part_may_be_small_or_empty() {
    let house = House::new().await;
    let large = bytes(5 * MIB);
    for tail in [b"".as_slice(), b"tail"] {
        let upload = house
            .objects
            .create_upload(BUCKET, "k", UploadRequest::default())
            .await
            .unwrap();
        let first = part(&house, &upload, 1, &large).await.unwrap();
        let last = part(&house, &upload, 2, tail).await.unwrap();
        complete(&house, &upload, vec![named(&first), named(&last)])
            .await
            .unwrap();
        let body = [&large[..], tail].concat();
        assert!(house.objects.get_bytes(BUCKET, "k").await.unwrap() == body);
        house.until_files(1).await;
    }
    let upload = house
        .objects
        .create_upload(BUCKET, "empty", UploadRequest::default())
        .await
        .unwrap();
    let only = part(&house, &upload, 1, b"").await.unwrap();
    let info = complete(&house, &upload, vec![named(&only)]).await.unwrap();
    assert_eq!((info.size, house.text("empty").await), (0, String::new()));
}

#[tokio::test]
async fn a_refused_completion_leaves_the_upload() {
    let house = House::new().await;
    let upload = house
        .objects
        .create_upload(BUCKET, "k", UploadRequest::default())
        .await
        .unwrap();
    let one = part(&house, &upload, 1, &bytes(70_000)).await.unwrap();
    let two = part(&house, &upload, 2, b"two").await.unwrap();
    let other = CompletedPart {
        etag: two.etag.clone(),
        ..named(&one)
    };
    type Refused = (Vec<CompletedPart>, fn(&Error) -> bool);
    let refused: [Refused; 5] = [
        (vec![], |e| matches!(e, Error::InvalidArgument { .. })),
        (vec![named(&two), named(&one)], |e| {
            matches!(e, Error::InvalidPartOrder { .. })
        }),
        (vec![other], |e| {
            matches!(e, Error::InvalidPart { part: 1, .. })
        }),
        (
            vec![CompletedPart {
                number: 3,
                ..named(&one)
            }],
            |e| matches!(e, Error::InvalidPart { part: 3, .. }),
        ),
        (vec![named(&one), named(&two)], |e| {
            matches!(e, Error::EntityTooSmall { part: 1, .. })
        }),
    ];
    for (parts, expected) in refused {
        let error = complete(&house, &upload, parts).await.unwrap_err();
        assert!(expected(&error), "{error:?}");
    }
    let conditional = CompleteRequest {
        parts: vec![named(&one)],
        condition: WriteCondition::Absent,
        ..CompleteRequest::default()
    };
    house.put("k", "there").await;
    let lost = house
        .objects
        .complete_upload(BUCKET, "k", &upload.upload_id, conditional)
        .await;
    assert!(matches!(lost, Err(Error::PreconditionFailed { .. })));
    assert_eq!(
        house.objects.list_uploads(BUCKET, "").await.unwrap().len(),
        1
    );

    let replaced = part(&house, &upload, 1, &bytes(80_000)).await.unwrap();
    house.until_files(1).await;
    complete(&house, &upload, vec![named(&replaced)])
        .await
        .unwrap();
    assert_eq!(house.objects.head(BUCKET, "k").await.unwrap().size, 80_000);
}

#[tokio::test]
async fn an_aborted_upload_leaves_nothing() {
    let house = House::new().await;
    let upload = house
        .objects
        .create_upload(BUCKET, "k", UploadRequest::default())
        .await
        .unwrap();
    part(&house, &upload, 1, &bytes(70_000)).await.unwrap();
    // Parts of an upload in progress outlive a restart.
    house.again().await;
    assert_eq!(house.files(), 1);
    house
        .objects
        .abort_upload(BUCKET, "k", &upload.upload_id)
        .await
        .unwrap();
    house.until_files(0).await;
    let late = part(&house, &upload, 2, &bytes(70_000)).await;
    assert!(matches!(late, Err(Error::NoSuchUpload { .. })));
    let again = house
        .objects
        .abort_upload(BUCKET, "k", &upload.upload_id)
        .await;
    assert!(matches!(again, Err(Error::NoSuchUpload { .. })));
    house.until_files(0).await;
}

#[tokio::test]
async fn checksums_of_parts() {
    let house = House::new().await;
    let request = UploadRequest {
        algorithm: Some(Algorithm::Sha256),
        ..UploadRequest::default()
    };
    let upload = house
        .objects
        .create_upload(BUCKET, "k", request)
        .await
        .unwrap();
    assert_eq!(upload.checksum_type, ChecksumType::Composite);
    let one = part(&house, &upload, 1, b"abc").await.unwrap();
    let sum = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    assert_eq!(one.checksums[&Algorithm::Sha256], sum);
    let wrong = CompletedPart {
        checksums: vec![(Algorithm::Sha256, "AAAA".into())],
        ..named(&one)
    };
    assert!(matches!(
        complete(&house, &upload, vec![wrong]).await,
        Err(Error::InvalidPart { .. })
    ));
    let right = CompletedPart {
        checksums: vec![(Algorithm::Sha256, sum.into())],
        ..named(&one)
    };
    let info = complete(&house, &upload, vec![right]).await.unwrap();
    assert_eq!(info.checksum_type, ChecksumType::Composite);
    assert!(info.checksums[&Algorithm::Sha256].ends_with("=-1"));

    let kind = Some(ChecksumType::FullObject);
    let refused = UploadRequest {
        algorithm: Some(Algorithm::Sha1),
        checksum_type: kind,
        ..Default::default()
    };
    let refused = house.objects.create_upload(BUCKET, "k", refused).await;
    assert!(matches!(refused, Err(Error::InvalidArgument { .. })));
}
