"""Sizes as DynamoDB counts them; the first three are of the records in AWS's own example event for functions."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.streaming.item_sizes import item_bytes

KEYS = {"Id": {"N": "101"}}
NEW_ITEM = {"Message": {"S": "New item!"}, "Id": {"N": "101"}}
CHANGED = {"Message": {"S": "This item has changed"}, "Id": {"N": "101"}}


@pytest.mark.parametrize(
    ("images", "size"), [([KEYS, NEW_ITEM], 26), ([KEYS, NEW_ITEM, CHANGED], 59), ([KEYS, CHANGED], 38)]
)
def test_a_record_is_as_large_as_all_it_shows(images: list[Any], size: int) -> None:
    assert sum(map(item_bytes, images)) == size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"B": b"\x01\x02"}, 2),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"N": "5"}, 2),
        ({"N": "-12.50"}, 3),
        ({"N": "1000"}, 2),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "22"]}, 4),
        ({"BS": [b"a"]}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "x"}]}, 5),
        ({"M": {"k": {"S": "v"}}}, 6),
    ],
)
def test_each_type_has_its_size(value: Any, size: int) -> None:
    assert item_bytes({"a": value}) == 1 + size
