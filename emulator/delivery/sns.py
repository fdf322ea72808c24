"""SNS: every message of a topic goes to each subscription that wants it, is tried again, and lands.

Emulated are standard and FIFO topics, filter policies and, as subscribers, functions and queues.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from moto.sns.models import Subscription, Topic

from components.filter_policy import FilterPolicy
from emulator.journal import Hop, Outcome
from emulator.notifying.message import Message
from emulator.notifying.publishing import Publishing
from emulator.notifying.subscription_attempt import SubscriptionAttempt
from emulator.notifying.subscription_checks import checked, dead_letter_target
from emulator.notifying.subscription_delivery import SubscriptionDelivery
from emulator.tally import Edge, Ending

if TYPE_CHECKING:
    from emulator.account import Account

NO_SUBSCRIPTION = "no subscription"
"""Where a message goes that nobody hears."""

_policy = lru_cache(maxsize=1024)(FilterPolicy.parse)


class Delivery:
    """Every topic of the account and its subscriptions."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._publishing = Publishing(lambda: account.clock.now, self._route)
        self._waiting: list[SubscriptionDelivery] = []
        self._faults: dict[str, list[str]] = {}
        self._open = ExitStack()

    def open(self) -> None:
        self._open.enter_context(checked())
        self._open.enter_context(self._publishing)

    def close(self) -> None:
        self._open.close()
        self._waiting.clear()
        self._faults.clear()

    def refuse(self, endpoint_arn: str, error: str, times: int) -> None:
        """Let a subscriber answer its next tries with an error of the server's side, as a service does that is down.

        Args:
            error: as the service would name it: `ServiceUnavailable`.
            times: how many tries.
        """
        self._faults.setdefault(endpoint_arn, []).extend([error] * times)

    def deliver(self) -> bool:
        now = self._account.clock.now
        due = sorted((each for each in self._first_of_lanes() if each.due <= now), key=lambda each: each.due)
        over = {id(delivery) for delivery in due if not self._try(delivery)}
        self._waiting = [delivery for delivery in self._waiting if id(delivery) not in over]
        return bool(due)

    def next_due(self) -> datetime | None:
        return min((delivery.due for delivery in self._first_of_lanes()), default=None)

    def _first_of_lanes(self) -> Iterator[SubscriptionDelivery]:
        """What can be tried: in a FIFO topic's group a message waits for those before it."""
        taken = set()
        for delivery in self._waiting:
            if delivery.lane is None or delivery.lane not in taken:
                taken.add(delivery.lane)
                yield delivery

    def _try(self, delivery: SubscriptionDelivery) -> bool:
        """Whether there will be another try."""
        faults = self._faults.get(delivery.endpoint)
        with self._account.chains.within(self._account.chains.of(delivery.event_id)):
            return SubscriptionAttempt(self._account, delivery).make(faults.pop(0) if faults else None)

    def _route(self, topic: Topic, message: Message) -> None:
        """Send the message to every subscription that wants it, by the subscriptions as they stand at this moment."""
        subscriptions = topic.sns_backend._get_topic_subscriptions(topic)
        for subscription in subscriptions:
            self._send(subscription, message)
        if not subscriptions:
            edge = Edge(self._account.names.of(topic.arn), NO_SUBSCRIPTION)
            self._filter(edge, message.id, message, "nobody has subscribed to the topic")

    def _send(self, subscription: Subscription, message: Message) -> None:
        names, now = self._account.names, self._account.clock.now
        edge = Edge(names.of(message.topic_arn), names.of(subscription.endpoint))
        event_id = f"{message.id}/{subscription.arn.rpartition(':')[2]}"
        policy = _filter_policy(subscription)
        body = message.text(subscription.protocol)
        if not policy.wants(body, message.attributes):
            self._filter(edge, event_id, message, policy.explain(body, message.attributes))
            return
        self._account.chains.remember(event_id)
        self._account.tally.sent(edge, event_id)
        self._waiting.append(
            SubscriptionDelivery(
                message=message,
                subscription_arn=subscription.arn,
                protocol="sqs" if subscription.protocol == "sqs" else "lambda",
                endpoint=subscription.endpoint,
                raw=subscription.attributes["RawMessageDelivery"],
                dead_letter_arn=dead_letter_target(subscription.attributes.get("RedrivePolicy")),
                edge=edge,
                event_id=event_id,
                due=now,
            )
        )

    def _filter(self, edge: Edge, event_id: str, message: Message, cause: str) -> None:
        self._account.tally.sent(edge, event_id)
        self._account.tally.ended(edge, event_id, Ending.FILTERED)
        self._account.journal.write(
            Hop(
                at=self._account.clock.now,
                chain=self._account.chains.current,
                what=message.what,
                source=edge.source,
                target=edge.target,
                outcome=Outcome.FILTERED,
                cause=cause,
                details={"message_id": message.id, "body": message.text("default")},
            )
        )


def _filter_policy(subscription: Subscription) -> FilterPolicy:
    attributes = subscription.attributes
    return _policy(attributes.get("FilterPolicy") or "{}", attributes.get("FilterPolicyScope") or "MessageAttributes")
