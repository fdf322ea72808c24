"""Who is calling, while the account answers."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from moto.core.botocore_stubber import BotocoreStubber
from moto.sqs.models import SQSBackend

from emulator.account import Account
from emulator.calls import Call
from emulator.identity import ADMINISTRATOR
from tests.emulator.contracts import parameters
from tests.emulator.functions import LAMBDA_TRUST, allow, document


def seen(account: Account, client: Any) -> list[tuple[Call | None, str | None]]:
    """The call, and the caller's unique id, as moto sees them while it answers `client`."""
    noted = []

    def note(backend: object, *_: object, **__: object) -> list[object]:
        noted.append((account.calls.current, account.calls.principal_id()))
        return []

    with patch.object(SQSBackend, "list_queues", note):
        client.list_queues()
    return noted


def test_moto_is_still_entered_where_we_note_the_call() -> None:
    assert parameters(BotocoreStubber.__call__) == ["self", "event_name", "request", "**kwargs"]


def test_the_administrator_calls_as_the_account(account: Account) -> None:
    assert seen(account, account.client("sqs")) == [(Call("sqs", "ListQueues", ADMINISTRATOR), "111111111111")]


def test_a_role_session_calls_by_the_roles_unique_id(account: Account) -> None:
    iam = account.client("iam")
    role = iam.create_role(RoleName="record", Path="/feeds/", AssumeRolePolicyDocument=document(LAMBDA_TRUST))["Role"]
    iam.put_role_policy(RoleName="record", PolicyName="may", PolicyDocument=document(allow("sqs:ListQueues", "*")))
    identity = account.identities.role_session(role["Arn"], "split", "feeds.split")

    assert seen(account, account.client("sqs", identity)) == [
        (Call("sqs", "ListQueues", identity), f"{role['RoleId']}:split")
    ]


def test_outside_of_a_call_nobody_calls(account: Account) -> None:
    account.client("sqs").list_queues()

    assert account.calls.current is None
    assert account.calls.principal_id() is None


def test_a_call_that_fails_is_over_too(account: Account) -> None:
    try:
        account.client("sqs").get_queue_url(QueueName="nowhere")
    except account.client("sqs").exceptions.QueueDoesNotExist:
        pass

    assert account.calls.current is None
