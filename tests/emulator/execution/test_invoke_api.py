"""Lambda's Invoke API."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.awslambda.responses import LambdaResponse

from emulator.account import Account
from emulator.execution.payload import ASYNCHRONOUS_BYTES, SYNCHRONOUS_BYTES
from emulator.journal import Outcome
from emulator.storage import NotEmulated
from emulator.tally import Edge, Row
from tests.emulator.functions import NOBODY_TRUST, Functions, allow

ECHO = "def handle(event, context): return {'got': event}"
FAIL = "def handle(event, context):\n    raise ValueError('boom')\n"


def payload_of(answer: Any) -> Any:
    return json.loads(answer["Payload"].read())


def refusal(account: Account, **call: Any) -> tuple[str, int]:
    """The error code and the status of a call that is refused."""
    with pytest.raises(ClientError) as raised:
        account.client("lambda").invoke(**call)
    answer = raised.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_a_caller_who_waits_receives_the_result(account: Account, functions: Functions) -> None:
    functions.make(ECHO)

    answer = account.client("lambda").invoke(FunctionName="split", Payload=b'{"a": 1}')

    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer
    assert payload_of(answer) == {"got": {"a": 1}}


@pytest.mark.parametrize(
    "name", ["split", "arn:aws:lambda:eu-west-1:111111111111:function:split", "111111111111:function:split"]
)
def test_a_function_is_called_by_its_name_or_its_arn(account: Account, functions: Functions, name: str) -> None:
    functions.make(ECHO)

    assert payload_of(account.client("lambda").invoke(FunctionName=name)) == {"got": {}}


def test_a_function_s_error_is_a_successful_call(account: Account, functions: Functions) -> None:
    functions.make(FAIL)

    answer = account.client("lambda").invoke(FunctionName="split")

    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert {**payload_of(answer), "requestId": ""} == {
        "errorMessage": "boom",
        "errorType": "ValueError",
        "requestId": "",
        "stackTrace": ["  File \"/var/task/app.py\", line 2, in handle\n    raise ValueError('boom')\n"],
    }


def test_a_call_is_told_in_the_journal(account: Account, functions: Functions) -> None:
    functions.make(FAIL)

    account.client("lambda").invoke(FunctionName="split")

    (hop,) = account.journal.hops
    assert (hop.source, hop.target, hop.outcome) == ("administrator", "feeds.split", Outcome.FAILED)
    assert (hop.cause, hop.chain, hop.details["function"]) == ("ValueError: boom", "c1", "feeds.split")
    assert account.tally.rows() == []


def test_the_end_of_the_log_comes_with_the_answer_if_asked_for(account: Account, functions: Functions) -> None:
    functions.make("def handle(event, context): print('x' * 5000)")

    answer = account.client("lambda").invoke(FunctionName="split", LogType="Tail")

    tail = base64.b64decode(answer["LogResult"])
    assert len(tail) == 4096
    assert b"REPORT RequestId: " in tail
    assert "LogResult" not in account.client("lambda").invoke(FunctionName="split")


def test_an_event_is_accepted_and_run_later(account: Account, functions: Functions) -> None:
    functions.make(ECHO)

    answer = account.client("lambda").invoke(FunctionName="split", InvocationType="Event", Payload=b"[1]")

    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    assert account.journal.hops == []
    account.settle()
    (hop,) = account.journal.hops
    assert (hop.details["payload"], hop.details["result"]) == ([1], {"got": [1]})
    assert account.tally.rows() == [Row(Edge("administrator", "feeds.split"), 1, 1, 0, 0)]


def test_a_dry_run_runs_nothing(account: Account, functions: Functions) -> None:
    functions.make(FAIL)

    answer = account.client("lambda").invoke(FunctionName="split", InvocationType="DryRun")
    account.settle()

    assert answer["StatusCode"] == 204
    assert account.journal.hops == []


def test_a_function_calls_another_under_its_own_name_and_in_its_chain(account: Account, functions: Functions) -> None:
    inner = functions.make(ECHO, name="inner")
    functions.make(
        "import boto3\n"
        "def handle(event, context):\n"
        "    boto3.client('lambda').invoke(FunctionName='inner', InvocationType='Event')\n",
        allow("lambda:InvokeFunction", inner),
        name="outer",
    )

    account.client("lambda").invoke(FunctionName="outer", InvocationType="Event")
    account.settle()

    assert [(hop.source, hop.target, hop.chain) for hop in account.journal.hops] == [
        ("administrator", "feeds.outer", "c1"),
        ("feeds.outer", "feeds.inner", "c1"),
    ]


def test_without_the_right_nothing_is_called(account: Account, functions: Functions) -> None:
    functions.make(ECHO, name="inner")

    invocation = functions.run(
        "import boto3\ndef handle(event, context): boto3.client('lambda').invoke(FunctionName='inner')"
    )

    assert str(invocation.error).startswith("ClientError: An error occurred (AccessDeniedException)")
    assert [(denial.action, denial.caller) for denial in account.journal.denials] == [
        ("lambda:InvokeFunction", "feeds.split")
    ]


@pytest.mark.parametrize(("kind", "limit"), [("RequestResponse", SYNCHRONOUS_BYTES), ("Event", ASYNCHRONOUS_BYTES)])
def test_a_payload_over_the_limit_is_refused(account: Account, functions: Functions, kind: str, limit: int) -> None:
    functions.make("def handle(event, context): return len(event)", MemorySize=1024)
    fits = b'"' + b"x" * (limit - 2) + b'"'

    account.client("lambda").invoke(FunctionName="split", InvocationType=kind, Payload=fits)

    assert refusal(account, FunctionName="split", InvocationType=kind, Payload=fits + b" ") == (
        "RequestTooLargeException",
        413,
    )


def test_a_payload_that_is_no_json_is_refused(account: Account, functions: Functions) -> None:
    functions.make(ECHO)

    assert refusal(account, FunctionName="split", Payload=b"{") == ("InvalidRequestContentException", 400)


def test_what_lambda_does_not_run_is_an_error_of_the_api(account: Account, functions: Functions) -> None:
    functions.make(ECHO)
    functions.make(ECHO, name="untrusted", trust=NOBODY_TRUST)
    account.client("lambda").put_function_concurrency(FunctionName="split", ReservedConcurrentExecutions=0)

    assert refusal(account, FunctionName="split") == ("TooManyRequestsException", 429)
    assert refusal(account, FunctionName="untrusted") == ("AccessDeniedException", 403)
    assert refusal(account, FunctionName="nobody") == ("ResourceNotFoundException", 404)
    assert [hop.outcome for hop in account.journal.hops] == [Outcome.FAILED, Outcome.DENIED]


def test_the_old_asynchronous_api_is_refused_by_name(account: Account, functions: Functions) -> None:
    functions.make(ECHO)

    with pytest.raises(NotEmulated, match="lambda:InvokeAsync is deprecated and not emulated"):
        account.client("lambda").invoke_async(FunctionName="split", InvokeArgs=b"{}")


def test_afterwards_moto_is_as_it_was() -> None:
    before = LambdaResponse.invoke, LambdaResponse.invoke_async

    with Account("111111111111", "eu-west-1"):
        assert LambdaResponse.invoke is not before[0]

    assert (LambdaResponse.invoke, LambdaResponse.invoke_async) == before
