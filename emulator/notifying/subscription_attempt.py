"""One try to bring a message to a subscriber: it gets there, is tried again later, or lands where dead letters go.

An error of the client's side, a subscriber that is gone or does not let the topic in, is not tried again; one of the
server's side is (SNS developer guide, "Amazon SNS dead-letter queues").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from moto.sqs.exceptions import SQSException

from emulator.eventing.service_push import Pusher, Refused, refused_function, send_to_queue
from emulator.journal import Hop, Outcome
from emulator.notifying.message import document, queue_attributes, record
from emulator.notifying.retry_policy import RETRIES
from emulator.notifying.subscription_delivery import SubscriptionDelivery
from emulator.tally import Ending

if TYPE_CHECKING:
    from emulator.account import Account
    from emulator.delivery.asynchronous import Delivery as AsynchronousDelivery

PRINCIPAL = "sns.amazonaws.com"

MOST_RAW_ATTRIBUTES = 10
"""Attributes of a message that goes to a queue as it is; with more it is discarded, as after an error of the client's
side (guide, "Amazon SNS message attributes"). Dead letters come in the same form, so they have no more either."""


class SubscriptionAttempt:
    """A try at work."""

    def __init__(self, account: Account, delivery: SubscriptionDelivery) -> None:
        self._account = account
        self._delivery = delivery
        self._message = delivery.message
        self._pusher = Pusher(PRINCIPAL, delivery.message.topic_arn, account.names.of(delivery.subscription_arn))

    def make(self, fault: str | None = None) -> bool:
        """Try now.

        Args:
            fault: the error of the server's side with which the subscriber answers, whatever it would do otherwise.

        Returns:
            Whether there will be another try.
        """
        delivery = self._delivery
        delivery.attempts += 1
        if fault is not None:
            cause = f"server error: {delivery.edge.target} answered {fault}"
            self._tell(Outcome.FAILED, cause=cause)
            if delivery.wait(self._account.clock.now):
                return True
            self._land(f"{cause}, and {RETRIES} retries are used up")
            return False
        refused = self._to_function() if delivery.protocol == "lambda" else self._to_queue()
        if refused is not None:
            cause = f"client error: {refused.reason}"
            self._tell(Outcome.DENIED if refused.denial else Outcome.FAILED, cause=cause)
            self._land(f"{cause}; SNS does not try again after such an error")
        return False

    def _to_function(self) -> Refused | None:
        delivery = self._delivery
        refused = refused_function(self._account, self._pusher, delivery.endpoint)
        if refused is not None:
            return refused
        asynchronous = cast("AsynchronousDelivery", self._account.deliveries["asynchronous"])
        asynchronous.accept(
            delivery.endpoint,
            record(self._message, delivery.subscription_arn),
            edge=delivery.edge,
            event_id=delivery.event_id,
            what=self._message.what,
        )
        return None

    def _to_queue(self) -> Refused | None:
        refused = self._send(self._delivery.endpoint)
        if refused is None:
            self._account.tally.ended(self._delivery.edge, self._delivery.event_id, Ending.PROCESSED)
            self._tell(Outcome.DELIVERED)
        return refused

    def _send(self, queue_arn: str) -> Refused | None:
        """Put the message on a queue, in the form the subscription asks for."""
        message, delivery = self._message, self._delivery
        count = len(message.told_attributes)
        if delivery.raw and count > MOST_RAW_ATTRIBUTES:
            return Refused(f"raw delivery takes {MOST_RAW_ATTRIBUTES} attributes at most, not {count}", None)
        fifo = queue_arn.endswith(".fifo")
        body = message.text("sqs") if delivery.raw else document(message, delivery.subscription_arn, delivery.protocol)
        try:
            return send_to_queue(
                self._account,
                self._pusher,
                queue_arn,
                body,
                attributes=queue_attributes(message) if delivery.raw else None,
                # A standard queue takes groups from a standard topic only, to be fair between them (`Publish`).
                group_id=message.group_id if fifo or message.sequence_number is None else None,
                deduplication_id=message.deduplication_id if fifo else None,
            )
        except SQSException as error:
            return Refused(str(error.message), None)

    def _land(self, cause: str) -> None:
        """Nothing is tried any more: the message goes to the subscription's dead-letter queue, or nowhere."""
        place = self._delivery.dead_letter_arn
        if place is None:
            self._tell(Outcome.LOST, cause=f"{cause}; the subscription has no dead-letter queue", fix="give it one")
            return
        refused = self._send(place)
        if refused is not None:
            self._tell(Outcome.LOST, cause=f"{cause}; and its dead-letter queue: {refused.reason}")
            return
        self._account.tally.ended(self._delivery.edge, self._delivery.event_id, Ending.DEAD_LETTERED)
        name = self._account.names.of(place)
        self._tell(
            Outcome.DEAD, target=name, cause=cause, fix=f"mend the cause, then publish the message in {name} once more"
        )

    def _tell(
        self, outcome: Outcome, *, target: str | None = None, cause: str | None = None, fix: str | None = None
    ) -> None:
        details: dict[str, Any] = {"message_id": self._message.id, "body": self._message.text(self._delivery.protocol)}
        self._account.journal.write(
            Hop(
                at=self._account.clock.now,
                chain=self._account.chains.current,
                what=self._message.what,
                source=self._delivery.edge.source,
                target=target or self._delivery.edge.target,
                outcome=outcome,
                attempt=self._delivery.attempts,
                attempts_allowed=RETRIES + 1,
                cause=cause,
                fix=fix,
                details=details,
            )
        )
