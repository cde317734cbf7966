"""What an operator has: metrics, health, logs, traces, doctor."""
import contextlib
import http.server
import json
import os
import re
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from conftest import REPO, binary
from waiting import until

ROLE = "arn:aws:iam::000000000000:role/any"
PASS = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "W"}, "W": {"Type": "Wait", "Seconds": 1, "End": True}}})


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def samples(url):
    """Returns the metrics: (name, labels) -> value."""
    status, headers, text = get(url + "/_taxiway/metrics")
    assert status == 200 and headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, labels, value = re.fullmatch(r'([a-z_]+)(?:\{(.*)\})? (\S+)', line).groups()
            found[name, frozenset(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or ""))] = float(value)
    return found


def value(found, name, **labels):
    return sum(v for (n, given), v in found.items() if n == name and set(labels.items()) <= given)


def test_metrics_count_what_happens(own_server):
    server = own_server()
    states, s3 = server.client("stepfunctions"), server.client("s3")
    before = samples(server.url)
    machine = states.create_state_machine(name="m", definition=PASS, roleArn=ROLE)["stateMachineArn"]
    arns = [states.start_execution(stateMachineArn=machine)["executionArn"] for _ in range(5)]
    until(lambda: all(states.describe_execution(executionArn=a)["status"] == "SUCCEEDED" for a in arns))
    s3.create_bucket(Bucket="counted")
    s3.put_object(Bucket="counted", Key="k", Body=b"x")
    with pytest.raises(ClientError):
        states.describe_state_machine(stateMachineArn=machine + "-none")
    with pytest.raises(ClientError):
        s3.get_object(Bucket="counted", Key="none")
    after = samples(server.url)
    grown = lambda name, **labels: value(after, name, **labels) - value(before, name, **labels)
    assert grown("taxiway_requests_total", service="states", operation="StartExecution", status="200") == 5
    assert grown("taxiway_requests_total", service="states", operation="DescribeStateMachine", status="400") == 1
    assert grown("taxiway_requests_total", service="s3", operation="PutObject", status="200") == 1
    assert grown("taxiway_requests_total", service="s3", operation="GetObject", status="404") == 1
    assert grown("taxiway_request_seconds_count", service="states", operation="StartExecution") == 5
    assert grown("taxiway_executions_started_total", type="STANDARD") == 5
    assert grown("taxiway_executions_ended_total", type="STANDARD", status="SUCCEEDED") == 5
    assert grown("taxiway_transitions_total") == 10
    assert grown("taxiway_timer_late_seconds_count") >= 5
    commits = grown("taxiway_store_commits_total", file="taxiway.db")
    assert 0 < commits <= grown("taxiway_store_batches_total", file="taxiway.db", outcome="committed")
    assert grown("taxiway_store_sync_seconds_count", file="taxiway.db") == commits
    assert grown("taxiway_store_log_bytes_total", file="taxiway.db") >= 4096 * commits
    assert grown("taxiway_store_commits_total", file="objects.db") > 0
    assert value(after, "taxiway_requests_running") == 1, "the one that asks"
    assert value(after, "process_resident_memory_bytes") > 1e6


def test_every_metric_says_what_it_is(server):
    text = get(server.url + "/_taxiway/metrics")[2]
    helped = set(re.findall(r"^# HELP (\w+) .{10}", text, re.M))
    typed = set(re.findall(r"^# TYPE (\w+) ", text, re.M))
    assert typed <= helped, typed - helped
    documented = (REPO / "docs" / "operations.md").read_text()
    assert [name for name in typed if f"`{name}`" not in documented] == []


def test_health_says_whether_work_can_be_done(server):
    status, headers, text = get(server.url + "/_taxiway/health")
    health = json.loads(text)
    assert (status, headers["content-type"], health["status"]) == (200, "application/json", "running")
    assert health["store"] == {f"{name}.db": "writable" for name in ("taxiway", "objects", "logs", "spice")}
    assert health["executions"] == {"broken": 0, "survey": None}, "the first survey is minutes away"
    assert 0 < health["disk"]["freeBytes"] <= health["disk"]["totalBytes"]
    assert {"states", "s3", "athena"} <= set(health["services"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", health["version"])


def test_a_survey_is_made_when_it_is_asked_for(own_server):
    server = own_server()
    states = server.client("stepfunctions")
    machine = states.create_state_machine(
        name="m", roleArn="arn:aws:iam::000000000000:role/r",
        definition='{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}}')["stateMachineArn"]
    for _ in range(3):
        states.start_execution(stateMachineArn=machine)

    def survey(method, headers={}):
        request = urllib.request.Request(server.url + "/_taxiway/survey", method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    assert survey("GET") == (200, {"running": False, "last": None, "failed": None})
    began = time.time()
    status, told = survey("POST")
    assert (status, told["running"]) == (202, True)
    until(lambda: not survey("GET")[1]["running"])
    last = survey("GET")[1]["last"]
    assert (last["executions"], last["open"], last["broken"], last["findings"]) == (3, 3, 0, [])
    assert began - 1 <= last["beganAt"] <= last["endedAt"] <= time.time() + 1
    del last["findings"]
    until(lambda: json.loads(get(server.url + "/_taxiway/health")[2])["executions"]["survey"] == last)
    metrics = get(server.url + "/_taxiway/metrics")[2]
    assert "taxiway_survey_executions 3\n" in metrics and "taxiway_survey_broken 0\n" in metrics
    assert survey("DELETE")[0] == 405
    assert survey("POST", {"Origin": "https://evil.example"})[0] == 403
    code, text = doctor(server.data)
    assert "found nothing wrong with its 3 executions" in text


def test_the_log_is_json_with_request_ids_and_holds_no_secrets(own_server):
    secrets = {"access": "wJalrXUtnFEMIK7MDENGbPxRfiCY", "api": "k-5d1f0c3e9a", "header": "h-77aa41", "otlp": "o-19cc3b",
               "body": "b-body-33aa91"}
    server = own_server(args=["--log-format", "json"], env={
        "TAXIWAY_LOG": "debug,taxiway::trace=info", "TAXIWAY_ACCESS_KEY_ID": "111122223333",
        "TAXIWAY_SECRET_ACCESS_KEY": secrets["access"], "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        "OTEL_EXPORTER_OTLP_HEADERS": "api-key=" + secrets["otlp"], "OTEL_BSP_SCHEDULE_DELAY": "50"})
    keys = {"key": "111122223333", "secret": secrets["access"]}
    events, s3, states = (server.client(name, **keys) for name in ("events", "s3", "stepfunctions"))
    events.create_connection(Name="c", AuthorizationType="API_KEY", AuthParameters={
        "ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": secrets["api"]},
        "InvocationHttpParameters": {"HeaderParameters": [{"Key": "x-h", "Value": secrets["header"], "IsValueSecret": True}]}})
    s3.create_bucket(Bucket="secret")
    s3.put_object(Bucket="secret", Key="k", Body=secrets["body"].encode())
    with pytest.raises(ClientError) as refused:
        states.describe_state_machine(stateMachineArn="arn:aws:states:us-east-1:111122223333:stateMachine:none")
    with pytest.raises(ClientError):
        server.client("s3", key="111122223333", secret="wrong").list_buckets()
    request_id = refused.value.response["ResponseMetadata"]["RequestId"]
    until(lambda: any(request_id in line for line in server.log))
    server.stop()
    lines = [json.loads(line) for line in server.log if not line.startswith("Taxiway is ready")]
    assert all({"timestamp", "level", "fields"} <= set(line) for line in lines)
    (line,) = [line for line in lines if line["fields"].get("request_id") == request_id]
    assert line["fields"]["operation"] == "DescribeStateMachine"
    text = "".join(server.log)
    assert [name for name, secret in secrets.items() if secret in text] == []


class Collector:
    """A receiver of OTLP over HTTP."""

    def __init__(self):
        self.spans = spans = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                assert self.path == "/v1/traces"
                for group in body["resourceSpans"]:
                    spans.extend(s for scope in group["scopeSpans"] for s in scope["spans"])
                self.send_response(200)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def collector():
    collector = Collector()
    yield collector
    collector.server.shutdown()


def attributes(span):
    return {a["key"]: next(iter(a["value"].values())) for a in span["attributes"]}


def test_a_callers_trace_goes_on_through_request_turn_task_job_and_query(own_server, collector):
    server = own_server(env={"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"})
    states, s3, emr = (server.client(name) for name in ("stepfunctions", "s3", "emr-containers"))
    s3.create_bucket(Bucket="traced")
    provider = {"id": "eks", "type": "EKS", "info": {"eksInfo": {"namespace": "traced"}}}
    cluster = emr.create_virtual_cluster(name="traced", containerProvider=provider)["id"]
    definition = {"StartAt": "Q", "States": {
        "Q": {"Type": "Task", "Resource": "arn:aws:states:::athena:startQueryExecution.sync", "ResultPath": None, "Next": "W",
              "Parameters": {"QueryString": "SELECT 1", "ResultConfiguration": {"OutputLocation": "s3://traced/"}}},
        "W": {"Type": "Wait", "Seconds": 1, "Next": "J"},
        # A job whose script is not there ends without Spark.
        "J": {"Type": "Task", "Resource": "arn:aws:states:::emr-containers:startJobRun.sync", "End": True,
              "Parameters": {"VirtualClusterId": cluster, "ExecutionRoleArn": ROLE, "ReleaseLabel": "emr-6.2.0-latest",
                             "JobDriver": {"SparkSubmitJobDriver": {"EntryPoint": "s3://traced/none.py"}}}}}}
    machine = states.create_state_machine(name="traced", definition=json.dumps(definition), roleArn=ROLE)["stateMachineArn"]
    trace, caller = "5759e988bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
    add = lambda request, **_: request.headers.add_header("traceparent", f"00-{trace}-{caller}-01")
    states.meta.events.register("before-sign.sfn.StartExecution", add)
    arn = states.start_execution(stateMachineArn=machine)["executionArn"]
    done = until(lambda: (d := states.describe_execution(executionArn=arn))["status"] != "RUNNING" and d, 60)
    assert done["status"] == "FAILED" and done["traceHeader"].startswith("Root=1-5759e988-bd862e3fe1be46a994272793")
    ours = lambda: [s for s in collector.spans if s["traceId"] == trace]
    wanted = {"states:StartExecution", "turn traced", "task Q", "task J", "athena:StartQueryExecution",
              "emr-containers:StartJobRun", "query DML"}
    until(lambda: wanted <= {s["name"] for s in ours()} and any(s["name"].startswith("job ") for s in ours()), 30)
    spans = {s["spanId"]: s for s in ours()}
    named = lambda name: next(s for s in spans.values() if s["name"].startswith(name))
    request = named("states:StartExecution")
    assert request["parentSpanId"] == caller and request["kind"] == 2
    assert attributes(request)["http.response.status_code"] == "200"
    parent = lambda span: spans[span["parentSpanId"]]["name"]
    assert parent(named("task Q")) == "turn traced"
    assert parent(named("athena:StartQueryExecution")) == "task Q"
    assert parent(named("query ")) == "athena:StartQueryExecution"
    assert parent(named("job ")) == "emr-containers:StartJobRun"
    assert parent(named("emr-containers:StartJobRun")) == "task J"
    turns = [s for s in spans.values() if s["name"] == "turn traced"]
    assert len(turns) >= 4, "the start, the query's end, the timer, the job's end"
    assert all(attributes(turn)["execution"] == arn for turn in turns)
    for span in spans.values():
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])


def doctor(data, *args, env=None):
    done = subprocess.run([binary(), "doctor", "--data", str(data), *args], capture_output=True, text=True, timeout=120,
                          env={**os.environ, **(env or {})})
    return done.returncode, done.stdout


def findings(data, *args, **more):
    code, out = doctor(data, "--json", *args, **more)
    return code, {f["check"]: f for f in json.loads(out)}


def test_doctor_finds_a_running_server_well(own_server):
    server = own_server()
    server.client("s3").create_bucket(Bucket="some")
    code, found = findings(server.data, env={"AWS_ENDPOINT_URL": server.url})
    assert code == 0, found
    assert found["server"]["status"] == "ok" and server.url in found["server"]["said"]
    for check in ("data folder", "taxiway.db", "objects.db", "logs.db", "executions", "clock", "endpoint", "Java"):
        assert found[check]["status"] == "ok", found[check]
    assert all("next" in f for f in found.values() if f["status"] != "ok")
    code, text = doctor(server.data)
    assert code == 0 and all(re.match(r"ok  |warn|      ", line) for line in text.splitlines())


def test_doctor_says_what_is_wrong_and_what_to_do(own_server):
    server = own_server()
    server.client("s3").create_bucket(Bucket="some")
    code, found = findings("/nonexistent/data", "--listen", server.listen, env={"AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
    assert code == 0, "a folder that is not there yet is no failure"
    assert found["data folder"]["status"] == "warn" and found["server"]["status"] == "ok"
    assert found["endpoint"]["next"] == f"for this server: export AWS_ENDPOINT_URL={server.url}"
    server.stop()
    path = server.data / "objects.db"
    damaged = bytearray(path.read_bytes())
    damaged[4096:4096 + 64] = b"\xff" * 64  # the second page's header
    path.write_bytes(damaged)
    code, found = findings(server.data)
    assert code == 1 and found["objects.db"]["status"] == "fail" and "restore" in found["objects.db"]["next"]
    assert found["taxiway.db"]["status"] == "ok"
    assert found["server"]["status"] == "ok" and "free" in found["server"]["said"]


def kept(server):
    """Makes executions, one of them with a text of its own in it, and ends the server."""
    states = server.client("stepfunctions")
    machine = states.create_state_machine(name="m", definition=PASS, roleArn=ROLE)["stateMachineArn"]
    arns = [states.start_execution(stateMachineArn=machine, input=json.dumps({"text": f"needle-{n}-needle"}))["executionArn"]
            for n in range(3)]
    until(lambda: all(states.describe_execution(executionArn=a)["status"] == "SUCCEEDED" for a in arns))
    server.stop()


def test_doctor_and_backup_notice_a_flipped_bit_in_a_row(own_server, tmp_path):
    server = own_server()
    kept(server)
    path = server.data / "taxiway.db"
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(b"needle-1-needle") + 3] ^= 1
    path.write_bytes(damaged)
    code, found = findings(server.data)
    assert code == 1 and found["taxiway.db"]["status"] == "fail", found
    assert re.search(r"a row of \w+ is damaged", found["taxiway.db"]["said"]) and "restore" in found["taxiway.db"]["next"]
    done = subprocess.run([binary(), "backup", "--data", server.data, "-o", tmp_path / "b"], capture_output=True, text=True)
    assert done.returncode == 1 and "is damaged" in done.stderr and not (tmp_path / "b").exists()


def test_doctor_and_restore_tell_of_executions_that_cannot_be(own_server, tmp_path):
    server = own_server()
    kept(server)
    with contextlib.closing(sqlite3.connect(server.data / "taxiway.db")) as file:
        (space,) = file.execute("SELECT id FROM spaces WHERE name = 'workflow/listed'").fetchone()
        gone = file.execute("DELETE FROM records WHERE space = ?", (space,)).rowcount
        file.commit()
    assert gone == 3
    for running in (False, True):
        if running:
            server.start()
        code, found = findings(server.data)
        assert code == 1 and found["taxiway.db"]["status"] == "ok", found
        assert found["executions"]["status"] == "fail" and found["executions"]["said"].startswith("3 findings: INV-8: "), found
    backup = subprocess.run([binary(), "backup", "--data", server.data, "-o", tmp_path / "b"], capture_output=True, text=True)
    assert backup.returncode == 0, "each row is whole: " + backup.stderr
    check = subprocess.run([binary(), "restore", tmp_path / "b", "--check"], capture_output=True, text=True)
    assert check.returncode == 1 and "3 findings: INV-8: " in check.stderr, check
    restore = subprocess.run([binary(), "restore", tmp_path / "b", "--data", tmp_path / "new"], capture_output=True, text=True)
    assert restore.returncode == 0 and "3 findings: INV-8: " in restore.stderr, "there may be no other backup"
