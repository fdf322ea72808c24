"""S3 lifecycles: what a bucket throws away by itself. They are kept and not carried out: days here pass unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.provider.s3_settings import BUCKET_NAME, BucketSetting, capital, said
from emulator.provisioning.inputs import Block, Flag, Input, Items, Text, Whole
from emulator.provisioning.resource_type import Values

if TYPE_CHECKING:
    from emulator.account import Account

_DAYS = Whole(least=1, most=2_147_483_647, unit="days")
_REQUIRED_DAYS = Whole(least=1, most=2_147_483_647, unit="days", required=True)

_EVERYTHING: tuple[dict[str, str], ...] = ({}, {"prefix": ""})
"""The filters that leave out nothing; a rule without one has none either."""


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
    absent = "NoSuchLifecycleConfiguration"

    def contradictions(self, inputs: Values) -> Iterator[str]:
        identifiers = [rule["id"] for rule in inputs["rules"]]
        if len(set(identifiers)) < len(identifiers):
            yield f"rules have the ids {', '.join(identifiers)}: each needs one of its own"
        for index, rule in enumerate(inputs["rules"]):
            if not any(action in rule for action in self.actions):
                yield f"rules[{index}] does nothing: it needs one of {', '.join(self.actions)}"
            if len(rule.get("expiration", {"days": None})) != 1:
                yield f"rules[{index}].expiration needs either days or expiredObjectDeleteMarker: S3 takes one of them"

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        configuration = {"Rules": [self._rule(rule) for rule in inputs["rules"]]}
        account.client("s3").put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=configuration)

    def get(self, account: Account, bucket: str, known: Values) -> Values:
        told = account.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        known_rules = {rule["id"]: rule for rule in known.get("rules", ())}
        return {"rules": [_told(rule, known_rules.get(rule["ID"], {})) for rule in told]}

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("s3").delete_bucket_lifecycle(Bucket=made_id)

    def _rule(self, rule: Values) -> dict[str, Any]:
        """A rule as S3 takes it."""
        return {
            "ID": rule["id"],
            "Status": rule["status"],
            "Filter": {"Prefix": rule.get("filter", {}).get("prefix", "")},
            **{capital(action): said(rule[action]) for action in self.actions if action in rule},
        }


def _told(told: Mapping[str, Any], known: Values) -> Values:
    """A rule that S3 tells of; `known` is the one of its id, empty where there was none."""
    rule: dict[str, Any] = {"id": told["ID"], **_in_small({word: told[word] for word in told if word != "ID"})}
    if rule.get("filter") in _EVERYTHING:
        del rule["filter"]
        if known.get("filter") in _EVERYTHING:
            rule["filter"] = known["filter"]
    versions = known.get("noncurrentVersionExpiration", {})
    if "noncurrentVersionExpiration" in rule and "newerNoncurrentVersions" in versions:
        # Moto does not keep how many of the newer versions stay.
        rule["noncurrentVersionExpiration"]["newerNoncurrentVersions"] = versions["newerNoncurrentVersions"]
    return rule


def _in_small(value: Any) -> Any:
    """What S3 tells, under the names Pulumi has for it: the same words, with a small letter."""
    if isinstance(value, Mapping):
        return {f"{word[0].lower()}{word[1:]}": _in_small(inner) for word, inner in value.items()}
    return [_in_small(inner) for inner in value] if isinstance(value, list) else value


TYPES = (BucketLifecycle(),)
