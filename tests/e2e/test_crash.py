"""The server is killed at random moments under load: what it acknowledged is there, and nothing happened twice."""
import json
import os
import random
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from waiting import until

ROLE = "arn:aws:iam::000000000000:role/any"
KILLS = int(os.environ.get("TAXIWAY_KILLS", "50"))
DEFINITION = {"StartAt": "A", "States": {
    "A": {"Type": "Pass", "Next": "W"},
    "W": {"Type": "Wait", "Seconds": 1, "Next": "X"},
    "X": {"Type": "Parallel", "Next": "Z", "Branches": [
        {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}},
        {"StartAt": "C", "States": {"C": {"Type": "Wait", "Seconds": 1, "End": True}}}]},
    "Z": {"Type": "Pass", "End": True}}}
TYPES = sorted(["ExecutionStarted", "PassStateEntered", "PassStateExited", "WaitStateEntered", "WaitStateExited",
                "ParallelStateEntered", "ParallelStateStarted", "PassStateEntered", "PassStateExited", "WaitStateEntered",
                "WaitStateExited", "ParallelStateSucceeded", "ParallelStateExited", "PassStateEntered", "PassStateExited",
                "ExecutionSucceeded"])


class Load(threading.Thread):
    """Starts executions one after the other and keeps the names that were acknowledged."""

    def __init__(self, server, machine, number):
        super().__init__(daemon=True)
        self.server, self.machine, self.number = server, machine, number
        self.acknowledged, self.over = [], threading.Event()

    def run(self):
        count = 0
        while not self.over.is_set():
            name = f"w{self.number}-{count}"
            try:
                self.server.client("stepfunctions").start_execution(
                    stateMachineArn=self.machine, name=name, input=json.dumps({"n": count}))
            except ClientError as error:
                # Started by the call that was cut off before it was answered.
                if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                    time.sleep(0.05)
                    continue
            except (BotoCoreError, OSError):
                time.sleep(0.05)
                continue
            self.acknowledged.append(name)
            count += 1
            time.sleep(0.01)


def test_killed_at_random_moments_under_load(own_server):
    server = own_server()
    states = server.client("stepfunctions")
    machine = states.create_state_machine(name="crash", definition=json.dumps(DEFINITION), roleArn=ROLE)["stateMachineArn"]
    load = [Load(server, machine, n) for n in range(4)]
    for thread in load:
        thread.start()
    rng = random.Random(7)
    for _ in range(KILLS):
        time.sleep(rng.uniform(0.02, 0.5))
        server.kill()
        server.start()
    for thread in load:
        thread.over.set()
        thread.join()
    states = server.client("stepfunctions")
    listed = lambda: [e for page in states.get_paginator("list_executions").paginate(stateMachineArn=machine)
                      for e in page["executions"]]
    until(lambda: all(e["status"] != "RUNNING" for e in listed()), 120)
    executions = {e["name"]: e for e in listed()}
    acknowledged = [name for thread in load for name in thread.acknowledged]
    assert len(acknowledged) > KILLS
    assert sorted(set(acknowledged) - set(executions)) == []
    # One call of each worker may have been cut off before it was acknowledged and never asked again.
    assert len(executions) <= len(acknowledged) + len(load)
    assert {e["status"] for e in executions.values()} == {"SUCCEEDED"}
    for name, execution in executions.items():
        events = states.get_execution_history(executionArn=execution["executionArn"], maxResults=1000)["events"]
        assert [e["id"] for e in events] == list(range(1, len(events) + 1)), name
        assert sorted(e["type"] for e in events) == TYPES, name
        done = states.describe_execution(executionArn=execution["executionArn"])
        assert json.loads(done["input"]) == {"n": int(name.split("-")[1])}
        assert json.loads(done["output"]) == [json.loads(done["input"])] * 2
