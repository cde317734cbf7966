"""The door, whatever the service: who asks, what is refused and how, what is not there."""
import http.client
import json
import urllib.parse

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


def ask(endpoint, method="POST", path="/", body=b"{}", host=None, **headers):
    """One raw request: (status, headers, text)."""
    address = urllib.parse.urlsplit(endpoint).netloc
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.putrequest(method, path, skip_host=True)
    sent = {"Host": address if host is None else host, "Content-Length": str(len(body))}
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    for name, value in sent.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, dict((k.lower(), v) for k, v in response.getheaders()), text


def states(endpoint, operation="ListStateMachines", body=b"{}", **headers):
    return ask(endpoint, body=body, X_Amz_Target=f"AWSStepFunctions.{operation}",
               Content_Type="application/x-amz-json-1.0", **headers)


def unchecked(endpoint, name, key="test"):
    config = Config(parameter_validation=False, retries={"max_attempts": 1})
    return boto3.client(name, endpoint_url=endpoint, region_name="us-east-1", config=config,
                        aws_access_key_id=key, aws_secret_access_key="anything")


@pytest.mark.parametrize("name, call, code, message", [
    ("stepfunctions", ("start_execution", {}), "ValidationException",
     "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null"),
    ("stepfunctions", ("start_execution", {"stateMachineArn": "a", "input": "x" * 300_000}), "ValidationException",
     "1 validation error detected: Value at 'input' failed to satisfy constraint: "
     "Member must have length less than or equal to 262144"),
    ("emr-containers", ("describe_job_run", {"virtualClusterId": "A!", "id": "j"}), "ValidationException",
     "1 validation error detected: Value 'A!' at 'virtualClusterId' failed to satisfy constraint: "
     "Member must satisfy regular expression pattern: [0-9a-z]+"),
    ("athena", ("start_query_execution", {}), "InvalidRequestException",
     "1 validation error detected: Value null at 'queryString' failed to satisfy constraint: Member must not be null"),
    ("events", ("put_rule", {"Name": "r", "State": "ON"}), "ValidationException",
     "1 validation error detected: Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum value "
     "set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]"),
    ("logs", ("create_log_group", {"logGroupName": "a b"}), "InvalidParameterException",
     "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: "
     "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"),
    ("glue", ("get_table", {"DatabaseName": "d"}), "ValidationException",
     "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"),
])
def test_each_service_words_a_refusal_as_aws_does(endpoint, name, call, code, message):
    operation, arguments = call
    with pytest.raises(ClientError) as caught:
        getattr(unchecked(endpoint, name), operation)(**arguments)
    error = caught.value.response
    assert (error["Error"]["Code"], error["Error"]["Message"]) == (code, message)
    assert error["ResponseMetadata"]["RequestId"]


def test_the_access_key_is_the_account(endpoint):
    for key, account in [("123456789012", "123456789012"), ("test", "000000000000"), ("AKIA0000", "000000000000")]:
        assert unchecked(endpoint, "sts", key).get_caller_identity()["Account"] == account


def test_an_unsigned_request_is_served(endpoint):
    status, headers, text = states(endpoint)
    assert status == 200 and "stateMachines" in json.loads(text) and headers["x-amzn-requestid"]


def test_what_is_not_there_is_named(endpoint):
    for name, operation, words in [
        ("kinesis", "list_streams", "no service 'Kinesis_20131202'"),
        ("sqs", "list_queues", "sqs:ListQueues is not"),
        ("ec2", "describe_instances", "no service"),
        ("glue", "list_crawlers", "glue:ListCrawlers"),
    ]:
        with pytest.raises(ClientError) as caught:
            getattr(unchecked(endpoint, name), operation)()
        answer = caught.value.response
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501
        assert answer["Error"]["Code"] == "NotImplemented" and words in answer["Error"]["Message"]


def test_a_body_that_is_too_large_is_answered(endpoint):
    status, _, text = states(endpoint, "StartExecution", b'{"input": "' + b"x" * 3_000_000 + b'"}')
    assert status == 413 and json.loads(text)["message"] == "HTTP content length exceeded 1049600 bytes."


@pytest.mark.parametrize("headers, expected", [
    ({"host": "evil.example"}, 403),
    ({"host": "localhost.evil.example:4566"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Sec_Fetch_Site": "cross-site"}, 403),
    ({"Sec_Fetch_Site": "none"}, 200),
    ({"host": "localhost"}, 200),
    ({"host": "any-bucket.localhost:4566"}, 200),
    ({"host": "states.us-east-1.amazonaws.com"}, 200),
])
def test_a_web_page_cannot_drive_the_server(endpoint, headers, expected):
    assert states(endpoint, **headers)[0] == expected
    assert ask(endpoint, "GET", "/_taxiway/health", b"", **headers)[0] == expected


LINK = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_link_on_another_site_opens_the_console_and_nothing_else(endpoint):
    get = lambda path, **headers: ask(endpoint, "GET", path, b"", **headers)[0]
    assert get("/_console/", **LINK) == get("/_console/") in (200, 501)  # 501: built without the console
    for path in ("/_taxiway/session", "/_taxiway/home", "/_taxiway/objects/b/k", "/_taxiway/health", "/b", "/b/k"):
        assert get(path, **LINK) == 403, path
    for other in ({"Sec_Fetch_Dest": "iframe"}, {"Sec_Fetch_Mode": "no-cors"}, {"Origin": "https://evil.example"},
                  {"host": "evil.example"}):
        assert get("/_console/", **{**LINK, **other}) == 403, other
    assert ask(endpoint, "POST", "/_console/", b"", **LINK)[0] == 403


def test_a_browser_at_the_bare_address_is_sent_to_the_console(endpoint):
    for headers in (HTML, {**HTML, **LINK}):
        status, answered, _ = ask(endpoint, "GET", "/", b"", **headers)
        assert (status, answered["location"]) == (302, "/_console/")
    unchecked(endpoint, "s3").create_bucket(Bucket="door-listed")
    listed = unchecked(endpoint, "s3").list_buckets()["Buckets"]
    assert "door-listed" in [bucket["Name"] for bucket in listed]
    # a program without a signature, a signed request of a browser, a bucket's own host, a query
    for headers in ({}, {"Accept": "*/*"}, {**HTML, "Authorization": SIGNED.format("s3")},
                    {**HTML, "X_Amz_Date": "20260101T000000Z"}):
        status, _, text = ask(endpoint, "GET", "/", b"", **headers)
        assert status == 200 and "ListAllMyBucketsResult" in text, headers
    status, _, text = ask(endpoint, "GET", "/", b"", host="door-listed.localhost:4566", **HTML)
    assert status == 200 and "<ListBucketResult" in text
    status, _, text = ask(endpoint, "GET", "/?max-buckets=1", b"", **HTML)
    assert status == 200 and "ListAllMyBucketsResult" in text


def test_a_preflight_of_another_page_is_refused(endpoint):
    status, headers, _ = ask(endpoint, "OPTIONS", "/", b"", Origin="https://evil.example",
                             Access_Control_Request_Method="POST", Access_Control_Request_Headers="x-amz-target")
    assert status == 403 and "access-control-allow-origin" not in headers


@pytest.mark.parametrize("body, length, code", [
    (b"5\r\nhel", "5", "IncompleteBody"),
    (b"5\r\nhello\r\n0\r\n\r\n", "4", "IncompleteBody"),
    (b"zz\r\n", "5", "InvalidRequest"),
    (b"5\r\nhello\r\n0\r\n\r\n", None, "MissingContentLength"),
])
def test_a_malformed_upload_is_refused_and_leaves_nothing(endpoint, body, length, code):
    s3 = unchecked(endpoint, "s3")
    s3.create_bucket(Bucket="door-malformed")
    headers = {"x_amz_content_sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "Authorization": SIGNED.format("s3")}
    if length:
        headers["x_amz_decoded_content_length"] = length
    status, _, text = ask(endpoint, "PUT", "/door-malformed/key", body, **headers)
    assert status >= 400 and f"<Code>{code}</Code>" in text, text
    assert s3.list_objects_v2(Bucket="door-malformed")["KeyCount"] == 0


def test_a_checksum_that_does_not_match_is_refused(endpoint):
    s3 = unchecked(endpoint, "s3")
    s3.create_bucket(Bucket="door-hash")
    status, _, text = ask(endpoint, "PUT", "/door-hash/key", b"hello", x_amz_content_sha256="0" * 64,
                          Authorization=SIGNED.format("s3"))
    assert status == 400 and "<Code>XAmzContentSHA256Mismatch</Code>" in text, text
    assert s3.list_objects_v2(Bucket="door-hash")["KeyCount"] == 0


def test_coverage_is_printed_from_the_tables(endpoint):
    status, headers, text = ask(endpoint, "GET", "/_taxiway/coverage", b"")
    assert status == 200 and headers["content-type"].startswith("text/markdown")
    assert "| stepfunctions | states | AWS JSON 1.0 |" in text
