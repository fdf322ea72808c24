"""The rights of STS calls: to assume a role takes the caller's policies and the role's trust."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right, given


def rights(call: Call) -> list[Right]:
    params = call.params
    if call.operation == "GetCallerIdentity":
        # AWS STS API Reference, "GetCallerIdentity": no permissions are required, and a Deny does not stop it.
        return []
    if call.operation in ("GetSessionToken", "GetFederationToken"):
        raise call.unknown("a role session cannot call it, only an IAM user can")
    if call.operation != "AssumeRole":
        return reference.rights(call)
    if "PolicyArns" in params:
        raise call.unknown("managed session policies (PolicyArns) are not emulated")
    tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", [])}
    context: dict[str, str | list[str]] = given(
        sts__ExternalId=params.get("ExternalId"),
        sts__RoleSessionName=params["RoleSessionName"],
        sts__SourceIdentity=params.get("SourceIdentity"),
    )
    if tags:
        context |= {f"aws:RequestTag/{key}": value for key, value in tags.items()}
        context["aws:TagKeys"] = list(tags)
    names = ["sts:AssumeRole"]
    if tags:
        names.append("sts:TagSession")
    if "SourceIdentity" in params:
        names.append("sts:SetSourceIdentity")
    return [Right(name, params["RoleArn"], context) for name in names]
