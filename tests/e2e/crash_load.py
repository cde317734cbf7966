"""What runs while the server is killed again and again: clients that keep what was acknowledged to them."""
import json
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

ROLE = "arn:aws:iam::000000000000:role/any"

# Waits and branches: timers and states that are saved and loaded again.
FLOW = {"StartAt": "A", "States": {
    "A": {"Type": "Pass", "Next": "W"},
    "W": {"Type": "Wait", "Seconds": 1, "Next": "X"},
    "X": {"Type": "Parallel", "Next": "Z", "Branches": [
        {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}},
        {"StartAt": "C", "States": {"C": {"Type": "Wait", "Seconds": 1, "End": True}}}]},
    "Z": {"Type": "Pass", "End": True}}}
FLOW_EVENTS = sorted([
    "ExecutionStarted", "PassStateEntered", "PassStateExited", "WaitStateEntered", "WaitStateExited",
    "ParallelStateEntered", "ParallelStateStarted", "PassStateEntered", "PassStateExited", "WaitStateEntered",
    "WaitStateExited", "ParallelStateSucceeded", "ParallelStateExited", "PassStateEntered", "PassStateExited",
    "ExecutionSucceeded"])

CHILD = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}

SPARK_SCRIPT = """
import sys, uuid
from pyspark.sql import SparkSession
spark = SparkSession.builder.appName("crash").getOrCreate()
run = sys.argv[1]
spark.range(100).write.mode("overwrite").parquet(f"s3://crash/spark/{run}/out/")
spark.range(1).write.parquet(f"s3://crash/spark/{run}/ran-{uuid.uuid4().hex}/")
spark.stop()
"""


def parent(child):
    """A task that starts another execution: the request repeats its token after a crash."""
    return {"StartAt": "T", "States": {"T": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": True,
        "Parameters": {"StateMachineArn": child, "Input": {"of.$": "$$.Execution.Name"}}}}}


def query():
    return {"StartAt": "Q", "States": {"Q": {
        "Type": "Task", "Resource": "arn:aws:states:::athena:startQueryExecution.sync", "End": True,
        "Parameters": {"QueryString.$": "States.Format('SELECT {} AS n', $.n)",
                       "ResultConfiguration": {"OutputLocation": "s3://crash/queries/"}}}}}


def spark(cluster):
    return {"StartAt": "J", "States": {"J": {
        "Type": "Task", "Resource": "arn:aws:states:::emr-containers:startJobRun.sync", "End": True,
        "Parameters": {"Name": "crash", "VirtualClusterId": cluster, "ExecutionRoleArn": ROLE, "ReleaseLabel": "emr-6.2.0-latest",
                       "JobDriver": {"SparkSubmitJobDriver": {
                           "EntryPoint": "s3://crash/job.py",
                           "EntryPointArguments.$": "States.Array($$.Execution.Name)"}}}}}}


class Worker(threading.Thread):
    """Does one thing after the other until it is over; what was cut off is asked again, under the same name."""

    def __init__(self, server, service, name, pause):
        super().__init__(daemon=True)
        # Without botocore's own retries, which wait for up to a second.
        self.client = server.client(service, retries=0)
        self.name, self.pause = name, pause
        self.acknowledged, self.over, self.failed = [], threading.Event(), None

    def run(self):
        count = 0
        while not self.over.is_set():
            try:
                if self.attempt(count):
                    self.acknowledged.append(self.called(count))
                    count += 1
            except (BotoCoreError, ClientError, OSError) as error:
                if self.is_refusal(error):
                    self.failed = error
                    return
                time.sleep(0.05)
                continue
            self.over.wait(self.pause)

    def called(self, count):
        return f"{self.name}-{count}"

    def is_refusal(self, error):
        """Whether the server answered that it will not, which no crash excuses."""
        return isinstance(error, ClientError) and error.response["ResponseMetadata"]["HTTPStatusCode"] < 500


class Starts(Worker):
    """Starts executions; with `one_by_one` the next only when the last has ended."""

    def __init__(self, server, machine, name, pause=0.02, one_by_one=False):
        super().__init__(server, "stepfunctions", name, pause)
        self.machine, self.one_by_one = machine, one_by_one

    def attempt(self, count):
        name = self.called(count)
        try:
            self.client.start_execution(stateMachineArn=self.machine, name=name, input=json.dumps({"n": count}))
        except ClientError as error:
            # Started, and ended, by the call that was cut off before it was answered.
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
        arn = self.machine.replace(":stateMachine:", ":execution:") + ":" + name
        while self.one_by_one and not self.over.is_set():
            try:
                if self.client.describe_execution(executionArn=arn)["status"] != "RUNNING":
                    break
            except (BotoCoreError, ClientError, OSError) as error:
                if self.is_refusal(error):
                    raise
            self.over.wait(0.1)
        return True


class Puts(Worker):
    """Puts objects: a small body, which is in the store, and a large one, which is a file, in turn."""

    def __init__(self, server, name, pause=0.05):
        super().__init__(server, "s3", name, pause)

    def attempt(self, count):
        self.client.put_object(Bucket="crash", Key=f"puts/{self.called(count)}", Body=body(self.called(count)))
        return True


def body(name):
    number = int(name.rsplit("-", 1)[1])
    return name.encode() * (10 if number % 2 else 10_000)
