"""The console's own API: sessions, calls, streams, objects; who may ask."""
import http.client
import itertools
import json
import time
import urllib.parse

import boto3
import pytest
from waiting import until

JSON = {"Content-Type": "application/json"}


def ask(url, method="GET", path="/", body=None, headers=None):
    """One request: (status, headers, bytes)."""
    address = urllib.parse.urlsplit(url).netloc
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request(method, path, body=body, headers=headers or {})
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response.status, {k.lower(): v for k, v in response.getheaders()}, data


def call(url, service, operation, value=None, headers=None):
    status, _, data = ask(url, "POST", f"/_taxiway/call/{service}/{operation}", json.dumps(value or {}),
                          {**JSON, **(headers or {})})
    return status, json.loads(data)


class Stream:
    """A stream of server-sent events: iterates over dicts of id, event, data."""

    def __init__(self, url, path, headers=None):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)
        self.connection.request("GET", path, headers=headers or {})
        self.response = self.connection.getresponse()
        assert self.response.status == 200, self.response.read()
        assert self.response.getheader("content-type") == "text/event-stream"

    def __iter__(self):
        message = {}
        while line := self.response.readline().decode():
            line = line.rstrip("\n")
            if line == "" and "data" in message:
                yield message
                message = {}
            elif line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                message[name] = json.loads(value) if name == "data" else value

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()


def machine(client, name, definition):
    made = client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn="arn:aws:iam::000000000000:role/r")
    return made["stateMachineArn"]


WAIT = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"},
                                   "B": {"Type": "Wait", "Seconds": 1, "Next": "C"},
                                   "C": {"Type": "Pass", "Result": {"x": 1}, "End": True}}}


def test_any_operation_of_any_service(endpoint, tag):
    status, made = call(endpoint, "s3", "CreateBucket", {"Bucket": f"insight-{tag}"})
    assert status == 200, made
    status, listed = call(endpoint, "s3", "ListBuckets")
    assert f"insight-{tag}" in [b["Name"] for b in listed["Buckets"]]
    status, who = call(endpoint, "sts", "GetCallerIdentity", headers={"x-taxiway-account": "123456789012"})
    assert (status, who["Account"]) == (200, "123456789012")
    status, error = call(endpoint, "states", "StartExecution")
    assert (status, error["code"]) == (400, "ValidationException")
    assert "Member must not be null" in error["message"]
    status, error = call(endpoint, "states", "DescribeStateMachine",
                         {"stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:none"})
    assert (status, error["code"]) == (400, "StateMachineDoesNotExist")
    assert call(endpoint, "states", "Fly")[0] in (400, 404, 501)
    assert call(endpoint, "nothing", "Fly")[0] == 501


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"},
                                     {"Sec-Fetch-Site": "same-site"}, {"Host": "evil.example"}])
def test_pages_of_others_are_refused(endpoint, headers):
    for method, path in [("POST", "/_taxiway/call/states/ListStateMachines"), ("GET", "/_taxiway/session"),
                         ("GET", "/_taxiway/events")]:
        status, _, _ = ask(endpoint, method, path, "{}" if method == "POST" else None, {**JSON, **headers})
        assert status == 403, path


def test_bodies_that_are_not_json(endpoint):
    path = "/_taxiway/call/states/ListStateMachines"
    for body, headers, wanted in [("{", JSON, 400), ("[1]", JSON, 400), ("a=b", {"Content-Type": "text/plain"}, 415),
                                  ('{"a": "' + "x" * 3_000_000 + '"}', JSON, 413)]:
        status, _, data = ask(endpoint, "POST", path, body, headers)
        assert status == wanted
        assert {"code", "message"} <= set(json.loads(data))


def test_the_page_has_a_strict_policy(endpoint):
    for path in ("/_console/", "/_console/states/machines/arn:aws:states:::x", "/_console/../../etc/passwd",
                 "/_console/%2e%2e/%2e%2e/Cargo.toml"):
        status, headers, data = ask(endpoint, path=path)
        assert status in (200, 501), path  # 501: built without the console
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'") and "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert data.lower().startswith(b"<!doctype html>") and b"root:" not in data


def test_events_as_they_happen_and_after_a_cursor(endpoint, client, tag):
    arn = machine(client, f"events-{tag}", WAIT)
    with Stream(endpoint, "/_taxiway/events") as stream:
        events = iter(stream)
        hello = next(events)
        assert hello["event"] == "hello" and hello["id"] == hello["data"]["cursor"]
        run = client("stepfunctions").start_execution(stateMachineArn=arn)["executionArn"]
        seen = []
        for event in events:
            if event["data"]["resources"] == [run]:
                seen.append((event["id"], event["data"]["detail"]["status"]))
                assert event["data"]["source"] == "aws.states"
            if len(seen) == 2:
                break
    assert [status for _, status in seen] == ["RUNNING", "SUCCEEDED"]
    with Stream(endpoint, f"/_taxiway/events?after={hello['id']}", {"Last-Event-ID": seen[0][0]}) as stream:
        again = [e for e in _until(stream, lambda e: e.get("id") == seen[1][0]) if e["data"].get("resources") == [run]]
    assert [e["data"]["detail"]["status"] for e in again] == ["SUCCEEDED"]


def _until(stream, last):
    for event in stream:
        yield event
        if last(event):
            return


def test_a_history_comes_live_and_whole(endpoint, client, tag):
    arn = machine(client, f"history-{tag}", WAIT)
    run = client("stepfunctions").start_execution(stateMachineArn=arn)["executionArn"]
    path = f"/_taxiway/stream/history?executionArn={urllib.parse.quote(run)}"
    with Stream(endpoint, path) as stream:
        events = list(_until(stream, lambda e: e.get("event") == "end"))
    assert events[-1]["data"] == {"status": "SUCCEEDED"}
    told = [e["data"] for e in events[:-1]]
    history = client("stepfunctions").get_execution_history(executionArn=run)["events"]
    assert [(e["id"], e["type"]) for e in told] == [(e["id"], e["type"]) for e in history]
    # it was told while it ran: what came before the wait was there before what came after it
    assert [e["id"] for e in events[:-1]] == [str(e["id"]) for e in history]
    with Stream(endpoint, path + "&after=5") as stream:
        rest = list(_until(stream, lambda e: e.get("event") == "end"))
    assert [e["data"]["id"] for e in rest[:-1]] == [e["id"] for e in history][5:]


def test_what_the_states_of_a_machine_came_to(endpoint, client, tag):
    each = {"StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}}
    arn = machine(client, f"stats-{tag}", {
        "StartAt": "Try",
        "States": {
            "Try": {
                "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:headBucket",
                "Parameters": {"Bucket": f"there-is-none-{tag}"},
                "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Inline"}], "End": True,
            },
            "Inline": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": each, "ResultPath": None, "Next": "Apart"},
            "Apart": {
                "Type": "Map", "ItemsPath": "$.items", "Label": "apart", "End": True,
                "ItemProcessor": {**each, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                                  "StartAt": "Child", "States": {"Child": {"Type": "Pass", "End": True}}},
            },
        },
    })
    states = client("stepfunctions")
    for _ in range(2):
        run = states.start_execution(stateMachineArn=arn, input=json.dumps({"items": [1, 2, 3]}))["executionArn"]
        until(lambda: states.describe_execution(executionArn=run)["status"] == "SUCCEEDED")
    query = urllib.parse.urlencode({"stateMachineArn": arn})
    status, _, data = ask(endpoint, path=f"/_taxiway/state-stats?{query}")
    stats = json.loads(data)
    assert status == 200 and (stats["executions"], stats["truncated"]) == (2, False)
    seen = {s["name"]: (s["runs"], s["caught"], s["failed"], s["retries"], s["transitions"]) for s in stats["states"]}
    # a retry is a transition, and so is each child that a distributed Map starts
    assert seen == {"Try": (2, 2, 0, 2, 4), "Inline": (2, 0, 0, 0, 2), "Item": (6, 0, 0, 0, 6), "Apart": (2, 0, 0, 0, 8)}
    assert stats["transitions"] == 20 and abs(stats["cost"] - 20 * 0.025 / 1000) < 1e-12
    longest = {s["name"]: s["longest"] for s in stats["states"]}
    assert longest["Try"] >= 1000, "it waited for its retry"
    status, _, data = ask(endpoint, path="/_taxiway/state-stats?stateMachineArn=arn:aws:states:us-east-1:000000000000:stateMachine:none")
    assert status == 400 and json.loads(data)["code"] == "StateMachineDoesNotExist"


def test_log_events_as_they_come(endpoint, client, tag):
    logs, group = client("logs"), f"insight-{tag}"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    now = int(time.time() * 1000) - 1000

    def put(after, *messages):
        logs.put_log_events(logGroupName=group, logStreamName="s",
                            logEvents=[{"timestamp": now + after + i, "message": m} for i, m in enumerate(messages)])

    put(0, "one", "two")
    path = f"/_taxiway/stream/logs?group={group}&stream=s"
    with Stream(endpoint, path) as stream:
        events = iter(stream)
        assert [next(events)["data"]["message"] for _ in range(2)] == ["one", "two"]
        put(10, "three", "error four")
        assert [next(events)["data"]["message"] for _ in range(2)] == ["three", "error four"]
        put(-30_000, "late")  # comes late, with an earlier time
        late = next(events)
        assert late["data"]["message"] == "late"
    put(12, "five")
    with Stream(endpoint, f"{path}&after={urllib.parse.quote(late['id'])}") as stream:
        assert next(iter(stream))["data"]["message"] == "five", "nothing twice"
    with Stream(endpoint, f"/_taxiway/stream/logs?group={group}&filter=error") as stream:
        events = iter(stream)
        assert next(events)["data"]["message"] == "error four"
        put(-60_000, "error of before", "no match")  # comes late, with an earlier time
        late = next(events)
        assert late["data"]["message"] == "error of before" and late["id"].startswith("@")
        put(20, "error five")
        assert next(events)["data"]["message"] == "error five"
    # who comes back is told what came meanwhile, however late
    put(-120_000, "error of long before")
    again = f"/_taxiway/stream/logs?group={group}&filter=error&after={late['id']}"
    with Stream(endpoint, again) as stream:
        told = [event["data"]["message"] for event in itertools.islice(stream, 4)]
    assert "error of long before" in told and len(set(told)) == 4
    status, _, data = ask(endpoint, path=f"/_taxiway/stream/logs?group={group}&stream=none")
    assert (status, json.loads(data)["code"]) == (400, "ResourceNotFoundException")


def test_objects_up_and_down(endpoint, client, tag):
    s3, bucket = client("s3"), f"objects-{tag}"
    s3.create_bucket(Bucket=bucket)
    body = bytes(range(256)) * 40_000  # 10 MB
    key = "a b/ü+c/%2F.html"
    path = f"/_taxiway/objects/{bucket}/{urllib.parse.quote(key)}"
    status, headers, _ = ask(endpoint, "PUT", path, body, {"Content-Type": "text/html"})
    assert status == 200 and headers["etag"]
    kept = s3.get_object(Bucket=bucket, Key=key)
    assert kept["ContentType"] == "text/html" and kept["Body"].read() == body
    status, headers, data = ask(endpoint, path=path)
    assert (status, data) == (200, body)
    assert headers["content-security-policy"].startswith("sandbox;")
    assert headers["content-disposition"].startswith("inline;")
    status, headers, data = ask(endpoint, path=path + "?download=1", headers={"Range": "bytes=10-19"})
    assert (status, data) == (206, body[10:20])
    assert headers["content-disposition"].startswith("attachment;")
    # a path is a key and nothing else
    s3.put_object(Bucket=bucket, Key="../x", Body=b"dots")
    assert ask(endpoint, path=f"/_taxiway/objects/{bucket}/../x")[2] == b"dots"
    for wrong in (f"/_taxiway/objects/{bucket}/none", f"/_taxiway/objects/none-{tag}/x", "/_taxiway/objects/../x"):
        status, _, data = ask(endpoint, path=wrong)
        assert status in (400, 404), wrong
        assert json.loads(data)["code"]


def test_what_can_be_called_and_with_what(endpoint):
    status, _, data = ask(endpoint, path="/_taxiway/integrations")
    titles = {i["title"]: i for i in json.loads(data)}
    for title in ("Create a virtual cluster", "Start a job run", "Delete a virtual cluster"):
        assert titles[f"Amazon EMR on EKS: {title}"]["optimized"]
    start = titles["Amazon EMR on EKS: Start a job run"]
    assert start["resource"] == "arn:aws:states:::emr-containers:startJobRun" and "sync" in start["patterns"]
    assert "VirtualClusterId" in start["parameters"]
    for integration in titles.values():
        called = integration["call"]
        status, _, data = ask(endpoint, path=f"/_taxiway/shapes/{called['service']}/{called['operation']}")
        assert status == 200, called
        assert json.loads(data)["type"] == "structure"


def test_when_a_schedule_is_due_and_what_fired(endpoint, client, tag):
    path = "/_taxiway/next-runs?" + urllib.parse.urlencode({"expression": "cron(0 8 ? * MON-FRI *)", "count": 3})
    times = json.loads(ask(endpoint, path=path)[2])["times"]
    assert len(times) == 3 and all(t.endswith("T08:00:00.000Z") for t in times)
    status, _, data = ask(endpoint, path="/_taxiway/next-runs?expression=cron(x)")
    assert (status, json.loads(data)) == (400, {"code": "ValidationException", "message": "Invalid Schedule Expression cron(x)."})
    events, arn = client("events"), machine(client, f"fired-{tag}", WAIT)
    events.put_rule(Name=f"r-{tag}", EventPattern=json.dumps({"source": [f"my.{tag}"]}))
    events.put_targets(Rule=f"r-{tag}", Targets=[{"Id": "t", "Arn": arn, "RoleArn": "arn:aws:iam::000000000000:role/r"}])
    events.put_events(Entries=[{"Source": f"my.{tag}", "DetailType": "d", "Detail": "{}"}])

    def fired():
        firings = json.loads(ask(endpoint, path=f"/_taxiway/firings?rule=r-{tag}")[2])["firings"]
        return firings if firings and firings[0]["outcome"]["status"] == "delivered" else None

    firing = until(fired)[0]
    assert firing["target"] == {"id": "t", "arn": arn} and ":execution:" in firing["outcome"]["result"]
    assert ask(endpoint, path=f"/_taxiway/firings?rule=none-{tag}")[0] in (400, 404)


def test_a_schedule_and_a_rule_are_run_for_times_that_are_past(endpoint, client, tag):
    role, arn = "arn:aws:iam::000000000000:role/r", machine(
        client, f"backfilled-{tag}", {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
    client("scheduler").create_schedule(
        Name=f"s-{tag}", ScheduleExpression="cron(0 3 * * ? *)", State="DISABLED", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": role, "Input": '{"at": "<aws.scheduler.scheduled-time>"}'})
    client("events").put_rule(Name=f"b-{tag}", ScheduleExpression="cron(0 3 * * ? *)", State="DISABLED")
    client("events").put_targets(Rule=f"b-{tag}", Targets=[
        {"Id": "t", "Arn": arn, "RoleArn": role, "InputTransformer": {"InputPathsMap": {"t": "$.time"}, "InputTemplate": '{"at": <t>}'}}])
    window = "from=2026-01-01T00:00:00Z&to=2026-01-03T03:00:00Z"
    days = [f"2026-01-0{day}T03:00:00" for day in (1, 2, 3)]
    ran = client("stepfunctions")
    for of in ({"schedule": f"s-{tag}"}, {"rule": f"b-{tag}", "bus": "default"}):
        path = f"/_taxiway/due?{urllib.parse.urlencode(of)}&{window}"
        due = json.loads(ask(endpoint, path=path)[2])
        assert due == {"times": [f"{day}.000Z" for day in days], "truncated": False}
        body = json.dumps({**of, "times": due["times"][1:], "clientToken": tag})
        status, _, data = ask(endpoint, "POST", "/_taxiway/backfill", body, JSON)
        begun = json.loads(data)
        assert (status, begun["queued"]) == (200, 2), data
        # Asked again, as after a lost answer: nothing runs twice.
        status, _, data = ask(endpoint, "POST", "/_taxiway/backfill", body, JSON)
        assert (status, json.loads(data)) == (200, begun)

        def fired():
            firings = json.loads(ask(endpoint, path=f"/_taxiway/firings?{urllib.parse.urlencode(of)}")[2])["firings"]
            return firings if [f["outcome"]["status"] for f in firings] == ["delivered"] * 2 else None

        firings = until(fired)
        assert {f["backfill"] for f in firings} == {begun["backfill"]}
        inputs = sorted(ran.describe_execution(executionArn=f["outcome"]["result"])["input"] for f in firings)
        assert [json.loads(text) for text in inputs] == [{"at": f"{day}Z"} for day in days[1:]]
        for times, words in ((["2026-01-01T04:00:00Z"], "It was not due at 2026-01-01T04:00:00Z."), ([], "No time to run was given.")):
            status, _, data = ask(endpoint, "POST", "/_taxiway/backfill", json.dumps({**of, "times": times}), JSON)
            assert (status, json.loads(data)) == (400, {"code": "ValidationException", "message": words})
    foreign = {**JSON, "Origin": "https://evil.example"}
    assert ask(endpoint, "POST", "/_taxiway/backfill", body, foreign)[0] == 403


def test_where_there_are_credentials_one_signs_in(own_server):
    keys = {"TAXIWAY_ACCESS_KEY_ID": "AKIAEXAMPLE", "TAXIWAY_SECRET_ACCESS_KEY": "a-secret-of-some-length"}
    server = own_server(env=keys)
    assert call(server.url, "states", "ListStateMachines")[0] == 401
    assert ask(server.url, path="/_taxiway/events")[0] == 401
    assert json.loads(ask(server.url, path="/_taxiway/session")[2])["required"] is True

    def sign_in(secret):
        body = json.dumps({"accessKeyId": "AKIAEXAMPLE", "secretAccessKey": secret})
        return ask(server.url, "POST", "/_taxiway/session", body, JSON)

    status, headers, data = sign_in("wrong")
    assert (status, json.loads(data)["code"]) == (403, "InvalidCredentials") and "set-cookie" not in headers
    status, headers, _ = sign_in(keys["TAXIWAY_SECRET_ACCESS_KEY"])
    cookie = headers["set-cookie"]
    assert status == 200 and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert keys["TAXIWAY_SECRET_ACCESS_KEY"] not in cookie
    cookie = {"Cookie": cookie.split(";")[0]}
    assert call(server.url, "states", "ListStateMachines", headers=cookie)[0] == 200
    assert call(server.url, "states", "ListStateMachines", headers={**cookie, "Origin": "http://127.0.0.1:1"})[0] == 403
    key = server.data / "session.key"
    assert key.stat().st_mode & 0o777 == 0o600
    server.stop()
    server.start()
    assert call(server.url, "states", "ListStateMachines", headers=cookie)[0] == 200, "sessions outlast a restart"
    assert not any(keys["TAXIWAY_SECRET_ACCESS_KEY"] in line for line in server.log)


def test_streams_do_not_hold_up_the_servers_end(own_server):
    server = own_server()
    with Stream(server.url, "/_taxiway/events") as stream:
        next(iter(stream))
        assert server.stop() == 0
        assert list(stream) == []


def test_a_first_look_at_objects(endpoint, client, tag):
    s3, bucket = client("s3"), f"preview-{tag}"
    s3.create_bucket(Bucket=bucket)

    def look(key, body, **more):
        s3.put_object(Bucket=bucket, Key=key, Body=body)
        query = urllib.parse.urlencode({"bucket": bucket, "key": key, **more})
        status, _, data = ask(endpoint, path=f"/_taxiway/preview?{query}")
        assert status == 200, data
        return json.loads(data)

    trips = look("a b/trips.csv", b"id,fare\n1,2.5\n2,3\n", limit=1)
    assert [c["type"] for c in trips["columns"]] == ["bigint", "double"]
    assert (trips["format"], trips["rows"], trips["truncated"]) == ("csv", [["1", "2.5"]], True)
    assert look("x.jsonl", b'{"a": 1}\n{"a": null}\n')["rows"] == [["1"], [None]]
    assert look("x.bin", bytes(range(256)))["format"] == "binary"
    assert look("empty.txt", b"")["text"] == ""
    status, _, data = ask(endpoint, path=f"/_taxiway/preview?bucket={bucket}&key=none")
    assert (status, json.loads(data)["code"]) == (404, "NoSuchKey")


def query(client, sql, output, **context):
    athena = client("athena")
    started = athena.start_query_execution(QueryString=sql, ResultConfiguration={"OutputLocation": output},
                                           QueryExecutionContext=context)["QueryExecutionId"]

    def ended():
        state = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
        return state if state["State"] in ("SUCCEEDED", "FAILED") else None

    state = until(ended)
    assert state["State"] == "SUCCEEDED", state
    return started


def test_results_parquet_and_lineage(endpoint, client, tag):
    s3, bucket, database = client("s3"), f"lineage-{tag}", f"db_{tag}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="trips/t.csv", Body=b"".join(b"%d,x%d\n" % (n, n) for n in range(2500)))
    output = f"s3://{bucket}/results/"
    query(client, f"CREATE DATABASE {database}", output)
    query(client, f"CREATE EXTERNAL TABLE {database}.trips (n int, t string) ROW FORMAT DELIMITED "
                  f"FIELDS TERMINATED BY ',' LOCATION 's3://{bucket}/trips/'", output)
    read = query(client, "SELECT n, t FROM trips ORDER BY n", output, Database=database)
    made = query(client, f"CREATE TABLE made WITH (format = 'PARQUET', external_location = 's3://{bucket}/made/') AS "
                         "SELECT n, t FROM trips WHERE n < 10", output, Database=database)

    status, _, data = ask(endpoint, path=f"/_taxiway/results/{read}?from=2100&count=2")
    results = json.loads(data)
    assert status == 200, results
    assert results["rows"] == [["2100", "x2100"], ["2101", "x2101"]] and results["total"] == 2500
    assert results["columns"] == [{"name": "n", "type": "integer"}, {"name": "t", "type": "varchar"}]
    assert json.loads(ask(endpoint, path=f"/_taxiway/results/{made}")[2])["rows"] == []
    assert ask(endpoint, path="/_taxiway/results/00000000-0000-0000-0000-000000000000")[0] == 400

    part = next(o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix="made/")["Contents"] if o["Size"])
    look = json.loads(ask(endpoint, path="/_taxiway/preview?" + urllib.parse.urlencode(
        {"bucket": bucket, "key": part, "limit": 3}))[2])
    assert look["format"] == "parquet" and look["columns"] == [{"name": "n", "type": "integer"}, {"name": "t", "type": "varchar"}]
    assert len(look["rows"]) == 3 and look["truncated"]

    lineage = json.loads(ask(endpoint, path=f"/_taxiway/lineage?ref=table:{database}.trips")[2])
    edges = {(e["from"], e["what"], e["to"]) for e in lineage["edges"]}
    assert (f"table:{database}.trips", "is read by", f"query:{read}") in edges
    back = json.loads(ask(endpoint, path=f"/_taxiway/lineage?ref=table:{database}.made")[2])
    assert (f"query:{made}", "writes", f"table:{database}.made") in {(e["from"], e["what"], e["to"]) for e in back["edges"]}
    assert ask(endpoint, path="/_taxiway/lineage?ref=nonsense")[0] == 400

    found = json.loads(ask(endpoint, path=f"/_taxiway/search?q=trips+{database}")[2])
    assert found[0]["kind"] == "table" and found[0]["href"] == f"/_console/catalog/{database}/trips"


def test_search_and_home_know_what_runs_and_what_failed(endpoint, client, tag):
    arn = machine(client, f"home-{tag}", {"StartAt": "A", "States": {
        "A": {"Type": "Choice", "Choices": [{"Variable": "$.fail", "BooleanEquals": True, "Next": "F"}], "Default": "W"},
        "F": {"Type": "Fail", "Error": "E"}, "W": {"Type": "Wait", "Seconds": 600, "End": True}}})
    states = client("stepfunctions")
    runs = states.start_execution(stateMachineArn=arn, name=f"runs-{tag}", input='{"fail": false}')["executionArn"]
    failed = states.start_execution(stateMachineArn=arn, name=f"failed-{tag}", input='{"fail": true}')["executionArn"]
    client("events").put_rule(Name=f"due-{tag}", ScheduleExpression="rate(1 hour)")

    def home():
        shown = json.loads(ask(endpoint, path="/_taxiway/home")[2])
        there = (runs in [r["arn"] for r in shown["running"]], failed in [r["arn"] for r in shown["failed"]],
                 f"due-{tag}" in [d["title"] for d in shown["due"]])
        return shown if all(there) else None

    until(home)
    found = json.loads(ask(endpoint, path=f"/_taxiway/search?q=failed-{tag}")[2])
    assert [f["arn"] for f in found] == [failed] and found[0]["href"].startswith("/_console/states/executions/")
    # A list of what there is serves for some seconds.
    until(lambda: arn in [f["arn"] for f in json.loads(ask(endpoint, path=f"/_taxiway/search?q=home-{tag}")[2])])
    states.stop_execution(executionArn=runs)
    until(lambda: runs not in [r["arn"] for r in json.loads(ask(endpoint, path="/_taxiway/home")[2])["running"]])
