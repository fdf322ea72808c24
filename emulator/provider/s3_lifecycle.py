"""S3 lifecycles: what a bucket throws away by itself. They are kept and not carried out: days here pass unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from emulator.provider.s3 import BUCKET_NAME, BucketSetting, capital, said
from emulator.provisioning.inputs import Block, Flag, Input, Items, Text, Whole
from emulator.provisioning.resource_type import Values

if TYPE_CHECKING:
    from emulator.account import Account

_DAYS = Whole(least=1, most=2_147_483_647, unit="days")
_REQUIRED_DAYS = Whole(least=1, most=2_147_483_647, unit="days", required=True)


class BucketLifecycle(BucketSetting):
    """A bucket's rules (S3 API reference, `PutBucketLifecycleConfiguration`)."""

    pulumi_type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    actions = ("abortIncompleteMultipartUpload", "expiration", "noncurrentVersionExpiration")
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET_NAME,
        "rules": Items(
            of=Block(
                of={
                    "abortIncompleteMultipartUpload": Block(of={"daysAfterInitiation": _REQUIRED_DAYS}),
                    "expiration": Block(of={"days": _DAYS, "expiredObjectDeleteMarker": Flag()}),
                    "filter": Block(of={"prefix": Text(most=1_024)}),
                    "id": Text(least=1, most=255, required=True),
                    "noncurrentVersionExpiration": Block(
                        of={"newerNoncurrentVersions": Whole(least=1, most=100), "noncurrentDays": _REQUIRED_DAYS}
                    ),
                    "status": Text(among=("Enabled", "Disabled"), required=True),
                }
            ),
            least=1,
            most=1_000,
            required=True,
        ),
    }

    def contradictions(self, inputs: Values) -> Iterator[str]:
        identifiers = [rule["id"] for rule in inputs["rules"]]
        if len(set(identifiers)) < len(identifiers):
            yield f"rules have the ids {', '.join(identifiers)}: each needs one of its own"
        for index, rule in enumerate(inputs["rules"]):
            if not any(action in rule for action in self.actions):
                yield f"rules[{index}] does nothing: it needs one of {', '.join(self.actions)}"

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        rules = [
            {
                "ID": rule["id"],
                "Status": rule["status"],
                "Filter": {"Prefix": rule.get("filter", {}).get("prefix", "")},
                **{capital(action): said(rule[action]) for action in self.actions if action in rule},
            }
            for rule in inputs["rules"]
        ]
        account.client("s3").put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("s3").delete_bucket_lifecycle(Bucket=made_id)


TYPES = (BucketLifecycle(),)
