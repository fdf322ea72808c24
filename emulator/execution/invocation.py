"""One invocation of a function, once it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.execution.function_error import FunctionError


@dataclass(frozen=True)
class Invocation:
    """What a function was given and what became of it."""

    request_id: str
    function_arn: str
    function: str
    """Its name as people say it: `feeds.split`."""
    payload: Any
    result: Any = None
    """What it returned, gone through JSON; None where it failed."""
    error: FunctionError | None = None
    log_lines: tuple[str, ...] = ()
    """What its log group receives, if its role may write there."""
    duration_ms: float = 0.0
    """In virtual time: what it slept, not what it computed."""

    @property
    def ok(self) -> bool:
        return self.error is None

    @property
    def ran(self) -> bool:
        """Whether the function was run at all; else Lambda itself refused, and `error.kind` says why."""
        return self.error is None or self.error.kind == "Unhandled"

    @property
    def fix(self) -> str | None:
        """Where to look for what went wrong."""
        if self.error is None or self.error.where is None:
            return None
        return f"look at {self.error.where}"

    def details(self) -> Mapping[str, Any]:
        """The invocation for programs, as a hop carries it; `function` is there only if it ran."""
        told: dict[str, Any] = {
            "request_id": self.request_id,
            "payload": self.payload,
            "result": self.result,
            "error": self.error.to_json() if self.error else None,
            "log_lines": list(self.log_lines),
            "duration_ms": self.duration_ms,
        }
        return {"function": self.function, **told} if self.ran else told
