"""Executions and Map runs: each operation's good case and each of its documented errors."""
import json

import pytest

from states_api import (ARN, FAIL, NO_ARN, NOT_AN_ARN, PASS, WAIT, api, check_refusal, covers, plain,  # noqa: F401
                        refusal)
from waiting import until

MISSING = ARN + "execution:nowhere:never"
NO_MACHINE = ARN + "stateMachine:nowhere"
NO_MAP_RUN = ARN + "mapRun:nowhere/M:0"
GONE = "Execution Does Not Exist: '{executionArn}'"
BAD_TOKEN = "Invalid Token: 'Invalid token'"
BAD_INPUT = ("Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting (JSON String, Number, Array, "
             "Object or token 'null', 'true' or 'false')'")
UNSUPPORTED = "This operation is not supported by this type of state machine"


def mapping(state):
    """A distributed Map over two items, each through the one state given."""
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "S", "States": {"S": state}}
    return {"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "M", "ItemProcessor": processor, "End": True}}}


def map_run(api, state):
    execution = api.start(api.machine(mapping(state)), input="[1, 2]")
    runs = until(lambda: api.list_map_runs(executionArn=execution)["mapRuns"])
    return execution, runs[0]["mapRunArn"]


def over(api):
    execution = api.start(api.machine())
    api.ended(execution)
    return execution


def over_map_run(api):
    execution, run = map_run(api, PASS["States"]["P"])
    api.ended(execution)
    return {"mapRunArn": run, "maxConcurrency": 1}


def once_more(api):
    machine = api.machine(WAIT)
    api.start(machine, name="n", input="{}")
    return {"stateMachineArn": machine, "name": "n", "input": '{"other": 1}'}


def express(api, **more):
    return {"stateMachineArn": api.machine(type="EXPRESS"), **more}


REFUSALS = [
    refusal("StartExecution", "ExecutionAlreadyExists", "Execution Already Exists: '", once_more),
    refusal("StartExecution", "InvalidArn", NOT_AN_ARN, {"stateMachineArn": NO_ARN}),
    refusal("StartExecution", "InvalidExecutionInput", BAD_INPUT,
            lambda api: {"stateMachineArn": api.machine(), "input": "not some json"}),
    refusal("StartExecution", "InvalidName", "Invalid Name: 'a b'",
            lambda api: {"stateMachineArn": api.machine(), "name": "a b"}),
    refusal("StartExecution", "StateMachineDoesNotExist", "State Machine Does Not Exist: '{stateMachineArn}'",
            {"stateMachineArn": NO_MACHINE}),
    refusal("StartExecution", "StateMachineDeleting", "", lambda api: {"stateMachineArn": api.deleting()}),
    refusal("StartExecution", "ValidationException", "traceHeader",
            lambda api: {"stateMachineArn": api.machine(), "traceHeader": "x" * 257}),
    refusal("StartSyncExecution", "InvalidArn", NOT_AN_ARN, {"stateMachineArn": NO_ARN}),
    refusal("StartSyncExecution", "InvalidExecutionInput", BAD_INPUT, lambda api: express(api, input="not some json")),
    refusal("StartSyncExecution", "InvalidName", "Invalid Name: 'a b'", lambda api: express(api, name="a b")),
    refusal("StartSyncExecution", "StateMachineDoesNotExist", "State Machine Does Not Exist: '{stateMachineArn}'",
            {"stateMachineArn": NO_MACHINE}),
    refusal("StartSyncExecution", "StateMachineTypeNotSupported", UNSUPPORTED, lambda api: {"stateMachineArn": api.machine()}),
    refusal("DescribeExecution", "ExecutionDoesNotExist", GONE, {"executionArn": MISSING}),
    refusal("DescribeExecution", "InvalidArn", NOT_AN_ARN, {"executionArn": NO_ARN}),
    refusal("DescribeStateMachineForExecution", "ExecutionDoesNotExist", GONE, {"executionArn": MISSING}),
    refusal("DescribeStateMachineForExecution", "InvalidArn", NOT_AN_ARN, {"executionArn": NO_ARN}),
    refusal("GetExecutionHistory", "ExecutionDoesNotExist", GONE, {"executionArn": MISSING}),
    refusal("GetExecutionHistory", "InvalidArn", NOT_AN_ARN, {"executionArn": NO_ARN}),
    refusal("GetExecutionHistory", "InvalidToken", BAD_TOKEN, lambda api: {"executionArn": over(api), "nextToken": "zz"}),
    refusal("StopExecution", "ExecutionDoesNotExist", GONE, {"executionArn": MISSING}),
    refusal("StopExecution", "InvalidArn", NOT_AN_ARN, {"executionArn": NO_ARN}),
    refusal("StopExecution", "ValidationException", "error", lambda api: {"executionArn": over(api), "error": "e" * 257}),
    refusal("RedriveExecution", "ExecutionDoesNotExist", GONE, {"executionArn": MISSING}),
    refusal("RedriveExecution", "ExecutionNotRedrivable", "SUCCEEDED", lambda api: {"executionArn": over(api)}),
    refusal("RedriveExecution", "InvalidArn", NOT_AN_ARN, {"executionArn": NO_ARN}),
    refusal("RedriveExecution", "ValidationException", "clientToken", {"executionArn": MISSING, "clientToken": "x" * 65}),
    refusal("ListExecutions", "InvalidArn", NOT_AN_ARN, {"stateMachineArn": NO_ARN}),
    refusal("ListExecutions", "InvalidToken", BAD_TOKEN, lambda api: {"stateMachineArn": api.machine(), "nextToken": "zz"}),
    refusal("ListExecutions", "StateMachineDoesNotExist", "State Machine Does Not Exist: '{stateMachineArn}'",
            {"stateMachineArn": NO_MACHINE}),
    refusal("ListExecutions", "StateMachineTypeNotSupported", UNSUPPORTED, lambda api: express(api)),
    refusal("ListExecutions", "ValidationException", "", {}),
    refusal("ListExecutions", "ValidationException", "", lambda api: {"stateMachineArn": api.machine(), "mapRunArn": NO_MAP_RUN}),
    refusal("ListExecutions", "ResourceNotFound", "", {"mapRunArn": NO_MAP_RUN}),
    refusal("DescribeMapRun", "ResourceNotFound", "", {"mapRunArn": NO_MAP_RUN}),
    refusal("DescribeMapRun", "InvalidArn", NOT_AN_ARN, {"mapRunArn": NO_ARN}),
    refusal("ListMapRuns", "ExecutionDoesNotExist", GONE, {"executionArn": MISSING}),
    refusal("ListMapRuns", "InvalidArn", NOT_AN_ARN, {"executionArn": NO_ARN}),
    refusal("ListMapRuns", "InvalidToken", BAD_TOKEN, lambda api: {"executionArn": over(api), "nextToken": "zz"}),
    refusal("UpdateMapRun", "ResourceNotFound", "", {"mapRunArn": NO_MAP_RUN, "maxConcurrency": 1}),
    refusal("UpdateMapRun", "InvalidArn", NOT_AN_ARN, {"mapRunArn": NO_ARN, "maxConcurrency": 1}),
    refusal("UpdateMapRun", "ValidationException", "", over_map_run),
    refusal("UpdateMapRun", "ValidationException", "maxConcurrency", {"mapRunArn": NO_MAP_RUN, "maxConcurrency": -1}),
    refusal("UpdateMapRun", "ValidationException", "toleratedFailurePercentage",
            {"mapRunArn": NO_MAP_RUN, "toleratedFailurePercentage": 101.0}),
]


@pytest.mark.parametrize("operation, code, words, arguments", REFUSALS)
def test_what_is_refused(api, operation, code, words, arguments):
    check_refusal(api, operation, code, words, arguments)


@covers("StartExecution", "DescribeExecution", "GetExecutionHistory", "DescribeStateMachineForExecution")
def test_an_execution_without_its_data(api):
    machine = api.machine(FAIL)
    execution = api.start(machine, name="n", input='{"x": 1}', traceHeader="Root=1-0-0")
    assert execution == machine.replace("stateMachine", "execution") + ":n"
    assert api.ended(execution)["cause"] == "c"
    full = api.describe_execution(executionArn=execution)
    assert (full["name"], full["status"], full["error"], full["traceHeader"]) == ("n", "FAILED", "E", "Root=1-0-0")
    bare = api.describe_execution(executionArn=execution, includedData="METADATA_ONLY")
    assert ("input" in bare, bare["inputDetails"], full["inputDetails"]) == (False, {"included": False}, {"included": True})
    history = lambda **more: api.get_execution_history(executionArn=execution, **more)["events"]
    assert [e["type"] for e in history()] == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]
    assert history()[0]["executionStartedEventDetails"]["input"] == '{"x": 1}'
    assert "input" not in history(includeExecutionData=False)[0]["executionStartedEventDetails"]
    of = api.describe_state_machine_for_execution(executionArn=execution)
    assert (of["stateMachineArn"], json.loads(of["definition"])) == (machine, FAIL)


@covers("DescribeStateMachineForExecution")
def test_an_execution_keeps_the_definition_it_started_with(api):
    machine = api.machine(WAIT)
    execution = api.start(machine)
    revision = api.update_state_machine(stateMachineArn=machine, definition=json.dumps(PASS))["revisionId"]
    assert json.loads(api.describe_state_machine_for_execution(executionArn=execution)["definition"]) == WAIT
    later = api.describe_state_machine_for_execution(executionArn=api.start(machine))
    assert (json.loads(later["definition"]), later["revisionId"]) == (PASS, revision)


@covers("StartSyncExecution")
def test_an_express_execution_with_its_bill(api):
    machine = api.machine(FAIL, type="EXPRESS")
    ran = api.start_sync_execution(stateMachineArn=machine, name="n", input="{}")
    assert ran["executionArn"].startswith(machine.replace("stateMachine", "express") + ":n:")
    assert (ran["status"], ran["error"], ran["cause"], ran["input"]) == ("FAILED", "E", "c", "{}")
    bill = ran["billingDetails"]
    assert bill["billedMemoryUsedInMB"] == 64
    assert bill["billedDurationInMilliseconds"] >= 100 and bill["billedDurationInMilliseconds"] % 100 == 0
    bare = api.start_sync_execution(stateMachineArn=machine, includedData="METADATA_ONLY")
    assert ("input" in bare, bare["inputDetails"]) == (False, {"included": False})


@covers("StopExecution", "ListExecutions")
def test_listing_by_status_version_and_redrive(api):
    machine = api.machine(WAIT, publish=True)
    stopped, running = api.start(machine), api.start(machine + ":1")
    assert api.stop_execution(executionArn=stopped)["stopDate"]
    assert api.ended(stopped)["status"] == "ABORTED"

    def listed(arn=machine, **more):
        return [e["executionArn"] for e in api.list_executions(stateMachineArn=arn, **more)["executions"]]

    assert (listed(statusFilter="RUNNING"), listed(statusFilter="ABORTED")) == ([running], [stopped])
    assert (listed(statusFilter="FAILED"), listed(machine + ":1")) == ([], [running])
    assert (sorted(listed(redriveFilter="NOT_REDRIVEN")), listed(redriveFilter="REDRIVEN")) == (sorted([stopped, running]), [])


@covers("RedriveExecution")
def test_one_redrive_for_one_client_token(api):
    execution = api.start(api.machine(FAIL))
    api.ended(execution)
    first = api.redrive_execution(executionArn=execution, clientToken="t")["redriveDate"]
    api.ended(execution)
    assert api.redrive_execution(executionArn=execution, clientToken="t")["redriveDate"] == first
    assert api.ended(execution)["redriveCount"] == 1
    api.redrive_execution(executionArn=execution, clientToken="another")
    assert api.ended(execution)["redriveCount"] == 2


@covers("ListMapRuns", "DescribeMapRun", "UpdateMapRun", "ListExecutions")
def test_a_map_run_is_changed_while_it_runs(api):
    execution, run = map_run(api, WAIT["States"]["W"])
    api.update_map_run(mapRunArn=run, maxConcurrency=7, toleratedFailureCount=1, toleratedFailurePercentage=12.5)
    described = api.describe_map_run(mapRunArn=run)
    assert (described["status"], described["executionArn"], described["maxConcurrency"]) == ("RUNNING", execution, 7)
    assert (described["toleratedFailureCount"], described["toleratedFailurePercentage"]) == (1, 12.5)
    children = until(lambda: len(c := api.list_executions(mapRunArn=run)["executions"]) == 2 and c)
    assert {child["mapRunArn"] for child in children} == {run}
    machine = api.describe_execution(executionArn=execution)["stateMachineArn"]
    assert {child["stateMachineArn"] for child in children} == {machine + "/M"}
    api.stop_execution(executionArn=execution)
    assert until(lambda: (d := api.describe_map_run(mapRunArn=run))["status"] != "RUNNING" and d)["status"] == "ABORTED"
