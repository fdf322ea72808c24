"""JSON texts in which some values are still Outputs.

`Output.json_dumps` makes several Outputs of each key and each value on the way. A text made here is one more Output
than those that stand in it, and a stack is made of texts: each right is one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

import pulumi


def json_text(value: Any) -> pulumi.Output[str]:
    """The JSON text of a value.

    Args:
        value: dicts with plain keys, lists and tuples; what stands in them is plain or an Output of something plain.

    Returns:
        The text. It depends on every resource that one of the Outputs does, and is secret or unknown where one is.
    """
    outputs = list({id(output): output for output in _outputs(value)}.values())

    def write(parts: list[Any]) -> str:
        known = {id(output): part for output, part in zip(outputs, parts, strict=True)}
        return json.dumps(value, default=lambda part: known[id(part)] if id(part) in known else _refuse(part))

    if len(outputs) == 1:
        return outputs[0].apply(lambda part: write([part]))
    return pulumi.Output.all(*outputs).apply(write)


def _refuse(part: object) -> NoReturn:
    raise TypeError(f"{part!r} cannot be said in JSON")


def _outputs(value: Any) -> Iterator[pulumi.Output[Any]]:
    if isinstance(value, pulumi.Output):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _outputs(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _outputs(part)
