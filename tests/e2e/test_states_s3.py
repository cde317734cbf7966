"""S3 from a state machine: `aws-sdk:s3` tasks, and what becomes of S3's errors."""
import json
import uuid

import pytest

from waiting import until

ROLE = "arn:aws:iam::000000000000:role/any"


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def bucket(s3):
    name = f"states-{uuid.uuid4().hex[:10]}"
    s3.create_bucket(Bucket=name)
    yield name
    for item in s3.list_objects_v2(Bucket=name).get("Contents", []):
        s3.delete_object(Bucket=name, Key=item["Key"])
    s3.delete_bucket(Bucket=name)


@pytest.fixture
def run(client):
    """`run(states, input)`: the named Task states one after the other, each one's result under its name."""
    states, made = client("stepfunctions"), []

    def run(tasks, input=None):
        names = list(tasks)
        definition = {"StartAt": names[0], "States": {}}
        for name, following in zip(names, [*names[1:], None]):
            state = {"Type": "Task", "ResultPath": f"$.{name}", **tasks[name]}
            definition["States"][name] = state | ({"Next": following} if following else {"End": True})
        for state in list(definition["States"].values()):
            for catcher in state.get("Catch", []):
                definition["States"][catcher["Next"]] = {"Type": "Pass", "End": True}
        machine = states.create_state_machine(name=f"s3-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition),
                                              roleArn=ROLE)["stateMachineArn"]
        made.append(machine)
        arn = states.start_execution(stateMachineArn=machine, input=json.dumps(input or {}))["executionArn"]
        return until(lambda: (d := states.describe_execution(executionArn=arn))["status"] != "RUNNING" and d)

    yield run
    for machine in made:
        states.delete_state_machine(stateMachineArn=machine)


def task(action, **parameters):
    return {"Resource": f"arn:aws:states:::aws-sdk:s3:{action}", "Parameters": parameters}


def succeeded(execution):
    assert execution["status"] == "SUCCEEDED", (execution.get("error"), execution.get("cause"))
    return json.loads(execution["output"])


def test_objects_are_looked_at_listed_copied_and_deleted(s3, bucket, run):
    for key in ("in/a b+é.txt", "in/<2>.txt", "other"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"12345", ContentType="text/plain", Metadata={"colour": "yellow"})
    out = succeeded(run({
        "head": task("headObject", Bucket=bucket, Key="in/a b+é.txt"),
        "list": task("listObjectsV2", Bucket=bucket, Prefix="in/", MaxKeys=1),
        "rest": task("listObjectsV2", **{"Bucket": bucket, "Prefix": "in/",
                                         "ContinuationToken.$": "$.list.NextContinuationToken"}),
        "groups": task("listObjectsV2", Bucket=bucket, Delimiter="/"),
        "copy": task("copyObject", **{"Bucket": bucket, "CopySource.$": f"States.Format('{bucket}/{{}}', 'other')",
                                      "Key": "copied"}),
        "tag": task("putObjectTagging", Bucket=bucket, Key="copied", Tagging={"TagSet": [{"Key": "k", "Value": "v&"}]}),
        "tags": task("getObjectTagging", Bucket=bucket, Key="copied"),
        "delete": task("deleteObjects", Bucket=bucket, Delete={"Objects": [
            {"Key": "in/<2>.txt"}, {"Key": "in/a b+é.txt"}, {"Key": "never-there"}]}),
    }))
    head = out["head"]
    assert (head["ContentLength"], head["ContentType"], head["Metadata"]) == (5, "text/plain", {"colour": "yellow"})
    assert head["ETag"] == '"827ccb0eea8a706c4c34a16891f84e7b"' and head["LastModified"].endswith("Z")
    assert (out["list"]["IsTruncated"], out["list"]["KeyCount"]) == (True, 1)
    assert [c["Key"] for c in out["list"]["Contents"] + out["rest"]["Contents"]] == ["in/<2>.txt", "in/a b+é.txt"]
    assert [c["Size"] for c in out["rest"]["Contents"]] == [5] and not out["rest"]["IsTruncated"]
    assert [p["Prefix"] for p in out["groups"]["CommonPrefixes"]] == ["in/"]
    assert out["copy"]["CopyObjectResult"]["ETag"] == head["ETag"]
    assert out["tags"]["TagSet"] == [{"Key": "k", "Value": "v&"}]
    assert sorted(d["Key"] for d in out["delete"]["Deleted"]) == ["in/<2>.txt", "in/a b+é.txt", "never-there"]
    assert [c["Key"] for c in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["copied", "other"]


@pytest.mark.parametrize("body, stored", [("test", "test"), ("héllo", "héllo"), ({"a": [1, 2]}, '{"a":[1,2]}')])
def test_a_body_is_text_on_the_way_in_and_out(s3, bucket, run, body, stored):
    out = succeeded(run({
        "put": task("putObject", Bucket=bucket, Key="k", Body=body, Metadata={"colour": "yellow"}),
        "got": task("getObject", Bucket=bucket, Key="k"),
    }))
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == stored.encode()
    assert (out["got"]["Body"], out["got"]["Metadata"]) == (stored, {"colour": "yellow"})
    assert out["put"]["ETag"] == out["got"]["ETag"] and out["got"]["ContentLength"] == len(stored.encode())


@pytest.mark.parametrize("action, key, error", [
    ("getObject", "absent", "S3.NoSuchKeyException"),
    ("headObject", "absent", "S3.NoSuchKeyException"),
    ("getObject", None, "S3.NoSuchBucketException"),
    ("headBucket", None, "S3.NoSuchBucketException"),
])
def test_errors_are_caught_by_the_names_of_the_sdk(bucket, run, action, key, error):
    parameters = {"Bucket": bucket if key else f"no-{uuid.uuid4().hex}"}
    if action.endswith("Object"):
        parameters["Key"] = key or "any"
    caught = [{"ErrorEquals": [error], "ResultPath": "$.caught", "Next": "Caught"}]
    out = succeeded(run({"ask": task(action, **parameters) | {"Catch": caught}}))
    assert out["caught"]["Error"] == error and "Status Code: 404" in out["caught"]["Cause"]


def test_a_missing_member_and_an_operation_that_is_not_there_fail_the_execution(bucket, run):
    missing = run({"ask": task("getObject", Bucket=bucket)})
    assert missing["status"] == "FAILED" and "key" in missing["cause"], missing
    absent = run({"ask": task("selectObjectContent", Bucket=bucket)})
    assert absent["status"] == "FAILED" and "SelectObjectContent is not implemented" in absent["cause"], absent
