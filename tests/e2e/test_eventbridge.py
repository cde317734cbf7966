"""EventBridge with boto3 and the real CLI: schedules, patterns, targets, and what they start."""
import json

import pytest
from botocore.exceptions import ClientError

from waiting import until

ACCOUNT, REGION = "000000000000", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
ECHO = json.dumps({"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": True}}})


@pytest.fixture
def events(client):
    return client("events")


@pytest.fixture
def states(client):
    return client("stepfunctions")


@pytest.fixture
def machine(states, tag):
    """A state machine whose output is its input, as an ARN."""
    return states.create_state_machine(name=f"echo-{tag}", definition=ECHO, roleArn=ROLE)["stateMachineArn"]


@pytest.fixture
def rule(events, tag):
    """`rule(name, Targets=[…], **more)` puts a rule and its targets; they go with the test."""
    made = []

    def put(name, Targets=(), **more):
        name = f"{name}-{tag}"
        arn = events.put_rule(Name=name, **more)["RuleArn"]
        bus = {"EventBusName": more["EventBusName"]} if "EventBusName" in more else {}
        made.append((name, [t["Id"] for t in Targets], bus))
        if Targets:
            out = events.put_targets(Rule=name, Targets=list(Targets), **bus)
            assert out["FailedEntryCount"] == 0, out
        return name, arn

    yield put
    for name, ids, bus in made:
        if ids:
            events.remove_targets(Rule=name, Ids=ids, **bus)
        events.delete_rule(Name=name, **bus)


def target(machine, **more):
    return {"Id": "1", "Arn": machine, "RoleArn": ROLE, **more}


def outputs(states, machine):
    """The outputs of the machine's executions that have ended."""
    runs = states.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]
    return [json.loads(states.describe_execution(executionArn=run["executionArn"])["output"]) for run in runs]


def refused(call, code, message=None):
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    if message:
        assert error["Message"] == message


def test_the_tutorials_cron_from_the_cli(aws, tag):
    name = f"trigger-step-function-rule-{tag}"
    put = json.loads(aws("events", "put-rule", "--name", name, "--schedule-expression", "cron(0 0 1 * ? *)").stdout)
    assert put["RuleArn"] == f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"
    shown = json.loads(aws("events", "describe-rule", "--name", name).stdout)
    assert (shown["ScheduleExpression"], shown["State"]) == ("cron(0 0 1 * ? *)", "ENABLED")
    listed = json.loads(aws("events", "list-rules", "--name-prefix", name).stdout)
    assert [r["Name"] for r in listed["Rules"]] == [name]
    aws("events", "disable-rule", "--name", name)
    assert json.loads(aws("events", "describe-rule", "--name", name).stdout)["State"] == "DISABLED"
    aws("events", "delete-rule", "--name", name)
    gone = aws("events", "describe-rule", "--name", name, check=False)
    assert gone.returncode and f"Rule {name} does not exist on EventBus default." in gone.stderr


@pytest.mark.parametrize("expression", [
    "cron(001*?*)", "cron(0 0 1 * * *)", "cron(61 0 1 * ? *)", "cron(0 0 ? * 3#6 *)", "rate(1 minutes)",
    "rate(0 minutes)", "at(2030-01-01T00:00:00)", "often",
])
def test_garbled_schedules_are_refused(events, tag, expression):
    refused(lambda: events.put_rule(Name=f"bad-{tag}", ScheduleExpression=expression),
            "ValidationException", "Parameter ScheduleExpression is not valid.")


def test_bad_patterns_are_refused(events, tag):
    refused(lambda: events.put_rule(Name=f"bad-{tag}", EventPattern='{"source": "aws.s3"}'),
            "InvalidEventPatternException",
            'Event pattern is not valid. Reason: "source" must be an object or an array')
    refused(lambda: events.put_rule(Name=f"bad-{tag}", EventPattern="{'source'}"), "InvalidEventPatternException")


def test_put_events_starts_the_state_machine_with_transformed_input(aws, states, machine, rule, tag):
    pattern = {"source": [f"app.{tag}"], "detail": {"size": [{"numeric": [">", 10]}], "name": [{"prefix": "a"}]}}
    rule("transform", EventPattern=json.dumps(pattern), Targets=[target(machine, InputTransformer={
        "InputPathsMap": {"name": "$.detail.name", "tags": "$.detail.tags"},
        "InputTemplate": '{"name": <name>, "said": "from <name> by <aws.events.rule-name>", "tags": <tags>}'})])

    def entry(**detail):
        return {"Source": f"app.{tag}", "DetailType": "made", "Detail": json.dumps(detail)}

    entries = [entry(name="b", size=11), entry(name="a1", size=10), entry(name="a2", size=11, tags=["x", {"y": 1}])]
    put = json.loads(aws("events", "put-events", "--entries", json.dumps(entries)).stdout)
    assert put["FailedEntryCount"] == 0 and len({e["EventId"] for e in put["Entries"]}) == 3
    until(lambda: outputs(states, machine), 20)
    assert outputs(states, machine) == [
        {"name": "a2", "said": f"from a2 by transform-{tag}", "tags": ["x", {"y": 1}]}]


def test_the_whole_event_reaches_the_target(events, states, machine, rule, tag):
    rule("whole", EventPattern=json.dumps({"source": [f"app.{tag}"]}), Targets=[target(machine)])
    detail = {"n": 1.50, "deep": {"list": [1, None, True]}}
    put = events.put_events(Entries=[{"Source": f"app.{tag}", "DetailType": "t", "Resources": ["r"],
                                      "Detail": json.dumps(detail), "Time": 1_700_000_000}])
    event = until(lambda: outputs(states, machine), 20)[0]
    assert event == {"version": "0", "id": put["Entries"][0]["EventId"], "detail-type": "t", "source": f"app.{tag}",
                     "account": ACCOUNT, "time": "2023-11-14T22:13:20Z", "region": REGION, "resources": ["r"],
                     "detail": detail}


def test_an_upload_starts_the_state_machine(client, states, machine, rule, tag):
    s3, bucket = client("s3"), f"uploads-{tag}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"],
               "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": "input/"}]}}}
    rule("upload", EventPattern=json.dumps(pattern), Targets=[target(machine, InputTransformer={
        "InputPathsMap": {"key": "$.detail.object.key"}, "InputTemplate": '{"uploaded": <key>}'})])
    s3.put_object(Bucket=bucket, Key="output/no.csv", Body=b"1")
    s3.put_object(Bucket=bucket, Key="input/yes.csv", Body=b"1")
    until(lambda: outputs(states, machine), 20)
    assert outputs(states, machine) == [{"uploaded": "input/yes.csv"}]


def test_the_end_of_an_execution_starts_another(states, machine, rule, tag):
    first = states.create_state_machine(name=f"first-{tag}", definition=ECHO, roleArn=ROLE)["stateMachineArn"]
    pattern = {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"],
               "detail": {"status": ["SUCCEEDED"], "stateMachineArn": [first]}}
    rule("chain", EventPattern=json.dumps(pattern), Targets=[target(machine, InputPath="$.detail.name")])
    name = states.start_execution(stateMachineArn=first, input="{}")["executionArn"].rsplit(":", 1)[1]
    assert until(lambda: outputs(states, machine), 20) == [name]


def test_a_disabled_rule_starts_nothing(events, states, machine, rule, tag):
    name, _ = rule("off", State="DISABLED", EventPattern=json.dumps({"source": [f"app.{tag}"]}),
                   Targets=[target(machine, InputPath="$.detail.n")])
    put = lambda n: events.put_events(Entries=[
        {"Source": f"app.{tag}", "DetailType": "t", "Detail": json.dumps({"n": n})}])
    put(1)
    events.enable_rule(Name=name)
    put(2)
    assert until(lambda: outputs(states, machine), 20) == [2]


def test_another_bus_and_a_log_group_get_events(client, events, states, machine, rule, tag):
    logs, bus = client("logs"), f"orders-{tag}"
    group = f"/aws/events/{tag}"
    logs.create_log_group(logGroupName=group)
    arn = events.create_event_bus(Name=bus)["EventBusArn"]
    rule("forward", EventPattern=json.dumps({"source": [f"app.{tag}"]}), Targets=[
        {"Id": "bus", "Arn": arn, "RoleArn": ROLE},
        {"Id": "logs", "Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"}])
    rule("there", EventBusName=bus, EventPattern=json.dumps({"source": [f"app.{tag}"]}),
         Targets=[target(machine, InputPath="$.detail")])
    events.put_events(Entries=[{"Source": f"app.{tag}", "DetailType": "t", "Detail": '{"n": 7}'}])
    assert until(lambda: outputs(states, machine), 20) == [{"n": 7}]
    found = until(lambda: logs.filter_log_events(logGroupName=group)["events"], 20)
    assert json.loads(found[0]["message"])["detail"] == {"n": 7}


def test_an_archive_is_replayed(events, states, machine, rule, tag):
    bus = events.describe_event_bus(Name="default")["Arn"]
    archive = events.create_archive(ArchiveName=f"kept-{tag}", EventSourceArn=bus, RetentionDays=1,
                                    EventPattern=json.dumps({"source": [f"app.{tag}"]}))["ArchiveArn"]
    events.put_events(Entries=[{"Source": f"app.{tag}", "DetailType": "t", "Detail": '{"n": 1}', "Time": 1_700_000_000}])
    until(lambda: events.describe_archive(ArchiveName=f"kept-{tag}")["EventCount"] == 1, 20)
    _, arn = rule("replayed", EventPattern=json.dumps({"source": [f"app.{tag}"]}), Targets=[target(machine)])
    events.start_replay(ReplayName=f"again-{tag}", EventSourceArn=archive, EventStartTime=1_699_999_999,
                        EventEndTime=1_700_000_001, Destination={"Arn": bus, "FilterArns": [arn]})
    event = until(lambda: outputs(states, machine), 20)[0]
    assert (event["replay-name"], event["detail"]) == (f"again-{tag}", {"n": 1})
    until(lambda: events.describe_replay(ReplayName=f"again-{tag}")["State"] == "COMPLETED", 20)
    events.delete_archive(ArchiveName=f"kept-{tag}")


def test_targets_that_nothing_delivers_to_are_named(events, rule):
    name, _ = rule("queue", EventPattern='{"source": ["x"]}')
    out = events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}])
    assert out["FailedEntryCount"] == 1 and "sqs" in out["FailedEntries"][0]["ErrorMessage"]


def test_limits_and_leftovers(events, machine, rule):
    name, _ = rule("limits", EventPattern='{"source": ["x"]}', Targets=[target(machine)])
    refused(lambda: events.delete_rule(Name=name), "ValidationException",
            "Rule can't be deleted since it has targets.")
    refused(lambda: events.put_targets(Rule=name, Targets=[{**target(machine), "Id": str(n)} for n in range(6)]),
            "LimitExceededException")
    assert events.list_rule_names_by_target(TargetArn=machine)["RuleNames"] == [name]
    entry = {"Source": "x", "DetailType": "t", "Detail": "{}"}
    refused(lambda: events.put_events(Entries=[entry] * 11), "ValidationException")
    refused(lambda: events.put_events(Entries=[{**entry, "Detail": json.dumps({"x": "y" * 262_144})}]),
            "ValidationException", "Total size of the entries in the request is over the limit.")
    out = events.put_events(Entries=[{**entry, "Detail": "no JSON"}, entry, {**entry, "Source": "aws.x"}])
    assert [e.get("ErrorCode") for e in out["Entries"]] == ["MalformedDetail", None, "NotAuthorizedForSourceException"]


def test_a_rate_fires_once_a_period_also_across_kill_9(own_server):
    server = own_server()
    events, states = server.client("events"), server.client("stepfunctions")
    machine = states.create_state_machine(name="tick", definition=ECHO, roleArn=ROLE)["stateMachineArn"]
    events.put_rule(Name="tick", ScheduleExpression="rate(1 minute)")
    events.put_targets(Rule="tick", Targets=[target(machine, Input='{"from": "rule"}')])
    events.put_rule(Name="r", EventPattern='{"source": ["app"]}')
    events.put_targets(Rule="r", Targets=[target(machine, InputPath="$.detail.n")])
    for n in range(20):
        events.put_events(Entries=[{"Source": "app", "DetailType": "t", "Detail": json.dumps({"n": n})}])
    server.kill()
    server.start()
    events, states = server.client("events"), server.client("stepfunctions")
    done = lambda: (found := outputs(states, machine)) and {"from": "rule"} in found and len(found) >= 21 and found
    found = until(done, 90)
    assert sorted(n for n in found if isinstance(n, int)) == list(range(20))
    assert found.count({"from": "rule"}) == 1
