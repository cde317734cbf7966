"""Connections and API destinations with boto3: rules that deliver to an HTTP server on this computer.

AWS takes https endpoints alone; http is taken here where it stays on a loopback address.
"""
import base64
import http.server
import json
import threading
import urllib.parse

import pytest
from botocore.exceptions import ClientError

from waiting import until

ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"


@pytest.fixture
def events(client):
    return client("events")


class Endpoint(http.server.ThreadingHTTPServer):
    """Remembers its requests; `/token` gives tokens, `answers` are statuses to give first."""

    def __init__(self):
        self.asked, self.answers, self.tokens = [], [], 0
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def requests(self, path):
        return [one for one in self.asked if one["path"].startswith(path)]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        answer, status = b"{}", 200
        if self.path.startswith("/token"):
            self.server.tokens += 1
            answer = json.dumps({"access_token": f"t{self.server.tokens}", "expires_in": 3600}).encode()
        elif self.server.answers:
            status = self.server.answers.pop(0)
        self.server.asked.append({"path": self.path, "headers": {name.lower(): value for name, value in self.headers.items()}, "body": body})
        self.send_response(status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def endpoint():
    server = Endpoint()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def deliver(events, tag):
    """`deliver(endpoint's URL, kind, auth, …)` makes a connection, an API destination, and a rule for source `tag`."""
    made = []

    def make(url, kind, auth, http=None, **target):
        arn = events.create_connection(Name=tag, AuthorizationType=kind, AuthParameters=auth)["ConnectionArn"]
        made.append(lambda: events.delete_connection(Name=tag))
        until(lambda: events.describe_connection(Name=tag)["ConnectionState"] == "AUTHORIZED")
        destination = events.create_api_destination(Name=tag, ConnectionArn=arn, InvocationEndpoint=url,
                                                    HttpMethod="POST")["ApiDestinationArn"]
        made.append(lambda: events.delete_api_destination(Name=tag))
        events.put_rule(Name=tag, EventPattern=json.dumps({"source": [tag]}))
        made.append(lambda: events.delete_rule(Name=tag))
        target = {"Id": "1", "Arn": destination, "RoleArn": ROLE, "HttpParameters": http or {}, **target}
        assert events.put_targets(Rule=tag, Targets=[target])["FailedEntryCount"] == 0
        made.append(lambda: events.remove_targets(Rule=tag, Ids=["1"]))
        return arn

    yield make
    for undo in reversed(made):
        undo()


def send(events, tag, detail):
    entry = {"Source": tag, "DetailType": "order", "Detail": json.dumps(detail)}
    return events.put_events(Entries=[entry])["Entries"][0]["EventId"]


def test_a_rule_delivers_with_basic_authorization_and_tries_again(events, endpoint, deliver, tag):
    endpoint.answers = [503]
    secret = {"Key": "X-Team", "Value": "s3cret-head", "IsValueSecret": True}
    auth = {"BasicAuthParameters": {"Username": "ada", "Password": "s3cret-word"},
            "InvocationHttpParameters": {"HeaderParameters": [secret]}}
    deliver(endpoint.url + "/orders/*", "BASIC", auth, {"PathParameterValues": ["$.detail.id"]})
    event = send(events, tag, {"id": "a/1"})
    asked = until(lambda: len(endpoint.asked) == 2 and endpoint.asked)
    for one in asked:
        assert one["path"] == "/orders/a%2F1"
        assert base64.b64decode(one["headers"]["authorization"].split()[1]) == b"ada:s3cret-word"
        assert one["headers"]["x-team"] == "s3cret-head"
        assert json.loads(one["body"])["id"] == event
    shown = events.describe_connection(Name=tag)
    assert shown["AuthParameters"]["BasicAuthParameters"] == {"Username": "ada"}
    listed = events.list_connections(NamePrefix=tag)
    assert "s3cret" not in str(shown) + str(listed)


def test_an_oauth_token_is_exchanged_and_sent(events, endpoint, deliver, tag):
    auth = {"OAuthParameters": {"ClientParameters": {"ClientID": "me", "ClientSecret": "hush"},
                                "AuthorizationEndpoint": endpoint.url + "/token", "HttpMethod": "POST"}}
    deliver(endpoint.url + "/hook", "OAUTH_CLIENT_CREDENTIALS", auth)
    send(events, tag, {})
    hook = until(lambda: endpoint.requests("/hook"))[0]
    assert hook["headers"]["authorization"] == "Bearer t1"
    form = urllib.parse.parse_qs(endpoint.requests("/token")[0]["body"])
    assert form == {"grant_type": ["client_credentials"], "client_id": ["me"], "client_secret": ["hush"]}


def test_an_api_destination_is_inactive_without_its_connection(events, endpoint, deliver, tag):
    auth = {"ApiKeyAuthParameters": {"ApiKeyName": "x-api-key", "ApiKeyValue": "k"}}
    arn = deliver(endpoint.url, "API_KEY", auth)
    assert events.describe_api_destination(Name=tag)["ApiDestinationState"] == "ACTIVE"
    assert events.deauthorize_connection(Name=tag)["ConnectionState"] == "DEAUTHORIZING"
    assert events.describe_connection(Name=tag)["ConnectionState"] == "DEAUTHORIZED"
    listed = events.list_api_destinations(ConnectionArn=arn)["ApiDestinations"]
    assert [one["ApiDestinationState"] for one in listed] == ["INACTIVE"]


def test_http_endpoints_elsewhere_are_refused(events, endpoint, deliver, tag):
    arn = deliver(endpoint.url, "API_KEY", {"ApiKeyAuthParameters": {"ApiKeyName": "x", "ApiKeyValue": "k"}})
    with pytest.raises(ClientError) as refused:
        events.create_api_destination(Name=tag + "-2", ConnectionArn=arn, HttpMethod="POST",
                                      InvocationEndpoint="http://example.com/")
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.describe_api_destination(Name=tag + "-2")
