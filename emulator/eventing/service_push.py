"""A service hands something over to a function or a queue, if that thing is there and its policy lets the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.sqs.models import Queue

from emulator.journal import Denial

if TYPE_CHECKING:
    from emulator.account import Account

# Only the key's owner can let a service use a key, and this one is AWS's own (SQS Developer Guide, "Key management",
# on permissions for AWS services).
_SQS_OWN_KEY = "alias/aws/sqs"


@dataclass(frozen=True)
class Pusher:
    """A service at work for one thing of the account."""

    principal: str
    """`s3.amazonaws.com`."""
    source_arn: str
    """The thing that makes it push: the bucket, the rule."""
    caller: str
    """The thing's name, shown to people."""
    source_account: str | None = None
    """Where the service tells it: sources whose ARN names no account."""

    @property
    def context(self) -> dict[str, str]:
        """The condition keys that the service sends along."""
        account = {"aws:SourceAccount": self.source_account} if self.source_account else {}
        return {"aws:SourceArn": self.source_arn, **account}


@dataclass(frozen=True)
class Refused:
    """Why a push came to nothing."""

    reason: str
    denial: Denial | None
    """None: the thing is not there."""


def refused_function(account: Account, pusher: Pusher, function_arn: str) -> Refused | None:
    """Why the service may not wake this function; None if it may. A denial is written into the journal."""
    try:
        account.storage.backend("lambda").get_function(function_arn)
    except UnknownFunctionException:
        return Refused(f"there is no function {account.names.of(function_arn)}", None)
    return _denied(account, pusher, "lambda:InvokeFunction", function_arn)


def send_to_queue(
    account: Account,
    pusher: Pusher,
    queue_arn: str,
    body: str,
    *,
    attributes: Mapping[str, Any] | None = None,
    group_id: str | None = None,
    deduplication_id: str | None = None,
) -> Refused | None:
    """Put a message on a queue as a service; says why not if that fails.

    Args:
        attributes: message attributes, as `SendMessage` takes them.
        group_id: the message group, for a FIFO queue.
        deduplication_id: by which a FIFO queue tells duplicates.
    """
    sqs = account.storage.backend("sqs")
    queue: Queue | None = sqs.queues.get(queue_arn.rsplit(":", 1)[-1])
    if queue is None or queue.queue_arn != queue_arn:
        return Refused(f"there is no queue {account.names.of(queue_arn)}", None)
    if getattr(queue, "kms_master_key_id", None) == _SQS_OWN_KEY:
        return Refused(
            f"{account.names.of(queue_arn)} is encrypted with {_SQS_OWN_KEY}, which no service may use", None
        )
    refused = _denied(account, pusher, "sqs:SendMessage", queue_arn)
    if refused is None:
        sqs.send_message(
            queue.name, body, message_attributes=attributes, group_id=group_id, deduplication_id=deduplication_id
        )
    return refused


def _denied(account: Account, pusher: Pusher, action: str, resource_arn: str) -> Refused | None:
    decision = account.rights.of_service(pusher.principal, action, resource_arn, pusher.context)
    if decision.allowed:
        return None
    denial = account.rights.deny(
        decision, principal=pusher.principal, action=action, resource=resource_arn, caller=pusher.caller
    )
    return Refused(f"{pusher.principal} may not {action} on {account.names.of(resource_arn)}: {denial.reason}", denial)
