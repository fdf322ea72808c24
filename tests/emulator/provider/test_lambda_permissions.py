"""A permission is one statement of a function's policy."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Refused
from tests.emulator.functions import Functions
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live

WORKER = """
role = aws.iam.Role("role", assume_role_policy=TRUST)
worker = function("worker", role, timeout=1)
"""


def test_a_permission_is_a_statement_of_the_functions_policy(tmp_path: Path) -> None:
    source = f"""{WORKER}
aws.lambda_.Permission("permission", action="lambda:InvokeFunction", function=worker.name, statement_id="feed",
    principal="s3.amazonaws.com", source_arn="arn:aws:s3:::feed", source_account="111111111111")
"""

    with deployed(tmp_path, source) as (account, deployment):
        worker = deployment.named("Function", "worker")
        (statement,) = json.loads(account.client("lambda").get_policy(FunctionName=worker.id)["Policy"])["Statement"]

        assert deployment.named("Permission", "permission").id == statement["Sid"] == "feed"
        assert (statement["Principal"], statement["Resource"]) == ({"Service": "s3.amazonaws.com"}, worker.arn)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('action="s3:GetObject"', "action 's3:GetObject' needs an action of Lambda"),
        ('function="gone"', "there is no function gone"),
        ('source_account="1"', "sourceAccount '1' needs twelve digits"),
        ('source_arn="feed"', "sourceArn 'feed' needs an ARN"),
        ('qualifier="live"', "the embedded account does not do `qualifier` yet"),
    ],
)
def test_what_a_permission_cannot_be_is_refused(tmp_path: Path, said: str, told: str) -> None:
    source = f"""{WORKER}
said = dict(action="lambda:InvokeFunction", function=worker.name, principal="s3.amazonaws.com")
aws.lambda_.Permission("permission", **{{**said, **dict({said})}})
"""

    assert problems(tmp_path, source) == [f"aws:lambda/permission:Permission permission: {told}"]


PERMISSION = "aws:lambda/permission:Permission"
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:111111111111:function:split"
SAID = {"action": "lambda:InvokeFunction", "function": "split", "principal": "s3.amazonaws.com", "statementId": "feed"}


@pytest.fixture
def function(functions: Functions) -> str:
    """A function called `split`; its ARN."""
    return functions.make("")


def read(account: Account, known: Mapping[str, Any], made_id: str = "feed") -> Found | None:
    return Provisioner(account).read(PERMISSION, made_id, known, SETTINGS)


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"function": FUNCTION_ARN},
        {"sourceArn": "arn:aws:s3:::feed", "sourceAccount": "111111111111"},
        {"principal": "*", "principalOrgId": "o-0123456789", "sourceAccount": "111111111111"},
        {"principal": "alexa-connectedhome.amazon.com", "eventSourceToken": "secret.skill"},
        {"principal": "222222222222", "action": "lambda:*"},
        {"principal": "arn:aws:iam::222222222222:root"},
        {"principal": "arn:aws:iam::222222222222:role/partner"},
    ],
)
def test_a_statement_is_made_read_and_removed(account: Account, function: str, inputs: dict[str, Any]) -> None:
    live(account, PERMISSION, {**SAID, **inputs})


def test_every_condition_that_is_said_stands_in_the_statement(account: Account, function: str) -> None:
    conditions = {
        "eventSourceToken": "token",
        "principalOrgId": "o-0123456789",
        "sourceAccount": "222222222222",
        "sourceArn": "arn:aws:s3:::feed",
    }

    Provisioner(account).create(PERMISSION, checked(account, PERMISSION, {**SAID, **conditions}))

    (statement,) = json.loads(account.client("lambda").get_policy(FunctionName="split")["Policy"])["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {
            "AWS:SourceAccount": "222222222222",
            "aws:PrincipalOrgID": "o-0123456789",
            "lambda:EventSourceToken": "token",
        },
        "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::feed"},
    }


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("action", "lambda:GetFunction"),
        ("eventSourceToken", "token"),
        ("function", "merge"),
        ("principal", "sns.amazonaws.com"),
        ("principalOrgId", "o-0123456789"),
        ("sourceAccount", "222222222222"),
        ("sourceArn", "arn:aws:s3:::feed"),
        ("statementId", "other"),
    ],
)
def test_whatever_differs_makes_another_statement(account: Account, word: str, value: str) -> None:
    old, new = checked(account, PERMISSION, SAID), checked(account, PERMISSION, {**SAID, word: value})

    difference = Provisioner(account).difference(PERMISSION, old, new)

    assert difference.replaces == {word}
    assert difference.delete_first == (word not in ("function", "statementId"))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"Action": "lambda:*"}, {"action": "lambda:*"}),
        ({"Principal": "sns.amazonaws.com"}, {"principal": "sns.amazonaws.com"}),
        ({"SourceArn": "arn:aws:s3:::other"}, {"sourceArn": "arn:aws:s3:::other"}),
        ({"SourceAccount": "222222222222"}, {"sourceAccount": "222222222222"}),
        ({"PrincipalOrgID": "o-0123456789"}, {"principalOrgId": "o-0123456789"}),
    ],
)
def test_a_statement_that_was_changed_behind_the_engine_is_seen(
    account: Account, function: str, changed: dict[str, str], found: dict[str, str]
) -> None:
    known = checked(account, PERMISSION, SAID)
    Provisioner(account).create(PERMISSION, known)
    client = account.client("lambda")
    client.remove_permission(FunctionName="split", StatementId="feed")
    stated = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com", "StatementId": "feed"}
    client.add_permission(FunctionName="split", **{**stated, **changed})

    now = read(account, known)

    assert now is not None
    assert now.inputs == {**known, **found}


def test_a_condition_that_was_taken_away_behind_the_engine_is_seen(account: Account, function: str) -> None:
    known = checked(account, PERMISSION, {**SAID, "sourceArn": "arn:aws:s3:::feed"})
    account.client("lambda").add_permission(
        FunctionName="split", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com", StatementId="feed"
    )

    now = read(account, known)

    assert now is not None
    assert now.inputs == checked(account, PERMISSION, SAID)


@pytest.mark.parametrize(
    ("known", "told"),
    [("222222222222", "arn:aws:iam::222222222222:root"), ("arn:aws:iam::222222222222:root", "222222222222")],
)
def test_an_account_keeps_the_spelling_in_which_it_was_known(
    account: Account, function: str, known: str, told: str
) -> None:
    account.client("lambda").add_permission(
        FunctionName="split", Action="lambda:InvokeFunction", Principal=told, StatementId="feed"
    )

    now, imported = read(account, {**SAID, "principal": known}), read(account, {}, "split/feed")

    assert now is not None
    assert imported is not None
    assert (now.inputs["principal"], imported.inputs["principal"]) == (known, told)


@pytest.mark.parametrize("named", ["split", FUNCTION_ARN])
def test_a_statement_is_imported_by_its_function_and_its_id(account: Account, function: str, named: str) -> None:
    told = checked(account, PERMISSION, {**SAID, "function": named, "sourceArn": "arn:aws:s3:::feed"})
    made = Provisioner(account).create(PERMISSION, told)

    found = read(account, {}, f"{named}/feed")

    assert found is not None
    assert found.inputs == told
    assert found.made == made


@pytest.mark.parametrize(
    ("made_id", "told"),
    [
        ("feed", "id 'feed' needs a function and the id of a statement: split/feed-may-push"),
        ("split/feed/more", "id 'split/feed/more' needs a function and the id of a statement: split/feed-may-push"),
        ("split/", "id 'split/' needs a function and the id of a statement: split/feed-may-push"),
        ("split:live/feed", "id 'split:live/feed' needs a function as a whole: versions and aliases are not emulated"),
    ],
)
def test_an_id_that_names_no_statement_is_refused(account: Account, made_id: str, told: str) -> None:
    with pytest.raises(Refused, match=f"^{re.escape(told)}$"):
        read(account, {}, made_id)


def test_a_statement_that_went_alone_or_with_its_function_is_gone(account: Account, function: str) -> None:
    known, other = checked(account, PERMISSION, SAID), checked(account, PERMISSION, {**SAID, "statementId": "other"})
    for inputs in (known, other):
        Provisioner(account).create(PERMISSION, inputs)

    account.client("lambda").remove_permission(FunctionName="split", StatementId="feed")
    assert read(account, known) is None
    assert read(account, other, "other") is not None
    account.client("lambda").delete_function(FunctionName="split")
    assert read(account, other, "other") is None


def test_a_second_statement_of_the_same_id_is_refused(account: Account, function: str) -> None:
    told = checked(account, PERMISSION, SAID)
    Provisioner(account).create(PERMISSION, told)

    with pytest.raises(Refused, match=r"^split has a statement feed already$"):
        Provisioner(account).create(PERMISSION, {**told, "function": FUNCTION_ARN})


def test_an_update_that_changes_nothing_leaves_the_statement_alone(account: Account, function: str) -> None:
    told = checked(account, PERMISSION, SAID)
    made = Provisioner(account).create(PERMISSION, told)

    assert Provisioner(account).update(PERMISSION, "feed", told, told) == made
