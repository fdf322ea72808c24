"""The engine: deploys a Pulumi program into an open account, and takes single rights away from it again."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime.proto import engine_pb2

from emulator.account import Account
from emulator.program.monitor import Monitor
from emulator.program.program import read_program, run_program
from emulator.program.record import Problem, Resource
from emulator.program.source_lines import first_line_in
from emulator.provisioning.deploy_role import prepare
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from emulator.wire import plain, unknown_paths

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deployment:
    """A program's resources as they stand in the account."""

    resources: Mapping[str, Resource]
    """By URN, in the order they were made."""
    outputs: Mapping[str, Any]
    """What the stack exported: plain JSON values, secrets wrapped in `Secret`."""

    def named(self, type_suffix: str, name: str) -> Resource:
        """The one resource with this logical name and type, by the last part of its token: `Queue`.

        Raises:
            LookupError: there is none, or there are several.
        """
        found = [
            each for each in self.resources.values() if each.type.endswith(f":{type_suffix}") and each.name == name
        ]
        return _only(found, f"{type_suffix} called {name}")


class DeploymentError(Exception):
    """A program that cannot be deployed. Its text is one line for each problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def deploy(account: Account, root: Path, stack: str, *, config: Mapping[str, Any] | None = None) -> Deployment:
    """Run a project's program and make everything it registers.

    Args:
        account: open, and empty of this stack.
        root: the project's folder, with `Pulumi.yaml`.
        stack: whose page `Pulumi.<stack>.yaml` is the config.
        config: the config in that page's place, by key; values as the page would hold them.

    Raises:
        ConfigError: a page of Pulumi's own cannot be read.
        DeploymentError: with every problem found. What the program itself raised is its cause, unless it was meant for
            people: a `RunError` or a `SystemExit`.
    """
    program = read_program(root, stack, config)
    prepare(account, program.config)
    monitor = Monitor(account, program)
    log = ProgramLog()
    error = run_program(program, monitor, log)
    monitor.tell_what_came_late()
    problems = [*monitor.record.problems, *(Problem(message) for message in log.errors)]
    if error is not None:
        problems = _with_error(problems, error, program.root)
    if not problems:
        problems = [Problem(f"export {path} has no known value") for path in unknown_paths(monitor.exports)]
    if problems:
        raise DeploymentError(problems) from (None if _meant_for_people(error) else error)
    give_ledger_names(account, plain(monitor.exports))
    return Deployment(dict(monitor.record.resources), monitor.exports)


class ProgramLog:
    """Pulumi's `Engine` service ("engine.proto"): hears what the program logs.

    Attributes:
        errors: texts that were logged as errors; any of them makes a deployment fail.
    """

    def __init__(self) -> None:
        self.errors: list[str] = []

    def Log(self, request: Any) -> None:  # noqa: N802  (the service's names)
        """Pass a line on to this process's log."""
        if request.severity == engine_pb2.ERROR:
            self.errors.append(request.message)
        elif request.severity in (engine_pb2.INFO, engine_pb2.WARNING):
            level = logging.INFO if request.severity == engine_pb2.INFO else logging.WARNING
            _log.log(level, request.message)

    def RequirePulumiVersion(self, request: Any) -> engine_pb2.RequirePulumiVersionResponse:  # noqa: N802
        """Any version will do: there is no Pulumi here."""
        return engine_pb2.RequirePulumiVersionResponse()


def withdraw(account: Account, deployment: Deployment, logical_name: str) -> Callable[[], None]:
    """Take one right away from the account, as somebody would by hand.

    Args:
        logical_name: of a Permission, RolePolicy, QueuePolicy, BucketPolicy or EventBusPolicy.

    Returns:
        What puts it back.

    Raises:
        LookupError: no right is called so, or several are.
    """
    provisioner = Provisioner(account)
    rights = [
        resource
        for resource in deployment.resources.values()
        if resource.name == logical_name and provisioner.right_on(resource.type, resource.inputs) is not None
    ]
    right = _only(rights, f"right called {logical_name}")
    provisioner.delete(right.type, right.id, right.inputs)

    def put_back() -> None:
        provisioner.create(right.type, plain(right.inputs))

    return put_back


def destroy(account: Account, deployment: Deployment) -> None:
    """Delete everything that was deployed, the last first.

    Raises:
        DeploymentError: something is protected, which leaves all as it is, or AWS would not delete it.
    """
    protected = [each for each in deployment.resources.values() if each.protect]
    if protected:
        text = "is protected: it must be deployed with protect=False first"
        raise DeploymentError([Problem(text, each.urn) for each in protected])
    provisioner = Provisioner(account)
    problems = []
    for resource in reversed(list(deployment.resources.values())):
        if not resource.type.startswith("aws:"):
            continue
        try:
            provisioner.delete(resource.type, resource.id, resource.inputs)
        except Refused as refusal:
            problems.append(Problem(str(refusal), resource.urn))
    if problems:
        raise DeploymentError(problems)


def _meant_for_people(error: BaseException | None) -> bool:
    return isinstance(error, pulumi.RunError | SystemExit)


def _with_error(problems: list[Problem], error: BaseException, root: Path) -> list[Problem]:
    """The problems, and what the program raised unless one of them was its cause."""
    where = _innermost(error, root)
    if isinstance(error, SystemExit):
        if error.code in (None, 0):
            return problems
        text = error.code if isinstance(error.code, str) else f"the program ended itself with exit code {error.code}"
        return [*problems, Problem(text, where=where)]
    if isinstance(error, pulumi.RunError):
        return [*problems, Problem(str(error))]
    # A refused function of a provider comes back as an error at the line that called it.
    causes = [problem for problem in problems if problem.urn is None and _reason(problem) in str(error)]
    if causes:
        return [replace(each, where=each.where or where) if each in causes else each for each in problems]
    return [*problems, Problem(f"the program raised {type(error).__name__}: {error}", where=where)]


def _reason(problem: Problem) -> str:
    return problem.message.partition(": ")[2]


def _innermost(error: BaseException, root: Path) -> str | None:
    """The innermost line of the program that an error came through."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return first_line_in(root, ((frame.filename, frame.lineno or 0) for frame in frames))


def give_ledger_names(account: Account, exports: Mapping[str, Any]) -> None:
    """Let things be called as the stack's own ledger calls them."""
    ledger = exports.get("ledger")
    things = ledger.get("things", {}) if isinstance(ledger, dict) else {}
    for name, thing in things.items():
        account.names.give(thing["arn"], name)


def _only(found: list[Resource], what: str) -> Resource:
    if len(found) != 1:
        raise LookupError(f"{len(found)} {what} in this deployment, needs exactly one")
    return found[0]
