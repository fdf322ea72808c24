"""IAM decides whether a request may go ahead: the verdict across all policies that speak about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.iam import Decision, NamedPolicy, PolicyError, Verdict, evaluate

FIELDS = (
    *("principal", "principal_account", "resource_account", "action", "resource", "context"),
    *("identity_policies", "resource_policy", "boundary", "session_policy"),
)
CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "data" / "iam.jsonl").read_text().splitlines()]

ACCOUNT = "111122223333"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/record"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/alice"
PARTNER_ACCOUNT = "444455556666"
PARTNER = f"arn:aws:sts::{PARTNER_ACCOUNT}:assumed-role/partner/run"
PARTNER_ROLE = f"arn:aws:iam::{PARTNER_ACCOUNT}:role/partner"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TARGET = f"arn:aws:iam::{ACCOUNT}:role/target"

ALLOWED, EXPLICIT, IMPLICIT = Verdict.ALLOWED, Verdict.EXPLICITLY_DENIED, Verdict.IMPLICITLY_DENIED


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def says(effect: str, action: str = "*", resource: str | None = "*", **elements: Any) -> dict[str, Any]:
    on = {} if resource is None else {"Resource": resource}
    return policy({"Effect": effect, "Action": action, **on, **elements})


def names(*arns: str, effect: str = "Allow", action: str = "*") -> dict[str, Any]:
    return says(effect, action, Principal={"AWS": list(arns)})


ALLOW, DENY, OTHER = says("Allow"), says("Deny"), says("Allow", "xray:*")


def decide(principal: str = SESSION, action: str = "sqs:SendMessage", resource: str = QUEUE, **more: Any) -> Decision:
    account = principal.split(":")[4] if principal.startswith("arn:") else None
    asked = {"principal_account": account, "resource_account": ACCOUNT, "context": {}} | more
    return evaluate(principal=principal, action=action, resource=resource, **asked)


def test_the_table_of_cases_is_whole() -> None:
    assert len(CASES) == 992
    assert len({case["id"] for case in CASES}) == 992


@pytest.mark.parametrize("group", sorted({case["group"] for case in CASES}))
def test_every_case_of_the_table_is_answered_rightly(group: str) -> None:
    wrong = {
        case["id"]: f"{verdict}, not {case['expected']}: {case['note']}"
        for case in CASES
        if case["group"] == group
        for verdict in [evaluate(**{field: case[field] for field in FIELDS}).verdict]
        if verdict != case["expected"]
    }

    assert wrong == {}


def test_nothing_is_allowed_without_a_policy() -> None:
    assert decide().verdict is IMPLICIT
    assert decide(ALICE).verdict is IMPLICIT
    assert decide("s3.amazonaws.com").verdict is IMPLICIT


@pytest.mark.parametrize("layer", ["identity_policies", "resource_policy", "boundary", "session_policy"])
def test_a_deny_in_any_layer_wins(layer: str) -> None:
    everything = {
        "identity_policies": [ALLOW],
        "resource_policy": names(SESSION),
        "boundary": ALLOW,
        "session_policy": ALLOW,
    }
    deny = names("*", effect="Deny") if layer == "resource_policy" else DENY

    assert decide(**everything).verdict is ALLOWED
    assert decide(**everything | {layer: [ALLOW, deny] if layer == "identity_policies" else deny}).verdict is EXPLICIT


@pytest.mark.parametrize(
    ("principal", "named", "alone", "under_a_boundary"),
    [
        (ALICE, ALICE, ALLOWED, ALLOWED),
        (ALICE, "*", ALLOWED, ALLOWED),
        (ALICE, ROOT, IMPLICIT, IMPLICIT),
        (ALICE, ACCOUNT, IMPLICIT, IMPLICIT),
        (SESSION, SESSION, ALLOWED, ALLOWED),
        (SESSION, ROLE, ALLOWED, IMPLICIT),
        (SESSION, "*", ALLOWED, ALLOWED),
        (SESSION, ROOT, IMPLICIT, IMPLICIT),
        (SESSION, f"arn:aws:iam::{ACCOUNT}:role/path/worker", ALLOWED, IMPLICIT),
        (FEDERATED, FEDERATED, ALLOWED, ALLOWED),
        (ROLE, ROLE, ALLOWED, IMPLICIT),
    ],
)
def test_within_the_account_it_counts_how_closely_the_resource_policy_names_the_caller(
    principal: str, named: str, alone: Verdict, under_a_boundary: Verdict
) -> None:
    assert decide(principal, resource_policy=names(named)).verdict is alone
    assert decide(principal, resource_policy=names(named), boundary=OTHER).verdict is under_a_boundary
    assert decide(principal, resource_policy=names(named), session_policy=OTHER).verdict is under_a_boundary


@pytest.mark.parametrize("named", [(ROLE, SESSION), (SESSION, ROLE)])
def test_the_closest_naming_of_several_statements_counts(named: tuple[str, str]) -> None:
    both = policy(*(statement for one in named for statement in names(one)["Statement"]))

    assert decide(resource_policy=both, boundary=OTHER).verdict is ALLOWED


@pytest.mark.parametrize("limit", ["boundary", "session_policy"])
def test_boundary_and_session_policy_limit_but_never_grant(limit: str) -> None:
    assert decide(identity_policies=[ALLOW], **{limit: ALLOW}).verdict is ALLOWED
    assert decide(identity_policies=[ALLOW], **{limit: OTHER}).verdict is IMPLICIT
    assert decide(**{limit: ALLOW}).verdict is IMPLICIT
    assert decide(identity_policies=[ALLOW], boundary=ALLOW, session_policy=ALLOW).verdict is ALLOWED


@pytest.mark.parametrize("named", [PARTNER, PARTNER_ROLE, PARTNER_ACCOUNT, "*"])
def test_across_accounts_both_sides_have_to_allow(named: str) -> None:
    assert decide(PARTNER, resource_policy=names(named)).verdict is IMPLICIT
    assert decide(PARTNER, identity_policies=[ALLOW]).verdict is IMPLICIT
    assert decide(PARTNER, identity_policies=[ALLOW], resource_policy=names(named)).verdict is ALLOWED
    assert decide(PARTNER, identity_policies=[ALLOW], resource_policy=names(ROLE)).verdict is IMPLICIT
    for limit in ("boundary", "session_policy"):
        limited = {"identity_policies": [ALLOW], "resource_policy": names(named), limit: OTHER}
        assert decide(PARTNER, **limited).verdict is IMPLICIT


@pytest.mark.parametrize("principal", [ALICE, SESSION, ROOT])
def test_a_deny_for_an_account_hits_everybody_in_it(principal: str) -> None:
    for named in (ACCOUNT, ROOT):
        denied = decide(principal, identity_policies=[ALLOW], resource_policy=names(named, effect="Deny"))
        assert denied.verdict is EXPLICIT
    elsewhere = decide(principal, identity_policies=[ALLOW], resource_policy=names(PARTNER_ACCOUNT, effect="Deny"))
    assert elsewhere.verdict is ALLOWED


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("kms:Decrypt", KEY),
        ("KMS:decrypt", KEY),
        ("sts:AssumeRole", TARGET),
        ("sts:TagSession", TARGET),
        ("STS:assumerole", TARGET),
    ],
)
def test_keys_and_trusts_have_to_allow_even_within_the_account(action: str, resource: str) -> None:
    def opened(named: str, **more: Any) -> Verdict:
        on = None if action.lower().startswith("sts:") else "*"
        allow = says("Allow", f"{action.split(':')[0]}:*", on, Principal={"AWS": named})
        return decide(ALICE, action, resource, resource_policy=allow, **more).verdict

    assert decide(ALICE, action, resource, identity_policies=[ALLOW]).verdict is IMPLICIT
    assert opened(ROLE, identity_policies=[ALLOW]) is IMPLICIT
    assert opened(ROOT) is IMPLICIT
    assert opened(ROOT, identity_policies=[ALLOW]) is ALLOWED
    assert opened(ALICE) is ALLOWED


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("kms:ListKeys", "*"),
        ("kms:CreateAlias", f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/app"),
        ("sts:GetCallerIdentity", "*"),
        ("iam:GetRole", TARGET),
    ],
)
def test_what_is_about_no_key_and_no_trust_needs_the_identity_policy_only(action: str, resource: str) -> None:
    assert decide(ALICE, action, resource, identity_policies=[ALLOW]).verdict is ALLOWED


def test_a_service_needs_the_resource_policy_only() -> None:
    topic = {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:events"}
    to_sns = says(
        "Allow", "sqs:SendMessage", Principal={"Service": "sns.amazonaws.com"}, Condition={"ArnEquals": topic}
    )

    assert decide("sns.amazonaws.com", resource_policy=to_sns, context=topic).verdict is ALLOWED
    assert decide("sns.amazonaws.com", resource_policy=to_sns).verdict is IMPLICIT
    assert decide("s3.amazonaws.com", resource_policy=to_sns, context=topic).verdict is IMPLICIT
    assert decide("sns.amazonaws.com", resource_policy=names(ACCOUNT)).verdict is IMPLICIT
    assert decide("sns.amazonaws.com", identity_policies=[ALLOW]).verdict is IMPLICIT


def test_an_identity_provider_is_named_as_federated() -> None:
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    audience = {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}
    trust = policy(
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": audience,
        }
    )
    asked: dict[str, Any] = {"action": "sts:AssumeRoleWithWebIdentity", "resource": TARGET, "resource_policy": trust}

    assert decide(provider, **asked, context=audience["StringEquals"]).verdict is ALLOWED
    assert decide(provider, **asked).verdict is IMPLICIT
    assert decide("accounts.google.com", **asked, context=audience["StringEquals"]).verdict is IMPLICIT


def test_the_root_user_may_do_what_its_account_may() -> None:
    assert decide(ROOT).verdict is ALLOWED
    assert decide(ACCOUNT, principal_account=ACCOUNT).verdict is ALLOWED
    assert decide(ROOT, resource_policy=names("*", effect="Deny")).verdict is EXPLICIT
    assert decide(ROOT, "kms:Decrypt", KEY).verdict is IMPLICIT
    assert decide(ROOT, "kms:Decrypt", KEY, resource_policy=names(ROOT)).verdict is ALLOWED
    assert decide(f"arn:aws:iam::{PARTNER_ACCOUNT}:root").verdict is IMPLICIT
    assert decide(f"arn:aws:iam::{PARTNER_ACCOUNT}:root", resource_policy=names(PARTNER_ACCOUNT)).verdict is ALLOWED


def test_a_federated_user_session_has_what_its_session_policy_leaves_of_the_users_rights() -> None:
    assert decide(FEDERATED, identity_policies=[ALLOW]).verdict is IMPLICIT
    assert decide(FEDERATED, identity_policies=[ALLOW], session_policy=ALLOW).verdict is ALLOWED
    assert decide(FEDERATED, identity_policies=[ALLOW], session_policy=OTHER).verdict is IMPLICIT


@pytest.mark.parametrize(
    ("principal", "listed", "verdict"),
    [
        (ALICE, [ALICE, ROOT], ALLOWED),
        (ALICE, [ALICE], EXPLICIT),
        (ALICE, [ROOT], EXPLICIT),
        (SESSION, [ROLE, ROOT], ALLOWED),
        (SESSION, [SESSION, ROLE, ROOT], ALLOWED),
        (SESSION, [PARTNER_ROLE, PARTNER_ACCOUNT], EXPLICIT),
    ],
)
def test_a_deny_with_not_principal_spares_only_whom_it_names(
    principal: str, listed: list[str], verdict: Verdict
) -> None:
    deny = says("Deny", NotPrincipal={"AWS": listed})

    assert decide(principal, identity_policies=[ALLOW], resource_policy=deny).verdict is verdict
    bounded = decide(principal, identity_policies=[ALLOW], resource_policy=deny, boundary=ALLOW)
    assert bounded.verdict is EXPLICIT


def test_a_principal_as_everyone_can_be_narrowed_by_its_arn() -> None:
    condition = {"ArnEquals": {"aws:PrincipalArn": ROLE}}
    narrowed = says("Allow", Principal="*", Condition=condition)

    assert decide(resource_policy=narrowed, context={"aws:PrincipalArn": ROLE}).verdict is ALLOWED
    assert decide(resource_policy=narrowed, context={"aws:PrincipalArn": ALICE}).verdict is IMPLICIT


UNKNOWN_OPERATOR = {"StringEqual": {"aws:username": "alice"}}
LAYERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "identity_policies": lambda statement: [ALLOW, policy(statement)],
    "resource_policy": lambda statement: policy({**statement, "Principal": "*"}),
    "boundary": policy,
    "session_policy": policy,
}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_an_unknown_operator_is_refused_wherever_it_stands(layer: str, effect: str) -> None:
    statement = {"Effect": effect, "Action": "xray:*", "Resource": "*", "Condition": UNKNOWN_OPERATOR}

    with pytest.raises(PolicyError, match="unknown condition operator 'StringEqual', did you mean 'StringEquals'"):
        decide(**{layer: LAYERS[layer](statement)})


@pytest.mark.parametrize("layer", LAYERS)
def test_an_unknown_element_is_refused_wherever_it_stands(layer: str) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Conditions": {}}

    with pytest.raises(PolicyError, match="unknown element 'Conditions', did you mean 'Condition'"):
        decide(**{layer: LAYERS[layer](statement)})


def test_a_refusal_names_the_policy_and_all_its_problems() -> None:
    broken = NamedPolicy("record-may-write", policy({"Effect": "allow", "Action": "*", "Resource": "*"}, {"A": 1}))

    with pytest.raises(PolicyError) as refused:
        decide(identity_policies=[ALLOW, broken])

    assert str(refused.value) == (
        "record-may-write: statement 1: Effect needs to be 'Allow' or 'Deny', not 'allow'; "
        "statement 2: unknown element 'A'; statement 2: Effect needs to be 'Allow' or 'Deny', it is missing; "
        "statement 2: Action is missing; statement 2: Resource is missing"
    )


def test_a_principal_of_no_known_form_is_refused() -> None:
    with pytest.raises(ValueError, match="principal 'alice' is none"):
        decide("alice")


def test_what_aws_would_not_store_but_is_clear_is_still_decided() -> None:
    without_resource = policy({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sqs:SendMessage"})

    assert decide(ALICE, resource_policy=without_resource).verdict is ALLOWED
    assert decide(ALICE, identity_policies=[policy()]).verdict is IMPLICIT
    assert decide(ALICE, resource_policy=names(f"arn:aws:iam::{ACCOUNT}:user/*")).verdict is IMPLICIT


def test_a_document_that_changes_is_read_again() -> None:
    document = says("Allow", "sqs:*")

    before = decide(ALICE, identity_policies=[document])
    document["Statement"][0]["Action"] = "sns:*"
    after = decide(ALICE, identity_policies=[document])

    assert (before.verdict, after.verdict) == (ALLOWED, IMPLICIT)


CONDITIONS: list[dict[str, Any]] = [
    {},
    {"StringEquals": {"aws:username": ["alice", "${aws:PrincipalTag/team}"]}},
    {"StringNotLike": {"aws:username": "a*"}},
    {"BoolIfExists": {"aws:SecureTransport": "false"}},
    {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}},
    {"ForAllValues:StringLike": {"aws:TagKeys": ["t*"]}},
    {"Null": {"aws:TagKeys": "true"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
]
STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Allow", "Deny"]),
        "Action": st.sampled_from(["*", "sqs:*", "sqs:SendMessage", "kms:*", "s3:*"]),
        "Resource": st.sampled_from(["*", QUEUE, "arn:aws:sqs:*:*:${aws:username}", "arn:aws:s3:::b/*"]),
        "Condition": st.sampled_from(CONDITIONS),
    }
)
POLICIES = st.lists(STATEMENTS, min_size=1, max_size=3).map(lambda statements: policy(*statements))
NAMED = st.sampled_from(["*", ALICE, ROLE, SESSION, ROOT, PARTNER, PARTNER_ACCOUNT])
RESOURCE_POLICIES = st.lists(st.tuples(STATEMENTS, NAMED), min_size=1, max_size=3).map(
    lambda pairs: policy(*({**statement, "Principal": {"AWS": named}} for statement, named in pairs))
)
REQUESTS = st.fixed_dictionaries(
    {
        "principal": st.sampled_from([ALICE, SESSION, ROOT, PARTNER, "sns.amazonaws.com"]),
        "action": st.sampled_from(["sqs:SendMessage", "kms:Decrypt"]),
        "resource": st.sampled_from([QUEUE, KEY]),
        "context": st.fixed_dictionaries(
            {},
            optional={
                "aws:username": st.sampled_from(["alice", "orders", "*"]),
                "aws:PrincipalTag/team": st.sampled_from(["orders", "red"]),
                "aws:SecureTransport": st.sampled_from(["true", "false"]),
                "aws:TagKeys": st.lists(st.sampled_from(["team", "env"]), max_size=2),
                "aws:SourceIp": st.sampled_from(["10.1.2.3", "2001:db8::1"]),
            },
        ),
        "identity_policies": st.lists(POLICIES, max_size=2),
        "resource_policy": st.one_of(st.none(), RESOURCE_POLICIES),
        "boundary": st.one_of(st.none(), POLICIES),
        "session_policy": st.one_of(st.none(), POLICIES),
    }
)
LAYER = st.sampled_from(list(LAYERS))


def with_statement(request: dict[str, Any], layer: str, statement: dict[str, Any]) -> dict[str, Any]:
    """The request with one more statement in a layer."""
    if layer == "identity_policies":
        return {**request, layer: [*request[layer], policy(statement)]}
    if layer == "resource_policy":
        statement = {**statement, "Principal": "*"}
    return {**request, layer: policy(*(request[layer] or policy())["Statement"], statement)}


@settings(derandomize=True)
@given(request=REQUESTS, layer=LAYER, statement=STATEMENTS)
def test_one_more_deny_never_turns_a_denial_into_an_allow(
    request: dict[str, Any], layer: str, statement: dict[str, Any]
) -> None:
    if not decide(**request).allowed:
        assert not decide(**with_statement(request, layer, {**statement, "Effect": "Deny"})).allowed


@settings(derandomize=True)
@given(request=REQUESTS, layer=LAYER)
def test_one_more_deny_of_everything_denies_explicitly(request: dict[str, Any], layer: str) -> None:
    assert decide(**with_statement(request, layer, DENY["Statement"][0])).verdict is EXPLICIT


@settings(derandomize=True)
@given(request=REQUESTS, layer=st.sampled_from(["identity_policies", "resource_policy"]), statement=STATEMENTS)
def test_one_more_allow_never_takes_an_allow_away(
    request: dict[str, Any], layer: str, statement: dict[str, Any]
) -> None:
    if decide(**request).allowed:
        assert decide(**with_statement(request, layer, {**statement, "Effect": "Allow"})).allowed


@settings(derandomize=True)
@given(request=REQUESTS, limit=POLICIES, layer=st.sampled_from(["boundary", "session_policy"]))
def test_a_boundary_or_session_policy_never_widens(request: dict[str, Any], limit: dict[str, Any], layer: str) -> None:
    if not decide(**{**request, layer: None}).allowed:
        assert not decide(**{**request, layer: limit}).allowed


@settings(derandomize=True)
@given(request=REQUESTS)
def test_letter_case_of_actions_and_keys_never_matters(request: dict[str, Any]) -> None:
    shouted = {
        **request,
        "action": request["action"].upper(),
        "context": {key.upper(): value for key, value in request["context"].items()},
    }

    assert decide(**shouted).verdict is decide(**request).verdict


@settings(derandomize=True)
@given(request=REQUESTS)
def test_the_order_of_statements_and_policies_never_matters(request: dict[str, Any]) -> None:
    def turned(document: dict[str, Any] | None) -> dict[str, Any] | None:
        return document and policy(*reversed(document["Statement"]))

    backwards = {
        **request,
        "identity_policies": [turned(one) for one in reversed(request["identity_policies"])],
        **{layer: turned(request[layer]) for layer in ("resource_policy", "boundary", "session_policy")},
    }

    assert decide(**backwards).verdict is decide(**request).verdict


@settings(derandomize=True)
@given(request=REQUESTS, layer=LAYER, statement=STATEMENTS, word=st.text("SNABeqls", min_size=1, max_size=8))
def test_an_unknown_operator_is_always_refused(
    request: dict[str, Any], layer: str, statement: dict[str, Any], word: str
) -> None:
    unknown = {**statement, "Condition": {f"{word}Zz": {"aws:username": "alice"}}}

    with pytest.raises(PolicyError, match=f"unknown condition operator '{word}Zz'"):
        decide(**with_statement(request, layer, unknown))


@settings(derandomize=True)
@given(request=REQUESTS)
def test_a_decision_always_says_why(request: dict[str, Any]) -> None:
    decision = decide(**request)

    assert f"{request['action']} on {request['resource']}" in decision.reason
    assert not decision.reason.endswith((".", " ", ":", ","))
    assert decision.allowed is (decision.verdict is ALLOWED)
    if decision.statement:
        assert decision.policy in decision.reason
