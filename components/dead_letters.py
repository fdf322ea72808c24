"""A queue where failed events wait to be looked at: encrypted, reached by TLS only, kept as long as SQS can."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components import iam
from components.json_text import json_text

RETENTION_SECONDS = 1_209_600
"""14 days, the longest SQS keeps a message (SQS SetQueueAttributes, `MessageRetentionPeriod`). A message's age counts
from the moment it was first sent, so anything shorter could expire on arrival."""


class DeadLetters:
    """A dead-letter queue, or the queue behind a failure destination. It belongs to the component it stands behind.

    Args:
        address: its name in the ledger, `feeds.readings.dead-letters`.
        child: options of that component's children.
        fifo: whether it stands behind a FIFO queue; SQS asks for the same type on both sides.
    """

    def __init__(self, address: str, child: pulumi.ResourceOptions, *, fifo: bool = False) -> None:
        self.address = address
        self.name = address.replace(".", "-")
        self.child = child
        self.queue = aws.sqs.Queue(
            f"{self.name}-queue",
            fifo_queue=True if fifo else None,
            message_retention_seconds=RETENTION_SECONDS,
            sqs_managed_sse_enabled=True,
            opts=self.child,
        )
        self.arn = self.queue.arn

    def close(
        self, *, senders: Sequence[iam.Statement] = (), redriven_from: Sequence[pulumi.Output[str]] = ()
    ) -> aws.sqs.QueuePolicy:
        """Write who may put messages here, once.

        Args:
            senders: statements that let a service send; a role's own policy needs none here.
            redriven_from: ARNs of the queues that may name this one in their redrive policy; none may otherwise.
        """
        policy = aws.sqs.QueuePolicy(
            f"{self.name}-policy",
            queue_url=self.queue.url,
            policy=iam.document(iam.deny_without_tls("sqs:*", on=self.arn), *senders),
            opts=self.child,
        )
        sources = {"sourceQueueArns": list(redriven_from)} if redriven_from else {}
        aws.sqs.RedriveAllowPolicy(
            f"{self.name}-redrive-allow",
            queue_url=self.queue.url,
            redrive_allow_policy=json_text({"redrivePermission": "byQueue" if redriven_from else "denyAll", **sources}),
            opts=self.child,
        )
        return policy
