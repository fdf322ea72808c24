"""Records of asynchronous events, and where they are sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from emulator.account import Account
from emulator.clock import START
from emulator.execution.destinations import DestinationError, Destinations, record
from emulator.execution.function_error import FunctionError, refused
from emulator.execution.invocation import Invocation
from tests.emulator.functions import Functions, allow
from tests.emulator.shapes import SHAPES, differences

ARN = "arn:aws:lambda:eu-west-1:111111111111:function:split"
REQUEST = "0000000a-1111-4222-8333-0123456789ab"
TRACE = ('  File "/var/task/app.py", line 3, in handler\n',)
FAILED = Invocation(
    REQUEST, ARN, "feeds.split", {"k": "v"}, error=FunctionError("ValueError", "boom", TRACE, request_id=REQUEST)
)
WELL = Invocation(REQUEST, ARN, "feeds.split", {"k": "v"}, result={"ok": True})
REFUSED = Invocation(
    REQUEST, ARN, "feeds.split", {"k": "v"}, error=refused("TooManyRequestsException", "Rate Exceeded.")
)


def recorded(file: str) -> Any:
    """A recorded shape, with the function and the moment of these tests."""
    text = (SHAPES / file).read_text()
    text = text.replace("arn:aws:lambda:eu-west-3:210987654321:function:fn:$LATEST", f"{ARN}:$LATEST")
    return json.loads(text.replace("2031-04-05T06:07:08.123Z", "2030-01-01T12:00:00.000Z"))


def test_a_record_of_failure_is_as_it_was_recorded_on_aws() -> None:
    told = record(FAILED, "RetriesExhausted", 3, START)

    assert told == recorded("lambda_destination_on_failure_async.json")
    assert list(told) == list(recorded("lambda_destination_on_failure_async.json"))
    assert differences(told, "lambda_destination_on_failure_async.json") == []


def test_a_record_of_success_is_as_it_was_recorded_on_aws() -> None:
    told = record(WELL, "Success", 1, START)

    assert told == recorded("lambda_destination_on_success_async.json")
    assert differences(told, "lambda_destination_on_success_async.json") == []


def test_a_record_of_an_event_that_never_ran_holds_no_response() -> None:
    told = record(REFUSED, "ZeroReservedConcurrency", 0, START)

    assert told["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert told["requestContext"]["approximateInvokeCount"] == 0
    assert told["requestPayload"] == {"k": "v"}
    assert "responseContext" not in told
    assert "responsePayload" not in told


class Sender:
    """Destinations of a function with some rights."""

    def __init__(self, account: Account, functions: Functions, *may: Mapping[str, Any]) -> None:
        functions.make("", *may)
        role = "arn:aws:iam::111111111111:role/split-role"
        identity = account.identities.role_session(role, "split", "feeds.split")
        self.destinations = Destinations(account, identity)
        self.told = record(FAILED, "RetriesExhausted", 3, START)

    def send(self, arn: str) -> None:
        self.destinations.send(arn, self.told)


def queue(account: Account, name: str = "failures") -> tuple[str, str]:
    url = account.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return f"arn:aws:sqs:eu-west-1:111111111111:{name}", url


def messages(account: Account, url: str) -> list[Any]:
    answer = account.client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"], MaxNumberOfMessages=10)
    return list(answer.get("Messages", []))


def test_a_queue_receives_the_record_as_the_message(account: Account, functions: Functions) -> None:
    arn, url = queue(account)
    sender = Sender(account, functions, allow("sqs:SendMessage", arn))

    sender.send(arn)

    (message,) = messages(account, url)
    assert json.loads(message["Body"]) == sender.told
    assert account.journal.denials == []


def topic_heard_by(account: Account, queue_arn: str, url: str) -> str:
    """A topic whose messages come into a queue as they were published; returns its ARN."""
    sns = account.client("sns")
    topic: str = sns.create_topic(Name="failures")["TopicArn"]
    lets_in = allow("sqs:SendMessage", queue_arn) | {"Principal": {"Service": "sns.amazonaws.com"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [lets_in]})
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"})
    return topic


def test_a_topic_receives_the_record_as_the_message(account: Account, functions: Functions) -> None:
    queue_arn, url = queue(account)
    topic = topic_heard_by(account, queue_arn, url)
    sender = Sender(account, functions, allow("sns:Publish", topic))

    sender.send(topic)
    account.settle()

    (message,) = messages(account, url)
    assert json.loads(message["Body"]) == sender.told


def test_a_function_receives_the_record_as_its_event(account: Account, functions: Functions) -> None:
    mourner = functions.make("def handle(event, context): return event", name="mourner")
    sender = Sender(account, functions, allow("lambda:InvokeFunction", mourner))

    sender.send(mourner)
    account.settle()

    (hop,) = account.journal.hops
    assert (hop.source, hop.target, hop.details["result"]) == ("feeds.split", "feeds.mourner", sender.told)


def test_an_event_bus_receives_the_record_as_the_detail_of_an_event(account: Account, functions: Functions) -> None:
    queue_arn, url = queue(account)
    bus = account.client("events").create_event_bus(Name="failures")["EventBusArn"]
    account.client("events").put_rule(
        Name="all", EventBusName="failures", EventPattern=json.dumps({"source": ["lambda"]})
    )
    account.client("events").put_targets(
        Rule="all", EventBusName="failures", Targets=[{"Id": "queue", "Arn": queue_arn}]
    )
    account.client("sqs").set_queue_attributes(
        QueueUrl=url,
        Attributes={
            "Policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": queue_arn,
                    },
                }
            )
        },
    )
    sender = Sender(account, functions, allow("events:PutEvents", bus))

    sender.send(bus)
    account.settle()

    (message,) = messages(account, url)
    event = json.loads(message["Body"])
    assert differences(event, "lambda_destination_eventbridge.json", free="detail") == []
    assert event["detail"] == sender.told
    assert (event["source"], event["detail-type"]) == ("lambda", "Lambda Function Invocation Result - Failure")
    assert event["resources"] == [bus, f"{ARN}:$LATEST"]


def test_a_bucket_receives_the_record_under_the_function_s_name_and_the_moment(
    account: Account, functions: Functions
) -> None:
    account.client("s3").create_bucket(Bucket="failures", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    sender = Sender(account, functions, allow("s3:PutObject", "arn:aws:s3:::failures/*"))

    sender.send("arn:aws:s3:::failures")

    (kept,) = account.client("s3").list_objects_v2(Bucket="failures")["Contents"]
    assert kept["Key"].startswith("aws/lambda/async/split/2030/01/01/2030-01-01T12.00.00-")
    body = account.client("s3").get_object(Bucket="failures", Key=kept["Key"])["Body"].read()
    assert json.loads(body) == sender.told


def test_a_role_that_may_not_write_is_refused_and_the_denial_told(account: Account, functions: Functions) -> None:
    arn, url = queue(account)
    sender = Sender(account, functions)

    with pytest.raises(DestinationError, match="not authorized to perform: sqs:sendmessage"):
        sender.send(arn)

    assert [(denial.action, denial.resource) for denial in account.journal.denials] == [("sqs:SendMessage", arn)]
    assert messages(account, url) == []


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("arn:aws:sqs:eu-west-1:111111111111:gone", "queue arn:aws:sqs:eu-west-1:111111111111:gone does not exist"),
        ("arn:aws:kinesis:eu-west-1:111111111111:stream/s", "is no queue, topic, function, event bus or bucket"),
    ],
)
def test_what_cannot_receive_a_record_is_named(account: Account, functions: Functions, arn: str, message: str) -> None:
    sender = Sender(account, functions, allow("sqs:SendMessage", "*"))

    with pytest.raises(DestinationError, match=message):
        sender.send(arn)


@pytest.mark.parametrize(
    ("invocation", "attributes"),
    [
        (FAILED, {"RequestID": REQUEST, "ErrorCode": "200", "ErrorMessage": "boom"}),
        (REFUSED, {"RequestID": REQUEST, "ErrorCode": "429", "ErrorMessage": "Rate Exceeded."}),
    ],
)
def test_a_dead_letter_is_the_event_itself_and_says_in_attributes_what_went_wrong(
    account: Account, functions: Functions, invocation: Invocation, attributes: dict[str, str]
) -> None:
    arn, url = queue(account)
    sender = Sender(account, functions, allow("sqs:SendMessage", arn))

    sender.destinations.send_dead_letter(arn, invocation)

    (message,) = messages(account, url)
    given = message["MessageAttributes"]
    assert differences({"Body": message["Body"], "MessageAttributes": given}, "lambda_dlq_message.json") == []
    assert message["Body"] == '{"k":"v"}'
    assert {name: value["StringValue"] for name, value in given.items()} == attributes


def test_a_dead_letter_carries_the_first_kilobyte_of_a_long_message(account: Account, functions: Functions) -> None:
    arn, url = queue(account)
    sender = Sender(account, functions, allow("sqs:SendMessage", arn))
    error = FunctionError("ValueError", "x" * 1023 + "ü and more", request_id=REQUEST)

    sender.destinations.send_dead_letter(arn, Invocation(REQUEST, ARN, "feeds.split", {}, error=error))

    (message,) = messages(account, url)
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "x" * 1023


def test_a_dead_letter_may_go_to_a_topic(account: Account, functions: Functions) -> None:
    queue_arn, url = queue(account)
    topic = topic_heard_by(account, queue_arn, url)
    sender = Sender(account, functions, allow("sns:Publish", topic))

    sender.destinations.send_dead_letter(topic, FAILED)
    account.settle()

    (message,) = messages(account, url)
    assert message["Body"] == '{"k":"v"}'


def test_a_dead_letter_that_may_not_be_written_is_refused(account: Account, functions: Functions) -> None:
    arn, _ = queue(account)

    with pytest.raises(DestinationError, match="not authorized"):
        Sender(account, functions).destinations.send_dead_letter(arn, FAILED)
