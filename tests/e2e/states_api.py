"""What the tests of the Step Functions API share: a client that notes what was answered, and the claims of the tests.

A claim is `"Operation"` (its good case) or `"Operation!ErrorCode"`. `covers` and `refusals` write claims down when a
module is imported, and hold each test to them when it runs: what was claimed must really have been answered.
"""
import functools
import json
import uuid

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from waiting import until

ROLE = "arn:aws:iam::000000000000:role/any"
ARN = "arn:aws:states:us-east-1:000000000000:"
PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"a": 1}, "End": True}}}
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 250, "End": True}}}
FAIL = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}
NO_ARN = "no_arn"
NOT_AN_ARN = f"Invalid Arn: 'Invalid ARN prefix: {NO_ARN}'"

CLAIMED = set()


def covers(*claims):
    """Claims what a test covers; the test takes `api`."""
    CLAIMED.update(claims)

    def decorate(test):
        @functools.wraps(test)
        def held(**fixtures):
            test(**fixtures)
            missing = set(claims) - fixtures["api"].answered
            assert not missing, f"claimed, never answered: {sorted(missing)}"
        return held
    return decorate


def refusal(operation, code, words, arguments, wrong=None):
    """One call that is refused: `arguments` are the call's, or a function of `api` that prepares them.

    `wrong` says what the server answers instead, until it is mended.
    """
    CLAIMED.add(f"{operation}!{code}")
    marks = [pytest.mark.xfail(strict=True, reason=wrong)] if wrong else []
    return pytest.param(operation, code, words, arguments, id=f"{operation}-{code}", marks=marks)


def check_refusal(api, operation, code, words, arguments):
    prepared = arguments(api) if callable(arguments) else arguments
    message = api.refused(code, operation, **prepared)
    assert words.format(**{k: v for k, v in prepared.items() if isinstance(v, str)}) in message


class Api:
    """A boto3 client (its methods are this object's) that notes each answer, and cleans up after a test."""

    def __init__(self, client):
        self.client, self.answered, self.machines, self.executions, self.activities = client, set(), [], [], []
        client.meta.events.register("after-call.sfn", self._note, unique_id="note")

    def __getattr__(self, name):
        return getattr(self.client, name)

    def _note(self, model, parsed, **_):
        code = parsed.get("Error", {}).get("Code")
        self.answered.add(f"{model.name}!{code}" if code else model.name)

    def refused(self, code, operation, **arguments):
        with pytest.raises(ClientError) as caught:
            getattr(self.client, xform_name(operation))(**arguments)
        assert caught.value.response["Error"]["Code"] == code, caught.value
        return caught.value.response["Error"]["Message"]

    def name(self):
        return f"api-{uuid.uuid4().hex[:10]}"

    def machine(self, definition=PASS, **more):
        made = self.create_state_machine(name=self.name(), definition=json.dumps(definition), roleArn=ROLE, **more)
        self.machines.append(made["stateMachineArn"])
        return made["stateMachineArn"]

    def start(self, machine, **more):
        arn = self.start_execution(stateMachineArn=machine, **more)["executionArn"]
        self.executions.append(arn)
        return arn

    def ended(self, execution):
        return until(lambda: (d := self.describe_execution(executionArn=execution))["status"] != "RUNNING" and d)

    def deleting(self, **more):
        """A machine that is being deleted: an execution still runs."""
        machine = self.machine(WAIT, **more)
        self.start(machine)
        self.delete_state_machine(stateMachineArn=machine)
        return machine

    def activity(self, **more):
        self.activities.append(self.create_activity(name=self.name(), **more)["activityArn"])
        return self.activities[-1]

    def task(self, **fields):
        """A task that a worker has taken: (execution, token)."""
        activity = self.activity()
        state = {"Type": "Task", "Resource": activity, "End": True, **fields}
        execution = self.start(self.machine({"StartAt": "T", "States": {"T": state}}), input='{"n": 1}')
        return execution, self.get_activity_task(activityArn=activity, workerName="w")["taskToken"]

    def clean(self):
        for arn in self.executions:
            if ":execution:" in arn:
                self.client.stop_execution(executionArn=arn)
        for arn in self.machines:
            self.client.delete_state_machine(stateMachineArn=arn)
        for arn in self.activities:
            self.client.delete_activity(activityArn=arn)
        self.client.meta.events.unregister("after-call.sfn", self._note, unique_id="note")


@pytest.fixture(scope="session")
def plain(server):
    """A client without `sync-` before the host's name, and one that leaves it to the server to check parameters."""
    return server.client("stepfunctions", inject_host_prefix=False, parameter_validation=False)


@pytest.fixture
def api(plain):
    made = Api(plain)
    yield made
    made.clean()
