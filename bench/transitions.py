"""1,000,000 Pass transitions of the interpreter alone, on one thread; and the same machine through the server and through
ministack: the CPU of a transition."""
import json
import subprocess
import time

import servers

AIM = 50
ROLE = "arn:aws:iam::000000000000:role/bench"
CHAIN = 100
# Turns, and executions of ours and of theirs. As long as an execution's history of 25,000 events allows (a million
# transitions of ours): what is measured is transitions, not requests. And short ones, where requests and commits weigh.
LONG, SHORT = (115, 85, 5), (20, 50, 5)


def definition():
    """A chain of Pass states, a Choice that takes it again as often as the list has items left, and the end."""
    states = {f"P{i}": {"Type": "Pass", "Next": f"P{i + 1}"} for i in range(CHAIN - 1)}
    states[f"P{CHAIN - 1}"] = {"Type": "Pass", "Next": "Less"}
    states["Less"] = {"Type": "Pass", "Parameters": {"left.$": "States.MathAdd($.left, -1)"}, "Next": "More"}
    states["More"] = {"Type": "Choice", "Choices": [{"Variable": "$.left", "NumericGreaterThan": 0, "Next": "P0"}], "Default": "End"}
    states["End"] = {"Type": "Succeed"}
    return json.dumps({"StartAt": "P0", "States": states})


def transitions(turns):
    return turns * (CHAIN + 2) + 1


def run(client, machine, turns):
    arn = client.call("StartExecution", stateMachineArn=machine, input=json.dumps({"left": turns}))["executionArn"]
    while (answer := client.call("DescribeExecution", executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.05)
    if answer["status"] != "SUCCEEDED" or json.loads(answer["output"]) != {"left": 0}:
        raise RuntimeError(answer)


def measure(port, pid, turns, executions):
    """Returns the CPU of one transition in microseconds."""
    client = servers.States(port)
    machine = client.call("CreateStateMachine", name="long", definition=definition(), roleArn=ROLE)["stateMachineArn"]
    run(client, machine, turns)  # warm
    before = servers.cpu_ms(pid)
    for _ in range(executions):
        run(client, machine, turns)
    return (servers.cpu_ms(pid) - before) * 1e3 / (executions * transitions(turns))


def report(binary, python):
    print("\n1,000,000 transitions of the interpreter alone, one thread", flush=True)
    subprocess.run([servers.example("taxiway-asl", "transitions")], check=True)
    for shape in (LONG, SHORT):
        compare(binary, python, *shape)


def compare(binary, python, turns, ours, theirs):
    print(f"Executions of {transitions(turns):,} transitions, a loop of {CHAIN} Pass states, through a server: its CPU (aim: {AIM} times less)", flush=True)
    with servers.taxiway(binary) as (port, pid, _):
        ours = measure(port, pid, turns, ours)
    print(f"  {'taxiway (durable)':24}{ours:10.2f} us per transition", flush=True)
    if not python:
        return
    try:
        with servers.ministack(python) as (port, pid, _):
            theirs = measure(port, pid, turns, theirs)
    except Exception as e:  # a peer that does not run is said, not hidden
        print(f"  ministack did not run: {type(e).__name__}: {e}")
        return
    print(f"  {'ministack (in memory)':24}{theirs:10.2f} us per transition   {theirs / ours:.1f} times ours")
