"""The Lambda runtime of the account: runs a function's handler in this process, as its role, in its own environment.

Handlers run one at a time and on this thread. Approximated: memory (see `memory`), real time (see `deadline`), the
limit of the init phase, which here is the function's timeout or 10 seconds, whichever is longer. Not emulated: layers,
versions and aliases, the processor type, the Python version, a read-only file system, X-Ray, and `os._exit`, which
ends this process.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction

from emulator.code import Code
from emulator.enforcement.policies import NoSuchRole
from emulator.execution.deadline import Deadline
from emulator.execution.function_error import FunctionError, refused
from emulator.execution.invocation import Invocation
from emulator.execution.invoking import Environment, Execution
from emulator.execution.log_stream import LogStream
from emulator.execution.payload import as_json
from emulator.execution.sandbox import Sandbox
from emulator.execution.settings import LambdaSettings, kept_whole, read_settings

if TYPE_CHECKING:
    from emulator.account import Account

__all__ = ["Invocation", "Runtime"]

MOST_NESTED = 16
"""How many invocations may wake one another (Lambda Developer Guide, "recursive loop detection": about 16)."""

_LAMBDA = "lambda.amazonaws.com"


class Runtime:
    """Runs functions, and keeps their environments warm."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._warm: dict[str, list[Environment]] = {}
        self._requests: Counter[str] = Counter()
        self._environments: Counter[str] = Counter()
        self._deadlines: list[Deadline] = []
        """Of the invocations at work, the innermost last."""
        self._open = ExitStack()

    def open(self) -> None:
        """Let moto keep whatever of a function's configuration is needed to run it."""
        self._open.enter_context(kept_whole(lambda function_arn: self._account.code.pop(function_arn, None)))

    def close(self) -> None:
        """Throw all environments away, with everything they left behind."""
        for environments in self._warm.values():
            for environment in environments:
                environment.sandbox.close()
        self._warm.clear()
        self._open.close()

    def invoke(
        self,
        function_arn: str,
        payload: Any,
        *,
        request_id: str | None = None,
        client_context: Mapping[str, Any] | None = None,
        asynchronous: bool = False,
    ) -> Invocation:
        """Run a function now.

        Args:
            function_arn: which one.
            payload: the event; it goes through JSON on its way.
            request_id: to tell a retry from a new request. None makes a new one.
            client_context: what the caller says of itself.
            asynchronous: nobody waits for the response, so its size has no limit.

        Returns:
            The invocation, whatever the handler did; `Invocation.ran` is False where Lambda refused to run it.

        Raises:
            ValueError: the function needs what is not emulated.
            TypeError: the payload is no JSON value.
            TimedOut: the function that called this one is past its own timeout.
        """
        request_id = request_id or self.new_request_id(function_arn)
        name = self._account.names.of(function_arn)
        invocation = Invocation(request_id, function_arn, name, payload)
        try:
            function = self._account.storage.backend("lambda").get_function(function_arn)
        except UnknownFunctionException:
            return _ended(invocation, refused("ResourceNotFoundException", f"Function not found: {function_arn}"))
        settings = read_settings(function)
        error = self._refusal(settings, name)
        if error is not None:
            return _ended(invocation, error)
        body = as_json(payload)
        run = Execution(self._account, self._environment(settings, function, name), request_id, self._deadlines)
        try:
            run.go(body, client_context, limited=not asynchronous)
        except BaseException:
            run.environment.sandbox.close()
            raise
        self._put_back(settings.arn, run)
        if self._deadlines:
            self._deadlines[-1].check()
        return replace(
            invocation,
            result=run.result,
            error=run.error,
            log_lines=tuple(line.message for line in run.log.lines),
            duration_ms=run.duration_ms,
        )

    def new_request_id(self, function_arn: str) -> str:
        """A request id, the same ones in the same order in every account."""
        self._requests[function_arn] += 1
        digest = hashlib.sha256(f"{function_arn} request {self._requests[function_arn]}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    def _refusal(self, settings: LambdaSettings, name: str) -> FunctionError | None:
        """Why Lambda would not run the function."""
        if settings.reserved_concurrency == 0:
            return refused("TooManyRequestsException", "Rate Exceeded.")
        if len(self._deadlines) >= MOST_NESTED:
            return refused("RecursiveInvocationException", f"{MOST_NESTED} invocations wait for one another already")
        cannot = refused(
            "AccessDeniedException", f"The role {settings.role_arn} of {settings.name} cannot be assumed by Lambda."
        )
        try:
            decision = self._account.rights.of_trust(_LAMBDA, settings.role_arn)
        except NoSuchRole:
            return cannot
        if decision.allowed:
            return None
        self._account.rights.deny(
            decision, principal=_LAMBDA, action="sts:AssumeRole", resource=settings.role_arn, caller=name
        )
        return cannot

    def _environment(self, settings: LambdaSettings, function: LambdaFunction, name: str) -> Environment:
        """A warm environment of the function as it is set up now, or a new one."""
        code = self._account.code.get(settings.arn) or Code.from_zip(function.code_bytes)
        warm = self._warm.setdefault(settings.arn, [])
        while warm:
            environment = warm.pop()
            if (environment.sandbox.settings, environment.sandbox.code) == (settings, code):
                return environment
            environment.sandbox.close()
        self._environments[settings.arn] += 1
        digest = hashlib.sha256(f"{settings.arn} environment {self._environments[settings.arn]}".encode()).hexdigest()
        stream = f"{self._account.clock.now:%Y/%m/%d}/[$LATEST]{digest[:32]}"
        identities = self._account.identities
        code_identity = identities.role_session(settings.role_arn, settings.name, name, settings.arn)
        sandbox = Sandbox(settings, code, identities.credentials(code_identity), self._account.region, stream)
        service_identity = identities.role_session(settings.role_arn, settings.name, name)
        return Environment(sandbox, LogStream(settings.log_group, stream), service_identity)

    def _put_back(self, function_arn: str, run: Execution) -> None:
        lives_on = run.error is None or not run.error.ends_environment
        if lives_on and run.environment.sandbox.is_loaded:
            self._warm[function_arn].append(run.environment)
        else:
            run.environment.sandbox.close()


def _ended(invocation: Invocation, error: FunctionError) -> Invocation:
    return replace(invocation, error=error)
