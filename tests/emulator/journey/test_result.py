"""What functions did is counted from the hops in which they ran."""

from __future__ import annotations

from emulator.journal import Outcome
from emulator.journey.result import attempts_by_function, returned_by_function
from tests.emulator.made_up import hop


def test_a_batch_is_one_attempt_and_a_refused_push_is_none() -> None:
    hops = (
        hop(target="feeds.split", function="split-1"),
        hop(Outcome.FAILED, function="record-1"),
        hop(function="record-1"),
        hop(Outcome.DENIED),
        hop(Outcome.DEAD),
    )

    assert attempts_by_function(hops) == {"feeds.split": 1, "feeds.record": 2}


def test_only_numbers_that_a_function_returned_are_added_up() -> None:
    hops = (
        hop(function="f", result={"stored": 3, "ratio": 0.5, "well": True, "batchItemFailures": [1]}),
        hop(function="f", result={"stored": 4}),
        hop(function="f", result="done"),
        hop(target="feeds.split", function="g", result={"sent": 1}),
        hop(result={"stored": 100}),
    )

    assert returned_by_function(hops) == {"feeds.record": {"stored": 7, "ratio": 0.5}, "feeds.split": {"sent": 1}}
