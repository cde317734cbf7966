"""Distributed Maps over real objects, and redrives of what forked: with boto3."""
import gzip
import json
import uuid

import pytest

from waiting import until

ROLE = "arn:aws:iam::000000000000:role/any"
ECHO = {"P": {"Type": "Pass", "End": True}}


@pytest.fixture
def states(client):
    return client("stepfunctions")


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def bucket(s3):
    name = f"items-{uuid.uuid4().hex[:10]}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def run(states):
    """`run(machine's states, input)` starts and ends an execution of a machine of its own."""
    made = []

    def run(body, input=None):
        definition = json.dumps({"StartAt": next(iter(body)), "States": body})
        machine = states.create_state_machine(name=f"m-{uuid.uuid4().hex[:8]}", definition=definition, roleArn=ROLE)
        made.append(machine["stateMachineArn"])
        arn = states.start_execution(stateMachineArn=made[-1], input=json.dumps(input or {}))["executionArn"]
        return ended(states, arn)

    yield run
    for machine in made:
        states.delete_state_machine(stateMachineArn=machine)


def ended(states, arn):
    return until(lambda: (d := states.describe_execution(executionArn=arn))["status"] != "RUNNING" and d, 60)


def types(states, arn):
    pages = states.get_paginator("get_execution_history").paginate(executionArn=arn)
    return [event["type"] for page in pages for event in page["events"]]


def distributed(reader=None, body=None, kind="STANDARD", **more):
    body = body or ECHO
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind}, "StartAt": next(iter(body)), "States": body}
    return {"M": {"Type": "Map", "ItemProcessor": processor, "End": True, **more, **({"ItemReader": reader} if reader else {})}}


def get(bucket, key, **config):
    return {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": bucket, "Key": key}, "ReaderConfig": config}


def output(execution):
    assert execution["status"] == "SUCCEEDED", execution
    return json.loads(execution["output"])


@pytest.mark.parametrize("kind", ["PARQUET", "JSON"])
def test_what_athena_unloads_is_read_by_its_manifest(client, s3, bucket, run, kind):
    athena = client("athena")
    sql = (f"UNLOAD (SELECT * FROM (VALUES (1, 'a'), (2, NULL)) AS t (n, s)) TO 's3://{bucket}/out/' "
           f"WITH (format = '{kind}')")
    query = athena.start_query_execution(QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{bucket}/q/"})
    query = query["QueryExecutionId"]
    stood = lambda: athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
    done = until(lambda: (e := stood())["Status"]["State"] not in ("QUEUED", "RUNNING") and e, 60)
    assert done["Status"]["State"] == "SUCCEEDED", done["Status"]
    manifest = done["Statistics"]["DataManifestLocation"].removeprefix(f"s3://{bucket}/")
    as_read = {"PARQUET": "PARQUET", "JSON": "JSONL"}[kind]
    items = output(run(distributed(get(bucket, manifest, ManifestType="ATHENA_DATA", InputType=as_read))))
    assert sorted((item["n"], item.get("s")) for item in items) == [(1, "a"), (2, None)]
    if kind == "PARQUET":
        file = s3.list_objects_v2(Bucket=bucket, Prefix="out/")["Contents"][0]["Key"]
        assert output(run(distributed(get(bucket, file, InputType="PARQUET", MaxItems=1))))[0]["n"] == 1


def test_an_inventory_versions_and_whole_prefixes(s3, bucket, run):
    rows = f'"{bucket}","a%20b","1"\n"{bucket}","c","2"\n'
    s3.put_object(Bucket=bucket, Key="inv/data/1.csv.gz", Body=gzip.compress(rows.encode()))
    manifest = {"sourceBucket": bucket, "destinationBucket": f"arn:aws:s3:::{bucket}", "fileFormat": "CSV",
                "fileSchema": "Bucket, Key, Size", "files": [{"key": "inv/data/1.csv.gz", "size": 1}]}
    s3.put_object(Bucket=bucket, Key="inv/manifest.json", Body=json.dumps(manifest))
    items = output(run(distributed(get(bucket, "inv/manifest.json", InputType="MANIFEST"))))
    assert items == [{"Bucket": bucket, "Key": "a b", "Size": "1"}, {"Bucket": bucket, "Key": "c", "Size": "2"}]

    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="v.json", Body="[1]")["VersionId"]
    s3.put_object(Bucket=bucket, Key="v.json", Body="[2]")
    reader = get(bucket, "v.json", InputType="JSON")
    assert output(run(distributed(reader))) == [2]
    reader["Parameters"]["VersionId"] = old
    assert output(run(distributed(reader))) == [1]

    for number, lines in enumerate(['{"n":1}\n{"n":2}\n', '{"n":3}\n']):
        s3.put_object(Bucket=bucket, Key=f"lines/{number}", Body=lines)
    flat = {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": bucket, "Prefix": "lines/"},
            "ReaderConfig": {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN"}}
    assert output(run(distributed(flat))) == [{"n": 1}, {"n": 2}, {"n": 3}]
    failed = run(distributed(get(bucket, "v.json", InputType="PARQUET")))
    assert (failed["error"], "Parquet" in failed["cause"]) == ("States.ItemReaderFailed", True)


@pytest.fixture
def fetch(bucket):
    """A Task state that reads the object whose key is the input: it fails until there is one."""
    return {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "Parameters": {"Bucket": bucket, "Key.$": "$"},
            "ResultSelector": {"body.$": "$.Body"}, "End": True}


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_a_redrive_of_a_map_run_redrives_the_children_that_failed(states, s3, bucket, fetch, run, kind):
    s3.put_object(Bucket=bucket, Key="a", Body="A")
    s3.put_object(Bucket=bucket, Key="c", Body="C")
    body = distributed(body={"F": fetch}, kind=kind, MaxConcurrency=1)
    failed = run(body, ["a", "b", "c"])
    assert failed["error"] == "States.ExceedToleratedFailureThreshold"
    s3.put_object(Bucket=bucket, Key="b", Body="B")
    arn = failed["executionArn"]
    states.redrive_execution(executionArn=arn)
    assert output(ended(states, arn)) == [{"body": "A"}, {"body": "B"}, {"body": "C"}]
    runs = states.list_map_runs(executionArn=arn)["mapRuns"]
    assert len(runs) == 1, "it is the same Map run that goes on"
    described = until(lambda: (d := states.describe_map_run(mapRunArn=runs[0]["mapRunArn"]))["status"] != "RUNNING" and d)
    assert (described["redriveCount"], described["executionCounts"]["succeeded"]) == (1, 3)
    assert "MapRunRedriven" in types(states, arn)
    children = states.list_executions(mapRunArn=runs[0]["mapRunArn"], redriveFilter="REDRIVEN")["executions"]
    assert len(children) == (1 if kind == "STANDARD" else 0)


def test_a_redrive_of_parallel_and_inline_map_goes_on_where_they_failed(states, s3, bucket, fetch, run):
    s3.put_object(Bucket=bucket, Key="a", Body="A")
    inner = {"StartAt": "F", "States": {"F": fetch}}
    body = {"P": {"Type": "Parallel", "End": True, "Branches": [
        {"StartAt": "Q", "States": {"Q": {"Type": "Pass", "Result": "q", "End": True}}},
        {"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": inner, "End": True}}}]}}
    failed = run(body, ["a", "b"])
    assert failed["error"] == "S3.NoSuchKeyException"
    s3.put_object(Bucket=bucket, Key="b", Body="B")
    arn = failed["executionArn"]
    states.redrive_execution(executionArn=arn)
    assert output(ended(states, arn)) == ["q", [{"body": "A"}, {"body": "B"}]]
    history = types(states, arn)
    assert (history.count("PassStateEntered"), history.count("TaskScheduled"), history.count("MapIterationStarted")) == (1, 3, 2)


def test_executions_of_a_deleted_machine_are_terminated_at_the_next_transition(states, run):
    wait = {"W": {"Type": "Wait", "Seconds": 2, "Next": "P"}, **ECHO}
    definition = json.dumps({"StartAt": "W", "States": wait})
    machine = states.create_state_machine(name=f"d-{uuid.uuid4().hex[:8]}", definition=definition, roleArn=ROLE)["stateMachineArn"]
    arn = states.start_execution(stateMachineArn=machine)["executionArn"]
    states.delete_state_machine(stateMachineArn=machine)
    assert ended(states, arn)["status"] == "ABORTED"
