"""S3: tells functions, queues and the default event bus when an object changes, once and without keeping anything.

What S3 cannot hand over, because the function or the queue is gone or does not let it, is lost: S3 knows no
dead-letter queue. Notifications to topics are refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from moto.s3.models import FakeBucket, Notification

from emulator.eventing import object_events
from emulator.eventing.object_changes import ObjectChanges
from emulator.eventing.object_events import ObjectChange
from emulator.eventing.service_push import Pusher, Refused, refused_function, send_to_queue
from emulator.journal import Hop, Outcome
from emulator.tally import Edge, Ending

if TYPE_CHECKING:
    from emulator.account import Account
    from emulator.delivery.asynchronous import Delivery as AsynchronousDelivery
    from emulator.delivery.events import Delivery as EventsDelivery


@dataclass(frozen=True)
class _Push:
    """One change on its way to one target."""

    change: ObjectChange
    target_arn: str
    payload: dict[str, Any]
    edge: Edge
    event_id: str

    @property
    def what(self) -> str:
        return f"{self.change.name} {self.change.key}"


class Delivery:
    """Every bucket's notifications."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._changes = ObjectChanges(account, self._changed, self._set_up)
        self._waiting: list[_Push] = []
        self._set_ups = 0
        self._open = ExitStack()

    def open(self) -> None:
        self._open.enter_context(self._changes)

    def close(self) -> None:
        self._open.close()

    def deliver(self) -> bool:
        pushes, self._waiting = self._waiting, []
        for push in pushes:
            with self._account.chains.within(self._account.chains.of(push.event_id)):
                self._deliver(push)
        return bool(pushes)

    def next_due(self) -> datetime | None:
        return None

    def _changed(self, bucket: FakeBucket, change: ObjectChange) -> None:
        """Send the change to every target that wants it, by the notifications as they stand at this moment."""
        for target in _targets(bucket):
            if target.matches(f"s3:{change.name}", change.key):
                self._send(change, target)
        if bucket.notification_configuration and bucket.notification_configuration.event_bridge is not None:
            self._to_event_bus(change)

    def _send(self, change: ObjectChange, target: Notification) -> None:
        push = _Push(
            change,
            target.arn,
            object_events.notification(change, target.id),
            Edge(self._account.names.of(change.bucket_arn), self._account.names.of(target.arn)),
            f"{change.request_id}/{target.id}",
        )
        self._account.chains.remember(push.event_id)
        self._account.tally.sent(push.edge, push.event_id)
        self._waiting.append(push)

    def _to_event_bus(self, change: ObjectChange) -> None:
        events = cast("EventsDelivery", self._account.deliveries["events"])
        events.publish("aws.s3", object_events.detail_type(change), object_events.detail(change), [change.bucket_arn])

    def _deliver(self, push: _Push) -> None:
        if _service(push.target_arn) == "sqs":
            self._to_queue(push)
        else:
            self._to_function(push)

    def _to_function(self, push: _Push) -> None:
        refused = refused_function(self._account, self._pusher(push.change.bucket_arn), push.target_arn)
        if refused is not None:
            self._lose(push, refused)
            return
        asynchronous = cast("AsynchronousDelivery", self._account.deliveries["asynchronous"])
        asynchronous.accept(push.target_arn, push.payload, edge=push.edge, event_id=push.event_id, what=push.what)

    def _to_queue(self, push: _Push) -> None:
        body = json.dumps(push.payload, separators=(",", ":"), ensure_ascii=False)
        refused = send_to_queue(self._account, self._pusher(push.change.bucket_arn), push.target_arn, body)
        if refused is not None:
            self._lose(push, refused)
            return
        self._account.tally.ended(push.edge, push.event_id, Ending.PROCESSED)
        self._tell(push, Outcome.DELIVERED)

    def _lose(self, push: _Push, refused: Refused) -> None:
        outcome = Outcome.LOST if refused.denial is None else Outcome.DENIED
        self._tell(push, outcome, f"{refused.reason}; S3 does not try again, and the event is lost")

    def _tell(self, push: _Push, outcome: Outcome, cause: str | None = None) -> None:
        self._account.journal.write(
            Hop(
                at=self._account.clock.now,
                chain=self._account.chains.current,
                what=push.what,
                source=push.edge.source,
                target=push.edge.target,
                outcome=outcome,
                attempts_allowed=1,
                cause=cause,
                details={"payload": push.payload},
            )
        )

    def _pusher(self, bucket_arn: str) -> Pusher:
        return Pusher(
            "s3.amazonaws.com",
            source_arn=bucket_arn,
            source_account=self._account.account_id,
            caller=self._account.names.of(bucket_arn),
        )

    def _set_up(self, bucket: FakeBucket) -> None:
        """Each queue hears that it will be told (S3 User Guide, "Event message structure")."""
        for queue_arn in dict.fromkeys(target.arn for target in _targets(bucket) if _service(target.arn) == "sqs"):
            self._set_ups += 1
            message = object_events.set_up_message(bucket.name, self._account.clock.now, self._set_ups)
            send_to_queue(self._account, self._pusher(bucket.arn), queue_arn, json.dumps(message))


def _targets(bucket: FakeBucket) -> Iterator[Notification]:
    configuration = bucket.notification_configuration
    if configuration is not None:
        yield from configuration.cloud_function
        yield from configuration.queue


def _service(arn: str) -> str:
    return arn.split(":")[2]
