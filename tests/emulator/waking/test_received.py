"""What a function received otherwise than it was given is told in one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.waking.received import told_otherwise

GIVEN = {"Records": [{"body": "a", "receiptHandle": "1", "attributes": {"SentTimestamp": "1"}}]}


def received(**changed: Any) -> dict[str, Any]:
    return {"Records": [{**GIVEN["Records"][0], **changed}]}


def test_the_same_is_not_told() -> None:
    assert told_otherwise(GIVEN, received()) is None


def test_what_the_source_tells_itself_is_told_by_its_path() -> None:
    changed = received(receiptHandle="2", attributes={"SentTimestamp": "2"}, more=1)

    told = "Records[].receiptHandle, Records[].attributes.SentTimestamp, Records[].more"
    assert told_otherwise(GIVEN, changed) == f"the source itself told {told}"


def test_a_path_is_told_once_for_all_records() -> None:
    given = {"Records": [{"a": 1}, {"a": 2}]}

    assert told_otherwise(given, {"Records": [{"a": 3}, {"a": 4}]}) == "the source itself told Records[].a"


def test_many_paths_are_told_by_number() -> None:
    given = {"Records": [{str(number): 0 for number in range(10)}]}

    told = told_otherwise(given, {"Records": [{}]})

    assert told is not None
    assert told.endswith("Records[].7 and 2 more")


def test_a_smaller_batch_is_told_by_its_size() -> None:
    given = {"Records": [{"a": 1}, {"a": 2}, {"a": 3}]}

    assert told_otherwise(given, {"Records": [{"a": 2}]}) == "the first invocation received 1 of the 3 records"


@pytest.mark.parametrize("other", ["text", {"where": "here"}, None])
def test_something_else_altogether_is_told_as_that(other: Any) -> None:
    assert told_otherwise(GIVEN, other) == "the function received something else, which its source made of the event"
