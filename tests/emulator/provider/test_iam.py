"""Roles and their policies are made as IAM makes them, and refused as IAM refuses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live
from tests.emulator.provider.rights import needs_these_rights

BAD = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*"}]}'


def test_a_role_is_made_with_all_that_is_said(tmp_path: Path) -> None:
    source = """
        aws.iam.Role("role", assume_role_policy=TRUST, description="splits", path="/feeds/", max_session_duration=3600,
            tags={"a": "b"}, inline_policies=[{"name": "may-send", "policy": allow("sqs:SendMessage", "*")}])
    """

    with deployed(tmp_path, source) as (account, deployment):
        role = deployment.named("Role", "role")
        told = account.client("iam").get_role(RoleName=role.id)["Role"]

        assert told["Arn"] == role.arn == f"arn:aws:iam::111111111111:role/feeds/{role.id}"
        assert (told["RoleId"], told["Description"], told["Path"]) == (role.outputs["uniqueId"], "splits", "/feeds/")
        assert told["Tags"] == [{"Key": "a", "Value": "b"}]
        assert account.client("iam").list_role_policies(RoleName=role.id)["PolicyNames"] == ["may-send"]


def test_a_trust_may_be_given_as_a_value(tmp_path: Path) -> None:
    source = 'aws.iam.Role("role", assume_role_policy=json.loads(TRUST))'

    with deployed(tmp_path, source) as (account, deployment):
        told = account.client("iam").get_role(RoleName=deployment.named("Role", "role").id)["Role"]

        assert told["AssumeRolePolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRole"


def test_a_policy_bears_its_role_and_its_name_in_its_id(tmp_path: Path) -> None:
    source = """
        role = aws.iam.Role("role", assume_role_policy=TRUST)
        aws.iam.RolePolicy("policy", role=role.name, name="may-send", policy=allow("sqs:SendMessage", "*"))
    """

    with deployed(tmp_path, source) as (_, deployment):
        assert deployment.named("RolePolicy", "policy").id == f"{deployment.named('Role', 'role').id}:may-send"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("max_session_duration=43201", "maxSessionDuration 43201 needs 3600 to 43200 seconds"),
        ('name="a b"', "name 'a b' needs characters of A-Z a-z 0-9 _ + = , . @ -"),
        (f'name="{"a" * 65}"', f"name '{'a' * 65}' needs 1 to 64 characters, has 65"),
        ('path="feeds"', "path 'feeds' needs a path that begins and ends with /"),
        ("force_detach_policies=True", "the embedded account does not do `forceDetachPolicies` yet"),
    ],
)
def test_what_iam_would_not_take_is_refused(tmp_path: Path, said: str, told: str) -> None:
    assert problems(tmp_path, f'aws.iam.Role("role", assume_role_policy=TRUST, {said})') == [
        f"aws:iam/role:Role role: {told}"
    ]


def test_a_trust_is_checked_as_one(tmp_path: Path) -> None:
    found = problems(tmp_path, f"aws.iam.Role('role', assume_role_policy='{BAD}')")

    assert [problem.partition("needs mending: ")[2] for problem in found] == [
        "statement 1: Principal is missing",
        "statement 1: Action 'sqs:*' has no place in a trust policy: it takes actions of sts only",
    ]


def test_a_policy_is_checked_as_one(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"aws.iam.RolePolicy('policy', role='role', policy='{BAD}')")

    assert problem.startswith("aws:iam/rolePolicy:RolePolicy policy: policy ")
    assert "Resource" in problem


def test_a_policy_of_no_role_is_refused(tmp_path: Path) -> None:
    source = 'aws.iam.RolePolicy("policy", role="gone", policy=allow("sqs:SendMessage", "*"))'

    assert problems(tmp_path, source) == [
        "aws:iam/rolePolicy:RolePolicy policy: PutRolePolicy answers NoSuchEntity: Role gone not found"
    ]


ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY_ARN = "arn:aws:iam::111111111111:policy"


def trust(service: str = "lambda") -> str:
    principal = {"Service": f"{service}.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def may(action: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})


def inline(**policies: str) -> list[dict[str, str]]:
    return [{"name": name, "policy": may(action)} for name, action in policies.items()]


BARE = {"name": "split", "assumeRolePolicy": trust()}
EVERYTHING: dict[str, Any] = {
    **BARE,
    "description": "splits the feed",
    "inlinePolicies": inline(send="sqs:SendMessage", read="s3:GetObject"),
    "managedPolicyArns": [f"{POLICY_ARN}/one", f"{POLICY_ARN}/two"],
    "maxSessionDuration": 7_200,
    "permissionsBoundary": f"{POLICY_ARN}/one",
    "tags": {"team": "seismology", "old": "yes"},
}


@pytest.fixture
def policies(account: Account) -> None:
    """Managed policies of the account, to be attached."""
    for name in ("one", "two", "three"):
        account.client("iam").create_policy(PolicyName=name, PolicyDocument=may("sqs:*"))


def make(account: Account, token: str, **given: Any) -> tuple[str, dict[str, Any]]:
    """The id of a thing, and the inputs it was made of."""
    inputs = checked(account, token, given)
    return Provisioner(account).create(token, inputs).id, inputs


def found(account: Account, token: str, made_id: str, known: Mapping[str, Any]) -> Found:
    """What is read of a thing that is there."""
    there = Provisioner(account).read(token, made_id, known, SETTINGS)
    assert there is not None
    return there


@pytest.mark.usefixtures("policies")
def test_a_role_changes_in_everything_and_back(account: Account) -> None:
    made = live(
        account,
        ROLE,
        BARE,
        EVERYTHING,
        {
            "name": "split",
            "assumeRolePolicy": trust("scheduler"),
            "description": "splits",
            "tags": {"team": "alerts"},
            "inlinePolicies": inline(send="sqs:*", write="s3:PutObject"),
            "managedPolicyArns": [f"{POLICY_ARN}/three", f"{POLICY_ARN}/two"],
            "permissionsBoundary": f"{POLICY_ARN}/two",
        },
        {**EVERYTHING, "inlinePolicies": [], "managedPolicyArns": []},
        BARE,
    )

    assert (made.id, made.arn) == ("split", "arn:aws:iam::111111111111:role/split")
    assert made.outputs["createDate"] == "2030-01-01T12:00:00Z"
    assert made.outputs["uniqueId"].startswith("AROA")


@pytest.mark.usefixtures("policies")
def test_what_a_role_is_not_told_any_more_it_has_no_more(account: Account) -> None:
    iam = account.client("iam")
    made_id, old = make(account, ROLE, **EVERYTHING)

    Provisioner(account).update(ROLE, made_id, old, checked(account, ROLE, BARE))

    role = iam.get_role(RoleName="split")["Role"]
    assert (role.get("Description", ""), role["MaxSessionDuration"]) == ("", 3_600)
    assert "PermissionsBoundary" not in role
    assert role["Tags"] == [{"Key": "stack", "Value": "dev"}]
    assert iam.list_role_policies(RoleName="split")["PolicyNames"] == []
    assert iam.list_attached_role_policies(RoleName="split")["AttachedPolicies"] == []


def test_a_role_keeps_its_description_when_its_sessions_become_longer(account: Account) -> None:
    made_id, old = make(account, ROLE, **BARE, description="splits")
    new = checked(account, ROLE, {**BARE, "description": "splits", "maxSessionDuration": 7_200})

    Provisioner(account).update(ROLE, made_id, old, new)

    role = account.client("iam").get_role(RoleName="split")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("splits", 7_200)


@pytest.mark.parametrize(
    ("call", "change", "now"),
    [
        ("update_assume_role_policy", {"PolicyDocument": trust("states")}, {"assumeRolePolicy": trust("states")}),
        ("update_role_description", {"Description": "other"}, {"description": "other"}),
        ("update_role_description", {"Description": ""}, {"description": ""}),
        (
            "update_role",
            {"MaxSessionDuration": 3_601, "Description": "splits the feed"},
            {"maxSessionDuration": 3_601},
        ),
        (
            "put_role_permissions_boundary",
            {"PermissionsBoundary": f"{POLICY_ARN}/two"},
            {"permissionsBoundary": f"{POLICY_ARN}/two"},
        ),
        ("delete_role_permissions_boundary", {}, {"permissionsBoundary": None}),
        (
            "put_role_policy",
            {"PolicyName": "read", "PolicyDocument": may("s3:*")},
            {"inlinePolicies": inline(send="sqs:SendMessage", read="s3:*")},
        ),
        (
            "put_role_policy",
            {"PolicyName": "all", "PolicyDocument": may("*")},
            {"inlinePolicies": inline(send="sqs:SendMessage", read="s3:GetObject", all="*")},
        ),
        (
            "delete_role_policy",
            {"PolicyName": "send"},
            {"inlinePolicies": inline(read="s3:GetObject")},
        ),
        (
            "attach_role_policy",
            {"PolicyArn": f"{POLICY_ARN}/three"},
            {"managedPolicyArns": [f"{POLICY_ARN}/{name}" for name in ("one", "three", "two")]},
        ),
        ("detach_role_policy", {"PolicyArn": f"{POLICY_ARN}/one"}, {"managedPolicyArns": [f"{POLICY_ARN}/two"]}),
    ],
)
@pytest.mark.usefixtures("policies")
def test_what_somebody_else_changed_of_a_role_is_read(
    account: Account, call: str, change: dict[str, Any], now: dict[str, Any]
) -> None:
    made_id, known = make(account, ROLE, **EVERYTHING)
    getattr(account.client("iam"), call)(RoleName="split", **change)

    inputs = found(account, ROLE, made_id, known).inputs

    assert inputs == {name: value for name, value in {**known, **now}.items() if value is not None}


def test_tags_that_somebody_else_changed_are_read(account: Account) -> None:
    made_id, known = make(account, ROLE, **BARE, tags={"team": "seismology"})
    account.client("iam").tag_role(RoleName="split", Tags=[{"Key": "team", "Value": "alerts"}])

    inputs = found(account, ROLE, made_id, known).inputs

    assert (inputs["tags"], inputs["tagsAll"]) == ({"team": "alerts"}, {"stack": "dev", "team": "alerts"})


@pytest.mark.usefixtures("policies")
def test_policies_with_resources_of_their_own_are_not_the_roles(account: Account) -> None:
    made_id, known = make(account, ROLE, **BARE)
    make(account, ROLE_POLICY, role="split", name="may-send", policy=may("sqs:SendMessage"))
    account.client("iam").attach_role_policy(RoleName="split", PolicyArn=f"{POLICY_ARN}/one")
    new = checked(account, ROLE, {**BARE, "description": "splits"})

    assert found(account, ROLE, made_id, known).inputs == known
    Provisioner(account).update(ROLE, made_id, known, new)
    assert account.client("iam").list_role_policies(RoleName="split")["PolicyNames"] == ["may-send"]


@pytest.mark.usefixtures("policies")
def test_what_means_the_same_keeps_its_text_and_its_order(account: Account) -> None:
    spaced = trust().replace(",", " ,  ")
    policies = [
        {"name": each["name"], "policy": each["policy"].replace(",", "  , ")} for each in inline(b="s3:*", a="*")
    ]
    turned_round = {"inlinePolicies": policies, "managedPolicyArns": EVERYTHING["managedPolicyArns"][::-1]}
    made_id, known = make(account, ROLE, **{**EVERYTHING, "assumeRolePolicy": spaced, **turned_round})
    role = next(iter(account.storage.backend("iam").roles.values()))
    role.policies = dict(reversed(role.policies.items()))

    assert found(account, ROLE, made_id, known).inputs == known


@pytest.mark.parametrize("word", ["inlinePolicies", "managedPolicyArns"])
def test_policies_in_another_order_are_no_change(account: Account, word: str) -> None:
    old, new = (checked(account, ROLE, {**EVERYTHING, word: EVERYTHING[word][::step]}) for step in (1, -1))

    assert Provisioner(account).difference(ROLE, old, new).changes == {}


@pytest.mark.usefixtures("policies")
def test_a_role_goes_with_what_somebody_else_gave_it_beside_its_own_policies(account: Account) -> None:
    iam, provisioner = account.client("iam"), Provisioner(account)
    made_id, known = make(account, ROLE, **EVERYTHING)
    iam.delete_role_policy(RoleName="split", PolicyName="send")
    iam.put_role_policy(RoleName="split", PolicyName="all", PolicyDocument=may("*"))
    iam.attach_role_policy(RoleName="split", PolicyArn=f"{POLICY_ARN}/three")

    provisioner.delete(ROLE, made_id, known)

    assert provisioner.read(ROLE, made_id, known, SETTINGS) is None


def test_a_role_that_others_hold_policies_on_does_not_go(account: Account) -> None:
    made_id, known = make(account, ROLE, **BARE)
    make(account, ROLE_POLICY, role="split", name="may-send", policy=may("sqs:SendMessage"))

    with pytest.raises(Refused, match="DeleteRole answers DeleteConflict: "):
        Provisioner(account).delete(ROLE, made_id, known)


@pytest.mark.parametrize(("word", "other"), [("name", "record"), ("path", "/feeds/")])
def test_a_role_of_another_name_or_path_takes_the_place_of_the_old_one(account: Account, word: str, other: str) -> None:
    old, new = checked(account, ROLE, BARE), checked(account, ROLE, {**BARE, word: other})

    assert Provisioner(account).difference(ROLE, old, new).replaces == {word}


def test_a_role_is_imported_by_its_name(account: Account) -> None:
    given = {**BARE, "description": "splits", "path": "/feeds/", "maxSessionDuration": 7_200, "tags": {"a": "b"}}
    made_id, inputs = make(account, ROLE, **given, permissionsBoundary=f"{POLICY_ARN}/one")

    there = found(account, ROLE, "split", {})

    assert (there.inputs, there.made.id) == (inputs, made_id)


def test_a_policy_of_a_role_changes_and_goes(account: Account) -> None:
    make(account, ROLE, **BARE)

    made = live(
        account,
        ROLE_POLICY,
        *({"role": "split", "name": "may", "policy": may(action)} for action in ("sqs:*", "s3:*", "sqs:*")),
    )

    assert made.id == "split:may"


def test_what_somebody_else_changed_of_a_policy_is_read(account: Account) -> None:
    make(account, ROLE, **BARE)
    made_id, known = make(account, ROLE_POLICY, role="split", name="may", policy=may("sqs:*").replace(",", " , "))
    assert found(account, ROLE_POLICY, made_id, known).inputs == known

    account.client("iam").put_role_policy(RoleName="split", PolicyName="may", PolicyDocument=may("*"))

    assert found(account, ROLE_POLICY, made_id, known).inputs == {**known, "policy": may("*")}


@pytest.mark.parametrize(("word", "other"), [("name", "record"), ("role", "record")])
def test_a_policy_of_another_name_or_role_takes_the_place_of_the_old_one(
    account: Account, word: str, other: str
) -> None:
    given = {"role": "split", "name": "may", "policy": may("sqs:*")}
    old, new = checked(account, ROLE_POLICY, given), checked(account, ROLE_POLICY, {**given, word: other})

    assert Provisioner(account).difference(ROLE_POLICY, old, new).replaces == {word}


def test_a_policy_is_imported_by_its_role_and_its_name(account: Account) -> None:
    make(account, ROLE, **BARE)
    made_id, inputs = make(account, ROLE_POLICY, role="split", name="may", policy=may("sqs:*"))

    there = found(account, ROLE_POLICY, "split:may", {})

    assert (there.inputs, there.made.id) == (inputs, made_id)


@pytest.mark.parametrize(("token", "made_id"), [(ROLE, "gone"), (ROLE_POLICY, "gone:may"), (ROLE_POLICY, "split:gone")])
def test_of_what_is_not_there_nothing_is_read(account: Account, token: str, made_id: str) -> None:
    make(account, ROLE, **BARE)

    assert Provisioner(account).read(token, made_id, {}, SETTINGS) is None


@pytest.mark.parametrize(
    ("token", "made_id", "told"),
    [
        (
            ROLE,
            "arn:aws:iam::111111111111:role/split",
            "id 'arn:aws:iam::111111111111:role/split' needs the name of a role: "
            "characters of A-Z a-z 0-9 _ + = , . @ -",
        ),
        (
            ROLE_POLICY,
            "split",
            "id 'split' needs the names of a role and of its policy, as in splitter:may-send",
        ),
    ],
)
def test_an_id_that_cannot_be_read_is_refused(account: Account, token: str, made_id: str, told: str) -> None:
    with pytest.raises(Refused) as refusal:
        Provisioner(account).read(token, made_id, {}, SETTINGS)

    assert str(refusal.value) == told


@pytest.mark.parametrize(
    ("change", "actions"),
    [
        ({"assumeRolePolicy": trust("states")}, ["UpdateAssumeRolePolicy"]),
        ({"description": "splits"}, ["UpdateRoleDescription"]),
        ({"maxSessionDuration": 9_000}, ["UpdateRole"]),
        ({"permissionsBoundary": f"{POLICY_ARN}/two"}, ["PutRolePermissionsBoundary"]),
        ({"permissionsBoundary": None}, ["DeleteRolePermissionsBoundary"]),
        ({"inlinePolicies": inline(send="sqs:SendMessage", read="s3:*")}, ["PutRolePolicy"]),
        ({"inlinePolicies": inline(read="s3:GetObject")}, ["DeleteRolePolicy"]),
        (
            {"managedPolicyArns": [f"{POLICY_ARN}/one", f"{POLICY_ARN}/three"]},
            ["DetachRolePolicy", "AttachRolePolicy"],
        ),
        ({"tags": {"team": "alerts"}}, ["TagRole", "UntagRole"]),
    ],
)
@pytest.mark.usefixtures("policies")
def test_an_update_of_a_role_needs_the_rights_to_what_it_changes(
    account: Account, change: dict[str, Any], actions: list[str]
) -> None:
    made_id, old = make(account, ROLE, **EVERYTHING)
    new = checked(account, ROLE, {**EVERYTHING, **change})

    needs_these_rights(account, ROLE, made_id, old, new, [f"iam:{action}" for action in (*actions, "GetRole")])


def test_an_update_of_a_policy_needs_the_right_to_put_it(account: Account) -> None:
    make(account, ROLE, **BARE)
    given = {"role": "split", "name": "may", "policy": may("sqs:*")}
    made_id, old = make(account, ROLE_POLICY, **given)
    new = checked(account, ROLE_POLICY, {**given, "policy": may("s3:*")})

    needs_these_rights(account, ROLE_POLICY, made_id, old, new, ["iam:PutRolePolicy"])
