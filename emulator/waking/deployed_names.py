"""An event with the names that things really have in the account, in the place of those that the pages call them by.

An ARN that ends in a name of the pages means that thing, and so does the name of a bucket. So an event can be written
once and sent in every stack. Whatever else stands in it stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.journey.address_book import AddressBook


@dataclass(frozen=True)
class NamedEvent:
    """An event, and what was put into it."""

    event: Any
    names: Mapping[str, str]
    """What things are called in the account, by what stood there."""


def with_deployed_names(event: Any, book: AddressBook, pipeline: str, made_up: Mapping[str, str]) -> NamedEvent:
    """Call things as the account does.

    Args:
        book: the names of the deployed stack.
        pipeline: whose things may be called by their short names.
        made_up: other texts that stand for something in the account, and for what.
    """
    names = _Names(book, pipeline, made_up)
    return NamedEvent(names.told(event, ()), names.met)


class _Names:
    def __init__(self, book: AddressBook, pipeline: str, made_up: Mapping[str, str]) -> None:
        self.met: dict[str, str] = {}
        self._made_up = made_up
        self._arns: dict[str, str] = {}
        self._buckets: dict[str, str] = {}
        for full_name, thing in book.things.items():
            own_name = book.own_name(full_name)
            for name in {full_name, full_name.removeprefix(f"{pipeline}.")}:
                self._arns[thing.arn.removesuffix(own_name) + name] = thing.arn
                if thing.kind == "bucket":
                    self._buckets[name] = own_name

    def told(self, value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            return {name: self.told(inner, (*path, name)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.told(inner, path) for inner in value]
        return self._in_text(value, path) if isinstance(value, str) else value

    def _in_text(self, text: str, path: tuple[str, ...]) -> str:
        if path[-2:] == ("bucket", "name"):
            return self._meet(text, self._buckets.get(text, text), "")
        if text in self._made_up:
            return self._meet(text, self._made_up[text], "")
        for arn, deployed in self._arns.items():
            rest = text.removeprefix(arn)
            if text.startswith(arn) and rest[:1] in ("", "/", ":"):
                return self._meet(arn, deployed, rest)
        return text

    def _meet(self, stood: str, deployed: str, rest: str) -> str:
        if deployed != stood:
            self.met[stood] = deployed
        return deployed + rest
