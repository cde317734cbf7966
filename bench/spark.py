#!/usr/bin/env python3
"""The tutorial's job on 10,000 rows: through Taxiway, and by plain spark-submit with the same jars and settings
against the same endpoint on the same machine; in turn, five pairs, medians.

    TAXIWAY_BIN=… bench/spark.py [--pairs 5] [--rows 10000]

Through Taxiway: from StartJobRun to the description that says COMPLETED, its class archive warm. Plain: from the
start of spark-submit to its end. Exit status 1 when the ratio is above the aim.
"""
import argparse
import glob
import os
import pathlib
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import boto3
from botocore.config import Config

import servers

HERE = pathlib.Path(__file__).resolve().parent
AIM = 0.55
BUCKET = "bench-taxi"
COLUMNS = {
    "yellow": "VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,RatecodeID,store_and_fwd_flag,"
              "PULocationID,DOLocationID,payment_type,fare_amount,extra,mta_tax,tip_amount,tolls_amount,improvement_surcharge,"
              "total_amount,congestion_surcharge",
    "green": "VendorID,lpep_pickup_datetime,lpep_dropoff_datetime,store_and_fwd_flag,RatecodeID,PULocationID,DOLocationID,"
             "passenger_count,trip_distance,fare_amount,extra,mta_tax,tip_amount,tolls_amount,ehail_fee,improvement_surcharge,"
             "total_amount,payment_type,trip_type,congestion_surcharge",
}


def trips(colour, rows):
    rng, columns = random.Random(colour), COLUMNS[colour].split(",")
    lines = [",".join(columns)]
    for i in range(rows):
        distance = rng.lognormvariate(0.6, 0.9)
        values = {c: "1" for c in columns} | {"trip_distance": f"{distance:.2f}", "total_amount": f"{6 + 2.6 * distance:.2f}"}
        values |= {c: f"2020-01-{1 + i % 31:02d} 10:00:00" for c in columns if c.endswith("_datetime")}
        lines.append(",".join(values[c] for c in columns))
    return "\n".join(lines) + "\n"


def script():
    """The tutorial's script as the example has it, its buckets being ours."""
    text = (HERE.parent / "examples" / "taxi" / "taxi_summary.py").read_text()
    return re.sub(r"s3://[^/\"]+/", f"s3://{BUCKET}/", text)


def client(name, port):
    return boto3.client(name, endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id="000000000000",
                        aws_secret_access_key="bench", config=Config(s3={"addressing_style": "path"}))


class Taxiway:
    def __init__(self, emr):
        self.emr = emr
        self.cluster = emr.create_virtual_cluster(name="bench", containerProvider={
            "id": "bench", "type": "EKS", "info": {"eksInfo": {"namespace": "bench"}}})["id"]

    def run(self):
        """Returns the job run's id and its seconds."""
        began = time.perf_counter()
        job = self.emr.start_job_run(
            virtualClusterId=self.cluster, name="bench", releaseLabel="emr-6.2.0-latest",
            executionRoleArn="arn:aws:iam::000000000000:role/bench",
            jobDriver={"sparkSubmitJobDriver": {"entryPoint": f"s3://{BUCKET}/scripts/taxi_summary.py", "entryPointArguments": ["60"]}})["id"]
        while True:
            run = self.emr.describe_job_run(virtualClusterId=self.cluster, id=job)["jobRun"]
            if run["state"] == "COMPLETED":
                return job, time.perf_counter() - began
            if run["state"] in ("FAILED", "CANCELLED"):
                raise RuntimeError(run.get("stateDetails"))
            time.sleep(0.02)


class Plain:
    """spark-submit of the same Spark, with the settings that Taxiway gave its own job."""

    def __init__(self, spark_home, python, settings, folder):
        self.home, self.folder = spark_home, pathlib.Path(folder)
        for name in ("local", "events"):
            (self.folder / name).mkdir()
        own = {"spark.local.dir": self.folder / "local", "spark.hadoop.fs.s3a.buffer.dir": self.folder / "local",
               "spark.eventLog.dir": f"file://{self.folder / 'events'}"}
        lines = [line for line in settings.splitlines() if line.split("=")[0] not in own]
        self.settings = self.folder / "spark.properties"
        self.settings.write_text("\n".join(lines + [f"{k}={v}" for k, v in own.items()]) + "\n")
        self.env = {**os.environ, "SPARK_HOME": str(spark_home), "PYSPARK_PYTHON": str(python), "PYSPARK_DRIVER_PYTHON": str(python),
                    "SPARK_LOCAL_IP": "127.0.0.1", "TAXIWAY_DRIVER_STDERR": str(self.folder / "notes")}

    def run(self):
        began = time.perf_counter()
        with open(self.folder / "out", "wb") as out:
            subprocess.run([str(self.home / "bin" / "spark-submit"), "--properties-file", str(self.settings),
                            f"s3://{BUCKET}/scripts/taxi_summary.py", "60"], env=self.env, cwd=self.folder, stdout=out, stderr=out, check=True)
        return time.perf_counter() - began


def wait_for_archive(root, seconds=180):
    """The server makes it in the background once nothing runs."""
    end = time.time() + seconds
    while not glob.glob(str(root / "cds" / "*.jsa")):
        if time.time() > end:
            raise TimeoutError("no class archive was made")
        time.sleep(0.2)


def measure(port, data, pairs, rows):
    s3 = client("s3", port)
    s3.create_bucket(Bucket=BUCKET)
    base = "nyc-taxi-records/input"
    for colour, count in (("yellow", rows), ("green", max(rows // 14, 50))):
        s3.put_object(Bucket=BUCKET, Key=f"{base}/{colour}-taxi/year=2020/trips.csv", Body=trips(colour, count).encode())
    s3.put_object(Bucket=BUCKET, Key="scripts/taxi_summary.py", Body=script().encode())
    ours = Taxiway(client("emr-containers", port))
    job, seconds = ours.run()
    print(f"  first run {seconds:.1f} s (makes the environment where it is not there)", flush=True)
    properties = pathlib.Path(glob.glob(f"{data}/**/jobs/{job}/1/spark.properties", recursive=True)[0])
    spec = (properties.parent / "spec.json").read_text()
    spark_home = pathlib.Path(re.search(r'"SPARK_HOME": "(.*?)"', spec).group(1))
    python = pathlib.Path(re.search(r'"PYSPARK_PYTHON": "(.*?)"', spec).group(1))
    wait_for_archive(python.parents[2])
    ours.run()
    with tempfile.TemporaryDirectory(prefix="plain-") as folder:
        plain = Plain(spark_home, python, properties.read_text(), folder)
        plain.run()
        a, b = [], []
        for i in range(pairs):
            a.append(ours.run()[1])
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            b.append(plain.run())
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(f"  pair {i + 1}: taxiway {a[-1]:5.2f} s   spark-submit {b[-1]:5.2f} s (CPU {cpu:.1f} s)   {a[-1] / b[-1]:.2f}", flush=True)
    return statistics.median(a), statistics.median(b)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10_000)
    args = parser.parse_args()
    print(f"spark: the tutorial's job on {args.rows:,} rows", flush=True)
    port = servers.free_port()
    with tempfile.TemporaryDirectory(prefix="taxiway-bench-") as data:
        command = [os.environ["TAXIWAY_BIN"], "serve", "--listen", f"127.0.0.1:{port}", "--data", data]
        with servers.running(command, port, ready_path="/_taxiway/health"):
            ours, plain = measure(port, data, args.pairs, args.rows)
    ratio = ours / plain
    print(f"spark: taxiway {ours:.2f} s, spark-submit {plain:.2f} s, medians of {args.pairs}; ratio {ratio:.2f} (aim {AIM})")
    return 0 if ratio <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
