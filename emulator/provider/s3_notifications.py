"""S3 notifications: whom a bucket tells of its objects, all of them in one configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.eventing.service_push import Pusher
from emulator.provider.lambda_functions import find_function
from emulator.provider.s3 import bucket_arn
from emulator.provider.sqs import find_queue
from emulator.provisioning.inputs import Arn, Block, Flag, Input, Items, Text
from emulator.provisioning.resource_type import Made, Need, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_EVENTS = (
    *("s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post", "s3:ObjectCreated:Copy"),
    "s3:ObjectCreated:CompleteMultipartUpload",
    *("s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated"),
    *("s3:ObjectTagging:*", "s3:ObjectTagging:Put", "s3:ObjectTagging:Delete", "s3:ObjectAcl:Put"),
)
"""The events that are announced here; of a bucket's others (restores, lifecycle, replication) there are none."""

_WISH: Mapping[str, Input] = {
    "id": Text(least=1, most=255),
    "events": Items(of=Text(among=_EVENTS), least=1, required=True),
    "filterPrefix": Text(most=1_024),
    "filterSuffix": Text(most=1_024),
}


class BucketNotification(ResourceType):
    """A bucket's notifications (S3 API reference, `PutBucketNotificationConfiguration`)."""

    pulumi_type = "aws:s3/bucketNotification:BucketNotification"
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": Text(least=3, most=63, required=True),
        "eventbridge": Flag(default=False),
        "lambdaFunctions": Items(
            of=Block(of={**_WISH, "lambdaFunctionArn": Arn(of=("lambda",), required=True)}), default=[]
        ),
        "queues": Items(of=Block(of={**_WISH, "queueArn": Arn(of=("sqs",), required=True)}), default=[]),
    }
    one_per = ("bucket",)

    def contradictions(self, inputs: Values) -> Iterator[str]:
        wishes = [*_named(inputs, "lambdaFunctions"), *_named(inputs, "queues")]
        for (path, one), (other_path, other) in combinations(wishes, 2):
            if _overlap(one, other):
                yield (
                    f"{other_path} overlaps {path}: S3 takes no two that want the same event for the same key, "
                    "neither prefixes nor suffixes tell them apart"
                )
        for path, wish in _named(inputs, "queues"):
            if wish["queueArn"].endswith(".fifo"):
                yield f"{path}.queueArn {wish['queueArn']!r} needs a standard queue: S3 sends to no FIFO queue"

    def needs(self, account: Account, inputs: Values) -> Iterator[Need]:
        arn = bucket_arn(account, inputs["bucket"])
        pusher = Pusher("s3.amazonaws.com", arn, account.names.of(arn), source_account=account.account_id)
        for function_arn in dict.fromkeys(wish["lambdaFunctionArn"] for wish in inputs["lambdaFunctions"]):
            if find_function(account, function_arn) is None:
                raise Refused(f"lambdaFunctions name {function_arn}, and there is no such function")
            yield _push(account, pusher, "lambda:InvokeFunction", function_arn)
        for queue_arn in dict.fromkeys(wish["queueArn"] for wish in inputs["queues"]):
            if find_queue(account, queue_arn) is None:
                raise Refused(f"queues name {queue_arn}, and there is no such queue")
            yield _push(account, pusher, "sqs:SendMessage", queue_arn)

    def create(self, account: Account, inputs: Values) -> Made:
        functions = [_configuration(wish, "LambdaFunctionArn") for wish in inputs["lambdaFunctions"]]
        queues = [_configuration(wish, "QueueArn") for wish in inputs["queues"]]
        configuration: dict[str, Any] = {"LambdaFunctionConfigurations": functions, "QueueConfigurations": queues}
        if inputs["eventbridge"]:
            configuration["EventBridgeConfiguration"] = {}
        _put(account, inputs["bucket"], configuration)
        return Made(inputs["bucket"])

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        _put(account, made_id, {})


def _named(inputs: Values, word: str) -> list[tuple[str, Values]]:
    return [(f"{word}[{index}]", wish) for index, wish in enumerate(inputs[word])]


def _overlap(one: Values, other: Values) -> bool:
    """Whether one object could be told twice (S3 guide, "Configuring event notifications using object key name
    filtering")."""
    return (
        any(_same(event, wanted) for event in one["events"] for wanted in other["events"])
        and _either(one.get("filterPrefix", ""), other.get("filterPrefix", ""), str.startswith)
        and _either(one.get("filterSuffix", ""), other.get("filterSuffix", ""), str.endswith)
    )


def _same(event: str, other: str) -> bool:
    return _either(event.removesuffix("*"), other.removesuffix("*"), str.startswith)


def _either(one: str, other: str, has: Any) -> bool:
    return bool(has(one, other) or has(other, one))


def _push(account: Account, pusher: Pusher, action: str, arn: str) -> Need:
    return Need(
        f"{pusher.principal} may {action} on {account.names.of(arn)} for {pusher.caller}",
        arn,
        lambda: account.rights.of_service(pusher.principal, action, arn, pusher.context),
    )


def _configuration(wish: Values, arn_name: str) -> dict[str, Any]:
    rules = [
        {"Name": name, "Value": wish[word]}
        for name, word in (("prefix", "filterPrefix"), ("suffix", "filterSuffix"))
        if word in wish
    ]
    return {
        **({"Id": wish["id"]} if "id" in wish else {}),
        arn_name: wish[f"{arn_name[0].lower()}{arn_name[1:]}"],
        "Events": wish["events"],
        **({"Filter": {"Key": {"FilterRules": rules}}} if rules else {}),
    }


def _put(account: Account, bucket: str, configuration: dict[str, Any]) -> None:
    account.client("s3").put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)


TYPES = (BucketNotification(),)
