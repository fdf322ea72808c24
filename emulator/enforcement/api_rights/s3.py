"""The rights of S3 calls: on a bucket, on an object in it, or on one version of that object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from moto.s3.models import FakeDeleteMarker

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right, given

# Amazon S3 API Reference, "Permissions" of each operation; only those named unlike their action.
_ON_BUCKET = {
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    # Named like their action.
    "DeleteBucket": "DeleteBucket",
    "DeleteBucketPolicy": "DeleteBucketPolicy",
    "DeleteBucketWebsite": "DeleteBucketWebsite",
    "GetBucketAcl": "GetBucketAcl",
    "GetBucketLocation": "GetBucketLocation",
    "GetBucketLogging": "GetBucketLogging",
    "GetBucketOwnershipControls": "GetBucketOwnershipControls",
    "GetBucketPolicy": "GetBucketPolicy",
    "GetBucketPolicyStatus": "GetBucketPolicyStatus",
    "GetBucketRequestPayment": "GetBucketRequestPayment",
    "GetBucketTagging": "GetBucketTagging",
    "GetBucketVersioning": "GetBucketVersioning",
    "GetBucketWebsite": "GetBucketWebsite",
    "PutBucketAcl": "PutBucketAcl",
    "PutBucketLogging": "PutBucketLogging",
    "PutBucketOwnershipControls": "PutBucketOwnershipControls",
    "PutBucketPolicy": "PutBucketPolicy",
    "PutBucketRequestPayment": "PutBucketRequestPayment",
    "PutBucketTagging": "PutBucketTagging",
    "PutBucketVersioning": "PutBucketVersioning",
    "PutBucketWebsite": "PutBucketWebsite",
}

# The second action is for calls that name a version.
_ON_OBJECT = {
    "AbortMultipartUpload": ("AbortMultipartUpload", "AbortMultipartUpload"),
    "CompleteMultipartUpload": ("PutObject", "PutObject"),
    "CreateMultipartUpload": ("PutObject", "PutObject"),
    "DeleteObject": ("DeleteObject", "DeleteObjectVersion"),
    "DeleteObjectTagging": ("DeleteObjectTagging", "DeleteObjectVersionTagging"),
    "GetObject": ("GetObject", "GetObjectVersion"),
    "GetObjectAcl": ("GetObjectAcl", "GetObjectVersionAcl"),
    "GetObjectLegalHold": ("GetObjectLegalHold", "GetObjectLegalHold"),
    "GetObjectRetention": ("GetObjectRetention", "GetObjectRetention"),
    "GetObjectTagging": ("GetObjectTagging", "GetObjectVersionTagging"),
    "HeadObject": ("GetObject", "GetObjectVersion"),
    "ListParts": ("ListMultipartUploadParts", "ListMultipartUploadParts"),
    "PutObject": ("PutObject", "PutObject"),
    "PutObjectAcl": ("PutObjectAcl", "PutObjectVersionAcl"),
    "PutObjectLegalHold": ("PutObjectLegalHold", "PutObjectLegalHold"),
    "PutObjectRetention": ("PutObjectRetention", "PutObjectRetention"),
    "PutObjectTagging": ("PutObjectTagging", "PutObjectVersionTagging"),
    "RestoreObject": ("RestoreObject", "RestoreObject"),
    "SelectObjectContent": ("GetObject", "GetObject"),
    "UploadPart": ("PutObject", "PutObject"),
}

_READS = {"GetObject", "HeadObject", "GetObjectAttributes", "GetObjectTagging", "GetObjectAcl", "SelectObjectContent"}
_WRITES = {"PutObject", "CopyObject", "CreateMultipartUpload"}
_LISTS = {"ListObjects", "ListObjectsV2", "ListObjectVersions"}


def rights(call: Call) -> list[Right]:
    operation, params = call.operation, call.params
    if operation == "ListBuckets":
        return [Right("s3:ListAllMyBuckets", "*")]
    if operation == "DeleteObjects":
        return [_deletion(call, entry) for entry in params["Delete"]["Objects"]]
    if operation in ("CopyObject", "UploadPartCopy"):
        return [*_copy_source(call), *_writing(call)]
    if operation == "GetObjectAttributes":
        version = "Version" if "VersionId" in params else ""
        names = (f"s3:GetObject{version}", f"s3:GetObject{version}Attributes")
        return [*(Right(name, _object(call), _version(params)) for name in names), *_missing(call, params)]
    if operation in _WRITES:
        return _writing(call)
    if operation in _ON_OBJECT:
        name = _ON_OBJECT[operation]["VersionId" in params]
        needed = [Right(f"s3:{name}", _object(call), _version(params))]
        return needed + (_missing(call, params) if operation in _READS else [])
    if operation == "CreateBucket":
        return _creating(call)
    if operation in _ON_BUCKET:
        return [Right(f"s3:{_ON_BUCKET[operation]}", _bucket(call, params["Bucket"]), _listing(call))]
    raise call.unknown("the right it needs is not known here")


def _bucket(call: Call, name: str) -> str:
    if name.startswith("arn:"):
        raise call.unknown("access points are not emulated")
    return f"arn:{call.storage.partition}:s3:::{name}"


def _object(call: Call) -> str:
    return f"{_bucket(call, call.params['Bucket'])}/{call.params['Key']}"


def _version(params: Mapping[str, Any]) -> dict[str, str | list[str]]:
    return given(s3__versionid=params.get("VersionId"))


def _listing(call: Call) -> dict[str, str | list[str]]:
    if call.operation not in _LISTS:
        return {}
    params = call.params
    return given(
        s3__prefix=params.get("Prefix"), s3__delimiter=params.get("Delimiter"), s3__max_keys=params.get("MaxKeys")
    )


def _creating(call: Call) -> list[Right]:
    """Making a bucket; what is set on it in the same call is a right of its own (API Reference, "CreateBucket")."""
    params, bucket = call.params, _bucket(call, call.params["Bucket"])
    configuration = params.get("CreateBucketConfiguration", {})
    context = {
        **given(s3__locationconstraint=configuration.get("LocationConstraint"), s3__x_amz_acl=params.get("ACL")),
        **reference.tags_of(configuration),
    }
    names = ["CreateBucket"]
    if params.get("ACL", "private") != "private" or any(name.startswith("Grant") for name in params):
        names.append("PutBucketAcl")
    if params.get("ObjectLockEnabledForBucket"):
        names += ["PutBucketObjectLockConfiguration", "PutBucketVersioning"]
    if "ObjectOwnership" in params:
        names.append("PutBucketOwnershipControls")
    if "Tags" in configuration:
        names.append("TagResource")
    return [Right(f"s3:{name}", bucket, context) for name in names]


def _deletion(call: Call, entry: Mapping[str, str]) -> Right:
    name = "s3:DeleteObjectVersion" if "VersionId" in entry else "s3:DeleteObject"
    return Right(name, f"{_bucket(call, call.params['Bucket'])}/{entry['Key']}", _version(entry))


def _writing(call: Call) -> list[Right]:
    """Writing an object; its ACL, its tags and its locks are rights of their own (API Reference, "PutObject")."""
    params, target = call.params, _object(call)
    tags = dict(parse_qsl(params.get("Tagging", ""), keep_blank_values=True))
    context: dict[str, str | list[str]] = given(
        s3__x_amz_acl=params.get("ACL"),
        s3__x_amz_server_side_encryption=params.get("ServerSideEncryption"),
        s3__x_amz_server_side_encryption_aws_kms_key_id=params.get("SSEKMSKeyId"),
        s3__x_amz_storage_class=params.get("StorageClass"),
    )
    if tags:
        context |= {f"s3:RequestObjectTag/{key}": value for key, value in tags.items()}
        context["s3:RequestObjectTagKeys"] = list(tags)
    names = ["PutObject"]
    if any(name == "ACL" or name.startswith("Grant") for name in params):
        names.append("PutObjectAcl")
    if tags:
        names.append("PutObjectTagging")
    if "ObjectLockMode" in params:
        names.append("PutObjectRetention")
    if "ObjectLockLegalHoldStatus" in params:
        names.append("PutObjectLegalHold")
    return [Right(f"s3:{name}", target, context) for name in names]


def _copy_source(call: Call) -> list[Right]:
    source = call.params["CopySource"]
    if isinstance(source, str):
        path, _, query = source.partition("?")
        bucket, _, key = unquote(path.lstrip("/")).partition("/")
        source = {"Bucket": bucket, "Key": key, **({"VersionId": query.partition("=")[2]} if query else {})}
    name = "s3:GetObjectVersion" if "VersionId" in source else "s3:GetObject"
    read = Right(name, f"{_bucket(call, source['Bucket'])}/{source['Key']}", _version(source))
    return [read, *_missing(call, source)]


def _missing(call: Call, params: Mapping[str, Any]) -> list[Right]:
    """The right to know that an object is missing: without `s3:ListBucket`, S3 answers 403 and not 404.

    (Amazon S3 API Reference, "GetObject" and "HeadObject", "Permissions".)
    """
    bucket = call.storage.backend("s3").buckets.get(params["Bucket"])
    if bucket is None:
        return []
    latest = bucket.keys.get(params["Key"])
    if latest is not None and ("VersionId" in params or not isinstance(latest, FakeDeleteMarker)):
        return []
    return [Right("s3:ListBucket", _bucket(call, params["Bucket"]), missing=params["Key"])]
