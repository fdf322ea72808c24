"""What may be made of rules and targets: as AWS refuses it, and what is not emulated, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.events.exceptions import InvalidEventPatternException, ValidationException
from moto.events.models import EventsBackend, Rule

from components.event_pattern import EventPattern
from emulator.eventing.target_input import asked_input

MOST_TARGETS = 5
"""Targets of one rule (EventBridge User Guide, "EventBridge quotas")."""

EMULATED_TARGETS = ("lambda", "sqs")


@contextmanager
def checked() -> Iterator[None]:
    """Inside, `PutRule` and `PutTargets` refuse what AWS refuses beside what moto does."""
    with (
        patch.object(EventsBackend, "put_rule", _checking_rules(EventsBackend.put_rule)),
        patch.object(EventsBackend, "put_targets", _checking_targets(EventsBackend.put_targets)),
    ):
        yield


def _checking_rules(put_rule: Callable[..., Rule]) -> Callable[..., Rule]:
    def checking(backend: EventsBackend, name: str, *rest: Any, **more: Any) -> Rule:
        pattern = more.get("event_pattern")
        if pattern:
            _check_pattern(pattern)
        return put_rule(backend, name, *rest, **more)

    return checking


def _check_pattern(pattern: str) -> None:
    try:
        EventPattern.parse(pattern)
    except ValueError as error:
        raise InvalidEventPatternException(str(error)) from error


def _checking_targets(put_targets: Callable[..., None]) -> Callable[..., None]:
    def checking(
        backend: EventsBackend, name: str, event_bus_arn: str | None, targets: Sequence[Mapping[str, Any]]
    ) -> None:
        for target in targets:
            _check_target(target)
        rule = backend.describe_rule(name, event_bus_arn)
        if len({target["Id"] for target in [*rule.targets, *targets]}) > MOST_TARGETS:
            raise ValidationException(f"rule {name} needs {MOST_TARGETS} targets or fewer")
        put_targets(backend, name=name, event_bus_arn=event_bus_arn, targets=targets)

    return checking


def _check_target(target: Mapping[str, Any]) -> None:
    service = (target["Arn"].split(":") + [""] * 3)[2]
    if service not in EMULATED_TARGETS:
        raise ValidationException(
            f"target {target['Arn']} is not emulated: only functions and queues are, {service or 'no service'} is not"
        )
    dead_letter_arn = (target.get("DeadLetterConfig") or {}).get("Arn")
    if dead_letter_arn and (":sqs:" not in dead_letter_arn or dead_letter_arn.endswith(".fifo")):
        raise ValidationException(
            f"dead-letter target {dead_letter_arn} needs to be a standard queue: EventBridge sends to no other"
        )
    if sum(bool(target.get(way)) for way in ("Input", "InputPath", "InputTransformer")) > 1:
        raise ValidationException(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}."
        )
    asked = asked_input(target)
    problems = asked.check() if asked is not None else []
    if problems:
        raise ValidationException(f"target {target['Id']}: {'; '.join(problems)}")
