"""kill -9 while a Spark job runs; a disk that is full and then is not."""
import gzip
import json
import os
import subprocess
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from conftest import Server
from waiting import until

ROLE = "arn:aws:iam::000000000000:role/any"
TICKS = 40
SLOW_SCRIPT = f"""
import time
from pyspark.sql import SparkSession
spark = SparkSession.builder.appName("slow").getOrCreate()
for i in range({TICKS}):
    print(f"tick {{i}}", flush=True)
    time.sleep(0.25)
spark.range(1000).write.mode("overwrite").parquet("s3://slow/out/")
print("whole", flush=True)
spark.stop()
"""


def slow_machine():
    job = {"Name": "slow", "VirtualClusterId.$": "$.cluster.Id", "ExecutionRoleArn": ROLE, "ReleaseLabel": "emr-6.2.0-latest",
           "JobDriver": {"SparkSubmitJobDriver": {"EntryPoint": "s3://slow/slow.py"}},
           "ConfigurationOverrides": {"MonitoringConfiguration": {
               "S3MonitoringConfiguration": {"LogUri": "s3://slow/logs"},
               "CloudWatchMonitoringConfiguration": {"LogGroupName": "/slow", "LogStreamNamePrefix": "job"}}}}
    provider = {"Id": "eks", "Type": "EKS", "Info": {"EksInfo": {"Namespace": "slow"}}}
    return json.dumps({"StartAt": "C", "States": {
        "C": {"Type": "Task", "Resource": "arn:aws:states:::emr-containers:createVirtualCluster", "ResultPath": "$.cluster",
              "Parameters": {"Name": "slow", "ContainerProvider": provider}, "Next": "J"},
        "J": {"Type": "Task", "Resource": "arn:aws:states:::emr-containers:startJobRun.sync", "Parameters": job, "End": True}}})


def lines(logs):
    streams = logs.describe_log_streams(logGroupName="/slow")["logStreams"]
    names = [s["logStreamName"] for s in streams if s["logStreamName"].endswith("stdout")]
    pages = [logs.get_log_events(logGroupName="/slow", logStreamName=n, startFromHead=True)["events"] for n in names]
    return [e["message"].strip() for page in pages for e in page]


def test_kill_9_while_the_spark_job_runs(own_server):
    server = own_server()
    s3, states, emr, logs = (server.client(n) for n in ("s3", "stepfunctions", "emr-containers", "logs"))
    s3.create_bucket(Bucket="slow")
    s3.put_object(Bucket="slow", Key="slow.py", Body=SLOW_SCRIPT.encode())
    machine = states.create_state_machine(name="slow", definition=slow_machine(), roleArn=ROLE)["stateMachineArn"]
    run = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]

    def ticking():
        try:
            return any(line.startswith("tick") for line in lines(logs))
        except ClientError:  # no log group yet
            return False
    until(ticking, 180)
    server.kill()
    server.start()
    done = until(lambda: (d := states.describe_execution(executionArn=run))["status"] != "RUNNING" and d, 180)
    assert done["status"] == "SUCCEEDED", done

    cluster = emr.list_virtual_clusters()["virtualClusters"][0]["id"]
    jobs = emr.list_job_runs(virtualClusterId=cluster)["jobRuns"]
    assert [j["state"] for j in jobs] == ["COMPLETED"], jobs
    events = states.get_execution_history(executionArn=run, maxResults=1000)["events"]
    assert [e["type"] for e in events].count("TaskSubmitted") == 1, "submitted once"
    whole = [f"tick {i}" for i in range(TICKS)] + ["whole"]
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket="slow", Prefix="logs/")["Contents"] if o["Key"].endswith("stdout.gz")]
    texts = [gzip.decompress(s3.get_object(Bucket="slow", Key=k)["Body"].read()).decode().split("\n") for k in keys]
    assert [[line for line in t if line] for t in texts] == [whole], "the log in S3 is whole, once"
    assert until(lambda: len(found := lines(logs)) >= len(whole) and found, 30) == whole, "and so it is in CloudWatch Logs"


@pytest.fixture
def small_disk(tmp_path):
    """24 MB of tmpfs."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True, text=True)
    if mount.returncode:
        if os.environ.get("CI"):
            pytest.fail(f"no tmpfs in CI: {mount.stderr}")
        pytest.skip(f"no tmpfs can be mounted here: {mount.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def health(server):
    try:
        with urllib.request.urlopen(server.url + "/_taxiway/health", timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_full_disk_refuses_new_work_and_lifts(small_disk):
    server = Server(small_disk / "data").start()
    try:
        s3, states = server.client("s3"), server.client("stepfunctions")
        s3.create_bucket(Bucket="small")
        s3.put_object(Bucket="small", Key="kept", Body=b"kept")
        definition = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
        machine = states.create_state_machine(name="m", definition=definition, roleArn=ROLE)["stateMachineArn"]
        acknowledged = [states.start_execution(stateMachineArn=machine, input='{"n": 1}')["executionArn"]]

        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket="small", Key="large", Body=b"x" * 30_000_000)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
        assert "space" in caught.value.response["Error"]["Message"], caught.value
        assert [o["Key"] for o in s3.list_objects_v2(Bucket="small")["Contents"]] == ["kept"], "nothing half there"

        ballast, size = small_disk / "ballast", 1 << 20
        with open(ballast, "wb", buffering=0) as out:  # whatever is left
            while size:
                try:
                    out.write(b"x" * size)
                except OSError:
                    size //= 2
        large = json.dumps("x" * 200_000)
        with pytest.raises(ClientError) as caught:
            for _ in range(200):
                acknowledged.append(states.start_execution(stateMachineArn=machine, input=large)["executionArn"])
        assert "is full" in caught.value.response["Error"]["Message"], caught.value
        assert s3.get_object(Bucket="small", Key="kept")["Body"].read() == b"kept", "reading goes on"
        assert states.describe_execution(executionArn=acknowledged[0])["status"] == "SUCCEEDED"
        status, told = until(lambda: (h := health(server))[0] != 200 and h)
        assert (status, told["status"]) == (503, "degraded"), told
        assert "no space left for the store" in told["store"].values(), told
        assert told["disk"]["freeBytes"] < 1 << 20, told

        ballast.unlink()
        status, told = until(lambda: (h := health(server))[0] == 200 and h)
        assert told["status"] == "running" and set(told["store"].values()) == {"writable"}, told
        acknowledged.append(states.start_execution(stateMachineArn=machine, input='{"n": 2}')["executionArn"])
        listed = {e["executionArn"] for page in states.get_paginator("list_executions").paginate(stateMachineArn=machine)
                  for e in page["executions"]}
        assert listed == set(acknowledged), "what was acknowledged is there, what was refused is not"
    finally:
        server.stop()
