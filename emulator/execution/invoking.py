"""One invocation at work in one environment: start it if it is cold, run the handler, measure, write the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from emulator.execution.context import LambdaContext
from emulator.execution.deadline import Deadline, TimedOut, guarded
from emulator.execution.function_error import FunctionError, exited, out_of_memory, raised, timed_out
from emulator.execution.log_stream import LogStream
from emulator.execution.logs import LambdaLog, Report
from emulator.execution.memory import MemoryMeter
from emulator.execution.payload import ResponseTooLarge, returned
from emulator.execution.sandbox import Sandbox
from emulator.identity import Identity

if TYPE_CHECKING:
    from emulator.account import Account

INIT_SECONDS = 10
"""How long an environment may take to start (Lambda Developer Guide, "Understanding the Lambda execution environment
lifecycle"); where the function's timeout is longer, that long, since Lambda would then start it again within it."""


class Environment:
    """A sandbox, and what Lambda keeps beside it."""

    def __init__(self, sandbox: Sandbox, log_stream: LogStream, identity: Identity) -> None:
        self.sandbox = sandbox
        self.log_stream = log_stream
        self.identity = identity
        """By which Lambda itself writes the log."""


class Execution:
    """One invocation at work.

    Args:
        account: where it runs.
        environment: the environment it has for itself.
        request_id: its id.
        deadlines: of all invocations at work, the innermost last.

    Attributes:
        result: what the handler returned, gone through JSON.
        error: why there is no result.
        log: the lines written.
        duration_ms: virtual time the handler took.
    """

    def __init__(self, account: Account, environment: Environment, request_id: str, deadlines: list[Deadline]) -> None:
        self.environment = environment
        self.log = LambdaLog(environment.sandbox.settings, account.clock)
        self.result: Any = None
        self.error: FunctionError | None = None
        self.duration_ms = 0.0
        self._account = account
        self._sandbox = environment.sandbox
        self._settings = environment.sandbox.settings
        self._request_id = request_id
        self._deadlines = deadlines

    def go(self, payload: str, client_context: Mapping[str, Any] | None, *, limited: bool) -> None:
        """Start the environment if it is cold, run the handler, and write the log."""
        meter = MemoryMeter()
        init_ms = None
        if not self._sandbox.is_loaded:
            init_ms = self._timed(max(INIT_SECONDS, self._settings.timeout_seconds), lambda _: self._sandbox.load())
        self.log.start(self._request_id)
        if self.error is None:
            self.duration_ms = self._timed(
                self._settings.timeout_seconds,
                lambda deadline: self._handle(payload, self._context(deadline, client_context), limited=limited),
            )
        used_mb = meter.used_mb()
        if used_mb > self._settings.memory_mb:
            used_mb, self.result, self.error = self._settings.memory_mb, None, out_of_memory(self._request_id)
        if self.error is not None and self.error.type != "Function.ResponseSizeTooLarge":
            self.log.error(self.error)  # That the response is too large is told to the caller alone.
        self.log.report(self._request_id, Report(self.duration_ms, used_mb, init_ms, self.error))
        logs = self._account.client("logs", self.environment.identity)
        self.environment.log_stream.write(logs, self.log.lines)

    def _timed(self, seconds: int, work: Callable[[Deadline], None]) -> float:
        """Do one phase of the invocation; returns the virtual milliseconds it took."""
        deadline, began = Deadline(self._account.clock, seconds), self._account.clock.now
        self._deadlines.append(deadline)
        try:
            with self._sandbox.at_work(self.log, deadline, self._request_id), guarded(seconds):
                work(deadline)
                deadline.check()
        except TimedOut:
            deadline.run_out()
            self._fail(timed_out(self._request_id, seconds))
        except SystemExit as exit_:
            self._fail(exited(self._request_id, exit_.code))
        except ResponseTooLarge as error:
            self._fail(FunctionError("Function.ResponseSizeTooLarge", str(error)))
        except Exception as error:
            self._fail(raised(error, self._request_id, self._sandbox.trace(error.__traceback__)))
        except KeyboardInterrupt:
            raise  # Whoever sits at this machine has had enough.
        except BaseException:  # Nothing catches it in Lambda's runtime: Python ends with status 1.
            self._fail(exited(self._request_id, 1))
        finally:
            self._deadlines.pop()
        return (self._account.clock.now - began) / timedelta(milliseconds=1)

    def _fail(self, error: FunctionError) -> None:
        self.result, self.error = None, error

    def _handle(self, payload: str, context: LambdaContext, *, limited: bool) -> None:
        self.result = returned(self._sandbox.handle(json.loads(payload), context), limited=limited)

    def _context(self, deadline: Deadline, client_context: Mapping[str, Any] | None) -> LambdaContext:
        return LambdaContext(
            self._settings,
            request_id=self._request_id,
            log_stream=self._sandbox.log_stream,
            remaining_ms=deadline.remaining_ms,
            log=self.log.print,
            client_context=client_context,
        )
