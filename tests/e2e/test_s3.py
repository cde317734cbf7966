"""S3 as boto3 and the AWS CLI use it."""
import base64
import datetime
import hashlib
import http.client
import io
import json
import os
import pathlib
import urllib.parse
import uuid
import zlib

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from waiting import until

MIB = 1024 * 1024
ODD_KEYS = [
    "plain", "with space", "plus+plus", "percent%20sign", "100%", "a//b", "/leading", "trailing/", ".", "..", "a/../b",
    "./x", "ä/ö/ü", "日本語", "🦀", "q?uery=1&x", "hash#tag", "semi;colon,comma", "quote\"'", "back\\slash",
    "<xml>&amp;", "tab\tkey", "a=b/c=d", "@:!$*()~`{}[]^|", "é" * 512,
]


@pytest.fixture(scope="module")
def s3(client):
    return client("s3")


@pytest.fixture
def bucket(s3):
    name = f"b-{uuid.uuid4().hex[:16]}"
    s3.create_bucket(Bucket=name)
    return name


def refused(code, status, call, *args, **kwargs):
    with pytest.raises(ClientError) as caught:
        call(*args, **kwargs)
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    return response


def read(s3, bucket, key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def keys(listing):
    return [item["Key"] for item in listing.get("Contents", [])]


def raw(endpoint, method, url, body=None, headers=None):
    """One plain HTTP request, so that no client's own checks are in the way."""
    parts = urllib.parse.urlsplit(url if "://" in url else endpoint + url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers or {})
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read()


# buckets


def test_buckets(s3, bucket, server):
    found = {b["Name"]: b for b in s3.list_buckets()["Buckets"]}
    assert bucket in found and isinstance(found[bucket]["CreationDate"], datetime.datetime)
    assert s3.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "us-east-1"
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    s3.create_bucket(Bucket=bucket)  # again, in us-east-1: no error
    west = server.client("s3", region="eu-west-1") if hasattr(server, "client") else s3
    other = f"w-{uuid.uuid4().hex[:16]}"
    west.create_bucket(Bucket=other, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert s3.get_bucket_location(Bucket=other)["LocationConstraint"] == "eu-west-1"
    refused("BucketAlreadyOwnedByYou", 409, west.create_bucket, Bucket=other,
            CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=other, Key="k", Body=b"")
    refused("BucketNotEmpty", 409, s3.delete_bucket, Bucket=other)
    s3.delete_object(Bucket=other, Key="k")
    s3.delete_bucket(Bucket=other)
    refused("404", 404, s3.head_bucket, Bucket=other)
    error = refused("NoSuchBucket", 404, s3.list_objects_v2, Bucket=other)["Error"]
    assert error["BucketName"] == other
    assert error["Message"] == "The specified bucket does not exist"
    refused("NoSuchBucket", 404, s3.delete_bucket, Bucket=other)


def test_names_are_global(s3, bucket, server):
    theirs = server.client("s3", key="111111111111")
    refused("BucketAlreadyExists", 409, theirs.create_bucket, Bucket=bucket)
    assert bucket not in [b["Name"] for b in theirs.list_buckets()["Buckets"]]


def test_an_expected_owner_is_checked(s3, bucket):
    s3.head_bucket(Bucket=bucket, ExpectedBucketOwner="000000000000")
    refused("AccessDenied", 403, s3.list_objects_v2, Bucket=bucket, ExpectedBucketOwner="111111111111")


# objects


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 3 * MIB + 1])
def test_put_get_head_delete(s3, bucket, size):
    body = os.urandom(size)
    put = s3.put_object(Bucket=bucket, Key="k", Body=body, ContentType="text/x-test", Metadata={"One": "1", "two": "zwei"},
                        CacheControl="no-cache", ContentDisposition="inline", ContentLanguage="de",
                        ContentEncoding="identity", Expires=datetime.datetime(2030, 1, 1))
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == body
    assert (got["ContentLength"], got["ContentType"], got["ETag"]) == (size, "text/x-test", put["ETag"])
    assert got["Metadata"] == {"one": "1", "two": "zwei"} and got["AcceptRanges"] == "bytes"
    head = s3.head_object(Bucket=bucket, Key="k")
    for name in ["CacheControl", "ContentDisposition", "ContentLanguage", "ContentEncoding", "ContentLength", "LastModified"]:
        assert head[name] == got[name]
    assert head["CacheControl"] == "no-cache" and head["ExpiresString"] == "Tue, 01 Jan 2030 00:00:00 GMT"
    assert s3.delete_object(Bucket=bucket, Key="k")["ResponseMetadata"]["HTTPStatusCode"] == 204
    s3.delete_object(Bucket=bucket, Key="k")
    error = refused("NoSuchKey", 404, s3.get_object, Bucket=bucket, Key="k")
    assert error["Error"]["Key"] == "k" and error["Error"]["Message"] == "The specified key does not exist."
    assert error["ResponseMetadata"]["RequestId"] and error["ResponseMetadata"]["HostId"]
    refused("404", 404, s3.head_object, Bucket=bucket, Key="k")


def test_what_is_not_said_has_the_defaults(s3, bucket, endpoint):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    head = s3.head_object(Bucket=bucket, Key="k")
    assert head["ContentType"] == "binary/octet-stream" and head["Metadata"] == {} and "StorageClass" not in head


@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_keys(s3, bucket, key):
    body = key.encode()
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    assert read(s3, bucket, key) == body
    assert keys(s3.list_objects_v2(Bucket=bucket)) == [key]
    assert keys(s3.list_objects(Bucket=bucket)) == [key]
    assert keys(s3.list_objects_v2(Bucket=bucket, Prefix=key)) == [key]
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": key})
    assert read(s3, bucket, "copy") == body
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}]})
    assert [d["Key"] for d in deleted["Deleted"]] == [key] and "Errors" not in deleted
    refused("404", 404, s3.head_object, Bucket=bucket, Key=key)


def test_a_key_that_is_too_long(s3, bucket):
    refused("KeyTooLongError", 400, s3.put_object, Bucket=bucket, Key="k" * 1025, Body=b"")


def test_ranges(s3, bucket):
    for size in [100, 300_000]:
        body = os.urandom(size)
        s3.put_object(Bucket=bucket, Key="k", Body=body)
        for asked, expected, told in [
            ("bytes=0-0", body[:1], f"bytes 0-0/{size}"),
            ("bytes=10-19", body[10:20], f"bytes 10-19/{size}"),
            ("bytes=90-", body[90:], f"bytes 90-{size - 1}/{size}"),
            ("bytes=-7", body[-7:], f"bytes {size - 7}-{size - 1}/{size}"),
            (f"bytes=5-{size * 2}", body[5:], f"bytes 5-{size - 1}/{size}"),
        ]:
            got = s3.get_object(Bucket=bucket, Key="k", Range=asked)
            assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
            assert (got["Body"].read(), got["ContentRange"], got["ContentLength"]) == (expected, told, len(expected))
            assert s3.head_object(Bucket=bucket, Key="k", Range=asked)["ContentLength"] == len(expected)
        response = refused("InvalidRange", 416, s3.get_object, Bucket=bucket, Key="k", Range=f"bytes={size}-")
        assert response["ResponseMetadata"]["HTTPHeaders"]["content-range"] == f"bytes */{size}"


def test_headers_that_make_no_sense_are_as_if_not_there(s3, bucket, endpoint):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "k"})
    for headers in [{"Range": "bytes=0-1,4-5"}, {"Range": "lines=1"}, {"Range": "bytes=5-2"}, {"If-Modified-Since": "soon"}]:
        status, _, body = raw(endpoint, "GET", url, headers=headers)
        assert (status, body) == (200, b"0123456789"), headers
    etag = s3.head_object(Bucket=bucket, Key="k")["ETag"]
    assert raw(endpoint, "GET", url, headers={"If-None-Match": f'"other", {etag}'})[0] == 304
    assert raw(endpoint, "GET", url, headers={"If-None-Match": etag.strip('"')})[0] == 304


def test_conditional_reads(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    modified = s3.head_object(Bucket=bucket, Key="k")["LastModified"]
    earlier = modified - datetime.timedelta(hours=1)
    assert read(s3, bucket, "k", IfMatch=etag) == b"x"
    assert read(s3, bucket, "k", IfNoneMatch='"other"', IfModifiedSince=modified) == b"x"
    assert read(s3, bucket, "k", IfModifiedSince=earlier, IfUnmodifiedSince=modified) == b"x"
    refused("PreconditionFailed", 412, s3.get_object, Bucket=bucket, Key="k", IfMatch='"other"')
    refused("PreconditionFailed", 412, s3.get_object, Bucket=bucket, Key="k", IfUnmodifiedSince=earlier)
    response = refused("304", 304, s3.get_object, Bucket=bucket, Key="k", IfNoneMatch=etag)
    assert response["ResponseMetadata"]["HTTPHeaders"]["etag"] == etag
    refused("304", 304, s3.get_object, Bucket=bucket, Key="k", IfModifiedSince=modified)
    refused("304", 304, s3.head_object, Bucket=bucket, Key="k", IfNoneMatch=etag)
    refused("412", 412, s3.head_object, Bucket=bucket, Key="k", IfMatch='"other"')


def test_conditional_writes(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    refused("PreconditionFailed", 412, s3.put_object, Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*")
    s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfMatch=etag)
    refused("PreconditionFailed", 412, s3.put_object, Bucket=bucket, Key="k", Body=b"3", IfMatch=etag)
    refused("NoSuchKey", 404, s3.put_object, Bucket=bucket, Key="none", Body=b"3", IfMatch=etag)
    refused("PreconditionFailed", 412, s3.delete_object, Bucket=bucket, Key="k", IfMatch=etag)
    assert read(s3, bucket, "k") == b"2"


def test_overridden_headers_and_presigned_addresses(s3, bucket, endpoint):
    s3.put_object(Bucket=bucket, Key="a b+c/ä", Body=b"x", ContentType="text/plain")
    got = s3.get_object(Bucket=bucket, Key="a b+c/ä", ResponseContentType="application/x-other",
                        ResponseContentDisposition='attachment; filename="f"', ResponseCacheControl="max-age=1",
                        ResponseContentLanguage="fr", ResponseContentEncoding="none")
    assert (got["ContentType"], got["CacheControl"], got["ContentLanguage"]) == ("application/x-other", "max-age=1", "fr")
    assert got["ContentDisposition"] == 'attachment; filename="f"'

    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "a b+c/ä", "ResponseContentType": "text/y"})
    status, headers, body = raw(endpoint, "GET", url)
    assert (status, body) == (200, b"x")
    assert {k.lower(): v for k, v in headers.items()}["content-type"] == "text/y"
    url = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "put"})
    assert raw(endpoint, "PUT", url, b"presigned")[0] == 200
    assert read(s3, bucket, "put") == b"presigned"


def test_virtual_hosted_addresses(s3, bucket, endpoint):
    s3.put_object(Bucket=bucket, Key="d/k", Body=b"x")
    for host in [f"{bucket}.s3.amazonaws.com", f"{bucket}.s3.us-east-1.amazonaws.com", f"{bucket}.s3.localhost.localstack.cloud",
                 f"{bucket}.localhost"]:
        status, _, body = raw(endpoint, "GET", "/d/k", headers={"Host": host})
        assert (status, body) == (200, b"x"), host


def test_pages_of_other_origins(s3, bucket, endpoint):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "k"})
    origin = {"Origin": "https://app.example"}
    assert raw(endpoint, "GET", url, headers=origin)[0] == 403
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [{
        "AllowedMethods": ["GET"], "AllowedOrigins": ["https://*.example"], "AllowedHeaders": ["x-amz-*"],
        "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 60}]})
    status, headers, body = raw(endpoint, "GET", url, headers=origin)
    headers = {name.lower(): value for name, value in headers.items()}
    assert (status, body, headers["access-control-allow-origin"]) == (200, b"x", "https://app.example")
    assert headers["access-control-expose-headers"] == "ETag"
    ask = {**origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-amz-date"}
    status, headers, _ = raw(endpoint, "OPTIONS", url, headers=ask)
    headers = {name.lower(): value for name, value in headers.items()}
    assert (status, headers["access-control-allow-methods"], headers["access-control-max-age"]) == (200, "GET", "60")
    ask["Access-Control-Request-Method"] = "PUT"
    assert raw(endpoint, "OPTIONS", url, headers=ask)[0] == 403
    assert raw(endpoint, "GET", url, headers={"Origin": "https://evil.test"})[0] == 403


# checksums

SUMS = {
    "CRC32": "y/Q5Jg==", "CRC32C": "4waSgw==", "CRC64NVME": "rosUhgp5mIg=", "SHA1": "98O8HYCOBHMq32eZZczDTKeuNEE=",
    "SHA256": "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
}  # of b"123456789"


@pytest.mark.parametrize("name", SUMS)
def test_checksums_in_headers(s3, bucket, name):
    member = f"Checksum{name}"
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"123456789", **{member: SUMS[name]})
    assert put[member] == SUMS[name] and put["ChecksumType"] == "FULL_OBJECT"
    asked = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert asked[member] == SUMS[name]
    assert member not in s3.head_object(Bucket=bucket, Key="k")
    wrong = base64.b64encode(bytes(len(base64.b64decode(SUMS[name])))).decode()
    refused("BadDigest", 400, s3.put_object, Bucket=bucket, Key="wrong", Body=b"123456789", **{member: wrong})
    refused("404", 404, s3.head_object, Bucket=bucket, Key="wrong")
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"][0]
    assert listed["ChecksumAlgorithm"] == [name]


def chunked(body, trailer):
    head = f"{len(body):x}\r\n".encode() + body + b"\r\n" if body else b""
    return head + b"0\r\n" + trailer.encode() + b"\r\n\r\n"


def put_with_trailer(endpoint, path, body, name, value):
    data = chunked(body, f"x-amz-checksum-{name}:{value}")
    return raw(endpoint, "PUT", path, data, {
        "Content-Encoding": "aws-chunked", "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": str(len(body)), "x-amz-trailer": f"x-amz-checksum-{name}",
        "Content-Length": str(len(data)),
    })


def test_checksums_after_the_body(s3, bucket, endpoint):
    for name, value in SUMS.items():
        status, _, text = put_with_trailer(endpoint, f"/{bucket}/{name}", b"123456789", name.lower(), value)
        assert status == 200, text
        got = s3.get_object(Bucket=bucket, Key=name, ChecksumMode="ENABLED")
        assert got[f"Checksum{name}"] == value and got["Body"].read() == b"123456789"
        assert "ContentEncoding" not in got
    status, _, text = put_with_trailer(endpoint, f"/{bucket}/wrong", b"123456789", "crc32", "AAAAAA==")
    assert status == 400 and b"<Code>BadDigest</Code>" in text
    refused("404", 404, s3.head_object, Bucket=bucket, Key="wrong")


def test_content_md5_and_payload_hash(s3, bucket, endpoint):
    md5 = base64.b64encode(hashlib.md5(b"x").digest()).decode()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5=md5)
    refused("BadDigest", 400, s3.put_object, Bucket=bucket, Key="k", Body=b"y", ContentMD5=md5)
    refused("InvalidDigest", 400, s3.put_object, Bucket=bucket, Key="k", Body=b"y", ContentMD5="bad")
    wrong = hashlib.sha256(b"other").hexdigest()
    status, _, text = raw(endpoint, "PUT", f"/{bucket}/k", b"z", {"x-amz-content-sha256": wrong})
    assert status == 400 and b"<Code>XAmzContentSHA256Mismatch</Code>" in text
    assert read(s3, bucket, "k") == b"x"


def test_a_checksum_is_kept_though_none_is_asked_for(s3, bucket, endpoint):
    assert raw(endpoint, "PUT", f"/{bucket}/k", b"123456789")[0] == 200
    assert s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")["ChecksumCRC64NVME"] == SUMS["CRC64NVME"]


# lists


def test_lists(s3, bucket):
    names = ["a", "b/", "b/1", "b/2", "b/c/3", "d/4", "e"]
    for name in names:
        s3.put_object(Bucket=bucket, Key=name, Body=b"xy")
    everything = s3.list_objects_v2(Bucket=bucket)
    assert keys(everything) == names and everything["KeyCount"] == 7 and everything["IsTruncated"] is False
    first = everything["Contents"][0]
    assert first["Size"] == 2 and first["StorageClass"] == "STANDARD" and "Owner" not in first
    assert first["ETag"] == f'"{hashlib.md5(b"xy").hexdigest()}"'

    top = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert keys(top) == ["a", "e"] and [p["Prefix"] for p in top["CommonPrefixes"]] == ["b/", "d/"]
    level = s3.list_objects_v2(Bucket=bucket, Delimiter="/", Prefix="b/")
    assert keys(level) == ["b/", "b/1", "b/2"] and [p["Prefix"] for p in level["CommonPrefixes"]] == ["b/c/"]

    seen, token = [], None
    while True:
        more = {"ContinuationToken": token} if token else {}
        page = s3.list_objects_v2(Bucket=bucket, Delimiter="/", MaxKeys=1, **more)
        seen += keys(page) + [p["Prefix"] for p in page.get("CommonPrefixes", [])]
        if not page["IsTruncated"]:
            break
        token = page["NextContinuationToken"]
    assert seen == ["a", "b/", "d/", "e"]
    assert keys(s3.list_objects_v2(Bucket=bucket, StartAfter="b/2")) == ["b/c/3", "d/4", "e"]
    owner = s3.list_objects_v2(Bucket=bucket, FetchOwner=True, MaxKeys=2)
    assert len(owner["Contents"]) == 2 and len(owner["Contents"][0]["Owner"]["ID"]) == 64
    assert s3.list_objects_v2(Bucket=bucket, MaxKeys=0)["KeyCount"] == 0

    page = s3.list_objects(Bucket=bucket, Delimiter="/", MaxKeys=2)
    assert page["NextMarker"] == "b/" and page["IsTruncated"]
    page = s3.list_objects(Bucket=bucket, Delimiter="/", Marker="b/")
    assert keys(page) == ["e"] and [p["Prefix"] for p in page["CommonPrefixes"]] == ["d/"]
    assert keys(s3.list_objects(Bucket=bucket, Marker="b/2")) == ["b/c/3", "d/4", "e"]
    refused("InvalidArgument", 400, s3.list_objects_v2, Bucket=bucket, ContinuationToken="%%%")


def test_delete_objects(s3, bucket):
    for n in range(5):
        s3.put_object(Bucket=bucket, Key=f"k{n}", Body=b"")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k0"}, {"Key": "k1"}, {"Key": "never"}]})
    assert [d["Key"] for d in answer["Deleted"]] == ["k0", "k1", "never"]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k2"}], "Quiet": True})
    assert "Deleted" not in answer
    assert keys(s3.list_objects_v2(Bucket=bucket)) == ["k3", "k4"]
    many = [{"Key": str(n)} for n in range(1001)]
    refused("MalformedXML", 400, s3.delete_objects, Bucket=bucket, Delete={"Objects": many})


# copies


@pytest.mark.parametrize("size", [3, 200_000])
def test_copies(s3, bucket, size):
    body = os.urandom(size)
    etag = s3.put_object(Bucket=bucket, Key="k", Body=body, ContentType="text/a", Metadata={"m": "1"}, Tagging="t=1")["ETag"]
    source = {"Bucket": bucket, "Key": "k"}
    result = s3.copy_object(Bucket=bucket, Key="c", CopySource=source)["CopyObjectResult"]
    assert result["ETag"] == etag and isinstance(result["LastModified"], datetime.datetime)
    head = s3.head_object(Bucket=bucket, Key="c")
    assert (head["ContentType"], head["Metadata"]) == ("text/a", {"m": "1"})
    assert s3.get_object_tagging(Bucket=bucket, Key="c")["TagSet"] == [{"Key": "t", "Value": "1"}]

    s3.copy_object(Bucket=bucket, Key="c", CopySource=source, MetadataDirective="REPLACE", Metadata={"n": "2"},
                   ContentType="text/b", TaggingDirective="REPLACE", Tagging="u=2")
    head = s3.head_object(Bucket=bucket, Key="c")
    assert (head["ContentType"], head["Metadata"]) == ("text/b", {"n": "2"})
    assert s3.get_object_tagging(Bucket=bucket, Key="c")["TagSet"] == [{"Key": "u", "Value": "2"}]
    assert read(s3, bucket, "c") == body

    refused("InvalidRequest", 400, s3.copy_object, Bucket=bucket, Key="k", CopySource=source)
    s3.copy_object(Bucket=bucket, Key="k", CopySource=source, MetadataDirective="REPLACE", Metadata={"x": "y"})
    assert s3.head_object(Bucket=bucket, Key="k")["Metadata"] == {"x": "y"} and read(s3, bucket, "k") == body

    refused("NoSuchKey", 404, s3.copy_object, Bucket=bucket, Key="x", CopySource={"Bucket": bucket, "Key": "none"})
    refused("NoSuchBucket", 404, s3.copy_object, Bucket=bucket, Key="x", CopySource={"Bucket": "no-such-bucket-here", "Key": "k"})
    refused("PreconditionFailed", 412, s3.copy_object, Bucket=bucket, Key="x", CopySource=source, CopySourceIfMatch='"o"')
    refused("PreconditionFailed", 412, s3.copy_object, Bucket=bucket, Key="x", CopySource=source, CopySourceIfNoneMatch=etag)
    s3.delete_object(Bucket=bucket, Key="k")
    assert read(s3, bucket, "c") == body


# multipart


def upload(s3, bucket, key, bodies, **more):
    created = s3.create_multipart_upload(Bucket=bucket, Key=key, **more)
    parts = []
    for number, body in enumerate(bodies, 1):
        answer = s3.upload_part(Bucket=bucket, Key=key, UploadId=created["UploadId"], PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": answer["ETag"]})
    return created["UploadId"], parts


def test_multipart(s3, bucket):
    bodies = [os.urandom(5 * MIB), os.urandom(5 * MIB), b"the end"]
    whole = b"".join(bodies)
    upload_id, parts = upload(s3, bucket, "k", bodies, ContentType="text/m", Metadata={"a": "b"}, Tagging="t=1")
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload_id)
    assert [(p["PartNumber"], p["Size"]) for p in listed["Parts"]] == [(1, 5 * MIB), (2, 5 * MIB), (3, 7)]
    page = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload_id, MaxParts=1, PartNumberMarker=1)
    assert [p["PartNumber"] for p in page["Parts"]] == [2] and page["IsTruncated"] and page["NextPartNumberMarker"] == 2
    assert [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload_id]

    done = {"Bucket": bucket, "Key": "k", "UploadId": upload_id}
    wrong = [{"PartNumber": 1, "ETag": '"00000000000000000000000000000000"'}]
    refused("InvalidPart", 400, s3.complete_multipart_upload, **done, MultipartUpload={"Parts": wrong})
    refused("InvalidPartOrder", 400, s3.complete_multipart_upload, **done, MultipartUpload={"Parts": parts[::-1]})
    refused("EntityTooSmall", 400, s3.complete_multipart_upload, **done,
            MultipartUpload={"Parts": small(s3, bucket, upload_id, parts)})
    answer = s3.complete_multipart_upload(**done, MultipartUpload={"Parts": parts})
    digests = b"".join(hashlib.md5(b).digest() for b in bodies)
    assert answer["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-3"' and answer["Key"] == "k"
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == whole and got["ContentType"] == "text/m" and got["Metadata"] == {"a": "b"}
    assert read(s3, bucket, "k", Range=f"bytes={5 * MIB - 2}-{5 * MIB + 1}") == whole[5 * MIB - 2:5 * MIB + 2]
    part = s3.get_object(Bucket=bucket, Key="k", PartNumber=3)
    assert part["Body"].read() == b"the end" and part["PartsCount"] == 3
    refused("NoSuchUpload", 404, s3.list_parts, Bucket=bucket, Key="k", UploadId=upload_id)
    refused("NoSuchUpload", 404, s3.abort_multipart_upload, **done)
    attributes = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ETag", "ObjectParts", "ObjectSize", "Checksum"])
    assert attributes["ObjectParts"]["TotalPartsCount"] == 3 and attributes["ObjectSize"] == len(whole)
    assert [p["Size"] for p in attributes["ObjectParts"]["Parts"]] == [5 * MIB, 5 * MIB, 7]


def small(s3, bucket, upload_id, parts):
    """Names the small last part and then one after it."""
    answer = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=4, Body=b"after")
    return parts + [{"PartNumber": 4, "ETag": answer["ETag"]}]


def test_aborted_uploads_and_parts_that_are_replaced(s3, bucket):
    upload_id, _ = upload(s3, bucket, "gone", [os.urandom(100_000)])
    s3.abort_multipart_upload(Bucket=bucket, Key="gone", UploadId=upload_id)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    refused("NoSuchUpload", 404, s3.upload_part, Bucket=bucket, Key="gone", UploadId=upload_id, PartNumber=1, Body=b"")
    upload_id, _ = upload(s3, bucket, "k", [b"first"])
    etag = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=1, Body=b"second")["ETag"]
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload_id,
                                 MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    assert read(s3, bucket, "k") == b"second"


def test_parts_that_are_copied(s3, bucket):
    body = os.urandom(6 * MIB)
    s3.put_object(Bucket=bucket, Key="source", Body=body)
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    source = {"Bucket": bucket, "Key": "source"}
    one = s3.upload_part_copy(Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=1, CopySource=source,
                              CopySourceRange=f"bytes=0-{5 * MIB - 1}")["CopyPartResult"]
    two = s3.upload_part_copy(Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=2, CopySource=source)["CopyPartResult"]
    refused("InvalidArgument", 400, s3.upload_part_copy, Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=3,
            CopySource=source, CopySourceRange=f"bytes=0-{7 * MIB}")
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload_id, MultipartUpload={"Parts": [
        {"PartNumber": 1, "ETag": one["ETag"]}, {"PartNumber": 2, "ETag": two["ETag"]}]})
    assert read(s3, bucket, "k") == body[:5 * MIB] + body


def test_checksums_of_uploads(s3, bucket):
    created = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="SHA256")
    assert (created["ChecksumAlgorithm"], created["ChecksumType"]) == ("SHA256", "COMPOSITE")
    part = s3.upload_part(Bucket=bucket, Key="k", UploadId=created["UploadId"], PartNumber=1, Body=b"x", ChecksumAlgorithm="SHA256")
    digest = hashlib.sha256(b"x").digest()
    assert part["ChecksumSHA256"] == base64.b64encode(digest).decode()
    answer = s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=created["UploadId"], MultipartUpload={
        "Parts": [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}]})
    assert answer["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(digest).digest()).decode() + "-1"

    bodies = [os.urandom(5 * MIB), b"tail"]
    created = s3.create_multipart_upload(Bucket=bucket, Key="f", ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    parts = []
    for number, body in enumerate(bodies, 1):
        part = s3.upload_part(Bucket=bucket, Key="f", UploadId=created["UploadId"], PartNumber=number, Body=body, ChecksumAlgorithm="CRC32")
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]})
    answer = s3.complete_multipart_upload(Bucket=bucket, Key="f", UploadId=created["UploadId"], MultipartUpload={"Parts": parts})
    expected = zlib.crc32(b"".join(bodies)).to_bytes(4, "big")
    assert answer["ChecksumCRC32"] == base64.b64encode(expected).decode() and answer["ChecksumType"] == "FULL_OBJECT"


def test_lists_of_uploads(s3, bucket):
    made = [(key, s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]) for key in ["a", "d/1", "d/2", "z", "z"]]
    top = s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [u["Key"] for u in top["Uploads"]] == ["a", "z", "z"] and top["CommonPrefixes"] == [{"Prefix": "d/"}]
    seen, markers = [], {}
    while True:
        page = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=2, **markers)
        seen += [(u["Key"], u["UploadId"]) for u in page.get("Uploads", [])]
        if not page["IsTruncated"]:
            break
        markers = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}
    assert sorted(seen) == sorted(made)
    assert [u["Key"] for u in s3.list_multipart_uploads(Bucket=bucket, Prefix="d/")["Uploads"]] == ["d/1", "d/2"]


class Pattern(io.RawIOBase):
    """A large body that is never whole in memory here either."""

    def __init__(self, size):
        self.size, self.at = size, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        count = min(len(buffer), self.size - self.at)
        for start in range(0, count, 65_536):
            end = min(count, start + 65_536)
            buffer[start:end] = (self.at + start).to_bytes(8, "big") * ((end - start) // 8) + bytes((end - start) % 8)
        self.at += count
        return count


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) * 1024


def test_a_large_body_is_streamed(s3, bucket, server):
    process = getattr(server, "process", None)
    pid = os.environ.get("TAXIWAY_SERVER_PID") or (process and process.pid)
    if not pid or not os.path.exists(f"/proc/{pid}/status"):
        pytest.skip("the server's memory cannot be seen")
    size, before = 64 * MIB, resident(pid)
    config = TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB, max_concurrency=2)
    s3.upload_fileobj(Pattern(size), bucket, "large", Config=config)
    s3.put_object(Bucket=bucket, Key="single", Body=Pattern(size).read(size))
    total, got = 0, s3.get_object(Bucket=bucket, Key="large")
    assert got["ETag"].endswith('-8"')
    for chunk in got["Body"].iter_chunks(MIB):
        total += len(chunk)
    assert total == size
    assert resident(pid) - before < 40 * MIB


# tags, versions, configuration


def test_tags(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"", Tagging="a=1&b%20c=d+e")
    expected = [{"Key": "a", "Value": "1"}, {"Key": "b c", "Value": "d e"}]
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == expected
    assert s3.get_object(Bucket=bucket, Key="k")["TagCount"] == 2
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": [{"Key": "x", "Value": "y"}]})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "x", "Value": "y"}]
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    many = {"TagSet": [{"Key": str(n), "Value": ""} for n in range(11)]}
    refused("BadRequest", 400, s3.put_object_tagging, Bucket=bucket, Key="k", Tagging=many)
    refused("NoSuchKey", 404, s3.get_object_tagging, Bucket=bucket, Key="none")

    refused("NoSuchTagSet", 404, s3.get_bucket_tagging, Bucket=bucket)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": expected})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == expected
    s3.delete_bucket_tagging(Bucket=bucket)
    refused("NoSuchTagSet", 404, s3.get_bucket_tagging, Bucket=bucket)


def test_versions(s3, bucket):
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"0")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    one = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    two = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["VersionId"]
    assert [read(s3, bucket, "k", VersionId=v) for v in ["null", one, two]] == [b"0", b"1", b"2"]
    assert s3.head_object(Bucket=bucket, Key="k")["VersionId"] == two
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["DeleteMarker"] is True
    gone = refused("404", 404, s3.head_object, Bucket=bucket, Key="k")
    assert gone["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    refused("405", 405, s3.head_object, Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    refused("NoSuchVersion", 404, s3.get_object, Bucket=bucket, Key="k", VersionId="x" * 32)
    listed = s3.list_object_versions(Bucket=bucket)
    assert [(v["VersionId"], v["IsLatest"]) for v in listed["Versions"]] == [(two, False), (one, False), ("null", False)]
    assert [(m["VersionId"], m["IsLatest"]) for m in listed["DeleteMarkers"]] == [(marker["VersionId"], True)]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    assert read(s3, bucket, "k") == b"2"
    s3.copy_object(Bucket=bucket, Key="k", CopySource={"Bucket": bucket, "Key": "k", "VersionId": one})
    assert read(s3, bucket, "k") == b"1"
    refused("BucketNotEmpty", 409, s3.delete_bucket, Bucket=bucket)
    boto3.resource("s3", endpoint_url=s3.meta.endpoint_url, region_name="us-east-1", aws_access_key_id="test",
                   aws_secret_access_key="test").Bucket(bucket).object_versions.delete()
    s3.delete_bucket(Bucket=bucket)


def test_configuration(s3, bucket):
    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    assert s3.get_bucket_notification_configuration(Bucket=bucket)["EventBridgeConfiguration"] == {}
    refused("NotImplemented", 501, s3.put_bucket_notification_configuration, Bucket=bucket, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": "arn:aws:sqs:us-east-1:000000000000:q", "Events": ["s3:ObjectCreated:*"]}]})

    refused("NoSuchCORSConfiguration", 404, s3.get_bucket_cors, Bucket=bucket)
    rules = [{"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://*.example"], "AllowedHeaders": ["*"], "MaxAgeSeconds": 60}]
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == rules
    s3.delete_bucket_cors(Bucket=bucket)

    refused("NoSuchLifecycleConfiguration", 404, s3.get_bucket_lifecycle_configuration, Bucket=bucket)
    rules = [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}}]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == rules

    refused("NoSuchBucketPolicy", 404, s3.get_bucket_policy, Bucket=bucket)
    policy = '{"Version":"2012-10-17","Statement":[]}'
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == policy
    refused("MalformedPolicy", 400, s3.put_bucket_policy, Bucket=bucket, Policy="nothing")
    s3.delete_bucket_policy(Bucket=bucket)

    refused("NoSuchPublicAccessBlockConfiguration", 404, s3.get_public_access_block, Bucket=bucket)
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == block

    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=encryption)
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    controls = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls)
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"] == controls

    acl = s3.get_bucket_acl(Bucket=bucket)
    assert [g["Permission"] for g in acl["Grants"]] == ["FULL_CONTROL"] and acl["Grants"][0]["Grantee"]["ID"] == acl["Owner"]["ID"]
    refused("AccessControlListNotSupported", 400, s3.put_bucket_acl, Bucket=bucket, ACL="public-read")


def test_what_is_not_built_says_so(s3, bucket):
    response = refused("NotImplemented", 501, s3.put_bucket_website, Bucket=bucket,
                       WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    assert "PutBucketWebsite" in response["Error"]["Message"]
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    status, _, text = raw(s3.meta.endpoint_url, "POST", f"/{bucket}", b"--x--\r\n", form)
    assert status == 501 and b"<Code>NotImplemented</Code>" in text and b"PostObject" in text
    key = base64.b64encode(bytes(32)).decode()
    refused("NotImplemented", 501, s3.put_object, Bucket=bucket, Key="k", Body=b"", SSECustomerAlgorithm="AES256",
            SSECustomerKey=key)
    refused("404", 404, s3.head_object, Bucket=bucket, Key="k")


# the command line


def test_the_command_line(aws, s3, bucket, tmp_path: pathlib.Path):
    (tmp_path / "d" / "sub").mkdir(parents=True)
    (tmp_path / "d" / "a.txt").write_text("a")
    (tmp_path / "d" / "sub" / "b c.txt").write_text("b")
    large = os.urandom(20 * MIB)
    (tmp_path / "d" / "large.bin").write_bytes(large)
    aws("s3", "sync", str(tmp_path / "d"), f"s3://{bucket}/p/")
    assert keys(s3.list_objects_v2(Bucket=bucket)) == ["p/a.txt", "p/large.bin", "p/sub/b c.txt"]
    assert s3.head_object(Bucket=bucket, Key="p/a.txt")["ContentType"] == "text/plain"
    assert "upload" not in aws("s3", "sync", str(tmp_path / "d"), f"s3://{bucket}/p/").stdout
    listing = aws("s3", "ls", f"s3://{bucket}/p/").stdout
    assert "PRE sub/" in listing and "a.txt" in listing
    assert bucket in aws("s3", "ls").stdout
    aws("s3", "cp", f"s3://{bucket}/p/large.bin", str(tmp_path / "back.bin"))
    assert (tmp_path / "back.bin").read_bytes() == large
    aws("s3", "cp", "-", f"s3://{bucket}/stdin", input="from a pipe")
    assert aws("s3", "cp", f"s3://{bucket}/stdin", "-").stdout == "from a pipe"
    aws("s3", "mv", f"s3://{bucket}/p/a.txt", f"s3://{bucket}/moved.txt")
    assert read(s3, bucket, "moved.txt") == b"a"
    aws("s3", "cp", "--recursive", f"s3://{bucket}/p/", f"s3://{bucket}/copy/")
    assert read(s3, bucket, "copy/large.bin") == large
    url = aws("s3", "presign", f"s3://{bucket}/moved.txt").stdout.strip()
    assert raw(None, "GET", url)[2] == b"a"
    aws("s3", "rm", "--recursive", f"s3://{bucket}/")
    assert keys(s3.list_objects_v2(Bucket=bucket)) == []
    aws("s3", "rb", f"s3://{bucket}")
    other = f"c-{uuid.uuid4().hex[:16]}"
    aws("s3", "mb", f"s3://{other}")
    aws("s3api", "put-object", "--bucket", other, "--key", "k", "--body", str(tmp_path / "d" / "a.txt"))
    assert aws("s3", "ls", f"s3://{bucket}", check=False).returncode != 0
    aws("s3", "rb", "--force", f"s3://{other}")


def test_events_reach_a_rule(client, s3, bucket):
    events, logs = client("events"), client("logs")
    try:
        events.list_rules()
    except ClientError as error:
        pytest.skip(f"this server has no EventBridge: {error}")
    name = f"/aws/events/{bucket}"
    logs.create_log_group(logGroupName=name)
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
    events.put_rule(Name=bucket, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=bucket, Targets=[{"Id": "1", "Arn": f"arn:aws:logs:us-east-1:000000000000:log-group:{name}"}])
    s3.put_object(Bucket=bucket, Key="unheard", Body=b"x")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"abc")["ETag"]
    s3.delete_object(Bucket=bucket, Key="k")

    def told():
        found = logs.filter_log_events(logGroupName=name)["events"]
        return [json.loads(event["message"]) for event in found] if len(found) >= 2 else None

    created, deleted = sorted(until(told), key=lambda event: event["detail"]["object"]["sequencer"])
    assert (created["detail-type"], deleted["detail-type"]) == ("Object Created", "Object Deleted")
    assert created["resources"] == [f"arn:aws:s3:::{bucket}"] and created["detail"]["reason"] == "PutObject"
    assert created["detail"]["object"]["key"] == "k" and created["detail"]["object"]["size"] == 3
    assert created["detail"]["object"]["etag"] == etag.strip('"') and created["detail"]["requester"] == "000000000000"
    assert deleted["detail"]["deletion-type"] == "Permanently Deleted"
    events.remove_targets(Rule=bucket, Ids=["1"])
    events.delete_rule(Name=bucket)
