"""The subcommands that need no server: validate, graph, run, test. Each as a process of its own."""
import json
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import binary

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"x": 1}, "End": True}}}
ORDERS = {"StartAt": "Hold", "States": {
    "Hold": {"Type": "Wait", "Seconds": 7200, "Next": "Charge"},
    "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "OutputPath": "$.Payload",
               "Parameters": {"FunctionName": "charge", "Payload.$": "$"},
               "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 30, "MaxAttempts": 3}],
               "Catch": [{"ErrorEquals": ["Declined"], "Next": "Tell"}], "Next": "Each"},
    "Each": {"Type": "Map", "ItemsPath": "$.items", "End": True, "ItemProcessor": {
        "StartAt": "Ship", "States": {"Ship": {
            "Type": "Task", "Resource": "arn:aws:states:::emr-containers:startJobRun.sync", "End": True,
            "Parameters": {"VirtualClusterId": "v", "ExecutionRoleArn": "arn:aws:iam::000000000000:role/r",
                           "ReleaseLabel": "emr-7.0.0-latest", "JobDriver": {}}}}}},
    "Tell": {"Type": "Pass", "Result": "sorry", "End": True}}}
MOCKS = {
    "StateMachines": {"orders": {"TestCases": {
        "Happy": {"Charge": "Charged", "Ship": "Shipped"},
        "Busy": {"Charge": "Flaky", "Ship": "Shipped"},
        "Declined": {"Charge": "No"},
        "UsedUp": {"Charge": "Once"}}}},
    "MockedResponses": {
        "Charged": {"0": {"Return": {"Payload": {"items": [1, 2]}}}},
        "Shipped": {"0-9": {"Return": {"state": "COMPLETED"}}},
        "Flaky": {"0-1": {"Throw": {"Error": "Busy", "Cause": "later"}},
                  "2": {"Return": {"Payload": {"items": [1, 2, 3]}}}},
        "No": {"0": {"Throw": {"Error": "Declined", "Cause": "no money"}}},
        "Once": {"0": {"Throw": {"Error": "Busy"}}}}}


def taxiway(*args, cwd=None, stdin=None, timeout=60):
    return subprocess.run([binary(), *map(str, args)], cwd=cwd, input=stdin, text=True, capture_output=True,
                          timeout=timeout)


def write(folder, name, content):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))
    return path


# validate

def test_a_valid_definition(tmp_path):
    done = taxiway("validate", write(tmp_path, "a.json", PASS))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("a.json: valid\n")


def test_a_finding_has_its_place_and_a_caret(tmp_path):
    text = '{\n  "StartAt": "A",\n  "States": {\n    "A": {"Type": "Pass", "Next": "Gone"}\n  }\n}\n'
    done = taxiway("validate", write(tmp_path, "a.json", text))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    column = text.splitlines()[3].index('"Gone"') + 1
    found = [n for n, line in enumerate(lines) if f"a.json:4:{column}: error [MISSING_TRANSITION_TARGET]" in line]
    assert found, done.stdout
    source, caret = lines[found[0] + 2:found[0] + 4]
    assert source[caret.index("^"):caret.rindex("^") + 1] == '"Gone"'


def test_findings_as_json_from_stdin():
    done = taxiway("validate", "-", "--json", stdin='{"StartAt": "A",\n oops}')
    assert done.returncode == 1
    finding, result = [json.loads(line) for line in done.stdout.splitlines()]
    assert (finding["code"], finding["severity"], finding["line"]) == ("INVALID_JSON_DESCRIPTION", "ERROR", 2)
    assert result == {"file": "<stdin>", "result": "FAIL"}


def test_the_type_matters(tmp_path):
    machine = {"StartAt": "A", "States": {"A": {
        "Type": "Task", "Resource": "arn:aws:states:us-east-1:000000000000:activity:a", "End": True}}}
    path = write(tmp_path, "a.json", machine)
    assert taxiway("validate", path).returncode == 0
    assert taxiway("validate", path, "--type", "EXPRESS").returncode == 1


def test_wrong_usage_is_2(tmp_path):
    assert taxiway("validate").returncode == 2
    done = taxiway("validate", tmp_path / "gone.json", write(tmp_path, "a.json", PASS))
    assert done.returncode == 2
    assert "gone.json" in done.stderr and "a.json: valid" in done.stdout
    assert taxiway("graph", tmp_path / "gone.json").returncode == 2
    assert taxiway("run", write(tmp_path, "a.json", PASS), "--input", "{").returncode == 2
    assert taxiway("test", tmp_path).returncode == 2


# graph

def test_a_graph_as_mermaid_and_svg(tmp_path):
    path = write(tmp_path, "orders.asl.json", ORDERS)
    mermaid = taxiway("graph", path)
    assert mermaid.returncode == 0
    assert mermaid.stdout.startswith("flowchart TD\n") and 'subgraph' in mermaid.stdout
    out = tmp_path / "orders.svg"
    assert taxiway("graph", path, "--format", "svg", "-o", out).returncode == 0
    root = ElementTree.parse(out).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    titles = {t.text for t in root.iter("{http://www.w3.org/2000/svg}title")}
    assert {"Wait: Hold", "Task: Charge", "Map: Each", "Task: Ship", "Pass: Tell", "Declined"} <= titles


def test_no_graph_of_what_is_not_valid(tmp_path):
    done = taxiway("graph", write(tmp_path, "a.json", {"StartAt": "A", "States": {}}))
    assert (done.returncode, done.stdout) == (1, "") and "error [" in done.stderr


# run

def test_the_output_alone_is_on_stdout(tmp_path):
    done = taxiway("run", write(tmp_path, "a.json", PASS))
    assert (done.returncode, json.loads(done.stdout)) == (0, {"x": 1})
    assert "SUCCEEDED" in done.stderr


def test_input_from_a_file_and_an_express_machine(tmp_path):
    machine = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    path = write(tmp_path, "a.json", machine)
    given = write(tmp_path, "in.json", {"n": 7})
    for kind in ("STANDARD", "EXPRESS"):
        done = taxiway("run", path, "--input", f"@{given}", "--type", kind)
        assert (done.returncode, json.loads(done.stdout)) == (0, {"n": 7}), done.stderr


def test_a_task_without_a_mock_really_calls(tmp_path):
    machine = {"QueryLanguage": "JSONata", "StartAt": "Make", "States": {
        "Make": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:createDatabase",
                 "Arguments": {"DatabaseInput": {"Name": "trips"}}, "Next": "Look"},
        "Look": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:getDatabase",
                 "Arguments": {"Name": "trips"}, "Output": "{% $states.result.Database.Name %}", "Next": "Mocked"},
        "Mocked": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                   "Arguments": {"FunctionName": "f", "Payload": "{% $states.input %}"},
                   "Output": "{% [$states.input, $states.result.Payload] %}", "End": True}}}
    mocks = {"StateMachines": {"a": {"TestCases": {"C": {"Mocked": "R"}}}},
             "MockedResponses": {"R": {"0": {"Return": {"Payload": "mocked"}}}}}
    done = taxiway("run", write(tmp_path, "a.json", machine), "--mock", write(tmp_path, "m.json", mocks))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["trips", "mocked"]


def test_a_distributed_map_tells_its_items(tmp_path):
    machine = {"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": True, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}}}}}
    done = taxiway("run", write(tmp_path, "a.json", machine), "--input", "[1, 2, 3]", "--json")
    assert done.returncode == 0, done.stderr
    state, execution = [json.loads(line) for line in done.stdout.splitlines()]
    assert (state["state"], state["detail"], execution["output"]) == ("Each", "3/3", [1, 2, 3])


def test_a_failure_says_why(tmp_path):
    machine = {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "Bad", "Cause": "because"}}}
    done = taxiway("run", write(tmp_path, "a.json", machine))
    assert (done.returncode, done.stdout) == (1, "")
    assert "FAILED" in done.stderr and "Bad: because" in done.stderr


def test_a_run_that_takes_too_long_is_124(tmp_path):
    machine = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 3600, "End": True}}}
    path = write(tmp_path, "a.json", machine)
    assert taxiway("run", path, "--timeout", "0.2").returncode == 124
    # the machine's own timeout is one, too
    machine["TimeoutSeconds"] = 1
    assert taxiway("run", write(tmp_path, "b.json", machine)).returncode == 124
    skipped = taxiway("run", path, "--skip-waits", "--timeout", "30")
    assert skipped.returncode == 0, skipped.stderr


def test_an_interrupted_run_is_130(tmp_path):
    machine = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"},
                                          "B": {"Type": "Wait", "Seconds": 3600, "End": True}}}
    process = subprocess.Popen([binary(), "run", str(write(tmp_path, "a.json", machine))], stderr=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    assert process.stderr.readline().split()[:2] == ["A", "SUCCEEDED"]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "B" in err and "ABORTED" in err


def test_mocks_count_attempts_and_waits_are_skipped(tmp_path):
    path, mocks = write(tmp_path, "orders.asl.json", ORDERS), write(tmp_path, "m.json", MOCKS)
    began = time.monotonic()
    done = taxiway("run", path, "--mock", mocks, "--case", "Busy", "--skip-waits", "--json")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    told = [(line["state"], line["status"]) for line in lines if line["type"] == "state"]
    assert told == [("Hold", "SUCCEEDED"), ("Charge", "RETRYING"), ("Charge", "RETRYING"), ("Charge", "SUCCEEDED"),
                    ("Each", "SUCCEEDED")]
    assert [line["detail"] for line in lines if line.get("state") == "Each"] == ["3/3"]
    assert lines[-1]["output"] == [{"state": "COMPLETED"}] * 3
    assert lines[0]["seconds"] >= 7200 and time.monotonic() - began < 60


def test_a_mock_that_is_used_up_ends_the_execution(tmp_path):
    path, mocks = write(tmp_path, "orders.asl.json", ORDERS), write(tmp_path, "m.json", MOCKS)
    done = taxiway("run", path, "--mock", mocks, "--case", "UsedUp", "--skip-waits")
    assert done.returncode == 1
    assert "no answer for attempt 1 of the state 'Charge'" in done.stderr


@pytest.mark.parametrize("case, says", [
    (None, "choose a test case with --case: Happy, Busy"),
    ("Gone", "there is no test case"),
])
def test_a_case_must_be_named(tmp_path, case, says):
    path, mocks = write(tmp_path, "orders.asl.json", ORDERS), write(tmp_path, "m.json", MOCKS)
    done = taxiway("run", path, "--mock", mocks, *(["--case", case] if case else []))
    assert done.returncode == 2 and says in done.stderr


def test_a_mock_of_a_state_that_is_no_task_is_refused(tmp_path):
    mocks = json.loads(json.dumps(MOCKS).replace('"Ship": ', '"Shp": '))
    done = taxiway("run", write(tmp_path, "orders.asl.json", ORDERS), "--mock", write(tmp_path, "m.json", mocks),
                   "--case", "Happy")
    assert done.returncode == 2 and "'Shp'" in done.stderr.replace('"', "'")


# test

def test_a_folder_of_test_cases(tmp_path):
    write(tmp_path, "orders.asl.json", ORDERS)
    expect = {"Happy": {"output": [{"state": "COMPLETED"}] * 2}, "Declined": {"input": {"n": 1}, "output": "sorry"}}
    mocks = json.loads(json.dumps(MOCKS))
    mocks["StateMachines"]["orders"]["Expect"] = expect
    write(tmp_path, "orders.mock.json", mocks)
    write(tmp_path, "UsedUp.expect.json", {"status": "FAILED", "error": "States.Runtime"})
    report = tmp_path / "report.xml"
    done = taxiway("test", tmp_path, "--junit", report)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["PASSED", f"orders/{name}"] for name in ("Happy", "Busy", "Declined", "UsedUp")]
    suite = ElementTree.parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("4", "0")

    mocks["StateMachines"]["orders"]["Expect"]["Happy"]["output"][1] = {"state": "FAILED"}
    write(tmp_path, "orders.mock.json", mocks)
    done = taxiway("test", tmp_path, "--junit", report)
    assert done.returncode == 1
    assert 'output[1].state: expected "FAILED", was "COMPLETED"' in done.stdout
    failures = ElementTree.parse(report).getroot().findall(".//testcase[@name='Happy']/failure")
    assert len(failures) == 1 and "output[1].state" in failures[0].get("message")
