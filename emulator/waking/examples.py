"""An example event as it would be in one stack: its account, its region, and the keys of its table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from components import example

_TYPES = {"string": ("S", "example"), "number": ("N", "1"), "binary": ("B", "ZXhhbXBsZQ==")}
"""How DynamoDB writes a value of each type of key, and a value of that type."""

_IMAGES = {
    "new_image": ("NewImage",),
    "old_image": ("OldImage",),
    "keys_only": (),
    "new_and_old_images": ("NewImage", "OldImage"),
}
"""What a table's stream tells of an item besides its key, by its view."""


def in_stack(event: Any, *, account_id: str, region: str, source: Any) -> Any:
    """An example with the stack's own words in the place of made-up ones.

    Args:
        event: as a trigger makes it.
        source: the config of the resource that the trigger hangs on; None where it hangs on none.
    """

    def told(text: str) -> str:
        return text.replace(example.ACCOUNT_ID, account_id).replace(example.REGION, region)

    event = _in_every_text(event, told)
    view = getattr(source, "stream", None)
    return _of_table(event, source, view) if view in _IMAGES else event


def _in_every_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: _in_every_text(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_every_text(inner, change) for inner in value]
    return change(value) if isinstance(value, str) else value


def _of_table(event: Any, table: Any, view: str) -> Any:
    """The records of a table's stream with the key that the table really has, and what its view tells."""
    keys = {table.hash_key: _value(table.hash_key_type)}
    if table.range_key is not None:
        keys[table.range_key] = _value(table.range_key_type)
    return {**event, "Records": [_of_view(record, keys, view) for record in event["Records"]]}


def _of_view(record: Any, keys: dict[str, Any], view: str) -> Any:
    made_up = record["dynamodb"]
    own = {name: _told(name, made_up, value) for name, value in keys.items()}
    change = {name: told for name, told in made_up.items() if not name.endswith("Image")}
    for image in [name for name in _IMAGES[view] if name in made_up]:
        # What is only there as the made-up key of a made-up table gives way to the real one.
        others = {name: value for name, value in made_up[image].items() if made_up["Keys"].get(name) != value}
        change[image] = {**others, **own}
    return {**record, "dynamodb": {**change, "Keys": own, "StreamViewType": view.upper()}}


def _told(name: str, made_up: Any, otherwise: dict[str, str]) -> Any:
    """An attribute of the key as the example has it already, for the sake of a filter."""
    parts = [made_up.get(part, {}) for part in ("Keys", "NewImage", "OldImage")]
    found = [part[name] for part in parts if name in part and part[name].keys() == otherwise.keys()]
    return found[0] if found else otherwise


def _value(kind: str) -> dict[str, str]:
    word, value = _TYPES[kind]
    return {word: value}
