"""What a bucket throws away by itself is kept as it was said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

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
