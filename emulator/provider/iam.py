"""IAM: roles, and the inline policies that are their rights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from emulator.iam import check_document
from emulator.provisioning.inputs import Arn, Block, Document, Input, Items, Text, Whole
from emulator.provisioning.resource_type import TAGS, Autoname, Made, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

NAME = r"[\w+=,.@-]+"
_NAME_SAYS = "characters of A-Z a-z 0-9 _ + = , . @ -"
_IDENTITY_POLICY = partial(check_document, kind="identity")

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
                    "policy": Document(problems=_IDENTITY_POLICY, required=True),
                }
            )
        ),
        "managedPolicyArns": Items(of=Arn(of=("iam",)), most=20),
        "maxSessionDuration": Whole(least=3_600, most=43_200, unit="seconds", default=3_600),
        "name": Text(pattern=NAME, says=_NAME_SAYS, least=1, most=64),
        "path": Text(pattern=r"/|/[!-~]+/", says="a path that begins and ends with /", most=512, default="/"),
        "permissionsBoundary": Arn(of=("iam",)),
        "tags": TAGS,
    }
    autoname = Autoname("name", 64)
    one_per = ("name",)

    def create(self, account: Account, inputs: Values) -> Made:
        iam = account.client("iam")
        name = inputs["name"]
        said = {
            "Description": inputs.get("description"),
            "PermissionsBoundary": inputs.get("permissionsBoundary"),
        }
        role = iam.create_role(
            RoleName=name,
            Path=inputs["path"],
            AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
            MaxSessionDuration=inputs["maxSessionDuration"],
            Tags=[{"Key": key, "Value": value} for key, value in inputs["tagsAll"].items()],
            **{key: value for key, value in said.items() if value is not None},
        )["Role"]
        for policy in inputs.get("inlinePolicies", ()):
            iam.put_role_policy(RoleName=name, PolicyName=policy["name"], PolicyDocument=policy["policy"])
        for arn in inputs.get("managedPolicyArns", ()):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        return Made(
            name,
            role["Arn"],
            {"uniqueId": role["RoleId"], "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ")},
        )

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        iam = account.client("iam")
        for policy in inputs.get("inlinePolicies", ()):
            iam.delete_role_policy(RoleName=made_id, PolicyName=policy["name"])
        for arn in inputs.get("managedPolicyArns", ()):
            iam.detach_role_policy(RoleName=made_id, PolicyArn=arn)
        iam.delete_role(RoleName=made_id)


class RolePolicy(ResourceType):
    """One inline policy of a role (IAM API reference, `PutRolePolicy`)."""

    pulumi_type = "aws:iam/rolePolicy:RolePolicy"
    regional = False
    inputs: ClassVar[Mapping[str, Input]] = {
        "name": Text(pattern=NAME, says=_NAME_SAYS, least=1, most=128),
        "policy": Document(problems=_IDENTITY_POLICY, most=_LARGEST_INLINE_BYTES, required=True),
        "role": Text(pattern=NAME, says=_NAME_SAYS, most=64, required=True),
    }
    autoname = Autoname("name", 128)
    one_per = ("role", "name")

    def right_on(self, account: Account, inputs: Values) -> str | None:
        roles = account.storage.backend("iam").roles.values()
        return next((role.arn for role in roles if role.name == inputs["role"]), None)

    def create(self, account: Account, inputs: Values) -> Made:
        account.client("iam").put_role_policy(
            RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"]
        )
        return Made(f"{inputs['role']}:{inputs['name']}")

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("iam").delete_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"])


TYPES = (Role(), RolePolicy())
