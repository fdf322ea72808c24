"""A declared input takes what AWS takes, and says what it needs otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.provisioning.inputs import (
    Arn,
    Block,
    Document,
    Entries,
    Files,
    Flag,
    Input,
    Items,
    Only,
    Text,
    Whole,
    read_inputs,
)
from emulator.wire import Archive


def wrongs(declared: Input, value: Any) -> list[str]:
    found: list[Any] = []
    read_inputs({"it": declared}, {"it": value}, found)
    return [str(wrong) for wrong in found]


@pytest.mark.parametrize("value", [1, 900])
def test_both_ends_of_a_range_are_in_it(value: int) -> None:
    assert wrongs(Whole(least=1, most=900), value) == []


@pytest.mark.parametrize(
    ("declared", "value", "told"),
    [
        (Whole(least=1, most=900, unit="seconds"), 901, "it 901 needs 1 to 900 seconds"),
        (Whole(least=1, most=900), 0, "it 0 needs 1 to 900"),
        (Whole(least=1, most=900, unit="seconds"), "30s", "it '30s' needs a whole number of seconds"),
        (Whole(least=1, most=900), True, "it true needs a whole number"),
        (Whole(least=1, most=900), 1.5, "it 1.5 needs a whole number"),
        (Whole(least=1, most=9, among=(1, 3, 9)), 2, "it 2 needs one of 1, 3, 9"),
        (Text(among=("Enabled", "Suspended")), "enabled", "it 'enabled' needs one of Enabled, Suspended"),
        (Text(pattern="[a-z]+", says="small letters"), "Ab", "it 'Ab' needs small letters"),
        (Text(pattern="[a-z]+", says="small letters"), "a\n", "it 'a\\n' needs small letters"),
        (Text(most=3), "abcd", "it 'abcd' needs 0 to 3 characters, has 4"),
        (Text(), 3, "it 3 needs a text"),
        (Flag(), "true", "it 'true' needs true or false"),
        (Only(value=False), True, "it true needs false: the embedded account does nothing else yet"),
        (Items(of=Flag()), True, "it true needs a list"),
        (Items(of=Flag(), least=1), [], "it [] needs at least 1 entries, has 0"),
        (Items(of=Flag()), [True, 1], "it[1] 1 needs true or false"),
        (Entries(of=Text()), [], "it [] needs a mapping"),
        (Entries(of=Text(), key=Text(most=1)), {"ab": "c"}, "a key of it, 'ab' needs 0 to 1 characters, has 2"),
        (Entries(of=Text(), most=1), {"a": "", "b": ""}, "it {'a': '', 'b': ''} needs at most 1 entries, has 2"),
        (Block(of={"a": Flag()}), {"a": 1}, "it.a 1 needs true or false"),
        (Block(of={"a": Flag(required=True)}), {}, "it.a is missing: it needs a value"),
        (Block(of={"a": Flag()}), {"b": 1}, "the embedded account does not do `it.b` yet"),
        (Document(most=3), {"a": 1}, "it {'a': 1} needs at most 3 bytes, has 8"),
        (Document(problems=lambda _: ["Version is missing"]), "{}", "it '{}' needs mending: Version is missing"),
        (Arn(of=("sqs", "s3")), "arn:aws:sns:::t", "it 'arn:aws:sns:::t' needs the ARN of a thing of sqs or s3"),
        (Arn(of=("sqs",)), "readings", "it 'readings' needs the ARN of a thing of sqs"),
        (Files(), "code.zip", "it 'code.zip' needs an archive: AssetArchive or FileArchive"),
    ],
)
def test_what_is_wrong_says_what_was_given_and_what_is_needed(declared: Input, value: Any, told: str) -> None:
    assert wrongs(declared, value) == [told]


def test_a_document_that_is_no_json_says_where_it_breaks() -> None:
    assert wrongs(Document(), "{a}")[0].startswith("it '{a}' needs a JSON document: Expecting property name")


def test_a_document_given_as_a_value_becomes_its_text() -> None:
    assert read_inputs({"policy": Document()}, {"policy": {"Version": "2012-10-17"}}, []) == {
        "policy": '{"Version": "2012-10-17"}'
    }


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found: list[Any] = []
    declared = {"timeout": Whole(least=1, most=900), "role": Text(required=True)}

    read_inputs(declared, {"timeout": 901, "timout": 30}, found)

    assert [str(wrong) for wrong in found] == [
        "the embedded account does not do `timout` yet",
        "timeout 901 needs 1 to 900",
        "role is missing: it needs a value",
    ]


def test_what_is_not_said_takes_its_default_or_stays_unsaid() -> None:
    declared = {"timeout": Whole(least=1, most=900, default=3), "memory": Whole(least=128, most=256)}

    assert read_inputs(declared, {"memory": None}, []) == {"timeout": 3}


def test_an_archive_stays_one() -> None:
    assert read_inputs({"code": Files()}, {"code": Archive("code")}, []) == {"code": Archive("code")}
