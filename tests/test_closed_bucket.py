"""What every bucket has."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.closed_bucket import Versioning, close_bucket

ARN = "arn:aws:s3:::a-bucket"


def close(versioning: Versioning) -> Any:
    return lambda: close_bucket("a", aws.s3.Bucket("a-bucket"), versioning=versioning, child=pulumi.ResourceOptions())


def test_a_bucket_is_closed_in_all_four_ways_and_encrypted(deploy: Any) -> None:
    deployed = deploy(close("enabled"))

    assert deployed["BucketPublicAccessBlock", "a-public-access-block"].inputs == {
        "bucket": "a-bucket",
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    assert deployed["BucketServerSideEncryptionConfiguration", "a-encryption"].inputs["rules"] == [
        {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    ]


def test_nobody_comes_without_tls_and_the_policy_waits_for_the_access_block(deploy: Any) -> None:
    policy = deploy(close("enabled"))["BucketPolicy", "a-policy"]

    (statement,) = policy.statements()
    assert (statement["Effect"], statement["Principal"], statement["Resource"]) == ("Deny", "*", [ARN, f"{ARN}/*"])
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert "a-public-access-block" in policy.depends_on


@pytest.mark.parametrize(("versioning", "status"), [("enabled", "Enabled"), ("suspended", "Suspended")])
def test_versions_are_kept_as_it_is_said(deploy: Any, versioning: Versioning, status: str) -> None:
    versions = deploy(close(versioning))["BucketVersioning", "a-versioning"]

    assert versions.inputs == {"bucket": "a-bucket", "versioningConfiguration": {"status": status}}
