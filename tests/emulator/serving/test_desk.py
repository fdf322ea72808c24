"""The desk does one thing after another, on the thread that attends, and everybody hears what came of theirs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from emulator.serving.desk import Desk, DeskClosed

LONGEST_SECONDS = 20


@contextmanager
def attended(desk: Desk) -> Iterator[threading.Thread]:
    """A thread of its own attends."""
    over = threading.Event()
    thread = threading.Thread(target=desk.attend, args=(over.is_set,), daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        over.set()
        thread.join(LONGEST_SECONDS)
        assert not thread.is_alive()


def handed_in(desk: Desk, work: Callable[[], object]) -> Future[object]:
    """What comes of work that somebody on another thread hands in; it waits at the desk when this returns."""
    answer: Future[object] = Future()

    def wait() -> None:
        try:
            answer.set_result(desk.do(work))
        except BaseException as error:
            answer.set_exception(error)

    before = desk._waiting.qsize()
    # One that is never answered must not keep this process.
    threading.Thread(target=wait, daemon=True).start()
    while desk._waiting.qsize() == before and not answer.done():
        threading.Event().wait(0.001)
    return answer


def times(count: int) -> Callable[[], bool]:
    """True from the `count`-th time on that it is asked."""
    asked = iter(range(count - 1))
    return lambda: next(asked, None) is None


def test_work_is_done_by_who_attends_and_its_result_comes_back() -> None:
    desk = Desk()

    with attended(desk) as thread:
        assert desk.do(lambda: threading.current_thread()) is thread


def test_an_error_comes_back_to_who_handed_the_work_in_and_to_nobody_else() -> None:
    desk = Desk()

    def fail() -> None:
        raise ValueError("no such queue")

    with attended(desk):
        with pytest.raises(ValueError, match="no such queue"):
            desk.do(fail)
        assert desk.do(lambda: "still here") == "still here"


def test_work_is_done_in_the_order_it_came() -> None:
    desk, done = Desk(), list[int]()

    for number in range(8):
        handed_in(desk, lambda number=number: done.append(number))
    desk.attend(lambda: len(done) == 8)

    assert done == list(range(8))


def test_events_travel_only_when_nothing_waits() -> None:
    done: list[str] = []
    desk = Desk(between=lambda: done.append("between"))

    for name in ("first", "second", "third"):
        handed_in(desk, lambda name=name: done.append(name))
    desk.attend(lambda: "between" in done)

    assert done == ["first", "second", "third", "between"]


def test_what_is_handed_in_meanwhile_waits_until_events_have_travelled() -> None:
    done: list[str] = []

    def between() -> None:
        if "second" not in done:
            handed_in(desk, lambda: done.append("second"))
        done.append("between")

    desk = Desk(between)
    handed_in(desk, lambda: done.append("first"))
    desk.attend(lambda: done.count("between") == 2)

    assert done == ["first", "between", "second", "between"]


def test_nothing_travels_where_nothing_was_done() -> None:
    done: list[str] = []

    Desk(between=lambda: done.append("between")).attend(times(3))

    assert done == []


def test_who_attends_does_its_own_work_at_once() -> None:
    desk = Desk()

    answer = handed_in(desk, lambda: desk.do(lambda: desk.do(lambda: "inside")))
    desk.attend(answer.done)

    assert answer.result() == "inside"


def test_attending_ends_when_there_is_no_more_reason_to_and_leaves_the_rest_waiting() -> None:
    desk, done = Desk(), list[str]()
    handed_in(desk, lambda: done.append("first"))
    waiting = handed_in(desk, lambda: done.append("second"))
    desk.attend(lambda: bool(done))

    assert (done, waiting.done()) == (["first"], False)
    desk.attend(lambda: len(done) == 2)

    assert done == ["first", "second"]


def test_closing_tells_whoever_waits() -> None:
    desk, done = Desk(), list[str]()

    waiting = [handed_in(desk, lambda: done.append("done")) for _ in range(3)]
    desk.close()

    for answer in waiting:
        with pytest.raises(DeskClosed):
            answer.result(LONGEST_SECONDS)
    assert done == []


def test_nobody_can_hand_in_after_closing() -> None:
    desk = Desk()
    desk.close()

    with pytest.raises(DeskClosed):
        handed_in(desk, lambda: "done").result(LONGEST_SECONDS)


def test_ctrl_c_reaches_who_attends_and_the_caller_is_told() -> None:
    desk = Desk()

    def interrupted() -> None:
        raise KeyboardInterrupt

    answer = handed_in(desk, interrupted)
    with pytest.raises(KeyboardInterrupt):
        desk.attend(answer.done)

    with pytest.raises(DeskClosed):
        answer.result(LONGEST_SECONDS)
