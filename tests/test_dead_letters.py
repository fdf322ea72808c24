"""Where failed events wait."""

from __future__ import annotations

from typing import Any

import pulumi

from components import iam
from components.dead_letters import DeadLetters

ARN = "arn:aws:sqs:eu-west-1:111111111111:a-b-failures-queue"


def letters(fifo: bool = False) -> DeadLetters:
    owner = pulumi.ComponentResource("eventwire:function:LambdaFunction", "a-b")
    return DeadLetters("a.b.failures", pulumi.ResourceOptions(parent=owner), fifo=fifo)


def test_failed_events_are_kept_encrypted_for_14_days(deploy: Any) -> None:
    deployed = deploy(lambda: letters().close())

    assert deployed["Queue", "a-b-failures-queue"].inputs == {
        "messageRetentionSeconds": 1_209_600,
        "sqsManagedSseEnabled": True,
    }


def test_they_belong_to_the_component_they_stand_behind(deploy: Any) -> None:
    deployed = deploy(lambda: letters().close())

    assert set(deployed.below("a-b")) == {"a-b-failures-queue", "a-b-failures-policy", "a-b-failures-redrive-allow"}


def test_a_service_is_let_in_only_where_it_is_named(deploy: Any) -> None:
    def program() -> None:
        failures = letters()
        only = iam.When("ArnEquals", "aws:SourceArn", ("arn:rule",))
        failures.close(
            senders=[
                iam.allow_service("events.amazonaws.com", "sqs:SendMessage", on=failures.arn, when=[only], sid="In")
            ]
        )

    tls, sender = deploy(program)["QueuePolicy", "a-b-failures-policy"].statements()

    assert (tls["Effect"], tls["Principal"]) == ("Deny", "*")
    assert sender == {
        "Sid": "In",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": ARN,
        "Condition": {"ArnEquals": {"aws:SourceArn": "arn:rule"}},
    }


def test_only_named_queues_may_redrive_here(deploy: Any) -> None:
    source = pulumi.Output.from_input("arn:source")

    some = deploy(lambda: letters().close(redriven_from=[source]))
    none = deploy(lambda: letters().close())

    allow = ("RedriveAllowPolicy", "a-b-failures-redrive-allow")
    assert some[allow].document("redriveAllowPolicy") == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": ["arn:source"],
    }
    assert none[allow].document("redriveAllowPolicy") == {"redrivePermission": "denyAll"}


def test_a_fifo_queue_has_fifo_dead_letters(deploy: Any) -> None:
    deployed = deploy(lambda: letters(fifo=True).close())

    assert deployed["Queue", "a-b-failures-queue"].inputs["fifoQueue"] is True
