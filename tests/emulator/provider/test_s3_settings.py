"""What is set on a bucket is made, changed and read as S3 does it, and refused as S3 refuses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live

BUCKET = """
bucket = aws.s3.Bucket("Feed", tags={"a": "b"}, force_destroy=True)
"""

VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"


def statement(action: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "arn:aws:s3:::quakes-feed/*"}


def policy(*actions: str) -> dict[str, Any]:
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": [statement(action) for action in actions]})}


def encryption(**more: Any) -> dict[str, Any]:
    return {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}, **more}]}


def status(word: str) -> dict[str, Any]:
    return {"versioningConfiguration": {"status": word}}


STAGES: dict[str, tuple[dict[str, Any], ...]] = {
    ENCRYPTION: (
        encryption(),
        encryption(bucketKeyEnabled=True),
        encryption(bucketKeyEnabled=False),
    ),
    PUBLIC_ACCESS: (
        {"blockPublicAcls": True, "ignorePublicAcls": True},
        {"blockPublicAcls": True, "blockPublicPolicy": True, "restrictPublicBuckets": True},
        {},
    ),
    POLICY: (policy("s3:GetObject"), policy("s3:GetObject", "s3:PutObject"), policy("s3:PutObject")),
    OWNERSHIP: tuple(
        {"rule": {"objectOwnership": ownership}}
        for ownership in ("BucketOwnerEnforced", "ObjectWriter", "BucketOwnerPreferred")
    ),
}
"""What each setting goes through, beside its bucket; versioning never ends."""


@pytest.fixture
def bucket(account: Account) -> str:
    make_bucket(account, "quakes-feed")
    return "quakes-feed"


def make_bucket(account: Account, name: str) -> None:
    account.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


def made(account: Account, type_token: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The checked inputs of a setting that was made."""
    told = checked(account, type_token, {"bucket": "quakes-feed", **given})
    Provisioner(account).create(type_token, told)
    return told


def read(
    account: Account, type_token: str, known: Mapping[str, Any] | None = None, made_id: str = "quakes-feed"
) -> Any:
    found = Provisioner(account).read(type_token, made_id, known or {}, SETTINGS)
    return found and found.inputs


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
        assert rule == {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
        assert s3.get_public_access_block(**said)["PublicAccessBlockConfiguration"] == {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": False,
            "RestrictPublicBuckets": False,
        }
        (ownership,) = s3.get_bucket_ownership_controls(**said)["OwnershipControls"]["Rules"]
        assert ownership == {"ObjectOwnership": "BucketOwnerEnforced"}
        assert json.loads(s3.get_bucket_policy(**said)["Policy"])["Statement"][0]["Action"] == "s3:GetObject"


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


@pytest.mark.parametrize("type_token", STAGES)
def test_a_setting_changes_and_goes(account: Account, bucket: str, type_token: str) -> None:
    life = live(account, type_token, *({"bucket": bucket, **stage} for stage in STAGES[type_token]))

    assert (life.id, life.arn) == (bucket, None)


def test_versions_can_be_suspended_and_kept_again(account: Account, bucket: str) -> None:
    told = made(account, VERSIONING, status("Enabled"))
    for word in ("Suspended", "Enabled"):
        new = {**told, **status(word)}
        Provisioner(account).update(VERSIONING, bucket, told, new)
        told = new

        assert account.client("s3").get_bucket_versioning(Bucket=bucket)["Status"] == word
        assert read(account, VERSIONING, told) == told


def test_versions_are_suspended_when_their_setting_goes(account: Account, bucket: str) -> None:
    told = made(account, VERSIONING, status("Enabled"))

    Provisioner(account).delete(VERSIONING, bucket, told)

    assert read(account, VERSIONING, told) == {**told, **status("Suspended")}


def test_a_bucket_that_never_had_versions_is_at_disabled(account: Account, bucket: str) -> None:
    told = made(account, VERSIONING, status("Disabled"))

    assert read(account, VERSIONING, told) == read(account, VERSIONING) == told


@pytest.mark.parametrize("before", ["Enabled", "Suspended"])
def test_versions_never_go_back_to_disabled(account: Account, bucket: str, before: str) -> None:
    told = made(account, VERSIONING, status(before))

    with pytest.raises(Refused) as raised:
        Provisioner(account).update(VERSIONING, bucket, told, {**told, **status("Disabled")})

    assert str(raised.value) == (
        "versioningConfiguration.status 'Disabled' needs a bucket that never had versions, and this one is at "
        f"'{before}': it can be 'Suspended'"
    )


@pytest.mark.parametrize(
    ("type_token", "given", "operation", "by_somebody", "seen"),
    [
        (
            VERSIONING,
            status("Enabled"),
            "put_bucket_versioning",
            {"VersioningConfiguration": {"Status": "Suspended"}},
            status("Suspended"),
        ),
        (
            ENCRYPTION,
            encryption(),
            "put_bucket_encryption",
            {
                "ServerSideEncryptionConfiguration": {
                    "Rules": [
                        {
                            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"},
                            "BucketKeyEnabled": True,
                        }
                    ]
                }
            },
            {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}, "bucketKeyEnabled": True}]},
        ),
        (
            PUBLIC_ACCESS,
            {"blockPublicAcls": True, "blockPublicPolicy": True},
            "put_public_access_block",
            {"PublicAccessBlockConfiguration": {"IgnorePublicAcls": True, "RestrictPublicBuckets": True}},
            {
                "blockPublicAcls": False,
                "blockPublicPolicy": False,
                "ignorePublicAcls": True,
                "restrictPublicBuckets": True,
            },
        ),
        (
            POLICY,
            policy("s3:GetObject"),
            "put_bucket_policy",
            {"Policy": policy("s3:PutObject")["policy"]},
            policy("s3:PutObject"),
        ),
        (
            OWNERSHIP,
            {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
            "put_bucket_ownership_controls",
            {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
            {"rule": {"objectOwnership": "ObjectWriter"}},
        ),
    ],
)
def test_what_somebody_else_set_is_read(
    account: Account,
    bucket: str,
    type_token: str,
    given: dict[str, Any],
    operation: str,
    by_somebody: dict[str, Any],
    seen: dict[str, Any],
) -> None:
    told = made(account, type_token, given)

    getattr(account.client("s3"), operation)(Bucket=bucket, **by_somebody)

    assert read(account, type_token, told) == {**told, **seen}


def test_a_policy_that_means_the_same_keeps_its_text(account: Account, bucket: str) -> None:
    told = made(account, POLICY, policy("s3:GetObject"))

    spread = json.dumps(json.loads(told["policy"]), indent=2, sort_keys=True)
    account.client("s3").put_bucket_policy(Bucket=bucket, Policy=spread)

    assert read(account, POLICY, told) == told
    assert read(account, POLICY) == {"bucket": bucket, "policy": spread}


@pytest.mark.parametrize("type_token", [VERSIONING, *STAGES])
def test_a_setting_is_imported_by_its_buckets_name(account: Account, bucket: str, type_token: str) -> None:
    told = made(account, type_token, status("Enabled") if type_token == VERSIONING else STAGES[type_token][1])

    assert read(account, type_token) == told


@pytest.mark.parametrize("type_token", STAGES)
def test_a_setting_that_is_not_there_is_not_read(account: Account, bucket: str, type_token: str) -> None:
    assert read(account, type_token) is None


@pytest.mark.parametrize("type_token", [VERSIONING, *STAGES])
def test_a_setting_is_gone_with_its_bucket(account: Account, type_token: str) -> None:
    known = {"bucket": "quakes-feed", **(status("Disabled") if type_token == VERSIONING else STAGES[type_token][0])}

    assert read(account, type_token, known) is None


@pytest.mark.parametrize("type_token", [VERSIONING, *STAGES])
def test_the_setting_of_another_bucket_takes_the_place_of_the_old_one(account: Account, type_token: str) -> None:
    given = status("Enabled") if type_token == VERSIONING else STAGES[type_token][0]
    old, new = (checked(account, type_token, {"bucket": name, **given}) for name in ("quakes-one", "quakes-two"))

    difference = Provisioner(account).difference(type_token, old, new)

    assert (difference.replaces, difference.delete_first) == ({"bucket"}, False)


def test_the_owner_of_a_bucket_cannot_be_written_into_the_id(account: Account) -> None:
    with pytest.raises(Refused) as raised:
        Provisioner(account).read(VERSIONING, "quakes-feed,111111111111", {}, SETTINGS)

    assert str(raised.value).startswith("id 'quakes-feed,111111111111' needs the name of a bucket and nothing else: ")
