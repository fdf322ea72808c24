"""What goes wrong with an invocation, in the words and shapes in which Lambda reports it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from emulator.execution.stack_trace import StackTrace

Kind = Literal[
    "Unhandled",
    "TooManyRequestsException",
    "AccessDeniedException",
    "RecursiveInvocationException",
    "ResourceNotFoundException",
]


@dataclass(frozen=True)
class FunctionError:
    """Why an invocation gave no result."""

    type: str
    """The exception's class (`ValueError`), or Lambda's own word (`Runtime.ImportModuleError`, `Sandbox.Timedout`)."""
    message: str
    stack_trace: tuple[str, ...] = ()
    kind: Kind = "Unhandled"
    """`Unhandled`: the function ran and failed. All others: Lambda refused to run it, and this is the API's error."""
    request_id: str | None = None
    """None where the execution environment itself ended: such an error has neither request id nor stack trace."""
    where: str | None = None
    """Last line of the function's own code that was at work, as `FILE:LINE` on this machine."""

    def __str__(self) -> str:
        """What went wrong on one line."""
        return f"{self.type}: {self.message}".splitlines()[0].removesuffix(": ")

    def to_json(self) -> dict[str, Any]:
        """The error as a caller, a failure destination and the log receive it."""
        if self.request_id is None:
            return {"errorType": self.type, "errorMessage": self.message}
        return {
            "errorMessage": self.message,
            "errorType": self.type,
            "requestId": self.request_id,
            "stackTrace": list(self.stack_trace),
        }

    @property
    def ends_environment(self) -> bool:
        """Whether Lambda throws the execution environment away, so that the next invocation starts cold."""
        return self.type.startswith(("Sandbox.", "Runtime.ExitError", "Runtime.OutOfMemory"))


class Fault(Exception):
    """A fault that Lambda's Python runtime names itself; its text and stack trace are reported as they are."""

    def __init__(self, error_type: str, message: str, stack_trace: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.stack_trace = tuple(stack_trace)


def raised(error: BaseException, request_id: str, trace: StackTrace) -> FunctionError:
    """The error that a handler raised, or that its module raised while it was imported."""
    if isinstance(error, Fault):
        return FunctionError(error.error_type, str(error), error.stack_trace, request_id=request_id, where=trace.where)
    return FunctionError(type(error).__name__, str(error), trace.lines, request_id=request_id, where=trace.where)


def timed_out(request_id: str, timeout_seconds: int) -> FunctionError:
    """The function ran into its timeout."""
    return FunctionError(
        "Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {timeout_seconds:.2f} seconds"
    )


def exited(request_id: str, code: object) -> FunctionError:
    """The handler ended its process: `sys.exit(code)`."""
    status = code if isinstance(code, int) else 0 if code is None else 1
    reason = f"with error: exit status {status}" if status else "without providing a reason"
    return FunctionError("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited {reason}")


def out_of_memory(request_id: str) -> FunctionError:
    """The function needed more memory than it has, and was killed."""
    return FunctionError(
        "Runtime.OutOfMemory", f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
    )


def refused(kind: Kind, message: str) -> FunctionError:
    """Lambda did not run the function: the error of its API."""
    return FunctionError(kind, message, kind=kind)
