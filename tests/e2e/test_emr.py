"""EMR on EKS with real Spark: jobs that write, raise, are cancelled or are not there; logs; the CLI."""
import gzip
import pathlib
import re
import uuid

import pytest
from botocore.exceptions import ClientError

from waiting import until

ROLE = "arn:aws:iam::000000000000:role/job"
FINAL = ("COMPLETED", "FAILED", "CANCELLED")
MINUTES = 10 * 60  # the first job on a machine makes the environment


@pytest.fixture(scope="module")
def house(client):
    """A bucket and a virtual cluster of this module's own."""
    tag = uuid.uuid4().hex[:8]
    bucket = f"emr-{tag}"
    client("s3").create_bucket(Bucket=bucket)
    made = client("emr-containers").create_virtual_cluster(name=f"emr-{tag}", tags={"a": "b"}, containerProvider={
        "id": "e2e-eks", "type": "EKS", "info": {"eksInfo": {"namespace": f"ns-{tag}"}}})
    return {"bucket": bucket, "cluster": made["id"], "group": f"/emr/{tag}", "namespace": f"ns-{tag}"}


@pytest.fixture
def submit(client, house):
    """`submit("name.py", text, …)` uploads a script and starts it; returns the job run's id."""
    def start(name, text, arguments=(), parameters="--conf spark.driver.memory=512m", defaults=None, **more):
        if text is not None:
            client("s3").put_object(Bucket=house["bucket"], Key=f"scripts/{name}", Body=text.encode())
        overrides = {"monitoringConfiguration": {
            "persistentAppUI": "ENABLED",
            "s3MonitoringConfiguration": {"logUri": f"s3://{house['bucket']}/logs/"},
            "cloudWatchMonitoringConfiguration": {"logGroupName": house["group"], "logStreamNamePrefix": "e2e"}}}
        if defaults:
            overrides["applicationConfiguration"] = [{"classification": "spark-defaults", "properties": defaults}]
        driver = {"entryPoint": f"s3://{house['bucket']}/scripts/{name}", "entryPointArguments": list(arguments),
                  "sparkSubmitParameters": parameters}
        return client("emr-containers").start_job_run(
            virtualClusterId=house["cluster"], name=name.replace("_", "-"), executionRoleArn=ROLE, releaseLabel="emr-6.2.0-latest",
            jobDriver={"sparkSubmitJobDriver": driver}, configurationOverrides=overrides, **more)["id"]
    return start


@pytest.fixture
def describe(client, house):
    return lambda job: client("emr-containers").describe_job_run(virtualClusterId=house["cluster"], id=job)["jobRun"]


@pytest.fixture
def ended(describe):
    def wait(job):
        return until(lambda: (lambda run: run if run["state"] in FINAL else None)(describe(job)), seconds=MINUTES, every=0.2)
    return wait


@pytest.fixture
def log(client, house):
    """`log(job, "stderr")` is a delivered log's text."""
    def read(job, output):
        key = f"logs/{house['cluster']}/jobs/{job}/containers/spark-{job}/spark-{job}-driver/{output}.gz"
        return gzip.decompress(client("s3").get_object(Bucket=house["bucket"], Key=key)["Body"].read()).decode()
    return read


def lines_in_cloudwatch(client, house, job, output):
    logs, name = client("logs"), f"e2e/{house['cluster']}/jobs/{job}/containers/spark-{job}/spark-{job}-driver/{output}"
    lines, token = [], None
    while True:
        more = {"nextToken": token} if token else {}
        page = logs.get_log_events(logGroupName=house["group"], logStreamName=name, startFromHead=True, **more)
        lines += [e["message"] for e in page["events"]]
        if page["nextForwardToken"] == token:
            return lines
        token = page["nextForwardToken"]


WRITES = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.appName("writes").getOrCreate()
path = sys.argv[1]
spark.range(100).selectExpr("id", "id % 3 AS part").repartition(2).write.mode(SaveMode.Overwrite).partitionBy("part").parquet(path)
print("rows", spark.read.parquet(path).count(), spark.read.parquet(path).where("part = 1").count())
spark.stop()
"""


def test_a_job_writes_parquet_and_its_logs_are_delivered(client, house, submit, ended, log, tmp_path):
    classes = tmp_path / "classes.log"
    out = f"s3://{house['bucket']}/out/é +%/table"
    job = submit("writes.py", WRITES, [out], defaults={"spark.executor.instances": "3",
                 "spark.driver.extraJavaOptions": f"-Xlog:class+load:file={classes}"})
    run = ended(job)
    assert run["state"] == "COMPLETED", (run.get("stateDetails"), log(job, "stderr")[-3000:])
    assert run["finishedAt"] >= run["createdAt"]
    keys = [o["Key"] for o in client("s3").list_objects_v2(Bucket=house["bucket"], Prefix="out/")["Contents"]]
    assert any(k.endswith("/_SUCCESS") for k in keys) and not any("_temporary" in k for k in keys), keys
    assert {re.search(r"part=(\d)", k).group(1) for k in keys if "part=" in k and k.endswith(".parquet")} == {"0", "1", "2"}
    stdout, stderr = log(job, "stdout"), log(job, "stderr")
    assert "rows 100 33" in stdout
    assert "SparkContext" in stderr and "SaveMode is no Python name" in stderr and "spark.executor.instances" in stderr
    for output, text in (("stdout", stdout), ("stderr", stderr)):
        assert lines_in_cloudwatch(client, house, job, output) == [line for line in text.splitlines() if line], output
    logs = client("s3").list_objects_v2(Bucket=house["bucket"], Prefix=f"logs/{house['cluster']}/jobs/{job}/sparklogs/")
    assert [o for o in logs.get("Contents", []) if o["Size"] > 1000], "no event log"


def test_a_job_runs_from_the_class_archive(client, house, submit, ended, tmp_path):
    """The server makes the archive when nothing runs; from then on jobs use it, or this fails."""
    first = submit("writes.py", WRITES, [f"s3://{house['bucket']}/archive/"])
    assert ended(first)["state"] == "COMPLETED"
    classes = tmp_path / "classes.log"

    def archived():
        job = submit("writes.py", WRITES, [f"s3://{house['bucket']}/archive/"],
                     defaults={"spark.driver.extraJavaOptions": f"-Xlog:class+load:file={classes}"})
        assert ended(job)["state"] == "COMPLETED"
        return sum("shared objects file (top)" in line for line in classes.open()) > 5_000
    until(archived, seconds=180, every=1)


def test_a_script_that_raises_says_what_it_raised(submit, ended, log):
    job = submit("raises.py", "def f():\n    raise ValueError('no taxis today')\n\n\nf()\n")
    run = ended(job)
    assert (run["state"], run["failureReason"]) == ("FAILED", "USER_ERROR")
    assert run["stateDetails"].endswith("ValueError: no taxis today")
    assert re.search(r'File ".*/raises\.py", line 5', log(job, "stdout")), "the traceback names the script"


def test_an_input_that_is_not_there(house, submit, ended):
    job = submit("reads.py", "from pyspark.sql import SparkSession\n"
                 f"SparkSession.builder.getOrCreate().read.parquet('s3://{house['bucket']}/nothing-here/')\n")
    run = ended(job)
    assert run["state"] == "FAILED" and "PATH_NOT_FOUND" in run["stateDetails"] and "nothing-here" in run["stateDetails"]


def test_a_file_that_is_no_parquet(client, house, submit, ended):
    client("s3").put_object(Bucket=house["bucket"], Key="broken/x.parquet", Body=b"this is no parquet file at all")
    job = submit("broken.py", "from pyspark.sql import SparkSession\n"
                 f"SparkSession.builder.getOrCreate().read.parquet('s3://{house['bucket']}/broken/').show()\n")
    run = ended(job)
    assert run["state"] == "FAILED" and run["failureReason"] == "USER_ERROR", run


def test_a_script_that_is_not_there(house, submit, ended):
    run = ended(submit("missing.py", None))
    assert (run["state"], run["failureReason"]) == ("FAILED", "USER_ERROR")
    assert run["stateDetails"] == f"The entry point s3://{house['bucket']}/scripts/missing.py does not exist"


def test_options_that_spark_submit_does_not_know(submit, ended):
    run = ended(submit("x.py", "print(1)\n", parameters="--nonsense 1"))
    assert (run["state"], run["stateDetails"]) == ("FAILED", "Unrecognized option: --nonsense")


def lives(pid):
    """Tells whether a process is there and no zombie that only waits to be collected."""
    try:
        return pathlib.Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_cancelling_ends_the_driver_and_its_python(client, house, submit, describe, ended, log):
    job = submit("sleeps.py", "import os, subprocess, time\nfrom pyspark.sql import SparkSession\n"
                 "SparkSession.builder.getOrCreate()\nchild = subprocess.Popen(['sleep', '987654'], start_new_session=True)\n"
                 "print('pids', os.getpid(), os.getppid(), child.pid, flush=True)\ntime.sleep(987654)\n")

    def pids():
        assert describe(job)["state"] not in FINAL, describe(job)
        try:
            lines = lines_in_cloudwatch(client, house, job, "stdout")
        except ClientError:  # the stream is not there yet
            return None
        found = [line for line in lines if line.startswith("pids ")]
        return found and found[0].split()[1:]
    family = until(pids, seconds=MINUTES, every=0.2)
    assert all(lives(p) for p in family)
    emr = client("emr-containers")
    emr.cancel_job_run(virtualClusterId=house["cluster"], id=job)
    assert ended(job)["state"] == "CANCELLED"
    assert not [p for p in family if lives(p)]
    with pytest.raises(ClientError, match="is not in a cancellable state"):
        emr.cancel_job_run(virtualClusterId=house["cluster"], id=job)


def test_py_files_from_s3(client, house, submit, ended, log):
    client("s3").put_object(Bucket=house["bucket"], Key="lib/helper.py", Body=b"def answer():\n    return 42\n")
    job = submit("uses.py", "from helper import answer\nprint('answer', answer())\n",
                 parameters=f"--py-files s3://{house['bucket']}/lib/helper.py")
    assert ended(job)["state"] == "COMPLETED"
    assert "answer 42" in log(job, "stdout")


def test_spark_sql_jobs(client, house, ended, log):
    client("s3").put_object(Bucket=house["bucket"], Key="scripts/q.sql", Body=(
        f"CREATE TEMPORARY VIEW t AS SELECT * FROM VALUES (1, 'x'), (2, 'y') AS v(n, s);\nSELECT 'sum', sum(n) FROM t;\n").encode())
    job = client("emr-containers").start_job_run(
        virtualClusterId=house["cluster"], executionRoleArn=ROLE, releaseLabel="emr-6.7.0-latest",
        jobDriver={"sparkSqlJobDriver": {"entryPoint": f"s3://{house['bucket']}/scripts/q.sql"}},
        configurationOverrides={"monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": f"s3://{house['bucket']}/logs"}}})["id"]
    run = ended(job)
    assert run["state"] == "COMPLETED", (run.get("stateDetails"), log(job, "stderr")[-3000:])
    assert "sum\t3" in log(job, "stdout")


def test_a_scripts_own_sdk_reaches_the_same_services(house, submit, ended, log):
    job = submit("env.py", "import os\nprint('endpoint', os.environ['AWS_ENDPOINT_URL'], os.environ['AWS_REGION'])\n")
    assert ended(job)["state"] == "COMPLETED"
    assert "endpoint http://127.0.0.1:" in log(job, "stdout")


def test_listing_and_tags(client, house):
    emr = client("emr-containers")
    listed = emr.list_virtual_clusters(containerProviderId="e2e-eks", states=["RUNNING"])["virtualClusters"]
    assert house["cluster"] in [c["id"] for c in listed]
    pages = emr.get_paginator("list_job_runs").paginate(virtualClusterId=house["cluster"], PaginationConfig={"PageSize": 2})
    runs = [r["id"] for page in pages for r in page["jobRuns"]]
    assert len(runs) == len(set(runs)) >= 5 and runs == sorted(runs, reverse=True)
    assert emr.list_job_runs(virtualClusterId=house["cluster"], name="missing.py")["jobRuns"][0]["state"] == "FAILED"
    arn = emr.describe_virtual_cluster(id=house["cluster"])["virtualCluster"]["arn"]
    assert arn.split(":")[5] == f"/virtualclusters/{house['cluster']}"
    emr.tag_resource(resourceArn=arn, tags={"c": "d"})
    emr.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert emr.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "d"}


def test_refusals_in_awss_words(client, house):
    emr = client("emr-containers")
    with pytest.raises(ClientError, match="A virtual cluster already exists in the given namespace") as e:
        emr.create_virtual_cluster(name="again", containerProvider={
            "id": "e2e-eks", "type": "EKS", "info": {"eksInfo": {"namespace": house["namespace"]}}})
    assert e.value.response["Error"]["Code"] == "ValidationException"
    with pytest.raises(emr.exceptions.ResourceNotFoundException, match="doesn't exist"):
        emr.describe_job_run(virtualClusterId=house["cluster"], id="0000000000000000000")
    with pytest.raises(emr.exceptions.ValidationException):
        emr.create_virtual_cluster(name="no spaces allowed", containerProvider={"id": "x", "type": "EKS"})


def test_eks_names_the_clusters_in_use(client, house):
    eks = client("eks")
    assert "e2e-eks" in eks.list_clusters()["clusters"]
    assert eks.describe_cluster(name="e2e-eks")["cluster"]["status"] == "ACTIVE"
    with pytest.raises(eks.exceptions.ResourceNotFoundException, match="No cluster found for name: nope."):
        eks.describe_cluster(name="nope")


def test_a_job_outlives_the_server(own_server):
    """kill -9 while the job runs, then a start: it goes on, was begun once, and its log is whole."""
    server = own_server()
    s3, emr = server.client("s3"), server.client("emr-containers")
    s3.create_bucket(Bucket="outlives")
    s3.put_object(Bucket="outlives", Key="slow.py", Body=b"""
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print("begun", flush=True)
for i in range(20):
    spark.range(10).write.mode("overwrite").parquet(f"s3://outlives/out/{i}/")
    print("wrote", i, flush=True)
""")
    cluster = emr.create_virtual_cluster(name="c", containerProvider={
        "id": "e", "type": "EKS", "info": {"eksInfo": {"namespace": "n"}}})["id"]
    job = emr.start_job_run(virtualClusterId=cluster, executionRoleArn=ROLE, releaseLabel="emr-6.2.0-latest",
                            jobDriver={"sparkSubmitJobDriver": {"entryPoint": "s3://outlives/slow.py"}},
                            configurationOverrides={"monitoringConfiguration": {
                                "s3MonitoringConfiguration": {"logUri": "s3://outlives/logs"}}})["id"]

    def written():
        return s3.list_objects_v2(Bucket="outlives", Prefix="out/3/").get("KeyCount")
    until(written, seconds=MINUTES, every=0.1)
    server.kill()
    server.start()
    s3, emr = server.client("s3"), server.client("emr-containers")
    state = lambda: emr.describe_job_run(virtualClusterId=cluster, id=job)["jobRun"]
    run = until(lambda: state() if state()["state"] in FINAL else None, seconds=180, every=0.2)
    assert run["state"] == "COMPLETED", run
    key = f"logs/{cluster}/jobs/{job}/containers/spark-{job}/spark-{job}-driver/stdout.gz"
    text = gzip.decompress(s3.get_object(Bucket="outlives", Key=key)["Body"].read()).decode()
    lines = [line for line in text.splitlines() if line.startswith(("begun", "wrote"))]
    assert lines == ["begun"] + [f"wrote {i}" for i in range(20)]


def test_the_cli_deletes_a_virtual_cluster(client, house, aws):
    aws("emr-containers", "delete-virtual-cluster", "--id", house["cluster"])
    state = lambda: client("emr-containers").describe_virtual_cluster(id=house["cluster"])["virtualCluster"]["state"]
    until(lambda: state() == "TERMINATED")
    refused = aws("emr-containers", "delete-virtual-cluster", "--id", "nothere", check=False)
    assert refused.returncode != 0 and "VirtualCluster does not exist" in refused.stderr
