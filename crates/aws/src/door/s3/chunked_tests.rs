use proptest::prelude::*;

use super::*;

fn decode(
    parts: &[&[u8]],
    length: u64,
    announced: &[&str],
) -> Result<(Vec<u8>, HeaderMap), PayloadError> {
    let checksums = TrailingChecksums::default();
    let announced = announced.iter().map(|n| n.parse().unwrap()).collect();
    let mut decoder = Decoder::new(length, announced, checksums.clone(), None);
    let mut out = VecDeque::new();
    for part in parts {
        decoder.push(Bytes::copy_from_slice(part), &mut out)?;
    }
    decoder.finish()?;
    Ok((
        out.iter().flatten().copied().collect(),
        checksums.all().unwrap(),
    ))
}

const UNSIGNED: &[u8] = b"5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";

#[test]
fn every_split_gives_the_same() {
    for at in 0..=UNSIGNED.len() {
        for second in at..=UNSIGNED.len() {
            let parts = [&UNSIGNED[..at], &UNSIGNED[at..second], &UNSIGNED[second..]];
            let (data, trailers) = decode(&parts, 11, &["x-amz-checksum-crc32"]).unwrap();
            assert_eq!(data, b"hello world");
            assert_eq!(trailers["x-amz-checksum-crc32"], "DUoRhQ==");
        }
    }
}

#[test]
fn every_truncation_is_an_error() {
    // Without the last CRLF the trailers are still whole.
    for at in 0..UNSIGNED.len() - 2 {
        assert!(
            decode(&[&UNSIGNED[..at]], 11, &["x-amz-checksum-crc32"]).is_err(),
            "{at}"
        );
    }
}

#[test]
fn what_is_malformed() {
    let cases: [(&[u8], u64, PayloadError); 10] = [
        (b"5\r\nhello\r\n0\r\n\r\n", 6, PayloadError::Length),
        (b"5\r\nhello\r\n0\r\n\r\n", 4, PayloadError::Length),
        (
            b"5\r\nhello!\r\n0\r\n\r\n",
            5,
            PayloadError::Framing("a chunk is longer than its size"),
        ),
        (
            b"x\r\nhello\r\n0\r\n\r\n",
            5,
            PayloadError::Framing("a chunk's size is not a number"),
        ),
        (
            b"+5\r\nhello\r\n0\r\n\r\n",
            5,
            PayloadError::Framing("a chunk's size is not a number"),
        ),
        (
            b"\r\nhello\r\n0\r\n\r\n",
            5,
            PayloadError::Framing("a chunk's size is not a number"),
        ),
        (
            b"ffffffffffffffffff\r\n",
            5,
            PayloadError::Framing("a chunk's size is not a number"),
        ),
        (
            b"5\nhello\r\n0\r\n\r\n",
            5,
            PayloadError::Framing("a line does not end with CRLF"),
        ),
        (b"0\r\nno colon\r\n\r\n", 0, PayloadError::Trailer),
        (
            b"0\r\n\r\nmore",
            0,
            PayloadError::Framing("there is data after its end"),
        ),
    ];
    for (body, length, error) in cases {
        assert_eq!(
            decode(&[body], length, &[]).unwrap_err(),
            error,
            "{}",
            body.escape_ascii()
        );
    }
    assert_eq!(
        decode(&[b"0\r\n\r\n"], 0, &["x-amz-checksum-crc32"]).unwrap_err(),
        PayloadError::Trailer
    );
    let endless = vec![b'1'; LINE_MAX_BYTES + 1];
    assert_eq!(
        decode(&[&endless], 0, &[]).unwrap_err(),
        PayloadError::Framing("a line is too long")
    );
}

#[test]
fn signatures_of_chunks_are_checked_where_there_is_a_secret() {
    let headers: HeaderMap = [
        ("x-amz-date", "20130524T000000Z"),
        (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host,\
             Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        ),
    ]
    .into_iter()
    .map(|(n, v)| (n.parse::<HeaderName>().unwrap(), v.parse().unwrap()))
    .collect();
    let signed = crate::sigv4::parse(&headers, &[]).unwrap().unwrap();
    let body = [
        b"10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n".as_slice(),
        &[b'a'; 65536],
        b"\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n",
        &[b'a'; 1024],
        b"\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n\
          x-amz-checksum-crc32c:sOO8/Q==\r\n\
          x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
    ]
    .concat();
    let run = |body: Vec<u8>| {
        let signer = ChunkSigner::new(&signed, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let names = vec!["x-amz-checksum-crc32c".parse().unwrap()];
        let mut decoder = Decoder::new(66560, names, TrailingChecksums::default(), Some(signer));
        decoder.push(body.into(), &mut VecDeque::new())?;
        decoder.finish()
    };
    assert_eq!(run(body.clone()), Ok(()));
    for at in [100, 65_800, body.len() - 10] {
        let mut changed = body.clone();
        changed[at] ^= 1;
        assert_eq!(run(changed), Err(PayloadError::Signature), "{at}");
    }
    assert_eq!(run(b"400\r\n".to_vec()), Err(PayloadError::Signature));
}

proptest! {
    #[test]
    fn framing_comes_off_whatever_the_chunks_and_the_splits(
        chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 0..6),
        splits in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
        signed in any::<bool>(),
    ) {
        let extension = if signed { ";chunk-signature=0123" } else { "" };
        let mut body = Vec::new();
        for chunk in &chunks {
            body.extend(format!("{:x}{extension}\r\n", chunk.len()).bytes());
            body.extend(chunk);
            body.extend(b"\r\n");
        }
        body.extend(format!("0{extension}\r\n\r\n").bytes());
        let mut at: Vec<usize> = splits.iter().map(|s| s.index(body.len() + 1)).collect();
        at.extend([0, body.len()]);
        at.sort_unstable();
        let parts: Vec<&[u8]> = at.windows(2).map(|w| &body[w[0]..w[1]]).collect();
        let data = chunks.concat();
        prop_assert_eq!(decode(&parts, data.len() as u64, &[]).unwrap().0, data);
    }

    #[test]
    fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200), length in 0u64..300) {
        let _ = decode(&[&body], length, &[]);
    }
}
