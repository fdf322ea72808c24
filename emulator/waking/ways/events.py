"""EventBridge hands an event over by a rule: if the event fits its pattern, as its target asked to receive it, with the
target's retries and dead-letter queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.events.models import Rule

from components.event_pattern import EventPattern
from emulator.eventing.target_attempt import TargetAttempt
from emulator.eventing.target_delivery import TargetDelivery
from emulator.waking.shape import Fault, lacking
from emulator.waking.waking import Waking


class Way:
    """The way of a rule."""

    def __init__(self, waking: Waking) -> None:
        self._waking = waking

    @property
    def made_up(self) -> Mapping[str, str]:
        return {}

    def faults(self, event: Any) -> Iterator[Fault]:
        needed = {"id": str, "detail-type": str, "source": str, "resources": list, "detail": dict}
        yield from lacking(event, needed)

    def left_out(self, event: Any) -> Iterator[str]:
        yield f"no other rule of {self._waking.line.waker} hears of the event"

    def hand_over(self, event: Any) -> None:
        waking, rule, now = self._waking, self._rule, self._waking.account.clock.now
        cause = _unwanted(rule, event)
        if cause is not None:
            waking.pass_over(event["detail-type"], event, cause)
            return
        (target,) = [each for each in rule.targets if each["Arn"] == waking.function_arn]
        delivery = TargetDelivery(
            event=event,
            rule_arn=rule.arn,
            target=target,
            edge=waking.edge,
            event_id=f"{event['id']}/{rule.name}/{target['Id']}",
            began=now,
            due=now,
        )
        waking.hand.begin(delivery, TargetAttempt(waking.account, delivery).make)

    @property
    def _rule(self) -> Rule:
        buses = self._waking.account.storage.backend("events").event_buses.values()
        rules: list[Rule] = [rule for bus in buses for rule in bus.rules.values()]
        return next(rule for rule in rules if rule.arn == self._waking.own_arn)


def _unwanted(rule: Rule, event: Any) -> str | None:
    """Why the rule does not hand the event over; None if it does."""
    if rule.state == "DISABLED":
        return "the rule is switched off"
    pattern = EventPattern.parse(rule.event_pattern.dump() or "{}")
    return None if pattern.matches(event) else f"the rule's pattern {pattern.explain(event)}"
