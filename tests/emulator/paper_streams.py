"""A stream on paper: a poller at work on records that lie in memory, with a function that is a test's own, and no AWS
behind it. What takes a second with a real account takes a millisecond here, so that many cases can be tried.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from components.event_filter import KINESIS
from emulator.clock import Clock
from emulator.execution.function_error import FunctionError
from emulator.execution.invocation import Invocation
from emulator.journal import Chains, Journal
from emulator.names import Names
from emulator.streaming.poller import Poller
from emulator.streaming.stream import Shard, StreamKind, StreamRecord, Unread, comes_after
from emulator.tally import Edge, Ending, Tally

STREAM = "arn:aws:kinesis:eu-west-1:111111111111:stream/paper"
FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:read"
EDGE = Edge("stream/paper", "read")
WANTED = json.dumps({"data": {"wanted": [True]}})


@dataclass(frozen=True)
class Planned:
    """A record that is going to be put into the stream."""

    key: str
    bad: bool = False
    wanted: bool = True
    seconds_before: int = 0
    """How much time passes before it comes."""


@dataclass
class Settings:
    """A mapping, as moto keeps one."""

    batch_size: int = 100
    max_batch_window: int = 0
    max_retry_attempts: int = -1
    max_record_age: int = -1
    bisect_on_error: bool = False
    function_response_types: Sequence[str] = ()
    parallelization_factor: int = 1
    tumbling_window: int = 0
    filter_criteria: Any = field(default_factory=lambda: {"Filters": [{"Pattern": WANTED}]})
    destination_config: Any = field(default_factory=lambda: {"OnFailure": {"Destination": "arn:aws:s3:::failed"}})
    uuid: str = "a-uuid"
    event_source_arn: str = STREAM
    function_arn: str = FUNCTION
    starting_position: str = "TRIM_HORIZON"
    enabled: bool = True


class _Tally(Tally):
    """Remembers in which order the records ended."""

    def __init__(self) -> None:
        super().__init__()
        self.endings: list[tuple[int, Ending]] = []

    def ended(self, edge: Edge, event_id: str, ending: Ending) -> None:
        super().ended(edge, event_id, ending)
        self.endings.append((int(event_id), ending))


class PaperStream:
    """One stream, the poller that reads it, and what became of each record, by its number from 0 on.

    No record may be handed over before all that came before it with its key have ended, and none that has ended
    itself: that fails the test, whatever else it looks at.

    Args:
        answer: what the function returns for an event, or raises.
    """

    kind = StreamKind("kinesis", KINESIS, "KinesisBatchInfo", milliseconds=True)
    retention = timedelta(hours=24)

    def __init__(self, settings: Settings, answer: Callable[[Any], Any], shards: int = 1) -> None:
        self.clock, self.journal, self.chains, self.names, self.tally = Clock(), Journal(), Chains(), Names(), _Tally()
        self.plan: list[Planned] = []
        self.events: list[tuple[datetime, Any]] = []
        """What the function received, and when."""
        self.failed: list[Any] = []
        """What lies where failed batches go."""
        self._records: dict[str, list[StreamRecord]] = {f"shardId-{number:012}": [] for number in range(shards)}
        self._answer = answer
        lambda_backend = SimpleNamespace(get_function=lambda arn: SimpleNamespace(role="", function_name="read"))
        account: Any = SimpleNamespace(
            clock=self.clock,
            journal=self.journal,
            chains=self.chains,
            names=self.names,
            tally=self.tally,
            runtime=SimpleNamespace(invoke=self._invoke),
            storage=SimpleNamespace(backend=lambda service: lambda_backend),
            identities=SimpleNamespace(role_session=lambda *arguments: None),
            client=lambda service, identity: SimpleNamespace(
                head_bucket=lambda **bucket: None, put_object=self._put_object
            ),
        )
        self._poller = Poller(account, self, settings)  # type: ignore[arg-type]  (moto's own class does much more)

    def put(self, *plan: Planned) -> None:
        """Put records in, each when its time has come; what falls due before happens before."""
        for planned in plan:
            self._let_pass(planned.seconds_before)
            number = len(self.plan)
            self.plan.append(planned)
            shard_ids = list(self._records)
            shard_id = shard_ids[ord(planned.key[0]) % len(shard_ids)]
            data = json.dumps({"number": number, "bad": planned.bad, "wanted": planned.wanted})
            event = {
                "kinesis": {
                    "sequenceNumber": str(number),
                    "partitionKey": planned.key,
                    "data": base64.b64encode(data.encode()).decode(),
                }
            }
            record = StreamRecord(str(number), str(number), planned.key, self.clock.now, event)
            self._records[shard_id].append(record)
            self._poller.entered(str(number))

    def settle(self) -> None:
        """Let all come to its end."""
        for _ in range(100_000):
            if self._poller.poll():
                continue
            due = self._poller.next_due()
            if due is None:
                return
            self.clock.advance_to(due)
        raise AssertionError("the poller never rests")

    def ended(self, *endings: Ending) -> list[int]:
        """The records that ended so, in the order in which they did."""
        return [number for number, ending in self.tally.endings if ending in endings]

    def seconds(self) -> list[float]:
        """When the function was called, in seconds from the beginning."""
        return [(at - Clock().now).total_seconds() for at, _ in self.events]

    def _let_pass(self, seconds: int) -> None:
        end = self.clock.now + timedelta(seconds=seconds)
        while seconds and self.clock.now <= end:
            if self._poller.poll():
                continue
            due = self._poller.next_due()
            if due is None or due > end:
                break
            self.clock.advance_to(due)
        self.clock.advance_to(end)

    def _invoke(self, function_arn: str, event: Any) -> Invocation:
        self._check_order(numbers(event))
        self.events.append((self.clock.now, event))
        try:
            return Invocation("r", function_arn, "read", event, result=self._answer(event))
        except ValueError as error:
            return Invocation("r", function_arn, "read", event, error=FunctionError("ValueError", str(error)))

    def _check_order(self, received: list[int]) -> None:
        ended = {number for number, _ in self.tally.endings}
        for place, number in enumerate(received):
            assert number not in ended, f"{number} has ended and is handed over again"
            before = [each for each in range(number) if self.plan[each].key == self.plan[number].key]
            open_still = set(before) - ended - set(received[:place])
            assert not open_still, f"{number} is handed over before {open_still}"

    def _put_object(self, **said: Any) -> None:
        self.failed.append(json.loads(said["Body"]))

    # The stream, as a poller sees it.

    def listen(self, listener: Any) -> None:
        """Nobody listens: the poller is told."""

    def find(self, event_source_arn: str) -> PaperStream:
        return self

    def named_by(self, event_source_arn: str) -> str:
        return event_source_arn

    def shards(self) -> list[Shard]:
        return [
            Shard(shard_id, records[-1].sequence_number if records else None)
            for shard_id, records in self._records.items()
        ]

    def start(self, shard_id: str, mapping: Any) -> None:
        """From the first record on."""

    def unread(self, shard_id: str, after: str | None) -> list[Unread]:
        return [
            Unread(record.event_id, record.sequence_number, record.arrived)
            for record in self.read(None, shard_id, after)
        ]

    def read(self, identity: Any, shard_id: str, after: str | None) -> list[StreamRecord]:
        return [record for record in self._records[shard_id] if comes_after(record.sequence_number, after)]


def numbers(event: Any) -> list[int]:
    """The records of an event."""
    return [int(record["kinesis"]["sequenceNumber"]) for record in event["Records"]]


def bad_ones(event: Any) -> list[int]:
    """Those of them that no function can deal with."""
    datas = [json.loads(base64.b64decode(record["kinesis"]["data"])) for record in event["Records"]]
    return [data["number"] for data in datas if data["bad"]]


def raises_on_bad_ones(event: Any) -> None:
    """A function that fails on the whole of a batch with something bad in it."""
    if bad_ones(event):
        raise ValueError("bad")


def names_the_first_bad_one(event: Any) -> Any:
    """A function that stops at the first record that it cannot deal with."""
    return {"batchItemFailures": [{"itemIdentifier": str(number)} for number in bad_ones(event)[:1]]}


def names_all_bad_ones(event: Any) -> Any:
    """A function that goes on behind a record that it cannot deal with."""
    return {"batchItemFailures": [{"itemIdentifier": str(number)} for number in bad_ones(event)]}
