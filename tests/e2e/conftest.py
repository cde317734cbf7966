"""What every end-to-end test gets: a server of its own session, and clients for it.

`TAXIWAY_BIN` names the binary (`make test` sets it). With `TAXIWAY_ENDPOINT` set, that server is used instead.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import uuid

import boto3
import pytest
from botocore.config import Config

ACCOUNT, REGION = "000000000000", "us-east-1"
REPO = pathlib.Path(__file__).resolve().parents[2]
SHARED = REPO.parent / "shared"


class Server:
    """A `taxiway serve` of one's own: `start`, `stop` (SIGTERM), `kill` (SIGKILL); the data folder stays."""

    def __init__(self, data, listen="127.0.0.1:0", args=(), env=None):
        self.data, self.listen, self.args, self.env = pathlib.Path(data), listen, list(args), env or {}
        self.process, self.url, self.log = None, None, []

    def start(self):
        command = [binary(), "serve", "--listen", self.listen, "--data", str(self.data), *self.args]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, **self.env})
        threading.Thread(target=self._drain, args=(self.process.stderr,), daemon=True).start()
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+?(?=[\s,;)]|$)", line)
        if not found:
            self.process.wait(10)
            raise RuntimeError(f"the server did not start: {line!r}\n" + "".join(self.log[-20:]))
        self.url = found.group(0).rstrip("/.")
        self.listen = self.url.removeprefix("http://")  # the same port again after a restart
        threading.Thread(target=self._drain, args=(self.process.stdout,), daemon=True).start()
        return self

    def _drain(self, stream):
        for line in stream:
            self.log.append(line)

    def stop(self):
        return self._end(signal.SIGTERM)

    def kill(self):
        return self._end(signal.SIGKILL)

    def _end(self, how):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)
        return self.process.returncode if self.process else None

    def client(self, name, **more):
        return make_client(self.url, name, **more)


def binary():
    path = os.environ.get("TAXIWAY_BIN")
    if not path:
        pytest.skip("TAXIWAY_BIN is not set: run `make test-e2e`")
    return path


def make_client(endpoint, name, key="test", secret="test", region=REGION, retries=1, **more):
    config = Config(retries={"max_attempts": retries}, s3={"addressing_style": "path"}, read_timeout=120, **more)
    return boto3.client(name, endpoint_url=endpoint, region_name=region, config=config,
                        aws_access_key_id=key, aws_secret_access_key=secret)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The session's server."""
    given = os.environ.get("TAXIWAY_ENDPOINT")
    if given:
        server = Server("/nonexistent")
        server.url = given
        yield server
        return
    server = Server(tmp_path_factory.mktemp("data")).start()
    os.environ["TAXIWAY_ENDPOINT"] = server.url
    yield server
    os.environ.pop("TAXIWAY_ENDPOINT", None)
    server.stop()


@pytest.fixture(scope="session", autouse=True)
def _clients_find_the_server(request):
    """Tests that read TAXIWAY_ENDPOINT themselves find it set."""
    if os.environ.get("TAXIWAY_BIN") or os.environ.get("TAXIWAY_ENDPOINT"):
        request.getfixturevalue("server")
    yield


@pytest.fixture(scope="session")
def endpoint(server):
    return server.url


@pytest.fixture(scope="session")
def client(server):
    """`client("s3")` is a boto3 client for the session's server."""
    made = {}
    return lambda name: made.setdefault(name, server.client(name))


@pytest.fixture
def own_server(tmp_path):
    """`own_server(...)` starts a server for this test alone; it is ended with the test."""
    started = []

    def start(data=tmp_path / "data", **more):
        started.append(Server(data, **more).start())
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def aws(server):
    """`aws("s3", "ls")` runs the real CLI; returns the finished process."""
    def run(*args, check=True, input=None, cwd=None):
        env = {**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION,
               "AWS_ENDPOINT_URL": server.url, "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"}
        done = subprocess.run(["aws", *args], text=True, capture_output=True, env=env, input=input, cwd=cwd, timeout=120)
        if check and done.returncode:
            raise AssertionError(f"aws {' '.join(args)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done
    return run


@pytest.fixture
def tag():
    """Eight hex digits, another for each test."""
    return uuid.uuid4().hex[:8]


@pytest.fixture(scope="session")
def shared():
    """The checks from outside the project; tests that need them skip where they are absent, and fail in CI."""
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SHARED} is absent in CI")
        pytest.skip("the checks from outside the project are absent")
    return SHARED


def pytest_report_header():
    return f"binary: {os.environ.get('TAXIWAY_BIN')}, python {sys.version.split()[0]}"
