"""SNS wakes a function: a topic hands over every message that the subscription's filter policy wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from components import example, ledger
from components.config import JsonObject
from components.filter_policy import FilterPolicy
from components.filter_policy_example import wanted_message
from components.function import FunctionConfig, LambdaFunction
from components.resource import ResourceConfig
from components.resources.topic import Topic, TopicConfig
from components.subscription import SCOPES, SERVICE, Subscription, SubscriptionConfig, landing
from components.trigger import Trigger, TriggerConfig, Waker, let_push

BODY = "a message"
"""What an example says to whom any message will do."""


class SnsTriggerConfig(SubscriptionConfig, TriggerConfig):
    """A topic, and which of its messages the function hears."""

    kind: Literal["sns"]

    source_field: ClassVar = "topic"
    source_kind: ClassVar = "topic"
    asynchronous: ClassVar = True
    once_per_source: ClassVar = True

    def problems(self, function: FunctionConfig, source: ResourceConfig | None) -> Iterator[tuple[str, str]]:
        if isinstance(source, TopicConfig) and source.fifo:
            yield (
                "topic",
                f"{self.topic!r} is a FIFO topic, which SNS delivers to queues only: "
                "subscribe a queue to it (`subscriptions`), and let an sqs trigger read that",
            )

    def example_event(self) -> JsonObject:
        topic_arn = example.arn("sns", self.topic)
        subscription_arn = f"{topic_arn}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55"
        host = f"https://sns.{example.REGION}.amazonaws.com"
        policy = FilterPolicy.parse(self.filter_policy or {}, SCOPES[self.filter_policy_scope])
        body, attributes = wanted_message(policy, BODY) or (BODY, {})
        return {
            "Records": [
                {
                    "EventSource": "aws:sns",
                    "EventVersion": "1.0",
                    "EventSubscriptionArn": subscription_arn,
                    "Sns": {
                        "Type": "Notification",
                        "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                        "TopicArn": topic_arn,
                        "Subject": None,
                        "Message": body,
                        "Timestamp": f"{example.TIME}.000Z",
                        "SignatureVersion": "1",
                        "Signature": "RVhBTVBMRQ==",
                        "SigningCertUrl": f"{host}/SimpleNotificationService-0123456789abcdef.pem",
                        "UnsubscribeUrl": f"{host}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}",
                        # Lambda is told of numbers and arrays as of texts (SNS developer guide, "Message attribute data
                        # types and validation").
                        "MessageAttributes": {
                            name: {"Type": "String", "Value": attribute["StringValue"]}
                            for name, attribute in attributes.items()
                        },
                    },
                }
            ]
        }


class SnsTrigger(Trigger[SnsTriggerConfig]):
    """A topic that may wake a function."""

    config_class = SnsTriggerConfig

    def wire(self, config: SnsTriggerConfig, function: LambdaFunction, source: Topic) -> ledger.Handshake:
        right = let_push(
            self,
            function,
            SERVICE,
            Waker(source.address, source.arn),
            landings=[landing(config, self.address, "lambda"), function.landing()],
        )
        self.subscription = Subscription(
            self.address,
            config,
            (source.address, source.arn),
            protocol="lambda",
            endpoint=function.arn,
            after=(right.resource, *function.rights),
            opts=self.child,
        )
        self.arn = self.subscription.arn
        self.dead_letters = self.subscription.dead_letters
        self.grants += self.subscription.grants
        return right.handshake
