"""Activities and task tokens: each operation's good case and each of its documented errors."""
import json

import pytest

from states_api import ARN, NO_ARN, NOT_AN_ARN, api, check_refusal, covers, plain, refusal  # noqa: F401

MISSING = ARN + "activity:nowhere"
GONE = "Activity Does Not Exist: '{activityArn}'"
OVER = "Task Timed Out: 'Provided task does not exist anymore'"
KEY = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/k"}


def encrypted_otherwise(api):
    name = api.activity().rpartition(":")[2]
    return {"name": name, "encryptionConfiguration": KEY}


def over(api, **more):
    execution, token = api.task()
    api.stop_execution(executionArn=execution)
    return {"taskToken": token, **more}


REFUSALS = [
    refusal("CreateActivity", "ActivityAlreadyExists", "Activity Already Exists: '", encrypted_otherwise),
    refusal("CreateActivity", "InvalidName", "Invalid Name: 'a b'", {"name": "a b"}),
    refusal("CreateActivity", "TooManyTags", "",
            lambda api: {"name": api.name(), "tags": [{"key": f"k{n}", "value": "v"} for n in range(51)]}),
    refusal("CreateActivity", "InvalidEncryptionConfiguration", "",
            lambda api: {"name": api.name(), "encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY"}}),
    refusal("DeleteActivity", "InvalidArn", NOT_AN_ARN, {"activityArn": NO_ARN}),
    refusal("DescribeActivity", "ActivityDoesNotExist", GONE, {"activityArn": MISSING}),
    refusal("DescribeActivity", "InvalidArn", NOT_AN_ARN, {"activityArn": NO_ARN}),
    refusal("GetActivityTask", "ActivityDoesNotExist", GONE, {"activityArn": MISSING}),
    refusal("GetActivityTask", "InvalidArn", NOT_AN_ARN, {"activityArn": NO_ARN}),
    refusal("ListActivities", "InvalidToken", "Invalid Token: 'Invalid token'", {"nextToken": "zz"}),
    refusal("SendTaskSuccess", "InvalidToken", "Invalid Token: 'Invalid token'", {"taskToken": "nonsense", "output": "1"}),
    refusal("SendTaskSuccess", "InvalidOutput", "Invalid Output: ",
            lambda api: {"taskToken": api.task()[1], "output": "not some json"}),
    refusal("SendTaskSuccess", "TaskTimedOut", OVER, lambda api: over(api, output="1")),
    refusal("SendTaskFailure", "InvalidToken", "Invalid Token: 'Invalid token'", {"taskToken": "nonsense"}),
    refusal("SendTaskFailure", "TaskTimedOut", OVER, over),
    refusal("SendTaskHeartbeat", "InvalidToken", "Invalid Token: 'Invalid token'", {"taskToken": "nonsense"}),
    refusal("SendTaskHeartbeat", "TaskTimedOut", OVER, over),
]


@pytest.mark.parametrize("operation, code, words, arguments", REFUSALS)
def test_what_is_refused(api, operation, code, words, arguments):
    check_refusal(api, operation, code, words, arguments)


@covers("CreateActivity", "DescribeActivity", "ListActivities", "DeleteActivity", "DescribeActivity!ActivityDoesNotExist")
def test_the_life_of_an_activity(api):
    activity = api.activity()
    name = activity.rpartition(":")[2]
    described = api.describe_activity(activityArn=activity)
    assert (described["activityArn"], described["name"]) == (activity, name)
    assert described["encryptionConfiguration"] == {"type": "AWS_OWNED_KEY"}
    again = api.create_activity(name=name)
    assert (again["activityArn"], again["creationDate"]) == (activity, described["creationDate"])
    other = api.activity()
    pages = list(api.get_paginator("list_activities").paginate(PaginationConfig={"PageSize": 1}))
    assert all(len(page["activities"]) <= 1 for page in pages)
    listed = {a["activityArn"]: a for page in pages for a in page["activities"]}
    assert listed.keys() >= {activity, other}
    assert (listed[activity]["name"], listed[activity]["creationDate"]) == (name, described["creationDate"])
    api.delete_activity(activityArn=activity)
    api.delete_activity(activityArn=activity)
    api.refused("ActivityDoesNotExist", "DescribeActivity", activityArn=activity)


@covers("GetActivityTask", "SendTaskHeartbeat", "SendTaskFailure")
def test_a_worker_that_fails(api):
    execution, token = api.task(HeartbeatSeconds=100)
    api.send_task_heartbeat(taskToken=token)
    api.send_task_failure(taskToken=token, error="Worn", cause="out")
    ended = api.ended(execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "Worn", "out")
    events = api.get_execution_history(executionArn=execution)["events"]
    assert [e["type"] for e in events] == ["ExecutionStarted", "TaskStateEntered", "ActivityScheduled", "ActivityStarted",
                                           "ActivityFailed", "ExecutionFailed"]
    assert events[3]["activityStartedEventDetails"] == {"workerName": "w"}


@covers("SendTaskSuccess", "SendTaskSuccess!InvalidOutput", "SendTaskSuccess!TaskTimedOut")
def test_a_refused_output_leaves_the_task_open(api):
    execution, token = api.task()
    api.refused("InvalidOutput", "SendTaskSuccess", taskToken=token, output="{")
    assert api.describe_execution(executionArn=execution)["status"] == "RUNNING"
    api.send_task_success(taskToken=token, output='{"done": true}')
    assert json.loads(api.ended(execution)["output"]) == {"done": True}
    api.refused("TaskTimedOut", "SendTaskSuccess", taskToken=token, output="1")


@covers("SendTaskHeartbeat", "SendTaskHeartbeat!TaskTimedOut")
def test_a_worker_that_falls_silent(api):
    execution, token = api.task(HeartbeatSeconds=1)
    api.send_task_heartbeat(taskToken=token)
    ended = api.ended(execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.HeartbeatTimeout")
    api.refused("TaskTimedOut", "SendTaskHeartbeat", taskToken=token)
