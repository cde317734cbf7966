#!/usr/bin/env python3
"""Writes crates/workflow/tables/results.json.gz: the result shapes of services that Task states name and that have no
protocol table here, so that TestState can check mocked results.

    pip install botocore==1.43.11 && tools/result_shapes.py

Taken are names, types and bounds of what the operations return; no prose.
"""
import gzip
import json
import pathlib

import botocore
import botocore.loaders

SERVICES = "lambda dynamodb sqs sns kms batch ecs secretsmanager ssm codebuild emr".split()
KINDS = {"string": "text", "timestamp": "text", "blob": "blob", "boolean": "boolean", "integer": "number", "long": "number",
         "float": "number", "double": "number"}


def compact(name, shapes, out):
    if name in out:
        return name
    shape = shapes[name]
    kind = shape["type"]
    out[name] = made = {}
    if kind == "structure":
        required = set(shape.get("required", []))
        made["members"] = {m: [compact(r["shape"], shapes, out), m in required] for m, r in shape["members"].items()}
    elif kind == "list":
        made["item"] = compact(shape["member"]["shape"], shapes, out)
    elif kind == "map":
        made["value"] = compact(shape["value"]["shape"], shapes, out)
    else:
        made["kind"] = KINDS.get(kind, "any")
        made.update({bound: shape[bound] for bound in ("min", "max") if bound in shape and kind != "timestamp"})
    return name


def main():
    loader, services = botocore.loaders.Loader(), {}
    for service in SERVICES:
        model = loader.load_service_model(service, "service-2")
        operations, shapes = {}, {}
        for name, operation in sorted(model["operations"].items()):
            if "output" in operation:
                operations[name] = compact(operation["output"]["shape"], model["shapes"], shapes)
        services[service] = {"operations": operations, "shapes": dict(sorted(shapes.items()))}
    text = json.dumps({"botocore": botocore.__version__, "services": services}, separators=(",", ":"))
    path = pathlib.Path(__file__).resolve().parents[1] / "crates/workflow/tables/results.json.gz"
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{path}: {len(text)} bytes, {path.stat().st_size} compressed")


if __name__ == "__main__":
    main()
