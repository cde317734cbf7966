#!/usr/bin/env python3
"""Makes crates/aws/testdata/golden_requests.json: requests as boto3 sends them, with what was asked for.

    pip install botocore==1.43.11
    tools/golden_requests.py

Nothing is sent: each request is caught after it has been serialised and signed.
"""
import base64
import datetime
import json
import pathlib

import botocore.awsrequest
import botocore.session

OUT = pathlib.Path(__file__).resolve().parent.parent / "crates" / "aws" / "testdata" / "golden_requests.json"
AT = datetime.datetime(2023, 11, 14, 22, 13, 20, 250000, tzinfo=datetime.timezone.utc)

CASES = [
    ("stepfunctions", "StartExecution", {
        "stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:m", "name": "n", "input": '{"é": 1}'}),
    ("stepfunctions", "ListStateMachines", {}),
    ("stepfunctions", "GetExecutionHistory", {
        "executionArn": "arn:aws:states:us-east-1:0:execution:m:n", "maxResults": 10, "reverseOrder": True}),
    ("emr-containers", "StartJobRun", {
        "virtualClusterId": "abc123", "clientToken": "t", "name": "a-job", "releaseLabel": "emr-7.5.0-latest",
        "executionRoleArn": "arn:aws:iam::000000000000:role/r",
        "jobDriver": {"sparkSubmitJobDriver": {"entryPoint": "s3://b/k.py", "entryPointArguments": ["a", "b"]}},
        "configurationOverrides": {"applicationConfiguration": [
            {"classification": "spark-defaults", "properties": {"spark.a.b": "1"}}]},
        "tags": {"Team": "taxi"}}),
    ("emr-containers", "ListJobRuns", {
        "virtualClusterId": "abc123", "states": ["PENDING", "RUNNING"], "createdAfter": AT, "maxResults": 5,
        "name": "a#b/c_d"}),
    ("emr-containers", "TagResource", {
        "resourceArn": "arn:aws:emr-containers:us-east-1:000000000000:/virtualclusters/abc", "tags": {"a": "b"}}),
    ("emr-containers", "UntagResource", {
        "resourceArn": "arn:aws:emr-containers:us-east-1:000000000000:/virtualclusters/abc", "tagKeys": ["a", "b c"]}),
    ("emr-containers", "DeleteVirtualCluster", {"id": "abc"}),
    ("events", "PutEvents", {"Entries": [{
        "Time": AT.replace(microsecond=0), "Source": "s", "DetailType": "d", "Detail": "{}", "Resources": ["r"]}]}),
    ("events", "PutRule", {"Name": "r", "ScheduleExpression": "rate(1 minute)", "State": "ENABLED"}),
    ("athena", "StartQueryExecution", {
        "QueryString": "SELECT 'ü'", "ClientRequestToken": "0123456789012345678901234567890123",
        "ResultConfiguration": {"OutputLocation": "s3://b/"}}),
    ("glue", "CreateTable", {"DatabaseName": "d", "TableInput": {
        "Name": "t", "StorageDescriptor": {"Columns": [{"Name": "c", "Type": "int"}]}, "Retention": 0}}),
    ("logs", "PutLogEvents", {
        "logGroupName": "/a/b", "logStreamName": "s", "logEvents": [{"timestamp": 1700000000250, "message": "m\n"}]}),
    ("sts", "GetCallerIdentity", {}),
    ("sts", "AssumeRole", {
        "RoleArn": "arn:aws:iam::000000000000:role/r", "RoleSessionName": "session", "DurationSeconds": 900,
        "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/a"}, {"arn": "arn:aws:iam::aws:policy/b"}],
        "Tags": [{"Key": "k", "Value": "v w"}]}),
    ("eks", "DescribeCluster", {"name": "my-cluster"}),
    ("eks", "ListClusters", {"maxResults": 3}),
]


class Caught(Exception):
    pass


def plain(value):
    """The parameters as a Call has them."""
    if isinstance(value, datetime.datetime):
        seconds = value.timestamp()
        return int(seconds) if seconds.is_integer() else seconds
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


def caught(service, operation, params):
    session = botocore.session.Session()
    client = session.create_client(service, "eu-west-1", endpoint_url="http://localhost:4566",
                                   aws_access_key_id="123456789012", aws_secret_access_key="anything")
    found = {}

    def catch(request, **_):
        headers = {k: v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()}
        body = request.body or b""
        body = body if isinstance(body, bytes) else body.encode()
        found.update(method=request.method, url=request.url, headers=headers, body=base64.b64encode(body).decode())
        raise Caught

    client.meta.events.register("before-send", catch)
    try:
        client._make_api_call(operation, params)
    except Caught:
        pass
    return {"service": client.meta.service_model.signing_name, "operation": operation, "input": plain(params),
            "request": found}


def main():
    cases = [caught(*case) for case in CASES]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(cases)} requests")


if __name__ == "__main__":
    main()
