"""What a bucket throws away by itself is kept as it was said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live

TYPE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"

LIFECYCLE = """
bucket = aws.s3.Bucket("feed")
def lifecycle(*rules):
    aws.s3.BucketLifecycleConfiguration("lifecycle", bucket=bucket.bucket, rules=list(rules))
OLD = {"id": "old", "status": "Enabled", "expiration": {"days": 90}}
"""


def test_rules_reach_the_bucket(tmp_path: Path) -> None:
    source = f"""{LIFECYCLE}
lifecycle({{**OLD, "filter": {{"prefix": "in/"}}, "noncurrent_version_expiration": {{"noncurrent_days": 30}},
    "abort_incomplete_multipart_upload": {{"days_after_initiation": 7}}}})
"""

    with deployed(tmp_path, source) as (account, deployment):
        bucket = deployment.named("Bucket", "feed").id
        (rule,) = account.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]

        assert rule == {
            "ID": "old",
            "Status": "Enabled",
            "Filter": {"Prefix": "in/"},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
            "Expiration": {"Days": 90},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        }


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (
            '{"id": "a", "status": "Enabled"}',
            "rules[0] does nothing: it needs one of abortIncompleteMultipartUpload, expiration, "
            "noncurrentVersionExpiration",
        ),
        (
            '{**OLD, "expiration": {}}',
            "rules[0].expiration needs either days or expiredObjectDeleteMarker: S3 takes one of them",
        ),
        (
            '{**OLD, "expiration": {"days": 1, "expired_object_delete_marker": True}}',
            "rules[0].expiration needs either days or expiredObjectDeleteMarker: S3 takes one of them",
        ),
        ("OLD, OLD", "rules have the ids old, old: each needs one of its own"),
        ('{**OLD, "status": "On"}', "rules[0].status 'On' needs one of Enabled, Disabled"),
        ('{**OLD, "expiration": {"days": 0}}', "rules[0].expiration.days 0 needs 1 to 2147483647 days"),
        (
            '{**OLD, "transitions": [{"storage_class": "GLACIER", "days": 1}]}',
            "the embedded account does not do `rules[0].transitions` yet",
        ),
    ],
)
def test_rules_that_s3_would_not_take_are_refused(tmp_path: Path, rules: str, told: str) -> None:
    assert problems(tmp_path, f"{LIFECYCLE}\nlifecycle({rules})") == [
        f"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration lifecycle: {told}"
    ]


EXPIRES: dict[str, Any] = {"id": "old", "status": "Enabled", "expiration": {"days": 90}}


@pytest.fixture
def bucket(account: Account) -> str:
    account.client("s3").create_bucket(
        Bucket="quakes-feed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return "quakes-feed"


def made(account: Account, *rules: Mapping[str, Any]) -> dict[str, Any]:
    """The checked inputs of a lifecycle that was made."""
    told = checked(account, TYPE, {"bucket": "quakes-feed", "rules": list(rules)})
    Provisioner(account).create(TYPE, told)
    return told


def read_rules(account: Account, known: Mapping[str, Any] | None = None) -> Any:
    found = Provisioner(account).read(TYPE, "quakes-feed", known or {}, SETTINGS)
    return found and found.inputs["rules"]


def test_a_lifecycle_changes_and_goes(account: Account, bucket: str) -> None:
    stages: tuple[list[dict[str, Any]], ...] = (
        [EXPIRES],
        [
            {**EXPIRES, "status": "Disabled", "filter": {"prefix": "in/"}, "expiration": {"days": 30}},
            {
                "id": "versions",
                "status": "Enabled",
                "noncurrentVersionExpiration": {"noncurrentDays": 7, "newerNoncurrentVersions": 3},
                "abortIncompleteMultipartUpload": {"daysAfterInitiation": 2},
            },
        ],
        [
            {**EXPIRES, "filter": {"prefix": ""}, "expiration": {"expiredObjectDeleteMarker": True}},
            {"id": "versions", "status": "Enabled", "noncurrentVersionExpiration": {"noncurrentDays": 8}},
        ],
        [{**EXPIRES, "filter": {}, "expiration": {"expiredObjectDeleteMarker": False}}],
    )

    life = live(account, TYPE, *({"bucket": bucket, "rules": rules} for rules in stages))

    assert (life.id, life.arn) == (bucket, None)


@pytest.mark.parametrize(
    ("by_somebody", "seen"),
    [
        ({"Status": "Disabled"}, {"status": "Disabled"}),
        ({"Expiration": {"Days": 1}}, {"expiration": {"days": 1}}),
        ({"Filter": {"Prefix": "out/"}}, {"filter": {"prefix": "out/"}}),
        (
            {"Filter": {"Tag": {"Key": "keep", "Value": "no"}}},
            {"filter": {"tag": {"key": "keep", "value": "no"}}},
        ),
        (
            {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 9}},
            {"abortIncompleteMultipartUpload": {"daysAfterInitiation": 9}},
        ),
        (
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 9}},
            {"noncurrentVersionExpiration": {"noncurrentDays": 9, "newerNoncurrentVersions": 3}},
        ),
        (
            {"Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]},
            {"transitions": [{"days": 30, "storageClass": "GLACIER"}]},
        ),
        ({"ID": "new"}, {"id": "new", "noncurrentVersionExpiration": {"noncurrentDays": 5}}),
    ],
)
def test_what_somebody_else_set_is_read(
    account: Account, bucket: str, by_somebody: dict[str, Any], seen: dict[str, Any]
) -> None:
    rule = {**EXPIRES, "noncurrentVersionExpiration": {"noncurrentDays": 5, "newerNoncurrentVersions": 3}}
    told = made(account, rule)

    s3 = account.client("s3")
    (standing,) = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [{**standing, **by_somebody}]}
    )

    assert read_rules(account, told) == [{**rule, **seen}]


def test_a_lifecycle_is_imported_by_its_buckets_name(account: Account, bucket: str) -> None:
    told = made(account, EXPIRES, {**EXPIRES, "id": "in", "filter": {"prefix": "in/"}})

    assert read_rules(account) == told["rules"]


def test_a_lifecycle_is_gone_with_its_rules_and_with_its_bucket(account: Account, bucket: str) -> None:
    told = made(account, EXPIRES)

    account.client("s3").delete_bucket_lifecycle(Bucket=bucket)
    assert read_rules(account, told) is None

    account.client("s3").delete_bucket(Bucket=bucket)
    assert read_rules(account, told) is None


def test_the_lifecycle_of_another_bucket_takes_the_place_of_the_old_one(account: Account) -> None:
    old, new = (checked(account, TYPE, {"bucket": name, "rules": [EXPIRES]}) for name in ("quakes-one", "quakes-two"))

    assert Provisioner(account).difference(TYPE, old, new).replaces == {"bucket"}
