"""The account's APIs, asked from outside."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from unittest.mock import patch

import botocore
import pytest
from moto.sqs.models import SQSBackend

from emulator.account import Account
from emulator.identity import ADMINISTRATOR, Credentials
from emulator.serving.aws_api import AwsApi, administrator_key
from emulator.serving.http_messages import HttpRequest
from tests.emulator.functions import Functions, allow, document
from tests.emulator.serving.clients import ENDPOINT, Outside, refused
from tests.emulator.stage import QUIET, Stage

ACCOUNT = "111111111111"
QUEUE_URL = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/readings"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:readings"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/record"
NOT_KNOWN = "The security token included in the request is invalid."
NOT_MATCHING = "The request signature we calculated does not match the signature you provided. Check your "
NOT_MATCHING_ELSE = (
    f"{NOT_MATCHING}AWS Secret Access Key and signing method. Consult the service documentation for details."
)
TRUSTS_EVERYBODY_HERE = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
}


@pytest.fixture
def api(account: Account) -> AwsApi:
    return AwsApi(account)


@pytest.fixture
def administrator(account: Account, api: AwsApi) -> Outside:
    return Outside(api, administrator_key(account))


def made_role(account: Account, *may: dict[str, Any], name: str = "record") -> str:
    iam = account.client("iam")
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(TRUSTS_EVERYBODY_HERE))["Role"]["Arn"]
    if may:
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=document(*may))
    return arn


def assumed(outside: Outside, role_arn: str, **options: Any) -> Credentials:
    """The credentials of a session of the role that is assumed outside."""
    given = outside.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="me", **options)["Credentials"]
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


@pytest.fixture
def somebody(account: Account, api: AwsApi, administrator: Outside) -> Outside:
    """A session of a role that may do nothing."""
    return Outside(api, assumed(administrator, made_role(account)))


# Whose call it is.


def test_the_administrators_key_is_long_lived_and_always_the_same(account: Account) -> None:
    key = administrator_key(account)

    assert key.access_key_id == "AKIAVQOXWW4JYBSH5HEG"
    assert (len(key.secret_access_key), key.session_token) == (40, "")
    assert administrator_key(account) == key
    assert account.identities.of_access_key(key.access_key_id) is ADMINISTRATOR


def test_each_account_has_a_key_of_its_own() -> None:
    keys = set()
    for account_id in ("111111111111", "222222222222"):
        with Account(account_id, "eu-west-1") as account:
            keys.add(administrator_key(account))

    assert len({key.access_key_id for key in keys}) == len({key.secret_access_key for key in keys}) == 2


def test_the_administrator_is_the_account_itself(administrator: Outside) -> None:
    said = administrator.client("sts").get_caller_identity()

    assert (said["UserId"], said["Account"], said["Arn"]) == (ACCOUNT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")


def test_a_session_that_was_assumed_outside_is_known(account: Account, somebody: Outside) -> None:
    said = somebody.client("sts").get_caller_identity()

    assert said["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/record/me"
    assert said["Account"] == ACCOUNT
    assert said["UserId"] == account.client("iam").get_role(RoleName="record")["Role"]["RoleId"] + ":me"


def test_a_session_that_was_assumed_inside_is_known_outside(account: Account, api: AwsApi) -> None:
    given = account.client("sts").assume_role(RoleArn=made_role(account), RoleSessionName="inside")["Credentials"]
    outside = Outside(api, Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]))

    assert outside.client("sts").get_caller_identity()["Arn"].endswith("assumed-role/record/inside")


def test_the_key_of_a_function_is_known_outside(account: Account, api: AwsApi) -> None:
    identity = account.identities.role_session(made_role(account), "split", "feeds.split")
    outside = Outside(api, account.identities.credentials(identity))

    assert outside.client("sts").get_caller_identity()["Arn"].endswith("assumed-role/record/split")


def test_what_a_call_does_is_done_by_who_calls(account: Account, somebody: Outside, administrator: Outside) -> None:
    noted = []

    def note(backend: object, *_: object, **__: object) -> list[object]:
        noted.append((account.calls.current, account.calls.principal_id()))
        return []

    account.client("iam").put_role_policy(
        RoleName="record", PolicyName="may", PolicyDocument=document(allow("sqs:ListQueues", "*"))
    )
    with patch.object(SQSBackend, "list_queues", note):
        administrator.client("sqs").list_queues()
        somebody.client("sqs").list_queues()

    [(by_administrator, account_id), (by_somebody, user_id)] = noted
    assert by_administrator is not None
    assert by_somebody is not None
    assert (by_administrator.service, by_administrator.operation) == ("sqs", "ListQueues")
    assert (by_administrator.identity, account_id) == (ADMINISTRATOR, ACCOUNT)
    assert by_somebody.identity.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/record/me"
    assert user_id == account.client("iam").get_role(RoleName="record")["Role"]["RoleId"] + ":me"


# Refused at the door.

ASKED = {
    "sqs": lambda client: client.list_queues(),
    "sts": lambda client: client.get_caller_identity(),
    "sns": lambda client: client.list_topics(),
    "s3": lambda client: client.list_buckets(),
    "dynamodb": lambda client: client.list_tables(),
    "events": lambda client: client.list_rules(),
    "lambda": lambda client: client.list_functions(),
    "ec2": lambda client: client.describe_vpcs(),
}
UNKNOWN = {
    "sqs": (403, "InvalidClientTokenId", NOT_KNOWN),
    "sts": (403, "InvalidClientTokenId", NOT_KNOWN),
    "sns": (403, "InvalidClientTokenId", NOT_KNOWN),
    "s3": (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
    "dynamodb": (400, "UnrecognizedClientException", NOT_KNOWN),
    "events": (400, "UnrecognizedClientException", NOT_KNOWN),
    "lambda": (403, "UnrecognizedClientException", NOT_KNOWN),
    "ec2": (403, "InvalidClientTokenId", NOT_KNOWN),
}
WRONG = {
    "sqs": (403, "SignatureDoesNotMatch", NOT_MATCHING_ELSE),
    "sts": (403, "SignatureDoesNotMatch", NOT_MATCHING_ELSE),
    "sns": (403, "SignatureDoesNotMatch", NOT_MATCHING_ELSE),
    "s3": (403, "SignatureDoesNotMatch", f"{NOT_MATCHING}key and signing method."),
    "dynamodb": (400, "InvalidSignatureException", NOT_MATCHING_ELSE),
    "events": (400, "InvalidSignatureException", NOT_MATCHING_ELSE),
    "lambda": (403, "InvalidSignatureException", NOT_MATCHING_ELSE),
    "ec2": (403, "SignatureDoesNotMatch", NOT_MATCHING_ELSE),
}


def asked(outside: Outside) -> dict[str, tuple[int, str, str]]:
    """How each service refuses somebody."""
    return {service: refused(partial(ask, outside.client(service))) for service, ask in ASKED.items()}


def test_a_key_that_nobody_has_is_refused(api: AwsApi) -> None:
    assert asked(Outside(api, Credentials("AKIAUNKNOWN", "secret", ""))) == UNKNOWN


def test_a_wrong_secret_is_refused(account: Account, api: AwsApi) -> None:
    assert asked(Outside(api, replace(administrator_key(account), secret_access_key="guessed"))) == WRONG


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_session_without_its_token_is_refused(account: Account, api: AwsApi, token: str) -> None:
    identity = account.identities.role_session(made_role(account), "split", "feeds.split")

    assert asked(Outside(api, replace(account.identities.credentials(identity), session_token=token))) == UNKNOWN


@pytest.mark.parametrize(
    ("service", "status", "code"),
    [
        ("sts", 403, "MissingAuthenticationToken"),
        ("sns", 403, "MissingAuthenticationToken"),
        ("dynamodb", 400, "MissingAuthenticationTokenException"),
        ("lambda", 403, "MissingAuthenticationTokenException"),
    ],
)
def test_a_request_that_is_not_signed_is_refused(administrator: Outside, service: str, status: int, code: str) -> None:
    unsigned = administrator.client(service, signature_version=botocore.UNSIGNED)

    assert refused(lambda: ASKED[service](unsigned)) == (status, code, "Request is missing Authentication Token")


def test_s3_refuses_what_is_not_signed_in_its_own_words(account: Account, administrator: Outside) -> None:
    with_object(account)
    unsigned = administrator.client("s3", signature_version=botocore.UNSIGNED)

    assert refused(lambda: unsigned.get_object(Bucket="feed", Key="in/a b+é")) == (
        403,
        "AccessDenied",
        "Access Denied",
    )
    assert administrator.fetch(f"{ENDPOINT}/feed/in/a").status == 403


def test_a_signature_nobody_can_read_is_refused(api: AwsApi) -> None:
    answer = api.answer(HttpRequest("GET", "/?Action=GetCallerIdentity", (("Authorization", "Bearer x"),)))

    assert answer.status == 400
    assert b"<Code>IncompleteSignature</Code><Message>a signed request needs the algorithm" in answer.body


def test_a_request_that_was_changed_on_its_way_is_refused(account: Account, api: AwsApi) -> None:
    account.client("sqs").create_queue(QueueName="readings")
    changing = Outside(api, administrator_key(account), lambda request: replace(request, body=b"{}"))

    assert refused(lambda: changing.client("sqs").send_message(QueueUrl=QUEUE_URL, MessageBody="x")) == (WRONG["sqs"])


def test_an_object_that_was_changed_on_its_way_is_refused(account: Account, api: AwsApi) -> None:
    with_object(account)
    changing = Outside(api, administrator_key(account), lambda request: replace(request, body=b"other"))

    assert refused(lambda: changing.client("s3").put_object(Bucket="feed", Key="a", Body=b"mine")) == (
        400,
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )


def test_the_session_of_a_deleted_role_is_nobodys(account: Account, somebody: Outside) -> None:
    account.client("iam").delete_role(RoleName="record")

    assert refused(somebody.client("sts").get_caller_identity) == UNKNOWN["sts"]


# Refused by policies.

USER = f"User: arn:aws:sts::{ACCOUNT}:assumed-role/record/me is not authorized to perform: "
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/quakes"
NEWS = f"arn:aws:sns:eu-west-1:{ACCOUNT}:news"
SPLIT = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:split"
BUS = f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default"
BECAUSE = "because no identity-based policy allows the"
DENIED: list[tuple[str, Callable[[Any], Any], int, str, str]] = [
    (
        "dynamodb",
        lambda client: client.scan(TableName="quakes"),
        400,
        "AccessDeniedException",
        f"dynamodb:Scan on resource: {TABLE} {BECAUSE} dynamodb:Scan action",
    ),
    (
        "sqs",
        lambda client: client.send_message(QueueUrl=QUEUE_URL, MessageBody="{}"),
        403,
        "AccessDenied",
        f"sqs:sendmessage on resource: {QUEUE} {BECAUSE} sqs:sendmessage action",
    ),
    (
        "s3",
        lambda client: client.put_object(Bucket="feed", Key="a b", Body=b""),
        403,
        "AccessDenied",
        f's3:PutObject on resource: "arn:aws:s3:::feed/a b" {BECAUSE} s3:PutObject action',
    ),
    ("s3", lambda client: client.head_object(Bucket="feed", Key="a"), 403, "403", "Forbidden"),
    (
        "events",
        lambda client: client.put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": "{}"}]),
        400,
        "AccessDeniedException",
        f"events:PutEvents on resource: {BUS} {BECAUSE} events:PutEvents action",
    ),
    (
        "lambda",
        lambda client: client.invoke(FunctionName="split"),
        403,
        "AccessDeniedException",
        f"lambda:InvokeFunction on resource: {SPLIT} {BECAUSE} lambda:InvokeFunction action",
    ),
    (
        "sns",
        lambda client: client.publish(TopicArn=NEWS, Message="x"),
        403,
        "AuthorizationError",
        f"SNS:Publish on resource: {NEWS} {BECAUSE} SNS:Publish action",
    ),
    (
        "iam",
        lambda client: client.list_roles(),
        403,
        "AccessDenied",
        f"iam:ListRoles {BECAUSE} iam:ListRoles action",
    ),
    (
        "sts",
        lambda client: client.assume_role(RoleArn=f"{ROLE}er", RoleSessionName="me"),
        403,
        "AccessDenied",
        f"sts:AssumeRole on resource: {ROLE}er because no role trust policy allows the sts:AssumeRole action",
    ),
]


@pytest.mark.parametrize(
    ("service", "call", "status", "code", "message"), DENIED, ids=[f"{case[0]} {case[3]}" for case in DENIED]
)
def test_a_denied_call_is_answered_in_the_words_and_the_shape_of_its_service(
    account: Account,
    somebody: Outside,
    service: str,
    call: Callable[[Any], Any],
    status: int,
    code: str,
    message: str,
) -> None:
    told = message if code == "403" else USER + message

    assert refused(lambda: call(somebody.client(service))) == (status, code, told)
    [denial] = account.journal.denials
    assert denial.principal == f"arn:aws:sts::{ACCOUNT}:assumed-role/record/me"


def test_the_exact_right_is_enough(account: Account, api: AwsApi, administrator: Outside) -> None:
    account.client("sqs").create_queue(QueueName="readings")
    role = made_role(account, allow("sqs:SendMessage", QUEUE))
    sender = Outside(api, assumed(administrator, role))

    assert sender.client("sqs").send_message(QueueUrl=QUEUE_URL, MessageBody="x")["MessageId"]
    assert refused(lambda: sender.client("sqs").receive_message(QueueUrl=QUEUE_URL))[1] == "AccessDenied"


def test_a_session_policy_holds_for_its_session(account: Account, api: AwsApi, administrator: Outside) -> None:
    account.client("sqs").create_queue(QueueName="readings")
    role = made_role(account, allow("sqs:*", "*"))
    limited = Outside(api, assumed(administrator, role, Policy=document(allow("sqs:ListQueues", "*"))))
    free = Outside(api, assumed(administrator, role))

    assert free.client("sqs").send_message(QueueUrl=QUEUE_URL, MessageBody="x")["MessageId"]
    assert limited.client("sqs").list_queues()["QueueUrls"] == [QUEUE_URL]
    assert refused(lambda: limited.client("sqs").send_message(QueueUrl=QUEUE_URL, MessageBody="x")) == (
        403,
        "AccessDenied",
        f"{USER}sqs:sendmessage on resource: {QUEUE} because no session policy allows the sqs:sendmessage action",
    )


def test_session_tags_decide(account: Account, api: AwsApi, administrator: Outside) -> None:
    only_seismic = {"StringEquals": {"aws:PrincipalTag/team": "seismic"}}
    role = made_role(account, {**allow("sqs:ListQueues", "*"), "Condition": only_seismic})

    def lists(team: str) -> Callable[[], Any]:
        tags = [{"Key": "team", "Value": team}]
        outside = Outside(api, assumed(administrator, role, Tags=tags))
        return lambda: outside.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"]

    assert lists("seismic")() == 200
    assert refused(lists("press"))[1] == "AccessDenied"


def test_the_region_that_is_called_decides(account: Account, api: AwsApi, administrator: Outside) -> None:
    only_ireland = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    role = made_role(account, {**allow("sqs:*", "*"), "Condition": only_ireland})
    outside = Outside(api, assumed(administrator, role))

    assert outside.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert refused(outside.client("sqs", region_name="us-east-1").list_queues)[1] == "AccessDenied"


def test_a_session_may_assume_another_role(account: Account, api: AwsApi, administrator: Outside) -> None:
    partner = made_role(account, name="partner")
    first = Outside(api, assumed(administrator, made_role(account, allow("sts:AssumeRole", partner))))
    second = Outside(api, assumed(first, partner))

    assert second.client("sts").get_caller_identity()["Arn"].endswith("assumed-role/partner/me")


def test_of_several_objects_those_are_deleted_that_may_be(
    account: Account, api: AwsApi, administrator: Outside
) -> None:
    with_object(account)
    account.client("s3").put_object(Bucket="feed", Key="out", Body=b"")
    role = made_role(account, allow("s3:DeleteObject", "arn:aws:s3:::feed/in/*"))
    outside = Outside(api, assumed(administrator, role)).client("s3")
    said = outside.delete_objects(Bucket="feed", Delete={"Objects": [{"Key": "in/a b+é"}, {"Key": "out"}]})

    assert [each["Key"] for each in said["Deleted"]] == ["in/a b+é"]
    assert [(each["Key"], each["Code"]) for each in said["Errors"]] == [("out", "AccessDenied")]
    assert [each["Key"] for each in account.client("s3").list_objects_v2(Bucket="feed")["Contents"]] == ["out"]


# S3.

CONTENT = bytes(range(256)) * 4


def with_object(account: Account) -> None:
    location = {"LocationConstraint": "eu-west-1"}
    account.client("s3").create_bucket(Bucket="feed", CreateBucketConfiguration=location)
    account.client("s3").put_object(Bucket="feed", Key="in/a b+é", Body=CONTENT, ContentType="text/x")


@pytest.mark.parametrize("endpoint", [ENDPOINT, "http://localhost:4566"])
def test_an_object_comes_back_as_it_went(administrator: Outside, endpoint: str) -> None:
    s3 = administrator.client("s3", endpoint)
    location = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="feed", CreateBucketConfiguration=location)
    s3.put_object(Bucket="feed", Key="in/a b+é", Body=CONTENT, ChecksumAlgorithm="SHA256", Metadata={"k_x": "v"})

    got = s3.get_object(Bucket="feed", Key="in/a b+é")
    assert (got["Body"].read(), got["Metadata"]) == (CONTENT, {"k_x": "v"})
    part = s3.get_object(Bucket="feed", Key="in/a b+é", Range="bytes=3-7")
    assert (part["Body"].read(), part["ResponseMetadata"]["HTTPStatusCode"]) == (CONTENT[3:8], 206)
    assert s3.head_object(Bucket="feed", Key="in/a b+é")["ContentLength"] == 1024
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="feed")["Contents"]] == ["in/a b+é"]
    copied = s3.copy_object(Bucket="feed", Key="b", CopySource={"Bucket": "feed", "Key": "in/a b+é"})
    assert copied["CopyObjectResult"]["ETag"] == got["ETag"]


def test_an_object_may_come_in_parts(administrator: Outside) -> None:
    s3 = administrator.client("s3")
    s3.create_bucket(Bucket="feed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.upload_fileobj(io.BytesIO(b"x" * 9_000_000), "feed", "big")

    assert s3.head_object(Bucket="feed", Key="big")["ContentLength"] == 9_000_000
    assert s3.head_object(Bucket="feed", Key="big")["ETag"].endswith('-2"')


def test_a_body_in_chunks_is_kept_without_them(account: Account, api: AwsApi) -> None:
    with_object(account)

    def unsigned_chunks(request: HttpRequest) -> HttpRequest:
        assert request.header("x-amz-content-sha256") == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        return replace(request, body=b"4\r\nabcd\r\n0\r\nx-amz-checksum-crc32:7YLNEQ==\r\n\r\n")

    outside = Outside(api, administrator_key(account), unsigned_chunks)
    # Over https botocore does not sign a body, and sends its checksum after it.
    outside.client("s3", "https://127.0.0.1:4566").put_object(Bucket="feed", Key="c", Body=io.BytesIO(b"abcd"))

    got = account.client("s3").get_object(Bucket="feed", Key="c", ChecksumMode="ENABLED")
    assert (got["Body"].read(), got["ChecksumCRC32"]) == (b"abcd", "7YLNEQ==")
    assert "ContentEncoding" not in got


def test_what_is_missing_is_told_as_s3_tells_it(account: Account, administrator: Outside) -> None:
    with_object(account)
    s3 = administrator.client("s3")

    assert refused(lambda: s3.get_object(Bucket="feed", Key="gone")) == (
        404,
        "NoSuchKey",
        "The specified key does not exist.",
    )
    assert refused(lambda: s3.head_object(Bucket="feed", Key="gone")) == (404, "404", "Not Found")
    assert refused(lambda: s3.list_objects_v2(Bucket="gone"))[:2] == (404, "NoSuchBucket")


@pytest.mark.parametrize("version", [None, "s3v4"])
@pytest.mark.parametrize("style", ["path", "virtual"])
def test_a_presigned_url_needs_nothing_else(
    account: Account, administrator: Outside, version: str | None, style: str
) -> None:
    with_object(account)
    s3 = administrator.client("s3", "http://localhost:4566", signature_version=version, s3={"addressing_style": style})
    where = {"Bucket": "feed", "Key": "in/a b+é"}
    url = s3.generate_presigned_url("get_object", Params={**where, "ResponseContentType": "text/y"})
    answer = administrator.fetch(url)

    assert (answer.status, answer.body) == (200, CONTENT)
    assert dict(answer.headers)["content-type"] == "text/y"
    assert administrator.fetch(url.replace("in/a", "in/b")).status == 403
    assert administrator.fetch(url, "DELETE").status == 403

    url = s3.generate_presigned_url("put_object", Params={**where, "ContentType": "text/z"})
    assert administrator.fetch(url, "PUT", b"new", content_type="text/z").status == 200
    assert administrator.fetch(url, "PUT", b"new", content_type="text/y").status == 403
    got = account.client("s3").get_object(**where)
    assert (got["Body"].read(), got["ContentType"]) == (b"new", "text/z")
    assert administrator.fetch(url, "PUT", b"", content_type="text/z", x_amz_acl="public-read").status == 403


def test_a_presigned_url_gives_no_more_than_its_maker_may(account: Account, somebody: Outside) -> None:
    with_object(account)
    url = somebody.client("s3").generate_presigned_url("get_object", Params={"Bucket": "feed", "Key": "in/a b+é"})
    answer = somebody.fetch(url)

    assert answer.status == 403
    assert b"<Code>AccessDenied</Code>" in answer.body
    assert b"assumed-role/record/me is not authorized to perform: s3:GetObject" in answer.body


# Other services.


def test_messages_go_in_and_come_out(account: Account, administrator: Outside) -> None:
    sqs = administrator.client("sqs")
    url = sqs.create_queue(QueueName="readings")["QueueUrl"]
    assert url == QUEUE_URL
    attribute = {"DataType": "Binary", "BinaryValue": b"\x00\xff"}
    sqs.send_message(QueueUrl=url, MessageBody="é\n<x>", MessageAttributes={"a": attribute})
    # Some clients write the endpoint they know into the queue's address.
    [message] = sqs.receive_message(
        QueueUrl=f"{ENDPOINT}/{ACCOUNT}/readings", MessageAttributeNames=["All"], WaitTimeSeconds=20
    )["Messages"]

    assert (message["Body"], message["MessageAttributes"]["a"]["BinaryValue"]) == ("é\n<x>", b"\x00\xff")
    assert refused(lambda: sqs.get_queue_url(QueueName="gone"))[1] == "AWS.SimpleQueueService.NonExistentQueue"


def test_items_go_in_and_come_out(administrator: Outside) -> None:
    dynamodb = administrator.client("dynamodb")
    dynamodb.create_table(
        TableName="quakes",
        KeySchema=[{"AttributeName": "quake_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "quake_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"quake_id": {"S": "us7000"}, "trace": {"B": b"\x00\xff"}, "magnitude": {"N": "4.6"}}
    dynamodb.put_item(TableName="quakes", Item=item)

    assert dynamodb.scan(TableName="quakes")["Items"] == [item]
    assert administrator.client("dynamodbstreams").list_streams()["Streams"] == []


def test_services_on_the_query_protocol_answer(administrator: Outside) -> None:
    assert administrator.client("sns").create_topic(Name="news")["TopicArn"] == NEWS
    assert administrator.client("sns").publish(TopicArn=NEWS, Message="x")["MessageId"]
    iam = administrator.client("iam")
    made = iam.create_role(RoleName="record", AssumeRolePolicyDocument=document(TRUSTS_EVERYBODY_HERE))["Role"]
    assert made["Arn"] == ROLE
    assert made["AssumeRolePolicyDocument"]["Statement"] == [TRUSTS_EVERYBODY_HERE]


def test_services_on_json_answer(administrator: Outside) -> None:
    entry = {"Source": "seismic", "DetailType": "Quake", "Detail": "{}"}
    assert administrator.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
    logs = administrator.client("logs")
    logs.create_log_group(logGroupName="/quakes")
    assert [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]] == ["/quakes"]
    kinesis = administrator.client("kinesis")
    kinesis.create_stream(StreamName="shakes", ShardCount=1)
    assert kinesis.put_record(StreamName="shakes", Data=b"\x00", PartitionKey="a")["SequenceNumber"].isdecimal()


def test_a_function_answers(functions: Functions, administrator: Outside) -> None:
    arn = functions.make("def handle(event, context):\n    print('seen')\n    return {'got': event}\n")
    client = administrator.client("lambda")
    for name in ("split", arn):
        said = client.invoke(FunctionName=name, Payload=b'{"a": 1}', LogType="Tail")
        assert (said["StatusCode"], json.loads(said["Payload"].read())) == (200, {"got": {"a": 1}})
        assert said["LogResult"]


def test_a_function_that_fails_is_told(functions: Functions, administrator: Outside) -> None:
    functions.make("def handle(event, context):\n    raise ValueError('no such quake')\n")
    said = administrator.client("lambda").invoke(FunctionName="split")

    assert said["FunctionError"] == "Unhandled"
    assert json.loads(said["Payload"].read())["errorMessage"] == "no such quake"


def test_an_asynchronous_call_is_made_when_the_account_goes_on(
    account: Account, functions: Functions, administrator: Outside
) -> None:
    account.client("sqs").create_queue(QueueName="readings")
    code = f"""
        import boto3

        def handle(event, context):
            boto3.client("sqs").send_message(QueueUrl="{QUEUE_URL}", MessageBody=event["a"])
    """
    functions.make(code, allow("sqs:SendMessage", QUEUE))
    said = administrator.client("lambda").invoke(FunctionName="split", InvocationType="Event", Payload=b'{"a": "x"}')
    assert said["StatusCode"] == 202
    assert "Messages" not in administrator.client("sqs").receive_message(QueueUrl=QUEUE_URL)
    account.settle()

    [message] = administrator.client("sqs").receive_message(QueueUrl=QUEUE_URL)["Messages"]
    assert message["Body"] == "x"


def test_an_event_starts_travelling(account: Account, functions: Functions, administrator: Outside) -> None:
    arn = functions.make("def handle(event, context):\n    print(event['Records'][0]['s3']['object']['key'])\n")
    with_object(account)
    account.client("lambda").add_permission(
        FunctionName="split",
        StatementId="push",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::feed",
        SourceAccount=ACCOUNT,
    )
    wanted = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    account.client("s3").put_bucket_notification_configuration(
        Bucket="feed", NotificationConfiguration={"LambdaFunctionConfigurations": [wanted]}
    )
    administrator.client("s3").put_object(Bucket="feed", Key="in/new", Body=b"")
    account.settle()

    events = account.client("logs").filter_log_events(logGroupName="/aws/lambda/split")["events"]
    assert "in/new" in [event["message"] for event in events]


# What cannot be answered.


@pytest.mark.parametrize(
    ("service", "call", "told"),
    [
        (
            "sqs",
            lambda client: client.start_message_move_task(SourceArn=QUEUE),
            "sqs:StartMessageMoveTask is not emulated: The start_message_move_task action has not been implemented",
        ),
        (
            "chime",
            lambda client: client.list_accounts(),
            "GET https://chime.eu-west-1.amazonaws.com/accounts is not emulated: moto does not know this service",
        ),
        (
            "lambda",
            lambda client: client.invoke_async(FunctionName="split", InvokeArgs=b"{}"),
            "lambda:InvokeAsync is deprecated and not emulated: use Invoke with the type Event",
        ),
    ],
)
def test_what_is_not_emulated_is_told(
    functions: Functions, administrator: Outside, service: str, call: Callable[[Any], Any], told: str
) -> None:
    functions.make("def handle(event, context): ...\n")

    assert refused(lambda: call(administrator.client(service))) == (501, "NotImplemented", told)


def test_a_service_nobody_knows_is_told(api: AwsApi, account: Account) -> None:
    credential = f"{administrator_key(account).access_key_id}/20300101/eu-west-1/skynet/aws4_request"
    header = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"
    answer = api.answer(HttpRequest("GET", "/", (("Authorization", header), ("X-Amz-Date", "20300101T000000Z"))))

    assert answer.status == 501
    assert b"<Message>service skynet is not emulated: nobody here knows it</Message>" in answer.body


def test_what_needs_a_package_that_is_not_here_is_told(administrator: Outside) -> None:
    def need(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'flying_carpet'", name="flying_carpet")

    with patch.object(SQSBackend, "list_queues", need):
        assert refused(administrator.client("sqs").list_queues) == (
            501,
            "NotImplemented",
            "sqs is not emulated: it needs flying_carpet",
        )


def test_a_right_nobody_knows_is_told(account: Account, somebody: Outside) -> None:
    status, code, message = refused(lambda: somebody.client("dynamodb").execute_statement(Statement="SELECT 1"))

    assert (status, code) == (501, "NotImplemented")
    assert message.startswith("dynamodb:ExecuteStatement is refused: IAM knows no action")


def test_a_fault_inside_is_told_in_one_line_and_logged(
    administrator: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the store\nis on fire")

    with patch.object(SQSBackend, "list_queues", fail), caplog.at_level(logging.ERROR):
        told = refused(administrator.client("sqs").list_queues)

    assert told == (500, "InternalFailure", "RuntimeError: the store is on fire")
    assert "POST / could not be answered" in caplog.text
    assert administrator.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_parameters_that_are_missing_are_told(account: Account, api: AwsApi) -> None:
    careless = Outside(api, administrator_key(account)).client("sqs")
    careless.meta.events.register("before-call", lambda params, **_: params.update(body=b"{}"))

    assert refused(lambda: careless.send_message(QueueUrl=QUEUE_URL, MessageBody="x")) == (
        400,
        "ValidationException",
        "SendMessage needs QueueUrl and MessageBody",
    )


# What a request sets going.


def test_each_request_that_sets_something_going_begins_a_chain(
    account: Account, stage: Stage, administrator: Outside
) -> None:
    stage.queue("readings")
    stage.fed_function(QUIET)
    stage.told_function(bucket=stage.bucket())
    sqs, s3 = administrator.client("sqs"), administrator.client("s3")

    sqs.send_message_batch(QueueUrl=QUEUE_URL, Entries=[{"Id": body, "MessageBody": body} for body in ("one", "two")])
    sqs.list_queues()
    s3.list_buckets()
    s3.put_object(Bucket="feed", Key="a", Body=b"")
    s3.get_object(Bucket="feed", Key="a")
    administrator.client("lambda").invoke(FunctionName="split")
    account.settle()
    s3.put_object(Bucket="feed", Key="b", Body=b"")
    account.settle()

    assert [(hop.chain, hop.what) for hop in account.journal.hops] == [
        ("c3", "synchronous call"),
        ("c2", "ObjectCreated:Put a"),
        ("c1", "2 messages"),
        ("c4", "ObjectCreated:Put b"),
    ]
    assert account.chains.current == ""


def test_a_request_that_is_denied_is_a_chain_too(account: Account, stage: Stage, somebody: Outside) -> None:
    stage.queue("readings")
    for _ in range(2):
        refused(lambda: somebody.client("sqs").send_message(QueueUrl=QUEUE_URL, MessageBody="x"))

    assert [denial.chain for denial in account.journal.denials] == ["c1", "c2"]
