"""Lambda's Invoke API in the account: a call runs the function here, or puts the event into the asynchronous queue.

The right to call has been decided before a call comes here. Source: Lambda API reference, Invoke.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import unquote

from moto.awslambda.responses import LambdaResponse

from emulator.execution.invocation import Invocation
from emulator.execution.payload import ASYNCHRONOUS_BYTES, SYNCHRONOUS_BYTES, as_json
from emulator.journal import Hop, Outcome
from emulator.storage import NotEmulated
from emulator.tally import Edge

if TYPE_CHECKING:
    from emulator.account import Account

Answer = tuple[int, dict[str, str], str | bytes]
TAIL_BYTES = 4096
"""How much of the log a caller may ask for (`LogType` of Invoke)."""

_STATUS = {
    "AccessDeniedException": 403,
    "InvalidRequestContentException": 400,
    "RecursiveInvocationException": 400,
    "RequestTooLargeException": 413,
    "ResourceNotFoundException": 404,
    "TooManyRequestsException": 429,
}


class InvokeApi:
    """Answers Invoke, while it is open, in the place of moto."""

    def __init__(self, account: Account, accept: Callable[..., None]) -> None:
        self._account = account
        self._accept = accept
        self._open = ExitStack()

    def open(self) -> None:
        """Take moto's place."""
        self._open.enter_context(patch.object(LambdaResponse, "invoke", lambda response: self._answer(response)))
        self._open.enter_context(
            patch.object(LambdaResponse, "invoke_async", lambda response: self._answer_old(response))
        )

    def close(self) -> None:
        """Leave moto as it was."""
        self._open.close()

    def _answer(self, response: Any) -> Answer:
        status, headers, body = self._answered(response)
        return status, {**headers, "status": str(status)}, body  # Moto reads the status from the headers.

    def _answered(self, response: Any) -> Answer:
        # A function is given by its name, its ARN or a part of it; a qualifier may follow.
        name = unquote(response.path.rsplit("/", 2)[-2]).rpartition("function:")[2]
        qualifier = response._get_param("Qualifier")
        function = response.backend.get_function(name, qualifier)
        kind = response.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        limit = ASYNCHRONOUS_BYTES if kind == "Event" else SYNCHRONOUS_BYTES
        body = response.body.encode() if isinstance(response.body, str) else response.body or b""
        if len(body) > limit:
            return _error(
                "RequestTooLargeException",
                f"{len(body)} byte payload is too large for the {kind} invocation type (limit {limit} bytes)",
            )
        try:
            payload = json.loads(body) if body else {}
        except ValueError as error:
            return _error("InvalidRequestContentException", f"Could not parse request body into json: {error}")
        if kind == "DryRun":
            return 204, {}, ""
        with self._account.chains.within(self._account.chains.current or self._account.chains.begin()):
            if kind == "Event":
                return self._put_into_queue(function.function_arn, payload)
            return self._run(function.function_arn, payload, response.headers)

    def _answer_old(self, response: Any) -> Answer:
        raise NotEmulated("lambda:InvokeAsync is deprecated and not emulated: use Invoke with the type Event")

    def _put_into_queue(self, function_arn: str, payload: Any) -> Answer:
        event_id = self._account.runtime.new_request_id(function_arn)
        edge = self._edge(function_arn)
        self._account.chains.remember(event_id)
        self._account.tally.sent(edge, event_id)
        self._accept(function_arn, payload, edge=edge, event_id=event_id, what="asynchronous call", request_id=event_id)
        return 202, {"x-amzn-RequestId": event_id}, ""

    def _run(self, function_arn: str, payload: Any, headers: Mapping[str, str]) -> Answer:
        given = headers.get("X-Amz-Client-Context")
        client_context = json.loads(base64.b64decode(given)) if given else None
        invocation = self._account.runtime.invoke(function_arn, payload, client_context=client_context)
        self._tell(invocation)
        error = invocation.error
        if error is not None and not invocation.ran:
            return _error(error.kind, error.message)
        answered = {"x-amz-executed-version": "$LATEST", "x-amzn-RequestId": invocation.request_id}
        if headers.get("X-Amz-Log-Type") == "Tail":
            tail = "\n".join(invocation.log_lines).encode()[-TAIL_BYTES:]
            answered["x-amz-log-result"] = base64.b64encode(tail).decode()
        if error is not None:
            answered["x-amz-function-error"] = error.kind
        return 200, answered, as_json(error.to_json() if error else invocation.result)

    def _edge(self, function_arn: str) -> Edge:
        call = self._account.calls.current
        return Edge(call.identity.caller if call else "administrator", self._account.names.of(function_arn))

    def _tell(self, invocation: Invocation) -> None:
        edge = self._edge(invocation.function_arn)
        denied = invocation.error is not None and invocation.error.kind == "AccessDeniedException"
        outcome = Outcome.DELIVERED if invocation.ok else Outcome.DENIED if denied else Outcome.FAILED
        self._account.journal.write(
            Hop(
                at=self._account.clock.now,
                chain=self._account.chains.current,
                what="synchronous call",
                source=edge.source,
                target=edge.target,
                outcome=outcome,
                cause=str(invocation.error) if invocation.error else None,
                fix=invocation.fix,
                details=invocation.details(),
            )
        )


def _error(code: str, message: str) -> Answer:
    return _STATUS[code], {"x-amzn-ErrorType": code}, as_json({"Type": "User", "Message": message})
