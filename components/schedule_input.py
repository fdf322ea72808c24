"""What a schedule hands over: a notification of its own, or a JSON text with what Scheduler fills in at each try.

Sources: EventBridge Scheduler guide, "Adding context attributes"; API reference, `Target`, `Input`. The notification is
not documented: its shape is one that was recorded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

LARGEST_INPUT_BYTES = 262_144

ATTRIBUTES = ("schedule-arn", "scheduled-time", "execution-id", "attempt-number")
"""What stands as `<aws.scheduler.NAME>` in an input."""

_ATTRIBUTE = re.compile(r"<aws\.scheduler\.(?P<name>[^<>]*)>")


def problems(text: str) -> Iterator[str]:
    """What Scheduler would refuse in an input for a function, and what it would hand over as it stands."""
    try:
        json.loads(text)
    except ValueError as error:
        yield f"input needs JSON text: {error}"
    if len(text.encode()) > LARGEST_INPUT_BYTES:
        yield f"input needs at most {LARGEST_INPUT_BYTES} bytes, has {len(text.encode())}"
    for name in dict.fromkeys(_ATTRIBUTE.findall(text)):
        if name not in ATTRIBUTES:
            known = ", ".join(f"<aws.scheduler.{each}>" for each in ATTRIBUTES)
            yield f"input has <aws.scheduler.{name}>, which Scheduler does not fill in: known are {known}"


def filled(text: str, values: Mapping[str, str]) -> str:
    """The input as it is handed over, by the values of `ATTRIBUTES`."""
    return _ATTRIBUTE.sub(lambda found: values.get(found["name"], found[0]), text)


def notification(*, event_id: str, schedule_arn: str, account_id: str, region: str, at: datetime) -> dict[str, object]:
    """What is handed over where a schedule has no input."""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": account_id,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": region,
        "resources": [schedule_arn],
        # A text, and not the object that scheduled rules have there.
        "detail": "{}",
    }
