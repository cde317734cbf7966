"""1,000 executions of ten Pass states: CPU of the server for each."""
import concurrent.futures
import json
import statistics
import time

import servers

CLIENTS, EXECUTIONS, POLL_S = 8, 1_000, 0.005
ROLE = "arn:aws:iam::000000000000:role/bench"


def definition():
    states = {f"S{i}": {"Type": "Pass", "Next": f"S{i + 1}"} for i in range(1, 10)}
    return json.dumps({"StartAt": "S1", "States": {**states, "S10": {"Type": "Pass", "End": True}}})


def drive(port, machine, count):
    client, waits = servers.States(port), []
    for _ in range(count):
        began = time.perf_counter()
        arn = client.call("StartExecution", stateMachineArn=machine, input='{"n": 1}')["executionArn"]
        while (status := client.call("DescribeExecution", executionArn=arn)["status"]) == "RUNNING":
            time.sleep(POLL_S)
        if status != "SUCCEEDED":
            raise RuntimeError(f"{arn}: {status}")
        waits.append((time.perf_counter() - began) * 1e3)
    return waits


def measure(port, pid, executions=EXECUTIONS):
    machine = servers.States(port).call("CreateStateMachine", name="ten", definition=definition(), roleArn=ROLE)["stateMachineArn"]
    drive(port, machine, 50)  # warm
    before, began = servers.cpu_ms(pid), time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        waits = [w for part in pool.map(lambda _: drive(port, machine, executions // CLIENTS), range(CLIENTS)) for w in part]
    return {"CPU ms per execution": (servers.cpu_ms(pid) - before) / executions, "wall s": time.perf_counter() - began,
            "p50 ms": statistics.median(waits), "p99 ms": statistics.quantiles(waits, n=100)[98]}


def report(binary, python):
    print(f"\n{EXECUTIONS:,} executions of ten Pass states, {CLIENTS} clients that poll every {POLL_S * 1e3:g} ms")
    rows = {}
    with servers.taxiway(binary) as (port, pid, _):
        rows["taxiway (durable)"] = measure(port, pid)
    if python:
        try:
            with servers.ministack(python) as (port, pid, _):
                rows["ministack (in memory)"] = measure(port, pid)
        except Exception as e:  # a peer that does not run is said, not hidden
            print(f"  ministack did not run: {type(e).__name__}: {e}")
    for name, figures in rows.items():
        print(f"  {name:24}" + "   ".join(f"{k} {v:.3f}" for k, v in figures.items()))
