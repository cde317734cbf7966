"""Backup of a server under load, and what a restore brings back."""
import json
import subprocess
import time

import pytest

from conftest import Server, binary
from crash_load import FLOW, ROLE, Puts, Starts, body
from crash_suite import history
from waiting import until

WAITING = json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3, "Next": "P"}, "P": {"Type": "Pass", "End": True}}})


def run(*args, ok=True):
    done = subprocess.run([binary(), *map(str, args)], capture_output=True, text=True, timeout=120)
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def archive(own_server, tmp_path):
    """A server under load and a backup of it; what was acknowledged before the backup began."""
    server = own_server()
    s3, states, logs = (server.client(name) for name in ("s3", "stepfunctions", "logs"))
    s3.create_bucket(Bucket="crash")
    flow = states.create_state_machine(name="flow", definition=json.dumps(FLOW), roleArn=ROLE)["stateMachineArn"]
    waits = states.create_state_machine(name="waits", definition=WAITING, roleArn=ROLE)["stateMachineArn"]
    load = [Starts(server, flow, f"flow{n}") for n in range(3)] + [Starts(server, waits, "waits", 0.1), Puts(server, "put", 0.0)]
    for worker in load:
        worker.start()
    until(lambda: all(len(worker.acknowledged) >= 20 for worker in load))
    logs.create_log_group(logGroupName="/kept")
    acknowledged = {worker.name: list(worker.acknowledged) for worker in load}
    said = run("backup", "--data", server.data, "-o", tmp_path / "a.backup")
    assert "writers waited" in said
    before = {worker.name: len(worker.acknowledged) for worker in load}
    # The server went on and goes on.
    until(lambda: all(len(worker.acknowledged) > before[worker.name] for worker in load))
    for worker in load:
        worker.over.set()
    for worker in load:
        worker.join()
        assert worker.failed is None, worker.failed
    server.stop()
    return tmp_path / "a.backup", acknowledged, {"flow": flow, "waits": waits}


def test_everything_acknowledged_is_restored_and_executions_go_on(archive, tmp_path):
    path, acknowledged, machines = archive
    assert "is sound" in run("restore", path, "--check")
    assert path.stat().st_mode & 0o077 == 0, "it holds what the data folder holds: for its owner alone"
    run("restore", path, "--data", tmp_path / "restored")
    server = Server(tmp_path / "restored").start()
    try:
        states, s3 = server.client("stepfunctions"), server.client("s3")
        for kind, machine in machines.items():
            listed = lambda **more: [e for page in states.get_paginator("list_executions").paginate(
                stateMachineArn=machine, **more) for e in page["executions"]]
            names = {e["name"] for e in listed()}
            wanted = {n for worker, done in acknowledged.items() if worker.startswith(kind) for n in done}
            assert wanted <= names, sorted(wanted - names)[:5]
            until(lambda: not listed(statusFilter="RUNNING"), 60)
            executions = listed()
            assert {e["status"] for e in executions} == {"SUCCEEDED"}
            for execution in executions:
                history(states, execution["executionArn"])
        for name in acknowledged["put"]:
            assert s3.get_object(Bucket="crash", Key=f"puts/{name}")["Body"].read() == body(name), name
        groups = server.client("logs").describe_log_groups()["logGroups"]
        assert "/kept" in {g["logGroupName"] for g in groups}
        arn = states.start_execution(stateMachineArn=machines["flow"], name="after")["executionArn"]
        until(lambda: states.describe_execution(executionArn=arn)["status"] == "SUCCEEDED")
    finally:
        server.stop()


def test_nothing_is_written_over_and_damage_is_refused(archive, tmp_path):
    path, _, _ = archive
    assert "exists already" in run("backup", "--data", tmp_path / "data", "-o", path, ok=False)
    assert "is not empty" in run("restore", path, "--data", tmp_path / "data", ok=False)
    assert "no data folder" in run("backup", "--data", tmp_path / "none", "-o", tmp_path / "b", ok=False)
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged").write_bytes(damaged)
    for args in (["--check"], ["--data", tmp_path / "new"]):
        assert "the archive is damaged" in run("restore", tmp_path / "damaged", *args, ok=False)
    assert not (tmp_path / "new").exists()


def test_a_job_that_was_under_way_is_lost_in_the_restored_folder_and_runs_on_in_the_other(own_server, tmp_path):
    server = own_server()
    s3, emr = server.client("s3"), server.client("emr-containers")
    s3.create_bucket(Bucket="slow")
    s3.put_object(Bucket="slow", Key="job.py", Body=b"import time\nprint('begun', flush=True)\ntime.sleep(20)\nprint('whole', flush=True)\n")
    provider = {"id": "eks", "type": "EKS", "info": {"eksInfo": {"namespace": "slow"}}}
    cluster = emr.create_virtual_cluster(name="slow", containerProvider=provider)["id"]
    job = emr.start_job_run(virtualClusterId=cluster, executionRoleArn=ROLE, releaseLabel="emr-6.2.0-latest",
                            jobDriver={"sparkSubmitJobDriver": {"entryPoint": "s3://slow/job.py"}})["id"]
    state = lambda client: client.describe_job_run(virtualClusterId=cluster, id=job)["jobRun"]["state"]
    until(lambda: state(emr) == "RUNNING", 240)
    until(lambda: any("begun" in p.read_text() for p in (server.data / "jobs").glob("*/*/stdout")), 240)
    run("backup", "--data", server.data, "-o", tmp_path / "b.backup")
    run("restore", tmp_path / "b.backup", "--data", tmp_path / "restored")
    other = Server(tmp_path / "restored").start()
    try:
        until(lambda: state(other.client("emr-containers")) == "FAILED", 60)
    finally:
        other.stop()
    assert until(lambda: state(emr) in ("COMPLETED", "FAILED") and state(emr), 240) == "COMPLETED", "nobody killed it"
