from __future__ import annotations

import gzip
import json
import re
from urllib.parse import urlencode

import pytest
from botocore.session import Session

from emulator.serving.http_messages import HttpRequest
from emulator.serving.operations import _SERVICES, WrongParameters, bucket_path, find_operation
from emulator.storage import NotEmulated

FORM = ("content-type", "application/x-www-form-urlencoded")


def form(**params: str) -> HttpRequest:
    return HttpRequest("POST", "/", (FORM,), urlencode(params).encode())


def targeted(target: str, **params: object) -> HttpRequest:
    headers = (("x-amz-target", target), ("content-type", "application/x-amz-json-1.0"))
    return HttpRequest("POST", "/", headers, json.dumps(params).encode())


@pytest.mark.parametrize(
    ("signing_name", "name"), [(signing, name) for signing, names in _SERVICES.items() for name in names]
)
def test_the_signing_names_are_those_of_botocores_models(signing_name: str, name: str) -> None:
    assert Session().get_service_model(name).signing_name == signing_name


QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/111111111111/readings"
FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:split"


@pytest.mark.parametrize(
    ("signing_name", "request_", "service", "operation", "protocol"),
    [
        ("sqs", targeted("AmazonSQS.ListQueues"), "sqs", "ListQueues", "json"),
        ("sqs", form(Action="ListQueues", Version="2012-11-05"), "sqs", "ListQueues", "query"),
        ("dynamodb", targeted("DynamoDB_20120810.ListTables"), "dynamodb", "ListTables", "json"),
        ("dynamodb", targeted("DynamoDBStreams_20120810.ListStreams"), "dynamodbstreams", "ListStreams", "json"),
        ("states", targeted("AWSStepFunctions.ListStateMachines"), "stepfunctions", "ListStateMachines", "json"),
        (
            "elasticloadbalancing",
            form(Action="DescribeLoadBalancers", Version="2012-06-01"),
            "elb",
            "DescribeLoadBalancers",
            "query",
        ),
        (
            "elasticloadbalancing",
            form(Action="DescribeLoadBalancers", Version="2015-12-01"),
            "elbv2",
            "DescribeLoadBalancers",
            "query",
        ),
        (
            "sts",
            HttpRequest("GET", "/?Action=GetCallerIdentity&Version=2011-06-15"),
            "sts",
            "GetCallerIdentity",
            "query",
        ),
        ("ec2", form(Action="DescribeVpcs", Version="2016-11-15"), "ec2", "DescribeVpcs", "ec2"),
        ("lambda", HttpRequest("POST", "/2015-03-31/functions/split/invocations"), "lambda", "Invoke", "rest-json"),
        ("s3", HttpRequest("GET", "/"), "s3", "ListBuckets", "rest-xml"),
        ("s3", HttpRequest("PUT", "/feed"), "s3", "CreateBucket", "rest-xml"),
        ("s3", HttpRequest("HEAD", "/feed/a/b"), "s3", "HeadObject", "rest-xml"),
        ("s3", HttpRequest("GET", "/feed?list-type=2"), "s3", "ListObjectsV2", "rest-xml"),
        ("s3", HttpRequest("PUT", "/feed/a", (("x-amz-copy-source", "b/c"),)), "s3", "CopyObject", "rest-xml"),
        ("s3", HttpRequest("PUT", "/feed/a?partNumber=1&uploadId=x"), "s3", "UploadPart", "rest-xml"),
        ("s3", HttpRequest("PUT", "/feed/a", (FORM,), b"Action=x"), "s3", "PutObject", "rest-xml"),
        ("s3", HttpRequest("POST", "/feed?delete"), "s3", "DeleteObjects", "rest-xml"),
    ],
)
def test_a_request_asks_for_one_operation(
    signing_name: str, request_: HttpRequest, service: str, operation: str, protocol: str
) -> None:
    asked = find_operation(signing_name, request_)

    assert (asked.service.service_name, asked.model.name, asked.protocol) == (service, operation, protocol)


@pytest.mark.parametrize(
    ("signing_name", "request_", "told"),
    [
        ("skynet", HttpRequest("GET", "/"), "service skynet is not emulated: nobody here knows it"),
        ("sqs", targeted("AmazonSQS.Fly"), "AmazonSQS.Fly is not emulated: sqs has no such operation here"),
        ("lambda", HttpRequest("GET", "/nothing"), "GET /nothing is not emulated: lambda has no such operation here"),
    ],
)
def test_what_nobody_knows_is_not_emulated(signing_name: str, request_: HttpRequest, told: str) -> None:
    with pytest.raises(NotEmulated, match=f"^{re.escape(told)}$"):
        find_operation(signing_name, request_)


def params(signing_name: str, request: HttpRequest) -> dict[str, object]:
    asked = find_operation(signing_name, request)
    return asked.params(asked.pure(request))


def test_parameters_are_those_a_client_is_given() -> None:
    item = {"quake_id": {"S": "us7000"}, "trace": {"B": "AAE="}}

    assert params("dynamodb", targeted("DynamoDB_20120810.PutItem", TableName="quakes", Item=item)) == {
        "TableName": "quakes",
        "Item": {"quake_id": {"S": "us7000"}, "trace": {"B": b"\x00\x01"}},
    }
    tags = {"Tags.member.1.Key": "team", "Tags.member.1.Value": "seismic"}
    assert params(
        "sts", form(Action="AssumeRole", Version="2011-06-15", RoleArn="arn", RoleSessionName="me", **tags)
    ) == {"RoleArn": "arn", "RoleSessionName": "me", "Tags": [{"Key": "team", "Value": "seismic"}]}
    assert params(
        "lambda",
        HttpRequest(
            "POST",
            f"/2015-03-31/functions/{FUNCTION.replace(':', '%3A')}/invocations?Qualifier=live",
            (("X-Amz-Invocation-Type", "Event"),),
            b"\xff",
        ),
    ) == {"FunctionName": FUNCTION, "Qualifier": "live", "InvocationType": "Event", "Payload": b"\xff"}
    assert params("s3", HttpRequest("GET", "/feed/in/a%20b%2B?versionId=3&x-id=GetObject")) == {
        "Bucket": "feed",
        "Key": "in/a b+",
        "VersionId": "3",
    }
    delete = b'<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a</Key></Object></Delete>'
    assert params("s3", HttpRequest("POST", "/feed?delete", body=delete)) == {
        "Bucket": "feed",
        "Delete": {"Objects": [{"Key": "a"}]},
    }


def test_a_queue_may_be_named_by_the_path() -> None:
    by_path = HttpRequest(
        "POST", "/111111111111/readings", (FORM,), b"Action=SendMessage&Version=2012-11-05&MessageBody=x"
    )

    assert params("sqs", by_path) == {
        "QueueUrl": "https://localhost/111111111111/readings",
        "MessageBody": "x",
    }


def test_the_body_of_an_object_may_be_empty() -> None:
    assert params("s3", HttpRequest("PUT", "/feed/a")) == {
        "Bucket": "feed",
        "Key": "a",
        "ContentLength": 0,
        "Metadata": {},
    }


def test_a_compressed_request_is_read() -> None:
    plain = targeted("GraniteServiceVersion20100801.PutMetricData", Namespace="quakes", MetricData=[])
    packed = HttpRequest("POST", "/", (*plain.headers, ("content-encoding", "gzip")), gzip.compress(plain.body))

    assert params("monitoring", packed) == {"Namespace": "quakes", "MetricData": []}


@pytest.mark.parametrize(
    ("signing_name", "request_", "told"),
    [
        ("sqs", targeted("AmazonSQS.SendMessage", MessageBody="x"), "SendMessage needs QueueUrl"),
        ("dynamodb", targeted("DynamoDB_20120810.PutItem"), "PutItem needs TableName and Item"),
        (
            "s3",
            HttpRequest("POST", "/feed?delete", body=b"<Delete"),
            "the parameters of DeleteObjects cannot be read: ",
        ),
        (
            "sts",
            HttpRequest("POST", "/?Action=GetCallerIdentity", (FORM,), b"Action=AssumeRole"),
            "GetCallerIdentity takes its parameters from the URL or from the body, not both",
        ),
    ],
)
def test_wrong_parameters_are_told(signing_name: str, request_: HttpRequest, told: str) -> None:
    with pytest.raises(WrongParameters, match=f"^{re.escape(told)}"):
        params(signing_name, request_)


@pytest.mark.parametrize(
    ("signing_name", "request_", "target"),
    [
        ("s3", HttpRequest("GET", "/feed?list-type=2&prefix=a&Action=x&x-id=1"), "/feed?list-type=2&prefix=a"),
        ("lambda", HttpRequest("GET", "/2015-03-31/functions?Action=DeleteFunction"), "/2015-03-31/functions"),
        (
            "sqs",
            HttpRequest("POST", "/?Action=DeleteQueue", (("x-amz-target", "AmazonSQS.ListQueues"),), b"{}"),
            "/",
        ),
    ],
)
def test_nothing_is_left_that_moto_could_take_for_another_operation(
    signing_name: str, request_: HttpRequest, target: str
) -> None:
    assert find_operation(signing_name, request_).pure(request_).target == target


def test_a_misleading_target_is_dropped() -> None:
    request = HttpRequest("GET", "/2015-03-31/functions", (("X-Amz-Target", "x.DeleteFunction"),))

    assert find_operation("lambda", request).pure(request).headers == ()


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("127.0.0.1:4566", "/a/b"),
        ("localhost:4566", "/a/b"),
        ("s3.localhost:4566", "/a/b"),
        ("feed.localhost:4566", "/feed/a/b"),
        ("feed.v2.localhost", "/feed.v2/a/b"),
        ("feed.s3.localhost:4566", "/feed/a/b"),
        ("feed.s3.eu-west-1.localhost:4566", "/feed/a/b"),
    ],
)
def test_a_bucket_may_be_the_host(host: str, path: str) -> None:
    assert bucket_path(HttpRequest("GET", "/a/b?versionId=1", (("Host", host),))) == path
