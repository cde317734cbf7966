"""1,000,000 evaluations of an expression of ten operators, one thread, parsed once: ours and the reference's on Node."""
import os
import pathlib
import shutil
import statistics
import subprocess

import servers

ROUNDS, COUNT, REFERENCE, AIM = 5, 200_000, "2.0.6", 20
EXPRESSION = 'trip.fare + trip.tip * 2 - 1.5 > 10 and trip.seats % 2 = 1 and trip.city & trip.zone != "x"'
INPUT = '{"trip": {"fare": 12.5, "tip": 2.25, "seats": 3, "city": "New York", "zone": "JFK"}, "vendor": 1}'


def reference():
    """The path of the reference implementation, installed in the cache on first use; no script of a package is run."""
    folder = pathlib.Path(os.environ["TAXIWAY_CACHE"]) / "bench-node"
    module = folder / "node_modules" / "jsonata" / "jsonata.js"
    if not module.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", f"jsonata@{REFERENCE}"],
                       cwd=folder, check=True)
    return module


def measure(command):
    """Returns the result and the nanoseconds for each evaluation."""
    result, nanos = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[:2]
    return result, float(nanos)


def report(peers):
    print(f"\n{ROUNDS * COUNT:,} evaluations of an expression of ten operators, one thread, parsed once; median of {ROUNDS} rounds", flush=True)
    arguments = [EXPRESSION, INPUT, str(COUNT)]
    commands = {"taxiway": [servers.example("taxiway-jsonata", "bench_evaluate"), *arguments]}
    node = shutil.which("node")
    if peers and node:
        try:
            commands[f"jsonata {REFERENCE} on Node"] = [node, pathlib.Path(__file__).with_name("jsonata.mjs"), reference(), *arguments]
        except (OSError, subprocess.CalledProcessError) as e:  # a peer that does not run is said, not hidden
            print(f"  jsonata {REFERENCE} could not be installed: {type(e).__name__}: {e}")
    elif peers:
        print(f"  jsonata {REFERENCE} did not run: Node is not there")
    runs = [{name: measure(command) for name, command in commands.items()} for _ in range(ROUNDS)]  # in turn: the machine may be busy
    results = {result for run in runs for result, _ in run.values()}
    if len(results) > 1:
        raise RuntimeError(f"the results differ: {results}")
    medians = {name: statistics.median(run[name][1] for run in runs) for name in commands}
    for name, nanos in medians.items():
        ratio = "" if name == "taxiway" else f"   {nanos / medians['taxiway']:.1f} times ours (aim {AIM})"
        print(f"  {name:24}{nanos:10.0f} ns per evaluation{ratio}")
