"""Things are checked, made, changed, read and deleted without any program, as another front door does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import pytest

from emulator.account import Account
from emulator.provisioning.catalogue import TYPES
from emulator.provisioning.difference import Change, Difference
from emulator.provisioning.inputs import Input, Text, Whole
from emulator.provisioning.provider_settings import ProviderSettings
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Autoname, Found, Made, Refused, ResourceType, Values
from emulator.wire import UNKNOWN, Secret

GAUGE = "aws:seismic/gauge:Gauge"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
QUEUE = "aws:sqs/queue:Queue"
TABLE = "aws:dynamodb/table:Table"
URN = f"urn:pulumi:dev::quakes::{QUEUE}::readings"
GROUP_URN = f"urn:pulumi:dev::quakes::{GROUP}::logs"
DEV = ProviderSettings({"stack": "dev"})


class Gauge(ResourceType):
    """A gauge in the ground, one at each site: it is not made again for going deeper, and cannot be raised."""

    pulumi_type = GAUGE
    inputs: ClassVar[Mapping[str, Input]] = {
        "name": Text(),
        "site": Text(required=True),
        "model": Text(),
        "depth": Whole(least=0, most=99, default=0),
    }
    autoname = Autoname("name", 40)
    one_per = ("site",)
    replaces = ("model", "name")
    recomputed = ("reading", "readAt")

    def __init__(self) -> None:
        self.there: set[str] = set()
        self.stuck: set[str] = set()

    def replaced_by(self, old: Values, new: Values) -> Iterable[str]:
        return ("depth",) if new["depth"] < old["depth"] else ()

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        return Found({}, Made(made_id)) if made_id in self.there | self.stuck else None

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        if made_id not in self.there:
            raise Refused(f"{made_id} does not come out")
        self.there.remove(made_id)


@pytest.fixture
def provisioner(account: Account) -> Provisioner:
    return Provisioner(account)


@pytest.fixture
def gauge(monkeypatch: pytest.MonkeyPatch) -> Gauge:
    """The type of gauges, in the catalogue."""
    gauge = Gauge()
    monkeypatch.setitem(TYPES, GAUGE, gauge)  # type: ignore[misc]
    return gauge


def checked(provisioner: Provisioner, urn: str, given: Values, settings: ProviderSettings = DEV) -> dict[str, Any]:
    done = provisioner.check(urn, given, settings)
    assert done.problems == ()
    return dict(done.inputs)


def test_inputs_come_back_complete_with_name_defaults_and_tags(provisioner: Provisioner) -> None:
    inputs = checked(provisioner, URN, {"tags": {"a": Secret("b")}})

    assert inputs["name"] == "readings-cb87f5d"
    assert inputs["visibilityTimeoutSeconds"] == 30
    assert inputs["tagsAll"] == {"stack": "dev", "a": "b"}


def test_a_tag_of_its_own_goes_over_the_providers(provisioner: Provisioner) -> None:
    assert checked(provisioner, URN, {"tags": {"stack": "mine"}})["tagsAll"] == {"stack": "mine"}


def test_unknown_inputs_are_refused_before_anything_else(provisioner: Provisioner) -> None:
    given = {"name": UNKNOWN, "tags": {"a": UNKNOWN}, "delaySeconds": 901}

    assert provisioner.check(URN, given, ProviderSettings()).problems == (
        "input name has no known value",
        "input tags.a has no known value",
    )


def test_while_planning_unknown_inputs_pass_and_the_others_are_read(provisioner: Provisioner) -> None:
    given = {"name": UNKNOWN, "region": UNKNOWN, "tags": {"a": Secret(UNKNOWN)}, "delaySeconds": 901}

    planned = provisioner.check(URN, given, DEV, planning=True)

    assert planned.problems == ("delaySeconds 901 needs 0 to 900 seconds",)
    assert (planned.inputs["name"], planned.inputs["region"]) == (UNKNOWN, UNKNOWN)
    assert planned.inputs["tagsAll"] == {"stack": "dev", "a": UNKNOWN}


@pytest.mark.parametrize(("tags", "problems"), [(UNKNOWN, ()), (["a"], ("tags ['a'] needs a mapping",))])
def test_of_tags_that_cannot_be_told_nobody_knows_all(
    provisioner: Provisioner, tags: Any, problems: tuple[str, ...]
) -> None:
    planned = provisioner.check(URN, {"tags": tags}, DEV, planning=True)

    assert planned.problems == problems
    assert planned.inputs["tagsAll"] is UNKNOWN


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        (
            {"name": "readings.fifo", "tags": UNKNOWN},
            ("name 'readings.fifo' and fifoQueue false: a FIFO queue ends in .fifo, and no other does",),
        ),
        ({"name": "readings.fifo", "fifoQueue": UNKNOWN}, ()),
        ({"name": UNKNOWN, "contentBasedDeduplication": True}, ()),
        (
            {"name": "readings", "deduplicationScope": UNKNOWN, "contentBasedDeduplication": True},
            ("deduplicationScope needs fifoQueue true", "contentBasedDeduplication needs fifoQueue true"),
        ),
    ],
)
def test_contradictions_are_told_as_far_as_nothing_unknown_is_in_them(
    provisioner: Provisioner, given: Values, problems: tuple[str, ...]
) -> None:
    assert provisioner.check(URN, given, DEV, planning=True).problems == problems


def test_a_name_whose_end_depends_on_an_unknown_input_is_unknown(provisioner: Provisioner) -> None:
    assert provisioner.check(URN, {"fifoQueue": UNKNOWN}, DEV, planning=True).inputs["name"] is UNKNOWN
    assert provisioner.check(URN, {"fifoQueue": True}, DEV, planning=True).inputs["name"] == "readings-cb87f5d.fifo"


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ({"name": "readings-0000000"}, "readings-0000000"),
        ({"name": "quakes"}, "readings-cb87f5d"),
        ({}, "readings-cb87f5d"),
        (None, "readings-cb87f5d"),
    ],
)
def test_a_thing_keeps_the_name_that_was_made_for_it(
    provisioner: Provisioner, before: Values | None, name: str
) -> None:
    assert provisioner.check(URN, {}, DEV, before=before).inputs["name"] == name


def test_a_name_that_the_program_says_is_taken_whatever_was_before(provisioner: Provisioner) -> None:
    done = provisioner.check(URN, {"name": "quakes"}, DEV, before={"name": "readings-0000000"}, taken={"quakes"})

    assert (done.inputs["name"], done.problems) == ("quakes", ())


@pytest.mark.parametrize(
    ("kept", "fifo", "name"),
    [
        ("readings-0000000", True, "readings-cb87f5d.fifo"),
        ("readings-0000000.fifo", False, "readings-cb87f5d"),
        ("readings-0000000.fifo", True, "readings-0000000.fifo"),
        ("readings-0000000", UNKNOWN, "readings-0000000"),
    ],
)
def test_a_thing_that_has_to_end_otherwise_than_its_name_does_is_named_anew(
    provisioner: Provisioner, kept: str, fifo: Any, name: str
) -> None:
    done = provisioner.check(URN, {"fifoQueue": fifo}, DEV, before={"name": kept}, planning=True)

    assert (done.inputs["name"], done.problems) == (name, ())


def test_a_new_thing_is_called_like_none_that_is_there(provisioner: Provisioner) -> None:
    taken = {"readings-cb87f5d", "readings-faf76e1"}

    assert provisioner.check(URN, {}, DEV, taken=taken).inputs["name"] == "readings-1dfe523"


def test_a_name_that_would_be_too_long_is_told_with_everything_else(provisioner: Provisioner) -> None:
    done = provisioner.check(f"{URN}{'s' * 80}", {"delaySeconds": 901}, DEV)

    assert done.problems == (
        "delaySeconds 901 needs 0 to 900 seconds",
        "the logical name is 88 characters long and needs at most 72: `name` has 80, and 8 of them are added",
    )


@pytest.mark.parametrize(
    ("region", "problems"),
    [
        ("eu-west-1", ()),
        ("us-east-1", ("region 'us-east-1' needs 'eu-west-1': the embedded account has this one region",)),
        (Secret("hush"), ("region '[secret]' needs 'eu-west-1': the embedded account has this one region",)),
        (1, ("region 1 needs a text",)),
    ],
)
def test_a_thing_can_only_be_in_the_accounts_region(
    provisioner: Provisioner, region: Any, problems: tuple[str, ...]
) -> None:
    assert provisioner.check(URN, {"region": region}, DEV).problems == problems


def test_a_type_that_is_not_known_is_refused_with_those_of_its_service(provisioner: Provisioner) -> None:
    told = "the embedded account does not do this type yet: of this service it knows aws:cloudwatch/eventArchive:"

    (problem,) = provisioner.check("urn:pulumi:dev::quakes::aws:cloudwatch/alarm:Alarm::mine", {}, DEV).problems
    with pytest.raises(Refused) as refused:
        provisioner.read("aws:cloudwatch/alarm:Alarm", "mine", {}, DEV)

    assert problem == str(refused.value)
    assert problem.startswith(told)


def test_a_thing_is_made_and_deleted(account: Account, provisioner: Provisioner) -> None:
    sqs = account.client("sqs")
    inputs = checked(provisioner, URN, {})

    made = provisioner.create(QUEUE, inputs)
    assert sqs.list_queues()["QueueUrls"] == [made.id]
    assert made.outputs["arn"] == made.arn == "arn:aws:sqs:eu-west-1:111111111111:readings-cb87f5d"
    assert made.outputs["region"] == "eu-west-1"

    provisioner.delete(QUEUE, made.id, inputs)
    assert "QueueUrls" not in sqs.list_queues()


def test_what_aws_answers_is_told_in_words(account: Account, provisioner: Provisioner) -> None:
    given = {
        "name": "quakes",
        "attributes": [{"name": "quake_id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
        "deletionProtectionEnabled": True,
        "hashKey": "quake_id",
    }
    inputs = checked(provisioner, f"urn:pulumi:dev::quakes::{TABLE}::quakes", given)
    provisioner.create(TABLE, inputs)

    with pytest.raises(Refused, match=r"^DeleteTable answers ValidationException: .*quakes"):
        provisioner.delete(TABLE, "quakes", inputs)

    assert account.client("dynamodb").list_tables()["TableNames"] == ["quakes"]


def gauge_of(**said: Any) -> Values:
    return {"name": "gauge", "site": "north", "depth": 10, **said}


@pytest.mark.parametrize(
    ("old", "new", "changes", "replaces", "delete_first"),
    [
        ({}, {}, {}, set(), False),
        ({}, {"depth": 20}, {"depth": Change.UPDATED}, set(), False),
        ({}, {"depth": 5}, {"depth": Change.UPDATED}, {"depth"}, True),
        ({}, {"model": "T4"}, {"model": Change.ADDED}, {"model"}, True),
        ({"model": "T4"}, {}, {"model": Change.DELETED}, {"model"}, True),
        ({}, {"site": "south"}, {"site": Change.UPDATED}, set(), False),
        ({}, {"site": "south", "name": "a"}, {"site": Change.UPDATED, "name": Change.UPDATED}, {"name"}, False),
        ({}, {"site": UNKNOWN, "name": "a"}, {"site": Change.UPDATED, "name": Change.UPDATED}, {"name"}, False),
        # Whether an unknown depth is deeper nobody can ask.
        ({}, {"depth": UNKNOWN}, {"depth": Change.UPDATED}, set(), False),
        ({}, {"region": "eu-west-1"}, {}, set(), False),
        ({"region": "eu-west-1"}, {}, {}, set(), False),
        ({}, {"region": UNKNOWN}, {"region": Change.UPDATED}, {"region"}, True),
    ],
)
def test_what_cannot_change_is_replaced_and_first_deleted_where_aws_keeps_one(
    provisioner: Provisioner,
    gauge: Gauge,
    old: Values,
    new: Values,
    changes: Mapping[str, Change],
    replaces: set[str],
    delete_first: bool,
) -> None:
    difference = provisioner.difference(GAUGE, gauge_of(**old), gauge_of(**new))

    assert difference == Difference(changes, frozenset(replaces), delete_first)


def test_what_aws_keeps_any_number_of_is_never_deleted_first(
    provisioner: Provisioner, gauge: Gauge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gauge, "one_per", ())

    difference = provisioner.difference(GAUGE, gauge_of(), gauge_of(model="T4"))

    assert difference == Difference({"model": Change.ADDED}, frozenset({"model"}), delete_first=False)


def test_a_tag_of_the_provider_changes_a_thing_that_says_nothing_of_it(provisioner: Provisioner) -> None:
    old, new = (checked(provisioner, URN, {}, ProviderSettings({"stack": stack})) for stack in ("dev", "prod"))

    assert provisioner.difference(QUEUE, old, new) == Difference({"tagsAll.stack": Change.UPDATED})


def test_outputs_that_are_no_inputs_make_no_difference(provisioner: Provisioner, gauge: Gauge) -> None:
    assert provisioner.difference(GAUGE, gauge_of(reading=1), gauge_of(reading=2)) == Difference()


def test_of_a_thing_that_is_to_be_made_its_inputs_are_known(provisioner: Provisioner, gauge: Gauge) -> None:
    assert provisioner.planned(GAUGE, gauge_of()) == gauge_of()


def test_of_a_thing_that_is_to_be_changed_everything_is_known_that_stays(
    provisioner: Provisioner, gauge: Gauge
) -> None:
    outputs = gauge_of(model="T4", arn="arn:aws:seismic", region="eu-west-1", reading=7, readAt=0)

    assert provisioner.planned(GAUGE, gauge_of(depth=20), outputs) == {
        "name": "gauge",
        "site": "north",
        "depth": 20,
        "arn": "arn:aws:seismic",
        "region": "eu-west-1",
        "reading": UNKNOWN,
        "readAt": UNKNOWN,
    }


@pytest.mark.parametrize(("depth", "read_at"), [(10, 0), (20, UNKNOWN), (UNKNOWN, UNKNOWN)])
def test_a_type_may_say_of_the_values_what_an_update_changes(
    provisioner: Provisioner, gauge: Gauge, monkeypatch: pytest.MonkeyPatch, depth: Any, read_at: Any
) -> None:
    def recomputed_by(old: Values, new: Values) -> tuple[str, ...]:
        return ("readAt",) if old["depth"] != new["depth"] else ()

    monkeypatch.setattr(gauge, "recomputed_by", recomputed_by)

    planned = provisioner.planned(GAUGE, gauge_of(depth=depth), gauge_of(reading=7, readAt=0))

    assert planned == gauge_of(depth=depth, reading=7, readAt=read_at)


def test_a_thing_is_changed_and_tells_what_it_is_now(account: Account, provisioner: Provisioner) -> None:
    old = checked(provisioner, GROUP_URN, {"name": "logs", "retentionInDays": 7})
    new = checked(provisioner, GROUP_URN, {"name": "logs", "retentionInDays": 30})
    born = provisioner.create(GROUP, old)

    made = provisioner.update(GROUP, born.id, old, new)

    assert (made.id, made.arn) == (born.id, born.arn)
    assert made.outputs == {**new, "arn": born.arn, "region": "eu-west-1"}
    assert account.client("logs").describe_log_groups()["logGroups"][0]["retentionInDays"] == 30


def test_what_is_not_there_cannot_be_changed(provisioner: Provisioner) -> None:
    old = checked(provisioner, GROUP_URN, {"name": "gone"})

    with pytest.raises(Refused, match=r"^PutRetentionPolicy answers ResourceNotFoundException: "):
        provisioner.update(GROUP, "gone", old, {**old, "retentionInDays": 7})


@pytest.mark.parametrize(
    ("own", "there", "tags"),
    [
        ({"team": "a"}, {"stack": "dev", "team": "a"}, {"team": "a"}),
        ({"team": "a"}, {"stack": "dev", "team": "b", "by-hand": "c"}, {"team": "b", "by-hand": "c"}),
        ({"team": "a"}, {"stack": "dev"}, {}),
        ({"stack": "dev"}, {"stack": "dev"}, {"stack": "dev"}),
        ({}, {"stack": "dev"}, {}),
        (None, {"stack": "dev"}, None),
        (None, {"stack": "prod"}, {"stack": "prod"}),
        (None, {}, None),
    ],
)
def test_the_providers_tags_are_not_the_things_own(
    account: Account,
    provisioner: Provisioner,
    own: dict[str, str] | None,
    there: dict[str, str],
    tags: dict[str, str] | None,
) -> None:
    account.client("logs").create_log_group(logGroupName="logs", tags=there)

    found = provisioner.read(GROUP, "logs", {} if own is None else {"tags": own}, DEV)

    assert found is not None
    assert found.inputs["tagsAll"] == there
    assert found.inputs.get("tags") == tags


def test_a_thing_is_read_as_it_was_made(provisioner: Provisioner) -> None:
    known = checked(provisioner, GROUP_URN, {"retentionInDays": 7, "region": "eu-west-1", "tags": {"team": "a"}})
    made = provisioner.create(GROUP, known)

    assert provisioner.read(GROUP, made.id, known, DEV) == Found(known, made)


def test_what_is_gone_is_read_as_nothing(provisioner: Provisioner) -> None:
    assert provisioner.read(GROUP, "gone", {}, DEV) is None


def test_what_no_call_can_ask_for_is_refused_in_words(provisioner: Provisioner) -> None:
    with pytest.raises(Refused, match="Invalid length for parameter logGroupNamePrefix"):
        provisioner.read(GROUP, "", {}, DEV)


def test_what_is_gone_already_stays_gone(account: Account, provisioner: Provisioner) -> None:
    with pytest.raises(account.client("logs").exceptions.ResourceNotFoundException):
        account.client("logs").delete_log_group(logGroupName="gone")

    provisioner.delete(GROUP, "gone", {})

    assert account.client("logs").describe_log_groups()["logGroups"] == []


def test_only_what_is_still_there_is_told_to_be_in_the_way(provisioner: Provisioner, gauge: Gauge) -> None:
    gauge.there, gauge.stuck = {"one"}, {"two"}

    provisioner.delete(GAUGE, "one", {})
    provisioner.delete(GAUGE, "one", {})
    with pytest.raises(Refused, match=r"^two does not come out$"):
        provisioner.delete(GAUGE, "two", {})

    assert gauge.there == set()


def test_a_function_that_is_not_known_is_refused_by_name(provisioner: Provisioner) -> None:
    with pytest.raises(Refused, match=r"^the embedded account does not do the function aws:sqs/getQueue:getQueue yet$"):
        provisioner.call("aws:sqs/getQueue:getQueue", {})


def test_everything_that_is_wrong_with_arguments_is_told(provisioner: Provisioner) -> None:
    with pytest.raises(Refused) as refused:
        provisioner.call("aws:index/getCallerIdentity:getCallerIdentity", {"a": 1, "b": 2})

    assert str(refused.value) == ("the embedded account does not do `a` yet; the embedded account does not do `b` yet")
