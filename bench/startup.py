"""From start to the first answer, and idle memory."""
import statistics
import time

import servers

RUNS, IDLE_S = 7, 3


def measure(server):
    seconds, memory = [], 0.0
    for run in range(RUNS):
        with server() as (_, pid, first):
            seconds.append(first * 1e3)
            if run == RUNS - 1:
                time.sleep(IDLE_S)
                memory = servers.rss_mb(pid)
    return f"first answer {statistics.median(seconds):.0f} ms (median of {RUNS})   idle {memory:.1f} MB"


def report(binary, python):
    print("\nStart to first answer, idle memory")
    print(f"  {'taxiway':24}" + measure(lambda: servers.taxiway(binary)))
    if python:
        try:
            print(f"  {'ministack':24}" + measure(lambda: servers.ministack(python)))
        except Exception as e:  # a peer that does not run is said, not hidden
            print(f"  ministack did not run: {type(e).__name__}: {e}")
