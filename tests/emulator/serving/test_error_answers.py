from __future__ import annotations

import pytest
from moto.core.utils import get_service_model

from emulator.enforcement.refusals import Refusal
from emulator.serving.error_answers import Wire, error_answer, guessed
from emulator.serving.http_messages import HttpRequest

DENIED = Refusal(403, "AccessDenied", "not <this>")
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


@pytest.mark.parametrize(
    ("protocol", "service", "headers", "body"),
    [
        (
            "query",
            "sts",
            {"content-type": "text/xml"},
            '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
            "<Code>AccessDenied</Code><Message>not &lt;this&gt;</Message></Error><RequestId>r1</RequestId>"
            "</ErrorResponse>",
        ),
        (
            "ec2",
            "ec2",
            {"content-type": "text/xml;charset=UTF-8"},
            f"{XML}<Response><Errors><Error><Code>AccessDenied</Code><Message>not &lt;this&gt;</Message></Error>"
            "</Errors><RequestID>r1</RequestID></Response>",
        ),
        (
            "rest-xml",
            "s3",
            {"content-type": "application/xml", "x-amz-request-id": "r1"},
            f"{XML}<Error><Code>AccessDenied</Code><Message>not &lt;this&gt;</Message>"
            "<RequestId>r1</RequestId></Error>",
        ),
        (
            "json",
            "dynamodb",
            {"content-type": "application/x-amz-json-1.0", "x-amzn-errortype": "AccessDenied"},
            '{"__type": "AccessDenied", "message": "not <this>"}',
        ),
        (
            "json",
            "events",
            {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": "AccessDenied"},
            '{"__type": "AccessDenied", "message": "not <this>"}',
        ),
        (
            "json",
            "sqs",
            {
                "content-type": "application/x-amz-json-1.0",
                "x-amzn-query-error": "AccessDenied;Sender",
                "x-amzn-errortype": "AccessDeniedException",
            },
            '{"__type": "AccessDeniedException", "message": "not <this>"}',
        ),
        (
            "rest-json",
            "lambda",
            {"content-type": "application/json", "x-amzn-errortype": "AccessDenied"},
            '{"message": "not <this>"}',
        ),
    ],
)
def test_an_error_has_the_shape_of_its_protocol(
    protocol: str, service: str, headers: dict[str, str], body: str
) -> None:
    answer = error_answer(Wire(protocol, get_service_model(service)), DENIED, "r1")

    assert answer.status == 403
    assert dict(answer.headers) == {**headers, "x-amzn-requestid": "r1"}
    assert answer.body.decode() == body


def test_another_service_on_rest_xml_wraps_its_error() -> None:
    answer = error_answer(Wire("rest-xml", get_service_model("route53")), DENIED, "r1")

    assert answer.body.startswith(
        b'<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type>'
    )


def test_a_fault_of_the_account_is_not_the_senders() -> None:
    fault = Refusal(500, "InternalFailure", "oh")

    assert b"<Type>Receiver</Type>" in error_answer(Wire("query"), fault, "r1").body
    told = error_answer(Wire("json", get_service_model("sqs")), fault, "r1")
    assert dict(told.headers)["x-amzn-query-error"] == "InternalFailure;Receiver"


def test_an_answer_to_head_has_no_body() -> None:
    assert error_answer(Wire("rest-xml"), DENIED, "r1", head=True).body == b""


@pytest.mark.parametrize(
    ("request_", "protocol"),
    [
        (HttpRequest("POST", "/", (("X-Amz-Target", "a.B"),)), "json"),
        (HttpRequest("POST", "/", (("content-type", "application/x-www-form-urlencoded; charset=utf-8"),)), "query"),
        (HttpRequest("GET", "/?Action=GetCallerIdentity"), "query"),
        (HttpRequest("GET", "/2015-03-31/functions"), "rest-json"),
        (HttpRequest("GET", "/feed/in/a"), "rest-xml"),
    ],
)
def test_how_a_client_talks_is_seen_in_its_request(request_: HttpRequest, protocol: str) -> None:
    assert guessed(request_).protocol == protocol
