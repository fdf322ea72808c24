"""A table's stream tells of the changes of an event, and Lambda's poller reads them: with its rights, its batches, its
filter, and all that becomes of a record that fails. The table itself stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from emulator.waking.attribute_values import image_faults
from emulator.waking.shape import Fault, below, lacking, part, records_of, wrong
from emulator.waking.waking import Waking

_TELLS_OF = {"INSERT": ("NewImage",), "MODIFY": ("OldImage", "NewImage"), "REMOVE": ("OldImage",)}
"""The images that there are of each kind of change."""

_SHOWN = {
    "KEYS_ONLY": (),
    "NEW_IMAGE": ("NewImage",),
    "OLD_IMAGE": ("OldImage",),
    "NEW_AND_OLD_IMAGES": ("OldImage", "NewImage"),
}
"""The images that a stream shows, by its view."""

_UNSEEN = "an attribute that the stream does not show"
"""Sets the images of an item apart where the stream does not show them: a change that changes nothing is none."""


class Way:
    """The way of a table's stream. Records come in anew: the stream tells where each stands in it."""

    def __init__(self, waking: Waking) -> None:
        self._waking = waking

    @property
    def made_up(self) -> Mapping[str, str]:
        return {}

    def faults(self, event: Any) -> Iterator[Fault]:
        yield from lacking(event, {"eventName": str, "dynamodb.Keys": dict})
        for path, record in records_of(event):
            name = part(record, "eventName")
            if isinstance(name, str) and name not in _TELLS_OF:
                yield below(path, "eventName"), f"needs {', '.join(_TELLS_OF)}, got {name!r}"
            yield from self._key_faults(part(record, "dynamodb.Keys"), below(path, "dynamodb.Keys"))
            for image in self._images(record):
                yield from wrong(part(record, f"dynamodb.{image}"), dict, below(path, f"dynamodb.{image}"))
            for image in ("Keys", "NewImage", "OldImage"):
                yield from image_faults(part(record, f"dynamodb.{image}"), below(path, f"dynamodb.{image}"))

    def left_out(self, event: Any) -> Iterator[str]:
        yield f"{self._waking.line.waker} itself stays as it is: its items are not written"
        yield from self._waking.told_of_other_readers()

    def hand_over(self, event: Any) -> None:
        if not self._waking.reads_alone(event, "record"):
            return
        for _, record in records_of(event):
            old, new = (self._item(record, image) for image in ("OldImage", "NewImage"))
            self._table.stream_shard.add(old, new)  # type: ignore[union-attr]

    @property
    def _table(self) -> Table:
        name = self._waking.book.own_name(self._waking.line.waker)
        table: Table = self._waking.account.storage.backend("dynamodb").tables[name]
        return table

    @property
    def _view(self) -> str:
        return str((self._table.stream_specification or {}).get("StreamViewType"))

    def _images(self, record: Any) -> list[str]:
        """The images without which the stream cannot tell of a change."""
        return [image for image in _TELLS_OF.get(str(record.get("eventName")), ()) if image in _SHOWN[self._view]]

    def _key_faults(self, keys: Any, path: str) -> Iterator[Fault]:
        table = self._table
        needed = [name for name in (table.hash_key_attr, table.range_key_attr) if name]
        if isinstance(keys, dict) and sorted(keys) != sorted(needed):
            given = " and ".join(keys) or "nothing"
            yield path, f"needs {' and '.join(needed)}, the key of {self._waking.line.waker}, got {given}"

    def _item(self, record: Any, image: str) -> Item | None:
        """The item before or after the change, as far as the record tells of it; None where there was none."""
        if image not in _TELLS_OF[record["eventName"]]:
            return None
        change, table = record["dynamodb"], self._table
        shown = change.get(image, {}) if image in _SHOWN[self._view] else {_UNSEEN: {"S": image}}
        attributes = {**shown, **change["Keys"]}
        range_key = DynamoType(attributes[table.range_key_attr]) if table.range_key_attr else None
        return Item(DynamoType(attributes[table.hash_key_attr]), range_key, attributes)
