"""S3: buckets. What is set on each of them as a whole are things of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from botocore.exceptions import ClientError

from emulator.provisioning.inputs import Flag, Input, Text
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

NAME = r"(?!xn--|sthree-|.*\.\.|.*-s3alias$|[0-9.]+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_NAME_SAYS = "3 to 63 characters of a-z 0-9 . -, a letter or digit at both ends (S3 guide, `Bucket naming rules`)"


class Bucket(ResourceType):
    """A bucket; its settings are resources of their own (S3 API reference, `CreateBucket`)."""

    pulumi_type = "aws:s3/bucket:Bucket"
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": Text(pattern=NAME, says=_NAME_SAYS),
        "forceDestroy": Flag(default=False),
        "tags": TAGS,
    }
    autoname = Autoname("bucket", 63, lower_case=True)
    one_per = ("bucket",)
    replaces = ("bucket",)

    def create(self, account: Account, inputs: Values) -> Made:
        name = inputs["bucket"]
        # In us-east-1, and only there, a location constraint is refused.
        place = {"CreateBucketConfiguration": {"LocationConstraint": account.region}}
        account.client("s3").create_bucket(Bucket=name, **({} if account.region == "us-east-1" else place))
        if inputs["tagsAll"]:
            _tag(account, name, inputs["tagsAll"])
        return _made(account, name)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        if old["tagsAll"] != new["tagsAll"]:
            _tag(account, made_id, new["tagsAll"])
        return _made(account, made_id)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        look_at_id(made_id)
        tags = _tags_of(account, made_id)
        if tags is None:
            return None
        inputs = {"bucket": made_id, "forceDestroy": known.get("forceDestroy", False), "tagsAll": tags}
        return Found(inputs, _made(account, made_id))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        s3 = account.client("s3")
        if inputs["forceDestroy"]:
            pages = s3.get_paginator("list_object_versions").paginate(Bucket=made_id)
            for page in pages:
                for entry in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    s3.delete_object(Bucket=made_id, Key=entry["Key"], VersionId=entry["VersionId"])
        s3.delete_bucket(Bucket=made_id)


def bucket_arn(account: Account, name: str) -> str:
    return f"arn:{account.partition}:s3:::{name}"


def look_at_id(made_id: str) -> None:
    """The id of a bucket, and of everything that is set on it, is the bucket's name.

    Raises:
        Refused: it is none.
    """
    if re.fullmatch(NAME, made_id) is None:
        raise Refused(f"id {made_id!r} needs the name of a bucket and nothing else: {_NAME_SAYS}")


def _tag(account: Account, name: str, tags: Mapping[str, str]) -> None:
    """Give a bucket these tags in place of all it has."""
    s3 = account.client("s3")
    if tags:
        s3.put_bucket_tagging(
            Bucket=name, Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}
        )
    else:
        s3.delete_bucket_tagging(Bucket=name)


def _tags_of(account: Account, name: str) -> dict[str, str] | None:
    """The tags of a bucket; None where there is no such bucket."""
    try:
        tags = account.client("s3").get_bucket_tagging(Bucket=name)["TagSet"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in ("NoSuchBucket", "NoSuchTagSet"):
            raise
        return {} if code == "NoSuchTagSet" else None
    # Moto leaves out a value that is empty.
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


def _made(account: Account, name: str) -> Made:
    return Made(
        name,
        bucket_arn(account, name),
        {
            "bucketDomainName": f"{name}.s3.amazonaws.com",
            "bucketRegion": account.region,
            "bucketRegionalDomainName": f"{name}.s3.{account.region}.amazonaws.com",
        },
    )


TYPES = (Bucket(),)
