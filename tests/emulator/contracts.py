"""What a replaced function of moto takes: a test of ours fails when moto changes it, before a journey does."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any


def parameters(function: Callable[..., Any]) -> list[str]:
    """The names of a function's parameters, `*` and `**` with their stars."""
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    found = inspect.signature(function).parameters.values()
    return [f"{stars.get(parameter.kind, '')}{parameter.name}" for parameter in found]
