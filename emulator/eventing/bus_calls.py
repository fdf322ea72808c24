"""Calls about buses and rules that moto does not answer, or answers for another thing of the same name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from moto.events.exceptions import ResourceNotFoundException
from moto.events.models import EventsBackend
from moto.events.responses import EventsHandler

_UPDATED = {"Description": "description", "DeadLetterConfig": "dead_letter_config"}
"""What `UpdateEventBus` changes of a bus, and what moto calls it."""


@contextmanager
def answered() -> Iterator[None]:
    """Inside, a bus can be updated, and tags are those of the bus or the rule whose ARN is given."""
    with ExitStack() as opening:
        opening.enter_context(patch.object(EventsHandler, "update_event_bus", _update_event_bus, create=True))
        for function in (_tag_resource, _untag_resource, _list_tags_for_resource):
            opening.enter_context(patch.object(EventsBackend, function.__name__.removeprefix("_"), function))
        yield


def _update_event_bus(handler: EventsHandler) -> tuple[str, dict[str, Any]]:
    """What is not said stays as it is (EventBridge API reference, `UpdateEventBus`)."""
    bus = handler.events_backend.describe_event_bus(handler._get_param("Name"))
    for name, attribute in _UPDATED.items():
        said = handler._get_param(name)
        if said is not None:
            setattr(bus, attribute, said)
    return json.dumps({"Arn": bus.arn, "Name": bus.name, "Description": bus.description}), handler.response_headers


def _tag_resource(backend: EventsBackend, arn: str, tags: dict[str, str]) -> None:
    backend.tagger.tag_resource(_there(backend, arn), backend.tagger.convert_dict_to_tags_input(tags))


def _untag_resource(backend: EventsBackend, arn: str, tag_keys: list[str]) -> None:
    backend.tagger.untag_resource_using_names(_there(backend, arn), tag_keys)


def _list_tags_for_resource(backend: EventsBackend, arn: str) -> dict[str, list[dict[str, str]]]:
    return backend.tagger.list_tags_for_resource(_there(backend, arn))


def _there(backend: EventsBackend, arn: str) -> str:
    """The ARN of a bus or a rule that is there: moto takes the first one of the ARN's last word."""
    buses = backend.event_buses.values()
    if arn not in {bus.arn for bus in buses} | {rule.arn for bus in buses for rule in bus.rules.values()}:
        raise ResourceNotFoundException(f"{arn} does not exist.")
    return arn
