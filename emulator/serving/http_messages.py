"""What goes over the wire: one HTTP request, and the answer to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True)
class HttpRequest:
    """A request as it arrived."""

    method: str
    target: str
    """Path and query, percent-encoded as they came: `/feed/in/week.geojson?versionId=3`."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, still percent-encoded."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """A header's value, its values joined if it came several times; None without it."""
        values = [value for given, value in self.headers if given.lower() == name.lower()]
        return ",".join(values) if values else None

    def without(self, names: Iterable[str]) -> Self:
        """The same request without some of its headers."""
        dropped = {name.lower() for name in names}
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0].lower() not in dropped))

    def having(self, headers: Mapping[str, str]) -> Self:
        """The same request with these headers in place of its own of the same names."""
        rest = self.without(headers)
        return replace(rest, headers=(*rest.headers, *headers.items()))


@dataclass(frozen=True)
class HttpAnswer:
    """An answer, whole."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    """Without those that say how the body is sent. Only an answer to HEAD has a `content-length`: its body is empty."""
    body: bytes = b""
