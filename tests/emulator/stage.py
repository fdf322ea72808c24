"""Queues, buckets, buses and what hangs on them, in an open account, made with boto3."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.account import Account
from emulator.journal import Hop, Outcome
from tests.emulator.functions import Functions, document

ACCOUNT_ID = "111111111111"
REGION = "eu-west-1"

QUIET = "def handle(event, context):\n    return None\n"
FAILING = "def handle(event, context):\n    raise ValueError('boom')\n"


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{name}"


def poll_right(*names: str) -> dict[str, Any]:
    """What polling these queues needs."""
    return {
        "Effect": "Allow",
        "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        "Resource": [queue_arn(name) for name in names],
    }


class Stage:
    """Makes things in `account`. Queues are named by their own names, functions `feeds.NAME`."""

    def __init__(self, account: Account, functions: Functions) -> None:
        self.account = account
        self.functions = functions

    def queue(
        self, name: str, *, max_receives: int | None = None, dead_letters: str = "dead", **attributes: Any
    ) -> str:
        """A queue; with `max_receives` also its dead-letter queue. Returns its URL."""
        texts = {key: str(value) for key, value in attributes.items()}
        if name.endswith(".fifo"):
            texts = {"FifoQueue": "true", **texts}
        if max_receives is not None:
            self.queue(dead_letters)
            policy = {"deadLetterTargetArn": queue_arn(dead_letters), "maxReceiveCount": max_receives}
            texts["RedrivePolicy"] = json.dumps(policy)
        url: str = self.account.client("sqs").create_queue(QueueName=name, Attributes=texts)["QueueUrl"]
        return url

    def queue_policy(self, name: str, *statements: Mapping[str, Any]) -> None:
        self.account.client("sqs").set_queue_attributes(QueueUrl=name, Attributes={"Policy": document(*statements)})

    def feed(self, function_arn: str, queue: str, **options: Any) -> str:
        """Let a queue feed a function; returns the mapping's id."""
        mapping: str = self.account.client("lambda").create_event_source_mapping(
            FunctionName=function_arn, EventSourceArn=queue_arn(queue), **options
        )["UUID"]
        return mapping

    def fed_function(self, source: str, queue: str = "readings", *, name: str = "record", **options: Any) -> str:
        """A function that may poll `queue`, and is fed from it."""
        arn = self.functions.make(source, poll_right(queue), name=name)
        self.feed(arn, queue, **options)
        return arn

    def send(self, queue: str, *bodies: str, **options: Any) -> list[str]:
        """Send messages one by one; returns their ids."""
        sqs = self.account.client("sqs")
        return [sqs.send_message(QueueUrl=queue, MessageBody=body, **options)["MessageId"] for body in bodies]

    def bodies(self, queue: str) -> list[str]:
        """What lies in a queue, in flight or not."""
        return [message.body for message in self.account.storage.backend("sqs").queues[queue]._messages]

    def bucket(self, name: str = "feed", *, versioned: bool = False) -> str:
        s3 = self.account.client("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def notify(self, bucket: str, target_arn: str | None, *events: str, **filters: str) -> None:
        """Let a bucket tell a function or a queue; None: the default event bus."""
        rules = [{"Name": name, "Value": value} for name, value in filters.items()]
        chosen = {"Filter": {"Key": {"FilterRules": rules}}} if rules else {}
        common = {"Events": list(events or ["s3:ObjectCreated:*"]), "Id": "told", **chosen}
        configuration: dict[str, Any] = {"EventBridgeConfiguration": {}}
        if target_arn is not None and ":sqs:" in target_arn:
            configuration = {"QueueConfigurations": [{"QueueArn": target_arn, **common}]}
        elif target_arn is not None:
            configuration = {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": target_arn, **common}]}
        self.account.client("s3").put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=configuration
        )

    def let(self, principal: str, function_arn: str, source_arn: str, **conditions: str) -> None:
        """Let a service wake a function."""
        self.account.client("lambda").add_permission(
            FunctionName=function_arn,
            StatementId=f"{principal.split('.')[0]}-{function_arn.rsplit(':', 1)[-1]}",
            Action="lambda:InvokeFunction",
            Principal=principal,
            SourceArn=source_arn,
            **conditions,
        )

    def told_function(self, source: str = QUIET, bucket: str = "feed", *, name: str = "split") -> str:
        """A function that a bucket may wake, and does for every object created."""
        arn = self.functions.make(source, name=name)
        self.let("s3.amazonaws.com", arn, f"arn:aws:s3:::{bucket}", SourceAccount=ACCOUNT_ID)
        self.notify(bucket, arn)
        return arn

    def bus(self, name: str = "announcements") -> str:
        arn: str = self.account.client("events").create_event_bus(Name=name)["EventBusArn"]
        self.account.names.give(arn, f"alerts.{name}")
        return arn

    def rule(self, pattern: Mapping[str, Any], *, bus: str = "announcements", name: str = "strong", **more: Any) -> str:
        arn: str = self.account.client("events").put_rule(
            Name=name, EventBusName=bus, EventPattern=json.dumps(pattern), **more
        )["RuleArn"]
        return arn

    def target(self, arn: str, *, bus: str = "announcements", rule: str = "strong", **options: Any) -> None:
        target = {"Id": arn.rsplit(":", 1)[-1], "Arn": arn, **options}
        self.account.client("events").put_targets(Rule=rule, EventBusName=bus, Targets=[target])

    def woken_function(self, source: str = QUIET, *, name: str = "assess", **target: Any) -> str:
        """A function that a rule on `announcements` may wake, and does for every event from `seismic.feeds`."""
        self.bus()
        rule_arn = self.rule({"source": ["seismic.feeds"]})
        arn = self.functions.make(source, name=name)
        self.let("events.amazonaws.com", arn, rule_arn)
        self.target(arn, **target)
        return arn

    def publish(self, *details: Mapping[str, Any], bus: str | None = "announcements", **fields: Any) -> dict[str, Any]:
        """Publish events; each is one of `seismic.feeds`, a `Strong Quake`."""
        entry = {
            "Source": "seismic.feeds",
            "DetailType": "Strong Quake",
            **({"EventBusName": bus} if bus else {}),
            **fields,
        }
        answer: dict[str, Any] = self.account.client("events").put_events(
            Entries=[{**entry, "Detail": json.dumps(detail)} for detail in details]
        )
        return answer

    def topic(self, name: str = "news", **attributes: Any) -> str:
        """A topic, named `alerts.NAME`; returns its ARN."""
        texts = {key: str(value) for key, value in attributes.items()}
        if name.endswith(".fifo"):
            texts = {"FifoTopic": "true", **texts}
        arn: str = self.account.client("sns").create_topic(Name=name, Attributes=texts)["TopicArn"]
        self.account.names.give(arn, f"alerts.{name}")
        return arn

    def subscribe(self, topic_arn: str, endpoint: str, **attributes: Any) -> str:
        """Let a function or queue hear a topic; attributes that are no text are told as JSON. Returns its ARN."""
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in attributes.items()}
        arn: str = self.account.client("sns").subscribe(
            TopicArn=topic_arn,
            Protocol=endpoint.split(":")[2],
            Endpoint=endpoint,
            Attributes=texts,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        return arn

    def let_topic_send(self, topic_arn: str, *names: str) -> None:
        """Let a topic put messages on queues."""
        for name in names:
            self.queue_policy(
                name,
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": queue_arn(name),
                    "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
                },
            )

    def announce(self, topic_arn: str, *messages: str, **options: Any) -> list[str]:
        """Publish messages to a topic one by one; returns their ids."""
        sns = self.account.client("sns")
        return [sns.publish(TopicArn=topic_arn, Message=message, **options)["MessageId"] for message in messages]

    def payloads(self) -> list[Any]:
        """What functions received, in order."""
        return [hop.details["payload"] for hop in self.invocations()]

    def invocations(self) -> list[Hop]:
        return [hop for hop in self.account.journal.hops if "function" in hop.details]

    def hops(self, outcome: Outcome) -> list[Hop]:
        return [hop for hop in self.account.journal.hops if hop.outcome is outcome]

    def counts(self, source: str, target: str) -> tuple[int, int, int, int]:
        """Sent, processed, dead-lettered and filtered on one edge."""
        for row in self.account.tally.rows():
            if (row.edge.source, row.edge.target) == (source, target):
                return row.sent, row.processed, row.dead_lettered, row.filtered
        return 0, 0, 0, 0
