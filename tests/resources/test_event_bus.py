"""The event bus."""

from __future__ import annotations

from typing import Any

from components.resources.event_bus import EventBus, EventBusAccess, EventBusConfig
from tests.given import ENVIRONMENT

ARN = "arn:aws:events:eu-west-1:111111111111:event-bus/alerts-announcements-bus"


def test_a_bus_turns_other_accounts_away(deploy: Any) -> None:
    deployed = deploy(lambda: EventBus("alerts.announcements", EventBusConfig(kind="event_bus"), ENVIRONMENT).close())

    assert deployed["EventBusPolicy", "alerts-announcements-policy"].statements() == [
        {
            "Sid": "OnlyThisAccount",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "events:PutEvents",
            "Resource": ARN,
            "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "111111111111"}},
        }
    ]


def conditions(deploy: Any, **options: Any) -> list[tuple[str, str, tuple[Any, ...]]]:
    found: list[Any] = []

    def program() -> None:
        bus = EventBus("alerts.announcements", EventBusConfig(kind="event_bus"), ENVIRONMENT)
        found.extend(bus.reach("publish", EventBusAccess(**options)).conditions)

    deploy(program)
    return [(condition.operator, condition.key, condition.values) for condition in found]


def test_publishing_can_be_held_to_sources_and_detail_types(deploy: Any) -> None:
    assert conditions(deploy, sources=("seismic.feeds",), detail_types=("Strong Quake",)) == [
        ("ForAllValues:StringEquals", "events:source", ("seismic.feeds",)),
        ("Null", "events:source", ("false",)),
        ("StringEquals", "events:detail-type", ("Strong Quake",)),
    ]


def test_publishing_anything_has_no_condition(deploy: Any) -> None:
    assert conditions(deploy) == []
