"""Versions and aliases: each operation's good case and each of its documented errors."""
import json

import pytest

from states_api import ARN, NO_ARN, NOT_AN_ARN, PASS, WAIT, api, check_refusal, covers, plain, refusal  # noqa: F401

MISSING = ARN + "stateMachine:nowhere"
LIMIT_OF_ALIASES, LIMIT_OF_VERSIONS = 100, 1000
BAD_TOKEN = "Invalid Token: 'Invalid token'"


def route(version, weight=100):
    return {"stateMachineVersionArn": version, "weight": weight}


def published(api):
    return api.machine(publish=True) + ":1"


def with_alias(api, description=None):
    version = published(api)
    more = {"description": description} if description else {}
    api.create_state_machine_alias(name="prod", routingConfiguration=[route(version)], **more)
    return version, version[:-1] + "prod"


def another_routing(api):
    version, _ = with_alias(api)
    api.update_state_machine(stateMachineArn=version[:-2], definition=json.dumps(WAIT), publish=True)
    return {"name": "prod", "routingConfiguration": [route(version[:-1] + "2")]}


def deleting_with_alias(api):
    machine = api.machine(WAIT, publish=True)
    alias = api.create_state_machine_alias(name="prod", routingConfiguration=[route(machine + ":1")])
    api.start(machine)
    api.delete_state_machine(stateMachineArn=machine)
    return {"stateMachineAliasArn": alias["stateMachineAliasArn"], "description": "d"}


def weights_of_90(api):
    version, alias = with_alias(api)
    return {"stateMachineAliasArn": alias, "routingConfiguration": [route(version, 90)]}


REFUSALS = [
    refusal("CreateStateMachineAlias", "InvalidArn", NOT_AN_ARN, {"name": "a", "routingConfiguration": [route(NO_ARN)]}),
    refusal("CreateStateMachineAlias", "ValidationException",
            "Routing configuration must contain state machine version ARNs.",
            lambda api: {"name": "a", "routingConfiguration": [route(api.machine())]}),
    refusal("CreateStateMachineAlias", "StateMachineDeleting", "",
            lambda api: {"name": "a", "routingConfiguration": [route(api.deleting(publish=True) + ":1")]}),
    refusal("CreateStateMachineAlias", "ResourceNotFound", "",
            lambda api: {"name": "a", "routingConfiguration": [route(api.machine() + ":7")]}),
    refusal("CreateStateMachineAlias", "ConflictException", "", another_routing),
    refusal("DescribeStateMachineAlias", "ValidationException", "stateMachineAliasArn", {"stateMachineAliasArn": ""}),
    refusal("DescribeStateMachineAlias", "InvalidArn", NOT_AN_ARN, {"stateMachineAliasArn": NO_ARN}),
    refusal("DescribeStateMachineAlias", "ResourceNotFound", "Request references a resource that does not exist.",
            lambda api: {"stateMachineAliasArn": api.machine() + ":none"}),
    refusal("UpdateStateMachineAlias", "ValidationException", "Sum of routing configuration weights must equal 100",
            weights_of_90),
    refusal("UpdateStateMachineAlias", "InvalidArn", NOT_AN_ARN, {"stateMachineAliasArn": NO_ARN, "description": "d"}),
    refusal("UpdateStateMachineAlias", "ResourceNotFound", "Request references a resource that does not exist.",
            lambda api: {"stateMachineAliasArn": api.machine() + ":none", "description": "d"}),
    refusal("UpdateStateMachineAlias", "StateMachineDeleting", "", deleting_with_alias),
    refusal("DeleteStateMachineAlias", "ValidationException", "stateMachineAliasArn", {"stateMachineAliasArn": ""}),
    refusal("DeleteStateMachineAlias", "InvalidArn", NOT_AN_ARN, {"stateMachineAliasArn": NO_ARN}),
    refusal("DeleteStateMachineAlias", "ResourceNotFound", "Request references a resource that does not exist.",
            lambda api: {"stateMachineAliasArn": api.machine() + ":none"}),
    refusal("ListStateMachineAliases", "InvalidArn", NOT_AN_ARN, {"stateMachineArn": NO_ARN}),
    refusal("ListStateMachineAliases", "InvalidToken", BAD_TOKEN,
            lambda api: {"stateMachineArn": api.machine(), "nextToken": "zz"}),
    refusal("ListStateMachineAliases", "StateMachineDoesNotExist", "State Machine Does Not Exist: '{stateMachineArn}'",
            {"stateMachineArn": MISSING}),
    refusal("ListStateMachineAliases", "StateMachineDeleting", "", lambda api: {"stateMachineArn": api.deleting()}),
    refusal("PublishStateMachineVersion", "ValidationException", "description",
            lambda api: {"stateMachineArn": api.machine(), "description": "d" * 257}),
    refusal("PublishStateMachineVersion", "StateMachineDeleting", "", lambda api: {"stateMachineArn": api.deleting()}),
    refusal("PublishStateMachineVersion", "StateMachineDoesNotExist", "State Machine Does Not Exist: '{stateMachineArn}'",
            {"stateMachineArn": MISSING}),
    refusal("PublishStateMachineVersion", "ConflictException", "The current State Machine revision is INITIAL.",
            lambda api: {"stateMachineArn": api.machine(), "revisionId": "of-before"}),
    refusal("PublishStateMachineVersion", "InvalidArn", NOT_AN_ARN, {"stateMachineArn": NO_ARN}),
    refusal("ListStateMachineVersions", "ValidationException", "maxResults",
            lambda api: {"stateMachineArn": api.machine(), "maxResults": 1001}),
    refusal("ListStateMachineVersions", "InvalidArn", NOT_AN_ARN, {"stateMachineArn": NO_ARN}),
    refusal("ListStateMachineVersions", "InvalidToken", BAD_TOKEN,
            lambda api: {"stateMachineArn": api.machine(), "nextToken": "zz"}),
    refusal("DeleteStateMachineVersion", "ValidationException", "stateMachineVersionArn", {"stateMachineVersionArn": ""}),
    refusal("DeleteStateMachineVersion", "InvalidArn", NOT_AN_ARN, {"stateMachineVersionArn": NO_ARN}),
    refusal("DeleteStateMachineVersion", "ConflictException", "Current list of aliases referencing this version: [prod]",
            lambda api: {"stateMachineVersionArn": with_alias(api)[0]}),
]


@pytest.mark.parametrize("operation, code, words, arguments", REFUSALS)
def test_what_is_refused(api, operation, code, words, arguments):
    check_refusal(api, operation, code, words, arguments)


@covers("PublishStateMachineVersion", "ListStateMachineVersions", "DeleteStateMachineVersion")
def test_versions(api):
    machine = api.machine()
    first = api.publish_state_machine_version(stateMachineArn=machine, description="one")
    assert first["stateMachineVersionArn"] == machine + ":1"
    assert api.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"] == machine + ":1"
    revision = api.update_state_machine(stateMachineArn=machine, definition=json.dumps(WAIT))["revisionId"]
    second = api.publish_state_machine_version(stateMachineArn=machine, revisionId=revision)
    assert second["stateMachineVersionArn"] == machine + ":2"
    described = api.describe_state_machine(stateMachineArn=machine + ":1")
    assert (json.loads(described["definition"]), described["description"]) == (PASS, "one")
    listed = lambda **more: api.list_state_machine_versions(stateMachineArn=machine, **more)
    numbers = lambda page: [v["stateMachineVersionArn"].rpartition(":")[2] for v in page["stateMachineVersions"]]
    page = listed(maxResults=1)
    assert (numbers(page), numbers(listed(nextToken=page["nextToken"]))) == (["2"], ["1"])
    api.delete_state_machine_version(stateMachineVersionArn=machine + ":1")
    assert numbers(listed()) == ["2"]


@covers("CreateStateMachineAlias", "DescribeStateMachineAlias", "UpdateStateMachineAlias", "ListStateMachineAliases",
        "DeleteStateMachineAlias")
def test_aliases(api):
    version, alias = with_alias(api, "first")
    described = api.describe_state_machine_alias(stateMachineAliasArn=alias)
    assert (described["name"], described["description"]) == ("prod", "first")
    assert described["routingConfiguration"] == [route(version)]
    updated = api.update_state_machine_alias(stateMachineAliasArn=alias, description="second")
    described = api.describe_state_machine_alias(stateMachineAliasArn=alias)
    assert (described["description"], described["updateDate"]) == ("second", updated["updateDate"])
    assert described["routingConfiguration"] == [route(version)]
    api.create_state_machine_alias(name="test", routingConfiguration=[route(version)])
    page = api.list_state_machine_aliases(stateMachineArn=version[:-2], maxResults=1)
    rest = api.list_state_machine_aliases(stateMachineArn=version[:-2], nextToken=page["nextToken"])
    found = [a["stateMachineAliasArn"] for a in page["stateMachineAliases"] + rest["stateMachineAliases"]]
    assert sorted(found) == [alias, version[:-1] + "test"]
    api.delete_state_machine_alias(stateMachineAliasArn=alias)
    left = api.list_state_machine_aliases(stateMachineArn=version)["stateMachineAliases"]
    assert [a["stateMachineAliasArn"] for a in left] == [version[:-1] + "test"]


@covers("ListStateMachineAliases")
def test_the_newest_alias_is_listed_first(api):
    version = published(api)
    for name in ["b", "c", "a"]:
        api.create_state_machine_alias(name=name, routingConfiguration=[route(version)])
    listed = api.list_state_machine_aliases(stateMachineArn=version[:-2])["stateMachineAliases"]
    assert [a["stateMachineAliasArn"][-1] for a in listed] == ["a", "c", "b"]


@covers("CreateStateMachineAlias!ServiceQuotaExceededException")
def test_the_quota_of_aliases(api):
    routing = [route(published(api))]
    for number in range(LIMIT_OF_ALIASES):
        api.create_state_machine_alias(name=f"a{number}", routingConfiguration=routing)
    api.refused("ServiceQuotaExceededException", "CreateStateMachineAlias", name="more", routingConfiguration=routing)
    # One that is there already is no further one.
    api.create_state_machine_alias(name="a0", routingConfiguration=routing)


@covers("UpdateStateMachine!ServiceQuotaExceededException", "PublishStateMachineVersion!ServiceQuotaExceededException")
def test_the_quota_of_versions(api):
    machine = api.machine()
    next_one = lambda n: {"stateMachineArn": machine, "definition": json.dumps({**PASS, "Comment": str(n)})}
    for number in range(LIMIT_OF_VERSIONS):
        api.update_state_machine(**next_one(number), publish=True)
    api.refused("ServiceQuotaExceededException", "UpdateStateMachine", **next_one("more"), publish=True)
    api.update_state_machine(**next_one("unpublished"))
    api.refused("ServiceQuotaExceededException", "PublishStateMachineVersion", stateMachineArn=machine)
