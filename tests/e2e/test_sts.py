"""STS with boto3 and the real CLI."""
import json

import boto3
import pytest
from botocore.exceptions import ClientError

ACCOUNT, REGION = "000000000000", "us-east-1"


def with_credentials(endpoint, credentials):
    return boto3.client("sts", endpoint_url=endpoint, region_name=REGION, aws_access_key_id=credentials["AccessKeyId"],
                        aws_secret_access_key=credentials["SecretAccessKey"], aws_session_token=credentials["SessionToken"])


def who(client):
    answer = client.get_caller_identity()
    return answer["UserId"], answer["Account"], answer["Arn"]


def test_the_default_account(client, aws):
    assert who(client("sts")) == (ACCOUNT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    assert json.loads(aws("sts", "get-caller-identity").stdout)["Account"] == ACCOUNT


def test_a_key_of_twelve_digits_is_its_account(server):
    other = server.client("sts", key="111122223333")
    assert who(other) == ("111122223333", "111122223333", "arn:aws:iam::111122223333:root")


def test_an_assumed_role_is_who_it_says(client, endpoint):
    arn = "arn:aws:iam::444455556666:role/jobs/Runner"
    answer = client("sts").assume_role(RoleArn=arn, RoleSessionName="run-1", DurationSeconds=900)
    user, credentials = answer["AssumedRoleUser"], answer["Credentials"]
    assert user["Arn"] == "arn:aws:sts::444455556666:assumed-role/Runner/run-1"
    assert credentials["AccessKeyId"].startswith("ASIA")
    session = with_credentials(endpoint, credentials)
    assert who(session) == (user["AssumedRoleId"], "444455556666", user["Arn"])
    with pytest.raises(ClientError) as caught:
        session.get_session_token()
    assert caught.value.response["Error"]["Code"] == "AccessDenied"


def test_a_session_token_stands_for_its_caller(client, endpoint):
    credentials = client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    assert who(with_credentials(endpoint, credentials)) == (ACCOUNT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")


def test_what_is_no_role_is_refused(client):
    with pytest.raises(ClientError) as caught:
        client("sts").assume_role(RoleArn="arn:aws:iam::444455556666:user/someone", RoleSessionName="run-1")
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationError", "arn:aws:iam::444455556666:user/someone is invalid")


def test_sessions_outlast_a_kill(own_server):
    server = own_server()
    answer = server.client("sts").assume_role(RoleArn="arn:aws:iam::444455556666:role/R", RoleSessionName="s1")
    server.kill()
    server.start()
    assert who(with_credentials(server.url, answer["Credentials"]))[2] == answer["AssumedRoleUser"]["Arn"]
