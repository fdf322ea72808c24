"""Questions about inputs of which some are not known yet: answered as far as nothing unknown is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from emulator.wire import UNKNOWN

T = TypeVar("T")


def as_far_as_known(ask: Callable[[Mapping[str, Any]], Iterable[T]], inputs: Mapping[str, Any]) -> Iterator[T]:
    """What `ask` says of the inputs, up to the first unknown value it looks at; whether one is there may be asked."""
    try:
        yield from ask(_watched(inputs))
    except _LookedAtUnknown:
        return


class _LookedAtUnknown(Exception):
    """Somebody wanted to know a value that nobody can tell yet."""


class _Watched(Mapping[str, Any]):
    """A mapping that stops whoever takes an unknown value out of it, in whatever way."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {name: _watched(value) for name, value in values.items()}

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        if value is UNKNOWN:
            raise _LookedAtUnknown
        return value

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _watched(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _Watched(value)
    if isinstance(value, list):
        items = [_watched(item) for item in value]
        # A list is looked at as a whole.
        return UNKNOWN if any(item is UNKNOWN for item in items) else items
    return value
