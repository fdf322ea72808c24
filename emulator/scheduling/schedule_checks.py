"""What may be made of schedules and their groups: as AWS refuses it, and what is not emulated, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto.core.exceptions import JsonRESTError
from moto.scheduler.exceptions import ScheduleGroupNotFound, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule
from moto.scheduler.responses import EventBridgeSchedulerResponse

from components import schedule_input
from components.schedule_expression import InvalidSchedule, ScheduleExpression
from emulator.enforcement.policies import role_exists

if TYPE_CHECKING:
    from emulator.account import Account

PRINCIPAL = "scheduler.amazonaws.com"

_OLDEST_START = timedelta(minutes=5)
"""moto, pull request 8172, which tells of AWS's answer."""


@contextmanager
def checked(account: Account) -> Iterator[None]:
    """Inside, Scheduler refuses what AWS refuses beside what moto does, and keeps what moto forgets."""
    backend, response = EventBridgeSchedulerBackend, EventBridgeSchedulerResponse
    with (
        patch.object(backend, "create_schedule", _checking(account, backend.create_schedule)),
        patch.object(backend, "update_schedule", _checking(account, backend.update_schedule)),
        patch.object(backend, "create_schedule_group", _one_of_a_name(backend.create_schedule_group)),
        patch.object(backend, "delete_schedule_group", _standing(backend.delete_schedule_group)),
        patch.object(response, "update_schedule", _with_defaults(response.update_schedule)),
    ):
        yield


def group_arn(account: Account, group_name: str) -> str:
    return f"arn:{account.partition}:scheduler:{account.region}:{account.account_id}:schedule-group/{group_name}"


def role_context(account: Account, group_name: str) -> dict[str, str]:
    """The condition keys with which Scheduler assumes a schedule's role (Scheduler guide, "Confused deputy
    prevention": the group's ARN, and never the schedule's)."""
    return {"aws:SourceArn": group_arn(account, group_name), "aws:SourceAccount": account.account_id}


def _checking(account: Account, keep: Callable[..., Schedule]) -> Callable[..., Schedule]:
    def checking(backend: EventBridgeSchedulerBackend, **said: Any) -> Schedule:
        group = backend.get_schedule_group(said["group_name"])
        before = group.schedules.get(said["name"])
        expression = _expression(said)
        if before is None or _changed(before, said):
            _check_times(account, expression, said)
        _check_window(said["flexible_time_window"])
        _check_target(account, said["target"], group.name)
        return keep(backend, **said)

    return checking


def _changed(before: Schedule, said: Mapping[str, Any]) -> bool:
    """Whether an update says otherwise when the schedule runs. What was taken once may pass."""
    return (before.schedule_expression, before.schedule_expression_timezone, before.start_date, before.end_date) != (
        said["schedule_expression"],
        said["schedule_expression_timezone"] or "UTC",
        said["start_date"],
        said["end_date"],
    )


def _expression(said: Mapping[str, Any]) -> ScheduleExpression:
    text, zone = said["schedule_expression"], said["schedule_expression_timezone"] or "UTC"
    try:
        return ScheduleExpression.parse(text, zone)
    except InvalidSchedule as error:
        raise ValidationException(f"Invalid Schedule Expression {text}: {error}") from error


def _check_times(account: Account, expression: ScheduleExpression, said: Mapping[str, Any]) -> None:
    now = account.clock.now
    if expression.runs_once:
        if expression.next_run(now - timedelta(microseconds=1), now) is None:
            raise ValidationException(
                f"Invalid Schedule Expression {said['schedule_expression']}: "
                f"this moment has passed, it is {now:%Y-%m-%dT%H:%M:%SZ}"
            )
        return
    start, end = said["start_date"], said["end_date"]
    if start is not None and start < (now - _OLDEST_START).timestamp():
        raise ValidationException("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if end is not None and end <= max(start or 0, now.timestamp()):
        raise ValidationException("The EndDate you specify needs to be later than the StartDate and than now.")


def _check_window(window: Mapping[str, Any]) -> None:
    minutes = window.get("MaximumWindowInMinutes")
    if (window["Mode"] == "FLEXIBLE") != (minutes is not None):
        raise ValidationException("MaximumWindowInMinutes belongs to the mode FLEXIBLE, and only to it.")
    if minutes is not None and not 1 <= minutes <= 1_440:
        raise ValidationException(f"MaximumWindowInMinutes {minutes} needs to be 1 to 1440.")


def _check_target(account: Account, target: Mapping[str, Any], group_name: str) -> None:
    service = (target["Arn"].split(":") + [""] * 3)[2]
    if service != "lambda":
        raise ValidationException(f"target {target['Arn']} is not emulated: only functions are")
    problems = list(schedule_input.problems(target["Input"])) if target.get("Input") else []
    if problems:
        raise ValidationException(f"Invalid Input: {'; '.join(problems)}")
    dead_letter_arn = (target.get("DeadLetterConfig") or {}).get("Arn")
    if dead_letter_arn and (":sqs:" not in dead_letter_arn or dead_letter_arn.endswith(".fifo")):
        raise ValidationException(f"dead-letter queue {dead_letter_arn} needs to be a standard queue")
    _check_role(account, target["RoleArn"], group_name)


def _check_role(account: Account, role_arn: str, group_name: str) -> None:
    told = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
    if not role_exists(account.storage, role_arn):
        raise ValidationException(f"{told} There is no role {role_arn}.")
    decision = account.rights.of_trust(PRINCIPAL, role_arn, role_context(account, group_name))
    if not decision.allowed:
        raise ValidationException(f"{told} {decision.reason}")


def _one_of_a_name(create: Callable[..., Any]) -> Callable[..., Any]:
    def creating(backend: EventBridgeSchedulerBackend, name: str, tags: Any) -> Any:
        if name in backend.schedule_groups:
            raise JsonRESTError("ConflictException", f"Schedule group {name} already exists.")
        return create(backend, name=name, tags=tags or [])

    return creating


def _standing(delete: Callable[..., None]) -> Callable[..., None]:
    def deleting(backend: EventBridgeSchedulerBackend, name: str) -> None:
        if name == "default":
            raise ValidationException("The default schedule group cannot be deleted.")
        if name not in backend.schedule_groups:
            raise ScheduleGroupNotFound(name)
        delete(backend, name)

    return deleting


def _with_defaults(update: Callable[..., str]) -> Callable[..., str]:
    """What an update does not say is as Scheduler has it; moto forgets the state, and what comes after the last run."""

    def updating(response: EventBridgeSchedulerResponse) -> str:
        answer = update(response)
        name = response.uri.split("?")[0].split("/")[-1]
        schedule = response.scheduler_backend.get_schedule(response._get_param("GroupName"), name)
        schedule.state = schedule.state or "ENABLED"
        schedule.action_after_completion = response._get_param("ActionAfterCompletion") or "NONE"
        return answer

    return updating
