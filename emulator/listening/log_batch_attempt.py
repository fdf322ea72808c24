"""One try to bring a batch of log events to its function: it gets there, is tried again later, or is lost.

CloudWatch Logs tries again after an error of the server's side or while it is throttled, for a day. A refusal it does
not try again, and knows no dead letters (CloudWatch Logs user guide, "Real-time processing of log data with
subscriptions").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from emulator.eventing.service_push import refused_function
from emulator.journal import Hop, Outcome
from emulator.listening.log_batch import LogBatch
from emulator.listening.log_pusher import log_pusher

if TYPE_CHECKING:
    from emulator.account import Account
    from emulator.delivery.asynchronous import Delivery as AsynchronousDelivery


class LogBatchAttempt:
    """A try at work.

    Attributes:
        refused: whether Lambda refused, once it was made.
    """

    def __init__(self, account: Account, batch: LogBatch) -> None:
        self._account = account
        self._batch = batch
        self.refused = False

    def make(self, fault: str | None = None) -> bool:
        """Try now.

        Args:
            fault: the error of the server's side with which Lambda answers, whatever it would do otherwise.

        Returns:
            Whether there will be another try.
        """
        batch = self._batch
        batch.attempts += 1
        if fault is not None:
            cause = f"Lambda answered {fault}"
            self._tell(Outcome.FAILED, cause)
            if batch.wait(self._account.clock.now):
                return True
            self._tell(Outcome.LOST, f"{cause}, and the day is over for which CloudWatch Logs tries again")
            return False
        self._hand_over()
        return False

    def skip(self, why: str) -> None:
        """Do not try at all."""
        self._tell(Outcome.LOST, why)

    def _hand_over(self) -> None:
        batch = self._batch
        pusher = log_pusher(self._account, batch.log_group_arn, batch.function_arn)
        refused = refused_function(self._account, pusher, batch.function_arn)
        if refused is not None:
            self.refused = True
            self._tell(
                Outcome.LOST if refused.denial is None else Outcome.DENIED,
                f"{refused.reason}; CloudWatch Logs does not try again, and the log lines are lost",
            )
            return
        asynchronous = cast("AsynchronousDelivery", self._account.deliveries["asynchronous"])
        asynchronous.accept(batch.function_arn, batch.event, edge=batch.edge, event_id=batch.event_id, what=batch.what)

    def _tell(self, outcome: Outcome, cause: str) -> None:
        batch = self._batch
        self._account.journal.write(
            Hop(
                at=self._account.clock.now,
                chain=self._account.chains.current,
                what=batch.what,
                source=batch.edge.source,
                target=batch.edge.target,
                outcome=outcome,
                attempt=max(batch.attempts, 1),
                cause=cause,
                details={"payload": batch.event, "messages": batch.messages},
            )
        )
