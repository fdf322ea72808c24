from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.enforcement.api_rights.right import Context
from emulator.enforcement.policies import NoSuchRole
from emulator.identity import ADMINISTRATOR, Identity
from tests.emulator.bare_account import BareAccount, allow, deny, document

QUEUE = "arn:aws:sqs:eu-west-1:111111111111:readings"
SEND = "sqs:SendMessage"


@pytest.fixture
def account() -> Iterator[BareAccount]:
    with BareAccount() as opened:
        yield opened


def set_queue_policy(account: BareAccount, *statements: dict[str, Any]) -> None:
    account.client("sqs").set_queue_attributes(QueueUrl=account.queue(), Attributes={"Policy": document(*statements)})


def test_a_session_may_do_what_its_role_allows_and_nothing_else(account: BareAccount) -> None:
    somebody = account.somebody(allow(SEND, QUEUE))

    assert account.rights.of_identity(somebody, SEND, QUEUE).allowed
    assert not account.rights.of_identity(somebody, "sqs:ReceiveMessage", QUEUE).allowed
    assert not account.rights.of_identity(somebody, SEND, f"{QUEUE}-other").allowed


TRUSTING = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({}, True),
        ({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/administrator"}}, True),
        ({"StringEquals": {"aws:PrincipalType": "User", "aws:username": "administrator"}}, True),
        ({"StringEquals": {"aws:PrincipalAccount": "222222222222"}}, False),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, False),
    ],
)
def test_an_administrator_may_what_the_things_own_policy_lets_be(
    account: BareAccount, condition: dict[str, Any], allowed: bool
) -> None:
    role = account.role("deploy", trust={**TRUSTING, "Condition": condition})

    assert account.rights.of_administrator("sts:AssumeRole", role).allowed is allowed


def test_an_administrator_may_not_what_no_policy_of_the_thing_allows_although_their_own_does(
    account: BareAccount,
) -> None:
    role = account.role("worker")

    assert not account.rights.of_administrator("sts:AssumeRole", role).allowed
    assert account.rights.of_administrator(SEND, QUEUE).allowed


def test_a_roles_trust_says_nothing_of_what_is_done_to_the_role(account: BareAccount) -> None:
    theirs = account.role("theirs", trust={**TRUSTING, "Action": "*"})
    somebody = account.somebody()

    decision = account.rights.of_identity(somebody, "iam:PassRole", theirs)

    assert not decision.allowed
    assert decision.reason == f"there is no identity policy to allow iam:PassRole on {theirs}"


def test_a_role_loses_a_right_with_its_policy(account: BareAccount) -> None:
    somebody = account.somebody(allow(SEND, QUEUE))
    account.client("iam").delete_role_policy(RoleName="record", PolicyName="record-may-1")

    assert not account.rights.of_identity(somebody, SEND, QUEUE).allowed


def test_a_boundary_limits_what_a_role_allows(account: BareAccount) -> None:
    boundary = account.client("iam").create_policy(
        PolicyName="boundary", PolicyDocument=document(allow("sqs:ReceiveMessage", "*"))
    )
    somebody = account.somebody(allow("sqs:*", QUEUE), PermissionsBoundary=boundary["Policy"]["Arn"])

    decision = account.rights.of_identity(somebody, SEND, QUEUE)

    assert not decision.allowed
    assert (decision.layer, decision.policy) == ("permissions boundary", "boundary")
    assert account.rights.of_identity(somebody, "sqs:ReceiveMessage", QUEUE).allowed


def test_a_session_policy_limits_what_a_role_allows(account: BareAccount) -> None:
    whole = account.somebody(allow("sqs:*", QUEUE))
    limited = Identity(whole.arn, whole.role_arn, whole.caller, session_policy=document(allow(SEND, "*")))

    assert account.rights.of_identity(limited, SEND, QUEUE).allowed
    decision = account.rights.of_identity(limited, "sqs:ReceiveMessage", QUEUE)
    assert (decision.allowed, decision.layer) == (False, "session policy")


def test_a_queue_policy_alone_grants_within_the_account(account: BareAccount) -> None:
    somebody = account.somebody()
    set_queue_policy(account, allow(SEND, QUEUE, Principal={"AWS": somebody.role_arn}))

    decision = account.rights.of_identity(somebody, SEND, QUEUE)

    assert (decision.allowed, decision.layer, decision.policy) == (True, "resource policy", "policy of queue readings")


def test_a_deny_of_the_queue_stands_above_the_roles_allow(account: BareAccount) -> None:
    somebody = account.somebody(allow(SEND, QUEUE))
    set_queue_policy(account, deny(SEND, QUEUE, Principal="*"))

    decision = account.rights.of_identity(somebody, SEND, QUEUE)

    assert (decision.allowed, decision.layer) == (False, "resource policy")


def test_a_deny_of_calls_without_tls_does_not_hit(account: BareAccount) -> None:
    somebody = account.somebody(allow(SEND, QUEUE))
    without_tls = {"Bool": {"aws:SecureTransport": "false"}}
    set_queue_policy(account, deny("sqs:*", QUEUE, Principal="*", Condition=without_tls))

    assert account.rights.of_identity(somebody, SEND, QUEUE).allowed


def allowed_if(account: BareAccount, context: Context | None = None, **condition: dict[str, Any]) -> bool:
    account.client("iam").put_role_policy(
        RoleName="record", PolicyName="record-may-1", PolicyDocument=document(allow(SEND, QUEUE, Condition=condition))
    )
    somebody = account.identities.role_session(f"arn:aws:iam::{account.account_id}:role/record", "one", "feeds.record")
    return account.rights.of_identity(somebody, SEND, QUEUE, context).allowed


@pytest.mark.parametrize(
    ("operator", "key", "value", "other"),
    [
        ("DateEquals", "aws:CurrentTime", "2030-01-01T12:00:00Z", "2030-01-01T12:00:01Z"),
        ("NumericEquals", "aws:EpochTime", "1893499200", "1893499201"),
        ("Bool", "aws:SecureTransport", "true", "false"),
        ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/record", "arn:aws:iam::1:role/other"),
        ("StringEquals", "aws:PrincipalAccount", "111111111111", "222222222222"),
        ("StringEquals", "aws:PrincipalType", "AssumedRole", "User"),
        ("StringEquals", "aws:PrincipalTag/pipeline", "feeds", "alerts"),
        ("Bool", "aws:PrincipalIsAWSService", "false", "true"),
        ("StringLike", "aws:userid", "AROA*:one", "AROA*:other"),
        ("StringEquals", "aws:RequestedRegion", "eu-west-1", "us-east-1"),
        ("StringEquals", "aws:ResourceAccount", "111111111111", "222222222222"),
        ("IpAddress", "aws:SourceIp", "192.0.2.0/24", "10.0.0.0/8"),
        ("Bool", "aws:ViaAWSService", "false", "true"),
        ("Null", "aws:PrincipalOrgID", "true", "false"),
        ("Null", "aws:SourceArn", "true", "false"),
        ("Null", "aws:MultiFactorAuthPresent", "true", "false"),
        ("Null", "lambda:SourceFunctionArn", "true", "false"),
    ],
)
def test_a_call_of_a_session_has_this_key_or_lacks_it(
    account: BareAccount, operator: str, key: str, value: str, other: str
) -> None:
    account.role("record", Tags=[{"Key": "pipeline", "Value": "feeds"}])

    assert allowed_if(account, **{operator: {key: value}})
    assert not allowed_if(account, **{operator: {key: other}})


def test_the_virtual_clock_tells_the_time(account: BareAccount) -> None:
    account.role("record")
    until_one = {"DateLessThan": {"aws:CurrentTime": "2030-01-01T13:00:00Z"}}
    before = allowed_if(account, **until_one)
    account.clock.advance(3600)

    assert (before, allowed_if(account, **until_one)) == (True, False)


def test_the_keys_of_the_call_stand_beside_those_of_every_call(account: BareAccount) -> None:
    account.role("record")
    condition = {
        "ForAnyValue:StringEquals": {"events:source": "seismic.feeds"},
        "Bool": {"aws:SecureTransport": "true"},
    }

    assert allowed_if(account, {"events:source": ["seismic.feeds"]}, **condition)
    assert not allowed_if(account, {"events:source": ["seismic.other"]}, **condition)


def test_only_the_code_of_a_function_brings_the_functions_arn(account: BareAccount) -> None:
    function = "arn:aws:lambda:eu-west-1:111111111111:function:record"
    role = account.role("record", allow(SEND, QUEUE, Condition={"ArnEquals": {"lambda:SourceFunctionArn": function}}))

    code = account.identities.role_session(role, "record", "feeds.record", function_arn=function)
    poller = account.identities.role_session(role, "record", "feeds.record")

    assert account.rights.of_identity(code, SEND, QUEUE).allowed
    assert not account.rights.of_identity(poller, SEND, QUEUE).allowed


def test_the_administrator_is_never_evaluated(account: BareAccount) -> None:
    with pytest.raises(ValueError, match="administrator has no role to evaluate"):
        account.rights.of_identity(ADMINISTRATOR, SEND, QUEUE)


def test_a_session_of_a_role_that_is_gone_is_told(account: BareAccount) -> None:
    somebody = account.somebody()
    account.client("iam").delete_role(RoleName="record")

    with pytest.raises(NoSuchRole):
        account.rights.of_identity(somebody, SEND, QUEUE)


FROM_FEED = {"aws:SourceArn": "arn:aws:s3:::feed", "aws:SourceAccount": "111111111111"}


def test_a_service_needs_the_things_own_policy(account: BareAccount) -> None:
    condition = {
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::feed"},
        "StringEquals": {"aws:SourceAccount": "111111111111"},
    }
    before = account.rights.of_service("s3.amazonaws.com", SEND, QUEUE, FROM_FEED)
    set_queue_policy(account, allow(SEND, QUEUE, Principal={"Service": "s3.amazonaws.com"}, Condition=condition))

    def may(service: str, **context: str) -> bool:
        return account.rights.of_service(service, SEND, QUEUE, {**FROM_FEED, **context}).allowed

    assert not before.allowed
    assert (before.layer, before.policy) == ("resource policy", None)
    assert may("s3.amazonaws.com")
    assert not may("sns.amazonaws.com")
    assert not may("s3.amazonaws.com", **{"aws:SourceArn": "arn:aws:s3:::other"})
    assert not may("s3.amazonaws.com", **{"aws:SourceAccount": "222222222222"})


def test_a_service_calls_over_tls_as_itself(account: BareAccount) -> None:
    condition = {
        "Bool": {"aws:PrincipalIsAWSService": "true", "aws:SecureTransport": "true"},
        "StringEquals": {"aws:PrincipalServiceName": "events.amazonaws.com"},
        "Null": {"aws:PrincipalArn": "true", "aws:SourceIp": "true"},
    }
    set_queue_policy(account, allow(SEND, QUEUE, Principal="*", Condition=condition))

    assert account.rights.of_service("events.amazonaws.com", SEND, QUEUE).allowed


def test_a_service_may_assume_a_role_that_trusts_it(account: BareAccount) -> None:
    role = account.role("record")

    assert account.rights.of_trust("lambda.amazonaws.com", role).allowed
    assert not account.rights.of_trust("scheduler.amazonaws.com", role).allowed


def test_a_trust_may_have_conditions(account: BareAccount) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}},
    }
    role = account.role("wake", trust=trust)

    assert account.rights.of_trust("scheduler.amazonaws.com", role, {"aws:SourceAccount": "111111111111"}).allowed
    assert not account.rights.of_trust("scheduler.amazonaws.com", role).allowed


def test_a_denial_is_written_into_the_journal_with_what_fell_short(account: BareAccount) -> None:
    somebody = account.somebody(allow(SEND, f"{QUEUE}-other"))
    decision = account.rights.of_identity(somebody, SEND, QUEUE)

    with account.chains.within("c7"):
        denial = account.rights.deny(
            decision, principal=somebody.arn, action=SEND, resource=QUEUE, caller=somebody.caller
        )

    assert account.journal.denials == [denial]
    assert denial.at == datetime(2030, 1, 1, 12, tzinfo=UTC)
    assert denial.chain == "c7"
    assert denial.principal == "arn:aws:sts::111111111111:assumed-role/record/record"
    assert (denial.action, denial.resource) == (SEND, QUEUE)
    assert (denial.layer, denial.policy, denial.explicit) == ("identity policy", "record-may-1", False)
    assert denial.caller == "feeds.record"
    assert denial.reason == decision.reason


def test_an_explicit_denial_says_so(account: BareAccount) -> None:
    somebody = account.somebody(allow(SEND, QUEUE), deny(SEND, QUEUE))
    decision = account.rights.of_identity(somebody, SEND, QUEUE)

    denial = account.rights.deny(decision, principal=somebody.arn, action=SEND, resource=QUEUE, caller="feeds.record")

    assert (denial.explicit, denial.policy) == (True, "record-may-2")


def test_a_denial_without_any_policy_says_so_in_one_line(account: BareAccount) -> None:
    somebody = account.somebody()
    decision = account.rights.of_identity(somebody, SEND, QUEUE)

    denial = account.rights.deny(decision, principal=somebody.arn, action=SEND, resource=QUEUE, caller="feeds.record")

    assert denial.principal == "arn:aws:sts::111111111111:assumed-role/record/record"
    assert denial.reason == f"there is no identity policy to allow sqs:SendMessage on {QUEUE}"
