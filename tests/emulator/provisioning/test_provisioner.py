"""Things are checked, made and deleted without any program, as another front door does it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.account import Account
from emulator.provisioning.provider_settings import ProviderSettings
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from emulator.wire import UNKNOWN, Secret

QUEUE = "aws:sqs/queue:Queue"
URN = f"urn:pulumi:dev::quakes::{QUEUE}::readings"


@pytest.fixture
def account() -> Iterator[Account]:
    with Account("111111111111", "eu-west-1") as opened:
        yield opened


def test_inputs_come_back_complete_with_name_defaults_and_tags(account: Account) -> None:
    checked = Provisioner(account).check(URN, {"tags": {"a": Secret("b")}}, ProviderSettings({"stack": "dev"}))

    assert checked.problems == ()
    assert checked.inputs["name"] == "readings-cb87f5d"
    assert checked.inputs["visibilityTimeoutSeconds"] == 30
    assert checked.inputs["tagsAll"] == {"stack": "dev", "a": "b"}


def test_unknown_inputs_are_refused_before_anything_else(account: Account) -> None:
    given = {"name": UNKNOWN, "tags": {"a": UNKNOWN}, "delaySeconds": 901}

    assert Provisioner(account).check(URN, given, ProviderSettings()).problems == (
        "input name has no known value",
        "input tags.a has no known value",
    )


def test_a_thing_is_made_and_deleted(account: Account) -> None:
    provisioner, sqs = Provisioner(account), account.client("sqs")
    inputs = provisioner.check(URN, {}, ProviderSettings()).inputs

    made = provisioner.create(QUEUE, inputs)
    assert sqs.list_queues()["QueueUrls"] == [made.id]
    assert made.outputs["arn"] == made.arn == "arn:aws:sqs:eu-west-1:111111111111:readings-cb87f5d"
    assert made.outputs["region"] == "eu-west-1"

    provisioner.delete(QUEUE, made.id, inputs)
    assert "QueueUrls" not in sqs.list_queues()


def test_what_aws_answers_is_told_in_words(account: Account) -> None:
    with pytest.raises(Refused, match=r"DeleteQueue answers AWS\.SimpleQueueService\.NonExistentQueue: "):
        Provisioner(account).delete(QUEUE, "https://sqs.eu-west-1.amazonaws.com/111111111111/gone", {})
