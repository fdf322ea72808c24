"""Buses and their policies are made, changed and read as EventBridge does it, and refused as it refuses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from tests.emulator.bare_account import LAMBDA_TRUST, document
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live

BUS = "aws:cloudwatch/eventBus:EventBus"
POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
BUS_ARN = "arn:aws:events:eu-west-1:111111111111:event-bus/announcements"


def test_the_default_bus_cannot_be_made(tmp_path: Path) -> None:
    assert problems(tmp_path, 'aws.cloudwatch.EventBus("bus", name="default")') == [
        "aws:cloudwatch/eventBus:EventBus bus: name 'default' is the bus that every account has: it cannot be made"
    ]


def test_the_policy_of_a_bus_is_kept_whole(tmp_path: Path) -> None:
    source = """
        bus = aws.cloudwatch.EventBus("bus")
        aws.cloudwatch.EventBusPolicy("policy", event_bus_name=bus.name, policy=allow("events:PutEvents", bus.arn,
            Sid="Ours", Principal="*", Condition={"StringEquals": {"aws:PrincipalAccount": "111111111111"}}))
    """

    with deployed(tmp_path, source) as (account, deployment):
        bus = deployment.named("EventBus", "bus")
        told = json.loads(account.client("events").describe_event_bus(Name=bus.id)["Policy"])

        assert told["Statement"] == [
            {
                "Sid": "Ours",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "events:PutEvents",
                "Resource": bus.arn,
                "Condition": {"StringEquals": {"aws:PrincipalAccount": "111111111111"}},
            }
        ]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ({"Principal": "*"}, "statement 1 needs a Sid: the embedded account keeps the statements of a bus by it"),
        (
            {"Sid": "A", "Effect": "Deny", "NotPrincipal": "*"},
            "statement 1 has NotPrincipal, which the embedded account does not keep for a bus yet",
        ),
    ],
)
def test_what_the_account_cannot_keep_of_a_bus_policy_is_refused(
    tmp_path: Path, statement: dict[str, str], told: str
) -> None:
    whole = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*", **statement}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [whole]})

    found = problems(tmp_path, f"aws.cloudwatch.EventBusPolicy('policy', policy='{policy}')")

    assert any(problem.endswith(f"needs mending: {told}") for problem in found)


def read(
    account: Account, type_token: str, known: Mapping[str, Any] | None = None, made_id: str = "announcements"
) -> Any:
    found = Provisioner(account).read(type_token, made_id, known or {}, SETTINGS)
    return found and found.inputs


def made(account: Account, type_token: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The checked inputs of a bus, or of its policy, that was made."""
    told = checked(account, type_token, given)
    Provisioner(account).create(type_token, told)
    return told


def statement(sid: str, **more: Any) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
        "Action": "events:PutEvents",
        "Resource": BUS_ARN,
        **more,
    }


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"eventBusName": "announcements", "policy": document(*statements)}


@pytest.fixture
def bus(account: Account) -> str:
    account.client("events").create_event_bus(Name="announcements")
    return "announcements"


def test_a_bus_changes_its_description_and_tags_and_goes(account: Account) -> None:
    life = live(
        account,
        BUS,
        {"name": "announcements", "description": "strong quakes", "tags": {"team": "seismology", "old": "yes"}},
        {"name": "announcements", "description": "all quakes", "tags": {"team": "alerts"}},
        {"name": "announcements", "description": ""},
        {"name": "announcements", "description": "none"},
        {"name": "announcements", "tags": {"team": "alerts"}},
    )

    assert (life.id, life.arn) == ("announcements", BUS_ARN)


def test_who_may_not_update_a_bus_does_not_change_its_description(account: Account) -> None:
    told = made(account, BUS, {"name": "announcements", "description": "strong quakes"})
    role = account.client("iam").create_role(RoleName="deploy", AssumeRolePolicyDocument=document(LAMBDA_TRUST))
    nobody = account.identities.role_session(role["Role"]["Arn"], "deploy", "deploy")

    with pytest.raises(Refused) as raised, account.acting(nobody):
        Provisioner(account).update(BUS, "announcements", told, {**told, "description": "all quakes"})

    assert str(raised.value).startswith("UpdateEventBus answers AccessDeniedException: ")
    assert account.client("events").describe_event_bus(Name="announcements")["Description"] == "strong quakes"


def test_a_bus_that_somebody_else_made_anew_is_read(account: Account) -> None:
    told = made(account, BUS, {"name": "announcements", "description": "strong quakes"})
    events = account.client("events")
    events.delete_event_bus(Name="announcements")
    assert read(account, BUS, told) is None

    events.create_event_bus(Name="announcements", Description="theirs", Tags=[{"Key": "owner", "Value": "nobody"}])

    seen = {"description": "theirs", "tags": {"owner": "nobody"}, "tagsAll": {"owner": "nobody"}}
    assert read(account, BUS, told) == {"name": "announcements", **seen}


def test_a_bus_is_imported_by_its_name(account: Account) -> None:
    told = made(account, BUS, {"name": "announcements", "description": "strong quakes", "tags": {"a": "b"}})

    assert read(account, BUS) == told


def test_a_bus_of_another_name_takes_the_place_of_the_old_one(account: Account) -> None:
    old, new = (checked(account, BUS, {"name": name}) for name in ("one", "two"))

    assert Provisioner(account).difference(BUS, old, new).replaces == {"name"}


@pytest.mark.parametrize("type_token", [BUS, POLICY])
def test_an_id_that_names_no_bus_is_refused(account: Account, type_token: str) -> None:
    with pytest.raises(Refused) as raised:
        read(account, type_token, made_id="a b")

    assert str(raised.value) == "id 'a b' needs the name of an event bus: characters of A-Z a-z 0-9 . - _"


def test_a_policy_changes_and_goes(account: Account, bus: str) -> None:
    other = {"Principal": {"AWS": "arn:aws:iam::333333333333:root"}}
    life = live(
        account,
        POLICY,
        policy(statement("Theirs"), statement("Others", **other)),
        policy(statement("Theirs", Action=["events:PutEvents", "events:PutRule"])),
        policy(statement("Named", Condition={"StringEquals": {"events:source": "seismic.feeds"}})),
    )

    assert (life.id, life.arn) == (bus, None)


def test_a_policy_takes_the_place_of_what_there_was(account: Account, bus: str) -> None:
    account.client("events").put_permission(EventBusName=bus, Policy=document(statement("Old", Principal="*")))

    told = made(account, POLICY, policy(statement("New")))
    standing = json.loads(account.client("events").describe_event_bus(Name=bus)["Policy"])["Statement"]
    assert standing == [statement("New")]

    Provisioner(account).update(POLICY, bus, told, policy(statement("Newer", Principal="*")))
    standing = json.loads(account.client("events").describe_event_bus(Name=bus)["Policy"])["Statement"]
    assert standing == [statement("Newer", Principal="*")]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"Version": "2012-10-17", "Statement": statement("Alone")}),
        json.dumps({"Version": "2008-10-17", "Id": "policy", "Statement": [statement("Dated")]}),
        json.dumps({"Version": "2012-10-17", "Statement": [statement("Spread")]}, indent=2),
    ],
)
def test_a_policy_keeps_its_text_until_somebody_changes_it(account: Account, bus: str, text: str) -> None:
    told = made(account, POLICY, {"eventBusName": bus, "policy": text})
    assert read(account, POLICY, told) == told

    account.client("events").put_permission(EventBusName=bus, Policy=document(statement("More", Principal="*")))

    (first, second) = json.loads(read(account, POLICY, told)["policy"])["Statement"]
    assert first["Sid"] in text
    assert second == statement("More", Principal="*")


def test_a_policy_is_imported_by_its_buss_name(account: Account, bus: str) -> None:
    told = made(account, POLICY, policy(statement("Theirs")))

    assert read(account, POLICY) == told


def test_the_default_bus_has_a_policy_too(account: Account) -> None:
    told = made(account, POLICY, {"policy": document(statement("Theirs"))})

    assert read(account, POLICY, made_id="default") == told == {**told, "eventBusName": "default"}


def test_a_policy_is_gone_with_its_statements_and_with_its_bus(account: Account, bus: str) -> None:
    told = made(account, POLICY, policy(statement("Theirs")))

    account.client("events").remove_permission(EventBusName=bus, StatementId="Theirs")
    assert read(account, POLICY, told) is None

    account.client("events").delete_event_bus(Name=bus)
    assert read(account, POLICY, told) is None


def test_the_policy_of_another_bus_takes_the_place_of_the_old_one(account: Account) -> None:
    old, new = (
        checked(account, POLICY, {**policy(statement("Theirs")), "eventBusName": name}) for name in ("one", "two")
    )

    assert Provisioner(account).difference(POLICY, old, new).replaces == {"eventBusName"}
