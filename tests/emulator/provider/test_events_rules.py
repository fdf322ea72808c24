"""Rules are made, changed and read as EventBridge does it, and refused as it refuses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live
from tests.emulator.stage import Stage, queue_arn

RULE = "aws:cloudwatch/eventRule:EventRule"
RULE_ARN = "arn:aws:events:eu-west-1:111111111111:rule/announcements/strong"
GIVEN = {"eventBusName": "announcements", "name": "strong"}


def test_a_rule_on_the_default_bus_is_known_by_its_name(tmp_path: Path) -> None:
    source = 'aws.cloudwatch.EventRule("strong", name="strong", event_pattern=json.dumps({"source": ["a"]}))'

    with deployed(tmp_path, source) as (_, deployment):
        rule = deployment.named("EventRule", "strong")
        assert (rule.id, rule.arn) == ("strong", "arn:aws:events:eu-west-1:111111111111:rule/strong")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("event_pattern='{'", "eventPattern '{' needs a JSON document: "),
        ("event_pattern='[]'", "eventPattern '[]' needs mending: a pattern is a JSON object"),
        ('event_pattern=\'{"source": "a"}\'', 'eventPattern \'{"source": "a"}\' needs mending: '),
        ('schedule_expression="rate(1 minute)"', "the embedded account does not do `scheduleExpression` yet"),
    ],
)
def test_what_a_rule_cannot_be_is_refused(tmp_path: Path, said: str, told: str) -> None:
    assert problems(tmp_path, f'aws.cloudwatch.EventRule("strong", {said})')[0].startswith(
        f"aws:cloudwatch/eventRule:EventRule strong: {told}"
    )


def pattern(*sources: str) -> dict[str, Any]:
    return {"eventPattern": json.dumps({"source": list(sources)})}


def made(account: Account, **given: Any) -> dict[str, Any]:
    """The checked inputs of a rule that was made."""
    told = checked(account, RULE, {**GIVEN, **pattern("seismic.feeds"), **given})
    Provisioner(account).create(RULE, told)
    return told


def read(account: Account, known: Mapping[str, Any] | None = None, made_id: str = "announcements/strong") -> Any:
    return Provisioner(account).read(RULE, made_id, known or {}, SETTINGS)


@pytest.fixture
def bus(account: Account) -> str:
    account.client("events").create_event_bus(Name="announcements")
    return "announcements"


def test_a_rule_changes_and_goes(account: Account, bus: str) -> None:
    life = live(
        account,
        RULE,
        {**GIVEN, **pattern("seismic.feeds"), "description": "strong", "tags": {"team": "seismology", "old": "yes"}},
        {**GIVEN, **pattern("seismic.feeds", "seismic.more"), "state": "DISABLED", "tags": {"team": "alerts"}},
        {**GIVEN, **pattern("seismic.feeds"), "description": ""},
        {**GIVEN, **pattern("seismic.feeds"), "tags": {"team": "alerts"}},
    )

    assert (life.id, life.arn) == ("announcements/strong", RULE_ARN)


@pytest.mark.parametrize("change", [pattern("seismic.more"), {"state": "DISABLED"}, {"description": "all quakes"}])
def test_one_change_alone_reaches_the_rule(account: Account, bus: str, change: dict[str, Any]) -> None:
    told = made(account, description="strong quakes")
    new = {**told, **change}

    Provisioner(account).update(RULE, "announcements/strong", told, new)

    assert read(account, new).inputs == new


def test_a_rule_keeps_its_targets_when_it_changes(account: Account, bus: str, stage: Stage) -> None:
    told = made(account)
    stage.queue("readings")
    events = account.client("events")
    events.put_targets(Rule="strong", EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue_arn("readings")}])

    Provisioner(account).update(RULE, "announcements/strong", told, {**told, **pattern("seismic.more")})

    (target,) = events.list_targets_by_rule(Rule="strong", EventBusName=bus)["Targets"]
    assert target == {"Id": "queue", "Arn": queue_arn("readings")}


def test_a_change_reaches_the_account_at_work(account: Account, stage: Stage) -> None:
    bus = stage.bus()
    told = made(account, **pattern("seismic.other"))
    stage.queue("readings")
    let = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    stage.queue_policy("readings", {**let, "Resource": queue_arn("readings")})
    events = account.client("events")
    events.put_targets(Rule="strong", EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue_arn("readings")}])

    Provisioner(account).update(RULE, "announcements/strong", told, {**told, **pattern("seismic.feeds")})
    entry = {"EventBusName": bus, "Source": "seismic.feeds", "DetailType": "Quake", "Detail": "{}"}
    events.put_events(Entries=[entry])
    account.settle()

    assert [json.loads(body)["source"] for body in stage.bodies("readings")] == ["seismic.feeds"]


@pytest.mark.parametrize(
    ("by_somebody", "seen"),
    [
        ({"EventPattern": json.dumps({"source": ["other"]})}, pattern("other")),
        ({"State": "DISABLED"}, {"state": "DISABLED"}),
        ({"Description": "theirs"}, {"description": "theirs"}),
    ],
)
def test_what_somebody_else_put_is_read(
    account: Account, bus: str, by_somebody: dict[str, Any], seen: dict[str, Any]
) -> None:
    told = made(account)

    account.client("events").put_rule(
        Name="strong", EventBusName=bus, **{"EventPattern": told["eventPattern"], **by_somebody}
    )

    assert read(account, told).inputs == {**told, **seen}


def test_a_description_that_somebody_else_took_off_is_read(account: Account, bus: str) -> None:
    told = made(account, description="strong quakes")

    account.client("events").put_rule(Name="strong", EventBusName=bus, EventPattern=told["eventPattern"])

    assert read(account, told).inputs == {**told, "description": ""}


def test_tags_that_somebody_else_set_are_read(account: Account, bus: str) -> None:
    told = made(account)

    account.client("events").tag_resource(ResourceARN=RULE_ARN, Tags=[{"Key": "owner", "Value": "nobody"}])

    assert read(account, told).inputs["tags"] == {"owner": "nobody"}


def test_a_pattern_that_means_the_same_keeps_its_text(account: Account, bus: str) -> None:
    told = made(account)

    account.client("events").put_rule(Name="strong", EventBusName=bus, EventPattern='{ "source" : ["seismic.feeds"] }')

    assert read(account, told).inputs == told


def test_a_rule_is_imported_by_the_names_of_its_bus_and_its_own(account: Account, bus: str) -> None:
    told = made(account, description="strong quakes", tags={"team": "alerts"}, state="DISABLED")

    found = read(account)

    assert (found.inputs, found.made.id, found.made.arn) == (told, "announcements/strong", RULE_ARN)


@pytest.mark.parametrize("made_id", ["strong", "default/strong"])
def test_no_bus_is_the_default_one(account: Account, made_id: str) -> None:
    told = made(account, eventBusName="default")

    found = read(account, made_id=made_id)

    assert (found.inputs, found.made.id) == (told, "strong")
    assert found.made.arn == "arn:aws:events:eu-west-1:111111111111:rule/strong"


def test_a_bus_may_be_named_by_its_arn(account: Account, bus: str) -> None:
    arn = "arn:aws:events:eu-west-1:111111111111:event-bus/announcements"

    life = live(account, RULE, *({**GIVEN, "eventBusName": arn, **pattern(source)} for source in ("one", "two")))

    assert (life.id, life.arn) == (f"{arn}/strong", RULE_ARN)


def test_a_rule_is_gone_itself_and_with_its_bus(account: Account, bus: str) -> None:
    told = made(account)

    account.client("events").delete_rule(Name="strong", EventBusName=bus)
    assert read(account, told) is None

    account.client("events").delete_event_bus(Name=bus)
    assert read(account, told) is None


@pytest.mark.parametrize("made_id", ["", "announcements/", "/strong", "a/b/c", "a b"])
def test_an_id_that_names_no_rule_is_refused(account: Account, made_id: str) -> None:
    with pytest.raises(Refused) as raised:
        read(account, made_id=made_id)

    assert str(raised.value) == (
        f"id '{made_id}' needs the names of a bus and of its rule, as in announcements/strong-quakes"
    )


@pytest.mark.parametrize("word", ["eventBusName", "name"])
def test_a_rule_of_other_names_takes_the_place_of_the_old_one(account: Account, word: str) -> None:
    old = checked(account, RULE, {**GIVEN, **pattern("a")})

    assert Provisioner(account).difference(RULE, old, {**old, word: "other"}).replaces == {word}
