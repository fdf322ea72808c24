"""Policy documents: read into statements, with everything that is wrong in them at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.policy.document import DocumentKind, check_document

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:orders"
ALLOW = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}
FOR_SNS = {"Principal": {"Service": "sns.amazonaws.com"}}
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
UNKNOWN_VERSION = "is unknown: it needs to be 2012-10-17 or 2008-10-17"
GOOD: dict[DocumentKind, dict[str, Any]] = {"identity": ALLOW, "resource": {**ALLOW, **FOR_SNS}, "trust": TRUST}


def problems(kind: DocumentKind = "identity", without: str = "", **elements: Any) -> list[str]:
    """What is wrong with a good statement after a change to its elements."""
    statement = {element: value for element, value in (GOOD[kind] | elements).items() if element != without}
    return check_document({"Version": "2012-10-17", "Statement": [statement]}, kind=kind)


@pytest.mark.parametrize("kind", ["identity", "resource", "trust"])
def test_a_good_document_has_no_problems(kind: DocumentKind) -> None:
    assert problems(kind) == []
    assert check_document({"Statement": GOOD[kind]}, kind=kind) == []


def test_everything_a_statement_may_say_is_taken() -> None:
    statement = {
        "Sid": "All of it, 1",
        "Effect": "Deny",
        "NotPrincipal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:role/x"], "Service": "sns.amazonaws.com"},
        "NotAction": ["sqs:Get*", "*"],
        "NotResource": ["*", "arn:aws:sqs:*", "arn:*:kms:*:${aws:PrincipalAccount}:key/*"],
        "Condition": {
            "ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", "b*"]},
            "NumericLessThan": {"aws:MultiFactorAuthAge": 300, "s3:max-keys": [1.5, "2"]},
            "Bool": {"aws:SecureTransport": False},
        },
    }

    assert check_document({"Version": "2012-10-17", "Id": "x", "Statement": [statement]}, kind="resource") == []


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "a policy document is a JSON object, not []"),
        (None, "a policy document is a JSON object, not None"),
        ({"Version": "2012-10-17"}, "Statement is missing"),
        ({"Statement": []}, "Statement is an empty list: the policy says nothing"),
        ({"Statement": "allow"}, "Statement needs an object or a list of objects, not 'allow'"),
        ({"Version": "2012-10-18", "Statement": ALLOW}, f"Version '2012-10-18' {UNKNOWN_VERSION}"),
        ({"Statement": ALLOW, "Id": "x"}, "Id is for resource policies only"),
        ({"Statements": [], "Statement": ALLOW}, "unknown element 'Statements', did you mean 'Statement'"),
        ({"Statement": ["x"]}, "statement 1: a statement is a JSON object, not 'x'"),
        ({"Statement": [ALLOW, {}]}, "statement 2: it is empty: it needs Effect, Action and what they are about"),
        ({"Statement": {1, 2}}, "the policy is not JSON: {1, 2} is a set"),
    ],
)
def test_a_document_that_is_none_is_told_what_it_lacks(document: object, problem: str) -> None:
    assert check_document(document, kind="identity") == [problem]


@pytest.mark.parametrize(
    ("kind", "without", "problem"),
    [
        ("identity", "Effect", "statement 1: Effect needs to be 'Allow' or 'Deny', it is missing"),
        ("identity", "Action", "statement 1: Action is missing"),
        ("identity", "Resource", "statement 1: Resource is missing"),
        ("resource", "Resource", "statement 1: Resource is missing"),
        ("resource", "Principal", "statement 1: Principal is missing"),
        ("trust", "Principal", "statement 1: Principal is missing"),
    ],
)
def test_a_missing_element_is_named(kind: DocumentKind, without: str, problem: str) -> None:
    assert problems(kind, without=without) == [problem]


@pytest.mark.parametrize(
    ("kind", "elements", "problem"),
    [
        ("identity", {"Effect": "allow"}, "Effect needs to be 'Allow' or 'Deny', not 'allow'"),
        ("identity", {"Actions": "x"}, "unknown element 'Actions', did you mean 'Action'"),
        ("identity", {"Comment": "x"}, "unknown element 'Comment'"),
        ("identity", {"NotAction": "x:y"}, "Action and NotAction exclude each other"),
        ("identity", {"NotResource": "*"}, "Resource and NotResource exclude each other"),
        ("identity", FOR_SNS, "Principal has no place in an identity policy: it is about whoever has the policy"),
        ("identity", {"Action": []}, "Action is an empty list"),
        ("identity", {"Resource": []}, "Resource is an empty list"),
        ("identity", {"Action": 5}, "Action needs a text or a list of texts, not 5"),
        ("identity", {"Resource": [None]}, "Resource needs a text or a list of texts, not [None]"),
        ("identity", {"Action": "SendMessage"}, "Action 'SendMessage' needs the form service:Action, or *"),
        ("identity", {"Resource": "orders"}, "resource 'orders' needs to be an ARN or *"),
        ("identity", {"Resource": "${aws:username}"}, "resource '${aws:username}' needs to be an ARN or *"),
        (
            "identity",
            {"Resource": "arn:${x, y}"},
            "${x, y} is no policy variable: it needs a condition key, with a default as ${key, 'default'}",
        ),
        ("identity", {"Condition": []}, "Condition needs an object, not []"),
        ("identity", {"Condition": {"StringEquals": "x"}}, "StringEquals needs an object of keys and values, not 'x'"),
        ("identity", {"Condition": {"StringEquals": {}}}, "StringEquals has no key: it says nothing"),
        ("identity", {"Condition": {"StringEquals": {"k": []}}}, "StringEquals on k has an empty list of values"),
        (
            "identity",
            {"Condition": {"StringEquals": {"k": None}}},
            "StringEquals on k needs a text, a number, true or false, or a list of these, not None",
        ),
        (
            "identity",
            {"Condition": {"StringEqual": {"k": "x"}}},
            "unknown condition operator 'StringEqual', did you mean 'StringEquals'",
        ),
        (
            "identity",
            {"Condition": {"DateLessThan": {"k": "soon"}}},
            "DateLessThan on k: 'soon' is not a date (ISO 8601, or epoch seconds)",
        ),
        ("resource", {"NotPrincipal": "*"}, "Principal and NotPrincipal exclude each other"),
        (
            "resource",
            {"Principal": {"AWS": "me"}},
            "Principal AWS 'me' is none: it needs \"*\", an account id, or the ARN of an account root, "
            "user, role or session (a session is named in full, groups are no principals)",
        ),
        ("trust", {"Resource": "*"}, "Resource has no place in a trust policy: it is about its own role"),
        (
            "trust",
            {"Action": "lambda:InvokeFunction"},
            "Action 'lambda:InvokeFunction' has no place in a trust policy: it takes actions of sts only",
        ),
    ],
)
def test_a_wrong_element_is_told_what_is_needed(kind: DocumentKind, elements: dict[str, Any], problem: str) -> None:
    assert problems(kind, **elements) == [f"statement 1: {problem}"]


def test_not_principal_is_for_denials_of_resource_policies() -> None:
    named = {"NotPrincipal": {"AWS": "111122223333"}}

    assert problems("resource", "Principal", Effect="Deny", **named) == []
    assert problems("resource", "Principal", **named) == [
        "statement 1: NotPrincipal needs Effect 'Deny': AWS does not support it with 'Allow'"
    ]
    assert problems("trust", "Principal", Effect="Deny", **named) == [
        "statement 1: NotPrincipal has no place in a trust policy"
    ]


def test_a_sid_of_iam_is_plain_and_unique() -> None:
    assert problems(Sid="Allow-Send") == [
        "statement 1 (Allow-Send): Sid 'Allow-Send' needs letters A-Z, a-z and digits only"
    ]
    assert problems("resource", Sid="Allow send, please_1") == []
    assert problems(Sid=1) == ["statement 1 (1): Sid needs a text, not 1"]
    assert check_document({"Statement": [ALLOW | {"Sid": "A"}, ALLOW | {"Sid": "A"}]}, kind="identity") == [
        "Sid 'A' names 2 statements: a Sid is unique within a policy"
    ]


def test_all_problems_are_told_at_once() -> None:
    first = {"Sid": "Send", "Effect": "Alow", "Actoin": "sqs:SendMessage", "Resource": QUEUE}
    second = {**ALLOW, "Condition": {"Quux": {"k": "v"}, "NumericEquals": {"k": ["x", "1", "y"], "l": "z"}}}

    assert check_document({"Version": "2012", "Statement": [first, second]}, kind="identity") == [
        f"Version '2012' {UNKNOWN_VERSION}",
        "statement 1 (Send): unknown element 'Actoin', did you mean 'Action'",
        "statement 1 (Send): Effect needs to be 'Allow' or 'Deny', not 'Alow'",
        "statement 1 (Send): Action is missing",
        "statement 2: unknown condition operator 'Quux'",
        "statement 2: NumericEquals on k: 'x' is not a number; NumericEquals on k: 'y' is not a number",
        "statement 2: NumericEquals on l: 'z' is not a number",
    ]


ELEMENTS = [
    "Version",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "AWS",
    "Action",
    "Resource",
    "Condition",
]
WORDS = st.sampled_from(
    [*ELEMENTS, "Allow", "Deny", "*", "StringEquals", "Null", "${a}", "${}", "sqs:Send*", QUEUE, ""]
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=5)),
    max_leaves=20,
)


@settings(derandomize=True, max_examples=300)
@given(document=JSON, statement=st.dictionaries(st.sampled_from(ELEMENTS), JSON), kind=st.sampled_from(sorted(GOOD)))
def test_no_document_is_too_wrong_to_be_checked(document: Any, statement: Any, kind: DocumentKind) -> None:
    assert all(isinstance(problem, str) for problem in check_document(document, kind=kind))
    assert all(isinstance(problem, str) for problem in check_document({"Statement": [statement]}, kind=kind))
