"""S3 notifications: whom a bucket tells of its objects, all of them in one configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.eventing.service_push import Pusher
from emulator.provider.lambda_functions import find_function
from emulator.provider.s3 import bucket_arn, look_at_id
from emulator.provider.sqs import find_queue
from emulator.provisioning.inputs import Arn, Block, Flag, Input, Items, Text
from emulator.provisioning.resource_type import Found, Made, Need, Refused, ResourceType, Values

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
    "events": Items(of=Text(among=_EVENTS), least=1, required=True, any_order=True),
    "filterPrefix": Text(most=1_024),
    "filterSuffix": Text(most=1_024),
}


_DESTINATIONS = {"lambdaFunctions": "LambdaFunction", "queues": "Queue"}
"""The inputs that hold wishes, and the first word of what S3 calls them."""

_FILTERS = {"prefix": "filterPrefix", "suffix": "filterSuffix"}


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
    replaces = ("bucket",)

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
        """S3 looks at every destination of the configuration, also at those it has looked at before."""
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
        configuration: dict[str, Any] = {
            f"{api}Configurations": [_configuration(wish, f"{api}Arn") for wish in inputs[word]]
            for word, api in _DESTINATIONS.items()
        }
        if inputs["eventbridge"]:
            configuration["EventBridgeConfiguration"] = {}
        _put(account, inputs["bucket"], configuration)
        return Made(inputs["bucket"])

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        return self.create(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        look_at_id(made_id)
        s3 = account.client("s3")
        try:
            told = s3.get_bucket_notification_configuration(Bucket=made_id)
        except s3.exceptions.NoSuchBucket:
            return None
        wishes = {
            word: [_told(wish, f"{api}Arn", known.get(word)) for wish in told.get(f"{api}Configurations", ())]
            for word, api in _DESTINATIONS.items()
        }
        inputs = {"bucket": made_id, "eventbridge": _to_event_bus(account, made_id), **wishes}
        # A bucket without any has none, unless none were wished.
        return Found(inputs, Made(made_id)) if _wishes(inputs) or (known and not _wishes(known)) else None

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
    """A wish as S3 takes it; an empty prefix or suffix is none."""
    rules = [{"Name": name, "Value": wish[word]} for name, word in _FILTERS.items() if wish.get(word)]
    return {
        **({"Id": wish["id"]} if "id" in wish else {}),
        arn_name: wish[_small(arn_name)],
        "Events": wish["events"],
        **({"Filter": {"Key": {"FilterRules": rules}}} if rules else {}),
    }


def _told(told: Mapping[str, Any], arn_name: str, known: Sequence[Values] | None) -> Values:
    """A wish that S3 tells of, in the words it was known by where it means the same.

    Args:
        known: the wishes of its kind; None where the notifications are imported.
    """
    rules = told.get("Filter", {}).get("Key", {}).get("FilterRules", ())
    # S3 answers `Prefix` to who said `prefix`.
    filters = {_FILTERS[rule["Name"].lower()]: rule["Value"] for rule in rules}
    wish = {_small(arn_name): told[arn_name], "events": told["Events"], **filters}
    meant = next((each for each in known or () if _meaning(each, arn_name) == _meaning(wish, arn_name)), wish)
    # S3 makes up ids for those who said none.
    said = known is None or any(each.get("id") == told["Id"] for each in known)
    return {**{word: value for word, value in meant.items() if word != "id"}, **({"id": told["Id"]} if said else {})}


def _meaning(wish: Values, arn_name: str) -> tuple[Any, ...]:
    return wish[_small(arn_name)], sorted(wish["events"]), [wish.get(word, "") for word in _FILTERS.values()]


def _wishes(inputs: Values) -> bool:
    return bool(inputs["eventbridge"] or any(inputs[word] for word in _DESTINATIONS))


def _to_event_bus(account: Account, bucket: str) -> bool:
    # Moto keeps this one and does not tell it.
    kept = account.storage.backend("s3").buckets[bucket].notification_configuration
    return kept is not None and kept.event_bridge is not None


def _small(word: str) -> str:
    return f"{word[0].lower()}{word[1:]}"


def _put(account: Account, bucket: str, configuration: dict[str, Any]) -> None:
    account.client("s3").put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)


TYPES = (BucketNotification(),)
