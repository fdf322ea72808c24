"""Where the records of streams land that a function keeps failing on."""

from __future__ import annotations

from typing import Any

from components.failed_records import FailedRecords

NAME_CHARACTERS = 63
AUTONAME_CHARACTERS = 8
LONGEST_FUNCTION = 41


def test_failed_records_are_kept_for_90_days_in_a_closed_bucket(deploy: Any) -> None:
    deployed = deploy(lambda: FailedRecords("feeds.record"))

    (rule,) = deployed["BucketLifecycleConfiguration", "feeds-record-failed-lifecycle"].inputs["rules"]
    assert (rule["status"], rule["filter"], rule["expiration"]) == ("Enabled", {"prefix": ""}, {"days": 90})
    assert deployed["BucketPublicAccessBlock", "feeds-record-failed-public-access-block"].inputs["blockPublicAcls"]
    assert deployed["Bucket", "feeds-record-failed-bucket"].inputs == {}


def test_objects_in_it_keep_the_bucket_from_being_deleted(deploy: Any) -> None:
    bucket = deploy(lambda: FailedRecords("feeds.record"))["Bucket", "feeds-record-failed-bucket"]

    assert "forceDestroy" not in bucket.inputs


def test_the_rules_wait_for_the_versions(deploy: Any) -> None:
    rules = deploy(lambda: FailedRecords("feeds.record"))[
        "BucketLifecycleConfiguration", "feeds-record-failed-lifecycle"
    ]

    assert "feeds-record-failed-versioning" in rules.depends_on


def test_the_longest_name_of_a_function_leaves_room_for_the_bucket_s() -> None:
    logical_name = f"{'a' * LONGEST_FUNCTION}-failed-bucket"

    assert len(logical_name) + AUTONAME_CHARACTERS <= NAME_CHARACTERS
