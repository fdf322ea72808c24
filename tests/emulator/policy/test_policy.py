"""A policy as it is evaluated: its statements, and which of them apply to a request."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

import pytest

from emulator.policy.document import read_document
from emulator.policy.policy import NamedPolicy, PolicyError, Request, document_text
from emulator.policy.principals import caller

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:orders"
ALICE = caller("arn:aws:iam::111122223333:user/alice")


def applies(action: str = "sqs:SendMessage", resource: str = QUEUE, **elements: Any) -> bool:
    written = {"Effect": "Allow", "Action": "*", "Resource": "*", **elements}
    statement = {element: value for element, value in written.items() if value is not None}
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    request = Request(ALICE, action.lower(), resource, {"aws:username": "alice"}, bounded=False)
    return read_document(text, "identity").policy.statements[0].applies(request)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        ("sqs:*", True),
        ("SQS:sendmessage", True),
        ("sqs:Send*", True),
        ("sqs:?endMessage", True),
        ("sqs:*Message*", True),
        ("*:SendMessage", True),
        ("sqs:SendMessageBatch", False),
        ("sns:SendMessage", False),
        ("sqs", False),
        (["s3:*", "sqs:SendMessage"], True),
        (["s3:*", "sqs:Get*"], False),
    ],
)
def test_an_action_pattern_covers_actions_in_any_letter_case(pattern: Any, expected: bool) -> None:
    assert applies(Action=pattern) is expected
    assert applies("SQS:SENDMESSAGE", Action=pattern) is expected
    assert applies(Action=None, NotAction=pattern) is not expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (QUEUE, True),
        ("*", True),
        ("arn:aws:sqs:*", True),
        ("arn:aws:sqs:eu-west-1:1111*", True),
        ("arn:*:sqs:*:*:order?", True),
        (QUEUE.upper(), False),
        ("arn:aws:sqs:eu-west-1:444455556666:orders", False),
        ("arn:aws:sqs:eu-west-1:111122223333:order", False),
        ([f"{QUEUE}-dlq", QUEUE], True),
        ("arn:aws:sqs:*:*:${aws:username}", False),
        ("arn:aws:sqs:*:*:${aws:unknown, 'orders'}", True),
        ("arn:aws:sqs:*:*:${aws:unknown}", False),
    ],
)
def test_a_resource_pattern_covers_arns_with_their_letter_case(pattern: Any, expected: bool) -> None:
    assert applies(Resource=pattern) is expected
    assert applies(Resource=None, NotResource=pattern) is not expected


def test_a_function_does_not_cover_its_aliases_nor_they_the_function() -> None:
    function = "arn:aws:lambda:eu-west-1:111122223333:function:ingest"

    assert not applies(resource=f"{function}:prod", Resource=function)
    assert not applies(resource=function, Resource=f"{function}:*")
    assert applies(resource=f"{function}:prod", Resource=f"{function}:*")


def test_all_operators_and_all_keys_have_to_hold() -> None:
    alice = {"StringEquals": {"aws:username": "alice"}}

    assert applies(Condition=alice)
    assert not applies(Condition={**alice, "Bool": {"aws:SecureTransport": "true"}})
    assert not applies(Condition={"StringEquals": {"aws:username": "alice", "aws:userid": "x"}})
    assert applies(Condition={})


@pytest.mark.parametrize(
    ("version", "expected"), [({"Version": "2012-10-17"}, True), ({"Version": "2008-10-17"}, False), ({}, False)]
)
def test_only_version_2012_knows_variables(version: dict[str, str], expected: bool) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "*",
        "Resource": "arn:aws:s3:::home/${aws:username}",
        "Condition": {"StringEquals": {"aws:userid": "${aws:username}"}},
    }
    read = read_document(json.dumps({**version, "Statement": statement}), "identity").policy.statements[0]

    def about(name: str) -> bool:
        context = {"aws:username": "alice", "aws:userid": name}
        return read.applies(Request(ALICE, "s3:getobject", f"arn:aws:s3:::home/{name}", context, bounded=False))

    assert about("alice") is expected
    assert about("${aws:username}") is not expected


def test_statements_are_labelled_by_sid_or_by_number() -> None:
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Sid": "Send", "Effect": "Deny", "Action": "*", "Resource": "*"},
    ]

    policy = read_document(json.dumps({"Statement": statements}), "identity").policy

    assert [statement.label for statement in policy.statements] == ["statement 1", "Send"]
    assert [statement.label for statement in policy.allows] == ["statement 1"]
    assert [statement.label for statement in policy.denies] == ["Send"]


def test_a_read_only_document_is_text_like_any_other() -> None:
    document = MappingProxyType({"Statement": [MappingProxyType({"Effect": "Allow"})]})

    assert document_text(document) == '{"Statement": [{"Effect": "Allow"}]}'
    assert NamedPolicy("x", document).text == document_text(document)


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(PolicyError, match=r"the policy is not JSON: \{1\} is a set"):
        document_text({"Statement": {1}})
