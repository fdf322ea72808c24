"""The ledgers that deployed stacks exported, read from the file backend their engines keep them in.

A provider never sees what a stack exports, and the names people know things by stand there. The file is Pulumi's own
("pkg/backend/diy" of pulumi/pulumi: `.pulumi/stacks/<project>/<stack>.json`); one that cannot be read is passed over,
and things keep their logical names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_STACK = "pulumi:pulumi:Stack"


class Ledgers:
    """Looks for what stacks exported.

    Args:
        backend: the folder of the file backend; it may not be there yet.
    """

    def __init__(self, backend: Path) -> None:
        self._backend = backend
        self._seen: dict[Path, int] = {}

    def fresh(self) -> Iterator[Mapping[str, Any]]:
        """The exports of every stack that was deployed since this was asked the last time."""
        for page in sorted(self._backend.glob(".pulumi/stacks/*/*.json")):
            try:
                changed = page.stat().st_mtime_ns
                if self._seen.get(page) == changed:
                    continue
                document = json.loads(page.read_bytes())
            except (OSError, ValueError):
                continue  # It is being written: the next look finds it whole.
            self._seen[page] = changed
            exports = _exports(document)
            if exports is not None:
                yield exports


def _exports(document: Any) -> Mapping[str, Any] | None:
    try:
        resources = document["checkpoint"]["latest"]["resources"]
        return next((each["outputs"] for each in resources if each["type"] == _STACK), None)
    except (KeyError, TypeError):
        return None
