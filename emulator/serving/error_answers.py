"""How an error reads on the wire: each protocol of AWS has a shape of its own for it.

Source: the Smithy specifications of the AWS protocols ("Operation error serialization"); Amazon S3 API Reference,
"Error responses". Services on JSON that used to be on the query protocol also tell their old code, in a header.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from moto.core.model import ServiceModel

from emulator.enforcement.refusals import Refusal
from emulator.serving.http_messages import HttpAnswer, HttpRequest

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DATED_PATH = re.compile(r"/\d{4}-\d{2}-\d{2}/")

# What the old codes are called on JSON.
_ON_JSON = {
    "AccessDenied": "AccessDeniedException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
}


@dataclass(frozen=True)
class Wire:
    """How a client and a service talk."""

    protocol: str
    """`query`, `ec2`, `json`, `rest-json`, `rest-xml`."""
    service: ServiceModel | None = None
    """None while nobody knows whom the client wants."""

    @property
    def service_name(self) -> str:
        return self.service.service_name if self.service else "this service"


def guessed(request: HttpRequest) -> Wire:
    """How a client talks of whom nothing is known but its request."""
    content_type = request.header("content-type") or ""
    if request.header("x-amz-target") or content_type.startswith("application/x-amz-json"):
        return Wire("json")
    if content_type.startswith("application/x-www-form-urlencoded") or "Action=" in request.query:
        return Wire("query")
    # Services on JSON put the version of their API into the path.
    return Wire("rest-json" if _DATED_PATH.match(request.path) else "rest-xml")


def error_answer(wire: Wire, refusal: Refusal, request_id: str, *, head: bool = False) -> HttpAnswer:
    """The answer that tells a refusal.

    Args:
        head: the request was HEAD, so that the status has to tell everything.
    """
    content_type, headers, text = _SHAPES[wire.protocol](wire.service, refusal, request_id)
    named = (("content-type", content_type), ("x-amzn-requestid", request_id), *headers)
    return HttpAnswer(refusal.status, named, b"" if head else text.encode())


Shape = tuple[str, tuple[tuple[str, str], ...], str]
"""Content type, further headers, body."""


def _json(service: ServiceModel | None, refusal: Refusal, request_id: str) -> Shape:
    metadata = service.metadata if service else {}
    headers: list[tuple[str, str]] = []
    code = refusal.code
    if "awsQueryCompatible" in metadata:
        fault = "Sender" if refusal.status < 500 else "Receiver"
        headers.append(("x-amzn-query-error", f"{code};{fault}"))
        code = _ON_JSON.get(code, code)
    headers.append(("x-amzn-errortype", code))
    version = metadata.get("jsonVersion", "1.1")
    return f"application/x-amz-json-{version}", tuple(headers), json.dumps({"__type": code, "message": refusal.message})


def _rest_json(service: ServiceModel | None, refusal: Refusal, request_id: str) -> Shape:
    return "application/json", (("x-amzn-errortype", refusal.code),), json.dumps({"message": refusal.message})


def _query(service: ServiceModel | None, refusal: Refusal, request_id: str) -> Shape:
    fault = "Sender" if refusal.status < 500 else "Receiver"
    namespace = (service.metadata if service else {}).get("xmlNamespace")
    attribute = f' xmlns="{namespace}"' if isinstance(namespace, str) else ""
    text = (
        f"<ErrorResponse{attribute}><Error><Type>{fault}</Type>{_told(refusal)}</Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return "text/xml", (), text


def _ec2(service: ServiceModel | None, refusal: Refusal, request_id: str) -> Shape:
    text = f"<Response><Errors><Error>{_told(refusal)}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    return "text/xml;charset=UTF-8", (), _XML + text


def _rest_xml(service: ServiceModel | None, refusal: Refusal, request_id: str) -> Shape:
    if service is not None and service.service_name != "s3":
        return _query(service, refusal, request_id)
    text = f"<Error>{_told(refusal)}<RequestId>{request_id}</RequestId></Error>"
    return "application/xml", (("x-amz-request-id", request_id),), _XML + text


def _told(refusal: Refusal) -> str:
    return f"<Code>{escape(refusal.code)}</Code><Message>{escape(refusal.message)}</Message>"


_SHAPES = {"json": _json, "rest-json": _rest_json, "query": _query, "ec2": _ec2, "rest-xml": _rest_xml}
