"""The durable engine's figures, by the load generator in `load/`: a program of its own that is cheap beside the server."""
import json
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
FIGURES = ("durable", "latency", "waiting", "timers", "map", "listing")


def generator():
    """Builds the load generator, in the cache beside the server's build; returns its path."""
    target = pathlib.Path(os.environ["TAXIWAY_CACHE"]) / "load-target"
    command = ["cargo", "build", "--locked", "--release", "--manifest-path", HERE / "load" / "Cargo.toml", "--target-dir", target,
               "--message-format", "json"]
    built = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return next(m["executable"] for m in map(json.loads, built.splitlines()) if m.get("executable"))


def report(binary):
    program = generator()
    for figure in FIGURES:
        print(flush=True)
        subprocess.run([program, figure, "--binary", binary], check=True)
