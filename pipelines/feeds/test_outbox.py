"""The outbox: it keeps SQS's limits, and no message is lost unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MIB = 1_048_576

# The same examples every time, on a slow machine too.
steady = settings(derandomize=True, deadline=None)

Json = dict[str, Any]


@pytest.fixture(scope="module")
def outbox(handlers: Callable[[str], ModuleType]) -> ModuleType:
    return handlers("outbox")


class Queue:
    """Stands for SQS where it takes only a part of what it is sent."""

    def __init__(self, refuses: Callable[[str, int], bool] = lambda body, tries: False) -> None:
        self.calls: list[list[str]] = []
        self.taken: list[str] = []
        self._tries: Counter[str] = Counter()
        self._refuses = refuses

    def send_message_batch(self, QueueUrl: str, Entries: list[Json]) -> Json:  # noqa: N803  (boto3's names)
        self.calls.append([entry["MessageBody"] for entry in Entries])
        answer: Json = {"Successful": [], "Failed": []}
        for entry in Entries:
            self._tries[entry["MessageBody"]] += 1
            if self._refuses(entry["MessageBody"], self._tries[entry["MessageBody"]]):
                answer["Failed"].append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                self.taken.append(entry["MessageBody"])
                answer["Successful"].append({"Id": entry["Id"]})
        return answer


@steady
@given(sizes=st.lists(st.integers(1, MIB + 2), max_size=40))
def test_no_call_is_larger_than_sqs_allows_and_the_order_is_kept(outbox: ModuleType, sizes: list[int]) -> None:
    queue = Queue()
    sender = outbox.Outbox(queue, "url")
    bodies = ["é" * (size // 2) + "x" * (size % 2) for size in sizes]

    for body in bodies:
        sender.put(body)
    sender.flush()

    assert queue.taken == [body for body in bodies if len(body.encode()) <= MIB]
    assert all(1 <= len(call) <= 10 for call in queue.calls)
    assert all(sum(len(body.encode()) for body in call) <= MIB for call in queue.calls)


def test_small_messages_leave_ten_at_a_time(outbox: ModuleType) -> None:
    queue = Queue()
    sender = outbox.Outbox(queue, "url")

    for number in range(25):
        sender.put(str(number))
    sender.close()

    assert [len(call) for call in queue.calls] == [10, 10, 5]
    assert sender.sent == 25


def test_a_refused_message_is_tried_again_without_its_batch_mates(outbox: ModuleType) -> None:
    queue = Queue(refuses=lambda body, tries: body == "b" and tries < 3)
    sender = outbox.Outbox(queue, "url")

    for body in "abc":
        sender.put(body)
    sender.close()

    assert queue.calls == [["a", "b", "c"], ["b"], ["b"]]
    assert sender.sent == 3


def test_what_is_refused_again_and_again_is_an_error_after_all_others_were_sent(outbox: ModuleType) -> None:
    queue = Queue(refuses=lambda body, tries: body == "3")
    sender = outbox.Outbox(queue, "url")

    for number in range(15):
        sender.put(str(number))

    with pytest.raises(outbox.NotAllSent, match="1 messages could not be sent, 14 were"):
        sender.close()
    assert sorted(queue.taken, key=int) == [str(number) for number in range(15) if number != 3]


def test_a_message_too_large_for_sqs_is_an_error_after_all_others_were_sent(outbox: ModuleType) -> None:
    queue = Queue()
    sender = outbox.Outbox(queue, "url")

    for body in ("a", "é" * (MIB // 2) + "x", "b"):
        sender.put(body)

    with pytest.raises(outbox.NotAllSent, match="1 messages could not be sent, 2 were"):
        sender.close()
    assert queue.taken == ["a", "b"]
