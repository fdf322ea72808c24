"""CloudWatch Logs hands lines of a log over by a subscription filter: if its pattern wants one of them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from moto.logs.models import SubscriptionFilter

from components import log_batch
from components.log_pattern import LogPattern
from emulator.eventing.service_push import Pusher
from emulator.listening.log_pusher import log_pusher
from emulator.waking.service_push import ServicePushWay
from emulator.waking.shape import Fault, part


class Way(ServicePushWay):
    """The way of a log group's subscription filter."""

    afterwards = "CloudWatch Logs does not try again, and the log lines are lost"

    def faults(self, event: Any) -> Iterator[Fault]:
        if _messages(event) is None:
            yield (
                "awslogs.data",
                "needs a batch of log events as CloudWatch Logs sends it: JSON with logEvents, compressed, in base64",
            )

    def left_out(self, event: Any) -> Iterator[str]:
        yield f"nothing is written into {self.waking.line.waker}, and nobody else hears it"

    def hand_over(self, event: Any) -> None:
        messages = _messages(event) or []
        what = "1 log line" if len(messages) == 1 else f"{len(messages)} log lines"
        patterns = [each.filter_pattern for each in self._filters]
        if not any(LogPattern.parse(pattern).matches(message) for pattern in patterns for message in messages):
            wishes = " or ".join(map(repr, patterns)) or "nothing"
            self.waking.pass_over(what, event, f"{self.waking.line.waker} is heard for {wishes}, and no line is so")
            return
        self.push(event, what)

    @property
    def _filters(self) -> list[SubscriptionFilter]:
        """Those that wake the function."""
        name = self.waking.source_arn.split(":")[6]
        group = self.waking.account.storage.backend("logs").groups[name]
        kept: list[SubscriptionFilter] = list(group.subscription_filters.values())
        return [each for each in kept if each.destination_arn == self.waking.function_arn]

    def _pusher(self) -> Pusher:
        return log_pusher(self.waking.account, self.waking.source_arn, self.waking.function_arn)


def _messages(event: Any) -> list[str] | None:
    """The lines of a batch; None where it is none."""
    if not isinstance(part(event, "awslogs.data") if isinstance(event, dict) else None, str):
        return None
    try:
        return [str(line["message"]) for line in log_batch.decoded(event)["logEvents"]]
    except (EOFError, KeyError, OSError, TypeError, ValueError, zlib.error):
        return None
