"""What the monitor answers to requests that no program of the Python SDK sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import resource_pb2

from emulator.account import Account
from emulator.program.monitor import Monitor
from emulator.program.program import Program

QUEUE = "aws:sqs/queue:Queue"


@pytest.fixture
def monitor(tmp_path: Path) -> Iterator[Monitor]:
    with Account("111111111111", "eu-west-1") as account:
        yield Monitor(account, Program(tmp_path, tmp_path / "__main__.py", "quakes", "dev", {}))


def register(monitor: Monitor, **said: Any) -> Any:
    request = resource_pb2.RegisterResourceRequest(**{"type": QUEUE, "name": "readings", "custom": True, **said})
    return monitor.RegisterResource(request).make()


def told(monitor: Monitor) -> list[str]:
    return [problem.message for problem in monitor.record.problems]


def test_a_parent_that_was_never_registered_is_refused(monitor: Monitor) -> None:
    parent = "urn:pulumi:dev::quakes::x:y:Feed::feed"

    answer = register(monitor, parent=parent)

    assert answer.result == resource_pb2.FAIL
    assert answer.urn == f"urn:pulumi:dev::quakes::x:y:Feed${QUEUE}::readings"
    assert told(monitor) == [f"its parent {parent} is not there"]


def test_a_component_of_another_language_is_refused(monitor: Monitor) -> None:
    assert register(monitor, type="awsx:ec2:Vpc", custom=False, remote=True).result == resource_pb2.FAIL
    assert told(monitor) == ["a component of another language cannot be expanded here"]


def test_a_second_one_of_a_urn_does_not_unmake_the_first(monitor: Monitor) -> None:
    first = register(monitor)
    register(monitor)

    after = register(monitor, name="after", dependencies=[first.urn])

    assert after.result == resource_pb2.SUCCESS
    assert len(told(monitor)) == 1


def test_outputs_beside_the_answered_ones_are_unknown(monitor: Monitor) -> None:
    answer = register(monitor)

    assert answer.unknown
    assert answer.object["arn"] == f"arn:aws:sqs:eu-west-1:111111111111:{answer.object['name']}"


def test_additional_secret_outputs_come_back_as_secrets(monitor: Monitor) -> None:
    answer = register(monitor, additionalSecretOutputs=["url"])

    assert answer.object["url"]["4dabf18193072939515e22adb298388d"] == "1b47061264138c4ac30d75fd1eb44270"


def test_outputs_of_a_component_are_recorded(monitor: Monitor) -> None:
    urn = register(monitor, type="x:y:Feed", custom=False).urn
    request = resource_pb2.RegisterResourceOutputsRequest(urn=urn)
    request.outputs["arn"] = "an arn"

    monitor.RegisterResourceOutputs(request)

    assert monitor.record.resources[urn].outputs == {"arn": "an arn"}
