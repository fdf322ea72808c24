"""The event bus: who may publish on it, and what is kept of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from components.ledger import Condition, Grant
from components.resources.event_bus import ArchiveConfig, EventBus, EventBusAccess, EventBusConfig, PublisherConfig
from emulator.iam import Decision, evaluate
from tests.given import ENVIRONMENT

ARN = "arn:aws:events:eu-west-1:111111111111:event-bus/alerts-announcements-bus"
OWN, PARTNER, OTHER, STRANGER = "111111111111", "222222222222", "333333333333", "444444444444"
ORGANIZATION = "o-a1b2c3d4e5"


def bus(deploy: Any, found: list[EventBus] | None = None, **config: Any) -> Any:
    def program() -> None:
        made = EventBus("alerts.announcements", EventBusConfig(kind="event_bus", **config), ENVIRONMENT)
        made.close()
        if found is not None:
            found.append(made)

    return deploy(program)


def statements(deploy: Any, *publishers: dict[str, Any]) -> list[dict[str, Any]]:
    made = bus(deploy, publishers=tuple(PublisherConfig(**publisher) for publisher in publishers))
    found: list[dict[str, Any]] = made["EventBusPolicy", "alerts-announcements-policy"].statements()
    return found


def test_a_bus_turns_other_accounts_away(deploy: Any) -> None:
    assert statements(deploy) == [
        {
            "Sid": "OnlyThisAccount",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "events:PutEvents",
            "Resource": ARN,
            "Condition": {"StringNotEquals": {"aws:PrincipalAccount": OWN}},
        }
    ]


def test_an_account_that_publishes_is_let_in_for_what_the_page_says(deploy: Any) -> None:
    publisher = {"account_id": PARTNER, "sources": ("partner.stations",), "detail_types": ("Report", "Alert")}

    assert statements(deploy, publisher) == [
        {
            "Sid": "OnlyThisAccountAndPublishers",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "events:PutEvents",
            "Resource": ARN,
            "Condition": {"StringNotEquals": {"aws:PrincipalAccount": [OWN, PARTNER]}},
        },
        {
            "Sid": "Account222222222222MayPublish",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
            "Action": "events:PutEvents",
            "Resource": ARN,
            "Condition": {
                "ForAllValues:StringEquals": {"events:source": "partner.stations"},
                "Null": {"events:source": "false"},
                "StringEquals": {"events:detail-type": ["Report", "Alert"]},
            },
        },
    ]


def test_an_organization_that_publishes_is_told_by_its_id_and_brings_nobody_of_this_account(deploy: Any) -> None:
    assert statements(deploy, {"organization_id": ORGANIZATION}) == [
        {
            "Sid": "OnlyThisAccountAndPublishers",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "events:PutEvents",
            "Resource": ARN,
            "Condition": {
                "StringNotEquals": {"aws:PrincipalAccount": OWN, "aws:PrincipalOrgID": ORGANIZATION},
            },
        },
        {
            "Sid": "OrganizationOA1b2c3d4e5MayPublish",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "events:PutEvents",
            "Resource": ARN,
            "Condition": {
                "StringEquals": {"aws:PrincipalOrgID": ORGANIZATION},
                "StringNotEquals": {"aws:PrincipalAccount": OWN},
            },
        },
    ]


MAY_PUBLISH = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*"}],
}


def publishes(
    policy: list[dict[str, Any]],
    account: str,
    *,
    organization: str | None = None,
    source: str = "partner.stations",
    detail_type: str = "Report",
    may: bool = True,
) -> Decision:
    """What IAM says of a role of an account that puts one event on the bus."""
    context: dict[str, Any] = {
        "aws:PrincipalAccount": account,
        "events:source": [source],
        "events:detail-type": [detail_type],
        **({"aws:PrincipalOrgID": organization} if organization else {}),
    }
    return evaluate(
        principal=f"arn:aws:sts::{account}:assumed-role/producer/producer",
        principal_account=account,
        resource_account=OWN,
        action="events:PutEvents",
        resource=ARN,
        context=context,
        identity_policies=[MAY_PUBLISH] if may else [],
        resource_policy={"Version": "2012-10-17", "Statement": policy},
    )


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ({"account": OWN}, True),
        ({"account": OWN, "may": False}, False),
        ({"account": OWN, "may": False, "organization": ORGANIZATION}, False),
        ({"account": PARTNER}, True),
        ({"account": PARTNER, "may": False}, False),
        ({"account": PARTNER, "source": "seismic.feeds"}, False),
        ({"account": PARTNER, "detail_type": "Rumour"}, False),
        ({"account": OTHER, "organization": ORGANIZATION}, True),
        ({"account": OTHER, "organization": ORGANIZATION, "source": "anything"}, True),
        ({"account": OTHER, "organization": ORGANIZATION, "may": False}, False),
        ({"account": OTHER, "organization": "o-ffffffffff"}, False),
        ({"account": OTHER}, False),
        ({"account": STRANGER}, False),
    ],
)
def test_iam_lets_in_the_publishers_and_nobody_else(deploy: Any, who: dict[str, Any], allowed: bool) -> None:
    policy = statements(
        deploy,
        {"account_id": PARTNER, "sources": ("partner.stations",), "detail_types": ("Report",)},
        {"organization_id": ORGANIZATION},
    )

    assert publishes(policy, **who).allowed is allowed


@pytest.mark.parametrize("account", [PARTNER, STRANGER])
def test_a_statement_that_somebody_adds_lets_no_stranger_in(deploy: Any, account: str) -> None:
    anybody = {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": ARN}
    policy = [*statements(deploy, {"account_id": OTHER}), anybody]

    decision = publishes(policy, account)

    assert (decision.allowed, decision.statement) == (False, "OnlyThisAccountAndPublishers")


def test_each_publisher_is_a_line_of_the_ledger(deploy: Any) -> None:
    found: list[EventBus] = []

    publishers = (
        PublisherConfig(account_id=PARTNER, sources=("partner.stations",)),
        PublisherConfig(organization_id=ORGANIZATION),
    )
    bus(deploy, found, publishers=publishers)

    common: dict[str, Any] = {
        "verb": "publish",
        "resource": "alerts.announcements",
        "actions": ("events:PutEvents",),
        "scope": "",
        "right": "alerts-announcements-policy",
    }
    assert found[0].grants == [
        Grant(
            name="alerts.account-222222222222-may-publish-announcements",
            grantee=PARTNER,
            conditions=(
                Condition("ForAllValues:StringEquals", "events:source", ("partner.stations",)),
                Condition("Null", "events:source", ("false",)),
            ),
            **common,
        ),
        Grant(
            name="alerts.organization-o-a1b2c3d4e5-may-publish-announcements",
            grantee=ORGANIZATION,
            conditions=(
                Condition("StringEquals", "aws:PrincipalOrgID", (ORGANIZATION,)),
                Condition("StringNotEquals", "aws:PrincipalAccount", (OWN,)),
            ),
            **common,
        ),
    ]


@pytest.mark.parametrize(
    ("publisher", "message"),
    [
        ({}, "a publisher needs one of account_id and organization_id, got none"),
        ({"account_id": PARTNER, "organization_id": ORGANIZATION}, "got account_id and organization_id"),
        ({"account_id": "22222222222"}, "account_id"),
        ({"organization_id": "o-short"}, "organization_id"),
        ({"account_id": PARTNER, "sources": ("",)}, "sources"),
    ],
)
def test_a_publisher_is_one_account_or_one_organization(publisher: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        PublisherConfig(**publisher)


def test_a_publisher_is_named_once() -> None:
    twice = (PublisherConfig(account_id=PARTNER), PublisherConfig(account_id=PARTNER, sources=("a",)))

    with pytest.raises(ValidationError, match="222222222222 stands there twice: name each publisher once"):
        EventBusConfig(kind="event_bus", publishers=twice)


def test_every_event_is_kept_for_two_weeks_where_nothing_is_said(deploy: Any) -> None:
    found: list[EventBus] = []

    archive = bus(deploy, found)["EventArchive", "alerts-announcements-archive"]

    assert json.loads(archive.inputs.pop("eventPattern")) == {"source": [{"exists": True}]}
    assert archive.inputs == {"eventSourceArn": ARN, "retentionDays": 14}
    assert list(found[0].parts) == ["alerts.announcements.archive"]


def test_the_archive_keeps_what_the_page_says(deploy: Any) -> None:
    config = ArchiveConfig(retention_days=30, pattern={"source": ["seismic.feeds"]})

    archive = bus(deploy, archive=config)["EventArchive", "alerts-announcements-archive"]

    assert json.loads(archive.inputs["eventPattern"]) == {"source": ["seismic.feeds"]}
    assert archive.inputs["retentionDays"] == 30


def test_the_archive_is_switched_off_only_by_a_word(deploy: Any) -> None:
    found: list[EventBus] = []

    deployed = bus(deploy, found, archive=ArchiveConfig(keep="nothing"))

    assert deployed.names("EventArchive") == []
    assert found[0].parts == {}


@pytest.mark.parametrize(
    ("archive", "message"),
    [
        ({"retention_days": 0}, "retention_days"),
        ({"retention_days": 3_651}, "retention_days"),
        ({"pattern": {"source": []}}, "pattern"),
        ({"pattern": {"source": ["a" * 4_090]}}, "at most 4096 characters"),
        ({"keep": "nothing", "retention_days": 14}, "retention_days needs keep: events, got keep: nothing"),
        ({"keep": "everything"}, "keep"),
    ],
)
def test_what_no_archive_can_be_is_refused(archive: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ArchiveConfig(**archive)


def test_a_bus_with_an_archive_has_a_shorter_name() -> None:
    assert EventBusConfig(kind="event_bus").longest_address == 32
    assert EventBusConfig(kind="event_bus", archive=ArchiveConfig(keep="nothing")).longest_address is None


def conditions(deploy: Any, **options: Any) -> list[tuple[str, str, tuple[Any, ...]]]:
    found: list[Any] = []

    def program() -> None:
        made = EventBus("alerts.announcements", EventBusConfig(kind="event_bus"), ENVIRONMENT)
        found.extend(made.reach("publish", EventBusAccess(**options)).conditions)

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
