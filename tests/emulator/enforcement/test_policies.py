from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.enforcement import policies
from tests.emulator.bare_account import BareAccount, allow, deny, document


@pytest.fixture
def account() -> Iterator[BareAccount]:
    with BareAccount() as opened:
        yield opened


def statements(account: BareAccount, arn: str) -> list[dict[str, Any]]:
    policy = policies.of_thing(account.storage, arn)
    assert policy is not None
    return list(policy.document["Statement"])


def test_a_roles_policies_are_its_inline_ones_and_then_its_managed_ones(account: BareAccount) -> None:
    arn = account.role("record", allow("sqs:SendMessage", "*"), allow("s3:GetObject", "*"))
    managed = account.client("iam").create_policy(
        PolicyName="may-log", PolicyDocument=document(allow("logs:PutLogEvents", "*"))
    )
    account.client("iam").attach_role_policy(RoleName="record", PolicyArn=managed["Policy"]["Arn"])

    found = policies.of_role(account.storage, arn)

    assert [policy.name for policy in found.identity] == ["record-may-1", "record-may-2", "may-log"]
    assert found.identity[2].document["Statement"] == [allow("logs:PutLogEvents", "*")]
    assert found.boundary is None


def test_the_default_version_of_a_managed_policy_counts(account: BareAccount) -> None:
    arn = account.role("record")
    iam = account.client("iam")
    managed = iam.create_policy(PolicyName="may-log", PolicyDocument=document(allow("logs:PutLogEvents", "*")))
    iam.attach_role_policy(RoleName="record", PolicyArn=managed["Policy"]["Arn"])
    second = document(allow("logs:CreateLogStream", "*"))
    iam.create_policy_version(PolicyArn=managed["Policy"]["Arn"], PolicyDocument=second, SetAsDefault=True)

    found = policies.of_role(account.storage, arn)

    assert found.identity[0].document["Statement"] == [allow("logs:CreateLogStream", "*")]


def test_a_role_has_its_boundary_its_tags_and_its_id(account: BareAccount) -> None:
    boundary = account.client("iam").create_policy(PolicyName="boundary", PolicyDocument=document(allow("sqs:*", "*")))
    arn = account.role(
        "record",
        PermissionsBoundary=boundary["Policy"]["Arn"],
        Tags=[{"Key": "pipeline", "Value": "feeds"}],
        Path="/service/",
    )

    found = policies.of_role(account.storage, arn)

    assert found.boundary is not None
    assert found.boundary.name == "boundary"
    assert found.boundary.document["Statement"] == [allow("sqs:*", "*")]
    assert found.tags == {"pipeline": "feeds"}
    assert found.unique_id.startswith("AROA")


def test_a_role_that_is_not_there_is_told(account: BareAccount) -> None:
    with pytest.raises(policies.NoSuchRole, match="role arn:aws:iam::111111111111:role/gone does not exist"):
        policies.of_role(account.storage, "arn:aws:iam::111111111111:role/gone")


def test_a_policy_that_is_replaced_is_read_again(account: BareAccount) -> None:
    arn = account.role("record", allow("sqs:SendMessage", "*"))
    policies.of_role(account.storage, arn)
    account.client("iam").put_role_policy(
        RoleName="record", PolicyName="record-may-1", PolicyDocument=document(allow("sqs:ReceiveMessage", "*"))
    )

    assert policies.of_role(account.storage, arn).identity[0].document["Statement"][0]["Action"] == "sqs:ReceiveMessage"


def test_a_policy_of_the_same_text_is_read_once(account: BareAccount) -> None:
    arn = account.role("record", allow("sqs:SendMessage", "*"))

    first = policies.of_role(account.storage, arn).identity[0]

    assert policies.of_role(account.storage, arn).identity[0] is first


def test_the_policy_of_a_queue(account: BareAccount) -> None:
    statement = allow("sqs:SendMessage", "*", Principal={"Service": "events.amazonaws.com"})
    url = account.queue()
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(statement)})

    assert statements(account, "arn:aws:sqs:eu-west-1:111111111111:readings") == [statement]


def test_the_policy_of_a_bucket_is_that_of_its_objects_too(account: BareAccount) -> None:
    statement = deny("s3:*", "arn:aws:s3:::feed/*", Principal="*")
    account.client("s3").put_bucket_policy(Bucket=account.bucket(), Policy=document(statement))

    assert statements(account, "arn:aws:s3:::feed") == [statement]
    assert statements(account, "arn:aws:s3:::feed/incoming/a.geojson") == [statement]


def test_the_policy_of_an_event_bus(account: BareAccount) -> None:
    events = account.client("events")
    arn = events.create_event_bus(Name="announcements")["EventBusArn"]
    statement = allow("events:PutEvents", arn, Principal="*", Sid="all")
    events.put_permission(EventBusName="announcements", Policy=document(statement))

    assert statements(account, arn) == [statement]


def test_the_policy_of_a_topic(account: BareAccount) -> None:
    topics = account.client("sns")
    arn = topics.create_topic(Name="news")["TopicArn"]
    statement = allow("sns:Publish", arn, Principal={"Service": "s3.amazonaws.com"})
    topics.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document(statement))

    assert statements(account, arn) == [statement]


def test_the_policies_of_a_key_a_secret_a_table_and_a_stream(account: BareAccount) -> None:
    statement = allow("*", "*", Principal={"AWS": "111111111111"})
    key = account.client("kms").create_key(Policy=document(statement))["KeyMetadata"]["Arn"]
    secret = account.client("secretsmanager").create_secret(Name="token", SecretString="x")["ARN"]
    account.client("secretsmanager").put_resource_policy(SecretId="token", ResourcePolicy=document(statement))
    table = f"arn:aws:dynamodb:eu-west-1:111111111111:table/{account.table()}"
    account.client("dynamodb").put_resource_policy(ResourceArn=table, Policy=document(statement))
    stream = "arn:aws:kinesis:eu-west-1:111111111111:stream/shakes"
    account.client("kinesis").create_stream(StreamName="shakes", ShardCount=1)
    account.client("kinesis").put_resource_policy(ResourceARN=stream, Policy=document(statement))

    for arn in (key, secret, table, f"{table}/index/by-place", stream):
        assert statements(account, arn) == [statement], arn


def test_the_policy_of_a_role_is_its_trust(account: BareAccount) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    arn = account.role("wake", trust=trust)

    assert statements(account, arn) == [trust]


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sqs:eu-west-1:111111111111:readings",
        "arn:aws:s3:::feed/a",
        "arn:aws:lambda:eu-west-1:111111111111:function:record",
        "arn:aws:events:eu-west-1:111111111111:event-bus/gone",
        "arn:aws:events:eu-west-1:111111111111:rule/gone",
        "arn:aws:sns:eu-west-1:111111111111:gone",
        "arn:aws:kms:eu-west-1:111111111111:key/gone",
        "arn:aws:secretsmanager:eu-west-1:111111111111:secret:gone",
        "arn:aws:dynamodb:eu-west-1:111111111111:table/gone",
        "arn:aws:iam::111111111111:role/gone",
        "arn:aws:logs:eu-west-1:111111111111:log-group:a:log-stream:b",
        "*",
    ],
)
def test_what_is_not_there_or_has_no_policy_has_none(account: BareAccount, arn: str) -> None:
    assert policies.of_thing(account.storage, arn) is None


FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:record"


def function(account: BareAccount) -> Any:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as folder:
        folder.writestr("record.py", "")
    functions = account.client("lambda")
    functions.create_function(
        FunctionName="record",
        Role=account.role("record"),
        Runtime="python3.12",
        Handler="record.handle",
        Code={"ZipFile": content.getvalue()},
    )
    return functions


def test_the_policy_of_a_function_reads_as_get_policy_shows_it(account: BareAccount) -> None:
    function(account).add_permission(
        FunctionName="record",
        StatementId="feed-may-push",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::feed",
        SourceAccount="111111111111",
    )

    assert statements(account, FUNCTION) == [
        {
            "Sid": "feed-may-push",
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": FUNCTION,
            "Condition": {
                "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::feed"},
                "StringEquals": {"AWS:SourceAccount": "111111111111"},
            },
        }
    ]


def test_a_function_may_be_granted_to_a_role_or_an_account(account: BareAccount) -> None:
    functions = function(account)
    for number, principal in enumerate(["arn:aws:iam::222222222222:role/partner", "222222222222", "*"]):
        functions.add_permission(
            FunctionName="record", StatementId=f"s{number}", Action="lambda:InvokeFunction", Principal=principal
        )

    assert [statement["Principal"] for statement in statements(account, FUNCTION)] == [
        {"AWS": "arn:aws:iam::222222222222:role/partner"},
        {"AWS": "222222222222"},
        "*",
    ]


def test_a_function_url_is_a_condition_of_the_statement(account: BareAccount) -> None:
    function(account).add_permission(
        FunctionName="record",
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )

    assert statements(account, FUNCTION)[0]["Condition"] == {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
    assert "FunctionUrlAuthType" not in statements(account, FUNCTION)[0]


def test_a_grant_on_an_alias_names_the_alias(account: BareAccount) -> None:
    functions = function(account)
    version = functions.publish_version(FunctionName="record")["Version"]
    functions.create_alias(FunctionName="record", Name="live", FunctionVersion=version)
    functions.add_permission(
        FunctionName="record",
        Qualifier="live",
        StatementId="feed-may-push",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )

    assert [statement["Resource"] for statement in statements(account, f"{FUNCTION}:live")] == [f"{FUNCTION}:live"]


def test_the_thing_of_another_account_or_region_is_not_taken_for_ours(account: BareAccount) -> None:
    policy = document(allow("sqs:SendMessage", "*", Principal="*"))
    account.client("sqs").set_queue_attributes(QueueUrl=account.queue(), Attributes={"Policy": policy})

    assert policies.of_thing(account.storage, "arn:aws:sqs:eu-west-1:111111111111:readings") is not None
    assert policies.of_thing(account.storage, "arn:aws:sqs:eu-west-1:222222222222:readings") is None
    assert policies.of_thing(account.storage, "arn:aws:sqs:us-east-1:111111111111:readings") is None


def test_a_policy_is_named_after_its_thing(account: BareAccount) -> None:
    account.client("s3").put_bucket_policy(
        Bucket=account.bucket(), Policy=document(deny("s3:*", "arn:aws:s3:::feed/*", Principal="*"))
    )
    arn = account.role("record")

    of_one = policies.of_thing(account.storage, "arn:aws:s3:::feed/incoming/a.geojson")
    of_other = policies.of_thing(account.storage, "arn:aws:s3:::feed/incoming/b.geojson")
    trust = policies.of_thing(account.storage, arn)

    assert of_one is not None
    assert of_one.name == "policy of bucket feed"
    assert of_one is of_other
    assert trust is not None
    assert trust.name == "trust of role record"
