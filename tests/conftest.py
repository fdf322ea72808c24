"""`deploy`: run a piece of program under Pulumi mocks and look at exactly what it asked for.

Stricter than the SDK's own mocks: a URN that comes twice fails, a child without a parent fails, a parent that was never
registered fails, and an output that the mocks do not know stays unknown instead of becoming None.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parent.parent
ENGINE = "tests/engine/"
STACK_TYPE = "pulumi:pulumi:Stack"


@dataclass
class Registered:
    """One resource as the program asked for it."""

    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    depends_on: set[str]
    protect: bool

    def document(self, field_name: str = "policy") -> Any:
        """A policy document among the inputs."""
        return json.loads(self.inputs[field_name])

    def statements(self, field_name: str = "policy") -> list[dict[str, Any]]:
        return list(self.document(field_name)["Statement"])


@dataclass
class Deployed:
    """Everything a program asked for, in order."""

    registered: list[Registered] = field(default_factory=list)

    def __getitem__(self, key: tuple[str, str]) -> Registered:
        """The resource of a type, by its token's last part, and a logical name."""
        type_name, name = key
        found = [entry for entry in self.registered if entry.type.endswith(f":{type_name}") and entry.name == name]
        assert len(found) == 1, f"{type_name} {name}: found {len(found)} among {sorted(self.names(type_name))}"
        return found[0]

    def names(self, type_name: str) -> list[str]:
        return [entry.name for entry in self.registered if entry.type.endswith(f":{type_name}")]

    def below(self, parent: str) -> list[str]:
        """Logical names of the children of a component."""
        return [entry.name for entry in self.registered if entry.parent.endswith(f"::{parent}")]


def _outputs(kind: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """What AWS would answer, as far as this program reads it. Nothing else is known."""
    made: dict[str, Callable[[], dict[str, Any]]] = {
        "Bucket": lambda: {"arn": f"arn:aws:s3:::{name}", "bucket": name},
        "Queue": lambda: {
            "arn": f"arn:aws:sqs:eu-west-1:111111111111:{name}",
            "url": f"https://sqs.eu-west-1.amazonaws.com/111111111111/{name}",
            "name": name,
        },
        "Table": lambda: {
            "arn": f"arn:aws:dynamodb:eu-west-1:111111111111:table/{name}",
            "name": name,
            "streamArn": f"arn:aws:dynamodb:eu-west-1:111111111111:table/{name}/stream/2030-01-01T12:00:00.000",
        },
        "Stream": lambda: {"arn": f"arn:aws:kinesis:eu-west-1:111111111111:stream/{name}", "name": name},
        "StreamConsumer": lambda: {"arn": f"{inputs['streamArn']}/consumer/{name}:1893499200"},
        "Topic": lambda: {"arn": f"arn:aws:sns:eu-west-1:111111111111:{name}", "name": name},
        "TopicSubscription": lambda: {"arn": f"{inputs['topic']}:{name}"},
        "EventBus": lambda: {"arn": f"arn:aws:events:eu-west-1:111111111111:event-bus/{name}", "name": name},
        "EventArchive": lambda: {"arn": f"arn:aws:events:eu-west-1:111111111111:archive/{name}", "name": name},
        "EventRule": lambda: {"arn": f"arn:aws:events:eu-west-1:111111111111:rule/{name}", "name": name},
        "ScheduleGroup": lambda: {
            "arn": f"arn:aws:scheduler:eu-west-1:111111111111:schedule-group/{name}",
            "name": name,
        },
        "LogGroup": lambda: {"arn": f"arn:aws:logs:eu-west-1:111111111111:log-group:{name}", "name": name},
        "Role": lambda: {"arn": f"arn:aws:iam::111111111111:role/{name}", "name": name},
        "Function": lambda: {"arn": f"arn:aws:lambda:eu-west-1:111111111111:function:{name}", "name": name},
    }
    return {**inputs, **made.get(kind, dict)()}


class _Recorder(Mocks):
    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return f"{args.name}-id", _outputs(args.typ.rpartition(":")[2], args.name, args.inputs)

    def call(self, args: MockCallArgs) -> dict[str, Any]:
        raise AssertionError(f"the program asked AWS for {args.token}: it needs nothing from there")


class _Monitor(MockMonitor):
    """The SDK's mock monitor, with what it lets pass looked at."""

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.deployed = Deployed()
        self.urns: set[str] = set()

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  (the name of the gRPC method)
        identity = f"{request.parent}|{request.type}::{request.name}"
        if identity in self.urns:
            raise AssertionError(f"{request.type} {request.name} is registered twice")
        self.urns.add(identity)
        root = request.type in (STACK_TYPE, "pulumi:providers:aws")
        if request.custom and not root and (not request.parent or request.parent.endswith(STACK_TYPE)):
            raise AssertionError(f"{request.type} {request.name} has no component as its parent")
        response = super().RegisterResource(request)
        known = [entry.name for entry in self.deployed.registered]
        parent = request.parent.rpartition("::")[2]
        if request.parent and not request.parent.rpartition("::")[0].endswith(STACK_TYPE) and parent not in known:
            raise AssertionError(f"{request.name} names {parent} as its parent, which was never registered")
        inputs = _plain(pulumi.runtime.rpc.deserialize_properties(request.object))
        self.deployed.registered.append(
            Registered(
                request.type,
                request.name,
                inputs,
                request.parent,
                {urn.rpartition("::")[2] for urn in request.dependencies},
                request.protect,
            )
        )
        return response


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value


EVENT_LOOP = asyncio.new_event_loop()
"""Lives as long as the process: the SDK's worker threads hang on it, with loops of their own that nobody closes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-engine", action="store_true", help="leave out what needs the real Pulumi CLI")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that it is not left to one process at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(ENGINE))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return OneProcessForTheEngine(config, log)


class OneProcessForTheEngine(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """The tests of a file stay together, since they share what was deployed for them.

    All that need the real CLI stay together too: while it is being built one process waits for it, and no other.
    """

    def _split_scope(self, nodeid: str) -> str:
        return ENGINE if nodeid.startswith(ENGINE) else nodeid.partition("::")[0]


@pytest.fixture
def deploy() -> Callable[[Callable[[], object]], Deployed]:
    """Runs a program to its rest and returns what it asked for."""

    def under_mocks(program: Callable[[], object]) -> Deployed:
        recorder = _Recorder()
        monitor = _Monitor(recorder)
        pulumi.runtime.set_mocks(recorder, project="eventwire", stack="dev", preview=True, monitor=monitor)

        @pulumi.runtime.test
        def settle() -> Awaitable[object] | None:
            asked = program()
            return asked if isinstance(asked, Awaitable) else None

        settle()
        return monitor.deployed

    def run(program: Callable[[], object]) -> Deployed:
        # The SDK keeps all it knows in context variables, and takes the thread's event loop.
        asyncio.set_event_loop(EVENT_LOOP)
        return contextvars.copy_context().run(under_mocks, program)

    return run
