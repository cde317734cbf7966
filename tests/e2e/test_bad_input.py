"""Bad input: a clear error in AWS's words, and nothing is lost."""
import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from waiting import until

ROLE = "arn:aws:iam::000000000000:role/any"
PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}


def refused(call, code, *words, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    for word in words:
        assert word in error["Message"], error
    return error["Message"]


def create(states, tag, definition):
    text = definition if isinstance(definition, str) else json.dumps(definition)
    return states.create_state_machine(name=f"bad-{tag}", definition=text, roleArn=ROLE)["stateMachineArn"]


@pytest.fixture
def states(client):
    return client("stepfunctions")


@pytest.fixture
def wait(states):
    def done(arn, seconds=120):
        return until(lambda: (d := states.describe_execution(executionArn=arn))["status"] != "RUNNING" and d, seconds)
    return done


def post(endpoint, body, target="AWSStepFunctions.ListStateMachines", **headers):
    request = urllib.request.Request(endpoint, body, {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target,
                                     "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request, "
                                                      "SignedHeaders=host, Signature=0", **headers})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff\xfe", b'{"maxResults": }'])
def test_a_body_that_is_no_json_object(endpoint, body):
    status, answer = post(endpoint, body)
    assert status == 400 and "SerializationException" in answer, answer


def test_a_wrong_type(endpoint):
    status, answer = post(endpoint, b'{"maxResults": "many"}')
    assert status == 400 and "SerializationException" in answer, answer


def test_an_operation_that_is_not_there(endpoint):
    status, answer = post(endpoint, b"{}", "AWSStepFunctions.MakeCoffee")
    assert status in (400, 404) and "UnknownOperationException" in answer, answer


def test_a_foreign_host_and_a_foreign_page(endpoint):
    assert post(endpoint, b"{}", Host="evil.example.com")[0] == 403
    assert post(endpoint, b"{}", Origin="https://evil.example.com")[0] == 403


def test_broken_definitions(states, tag):
    refused(states.create_state_machine, "InvalidDefinition", "INVALID_JSON_DESCRIPTION",
            name=f"a-{tag}", definition="{not json", roleArn=ROLE)
    nowhere = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "Nowhere"}}}
    refused(states.create_state_machine, "InvalidDefinition", "MISSING_TRANSITION_TARGET", "/States/P/Next",
            name=f"b-{tag}", definition=json.dumps(nowhere), roleArn=ROLE)
    unknown = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::coffee:brew", "End": True}}}
    message = refused(states.create_state_machine, "InvalidDefinition", "/States/T/Resource",
                      name=f"c-{tag}", definition=json.dumps(unknown), roleArn=ROLE)
    assert "arn:aws:states:::coffee:brew" in message


def test_a_role_that_is_none(states, tag):
    refused(states.create_state_machine, "InvalidArn", name=f"role-{tag}", definition=json.dumps(PASS), roleArn="my-role")


def test_bad_execution_input(states, tag):
    arn = create(states, tag, PASS)
    refused(states.start_execution, "InvalidExecutionInput", "Unrecognized token 'not'", stateMachineArn=arn, input="not json")
    refused(states.start_execution, "ValidationException", stateMachineArn=arn, input=json.dumps("x" * 300_000))
    assert states.list_executions(stateMachineArn=arn)["executions"] == []


@pytest.mark.parametrize("cron", ["cron(001*?*)", "cron(0 0 1 * * *)", "rate(1 minutes)", "cron(61 0 1 * ? *)", "tomorrow"])
def test_a_garbled_schedule(client, tag, cron):
    refused(client("events").put_rule, "ValidationException", Name=f"bad-{tag}", ScheduleExpression=cron)


def test_a_bucket_that_is_missing(client, tag):
    refused(client("s3").list_objects_v2, "NoSuchBucket", Bucket=f"no-{tag}")
    refused(client("s3").put_object, "NoSuchBucket", Bucket=f"no-{tag}", Key="k", Body=b"x")


def job_machine(script):
    job = {"Name": "bad", "VirtualClusterId.$": "$.cluster.Id", "ExecutionRoleArn": ROLE, "ReleaseLabel": "emr-6.2.0-latest",
           "JobDriver": {"SparkSubmitJobDriver": {"EntryPoint": script}}}
    provider = {"Id": "bad-eks", "Type": "EKS", "Info": {"EksInfo": {"Namespace.$": "$.namespace"}}}
    return {"StartAt": "C", "States": {
        "C": {"Type": "Task", "Resource": "arn:aws:states:::emr-containers:createVirtualCluster", "ResultPath": "$.cluster",
              "Parameters": {"Name.$": "$.namespace", "ContainerProvider": provider}, "Next": "J"},
        "J": {"Type": "Task", "Resource": "arn:aws:states:::emr-containers:startJobRun.sync", "Parameters": job, "End": True}}}


def fail_job(client, states, wait, tag, script):
    arn = create(states, tag, job_machine(script))
    run = states.start_execution(stateMachineArn=arn, input=json.dumps({"namespace": f"bad-{tag}"}))["executionArn"]
    done = wait(run)
    assert (done["status"], done["error"]) == ("FAILED", "States.TaskFailed"), done
    job = json.loads(done["cause"])
    assert job["State"] == "FAILED", job
    return job


def test_a_missing_script(client, states, wait, tag):
    client("s3").create_bucket(Bucket=f"scripts-{tag}")
    job = fail_job(client, states, wait, tag, f"s3://scripts-{tag}/absent.py")
    assert "absent.py" in job["StateDetails"], job


def test_a_script_in_a_missing_bucket(client, states, wait, tag):
    job = fail_job(client, states, wait, tag, f"s3://no-such-{tag}/absent.py")
    assert f"no-such-{tag}" in job["StateDetails"], job


def test_a_script_that_raises(client, states, wait, tag):
    client("s3").create_bucket(Bucket=f"scripts-{tag}")
    client("s3").put_object(Bucket=f"scripts-{tag}", Key="raises.py", Body=b"raise ValueError('no taxis today')\n")
    job = fail_job(client, states, wait, tag, f"s3://scripts-{tag}/raises.py")
    assert "ValueError: no taxis today" in job["StateDetails"] and job["FailureReason"] == "USER_ERROR", job


def query(client, sql, results):
    athena = client("athena")
    started = athena.start_query_execution(QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{results}/"})
    describe = lambda: athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"])["QueryExecution"]["Status"]
    return until(lambda: (s := describe())["State"] not in ("QUEUED", "RUNNING") and s, 60)


def test_queries_that_cannot_be(client, tag):
    client("s3").create_bucket(Bucket=f"results-{tag}")
    status = query(client, "SELECT * FROM nowhere", f"results-{tag}")
    assert status["State"] == "FAILED" and "TABLE_NOT_FOUND" in status["StateChangeReason"] and "nowhere" in status["StateChangeReason"]
    # what is no statement at all is refused before it is a query, as Athena does
    refused(client("athena").start_query_execution, "InvalidRequestException", "mismatched input 'SELEKT'",
            QueryString="SELEKT 1", ResultConfiguration={"OutputLocation": f"s3://results-{tag}/"})
    refused(client("athena").start_query_execution, "InvalidRequestException", f"no-results-{tag}",
            QueryString="SELECT 1", ResultConfiguration={"OutputLocation": f"s3://no-results-{tag}/"})


def test_a_parquet_file_that_is_none(client, tag):
    client("s3").create_bucket(Bucket=f"data-{tag}")
    client("s3").put_object(Bucket=f"data-{tag}", Key="t/part-0.parquet", Body=b"this is no parquet file")
    ddl = f"CREATE EXTERNAL TABLE broken_{tag} (a int) STORED AS PARQUET LOCATION 's3://data-{tag}/t/'"
    assert query(client, ddl, f"data-{tag}")["State"] == "SUCCEEDED"
    status = query(client, f"SELECT * FROM broken_{tag}", f"data-{tag}")
    assert status["State"] == "FAILED" and "part-0.parquet" in status["StateChangeReason"], status
    assert "HIVE" in status["StateChangeReason"], status
