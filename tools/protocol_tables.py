#!/usr/bin/env python3
"""Makes crates/aws/tables/ from the public API models in a pinned botocore.

    pip install botocore==1.43.11
    tools/protocol_tables.py            # writes the tables
    tools/protocol_tables.py --check    # exit status 1 if they are not as this would write them

One gzipped JSON file per service, named by signing name, and index.json with every service's metadata.
A table holds every operation's name and HTTP binding; shapes are kept for the operations marked full, as
far as these reach them. No prose.
"""
import argparse
import fnmatch
import gzip
import json
import pathlib
import sys

import botocore
import botocore.loaders

PINNED = "1.43.11"
OUT = pathlib.Path(__file__).resolve().parent.parent / "crates" / "aws" / "tables"

# botocore's service name → the operations that keep their shapes.
SERVICES = {
    "stepfunctions": ["*"],
    "emr-containers": ["*"],
    "events": ["*"],
    "athena": ["*"],
    "glue": [
        "*Database", "*Databases", "*Table", "*Tables", "*TableVersion", "*TableVersions", "*Partition",
        "*Partitions", "*PartitionIndex", "*PartitionIndexes", "*ColumnStatisticsFor*",
        "*UserDefinedFunction", "*UserDefinedFunctions", "TagResource", "UntagResource", "GetTags",
        "*Catalog", "GetCatalogs", "GetCatalogImportStatus", "ImportCatalogToGlue",
        "*DataCatalogEncryptionSettings", "*ResourcePolicy", "GetResourcePolicies",
    ],
    "logs": ["*"],
    "sts": ["*"],
    "eks": ["DescribeCluster", "ListClusters"],
    "scheduler": ["*"],
    "quicksight": ["*"],
    "iam": [],
    # Those that answer elsewhere, at an endpoint that the server is given.
    "lambda": ["*"],
    "sqs": ["*"],
    "sns": ["*"],
    "dynamodb": ["*"],
    # Those that crates/s3 answers: a Call to one of them becomes its HTTP request by these shapes.
    "s3": [
        "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateBucket",
        "CreateMultipartUpload", "DeleteBucket", "DeleteBucketCors", "DeleteBucketEncryption",
        "DeleteBucketLifecycle", "DeleteBucketOwnershipControls", "DeleteBucketPolicy",
        "DeleteBucketTagging", "DeleteObject", "DeleteObjectTagging", "DeleteObjects",
        "DeletePublicAccessBlock", "GetBucketAccelerateConfiguration", "GetBucketAcl", "GetBucketCors",
        "GetBucketEncryption", "GetBucketLifecycleConfiguration", "GetBucketLocation", "GetBucketLogging",
        "GetBucketNotificationConfiguration", "GetBucketOwnershipControls", "GetBucketPolicy",
        "GetBucketReplication", "GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning",
        "GetBucketWebsite", "GetObject", "GetObjectAcl", "GetObjectAttributes",
        "GetObjectLockConfiguration", "GetObjectTagging", "GetPublicAccessBlock", "HeadBucket",
        "HeadObject", "ListBuckets", "ListMultipartUploads", "ListObjectVersions", "ListObjects",
        "ListObjectsV2", "ListParts", "PutBucketAcl", "PutBucketCors", "PutBucketEncryption",
        "PutBucketLifecycleConfiguration", "PutBucketNotificationConfiguration",
        "PutBucketOwnershipControls", "PutBucketPolicy", "PutBucketTagging", "PutBucketVersioning",
        "PutObject", "PutObjectAcl", "PutObjectTagging", "PutPublicAccessBlock", "UploadPart",
        "UploadPartCopy",
    ],
}

METADATA = ["apiVersion", "endpointPrefix", "globalEndpoint", "jsonVersion", "protocol", "serviceId",
            "targetPrefix", "xmlNamespace"]
MEMBER = ["location", "locationName", "flattened", "streaming", "idempotencyToken", "timestampFormat",
          "xmlAttribute", "eventpayload", "hostLabel"]
SHAPE = ["type", "required", "min", "max", "pattern", "enum", "sensitive", "union", "document", "payload",
         "streaming", "flattened", "timestampFormat", "locationName", "eventstream", "event", "exception",
         "fault"]


def wire(source, keys):
    """The given traits of a shape or member, without those that are false."""
    kept = {key: source[key] for key in keys if source.get(key) is not None and source[key] is not False}  # a minimum of 0 stays
    namespace = source.get("xmlNamespace")
    if namespace:
        kept["xmlNamespace"] = namespace["uri"] if isinstance(namespace, dict) else namespace
        if isinstance(namespace, dict) and "prefix" in namespace:
            kept["xmlPrefix"] = namespace["prefix"]
    return kept


def reference(source):
    return {"shape": source["shape"], **wire(source, MEMBER)}


def shape(source):
    out = wire(source, SHAPE)
    error = source.get("error", {})
    if error.get("httpStatusCode"):
        out["status"] = error["httpStatusCode"]
    if error.get("code"):
        out["code"] = error["code"]
    if "members" in source:
        out["members"] = {name: reference(member) for name, member in source["members"].items()}
    for key in ("member", "key", "value"):
        if key in source:
            out[key] = reference(source[key])
    return out


def reached(model, names):
    """The shapes that these shapes reach, themselves included, sorted by name."""
    found, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        source = model["shapes"][name]
        todo += [m["shape"] for m in source.get("members", {}).values()]
        todo += [source[key]["shape"] for key in ("member", "key", "value") if key in source]
    return sorted(found)


def operation(source, full):
    out = {"method": source["http"]["method"], "uri": source["http"]["requestUri"]}
    if source["http"].get("responseCode", 200) != 200:
        out["status"] = source["http"]["responseCode"]
    for key in ("input", "output"):
        if key in source:
            out[key] = source[key]["shape"]
            if "resultWrapper" in source[key]:
                out["resultWrapper"] = source[key]["resultWrapper"]
    if full:
        out["full"] = True
        if source.get("httpChecksum", {}).get("requestChecksumRequired"):
            out["checksum"] = True
        out["errors"] = [error["shape"] for error in source.get("errors", [])]
    return out


def needs(model, source):
    """Required query parameters and headers: in REST-XML they alone tell some operations from others."""
    input_shape = model["shapes"].get(source.get("input", {}).get("shape"), {})
    found = {"query": [], "headers": []}
    for name in input_shape.get("required", []):
        member = input_shape["members"][name]
        kind = {"querystring": "query", "header": "headers"}.get(member.get("location"))
        if kind:
            found[kind].append(member.get("locationName", name).lower() if kind == "headers" else member["locationName"])
    return {kind: names for kind, names in found.items() if names}


def table(model, patterns):
    full = {n for n in model["operations"] if any(fnmatch.fnmatchcase(n, p) for p in patterns)}
    operations = {n: operation(o, n in full) for n, o in sorted(model["operations"].items())}
    if model["metadata"]["protocol"] == "rest-xml":
        # Those that others have replaced, under the very same binding.
        operations = {n: o for n, o in operations.items() if not model["operations"][n].get("deprecated")}
        for name, entry in operations.items():
            if needs(model, model["operations"][name]):
                entry["needs"] = needs(model, model["operations"][name])
    roots = []
    for name in full:
        entry = operations[name]
        roots += [entry[key] for key in ("input", "output") if key in entry] + entry["errors"]
    return {
        "botocore": PINNED,
        "operations": operations,
        "shapes": {name: shape(model["shapes"][name]) for name in reached(model, roots)},
    }


def metadata(name, source):
    out = {key: source[key] for key in METADATA if key in source}
    out["signingName"] = source.get("signingName", source["endpointPrefix"])
    out["botocoreName"] = name
    return out


def files():
    """File name → content, as it is before compression."""
    loader, index, made = botocore.loaders.Loader(), [], {}
    for name, patterns in SERVICES.items():
        model = loader.load_service_model(name, "service-2")
        index.append(metadata(name, model["metadata"]))
        made[f"{index[-1]['signingName']}.json.gz"] = json.dumps(table(model, patterns), separators=(",", ":")).encode()
    made["index.json"] = (json.dumps({"botocore": PINNED, "services": index}, indent=1) + "\n").encode()
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if botocore.__version__ != PINNED:
        sys.exit(f"needs botocore {PINNED}, found {botocore.__version__}: pip install botocore=={PINNED}")
    made, differing = files(), []
    for name, content in made.items():
        path, packed = OUT / name, name.endswith(".gz")
        if path.exists() and (gzip.decompress(path.read_bytes()) if packed else path.read_bytes()) == content:
            continue
        differing.append(name)
        if not arguments.check:
            OUT.mkdir(exist_ok=True)
            path.write_bytes(gzip.compress(content, 9, mtime=0) if packed else content)
    stray = [p.name for p in OUT.iterdir() if p.name not in made]
    if stray:
        sys.exit(f"not made by this script: {', '.join(stray)}")
    print(f"{len(made)} files, {'differing' if arguments.check else 'written'}: {', '.join(differing) or 'none'}")
    sys.exit(1 if arguments.check and differing else 0)


if __name__ == "__main__":
    main()
