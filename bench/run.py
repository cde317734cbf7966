#!/usr/bin/env python3
"""The figures, each beside a peer or a baseline in the same run.

    make bench                                  all of them
    make bench ARGS='--only executions,startup'

    spark       the tutorial's job on 10,000 rows: through Taxiway against plain spark-submit (aim: 0.55 of its wall time)
    executions  1,000 executions of ten Pass states, eight clients that poll every 5 ms: the server's CPU for each
                (aim: 0.5 ms), beside ministack from PyPI
    express     StartSyncExecution of an Express machine over HTTP (aim: p50 2 ms), beside ministack
    transitions 1,000,000 transitions of the interpreter alone; the CPU of one through the server beside ministack, in long
                and in short executions (aim: 50 times less)
    jsonata     1,000,000 evaluations of an expression of ten operators, beside the reference implementation on Node
                (aim: 20 times faster)
    durable     durable transitions per second with 64 clients (aim: 20,000 on 2 cores) beside a bare log that does the same
                commits; latency of an execution of one state (aim: p50 3 ms, p99 20 ms); 100,000 waiting executions: memory
                (aim for a million: 300 MB) and restart (aim: 2 s); 10,000 timers in a second (aim: p99 50 ms late); a Map of
                10,000 children that wait at once (aim: 40 MB, starts of others p50 20 ms meanwhile); 2,000 starts per
                second while histories are listed. More, or one alone: bench/load, for example
                `cargo run --release --manifest-path bench/load/Cargo.toml -- waiting --executions 1000000`
    reports     a dashboard of ten visuals over 6,400,000 rows in SPICE: first paint after an ingestion (aim: 1 s) and after a
                restart, a filter (aim: 300 ms), its PDF (aim: 2 s), beside the same queries in DuckDB
    screens     the console in Chromium: 10,000 executions, a machine of 1,000 states, a result of 100,000 rows, a log of a
                million lines, each from its address to what is to be seen
    startup     from start to the first answer (aim: 100 ms), and idle memory (aim: 60 MB)

Ratios hold, absolute figures do not: machines differ.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import venv

import durable
import executions
import express
import jsonata
import reports
import startup
import transitions

HERE = pathlib.Path(__file__).resolve().parent


def peers_python():
    """A Python environment of its own with the peers in it, made on first use in the cache."""
    folder = pathlib.Path(os.environ["TAXIWAY_CACHE"]) / "bench-env"
    python = folder / "bin" / "python"
    wanted = HERE / "requirements.txt"
    stamp = folder / "ready"
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        print(f"making the benches' Python environment in {folder}", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted], check=True)
        stamp.write_text(wanted.read_text())
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="startup,durable,executions,express,transitions,jsonata,reports,screens,spark")
    parser.add_argument("--no-peers", action="store_true", help="ours alone")
    args = parser.parse_args()
    binary = os.environ["TAXIWAY_BIN"]
    python = None if args.no_peers else peers_python()
    wanted = args.only.split(",")
    if "startup" in wanted:
        startup.report(binary, python)
    if "durable" in wanted:
        durable.report(binary)
    if "executions" in wanted:
        executions.report(binary, python)
    if "express" in wanted:
        express.report(binary, python)
    if "transitions" in wanted:
        transitions.report(binary, python)
    if "jsonata" in wanted:
        jsonata.report(peers=python is not None)
    if "reports" in wanted:
        reports.report(binary, python or sys.executable)
    if "screens" in wanted:
        print("\nLarge screens of the console in Chromium", flush=True)
        subprocess.run(["npm", "run", "--silent", "bench"], cwd=HERE.parent / "console", check=True)
    if "spark" in wanted:
        subprocess.run([sys.executable, HERE / "spark.py"], check=True)


if __name__ == "__main__":
    main()
