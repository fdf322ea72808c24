"""A rule on an event bus that wakes a function: its pattern, its target with retries, dead letters and right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components import iam, ledger
from components.dead_letters import DeadLetters
from components.function import LambdaFunction
from components.trigger import Trigger, TriggerConfig, Waker, let_push

SERVICE = "events.amazonaws.com"


class RuleTriggerConfig(TriggerConfig):
    """What every trigger says that works by a rule."""

    max_retries: int = Field(default=185, ge=0, le=185)
    """How often EventBridge tries again to reach Lambda."""
    max_event_age_seconds: int = Field(default=86_400, ge=60, le=86_400)
    """How long it tries."""
    dead_letters: Literal["queue", "discard"] = "queue"
    """`discard` switches the dead-letter queue off: an event that cannot be handed over is lost."""


class Rule:
    """A trigger's rule and all that belongs to it. Its parts are the trigger's children, and bear its name.

    Args:
        trigger: whose rule it is.
        waker: whose events it hears, by the name in the ledger.
        bus_name: the bus it is on, as AWS calls it.
        pattern: the events it wants, as JSON text.
        target: further inputs of the target: what the function receives in place of the whole event.

    Attributes:
        arn: of the rule; the only source that the function's permission and the dead letters' policy name.
        dead_letters: where events land that cannot be handed over; None where config says `discard`.
        handshake: the right to wake, as the ledger has it.
        grants: the right to send to the dead letters, if there are any.
    """

    def __init__(
        self,
        trigger: Trigger[Any],
        config: RuleTriggerConfig,
        function: LambdaFunction,
        *,
        waker: str,
        bus_name: pulumi.Input[str],
        pattern: pulumi.Input[str],
        description: str | None = None,
        enabled: bool = True,
        target: Mapping[str, Any] | None = None,
    ) -> None:
        self._trigger = trigger
        self._told = f"{trigger.address} (rule)"
        self.rule = aws.cloudwatch.EventRule(
            f"{trigger.name}-rule",
            event_bus_name=bus_name,
            event_pattern=pattern,
            description=description,
            state="ENABLED" if enabled else "DISABLED",
            opts=trigger.child,
        )
        self.arn = self.rule.arn
        self.grants: list[ledger.Grant] = []
        self.dead_letters: DeadLetters | None = None
        rights: list[pulumi.Resource] = []
        if config.dead_letters == "queue":
            self.dead_letters = DeadLetters(f"{trigger.address}.dead-letters", trigger.child)
            rights.append(self._let_rule_send(self.dead_letters))
        right = let_push(
            trigger,
            function,
            SERVICE,
            Waker(waker, self.arn, told=self._told),
            landings=[self._landing(config), function.landing()],
        )
        self.handshake = right.handshake
        self.target = aws.cloudwatch.EventTarget(
            f"{trigger.name}-target",
            rule=self.rule.name,
            event_bus_name=bus_name,
            arn=function.arn,
            retry_policy={
                "maximum_retry_attempts": config.max_retries,
                "maximum_event_age_in_seconds": config.max_event_age_seconds,
            },
            dead_letter_config={"arn": self.dead_letters.arn} if self.dead_letters else None,
            **(target or {}),
            # An event that comes before the permission goes to the dead letters at once, without a retry.
            opts=trigger.after(right.resource, *function.rights, *rights),
        )

    def _let_rule_send(self, dead_letters: DeadLetters) -> pulumi.Resource:
        self.grants.append(
            ledger.Grant(
                name=f"{self._trigger.address}-may-send-to-its-dead-letters",
                grantee=self._trigger.address,
                verb="send_to",
                resource=dead_letters.address,
                actions=("sqs:SendMessage",),
                scope="",
                conditions=(ledger.Condition("ArnEquals", "aws:SourceArn", (self._told,)),),
                right=f"{dead_letters.name}-policy",
            )
        )
        return dead_letters.close(
            senders=[
                iam.allow_service(
                    SERVICE,
                    "sqs:SendMessage",
                    on=dead_letters.arn,
                    when=[iam.When("ArnEquals", "aws:SourceArn", (self.arn,))],
                    sid="RuleSendsWhatItCannotDeliver",
                )
            ]
        )

    def _landing(self, config: RuleTriggerConfig) -> ledger.Landing:
        return ledger.Landing(
            when="Lambda cannot be reached",
            after=f"{config.max_retries} retries or {config.max_event_age_seconds} seconds",
            where=self.dead_letters.address if self.dead_letters else None,
        )
