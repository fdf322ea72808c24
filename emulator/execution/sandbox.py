"""One warm execution environment of one function: its variables, modules, folder, default session and output.

Everything here is process-wide in Python, so it is swapped in for an invocation and swapped out after it. What the
code changes of its own environment stays for the next invocation, as on Lambda.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3

from emulator.code import Code
from emulator.execution.context import LambdaContext
from emulator.execution.deadline import Deadline
from emulator.execution.function_error import Fault
from emulator.execution.importer import Importer
from emulator.execution.logs import LambdaLog
from emulator.execution.output import LambdaOutput
from emulator.execution.settings import LambdaSettings
from emulator.execution.stack_trace import StackTrace, stack_trace
from emulator.identity import Credentials
from emulator.storage import NO_OUTSIDE_CONFIGURATION

Handler = Callable[[Any, Any], Any]

_LIBRARY_FOLDERS = (
    "/var/lang/lib",
    "/lib64",
    "/usr/lib64",
    "/var/runtime",
    "/var/runtime/lib",
    "/var/task",
    "/var/task/lib",
    "/opt/lib",
)


class Sandbox:
    """An environment, unpacked and not yet started: `load` imports the handler's module.

    Args:
        settings: the function's configuration.
        code: its archive.
        credentials: of its role.
        region: where it runs.
        log_stream: the name of its log stream.
    """

    def __init__(
        self, settings: LambdaSettings, code: Code, credentials: Credentials, region: str, log_stream: str
    ) -> None:
        self.settings = settings
        self.code = code
        self.log_stream = log_stream
        self._handler: Handler | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="eventwire-")
        root = Path(self._folder.name).resolve()
        self._importer = Importer(code, root)
        self._directory = str(root)
        self._variables = _variables(settings, credentials, region, log_stream, root)
        self._session: boto3.Session | None = None
        self._deadline: Deadline | None = None
        level = settings.application_log_level if settings.log_format == "JSON" else None
        self._output = LambdaOutput(level, self._shown, lambda trace: self.trace(trace).lines)

    def close(self) -> None:
        """Throw the environment away."""
        self._folder.cleanup()

    @contextmanager
    def at_work(self, log: LambdaLog, deadline: Deadline, request_id: str) -> Iterator[None]:
        """Inside, this process is the environment. Afterwards it is as it was, whatever happened."""
        with ExitStack() as swaps:
            swaps.enter_context(self._output.into(log, request_id))
            swaps.enter_context(self._own_variables())
            swaps.enter_context(self._own_directory())
            swaps.enter_context(self._own_session())
            swaps.enter_context(self._importer.at_work())
            swaps.enter_context(self._own_time(deadline))
            yield

    def load(self) -> None:
        """Import the handler's module; only inside of `at_work`.

        Raises:
            Fault: there is no such module or function, or its module cannot be imported.
            BaseException: whatever the module itself raises.
        """
        module_name, dot, function_name = self.settings.handler.rpartition(".")
        if not dot:
            raise Fault(
                "Runtime.MalformedHandlerName",
                f"Bad handler '{self.settings.handler}': not enough values to unpack (expected 2, got 1)",
            )
        module = self._import(module_name)
        if not hasattr(module, function_name):
            raise Fault("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
        self._handler = getattr(module, function_name)

    @property
    def is_loaded(self) -> bool:
        """Whether the handler's module is imported: the environment is warm."""
        return self._handler is not None

    def handle(self, event: Any, context: LambdaContext) -> Any:
        """Call the handler; only inside of `at_work`, and after `load`."""
        if self._handler is None:
            raise RuntimeError(f"{self.settings.name} is not loaded")
        return self._handler(event, context)

    def trace(self, trace: Any) -> StackTrace:
        """A traceback as Lambda shows it."""
        return stack_trace(trace, self._importer, self.settings.runtime)

    def _import(self, name: str) -> Any:
        if name.split(".")[0] in sys.builtin_module_names:
            raise Fault("Runtime.BuiltInModuleConflict", f"Cannot use built-in module {name} as a handler module")
        dotted = name.replace("/", ".")
        try:
            if not self._importer.owns(dotted):
                raise ModuleNotFoundError(f"No module named {dotted.partition('.')[0]!r}")
            return importlib.import_module(dotted)
        except ImportError as error:
            raise Fault("Runtime.ImportModuleError", f"Unable to import module '{name}': {error}") from error
        except SyntaxError as error:
            place = f'  File "{self._shown(error.filename or "")}" Line {error.lineno}\n    {error.text}'
            raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{name}': {error}", [place]) from error

    def _shown(self, filename: str) -> str:
        return self._importer.on_lambda(filename) or filename

    @contextmanager
    def _own_variables(self) -> Iterator[None]:
        outside = dict(os.environ)
        _replace_environ(self._variables)
        try:
            yield
        finally:
            self._variables = dict(os.environ)
            _replace_environ(outside)

    @contextmanager
    def _own_directory(self) -> Iterator[None]:
        outside = os.getcwd()
        os.chdir(self._directory)
        try:
            yield
        finally:
            with suppress(FileNotFoundError):
                self._directory = os.getcwd()
            os.chdir(outside)

    @contextmanager
    def _own_session(self) -> Iterator[None]:
        outside, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, self._session
        try:
            yield
        finally:
            self._session, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, outside

    @contextmanager
    def _own_time(self, deadline: Deadline) -> Iterator[None]:
        outer, self._deadline = self._deadline, deadline
        try:
            with patch.object(time, "sleep", self._sleep):
                yield
        finally:
            self._deadline = outer

    def _sleep(self, seconds: float) -> None:
        # A thread that outlives its invocation is frozen on Lambda; here its naps take no time.
        if self._deadline is not None:
            self._deadline.sleep(seconds)


def _replace_environ(variables: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)
    if hasattr(time, "tzset"):
        time.tzset()


def _variables(
    settings: LambdaSettings, credentials: Credentials, region: str, log_stream: str, root: Path
) -> dict[str, str]:
    """What a handler finds in `os.environ` (Lambda Developer Guide, "Defined runtime environment variables").

    Two things differ from Lambda: `LAMBDA_TASK_ROOT` is where the archive is unpacked here, and three more variables
    keep the AWS SDK from this machine's own configuration. Left out are X-Ray and the runtime API: there are none.
    """
    logging = {"AWS_LAMBDA_LOG_FORMAT": settings.log_format}
    if settings.log_format == "JSON":
        logging["AWS_LAMBDA_LOG_LEVEL"] = settings.application_log_level
    free = {
        "LANG": "en_US.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "LD_LIBRARY_PATH": ":".join(_LIBRARY_FOLDERS),
        "PYTHONPATH": "/var/runtime",
    }
    reserved = {
        "_HANDLER": settings.handler,
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{settings.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": settings.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": settings.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_REGION": region,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": str(root),
        "TZ": ":UTC",
    }
    return {**free, **settings.variables, **reserved, **logging, **NO_OUTSIDE_CONFIGURATION}
