"""What the embedded account knows, pulumi-aws knows by the same names."""

from __future__ import annotations

import importlib

import pulumi
import pytest

from emulator.provisioning.catalogue import FUNCTIONS, TYPES

PYTHON_NAMES = {"lambda": "lambda_"}


def sdk_class(token: str) -> type[pulumi.CustomResource]:
    module = token.split(":")[1].partition("/")[0]
    sdk = importlib.import_module(f"pulumi_aws.{PYTHON_NAMES.get(module, module)}")
    found: type[pulumi.CustomResource] = getattr(sdk, token.rpartition(":")[2])
    assert found.pulumi_type == token
    return found


def properties(token: str) -> set[str]:
    """The names on the wire of everything that can be read off a resource of this type, its inputs among it."""
    members = vars(sdk_class(token)).items()
    return {getattr(each.fget, "_pulumi_name", name) for name, each in members if isinstance(each, property)}


@pytest.mark.parametrize("token", sorted(TYPES))
def test_every_input_is_called_as_the_sdk_calls_it(token: str) -> None:
    assert set(TYPES[token].inputs) - properties(token) == set()


@pytest.mark.parametrize("token", sorted(set(TYPES) - {"aws:kinesis/streamConsumer:StreamConsumer"}))
def test_whatever_has_tags_has_all_of_them(token: str) -> None:
    """But for the consumer of a stream: moto has no call that tags one."""
    assert ("tags" in TYPES[token].inputs) == ("tagsAll" in properties(token))


@pytest.mark.parametrize("token", sorted(TYPES))
def test_whatever_lives_in_a_region_can_be_told_so(token: str) -> None:
    assert TYPES[token].regional == ("region" in properties(token))


@pytest.mark.parametrize("token", sorted(TYPES))
def test_names_and_singles_are_inputs(token: str) -> None:
    kind = TYPES[token]
    named = {kind.autoname.input} if kind.autoname else set()

    assert (named | set(kind.one_per)) - set(kind.inputs) == set()


def test_the_catalogue_knows_what_a_pipeline_is_made_of() -> None:
    assert sorted(TYPES) == [
        "aws:cloudwatch/eventArchive:EventArchive",
        "aws:cloudwatch/eventBus:EventBus",
        "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        "aws:dynamodb/table:Table",
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:kinesis/stream:Stream",
        "aws:kinesis/streamConsumer:StreamConsumer",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "aws:lambda/function:Function",
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "aws:lambda/permission:Permission",
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketNotification:BucketNotification",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:scheduler/schedule:Schedule",
        "aws:scheduler/scheduleGroup:ScheduleGroup",
        "aws:sns/topic:Topic",
        "aws:sns/topicPolicy:TopicPolicy",
        "aws:sns/topicSubscription:TopicSubscription",
        "aws:sqs/queue:Queue",
        "aws:sqs/queuePolicy:QueuePolicy",
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        "aws:sqs/redrivePolicy:RedrivePolicy",
    ]
    assert sorted(FUNCTIONS) == [
        "aws:iam/getPolicyDocument:getPolicyDocument",
        "aws:index/getCallerIdentity:getCallerIdentity",
        "aws:index/getPartition:getPartition",
        "aws:index/getRegion:getRegion",
    ]
