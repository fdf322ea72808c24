"""Principals: who makes a request, and how the statements of a resource policy name them."""

from __future__ import annotations

import pytest

from emulator.policy.principals import CallerKind, Naming, caller, principals

ACCOUNT = "111122223333"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/record"
OTHER_SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/split"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/alice"
GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
OTHER_ACCOUNT = "444455556666"
PARTNER = f"arn:aws:iam::{OTHER_ACCOUNT}:user/bob"


@pytest.mark.parametrize(
    ("principal", "kind", "account"),
    [
        (ALICE, CallerKind.USER, ACCOUNT),
        (f"arn:aws:iam::{ACCOUNT}:user/team/alice", CallerKind.USER, ACCOUNT),
        (ROLE, CallerKind.ROLE, ACCOUNT),
        (SESSION, CallerKind.ROLE_SESSION, ACCOUNT),
        (f"arn:aws-cn:sts::{ACCOUNT}:assumed-role/worker/record", CallerKind.ROLE_SESSION, ACCOUNT),
        (FEDERATED, CallerKind.FEDERATED_SESSION, ACCOUNT),
        (ROOT, CallerKind.ROOT, ACCOUNT),
        (ACCOUNT, CallerKind.ROOT, ACCOUNT),
        ("s3.amazonaws.com", CallerKind.SERVICE, ""),
        ("ec2.amazonaws.com.cn", CallerKind.SERVICE, ""),
        ("cognito-identity.amazonaws.com", CallerKind.PROVIDER, ""),
        ("accounts.google.com", CallerKind.PROVIDER, ""),
        (GITHUB, CallerKind.PROVIDER, ""),
    ],
)
def test_a_caller_is_told_by_how_it_is_written(principal: str, kind: CallerKind, account: str) -> None:
    assert (caller(principal).kind, caller(principal).account) == (kind, account)


@pytest.mark.parametrize(
    "principal",
    ["", "*", "alice", "11112222333", f"arn:aws:iam::{ACCOUNT}:group/staff", f"{SESSION}/more", f"{ROLE}*", "s3"],
)
def test_a_caller_that_is_none_is_refused(principal: str) -> None:
    with pytest.raises(ValueError, match="is none: it needs to be the ARN of a user, role, session or account root"):
        caller(principal)


@pytest.mark.parametrize(
    ("principal", "element", "naming"),
    [
        (ALICE, "*", Naming.DIRECT),
        (ALICE, {"AWS": "*"}, Naming.DIRECT),
        (ALICE, {"AWS": ALICE}, Naming.DIRECT),
        (ALICE, {"AWS": [OTHER_ACCOUNT, ALICE]}, Naming.DIRECT),
        (ALICE, {"AWS": ACCOUNT}, Naming.ACCOUNT),
        (ALICE, {"AWS": ROOT}, Naming.ACCOUNT),
        (ALICE, {"AWS": [ROOT, ALICE]}, Naming.DIRECT),
        (ALICE, {"AWS": OTHER_ACCOUNT}, Naming.NONE),
        (ALICE, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/Alice"}, Naming.NONE),
        (ALICE, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/team/alice"}, Naming.NONE),
        (ALICE, {"Service": "s3.amazonaws.com"}, Naming.NONE),
        (SESSION, {"AWS": SESSION}, Naming.DIRECT),
        (SESSION, {"AWS": OTHER_SESSION}, Naming.NONE),
        (SESSION, {"AWS": ROLE}, Naming.ROLE),
        (SESSION, {"AWS": [ROLE, SESSION]}, Naming.DIRECT),
        (SESSION, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app/worker"}, Naming.ROLE),
        (SESSION, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/worker2"}, Naming.NONE),
        (SESSION, {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:role/worker"}, Naming.NONE),
        (SESSION, {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:role/worker"}, Naming.NONE),
        (SESSION, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/worker"}, Naming.NONE),
        (ROLE, {"AWS": ROLE}, Naming.ROLE),
        (ROLE, {"AWS": SESSION}, Naming.NONE),
        (FEDERATED, {"AWS": FEDERATED}, Naming.DIRECT),
        (FEDERATED, {"AWS": ALICE}, Naming.NONE),
        (FEDERATED, {"AWS": ACCOUNT}, Naming.ACCOUNT),
        (ROOT, {"AWS": ACCOUNT}, Naming.ACCOUNT),
        (ACCOUNT, {"AWS": ROOT}, Naming.ACCOUNT),
        ("s3.amazonaws.com", {"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]}, Naming.DIRECT),
        ("s3.amazonaws.com", {"Service": "sns.amazonaws.com"}, Naming.NONE),
        ("s3.amazonaws.com", {"AWS": "*"}, Naming.DIRECT),
        ("s3.amazonaws.com", {"AWS": ACCOUNT}, Naming.NONE),
        (GITHUB, {"Federated": GITHUB}, Naming.DIRECT),
        (GITHUB, {"Federated": "accounts.google.com"}, Naming.NONE),
        ("cognito-identity.amazonaws.com", {"Federated": "cognito-identity.amazonaws.com"}, Naming.DIRECT),
        ("cognito-identity.amazonaws.com", {"Service": "cognito-identity.amazonaws.com"}, Naming.NONE),
    ],
)
def test_a_principal_element_names_callers_more_or_less_closely(
    principal: str, element: object, naming: Naming
) -> None:
    assert principals(element).naming(caller(principal)) is naming


@pytest.mark.parametrize(
    ("principal", "element", "spared"),
    [
        (ALICE, {"AWS": [ALICE, ROOT]}, True),
        (ALICE, {"AWS": [ALICE, ACCOUNT]}, True),
        (ALICE, {"AWS": ALICE}, False),
        (ALICE, {"AWS": ROOT}, False),
        (SESSION, {"AWS": [ROLE, ROOT]}, True),
        (SESSION, {"AWS": [SESSION, ROLE, ROOT]}, True),
        (OTHER_SESSION, {"AWS": [SESSION, ROLE, ROOT]}, False),
        (SESSION, {"AWS": [SESSION, ROOT]}, False),
        (SESSION, {"AWS": [SESSION, ROLE]}, False),
        (SESSION, {"AWS": [ALICE, ROOT]}, False),
        (ROOT, {"AWS": ROOT}, True),
        ("s3.amazonaws.com", {"Service": "s3.amazonaws.com"}, True),
        ("s3.amazonaws.com", {"AWS": [ALICE, ROOT]}, False),
        (ALICE, "*", True),
    ],
)
def test_not_principal_spares_whom_it_names_with_account_and_role(
    principal: str, element: object, spared: bool
) -> None:
    assert principals(element).spares(caller(principal)) is spared


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/*", "has a wildcard: a principal is named in full"),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/*", "has a wildcard: a principal is named in full"),
        ("arn:aws:iam::*:root", "has a wildcard: a principal is named in full"),
        (f"arn:aws:iam::{ACCOUNT}:group/staff", "groups are no principals"),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/worker", "a session is named in full"),
        ("AROAEXAMPLEID", 'it needs "*", an account id'),
    ],
)
def test_a_value_that_aws_would_not_store_names_nobody(value: str, problem: str) -> None:
    element = principals({"AWS": [value, PARTNER]})

    assert [problem in told and repr(value) in told for told in element.unknown] == [True]
    assert [element.naming(caller(one)) for one in (ALICE, SESSION, ROLE, ROOT)] == [Naming.NONE] * 4
    assert element.naming(caller(PARTNER)) is Naming.DIRECT


@pytest.mark.parametrize(
    ("element", "problem"),
    [
        ({"AWS": 111122223333}, "AWS needs a text or a list of texts, not 111122223333"),
        ({"Aws": "*"}, "has unknown kind 'Aws'"),
        ({"CanonicalUser": "79a59d"}, "names a CanonicalUser"),
        (ROOT, r'needs "\*" or an object'),
        ({}, r'needs "\*" or an object'),
        (None, r'needs "\*" or an object'),
    ],
)
def test_a_principal_element_without_a_clear_meaning_is_refused(element: object, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        principals(element)
