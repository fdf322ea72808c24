"""IAM: roles, and the inline policies that are their rights."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.iam import check_document
from emulator.provisioning.inputs import Arn, Block, Document, Input, Items, Text, Whole
from emulator.provisioning.known_words import in_known_words, named_in_known_words
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Refused, ResourceType, Values
from emulator.provisioning.tagging import retag

if TYPE_CHECKING:
    from emulator.account import Account

NAME = r"[\w+=,.@-]+"
_NAME_SAYS = "characters of A-Z a-z 0-9 _ + = , . @ -"
_POLICY = Document(problems=partial(check_document, kind="identity"), required=True)
_POLICY_ID = re.compile(rf"(?P<role>{NAME}):(?P<name>{NAME})", re.ASCII)

# Lengths are those of "IAM and AWS STS quotas" in the IAM user guide.
_LARGEST_TRUST_BYTES = 2_048
_LARGEST_INLINE_BYTES = 10_240


class Role(ResourceType):
    """A role (IAM API reference, `CreateRole`)."""

    pulumi_type = "aws:iam/role:Role"
    regional = False
    inputs: ClassVar[Mapping[str, Input]] = {
        "assumeRolePolicy": Document(
            problems=partial(check_document, kind="trust"), most=_LARGEST_TRUST_BYTES, required=True
        ),
        "description": Text(most=1_000),
        "inlinePolicies": Items(
            of=Block(
                of={
                    "name": Text(pattern=NAME, says=_NAME_SAYS, most=128, required=True),
                    "policy": _POLICY,
                }
            ),
            any_order=True,
        ),
        "managedPolicyArns": Items(of=Arn(of=("iam",)), most=20, any_order=True),
        "maxSessionDuration": Whole(least=3_600, most=43_200, unit="seconds", default=3_600),
        "name": Text(pattern=NAME, says=_NAME_SAYS, least=1, most=64),
        "path": Text(pattern=r"/|/[!-~]+/", says="a path that begins and ends with /", most=512, default="/"),
        "permissionsBoundary": Arn(of=("iam",)),
        "tags": TAGS,
    }
    autoname = Autoname("name", 64)
    one_per = ("name",)
    replaces = ("name", "path")

    def create(self, account: Account, inputs: Values) -> Made:
        said = {
            "Description": inputs.get("description"),
            "PermissionsBoundary": inputs.get("permissionsBoundary"),
        }
        role = account.client("iam").create_role(
            RoleName=inputs["name"],
            Path=inputs["path"],
            AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
            MaxSessionDuration=inputs["maxSessionDuration"],
            Tags=_tag_list(inputs["tagsAll"]),
            **{key: value for key, value in said.items() if value is not None},
        )["Role"]
        _change_policies(account, {}, inputs)
        return _made(role)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        iam = account.client("iam")
        if old["assumeRolePolicy"] != new["assumeRolePolicy"]:
            iam.update_assume_role_policy(RoleName=made_id, PolicyDocument=new["assumeRolePolicy"])
        description = new.get("description", "")
        if old.get("description", "") != description:
            iam.update_role_description(RoleName=made_id, Description=description)
        if old["maxSessionDuration"] != new["maxSessionDuration"]:
            # Moto forgets a description that UpdateRole is not told again.
            iam.update_role(RoleName=made_id, MaxSessionDuration=new["maxSessionDuration"], Description=description)
        if old.get("permissionsBoundary") != new.get("permissionsBoundary"):
            if "permissionsBoundary" in new:
                iam.put_role_permissions_boundary(RoleName=made_id, PermissionsBoundary=new["permissionsBoundary"])
            else:
                iam.delete_role_permissions_boundary(RoleName=made_id)
        _change_policies(account, old, new)
        retag(
            old["tagsAll"],
            new["tagsAll"],
            lambda tags: iam.tag_role(RoleName=made_id, Tags=_tag_list(tags)),
            lambda keys: iam.untag_role(RoleName=made_id, TagKeys=keys),
        )
        return _made(iam.get_role(RoleName=made_id)["Role"])

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        if re.fullmatch(NAME, made_id, re.ASCII) is None:
            raise Refused(f"id {made_id!r} needs the name of a role: {_NAME_SAYS}")
        iam = account.client("iam")
        try:
            role = iam.get_role(RoleName=made_id)["Role"]
        except iam.exceptions.NoSuchEntityException:
            return None
        inputs = {
            "assumeRolePolicy": json.dumps(role["AssumeRolePolicyDocument"]),
            "maxSessionDuration": role["MaxSessionDuration"],
            "name": made_id,
            "path": role["Path"],
            "tagsAll": {tag["Key"]: tag["Value"] for tag in role.get("Tags", ())},
        }
        if (description := role.get("Description", "")) or "description" in known:
            inputs["description"] = description
        if boundary := role.get("PermissionsBoundary"):
            inputs["permissionsBoundary"] = boundary["PermissionsBoundaryArn"]
        # Policies that have resources of their own are not the role's: it looks after none where it was told of none.
        for word, standing in (
            ("inlinePolicies", _inline_policies(account, made_id, known.get("inlinePolicies", ()))),
            ("managedPolicyArns", _attached_arns(account, made_id)),
        ):
            if word in known:
                inputs[word] = standing
        return Found(in_known_words(self.inputs, inputs, known), _made(role))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        iam = account.client("iam")
        # A role that was told of policies looks after all of them: somebody may have changed them since.
        for name in _inline_names(account, made_id) if inputs.get("inlinePolicies") else ():
            iam.delete_role_policy(RoleName=made_id, PolicyName=name)
        for arn in _attached_arns(account, made_id) if inputs.get("managedPolicyArns") else ():
            iam.detach_role_policy(RoleName=made_id, PolicyArn=arn)
        iam.delete_role(RoleName=made_id)


def _change_policies(account: Account, old: Values, new: Values) -> None:
    """Make the policies that the role itself was told of those it is told of now."""
    iam, role = account.client("iam"), new["name"]
    was, will = (
        {policy["name"]: policy["policy"] for policy in inputs.get("inlinePolicies", ())} for inputs in (old, new)
    )
    for name in was:
        if name not in will:
            with _gone_already(iam):
                iam.delete_role_policy(RoleName=role, PolicyName=name)
    for name, text in will.items():
        if was.get(name) != text:
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=text)
    before, after = (inputs.get("managedPolicyArns", ()) for inputs in (old, new))
    for arn in before:
        if arn not in after:
            with _gone_already(iam):
                iam.detach_role_policy(RoleName=role, PolicyArn=arn)
    for arn in after:
        if arn not in before:
            iam.attach_role_policy(RoleName=role, PolicyArn=arn)


def _gone_already(iam: Any) -> AbstractContextManager[None]:
    """Inside, what is to go may be gone: somebody took it off, or an update that failed later did."""
    return suppress(iam.exceptions.NoSuchEntityException)


def _inline_policies(account: Account, role: str, known: Sequence[Values]) -> list[Values]:
    """The role's inline policies, in the words and the order they are known in."""
    iam = account.client("iam")
    documents = {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in _inline_names(account, role)
    }
    found = [{"name": name, "policy": json.dumps(document)} for name, document in documents.items()]
    return named_in_known_words(found, known, lambda one, other: _POLICY.same(one["policy"], other["policy"]))


def _inline_names(account: Account, role: str) -> list[str]:
    pages = account.client("iam").get_paginator("list_role_policies").paginate(RoleName=role)
    return [name for page in pages for name in page["PolicyNames"]]


def _attached_arns(account: Account, role: str) -> list[str]:
    pages = account.client("iam").get_paginator("list_attached_role_policies").paginate(RoleName=role)
    return [policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]]


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _made(role: Mapping[str, Any]) -> Made:
    created = role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ")
    return Made(role["RoleName"], role["Arn"], {"createDate": created, "uniqueId": role["RoleId"]})


class RolePolicy(ResourceType):
    """One inline policy of a role (IAM API reference, `PutRolePolicy`)."""

    pulumi_type = "aws:iam/rolePolicy:RolePolicy"
    regional = False
    inputs: ClassVar[Mapping[str, Input]] = {
        "name": Text(pattern=NAME, says=_NAME_SAYS, least=1, most=128),
        "policy": Document(problems=_POLICY.problems, most=_LARGEST_INLINE_BYTES, required=True),
        "role": Text(pattern=NAME, says=_NAME_SAYS, most=64, required=True),
    }
    autoname = Autoname("name", 128)
    one_per = ("role", "name")
    replaces = ("name", "role")

    def right_on(self, account: Account, inputs: Values) -> str | None:
        roles = account.storage.backend("iam").roles.values()
        return next((role.arn for role in roles if role.name == inputs["role"]), None)

    def create(self, account: Account, inputs: Values) -> Made:
        account.client("iam").put_role_policy(
            RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"]
        )
        return Made(f"{inputs['role']}:{inputs['name']}")

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        return self.create(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        names = _POLICY_ID.fullmatch(made_id)
        if names is None:
            raise Refused(f"id {made_id!r} needs the names of a role and of its policy, as in splitter:may-send")
        iam = account.client("iam")
        try:
            told = iam.get_role_policy(RoleName=names["role"], PolicyName=names["name"])
        except iam.exceptions.NoSuchEntityException:
            return None
        inputs = {**names.groupdict(), "policy": json.dumps(told["PolicyDocument"])}
        return Found(in_known_words(self.inputs, inputs, known), Made(made_id))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("iam").delete_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"])


TYPES = (Role(), RolePolicy())
