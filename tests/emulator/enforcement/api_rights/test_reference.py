from __future__ import annotations

from typing import Any

import pytest

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right, RightUnknown
from emulator.storage import Storage

STORAGE = Storage("111111111111", "eu-west-1")
MACHINE = "arn:aws:states:eu-west-1:111111111111:stateMachine:respond"


def rights(service: str, operation: str, **params: Any) -> list[Right]:
    return reference.rights(Call(service, operation, params, "eu-west-1", STORAGE))


def test_an_arn_among_the_parameters_is_the_resource() -> None:
    assert rights("stepfunctions", "StartExecution", stateMachineArn=MACHINE, input="{}") == [
        Right("states:StartExecution", MACHINE)
    ]


def test_an_arn_of_another_kind_is_not_taken_for_it() -> None:
    with pytest.raises(RightUnknown, match="states:StartExecution needs a statemachine"):
        rights("stepfunctions", "StartExecution", stateMachineArn="arn:aws:sqs:eu-west-1:111111111111:readings")


def test_an_arn_is_put_together_from_parameters_named_like_its_parts() -> None:
    assert rights("firehose", "PutRecord", DeliveryStreamName="quakes") == [
        Right("firehose:PutRecord", "arn:aws:firehose:eu-west-1:111111111111:deliverystream/quakes")
    ]


def test_an_action_without_resource_types_is_on_everything() -> None:
    assert rights("stepfunctions", "ListStateMachines") == [Right("states:ListStateMachines", "*")]


def test_tags_that_are_set_or_taken_off_are_condition_keys() -> None:
    stream = "arn:aws:firehose:eu-west-1:111111111111:deliverystream/quakes"
    keys = {"aws:RequestTag/team": "a", "aws:TagKeys": ["team"]}

    tagged = rights("firehose", "TagDeliveryStream", DeliveryStreamName="quakes", Tags=[{"Key": "team", "Value": "a"}])

    assert tagged == [Right("firehose:TagDeliveryStream", stream, keys)]
    untagged = rights("firehose", "UntagDeliveryStream", DeliveryStreamName="quakes", TagKeys=["team"])
    assert untagged == [Right("firehose:UntagDeliveryStream", stream, {"aws:TagKeys": ["team"]})]


def test_a_resource_that_cannot_be_told_is_refused_by_name() -> None:
    with pytest.raises(RightUnknown, match="iot-data:Publish is refused: iot:Publish needs a topic"):
        rights("iot-data", "Publish", topic="a")


def test_an_operation_that_is_no_action_is_refused_by_name() -> None:
    with pytest.raises(RightUnknown, match="IAM knows no action dynamodb:ExecuteStatement"):
        rights("dynamodb", "ExecuteStatement", Statement="SELECT 1")


def test_a_service_that_iam_does_not_know_is_refused_by_name() -> None:
    with pytest.raises(RightUnknown, match="IAM knows no service 'mturk-requester'"):
        rights("mturk", "ListHITs")


@pytest.mark.parametrize(
    ("service", "prefix"),
    [
        ("stepfunctions", "states"),
        ("cloudwatch", "cloudwatch"),
        ("iot-data", "iot"),
        ("dynamodbstreams", "dynamodb"),
        ("cloudcontrol", "cloudformation"),
        ("sesv2", "ses"),
    ],
)
def test_iam_knows_services_by_other_names_than_botocore(service: str, prefix: str) -> None:
    assert reference.prefix(service) == prefix
