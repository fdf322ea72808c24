"""Archives are made, changed and read as EventBridge does it, and refused as it refuses them."""

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

ARCHIVE = "aws:cloudwatch/eventArchive:EventArchive"
BUS_ARN = "arn:aws:events:eu-west-1:111111111111:event-bus/announcements"
ARCHIVE_ARN = "arn:aws:events:eu-west-1:111111111111:archive/kept"
STRONG = json.dumps({"source": ["seismic.feeds"]})


@pytest.fixture
def account(account: Account) -> Account:
    """An account with a bus."""
    account.client("events").create_event_bus(Name="announcements")
    return account


def archive(**more: Any) -> dict[str, Any]:
    return {"name": "kept", "eventSourceArn": BUS_ARN, **more}


def read(account: Account, known: Mapping[str, Any] | None = None, made_id: str = "kept") -> Any:
    found = Provisioner(account).read(ARCHIVE, made_id, known or {}, SETTINGS)
    return found and found.inputs


def made(account: Account, **more: Any) -> dict[str, Any]:
    told = checked(account, ARCHIVE, archive(**more))
    Provisioner(account).create(ARCHIVE, told)
    return told


def test_an_archive_changes_what_it_keeps_and_goes(account: Account) -> None:
    life = live(
        account,
        ARCHIVE,
        archive(),
        archive(description="strong quakes", eventPattern=STRONG, retentionDays=14),
        archive(description="", eventPattern=STRONG, retentionDays=14),
        archive(description="all quakes", eventPattern='{"source":  ["seismic.stations"]}', retentionDays=0),
        archive(eventPattern={"source": ["seismic.stations"]}, retentionDays=30),
    )

    assert (life.id, life.arn) == ("kept", ARCHIVE_ARN)


def test_an_archive_keeps_its_events_through_an_update(account: Account) -> None:
    told = made(account, retentionDays=14)
    entry = {"Source": "a", "DetailType": "b", "Detail": "{}", "EventBusName": "announcements"}
    account.client("events").put_events(Entries=[entry])

    Provisioner(account).update(ARCHIVE, "kept", told, checked(account, ARCHIVE, archive(retentionDays=30)))

    assert account.client("events").describe_archive(ArchiveName="kept")["EventCount"] == 1


@pytest.mark.parametrize(("word", "value"), [("eventPattern", STRONG), ("retentionDays", 14)])
def test_what_an_update_may_not_take_back_is_refused(account: Account, word: str, value: Any) -> None:
    told = made(account, **{word: value})

    with pytest.raises(Refused) as raised:
        Provisioner(account).update(ARCHIVE, "kept", told, checked(account, ARCHIVE, archive()))

    assert str(raised.value) == (
        f"{word} needs a value, as it had one: whether UpdateArchive takes it back where it is not said is not "
        "documented"
    )
    assert read(account, told) == told


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"Description": "theirs"}, {"description": "theirs"}),
        ({"EventPattern": '{"source": ["theirs"]}'}, {"eventPattern": '{"source": ["theirs"]}'}),
        ({"RetentionDays": 3}, {"retentionDays": 3}),
    ],
)
def test_what_somebody_changed_behind_our_back_is_seen(
    account: Account, change: dict[str, Any], seen: dict[str, Any]
) -> None:
    told = made(account, description="ours", eventPattern=STRONG, retentionDays=14)

    account.client("events").update_archive(ArchiveName="kept", **change)

    assert read(account, told) == {**told, **seen}


@pytest.mark.parametrize("more", [{}, {"description": "ours", "eventPattern": STRONG, "retentionDays": 14}])
def test_an_archive_is_imported_by_its_name(account: Account, more: dict[str, Any]) -> None:
    told = made(account, **more)

    assert read(account) == told


def test_an_archive_that_is_gone_is_not_found(account: Account) -> None:
    told = made(account)

    account.client("events").delete_archive(ArchiveName="kept")

    assert read(account, told) is None


def test_an_id_that_names_no_archive_is_refused(account: Account) -> None:
    with pytest.raises(Refused) as raised:
        read(account, made_id="a b")

    assert str(raised.value) == "id 'a b' needs the name of an archive: characters of A-Z a-z 0-9 . - _"


@pytest.mark.parametrize(
    ("change", "replaced"),
    [({"name": "other"}, "name"), ({"eventSourceArn": BUS_ARN.replace("announcements", "others")}, "eventSourceArn")],
)
def test_another_name_or_bus_takes_another_archive(account: Account, change: dict[str, str], replaced: str) -> None:
    old, new = checked(account, ARCHIVE, archive()), checked(account, ARCHIVE, archive(**change))

    assert Provisioner(account).difference(ARCHIVE, old, new).replaces == {replaced}


def test_who_may_not_update_an_archive_does_not_change_it(account: Account) -> None:
    told = made(account, retentionDays=14)
    role = account.client("iam").create_role(RoleName="deploy", AssumeRolePolicyDocument=document(LAMBDA_TRUST))
    nobody = account.identities.role_session(role["Role"]["Arn"], "deploy", "deploy")

    with pytest.raises(Refused) as raised, account.acting(nobody):
        Provisioner(account).update(ARCHIVE, "kept", told, {**told, "retentionDays": 1})

    assert str(raised.value).startswith("UpdateArchive answers AccessDeniedException: ")
    assert read(account, told) == told


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ('name="a" * 49', "0 to 48 characters, has 49"),
        ("retention_days=-1", "0 to 2147483647 days"),
        ("event_pattern='[]'", "mending: a pattern is a JSON object"),
        ('event_pattern=\'{"source": "a"}\'', "source: needs a list of wanted values"),
        ('kms_key_identifier="alias/own"', "the embedded account does not do `kmsKeyIdentifier` yet"),
    ],
)
def test_what_eventbridge_would_refuse_is_refused_before(tmp_path: Path, inputs: str, problem: str) -> None:
    [found] = problems(tmp_path, f'aws.cloudwatch.EventArchive("kept", event_source_arn="{BUS_ARN}", {inputs})')

    assert problem in found


def test_a_program_names_its_archive_as_pulumi_does(tmp_path: Path) -> None:
    source = """
        bus = aws.cloudwatch.EventBus("bus")
        archive = aws.cloudwatch.EventArchive("bus-archive", event_source_arn=bus.arn, retention_days=14)
        pulumi.export("arn", archive.arn)
    """

    with deployed(tmp_path, source) as (account, deployment):
        made = deployment.named("EventArchive", "bus-archive")

        assert made.id.startswith("bus-archive-")
        assert deployment.outputs["arn"] == f"arn:aws:events:eu-west-1:111111111111:archive/{made.id}"
        assert account.client("events").describe_archive(ArchiveName=made.id)["RetentionDays"] == 14
