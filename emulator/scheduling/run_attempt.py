"""One try to hand a run over: Scheduler assumes the schedule's role, and does all it does by that role."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError
from moto.awslambda.exceptions import UnknownFunctionException

from emulator.enforcement.policies import role_exists
from emulator.eventing.target_delivery import Failure
from emulator.iam import Decision
from emulator.identity import Identity
from emulator.journal import Hop, Outcome
from emulator.scheduling.schedule_checks import PRINCIPAL, role_context
from emulator.scheduling.scheduled_run import RETRYABLE, ScheduledRun
from emulator.tally import Ending

if TYPE_CHECKING:
    from emulator.account import Account
    from emulator.delivery.asynchronous import Delivery as AsynchronousDelivery

_DENIED = "AccessDeniedException"


class RunAttempt:
    """A try at work."""

    def __init__(self, account: Account, run: ScheduledRun) -> None:
        self._account = account
        self._run = run
        self._role_arn: str = run.target["RoleArn"]
        self._function_arn: str = run.target["Arn"]

    def make(self, fault: str | None = None) -> bool:
        """Try now.

        Args:
            fault: the error code with which Lambda answers, whatever it would do otherwise.

        Returns:
            Whether there will be another try.
        """
        run, now = self._run, self._account.clock.now
        run.attempts += 1
        failure = Failure(fault, f"Lambda answered {fault}") if fault else self._hand_over()
        if failure is None:
            return False
        self._tell(Outcome.DENIED if failure.denied else Outcome.FAILED, cause=f"{failure.code}: {failure.message}")
        exhausted = run.exhausted(now) if failure.code in RETRYABLE else None
        if failure.code in RETRYABLE and exhausted is None:
            run.wait(now)
            return True
        self._land(failure, exhausted)
        return False

    def _hand_over(self) -> Failure | None:
        refused = self._refused_role() or self._refused_function()
        if refused is not None:
            return refused
        asynchronous = cast("AsynchronousDelivery", self._account.deliveries["asynchronous"])
        asynchronous.accept(
            self._function_arn,
            json.loads(self._text),
            edge=self._run.edge,
            event_id=self._run.event_id,
            what=self._run.what,
        )
        return None

    def _refused_role(self) -> Failure | None:
        """Why Scheduler cannot assume the role; None if it can."""
        if not role_exists(self._account.storage, self._role_arn):
            return Failure(_DENIED, f"there is no role {self._account.names.of(self._role_arn)}")
        context = role_context(self._account, self._run.group_name)
        decision = self._account.rights.of_trust(PRINCIPAL, self._role_arn, context)
        return self._denied(decision, PRINCIPAL, "sts:AssumeRole", self._role_arn)

    def _refused_function(self) -> Failure | None:
        """Why the role cannot invoke the function; None if it can."""
        session = self._session
        decision = self._account.rights.of_identity(session, "lambda:InvokeFunction", self._function_arn)
        denied = self._denied(decision, session.arn, "lambda:InvokeFunction", self._function_arn)
        if denied is not None:
            return denied
        try:
            self._account.storage.backend("lambda").get_function(self._function_arn)
        except UnknownFunctionException:
            return Failure("ResourceNotFoundException", f"Function not found: {self._function_arn}")
        return None

    def _denied(self, decision: Decision, principal: str, action: str, arn: str) -> Failure | None:
        if decision.allowed:
            return None
        denial = self._account.rights.deny(
            decision, principal=principal, action=action, resource=arn, caller=self._run.edge.source
        )
        told = f"{self._run.edge.source} may not {action} on {self._account.names.of(arn)}: {denial.reason}"
        return Failure(_DENIED, told, denied=True)

    @property
    def _session(self) -> Identity:
        """Scheduler's session of the role; the guide's example of a dead letter shows what its name looks like."""
        name = hashlib.sha256(self._run.schedule_arn.encode()).hexdigest()[:32]
        return self._account.identities.role_session(self._role_arn, name, self._run.edge.source)

    @property
    def _text(self) -> str:
        return self._run.text(self._account.account_id, self._account.region)

    def _land(self, failure: Failure, exhausted: str | None) -> None:
        """Nothing is tried any more: the run goes to the schedule's dead-letter queue, or nowhere."""
        cause = f"{failure.code}: {failure.message}" + (f" ({exhausted} reached)" if exhausted else "")
        place = self._run.dead_letter_arn
        if place is None:
            self._tell(Outcome.LOST, cause=f"{cause}; the schedule has no dead-letter queue", fix="give it one")
            return
        refused = self._not_sent(place, failure, exhausted)
        if refused is not None:
            self._tell(Outcome.LOST, cause=f"{cause}; and its dead-letter queue: {refused}")
            return
        self._account.tally.ended(self._run.edge, self._run.event_id, Ending.DEAD_LETTERED)
        name = self._account.names.of(place)
        self._tell(
            Outcome.DEAD, target=name, cause=cause, fix=f"mend the cause, then send the event in {name} once more"
        )

    def _not_sent(self, queue_arn: str, failure: Failure, exhausted: str | None) -> str | None:
        """Why a dead letter could not be sent, which takes the same role; None if it was."""
        if (refused := self._refused_role()) is not None:
            return refused.message
        account_id, name = queue_arn.split(":")[4:]
        try:
            self._account.client("sqs", self._session).send_message(
                QueueUrl=f"https://sqs.{self._account.region}.amazonaws.com/{account_id}/{name}",
                MessageBody=self._text,
                MessageAttributes=self._run.dead_letter_attributes(failure, exhausted),
            )
        except ClientError as error:
            return str(error.response["Error"].get("Message"))
        return None

    def _tell(
        self, outcome: Outcome, *, target: str | None = None, cause: str | None = None, fix: str | None = None
    ) -> None:
        run = self._run
        self._account.journal.write(
            Hop(
                at=self._account.clock.now,
                chain=self._account.chains.current,
                what=run.what,
                source=run.edge.source,
                target=target or run.edge.target,
                outcome=outcome,
                attempt=run.attempts,
                attempts_allowed=run.most_retries + 1,
                cause=cause,
                fix=fix,
                details={"payload": json.loads(self._text)},
            )
        )
