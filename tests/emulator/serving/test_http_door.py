"""The door, knocked at: plain sockets for how HTTP is spoken, and boto3 in a process of its own for what it is for."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest

from emulator.account import Account
from emulator.serving.aws_api import AwsApi, administrator_key
from emulator.serving.http_door import listening
from emulator.serving.http_messages import HttpAnswer, HttpRequest
from tests.emulator.functions import Functions, document


class Recorder:
    """Answers with what it is told, and keeps what it was asked."""

    def __init__(self, answer: HttpAnswer | None = None) -> None:
        self._answer = answer or HttpAnswer(200, (("x-told", "é"), ("content-type", "text/plain")), b"hello")
        self.asked: list[HttpRequest] = []

    def answer(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(request)
        return self._answer


def at_once(work: Callable[[], HttpAnswer]) -> HttpAnswer:
    return work()


@contextmanager
def knocking(api: Any, do: Callable[[Callable[[], HttpAnswer]], HttpAnswer] = at_once) -> Iterator[HTTPConnection]:
    """One connection to a door, kept open."""
    with listening(api, do) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            yield connection
        finally:
            connection.close()


def told(connection: HTTPConnection, *request: Any, **more: Any) -> tuple[HTTPResponse, bytes]:
    connection.request(*request, **more)
    response = connection.getresponse()
    return response, response.read()


def raw(port: int, *parts: bytes) -> bytes:
    """What comes back, to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_a_request_arrives_as_it_was_sent() -> None:
    api = Recorder()
    with knocking(api) as connection:
        told(connection, "PUT", "/feed/a%20b?x=%2F&y", b"\x00\xff", {"X-Amz-Meta-A": "é".encode(), "Empty": ""})

    [request] = api.asked
    assert (request.method, request.target, request.body) == ("PUT", "/feed/a%20b?x=%2F&y", b"\x00\xff")
    assert (request.header("x-amz-meta-a"), request.header("empty")) == ("é", "")
    assert (
        request.header(
            "host",
        )
        == f"127.0.0.1:{connection.port}"
    )


def test_an_answer_arrives_as_it_was_given() -> None:
    with knocking(Recorder()) as connection:
        response, body = told(connection, "GET", "/")

    assert (response.status, response.version, body) == (200, 11, b"hello")
    assert response.getheader("x-told") == "é".encode().decode("latin-1")
    assert response.getheader("content-length") == "5"


def test_a_connection_serves_one_request_after_another() -> None:
    api = Recorder()
    with knocking(api) as connection:
        connection.connect()
        own = connection.sock.getsockname()
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            response, _ = told(connection, method, "/", b"body" if method in ("POST", "PUT") else None)
            assert (response.status, connection.sock.getsockname()) == (200, own)

    assert [request.method for request in api.asked] == ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


def test_an_answer_to_head_has_the_length_and_not_the_body() -> None:
    with knocking(Recorder(HttpAnswer(200, (("content-length", "1024"),)))) as connection:
        for _ in range(2):
            head, body = told(connection, "HEAD", "/")
            assert (head.getheader("content-length"), body) == ("1024", b"")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_content_has_no_length(status: int) -> None:
    with knocking(Recorder(HttpAnswer(status))) as connection:
        for _ in range(2):
            response, body = told(connection, "GET", "/")
            assert (response.status, response.getheader("content-length"), body) == (status, None, b"")


def test_a_header_stays_one_header() -> None:
    with knocking(Recorder(HttpAnswer(200, (("x-amz-meta-a", "b\r\nx-evil: 1"),)))) as connection:
        response, _ = told(connection, "GET", "/")

    assert response.getheader("x-amz-meta-a") == "b x-evil: 1"
    assert response.getheader("x-evil") is None


def test_a_client_that_asks_first_is_told_to_go_on() -> None:
    api = Recorder()
    with listening(api, at_once) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"body")
        assert connection.recv(1024).startswith(b"HTTP/1.1 200 OK\r\n")

    assert api.asked[0].body == b"body"


def test_a_body_of_unknown_length_is_put_together() -> None:
    api = Recorder()
    with knocking(api) as connection:
        told(connection, "PUT", "/a", iter([b"one ", b"two"]), encode_chunked=True)
        told(connection, "GET", "/b")

    assert [request.body for request in api.asked] == [b"one two", b""]


def test_a_large_body_passes_whole_both_ways() -> None:
    content = bytes(range(256)) * 65_536
    api = Recorder(HttpAnswer(200, (), content))
    with knocking(api) as connection:
        assert told(connection, "PUT", "/big", content)[1] == content

    assert api.asked[0].body == content


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (b"PUT / HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"Content-Length needs a number of bytes, has 'many'"),
        (b"PUT / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"Content-Length needs a number of bytes, has '-1'"),
        (b"PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nshort", b"the body ends after 5 of 9 bytes"),
        (
            b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"a chunk needs its length in hexadecimal, has b'zz'",
        ),
    ],
)
def test_a_request_that_cannot_be_read_is_told_and_hung_up_on(request_: bytes, why: bytes) -> None:
    api = Recorder()
    with listening(api, at_once) as port:
        answer = raw(port, request_)

    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.endswith(b"\r\n\r\n" + why)
    assert api.asked == []


def test_the_door_outlives_clients_that_leave() -> None:
    with listening(Recorder(), at_once) as port:
        for part in (b"", b"GET / HT", b"PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\n", b"nonsense\r\n\r\n"):
            raw(port, part)

        assert raw(port, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")


def test_work_that_is_refused_is_told() -> None:
    class Closed(Exception):
        pass

    def refuse(work: Callable[[], HttpAnswer]) -> HttpAnswer:
        raise Closed

    with knocking(Recorder(), refuse) as connection:
        response, body = told(connection, "GET", "/")

    assert (response.status, body) == (503, b"the account does not answer any more")


def test_clients_are_served_beside_one_another() -> None:
    together = threading.Barrier(3, timeout=20)

    def meet(work: Callable[[], HttpAnswer]) -> HttpAnswer:
        together.wait()
        return work()

    with listening(Recorder(), meet) as port, ThreadPoolExecutor(3) as clients:
        answers = list(clients.map(lambda _: raw(port, b"GET / HTTP/1.1\r\n\r\n"), range(3)))

    assert all(answer.startswith(b"HTTP/1.1 200 OK\r\n") for answer in answers)


def test_closing_hangs_up_on_whoever_waits() -> None:
    with listening(Recorder(), at_once) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        told(connection, "GET", "/")

    assert connection.sock.recv(1) == b""
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=20)


def test_only_this_machine_can_knock() -> None:
    with listening(Recorder(), at_once) as port:
        other = socket.socket()
        other.settimeout(5)
        # Another loopback address stands for another address of this machine.
        assert other.connect_ex(("127.0.0.2", port)) != 0
        other.close()


# With boto3, as it stands in another process.


def outside(code: str, port: int, account: Account) -> Any:
    """What a program prints as JSON that knows nothing but the environment's variables."""
    key = administrator_key(account)
    told_by_environment = {
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    ran = subprocess.run(  # noqa: S603  (this Python, and code of this test)
        [sys.executable, "-c", code],
        env={**os.environ, **told_by_environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


EVERYTHING = """
import io, json, urllib.request
import boto3
from botocore.exceptions import ClientError

said = {}
s3 = boto3.client("s3")
s3.create_bucket(Bucket="feed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
content = bytes(range(256)) * 40_000
s3.upload_fileobj(io.BytesIO(content), "feed", "in/a b")
said["same"] = s3.get_object(Bucket="feed", Key="in/a b")["Body"].read() == content
url = s3.generate_presigned_url("get_object", Params={"Bucket": "feed", "Key": "in/a b"})
said["presigned"] = urllib.request.urlopen(url).read() == content
said["length"] = s3.head_object(Bucket="feed", Key="in/a b")["ContentLength"]
s3.delete_objects(Bucket="feed", Delete={"Objects": [{"Key": "in/a b"}]})
said["left"] = s3.list_objects_v2(Bucket="feed")["KeyCount"]

sqs = boto3.resource("sqs")
queue = sqs.create_queue(QueueName="readings")
queue.send_message(MessageBody="x")
said["messages"] = [message.body for message in queue.receive_messages(WaitTimeSeconds=20)]

table = boto3.resource("dynamodb").create_table(
    TableName="quakes",
    KeySchema=[{"AttributeName": "quake_id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "quake_id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
table.put_item(Item={"quake_id": "us7000", "trace": b"\\x00"})
said["items"] = [item["quake_id"] for item in table.scan()["Items"]]

answer = boto3.client("lambda").invoke(FunctionName="split", Payload=b'{"a": 1}')
said["function"] = json.loads(answer["Payload"].read())
said["topic"] = boto3.client("sns").create_topic(Name="news")["TopicArn"]

sts = boto3.client("sts")
said["administrator"] = sts.get_caller_identity()["Arn"]
given = sts.assume_role(RoleArn="arn:aws:iam::111111111111:role/record", RoleSessionName="me")["Credentials"]
session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
said["session"] = session.client("sts").get_caller_identity()["Arn"]
said["denied"] = {}
for service, call in {
    "s3": lambda client: client.get_object(Bucket="feed", Key="a"),
    "sqs": lambda client: client.send_message(QueueUrl=queue.url, MessageBody="x"),
    "dynamodb": lambda client: client.scan(TableName="quakes"),
    "lambda": lambda client: client.invoke(FunctionName="split"),
    "sns": lambda client: client.publish(TopicArn=said["topic"], Message="x"),
}.items():
    try:
        call(session.client(service))
    except ClientError as error:
        said["denied"][service] = error.response["Error"]["Code"]
print(json.dumps(said))
"""


def test_boto3_works_with_nothing_but_an_endpoint_and_a_key(account: Account, functions: Functions) -> None:
    functions.make("def handle(event, context):\n    return {'got': event}\n")
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "sts:AssumeRole"}
    account.client("iam").create_role(RoleName="record", AssumeRolePolicyDocument=document(trust))
    one_at_a_time = threading.Lock()

    def do(work: Callable[[], HttpAnswer]) -> HttpAnswer:
        with one_at_a_time:
            return work()

    with listening(AwsApi(account), do) as port:
        said = outside(EVERYTHING, port, account)

    assert said == {
        "same": True,
        "presigned": True,
        "length": 10_240_000,
        "left": 0,
        "messages": ["x"],
        "items": ["us7000"],
        "function": {"got": {"a": 1}},
        "topic": "arn:aws:sns:eu-west-1:111111111111:news",
        "administrator": "arn:aws:iam::111111111111:root",
        "session": "arn:aws:sts::111111111111:assumed-role/record/me",
        "denied": {
            "s3": "AccessDenied",
            "sqs": "AccessDenied",
            "dynamodb": "AccessDeniedException",
            "lambda": "AccessDeniedException",
            "sns": "AuthorizationError",
        },
    }
