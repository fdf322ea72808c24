"""Buckets and their settings are made as S3 makes them, and refused as S3 refuses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

BUCKET = """
bucket = aws.s3.Bucket("Feed", tags={"a": "b"}, force_destroy=True)
"""


def test_a_bucket_is_called_in_small_letters_and_bears_its_tags(tmp_path: Path) -> None:
    with deployed(tmp_path, BUCKET) as (account, deployment):
        bucket = deployment.named("Bucket", "Feed")

        assert bucket.id.startswith("feed-")
        assert bucket.arn == f"arn:aws:s3:::{bucket.id}"
        assert bucket.outputs["bucketRegionalDomainName"] == f"{bucket.id}.s3.eu-west-1.amazonaws.com"
        assert account.client("s3").get_bucket_tagging(Bucket=bucket.id)["TagSet"] == [{"Key": "a", "Value": "b"}]
        assert account.client("s3").get_bucket_location(Bucket=bucket.id)["LocationConstraint"] == "eu-west-1"


def test_every_setting_reaches_the_bucket(tmp_path: Path) -> None:
    source = f"""{BUCKET}
said = dict(bucket=bucket.bucket)
aws.s3.BucketVersioning("versioning", versioning_configuration={{"status": "Enabled"}}, **said)
aws.s3.BucketServerSideEncryptionConfiguration("encryption", **said, rules=[
    {{"apply_server_side_encryption_by_default": {{"sse_algorithm": "AES256"}}}}])
aws.s3.BucketPublicAccessBlock("closed", block_public_acls=True, block_public_policy=True, **said)
aws.s3.BucketOwnershipControls("ownership", rule={{"object_ownership": "BucketOwnerEnforced"}}, **said)
objects = pulumi.Output.concat(bucket.arn, "/*")
aws.s3.BucketPolicy("policy", policy=allow("s3:GetObject", objects, Principal="*"), **said)
"""

    with deployed(tmp_path, source) as (account, deployment):
        said, s3 = {"Bucket": deployment.named("Bucket", "Feed").id}, account.client("s3")

        assert s3.get_bucket_versioning(**said)["Status"] == "Enabled"
        (rule,) = s3.get_bucket_encryption(**said)["ServerSideEncryptionConfiguration"]["Rules"]
        assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        assert s3.get_public_access_block(**said)["PublicAccessBlockConfiguration"] == {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": False,
            "RestrictPublicBuckets": False,
        }
        (ownership,) = s3.get_bucket_ownership_controls(**said)["OwnershipControls"]["Rules"]
        assert ownership == {"ObjectOwnership": "BucketOwnerEnforced"}
        assert json.loads(s3.get_bucket_policy(**said)["Policy"])["Statement"][0]["Action"] == "s3:GetObject"


@pytest.mark.parametrize("name", ["ab", "Feed", "feed_1", "-feed", "192.168.1.1", "a..b", "xn--feed", "feed-s3alias"])
def test_a_bucket_is_called_as_s3_allows(tmp_path: Path, name: str) -> None:
    (problem,) = problems(tmp_path, f'aws.s3.Bucket("feed", bucket="{name}")')

    assert problem.startswith(f"aws:s3/bucket:Bucket feed: bucket '{name}' needs 3 to 63 characters of a-z 0-9 . -")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (
            'BucketVersioning("versioning", versioning_configuration={"status": "On"}',
            "aws:s3/bucketVersioning:BucketVersioning versioning: versioningConfiguration.status 'On' needs one of",
        ),
        (
            'BucketServerSideEncryptionConfiguration("encryption", rules=['
            '{"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}}]',
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration encryption: "
            "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm 'aws:kms' needs 'AES256': the embedded account",
        ),
        (
            'BucketPublicAccessBlock("closed", skip_destroy=True',
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock closed: "
            "the embedded account does not do `skipDestroy` yet",
        ),
    ],
)
def test_what_a_setting_cannot_be_is_refused(tmp_path: Path, setting: str, told: str) -> None:
    (problem,) = problems(tmp_path, f"{BUCKET}\naws.s3.{setting}, bucket=bucket.bucket)")

    assert problem.startswith(told)


def test_a_setting_of_no_bucket_is_refused(tmp_path: Path) -> None:
    source = 'aws.s3.BucketPublicAccessBlock("closed", bucket="gone-0000000")'

    assert problems(tmp_path, source) == [
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock closed: "
        "PutPublicAccessBlock answers NoSuchBucket: The specified bucket does not exist"
    ]
