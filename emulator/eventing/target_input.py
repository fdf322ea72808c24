"""What a target asked to receive in place of the whole event, as `PutTargets` took it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from components.input_transformer import Input, InputPath, InputTransformer, TargetInput


def asked_input(target: Mapping[str, Any]) -> TargetInput | None:
    """What the target asked for; None: the event as it is."""
    if target.get("Input"):
        return Input(target["Input"])
    if target.get("InputPath"):
        return InputPath(target["InputPath"])
    if target.get("InputTransformer"):
        transformer = target["InputTransformer"]
        return InputTransformer(transformer["InputTemplate"], transformer.get("InputPathsMap") or {})
    return None


def target_input(target: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str, began: datetime) -> str:
    """The JSON text that the target receives.

    Args:
        began: when the event came to the bus.

    Raises:
        NotTransformed: the target's input cannot be made from this event.
    """
    asked = asked_input(target)
    if asked is None:
        return event_text(event)
    return asked.apply(event, rule_arn, rule_arn.rsplit("/", 1)[-1], f"{began:%Y-%m-%dT%H:%M:%SZ}")


def event_text(event: Mapping[str, Any]) -> str:
    """An event as the body of a message."""
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)
