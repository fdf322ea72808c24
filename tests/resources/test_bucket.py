"""The bucket and its one notification."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from pydantic import ValidationError

from components.resources.bucket import Bucket, BucketAccess, BucketConfig, Notification
from tests.given import ENVIRONMENT

ARN = "arn:aws:s3:::feeds-feed-bucket"


def build(**config: Any) -> Any:
    return lambda: Bucket("feeds.feed", BucketConfig(kind="bucket", **config), ENVIRONMENT).close()


def test_a_bucket_is_closed_to_the_public_in_all_four_ways(deploy: Any) -> None:
    deployed = deploy(build())

    assert deployed["BucketPublicAccessBlock", "feeds-feed-public-access-block"].inputs == {
        "bucket": "feeds-feed-bucket",
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }


def test_nobody_reaches_a_bucket_without_tls(deploy: Any) -> None:
    deployed = deploy(build())

    assert deployed["BucketPolicy", "feeds-feed-policy"].statements() == [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [ARN, f"{ARN}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


def test_the_policy_waits_for_the_access_block(deploy: Any) -> None:
    deployed = deploy(build())

    assert "feeds-feed-public-access-block" in deployed["BucketPolicy", "feeds-feed-policy"].depends_on


def test_a_bucket_is_encrypted_and_versioned(deploy: Any) -> None:
    deployed = deploy(build())

    encryption = deployed["BucketServerSideEncryptionConfiguration", "feeds-feed-encryption"].inputs
    assert encryption["rules"] == [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    versioning = deployed["BucketVersioning", "feeds-feed-versioning"].inputs
    assert versioning["versioningConfiguration"] == {"status": "Enabled"}


def test_versioning_can_be_suspended_by_a_word(deploy: Any) -> None:
    deployed = deploy(build(versioning="suspended"))

    versioning = deployed["BucketVersioning", "feeds-feed-versioning"].inputs
    assert versioning["versioningConfiguration"] == {"status": "Suspended"}


def test_old_versions_and_unfinished_uploads_are_thrown_away_in_time(deploy: Any) -> None:
    deployed = deploy(build(noncurrent_version_days=30, abort_uploads_after_days=2))

    [rule] = deployed["BucketLifecycleConfiguration", "feeds-feed-lifecycle"].inputs["rules"]
    assert rule["status"] == "Enabled"
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 30}
    assert rule["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 2}


def test_a_bucket_is_protected_and_keeps_its_objects(deploy: Any) -> None:
    deployed = deploy(build())

    assert deployed["Bucket", "feeds-feed-bucket"].protect is True
    assert deployed["Bucket", "feeds-feed-bucket"].inputs == {"forceDestroy": False}


def test_protection_can_be_switched_off_by_a_word(deploy: Any) -> None:
    deployed = deploy(build(protect=False, delete_with_objects=True))

    assert deployed["Bucket", "feeds-feed-bucket"].protect is False
    assert deployed["Bucket", "feeds-feed-bucket"].inputs == {"forceDestroy": True}


def test_a_bucket_without_triggers_writes_no_notification(deploy: Any) -> None:
    assert deploy(build()).names("BucketNotification") == []


def test_all_triggers_share_one_notification_that_waits_for_every_right(deploy: Any) -> None:
    def program() -> None:
        bucket = Bucket("feeds.feed", BucketConfig(kind="bucket"), ENVIRONMENT)
        for name in ("one", "two"):
            right = aws.lambda_.Permission(
                f"{name}-permission",
                action="lambda:InvokeFunction",
                function=name,
                principal="s3.amazonaws.com",
                opts=pulumi.ResourceOptions(parent=bucket),
            )
            bucket.notify(
                Notification(
                    identifier=name,
                    function_arn=pulumi.Output.from_input(f"arn:{name}"),
                    events=("s3:ObjectCreated:*",),
                    prefix=f"{name}/",
                    suffix="",
                    after=(right,),
                )
            )
        bucket.close()

    notification = deploy(program)["BucketNotification", "feeds-feed-notification"]

    assert notification.inputs["lambdaFunctions"] == [
        {
            "id": name,
            "lambdaFunctionArn": f"arn:{name}",
            "events": ["s3:ObjectCreated:*"],
            "filterPrefix": f"{name}/",
        }
        for name in ("one", "two")
    ]
    assert {"one-permission", "two-permission"} <= notification.depends_on


def reach(verb: str, prefix: str, deploy: Any) -> tuple[Any, Any]:
    found: list[Any] = []

    def program() -> None:
        bucket = Bucket("feeds.feed", BucketConfig(kind="bucket"), ENVIRONMENT)
        reached = bucket.reach(verb, BucketAccess(prefix=prefix))
        pulumi.Output.all(*reached.resources).apply(found.append)
        found.append(reached)

    deploy(program)
    resources = next(entry for entry in found if isinstance(entry, list))
    return resources, next(entry for entry in found if not isinstance(entry, list))


def test_reading_reaches_the_objects_below_the_prefix_only(deploy: Any) -> None:
    resources, reached = reach("read", "incoming/", deploy)

    assert resources == [f"{ARN}/incoming/*"]
    assert reached.scope == "incoming/*"


def test_listing_reaches_the_bucket_under_the_prefix_only(deploy: Any) -> None:
    resources, reached = reach("list", "incoming/", deploy)

    assert resources == [ARN]
    [condition] = reached.conditions
    assert (condition.operator, condition.key, condition.values) == ("StringLike", "s3:prefix", ("incoming/*",))


def test_a_prefix_holds_no_wildcards() -> None:
    with pytest.raises(ValidationError, match="prefix"):
        BucketAccess(prefix="incoming/*")


def test_eventbridge_is_turned_on_in_the_notification_that_functions_share(deploy: Any) -> None:
    def program() -> None:
        bucket = Bucket("feeds.feed", BucketConfig(kind="bucket"), ENVIRONMENT)
        bucket.announce()
        bucket.announce()
        bucket.close()

    deployed = deploy(program)

    assert deployed.names("BucketNotification") == ["feeds-feed-notification"]
    assert deployed["BucketNotification", "feeds-feed-notification"].inputs == {
        "bucket": "feeds-feed-bucket",
        "eventbridge": True,
        "lambdaFunctions": [],
    }
