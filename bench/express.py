"""StartSyncExecution of an Express machine over HTTP, one client, one connection: the latency it sees."""
import json
import statistics
import time

import servers

CALLS, PEER_CALLS, WARM, AIM_MS = 1_000, 200, 20, 2.0
ROLE = "arn:aws:iam::000000000000:role/bench"
DEFINITION = json.dumps({"StartAt": "Take", "States": {
    "Take": {"Type": "Pass", "Parameters": {"trip.$": "$.trip"}, "ResultPath": "$.taken", "Next": "Far"},
    "Far": {"Type": "Choice", "Choices": [{"Variable": "$.taken.trip", "NumericGreaterThan": 10, "Next": "Done"}], "Default": "Done"},
    "Done": {"Type": "Succeed"}}})


def measure(port, calls):
    client = servers.States(port)
    machine = client.call("CreateStateMachine", name="express", type="EXPRESS", definition=DEFINITION, roleArn=ROLE)["stateMachineArn"]
    waits = []
    for i in range(WARM + calls):
        began = time.perf_counter()
        answer = client.call("StartSyncExecution", stateMachineArn=machine, input=json.dumps({"trip": i}))
        waits.append((time.perf_counter() - began) * 1e3)
        if answer["status"] != "SUCCEEDED" or json.loads(answer["output"])["taken"] != {"trip": i}:
            raise RuntimeError(answer)
    return statistics.median(waits[WARM:]), statistics.quantiles(waits[WARM:], n=100)[98]


def report(binary, python):
    print(f"\nStartSyncExecution of an Express machine of three states, over one connection (aim: p50 {AIM_MS:g} ms)", flush=True)
    peers = [("taxiway", CALLS, lambda: servers.taxiway(binary))]
    if python:
        peers.append(("ministack", PEER_CALLS, lambda: servers.ministack(python)))
    for name, calls, server in peers:
        try:
            with server() as (port, _, _):
                p50, p99 = measure(port, calls)
        except Exception as e:
            if name == "taxiway":
                raise
            print(f"  {name} did not run: {type(e).__name__}: {e}")  # a peer that does not run is said, not hidden
        else:
            print(f"  {name:24}p50 {p50:8.2f} ms   p99 {p99:8.2f} ms   ({calls:,} calls)", flush=True)
