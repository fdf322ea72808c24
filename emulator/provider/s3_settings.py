"""S3 settings: what is set on a bucket as a whole, each as a resource of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from botocore.exceptions import ClientError

from emulator.iam import check_document
from emulator.provider.s3 import bucket_arn, look_at_id
from emulator.provisioning.inputs import Block, Document, Flag, Input, Items, Only, Text
from emulator.provisioning.known_words import in_known_words
from emulator.provisioning.resource_type import Found, Made, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

BUCKET_NAME = Text(least=3, most=63, required=True)


class BucketSetting(ResourceType):
    """One setting of a bucket."""

    one_per = ("bucket",)
    replaces = ("bucket",)
    absent: ClassVar[str]
    """What S3 answers where the bucket does not have it."""

    def create(self, account: Account, inputs: Values) -> Made:
        self.put(account, inputs["bucket"], inputs)
        return Made(inputs["bucket"])

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        return self.create(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        look_at_id(made_id)
        try:
            told = self.get(account, made_id, known)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchBucket", self.absent):
                raise
            return None
        return Found({"bucket": made_id, **told}, Made(made_id))

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        """Set it, in the place of whatever was set."""
        raise NotImplementedError

    def get(self, account: Account, bucket: str, known: Values) -> Values:
        """Its inputs beside the bucket, as S3 tells them; in the words of `known`, as it was when last looked at, where
        they mean the same.

        Raises:
            ClientError: the bucket is gone, or does not have it.
        """
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
    # Every bucket has one: that of a bucket which never had versions is `Disabled`.
    absent = ""

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        status = inputs["versioningConfiguration"]["status"]
        # `Disabled` is pulumi-aws's word for a bucket that never had versions: there is nothing to put.
        if status != "Disabled":
            _put_versioning(account, bucket, status)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        before, after = (inputs["versioningConfiguration"]["status"] for inputs in (old, new))
        if after == "Disabled" != before:
            raise Refused(
                f"versioningConfiguration.status {after!r} needs a bucket that never had versions, and this one is at "
                f"{before!r}: it can be 'Suspended'"
            )
        return super().update(account, made_id, old, new)

    def get(self, account: Account, bucket: str, known: Values) -> Values:
        told = account.client("s3").get_bucket_versioning(Bucket=bucket)
        return {"versioningConfiguration": {"status": told.get("Status", "Disabled")}}

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
            any_order=True,
        ),
    }
    absent = "ServerSideEncryptionConfigurationNotFoundError"

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        configuration = {"Rules": [_encryption_rule(rule) for rule in inputs["rules"]]}
        account.client("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=configuration)

    def get(self, account: Account, bucket: str, known: Values) -> Values:
        told = account.client("s3").get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        if [_encryption_rule(rule) for rule in known.get("rules", ())] == told:
            return {"rules": known["rules"]}
        return {"rules": [_told_encryption_rule(rule) for rule in told]}

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("s3").delete_bucket_encryption(Bucket=made_id)


class BucketPublicAccessBlock(BucketSetting):
    """What a bucket refuses to make public."""

    pulumi_type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    inputs: ClassVar[Mapping[str, Input]] = {"bucket": BUCKET_NAME, **{flag: Flag(default=False) for flag in flags}}
    absent = "NoSuchPublicAccessBlockConfiguration"

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        block = said(inputs, set(self.flags))
        account.client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)

    def get(self, account: Account, bucket: str, known: Values) -> Values:
        told = account.client("s3").get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        return {flag: told[capital(flag)] for flag in self.flags}

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("s3").delete_public_access_block(Bucket=made_id)


class BucketPolicy(BucketSetting):
    """Who may do what with a bucket; at most 20 KB (S3 guide, "Policies and permissions in Amazon S3")."""

    pulumi_type = "aws:s3/bucketPolicy:BucketPolicy"
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET_NAME,
        "policy": Document(problems=partial(check_document, kind="resource"), most=20_480, required=True),
    }
    absent = "NoSuchBucketPolicy"

    def right_on(self, account: Account, inputs: Values) -> str | None:
        return bucket_arn(account, inputs["bucket"])

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        account.client("s3").put_bucket_policy(Bucket=bucket, Policy=inputs["policy"])

    def get(self, account: Account, bucket: str, known: Values) -> Values:
        told = {"policy": account.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]}
        return in_known_words(self.inputs, told, known)

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
    absent = "OwnershipControlsNotFoundError"

    def put(self, account: Account, bucket: str, inputs: Values) -> None:
        controls = {"Rules": [said(inputs["rule"])]}
        account.client("s3").put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls)

    def get(self, account: Account, bucket: str, known: Values) -> Values:
        (rule,) = account.client("s3").get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
        return {"rule": {"objectOwnership": rule["ObjectOwnership"]}}

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("s3").delete_bucket_ownership_controls(Bucket=made_id)


def _put_versioning(account: Account, bucket: str, status: str) -> None:
    account.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


def _encryption_rule(rule: Values) -> dict[str, Any]:
    return {
        "ApplyServerSideEncryptionByDefault": {
            "SSEAlgorithm": rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"]
        },
        "BucketKeyEnabled": rule.get("bucketKeyEnabled", False),
    }


def _told_encryption_rule(told: Mapping[str, Any]) -> dict[str, Any]:
    default = told["ApplyServerSideEncryptionByDefault"]
    return {
        "applyServerSideEncryptionByDefault": {"sseAlgorithm": default["SSEAlgorithm"]},
        **({"bucketKeyEnabled": True} if told.get("BucketKeyEnabled") else {}),
    }


def said(values: Values, names: set[str] | None = None) -> dict[str, Any]:
    """Values under the names the API has for them: the same words, with a capital letter."""
    return {capital(name): value for name, value in values.items() if names is None or name in names}


def capital(word: str) -> str:
    """The word as the API begins it."""
    return f"{word[0].upper()}{word[1:]}"


TYPES = (
    BucketVersioning(),
    BucketEncryption(),
    BucketPublicAccessBlock(),
    BucketPolicy(),
    BucketOwnershipControls(),
)
