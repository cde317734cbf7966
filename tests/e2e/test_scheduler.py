"""EventBridge Scheduler with boto3 and the real CLI."""
import json

import pytest
from botocore.exceptions import ClientError

from waiting import until

ACCOUNT, REGION = "000000000000", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
ECHO = json.dumps({"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": True}}})
OFF = {"Mode": "OFF"}


@pytest.fixture
def scheduler(client):
    return client("scheduler")


@pytest.fixture
def states(client):
    return client("stepfunctions")


@pytest.fixture
def machine(states, tag):
    return states.create_state_machine(name=f"echo-{tag}", definition=ECHO, roleArn=ROLE)["stateMachineArn"]


def outputs(states, machine):
    runs = states.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]
    return [json.loads(states.describe_execution(executionArn=run["executionArn"])["output"]) for run in runs]


def test_a_rate_starts_the_state_machine_at_once(scheduler, states, machine, tag):
    arn = scheduler.create_schedule(
        Name=f"tick-{tag}", ScheduleExpression="rate(1 hour)", FlexibleTimeWindow=OFF,
        Target={"Arn": machine, "RoleArn": ROLE, "Input": '{"from": "<aws.scheduler.schedule-arn>"}'})["ScheduleArn"]
    assert arn == f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/tick-{tag}"
    assert until(lambda: outputs(states, machine), 20) == [{"from": arn}]
    scheduler.delete_schedule(Name=f"tick-{tag}")


def test_a_universal_target(scheduler, states, machine, tag):
    scheduler.create_schedule(
        Name=f"any-{tag}", ScheduleExpression="rate(1 hour)", FlexibleTimeWindow=OFF,
        Target={"Arn": "arn:aws:scheduler:::aws-sdk:sfn:startExecution", "RoleArn": ROLE,
                "Input": json.dumps({"StateMachineArn": machine, "Input": '{"n": 1}'})})
    assert until(lambda: outputs(states, machine), 20) == [{"n": 1}]
    scheduler.delete_schedule(Name=f"any-{tag}")


def test_an_event_bus_target(client, scheduler, states, machine, tag):
    events = client("events")
    events.put_rule(Name=f"r-{tag}", EventPattern=json.dumps({"source": [f"app.{tag}"], "detail-type": ["due"]}))
    events.put_targets(Rule=f"r-{tag}", Targets=[{"Id": "1", "Arn": machine, "RoleArn": ROLE, "InputPath": "$.detail"}])
    scheduler.create_schedule(
        Name=f"bus-{tag}", ScheduleExpression="rate(1 day)", FlexibleTimeWindow=OFF,
        Target={"Arn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default", "RoleArn": ROLE, "Input": '{"n": 2}',
                "EventBridgeParameters": {"Source": f"app.{tag}", "DetailType": "due"}})
    assert until(lambda: outputs(states, machine), 20) == [{"n": 2}]
    scheduler.delete_schedule(Name=f"bus-{tag}")
    events.remove_targets(Rule=f"r-{tag}", Ids=["1"])
    events.delete_rule(Name=f"r-{tag}")


def test_schedules_and_groups_from_the_cli(aws, machine, tag):
    group, name = f"group-{tag}", f"nightly-{tag}"
    aws("scheduler", "create-schedule-group", "--name", group, "--tags", "Key=team,Value=taxi")
    aws("scheduler", "create-schedule", "--name", name, "--group-name", group, "--schedule-expression",
        "cron(0 3 1 * ? *)", "--schedule-expression-timezone", "America/New_York", "--flexible-time-window",
        "Mode=FLEXIBLE,MaximumWindowInMinutes=15", "--target", json.dumps({"Arn": machine, "RoleArn": ROLE}),
        "--end-date", "2100-01-01T00:00:00Z", "--action-after-completion", "DELETE")
    shown = json.loads(aws("scheduler", "get-schedule", "--name", name, "--group-name", group).stdout)
    assert shown["ScheduleExpressionTimezone"] == "America/New_York"
    assert shown["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
    listed = json.loads(aws("scheduler", "list-schedules", "--group-name", group).stdout)["Schedules"]
    assert [(s["Name"], s["Target"]) for s in listed] == [(name, {"Arn": machine})]
    arn = json.loads(aws("scheduler", "get-schedule-group", "--name", group).stdout)["Arn"]
    tags = json.loads(aws("scheduler", "list-tags-for-resource", "--resource-arn", arn).stdout)["Tags"]
    assert tags == [{"Key": "team", "Value": "taxi"}]
    aws("scheduler", "untag-resource", "--resource-arn", arn, "--tag-keys", "team")
    aws("scheduler", "delete-schedule-group", "--name", group)
    gone = aws("scheduler", "get-schedule-group", "--name", group, check=False)
    assert gone.returncode and f"Schedule group {group} does not exist." in gone.stderr


@pytest.mark.parametrize("expression", ["cron(0 1 * * * *)", "rate(10 seconds)", "at(2021-12-31)", "rate( 10 minutes )"])
def test_garbled_schedules_are_refused(scheduler, machine, tag, expression):
    with pytest.raises(ClientError) as caught:
        scheduler.create_schedule(Name=f"bad-{tag}", ScheduleExpression=expression, FlexibleTimeWindow=OFF,
                                  Target={"Arn": machine, "RoleArn": ROLE})
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationException", f"Invalid Schedule Expression {expression}.")


def test_a_schedule_twice_is_a_conflict(scheduler, machine, tag):
    make = lambda: scheduler.create_schedule(Name=f"one-{tag}", ScheduleExpression="at(2100-01-01T00:00:00)",
                                             FlexibleTimeWindow=OFF, Target={"Arn": machine, "RoleArn": ROLE})
    make()
    with pytest.raises(scheduler.exceptions.ConflictException):
        make()
    scheduler.delete_schedule(Name=f"one-{tag}")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.get_schedule(Name=f"one-{tag}")
