"""Servers under measurement: Taxiway and its peers, started on free ports and ended by their own ids."""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def running(command, port, env=None, ready_path="/"):
    """Runs a server; yields (process, seconds until its first answer)."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process, first_answer(process, port, ready_path, began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def first_answer(process, port, path, began, limit=60):
    while time.perf_counter() - began < limit:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            connection.getresponse().read()
            return time.perf_counter() - began
        except OSError:
            time.sleep(0.001)
    raise TimeoutError("no answer")


@contextlib.contextmanager
def taxiway(binary, data=None):
    """A server on a data folder that is there, or else on a new one that goes with it."""
    if data is None:
        with tempfile.TemporaryDirectory(prefix="taxiway-bench-") as new, taxiway(binary, new) as server:
            yield server
        return
    port = free_port()
    command = [binary, "serve", "--listen", f"127.0.0.1:{port}", "--data", data]
    with running(command, port, ready_path="/_taxiway/health") as (process, seconds):
        yield port, process.pid, seconds


@contextlib.contextmanager
def ministack(python):
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="ministack-bench-") as data:
        env = {"GATEWAY_PORT": str(port), "EDGE_PORT": str(port), "S3_DATA_DIR": data, "STATE_DIR": data}
        with running([str(pathlib.Path(python).parent / "ministack")], port, env, "/_ministack/health") as (process, seconds):
            yield port, process.pid, seconds


def family(pid):
    """A process and its descendants."""
    pids = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            pids += family(int(child))
    return pids


def cpu_ms(pid):
    """CPU time that the process, its running children and all their threads have had, those that have ended included."""
    total = 0.0
    for one in family(pid):
        with contextlib.suppress(OSError):
            total += time.clock_gettime((~one << 3) | 2)  # clock_getcpuclockid(3)
    return total * 1e3


def rss_mb(pid):
    pages = sum(int(pathlib.Path(f"/proc/{p}/statm").read_text().split()[1]) for p in family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class States:
    """A minimal client of Step Functions over one kept connection: the client must not be what is measured."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call(self, operation, **members):
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AWSStepFunctions.{operation}",
                   "X-Amz-Date": "20260101T000000Z",
                   "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request, "
                                    "SignedHeaders=host;x-amz-date, Signature=0000"}
        self.connection.request("POST", "/", json.dumps(members), headers)
        response = self.connection.getresponse()
        answer = json.loads(response.read() or b"{}")
        if response.status != 200:
            raise RuntimeError(f"{operation}: {response.status} {answer}")
        return answer


def example(package, name):
    """Builds an example of a pure crate with the one profile; returns its path."""
    root = pathlib.Path(__file__).resolve().parent.parent
    command = ["cargo", "build", "--locked", "--profile", "fast", "-p", package, "--example", name, "--message-format", "json"]
    built = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return next(m["executable"] for m in map(json.loads, built.splitlines())
                if m.get("executable") and m["target"]["name"] == name)
