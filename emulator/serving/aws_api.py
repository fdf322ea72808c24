"""The account's AWS APIs over HTTP: one request in, one answer out.

A request is read far enough to know whose it is and what it asks for, and the guard decides about it as about any
call. What may pass is handed on to moto as it came, with the host of AWS in the place of this machine's, by the way
that the calls of this process take: so everything that listens there sees it, and what goes out is moto's own answer.
Issuing it again as a call of boto3 would lose what boto3 never sends, and each answer would have to be written anew.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from dataclasses import replace
from typing import Any

import botocore.parsers
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber
from moto.core.serialize import get_serializer_class

from emulator.account import Account
from emulator.enforcement import guard, refusals
from emulator.enforcement.refusals import Refusal
from emulator.identity import ADMINISTRATOR, Credentials, Identity
from emulator.serving.error_answers import Wire, error_answer, guessed
from emulator.serving.http_messages import HttpAnswer, HttpRequest
from emulator.serving.operations import Asked, WrongParameters, bucket_path, find_operation
from emulator.serving.signatures import (
    Signature,
    UnreadableSignature,
    WrongContent,
    WrongSignature,
    read_signature,
)
from emulator.storage import NotEmulated

_log = logging.getLogger(__name__)

# How the body is sent is the server's affair; `status` is how moto's services tell it of theirs.
_NOT_HANDED_ON = {"connection", "content-length", "status", "transfer-encoding"}


class AwsApi:
    """Answers for every AWS service of an open account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._answered = 0

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """The answer to a request, whatever it is; a fault in here is answered as AWS answers faults of its own."""
        wire = guessed(request)
        outcome: HttpAnswer | Refusal
        try:
            signature = read_signature(request, self._account.region, bucket_path(request))
            if signature is None:
                outcome = _unsigned(wire)
            else:
                asked = find_operation(signature.service, _path_style(request, signature))
                wire = Wire(asked.protocol, asked.service)
                # What a request sets going is one causal chain; one that only asks begins none.
                with self._account.chains.within(None):
                    outcome = self._outcome(asked, signature, request)
        except UnreadableSignature as error:
            outcome = Refusal(400, "IncompleteSignature", str(error))
        except NotEmulated as error:
            outcome = Refusal(501, "NotImplemented", str(error))
        except ModuleNotFoundError as error:
            # Moto asks for more packages when a service is used that needs them.
            outcome = Refusal(501, "NotImplemented", f"{wire.service_name} is not emulated: it needs {error.name}")
        except Exception as error:
            _log.exception("%s %s could not be answered", request.method, request.path)
            outcome = Refusal(500, "InternalFailure", " ".join(f"{type(error).__name__}: {error}".split()))
        if isinstance(outcome, HttpAnswer):
            return outcome
        self._answered += 1
        request_id = hashlib.sha256(f"request {self._answered}".encode()).hexdigest()[:32]
        return error_answer(wire, outcome, request_id, head=request.method == "HEAD")

    def _outcome(self, asked: Asked, signature: Signature, request: HttpRequest) -> HttpAnswer | Refusal:
        account, model = self._account, asked.model
        known = account.identities.credentials_of_access_key(signature.access_key_id)
        if known is None or known.session_token != signature.session_token:
            return refusals.unknown_credentials(model)
        try:
            plain = asked.pure(_path_style(signature.secured(request, known.secret_access_key), signature))
            params = asked.params(plain)
        except WrongSignature:
            return refusals.wrong_signature(model)
        except WrongContent as error:
            return error.args[0]
        except WrongParameters as error:
            return Refusal(400, "ValidationException", str(error))
        identity = guard.identity_of(account, known.access_key_id, known.secret_access_key, known.session_token)
        decided = guard.decide(account, identity, model, params, signature.region)
        if isinstance(decided, Refusal):
            return decided
        if decided is not None:
            return _written(asked, decided)
        try:
            answer = _passed_on(asked, plain, signature.region)
        except NotImplementedError as error:
            told = f"{asked.service.service_name}:{model.name} is not emulated: {error}"
            return Refusal(501, "NotImplemented", told)
        if model.name == "AssumeRole" and identity is not None:
            self._learn_session(asked, identity, params, answer)
        return answer

    def _learn_session(self, asked: Asked, caller: Identity, params: dict[str, Any], answer: HttpAnswer) -> None:
        said = {"status_code": answer.status, "headers": dict(answer.headers), "body": answer.body}
        parsed = botocore.parsers.create_parser(asked.protocol).parse(said, asked.model.output_shape)
        guard.learn_session(self._account, caller, params, parsed)


def administrator_key(account: Account) -> Credentials:
    """The administrator's access key for clients outside of this process: long-lived, so it has no session token.

    It is known from now on, and the same each time for the same account id.
    """
    digest = hashlib.sha512(f"{account.account_id} administrator".encode()).digest()
    credentials = Credentials(
        access_key_id=f"AKIA{base64.b32encode(digest).decode()[:16]}",
        secret_access_key=base64.b64encode(digest[10:40]).decode(),
        session_token="",
    )
    account.identities.know(credentials, ADMINISTRATOR)
    return credentials


def _unsigned(wire: Wire) -> Refusal:
    if wire.protocol == "rest-xml":
        return Refusal(403, "AccessDenied", "Access Denied")
    is_json = wire.protocol.endswith("json")
    return Refusal(
        400 if wire.protocol == "json" else 403,
        "MissingAuthenticationTokenException" if is_json else "MissingAuthenticationToken",
        "Request is missing Authentication Token",
    )


def _path_style(request: HttpRequest, signature: Signature) -> HttpRequest:
    """The request as if the bucket had stood in its path."""
    if signature.service != "s3":
        return request
    return replace(request, target=bucket_path(request) + request.target[len(request.path) :])


def _passed_on(asked: Asked, request: HttpRequest, region: str) -> HttpAnswer:
    host = f"{asked.service.endpoint_prefix}.{region}.amazonaws.com"
    named = request.without(["transfer-encoding"]).having({"host": host, "content-length": str(len(request.body))})
    headers = HTTPHeaders()
    for name, value in named.headers:
        headers[name] = value
    response = botocore_stubber(
        event_name=f"before-send.{asked.service.service_id.hyphenize()}.{asked.model.name}",
        request=AWSPreparedRequest(request.method, f"https://{host}{request.target}", headers, request.body, False),
    )
    if response is None:
        raise NotEmulated(f"{asked.service.service_name} is not emulated: moto does not know this service")
    told = tuple((name, str(value)) for name, value in response.headers.items() if name.lower() not in _NOT_HANDED_ON)
    if request.method == "HEAD":
        told += (("content-length", str(response.headers.get("content-length", 0))),)
    return HttpAnswer(response.status_code, told, b"" if request.method == "HEAD" else response.content)


def _written(asked: Asked, parsed: dict[str, Any]) -> HttpAnswer:
    """A parsed answer as the service's protocol writes it."""
    serializer = get_serializer_class(asked.service.service_name, asked.protocol)
    written = serializer(operation_model=asked.model).serialize(parsed)
    body = written["body"]
    return HttpAnswer(
        written["status_code"], tuple(written["headers"].items()), body.encode() if isinstance(body, str) else body
    )
