"""CloudWatch Logs with boto3 and the real CLI: groups, streams, events, filters, and following a group as `tail` does."""
import json
import time

import pytest
from botocore.exceptions import ClientError

ACCOUNT, REGION = "000000000000", "us-east-1"


@pytest.fixture
def logs(client):
    return client("logs")


@pytest.fixture
def group(logs, tag):
    """A log group's name; it goes with the test."""
    name = f"/test/{tag}"
    logs.create_log_group(logGroupName=name, tags={"made": "by test"})
    yield name
    try:
        logs.delete_log_group(logGroupName=name)
    except logs.exceptions.ResourceNotFoundException:
        pass


@pytest.fixture
def stream(logs, group):
    logs.create_log_stream(logGroupName=group, logStreamName="one")
    return "one"


def now_ms():
    return int(time.time() * 1000)


def put(logs, group, stream, lines, at=None, step=1):
    """Puts lines, `step` ms apart from `at` on; returns the time of the first."""
    at = at or now_ms() - 60_000
    events = [{"timestamp": at + n * step, "message": line} for n, line in enumerate(lines)]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    return at


def refused(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_group_has_its_attributes_and_tags(logs, group):
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"
    logs.put_retention_policy(logGroupName=group, retentionInDays=30)
    (found,) = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["arn"] == arn + ":*" and found["logGroupArn"] == arn
    assert found["retentionInDays"] == 30 and found["storedBytes"] == 0
    assert abs(found["creationTime"] - now_ms()) < 60_000
    logs.delete_retention_policy(logGroupName=group)
    (found,) = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert "retentionInDays" not in found
    logs.tag_resource(resourceArn=arn, tags={"team": "taxi"})
    logs.untag_resource(resourceArn=arn, tagKeys=["made"])
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "taxi"}
    assert logs.list_tags_log_group(logGroupName=group)["tags"] == {"team": "taxi"}
    assert refused(logs.put_retention_policy, logGroupName=group, retentionInDays=2)[0] == "InvalidParameterException"


def test_refusals_have_the_words_of_aws(logs, group, stream, tag):
    assert refused(logs.create_log_group, logGroupName=group) == (
        "ResourceAlreadyExistsException", "The specified log group already exists")
    assert refused(logs.create_log_stream, logGroupName=group, logStreamName=stream) == (
        "ResourceAlreadyExistsException", "The specified log stream already exists")
    missing = ("ResourceNotFoundException", "The specified log group does not exist.")
    assert refused(logs.delete_log_group, logGroupName=f"no-{tag}") == missing
    assert refused(logs.filter_log_events, logGroupName=f"no-{tag}") == missing
    assert refused(logs.get_log_events, logGroupName=group, logStreamName="no") == (
        "ResourceNotFoundException", "The specified log stream does not exist.")
    code, _ = refused(logs.create_log_group, logGroupName="a b")
    assert code == "InvalidParameterException"
    events = [{"timestamp": now_ms(), "message": "b"}, {"timestamp": now_ms() - 5000, "message": "a"}]
    code, message = refused(logs.put_log_events, logGroupName=group, logStreamName=stream, logEvents=events)
    assert (code, "chronological" in message) == ("InvalidParameterException", True)


def test_pages_in_both_directions(logs, group, stream):
    lines = [f"line {n}" for n in range(25)]
    put(logs, group, stream, lines)

    def page(**more):
        return logs.get_log_events(logGroupName=group, logStreamName=stream, limit=10, **more)

    found, answer = [], page(startFromHead=True)
    while True:
        found += [e["message"] for e in answer["events"]]
        token = answer["nextForwardToken"]
        answer = page(nextToken=token, startFromHead=True)
        if answer["nextForwardToken"] == token:
            assert answer["events"] == []
            break
    assert found == lines
    newest = page()
    assert [e["message"] for e in newest["events"]] == lines[15:]
    older = page(nextToken=newest["nextBackwardToken"])
    assert [e["message"] for e in older["events"]] == lines[5:15]
    assert refused(page, nextToken="f/x") == ("InvalidParameterException", "The specified nextToken is invalid.")


def test_old_and_new_events_are_told(logs, group, stream):
    day = 24 * 3_600_000
    old = [{"timestamp": now_ms() - 15 * day, "message": "old"}]
    answer = logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=old)
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    new = [{"timestamp": now_ms(), "message": "now"}, {"timestamp": now_ms() + day // 2, "message": "new"}]
    answer = logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=new)
    assert answer["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 1}
    assert [e["message"] for e in logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]] == ["now"]


def test_streams_by_last_event(logs, group):
    for name in ("a", "b", "c"):
        logs.create_log_stream(logGroupName=group, logStreamName=name)
    at = put(logs, group, "b", ["x"])
    put(logs, group, "a", ["x", "y"], at=at + 100, step=50)
    pages = logs.get_paginator("describe_log_streams").paginate(
        logGroupName=group, orderBy="LastEventTime", descending=True, PaginationConfig={"PageSize": 1})
    streams = [s for page in pages for s in page["logStreams"]]
    assert [s["logStreamName"] for s in streams] == ["a", "b", "c"]
    assert (streams[0]["firstEventTimestamp"], streams[0]["lastEventTimestamp"]) == (at + 100, at + 150)
    assert "lastEventTimestamp" not in streams[2]
    assert streams[0]["arn"].endswith(f":log-group:{group}:log-stream:a")


@pytest.mark.parametrize("pattern, numbers", [
    ("", [0, 1, 2, 3, 4]),
    ("ERROR", [0, 2, 3]),
    ("ERROR -timeout", [2, 3]),
    ("?WARN ?timeout", [0, 1]),
    ('"disk full"', [2]),
    ("%took \\d+ ms%", [1]),
    ('{ $.level = "ERROR" && $.ms >= 100 }', [3]),
    ("{ $.user.id = 7 || $.tags[0] = x* }", [3, 4]),
    ("{ $.ms NOT EXISTS }", [4]),
    ("[level = ERROR, what, ...]", [0, 2]),
])
def test_filter_patterns(logs, group, stream, pattern, numbers):
    lines = [
        "ERROR timeout of the executor",
        "WARN it took 350 ms",
        "ERROR disk full",
        json.dumps({"level": "ERROR", "ms": 100, "user": {"id": 7}}),
        json.dumps({"level": "INFO", "tags": ["xyz"]}),
    ]
    put(logs, group, stream, lines)
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, filterPattern=pattern, PaginationConfig={"PageSize": 1})
    found = [event["message"] for page in pages for event in page["events"]]
    assert found == [lines[n] for n in numbers]


def test_following_a_group_shows_every_line_once(logs, group):
    """As `aws logs tail --follow` of the second CLI does: polls FilterLogEvents from the newest time it has seen, and
    knows events that it has shown by their ids."""
    names = ["driver", "exec-1"]
    for name in names:
        logs.create_log_stream(logGroupName=group, logStreamName=name)
    expected, shown, seen, since = [], [], set(), now_ms() - 600_000
    paginator = logs.get_paginator("filter_log_events")
    at = now_ms() - 60_000
    for n in range(12):
        line = f"{names[n % 2]} says {n}"
        # Every third has the time of the one before.
        at += 0 if n % 3 == 2 else 10
        put(logs, group, names[n % 2], [line], at=at)
        expected.append(line)
        for page in paginator.paginate(logGroupName=group, startTime=since, interleaved=True):
            for event in page["events"]:
                if event["eventId"] not in seen:
                    seen.add(event["eventId"])
                    shown.append(event["message"])
                    since = max(since, event["timestamp"])
    assert shown == expected


def test_late_lines_stand_in_order_of_time(logs, group, stream):
    at = now_ms() - 3_600_000
    for n in (5, 1, 4, 2, 3, 0):
        put(logs, group, stream, [f"{n}.{m}" for m in range(3)], at=at + n * 10, step=7)
    events = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)["events"]
    times = [e["timestamp"] for e in events]
    assert times == sorted(times) and len(events) == 18
    expected = sorted((n * 10 + m * 7, f"{n}.{m}") for n in range(6) for m in range(3))
    assert sorted((e["timestamp"] - at, e["message"]) for e in events) == expected


def test_many_lines_page_quickly(logs, group, stream):
    at = now_ms() - 3_600_000
    for batch in range(20):
        put(logs, group, stream, [f"{batch * 5000 + n} some text of a log line" for n in range(5000)], at=at + batch * 5000)
    middle = logs.get_log_events(
        logGroupName=group, logStreamName=stream, startTime=at + 50_000, startFromHead=True, limit=3)["events"]
    assert [e["message"].split()[0] for e in middle] == ["50000", "50001", "50002"]
    newest = logs.get_log_events(logGroupName=group, logStreamName=stream, limit=1)["events"]
    assert newest[0]["message"].startswith("99999 ")
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern="77777")
    assert [e["timestamp"] - at for page in pages for e in page["events"]] == [77_777]


def test_the_cli(aws, tag):
    name = f"/cli/{tag}"
    aws("logs", "create-log-group", "--log-group-name", name)
    aws("logs", "create-log-stream", "--log-group-name", name, "--log-stream-name", "s")
    events = json.dumps([{"timestamp": now_ms(), "message": "hello ERROR"}, {"timestamp": now_ms() + 1, "message": "bye"}])
    answer = aws("logs", "put-log-events", "--log-group-name", name, "--log-stream-name", "s", "--log-events", events)
    assert json.loads(answer.stdout)["nextSequenceToken"]
    done = aws("logs", "filter-log-events", "--log-group-name", name, "--filter-pattern", "ERROR",
               "--query", "events[].message", "--output", "text")
    assert done.stdout.strip() == "hello ERROR"
    done = aws("logs", "get-log-events", "--log-group-name", name, "--log-stream-name", "s", "--start-from-head",
               "--query", "events[].message", "--output", "text")
    assert done.stdout.split("\t") == ["hello ERROR", "bye\n"]
    done = aws("logs", "filter-log-events", "--log-group-name", name, "--filter-pattern", "{ $.a", check=False)
    assert done.returncode and "InvalidParameterException" in done.stderr
    aws("logs", "delete-log-group", "--log-group-name", name)
    done = aws("logs", "describe-log-groups", "--log-group-name-prefix", name, "--query", "logGroups", "--output", "json")
    assert json.loads(done.stdout) == []


def test_logs_outlast_a_kill(own_server):
    server = own_server()
    logs = server.client("logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    put(logs, "g", "s", [f"line {n}" for n in range(100)])
    server.kill()
    server.start()
    events = server.client("logs").get_log_events(logGroupName="g", logStreamName="s", startFromHead=True)["events"]
    assert [e["message"] for e in events] == [f"line {n}" for n in range(100)]
