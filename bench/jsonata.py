"""1,000,000 evaluations of an expression of ten operators, one thread, parsed once: ours and the reference's on Node."""
import os
import pathlib
import shutil
import subprocess

import servers

COUNT, REFERENCE, AIM = 1_000_000, "2.0.6", 20
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
    print(f"\n{COUNT:,} evaluations of an expression of ten operators, one thread, parsed once", flush=True)
    arguments = [EXPRESSION, INPUT, str(COUNT)]
    result, ours = measure([servers.example("taxiway-jsonata", "bench_evaluate"), *arguments])
    print(f"  {'taxiway':24}{ours:10.0f} ns per evaluation")
    if not peers:
        return
    node = shutil.which("node")
    try:
        if not node:
            raise FileNotFoundError("node is not there")
        theirs_result, theirs = measure([node, pathlib.Path(__file__).with_name("jsonata.mjs"), reference(), *arguments])
    except Exception as e:  # a peer that does not run is said, not hidden
        print(f"  jsonata {REFERENCE} on Node did not run: {type(e).__name__}: {e}")
        return
    if theirs_result != result:
        raise RuntimeError(f"the results differ: {result} and {theirs_result}")
    print(f"  {f'jsonata {REFERENCE} on Node':24}{theirs:10.0f} ns per evaluation   {theirs / ours:.1f} times ours (aim {AIM})")
