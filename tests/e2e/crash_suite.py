"""kill -9 on a real server under load, again and again: what it acknowledged is there, and nothing happened twice.

    make crash ARGS='--kills 1000'

The load: executions that wait and branch, executions that start others, Athena queries, Spark jobs, objects. Then, with the
server left alone until all has ended:

- every start that was acknowledged is there and has succeeded, and none is there that nobody asked for;
- every history is gapless, begins with its start and ends with its end;
- every task that carries a token was done once: one child, one query, one job run for each, and each job ran once;
- every object that was acknowledged has its bytes.
"""
import argparse
import collections
import concurrent.futures
import json
import pathlib
import random
import tempfile
import time

from botocore.exceptions import ClientError

from conftest import Server
from crash_load import CHILD, FLOW, FLOW_EVENTS, ROLE, SPARK_SCRIPT, Puts, Starts, body, parent, query, spark
from waiting import until


def run(server, kills, seed=7, with_spark=True, say=lambda line: None):
    """Loads and kills the server, then checks; returns how much there was of what."""
    s3, states, emr = (server.client(name) for name in ("s3", "stepfunctions", "emr-containers"))
    s3.create_bucket(Bucket="crash")
    s3.put_object(Bucket="crash", Key="job.py", Body=SPARK_SCRIPT.encode())
    provider = {"id": "eks", "type": "EKS", "info": {"eksInfo": {"namespace": "crash"}}}
    cluster = emr.create_virtual_cluster(name="crash", containerProvider=provider)["id"]
    create = lambda name, definition: states.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=ROLE)["stateMachineArn"]
    child = create("child", CHILD)
    machines = {"flow": create("flow", FLOW), "parent": create("parent", parent(child)), "query": create("query", query()),
                "spark": create("spark", spark(cluster))}
    load = [Starts(server, machines["flow"], f"flow{n}") for n in range(3)]
    load += [Starts(server, machines["parent"], "parent", 0.05), Starts(server, machines["query"], "query", 0.2),
             Puts(server, "put")]
    if with_spark:
        load.append(Starts(server, machines["spark"], "spark", one_by_one=True))
        # The job is to run while the server is killed, not only to be asked for.
        load[-1].start()
        until(lambda: any(j["state"] == "RUNNING" for j in server.client("emr-containers").list_job_runs(
            virtualClusterId=cluster)["jobRuns"]), 240)
    for worker in load:
        if not worker.is_alive():
            worker.start()
    kill_often(server, kills, random.Random(seed), say)
    for worker in load:
        worker.over.set()
    for worker in load:
        worker.join()
        assert worker.failed is None, f"{worker.name} was refused: {worker.failed}"
    say("the server is left alone; waiting for the rest to end")
    return check(server, machines, child, cluster, load)


def kill_often(server, kills, rng, say):
    began = time.monotonic()
    for number in range(kills):
        # Shortly after its start the server takes up what is left; later it is in the midst of new work.
        time.sleep(rng.uniform(0.0, 0.1) if number % 2 else rng.uniform(0.1, 0.6))
        server.kill()
        server.start()
        if (number + 1) % 50 == 0:
            say(f"{number + 1} kills in {time.monotonic() - began:.0f} s")


def check(server, machines, child, cluster, load):
    states = server.client("stepfunctions")

    def listed(machine, **more):
        pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine, **more)
        return [e for page in pages for e in page["executions"]]

    found = {}
    for kind, machine in [*machines.items(), ("child", child)]:
        until(lambda: not listed(machine, statusFilter="RUNNING"), 600)
        found[kind] = listed(machine)
        wrong = [(e["name"], e["status"]) for e in found[kind] if e["status"] != "SUCCEEDED"]
        assert not wrong, f"{kind}: {wrong[:5]}"
    for kind in machines:
        workers = [worker for worker in load if worker.name.rstrip("0123456789") == kind]
        acknowledged = {name for worker in workers for name in worker.acknowledged}
        names = {e["name"] for e in found[kind]}
        assert acknowledged <= names, f"{kind}: lost {sorted(acknowledged - names)[:5]}"
        # One call of each worker may have been cut off before it was acknowledged, and never asked again.
        assert len(names) <= len(acknowledged) + len(workers), f"{kind}: {sorted(names - acknowledged)[:5]}"
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        histories = dict(pool.map(lambda e: (e["executionArn"], history(states, e["executionArn"])),
                                  [e for executions in found.values() for e in executions]))
    for execution in found["flow"]:
        events = histories[execution["executionArn"]]
        assert sorted(event["type"] for event in events) == FLOW_EVENTS, execution["name"]
    for kind in ("parent", "query", "spark"):
        for execution in found[kind]:
            types = [event["type"] for event in histories[execution["executionArn"]]]
            assert types.count("TaskSubmitted") == types.count("TaskSucceeded") == 1, (execution["name"], types)
    assert len(found["child"]) == len(found["parent"]), "each task started one execution"
    ran = once(server, found, histories, cluster)
    objects = puts(server, next(worker for worker in load if worker.name == "put").acknowledged)
    return {**{kind: len(executions) for kind, executions in found.items()}, "job runs": ran, "objects": objects,
            "history events": sum(map(len, histories.values()))}


def history(states, arn):
    """Returns an execution's events, having checked that none is missing."""
    pages = states.get_paginator("get_execution_history").paginate(executionArn=arn)
    events = [event for page in pages for event in page["events"]]
    assert [event["id"] for event in events] == list(range(1, len(events) + 1)), arn
    assert all(event["previousEventId"] < event["id"] for event in events), arn
    assert events[0]["type"] == "ExecutionStarted" and events[-1]["type"] == "ExecutionSucceeded", arn
    times = [event["timestamp"] for event in events]
    assert times == sorted(times), arn
    return events


def once(server, found, histories, cluster):
    """Each task's token was honoured: as many queries and job runs as tasks, and each job left one mark."""
    athena, emr, s3 = (server.client(name) for name in ("athena", "emr-containers", "s3"))
    ids = [i for page in athena.get_paginator("list_query_executions").paginate() for i in page["QueryExecutionIds"]]
    assert len(ids) == len(found["query"]), "each task made one query"
    runs = [job for page in emr.get_paginator("list_job_runs").paginate(virtualClusterId=cluster) for job in page["jobRuns"]]
    assert len(runs) == len(found["spark"]), "each task made one job run"
    assert {job["state"] for job in runs} <= {"COMPLETED"}, [job["state"] for job in runs]
    marks = collections.Counter()
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="crash", Prefix="spark/"):
        for key in (o["Key"] for o in page.get("Contents", [])):
            _, name, what, *rest = key.split("/")
            if what.startswith("ran-") and rest == ["_SUCCESS"]:
                marks[name] += 1
    assert marks == {e["name"]: 1 for e in found["spark"]}, marks
    return len(runs)


def puts(server, acknowledged):
    s3 = server.client("s3")
    for name in acknowledged:
        try:
            got = s3.get_object(Bucket="crash", Key=f"puts/{name}")["Body"].read()
        except ClientError as error:
            raise AssertionError(f"{name} is lost: {error}") from error
        assert got == body(name), name
    return len(acknowledged)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7, help="of the moments at which it is killed")
    parser.add_argument("--without-spark", action="store_true")
    parser.add_argument("--data", help="keeps the data folder, made here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="taxiway-crash-") as folder:
        server = Server(args.data or pathlib.Path(folder) / "data").start()
        began = time.monotonic()
        say = lambda line: print(line, flush=True)
        try:
            counts = run(server, args.kills, args.seed, not args.without_spark, say)
        finally:
            server.stop()
    print(f"{args.kills} kills (seed {args.seed}) in {time.monotonic() - began:.0f} s; all is there, nothing twice: "
          + ", ".join(f"{count} {what}" for what, count in counts.items()))


if __name__ == "__main__":
    main()
