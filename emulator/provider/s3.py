"""S3: buckets, and what is set on each of them as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.iam import check_document
from emulator.provisioning.inputs import Block, Document, Flag, Input, Items, Only, Text
from emulator.provisioning.resource_type import TAGS, Autoname, Made, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

BUCKET_NAME = Text(least=3, most=63, required=True)


class Bucket(ResourceType):
    """A bucket; its settings are resources of their own (S3 API reference, `CreateBucket`)."""

    pulumi_type = "aws:s3/bucket:Bucket"
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": Text(
            pattern=r"(?!xn--|sthree-|.*\.\.|.*-s3alias$|[0-9.]+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
            says="3 to 63 characters of a-z 0-9 . -, a letter or digit at both ends (S3 guide, `Bucket naming rules`)",
        ),
        "forceDestroy": Flag(default=False),
        "tags": TAGS,
    }
    autoname = Autoname("bucket", 63, lower_case=True)
    one_per = ("bucket",)

    def create(self, account: Account, inputs: Values) -> Made:
        name = inputs["bucket"]
        # In us-east-1, and only there, a location constraint is refused.
        place = {"CreateBucketConfiguration": {"LocationConstraint": account.region}}
        s3 = account.client("s3")
        s3.create_bucket(Bucket=name, **({} if account.region == "us-east-1" else place))
        if inputs["tagsAll"]:
            tags = [{"Key": key, "Value": value} for key, value in inputs["tagsAll"].items()]
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
        return Made(
            name,
            bucket_arn(account, name),
            {
                "bucketDomainName": f"{name}.s3.amazonaws.com",
                "bucketRegion": account.region,
                "bucketRegionalDomainName": f"{name}.s3.{account.region}.amazonaws.com",
            },
        )

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        s3 = account.client("s3")
        if inputs["forceDestroy"]:
            pages = s3.get_paginator("list_object_versions").paginate(Bucket=made_id)
            for page in pages:
                for entry in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    s3.delete_object(Bucket=made_id, Key=entry["Key"], VersionId=entry["VersionId"])
        s3.delete_bucket(Bucket=made_id)


class BucketSetting(ResourceType):
    """One setting of a bucket, as a resource of its own."""

    one_per = ("bucket",)

    def create(self, account: Account, inputs: Values) -> Made:
        self.put(account, inputs["bucket"], inputs)
        return Made(inputs["bucket"])

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        raise NotImplementedError


class BucketVersioning(BucketSetting):
    """Whether a bucket keeps old versions of its objects."""

    pulumi_type = "aws:s3/bucketVersioning:BucketVersioning"
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET_NAME,
        "versioningConfiguration": Block(
            of={"status": Text(among=("Enabled", "Suspended", "Disabled"), required=True)}, required=True
        ),
    }

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        status = inputs["versioningConfiguration"]["status"]
        # `Disabled` is pulumi-aws's word for a bucket that never had versions: there is nothing to put.
        if status != "Disabled":
            _put_versioning(account, bucket, status)

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        if inputs["versioningConfiguration"]["status"] == "Enabled":
            _put_versioning(account, made_id, "Suspended")


class BucketEncryption(BucketSetting):
    """How a bucket encrypts what it is given (S3 API reference, `PutBucketEncryption`)."""

    pulumi_type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET_NAME,
        "rules": Items(
            of=Block(
                of={
                    "applyServerSideEncryptionByDefault": Block(
                        of={"sseAlgorithm": Only(value="AES256", required=True)}, required=True
                    ),
                    "bucketKeyEnabled": Flag(),
                }
            ),
            least=1,
            most=1,
            required=True,
        ),
    }

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        rules = [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, **said(rule, {"bucketKeyEnabled"})}
            for rule in inputs["rules"]
        ]
        configuration = {"Rules": rules}
        account.client("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=configuration)

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("s3").delete_bucket_encryption(Bucket=made_id)


class BucketPublicAccessBlock(BucketSetting):
    """What a bucket refuses to make public."""

    pulumi_type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    inputs: ClassVar[Mapping[str, Input]] = {"bucket": BUCKET_NAME, **{flag: Flag(default=False) for flag in flags}}

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        block = said(inputs, set(self.flags))
        account.client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("s3").delete_public_access_block(Bucket=made_id)


class BucketPolicy(BucketSetting):
    """Who may do what with a bucket; at most 20 KB (S3 guide, "Policies and permissions in Amazon S3")."""

    pulumi_type = "aws:s3/bucketPolicy:BucketPolicy"
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET_NAME,
        "policy": Document(problems=partial(check_document, kind="resource"), most=20_480, required=True),
    }

    def right_on(self, account: Account, inputs: Values) -> str | None:
        return bucket_arn(account, inputs["bucket"])

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        account.client("s3").put_bucket_policy(Bucket=bucket, Policy=inputs["policy"])

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("s3").delete_bucket_policy(Bucket=made_id)


class BucketOwnershipControls(BucketSetting):
    """Who owns what others put into a bucket."""

    pulumi_type = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    ownerships = ("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced")
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET_NAME,
        "rule": Block(of={"objectOwnership": Text(among=ownerships, required=True)}, required=True),
    }

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        controls = {"Rules": [said(inputs["rule"], {"objectOwnership"})]}
        account.client("s3").put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls)

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("s3").delete_bucket_ownership_controls(Bucket=made_id)


def bucket_arn(account: Account, name: str) -> str:
    return f"arn:{account.partition}:s3:::{name}"


def _put_versioning(account: Account, bucket: str, status: str) -> None:
    account.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


def said(values: Values, names: set[str] | None = None) -> dict[str, Any]:
    """Values under the names the API has for them: the same words, with a capital letter."""
    return {capital(name): value for name, value in values.items() if names is None or name in names}


def capital(word: str) -> str:
    """The word as the API begins it."""
    return f"{word[0].upper()}{word[1:]}"


TYPES = (
    Bucket(),
    BucketVersioning(),
    BucketEncryption(),
    BucketPublicAccessBlock(),
    BucketPolicy(),
    BucketOwnershipControls(),
)
