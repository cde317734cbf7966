"""State machines: each operation's good case and each of its documented errors."""
import json

import pytest

from states_api import (ARN, FAIL, NO_ARN, NOT_AN_ARN, PASS, ROLE, WAIT, api, check_refusal, covers,  # noqa: F401
                        plain, refusal)

MISSING = ARN + "stateMachine:nowhere"
NO_STATES = '{"StartAt": "P"}'
INVALID = "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /"
NO_DESTINATION = {"level": "ALL", "includeExecutionData": True}
NO_KEY = {"type": "CUSTOMER_MANAGED_KMS_KEY"}
GONE = "State Machine Does Not Exist: '{stateMachineArn}'"


def new(api, **more):
    return {"name": api.name(), "definition": json.dumps(PASS), "roleArn": ROLE, **more}


def tags(count):
    return [{"key": f"k{n}", "value": "v"} for n in range(count)]


def taken(api):
    name = api.machine().rpartition(":")[2]
    return new(api, name=name, definition=json.dumps(WAIT))


REFUSALS = [
    refusal("CreateStateMachine", "InvalidArn", "Invalid Role Arn: 'x'", lambda api: new(api, roleArn="x")),
    refusal("CreateStateMachine", "InvalidDefinition", INVALID, lambda api: new(api, definition=NO_STATES)),
    refusal("CreateStateMachine", "InvalidName", "Invalid Name: 'a b'", lambda api: new(api, name="a b")),
    refusal("CreateStateMachine", "InvalidLoggingConfiguration",
            "Invalid Logging Configuration: Must specify exactly one Log Destination.",
            lambda api: new(api, loggingConfiguration=NO_DESTINATION)),
    refusal("CreateStateMachine", "StateMachineAlreadyExists", f"State Machine Already Exists: '{ARN}stateMachine:{{name}}'",
            taken),
    refusal("CreateStateMachine", "StateMachineDeleting", "", lambda api: new(api, name=api.deleting().rpartition(":")[2])),
    refusal("CreateStateMachine", "TooManyTags", "", lambda api: new(api, tags=tags(51))),
    refusal("CreateStateMachine", "ValidationException", "Version description can only be set when publish is true",
            lambda api: new(api, versionDescription="d")),
    refusal("CreateStateMachine", "InvalidEncryptionConfiguration", "", lambda api: new(api, encryptionConfiguration=NO_KEY)),
    refusal("DescribeStateMachine", "InvalidArn", NOT_AN_ARN, {"stateMachineArn": NO_ARN}),
    refusal("DescribeStateMachine", "StateMachineDoesNotExist", GONE, {"stateMachineArn": MISSING}),
    refusal("DeleteStateMachine", "InvalidArn", NOT_AN_ARN, {"stateMachineArn": NO_ARN}),
    refusal("DeleteStateMachine", "ValidationException", "", lambda api: {"stateMachineArn": api.machine() + "/Label"}),
    refusal("ListStateMachines", "InvalidToken", "Invalid Token: 'Invalid token'", {"nextToken": "zz"}),
    refusal("UpdateStateMachine", "InvalidArn", NOT_AN_ARN, {"stateMachineArn": NO_ARN, "roleArn": ROLE}),
    refusal("UpdateStateMachine", "InvalidDefinition", INVALID,
            lambda api: {"stateMachineArn": api.machine(), "definition": NO_STATES}),
    refusal("UpdateStateMachine", "InvalidLoggingConfiguration", "Must specify exactly one Log Destination.",
            lambda api: {"stateMachineArn": api.machine(), "loggingConfiguration": NO_DESTINATION}),
    refusal("UpdateStateMachine", "MissingRequiredParameter", "", lambda api: {"stateMachineArn": api.machine()}),
    refusal("UpdateStateMachine", "StateMachineDeleting", "", lambda api: {"stateMachineArn": api.deleting(), "roleArn": ROLE}),
    refusal("UpdateStateMachine", "StateMachineDoesNotExist", GONE, {"stateMachineArn": MISSING, "roleArn": ROLE}),
    refusal("UpdateStateMachine", "ValidationException", "Version description can only be set when publish is true",
            lambda api: {"stateMachineArn": api.machine(), "roleArn": ROLE, "versionDescription": "d"}),
    refusal("UpdateStateMachine", "InvalidEncryptionConfiguration", "",
            lambda api: {"stateMachineArn": api.machine(), "encryptionConfiguration": NO_KEY}),
    refusal("ValidateStateMachineDefinition", "ValidationException", "maxResults",
            {"definition": json.dumps(PASS), "maxResults": 101}),
    refusal("TagResource", "InvalidArn", NOT_AN_ARN, {"resourceArn": NO_ARN, "tags": tags(1)}),
    refusal("TagResource", "ResourceNotFound", "", {"resourceArn": MISSING, "tags": tags(1)}),
    refusal("TagResource", "TooManyTags", "", lambda api: {"resourceArn": api.machine(tags=tags(50)),
                                                          "tags": [{"key": "one", "value": "more"}]}),
    refusal("UntagResource", "InvalidArn", NOT_AN_ARN, {"resourceArn": NO_ARN, "tagKeys": ["k"]}),
    refusal("UntagResource", "ResourceNotFound", "", {"resourceArn": ARN + "activity:nowhere", "tagKeys": ["k"]}),
    refusal("ListTagsForResource", "InvalidArn", NOT_AN_ARN, {"resourceArn": NO_ARN}),
    refusal("ListTagsForResource", "ResourceNotFound", "", {"resourceArn": MISSING}),
    refusal("TestState", "InvalidArn", "x", {"definition": json.dumps(PASS["States"]["P"]), "roleArn": "x"}),
    refusal("TestState", "InvalidDefinition", "Invalid State Machine Definition: ",
            {"definition": '{"Type": "Parallel", "Branches": [], "End": true}', "roleArn": ROLE}),
    refusal("TestState", "InvalidExecutionInput", "", {"definition": json.dumps(PASS["States"]["P"]), "roleArn": ROLE,
                                                     "input": "not some json"}),
    refusal("TestState", "ValidationException", "RevealSecrets",
            {"definition": json.dumps(PASS["States"]["P"]), "roleArn": ROLE, "revealSecrets": True}),
]


@pytest.mark.parametrize("operation, code, words, arguments", REFUSALS)
def test_what_is_refused(api, operation, code, words, arguments):
    check_refusal(api, operation, code, words, arguments)


@covers("CreateStateMachine", "DescribeStateMachine", "UpdateStateMachine", "DeleteStateMachine",
        "DescribeStateMachine!StateMachineDoesNotExist")
def test_the_life_of_a_machine(api):
    arn = api.machine(FAIL)
    first = api.describe_state_machine(stateMachineArn=arn)
    assert (first["status"], first["type"], first["roleArn"]) == ("ACTIVE", "STANDARD", ROLE)
    assert first["loggingConfiguration"] == {"level": "OFF", "includeExecutionData": False}
    assert first["tracingConfiguration"] == {"enabled": False}
    assert "revisionId" not in first
    updated = api.update_state_machine(stateMachineArn=arn, definition=json.dumps(PASS), tracingConfiguration={"enabled": True})
    second = api.describe_state_machine(stateMachineArn=arn)
    assert (json.loads(second["definition"]), second["roleArn"]) == (PASS, ROLE)
    assert (second["revisionId"], second["tracingConfiguration"]) == (updated["revisionId"], {"enabled": True})
    assert second["creationDate"] == first["creationDate"]
    hidden = api.describe_state_machine(stateMachineArn=arn, includedData="METADATA_ONLY")
    assert hidden["definition"] == "{}"
    api.delete_state_machine(stateMachineArn=arn)
    api.delete_state_machine(stateMachineArn=arn)
    api.refused("StateMachineDoesNotExist", "DescribeStateMachine", stateMachineArn=arn)


@covers("CreateStateMachine")
def test_creating_the_same_again_answers_as_before(api):
    same = new(api)
    first = api.create_state_machine(**same)
    api.machines.append(first["stateMachineArn"])
    again = api.create_state_machine(**{**same, "roleArn": ROLE + "-other"}, tags=tags(1))
    assert (again["stateMachineArn"], again["creationDate"]) == (first["stateMachineArn"], first["creationDate"])
    assert api.describe_state_machine(stateMachineArn=first["stateMachineArn"])["roleArn"] == ROLE
    assert api.list_tags_for_resource(resourceArn=first["stateMachineArn"])["tags"] == []


@covers("DescribeStateMachine")
def test_a_machine_is_shown_as_deleting_while_an_execution_runs(api):
    assert api.describe_state_machine(stateMachineArn=api.deleting())["status"] == "DELETING"


@covers("ListStateMachines")
def test_listing_machines_page_by_page(api):
    made = {api.machine(), api.machine(type="EXPRESS"), api.machine()}
    pages = list(api.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 2}))
    assert all(len(page["stateMachines"]) <= 2 for page in pages)
    listed = {m["stateMachineArn"]: m for page in pages for m in page["stateMachines"]}
    assert made <= listed.keys()
    assert sorted(listed[arn]["type"] for arn in made) == ["EXPRESS", "STANDARD", "STANDARD"]


@covers("ValidateStateMachineDefinition")
def test_validating(api):
    assert api.validate_state_machine_definition(definition=json.dumps(PASS))["diagnostics"] == []
    failed = api.validate_state_machine_definition(definition=NO_STATES)
    assert (failed["result"], failed["truncated"]) == ("FAIL", False)
    assert {(d["severity"], d["code"]) for d in failed["diagnostics"]} == {("ERROR", "SCHEMA_VALIDATION_FAILED")}
    two = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "X"}, "B": {"Type": "Pass", "Next": "Y"}}})
    cut = api.validate_state_machine_definition(definition=two, maxResults=1)
    assert (len(cut["diagnostics"]), cut["truncated"]) == (1, True)


@covers("TagResource", "UntagResource", "ListTagsForResource")
def test_tags_of_an_activity(api):
    activity = api.activity(tags=[{"key": "a", "value": "1"}])
    api.tag_resource(resourceArn=activity, tags=[{"key": "a", "value": "2"}, {"key": "b", "value": "3"}])
    assert api.list_tags_for_resource(resourceArn=activity)["tags"] == [{"key": "a", "value": "2"}, {"key": "b", "value": "3"}]
    api.untag_resource(resourceArn=activity, tagKeys=["a", "never"])
    assert api.list_tags_for_resource(resourceArn=activity)["tags"] == [{"key": "b", "value": "3"}]


@covers("TestState")
def test_one_state(api):
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 1, "Next": "Big"}], "Default": "Small"}
    ran = api.test_state(definition=json.dumps(choice), roleArn=ROLE, input='{"n": 2}')
    assert (ran["status"], ran["nextState"], json.loads(ran["output"])) == ("SUCCEEDED", "Big", {"n": 2})
    failed = api.test_state(definition=json.dumps(FAIL["States"]["F"]), roleArn=ROLE)
    assert (failed["status"], failed["error"], failed["cause"]) == ("FAILED", "E", "c")
