"""The server as a process: its start and end, its address, its data folder, its keys."""
import os
import subprocess

import pytest
from botocore.exceptions import ClientError

from conftest import Server, binary, make_client

KEY, SECRET = "AKIATAXIWAYTEST", "a secret that must not be logged"


def refused_start(*args, **env):
    done = subprocess.run([binary(), "serve", *args], text=True, capture_output=True, env={**os.environ, **env}, timeout=30)
    assert done.returncode != 0 and not done.stdout, done.stdout
    return done.stderr


def test_it_stops_cleanly_and_finds_its_port_again(own_server):
    server = own_server()
    address = server.listen
    server.client("s3").create_bucket(Bucket="kept")
    assert server.stop() == 0
    again = Server(server.data).start()
    try:
        assert again.listen == address, "port 0 takes the data folder's earlier port"
        assert [b["Name"] for b in again.client("s3").list_buckets()["Buckets"]] == ["kept"]
    finally:
        again.stop()


def test_two_servers_cannot_share_a_data_folder(own_server):
    server = own_server()
    message = refused_start("--listen", "127.0.0.1:0", "--data", str(server.data))
    assert str(server.process.pid) in message, message


def test_a_taken_address_is_told(own_server, tmp_path):
    server = own_server()
    message = refused_start("--listen", server.listen, "--data", str(tmp_path / "other"))
    assert "--listen" in message and server.listen in message, message


def test_nothing_but_loopback_without_keys(tmp_path):
    message = refused_start("--listen", "0.0.0.0:0", "--data", str(tmp_path / "open"))
    assert "TAXIWAY_ACCESS_KEY_ID" in message, message


@pytest.mark.parametrize("argument", [("--listen", "nonsense"), ("--no-such-option",)])
def test_a_wrong_argument_is_a_usage_error(argument):
    done = subprocess.run([binary(), "serve", *argument], text=True, capture_output=True, timeout=30)
    assert done.returncode == 2 and "--help" in done.stderr, done.stderr


def test_with_keys_only_their_signatures_are_accepted(own_server):
    server = own_server(env={"TAXIWAY_ACCESS_KEY_ID": KEY, "TAXIWAY_SECRET_ACCESS_KEY": SECRET, "TAXIWAY_LOG": "debug"})
    ours = lambda name: make_client(server.url, name, key=KEY, secret=SECRET)
    assert ours("sts").get_caller_identity()["Account"] == "000000000000"
    ours("s3").create_bucket(Bucket="closed")
    ours("s3").put_object(Bucket="closed", Key="k", Body=b"body" * 1000)
    assert ours("s3").get_object(Bucket="closed", Key="k")["Body"].read() == b"body" * 1000
    for key, secret in ((KEY, "wrong"), ("AKIAOTHER", SECRET), ("000000000000", "test")):
        for name, call in (("stepfunctions", "list_state_machines"), ("s3", "list_buckets"), ("athena", "list_work_groups")):
            with pytest.raises(ClientError) as caught:
                getattr(make_client(server.url, name, key=key, secret=secret), call)()
            assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403), caught.value
    server.stop()
    assert SECRET not in "".join(server.log), "no secret in the log"


def test_twelve_digits_are_the_account(server):
    other = make_client(server.url, "sts", key="111122223333")
    assert other.get_caller_identity()["Account"] == "111122223333"
    machines = make_client(server.url, "stepfunctions", key="111122223333").list_state_machines()["stateMachines"]
    assert machines == [], "another account has nothing of ours"
