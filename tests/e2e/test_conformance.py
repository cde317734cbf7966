"""AWS's own recordings of Step Functions, behind a committed list of known failures that may only shrink."""
import json
import os
import pathlib
import subprocess
import sys

KNOWN = pathlib.Path(__file__).resolve().parent.parent / "conformance" / "known_failures.txt"


def known_failures():
    lines = (line.split("#")[0].strip() for line in KNOWN.read_text().splitlines())
    return {line for line in lines if line}


def test_recordings_of_step_functions(own_server, shared, tmp_path):
    server, out = own_server(), tmp_path / "results.json"
    done = subprocess.run([sys.executable, str(shared / "conformance" / "run_asl.py"), "--endpoint", server.url,
                           "--json", str(out)], text=True, capture_output=True, timeout=1500)
    assert out.exists(), done.stdout + done.stderr
    results = json.loads(out.read_text())
    failing = {case["case"] for case in results["cases"] if not case["full"]}
    known = known_failures()
    new = sorted(failing - known)
    mended = sorted(known - failing)
    assert not new, "these recordings passed before:\n" + "\n".join(new)
    assert not mended, f"these pass now, take them off {os.path.relpath(KNOWN)}:\n" + "\n".join(mended)
