"""Tasks that leave the server: HTTP endpoints through connections; Lambda, SQS, SNS and DynamoDB at configured endpoints;
and how callers are throttled."""
import base64
import http.server
import json
import os
import subprocess
import threading
import urllib.parse

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from conftest import binary
from waiting import until

ROLE = "arn:aws:iam::000000000000:role/any"
KEYS = Credentials("AKIDELSEWHERE", "secret-elsewhere")
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"


class Elsewhere(http.server.ThreadingHTTPServer):
    """Lambda, SQS, SNS, DynamoDB and a web API in one, as far as the tests ask; remembers its requests."""

    def __init__(self):
        self.asked = []
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    def serve(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = {"method": self.command, "path": self.path, "headers": headers, "body": body.decode()}
        self.server.asked.append(asked)
        status, more, answer = self.answer(asked)
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(answer)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.encode())

    do_GET = do_POST = do_PUT = serve

    def answer(self, asked):
        target = asked["headers"].get("x-amz-target", "")
        if asked["path"].startswith("/2015-03-31/functions/"):
            if "missing" in asked["path"]:
                error = json.dumps({"Type": "User", "Message": "Function not found: missing"})
                return 404, {"x-amzn-errortype": "ResourceNotFoundException"}, error
            event = json.loads(asked["body"] or "null")
            if event == {"fail": True}:
                return 200, {"x-amz-function-error": "Unhandled"}, json.dumps({"errorType": "Boom", "errorMessage": "no"})
            return 200, {"x-amz-executed-version": "$LATEST"}, json.dumps({"echo": event})
        if target == "AmazonSQS.SendMessage":
            return 200, {}, json.dumps({"MessageId": "m1", "MD5OfMessageBody": "d"})
        if target == "DynamoDB_20120810.GetItem":
            return 200, {}, json.dumps({"Item": {"k": {"S": "v"}}})
        if "Action=Publish" in asked["body"]:
            return 200, {"content-type": "text/xml"}, (
                "<PublishResponse><PublishResult><MessageId>m2</MessageId></PublishResult></PublishResponse>")
        if asked["path"].startswith("/status/"):
            return int(asked["path"].split("?")[0].split("/")[2]), {"content-type": "text/plain"}, "slow down"
        return 200, {}, json.dumps({"asked": asked["path"], "body": asked["body"]})

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def elsewhere():
    server = Elsewhere()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def connected(elsewhere, tmp_path_factory):
    """A server that knows where lambda (by option) and sqs, sns, dynamodb (by environment) are."""
    from conftest import Server
    named = {f"AWS_ENDPOINT_URL_{name}": elsewhere.url for name in ("SQS", "SNS", "DYNAMODB")}
    keys = {"AWS_ACCESS_KEY_ID": KEYS.access_key, "AWS_SECRET_ACCESS_KEY": KEYS.secret_key}
    server = Server(tmp_path_factory.mktemp("elsewhere"), args=["--endpoint", f"lambda={elsewhere.url}"],
                    env={**named, **keys}).start()
    yield server
    server.stop()


def run(server, name, state, input="{}"):
    """Runs a machine of one state; returns the execution."""
    states = server.client("stepfunctions")
    definition = json.dumps({"StartAt": "T", "States": {"T": {"Type": "Task", **state, "End": True}}})
    machine = states.create_state_machine(name=name, definition=definition, roleArn=ROLE)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine, input=input)["executionArn"]
    done = until(lambda: (d := states.describe_execution(executionArn=execution))["status"] != "RUNNING" and d)
    states.delete_state_machine(stateMachineArn=machine)
    return done


def is_signed(asked, service, url):
    """Holds a request's signature against botocore's own."""
    claimed = asked["headers"]["authorization"]
    names = claimed.split("SignedHeaders=")[1].split(",")[0].split(";")
    request = AWSRequest(asked["method"], url + asked["path"], data=asked["body"].encode(),
                         headers={name: asked["headers"][name] for name in names})
    request.context["timestamp"] = asked["headers"]["x-amz-date"]
    auth = SigV4Auth(KEYS, service, "us-east-1")
    wanted = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    assert f"Credential={KEYS.access_key}/" in claimed
    return claimed.endswith(f"Signature={wanted}")


def test_a_function_is_invoked_signed_and_its_payload_comes_back(connected, elsewhere):
    state = {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload.$": "$"}}
    done = run(connected, "invoke", state, '{"a": [1, "é"]}')
    output = json.loads(done["output"])
    assert (output["Payload"], output["StatusCode"]) == ({"echo": {"a": [1, "é"]}}, 200)
    asked = elsewhere.asked[-1]
    assert asked["path"] == "/2015-03-31/functions/f/invocations"
    assert is_signed(asked, "lambda", elsewhere.url)
    done = run(connected, "direct", {"Resource": FUNCTION}, '{"b": 2}')
    assert json.loads(done["output"]) == {"echo": {"b": 2}}
    assert urllib.parse.unquote(elsewhere.asked[-1]["path"]) == f"/2015-03-31/functions/{FUNCTION}/invocations"
    assert is_signed(elsewhere.asked[-1], "lambda", elsewhere.url)


def test_errors_of_functions_and_of_lambda_have_their_names(connected):
    failing = {"FunctionName": "f", "Payload": {"fail": True}}
    done = run(connected, "boom", {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": failing})
    assert (done["error"], json.loads(done["cause"])["errorMessage"]) == ("Boom", "no")
    done = run(connected, "none", {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "missing"}})
    assert done["error"] == "Lambda.ResourceNotFoundException"
    assert done["cause"].startswith("Function not found: missing (Service: AWSLambda; Status Code: 404; ")
    state = {"Resource": "arn:aws:states:::aws-sdk:lambda:invoke", "Parameters": {"FunctionName": "missing"}}
    assert run(connected, "sdk", state)["error"] == "Lambda.ResourceNotFoundException"


def test_messages_and_items_go_where_they_are_told(connected, elsewhere):
    state = {"Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "http://q", "MessageBody": {"a": 1}}}
    assert json.loads(run(connected, "sqs", state)["output"])["MessageId"] == "m1"
    assert json.loads(elsewhere.asked[-1]["body"]) == {"QueueUrl": "http://q", "MessageBody": '{"a":1}'}
    assert is_signed(elsewhere.asked[-1], "sqs", elsewhere.url)
    state = {"Resource": "arn:aws:states:::dynamodb:getItem", "Parameters": {"TableName": "t", "Key": {"k": {"S": "v"}}}}
    assert json.loads(run(connected, "dynamodb", state)["output"])["Item"] == {"k": {"S": "v"}}
    assert is_signed(elsewhere.asked[-1], "dynamodb", elsewhere.url)


def test_a_token_that_was_published_ends_the_task(connected, elsewhere):
    states = connected.client("stepfunctions")
    state = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish.waitForTaskToken", "End": True,
             "Parameters": {"TopicArn": "arn:t", "Message.$": "$$.Task.Token"}}
    definition = json.dumps({"StartAt": "T", "States": {"T": state}})
    machine = states.create_state_machine(name="sns", definition=definition, roleArn=ROLE)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    asked = until(lambda: next((a for a in elsewhere.asked if "Action=Publish" in a["body"]), None))
    assert is_signed(asked, "sns", elsewhere.url)
    token = urllib.parse.parse_qs(asked["body"])["Message"][0]
    until(lambda: any(e["type"] == "TaskSubmitted" for e in states.get_execution_history(executionArn=execution)["events"]))
    states.send_task_success(taskToken=token, output='"done"')
    done = until(lambda: (d := states.describe_execution(executionArn=execution))["status"] != "RUNNING" and d)
    assert done["output"] == '"done"'


def test_without_an_endpoint_the_cause_says_how_to_name_one(server):
    done = run(server, "nowhere", {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}})
    assert done["error"] == "States.TaskFailed"
    assert "--endpoint lambda=http://" in done["cause"] and "AWS_ENDPOINT_URL_LAMBDA" in done["cause"]


@pytest.fixture(scope="module")
def connection(server):
    events = server.client("events")
    auth = {"BasicAuthParameters": {"Username": "ada", "Password": "s3cret"},
            "InvocationHttpParameters": {"QueryStringParameters": [{"Key": "k", "Value": "hidden"}],
                                         "BodyParameters": [{"Key": "added", "Value": "here"}]}}
    arn = events.create_connection(Name="http-tasks", AuthorizationType="BASIC", AuthParameters=auth)["ConnectionArn"]
    until(lambda: events.describe_connection(Name="http-tasks")["ConnectionState"] == "AUTHORIZED")
    yield arn
    events.delete_connection(Name="http-tasks")


def http_state(url, connection, **more):
    parameters = {"ApiEndpoint": url, "Method": "POST", "Authentication": {"ConnectionArn": connection}, **more}
    return {"Resource": "arn:aws:states:::http:invoke", "Parameters": parameters}


def test_an_http_task_goes_through_its_connection(server, elsewhere, connection):
    state = http_state(f"{elsewhere.url}/orders?x=1", connection, QueryParameters={"q": ["a", "b c"]},
                       Headers={"X-Team": "us"}, RequestBody={"order.$": "$.order"})
    done = run(server, "http", state, '{"order": 7}')
    output = json.loads(done["output"])
    assert (output["StatusCode"], output["StatusText"]) == (200, "OK")
    assert output["ResponseBody"] == {"asked": "/orders?x=1&q=a&q=b%20c&k=hidden", "body": '{"order":7,"added":"here"}'}
    assert output["Headers"]["content-type"] == ["application/json"]
    asked = elsewhere.asked[-1]["headers"]
    assert asked["authorization"] == "Basic " + base64.b64encode(b"ada:s3cret").decode()
    assert asked["user-agent"] == "Amazon|StepFunctions|HttpInvoke|us-east-1"
    assert (asked["range"], asked["content-type"]) == ("bytes=0-262144", "application/json; charset=UTF-8")


def test_the_failures_of_http_tasks(server, elsewhere, connection):
    done = run(server, "http429", http_state(f"{elsewhere.url}/status/429", connection))
    assert (done["error"], done["cause"]) == ("States.Http.StatusCode.429", "slow down")
    done = run(server, "httplost", http_state("http://127.0.0.1:9/", connection))
    assert done["error"] == "States.Http.Socket"
    done = run(server, "httpnone", http_state(elsewhere.url, connection[:-4] + "none"))
    assert done["error"] == "Events.ConnectionResource.ResourceNotFound"
    done = run(server, "httphead", http_state(elsewhere.url, connection, Headers={"Host": "x"}))
    assert done["error"] == "States.Runtime"
    form = {"Transform": {"RequestBodyEncoding": "URL_ENCODED"}, "RequestBody": {"a": [1, 2]},
            "Headers": {"content-type": "application/x-www-form-urlencoded"}}
    run(server, "httpform", http_state(elsewhere.url, connection, **form))
    assert elsewhere.asked[-1]["body"] == "a%5B0%5D=1&a%5B1%5D=2&added=here"


def test_teststate_traces_the_exchange(server, elsewhere, connection):
    states = server.client("stepfunctions", inject_host_prefix=False)
    definition = json.dumps({"Type": "Task", **http_state(f"{elsewhere.url}/x", connection), "End": True})
    ask = lambda **more: states.test_state(definition=definition, roleArn=ROLE, inspectionLevel="TRACE", **more)
    hidden = ask()["inspectionData"]
    assert (hidden["request"]["method"], hidden["request"]["url"]) == ("POST", f"{elsewhere.url}/x")
    assert "Authorization" not in hidden["request"]["headers"] and "hidden" not in json.dumps(hidden["request"])
    assert (hidden["response"]["statusCode"], hidden["response"]["protocol"]) == ("200", "http")
    revealed = ask(revealSecrets=True)["inspectionData"]["request"]
    assert revealed["url"].endswith("/x?k=hidden") and "Authorization: Basic " in revealed["headers"]


def test_what_cannot_be_used_is_refused_at_the_start(tmp_path):
    def refused(*arguments, **env):
        command = [binary(), "serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "data"), *arguments]
        ran = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, timeout=60)
        assert ran.returncode != 0
        return ran.stderr

    assert "dynamodb" in refused("--endpoint", "s3=http://127.0.0.1:1")
    assert "AWS_ENDPOINT_URL_SQS" in refused(AWS_ENDPOINT_URL_SQS="nonsense")
    assert "StartExecution=" in refused("--throttle", "StartExecution")
    assert "Nonsense" in refused("--throttle", "Nonsense=1/1")


def test_throttling_is_off_until_it_is_asked_for(own_server):
    server = own_server(args=["--throttle", "aws", "--throttle", "ListActivities=2/0.5"])
    states = server.client("stepfunctions")
    for _ in range(2):
        states.list_activities()
    with pytest.raises(ClientError) as caught:
        states.list_activities()
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["Error"]["Message"]) == ("ThrottlingException", "Rate exceeded")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert states.list_state_machines()["stateMachines"] == []
    assert until(lambda: is_listed(states), 10), "tokens come back"


def is_listed(states):
    try:
        return "activities" in states.list_activities()
    except ClientError:
        return False
