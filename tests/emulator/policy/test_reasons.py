"""Why a decision came out as it did, in sentences for people."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.iam import Decision, NamedPolicy, Verdict, evaluate

ACCOUNT = "111122223333"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/record"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:readings"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:events"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"
ASKED = f"sqs:SendMessage on {QUEUE}"


def named(name: str, effect: str = "Allow", action: str = "sqs:SendMessage", **elements: Any) -> NamedPolicy:
    statement = {"Effect": effect, "Action": action, "Resource": QUEUE, **elements}
    kept = {element: value for element, value in statement.items() if value is not None}
    return NamedPolicy(name, {"Version": "2012-10-17", "Statement": [kept]})


MAY_SEND = named("split-may-send", Sid="Send")
MAY_TRACE = named("split-may-trace", action="xray:*")


def decide(principal: str = SESSION, action: str = "sqs:SendMessage", resource: str = QUEUE, **more: Any) -> Decision:
    account = principal.split(":")[4] if principal.startswith("arn:") else None
    asked = {"principal_account": account, "resource_account": ACCOUNT, "context": {}} | more
    return evaluate(principal=principal, action=action, resource=resource, **asked)


def test_an_allow_names_its_statement_and_policy() -> None:
    assert decide(identity_policies=[MAY_TRACE, MAY_SEND]) == Decision(
        Verdict.ALLOWED, "identity policy", "split-may-send", "Send", f"Send of split-may-send allows {ASKED}"
    )


def test_an_explicit_denial_names_its_statement_and_policy() -> None:
    tls_only = named(
        "policy of readings",
        "Deny",
        "sqs:*",
        Principal="*",
        Condition={"Bool": {"aws:SecureTransport": "false"}},
    )
    denied = decide(identity_policies=[MAY_SEND], resource_policy=tls_only, context={"aws:SecureTransport": "false"})

    assert denied == Decision(
        Verdict.EXPLICITLY_DENIED,
        "resource policy",
        "policy of readings",
        "statement 1",
        f"statement 1 of policy of readings denies {ASKED}",
    )


def test_without_any_policy_the_reason_says_so() -> None:
    assert decide() == Decision(
        Verdict.IMPLICITLY_DENIED, "identity policy", None, None, f"there is no identity policy to allow {ASKED}"
    )


def test_policies_that_say_nothing_about_the_action_are_counted() -> None:
    other = named("split-may-list", action="s3:ListBucket")

    denied = decide(identity_policies=[MAY_TRACE, other])

    assert (denied.policy, denied.reason) == (None, f"no statement of the 2 identity policies allows {ASKED}")
    assert decide(identity_policies=[MAY_TRACE]).reason == f"no statement of split-may-trace allows {ASKED}"
    assert decide(identity_policies=[MAY_TRACE]).policy == "split-may-trace"


def test_a_statement_for_another_resource_is_shown_with_its_resource() -> None:
    wrong_queue = named("split-may-send", Resource=[f"{QUEUE}-dlq", "arn:aws:sqs:*:*:${aws:username}"])

    denied = decide(identity_policies=[MAY_TRACE, wrong_queue])

    assert denied.policy == "split-may-send"
    assert denied.reason == (
        f"no statement of the 2 identity policies allows {ASKED}: statement 1 of split-may-send allows it on one of "
        f"{QUEUE}-dlq, an ARN with a variable the request has no value for"
    )


def test_a_statement_for_all_but_the_resource_is_shown_so() -> None:
    all_but = named("split-may-send", Resource=None, NotResource="arn:aws:sqs:*")

    assert decide(identity_policies=[all_but]).reason == (
        f"no statement of split-may-send allows {ASKED}: statement 1 of split-may-send allows it on "
        "all but arn:aws:sqs:*"
    )


def test_a_condition_that_fails_is_shown_with_wanted_and_given_values() -> None:
    to_sns = named(
        "policy of readings",
        Principal={"Service": "sns.amazonaws.com"},
        Condition={"ArnEquals": {"aws:SourceArn": TOPIC}, "StringEquals": {"aws:SourceAccount": [ACCOUNT, "4"]}},
    )

    denied = decide("sns.amazonaws.com", resource_policy=to_sns, context={"aws:SourceArn": f"{TOPIC}2"})

    assert denied == Decision(
        Verdict.IMPLICITLY_DENIED,
        "resource policy",
        "policy of readings",
        None,
        f"no statement of policy of readings allows {ASKED}: statement 1 of policy of readings would, but its "
        f"condition ArnEquals aws:SourceArn '{TOPIC}' fails: the request has '{TOPIC}2' and its condition StringEquals "
        f"aws:SourceAccount one of '{ACCOUNT}', '4' fails: the request has no such key",
    )


def test_a_failed_condition_is_a_closer_miss_than_a_wrong_resource() -> None:
    conditional = named("closer", Condition={"Bool": {"aws:SecureTransport": "true"}})

    denied = decide(identity_policies=[named("farther", Resource=f"{QUEUE}2"), conditional])

    assert denied.policy == "closer"


def test_a_principal_that_is_not_named_is_shown_with_those_that_are() -> None:
    to_s3 = named("policy of readings", Principal={"Service": "s3.amazonaws.com", "AWS": [ACCOUNT]})

    assert decide("sns.amazonaws.com", resource_policy=to_s3).reason == (
        f"no statement of policy of readings allows {ASKED}: statement 1 of policy of readings allows it to "
        f"Service s3.amazonaws.com, AWS {ACCOUNT}, the caller is sns.amazonaws.com"
    )


def test_within_the_account_both_ways_in_are_explained() -> None:
    to_alice = named("policy of readings", Principal={"AWS": ALICE})

    assert decide(resource_policy=to_alice).reason == (
        f"there is no identity policy to allow {ASKED}; no statement of policy of readings allows {ASKED}: "
        f"statement 1 of policy of readings allows it to AWS {ALICE}, the caller is {SESSION}"
    )


def test_an_account_named_in_a_resource_policy_leaves_it_to_the_account() -> None:
    to_account = named("policy of readings", Principal={"AWS": ACCOUNT})

    denied = decide(resource_policy=to_account, identity_policies=[MAY_TRACE])

    assert denied.layer == "identity policy"
    assert denied.reason == (
        f"policy of readings leaves it to the caller's account, no statement of split-may-trace allows {ASKED}"
    )


@pytest.mark.parametrize(
    ("layer", "argument"), [("permissions boundary", "boundary"), ("session policy", "session_policy")]
)
def test_a_limit_that_falls_short_is_named(layer: str, argument: str) -> None:
    denied = decide(identity_policies=[MAY_SEND], **{argument: MAY_TRACE})

    assert (denied.layer, denied.policy, denied.statement) == (layer, "split-may-trace", None)
    assert denied.reason == f"no statement of split-may-trace allows {ASKED}"


def test_an_unnamed_policy_goes_by_its_layer() -> None:
    trace = MAY_TRACE.document

    assert decide(identity_policies=[MAY_SEND], boundary=trace).policy == "permissions boundary"
    assert decide(identity_policies=[trace, MAY_SEND.document]).policy == "identity policy 2"


def test_a_key_policy_that_does_not_allow_is_the_one_that_falls_short() -> None:
    identity = named("split-may-decrypt", action="kms:Decrypt", Resource=KEY)

    denied = decide(action="kms:Decrypt", resource=KEY, identity_policies=[identity])

    assert (denied.layer, denied.policy) == ("resource policy", None)
    assert denied.reason == (
        f"no identity policy is enough here, there is no resource policy to allow kms:Decrypt on {KEY}"
    )


def test_another_accounts_resource_is_said_to_be_so() -> None:
    partner = "arn:aws:iam::444455556666:user/bob"
    to_bob = named("policy of readings", Principal={"AWS": partner})

    assert decide(partner, identity_policies=[MAY_SEND]).reason == (
        f"the resource is another account's, there is no resource policy to allow {ASKED}"
    )
    assert decide(partner, resource_policy=to_bob).reason == (
        f"policy of readings is another account's and not enough, there is no identity policy to allow {ASKED}"
    )


def test_a_federated_user_session_without_a_session_policy_is_told_so() -> None:
    denied = decide(f"arn:aws:sts::{ACCOUNT}:federated-user/alice", identity_policies=[MAY_SEND])

    assert denied.layer == "session policy"
    assert denied.reason == (
        f"a federated user session has no permissions of its own, there is no session policy to allow {ASKED}"
    )


def test_the_root_user_needs_no_policy() -> None:
    allowed = decide(f"arn:aws:iam::{ACCOUNT}:root")

    assert allowed.reason == f"the root user may do everything its account may, {ASKED} too"


@pytest.mark.parametrize(
    ("listed", "boundary", "why"),
    [
        (
            [ALICE],
            None,
            ": a NotPrincipal has to name the account, and the role of a session, next to the one it spares",
        ),
        ([ALICE, ACCOUNT], MAY_SEND, ": a NotPrincipal spares nobody who has a permissions boundary"),
        (["444455556666"], None, ""),
    ],
)
def test_a_not_principal_that_does_not_spare_the_caller_says_why(
    listed: list[str], boundary: NamedPolicy | None, why: str
) -> None:
    deny = named("policy of readings", "Deny", NotPrincipal={"AWS": listed})

    denied = decide(ALICE, identity_policies=[MAY_SEND], resource_policy=deny, boundary=boundary)

    assert denied.reason == f"statement 1 of policy of readings denies {ASKED}{why}"


@pytest.mark.parametrize(
    ("effect", "condition", "context", "note"),
    [
        (
            "Deny",
            {"StringEquals": {"aws:TagKeys": "team"}},
            {"aws:TagKeys": ["team", "env"]},
            "a key of several values, aws:TagKeys, without a set operator: here one match is enough",
        ),
        (
            "Deny",
            {"StringNotEquals": {"aws:TagKeys": "x"}},
            {"aws:TagKeys": ["team", "env"]},
            "a key of several values, aws:TagKeys, without a set operator: here none may match",
        ),
        (
            "Deny",
            {"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "team"}},
            {},
            "ForAnyValue:StringEqualsIfExists on a key the request does not have: here it holds",
        ),
        (
            "Deny",
            {"StringNotEquals": {"aws:userid": "${aws:username}"}},
            {"aws:userid": "x"},
            "a variable without a value in StringNotEquals aws:userid: here it matches nothing",
        ),
        (
            "Deny",
            {"Null": {"aws:userid": "true"}},
            {"aws:userid": ""},
            "Null on an empty text in aws:userid: here the key counts as absent",
        ),
    ],
)
def test_a_denial_that_rests_on_what_aws_does_not_document_says_so(
    effect: str, condition: dict[str, Any], context: dict[str, Any], note: str
) -> None:
    deny = named("no-tags", effect, Condition=condition)

    denied = decide(identity_policies=[MAY_SEND, deny], context=context)

    assert denied.reason == f"statement 1 of no-tags denies {ASKED} (AWS does not document {note})"


def test_a_missed_allow_that_rests_on_what_aws_does_not_document_says_so() -> None:
    tagged = named("split-may-send", Condition={"StringEquals": {"aws:TagKeys": "x"}})

    assert decide(identity_policies=[tagged], context={"aws:TagKeys": ["a", "b"]}).reason == (
        f"no statement of split-may-send allows {ASKED}: statement 1 of split-may-send would, but its condition "
        "StringEquals aws:TagKeys 'x' fails: the request has 'a', 'b' (AWS does not document a key of several "
        "values, aws:TagKeys, without a set operator: here one match is enough)"
    )
