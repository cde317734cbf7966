"""A disk whose syncs fail: the server says so and stops, and nothing that it acknowledged is lost."""
import json
import os
import pathlib
import subprocess

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from conftest import Server
from waiting import until

ROLE = "arn:aws:iam::000000000000:role/any"
PASS = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})


@pytest.fixture
def dying(tmp_path):
    """`dying(text)`: from now on syncs of files whose path holds the text fail. The server is `dying.server`."""
    shim = tmp_path / "fail_sync.so"
    source = pathlib.Path(__file__).with_name("fail_sync.c")
    built = subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", shim, source], capture_output=True, text=True)
    if built.returncode:
        if os.environ.get("CI"):
            pytest.fail(built.stderr)
        pytest.skip(f"no C compiler: {built.stderr.strip()}")
    trigger = tmp_path / "fail"

    def fail(text):
        trigger.with_suffix(".new").write_text(text)
        trigger.with_suffix(".new").rename(trigger)

    fail.heal = lambda: trigger.unlink(missing_ok=True)
    fail.server = Server(tmp_path / "data", env={"LD_PRELOAD": str(shim), "TAXIWAY_FAIL_SYNC": str(trigger)}).start()
    yield fail
    fail.server.stop()


@pytest.mark.parametrize("file", ["taxiway.db-wal", "objects.db-wal"])
def test_a_failed_sync_of_the_store_ends_the_server_and_loses_nothing(dying, file):
    server = dying.server
    states, s3 = server.client("stepfunctions"), server.client("s3")
    s3.create_bucket(Bucket="kept")
    machine = states.create_state_machine(name="m", definition=PASS, roleArn=ROLE)["stateMachineArn"]
    acknowledged, keys = [], []

    def work(number):
        acknowledged.append(states.start_execution(stateMachineArn=machine, name=f"e{number}")["executionArn"])
        s3.put_object(Bucket="kept", Key=f"k{number}", Body=b"x" * 100)
        keys.append(f"k{number}")

    for number in range(10):
        work(number)
    dying(file)
    with pytest.raises((ClientError, BotoCoreError, OSError)):
        work(10)
    assert server.process.wait(10) == 74
    until(lambda: any(file.removesuffix("-wal") in line and "check the disk, then start again" in line for line in server.log))
    dying.heal()
    server.start()
    states, s3 = server.client("stepfunctions"), server.client("s3")
    found = {e["executionArn"] for page in states.get_paginator("list_executions").paginate(stateMachineArn=machine)
             for e in page["executions"]}
    assert set(acknowledged) <= found and len(found) <= len(acknowledged) + 1, "the last was never answered: there or not"
    assert set(keys) <= {o["Key"] for o in s3.list_objects_v2(Bucket="kept")["Contents"]}
    for arn in acknowledged:
        until(lambda: states.describe_execution(executionArn=arn)["status"] == "SUCCEEDED")


def test_a_body_that_cannot_be_synced_is_no_object(dying):
    server = dying.server
    s3 = server.client("s3")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="before", Body=b"x" * 200_000)
    dying("/objects/")
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket="kept", Key="torn", Body=b"y" * 200_000)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="kept")["Contents"]] == ["before"]
    dying.heal()
    s3.put_object(Bucket="kept", Key="after", Body=b"z" * 200_000)
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="kept")["Contents"]] == ["after", "before"]
