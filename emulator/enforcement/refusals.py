"""How AWS words a refusal: each service's status, error code and message.

The sentence is the IAM User Guide's ("Troubleshoot access denied error messages"); codes and spelling are what the
services were seen to answer: SQS writes actions in lower case, SNS its prefix in capitals, S3 quotes the resource.
"""

from __future__ import annotations

from dataclasses import dataclass

from botocore.model import OperationModel

from emulator.iam import BOUNDARY, IDENTITY, RESOURCE, SESSION, Decision, Verdict

# Services on the query and XML protocols say `AccessDenied`, those on JSON `AccessDeniedException`.
_DENIED_CODES = {"sns": "AuthorizationError", "sqs": "AccessDenied", "ec2": "UnauthorizedOperation"}
_OLD_PROTOCOLS = {"query", "ec2", "rest-xml"}
_OLD_NAMES = {"sqs"}

# What the decision's layer is called in the message, and its article.
_LAYERS = {
    IDENTITY: ("identity-based policy", "an"),
    RESOURCE: ("resource-based policy", "a"),
    BOUNDARY: ("permissions boundary", "a"),
    SESSION: ("session policy", "a"),
}


@dataclass(frozen=True)
class Refusal:
    """What a client receives in place of an answer."""

    status: int
    code: str
    message: str


def denied(operation: OperationModel, principal: str, action: str, resource: str, decision: Decision) -> Refusal:
    """The refusal of a call that a decision denies."""
    if operation.http.get("method") == "HEAD":
        # An answer to HEAD has no body: the client knows the status and nothing else.
        return Refusal(403, "403", "Forbidden")
    service = operation.service_model.service_name
    code = _DENIED_CODES.get(service) or ("AccessDenied" if _is_old(operation) else "AccessDeniedException")
    message = sentence(principal, _spelled(service, action), _quoted(service, resource), decision)
    return Refusal(_status(operation), code, message)


def unknown_credentials(operation: OperationModel) -> Refusal:
    """The refusal of a call whose credentials are nobody's."""
    service = operation.service_model.service_name
    if service == "s3":
        if operation.http.get("method") == "HEAD":
            return Refusal(403, "403", "Forbidden")
        return Refusal(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
    old = _is_old(operation) or service in _OLD_NAMES
    code = "InvalidClientTokenId" if old else "UnrecognizedClientException"
    return Refusal(_status(operation), code, "The security token included in the request is invalid.")


def wrong_signature(operation: OperationModel) -> Refusal:
    """The refusal of a call that was not signed with its access key's secret, or not as it arrived."""
    if operation.http.get("method") == "HEAD":
        return Refusal(403, "403", "Forbidden")
    told = "The request signature we calculated does not match the signature you provided. Check your"
    service = operation.service_model.service_name
    if service == "s3":
        return Refusal(403, "SignatureDoesNotMatch", f"{told} key and signing method.")
    old = _is_old(operation) or service in _OLD_NAMES
    return Refusal(
        _status(operation),
        "SignatureDoesNotMatch" if old else "InvalidSignatureException",
        f"{told} AWS Secret Access Key and signing method. Consult the service documentation for details.",
    )


def unsigned(operation: OperationModel) -> Refusal:
    """The refusal of a call that is not signed."""
    if operation.http.get("method") == "HEAD":
        return Refusal(403, "403", "Forbidden")
    if operation.service_model.service_name == "s3":
        return Refusal(403, "AccessDenied", "Access Denied")
    code = "MissingAuthenticationToken" if _is_old(operation) else "MissingAuthenticationTokenException"
    return Refusal(_status(operation), code, "Request is missing Authentication Token")


def sentence(principal: str, action: str, resource: str, decision: Decision) -> str:
    """One line: who may not do what on what, and which kind of policy decided."""
    on = "" if resource == "*" else f" on resource: {resource}"
    told = f"User: {principal} is not authorized to perform: {action}{on}"
    policy, article = _LAYERS[decision.layer]
    if decision.layer == RESOURCE and action.startswith("sts:"):
        policy, article = "role trust policy", "the"
    if decision.verdict is Verdict.EXPLICITLY_DENIED:
        return f"{told} with an explicit deny in {article} {policy}"
    return f"{told} because no {policy} allows the {action} action"


def _is_old(operation: OperationModel) -> bool:
    return operation.service_model.metadata["protocol"] in _OLD_PROTOCOLS


def _status(operation: OperationModel) -> int:
    # AWS JSON answers every fault of the caller with 400; SQS kept the status of its query protocol.
    is_json = operation.service_model.metadata["protocol"] == "json"
    return 400 if is_json and operation.service_model.service_name not in _OLD_NAMES else 403


def _spelled(service: str, action: str) -> str:
    if service == "sqs":
        return action.lower()
    if service == "sns":
        prefix, _, name = action.partition(":")
        return f"{prefix.upper()}:{name}"
    return action


def _quoted(service: str, resource: str) -> str:
    return f'"{resource}"' if service == "s3" and resource != "*" else resource
