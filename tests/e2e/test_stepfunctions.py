"""Step Functions as boto3 and the aws CLI see it."""
import json
import os
import subprocess
import threading
import uuid

import pytest
from botocore.exceptions import ClientError

from waiting import until

ROLE = "arn:aws:iam::000000000000:role/any"
PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"a": 1}, "End": True}}}
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}


@pytest.fixture
def states(client):
    return client("stepfunctions")


@pytest.fixture
def create(states):
    made = []

    def create(definition, **more):
        name = f"e2e-{uuid.uuid4().hex[:8]}"
        made.append(states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE, **more))
        return made[-1]["stateMachineArn"]

    yield create
    for machine in made:
        states.delete_state_machine(stateMachineArn=machine["stateMachineArn"])


@pytest.fixture
def ended(states):
    def ended(arn, seconds=60):
        return until(lambda: (d := states.describe_execution(executionArn=arn))["status"] != "RUNNING" and d, seconds)
    return ended


def refused(code, call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == code, caught.value
    return caught.value.response["Error"]["Message"]


def test_an_execution_from_start_to_end(states, create, ended):
    machine = create(PASS)
    arn = states.start_execution(stateMachineArn=machine, input='{"x": 1}')["executionArn"]
    done = ended(arn)
    assert (done["status"], done["output"], done["input"]) == ("SUCCEEDED", '{"a":1}', '{"x": 1}')
    assert done["stopDate"] >= done["startDate"]
    events = states.get_execution_history(executionArn=arn)["events"]
    assert [e["type"] for e in events] == ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
    assert [e["executionArn"] for e in states.list_executions(stateMachineArn=machine)["executions"]] == [arn]
    described = states.describe_state_machine_for_execution(executionArn=arn)
    assert json.loads(described["definition"]) == PASS


def test_stop(states, create, ended):
    machine = create(WAIT)
    arn = states.start_execution(stateMachineArn=machine)["executionArn"]
    stopped = states.stop_execution(executionArn=arn, error="Enough", cause="because")
    done = ended(arn)
    assert (done["status"], done["error"], done["cause"]) == ("ABORTED", "Enough", "because")
    assert done["stopDate"] == stopped["stopDate"]
    refused("ExecutionDoesNotExist", states.stop_execution, executionArn=arn + "x")


def test_names_count_once(states, create):
    machine = create(WAIT)
    first = states.start_execution(stateMachineArn=machine, name="n", input="{}")
    assert states.start_execution(stateMachineArn=machine, name="n", input="{}")["startDate"] == first["startDate"]
    refused("ExecutionAlreadyExists", states.start_execution, stateMachineArn=machine, name="n", input='{"other": 1}')
    refused("InvalidName", states.start_execution, stateMachineArn=machine, name="a b")
    states.stop_execution(executionArn=first["executionArn"])


def test_pages_of_executions_and_of_history(states, create):
    machine = create(PASS)
    arns = [states.start_execution(stateMachineArn=machine)["executionArn"] for _ in range(7)]
    paginator = states.get_paginator("list_executions")
    pages = list(paginator.paginate(stateMachineArn=machine, PaginationConfig={"PageSize": 3}))
    assert [len(p["executions"]) for p in pages] == [3, 3, 1]
    assert sorted(e["executionArn"] for p in pages for e in p["executions"]) == sorted(arns)
    pages = states.get_paginator("get_execution_history").paginate(executionArn=arns[0], reverseOrder=True, PaginationConfig={"PageSize": 3})
    assert [e["id"] for p in pages for e in p["events"]] == [4, 3, 2, 1]


def test_a_version_an_alias_and_an_update(states, create):
    machine = create(PASS, publish=True)
    updated = states.update_state_machine(stateMachineArn=machine, definition=json.dumps(WAIT), publish=True)
    assert updated["stateMachineVersionArn"] == f"{machine}:2"
    alias = states.create_state_machine_alias(name="prod", routingConfiguration=[
        {"stateMachineVersionArn": f"{machine}:1", "weight": 100}])["stateMachineAliasArn"]
    arn = states.start_execution(stateMachineArn=alias)["executionArn"]
    assert states.describe_execution(executionArn=arn)["stateMachineVersionArn"] == f"{machine}:1"
    refused("ConflictException", states.delete_state_machine_version, stateMachineVersionArn=f"{machine}:1")
    states.update_state_machine_alias(stateMachineAliasArn=alias, routingConfiguration=[
        {"stateMachineVersionArn": f"{machine}:1", "weight": 20}, {"stateMachineVersionArn": f"{machine}:2", "weight": 80}])
    assert len(states.describe_state_machine_alias(stateMachineAliasArn=alias)["routingConfiguration"]) == 2
    assert len(states.list_state_machine_aliases(stateMachineArn=machine)["stateMachineAliases"]) == 1
    states.delete_state_machine_alias(stateMachineAliasArn=alias)
    states.delete_state_machine_version(stateMachineVersionArn=f"{machine}:1")
    assert len(states.list_state_machine_versions(stateMachineArn=machine)["stateMachineVersions"]) == 1


def test_tags(states, create):
    machine = create(PASS, tags=[{"key": "a", "value": "1"}])
    states.tag_resource(resourceArn=machine, tags=[{"key": "b", "value": "2"}])
    states.untag_resource(resourceArn=machine, tagKeys=["a"])
    assert states.list_tags_for_resource(resourceArn=machine)["tags"] == [{"key": "b", "value": "2"}]


def test_an_activity_and_its_worker(states, create, ended):
    activity = states.create_activity(name=f"e2e-{uuid.uuid4().hex[:8]}")["activityArn"]
    machine = create({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": activity, "End": True}}})
    got = {}
    worker = threading.Thread(target=lambda: got.update(states.get_activity_task(activityArn=activity, workerName="w")))
    worker.start()
    arn = states.start_execution(stateMachineArn=machine, input='{"n": 1}')["executionArn"]
    worker.join(30)
    assert json.loads(got["input"]) == {"n": 1}
    states.send_task_heartbeat(taskToken=got["taskToken"])
    states.send_task_success(taskToken=got["taskToken"], output='"done"')
    assert ended(arn)["output"] == '"done"'
    refused("TaskTimedOut", states.send_task_success, taskToken=got["taskToken"], output='"again"')
    refused("InvalidToken", states.send_task_failure, taskToken="nonsense")
    assert activity in [a["activityArn"] for p in states.get_paginator("list_activities").paginate() for a in p["activities"]]
    states.delete_activity(activityArn=activity)
    refused("ActivityDoesNotExist", states.describe_activity, activityArn=activity)


def test_express(states, create, server):
    machine = create(PASS, type="EXPRESS")
    # Without "sync-" before the host's name, which an address has no room for.
    plain = server.client("stepfunctions", inject_host_prefix=False)
    ran = plain.start_sync_execution(stateMachineArn=machine, input="{}")
    assert (ran["status"], ran["output"]) == ("SUCCEEDED", '{"a":1}')
    refused("StateMachineTypeNotSupported", states.list_executions, stateMachineArn=machine)
    refused("StateMachineTypeNotSupported", plain.start_sync_execution, stateMachineArn=create(PASS))


def test_a_failed_execution_is_redriven(states, create, ended):
    arn = states.start_execution(stateMachineArn=create({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}))["executionArn"]
    assert ended(arn)["redriveStatus"] == "REDRIVABLE"
    states.redrive_execution(executionArn=arn)
    assert until(lambda: (d := states.describe_execution(executionArn=arn))["redriveCount"] == 1 and d["status"] == "FAILED", 30)
    good = states.start_execution(stateMachineArn=create(PASS))["executionArn"]
    ended(good)
    refused("ExecutionNotRedrivable", states.redrive_execution, executionArn=good)


def test_the_log_has_what_the_level_asks_for(states, create, ended, client):
    logs, group = client("logs"), f"/e2e/{uuid.uuid4().hex[:8]}"
    logs.create_log_group(logGroupName=group)
    arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{group}:*"
    logging = {"level": "ALL", "includeExecutionData": True,
               "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]}
    machine = create(PASS, loggingConfiguration=logging)
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    ended(execution)
    lines = until(lambda: (e := logs.filter_log_events(logGroupName=group)["events"]) and len(e) == 4 and e, 30)
    entries = [json.loads(line["message"]) for line in lines]
    assert [e["type"] for e in entries] == ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
    assert {e["execution_arn"] for e in entries} == {execution}
    logs.delete_log_group(logGroupName=group)


def test_one_state_alone(server):
    plain = server.client("stepfunctions", inject_host_prefix=False)
    task = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "Parameters": {"StateMachineArn": "x"}, "End": True}
    mocked = lambda result: plain.test_state(definition=json.dumps(task), mock={"result": json.dumps(result)})
    assert mocked({"ExecutionArn": "a", "StartDate": "b"})["status"] == "SUCCEEDED"
    assert "ExecutionArn" in refused("ValidationException", mocked, result={})
    ran = plain.test_state(definition=json.dumps(PASS["States"]["P"]), roleArn=ROLE, inspectionLevel="DEBUG")
    assert (ran["output"], "inspectionData" in ran) == ('{"a":1}', True)


def test_a_distributed_map_reads_and_writes_buckets(states, create, ended, client):
    s3, bucket = client("s3"), f"maps-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="rows.csv", Body=b"id,name\n1,x\n2,y\n")
    machine = create({"StartAt": "M", "States": {"M": {"Type": "Map", "End": True,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": bucket, "Key": "rows.csv"},
                       "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P",
                          "States": {"P": {"Type": "Pass", "End": True}}},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket, "Prefix": "out"}}}}})
    arn = states.start_execution(stateMachineArn=machine)["executionArn"]
    output = json.loads(ended(arn)["output"])
    read = lambda key: json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    manifest = read(output["ResultWriterDetails"]["Key"])
    results = read(manifest["ResultFiles"]["SUCCEEDED"][0]["Key"])
    assert [json.loads(r["Output"]) for r in results] == [{"id": "1", "name": "x"}, {"id": "2", "name": "y"}]
    run = states.list_map_runs(executionArn=arn)["mapRuns"][0]["mapRunArn"]
    described = until(lambda: (d := states.describe_map_run(mapRunArn=run))["status"] != "RUNNING" and d, 30)
    assert (described["status"], described["itemCounts"]["succeeded"]) == ("SUCCEEDED", 2)
    assert len(states.list_executions(mapRunArn=run)["executions"]) == 2
    refused("ValidationException", states.update_map_run, mapRunArn=run, maxConcurrency=1)


def test_the_command_line(endpoint):
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}

    def aws(*arguments):
        command = ["aws", "--endpoint-url", endpoint, "stepfunctions", *arguments, "--output", "json"]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout) if ran.stdout.strip() else None

    name = f"cli-{uuid.uuid4().hex[:8]}"
    machine = aws("create-state-machine", "--name", name, "--definition", json.dumps(PASS), "--role-arn", ROLE)["stateMachineArn"]
    assert aws("validate-state-machine-definition", "--definition", json.dumps(PASS))["result"] == "OK"
    arn = aws("start-execution", "--state-machine-arn", machine, "--input", "{}")["executionArn"]
    until(lambda: aws("describe-execution", "--execution-arn", arn)["status"] == "SUCCEEDED", 30)
    assert len(aws("get-execution-history", "--execution-arn", arn)["events"]) == 4
    assert name in [m["name"] for m in aws("list-state-machines")["stateMachines"]]
    aws("delete-state-machine", "--state-machine-arn", machine)
