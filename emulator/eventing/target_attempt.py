"""One try to bring an event to a rule's target: it gets there, is tried again later, or lands where dead letters go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from moto.sqs.exceptions import SQSException

from components.input_transformer import NotTransformed
from emulator.eventing.service_push import Pusher, Refused, refused_function, send_to_queue
from emulator.eventing.target_delivery import RETRYABLE, Failure, TargetDelivery
from emulator.eventing.target_input import event_text, target_input
from emulator.journal import Hop, Outcome
from emulator.tally import Ending

if TYPE_CHECKING:
    from emulator.account import Account
    from emulator.delivery.asynchronous import Delivery as AsynchronousDelivery

PRINCIPAL = "events.amazonaws.com"


class TargetAttempt:
    """A try at work."""

    def __init__(self, account: Account, delivery: TargetDelivery) -> None:
        self._account = account
        self._delivery = delivery
        self._arn: str = delivery.target["Arn"]
        self._pusher = Pusher(PRINCIPAL, delivery.rule_arn, account.names.of(delivery.rule_arn))

    def make(self, fault: str | None = None) -> bool:
        """Try now.

        Args:
            fault: the error code with which the target answers, whatever it would do otherwise.

        Returns:
            Whether there will be another try.
        """
        delivery, now = self._delivery, self._account.clock.now
        delivery.attempts += 1
        failure = Failure(fault, f"the target answered {fault}") if fault else self._push()
        if failure is None:
            return False
        self._tell(Outcome.DENIED if failure.denied else Outcome.FAILED, cause=f"{failure.code}: {failure.message}")
        exhausted = delivery.exhausted(now)
        if failure.code in RETRYABLE and exhausted is None:
            delivery.wait(now)
            return True
        self._land(failure, exhausted if failure.code in RETRYABLE else None)
        return False

    def _push(self) -> Failure | None:
        delivery = self._delivery
        try:
            content = target_input(delivery.target, delivery.event, delivery.rule_arn, delivery.began)
        except NotTransformed as error:
            return Failure("INVALID_JSON", str(error))
        return self._to_queue(content) if self._arn.split(":")[2] == "sqs" else self._to_function(content)

    def _to_function(self, content: str) -> Failure | None:
        refused = refused_function(self._account, self._pusher, self._arn)
        if refused is not None:
            return _failure(refused)
        asynchronous = cast("AsynchronousDelivery", self._account.deliveries["asynchronous"])
        asynchronous.accept(
            self._arn,
            json.loads(content),
            edge=self._delivery.edge,
            event_id=self._delivery.event_id,
            what=self._delivery.event["detail-type"],
        )
        return None

    def _to_queue(self, content: str) -> Failure | None:
        group_id = (self._delivery.target.get("SqsParameters") or {}).get("MessageGroupId")
        try:
            refused = send_to_queue(self._account, self._pusher, self._arn, content, group_id=group_id)
        except SQSException as error:
            return Failure("INVALID_PARAMETER", str(error.message))
        if refused is not None:
            return _failure(refused)
        self._account.tally.ended(self._delivery.edge, self._delivery.event_id, Ending.PROCESSED)
        self._tell(Outcome.DELIVERED)
        return None

    def _land(self, failure: Failure, exhausted: str | None) -> None:
        """Nothing is tried any more: the event goes to the target's dead-letter queue, or nowhere."""
        cause = f"{failure.code}: {failure.message}" + (f" ({exhausted} reached)" if exhausted else "")
        place = self._delivery.dead_letter_arn
        if place is None:
            self._tell(Outcome.LOST, cause=f"{cause}; the target has no dead-letter queue", fix="give it one")
            return
        refused = send_to_queue(
            self._account,
            self._pusher,
            place,
            event_text(self._delivery.event),
            attributes=self._delivery.dead_letter_attributes(failure, exhausted),
        )
        if refused is not None:
            self._tell(Outcome.LOST, cause=f"{cause}; and its dead-letter queue: {refused.reason}")
            return
        self._account.tally.ended(self._delivery.edge, self._delivery.event_id, Ending.DEAD_LETTERED)
        name = self._account.names.of(place)
        self._tell(
            Outcome.DEAD, target=name, cause=cause, fix=f"mend the cause, then send the event in {name} once more"
        )

    def _tell(
        self, outcome: Outcome, *, target: str | None = None, cause: str | None = None, fix: str | None = None
    ) -> None:
        details: dict[str, Any] = {"payload": self._delivery.event, "rule": self._pusher.caller}
        self._account.journal.write(
            Hop(
                at=self._account.clock.now,
                chain=self._account.chains.current,
                what=self._delivery.event["detail-type"],
                source=self._delivery.edge.source,
                target=target or self._delivery.edge.target,
                outcome=outcome,
                attempt=self._delivery.attempts,
                attempts_allowed=self._delivery.most_retries + 1,
                cause=cause,
                fix=fix,
                details=details,
            )
        )


def _failure(refused: Refused) -> Failure:
    if refused.denial is None:
        return Failure("NO_RESOURCE", refused.reason)
    return Failure("NO_PERMISSIONS", refused.reason, denied=True)
