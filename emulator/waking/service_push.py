"""A service wakes a function with an event as it stands: once, by the right that the function's own policy gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from emulator.account import Account
from emulator.delivery.asynchronous import Delivery as AsynchronousDelivery
from emulator.eventing.service_push import Pusher, refused_function
from emulator.journal import Hop, Outcome
from emulator.tally import Edge
from emulator.waking.shape import Fault
from emulator.waking.waking import Waking


@dataclass
class ServicePush:
    """One event on its way from a service to a function's asynchronous queue."""

    account: Account
    pusher: Pusher
    function_arn: str
    payload: Any
    what: str
    edge: Edge
    event_id: str
    due: datetime
    afterwards: str
    """What becomes of an event that the service may not hand over, in words."""

    def make(self) -> bool:
        """Try; there is no second one."""
        refused = refused_function(self.account, self.pusher, self.function_arn)
        if refused is None:
            asynchronous = cast(AsynchronousDelivery, self.account.deliveries["asynchronous"])
            asynchronous.accept(self.function_arn, self.payload, edge=self.edge, event_id=self.event_id, what=self.what)
            return False
        self.account.journal.write(
            Hop(
                at=self.account.clock.now,
                chain=self.account.chains.current,
                what=self.what,
                source=self.edge.source,
                target=self.edge.target,
                outcome=Outcome.LOST if refused.denial is None else Outcome.DENIED,
                attempts_allowed=1,
                cause=f"{refused.reason}; {self.afterwards}",
                details={"payload": self.payload},
            )
        )
        return False


class ServicePushWay:
    """The way of a service of which no more is known than its line in the ledger."""

    afterwards = "what the service does then is not emulated, and the event is lost"

    def __init__(self, waking: Waking) -> None:
        self.waking = waking

    @property
    def made_up(self) -> Mapping[str, str]:
        return {}

    def faults(self, event: Any) -> Iterator[Fault]:
        return iter(())

    def left_out(self, event: Any) -> Iterator[str]:
        yield f"whether {self.waking.line.waker} would have told of this, and what {self.principal} does beside it"

    def hand_over(self, event: Any) -> None:
        self.push(event, "1 event")

    @property
    def principal(self) -> str:
        return self.waking.line.principal

    def push(self, event: Any, what: str) -> None:
        """Let the service call the function."""
        waking = self.waking
        push = ServicePush(
            waking.account,
            self._pusher(),
            waking.function_arn,
            event,
            what,
            waking.edge,
            waking.event_id,
            waking.account.clock.now,
            self.afterwards,
        )
        waking.hand.begin(push, push.make)

    def _pusher(self) -> Pusher:
        """The service at work for the source that the right names."""
        line, book = self.waking.line, self.waking.book
        named = [each.values[0].partition(" ")[0] for each in line.conditions if each.key == "aws:SourceArn"]
        source = next(iter(named), line.waker)
        return Pusher(
            line.principal,
            source_arn=book.things[source if source in book.things else line.waker].arn,
            caller=source,
            source_account=self.waking.account.account_id,
        )
