"""Clients of boto3 as they stand outside of the account's process: what they send goes to `AwsApi`, over no wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import MockRawResponse

from emulator.enforcement import guard
from emulator.identity import Credentials
from emulator.serving.aws_api import AwsApi
from emulator.serving.http_messages import HttpAnswer, HttpRequest

ENDPOINT = "http://127.0.0.1:4566"


class Outside:
    """Somebody outside, with these credentials.

    Args:
        tamper: changes each request after it was signed.
    """

    def __init__(
        self,
        api: AwsApi,
        credentials: Credentials,
        tamper: Callable[[HttpRequest], HttpRequest] = lambda request: request,
    ) -> None:
        self._api = api
        self._tamper = tamper
        self.answers: list[HttpAnswer] = []
        """What came back, oldest first."""
        self._session = boto3.Session(
            credentials.access_key_id,
            credentials.secret_access_key,
            credentials.session_token or None,
            region_name="eu-west-1",
        )

    def client(self, service: str, endpoint: str = ENDPOINT, **options: Any) -> Any:
        config = Config(retries={"total_max_attempts": 1}, **options)
        client = self._session.client(service, endpoint_url=endpoint, config=config)
        # The guard in this process is for clients in it.
        client.meta.events.unregister("before-call", guard._decide)
        client.meta.events.register_first("before-send", self._send)
        return client

    def fetch(self, url: str, method: str = "GET", body: bytes = b"", **headers: str) -> HttpAnswer:
        """What any HTTP client gets."""
        parts = urlsplit(url)
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return self._api.answer(
            HttpRequest(method, f"{parts.path}?{parts.query}", (("Host", parts.netloc), *named), body)
        )

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        parts = urlsplit(request.url)
        body = request.body.read() if hasattr(request.body, "read") else request.body or b""
        sent = HttpRequest(
            request.method,
            f"{parts.path}?{parts.query}" if parts.query else parts.path,
            (
                ("Host", parts.netloc),
                *(
                    (name, value.decode() if isinstance(value, bytes) else value)
                    for name, value in request.headers.items()
                ),
            ),
            body.encode() if isinstance(body, str) else bytes(body),
        )
        answer = self._api.answer(self._tamper(sent))
        self.answers.append(answer)
        return AWSResponse(request.url, answer.status, dict(answer.headers), MockRawResponse(answer.body))


def refused(call: Callable[[], Any]) -> tuple[int, str, str]:
    """The status, the code and the message of a call that is refused."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]
