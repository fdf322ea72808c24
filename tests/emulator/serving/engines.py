"""An engine as the workshop knows it: one connection, and its steps in the order that Pulumi's takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.program.record import Resource
from emulator.serving.workshop import Workshop

QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
FUNCTION = "aws:lambda/function:Function"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"


def urn_of(kind: str, name: str, stack: str = "dev") -> str:
    return f"urn:pulumi:{stack}::quakes::{kind}::{name}"


class Wrong(Exception):
    """A check found problems, which are the arguments."""


class Engine:
    """Asks for things over a connection of its own.

    Args:
        settings: of its provider.
    """

    def __init__(self, workshop: Workshop, connection: str = "ipv4:127.0.0.1:1", **settings: Any) -> None:
        self.workshop = workshop
        self.connection = connection
        workshop.configure(connection, {"region": "eu-west-1", **settings})

    def check(self, urn: str, given: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        checked = self.workshop.check(self.connection, urn, given, before or {})
        if checked.problems:
            raise Wrong(*checked.problems)
        return checked.inputs

    def up(
        self, urn: str, given: Mapping[str, Any] | None = None, state: Resource | None = None, *, ends: bool = True
    ) -> Resource:
        """Bring a resource to what is given.

        Args:
            state: as this engine knows it; None where it knows nothing of it.
            ends: False where it is killed before it deletes what was replaced.
        """
        workshop, connection = self.workshop, self.connection
        inputs = self.check(urn, given or {}, state.inputs if state else None)
        if state is None:
            return workshop.create(connection, urn, inputs)
        difference = workshop.difference(connection, urn, state.inputs, inputs)
        if not difference.changes:
            return state
        if not difference.replaces:
            return workshop.update(connection, urn, state.id, state.inputs, inputs)
        inputs = self.check(urn, given or {})
        if difference.delete_first:
            self.delete(state)
            return workshop.create(connection, urn, inputs)
        made = workshop.create(connection, urn, inputs)
        if ends:
            self.delete(state)
        return made

    def delete(self, state: Resource) -> None:
        self.workshop.delete(self.connection, state.urn, state.id, state.inputs)
