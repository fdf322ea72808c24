"""The rights of IAM calls: those on a role, under the path it has; the reference's for all others."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right, given

# Service Authorization Reference, "AWS IAM": the actions that know the boundary of the role they are on, and those that
# know the one that is asked for.
_UNDER_A_BOUNDARY = {
    *("AttachRolePolicy", "DeleteRole", "DeleteRolePermissionsBoundary", "DeleteRolePolicy", "DetachRolePolicy"),
    *("GetRole", "PutRolePolicy", "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"),
}
_SETS_A_BOUNDARY = {"CreateRole", "PutRolePermissionsBoundary"}
_OF_A_POLICY = {"AttachRolePolicy", "DetachRolePolicy"}


def rights(call: Call) -> list[Right]:
    params = call.params
    if "RoleName" not in params:
        return reference.rights(call)
    name, path, boundary = params["RoleName"], "/", None
    role = next((role for role in call.storage.backend("iam").roles.values() if role.name == name), None)
    if call.operation == "CreateRole":
        path = params.get("Path", "/")
    elif role is not None:
        path = role.path
    if call.operation in _SETS_A_BOUNDARY:
        boundary = params.get("PermissionsBoundary")
    elif role is not None and call.operation in _UNDER_A_BOUNDARY:
        boundary = role.permissions_boundary_arn or None
    arn = f"arn:{call.storage.partition}:iam::{call.storage.account_id}:role{path}{name}"
    tags = reference.tags_of(params)
    policy = params["PolicyArn"] if call.operation in _OF_A_POLICY else None
    context = {**given(iam__PermissionsBoundary=boundary, iam__PolicyARN=policy), **tags}
    needed = [Right(reference.action("iam", call), arn, context)]
    if call.operation == "CreateRole" and tags:
        # IAM User Guide, "Tagging IAM roles": a new role with tags needs both.
        needed.append(Right("iam:TagRole", arn, tags))
    return needed
