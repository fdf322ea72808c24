"""Which messages an answer calls failed: the rules of partial batch responses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.queueing.batch_answers import AnswerError, failed_ids

SENT = ["1", "2", "3"]


@pytest.mark.parametrize(
    "answer",
    [None, {}, "", [], {"batchItemFailures": []}, {"batchItemFailures": None}, {"recorded": 3}],
)
def test_an_empty_answer_calls_nothing_failed(answer: Any) -> None:
    assert failed_ids(answer, SENT) == frozenset()


def test_named_messages_failed_and_no_others() -> None:
    answer = {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "3"}], "recorded": 1}

    assert failed_ids(answer, SENT) == {"1", "3"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("done", "the function answered 'done': a partial batch response is a JSON object"),
        ([{"itemIdentifier": "1"}], "a partial batch response is a JSON object"),
        (7, "the function answered 7: a partial batch response is a JSON object"),
        ({"batchItemFailures": "1"}, "batchItemFailures is '1': it needs to be a list"),
        ({"batchItemFailures": ["1"]}, "batchItemFailures holds '1': each entry needs an itemIdentifier"),
        ({"batchItemFailures": [{"id": "1"}]}, "each entry needs an itemIdentifier"),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, "itemIdentifier '' is of no record of this batch"),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, "itemIdentifier None is of no record of this batch"),
        ({"batchItemFailures": [{"itemIdentifier": "4"}]}, "itemIdentifier '4' is of no record of this batch"),
        (
            {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "4"}]},
            "itemIdentifier '4' is of no record of this batch",
        ),
    ],
)
def test_an_answer_that_names_a_message_wrongly_fails_the_whole_batch(answer: Any, reason: str) -> None:
    with pytest.raises(AnswerError) as raised:
        failed_ids(answer, SENT)

    assert reason in str(raised.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["batchItemFailures", "itemIdentifier", "x"]), inner)
        ),
    )
)
def test_whatever_a_function_answers_nothing_but_its_own_messages_is_called_failed(answer: Any) -> None:
    try:
        failed = failed_ids(answer, SENT)
    except AnswerError:
        return

    assert failed <= set(SENT)
