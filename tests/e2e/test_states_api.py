"""Every operation of Step Functions has its good case, and each of its documented errors, in the tests beside this one."""
import botocore.session
import pytest

import test_states_executions  # noqa: F401 (claims are made on import)
import test_states_machines  # noqa: F401
import test_states_versions  # noqa: F401
import test_states_workers  # noqa: F401
from states_api import CLAIMED

RACE = "answered where two changes meet; here the changes of one machine come one after another, so that none is refused"
NEVER = "no recording tells which token has it: one that is over has TaskTimedOut, others InvalidToken"
TRACING = "both values of its one member are valid, and what is no Boolean is a SerializationException"

# What no test covers, and why. Nothing may stand here that a test covers, nor what the model does not document.
NOT_COVERED = {
    "CreateActivity!ActivityLimitExceeded": "the limit is 10000 activities",
    "CreateStateMachine!StateMachineLimitExceeded": "the limit is 10000 state machines",
    "GetActivityTask!ActivityWorkerLimitExceeded": "the limit is 1000 workers that poll at once",
    "StartExecution!ExecutionLimitExceeded": "the limit is 1000000 open executions",
    "RedriveExecution!ExecutionLimitExceeded": "the limit is 1000000 open executions",
    "CreateStateMachine!ConflictException": RACE,
    "UpdateStateMachine!ConflictException": RACE,
    "UpdateStateMachineAlias!ConflictException": RACE,
    "DeleteStateMachineAlias!ConflictException": RACE,
    "CreateStateMachine!InvalidTracingConfiguration": TRACING,
    "UpdateStateMachine!InvalidTracingConfiguration": TRACING,
    "CreateStateMachine!StateMachineTypeNotSupported": "the model's two types are; others are a ValidationException",
    "CreateStateMachineAlias!InvalidName": "its pattern is the model's: a ValidationException",
    "ListStateMachineAliases!ResourceNotFound": "a machine that is missing has StateMachineDoesNotExist",
    "StartSyncExecution!StateMachineDeleting": "an Express machine is gone at once: none runs on",
    "SendTaskSuccess!TaskDoesNotExist": NEVER,
    "SendTaskFailure!TaskDoesNotExist": NEVER,
    "SendTaskHeartbeat!TaskDoesNotExist": NEVER,
}

# The same for an error wherever it is documented: there is no KMS here; a key that is named is kept and shown, and nothing
# is encrypted with it.
NOWHERE = {"KmsAccessDeniedException", "KmsInvalidStateException", "KmsThrottlingException"}


def listed(claim):
    return claim in NOT_COVERED or claim.partition("!")[2] in NOWHERE


@pytest.fixture(scope="module")
def model():
    return botocore.session.get_session().get_service_model("stepfunctions")


def documented(model):
    for name in model.operation_names:
        for error in model.operation_model(name).error_shapes:
            yield f"{name}!{error.name}"


def test_every_operation_has_its_good_case(model):
    assert len(model.operation_names) >= 37
    assert sorted(set(model.operation_names) - CLAIMED) == []


def test_every_documented_error_is_covered_or_listed(model):
    assert sorted(claim for claim in documented(model) if claim not in CLAIMED and not listed(claim)) == []


def test_nothing_is_listed_that_is_covered_or_not_documented(model):
    assert sorted(NOT_COVERED.keys() & CLAIMED) == []
    assert sorted(NOT_COVERED.keys() - set(documented(model))) == []
