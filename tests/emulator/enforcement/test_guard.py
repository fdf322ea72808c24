from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, NoCredentialsError

from emulator.enforcement.api_rights.right import RightUnknown
from emulator.identity import Identity
from tests.emulator.bare_account import BareAccount, allow, deny, document

ARN = "arn:aws:{}:eu-west-1:111111111111:{}"
QUEUE = ARN.format("sqs", "readings")
QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/111111111111/readings"
TABLE = ARN.format("dynamodb", "table/quakes")
USER = "User: arn:aws:sts::111111111111:assumed-role/record/record is not authorized to perform: "


@pytest.fixture
def account() -> Iterator[BareAccount]:
    with BareAccount() as opened:
        yield opened


def session_of(account: BareAccount, identity: Identity) -> boto3.Session:
    """A session as a handler makes it from its environment."""
    credentials = account.identities.credentials(identity)
    return boto3.Session(
        credentials.access_key_id, credentials.secret_access_key, credentials.session_token, region_name="eu-west-1"
    )


def refused(call: Callable[[], Any]) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]


CALLS: list[tuple[str, Callable[[Any], Any], int, str, str]] = [
    (
        "dynamodb",
        lambda client: client.put_item(TableName="quakes", Item={"quake_id": {"S": "us7000"}}),
        400,
        "AccessDeniedException",
        f"dynamodb:PutItem on resource: {TABLE} because no identity-based policy allows the dynamodb:PutItem action",
    ),
    (
        "sqs",
        lambda client: client.send_message(QueueUrl=QUEUE_URL, MessageBody="{}"),
        403,
        "AccessDenied",
        f"sqs:sendmessage on resource: {QUEUE} because no identity-based policy allows the sqs:sendmessage action",
    ),
    (
        "s3",
        lambda client: client.put_object(Bucket="feed", Key="a b", Body=b""),
        403,
        "AccessDenied",
        's3:PutObject on resource: "arn:aws:s3:::feed/a b" because no identity-based policy allows'
        " the s3:PutObject action",
    ),
    (
        "events",
        lambda client: client.put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": "{}"}]),
        400,
        "AccessDeniedException",
        f"events:PutEvents on resource: {ARN.format('events', 'event-bus/default')} because no identity-based policy"
        " allows the events:PutEvents action",
    ),
    (
        "lambda",
        lambda client: client.invoke(FunctionName="record"),
        403,
        "AccessDeniedException",
        f"lambda:InvokeFunction on resource: {ARN.format('lambda', 'function:record')} because no identity-based policy"
        " allows the lambda:InvokeFunction action",
    ),
    (
        "sns",
        lambda client: client.publish(TopicArn=ARN.format("sns", "news"), Message="x"),
        403,
        "AuthorizationError",
        f"SNS:Publish on resource: {ARN.format('sns', 'news')} because no identity-based policy"
        " allows the SNS:Publish action",
    ),
    (
        "logs",
        lambda client: client.create_log_stream(logGroupName="/a", logStreamName="b"),
        400,
        "AccessDeniedException",
        f"logs:CreateLogStream on resource: {ARN.format('logs', 'log-group:/a:log-stream:b')} because no identity-based"
        " policy allows the logs:CreateLogStream action",
    ),
    (
        "kinesis",
        lambda client: client.put_record(StreamName="shakes", Data=b"", PartitionKey="a"),
        400,
        "AccessDeniedException",
        f"kinesis:PutRecord on resource: {ARN.format('kinesis', 'stream/shakes')} because no identity-based policy"
        " allows the kinesis:PutRecord action",
    ),
    (
        "iam",
        lambda client: client.list_roles(),
        403,
        "AccessDenied",
        "iam:ListRoles because no identity-based policy allows the iam:ListRoles action",
    ),
]


@pytest.mark.parametrize(("service", "call", "status", "code", "message"), CALLS, ids=[call[0] for call in CALLS])
def test_a_denied_call_is_answered_in_the_words_of_its_service(
    account: BareAccount, service: str, call: Callable[[Any], Any], status: int, code: str, message: str
) -> None:
    client = session_of(account, account.somebody()).client(service)

    assert refused(lambda: call(client)) == (status, code, USER + message)


def test_a_table_policy_of_least_privilege_works(account: BareAccount) -> None:
    account.table()
    quakes = session_of(account, account.somebody(allow(["dynamodb:PutItem", "dynamodb:GetItem"], TABLE)))
    table = quakes.resource("dynamodb").Table("quakes")

    table.put_item(Item={"quake_id": "us7000", "place": "Ridgecrest"})

    assert table.get_item(Key={"quake_id": "us7000"})["Item"]["place"] == "Ridgecrest"
    assert refused(lambda: table.delete_item(Key={"quake_id": "us7000"}))[1] == "AccessDeniedException"


ALLOWED: list[tuple[str, dict[str, Any], Callable[[Any], Any]]] = [
    ("sqs", allow("sqs:SendMessage", QUEUE), lambda c: c.send_message(QueueUrl=QUEUE_URL, MessageBody="{}")),
    (
        "sqs",
        allow("sqs:SendMessage", QUEUE),
        lambda c: c.send_message_batch(QueueUrl=QUEUE_URL, Entries=[{"Id": "1", "MessageBody": "{}"}]),
    ),
    (
        "s3",
        allow("s3:PutObject", "arn:aws:s3:::feed/in/*"),
        lambda c: c.put_object(Bucket="feed", Key="in/b", Body=b""),
    ),
    ("s3", allow("s3:GetObject", "arn:aws:s3:::feed/in/*"), lambda c: c.get_object(Bucket="feed", Key="in/a")),
    ("s3", allow("s3:ListBucket", "arn:aws:s3:::feed"), lambda c: c.list_objects_v2(Bucket="feed", Prefix="in/")),
    (
        "events",
        allow("events:PutEvents", ARN.format("events", "event-bus/default")),
        lambda c: c.put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": "{}"}]),
    ),
    (
        "logs",
        allow("logs:CreateLogStream", ARN.format("logs", "log-group:/aws/lambda/record:*")),
        lambda c: c.create_log_stream(logGroupName="/aws/lambda/record", logStreamName="one"),
    ),
    (
        "sns",
        allow("sns:Publish", ARN.format("sns", "news")),
        lambda c: c.publish(TopicArn=ARN.format("sns", "news"), Message="x"),
    ),
]


@pytest.mark.parametrize(("service", "statement", "call"), ALLOWED)
def test_the_exact_right_is_enough(
    account: BareAccount, service: str, statement: dict[str, Any], call: Callable[[Any], Any]
) -> None:
    account.queue()
    account.bucket()
    account.client("s3").put_object(Bucket="feed", Key="in/a", Body=b"")
    account.client("logs").create_log_group(logGroupName="/aws/lambda/record")
    account.client("sns").create_topic(Name="news")
    client = session_of(account, account.somebody(statement)).client(service)

    assert call(client)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert account.journal.denials == []


def test_a_denial_stands_in_the_journal(account: BareAccount) -> None:
    client = session_of(account, account.somebody(allow("sqs:SendMessage", f"{QUEUE}-other"))).client("sqs")
    with account.chains.within("c3"):
        refused(lambda: client.send_message(QueueUrl=QUEUE_URL, MessageBody="{}"))

    [denial] = account.journal.denials
    assert (denial.action, denial.resource, denial.caller) == ("sqs:SendMessage", QUEUE, "feeds.record")
    assert (denial.chain, denial.layer, denial.policy) == ("c3", "identity policy", "record-may-1")


def test_nothing_happens_in_a_denied_call(account: BareAccount) -> None:
    url = account.queue()
    client = session_of(account, account.somebody()).client("sqs")
    refused(lambda: client.send_message(QueueUrl=url, MessageBody="{}"))

    attributes = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "0"


def test_a_call_to_another_region_is_judged_there(account: BareAccount) -> None:
    only_ireland = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    session = session_of(account, account.somebody(allow("sqs:*", "*", Condition=only_ireland)))

    assert session.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert refused(session.client("sqs", region_name="us-east-1").list_queues)[1] == "AccessDenied"


def test_an_explicit_deny_of_the_bucket_is_told_as_one(account: BareAccount) -> None:
    account.bucket()
    somebody = account.somebody(allow("s3:*", "*"))
    account.client("s3").put_bucket_policy(
        Bucket="feed", Policy=document(deny("s3:PutObject", "arn:aws:s3:::feed/*", Principal="*"))
    )

    assert refused(lambda: account.client("s3", somebody).put_object(Bucket="feed", Key="a", Body=b"")) == (
        403,
        "AccessDenied",
        f'{USER}s3:PutObject on resource: "arn:aws:s3:::feed/a" with an explicit deny in a resource-based policy',
    )


def test_an_explicit_deny_of_the_role_is_told_as_one(account: BareAccount) -> None:
    client = account.client("sqs", account.somebody(allow("sqs:*", "*"), deny("sqs:SendMessage", "*")))

    message = refused(lambda: client.send_message(QueueUrl=QUEUE_URL, MessageBody="{}"))[2]
    assert message.endswith("with an explicit deny in an identity-based policy")


def test_a_bucket_that_wants_tls_can_be_used(account: BareAccount) -> None:
    account.bucket()
    without_tls = {"Bool": {"aws:SecureTransport": "false"}}
    account.client("s3").put_bucket_policy(
        Bucket="feed", Policy=document(deny("s3:*", "arn:aws:s3:::feed/*", Principal="*", Condition=without_tls))
    )
    client = account.client("s3", account.somebody(allow("s3:PutObject", "arn:aws:s3:::feed/*")))

    assert client.put_object(Bucket="feed", Key="a", Body=b"")["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_without_the_right_to_list_a_missing_object_is_forbidden_and_not_missing(account: BareAccount) -> None:
    account.bucket()
    reader = account.client("s3", account.somebody(allow("s3:GetObject", "arn:aws:s3:::feed/*")))

    assert refused(lambda: reader.get_object(Bucket="feed", Key="gone")) == (
        403,
        "AccessDenied",
        f'{USER}s3:ListBucket on resource: "arn:aws:s3:::feed" because no identity-based policy'
        " allows the s3:ListBucket action",
    )
    assert refused(lambda: reader.head_object(Bucket="feed", Key="gone")) == (403, "403", "Forbidden")
    assert [denial.missing for denial in account.journal.denials] == ["gone", "gone"]


def test_with_the_right_to_list_a_missing_object_is_missing(account: BareAccount) -> None:
    account.bucket()
    rights = allow("s3:GetObject", "arn:aws:s3:::feed/*"), allow("s3:ListBucket", "arn:aws:s3:::feed")
    reader = account.client("s3", account.somebody(*rights))

    assert refused(lambda: reader.get_object(Bucket="feed", Key="gone"))[:2] == (404, "NoSuchKey")
    assert refused(lambda: reader.head_object(Bucket="feed", Key="gone"))[:2] == (404, "404")


def test_a_modelled_error_can_be_caught_by_its_own_class(account: BareAccount) -> None:
    client = account.client("kinesis", account.somebody())

    with pytest.raises(client.exceptions.AccessDeniedException):
        client.describe_stream(StreamName="shakes")


def test_an_operation_whose_right_is_unknown_is_refused_by_name(account: BareAccount) -> None:
    client = account.client("dynamodb", account.somebody(allow("*", "*")))

    with pytest.raises(RightUnknown, match="dynamodb:ExecuteStatement is refused: IAM knows no action"):
        client.execute_statement(Statement='SELECT * FROM "quakes"')


def test_the_administrator_may_do_everything(account: BareAccount) -> None:
    account.queue()
    account.client("sqs").set_queue_attributes(
        QueueUrl=QUEUE_URL, Attributes={"Policy": document(deny("sqs:*", QUEUE, Principal="*"))}
    )

    assert account.client("sqs").send_message(QueueUrl=QUEUE_URL, MessageBody="{}")["MessageId"]


def test_the_default_session_of_a_handler_is_caught(account: BareAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = account.identities.credentials(account.somebody())
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", credentials.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key)
    monkeypatch.setenv("AWS_SESSION_TOKEN", credentials.session_token)
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)

    assert refused(lambda: boto3.client("sqs").list_queues())[1] == "AccessDenied"


def test_a_session_of_botocore_itself_is_caught(account: BareAccount) -> None:
    credentials = account.identities.credentials(account.somebody())
    client = botocore.session.Session().create_client(
        "sqs",
        region_name="eu-west-1",
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.session_token,
    )

    assert refused(client.list_queues)[1] == "AccessDenied"


UNKNOWN = [
    ("sqs", "list_queues", 403, "InvalidClientTokenId", "The security token included in the request is invalid."),
    (
        "sts",
        "get_caller_identity",
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    ),
    (
        "dynamodb",
        "list_tables",
        400,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    ),
    (
        "lambda",
        "list_functions",
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    ),
    (
        "s3",
        "list_buckets",
        403,
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
    ),
]


@pytest.mark.parametrize(("service", "operation", "status", "code", "message"), UNKNOWN)
def test_credentials_that_are_nobodys_are_refused(
    account: BareAccount, service: str, operation: str, status: int, code: str, message: str
) -> None:
    client = boto3.Session("AKIAUNKNOWN", "secret", region_name="eu-west-1").client(service)

    assert refused(getattr(client, operation)) == (status, code, message)


def test_a_session_token_that_was_left_out_is_noticed(account: BareAccount) -> None:
    credentials = account.identities.credentials(account.somebody(allow("*", "*")))
    session = boto3.Session(credentials.access_key_id, credentials.secret_access_key, region_name="eu-west-1")

    assert refused(session.client("sqs").list_queues)[1] == "InvalidClientTokenId"


def test_the_credentials_of_a_deleted_role_are_nobodys(account: BareAccount) -> None:
    client = account.client("sqs", account.somebody())
    account.client("iam").delete_role(RoleName="record")

    assert refused(client.list_queues)[1] == "InvalidClientTokenId"


def test_without_credentials_botocore_does_not_even_ask(account: BareAccount) -> None:
    with pytest.raises(NoCredentialsError):
        boto3.Session(region_name="eu-west-1").client("sqs").list_queues()


def test_a_call_that_is_not_signed_is_refused(account: BareAccount) -> None:
    account.bucket()
    unsigned = Config(signature_version=botocore.UNSIGNED)
    session = boto3.Session(region_name="eu-west-1")

    assert refused(session.client("s3", config=unsigned).list_buckets)[:2] == (403, "AccessDenied")
    assert refused(session.client("dynamodb", config=unsigned).list_tables)[:2] == (
        400,
        "MissingAuthenticationTokenException",
    )


def test_anybody_may_ask_who_they_are_even_against_a_deny(account: BareAccount) -> None:
    client = account.client("sts", account.somebody(deny("*", "*")))

    answer = client.get_caller_identity()

    assert answer["Arn"] == "arn:aws:sts::111111111111:assumed-role/record/record"
    assert answer["Account"] == "111111111111"
    assert answer["UserId"] == f"{account.client('iam').get_role(RoleName='record')['Role']['RoleId']}:record"


def test_the_administrator_is_the_account_itself(account: BareAccount) -> None:
    answer = account.client("sts").get_caller_identity()

    assert (answer["UserId"], answer["Account"]) == ("111111111111", "111111111111")
    assert answer["Arn"] == "arn:aws:iam::111111111111:root"


PARTNER = "arn:aws:iam::111111111111:role/partner"


def partner(account: BareAccount, *statements: dict[str, Any], tags: bool = True, **condition: Any) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:role/record"},
        "Action": ["sts:AssumeRole", "sts:TagSession"] if tags else "sts:AssumeRole",
    }
    account.role("partner", *statements, trust={**trust, **({"Condition": condition} if condition else {})})


def test_assuming_a_role_takes_the_callers_right_and_the_roles_trust(account: BareAccount) -> None:
    stranger = account.somebody(allow("sts:AssumeRole", PARTNER))
    account.role("partner")

    assert refused(lambda: account.client("sts", stranger).assume_role(RoleArn=PARTNER, RoleSessionName="partner")) == (
        403,
        "AccessDenied",
        f"{USER}sts:AssumeRole on resource: {PARTNER} because no role trust policy allows the sts:AssumeRole action",
    )


def test_a_trust_alone_does_not_let_a_role_be_assumed_through_the_account(account: BareAccount) -> None:
    somebody = account.somebody()
    account.role(
        "partner",
        trust={"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"},
    )

    message = refused(lambda: account.client("sts", somebody).assume_role(RoleArn=PARTNER, RoleSessionName="ab"))[2]
    assert message.endswith("because no identity-based policy allows the sts:AssumeRole action")


def test_an_external_id_has_to_match(account: BareAccount) -> None:
    somebody = account.somebody(allow("sts:AssumeRole", PARTNER))
    partner(account, StringEquals={"sts:ExternalId": "seismic-1"})
    client = account.client("sts", somebody)

    assert refused(lambda: client.assume_role(RoleArn=PARTNER, RoleSessionName="partner"))[1] == "AccessDenied"
    assert client.assume_role(RoleArn=PARTNER, RoleSessionName="partner", ExternalId="seismic-1")["Credentials"]


def test_an_assumed_session_has_the_rights_of_its_role(account: BareAccount) -> None:
    account.queue()
    somebody = account.somebody(allow("sts:AssumeRole", PARTNER))
    partner(account, allow("sqs:SendMessage", QUEUE))
    given = account.client("sts", somebody).assume_role(RoleArn=PARTNER, RoleSessionName="visit")["Credentials"]
    session = boto3.Session(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name="eu-west-1"
    )

    assert session.client("sqs").send_message(QueueUrl=QUEUE_URL, MessageBody="{}")["MessageId"]
    assert session.client("sts").get_caller_identity()["Arn"].endswith(":assumed-role/partner/visit")
    assert refused(session.client("sqs").list_queues)[1] == "AccessDenied"
    assert account.journal.denials[0].caller == "feeds.record"


def test_an_assumed_session_is_limited_by_its_session_policy_and_knows_its_tags(account: BareAccount) -> None:
    account.queue()
    somebody = account.somebody(allow(["sts:AssumeRole", "sts:TagSession"], PARTNER))
    visiting = {"StringEquals": {"aws:PrincipalTag/visit": "yes"}}
    partner(account, allow("sqs:*", QUEUE, Condition=visiting))
    given = account.client("sts", somebody).assume_role(
        RoleArn=PARTNER,
        RoleSessionName="visit",
        Policy=document(allow("sqs:SendMessage", "*")),
        Tags=[{"Key": "visit", "Value": "yes"}],
    )["Credentials"]
    queues = boto3.Session(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name="eu-west-1"
    ).client("sqs")

    assert queues.send_message(QueueUrl=QUEUE_URL, MessageBody="{}")["MessageId"]
    message = refused(lambda: queues.receive_message(QueueUrl=QUEUE_URL))[2]
    assert message.endswith("because no session policy allows the sqs:receivemessage action")


def test_session_tags_are_a_right_of_their_own(account: BareAccount) -> None:
    somebody = account.somebody(allow("sts:*", PARTNER))
    partner(account, tags=False)

    message = refused(
        lambda: account.client("sts", somebody).assume_role(
            RoleArn=PARTNER, RoleSessionName="visit", Tags=[{"Key": "a", "Value": "b"}]
        )
    )[2]
    assert message.endswith("because no role trust policy allows the sts:TagSession action")


def test_a_client_of_an_account_that_was_closed_is_nobodys_in_the_next() -> None:
    with BareAccount() as account:
        client = session_of(account, account.somebody(allow("*", "*"))).client("sqs")
        client.list_queues()

    with BareAccount("222222222222"):
        assert refused(client.list_queues)[1] == "InvalidClientTokenId"


def test_the_first_entry_without_a_right_refuses_the_whole_call(account: BareAccount) -> None:
    feeds_only = {"ForAllValues:StringEquals": {"events:source": "seismic.feeds"}, "Null": {"events:source": "false"}}
    client = account.client("events", account.somebody(allow("events:PutEvents", "*", Condition=feeds_only)))

    def entry(source: str) -> dict[str, str]:
        return {"Source": source, "DetailType": "Strong Quake", "Detail": "{}"}

    assert client.put_events(Entries=[entry("seismic.feeds")])["FailedEntryCount"] == 0
    assert (
        refused(lambda: client.put_events(Entries=[entry("seismic.feeds"), entry("x")]))[1] == "AccessDeniedException"
    )
